"""The sources of this package as one digest: what a kept program or case was made by."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_NOT_COMPUTED = ("cli", "lsp", "report", "web")
"""Rooms that only speak to people: their sources make no program and read no case."""


@cache
def digest() -> str:
    """64 hexadecimal digits; others when any source file of a room that computes is changed."""
    found, root = hashlib.sha256(), Path(__file__).parents[3]
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if name.parts[0] not in _NOT_COMPUTED:
            found.update(f"{name}\0".encode() + path.read_bytes())
    return found.hexdigest()
