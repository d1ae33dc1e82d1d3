"""Twins: what is held in the worlds that run beside the actual one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schelling.case.language.typed.types import Twin, Typed, operands

Interventions = tuple[tuple[str, Typed], ...]


@dataclass(frozen=True)
class EachTwin:
    """Twins of alike expressions, of which each is looked at in its own.

    Attributes:
        interventions: What each twin holds, in the order of the expressions.
    """

    interventions: tuple[Interventions, ...]

    @property
    def stands_for(self) -> Interventions:
        """The twin that stands for all of them in a form, where only open places are looked at."""
        return self.interventions[0]


def interventions(expression: Typed) -> list[Interventions]:
    """What the twins that an expression looks at are held at."""
    found = [expression.interventions] if isinstance(expression, Twin) else []
    return [*found, *(i for part in operands(expression) for i in interventions(part))]


def twins_of(expressions: Iterable[Typed]) -> tuple[Interventions, ...]:
    """The actual world, in which nothing is held, and every twin of some expressions once."""
    held = (one for expression in expressions for one in interventions(expression))
    return tuple(dict.fromkeys([(), *held]))
