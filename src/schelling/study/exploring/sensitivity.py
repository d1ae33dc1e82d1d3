"""What decides a claim: shares of the variance of its truth and its margin, by assumption.

Chance counts as one more input, so that variation due to chance is not attributed to an assumption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.analysis.sensitivity.pawn import pawn
from schelling.analysis.sensitivity.rbd_fast import rbd_fast
from schelling.analysis.sensitivity.resampling import bootstrap
from schelling.analysis.sensitivity.saltelli import require_independent, saltelli_design
from schelling.analysis.sensitivity.shapley import shapley_effects
from schelling.analysis.sensitivity.sobol import SobolIndices, sobol_indices
from schelling.compile.draws import correlation_matrix
from schelling.distributions import design
from schelling.errors import MethodError
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample, varies

CHANCE = "(chance)"
RESAMPLES = 200
READ = 16_384
"""Worlds of the ordinary sample that PAWN, RBD-FAST and Shapley effects read."""

SHAPLEY = 6
"""Assumptions among which Shapley effects are shared out: the leading ones by PAWN index."""

_SHAPLEY_WORLDS, _SHAPLEY_LEAST, _ANCHORS = 4_096, 64, 400
_NORMAL = 1.96


@dataclass(frozen=True)
class Indices:
    """Sensitivity of the truth, or of the margin, of every claim.

    Attributes:
        s1: Sobol' first-order index: what the input decides alone; None if refused.
        s1_half_width: Half its 95 % interval, from bootstrap resamples.
        st: Total index: what it decides together with others too.
        st_half_width: Half its 95 % interval.
        shapley: Shapley effect, where assumptions are correlated; else None. NaN for all but the
            six leading assumptions of the claim, among which it is shared out.
        shapley_half_width: Half its 95 % interval.
        pawn: Median PAWN index, from the ordinary sample.
        pawn_noise: Upper bound of the index of an assumption without influence, in 95 % of cases.
        rbd_fast: First-order index from the ordinary sample.
        rbd_fast_noise: As for PAWN.
    """

    s1: Float[ndarray, "input claim"] | None
    s1_half_width: Float[ndarray, "input claim"] | None
    st: Float[ndarray, "input claim"] | None
    st_half_width: Float[ndarray, "input claim"] | None
    shapley: Float[ndarray, "assumption claim"] | None
    shapley_half_width: Float[ndarray, "assumption claim"] | None
    pawn: Float[ndarray, "assumption claim"]
    pawn_noise: Float[ndarray, "assumption claim"]
    rbd_fast: Float[ndarray, "assumption claim"]
    rbd_fast_noise: Float[ndarray, " claim"]


@dataclass(frozen=True)
class Sensitivity:
    """What every claim hinges on.

    Attributes:
        assumptions: Names of the assumptions that vary.
        inputs: The same, and `(chance)` where the case has any.
        claims: Names of the claims.
        worlds: Worlds run for Sobol' indices; 0 where they were refused.
        refused: Why Sobol' indices do not apply; empty if they do.
        truth: Of whether the claim holds.
        margin: Of its margin.
    """

    assumptions: tuple[str, ...]
    inputs: tuple[str, ...]
    claims: tuple[str, ...]
    worlds: int
    refused: str
    truth: Indices
    margin: Indices

    def table(self, claim: str, of: str = "truth") -> pd.DataFrame:
        """One claim's indices, one row per input, the most influential first.

        Args:
            claim: Name of the claim.
            of: `truth` or `margin`.

        Returns:
            Columns `s1, s1_half_width, st, st_half_width` or `shapley, shapley_half_width`, then
            `pawn, pawn_noise, rbd_fast, rbd_fast_noise`; chance has only the first.
        """
        column = self.claims.index(claim)
        found: Indices = self.truth if of == "truth" else self.margin
        names = self.inputs if found.st is not None else self.assumptions
        columns: dict[str, ndarray] = {}
        for key in ("s1", "st", "shapley", "pawn", "rbd_fast"):
            for part in (key, f"{key}_half_width", f"{key}_noise"):
                values = getattr(found, part, None)
                if values is not None:
                    single = values[:, column] if values.ndim == 2 else values[column]
                    columns[part] = _filled(single, len(names))
        frame = pd.DataFrame(columns, index=list(names))
        leading = "st" if found.st is not None else "shapley"
        return frame.sort_values(leading, ascending=False, kind="stable")


@dataclass(frozen=True)
class SeriesSensitivity:
    """What a series hinges on, step by step.

    Attributes:
        name: Name of the series.
        inputs: Assumptions that vary, and `(chance)` where the case has any.
        s1: First-order index.
        s1_half_width: Half its 95 % interval.
        st: Total index.
        st_half_width: Half its 95 % interval.
    """

    name: str
    inputs: tuple[str, ...]
    s1: Float[ndarray, "input time"]
    s1_half_width: Float[ndarray, "input time"]
    st: Float[ndarray, "input time"]
    st_half_width: Float[ndarray, "input time"]


@dataclass(frozen=True)
class _Worlds:
    """A Saltelli design: values of all assumptions, and the number of each world's luck."""

    inputs: tuple[str, ...]
    values: Float[ndarray, "draw assumption"]
    luck: ndarray
    points: int


def of_claims(probe: Probe, sample: Sample, *, base: int, seed: int) -> Sensitivity:
    """What every claim of a plan hinges on.

    Args:
        probe: The plan.
        sample: Its ordinary sample.
        base: Base points of the Saltelli design; its worlds are this times the inputs plus 2.
        seed: Seed of the design and of the resampling.

    Returns:
        The indices.
    """
    read = sample.first(READ)
    outcomes = np.concatenate([read.truth, read.margin], axis=1)
    generator = np.random.default_rng([seed, 1])
    sliced = pawn(read.values, outcomes, generator)
    waves = rbd_fast(read.values, outcomes)
    given = (sliced.median, sliced.median_noise, waves.s1, waves.noise)
    claims, names = len(sample.claims), sample.names
    refused = refusal(probe)
    sobol: list[ndarray | None] = [None] * 4
    shapley: list[ndarray | None] = [None] * 2
    worlds, inputs = 0, names
    if refused:
        clear = sliced.median / np.maximum(sliced.median_noise, 1e-9)
        shapley = list(
            _shapley(sample, np.maximum(clear[:, :claims], clear[:, claims:]), generator)
        )
    else:
        chosen = _design(probe, base, seed)
        told = probe.ask_values(chosen.values, chosen.luck)
        truth = np.where(np.isnan(told.margin), np.nan, told.holds)
        indices = _indices(np.concatenate([truth, told.margin], axis=1), chosen, seed)
        sobol = list(_bars(indices))
        worlds, inputs = len(chosen.values), chosen.inputs
    parts = [*sobol, *shapley, *given]
    halves = [
        Indices(*(None if part is None else part[..., half] for part in parts))  # pyright: ignore
        for half in (slice(claims), slice(claims, None))
    ]
    return Sensitivity(names, inputs, sample.claims, worlds, refused, *halves)


def of_series(
    probe: Probe, names: Sequence[str], *, base: int, seed: int
) -> tuple[SeriesSensitivity, ...]:
    """What series hinge on, step by step.

    Args:
        probe: The plan.
        names: Names of series: stocks and moving variables.
        base: As for `of_claims`.
        seed: As for `of_claims`.

    Returns:
        One result per series.

    Raises:
        MethodError: Assumptions are correlated.
    """
    reason = refusal(probe)
    if reason:
        raise MethodError(reason)
    chosen = _design(probe, base, seed)
    courses = probe.courses(chosen.values, chosen.luck, names)
    return tuple(
        SeriesSensitivity(name, chosen.inputs, *_bars(_indices(course, chosen, seed)))
        for name, course in zip(names, courses, strict=True)
    )


def refusal(probe: Probe) -> str:
    """Why Sobol' indices do not apply to a case; empty where they do."""
    names = [assumption.name for assumption in probe.plan.assumptions]
    try:
        require_independent(names, correlation_matrix(names, probe.plan.correlations))
    except MethodError as error:
        return str(error)
    return ""


def _shapley(
    sample: Sample, clear: Float[ndarray, "assumption claim"], generator: np.random.Generator
) -> tuple[Float[ndarray, "assumption outcome"], Float[ndarray, "assumption outcome"]]:
    """Shapley effects of the assumptions that stand out most for each claim; NaN for the others.

    Effects of many assumptions at once would need neighbours in many dimensions.
    """
    some, claims = sample.first(_SHAPLEY_WORLDS), len(sample.claims)
    inputs, kinds = some.coded(), some.categories()
    effect = np.full((len(sample.names), 2 * claims), np.nan)
    half_width = effect.copy()
    for claim in range(claims):
        if np.count_nonzero(np.isfinite(some.margin[:, claim])) < _SHAPLEY_LEAST:
            continue
        first: Int[ndarray, " leading"] = np.argsort(-clear[:, claim], kind="stable")
        leading: Int[ndarray, " leading"] = np.sort(first[:SHAPLEY])
        found = shapley_effects(
            inputs[:, leading],
            np.stack([some.truth[:, claim], some.margin[:, claim]], axis=1),
            generator,
            categories=[kinds[int(one)] for one in leading],
            anchors=_ANCHORS,
        )
        for half, column in enumerate((claim, claims + claim)):
            effect[leading, column] = found.effect[:, half]
            half_width[leading, column] = _NORMAL * found.error[:, half]
    return effect, half_width


def _design(probe: Probe, base: int, seed: int) -> _Worlds:
    """Luck is one more input: world numbers, those of half B others than those of half A."""
    plan = probe.plan
    free = [n for n, assumption in enumerate(plan.assumptions) if varies(assumption)]
    names = [plan.assumptions[n].name for n in free]
    halves = [f"sensitivity/{half}/{name}" for half in "AB" for name in names]
    points = design.sobol(halves, seed=seed, replicates=1, first=0, count=base)
    numbers = np.arange(2 * base, dtype=np.float64).reshape(2, base, 1)
    parts = [points[:, : len(free)], numbers[0], points[:, len(free) :], numbers[1]]
    inputs = (*names, CHANCE)
    if not plan.streams:
        parts, inputs = [parts[0], parts[2]], tuple(names)
    rows = saltelli_design(np.concatenate(parts, axis=1))
    levels = np.full((len(rows), len(plan.assumptions)), 0.5)
    levels[:, free] = rows[:, : len(free)]
    luck = rows[:, -1].astype(np.uint32) if plan.streams else np.zeros(len(rows), np.uint32)
    return _Worlds(inputs, probe.values(levels), luck, base)


def _indices(outcomes: Float[ndarray, "draw outcome"], chosen: _Worlds, seed: int) -> SobolIndices:
    generator = np.random.default_rng([seed, 2])
    resamples = bootstrap(chosen.points, RESAMPLES, generator)
    return sobol_indices(outcomes, len(chosen.inputs), resamples=resamples)


def _bars(
    found: SobolIndices,
) -> tuple[
    Float[ndarray, "input outcome"],
    Float[ndarray, "input outcome"],
    Float[ndarray, "input outcome"],
    Float[ndarray, "input outcome"],
]:
    s1_error, st_error = found.s1_error, found.st_error
    assert s1_error is not None
    assert st_error is not None
    return found.s1, found.multiplier * s1_error, found.st, found.multiplier * st_error


def _filled(values: ndarray, count: int) -> ndarray:
    """A column, with NaN where an input has no such number."""
    values = np.broadcast_to(values, (count,)) if values.ndim == 0 else values
    return np.concatenate([values, np.full(count - values.size, np.nan)])
