"""Twins: what is held in the worlds that run beside the actual one."""

from __future__ import annotations

from collections.abc import Iterable

from schelling.case.language.types import Twin, Typed, operands

Interventions = tuple[tuple[str, Typed], ...]


def interventions(expression: Typed) -> list[Interventions]:
    """What the twins that an expression looks at are held at."""
    found = [expression.interventions] if isinstance(expression, Twin) else []
    return [*found, *(i for part in operands(expression) for i in interventions(part))]


def twins_of(expressions: Iterable[Typed]) -> tuple[Interventions, ...]:
    """The actual world, in which nothing is held, and every twin of some expressions once."""
    held = (one for expression in expressions for one in interventions(expression))
    return tuple(dict.fromkeys([(), *held]))
