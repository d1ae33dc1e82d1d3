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
from schelling.study.exploring.probe import Probe
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
    sources = [one.sources for one in probe.reached]
    levers = [one for one in declared if any(one.name in reached for reached in sources)]
    names = {lever.name for lever in levers}
    combinations, possible = _combinations(levers, seed)
    read = sample.first(len(draws))
    margin, holds, counts = _told(probe, read, draws, levers, combinations)
    options = tuple(option(levers, values) for values in combinations)
    claims: list[ClaimOptions] = []
    alike: dict[str, list[int]] = {}
    for column, claim in enumerate(sample.claims):
        own = [n for n, lever in enumerate(levers) if lever.name in sources[column]]
        distinct = list(dict.fromkeys(tuple(values[n] for n in own) for values in combinations))
        alike[claim] = [distinct.index(tuple(v[n] for n in own)) for v in combinations]
        rows = [alike[claim].index(place) for place in range(len(distinct))]
        values, true = margin[rows, :, column].T, holds[rows, :, column].T
        asked = counts[rows, :, column].T
        if not own or not np.isfinite(values).all(axis=1).any():
            continue
        wanted = tuple(actor for actor, wishes in case.wants if claim in wishes)
        free = [n for n, a in enumerate(read.assumptions) if not a.lever]
        free = [n for n in free if read.assumptions[n].name in sources[column]]
        few = len(rows) <= BOXED and bool(free)
        claims.append(
            ClaimOptions(
                claim,
                wanted,
                tuple(option([levers[n] for n in own], values) for values in distinct),
                robustness(values, true, read.replicate, asked),
                None if wanted else robustness(-values, ~true, read.replicate, asked),
                tuple(
                    _boxes(read.only(free), (claim, values[:, n], true[:, n]), seed, choice)
                    if few
                    else None
                    for n in range(len(rows))
                ),
            )
        )
    goals = [one for one in claims if one.wanted_by] or claims
    told = [[one.holding.satisficing[n] for n in alike[one.claim]] for one in goals]
    low, high = (
        np.array([[getattr(share, end) for share in own] for own in told]).T
        for end in ("low", "high")
    )
    best = undominated(low, high) if len(goals) > 1 else np.zeros(len(options), dtype=np.bool_)
    return Options(
        options,
        possible,
        len(read.world),
        tuple(claims),
        tuple(c for c, reached in zip(sample.claims, sources, strict=True) if not names & reached),
        tuple(one.claim for one in goals),
        tuple(np.flatnonzero(best).tolist()),
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
) -> tuple[
    Float[ndarray, "option draw claim"],
    Bool[ndarray, "option draw claim"],
    Bool[ndarray, "option draw claim"],
]:
    """Margins and truths of the claims under every option, and where each asks something."""
    names = [assumption.name for assumption in probe.plan.assumptions]
    margins: list[ndarray] = []
    truths: list[ndarray] = []
    counts: list[ndarray] = []
    for values in combinations:
        drawn = draws.copy()
        for lever, value in zip(levers, values, strict=True):
            drawn[:, names.index(lever.name)] = value
        found = probe.ask_values(drawn, sample.world)
        margins.append(found.margin)
        truths.append(found.holds)
        counts.append(found.counts)
    return np.stack(margins), np.stack(truths), np.stack(counts)


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
