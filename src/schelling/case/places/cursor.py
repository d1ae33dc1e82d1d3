"""Where in a case a cursor stands, from the text alone: it need not be valid YAML while one types.

Only what stands before the cursor is looked at: indentation, keys, braces and brackets. It is a
guess for completion; nothing else rests on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schelling.case.file.yaml_tree import Path

_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s"'#{}\[\]&*!|>%@`-][^:#{}]*?)\s*:(?=\s|$)""")
_BLOCK = re.compile(r"\s*[|>][-+0-9]*\s*(?:#.*)?$")
_PARTIAL = re.compile(r"[A-Za-z0-9_]*$")


@dataclass(frozen=True)
class Cursor:
    """Where a cursor stands.

    Attributes:
        path: Keys that lead to the value that is being written, or to the mapping of the key.
        key: Whether a key could be written here.
        value: Whether a value could.
        partial: What of the word is written already.
        before: What stands before that word, since the value or the key began.
        beside: Keys that stand above in the same mapping.
    """

    path: Path
    key: bool
    value: bool
    partial: str
    before: str = ""
    beside: tuple[str, ...] = ()


@dataclass
class _Level:
    """A mapping or a list that is still open.

    Attributes:
        column: Where its keys or dashes stand; inside brackets, -1.
        bracket: The bracket that opened it; a dash for a list without one; empty otherwise.
        key: The key or position whose value is being read; None while a key is.
        keys: Every key so far.
    """

    column: int
    bracket: str = ""
    key: str | int | None = None
    keys: list[str] = field(default_factory=list[str])

    @property
    def depth(self) -> tuple[int, bool]:
        """Order of nesting: a dash may stand right below the key it belongs to."""
        return self.column, self.bracket == "-"


def at(text: str, offset: int) -> Cursor:
    r"""Where an offset in a text stands.

    Examples:
        >>> found = at("claims:\n  peace: {holds: alw", 28)
        >>> found.path, found.key, found.partial
        (('claims', 'peace', 'holds'), False, 'alw')
        >>> found = at("claims:\n  peace:\n    wh", 24)
        >>> found.path, found.key, found.partial
        (('claims', 'peace'), True, 'wh')
    """
    scan = _Scan()
    *lines, last = text[:offset].split("\n")
    for line in lines:
        scan.line(line)
    scan.line(last, ended=False)
    return scan.cursor()


class _Scan:
    """Reads a text line by line and keeps what is still open."""

    def __init__(self) -> None:
        self.block: list[_Level] = []
        self.flow: list[_Level] = []
        self.text: int | None = None  # column of the key whose block of text is being read
        self.token = ""  # what stands since the last key, comma or bracket
        self.quote = ""
        self.round = 0
        self.alone = False  # nothing of the value stands before this line

    def line(self, line: str, *, ended: bool = True) -> None:
        stripped, indent = line.strip(), len(line) - len(line.lstrip(" "))
        if self.flow:
            self.inside("\n" + line)
            return
        if self.text is not None and (not stripped or indent > self.text):
            self.token += "\n" + line
            return
        if ended and (not stripped or stripped.startswith("#")):
            return
        self.text = None
        column = self.dashes(line, indent)
        match = _KEY.match(line, column)
        if match is None:
            self.continued(line[column:], column)
            return
        level = self.level(_Level(column))
        key = match.group(1).strip("\"'")
        level.key = key
        level.keys.append(key)
        self.token, self.alone, self.quote, self.round = "", False, "", 0
        rest = line[match.end() :]
        if _BLOCK.fullmatch(rest) and ended:
            self.text = column
        elif rest.lstrip()[:1] in ("{", "["):
            self.inside(rest)
        else:
            self.token = rest

    def dashes(self, line: str, column: int) -> int:
        """Column after the dashes of list entries."""
        while line.startswith("- ", column) or line[column:] == "-":
            level = self.level(_Level(column, "-"))
            level.key = level.key + 1 if isinstance(level.key, int) else 0
            self.token, self.alone = "", True
            rest = line[column + 1 :]
            column += 1 + len(rest) - len(rest.lstrip(" "))
        return column

    def level(self, wanted: _Level) -> _Level:
        """The open mapping or list at a column; those inside it are closed."""
        while self.block and self.block[-1].depth > wanted.depth:
            self.block.pop()
        if not self.block or self.block[-1].depth != wanted.depth:
            self.block.append(wanted)
        return self.block[-1]

    def continued(self, rest: str, column: int) -> None:
        """A line without a key: it goes on with a value, or begins a key."""
        while self.block and self.block[-1].column >= column:
            last = self.block[-1]
            if last.column == column and last.bracket != "-":
                last.key, self.token = None, ""
                break
            self.block.pop()
            self.token = ""
        if rest.lstrip()[:1] in ("{", "[") and not self.token.strip():
            self.inside(rest)
            return
        self.alone = not self.token.strip()
        self.token += "\n" + rest

    def inside(self, written: str) -> None:
        """Text in which braces and brackets count."""
        for position, sign in enumerate(written):
            if self.quote:
                self.quote = "" if sign == self.quote else self.quote
                self.token += sign
            elif sign in "\"'" and not self.token.strip():
                self.quote = sign
                self.token += sign
            elif sign == "#" and written[position - 1 : position].isspace():
                return
            else:
                following = written[position + 1 : position + 2]
                self.sign(sign, not following or following.isspace())
                if not self.flow and sign in "}]":
                    return

    def sign(self, sign: str, last: bool) -> None:
        """One character outside of quotes."""
        top = self.flow[-1] if self.flow else None
        if sign in "{[" and not self.round:
            self.flow.append(_Level(-1, sign, 0 if sign == "[" else None))
            self.token = ""
        elif sign in "}]" and not self.round:
            self.flow.pop()
            self.token = sign
        elif top is not None and sign == "," and not self.round:
            top.key = top.key + 1 if isinstance(top.key, int) else None
            self.token = ""
        elif top is not None and sign == ":" and last and top.key is None:
            key = self.token.strip().strip("\"'")
            top.key = key
            top.keys.append(key)
            self.token = ""
        else:
            self.round = max(0, self.round + (sign == "(") - (sign == ")"))
            self.token += sign

    def cursor(self) -> Cursor:
        """Where the text ends."""
        levels = [*self.block, *self.flow]
        path = tuple(level.key for level in levels if level.key is not None)
        top = levels[-1] if levels else _Level(0)
        token = self.token.lstrip().lstrip("\"'")
        partial = _PARTIAL.search(token)
        word = partial.group() if partial else ""
        before = token[: len(token) - len(word)]
        if self.flow:
            key = top.key is None
            return Cursor(path, key, not key, word, before, tuple(top.keys))
        fresh = self.alone and not before
        key = not levels or top.key is None or fresh
        beside = tuple(top.keys) if top.key is None else ()
        return Cursor(path, key, top.key is not None, word, before, beside)
