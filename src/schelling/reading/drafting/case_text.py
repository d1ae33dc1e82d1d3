"""The text of a draft of a case: its sources, passages and entries, with the cues as comments."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schelling.case.file.yaml_tree import MAX_BYTES
from schelling.case.language.vocabulary import RESERVED
from schelling.reading.cues.marked import MarkedSentence
from schelling.reading.cues.marks import Cue
from schelling.reading.documents.document import Document
from schelling.reading.drafting.proposed import Proposal, Proposals

MOST_SENTENCES: Final = 4_000
"""Of a draft: more do not fit into a case file."""
_UNFIT: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What may not stand in a case file."""
_SAID: Final = {
    "assumptions": "What is uncertain: write a prior, such as 0.1 to 0.6.",
    "variables": "What brings about what: write a value, or make it a stock or an event.",
    "games": "Who chooses what: write a tree or a matrix, and `solve`.",
    "claims": "What the text says will be, or is the case: write what has to hold.",
}


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
    """

    text: str
    source: str
    file: str
    passages: int
    entries: dict[str, int]
    out: int

    @property
    def is_too_large(self) -> bool:
        """Whether no case file may be so large."""
        return len(self.text.encode()) > MAX_BYTES


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
) -> DraftedText:
    """The draft as a case file.

    Args:
        document: The text.
        sentences: Its marked sentences; each becomes a passage.
        found: What they propose.
        title: What the case is called; the name of the file if empty.
        quote: Whether the words of each sentence are added as comments.
    """
    name, file = source_name(document.path), text_file(document)
    lines = [
        "schelling: 1",
        f"title: {_text(title or document.path.stem)}",
        "sources:",
        f"  {name}: {{file: {_text(file)}, sha256: {document.sha256}}}",
        "passages:",
    ]
    for one in sentences:
        place = one.place
        where = f"source: {name}, start: {place.start}, end: {place.end}, sha256: {place.sha256}"
        out = ", scope: out, why: A judgement of value." if place.name in found.out else ""
        lines.append(
            f"  {place.name}: {{{where}{out}}}"
            + (f"  # {_UNFIT.sub(' ', one.words)}" if quote else "")
        )
    lines += _actors(found)
    by_name = {one.place.name: one for one in sentences}
    for section, said in _SAID.items():
        entries = [one for one in found.entries if one.section == section]
        if entries:
            lines += [f"# {said}", f"{section}:"]
        for entry in entries:
            lines += _entry(entry, by_name[entry.passage])
    counts = {
        section: sum(one.section == section for one in found.entries)
        for section in _SAID
        if any(one.section == section for one in found.entries)
    }
    text = "\n".join(lines) + "\n"
    return DraftedText(text, name, file, len(sentences), counts, len(found.out))


def _actors(found: Proposals) -> list[str]:
    if not found.actors:
        return []
    lines = ["# Names of those who may choose; remove who does not.", "actors:"]
    return lines + [f"  {key}: {{name: {_text(name)}}}" for key, name in found.actors.items()]


def _entry(entry: Proposal, sentence: MarkedSentence) -> list[str]:
    blanks = ", ".join(f'{key}: ""' for key in entry.blanks)
    return [
        f"  # {_because(entry.because, sentence)}",
        f'  {entry.name}: {{from: {entry.passage}, says: "", {blanks}}}',
    ]


def _because(because: Sequence[Cue], sentence: MarkedSentence) -> str:
    """The cues and names of a sentence in a line."""
    marks: dict[str, list[str]] = {}
    for cue in because:
        marks.setdefault(cue.mark, []).append(cue_words(cue))
    parts = [f"{mark}: {', '.join(words)}" for mark, words in marks.items()]
    for kind, many in (("actor", "actors"), ("place", "places"), ("date", "dates")):
        names = sentence.named(kind)
        if names:
            parts.append(f"{kind if len(names) == 1 else many}: {', '.join(names)}")
    return _UNFIT.sub(" ", "; ".join(parts))


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


def _text(words: str) -> str:
    return json.dumps(_UNFIT.sub(" ", words), ensure_ascii=False)
