"""Which worlds are run to learn what a claim hinges on.

Luck is one more input: the number of the world whose luck is met. Inputs that reach nothing asked
about stay at their medians. Correlated assumptions are drawn anew together, or each given those
that stay. Axes: (draw, assumption), a draw's steps beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt32
from numpy import ndarray

from schelling.analysis.sensitivity.saltelli import saltelli_columns
from schelling.analysis.sensitivity.shapley_walk import orders, undivided
from schelling.compile.drawing.draws import correlation_matrix
from schelling.compile.influence.reach import CHANCE, Reached
from schelling.distributions import copula, design
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import varies

REPLICATES = 16
"""Independent scrambles of each design, from which the errors come."""


@dataclass(frozen=True)
class SaltelliWorlds:
    """A Saltelli design whose inputs are groups: assumptions that depend on each other are one.

    Attributes:
        groups: Names of the inputs of each group; `(chance)` is one of its own where it reaches
            anything.
        values: Assumptions in declared units.
        luck: Number of the world whose luck each meets.
        replicate: Which replicate of the design each base point belongs to.
    """

    groups: tuple[tuple[str, ...], ...]
    values: Float[ndarray, "draw assumption"]
    luck: UInt32[ndarray, " draw"]
    replicate: Int[ndarray, " point"]


@dataclass(frozen=True)
class WalkWorlds:
    """Walks from one world to another, for Shapley effects of some claims.

    Attributes:
        claims: Positions of the claims.
        inputs: Names of the inputs drawn anew.
        place: When each was drawn anew.
        whole: Steps at which no group of dependent inputs is divided.
        values: Assumptions in declared units, the steps of a walk in a row.
        luck: Number of the world whose luck each meets.
        replicate: Which replicate of the design each walk belongs to.
    """

    claims: tuple[int, ...]
    inputs: tuple[str, ...]
    place: Int[ndarray, "walk thing"]
    whole: ndarray
    values: Float[ndarray, "draw assumption"]
    luck: UInt32[ndarray, " draw"]
    replicate: Int[ndarray, " walk"]


def varying(probe: Probe, reached: Sequence[Reached]) -> tuple[str, ...]:
    """Names of the assumptions that vary and reach something, in the order of the plan."""
    sources = frozenset[str]().union(*(one.sources for one in reached))
    return tuple(a.name for a in probe.plan.assumptions if varies(a) and a.name in sources)


def saltelli(
    probe: Probe, reached: Sequence[Reached], *, base: int, seed: int, second_order: bool = False
) -> SaltelliWorlds:
    """A design for Sobol' indices of everything that is reached.

    Args:
        probe: The plan.
        reached: What is asked about.
        base: Base points.
        seed: Seed of the design.
        second_order: Whether pairs are asked for.

    Returns:
        The worlds: of every base point `groups + 2`, or twice the groups and 2.
    """
    names = varying(probe, reached)
    correlation = _correlation(probe, names)
    halves = _halves(names, base, seed, "sensitivity")
    one, other = (copula.correlate(half, correlation) for half in halves)
    groups = [tuple(names[n] for n in block) for block in copula.blocks(correlation)]
    if _lucky(probe, reached):
        groups.append((CHANCE,))
    of = {name: number for number, group in enumerate(groups) for name in group}
    groups = groups or [(CHANCE,)]  # nothing reaches anything: one input without effect
    anew = saltelli_columns(len(groups), second_order=second_order) >= len(groups)
    chosen = anew[:, [of[name] for name in names]]
    levels = np.where(chosen, other[:, np.newaxis], one[:, np.newaxis])
    steps = len(anew)
    lucky = anew[:, of[CHANCE]] if CHANCE in of else np.zeros(steps, dtype=np.bool_)
    return SaltelliWorlds(
        tuple(groups),
        _values(probe, names, levels.reshape(base * steps, -1)),
        _luck(base, lucky[np.newaxis]).ravel(),
        _replicate(base),
    )


def walks(
    probe: Probe, reached: Sequence[Reached], *, base: int, seed: int
) -> tuple[WalkWorlds, ...]:
    """Walks for Shapley effects of every claim, each among the inputs that reach it.

    Claims share walks where they can. A correlated assumption that does not reach a claim has no
    part in its effects, so claims that are reached by different parts of a group do not.

    Args:
        probe: The plan.
        reached: What reaches each claim.
        base: Walks.
        seed: Seed of the design and of the orders.

    Returns:
        The worlds: of every walk one more than its inputs.
    """
    generator = np.random.default_rng([seed, 5])
    return tuple(
        _walk(probe, claims, [reached[n] for n in claims], (base, seed), generator)
        for claims in _parties(probe, reached)
    )


def _walk(
    probe: Probe,
    claims: tuple[int, ...],
    reached: Sequence[Reached],
    size: tuple[int, int],
    generator: np.random.Generator,
) -> WalkWorlds:
    base, seed = size
    names = varying(probe, reached)
    inputs = (*names, CHANCE) if _lucky(probe, reached) or not names else names
    place = orders(base, len(inputs), generator)
    correlation = _correlation(probe, names)
    one, other = _halves(names, base, seed, "shapley")
    levels = copula.redrawn(one, other, place[:, : len(names)], correlation, steps=len(inputs) + 1)
    anew = place[:, -1:] < np.arange(len(inputs) + 1)
    luck = _luck(base, anew if CHANCE in inputs else np.zeros_like(anew))
    return WalkWorlds(
        claims,
        inputs,
        place,
        undivided(place, copula.blocks(correlation)),
        _values(probe, names, levels.reshape(base * (len(inputs) + 1), -1)),
        luck.ravel(),
        _replicate(base),
    )


def _parties(probe: Probe, reached: Sequence[Reached]) -> list[tuple[int, ...]]:
    """Claims that can share walks: of a group of dependent inputs, the same ones reach them."""
    names = [assumption.name for assumption in probe.plan.assumptions]
    blocks = [
        frozenset(names[n] for n in block)
        for block in copula.blocks(_correlation(probe, names))
        if len(block) > 1
    ]
    parties: list[tuple[list[int], dict[frozenset[str], frozenset[str]]]] = []
    for claim, one in enumerate(reached):
        own = {block: one.sources & block for block in blocks if one.sources & block}
        for members, parts in parties:
            if all(parts.get(block, part) == part for block, part in own.items()):
                members.append(claim)
                parts.update(own)
                break
        else:
            parties.append(([claim], own))
    return [tuple(members) for members, _ in parties]


def _correlation(probe: Probe, names: Sequence[str]) -> Float[ndarray, "thing thing"]:
    """Correlations among some assumptions."""
    known = set(names)
    pairs = [c for c in probe.plan.correlations if {c.first, c.second} <= known and c.rho != 0]
    return correlation_matrix(names, pairs)


def _lucky(probe: Probe, reached: Sequence[Reached]) -> bool:
    return bool(probe.plan.streams) and any(CHANCE in one.sources for one in reached)


def _halves(
    names: Sequence[str], base: int, seed: int, what: str
) -> tuple[Float[ndarray, "point thing"], Float[ndarray, "point thing"]]:
    """Two independent samples, both in every replicate of one design."""
    columns = [f"{what}/{half}/{name}" for half in "AB" for name in names]
    points = design.sobol(columns, seed=seed, replicates=min(REPLICATES, base), first=0, count=base)
    return points[:, : len(names)], points[:, len(names) :]


def _luck(base: int, anew: ndarray) -> UInt32[ndarray, "point step"]:
    """Numbers of the worlds whose luck is met: one a point, another where luck is drawn anew."""
    numbers = np.arange(base, dtype=np.uint32)[:, np.newaxis]
    return np.where(anew, numbers + np.uint32(base), numbers).astype(np.uint32)


def _replicate(base: int) -> Int[ndarray, " point"]:
    return np.arange(base) % min(REPLICATES, base)


def _values(
    probe: Probe, names: Sequence[str], levels: Float[ndarray, "draw thing"]
) -> Float[ndarray, "draw assumption"]:
    """Values of all assumptions; those not named at their medians."""
    places = {assumption.name: n for n, assumption in enumerate(probe.plan.assumptions)}
    everything = np.full((len(levels), len(places)), 0.5)
    everything[:, [places[name] for name in names]] = levels
    return probe.values(everything)
