"""The sentences of a document with what the cues say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from schelling.case.texts.sentences import Stretch
from schelling.reading.cues import dates as dates_of
from schelling.reading.cues import names as names_of
from schelling.reading.cues.dates import NamedThing
from schelling.reading.cues.marks import Cue, cues
from schelling.reading.cues.tables import CueTable, Mark
from schelling.reading.cues.tokens import TextToken, tokens
from schelling.reading.documents import markdown
from schelling.reading.documents.document import Document, unquoted


@dataclass(frozen=True)
class MarkedSentence:
    """A sentence and its cues.

    Attributes:
        place: Where it stands in the document.
        words: Its words, white space as single blanks, without marks of Markdown.
        cues: What marks it.
        names: Actors, places and dates in it.
    """

    place: Stretch
    words: str
    cues: tuple[Cue, ...]
    names: tuple[NamedThing, ...]

    @property
    def marks(self) -> frozenset[Mark]:
        """What it is marked as."""
        return frozenset(cue.mark for cue in self.cues)

    def named(self, kind: str) -> tuple[str, ...]:
        """The names of a kind, each once."""
        return tuple(dict.fromkeys(one.words for one in self.names if one.kind == kind))


def marked(
    document: Document, table: CueTable, chosen: Sequence[Stretch] | None = None
) -> tuple[MarkedSentence, ...]:
    """Mark the sentences of a document.

    Args:
        document: The document.
        table: Cues of its language.
        chosen: Some of its sentences; all if None.
    """
    places = document.sentences if chosen is None else chosen
    said: list[str] = []
    for one in places:
        words = document.text[one.start : one.end]
        if document.form == "markdown":
            words = markdown.plain(words)
        elif document.form == "plain":
            words = unquoted(words)
        said.append(" ".join(words.split()))
    split = [tokens(words, table.abbreviations) for words in said]
    capitals = names_of.capitals(split)
    found: list[MarkedSentence] = []
    for place, words, parts in zip(places, said, split, strict=True):
        days = dates_of.dates(words, parts, table)
        taken = [at for one in days for at in range(one.first, one.last)]
        given = cues(words, parts, table, taken)
        others = names_of.names(words, parts, table, days, capitals)
        given += _reply(given, others)
        every = tuple(sorted((*days, *others), key=lambda one: one.start))
        found.append(MarkedSentence(place, words, tuple(given), every))
    return _of_one_kind(found, split, table)


def _of_one_kind(
    found: Sequence[MarkedSentence], split: Sequence[Sequence[TextToken]], table: CueTable
) -> tuple[MarkedSentence, ...]:
    """The same, where a name that is a place in one sentence is a place in all.

    Unless it is, anywhere, the subject of a verb in the table, or an owner, as in "Lorn's harbour".
    """
    seen: dict[str, set[str]] = {}
    acting: set[str] = set()
    for one, parts in zip(found, split, strict=True):
        for name in one.names:
            seen.setdefault(name.words, set()).add(name.kind)
            after = parts[name.last].low if name.last < len(parts) else ""
            before = parts[name.first - 1].low if name.first else ""
            subject = before not in ("of", *table.file.names.place_after)
            if name.kind == "actor" and subject and after in (*table.file.names.acts, "'s"):
                acting.add(name.words)
    places = {words for words, kinds in seen.items() if "place" in kinds} - acting
    return tuple(
        replace(
            one,
            names=tuple(
                replace(name, kind="place") if name.words in places else name for name in one.names
            ),
        )
        for one in found
    )


def _reply(given: list[Cue], others: list[NamedThing]) -> list[Cue]:
    """A choice where somebody named will do something if something else is done."""
    asked = [cue for cue in given if cue.kind in ("if", "inversion")]
    expected = any(cue.mark == "prediction" for cue in given)
    chosen = any(cue.mark == "choice" for cue in given)
    acting = any(one.kind == "actor" for one in others)
    if not asked or not expected or chosen or not acting:
        return []
    return [Cue("choice", "reply", asked[0].words)]
