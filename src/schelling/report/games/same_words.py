"""What came of comparing two games or cases, in words and as plain data."""

from __future__ import annotations

from typing import Any

from schelling.errors import printable
from schelling.study.solving.same import Sameness


def in_words(found: Sameness, names: tuple[str, str], up_to: str) -> str:
    """The verdict, then the names that differ or the first difference."""
    one, other = names
    if not found.same:
        return f"{one} and {other} differ: {printable(found.difference)}"
    if not found.names:
        _, comma, rest = up_to.partition(", ")
        most = f" up to {rest}" if comma else ""
        return f"{one} and {other} are the same{most}, names included"
    lines = [f"{one} and {other} are the same up to {up_to}"]
    width = max(len(kind) for kind, _, _ in found.names)
    lines += [printable(f"  {kind:<{width}}  {a} is {b}") for kind, a, b in found.names]
    return "\n".join(lines)


def to_json(found: Sameness, names: tuple[str, str]) -> dict[str, Any]:
    """The same as plain data of schema `schelling.same/1`."""
    pairs = [{"what": kind, "first": a, "second": b} for kind, a, b in found.names]
    return {
        "schema": "schelling.same/1",
        "first": names[0],
        "second": names[1],
        "same": found.same,
        "names": pairs,
        "difference": found.difference,
    }
