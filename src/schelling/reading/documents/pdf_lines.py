"""The lines of a page of a PDF file, as pypdf finds them, in the order in which one reads them.

A gap between two lines that is wider than usual, or letters of another size, become an empty line.
"""

from __future__ import annotations

import itertools
import statistics
from typing import Any, Final

from schelling.reading.documents import pdf_columns

_WIDER: Final = 1.3
"""Times the usual distance of lines: so much parts paragraphs."""
_CLOSE: Final = 1.5
"""Times the size of the letters: lines that are not further apart are of one paragraph."""
_LARGER: Final = 1.08
"""Times the size of the letters: so much parts a heading from what follows."""
_SHOWN: Final = frozenset((b"Tj", b"TJ", b"'", b'"'))


def lines(page: Any) -> list[str]:
    """The lines of a page, empty lines between paragraphs.

    Args:
        page: The page, as pypdf has it.
    """
    pieces: list[tuple[str, float, float]] = []
    places: list[tuple[float, float]] = []

    def heard(text: str, cm: Any, tm: Any, _: Any, size: float) -> None:
        pieces.append((text, _height(cm, tm), abs(size * tm[3] * cm[3])))

    def shown(operator: bytes, _: Any, cm: Any, tm: Any) -> None:
        if operator in _SHOWN:
            places.append((cm[0] * tm[4] + cm[2] * tm[5] + cm[4], _height(cm, tm)))

    text: str = page.extract_text(visitor_text=heard, visitor_operand_before=shown)
    found = pdf_columns.columns(page, places) or _parted(text, pieces)
    return [line.rstrip() for line in found]


def _height(cm: Any, tm: Any) -> float:
    return float(cm[1] * tm[4] + cm[3] * tm[5] + cm[5])


def _parted(text: str, pieces: list[tuple[str, float, float]]) -> list[str]:
    """The lines, with an empty one where a wider gap or another size parts them."""
    given = text.split("\n")
    placed = _placed(given, pieces)
    if placed is None:
        return given
    steps = [above[0] - below[0] for above, below in itertools.pairwise(placed)]
    usual = _usual(steps, [size for _, size in placed[1:]])
    found = given[:1]
    for line, step, (above, below) in zip(
        given[1:], steps, itertools.pairwise(placed), strict=True
    ):
        sizes = sorted((above[1], below[1]))
        apart = step > _WIDER * usual or sizes[1] > _LARGER * sizes[0] > 0
        if apart and not line.lstrip()[:1].islower():
            found.append("")
        found.append(line)
    return found


def _usual(steps: list[float], sizes: list[float]) -> float:
    """The usual distance of lines: of those set close, if there are any, otherwise of all."""
    down = [step for step in steps if step > 0]
    close = [s for s, size in zip(steps, sizes, strict=True) if 0 < s <= _CLOSE * size]
    return statistics.median(close or down or [0.0])


def _placed(
    given: list[str], pieces: list[tuple[str, float, float]]
) -> list[tuple[float, float]] | None:
    """Height and size of every line; None where the pieces are not those of the text."""
    if "".join(piece for piece, _, _ in pieces) != "\n".join(given):
        return None
    placed: list[tuple[float, float]] = []
    begun = True
    for piece, height, size in pieces:
        for number, part in enumerate(piece.split("\n")):
            begun = begun or number > 0
            if begun and part.strip():
                placed.append((height, size))
                begun = False
            elif begun and number < piece.count("\n"):
                placed.append((height, size))
    return placed if len(placed) == len(given) else None
