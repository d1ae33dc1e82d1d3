"""A causal-loop diagram: what pushes what, and which way."""

from __future__ import annotations

from dataclasses import dataclass

SIGNS = {
    **dict.fromkeys(("+", "+1", "1", "s", "positive", "same", "reinforcing"), "+"),
    **dict.fromkeys(("-", "-1", "o", "negative", "opposite", "balancing", "\u2212"), "-"),
    **dict.fromkeys(("", "?", "0", "unknown", "directed"), ""),
}
"""Ways of writing the sign of an arrow."""


@dataclass(frozen=True)
class Link:
    """An arrow.

    Attributes:
        source: Name of what pushes.
        target: Name of what is pushed.
        sign: `+`, `-` or empty.
        why: What is said of it.
        line: Where it stands in its file; 0 where that cannot be said.
    """

    source: str
    target: str
    sign: str
    why: str = ""
    line: int = 0
