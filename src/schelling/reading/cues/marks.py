"""Which marks the cues of a table give a sentence, and on which words."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schelling.reading.cues.tables import CueRule, CueTable, Mark, starting
from schelling.reading.cues.tokens import TextToken

_YEAR: Final = re.compile(r"(1[0-9]|20|21)[0-9]{2}s?")
_CLOCK: Final = re.compile(r"[0-9]{1,2}:[0-5][0-9](?::[0-5][0-9])?")
_ADDRESS: Final = re.compile(r"https?://\S+")
_LONGEST_UNIT: Final = 3
_AROUND: Final = 6
"""Words before a cue among which a phrase around it begins."""
_PAST: Final = frozenset(("had", "was", "did", "been"))


@dataclass(frozen=True)
class Cue:
    """Words that mark a sentence.

    Attributes:
        mark: What they mark it as.
        kind: Why, in a word.
        words: As they stand in the sentence.
        low: Of a word of likelihood, the lowest probability it stands for.
        high: ... and the highest.
    """

    mark: Mark
    kind: str
    words: str
    low: float | None = None
    high: float | None = None


def cues(
    words: str, found: Sequence[TextToken], table: CueTable, dates: Sequence[int]
) -> list[Cue]:
    """The cues of a sentence, in the order of their words; at most one of a kind.

    Args:
        words: The sentence.
        found: Its tokens.
        table: Cues of its language.
        dates: Which tokens belong to dates.
    """
    given: list[Cue] = []
    for start, token in enumerate(found):
        for rule in starting(table, token):
            end = _counts(rule, found, start, table)
            if end is not None:
                text = words[token.start : found[end - 1].end]
                if rule.phrase.gapped:
                    text = f"{token.text} ... {found[end - 1].text}"
                low, high = _likelihood(found, start, end, table)
                given.append(Cue(rule.row.mark, rule.row.kind, text, low, high))
    quantity = _quantity(words, found, table, frozenset(dates))
    given += [Cue("quantity", "number", quantity)] if quantity else []
    return list({(cue.mark, cue.kind): cue for cue in reversed(given)}.values())[::-1]


def _counts(rule: CueRule, found: Sequence[TextToken], start: int, table: CueTable) -> int | None:
    """Where the phrase of a rule ends, if it stands here and counts."""
    row = rule.row
    end = rule.phrase.end(found, start)
    if end is None:
        return None
    before = found[start - 1] if start else None
    opening = before is None or not (before.word or before.number)
    refused = (
        (before is not None and rule.not_after.fits(before))
        or any(one.end(found, end) is not None for one in rule.not_before)
        or (row.first and not opening)
        or (row.not_first and start == 0)
        or (row.no_capital and start > 0 and found[start].capital)
        or (row.after_comma and not _clause(found, start, end))
        or (row.no_past and any(token.low in _PAST for token in found[:start]))
        or (row.no_question and found[-1].low == "?")
        or _ends_one(rule, found, start, end)
        or (row.no_tale and _told(found, table))
        or _quoted_word(found, start, end, table)
    )
    return None if refused else end


def _ends_one(rule: CueRule, found: Sequence[TextToken], start: int, end: int) -> bool:
    """Whether a phrase that must not stand around it does."""
    return any(
        one.end(found, begun) == end
        for one in rule.not_within
        for begun in range(max(0, start - _AROUND), start)
    )


def _told(found: Sequence[TextToken], table: CueTable) -> bool:
    """Whether a sentence tells what happened."""
    tenses = table.file.tenses
    words = [token.low for token in found if token.word]
    past = any(word in tenses.past or word.endswith(tuple(tenses.ends)) for word in words)
    return past and not any(word in tenses.present for word in words)


def _clause(found: Sequence[TextToken], start: int, end: int) -> bool:
    """Whether a conjunction that also tells time is followed by a clause."""
    after = found[end : end + 1]
    return bool(after) and not after[0].number and not after[0].low.endswith("ing")


def _quoted_word(found: Sequence[TextToken], start: int, end: int, table: CueTable) -> bool:
    """Whether it is only the name of a month, such as May."""
    one = found[start]
    return end == start + 1 and start > 0 and one.text in table.file.dates.months


def _likelihood(
    found: Sequence[TextToken], start: int, end: int, table: CueTable
) -> tuple[float | None, float | None]:
    """What the word of likelihood here stands for, a longer term around it first."""
    for one, low, high in table.scale:
        for begun in range(max(0, start - len(one.parts) + 1), start + 1):
            last = one.end(found, begun)
            if last is not None and begun <= start and last >= end:
                return low, high
    return None, None


def _quantity(
    words: str, found: Sequence[TextToken], table: CueTable, dates: frozenset[int]
) -> str | None:
    """The first number that measures something, as it stands in the sentence."""
    known = table.file.quantities
    skipped = dates | _in_addresses(words, found)
    for place, token in enumerate(found):
        before = found[place - 1].low if place else ""
        after = found[place + 1].low if place + 1 < len(found) else ""
        follower = after.split("-")[0]
        if place in skipped or before in known.not_after or follower in known.not_before:
            continue
        if place == 0 and after == "," and token.low in known.items:
            continue
        if token.number and not _YEAR.fullmatch(token.text) and not _numbering(found, place, table):
            return words[token.start : found[_in_words(found, place, table) - 1].end]
        first, *rest = token.low.split("-")
        if token.low in known.words and _counted(token.low, before, after, table):
            return token.text
        if first in known.large or token.low in known.large:
            return token.text
        unit = after in known.units or (rest and rest[-1] in known.units)
        measured = unit or before in known.near
        if first in known.small and (measured or _measured(found, place, table)):
            return token.text
    return None


def _in_words(found: Sequence[TextToken], place: int, table: CueTable) -> int:
    """Where a number ends that goes on in words, such as `3 million` and `70 per cent`."""
    known, end = table.file.quantities.words, place + 1
    while end < len(found):
        sizes = (n for n in (1, 2) if " ".join(one.low for one in found[end : end + n]) in known)
        size = next(sizes, 0)
        if not size:
            break
        end += size
    return end


def _counted(word: str, before: str, after: str, table: CueTable) -> bool:
    """Whether a word of number counts here: `a third of`, neither `came third` nor `a third man`.

    Args:
        word: Such as `half`, `third` or `million`.
        before: The word before it.
        after: The word after it.
        table: Cues of its language.
    """
    known = table.file.quantities
    if before in ("first", "second", "the"):
        return False
    part = after == "of" or (before in ("a", "one") and not after.isalnum())
    if word in known.items:
        return part or before in known.small
    return part or before != "a" or word not in known.parts


def _in_addresses(words: str, found: Sequence[TextToken]) -> frozenset[int]:
    """Which tokens stand in addresses of pages."""
    spans = [one.span() for one in _ADDRESS.finditer(words)]
    starts = [start for start, _ in spans]
    around = [bisect.bisect_right(starts, token.start) - 1 for token in found]
    return frozenset(
        place
        for place, (token, at) in enumerate(zip(found, around, strict=True))
        if at >= 0 and token.start < spans[at][1]
    )


def _measured(found: Sequence[TextToken], place: int, table: CueTable) -> bool:
    """Whether a word of measure follows a small number after another word."""
    following = [token.low for token in found[place + 1 : place + 3]]
    return any(word in table.file.quantities.words for word in following) or (
        len(following) > 1 and following[1] in table.file.quantities.units and following[1] != "of"
    )


def _numbering(found: Sequence[TextToken], place: int, table: CueTable) -> bool:
    """Whether a number counts sentences or sections, as in `1/` and `2.4 Use`, or is a time."""
    text = found[place].text
    last = found[place - 1].low if place else ""
    following = found[place + 1].low if place + 1 < len(found) else ""
    listed = place == 0 and following in ("/", ".", ")")
    headed = place == 0 and "." in text and _is_headed(found, table)
    ranged = last in ("-", "–") and place > 1 and found[place - 2].number
    alone = last == "(" and following == ")" and text.isdigit()
    marked = last in ("=", "#", "@", "^", "[") or alone
    noted = last == "." and place > 1 and found[place - 2].word and _is_joined(found, place)
    timed = _CLOCK.fullmatch(text) is not None
    listed = listed or noted or timed
    return listed or headed or ranged or marked or text[0] in "#@" or "/" in text


def _is_joined(found: Sequence[TextToken], place: int) -> bool:
    """Whether no blank parts a token from the two before it, as in `is so.3`."""
    first, point, number = found[place - 2 : place + 1]
    return first.end == point.start and point.end == number.start


def _is_headed(found: Sequence[TextToken], table: CueTable) -> bool:
    """Whether words with a capital follow a first number, and no unit such as `Mt` or `GW`."""
    if len(found) == 1 or not found[1].capital:
        return False
    unit = found[1].text
    opener = unit in (*table.file.names.never, *table.file.names.never_first)
    return opener or len(unit) > _LONGEST_UNIT or not (unit.isupper() or _is_ended(found))


def _is_ended(found: Sequence[TextToken]) -> bool:
    return found[-1].low in (".", "!", "?", "…")
