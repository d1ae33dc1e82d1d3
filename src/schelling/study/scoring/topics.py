"""Topics of a register: one question asked for several windows is one topic.

Questions are of one topic when they differ in their windows only: same kind, criterion, antecedent
and reading, and the same words but for dates. Repeated windows would otherwise count one event as
often as it is asked. Of a topic, the window that closes last among those scored gives its answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from schelling.case.model import Question
from schelling.study.scoring.score_board import Row

_TOKEN: Final = re.compile(r"\d{4}-\d{2}(?:-\d{2})?|\w+")
_ISO: Final = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_QUARTER: Final = re.compile(r"q[1-4]")
_DAY: Final = re.compile(r"\d{1,2}(st|nd|rd|th)?")
_YEAR: Final = re.compile(r"(1[89]|2[01])\d{2}")
_NUMBER: Final = re.compile(r"\d+")
_MONTHS: Final = frozenset(
    (
        *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
        *("october", "november", "december"),
    )
)
_LENGTHS: Final = frozenset(("day", "days", "week", "weeks", "month", "months", "year", "years"))
_LINKS: Final = frozenset(
    (
        *("by", "in", "of", "on", "until", "till", "before", "since", "from", "to", "within"),
        *("during", "the", "end", "close", "middle", "beginning"),
    )
)

Topic = tuple[str, ...]


def topic(question: Question) -> Topic:
    """What a question asks, whatever its window.

    Args:
        question: A question of the register.

    Returns:
        Equal for questions of one topic.
    """
    given = question.columns
    parts = (question.question, question.yes_if, given.get("antecedent", ""))
    return (question.kind, given.get("strict_or_broad", ""), *map(_undated, parts))


def _undated(text: str) -> str:
    """The words of a text without dates and without the small words that introduce them."""
    words = _TOKEN.findall(text.lower())
    around = zip(["", *words], words, [*words[1:], ""], strict=False)
    return " ".join(word for before, word, after in around if not _dates(before, word, after))


def _dates(before: str, word: str, after: str) -> bool:
    """Whether a word is part of a date, or one that introduces it."""
    if word in _LINKS or _ISO.fullmatch(word):
        return True
    dated = _DAY if not _QUARTER.fullmatch(before) else _QUARTER
    near = before in _LINKS or _DAY.fullmatch(before)
    if word in _MONTHS:  # "may" and "march" are other words too
        return bool(near or _DAY.fullmatch(after) or _YEAR.fullmatch(after))
    if _QUARTER.fullmatch(word):  # or a name, as of a division
        return before in _LINKS or any(_YEAR.fullmatch(beside) for beside in (before, after))
    if _DAY.fullmatch(word) and (before in _MONTHS or after in _MONTHS):
        return True
    if _YEAR.fullmatch(word) and (before in _MONTHS | _LINKS or dated.fullmatch(before)):
        return True
    return bool(_NUMBER.fullmatch(word)) and after in _LENGTHS


def one_a_topic(rows: Iterable[Row]) -> list[Row]:
    """Of every topic the row whose window closes last, in the order of the register."""
    last: dict[Topic, Row] = {}
    listed = list(rows)
    for row in listed:
        key = topic(row.question)
        if key not in last or row.question.closes > last[key].question.closes:
            last[key] = row
    kept = {row.question.name for row in last.values()}
    return [row for row in listed if row.question.name in kept]
