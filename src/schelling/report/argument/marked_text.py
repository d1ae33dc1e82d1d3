"""The text of a source with its passages marked, each leading to what rests on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from schelling.case.model import Case
from schelling.case.sources import Passage
from schelling.report.page.anchors import anchor

_BREAK = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class MarkedText:
    """A source with its passages marked.

    Attributes:
        title: Of the source.
        paragraphs: Its paragraphs, as markup.
    """

    title: str
    paragraphs: tuple[Markup, ...]


def texts(case: Case) -> tuple[MarkedText, ...]:
    """The sources whose text is at hand, with the passages that were found where they should be.

    Args:
        case: The case.
    """
    return tuple(
        MarkedText(source.title or source.name, _paragraphs(source.text, _found(case, source.name)))
        for source in case.sources
        if source.text is not None
    )


def _found(case: Case, source: str) -> list[Passage]:
    own = (one for one in case.passages if one.source == source and one.state == "verified")
    return sorted(own, key=lambda one: (one.start, -one.end))


def _paragraphs(text: str, passages: list[Passage]) -> tuple[Markup, ...]:
    cuts = sorted({0, len(text), *(place for one in passages for place in (one.start, one.end))})
    cuts = [cut for cut in cuts if cut <= len(text)]
    told: set[str] = set()
    whole = Markup("")
    for first, last in pairwise(cuts):
        inside = [one for one in passages if one.start <= first and last <= one.end]
        whole += _marked(text[first:last], inside, told)
    return tuple(Markup(part) for part in _BREAK.split(whole) if part.strip())


def _marked(text: str, inside: list[Passage], told: set[str]) -> Markup:
    """A stretch of text; in a passage, a link to what rests on it, and what leads back here."""
    if not inside or not text.strip():
        return escape(text)
    own = inside[-1]  # the shortest of those that begin last
    names = ", ".join(one.name for one in inside)
    new = [one for one in inside if one.name not in told]
    told.update(one.name for one in new)
    marks = Markup("").join(Markup('<span id="{}"></span>').format(_place(one)) for one in new[1:])
    # a paragraph may end inside a passage: each part of it is a link of its own
    return marks + Markup("\n\n").join(
        _link(part, own, names, new[:1] if n == 0 else []) if part.strip() else escape(part)
        for n, part in enumerate(_BREAK.split(text))
    )


def _link(text: str, own: Passage, names: str, new: list[Passage]) -> Markup:
    place = Markup(' id="{}"').format(_place(new[0])) if new else ""
    return Markup('<a class="marked"{} href="#{}" title="{}">{}</a>').format(
        place, anchor("passage", own.name), names, text
    )


def _place(passage: Passage) -> str:
    return anchor("text", passage.name)
