"""The texts that a case argues from, stretches of them, and what comes from where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A text the case refers to.

    Attributes:
        text: Its content when the file was at hand and its digest matched, else None.
    """

    name: str
    file: str | None
    sha256: str | None
    title: str
    author: str
    dated: dt.date | None
    text: str | None


@dataclass(frozen=True)
class Passage:
    """A stretch of a source: code points `start..end`, half-open.

    Attributes:
        state: `verified`, `absent` (no text to hold it against) or `orphaned`.
        why: The reason why it is out of scope; may be empty.
    """

    name: str
    source: str
    start: int
    end: int
    sha256: str | None
    says: str
    in_scope: bool
    state: str
    why: str = ""


@dataclass(frozen=True)
class Blank:
    """A definition whose formal part is still to be written.

    Attributes:
        section: Where it stands, such as `claims`.
        name: Its name.
        key: The key that is blank, such as `holds`.
        passages: The passages it comes from.
    """

    section: str
    name: str
    key: str
    passages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where something comes from: passages, a reason, a paraphrase."""

    passages: tuple[str, ...] = ()
    why: str = ""
    says: str = ""
