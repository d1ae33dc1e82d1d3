"""A question as forecasting platforms know it, whatever the shape of the file it stood in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schelling.interchange.foreign import Findings
from schelling.interchange.json_tree import as_list, as_object

DAYS = frozenset(
    (
        *("open_time", "published_time", "close_time", "scheduled_resolution_time"),
        *("actual_resolution_time", "scheduled_close_time", "scheduled_resolve_time"),
        *("actual_resolve_time", "market_info_close_datetime", "freeze_datetime"),
    )
)
"""Fields that say a day."""

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")


@dataclass(frozen=True)
class ForeignPrediction:
    """A probability of yes that somebody gave.

    Attributes:
        who: A name for them.
        made: Its day.
        value: From 0 to 1.
    """

    who: str
    made: dt.date
    value: str


@dataclass(frozen=True)
class ForeignQuestion:
    """One question.

    Attributes:
        name: What identifies it in its file.
        kind: As the platform says: `binary`, `numeric`, `discrete`, `date` or `multiple_choice`.
        text: The question.
        criteria: What counts as yes, or how the answer is read.
        fine_print: Edge cases.
        background: What is said around it.
        opens: First day; None where the file does not say.
        closes: Last day; None likewise.
        resolve_by: Day by which the answer should be known.
        published: Day it was put on record.
        platform: Who decides.
        page: Where it is found.
        unit: Of a number.
        cluster: A name that questions about one thing share.
        persistence: The probability if nothing changes, as a number in words.
        bounds: Between which answers one is taken, in words.
        predictions: What others said of it.
        resolution: What became of it, as the platform says; empty where nothing has.
        resolved_on: Day of that.
        register: The cells of a register that it was written from, where it was.
    """

    name: str
    kind: str
    text: str
    criteria: str
    fine_print: str = ""
    background: str = ""
    opens: dt.date | None = None
    closes: dt.date | None = None
    resolve_by: dt.date | None = None
    published: dt.date | None = None
    platform: str = ""
    page: str = ""
    unit: str = ""
    cluster: str = ""
    persistence: str = ""
    bounds: str = ""
    predictions: tuple[ForeignPrediction, ...] = ()
    resolution: str = ""
    resolved_on: dt.date | None = None
    register: Mapping[str, str] = field(default_factory=dict[str, str])


def words(value: object) -> str:
    """A text on one line; empty for what is none, and for `N/A`."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return "" if text in ("N/A", "nan") else text


def number(value: object) -> str:
    """What identifies something: a whole number or a text."""
    return str(value) if type(value) is int else words(value)


def day(value: object) -> dt.date | None:
    """The day of a time in words or in seconds; None where there is none."""
    if type(value) in (int, float):
        try:
            return dt.datetime.fromtimestamp(float(str(value)), dt.UTC).date()
        except (OverflowError, OSError, ValueError):
            return None
    match = _DAY.fullmatch(words(value))
    try:
        return dt.date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def empty(value: object) -> bool:
    """Whether nothing is said in a value, nor in anything within it."""
    waiting: list[object] = [value]
    while waiting:
        one = waiting.pop()
        inner = [*as_object(one).values(), *as_list(one)]
        waiting += inner
        if not inner and one not in (None, "", "N/A", "nan", {}, []):
            return False
    return True


def unplaced(
    item: Mapping[str, Any], known: frozenset[str], why: Mapping[str, str], name: str, at: Findings
) -> None:
    """Note every field that is filled and has no place in a register.

    Args:
        item: The question in its file.
        known: Fields that are read, or of which a register loses nothing.
        why: What is said of some of the others.
        name: What identifies the question.
        at: Where it is noted.
    """
    for key in sorted(DAYS & item.keys()):
        if item[key] not in (None, "", "N/A", "nan") and day(item[key]) is None:
            what = f"'{key}' of question '{name[:200]}'"
            at.skip("E903", what, "it is no day of the years 1 to 9999", 0)
    for key, value in item.items():
        if key not in known and not empty(value):
            reason = why.get(key, "this field is not read")
            at.skip("E903", f"'{key[:60]}' of question '{name[:200]}'", reason, 0)
