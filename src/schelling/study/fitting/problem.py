"""A case and its records as something to be fitted: worlds in, log likelihoods out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any, Final

import jax
import numpy as np
from jaxtyping import Array, Bool, Float, UInt32
from numpy import ndarray
from scipy.special import ndtr, ndtri

from schelling.case.model import Case
from schelling.compile.drawing import draws
from schelling.compile.influence import reach
from schelling.compile.planning.plan import Plan
from schelling.compile.records import recorded
from schelling.compile.records.recorded import Evidence
from schelling.distributions import copula, design, discrete
from schelling.errors import RunError
from schelling.evidence import error_models
from schelling.evidence.switches import ListedCoordinate
from schelling.study.runs.computing.engine import Engine

Points = Float[ndarray, "world assumption"]
Numbers = UInt32[ndarray, " world"]

_LEAST: Final = 1e-300
_MOST: Final = float(np.nextafter(1.0, 0.0))


@dataclass(frozen=True)
class FittedSeries:
    """A series as the likelihood needs it, values in base units.

    Attributes:
        evidence: Its rows, and those that do not enter.
        values: The records.
        trials: Of each row, where the rows have them.
    """

    evidence: Evidence
    values: Float[ndarray, " row"]
    trials: Float[ndarray, " row"] | None

    @property
    def name(self) -> str:
        """Name of the series."""
        return self.evidence.series.name

    @property
    def model(self) -> str:
        """Name of its error model."""
        return self.evidence.series.model

    @property
    def factor(self) -> float:
        """Base units in one unit of the series."""
        return self.evidence.series.unit.factor


@dataclass(frozen=True)
class FitProblem:
    """A case with the records that condition it.

    Attributes:
        case: The case.
        seed: Of its chance.
        until: Last day whose records enter, where that is not what the case says.
        given: All its series, also those without rows that enter.
        records: Series in place of these, as calibration makes them; None for those of the case.
    """

    case: Case
    seed: int
    until: dt.date | None
    given: tuple[Evidence, ...]
    records: tuple[FittedSeries, ...] | None = None

    def with_records(self, records: tuple[FittedSeries, ...]) -> FitProblem:
        """The same with other records of the same rows; nothing is compiled again."""
        found = replace(self, records=records)
        found.__dict__.update({name: getattr(self, name) for name in ("plan", "engine", "sources")})
        return found

    @cached_property
    def series(self) -> tuple[FittedSeries, ...]:
        """The series with rows that enter."""
        if self.records is not None:
            return self.records
        return tuple(_series(one) for one in self.given if one.rows)

    @cached_property
    def plan(self) -> Plan:
        """What is simulated to compare worlds with the records."""
        return recorded.plan(self.case, self.given)

    @cached_property
    def engine(self) -> Engine:
        """The compiled plan."""
        return Engine(self.plan, seed=self.seed)

    @cached_property
    def sources(self) -> frozenset[str]:
        """Names of the assumptions that reach a record, and `reach.CHANCE` where chance does."""
        found = frozenset[str]()
        for record in self.plan.records:
            for argument in record.arguments:
                found |= reach.of_expression(self.plan, argument).sources
        return found

    @property
    def luck(self) -> bool:
        """Whether chance reaches a record."""
        return reach.CHANCE in self.sources

    @cached_property
    def moved(self) -> tuple[int, ...]:
        """Positions of the assumptions that can reach a record, by themselves or by correlation."""
        names = [one.name for one in self.plan.assumptions]
        drawn = [one.prior.family != "fixed" for one in self.plan.assumptions]
        pairs = [(c.first, c.second) for c in self.plan.correlations]
        found = set(self.sources)
        while True:
            more = {end for pair in pairs if found & set(pair) for end in pair} - found
            if not more:
                return tuple(k for k, name in enumerate(names) if name in found and drawn[k])
            found |= more

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Names of the assumptions among `moved` that are choices among listed values."""
        own = [self.plan.assumptions[place] for place in self.moved]
        return tuple(one.name for one in own if one.prior.family == "choice")

    @cached_property
    def switches(self) -> tuple[ListedCoordinate, ...]:
        """The coordinates of `listed`, with the scores at which a value gives way to the next."""
        names = [one.name for one in self.plan.assumptions]
        loads = copula.loads(draws.correlation_matrix(names, self.plan.correlations))
        found: list[ListedCoordinate] = []
        for place in self.moved:
            prior = self.plan.assumptions[place].prior
            if prior.family == "choice":
                values, weights = prior.parameters
                assert isinstance(values, tuple)  # as those of a choice are
                assert isinstance(weights, tuple)
                edges = np.asarray(ndtri(discrete.steps(values, weights)))
                found.append(ListedCoordinate(place, edges, loads[place, : place + 1]))
        return tuple(found)

    def prior_points(self, worlds: int, replicates: int) -> Points:
        """Normal scores of the worlds that a run of the same seed has."""
        names = [one.name for one in self.plan.assumptions]
        u = design.sobol(names, seed=self.seed, replicates=replicates, first=0, count=worlds)
        return np.asarray(ndtri(u)) if names else np.zeros((worlds, 0))

    def levels(self, points: Points) -> Points:
        """Levels of the priors at some points, dependent as the case says."""
        u = np.clip(ndtr(points), _LEAST, _MOST)
        if self.plan.correlations:
            names = [one.name for one in self.plan.assumptions]
            u = copula.correlate(u, draws.correlation_matrix(names, self.plan.correlations))
        return u

    def draws(self, points: Points) -> Float[ndarray, "world assumption"]:
        """The assumptions at some points, in declared units."""
        plan, u = self.plan, self.levels(points)
        columns = [draws.quantile(a.prior, u[:, k]) for k, a in enumerate(plan.assumptions)]
        return np.stack(columns, axis=1) if columns else np.zeros((len(points), 0))

    def arguments(
        self, points: Points, numbers: Numbers
    ) -> tuple[list[list[error_models.Numbers]], Bool[ndarray, " world"]]:
        """By series, the arguments of its error model in every world; then which are sound."""
        parts = list(self.engine.ask_records(self.draws(points), numbers))
        columns = np.concatenate([np.asarray(part[0]) for part in parts])
        sound = np.concatenate([np.asarray(part[1]) for part in parts])
        return self.unpacked(columns), sound

    def unpacked(self, columns: Any) -> list[list[Any]]:
        """Columns of `recorded`, (world, column), as arguments by series; trials are among them."""
        found: list[list[Any]] = []
        start = 0
        for series, widths in zip(self.series, recorded.widths(self.plan), strict=True):
            own: list[Any] = []
            for width in widths:
                own.append(columns[:, start : start + width])
                start += width
            if series.trials is not None:
                own.insert(0, np.broadcast_to(series.trials, (len(columns), len(series.trials))))
            found.append(own)
        return found

    def log_likelihoods(
        self, points: Points, numbers: Numbers
    ) -> list[Float[ndarray, "world row"]]:
        """By series, the log density of each row in every world; minus infinity where unsound."""
        arguments, sound = self.arguments(points, numbers)
        return [
            np.where(sound[:, None], np.asarray(_density(one.model)(one.values, *own)), -np.inf)
            for one, own in zip(self.series, arguments, strict=True)
        ]

    def distances(self, points: Points, numbers: Numbers) -> Float[ndarray, " world"]:
        """Squared distances of the records from their means in standard deviations, summed."""
        arguments, sound = self.arguments(points, numbers)
        total = np.where(sound, 0.0, np.inf)
        for one, own in zip(self.series, arguments, strict=True):
            mean, sd = error_models.moments(one.model, own)
            total = total + (((one.values - mean) / sd) ** 2).sum(axis=1)
        return total

    def log_likelihood(self, points: Points, numbers: Numbers) -> Float[ndarray, " world"]:
        """The log likelihood of every world."""
        parts = self.log_likelihoods(points, numbers)
        total = sum((part.sum(axis=1) for part in parts), np.zeros(len(points)))
        return np.asarray(total)


@cache
def _density(model: str) -> Callable[..., Array]:
    return jax.jit(partial(_of_rows, model))


def _of_rows(model: str, values: Array, *parameters: Array) -> Array:
    return error_models.log_densities(model, values, parameters)


def _series(found: Evidence) -> FittedSeries:
    values = np.array([row.value for row in found.rows]) * found.series.unit.factor
    own = [row.trials for row in found.rows]
    by_row = any(argument is None for argument in found.series.arguments)
    trials = np.array([one if one is not None else np.nan for one in own]) if by_row else None
    return FittedSeries(found, values, trials)


def problem(case: Case, *, seed: int = 0, until: dt.date | None = None) -> FitProblem:
    """The problem of fitting a case.

    Args:
        case: A checked case.
        seed: Of its chance and its design.
        until: Last day whose records may be used, in place of what the case says.

    Raises:
        RunError: The case has no records that enter.
    """
    if not case.observations:
        message = "this case has no 'observations', so there is nothing to fit it to"
        raise RunError(message)
    found = recorded.evidence(case, until)
    if not any(one.rows for one in found):
        raise RunError(_nothing(found))
    return FitProblem(case, seed, until, found)


def _nothing(found: Sequence[Evidence]) -> str:
    later, outside = sum(one.later for one in found), sum(one.outside for one in found)
    if not any(one.series.rows for one in found):
        return "no record enters: the tables of observations have no rows"
    message = "no record enters: "
    message += f"{later:,} tell of a later day than may be known, or were published later; "
    message += f"{outside:,} lie outside the time of the case"
    return f"{message}. --until DATE asks for records up to another day" if later else message
