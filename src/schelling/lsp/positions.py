"""Places in a text, as the checker counts them and as an editor does.

The checker counts lines and columns from 1, in code points. An editor counts both from 0, and
columns in the units agreed on when the session began: UTF-16 unless it can do better.
"""

from __future__ import annotations

from lsprotocol import types
from pygls.workspace import PositionCodec

from schelling.case.file.lines import Lines
from schelling.errors import Span


class Positions:
    """One text, for places in both countings.

    Args:
        text: The text, with every line ending as a newline.
        encoding: The units of columns; UTF-16 when None.
    """

    def __init__(self, text: str, encoding: str | None = None) -> None:
        self.text = text
        self._rows = text.split("\n")
        self._codec = PositionCodec(encoding or types.PositionEncodingKind.Utf16)

    def range(self, span: Span | None) -> types.Range:
        """A stretch of the text in the editor's counting; without one, the first character."""
        if span is None:
            return types.Range(types.Position(0, 0), types.Position(0, 1))
        start = self._position(span.line, span.column)
        return types.Range(start, self._position(span.end_line, span.end_column))

    def _position(self, line: int, column: int) -> types.Position:
        if line > len(self._rows):  # after the last line, where a block ends
            return types.Position(len(self._rows) - 1, self._units(self._rows[-1]))
        return types.Position(line - 1, self._units(self._rows[line - 1][: column - 1]))

    def _units(self, written: str) -> int:
        return self._codec.client_num_units(written)

    def place(self, position: types.Position) -> tuple[int, int]:
        """Line and column of an editor's position, as the checker counts them."""
        row = self._rows[position.line] if position.line < len(self._rows) else ""
        units = column = 0
        for column, sign in enumerate(row):
            if units >= position.character:
                return position.line + 1, column + 1
            units += self._units(sign)
        return position.line + 1, len(row) + 1

    def offset(self, position: types.Position) -> int:
        """How many code points stand before an editor's position."""
        return Lines(self.text).offset(*self.place(position))
