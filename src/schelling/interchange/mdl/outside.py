"""Entries of a Vensim model that read a table beside it, as they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CALL = re.compile(
    r"(?P<left>.*?)(?P<keyword>:[A-Za-z][A-Za-z ]{0,30}:)?\s*(?P<sign>:=|==|=|:)\s*"
    r"GET[ _]+DIRECT[ _]+(?P<kind>CONSTANTS|DATA|LOOKUPS|SUBSCRIPT)\s*"
    r"\((?P<args>\s*'[^']*'\s*(?:,\s*'[^']*'\s*){0,9})\)\s*",
    re.I | re.S,
)
_LONGEST = 5_000
_SIGNS = {"SUBSCRIPT": (":",), "DATA": (":=", "=", "=="), "CONSTANTS": ("=", "==", ":=")}
_SERIES = ("", ":INTERPOLATE:", ":HOLD BACKWARD:", ":LOOK FORWARD:")


@dataclass(frozen=True)
class OutsideCall:
    """A call of `GET DIRECT ...` that is all there is on its side.

    Attributes:
        owner: What stands on the other side.
        kind: `CONSTANTS`, `DATA`, `LOOKUPS` or `SUBSCRIPT`.
        args: The texts in its brackets.
        keyword: How a series is read between its points, as written in front of the sign.
    """

    owner: str
    kind: str
    args: tuple[str, ...]
    keyword: str = ""


def call(equation: str) -> OutsideCall | None:
    """The call that an entry is; None where it is none, or more than that."""
    plain = " ".join(equation.replace("\\\n", " ").split()) if len(equation) < _LONGEST else ""
    found = _CALL.fullmatch(plain)
    if found is None:
        return None
    kind, keyword = found["kind"].upper(), (found["keyword"] or "").upper()
    fits = found["sign"] in _SIGNS.get(kind, ("=", "==", ":="))
    if not fits or (keyword and kind != "DATA") or keyword not in _SERIES:
        return None
    args = tuple(re.findall(r"'([^']*)'", found["args"]))
    return OutsideCall(found["left"].strip(), kind, args, keyword)
