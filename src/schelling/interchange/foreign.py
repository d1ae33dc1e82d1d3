"""What a file of another tool cannot carry into a case, or out of it: refused, or left out by name.

Every reader here collects what it finds wrong, all of it, with the element and the line. Refused
is the default. With leniency, what can be left out is left out and listed; what cannot be, such as
a file that is no XML, is refused all the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from schelling.case.file import render
from schelling.errors import CaseError, Problem, Span, printable

MOST_PROBLEMS = 100
MOST_LEFT_OUT = 5_000


@dataclass(frozen=True)
class LeftOut:
    """One thing of a file that a case made of it does not have.

    Attributes:
        line: Where it stands in the file; 0 where that cannot be said.
        what: The element or function, with the name it has there.
        why: The reason.
    """

    line: int
    what: str
    why: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return printable(f"{where}{self.what}: {self.why}")


class UnreadableFile(Exception):
    """Raised where reading cannot go on, after saying why; becomes a `CaseError`."""


@dataclass
class Findings:
    """Collects what is wrong with a file, and what was left out of it.

    Attributes:
        path: The file.
        text: Its text, for showing lines; empty where it is no text.
        lenient: Whether what can be left out is left out.
        problems: What is refused.
        left_out: What is left out.
    """

    path: Path
    text: str = ""
    lenient: bool = False
    problems: list[Problem] = field(default_factory=list[Problem])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    _seen: set[LeftOut] = field(default_factory=set[LeftOut])

    def refuse(self, code: str, message: str, line: int, reason: str = "", hint: str = "") -> None:
        """Note what is wrong; with many of them reading stops.

        Raises:
            CaseError: There are so many that more would help nobody.
        """
        span = Span(line, 1, line, 2) if line > 0 else None
        found = Problem(code, message, span, reason, hint, self.path)
        if found not in self.problems:
            self.problems.append(found)
        if len(self.problems) >= MOST_PROBLEMS:
            raise self.error()

    def skip(self, code: str, what: str, why: str, line: int, instead: str = "") -> None:
        """Note what a case cannot have: left out where that is asked for, else refused.

        Args:
            code: Of the problem.
            what: What it is, with its name.
            why: Why it cannot be carried.
            line: Where it stands.
            instead: What stands in its place where it is left out.
        """
        if self.lenient:
            found = LeftOut(line, what, "; ".join(filter(None, (why, instead))))
            if found not in self._seen:
                self._seen.add(found)
                self.left_out.append(found)
            if len(self._seen) > MOST_LEFT_OUT:
                message = f"more than {MOST_LEFT_OUT:,} things would be left out"
                self.refuse("E902", message, line)
                raise self.error()
            return
        hint = "--lenient takes the rest and lists what is left out"
        self.refuse(code, f"{what}: {why}", line, hint=hint)

    def error(self) -> CaseError:
        """Everything refused, as one error."""
        rows = self.text.split("\n")
        whole = [_over_the_line(problem, rows) for problem in self.problems]
        ordered = sorted(whole, key=lambda p: (p.span or Span(0, 0, 0, 0), p.code, p.message))
        shown = render.problems(ordered, {self.path: self.text} if self.text else {})
        return CaseError(tuple(ordered), shown)

    def close(self) -> None:
        """Go on only if nothing is refused.

        Raises:
            CaseError: Carries every problem.
        """
        if self.problems:
            raise self.error()

    @contextlib.contextmanager
    def whole(self) -> Generator[None]:
        """Read a file in the body of a `with`, and go on only if nothing is refused.

        Raises:
            CaseError: Carries every problem.
        """
        try:
            yield
        except UnreadableFile:
            raise self.error() from None
        self.close()


def _over_the_line(problem: Problem, rows: list[str]) -> Problem:
    """The problem, marking what is written on its line."""
    if problem.span is None or problem.span.line > len(rows):
        return problem
    row = rows[problem.span.line - 1]
    first = len(row) - len(row.lstrip()) + 1
    span = Span(problem.span.line, first, problem.span.line, max(first + 1, len(row.rstrip()) + 1))
    return Problem(problem.code, problem.message, span, problem.reason, problem.hint, problem.path)
