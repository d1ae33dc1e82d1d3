"""Expressions by their text, each read once: rivals and the next keystroke repeat most of them."""

from __future__ import annotations

import functools

from schelling.case.language.parsing import parser
from schelling.case.language.parsing.syntax import Expression, Issue, SyntaxIssue

_KEPT = 4_096  # expressions, of at most 4,000 characters each


def parse(text: str) -> Expression:
    """Read one expression, as `parser.parse` does.

    Raises:
        SyntaxIssue: The text is not an expression of the language, with the place.
    """
    found = _read(text)
    if isinstance(found, Issue):
        raise SyntaxIssue(found.code, found.message, found.place, found.hint)
    return found


@functools.lru_cache(maxsize=_KEPT)
def _read(text: str) -> Expression | Issue:
    try:
        return parser.parse(text)
    except SyntaxIssue as error:
        return error.issue
