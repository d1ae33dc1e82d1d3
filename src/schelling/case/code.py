"""What is said about one error code: see `schelling.case.codes` for the table of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """One error code.

    Attributes:
        code: Such as `E303`.
        title: What is wrong, in a few words.
        explanation: What it means, why it is refused and how to mend it.
        wrong: A piece of a case (or of its register) that has the problem.
        right: The same, mended.
    """

    code: str
    title: str
    explanation: str
    wrong: str
    right: str
