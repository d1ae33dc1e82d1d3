"""Parts of what failed: what looked at a course, why an unknown has no value, causes in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schelling.case.language.typed.types import OverTime, Sought, Typed, operands, references
from schelling.case.populations import Population


def asked_of_courses(expression: Typed) -> Iterator[OverTime]:
    """The outermost parts of an expression that look at a whole course."""
    if isinstance(expression, OverTime):
        yield expression
        return
    for part in operands(expression):
        yield from asked_of_courses(part)


def without_value(unknown: Sought, many: int, low: float, high: float, unit: str) -> str:
    """Why an unknown has no value in a world, in words."""
    if not low < high:
        return f"its interval from {low:g} to {high:g} is empty"
    where = f"between {low:g} and {high:g} {unit}".rstrip()
    if unknown.seek != "equation":
        return f"nothing is {unknown.seek} {where}"
    if not many:
        return f"no root found {where}"
    return f"{many} roots found {where} where one was asked for"


def causes_first(population: Population, made: Mapping[str, Typed]) -> Iterator[tuple[str, Typed]]:
    """What agents have and how it is made: first what reads nothing else of it.

    Where each reads another of them, in a circle, the first of those left comes next.
    """
    left = dict(made)
    while left:
        free = (
            name
            for name, rule in left.items()
            if not population.read_by(references(rule)) & (left.keys() - {name})
        )
        name = next(free, next(iter(left)))
        yield name, left.pop(name)
