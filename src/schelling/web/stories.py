"""What a page asks about single worlds of a run, answered as a story or two side by side."""

from __future__ import annotations

from typing import Any

from schelling.report.stories import story_html, story_pages
from schelling.study.runs.results import Run
from schelling.study.stories import narrator


def answer(run: Run, told: dict[str, Any]) -> dict[str, Any]:
    """The story that is asked for, as `html`, and the number of its `world`.

    Args:
        run: The run whose worlds are told of.
        told: See `Session.story`.

    Raises:
        RunError: There is no such world, or what is changed cannot be read or done.
        ValueError: It is no question.
    """
    teller = narrator.of_run(run)
    claim, turn = told.get("claim"), told.get("turn")
    lead = ""
    if isinstance(claim, str):
        holds = told.get("holds") is not False
        story = teller.typical(claim, holds=holds)
        lead = story_pages.why_typical(claim, holds=holds)
    else:
        story = teller.story(_world(told.get("world")))
    if isinstance(turn, str):
        page = story_pages.branched(story, teller.branch(story, turn), lead)
    elif isinstance(claim, str) and told.get("nearest") is True:
        page = story_pages.neighbours(story, teller.nearest_other(story, claim), claim, lead)
    else:
        page = story_pages.one(story, lead)
    return {"html": story_html.section(page, styled=False), "world": story.world}


def _world(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        message = "'world' is a whole number"
        raise ValueError(message)
    return number
