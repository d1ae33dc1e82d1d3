"""The text of a source with its passages marked, each leading to what rests on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from markupsafe import Markup, escape

from schelling.case.model import Case
from schelling.case.sources import Passage
from schelling.report.page.anchors import anchor

_BREAK = re.compile(r"\n\s*\n")
_MOST_NAMES = 5


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
        MarkedText(source.title or source.name, paragraphs(source.text, _found(case, source.name)))
        for source in case.sources
        if source.text is not None
    )


def _found(case: Case, source: str) -> list[Passage]:
    own = (one for one in case.passages if one.source == source and one.state == "verified")
    return sorted(own, key=lambda one: (one.start, -one.end))


def paragraphs(text: str, passages: list[Passage]) -> tuple[Markup, ...]:
    """The paragraphs of a text, with its passages in the order in which they begin marked."""
    stretches = list(_stretches(text, passages))
    linked = {one.own.name for one in stretches if one.own is not None}
    whole = Markup("").join(_marked(one, linked) for one in stretches)
    return tuple(Markup(part) for part in _BREAK.split(whole) if part.strip())


@dataclass(frozen=True)
class _Stretch:
    """Text in which no passage begins or ends.

    Attributes:
        text: Its words.
        own: The passage it leads to: the shortest of those that begin last; None outside of all.
        names: Those it lies in, at most five, the outer ones first.
        new: Those that are seen here first.
    """

    text: str
    own: Passage | None
    names: str
    new: tuple[Passage, ...]


def _stretches(text: str, passages: list[Passage]) -> Iterator[_Stretch]:
    """The text cut where passages begin and end, from left to right in one sweep."""
    begin: dict[int, list[Passage]] = {}
    end: dict[int, list[Passage]] = {}
    for one in passages:
        if one.start < one.end <= len(text):
            begin.setdefault(one.start, []).append(one)
            end.setdefault(one.end, []).append(one)
    inside: dict[str, Passage] = {}
    unseen: dict[str, Passage] = {}
    for first, last in pairwise(sorted({0, len(text), *begin, *end})):
        for one in end.get(first, ()):
            inside.pop(one.name, None)
            unseen.pop(one.name, None)
        for one in begin.get(first, ()):
            inside[one.name] = unseen[one.name] = one
        part = text[first:last]
        if not inside or not part.strip():
            yield _Stretch(part, None, "", ())
            continue
        names = [*islice(reversed(inside), _MOST_NAMES)]
        own = inside[names[0]]
        yield _Stretch(part, own, ", ".join(reversed(names)), tuple(unseen.values()))
        unseen.clear()


def _marked(one: _Stretch, linked: set[str]) -> Markup:
    """A stretch of text; in a passage, a link to what rests on it, and what leads back here.

    Of passages that no stretch leads to, since others cover them, the names are links.
    """
    text, own, names, new = one.text, one.own, one.names, one.new
    if own is None:
        return escape(text)
    first = next((passage for passage in new if passage.name in linked), None)
    marks = Markup("").join(
        Markup('<span id="{}"></span>').format(_place(passage))
        if passage.name in linked
        else Markup("<sup>{}</sup>").format(_link(passage.name, passage, passage.name, [passage]))
        for passage in new
        if passage is not first
    )
    shown = [first] if first is not None else []
    # a paragraph may end inside a passage: each part of it is a link of its own
    return marks + Markup("\n\n").join(
        _link(part, own, names, shown if n == 0 else []) if part.strip() else escape(part)
        for n, part in enumerate(_BREAK.split(text))
    )


def _link(text: str, own: Passage, names: str, new: list[Passage]) -> Markup:
    place = Markup(' id="{}"').format(_place(new[0])) if new else ""
    return Markup('<a class="marked"{} href="#{}" title="{}">{}</a>').format(
        place, anchor("passage", own.name), names, text
    )


def _place(passage: Passage) -> str:
    return anchor("text", passage.name)
