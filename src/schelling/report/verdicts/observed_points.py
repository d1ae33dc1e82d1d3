"""What was recorded of a series, in the unit of the series, to be laid over its fan.

A record can be drawn where its error model centres on the series itself or on a constant multiple
of it, such as `normal(100 * support, 3)`. Other models compare with something that no fan shows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from schelling.case.language.typed.types import Constant, Operation, Reference, Typed
from schelling.case.language.words.error_words import ERROR_MODELS, Values
from schelling.case.model import Case
from schelling.case.observations import ObservedRow, ObservedSeries, known_by

_CENTRES = ("mean", "median", "location", "chance")
"""Parameters of error models that say around which number a record strays."""


@dataclass(frozen=True)
class ObservedPoint:
    """One record.

    Attributes:
        day: The day it tells of.
        value: What was recorded, in the unit of the modelled series; a share of trials where trials
            were counted.
        evidence: Whether the case lets it enter a fit: told and published by the `until` of its
            table.
        table: Name of the observed series.
    """

    day: dt.date
    value: float
    evidence: bool
    table: str


def points(case: Case, name: str) -> tuple[ObservedPoint, ...]:
    """The records of a stock or variable, by day; of each number the latest revision.

    Args:
        case: The case.
        name: Name of the stock or variable.
    """
    things = (*case.stocks, *case.variables)
    unit = next((thing.unit.factor for thing in things if thing.name == name), 1.0)
    found = (point for series in case.observations for point in _of(series, name, unit))
    return tuple(sorted(found, key=lambda point: (point.day, point.table)))


def observed(case: Case) -> frozenset[str]:
    """Names of the stocks and variables that have records to be drawn."""
    scaled = (_scaled(centre) for one in case.observations if (centre := _centre(one)) is not None)
    return frozenset(found[0] for found in scaled if found is not None)


def _of(series: ObservedSeries, name: str, unit: float) -> Iterator[ObservedPoint]:
    centre = _centre(series)
    scaled = None if centre is None else _scaled(centre)
    if scaled is None or scaled[0] != name:
        return
    evidence = set(known_by(series, series.until).rows)
    for row in known_by(series, None).rows:
        value = _level(series, row)
        if value is not None:
            shown = value * series.unit.factor / scaled[1] / unit
            yield ObservedPoint(row.date, shown, row in evidence, series.name)


def _centre(series: ObservedSeries) -> Typed | None:
    """Around what the records of a series stray."""
    parameters = (name for name, _ in ERROR_MODELS[series.model].parameters)
    pairs = zip(parameters, series.arguments, strict=True)
    return next((argument for name, argument in pairs if name in _CENTRES), None)


def _level(series: ObservedSeries, row: ObservedRow) -> float | None:
    """What a row says of the centre; None where it does not say of how many trials."""
    if ERROR_MODELS[series.model].values is not Values.OF_TRIALS:
        return row.value
    given = series.arguments[0]
    trials = row.trials if given is None else given.value if isinstance(given, Constant) else None
    return row.value / trials if trials else None


def _scaled(expression: Typed) -> tuple[str, float] | None:
    """A series and the constant it is multiplied by; None of anything else.

    Cutting off what lies out of bounds is passed over, since records lie within them.
    """
    match expression:
        case Reference(name=name):
            return name, 1.0
        case Operation(name="clip", operands=(inner, *_)):
            return _scaled(inner)
        case Operation(name="*", operands=(Constant(value=times), inner)) if times:
            scaled = _scaled(inner)
        case Operation(name="*", operands=(inner, Constant(value=times))) if times:
            scaled = _scaled(inner)
        case Operation(name="/", operands=(inner, Constant(value=parts))) if parts:
            scaled, times = _scaled(inner), 1.0 / parts
        case _:
            return None
    return None if scaled is None else (scaled[0], scaled[1] * times)
