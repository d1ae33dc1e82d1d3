"""The live page before anything is computed, the page to choose from, and that of a faulty case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schelling.case.model import Case, Claim
from schelling.report.live.controls import controls
from schelling.report.page import document
from schelling.report.page.anchors import anchor
from schelling.report.page.tools import tools
from schelling.report.verdicts.claim_verdicts import SENTENCE_END, scale
from schelling.report.words.said import said

TABS: Final = {
    "overview": "Overview",
    "claims": "Claims",
    "argument": "Argument",
    "time": "Time",
    "games": "Games",
    "story": "A world",
    "matters": "What matters",
    "forecasts": "Forecasts",
    "rivals": "Rivals",
    "sources": "Sources",
    "text": "Text",
}
"""The tabs of the page, in order, with their labels."""


@dataclass(frozen=True)
class ClaimAsked:
    """A claim as the page names it before its share is known.

    Attributes:
        name: Its name.
        anchor: Fragment of its row.
        gist: What it says, in a sentence.
        written: Its expression.
    """

    name: str
    anchor: str
    gist: str
    written: str


@dataclass(frozen=True)
class GalleryEntry:
    """A case to choose.

    Attributes:
        address: Of its page.
        title: Its title.
        words: What it is about, in a few words.
    """

    address: str
    title: str
    words: str


def page(
    case: Case,
    *,
    base: str,
    text: str,
    version: str,
    start: Mapping[str, object],
    home: bool = False,
) -> str:
    """The page of a case.

    Args:
        case: The case as it stands in its file.
        base: Address of its page, ending in a slash.
        text: The text of its file.
        version: Of the program.
        start: The state in which the page opens.
        home: Whether there is a page of several cases to go back to.
    """
    told = {
        "title": case.title,
        "start": json.dumps(start),
        "case": case,
        "base": base,
        "text": text,
        "version": version,
        "claims": [_asked(claim) for claim in case.claims],
        "controls": controls(case),
        "tabs": TABS,
        "scale": scale(),
        "question": SENTENCE_END.split(case.about.strip(), maxsplit=1)[0],
        "mark": case.digest[:8],
        "home": home,
    }
    return document.filled("live/page.html", tools() | told)


def faulty(*, name: str, base: str, text: str, version: str, home: bool = False) -> str:
    """The page of a case that has problems: its text, to be mended.

    Args:
        name: What the case is called in addresses.
        base: Address of its page, ending in a slash.
        text: The text of its file.
        version: Of the program.
        home: Whether there is a page of several cases to go back to.
    """
    told = {"title": name, "base": base, "text": text, "version": version, "home": home}
    return document.filled("live/faulty.html", tools() | told)


def gallery(entries: Sequence[GalleryEntry], *, version: str) -> str:
    """The page to choose a case from."""
    told = {"title": "Cases", "entries": entries, "version": version}
    return document.filled("live/gallery.html", tools() | told)


def style() -> str:
    """The style sheet of the page: that of the report, and what only the page has."""
    return document.sheet_texts("page.css", "live/live.css")


def _asked(claim: Claim) -> ClaimAsked:
    given = f", given {claim.given}" if claim.given else ""
    return ClaimAsked(
        claim.name,
        anchor("share", claim.name),
        SENTENCE_END.split(said(claim), maxsplit=1)[0],
        claim.written + given,
    )
