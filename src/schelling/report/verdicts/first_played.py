"""Of a claim that asks a game where it is first played: when that is, and where it never is."""

from __future__ import annotations

from typing import Any

import numpy as np

from schelling.case.clock import Clock
from schelling.case.model import Claim
from schelling.compile.planning import needs
from schelling.report.words import shares
from schelling.report.words.numerals import count, percent
from schelling.study.runs.results import Run

_FEW = 0.01


def sentence(run: Run, claim: Claim) -> str:
    """When the games are first played that a claim asks there, and in how many worlds never.

    Args:
        run: The run.
        claim: A claim that was asked in it.

    Returns:
        Such as "asks `crisis` as first played (median: in week 8); never played in 34 % of worlds,
        which do not count"; empty for a claim that asks no game so.
    """
    asked = moments(run, claim)
    if not asked:
        return ""
    never = int(np.count_nonzero(~run.counts(claim.name)))
    if not never:
        return f"asks {asked}"
    worlds = run.manifest.worlds
    if never == worlds:
        return f"asks {asked}; no world counts"
    part = never / worlds
    where = percent(part).replace(shares.NO_BREAK, " ") + " of worlds"
    if part < _FEW:
        where = f"{never:,} of {count(worlds, 'world')}"
    return (
        f"asks {asked}; never played in {where}, which {'does' if never == 1 else 'do'} not count"
    )


def moments(run: Run, claim: Claim) -> str:
    """The games a claim asks where they are first played, and when that is; empty without any."""
    clock = run.case.clock
    games = dict.fromkeys(one.value.game for one in needs.plays(claim.holds))
    return " and ".join(_when(run, game, clock) for game in games) if clock is not None else ""


def not_everywhere(run: Run, claim: Claim) -> list[str]:
    """The games a claim asks where they are first played that some worlds never play."""
    games = dict.fromkeys(one.value.game for one in needs.plays(claim.holds))
    if run.case.clock is None:
        return []
    return [game for game in games if run.table([f"played.{game}"]).column(0).null_count]


def _when(run: Run, game: str, clock: Clock) -> str:
    column: Any = run.table([f"played.{game}"]).column(0)
    steps = column.drop_null().to_numpy()
    if not len(steps):
        return f"`{game}`, which is never played"
    median = "median: " if np.ptp(steps) else ""
    return f"`{game}` as first played ({median}{shares.moment(int(np.median(steps)), clock)})"
