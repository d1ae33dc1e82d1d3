"""What a fit says: prior against posterior, verdicts before and after, checks of each series."""

from __future__ import annotations

import datetime as dt
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from scipy.stats import binom

from schelling.analysis.summary import share_half_width
from schelling.analysis.verdicts import Share
from schelling.compile.course.outcomes import Outcomes
from schelling.compile.planning import plan as plans
from schelling.evidence import diagnostics, error_models
from schelling.evidence.posterior import PosteriorWorlds
from schelling.study.fitting import jointly, learned, straying
from schelling.study.fitting.jointly import JointlyKnown
from schelling.study.fitting.learned import Drawn, Learned
from schelling.study.fitting.problem import FitProblem
from schelling.study.fitting.straying import UNLIKELY, SeriesStraying
from schelling.study.runs.computing.engine import Engine

BANDS: Final = (0.05, 0.25, 0.75, 0.95)
_SURE: Final = 1.6
"""Lengths of a 95 % interval: 99.8 %, so that of some dozens of claims none moves by chance."""

_DRAWN: Final = 4096
_LARGEST: Final = 1e15  # beyond this NumPy draws no counts
_COUNTS: Final = ("binomial", "beta_binomial", "negative_binomial")


@dataclass(frozen=True)
class ShareChange:
    """A claim or question without and with the evidence.

    Attributes:
        name: Its name.
        before: In which share of the worlds of the prior it holds.
        after: ... of the posterior.
    """

    name: str
    before: Share
    after: Share

    @property
    def flips(self) -> bool:
        """Whether the word changes."""
        return self.before.word != self.after.word

    @property
    def beyond_chance(self) -> bool:
        """Whether the shares, or the bounds of failed worlds, differ by more than chance."""
        before, after = self.before, self.after
        up = _SURE * math.hypot(after.low_half_width, before.high_half_width)
        down = _SURE * math.hypot(before.low_half_width, after.high_half_width)
        return after.low - before.high > up or before.low - after.high > down


@dataclass(frozen=True)
class SeriesCheck:
    """How the posterior's own records compare with those that were made.

    Attributes:
        name: Name of the series.
        rows: Rows that entered.
        inside: Rows inside the 50 % and the 90 % band of the posterior predictive distribution.
        bands: Its quantiles at `BANDS`, in the unit of the series.
        prior_bands: ... of the prior predictive distribution.
        values: The records.
        days: The days that they are about.
        sources: Whose records they are.
        straying: How each strays from what the others tell; None where there is no posterior.
    """

    name: str
    rows: int
    inside: tuple[int, int]
    bands: Float[ndarray, "row level"]
    prior_bands: Float[ndarray, "row level"]
    values: Float[ndarray, " row"]
    days: tuple[dt.date, ...] = ()
    sources: tuple[str, ...] = ()
    straying: SeriesStraying | None = None

    @property
    def surprising(self) -> bool:
        """Whether so few rows inside a band come of chance in fewer than 1 of 400 fits."""
        half, most = self.inside
        few = min(binom.cdf(half, self.rows, 0.5), binom.cdf(most, self.rows, 0.9))
        return bool(few < UNLIKELY / 2)

    @property
    def signs(self) -> tuple[str, ...]:
        """Names of what says that the model is wrong about the series."""
        one = self.straying
        told = {"bands": self.surprising}
        if one is not None:
            told |= {"outlier": one.outlier, "close": one.close, "dependent": one.dependent}
        return tuple(name for name, said in told.items() if said)

    @property
    def followed(self) -> bool:
        """Whether nothing says that the model is wrong about the series."""
        return not self.signs


@dataclass(frozen=True)
class FitSummary:
    """What a sound fit says.

    Attributes:
        learned: Every assumption that is not fixed.
        joint: Pairs that are constrained together.
        claims: Verdicts before and after.
        questions: Yes-or-no questions before and after.
        checks: Every series.
    """

    learned: tuple[Learned, ...]
    joint: tuple[JointlyKnown, ...]
    claims: tuple[ShareChange, ...]
    questions: tuple[ShareChange, ...]
    checks: tuple[SeriesCheck, ...]


def summarise(
    problem: FitProblem,
    prior: PosteriorWorlds,
    after: PosteriorWorlds,
    effective: float,
    *,
    posterior: bool = True,
) -> FitSummary:
    """Compare the posterior with the prior.

    Args:
        problem: What was fitted.
        prior: Worlds of the prior.
        after: Worlds of the posterior.
        effective: How many independent worlds these are worth.
        posterior: Whether they are one, rather than worlds that were chosen otherwise.
    """
    drawn = problem.draws(prior.points), problem.draws(after.points)
    claims, questions = _shares(problem, (prior, after), drawn)
    return FitSummary(
        tuple(learned.of_assumptions(problem, (prior, after), drawn, effective)),
        jointly.pairs(problem, (prior, after), drawn, effective),
        claims,
        questions,
        tuple(_checks(problem, prior, after, posterior=posterior)),
    )


Pair = tuple[PosteriorWorlds, PosteriorWorlds]


def _shares(
    problem: FitProblem, worlds: Pair, drawn: Drawn
) -> tuple[tuple[ShareChange, ...], tuple[ShareChange, ...]]:
    """Claims, and yes-or-no questions, in the worlds of prior and posterior."""
    whole = plans.build(problem.case)
    engine = Engine(whole, seed=problem.seed)
    seen = [together(list(engine.ask(d, w.numbers))) for d, w in zip(drawn, worlds, strict=True)]
    claims = [
        ShareChange(claim.name, *(of_claim(o, w, k) for o, w in zip(seen, worlds, strict=True)))
        for k, claim in enumerate(whole.claims)
    ]
    kinds = {question.name: question.kind for question in problem.case.questions}
    questions = [
        ShareChange(ask.name, *(of_question(o, w, k) for o, w in zip(seen, worlds, strict=True)))
        for k, ask in enumerate(whole.asks)
        if ask.what == "forecast" and kinds.get(ask.name) == "binary"
    ]
    return tuple(claims), tuple(questions)


def together(parts: Sequence[Outcomes]) -> Outcomes:
    """Outcomes of consecutive worlds as those of one batch."""
    each: Any = zip(*parts, strict=True)
    return Outcomes(*(np.concatenate([np.asarray(part) for part in one]) for one in each))  # pyright: ignore


def of_claim(seen: Outcomes, worlds: PosteriorWorlds, place: int) -> Share:
    """In which share of weighted worlds the claim at a place holds."""
    counts = np.asarray(seen.counts)[:, place]
    holds, margin = np.asarray(seen.holds)[:, place], np.asarray(seen.margin)[:, place]
    return weighted_share(holds, np.isnan(margin), counts, worlds)


def of_question(seen: Outcomes, worlds: PosteriorWorlds, place: int) -> Share:
    """In which share of weighted worlds the question at a place is answered by yes."""
    answer, asked = np.asarray(seen.answers)[:, place], np.asarray(seen.asked)[:, place]
    return weighted_share(answer > 0.5, np.isnan(answer), asked, worlds)


def weighted_share(
    holds: Bool[ndarray, " world"],
    failed: Bool[ndarray, " world"],
    counts: Bool[ndarray, " world"],
    worlds: PosteriorWorlds,
) -> Share:
    """A verdict over weighted worlds, with the bounds that failed worlds leave."""
    holds, failed = holds[counts], failed[counts]
    weights, group = worlds.weights[counts], worlds.group[counts]
    groups = int(np.unique(group[~failed]).size)

    def measured(what: ndarray, among: ndarray) -> tuple[float, float, float]:
        found, error = diagnostics.share(what[among], weights[among], group[among])
        size = int(diagnostics.effective(weights[among])) if among.any() else 0
        return found, error, share_half_width(error, groups, max(size, 1))

    share, error, half_width = measured(holds, ~failed)
    everywhere = np.ones(len(holds), bool)
    low, high = (share, error, half_width), (share, error, half_width)
    if failed.any():
        low, high = measured(holds & ~failed, everywhere), measured(holds | failed, everywhere)
    return Share(
        share=share,
        standard_error=error,
        half_width=half_width,
        low=low[0],
        high=high[0],
        low_half_width=low[2],
        high_half_width=high[2],
        worlds=int(counts.sum()),
        failed=int(failed.sum()),
        replicates=groups,
    )


def _checks(
    problem: FitProblem, prior: PosteriorWorlds, after: PosteriorWorlds, *, posterior: bool
) -> list[SeriesCheck]:
    rng = np.random.default_rng([abs(problem.seed), 40])
    bands = [predicted(problem, worlds, rng) for worlds in (prior, after)]
    strays = straying.of_series(problem, after) if posterior else [None] * len(problem.series)
    found: list[SeriesCheck] = []
    for series, before, own, one in zip(problem.series, *bands, strays, strict=True):
        values = series.values
        inside = [
            int(np.count_nonzero((values >= own[:, low]) & (values <= own[:, high])))
            for low, high in ((1, 2), (0, 3))
        ]
        in_unit = own / series.factor, before / series.factor, values / series.factor
        days = tuple(row.date for row in series.evidence.rows)
        sources = tuple(row.source for row in series.evidence.rows)
        counts = (inside[0], inside[1])
        whose = days, sources
        found.append(SeriesCheck(series.name, len(values), counts, *in_unit, *whose, one))
    return found


def predicted(
    problem: FitProblem, worlds: PosteriorWorlds, rng: np.random.Generator
) -> list[Float[ndarray, "row level"]]:
    """Quantiles at `BANDS` of the records that some worlds would make, by series, in base units."""
    drawn = records(problem, worlds, rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # rows that no world can make are NaN
        return [np.nanquantile(one, BANDS, axis=0).T for one in drawn]


def records(
    problem: FitProblem, worlds: PosteriorWorlds, rng: np.random.Generator
) -> list[Float[ndarray, "world row"]]:
    """Records that some worlds would make, each drawn by its weight; by series, in base units."""
    chosen = diagnostics.systematic(worlds.weights, min(len(worlds.weights), _DRAWN), rng)
    arguments, sound = problem.arguments(worlds.points[chosen], worlds.numbers[chosen])
    return [
        error_models.draws(
            series.model,
            rng,
            [
                _sane(one, sound, counted=series.model in _COUNTS and place == 0)
                for place, one in enumerate(own)
            ],
            len(series.values),
        )
        for series, own in zip(problem.series, arguments, strict=True)
    ]


def _sane(
    argument: error_models.Numbers, sound: Bool[ndarray, " world"], *, counted: bool
) -> error_models.Numbers:
    """NaN in worlds whose numbers failed, and where no count can be drawn any more."""
    kept = np.abs(argument) < (_LARGEST if counted else np.inf)
    return np.where(
        kept & (sound[:, None] if len(argument) == len(sound) else True), argument, np.nan
    )
