"""Options of the actors who hold levers, compared over the same worlds and the same luck."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.robustness import Robustness, robustness, undominated
from schelling.case.model import Assumption, Case
from schelling.study.exploring.box_search import LEAST, BoxChoice, Boxes, of_worlds
from schelling.study.exploring.probe import ClaimOutcomes, Probe
from schelling.study.exploring.sample import Sample
from schelling.study.runs.lever_options import Option, option, options_of

MOST = 64
"""Combinations of options that are compared; of more, so many are drawn at random."""

READ = 8_192
"""Worlds each is run over: the first of the run."""

BOXED = 8
"""Combinations up to which boxes of failures are looked for under each."""


@dataclass(frozen=True)
class ClaimOptions:
    """How a claim fares under every option.

    Attributes:
        claim: Its name.
        wanted_by: Actors who want it to hold.
        options: Values of the levers that can reach it; levers that cannot are left out, and
            options that differ in nothing else are one.
        holding: One entry an option, where the claim is to hold: larger margins are better.
        failing: The same where it is to fail; None where somebody wants it to hold.
        boxes: For each option, where the claim fails under it; None where too few worlds show it,
            or where there are many options.
    """

    claim: str
    wanted_by: tuple[str, ...]
    options: tuple[Option, ...]
    holding: Robustness
    failing: Robustness | None
    boxes: tuple[Boxes | None, ...]


@dataclass(frozen=True)
class Options:
    """Combinations of options, over the same worlds.

    Attributes:
        options: The combinations compared.
        possible: How many there are.
        worlds: Worlds each was run over.
        claims: How every claim fares that a lever can reach; claims whose numbers failed everywhere
            are left out.
        beyond: Claims that no lever can reach.
        goals: Claims between which options trade off: those that somebody wants, or all that a
            lever can reach where nobody wants any.
        undominated: Places of the options to which no other is at least as good for every goal,
            by share of worlds, and better for one, whatever worlds without a number hold; empty
            where there are fewer than two goals.
    """

    options: tuple[Option, ...]
    possible: int
    worlds: int
    claims: tuple[ClaimOptions, ...]
    beyond: tuple[str, ...]
    goals: tuple[str, ...]
    undominated: tuple[int, ...]


def of_case(
    probe: Probe,
    case: Case,
    sample: Sample,
    draws: Float[ndarray, "draw assumption"],
    *,
    seed: int,
    choice: BoxChoice | None = None,
) -> Options | None:
    """Run combinations of the options of a case over the same worlds.

    Args:
        probe: The plan of the case.
        case: The case, which knows what its actors want.
        sample: Worlds of a run of it.
        draws: All assumptions of the first of them, in declared units; as many as are read.
        seed: Seed of the choice among many combinations, and of what tests boxes.
        choice: Which boxes along the trade-off curve; the default when None.

    Returns:
        The comparison; None where the case declares no lever.
    """
    declared = [assumption for assumption in probe.plan.assumptions if assumption.lever]
    if not declared:
        return None
    reaching = dict(zip(sample.claims, (one.sources for one in probe.reached), strict=True))
    levers = [one for one in declared if any(one.name in own for own in reaching.values())]
    combinations, possible = _combinations(levers, seed)
    read = sample.first(len(draws))
    told = _told(probe, read, draws, levers, combinations)
    fates: dict[str, _Fate] = {}
    for column, (claim, sources) in enumerate(reaching.items()):
        own = [n for n, lever in enumerate(levers) if lever.name in sources]
        if own:
            values = [tuple(combination[n] for n in own) for combination in combinations]
            fates[claim] = _fate(column, [levers[n] for n in own], values, told)
    claims = tuple(
        _of_claim(claim, fate, case, _free(read, reaching[claim]), seed=seed, choice=choice)
        for claim, fate in fates.items()
        if np.isfinite(fate.margin).all(axis=1).any()
    )
    goals = [one for one in claims if one.wanted_by] or claims
    shares = [[one.holding.satisficing[n] for n in fates[one.claim].alike] for one in goals]
    low = np.array([[share.low for share in own] for own in shares]).T
    high = np.array([[share.high for share in own] for own in shares]).T
    some = len(goals) > 1
    best = undominated(low, high) if some else np.zeros(len(combinations), dtype=np.bool_)
    return Options(
        tuple(option(levers, values) for values in combinations),
        possible,
        len(read.world),
        claims,
        tuple(claim for claim in reaching if claim not in fates),
        tuple(one.claim for one in goals),
        tuple(np.flatnonzero(best).tolist()),
    )


@dataclass(frozen=True)
class _Fate:
    """What becomes of a claim under the options that differ for it.

    Attributes:
        options: Values of the levers that can reach it, without repetition.
        alike: Which of these each combination of all levers is for it.
        margin: How far it is from flipping; NaN where its numbers failed or nothing is asked.
        holds: Whether it holds.
        asked: Whether it asks something.
    """

    options: tuple[Option, ...]
    alike: tuple[int, ...]
    margin: Float[ndarray, "draw option"]
    holds: Bool[ndarray, "draw option"]
    asked: Bool[ndarray, "draw option"]


def _fate(
    column: int,
    levers: Sequence[Assumption],
    values: Sequence[tuple[float, ...]],
    told: Sequence[ClaimOutcomes],
) -> _Fate:
    """Combinations that are equal in the levers that can reach a claim become one."""
    distinct = list(dict.fromkeys(values))
    first = [told[values.index(one)] for one in distinct]
    return _Fate(
        tuple(option(levers, one) for one in distinct),
        tuple(map(distinct.index, values)),
        np.stack([one.margin[:, column] for one in first], axis=1),
        np.stack([one.holds[:, column] for one in first], axis=1),
        np.stack([one.counts[:, column] for one in first], axis=1),
    )


def _free(sample: Sample, sources: frozenset[str]) -> Sample:
    """The worlds with the assumptions that can reach a claim and are no levers."""
    reach = [n for n, a in enumerate(sample.assumptions) if not a.lever and a.name in sources]
    return sample.only(reach)


def _of_claim(
    claim: str, fate: _Fate, case: Case, free: Sample, *, seed: int, choice: BoxChoice | None
) -> ClaimOptions:
    """How a claim fares under every option that differs for it."""
    wanted = tuple(actor for actor, wishes in case.wants if claim in wishes)
    boxed = len(fate.options) <= BOXED and bool(free.assumptions)
    return ClaimOptions(
        claim,
        wanted,
        fate.options,
        robustness(fate.margin, fate.holds, free.replicate, fate.asked),
        None if wanted else robustness(-fate.margin, ~fate.holds, free.replicate, fate.asked),
        tuple(
            _boxes(free, (claim, margin, holds), seed, choice) if boxed else None
            for margin, holds in zip(fate.margin.T, fate.holds.T, strict=True)
        ),
    )


def _combinations(levers: Sequence[Assumption], seed: int) -> tuple[list[tuple[float, ...]], int]:
    """Values of the levers, one of each a combination; some of them at random where they are many.

    Of many, every option of a lever comes up about as often as its others.
    """
    each = [options_of(lever) for lever in levers]
    possible = 1
    for values in each:
        possible *= values.size
    if possible <= MOST:
        return list(itertools.product(*(values.tolist() for values in each))), possible
    generator = np.random.default_rng([seed, 6])
    found: dict[tuple[float, ...], None] = {}
    while len(found) < MOST:
        columns = [generator.permutation(np.resize(values, MOST)).tolist() for values in each]
        found |= dict.fromkeys(zip(*columns, strict=True))
    return sorted(itertools.islice(found, MOST)), possible


def _told(
    probe: Probe,
    sample: Sample,
    draws: Float[ndarray, "draw assumption"],
    levers: Sequence[Assumption],
    combinations: Sequence[tuple[float, ...]],
) -> list[ClaimOutcomes]:
    """What the claims come to under every combination."""
    names = [assumption.name for assumption in probe.plan.assumptions]
    found: list[ClaimOutcomes] = []
    for values in combinations:
        drawn = draws.copy()
        for lever, value in zip(levers, values, strict=True):
            drawn[:, names.index(lever.name)] = value
        found.append(probe.ask_values(drawn, sample.world))
    return found


def _boxes(
    sample: Sample,
    told: tuple[str, Float[ndarray, " draw"], Bool[ndarray, " draw"]],
    seed: int,
    choice: BoxChoice | None,
) -> Boxes | None:
    """Where a claim fails under one option."""
    claim, margin, holds = told
    sound = np.isfinite(margin)
    fails = sound & ~holds
    if not LEAST <= np.count_nonzero(fails) <= np.count_nonzero(sound) - LEAST:
        return None
    return of_worlds(sample, fails, sound, (claim, "fails"), seed, choice=choice)
