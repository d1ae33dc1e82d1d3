"""The annotated texts, and how well boundaries and marks are found in them."""

from __future__ import annotations

import hashlib
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from schelling.reading.cues.marked import marked
from schelling.reading.cues.tables import MARKS, english
from schelling.reading.documents.document import Document

FOLDER = Path(__file__).parent / "annotated"
NAME = re.compile(r"<([apd]):(.*?)>")
Counts = Counter[tuple[str, str]]
KINDS = {"a": "actor", "p": "place", "d": "date"}


@dataclass(frozen=True)
class Annotated:
    """A sentence as a person has marked it."""

    words: str
    marks: frozenset[str]
    names: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Score:
    """How many were found, are there, and are both."""

    found: int
    there: int
    both: int

    @property
    def precision(self) -> float:
        return self.both / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.both / self.there if self.there else 0.0


def annotated(path: Path) -> list[list[Annotated]]:
    """The paragraphs of an annotated text."""
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    return [[sentence(line) for line in block.split("\n")] for block in blocks]


def sentence(line: str) -> Annotated:
    """The sentence of a line: its marks, a bar, its words."""
    marks, words = line.split(" | ", 1)
    names = frozenset((KINDS[kind], name) for kind, name in NAME.findall(words))
    given = frozenset(marks.split()) - {"-"}
    assert given <= set(MARKS), line
    return Annotated(NAME.sub(r"\2", words), given, names)


def texts() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*.txt"))


def document(paragraphs: list[list[Annotated]]) -> Document:
    text = "\n\n".join(" ".join(one.words for one in paragraph) for paragraph in paragraphs)
    return Document(Path("text.txt"), "plain", text, hashlib.sha256(text.encode()).hexdigest())


def scores(paths: list[Path] | None = None) -> dict[str, Score]:
    """Precision and recall of boundaries, of each mark and of names over all texts.

    Marks are compared of sentences whose boundaries are right, names by their words.
    """
    counts: Counts = Counter()
    for path in paths or texts():
        paragraphs = annotated(path)
        add(counts, [one for paragraph in paragraphs for one in paragraph], document(paragraphs))
    return scored(counts)


def add(counts: Counts, given: Iterable[Annotated], read: Document) -> None:
    """Count what is there and what is found in one text."""
    gold = {one.words: one for one in given}
    found = {one.words: one for one in marked(read, english())}
    _count(counts, "boundary", set(gold), set(found))
    for words in set(gold) & set(found):
        for mark in MARKS:
            _count(counts, mark, {mark} & gold[words].marks, {mark} & found[words].marks)
        for kind in KINDS.values():
            there = {name for k, name in gold[words].names if k == kind}
            _count(counts, kind, there, set(found[words].named(kind)))


def scored(counts: Counts) -> dict[str, Score]:
    """Scores of what was counted."""
    kinds = ("boundary", *MARKS, *KINDS.values())
    return {k: Score(*(counts[k, part] for part in ("found", "there", "both"))) for k in kinds}


def _count(counts: Counts, kind: str, there: set[str], found: set[str]) -> None:
    counts[kind, "there"] += len(there)
    counts[kind, "found"] += len(found)
    counts[kind, "both"] += len(there & found)


def interval(part: int, whole: int) -> str:
    """The central 95 % interval of a share, by Wilson's score (1927)."""
    if not whole:
        return "of no mark"
    z = 1.959964
    middle = (part + z**2 / 2) / (whole + z**2)
    half = z * math.sqrt(part * (whole - part) / whole + z**2 / 4) / (whole + z**2)
    return f"{max(0.0, middle - half):.2f} to {min(1.0, middle + half):.2f}"


def with_intervals(found: dict[str, Score]) -> str:
    """The scores as a table, with intervals: few sentences say little."""
    lines = ["mark        there  found  precision   (95 %)        recall   (95 %)"]
    for kind, one in found.items():
        precise = f"{one.precision:>9.2f}   {interval(one.both, one.found)}"
        recalled = f"{one.recall:>6.2f}   {interval(one.both, one.there)}"
        lines.append(f"{kind:<10}  {one.there:>5}  {one.found:>5}  {precise}  {recalled}")
    return "\n".join(lines)


def table(found: dict[str, Score], of: str = "mark") -> str:
    """The scores as a table, one row for each mark, or for each of something else."""
    lines = [f"{of:<10}  there  found  precision  recall"]
    for kind, one in found.items():
        numbers = f"{one.there:>5}  {one.found:>5}  {one.precision:>9.2f}  {one.recall:>6.2f}"
        lines.append(f"{kind:<10}  {numbers}")
    return "\n".join(lines)


if __name__ == "__main__":
    wanted = [FOLDER / f"{name}.txt" for name in sys.argv[1:]]
    sys.stdout.write(table(scores(wanted or None)) + "\n")
