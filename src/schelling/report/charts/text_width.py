"""How wide the letters of a picture are, so that no label depends on the fonts of a machine.

A picture is laid out once, for Arial and the faces of the same width (Helvetica, Liberation Sans).
Where none of them is installed, another face takes their place, often a wider one, and labels run
into each other or over the edge. `pinned` therefore writes into every label the width that was
planned for it; a browser fits the letters to it. Knows no charts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import unescape
from typing import Final

_REGULAR: Final[Mapping[int, str]] = {
    191: "'", 222: "ijl‘’", 260: "|", 278: " !,./:;I[\\]ft·", 333: "()-`r“”²³¹⁰⁴⁵⁶⁷⁸⁹⁻", 334: "{}",
    350: "•", 355: '"', 389: "*", 400: "°", 469: "^", 500: "Jcksvxyz", 549: "±≥≤≈",
    556: "#$0123456789?L_abdeghnopqu–§", 576: "μ", 584: "+<=>~−×", 611: "FTZ",
    667: "&ABEKPSVXY", 668: "Δ", 713: "∞", 722: "CDHNRUw", 778: "GOQ", 833: "Mm", 834: "½",
    889: "%", 944: "W", 1000: "…—→", 1015: "@",
}  # fmt: skip
_BOLD: Final[Mapping[int, str]] = {
    238: "'", 278: " ,./I\\ijl·‘’", 280: "|", 333: "!()-:;[]`ft²³¹⁰⁴⁵⁶⁷⁸⁹⁻", 350: "•", 389: "*r{}",
    400: "°", 474: '"', 500: "z“”", 549: "±≥≤≈", 556: "#$0123456789J_aceksvxy–§",
    584: "+<=>^~−×", 611: "?FLTZbdghnopqu", 612: "μ", 667: "EPSVXY", 713: "∞", 719: "Δ",
    722: "&ABCDHKNRU", 778: "GOQw", 833: "M", 834: "½", 889: "%m", 944: "W", 975: "@",
    1000: "…—→",
}  # fmt: skip
_ADVANCES: Final = {
    bold: {letter: width for width, letters in table.items() for letter in letters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
"""Advance of each letter in thousandths of the font size, by whether it is bold."""

_MEAN: Final = 570
"""Of a letter that is in neither table."""

_LABEL: Final = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.DOTALL)
_PART: Final = re.compile(r"<tspan\b([^>]*)>([^<]*)</tspan>|([^<]+)")
_SIZE: Final = re.compile(r'\bfont-size="([\d.]+)(?:px)?"')
_WEIGHT: Final = re.compile(r'\bfont-weight="([^"]*)"')
_PLACED: Final = re.compile(r'\bd?[xy]="')


def text_width(text: str, size: float = 13.0, bold: bool = False) -> float:
    """Width of a text in Arial.

    Args:
        text: One line; white space counts as single spaces, as SVG shows it.
        size: Font size.
        bold: Whether it is set in bold.

    Returns:
        The width in the unit of `size`. A letter that is not in the table counts as one of mean
        width; one of East Asian full width counts as wide as it is high.

    Examples:
        >>> text_width("100 %", 12.0)  # three digits of 556, a space of 278, a sign of 889
        34.02
    """
    advances = _advances(" ".join(text.split()), bold)
    return round(sum(_MEAN if one is None else one for one in advances) * size / 1000, 2)


def _advances(text: str, bold: bool) -> list[int | None]:
    """Advance of every letter, None where it is not known; accents take no room of their own."""
    table = _ADVANCES[bold]
    return [
        1000 if unicodedata.east_asian_width(letter) in "WF" else table.get(letter)
        for letter in unicodedata.normalize("NFD", text)
        if not unicodedata.combining(letter)
    ]


def pinned(svg: str) -> str:
    """A picture whose labels keep the width they have in Arial, whatever face they are shown in.

    Labels with a letter of unknown width, and labels of several lines, stay as they are.

    Args:
        svg: SVG text; a label is a `text` element with at most one level of `tspan` in it.

    Returns:
        The same picture.

    Examples:
        >>> pinned('<svg font-size="10"><text>no</text></svg>')
        '<svg font-size="10"><text textLength="11.12" lengthAdjust="...">no</text></svg>'
    """
    found = _SIZE.search(svg[: svg.find(">") + 1])
    inherited = float(found[1]) if found else 16.0

    def pin(label: re.Match[str]) -> str:
        width = _label_width(label[1], label[2], inherited)
        if not width:
            return label[0]
        fit = f'textLength="{width:.2f}" lengthAdjust="spacingAndGlyphs"'
        return f"<text{label[1]} {fit}>{label[2]}</text>"

    return _LABEL.sub(pin, svg)


def _label_width(attributes: str, content: str, inherited: float) -> float | None:
    """Width of a label; None where it is not known."""
    own = _SIZE.search(attributes)
    size = float(own[1]) if own else inherited
    heavy = _is_bold(attributes)
    advances: list[int | None] = []
    for part in _PART.finditer(" ".join(content.split())):
        inner, spanned, plain = part[1] or "", part[2], part[3]
        if _PLACED.search(inner):
            return None
        words = unescape(plain if spanned is None else spanned)
        advances += _advances(words, heavy or _is_bold(inner))
    known = [one for one in advances if one is not None]
    return sum(known) * size / 1000 if len(known) == len(advances) else None


def _is_bold(attributes: str) -> bool:
    found = _WEIGHT.search(attributes)
    return found is not None and found[1] in ("bold", "600", "700", "800", "900")
