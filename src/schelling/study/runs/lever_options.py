"""The options that actors choose among: values of levers, one of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.case.model import Assumption


@dataclass(frozen=True)
class Option:
    """One value of every lever.

    Attributes:
        values: Name of the lever, the actor who holds it, its value in the declared unit, and the
            unit as written.
    """

    values: tuple[tuple[str, str, float, str], ...]

    @property
    def words(self) -> str:
        """Such as `aid = 30 tonne / week, troops = 5 × 1000 person, sanctions = 1`."""
        named = (f"{n} = {value:g} {after_number(u)}".rstrip() for n, _, value, u in self.values)
        return ", ".join(named)

    @property
    def numbers(self) -> dict[str, float]:
        """By lever, its value."""
        return {name: value for name, _, value, _ in self.values}


def after_number(unit: str) -> str:
    """A unit after a number; one that begins with a number of its own after a sign.

    Examples:
        >>> after_number("1000 person"), after_number("tonne / week"), after_number("1 / year")
        ('× 1000 person', 'tonne / week', '/ year')
    """
    said = spoken(unit)
    return f"× {said}" if said[:1].isdigit() else said


def option(levers: Sequence[Assumption], values: Sequence[float]) -> Option:
    """One value of each of some levers, as an option."""
    chosen = zip(levers, values, strict=True)
    return Option(tuple((a.name, a.lever, value, a.unit.written) for a, value in chosen))


def options_of(lever: Assumption) -> Float[ndarray, " option"]:
    """The options of a lever, in its declared unit, the least first."""
    return np.unique(np.asarray(lever.prior.parameters[0], dtype=np.float64))


def spoken(unit: str) -> str:
    """A unit as written after a number: none for shares, `/ year` for `1 / year`.

    Examples:
        >>> spoken("share"), spoken("1 / year"), spoken("tonne / week")
        ('', '/ year', 'tonne / week')
    """
    return "" if unit == "share" else unit.removeprefix("1 ")
