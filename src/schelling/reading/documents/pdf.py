"""The paragraphs of a PDF file, from the lines that pypdf finds on its pages.

Lines at the head or foot of most pages, numbers of pages among them, are left out. A word that is
parted at the end of a line is put together, and a sentence that goes on over a page as well.
"""

from __future__ import annotations

import io
import itertools
import logging
import re
from collections import Counter
from typing import Final

import pypdf
from pypdf.errors import DependencyError, PyPdfError

from schelling.case.texts import line_breaks
from schelling.reading.documents import pdf_lines
from schelling.reading.documents.letters import spelled
from schelling.reading.documents.refused import RefusedDocument

_MOST_PAGES: Final = 2_000
_PARTED: Final = re.compile(r"(?<=[a-zà-ÿ])[-\u00ad\u2010]$")
_COMPOUND: Final = re.compile(r"\b(?:well|self|long|short|high|low|so)[-\u2010]$", re.IGNORECASE)
_ENDING: Final = re.compile(
    r"(?:er|ly|ness|age|ing|ed|ish|est|en|s|ered|ering|land|lands|light|lights|way|ways|fall|falls"
    r"|itude|evity|come|hand|cut|cuts|list|lists|fare)\b"
)
"""The rest of a word such as `shortage`, after which no hyphen was lost in joining."""
_ENDED: Final = re.compile(r"[.!?:][\"'”’»)\]0-9]*$")
_NUMBERS: Final = re.compile(r"[0-9]+|\b[ivxlc]+\b")
_MOST_RUNNING: Final = 3  # lines at the head, and at the foot, of a page
_SHORT: Final = 0.8  # of the width of a text; a line that is shorter and ends like one ends it


def extract(data: bytes) -> tuple[str, list[str]]:
    """The words of a PDF file.

    Args:
        data: The file.

    Returns:
        Its paragraphs, parted by empty lines, and what was left out.

    Raises:
        RefusedDocument: It is encrypted or broken, or has too many pages.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages, empty = _pages(data)
    kept, running = pages, 0
    for round_ in range(_MOST_RUNNING):
        kept, more = _without_running(kept, worded=round_ > 0)
        running += more
        if not more:
            break
    left_out = [f"{running} lines at the head or foot of pages"] if running else []
    if empty and len(empty) < len(pages):
        shown = ", ".join(map(str, empty[:5])) + (", ..." if len(empty) > 5 else "")
        left_out.append(f"{len(empty)} pages without text ({shown})")
    return spelled("\n\n".join(_paragraphs(kept))), left_out


def _pages(data: bytes) -> tuple[list[list[str]], list[int]]:
    """The lines of every page, and which pages have none."""
    pages: list[list[str]] = []
    opened = False
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not _opened(reader):
            raise RefusedDocument("E124", "is encrypted", "save it without a password")
        if len(reader.pages) > _MOST_PAGES:
            message = f"has {len(reader.pages):,} pages; at most {_MOST_PAGES:,} are read"
            raise RefusedDocument("E123", message, "read a part of it")
        opened = True
        for page in reader.pages:
            pages.append(pdf_lines.lines(page))
    except (RefusedDocument, MemoryError):
        raise
    except Exception as error:  # a broken file makes pypdf raise whatever its parts raise
        if "Limit" in type(error).__name__:
            message = "unpacks to more than any text has"
            raise RefusedDocument("E123", message) from error
        place = f" at page {len(pages) + 1}" if opened else ""
        kind = str(error) if isinstance(error, PyPdfError) else type(error).__name__
        raise RefusedDocument("E122", f"is no PDF file, or broken{place}: {kind}") from error
    return pages, [n for n, page in enumerate(pages, start=1) if not any(map(str.strip, page))]


def _opened(reader: pypdf.PdfReader) -> bool:
    """Whether an encrypted file opens without a password."""
    try:
        return bool(reader.decrypt(""))
    except (PyPdfError, DependencyError, NotImplementedError, ValueError):
        return False  # also where the cipher needs a library that is not installed


def _without_running(pages: list[list[str]], *, worded: bool) -> tuple[list[list[str]], int]:
    """Pages without the outermost line where it stands at the head or foot of most of them.

    Args:
        pages: Their lines.
        worded: Whether only a line with letters counts: numbers may be rows of a table.
    """
    filled = [[line for line in page if line.strip()] for page in pages]
    ends = Counter(
        _shape(page[place]) for page in filled if len(page) > 2 for place in {0, len(page) - 1}
    )
    most = max(2, len(filled) / 2)
    usual = {shape for shape, count in ends.items() if count > most}
    usual = {shape for shape in usual if not worded or any(map(str.isalpha, shape))}
    kept: list[list[str]] = []
    running = 0
    for page in pages:
        lines = list(page)
        for place in (0, -1):
            while lines and not lines[place].strip():
                lines.pop(place)
            if lines and _shape(lines[place]) in usual:
                lines.pop(place)
                running += 1
        kept.append(lines)
    return kept, running


def _shape(line: str) -> str:
    return _NUMBERS.sub("#", line.strip().lower())


def _paragraphs(pages: list[list[str]]) -> list[str]:
    lines = [line for page in pages for line in (*page, None)]
    lengths = sorted(len(line) for line in lines if line and line.strip())
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    found: list[list[str]] = [[]]
    for line in lines:
        words = "" if line is None else line.replace("\r", " ").strip()
        last = found[-1][-1] if found[-1] else ""
        if line is None:  # the end of a page ends a paragraph only after the end of a sentence
            ended = bool(_ENDED.search(last))
        else:
            ended = not words or (bool(_ENDED.search(last)) and len(last) < _SHORT * width)
        if ended and found[-1]:
            found.append([])
        if words:
            found[-1].append(words)
    parts = [part for lines in found for part in _begun(lines)]
    return [joined for joined in map(_joined, parts) if joined]


def _begun(lines: list[str]) -> list[list[str]]:
    """The lines of a paragraph, parted where an item of a list begins."""
    places = itertools.accumulate((len(line) + 1 for line in lines), initial=0)
    numbers = {place: number for number, place in enumerate(places)}
    text = "\n".join(lines)
    meant = line_breaks.meant(text, 0, len(text), only_lists=True)
    firsts = [numbers[place] for place in meant]
    ends = [*firsts, len(lines)]
    return [lines[first:last] for first, last in zip([0, *firsts], ends, strict=True)]


def _joined(lines: list[str]) -> str:
    """Lines as one, words that were parted put together."""
    pieces: list[str] = []
    for line in lines:
        if pieces and line[:1].islower() and _PARTED.search(pieces[-1]):
            kept = _COMPOUND.search(pieces[-1]) and not _ENDING.match(line)
            pieces[-1] = (pieces[-1] if kept else pieces[-1][:-1]) + line
        else:
            pieces.append(line)
    return " ".join(" ".join(pieces).split())
