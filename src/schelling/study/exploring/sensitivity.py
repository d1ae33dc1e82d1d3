"""What decides a claim: shares of the variance of its truth and its margin, by input.

Inputs are the assumptions and chance, so what no assumption explains is not put down to any of
them. An input that cannot reach a claim, as the plan knows, has no part in it. Sobol' indices are
of groups: correlated assumptions are one group, every other input is one by itself. Where there are
correlations, Shapley effects share each group out among its members.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.sensitivity.pawn import pawn
from schelling.analysis.sensitivity.rbd_fast import rbd_fast
from schelling.analysis.sensitivity.resampling import jackknife
from schelling.analysis.sensitivity.shapley_walk import ShapleyWalk, shapley_of_walks
from schelling.analysis.sensitivity.sobol import SobolIndices, sobol_indices
from schelling.analysis.summary import rule_of_three
from schelling.case.language.typed.types import Kind, Reference, Type, When
from schelling.compile.influence import reach
from schelling.compile.influence.reach import CHANCE, Reached
from schelling.study.exploring import sensitivity_worlds
from schelling.study.exploring.indices import Indices, Sensitivity
from schelling.study.exploring.probe import ClaimOutcomes, Probe
from schelling.study.exploring.sample import Sample
from schelling.study.exploring.sensitivity_worlds import SaltelliWorlds

EXTRAS = ("second-order", "shapley", "pawn")
"""What can be asked for beside Sobol' indices."""

READ = 16_384
"""Worlds of the ordinary sample that PAWN and RBD-FAST read."""

_LEAST = 64

FEWEST = 8
"""Worlds of the two independent halves of a design in which a claim holds, and in which it fails,
below which the spread of the replicates says nothing of the error of its indices: they may be alike
by chance. Chosen, not derived; a test holds that intervals which are told contain the truth."""


@dataclass(frozen=True)
class SeriesSensitivity:
    """What a series hinges on, step by step.

    Attributes:
        name: Name of the series.
        inputs: Assumptions that vary, correlated ones together, such as `x0 & x1`; and `(chance)`
            where it reaches anything asked about.
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


def of_claims(
    probe: Probe, sample: Sample, *, base: int, seed: int, extras: Collection[str] = ()
) -> Sensitivity:
    """What every claim of a plan hinges on.

    Args:
        probe: The plan.
        sample: Its ordinary sample.
        base: Base points of the Saltelli design, whose worlds are this times the groups plus 2;
            and walks of the designs for Shapley effects, whose worlds are this times the inputs
            plus 1.
        seed: Seed of the designs.
        extras: Some of `EXTRAS`.

    Returns:
        The indices.
    """
    reached = probe.reached
    inputs = (*sample.names, CHANCE)
    lucky = bool(probe.plan.streams)
    reaches = np.array(
        [[n in one.sources and (n != CHANCE or lucky) for one in reached] for n in inputs]
    )
    chosen = sensitivity_worlds.saltelli(
        probe, reached, base=base, seed=seed, second_order="second-order" in extras
    )
    groups = _all_groups(chosen, inputs)
    told = _truth_and_margin(probe.ask_values(chosen.values, chosen.luck))
    parts = _sobol(_indices(told, chosen, "second-order" in extras), chosen, groups)
    answers = told.reshape(base, -1, told.shape[1])[..., : len(sample.claims)]
    rare = _rare(answers)
    worlds = len(chosen.values)
    correlated = any(len(group) > 1 for group in groups)
    shapley: dict[str, ndarray | None] = dict.fromkeys(
        ("shapley", "shapley_half_width", "walks_dropped")
    )
    if correlated or "shapley" in extras:
        shapley, more = _shapley(probe, reached, inputs, base, seed)
        worlds += more
    parts |= shapley | _from_sample(sample, seed, len(inputs), wanted="pawn" in extras)
    claims = len(sample.claims)
    truth, margin = (
        Indices(**{k: None if v is None else v[..., half] for k, v in parts.items()})  # pyright: ignore
        for half in (slice(claims), slice(claims, None))
    )
    reaching = [reaches[[inputs.index(name) for name in group]].any(axis=0) for group in groups]
    truth = _unseen(_vague(truth, rare), answers, np.array(reaching))
    return Sensitivity(inputs, groups, sample.claims, reaches, base, worlds, truth, margin)


def _rare(truth: Float[ndarray, "point step claim"]) -> Bool[ndarray, " claim"]:
    """Claims that too few worlds of the two halves of a design answer one way, if any do."""
    told = np.where(np.isfinite(truth).all(axis=1, keepdims=True), truth, np.nan)[:, [0, -1]]
    least = np.minimum((told == 1.0).sum(axis=(0, 1)), (told == 0.0).sum(axis=(0, 1)))
    return least < FEWEST


def _vague(found: Indices, rare: Bool[ndarray, " claim"]) -> Indices:
    """Indices whose error is not known can lie from none to all, if they are not 0 exactly."""
    wide: dict[str, ndarray] = {}
    for name in ("s1", "st", "s2", "shapley"):
        half: ndarray | None = getattr(found, f"{name}_half_width")
        if half is not None:
            unsure = rare & (getattr(found, name) != 0.0)
            wide[f"{name}_half_width"] = np.where(unsure, np.maximum(half, 1.0), half)
    return replace(found, **wide)  # pyright: ignore


def _unseen(
    found: Indices,
    truth: Float[ndarray, "point step claim"],
    reaching: Bool[ndarray, "group claim"],
) -> Indices:
    """A total index of 0 of a group that can reach a claim: so much it may be and not be seen.

    It is the probability that the truths of two worlds differ which only the group tells apart,
    divided by twice the variance of the truth. Where no pair of the design differs, the rule of
    three bounds that probability.
    """
    whole = np.isfinite(truth).all(axis=1)
    pairs = whole.sum(axis=0)
    held = np.where(whole, truth[:, 0], 0.0).sum(axis=0) / np.maximum(pairs, 1)
    with np.errstate(divide="ignore"):
        most = [rule_of_three(n) for n in pairs.tolist()] / (2.0 * held * (1.0 - held))
    none = reaching & (found.st == 0.0) & (found.st_half_width == 0.0)
    half = np.where(none, np.minimum(most, 1.0), found.st_half_width)
    return replace(found, st_half_width=half)


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
        One answer a series.
    """
    number = Type(Kind.NUMBER, None, When.STEP)
    reached = reach.of_expressions(probe.plan, (Reference(name, number) for name in names))
    chosen = sensitivity_worlds.saltelli(probe, reached, base=base, seed=seed)
    courses = probe.courses(chosen.values, chosen.luck, names)
    inputs = tuple(" & ".join(group) for group in chosen.groups)
    return tuple(
        SeriesSensitivity(name, inputs, *_bars(_indices(course, chosen, False)))
        for name, course in zip(names, courses, strict=True)
    )


def _truth_and_margin(told: ClaimOutcomes) -> Float[ndarray, "draw outcome"]:
    truth = np.where(np.isnan(told.margin), np.nan, told.holds)
    return np.concatenate([truth, told.margin], axis=1)


def _all_groups(chosen: SaltelliWorlds, inputs: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Groups of the design, then every input that reaches nothing, chance last."""
    known = {name for group in chosen.groups for name in group}
    rest = [(name,) for name in inputs if name not in known]
    every = [*chosen.groups, *rest]
    return tuple(sorted(every, key=lambda group: (CHANCE in group, inputs.index(group[0]))))


def _sobol(
    found: SobolIndices, chosen: SaltelliWorlds, groups: tuple[tuple[str, ...], ...]
) -> dict[str, ndarray | None]:
    """Indices by group; 0 for a group that reaches nothing."""
    rows = [groups.index(group) for group in chosen.groups]
    names = ("s1", "s1_half_width", "st", "st_half_width")
    parts: dict[str, ndarray | None] = {"dropped": found.dropped, "s2": None, "s2_half_width": None}
    for name, values in zip(names, _bars(found), strict=True):
        each = np.zeros((len(groups), values.shape[1]))
        each[rows] = values
        parts[name] = each
    if found.s2 is not None and found.s2_error is not None:
        shape = (len(groups), len(groups), found.s2.shape[2])
        half = found.multiplier * found.s2_error
        for name, values in (("s2", found.s2), ("s2_half_width", half)):
            whole = np.zeros(shape)
            whole[np.ix_(rows, rows)] = values
            parts[name] = whole
    return parts


def _shapley(
    probe: Probe, reached: Sequence[Reached], inputs: tuple[str, ...], base: int, seed: int
) -> tuple[dict[str, ndarray | None], int]:
    """Shapley effects of every claim among the inputs that reach it, and the worlds they took."""
    claims, worlds = len(reached), 0
    effect, half = np.zeros((2, len(inputs), 2 * claims))
    dropped = np.zeros(2 * claims, dtype=np.int64)
    for walk in sensitivity_worlds.walks(probe, reached, base=base, seed=seed):
        told = _truth_and_margin(probe.ask_values(walk.values, walk.luck))
        columns = [*walk.claims, *(claims + claim for claim in walk.claims)]
        outcomes = told[:, columns].reshape(base, len(walk.inputs) + 1, len(columns))
        found: ShapleyWalk = shapley_of_walks(
            outcomes, walk.place, jackknife(walk.replicate), walk.whole
        )
        rows = np.ix_([inputs.index(name) for name in walk.inputs], columns)
        effect[rows], half[rows] = found.effect, found.multiplier * found.error
        dropped[columns] = found.dropped
        worlds += len(walk.values)
    return {"shapley": effect, "shapley_half_width": half, "walks_dropped": dropped}, worlds


def _from_sample(
    sample: Sample, seed: int, inputs: int, *, wanted: bool
) -> dict[str, ndarray | None]:
    """PAWN and RBD-FAST of the assumptions; chance, and claims with few sound worlds, have none."""
    names = ("pawn", "pawn_noise", "rbd_fast", "rbd_fast_noise")
    if not wanted:
        return dict.fromkeys(names)
    read = sample.first(READ)
    outcomes = np.concatenate([read.truth, read.margin], axis=1)
    enough = np.flatnonzero(np.isfinite(outcomes).sum(axis=0) >= _LEAST)
    parts: dict[str, ndarray | None] = {}
    sliced = pawn(read.values, outcomes[:, enough], np.random.default_rng([seed, 1]))
    waves = rbd_fast(read.values, outcomes[:, enough])
    noise = np.broadcast_to(waves.noise, waves.s1.shape)
    values = (sliced.median, sliced.median_noise, waves.s1, noise)
    for name, known in zip(names, values, strict=True):
        whole = np.full((inputs, outcomes.shape[1]), np.nan)
        whole[np.ix_(np.arange(len(known)), enough)] = known
        parts[name] = whole
    return parts


def _indices(
    outcomes: Float[ndarray, "draw outcome"], chosen: SaltelliWorlds, second_order: bool
) -> SobolIndices:
    resamples = jackknife(chosen.replicate)
    return sobol_indices(
        outcomes, len(chosen.groups), second_order=second_order, resamples=resamples
    )


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
