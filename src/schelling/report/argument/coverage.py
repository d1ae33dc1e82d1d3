"""The argument passage by passage: what each says, whether it is in place, what models it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from schelling.case.model import Case, Choice
from schelling.case.sources import Origin, Passage
from schelling.case.texts.sentences import sentences
from schelling.report.page.anchors import anchor

_SENTENCE = re.compile(r"P(\d+)\.S(\d+)")
_PLURAL = {
    "assumption": "assumptions",
    "stock": "stocks",
    "variable": "variables",
    "population": "populations",
    "event": "events",
    "game": "games",
    "claim": "claims",
    "premise": "premises",
    "question": "questions",
}
_STATES = {
    "verified": "verified: the text at this position is the one the case was written for",
    "absent": "absent: the source's text is not at hand, so the position cannot be verified",
    "orphaned": "orphaned: the source has another text at this position",
}


@dataclass(frozen=True)
class Use:
    """Something of a case that cites a passage."""

    kind: str
    name: str
    anchor: str


@dataclass(frozen=True)
class Entry:
    """A passage as the page shows it.

    Attributes:
        passage: The passage.
        anchor: Its fragment.
        meaning: What its state means.
        quote: Its text, where the source is at hand and the passage verified.
        uses: What cites it, by kind in the plural.
        waiting: Definitions that rest on it and are still blank.
    """

    passage: Passage
    anchor: str
    meaning: str
    quote: str | None
    uses: Mapping[str, tuple[Use, ...]]
    waiting: tuple[str, ...] = ()

    @property
    def is_gap(self) -> bool:
        """Whether the passage is in scope and nothing models it; a question is no model."""
        return self.passage.in_scope and not set(self.uses) - {"questions"}


@dataclass(frozen=True)
class Paragraph:
    """Passages that stand together in a source."""

    heading: str
    anchor: str
    entries: tuple[Entry, ...]


def paragraphs(case: Case) -> tuple[Paragraph, ...]:
    """Every passage of a case, grouped by source and paragraph, in the order of the case.

    Passages named like `P1.S2` belong to paragraph 1, others to their source as a whole.

    Args:
        case: The case.

    Returns:
        The paragraphs.
    """
    cited = uses(case)
    texts = {source.name: source.text for source in case.sources}
    several = len(case.sources) > 1
    found: list[Paragraph] = []
    for (source, group), members in groupby(case.passages, _paragraph):
        heading = _heading(group) + (f" ({source})" if several else "")
        entries = tuple(
            replace(
                _entry(passage, texts.get(source), cited.get(passage.name, ())),
                waiting=tuple(b.name for b in case.blanks if passage.name in b.passages),
            )
            for passage in members
        )
        found.append(Paragraph(heading, anchor("paragraph", f"{len(found)}"), entries))
    return tuple(found)


def uses(case: Case) -> dict[str, tuple[Use, ...]]:
    """What cites each passage, in the order of the case."""
    found: dict[str, list[Use]] = {}
    for use, passages in _citations(case):
        for passage in passages:
            if use not in found.setdefault(passage, []):
                found[passage].append(use)
    return {passage: tuple(many) for passage, many in found.items()}


def unsourced(case: Case) -> tuple[Use, ...]:
    """Assumptions and claims that cite no passage."""
    return tuple(
        use
        for use, passages in _citations(case)
        if not passages and use.kind in ("assumption", "claim")
    )


def without_passage(case: Case) -> tuple[str, ...]:
    """Sentences of the texts at hand that no passage has a part in, as code points."""
    found: list[str] = []
    for source in case.sources:
        own = sorted((p.start, p.end) for p in case.passages if p.source == source.name)
        if source.text is None or not own:
            continue
        place = 0
        for one in sentences(source.text):
            while place < len(own) and own[place][1] <= one.start:
                place += 1
            if place == len(own) or own[place][0] >= one.end:
                found.append(f"{one.start}–{one.end}")
    return tuple(found)


def _citations(case: Case) -> Iterator[tuple[Use, tuple[str, ...]]]:
    traced = {
        "assumption": case.assumptions,
        "stock": case.stocks,
        "variable": case.variables,
        "population": case.populations,
        "event": case.events,
        "claim": case.claims,
        "premise": case.premises,
    }
    for kind, things in traced.items():
        for thing in things:
            yield _use(kind, thing.name), thing.origin.passages
    for population in case.populations:
        for one in (*population.traits, *population.states, *population.variables):
            yield _use("population", population.name), one.origin.passages
    for game in case.games:
        for origin in (game.origin, *_origins(game.root)):
            yield _use("game", game.name), origin.passages
    for game in case.stochastic:
        roots = (state.root for state in game.states)
        for origin in (game.origin, *(found for root in roots for found in _origins(root))):
            yield _use("game", game.name), origin.passages
    for question in case.questions:
        yield _use("question", question.name), question.passages


def _origins(choice: Choice) -> Iterator[Origin]:
    for branch in choice.branches:
        yield branch.origin
        if branch.then is not None:
            yield from _origins(branch.then)


def _use(kind: str, name: str) -> Use:
    return Use(kind, name, anchor(kind, name))


def _entry(passage: Passage, text: str | None, cited: tuple[Use, ...]) -> Entry:
    by_kind = {
        plural: tuple(use for use in cited if use.kind == kind) for kind, plural in _PLURAL.items()
    }
    return Entry(
        passage=passage,
        anchor=anchor("passage", passage.name),
        meaning=_STATES.get(passage.state, passage.state),
        quote=text[passage.start : passage.end] if text and passage.state == "verified" else None,
        uses={kind: many for kind, many in by_kind.items() if many},
    )


def _paragraph(passage: Passage) -> tuple[str, str]:
    found = _SENTENCE.fullmatch(passage.name)
    return passage.source, found[1] if found else ""


def _heading(group: str) -> str:
    if not group:
        return "Passages"
    return "Heading" if int(group) == 0 else f"Paragraph {int(group)}"
