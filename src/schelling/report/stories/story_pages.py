"""A story, or two side by side, as what every page of it shows: lines, rows, claims."""

from __future__ import annotations

from dataclasses import dataclass

from schelling.case.model import Case
from schelling.report.stories import story_sentences, story_terms, story_words
from schelling.report.words.said import said
from schelling.study.stories.story import ClaimEnd, Story


@dataclass(frozen=True)
class ClaimRow:
    """What became of a claim in one world or in two.

    Attributes:
        name: The claim.
        says: What it says.
        ends: Its verdict and margin in every story, in words.
        differs: Whether its truth is not the same in both.
    """

    name: str
    says: str
    ends: tuple[tuple[str, str], ...]
    differs: bool


@dataclass(frozen=True)
class StoryPage:
    """A story, or two beside each other.

    Attributes:
        title: Of the case.
        lines: What is said before it.
        shared: What both have in common, step by step; of one story all of it.
        heads: What the columns are called; empty of one story.
        rows: By date, what happened in the one and in the other.
        after: What is said after it.
        claims: What became of the claims.
    """

    title: str
    lines: tuple[str, ...]
    shared: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    after: tuple[str, ...]
    claims: tuple[ClaimRow, ...]


def why_typical(claim: str | None, *, holds: bool) -> str:
    """Why a typical world is told of, as a sentence.

    Args:
        claim: Of which worlds it is typical; of all when None.
        holds: Whether the claim holds in them.
    """
    kind = f"the worlds in which {claim} {'holds' if holds else 'fails'}" if claim else "all worlds"
    return f"Of {kind}, its assumptions are nearest to the average."


def one(story: Story, lead: str = "") -> StoryPage:
    """The story of a world.

    Args:
        story: The story.
        lead: Why this world was chosen, as a sentence.
    """
    words = story_words
    lines = (words.heading(story), lead, words.unusual(story), words.opening(story))
    return StoryPage(
        title=story_terms.clean(story.case.title),
        lines=_said(*lines, words.quiet(story)),
        shared=tuple((part.when, part.text) for part in story_sentences.dated(story)),
        heads=(),
        rows=(),
        after=_said(words.ending(story), *words.warnings(story)),
        claims=_claims(story.case, (story,)),
    )


def branched(story: Story, changed: Story, lead: str = "") -> StoryPage:
    """The story of a world beside that of the same world, changed from a date on.

    Args:
        story: As it was.
        changed: As it becomes.
        lead: Why this world was chosen, as a sentence.
    """
    turn = changed.turns[len(story.turns)]
    at = story_terms.when(story.case, turn.step)
    page = one(story, lead)
    told = [part for part in story_sentences.dated(story) if part.step < turn.step]
    what = story_sentences.turned(turn, changed)
    return StoryPage(
        title=page.title,
        lines=_said(*page.lines, f"On {at} it is changed: {what}. Until then both are the same."),
        shared=tuple((part.when, part.text) for part in told),
        heads=("as it was", "changed"),
        rows=_rows(story, changed, turn.step),
        after=_said(
            _both(story_words.ending(story), story_words.ending(changed), "Changed"),
            *story_words.warnings(story),
            *story_words.warnings(changed),
        ),
        claims=_claims(story.case, (story, changed)),
    )


def neighbours(story: Story, other: Story, claim: str, lead: str = "") -> StoryPage:
    """The story of a world beside that of the nearest in which a claim has the other truth.

    Args:
        story: The one.
        other: The other.
        claim: Name of the claim.
        lead: Why the one was chosen, as a sentence.
    """
    page = one(story, lead)
    return StoryPage(
        title=page.title,
        lines=_said(*page.lines, story_words.nearest(story, other, claim)),
        shared=(),
        heads=(f"world {story.world:,}", f"world {other.world:,}"),
        rows=_rows(story, other, 0),
        after=_said(
            _both(story_words.ending(story), story_words.ending(other), f"World {other.world:,}"),
            *story_words.warnings(story),
            *story_words.warnings(other),
        ),
        claims=_claims(story.case, (story, other)),
    )


def _rows(story: Story, other: Story, first: int) -> tuple[tuple[str, str, str], ...]:
    """What happened from a step on in the one and in the other, by date."""
    sides = [
        {p.step: p for p in story_sentences.dated(s) if p.step >= first} for s in (story, other)
    ]
    found: list[tuple[str, str, str]] = []
    for step in sorted(sides[0].keys() | sides[1].keys()):
        texts = [side[step].text if step in side else "" for side in sides]
        found.append((story_terms.when(story.case, step), texts[0], texts[1]))
    return tuple(found)


def _both(first: str, second: str, head: str) -> str:
    """How both end: once where it is the same."""
    return first if first == second else f"{first} {head}: {second[:1].lower()}{second[1:]}"


def _claims(case: Case, stories: tuple[Story, ...]) -> tuple[ClaimRow, ...]:
    found: list[ClaimRow] = []
    for ends in zip(*(story.ends for story in stories), strict=True):
        claim = ends[0].claim
        told = tuple((story_words.verdict(e, case.clock), story_words.margin(e)) for e in ends)
        says = story_terms.clean(said(claim))
        found.append(ClaimRow(claim.name, says, told, len({_truth(end) for end in ends}) > 1))
    return tuple(found)


def _truth(end: ClaimEnd) -> bool | None:
    return None if end.failed or not end.asked else end.holds


def _said(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
