"""Fitting a case: condition its worlds on what was recorded, and say what that changes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from schelling.case.model import Case
from schelling.errors import RunError
from schelling.evidence import posterior, tempering
from schelling.evidence.posterior import FittedWorlds, PosteriorWorlds
from schelling.evidence.tempering import TemperingSetting
from schelling.study.fitting import gradients, handed_on, summary
from schelling.study.fitting.problem import FitProblem, problem
from schelling.study.fitting.summary import FitSummary
from schelling.study.runs.computing.jobs import REPLICATES
from schelling.study.runs.files.posterior_file import WeightedWorlds

WORLDS: Final = 4_096
FEWEST_WORLDS: Final = 32 * REPLICATES
MOST_WORLDS: Final = 2**18
ENGINES: Final = ("smc", "reweight", "nuts", "consistent")


@dataclass(frozen=True, repr=False)
class CaseFit:
    """A case conditioned on its records.

    Attributes:
        problem: The case and its records.
        found: Worlds of the posterior, and what speaks against them.
        prior: Worlds of the prior: those of a run with the same seed.
        why: Why this engine: `told`, `vague` records, `sharp` ones, or `listed` values that they
            tell of.
    """

    problem: FitProblem
    found: FittedWorlds
    prior: PosteriorWorlds
    why: str

    def __repr__(self) -> str:
        rows = sum(len(one.values) for one in self.problem.series)
        sound = "sound" if self.sound else "not sound"
        return (
            f"<CaseFit of {self.problem.case.name!r} by {self.found.engine}, rows: {rows}, {sound}>"
        )

    @property
    def case(self) -> Case:
        """The case."""
        return self.problem.case

    @property
    def sound(self) -> bool:
        """Whether the posterior may be used."""
        return self.found.sound

    @cached_property
    def posterior(self) -> WeightedWorlds:
        """What `schelling.run`, `explore`, `score` and `compare` take as their `posterior`.

        Raises:
            RunError: The fit is not sound, or its worlds are no posterior.
        """
        return handed_on.weighted(self.problem, self.found)

    @cached_property
    def summary(self) -> FitSummary:
        """What the fit says.

        Raises:
            RunError: The fit is not sound, so it says nothing.
        """
        if not self.sound:
            failed = ", ".join(reading.name for reading in self.found.readings if not reading.sound)
            message = f"this fit is not sound ({failed}), so nothing is said of its posterior"
            raise RunError(message)
        found = self.found
        return summary.summarise(
            self.problem,
            self.prior,
            found.worlds,
            found.effective,
            posterior=found.engine != handed_on.NO_POSTERIOR,
        )


def fit(
    case: Case,
    *,
    engine: str | None = None,
    worlds: int = WORLDS,
    seed: int = 0,
    until: dt.date | None = None,
) -> CaseFit:
    """Condition the worlds of a case on its observations.

    Args:
        case: A checked case with observations.
        engine: `smc` (tempered Monte Carlo), `reweight` (weights for the worlds of a run), `nuts`
            (Hamiltonian Monte Carlo) or `consistent` (no posterior: the worlds of a run within a
            chi-square threshold of the records); one of the first two is chosen when None, the
            first where records tell of an assumption with listed values.
        worlds: Worlds of the posterior; made a multiple of 16.
        seed: Seed of the design, of chance and of the moves.
        until: Last day whose records may be used, in place of what the case says.

    Returns:
        The fit; whether it can be used is said by `sound`.

    Raises:
        RunError: There is nothing to fit to, or the engine cannot be used for this case.
    """
    if engine is not None and engine not in ENGINES:
        message = f"'{engine}' is not an engine; the engines are {', '.join(ENGINES)}"
        raise RunError(message)
    allowed(worlds)
    posed = problem(case, seed=seed, until=until)
    return fitted(posed, engine=engine, worlds=worlds)


def allowed(worlds: int, *, most: int = MOST_WORLDS) -> None:
    """Refuse a number of worlds that no fit has.

    Raises:
        RunError: There are too few or too many.
    """
    if not FEWEST_WORLDS <= worlds <= most:
        message = f"a fit needs {FEWEST_WORLDS:,} to {most:,} worlds; got {worlds:,}"
        raise RunError(message)


def fitted(posed: FitProblem, *, engine: str | None, worlds: int, stream: int = 0) -> CaseFit:
    """A fit of what was posed; see `fit`.

    Args:
        posed: What is fitted.
        engine: As for `fit`.
        worlds: As for `fit`.
        stream: Fits of other records under the same seed begin and move apart from each other if
            they have other streams; 0 begins with the worlds that a run has.
    """
    count = -(-worlds // REPLICATES) * REPLICATES
    rng = np.random.default_rng([abs(posed.seed), 36, stream] if stream else [abs(posed.seed), 36])
    points = posed.prior_points(count, REPLICATES)
    if stream:
        points = rng.standard_normal(points.shape)
    numbers = np.arange(count, dtype=np.uint32)
    likelihood = posed.log_likelihood(points, numbers)
    even = np.full(count, 1 / count)
    prior = PosteriorWorlds(points, numbers, even, np.arange(count) % REPLICATES, likelihood)
    weighted = posterior.of_weights(points, likelihood, REPLICATES)
    if engine == "reweight" or (engine is None and weighted.sound and not posed.listed):
        return CaseFit(posed, weighted, prior, "told" if engine else "vague")
    if engine == "consistent":
        rows = sum(len(one.values) for one in posed.series)
        kept = posterior.of_distances(prior, posed.distances(points, numbers), rows)
        return CaseFit(posed, kept, prior, "told")
    if engine == "nuts":
        return CaseFit(posed, gradients.fitted(posed, prior), prior, "told")
    setting = TemperingSetting(REPLICATES, posed.moved, posed.luck, posed.switches)
    found = tempering.temper(posed.log_likelihood, points, setting, rng)
    why = "told" if engine else "listed" if weighted.sound else "sharp"
    return CaseFit(posed, posterior.of_tempered(found, setting), prior, why)
