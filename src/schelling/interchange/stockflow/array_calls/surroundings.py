"""What functions of whole arrays know of the model around their call, and make beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schelling.interchange.stockflow import constants
from schelling.interchange.stockflow.caller import Caller
from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.model import ElementEquation, Quantity
from schelling.interchange.stockflow.terms import Ref, Term


@dataclass(frozen=True)
class CallSurroundings:
    """The model around the call of a function of arrays.

    Attributes:
        flat: The model; what is made is added to it.
        caller: Whose equation calls.
        name: A new name beside it.
        places: Makes a dimension with so many elements, under the name that was made last.
    """

    flat: Flat
    caller: Caller
    name: Callable[[str], str]
    places: Callable[[int], str]

    @property
    def dims(self) -> Mapping[str, tuple[str, ...]]:
        """Elements of every dimension."""
        return self.flat.dims

    @property
    def over(self) -> tuple[str, ...]:
        """The dimensions of the equation, without those of which it is for one element."""
        return self.caller.outer

    def dims_of(self, name: str) -> tuple[str, ...] | None:
        """The dimensions of what a name means; None where it means nothing."""
        full = self.flat.resolve(name, self.caller.scope)
        return None if full is None else self.flat.quantities[full].dims

    def value_of(self, term: Term) -> float | None:
        """The number that a term always is; None where it may change."""
        return constants.value(term, self.caller.scope, self.flat)

    def row(self, count: int) -> str:
        """A dimension with so many elements."""
        self.name("row")
        return self.places(count)

    def make(self, said: str, dims: tuple[str, ...], given: Mapping[tuple[str, ...], Term]) -> Ref:
        """Terms as a variable of its own, by its dimensions and elements."""
        return self._added("aux", self.name(said), dims, given)

    def solve(
        self,
        said: str,
        dims: tuple[str, ...],
        equation: Callable[[Ref], Term],
        between: tuple[Ref, Ref],
    ) -> Ref:
        """What solves an equation, as a variable of its own.

        Args:
            said: A word for its name.
            dims: Its dimensions.
            equation: The equation of the variable.
            between: The two ends of where it is looked for.
        """
        own = self.name(said)
        ends = tuple(one.name for one in between)
        return self._added("unknown", own, dims, {(): equation(Ref(own))}, ends)

    def _added(
        self,
        kind: str,
        own: str,
        dims: tuple[str, ...],
        given: Mapping[tuple[str, ...], Term],
        between: tuple[str, ...] = (),
    ) -> Ref:
        caller, line = self.caller, self.caller.equation.line
        each = {
            element: ElementEquation(caller.bound(term, self.flat), line=line, scope=caller.scope)
            for element, term in given.items()
        }
        scope = caller.quantity.scope
        self.flat.add(Quantity(kind, own, scope, dims, each, between=between, line=line))
        return Ref(own)
