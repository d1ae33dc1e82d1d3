"""The text of a draft of a case: its sources, passages and entries, with the cues as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from schelling.case.file.yaml_tree import MAX_BYTES
from schelling.case.language.words.vocabulary import RESERVED
from schelling.reading.cues.marked import MarkedSentence
from schelling.reading.cues.marks import Cue
from schelling.reading.documents.document import Document
from schelling.reading.drafting.proposed import Proposal, Proposals

MOST_SENTENCES: Final = 20_000
"""Of a text: some 700 pages."""
_MOST_WRITTEN: Final = 4_900
"""Passages and entries; a case may have 5,000 definitions, with those to be written by hand."""
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
"""What may not stand in a case file."""
_PLAIN: Final = re.compile(r"(?!(?:true|null|y|n|yes|no|on|off)$)[A-Za-z][A-Za-z0-9_]*")
_ORDER: Final = (
    *("assumptions", "stocks", "variables", "unknowns", "events", "games", "claims", "premises"),
)
_SAID: Final = {
    "assumptions": "What is uncertain: write a prior, such as 0.1 to 0.6.",
    "variables": "What brings about what: write a value, or make it a stock or an event.",
    "games": "Who chooses what: write a tree or a matrix, and `solve`.",
    "claims": "What the text says will be, or is the case: write what has to hold.",
}


@dataclass(frozen=True)
class Answered:
    """What a command drafted, ready to be written.

    Attributes:
        entries: The words between the braces of each entry, by section and name.
        passages: The passages each rests on.
        shared: Other keys of the case.
    """

    entries: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    passages: Mapping[tuple[str, str], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, str], tuple[str, ...]]
    )
    shared: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def of(self, section: str) -> dict[str, str]:
        """The entries of a section by name."""
        return {name: words for (own, name), words in self.entries.items() if own == section}

    def rests_on(self, section: str) -> frozenset[str]:
        """The passages that entries of a section rest on."""
        found = (many for (own, _), many in self.passages.items() if own == section)
        return frozenset(one for many in found for one in many)


NOTHING: Final = Answered()


@dataclass(frozen=True)
class DraftedText:
    """A draft as the text of a case file.

    Attributes:
        text: The whole file.
        source: The name of its source.
        file: The name of the file that holds the text.
        passages: How many passages it has.
        entries: How many blank definitions, by section.
        out: How many passages it proposes as out of scope.
        more: How many proposed entries were left out, since there are so many.
        sha256: Digest of the text that it is a draft of.
    """

    text: str
    source: str
    file: str
    passages: int
    entries: dict[str, int]
    out: int
    more: int = 0
    sha256: str = ""

    @property
    def is_too_large(self) -> bool:
        """Whether no case file may be so large."""
        many = self.passages + sum(self.entries.values()) > _MOST_WRITTEN
        return many or len(self.text.encode()) > MAX_BYTES


def source_name(path: Path) -> str:
    """A name for a source, of the name of its file.

    Examples:
        >>> source_name(Path("The Essay (2).txt")), source_name(Path("2031.md"))
        ('the_essay_2', 'text_2031')
    """
    name = re.sub(r"\W+", "_", path.stem.lower(), flags=re.ASCII).strip("_")
    name = name if name[:1].isalpha() else f"text_{name}".rstrip("_")
    return f"{name}_text" if name in RESERVED else name


def text_file(document: Document) -> str:
    """The name of the file that holds the text of a document."""
    return f"{document.path.name}.txt" if document.is_extract else document.path.name


def written(
    document: Document,
    sentences: Sequence[MarkedSentence],
    found: Proposals,
    *,
    title: str = "",
    quote: bool = False,
    answered: Answered = NOTHING,
) -> DraftedText:
    """The draft as a case file.

    Args:
        document: The text.
        sentences: Its marked sentences; each becomes a passage, of a long text those with a cue.
        found: What they propose.
        title: What the case is called; the name of the file if empty.
        quote: Whether the words of each sentence are added as comments.
        answered: What a command drafted; a blank of the same section and passage gives way to it.
    """
    name, file = source_name(document.path), text_file(document)
    lines = [
        "schelling: 1",
        f"title: {flow(title or document.path.stem)}",
        "sources:",
        f"  {name}: {{file: {flow(file)}, sha256: {document.sha256}}}",
        "passages:",
    ]
    told = answered.of("passages")
    kept = _kept(sentences, found, answered)
    for one in kept:
        place = one.place
        where = f"source: {name}, start: {place.start}, end: {place.end}, sha256: {place.sha256}"
        out = ", scope: out, why: A judgement of value." if place.name in found.out else ""
        more = f", {told[place.name]}" if place.name in told else out
        comment = f"  # {_UNFIT.sub(' ', one.words)}" if quote else ""
        lines.append(f"  {place.name}: {{{where}{more}}}{comment}")
    lines += [f"{key}: {flow(value)}" for key, value in answered.shared.items()]
    lines += _actors(found, answered.of("actors"))
    by_name = {one.place.name: one for one in sentences}
    counts: dict[str, int] = {}
    for section in _ORDER:
        drafted = answered.of(section)
        taken = answered.rests_on(section)
        entries = [e for e in found.entries if e.section == section and e.passage not in taken]
        entries = [entry for entry in entries if entry.name not in drafted]
        if entries or drafted:
            lines += [f"# {_SAID[section]}"] if section in _SAID else []
            lines.append(f"{section}:")
        lines += [f"  {key}: {{{words}}}" for key, words in drafted.items()]
        for entry in entries:
            lines += _entry(entry, by_name[entry.passage])
        counts |= {section: len(entries)} if entries else {}
    text = "\n".join(lines) + "\n"
    numbers = (len(kept), counts, len(found.out), found.more)
    return DraftedText(text, name, file, *numbers, sha256=document.sha256)


def _kept(
    sentences: Sequence[MarkedSentence], found: Proposals, answered: Answered
) -> Sequence[MarkedSentence]:
    """The sentences that become passages: all, or of a long text those that something cites."""
    if len(sentences) + len(found.entries) + len(answered.entries) <= _MOST_WRITTEN:
        return sentences
    cited = {entry.passage for entry in found.entries} | found.out
    cited |= {one for many in answered.passages.values() for one in many}
    cited |= set(answered.of("passages"))
    return [one for one in sentences if one.place.name in cited]


def _actors(found: Proposals, drafted: Mapping[str, str]) -> list[str]:
    if not found.actors and not drafted:
        return []
    lines = ["# Names of those who may choose; remove who does not.", "actors:"]
    lines += [f"  {key}: {{{words}}}" for key, words in drafted.items()]
    known = {key.replace("_", "").lower() for key in drafted}
    return lines + [
        f"  {key}: {{name: {flow(name)}}}"
        for key, name in found.actors.items()
        if key.replace("_", "").lower() not in known
    ]


def _entry(entry: Proposal, sentence: MarkedSentence) -> list[str]:
    blanks = ", ".join(f'{key}: ""' for key in entry.blanks)
    return [
        f"  # {_because(entry.because, sentence)}",
        f'  {entry.name}: {{from: {entry.passage}, says: "", {blanks}}}',
    ]


def _because(because: Sequence[Cue], sentence: MarkedSentence) -> str:
    """The cues and names of a sentence in a line."""
    marks: dict[str, list[str]] = {}
    for cue in _told(because):
        marks.setdefault(cue.mark, []).append(cue_words(cue))
    parts = [f"{mark}: {', '.join(words)}" for mark, words in marks.items()]
    for kind, many in (("actor", "actors"), ("place", "places"), ("date", "dates")):
        names = sentence.named(kind)
        if names:
            parts.append(f"{kind if len(names) == 1 else many}: {', '.join(names)}")
    return _UNFIT.sub(" ", "; ".join(parts))


def _told(because: Sequence[Cue]) -> list[Cue]:
    """The cues whose words are no part of those of another cue of the mark."""
    told: list[Cue] = []
    for cue in sorted(because, key=lambda one: (one.low is None, -len(one.words))):
        if all(cue.mark != one.mark or cue.words not in one.words for one in told):
            told.append(cue)
    return [cue for cue in because if any(cue is one for one in told)]


def cue_words(cue: Cue) -> str:
    """The words of a cue, in quotes, with what a word of likelihood stands for.

    Examples:
        >>> cue_words(Cue("prediction", "probability", "likely", 0.55, 0.80))
        "'likely' (55 to 80 %)"
    """
    words = f"'{cue.words}'"
    if cue.low is None or cue.high is None:
        return words
    return f"{words} ({100 * cue.low:.0f} to {100 * cue.high:.0f} %)"


def flow(value: Any) -> str:
    """A value as YAML in one line, texts in quotes.

    Examples:
        >>> flow({"holds": "a > 1", "within": [0, 1], "odd key": True})
        '{holds: "a > 1", within: [0, 1], "odd key": true}'
    """
    if isinstance(value, dict):
        return f"{{{flow_pairs(cast('dict[str, Any]', value))}}}"
    if isinstance(value, list):
        return f"[{', '.join(flow(part) for part in cast('list[Any]', value))}]"
    return json.dumps(
        _UNFIT.sub(" ", value) if isinstance(value, str) else value, ensure_ascii=False
    )


def flow_pairs(value: Mapping[str, Any]) -> str:
    """The keys and values of a mapping as YAML, without the braces around it."""
    return ", ".join(f"{_key(key)}: {flow(part)}" for key, part in value.items())


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else flow(key)
