"""Calibration of the fits of a case: worlds of its prior make records, and are found or not."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from jaxtyping import Int
from numpy import ndarray

from schelling.case.model import Case
from schelling.errors import RunError
from schelling.evidence import calibration, error_models
from schelling.study.fitting import fit as fits
from schelling.study.fitting.fit import CaseFit
from schelling.study.fitting.kept_ranks import RankFolder, RepeatedFit
from schelling.study.fitting.problem import FitProblem, problem
from schelling.study.runs.files import manifest

REPEATS: Final = 100
RANKS: Final = 99
BINS: Final = 10
UNEVEN: Final = 0.01
"""p-value, for the number of assumptions, below which ranks are said not to be uniform."""

FEWEST_REPEATS: Final = 5 * BINS
"""Five ranks a bin, from which on the chi-square test of uniform ranks is good."""

WORLDS: Final = 2_048
"""Worlds of each fit, if nothing is said: few, as there are many fits."""

LARGER: Final = 4
"""How many times as many worlds a fit has that is made again, as it was refused."""


@dataclass(frozen=True)
class CalibratedAssumption:
    """The ranks of one assumption.

    Attributes:
        name: Its name.
        ranks: From 0 to `RANKS`, one for every sound repeat.
        chance: p-value of uniform ranks; NaN of fewer than `FEWEST_REPEATS`.
    """

    name: str
    ranks: Int[ndarray, " repeat"]
    chance: float


@dataclass(frozen=True)
class FitCalibration:
    """Whether the method finds again what made the records.

    Attributes:
        case: The case.
        engine: The method.
        repeats: How many worlds made records.
        worlds: Of each fit.
        larger: How many fits were refused with these and made again with `LARGER` times as many.
        refused: How many of these were refused again; they have no ranks. A refusal because of the
            records alone leaves the ranks of the others uniform. Diagnostics also look at the
            draws that are ranked, so among fits that were not refused ranks are uniform only
            approximately.
        assumptions: Those that can reach a record.
    """

    case: Case
    engine: str
    repeats: int
    worlds: int
    larger: int
    refused: int
    assumptions: tuple[CalibratedAssumption, ...]

    @property
    def chance(self) -> float:
        """Smallest p-value, for the number of assumptions; NaN where ranks are too few."""
        if self.repeats - self.refused < FEWEST_REPEATS:
            return math.nan
        return calibration.smallest_of(np.array([one.chance for one in self.assumptions]))

    @property
    def sound(self) -> bool:
        """Whether ranks are as uniform as they should be, and few fits were refused."""
        return self.chance >= UNEVEN and 10 * self.refused <= self.repeats


def calibrate(  # noqa: PLR0913 - one argument a setting
    case: Case,
    *,
    engine: str = "smc",
    repeats: int = REPEATS,
    worlds: int = WORLDS,
    seed: int = 0,
    until: dt.date | None = None,
    kept: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> FitCalibration:
    """Fit the records of many worlds of the prior in place of those of the case.

    Args:
        case: A checked case with observations.
        engine: `smc` or `reweight`.
        repeats: How many worlds make records; at least 50.
        worlds: Of each fit; one that is refused is made again with `LARGER` times as many.
        seed: Seed of the worlds and of the fits.
        until: Last day whose records may be used, in place of what the case says.
        kept: A folder for the ranks of every repeat. What is there already, of the same case,
            method, seed and last day, is not computed again; more repeats may be wanted than then.
        progress: Called with the number of fits that are known before the first is made, and with
            the number that is done after each.

    Raises:
        RunError: There is nothing to fit to, the request is impossible, or the folder holds ranks
            of something else.
    """
    if engine not in ("smc", "reweight"):
        message = f"calibration repeats 'smc' or 'reweight', not '{engine}'"
        raise RunError(message)
    if repeats < FEWEST_REPEATS:
        message = f"ranks in {BINS} bins need at least {FEWEST_REPEATS} repeats; got {repeats}"
        raise RunError(message)
    fits.allowed(worlds, most=fits.MOST_WORLDS // LARGER)
    posed = problem(case, seed=seed, until=until)
    if not posed.moved:
        message = "no assumption can reach a record, so there is nothing to calibrate"
        raise RunError(message)
    folder = RankFolder(kept, _about(posed, engine, worlds), RANKS) if kept is not None else None
    known = folder.read() if folder is not None else []
    if folder is not None and len(known) < repeats:
        folder.begin(known)
    rng = np.random.default_rng([abs(seed), 38])
    done: list[RepeatedFit] = []
    for repeat in range(repeats):
        own = rng.standard_normal((1, len(posed.plan.assumptions)))
        made = _with_records(posed, own, repeat, rng)
        if repeat < len(known):
            done.append(known[repeat])
            continue
        if progress is not None and repeat == len(known):
            progress(repeat)
        done.append(_repeated(made, own[0], repeat, (engine, worlds)))
        if folder is not None:
            folder.add(done[-1], repeat)
        if progress is not None:
            progress(repeat + 1)
    ranks = [list(one.ranks) for one in done if one.ranks is not None]
    larger = sum(one.larger for one in done)
    return FitCalibration(
        case, engine, repeats, worlds, larger, repeats - len(ranks), _assumptions(posed, ranks)
    )


def _repeated(made: FitProblem, own: ndarray, repeat: int, how: tuple[str, int]) -> RepeatedFit:
    """Fit the records that one world made, with more worlds where few are refused."""
    (engine, worlds), stream = how, repeat + 1
    found = fits.fitted(made, engine=engine, worlds=worlds, stream=stream)
    larger = not found.sound
    if larger:
        found = fits.fitted(made, engine=engine, worlds=LARGER * worlds, stream=stream)
    ranks = tuple(_rank(found, own[place], place) for place in made.moved)
    return RepeatedFit(ranks if found.sound else None, larger)


def _about(posed: FitProblem, engine: str, worlds: int) -> dict[str, Any]:
    """What ranks are of."""
    return {
        "case": posed.case.digest,
        "version": manifest.versions()["schelling"],
        "engine": engine,
        "seed": posed.seed,
        "until": posed.until.isoformat() if posed.until is not None else None,
        "worlds": worlds,
        "assumptions": [posed.plan.assumptions[place].name for place in posed.moved],
    }


def _with_records(
    posed: FitProblem, own: ndarray, repeat: int, rng: np.random.Generator
) -> FitProblem:
    """The problem with records that one world makes, by luck that no fit meets."""
    number = np.array([2**32 - 1 - repeat], np.uint32)
    arguments, _ = posed.arguments(own, number)
    series = [
        replace(one, values=error_models.draws(one.model, rng, given, len(one.values))[0])
        for one, given in zip(posed.series, arguments, strict=True)
    ]
    return posed.with_records(tuple(series))


def _rank(found: CaseFit, own: float, place: int) -> int:
    worlds = found.found.worlds
    return calibration.rank(own, worlds.points[:, place], worlds.weights, RANKS)


def _assumptions(posed: FitProblem, ranks: list[list[int]]) -> tuple[CalibratedAssumption, ...]:
    names = [posed.plan.assumptions[place].name for place in posed.moved]
    columns = np.array(ranks, np.int64).reshape(len(ranks), len(names)).T
    return tuple(
        CalibratedAssumption(name, own, _uniform(own))
        for name, own in zip(names, columns, strict=True)
    )


def _uniform(ranks: Int[ndarray, " repeat"]) -> float:
    """p-value of uniform ranks; NaN where they are too few for the test."""
    if len(ranks) < FEWEST_REPEATS:
        return math.nan
    return calibration.uniform(ranks, RANKS, BINS)
