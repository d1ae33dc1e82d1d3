"""From offsets in a text to lines and columns."""

from __future__ import annotations

import bisect

from schelling.errors import Span


class Lines:
    r"""A text that knows where its lines begin.

    Examples:
        >>> Lines("one\ntwo").span(4, 7)
        Span(line=2, column=1, end_line=2, end_column=4)
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        while (found := text.find("\n", self._starts[-1])) >= 0:
            self._starts.append(found + 1)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, counting from 1."""
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and a column; the end of the text where it is shorter."""
        start = self._starts[line - 1] if line <= len(self._starts) else len(self.text)
        return min(start + column - 1, len(self.text))

    def span(self, first: int, last: int) -> Span:
        """The stretch between two offsets, half-open."""
        return Span(*self.position(first), *self.position(last))
