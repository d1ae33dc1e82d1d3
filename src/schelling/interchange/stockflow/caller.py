"""Whose equation is written out, and for which of its elements."""

from __future__ import annotations

from dataclasses import dataclass

from schelling.interchange.stockflow import constants
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import ElementEquation, Quantity
from schelling.interchange.stockflow.terms import Term


@dataclass(frozen=True)
class Caller:
    """An equation that calls something.

    Attributes:
        full: Full name of the quantity.
        quantity: The quantity.
        element: The element that the equation is for, with `*` for all of a dimension; nothing
            where it is for all.
        equation: The equation.
    """

    full: str
    quantity: Quantity
    element: tuple[str, ...]
    equation: ElementEquation

    @property
    def scope(self) -> str:
        """Where its names are looked for."""
        found = self.equation.scope
        return self.quantity.scope if found is None else found

    @property
    def outer(self) -> tuple[str, ...]:
        """The dimensions that what is made for it has."""
        if not self.element:
            return self.quantity.dims
        pairs = zip(self.quantity.dims, self.element, strict=False)
        return tuple(dim for dim, one in pairs if one == "*")

    def bound(self, term: Term, flat: Flat) -> Term:
        """A term for its element alone: dimensions are replaced by their element."""
        pairs = zip(self.quantity.dims, self.element, strict=False)
        members = {dim: one for dim, one in pairs if one != "*"}
        return constants.bound(term, members, self.scope, flat) if members else term
