"""Dimensions and their elements as sets and members of a case."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from schelling.interchange.stockflow.flat import Flat
from schelling.interchange.stockflow.here import LETTER
from schelling.interchange.stockflow.model import ElementEquation, Quantity
from schelling.interchange.stockflow.spelling import Spelling


class Elements:
    """Names and enumerates elements.

    Args:
        flat: The model.
        spelling: Gives names.
    """

    def __init__(self, flat: Flat, spelling: Spelling) -> None:
        self.flat, self.spelling = flat, spelling
        for dim in flat.dims:
            self.set(dim)

    def set(self, dim: str) -> str:
        """The set that a dimension is."""
        return self.spelling.of(f"set {dim}", self.flat.labels.get(dim, dim))

    def member(self, dim: str, element: str) -> str:
        """The member that an element is; the same in all dimensions it is in."""
        label = self.flat.labels.get(element, element)
        wish = f"{self.set(dim)}_{label}" if label[:1].isdigit() else label
        return self.spelling.of(f"element {element}", wish)

    def letter(self, dim: str) -> str:
        """What stands for any element within a sum."""
        return self.spelling.of(f"each {dim}", f"each_{self.set(dim)}")

    def over(self, quantity: Quantity) -> list[str]:
        """For each dimension of a quantity what stands for any of its elements."""
        found: list[str] = []
        for position, dim in enumerate(quantity.dims):
            number = quantity.dims[: position + 1].count(dim)
            wish = f"{self.set(dim)}_{number}"
            twice = quantity.dims.count(dim) > 1
            letter = self.spelling.of(f"letter {dim} {number}", wish) if twice else self.set(dim)
            found.append(letter)
        return found

    def letters(self, quantity: Quantity) -> tuple[str, ...]:
        """The same, marked as standing for any element."""
        return tuple(LETTER + letter for letter in self.over(quantity))

    def key(self, quantity: Quantity, members: tuple[str, ...]) -> str:
        """Under which key a value for these elements stands."""
        pairs = zip(quantity.dims, members, strict=True)
        return ", ".join(self.member(dim, one) for dim, one in pairs)

    def all(self, quantity: Quantity) -> Iterator[tuple[str, ...]]:
        """Every element of a quantity."""
        return itertools.product(*(self.flat.dims.get(dim, ()) for dim in quantity.dims))

    def own(
        self, quantity: Quantity, given: Mapping[tuple[str, ...], ElementEquation]
    ) -> Iterator[tuple[tuple[str, ...], ElementEquation]]:
        """Every element that has an equation of its own."""
        for element, equation in given.items():
            if not element:
                continue
            choices = [
                self.flat.dims.get(dim, ()) if one == "*" or one in self.flat.dims else (one,)
                for dim, one in zip(quantity.dims, element, strict=False)
            ]
            known = len(choices) == len(quantity.dims) == len(element) and all(
                one in self.flat.dims.get(dim, ())
                for dim, many in zip(quantity.dims, choices, strict=True)
                for one in many
            )
            if known:
                yield from ((members, equation) for members in itertools.product(*choices))
            else:
                message = f"'{quantity.name}' has no element '{', '.join(element)}'"
                self.flat.findings.refuse("E909", message, equation.line or quantity.line)
