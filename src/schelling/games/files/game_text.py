"""Words, quoted texts, braces and exact numbers of Gambit's file formats, each with its place.

Made for strangers' files: length, numbers and their exponents are bounded before anything is
computed, and what is wrong becomes a `Problem` with line and column. Knows no game.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, NoReturn

from schelling.errors import CaseError, Problem, Span

LONGEST_FILE = 4_000_000
"""Characters of the longest file that is read."""

_LONGEST_NUMBER = 1200  # the smallest double written out takes 1077 digits
_LARGEST_EXPONENT = 400
_MOST_PROBLEMS = 20
_TOKEN = re.compile(r'[\s,]*+(?:"((?:[^"\\]++|\\.)*+)"|([{}])|([^\s,{}"]++)|(\Z))', re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+/\d+|(?:\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,9}))?)")


class TokenShape(enum.Enum):
    """What a token is."""

    TEXT = "a quoted text"
    BRACE = "a brace"
    WORD = "a word"
    FINISH = "the end of the file"


_SHAPES = (
    TokenShape.FINISH,
    TokenShape.TEXT,
    TokenShape.BRACE,
    TokenShape.WORD,
    TokenShape.FINISH,
)  # by group of _TOKEN


class Token(NamedTuple):
    """A piece of the file.

    Attributes:
        shape: What it is.
        value: Its text, without quotes and escapes.
        start: Where it begins, counted in characters from 0.
        stop: Where it ends.
    """

    shape: TokenShape
    value: str
    start: int
    stop: int

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 40 else self.value[:39] + "…"
        return self.shape.value if self.shape is TokenShape.FINISH else repr(shown)


@dataclass
class Scanner:
    """Reads a text token by token and collects what is wrong with it.

    Attributes:
        text: The whole file.
        path: Where it came from, for messages.
        problems: What was found so far.
    """

    text: str
    path: Path | None = None
    problems: list[Problem] = field(default_factory=list[Problem])
    _next: Token | None = None
    _position: int = 0
    _numbers: dict[str, Fraction] = field(default_factory=dict[str, Fraction])

    def peek(self) -> Token:
        """The next token, not yet taken."""
        if self._next is None:
            self._next = self._scan()
        return self._next

    def take(self) -> Token:
        """The next token, taken."""
        token = self.peek()
        self._next, self._position = None, token.stop
        return token

    def follows(self, shape: TokenShape, value: str | None = None) -> bool:
        """Whether the next token has this shape, and this text if one is given."""
        token = self.peek()
        return token.shape is shape and value in (None, token.value)

    def expect(self, shape: TokenShape, what: str, value: str | None = None) -> Token:
        """Take the next token, which must be of a shape.

        Args:
            shape: The shape it must have.
            what: What it stands for, in words, for the message.
            value: The text it must have.

        Returns:
            The token.

        Raises:
            CaseError: It is something else.
        """
        if not self.follows(shape, value):
            self.stop("E801", f"expected {what}, found {self.peek()}", self.peek())
        return self.take()

    def number(self, what: str) -> Fraction:
        """Take an exact number: an integer, a decimal or a fraction.

        Args:
            what: What it stands for, in words, for the message.

        Returns:
            The number.

        Raises:
            CaseError: It is not a number, or an absurd one.
        """
        token = self.expect(TokenShape.WORD, what)
        if token.value not in self._numbers:
            self._numbers[token.value] = self._exact(token, what)
        return self._numbers[token.value]

    def integer(self, what: str) -> int:
        """Take a whole number of at most nine digits.

        Args:
            what: What it stands for, in words, for the message.

        Returns:
            The number.

        Raises:
            CaseError: It is not such a number.
        """
        token = self.expect(TokenShape.WORD, what)
        if not re.fullmatch(r"-?[0-9]{1,9}", token.value):
            self.stop("E801", f"expected {what}, a whole number, found {token}", token)
        return int(token.value)

    def report(self, code: str, message: str, token: Token, hint: str = "") -> None:
        """Note a problem and go on, unless there are too many already.

        Args:
            code: Its code.
            message: What is wrong.
            token: Where.
            hint: How to mend it.

        Raises:
            CaseError: There are too many problems to go on.
        """
        self.problems.append(Problem(code, message, self._span(token), hint=hint, path=self.path))
        if len(self.problems) >= _MOST_PROBLEMS:
            self.finish()

    def stop(self, code: str, message: str, token: Token, hint: str = "") -> NoReturn:
        """Note a problem after which nothing more can be made of the file.

        Args:
            code: Its code.
            message: What is wrong.
            token: Where.
            hint: How to mend it.

        Raises:
            CaseError: Always.
        """
        self.problems.append(Problem(code, message, self._span(token), hint=hint, path=self.path))
        raise CaseError(tuple(self.problems), self._rendered())

    def finish(self) -> None:
        """Raise what was collected.

        Raises:
            CaseError: There are problems.
        """
        if self.problems:
            raise CaseError(tuple(self.problems), self._rendered())

    def _scan(self) -> Token:
        found = _TOKEN.match(self.text, self._position)
        if found is None:
            start = self.text.index('"', self._position)
            opening = Token(TokenShape.TEXT, "", start, start + 1)
            self.stop("E801", "a quoted text is never closed", opening)
        group = found.lastindex or 0
        start, stop = found.span(group)
        value = found[group]
        if _SHAPES[group] is TokenShape.TEXT:
            start, stop = start - 1, stop + 1
            value = re.sub(r"\\(.)", r"\1", value) if "\\" in value else value
        return Token(_SHAPES[group], value, start, stop)

    def _exact(self, token: Token, what: str) -> Fraction:
        found = None
        if len(token.value) <= _LONGEST_NUMBER:
            found = _NUMBER.fullmatch(token.value)
        if found is None:
            hint = "write an integer, a decimal or a fraction such as 1/3"
            self.stop("E801", f"expected {what}, a number, found {token}", token, hint)
        exponent = int(found[1] or 0)
        if abs(exponent) > _LARGEST_EXPONENT:
            self.stop("E806", f"the number {token} is out of any useful range", token)
        numerator, _, denominator = token.value.partition("/")
        if denominator and int(denominator) == 0:
            self.stop("E806", f"the number {token} divides by zero", token)
        exact = Fraction(numerator) / (int(denominator) if denominator else 1)
        if abs(exact) > 10**300:
            self.stop("E806", f"the number {token} is out of any useful range", token)
        return exact

    def _span(self, token: Token) -> Span:
        line, column = _place(self.text, token.start)
        end_line, end_column = _place(self.text, token.stop)
        return Span(line, column, end_line, end_column)

    def _rendered(self) -> str:
        lines: list[str] = []
        for problem in self.problems:
            span = problem.span or Span(1, 1, 1, 1)
            where = f"{self.path or 'game'}:{span.line}:{span.column}"
            hint = f"\n  hint: {problem.hint}" if problem.hint else ""
            lines.append(f"{where}: {problem.message} [{problem.code}]{hint}")
        return "\n".join(lines)


def read_text(path: Path) -> str:
    """The text of a game file, bounded in length.

    Args:
        path: The file.

    Returns:
        Its text.

    Raises:
        CaseError: It cannot be read, is longer than `LONGEST_FILE`, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_FILE + 1)
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem("E802", f"the file cannot be read: {_reason(error)}", path=path)
        raise CaseError((problem,), f"{path}: {problem.message} [E802]") from error
    if len(raw) > LONGEST_FILE:
        message = f"the file is longer than {LONGEST_FILE:,} bytes"
        problem = Problem("E802", message, Span(1, 1, 1, 2), path=path)
        raise CaseError((problem,), f"{path}:1:1: {message} [E802]")
    return text


def _reason(error: OSError | UnicodeDecodeError) -> str:
    """Why, without what only a programmer wants to know."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start + 1} is not UTF-8"
    return (error.strerror or "no reason is known").lower()


def _place(text: str, position: int) -> tuple[int, int]:
    """Line and column, from 1, of a position counted from 0."""
    line_start = text.rfind("\n", 0, position) + 1
    return text.count("\n", 0, position) + 1, position - line_start + 1
