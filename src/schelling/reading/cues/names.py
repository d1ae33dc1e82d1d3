"""Names in a sentence, taken for actors or for places by the words around them.

A name is one or several words with capital letters. The first word of a sentence is one if it
stands with a capital elsewhere in the text, or if a verb that somebody does follows.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from typing import Final

from schelling.reading.cues.dates import NamedThing
from schelling.reading.cues.tables import CueTable
from schelling.reading.cues.tokens import TextToken

_SHORT_WORD: Final = 3
_HEADLINE: Final = 0.6


def is_headline(found: Sequence[TextToken]) -> bool:
    """Whether a sentence is written with capitals, so that they do not show names."""
    long = [token.capital for token in found if token.word and len(token.text) > _SHORT_WORD]
    ended = bool(found) and found[-1].low in (".", "?", "!", "…")
    return not ended and len(long) > 1 and sum(long) > _HEADLINE * len(long)


def capitals(sentences: Sequence[Sequence[TextToken]]) -> frozenset[str]:
    """Words that stand with a capital inside a sentence, and never without."""
    low = {token.text for one in sentences for token in one if token.word and not token.capital}
    inside = {
        token.text
        for one in sentences
        if not is_headline(one)
        for before, token in itertools.pairwise(one)
        if token.capital and (before.word or before.low == ",") and not token.text.isupper()
    }
    return frozenset(word for word in inside if word.lower() not in low)


def names(
    words: str,
    found: Sequence[TextToken],
    table: CueTable,
    dates: Sequence[NamedThing],
    known: Collection[str],
) -> list[NamedThing]:
    """The actors and places of a sentence, in order.

    Args:
        words: The sentence.
        found: Its tokens.
        table: Cues of its language.
        dates: Its dates, which are no names.
        known: Words that are names, from the whole text.
    """
    taken = {place for one in dates for place in range(one.first, one.last)}
    given: list[NamedThing] = []
    headline = is_headline(found)
    place = 0
    while place < len(found):
        last = _run(found, place, table, taken)
        if last == place:
            place += 1
            continue
        kept = _kept(found, place, last, table, known)
        if headline and not all(token.text in known for token in found[place:last]):
            kept = None
        if kept is not None:
            first, kind = kept
            start, end = found[first].start, found[last - 1].end
            given.append(NamedThing(kind, words[start:end], start, first, last))
        place = last
    return given


def _run(found: Sequence[TextToken], place: int, table: CueTable, taken: Collection[int]) -> int:
    """Where the words with capitals that begin here end; `of` and the like may stand inside."""
    at = place
    while at < len(found) and at not in taken and _named(found, at, table):
        at += 1
        at = _after_particles(found, at, table)
        joined = at
        while joined < len(found) and joined - at < 2 and found[joined].low in ("of", "&", "the"):
            joined += 1
        inner = joined > at and joined < len(found) and joined not in taken
        if _owner(found, at, table) and at + 1 not in taken:
            at += 2
            continue
        noun = found[at - 1].text in (
            *table.file.names.group_nouns,
            *table.file.names.place_nouns,
            *table.file.names.titles,
        )
        linked = found[at].low == "&" if at < len(found) else False
        if inner and (noun or linked) and _named(found, joined, table):
            at = joined
    return at


def _after_particles(found: Sequence[TextToken], at: int, table: CueTable) -> int:
    """Where a name goes on after particles, such as `van der`."""
    after = at
    while after < len(found) and after - at < 2 and found[after].low in table.file.names.particles:
        after += 1
    return after if after < len(found) and _named(found, after, table) else at


def _owner(found: Sequence[TextToken], at: int, table: CueTable) -> bool:
    """Whether a name goes on after an apostrophe, as in a union's."""
    groups = table.file.names.group_nouns
    apostrophe = at < len(found) and found[at].low in ("'s", "'", "’", "’s")
    return apostrophe and at + 1 < len(found) and found[at + 1].text in groups


def _named(found: Sequence[TextToken], at: int, table: CueTable) -> bool:
    """Whether a token may be a word of a name."""
    token = found[at]
    if token.text[:1] == "@":
        return True
    if not token.capital and "-" not in token.text:
        return False
    if token.text in table.file.dates.months or token.text in table.file.dates.days:
        return False
    never = table.file.names.never
    if token.text.replace("’", "'").split("'")[0] in ("I", "It", "He", "She", "We", "They", "You"):
        return False
    if token.text in table.file.names.never_first and (_opens(found, at) or _numbers(found, at)):
        return False
    titled = token.text in table.file.names.titles
    start, _, rest = token.text.partition("-")
    if rest[:1].isupper() and start in table.file.names.particles:
        return True
    return token.capital and (titled or token.text not in never)


def _opens(found: Sequence[TextToken], at: int) -> bool:
    return at == 0 or not (found[at - 1].word or found[at - 1].low in (",", "&"))


def _numbers(found: Sequence[TextToken], at: int) -> bool:
    """Whether a number or a letter follows, as in `Table 3`."""
    return at + 1 < len(found) and (found[at + 1].number or _is_letter(found[at + 1]))


def _is_letter(token: TextToken) -> bool:
    return len(token.text) == 1 and token.capital


def _kept(
    found: Sequence[TextToken], first: int, last: int, table: CueTable, known: Collection[str]
) -> tuple[int, str] | None:
    """Where the name in a run begins, and whether it is an actor or a place; None for no name."""
    around = table.file.names
    only_titles = all(token.text in around.titles for token in found[first:last])
    initial = last == first + 1 and len(found[first].text.rstrip(".")) == 1
    if only_titles or initial or (found[first].text.isupper() and len(found[first].text) > 5):
        return None
    before = found[first - 1].low if first else ""
    after = found[last].low if last < len(found) else ""
    opening = _opens(found, first)
    group = found[last - 1].text in around.group_nouns
    group = group or any(token.text in around.group_nouns for token in found[first : last - 2])
    site = any(token.text in around.place_nouns for token in found[first:last])
    adjective = found[last - 1].low.endswith(tuple(around.adjective_ends))
    if adjective and after.isalpha() and not found[last].capital and after not in around.acts:
        return None
    if opening and last == first + 1 and not group:
        single = found[first]
        acting = after in around.acts or after == "'s"
        if single.text not in known and not (acting and first == 0 and single.text[:1] == "@"):
            return None
    if site and not group:
        return first, "place"
    single_before = found[first - 2].low if first > 1 else ""
    placed = before in around.place_after
    placed = placed or (before == "the" and single_before in around.place_after and not group)
    return first, "place" if placed and not group else "actor"
