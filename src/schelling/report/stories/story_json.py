"""The story of a world as plain data under a versioned schema, for other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from schelling.case.language.typed.typed_text import write
from schelling.report.stories import story_sentences, story_words
from schelling.report.words.numerals import finite
from schelling.study.stories.story import ClaimEnd, Fact, Story, StoryCrossing, StoryTurn

SCHEMA = "schelling.story/1"
_KINDS = {
    "Happening": "event",
    "StoryMove": "move",
    "StockSet": "stock",
    "StoryCrossing": "crossing",
    "LostNumbers": "lost",
    "StoryTurn": "change",
}


def to_json(story: Story, other: Story | None = None) -> dict[str, Any]:
    """A story as data that `json.dumps` takes.

    Keys are only ever added under one schema. Numbers that do not exist are None.

    Args:
        story: The story.
        other: One to stand beside it, under `other`.

    Returns:
        `schema, case, title, digest, world, seed, assumptions, begins, at_start, sentences, facts,
        claims, untold, differs`. A sentence has `step, when, said`; a fact its `kind`, `step` and
        what it is about, in declared units, of a crossing in base units.
    """
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "case": story.case.name,
        "title": story.case.title,
        "digest": story.case.digest,
        "world": story.world,
        "seed": story.seed,
        "assumptions": [
            asdict(one) | {"value": finite(one.value), "below": finite(one.below)}
            for one in story.assumptions
        ],
        "begins": dict(story.begins),
        "at_start": [
            {"left": write(thing.left), "right": _written(thing.right), "above": above}
            for thing, above in story.at_start
        ],
        "sentences": [
            {"step": one.step, "when": one.when, "said": list(one.said)}
            for one in story_sentences.dated(story)
        ],
        "facts": [_fact(one) for one in story.facts],
        "claims": [_end(one, story) for one in story.ends],
        "untold": story.untold,
        "differs": list(story.differs),
    }
    return found | ({} if other is None else {"other": to_json(other)})


def _fact(fact: Fact) -> dict[str, Any]:
    kind = {"kind": _KINDS[type(fact).__name__], "step": fact.step}
    if isinstance(fact, StoryCrossing):
        sides = {"left": write(fact.thing.left), "right": _written(fact.thing.right)}
        numbers = {"value": finite(fact.value), "level": finite(fact.level)}
        return kind | sides | {"above": fact.above} | numbers
    if isinstance(fact, StoryTurn):
        turnings = [{"kind": t.kind, "name": t.name, "to": t.written} for t in fact.turnings]
        return kind | {"changes": turnings}
    return kind | {
        name: finite(value) if isinstance(value, float) else value
        for name, value in asdict(fact).items()
    }


def _end(end: ClaimEnd, story: Story) -> dict[str, Any]:
    return {
        "name": end.claim.name,
        "says": end.claim.origin.says,
        "asked": end.asked,
        "holds": None if end.failed or not end.asked else end.holds,
        "margin": finite(end.margin) if end.asked else None,
        "unit": end.unit,
        "verdict": story_words.verdict(end, story.case.clock),
    }


def _written(side: Any) -> str | None:
    return None if side is None else write(side)
