"""Whole processes that read a text and draft a case of it: a column, and a PDF of 100 pages."""

from __future__ import annotations

import re
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from benchmarks.bench_process import ROOT, measure

sys.path.insert(0, str(ROOT / "tests"))

from reading.made_documents import pdf

ANNOTATED = ROOT / "tests" / "reading" / "annotated"
LETTERS, PAGES, LINES = 3_500, 100, 42
TIMES = 5


def words() -> list[str]:
    """The sentences of the annotated texts, one after the other."""
    texts = (path.read_text("utf-8") for path in sorted(ANNOTATED.glob("*.txt")))
    lines = (line.split(" | ", 1)[1] for text in texts for line in text.split("\n") if line)
    return [re.sub(r"<[apd]:(.*?)>", r"\1", line) for line in lines]


def column() -> str:
    """About as many characters as an opinion essay has, in paragraphs of five sentences."""
    said, found = words(), ""
    for place in range(0, len(said), 5):
        if len(found) > LETTERS:
            break
        found += " ".join(said[place : place + 5]) + "\n\n"
    return found


def pages() -> list[list[str]]:
    """Pages of 42 lines of some 90 characters, with a head and a number."""
    said = words()
    pairs = (f"{a.rstrip('.?!')}, and {b}" for a, b in zip(said[::2], said[1::2], strict=False))
    plain = " ".join(pairs).encode("latin-1", "ignore").decode("latin-1").split(" ")
    lines: list[str] = []
    line = ""
    for word in islice(cycle(plain), 200_000):
        if len(line) + len(word) > 90:
            lines.append(line)
            line = ""
            if len(lines) == PAGES * LINES:
                break
        line = f"{line} {word}".strip()
    return [["A journal", *lines[n * LINES : (n + 1) * LINES], str(n + 1)] for n in range(PAGES)]


def rows() -> list[dict[str, object]]:
    """The median of five processes each, start included."""
    with tempfile.TemporaryDirectory() as folder:
        text, paper = Path(folder, "column.txt"), Path(folder, "paper.pdf")
        text.write_text(column(), "utf-8")
        paper.write_bytes(pdf(pages()))
        return [
            _row(f"read and draft a text of {LETTERS:,} characters, whole process", text, 1.0),
            _row(f"read and draft a PDF of {PAGES} pages, whole process", paper, 5.0),
        ]


def _row(name: str, path: Path, limit: float) -> dict[str, object]:
    measure("read", str(path))  # byte-compiles, as any installation does once
    found = sorted(measure("read", str(path))[0] for _ in range(TIMES))
    ours = found[TIMES // 2]
    peers = {"peer": "limit", "theirs": limit, "ratio": limit / ours}
    return {"name": name, "unit": "s", "ours": ours, **peers}
