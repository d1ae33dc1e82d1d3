"""Problems of a case, with a place and a reason, and the status of numbers that failed.

Two kinds of failure exist and do not mix. Wrong *input* is a `Problem`: found before any number is
computed, all of them at once, carried by one `CaseError`. Failing *numerics* is a `Status` per
world or per draw: counted and shown, never raised from the middle.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path


def printable(text: str) -> str:
    """A stranger's text for a terminal or a picture: signs that steer a terminal become blanks.

    Examples:
        >>> printable("one" + chr(27) + "[2Jtwo")
        'one [2Jtwo'
    """
    return "".join(sign if sign.isprintable() else " " for sign in text)


class Status(enum.IntEnum):
    """How the numbers of one world (or one draw of a game) ended."""

    SOLVED = 0
    NO_CONVERGENCE = 1
    DEGENERATE = 2
    OUT_OF_DOMAIN = 3
    REFUSED = 4

    @property
    def advice(self) -> str:
        """One sentence on what the status means and what to do about it."""
        return _ADVICE[self]


_ADVICE = {
    Status.SOLVED: "The numbers are finite and within the stated tolerance.",
    Status.NO_CONVERGENCE: "The solver stopped short of its tolerance; lower the precision or "
    "rescale the payoffs.",
    Status.DEGENERATE: "Several answers tie to rounding; the declared tie rule chose one.",
    Status.OUT_OF_DOMAIN: "A value left the numbers (division by zero, logarithm of a negative "
    "number, overflow); narrow the priors or guard the expression.",
    Status.REFUSED: "The method does not apply to this structure; the note says why.",
}


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of text in a file: lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: where, what, why and how to mend it.

    Problems are collected, all of them, and carried by one `CaseError`. What is wrong inside one
    expression, before its place in a file is known, is an `Issue` of `language.parsing.syntax`.

    Attributes:
        code: Key that `schelling explain` knows, such as `E201`.
        message: What is wrong, naming the offending text.
        span: Where in the file; None when the file itself cannot be read.
        reason: Why it matters or what was expected.
        hint: How to mend it: the nearest right name, the accepted range.
        path: The file the span refers to.
    """

    code: str
    message: str
    span: Span | None = None
    reason: str = ""
    hint: str = ""
    path: Path | None = None


class SchellingError(Exception):
    """Base of every error this package raises on purpose."""


class CaseError(SchellingError):
    """A case that cannot be used; carries every problem found in it.

    Attributes:
        problems: Every problem, in the order of the text.
        rendered: The same for a person, with a caret under the text.
    """

    def __init__(self, problems: tuple[Problem, ...], rendered: str) -> None:
        super().__init__(rendered)
        self.problems = problems
        self.rendered = rendered


class RunError(SchellingError):
    """A run folder that cannot be read or written, or a run that was asked the impossible."""


class MethodError(SchellingError):
    """A method that does not apply to what it was given; says why, and which one would."""
