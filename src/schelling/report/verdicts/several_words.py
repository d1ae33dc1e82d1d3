"""What is said of claims that read a game with several equilibria, of which one is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schelling.report.words.listing import listed
from schelling.report.words.numerals import NO_BREAK, count, percent
from schelling.study.runs import several_equilibria
from schelling.study.runs.results import Run
from schelling.study.runs.several_equilibria import SeveralAnswers

_MOST = 3
"""Equilibria that are named one by one."""


def of_run(run: Run) -> tuple[SeveralAnswers, ...]:
    """The games that have several answers; none where the course was not computed."""
    return several_equilibria.of_run(run) if run.has_course else ()


def sentences(run: Run) -> Iterator[str]:
    """For each game with several equilibria that a claim reads, in how many worlds, and the rule.

    Yields:
        Such as "Game stag (read by they_hunt): several pure Nash equilibria in 62 % of worlds; the
        first in the order of the table is taken. Taken there: (hunt, hunt) in all."
    """
    yield from map(sentence, of_run(run))


def of_claims(run: Run) -> dict[str, list[str]]:
    """By claim, the sentences about the games that it reads."""
    told: dict[str, list[str]] = {}
    for one in of_run(run):
        for claim in one.claims:
            told.setdefault(claim, []).append(sentence(one))
    return told


def sentence(found: SeveralAnswers) -> str:
    """The same of one game."""
    part = "all" if found.several == found.worlds else f"{_part(found.several, found.worlds)} of"
    begins = f"Game {found.game.name} (read by {listed(found.claims)})"
    where = f"in {part} worlds{found.seen and f', {found.seen}'}"
    if not found.game.simultaneous:
        return f"{begins}: equally good actions {where}; the first listed is taken."
    return (
        f"{begins}: several pure Nash equilibria {where}; the first in the order of the table is "
        f"taken. {_named(found)}"
    )


def _named(found: SeveralAnswers) -> str:
    taken = [one for one in found.profiles if one.taken]
    named = (
        f"({', '.join(one.actions)}) in {_part(one.taken, found.several)}" for one in taken[:_MOST]
    )
    text = f"Taken there: {'; '.join(named)}"
    more = len(taken) - _MOST
    text += f"; {count(more, 'other')} in the rest." if more > 0 else "."
    others = [one for one in found.profiles if not one.taken]
    if others:
        named = "; ".join(f"({', '.join(one.actions)})" for one in others[:_MOST])
        also = "Also an equilibrium" if len(others) == 1 else "Also equilibria"
        text += f" {also}, and never taken there: {named}"
        text += f" and {len(others) - _MOST} more." if len(others) > _MOST else "."
    return text


def _part(some: int, of: int) -> str:
    return "all" if some == of else percent(some / of).replace(NO_BREAK, " ")


def to_json(run: Run) -> list[dict[str, Any]]:
    """The same as data."""
    return [
        {
            "game": one.game.name,
            "solved_as": one.game.concept,
            "claims": list(one.claims),
            "worlds": one.worlds,
            "several": one.several,
            "equilibria": [
                {
                    "actions": dict(zip(one.actors, profile.actions, strict=True)),
                    "stands": profile.stands,
                    "taken": profile.taken,
                }
                for profile in one.profiles
            ],
        }
        for one in of_run(run)
    ]
