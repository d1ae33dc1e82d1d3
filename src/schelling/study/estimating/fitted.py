"""A fitted model as immutable data."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from schelling.evidence.estimation.maximum import Maximum
from schelling.evidence.estimation.nonnested import Clarke, LikelihoodRatio, Vuong
from schelling.evidence.posterior import FitReading
from schelling.study.estimating.binding import Bound

if TYPE_CHECKING:
    import pandas as pd


class FitStatus(enum.Enum):
    """How a climb ended."""

    SOLVED = "solved"
    SEPARATED = "separated"
    NO_CONVERGENCE = "no convergence"
    REFUSED = "posterior refused"


_NO_MAXIMUM = (FitStatus.SEPARATED, FitStatus.NO_CONVERGENCE)


class ErrorSource(enum.Enum):
    """Where the standard errors come from."""

    CURVATURE = "curvature of the log-likelihood"
    ROBUST = "sandwich"
    CLUSTERED = "sandwich, by cluster"
    BOOTSTRAP = "bootstrap"
    POSTERIOR = "standard deviations of the posterior"


class Coefficient(NamedTuple):
    """One coefficient; NaN where a number is unknown.

    Attributes:
        equation: What it belongs to, such as `attacker.war`.
        name: Of its covariate.
        estimate: Its value.
        error: Standard error.
        low: Lower end of the interval.
        high: Upper end.
        infinite: Whether its estimate is not finite.
    """

    equation: str
    name: str
    estimate: float
    error: float
    low: float
    high: float
    infinite: bool = False

    @property
    def z(self) -> float:
        """Estimate in units of its standard error."""
        return self.estimate / self.error if self.error > 0 else math.nan

    @property
    def p(self) -> float:
        """Two-sided p-value of the hypothesis that the coefficient is zero."""
        return math.erfc(abs(self.z) / math.sqrt(2))


@dataclass(frozen=True)
class PredictedEnds:
    """Probabilities of the ends along one column, the others held.

    Attributes:
        column: The column.
        values: Its values, as text.
        held: The other columns of the model and what they are held at.
        chance: Probability of each end.
        low: Lower end of its band.
        high: Upper end.
        level: Level of the bands.
    """

    column: str
    values: tuple[str, ...]
    held: tuple[tuple[str, str], ...]
    chance: Float[np.ndarray, "value end"]
    low: Float[np.ndarray, "value end"]
    high: Float[np.ndarray, "value end"]
    level: float


class Bootstrapped(NamedTuple):
    """How a bootstrap went.

    Attributes:
        replicates: Resamples.
        failed: ... that have no finite estimates.
    """

    replicates: int
    failed: int


class PosteriorRow(NamedTuple):
    """What the draws say of one coefficient besides mean, deviation and interval.

    Attributes:
        positive: Posterior probability that it is greater than zero.
        r_hat: Rank-normalised split R-hat.
        effective: Effective sample size, the lesser of bulk and tails.
    """

    positive: float
    r_hat: float
    effective: float


class PosteriorFit(NamedTuple):
    """A Bayesian fit.

    Attributes:
        rows: One per coefficient.
        readings: Its diagnostics.
        priors: What the priors are, by equation.
        draws: Draws in all.
    """

    rows: tuple[PosteriorRow, ...]
    readings: tuple[FitReading, ...]
    priors: tuple[tuple[str, str], ...]
    draws: int

    @property
    def sound(self) -> bool:
        """Whether every diagnostic is within its limit."""
        return all(reading.sound for reading in self.readings)


class ProfileRow(NamedTuple):
    """The profile likelihood of one coefficient.

    Attributes:
        equation: What it belongs to.
        name: Of its covariate.
        values: Where it was held.
        heights: Log-likelihood of the others' best, less that of the maximum.
    """

    equation: str
    name: str
    values: tuple[float, ...]
    heights: tuple[float, ...]


@dataclass(frozen=True)
class Fitted:
    """A fitted model.

    Attributes:
        bound: The model, its game and its sample.
        status: How it ended.
        maximum: The maximum.
        coefficients: The coefficients.
        covariance: Of the estimates; NaN without a proper maximum.
        source: Where the standard errors come from.
        level: Level of the intervals.
        growing: Coefficients that grow without end, with their signs, where the data are separated.
        null: Log-likelihood where every action of a decision is equally likely.
        bootstrap: How a bootstrap went.
        profile: Profile likelihoods.
        prediction: Predicted probabilities.
        notes: What else to know.
        posterior: What the draws of a Bayesian fit say.
    """

    bound: Bound
    status: FitStatus
    maximum: Maximum
    coefficients: tuple[Coefficient, ...]
    covariance: Float[np.ndarray, "coefficient coefficient"]
    source: ErrorSource
    level: float
    growing: tuple[str, ...]
    null: float
    bootstrap: Bootstrapped | None = None
    profile: tuple[ProfileRow, ...] = ()
    prediction: PredictedEnds | None = None
    notes: tuple[str, ...] = ()
    posterior: PosteriorFit | None = None

    @property
    def observations(self) -> float:
        """Number of observations."""
        return float(self.bound.sample.weights.sum())

    @property
    def log_likelihood(self) -> float:
        """At the estimates; NaN of a Bayesian fit, whose means are at no maximum."""
        return math.nan if self.posterior is not None else self.maximum.log_likelihood

    @property
    def aic(self) -> float:
        """Akaike's information criterion; NaN without a maximum."""
        if self.status in _NO_MAXIMUM:
            return math.nan
        return 2 * len(self.coefficients) - 2 * self.log_likelihood

    @property
    def bic(self) -> float:
        """The Bayesian information criterion; NaN without a maximum."""
        if self.status in _NO_MAXIMUM:
            return math.nan
        return len(self.coefficients) * math.log(self.observations) - 2 * self.log_likelihood


class Rivalry(NamedTuple):
    """Two fitted models compared.

    Attributes:
        vuong: Vuong's test.
        clarke: Clarke's test.
    """

    vuong: Vuong
    clarke: Clarke


@dataclass(frozen=True)
class Estimation:
    """What `schelling estimate` finds.

    Attributes:
        fitted: The model.
        rival: A second model of the same rows.
        rivalry: How the two compare.
        untested: Why they are not compared so; empty if they are, or there is no second model.
        nested: The test in place of these, where one model contains the other.
    """

    fitted: Fitted
    rival: Fitted | None = None
    rivalry: Rivalry | None = None
    untested: str = ""
    nested: LikelihoodRatio | None = None

    @property
    def coefficients(self) -> pd.DataFrame:
        """Estimates, standard errors, z, p and ends of the intervals, one row a coefficient.

        Of a Bayesian fit they are means, standard deviations and quantiles, without z and p.
        """
        import pandas as pd  # noqa: PLC0415 - the command does not need it

        rows = self.fitted.coefficients
        index = pd.MultiIndex.from_tuples(
            [(row.equation, row.name) for row in rows], names=["equation", "covariate"]
        )
        tested = self.fitted.posterior is None
        numbers = [
            (row.estimate, row.error)
            + ((row.z, row.p) if tested else (math.nan, math.nan))
            + (row.low, row.high)
            for row in rows
        ]
        heads = ["estimate", "standard_error", "z", "p", "low", "high"]
        return pd.DataFrame(numbers, index=index, columns=heads)

    @property
    def sound(self) -> bool:
        """Whether every estimate is finite and at a maximum."""
        fits = (self.fitted, *(() if self.rival is None else (self.rival,)))
        return all(one.status is FitStatus.SOLVED for one in fits)
