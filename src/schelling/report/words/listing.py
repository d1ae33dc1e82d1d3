"""Several things in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

NAMED: Final = 6
"""Names of one list that are told."""


def joined(parts: Iterable[str]) -> str:
    """Parts with `and` before the last; empty without any.

    Examples:
        >>> joined([]), joined(["a"]), joined(["a", "b", "c"])
        ('', 'a', 'a, b and c')
    """
    *first, last = (*parts,) or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def listed(names: Sequence[str]) -> str:
    """Names in a sentence, at most half a dozen of them.

    Examples:
        >>> listed("abcdefg"), listed("abcdefgh")
        ('a, b, c, d, e, f and g', 'a, b, c, d, e, f and 2 more')
    """
    more = len(names) - NAMED
    if more > 1:
        return f"{', '.join(names[:NAMED])} and {more} more"
    return joined(names)
