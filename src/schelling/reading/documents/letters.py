"""Signs that stand for letters, or for none, as the letters that a reader sees."""

from __future__ import annotations

from typing import Final

_LETTERS: Final = {
    "\u00ad": "",
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_SPELLED: Final = str.maketrans(_LETTERS)


def spelled(text: str) -> str:
    """A text with its ligatures as letters, without hyphens that show only at the end of a line."""
    return text.translate(_SPELLED)
