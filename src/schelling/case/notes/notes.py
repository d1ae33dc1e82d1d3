"""Every note on a sound case: nothing in it is wrong, but it may not mean what it seems to."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from schelling.case.draft import Draft, TooMany
from schelling.case.language.typed.types import mentions
from schelling.case.model import Case
from schelling.case.notes import (
    certain,
    drafts,
    idle,
    in_turn,
    jumps,
    many_runs,
    off_grid,
    ranges,
    small_chances,
    unread_agents,
)
from schelling.errors import Problem

Own = frozenset[tuple[str, str]]
"""Definitions as (section, name)."""


def read(draft: Draft, case: Case, own: Own | None = None) -> tuple[Problem, ...]:
    """The notes on a case; `Checked` puts them in the order of the text.

    Args:
        draft: The reading that the case came of, without problems.
        case: The checked case.
        own: Only these definitions are noted, such as those that a rival changes; all when None.
    """
    noted = replace(draft, problems=[])
    with contextlib.suppress(TooMany):
        _all(noted, case, own)
    return tuple(noted.problems)


def _all(noted: Draft, case: Case, own: Own | None) -> None:
    moves = idle.arrows(case)
    asked = frozenset[str]().union(*map(mentions, idle.asked(case)))

    def meant(section: str, name: str) -> bool:
        return own is None or (section, name) in own

    assumptions = [one for one in case.assumptions if meant("assumptions", one.name)]
    for assumption in assumptions:
        ranges.note(noted, assumption)
    idle.note_assumptions(noted, assumptions, case, moves, asked)
    for game in case.games:
        if meant("games", game.name):
            small_chances.note(noted, game, moves)
    if own is None:
        idle.note_unread(noted, case, moves, asked)
        unread_agents.note(noted, case, moves)
        off_grid.note(noted, case)
        many_runs.note_games(noted, case)
        jumps.note(noted, case)
        in_turn.note(noted, case)
        drafts.note(noted, case)
    claims = [claim for claim in case.claims if meant("claims", claim.name)]
    for claim in claims:
        idle.note_held(noted, claim, moves)
    many_runs.note(noted, case, claims)
    certain.note(noted, case, claims)
