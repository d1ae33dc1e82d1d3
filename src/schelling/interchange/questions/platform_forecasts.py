"""What a platform's file says of answers beside the question: forecasts of others, bounds, values.

A forecast of yes with its day has a place in the table of predictions. Of a crowd's forecasts the
middle is taken; how they spread is not.

References:
    Karger et al. (2025), ForecastBench: the question set.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schelling.interchange.json_tree import as_list, as_object
from schelling.interchange.questions.foreign_question import ForeignPrediction, day, words

Object = Mapping[str, Any]
MARKETS = frozenset(("infer", "kalshi", "manifold", "metaculus", "polymarket"))
"""Sources of ForecastBench whose frozen value is the probability that people gave to yes."""


def kind_by_fields(item: Object) -> str:
    """The kind of a question in an older file of forecasting-tools, which does not say it.

    Each kind has fields that no other has; empty where there are none of them.
    """
    if "community_prediction_at_access_time" in item:
        return "binary"
    if "options" in item:
        return "multiple_choice"
    if "lower_bound" in item and "upper_bound" in item:
        return "date" if day(words(item["lower_bound"])) else "numeric"
    return ""


def of_tool(item: Object) -> tuple[ForeignPrediction, ...]:
    """The forecast of the community in a file of forecasting-tools."""
    value = item.get("community_prediction_at_access_time")
    return _last_of_days([_said("metaculus_community", value, item.get("date_accessed"))])


def of_metaculus(item: Object) -> tuple[ForeignPrediction, ...]:
    """The forecasts of the community, by each way to join them, and of whose account it is."""
    found: list[ForeignPrediction | None] = []
    for method, given in as_object(item.get("aggregations")).items():
        for one in _over_time(given):
            middle = (as_list(one.get("centers")) or [None])[0]
            found.append(_said(f"metaculus_{str(method)[:40]}", middle, one.get("start_time")))
    for one in _over_time(item.get("my_forecasts")):
        values = as_list(one.get("forecast_values"))
        yes = values[1] if len(values) == 2 else None
        found.append(_said("own_forecast", yes, one.get("start_time")))
    return _last_of_days(found)


def of_bench(item: Object) -> tuple[ForeignPrediction, ...]:
    """The probability of a market on the day on which a question of ForecastBench was frozen."""
    source = words(item.get("source"))
    if source not in MARKETS:
        return ()
    value, frozen = item.get("freeze_datetime_value"), item.get("freeze_datetime")
    return _last_of_days([_said(f"{source}_market", value, frozen)])


def frozen_value(item: Object) -> str:
    """The value of a series on the day on which a question was frozen, in words."""
    value, frozen = words(item.get("freeze_datetime_value")), day(item.get("freeze_datetime"))
    if not value or frozen is None or words(item.get("source")) in MARKETS:
        return ""
    what = words(item.get("freeze_datetime_value_explanation")).rstrip(".") or "Value"
    return f"{what} on {frozen.isoformat()}: {value}."


def bounds(low: object, high: object, kind: str) -> str:
    """Between which answers a platform takes one, in words; empty where it does not say."""
    ends = [_end(one, kind) for one in (low, high)]
    return f"Answers are taken from {ends[0]} to {ends[1]}." if all(ends) else ""


def _end(value: object, kind: str) -> str:
    if kind == "date":
        found = day(value)
        return found.isoformat() if found else ""
    number = _number(value)
    return f"{number:.10g}" if math.isfinite(number) else ""


def _over_time(given: object) -> Iterator[Object]:
    """The forecasts of one series, the latest last."""
    series = as_object(given)
    yield from map(as_object, as_list(series.get("history")))
    yield as_object(series.get("latest"))


def _said(who: str, value: object, at: object) -> ForeignPrediction | None:
    """A probability of yes; None where it is none, or has no day."""
    number, made = _number(value), day(at)
    if made is None or not 0 <= number <= 1:
        return None
    return ForeignPrediction(who, made, f"{number:.10g}")


def _number(value: object) -> float:
    """A number, also one in words; no number where it is none."""
    try:
        return float(value) if type(value) in (int, float, str) else math.nan  # pyright: ignore[reportArgumentType]
    except (ValueError, OverflowError):
        return math.nan


def _last_of_days(given: Iterable[ForeignPrediction | None]) -> tuple[ForeignPrediction, ...]:
    """The last forecast of each day by each."""
    found: dict[tuple[str, dt.date], ForeignPrediction] = {}
    for one in filter(None, given):
        found[one.who, one.made] = one
    return tuple(found.values())
