"""Dates in a sentence: days, months, seasons, years, and parts of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schelling.reading.cues.tables import CueTable
from schelling.reading.cues.tokens import TextToken

_YEAR: Final = re.compile(r"(1[5-9]|20|21)[0-9]{2}s?")
_DAY: Final = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?")
_QUARTER: Final = re.compile(r"[Qq][1-4]|H[12]")
_DASHES: Final = ("-", "–")
_ALSO_WORDS: Final = ("May", "March")
_ALSO_NAMES: Final = ("Jan", "Mar", "Jun")
"""Months that are also other words, or names: they count beside a number."""
_ISO: Final = re.compile(r"(1[5-9]|20|21)[0-9]{2}-[0-9]{2}(?:-[0-9]{2})?")


@dataclass(frozen=True)
class NamedThing:
    """A name or a date in a sentence.

    Attributes:
        kind: `actor`, `place` or `date`.
        words: As they stand.
        start: Position in the sentence.
        first: Its first token.
        last: The token after its last.
    """

    kind: str
    words: str
    start: int
    first: int
    last: int


def dates(words: str, found: Sequence[TextToken], table: CueTable) -> list[NamedThing]:
    """The dates of a sentence, in order.

    Args:
        words: The sentence.
        found: Its tokens.
        table: Cues of its language.
    """
    given: list[NamedThing] = []
    place = 0
    while place < len(found):
        last = _date(found, place, table)
        if last is None:
            place += 1
            continue
        ended = given[-1].last if given else 0
        first = _part(found, _first_day(found, place, ended, table), table)
        start, end = found[first].start, found[last - 1].end
        given.append(NamedThing("date", words[start:end], start, first, last))
        place = last
    return given


def _date(found: Sequence[TextToken], place: int, table: CueTable) -> int | None:
    """Where a date that begins at a token ends."""
    known, token = table.file.dates, found[place]
    text = token.text.removeprefix("mid-").removeprefix("Mid-")
    before = found[place - 1].low if place else ""
    if _ISO.match(token.text):
        return place + 1
    if _month(found, place, table):
        at = place + 1
        if at < len(found) and _DAY.fullmatch(found[at].text) and _is_day(found, at):
            at = _last_day(found, at + 1, table)
        return _year(found, at)
    if _DAY.fullmatch(token.text) and _month(found, place + 1, table):
        return _year(found, place + 2)
    if text in known.days:
        after = found[place + 1].low if place + 1 < len(found) else ""
        return place + 1 + (after in known.day_parts)
    if _QUARTER.fullmatch(token.text) and _year(found, place + 1) > place + 1:
        return _year(found, place + 1)
    if text.rstrip(",") in known.seasons and text[:1].islower() is not text[:1].isupper():
        told = text[:1].isupper() or before in known.season_after
        return _year(found, place + 1) if told and before not in known.season_not_after else None
    if _YEAR.fullmatch(token.text) and before not in table.file.quantities.not_after:
        told = before in (*known.month_after, "since", "of", "(", "the", "end", "or")
        after = found[place + 1].low if place + 1 < len(found) else ""
        return place + 1 if told and not _counted(after, table) else None
    return None


def _first_day(found: Sequence[TextToken], place: int, ended: int, table: CueTable) -> int:
    """Where a span of days such as `11 to 12 February` begins, after the date before it."""
    first = place - 2
    if first < ended or not _DAY.fullmatch(found[place].text) or not _is_day(found, first):
        return place
    numbered = first > 0 and found[first - 1].low in table.file.quantities.not_after
    return first if _spans(found[place - 1], table) and not numbered else place


def _last_day(found: Sequence[TextToken], at: int, table: CueTable) -> int:
    """Where a span of days such as `February 11 to 12` ends; nothing is counted by its last."""
    last = at + 1
    if last >= len(found) or not _spans(found[at], table) or not _is_day(found, last):
        return at
    after = found[last + 1] if last + 1 < len(found) else None
    closed = after is None or not after.word or after.low in table.file.names.acts
    return last + 1 if closed or found[at].low in _DASHES else at


def _spans(token: TextToken, table: CueTable) -> bool:
    return token.low in (*table.file.dates.span_words, *_DASHES)


def _counted(after: str, table: CueTable) -> bool:
    return after in table.file.quantities.units and after != "of"


def _is_day(found: Sequence[TextToken], place: int) -> bool:
    return found[place].number and int(re.sub(r"\D", "", found[place].text) or 99) <= 31


def _month(found: Sequence[TextToken], place: int, table: CueTable) -> bool:
    """Whether a token is a month; one that is also another word has to stand like a date."""
    if place >= len(found):
        return False
    text = found[place].text.removeprefix("mid-").removeprefix("Mid-")
    if text not in table.file.dates.months:
        return False
    if text not in (*_ALSO_WORDS, *_ALSO_NAMES) or text != found[place].text:
        return True
    before = found[place - 1] if place else None
    after = found[place + 1] if place + 1 < len(found) else None
    named = text in _ALSO_NAMES
    return (after is not None and after.number) or (
        before is not None
        and (before.number or (not named and before.low in table.file.dates.month_after))
    )


def _year(found: Sequence[TextToken], at: int) -> int:
    """After the year that may follow a date."""
    for skip in (0, 1):
        inner = all(token.low in (",", "of") for token in found[at : at + skip])
        if inner and at + skip < len(found) and _YEAR.fullmatch(found[at + skip].text):
            return at + skip + 1
    return at


def _part(found: Sequence[TextToken], place: int, table: CueTable) -> int:
    """Where the words `the end of` and the like before a date begin."""
    for part in table.file.dates.parts:
        words = part.split()
        begun = place - len(words)
        if begun >= 0 and [token.low for token in found[begun:place]] == words:
            return begun
    decade = _YEAR.fullmatch(found[place].text) and found[place].text.endswith("s")
    return place - 1 if decade and place and found[place - 1].low == "the" else place
