"""Which world to tell of: a typical one, or the nearest in which a claim has the other truth.

Near is what has nearly the same assumptions, each measured by its quantile level: the distance in
the unit cube from which they are drawn. Luck counts for nothing in it.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.case.language.typed.scope import suggest
from schelling.compile.planning import plan
from schelling.errors import RunError
from schelling.study.exploring.probe import Probe
from schelling.study.runs.results import Run


def typical(run: Run, claim: str | None = None, *, holds: bool = True) -> int:
    """The world whose assumptions are nearest to the mean of those of all worlds of its kind.

    Args:
        run: The run.
        claim: A claim; only worlds that ask it and give it a number count. All worlds when None.
        holds: Whether it is to hold in the world.

    Raises:
        RunError: No such claim was asked, or there is no such world.
    """
    among = np.ones(run.manifest.worlds, bool) if claim is None else _truths(run, claim) == holds
    if claim is not None:
        among &= _known(run, claim)
    if not among.any():
        how = "holds" if holds else "fails"
        message = f"there is no world in which '{claim}' {how} among the worlds of this run"
        raise RunError(message)
    return _nearest(run, among, None)[0]


def nearest_other(run: Run, world: int, claim: str) -> tuple[int, float]:
    """The nearest world in which a claim has the other truth, and how far it is.

    Args:
        run: The run.
        world: Number of the world to start from.
        claim: The claim.

    Returns:
        Its number, and the Euclidean distance of the quantile levels of all assumptions.

    Raises:
        RunError: There is no such world, no such claim, or it has no truth in the first world.
    """
    truths, known = _truths(run, claim), _known(run, claim)
    place = place_of(run, world)
    if not known[place]:
        message = (
            f"'{claim}' has no truth in world {world}: it is not asked there, or has no number"
        )
        raise RunError(message)
    among = known & (truths != truths[place])
    if not among.any():
        how = "holds" if truths[place] else "fails"
        message = f"'{claim}' {how} in every world of this run that gives it a number"
        raise RunError(message)
    return _nearest(run, among, place)


def place_of(run: Run, world: int) -> int:
    """The row of a world.

    Raises:
        RunError: The run has no such world.
    """
    (found,) = np.nonzero(run.column("world") == world)
    if not found.size:
        message = f"this run has no world {world}; it has {run.manifest.worlds:,} worlds"
        raise RunError(message)
    return int(found[0])


def _nearest(run: Run, among: Bool[ndarray, " world"], place: int | None) -> tuple[int, float]:
    """Of some worlds the one nearest to a row, or to their own mean; of several the first."""
    probe = Probe(plan.build(run.case, run.manifest.claims), run.manifest.seed)
    squares: Float[ndarray, " world"] = np.zeros(int(among.sum()))
    for column, name in enumerate(run.manifest.assumptions):
        values = run.column(name).astype(np.float64)
        levels = probe.levels(column, values[among])
        if place is None:
            target = float(levels.mean())
        else:
            target = float(probe.levels(column, values[place : place + 1])[0])
        squares += (levels - target) ** 2
    numbers: Int[ndarray, " world"] = run.column("world")[among]
    best = int(np.argmin(squares))
    return int(numbers[best]), float(np.sqrt(squares[best]))


def _truths(run: Run, claim: str) -> Bool[ndarray, " world"]:
    if claim not in run.manifest.claims:
        hint = suggest(claim, run.manifest.claims)
        message = f"this run asks no claim '{claim}'" + (f"; {hint}" if hint else "")
        raise RunError(message)
    return run.column(f"holds.{claim}").astype(bool)


def _known(run: Run, claim: str) -> Bool[ndarray, " world"]:
    """Where a claim is asked and has a number."""
    return run.counts(claim).astype(bool) & np.isfinite(run.column(f"margin.{claim}"))
