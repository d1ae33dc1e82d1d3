"""Text for a terminal: signs that its encoding has, none of which steers it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from schelling.errors import printable
from schelling.report.words.numerals import NO_BREAK

_SPELLED = {
    **{"±": "+-", "−": "-", "–": "-", "×": "x", "∞": "inf"},
    **{"’": "'", "“": '"', "”": '"', "†": "#"},
}
_RAISED, _DIGITS = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+"), str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@dataclass(frozen=True)
class TerminalDrawing:
    """Something that is drawn once it is known how wide the terminal is, and what signs it has."""

    draw: Callable[[ConsoleOptions], Iterable[RenderableType]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self.draw(options)


def plain(text: str, ascii_only: bool) -> str:
    """A text without signs that steer a terminal, and with others for those it does not have.

    Examples:
        >>> plain("2 ± 1" + chr(27) + "[2J", ascii_only=True)
        '2 +- 1 [2J'
        >>> plain("2.7×10⁻⁷ to ∞", ascii_only=True)
        '2.7x10^-7 to inf'
    """
    text = printable(text.replace(NO_BREAK, " "))
    if not ascii_only:
        return text
    for sign, spelled in _SPELLED.items():
        text = text.replace(sign, spelled)
    text = _RAISED.sub(lambda raised: "^" + raised[0].translate(_DIGITS), text)
    return text.encode("ascii", "replace").decode()


def styled(text: str, style: str = "", *, ascii_only: bool) -> Text:
    """A plain text in a style."""
    return Text(plain(text, ascii_only), style=style)
