"""Whether the claims of a case can hold together, and which assumptions matter for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.coherence import (
    Coherence,
    Conflicts,
    Implication,
    coherence,
    implications,
    minimal_conflicts,
)
from schelling.analysis.sensitivity import association
from schelling.compile import reach
from schelling.study.exploring import bottlenecks
from schelling.study.exploring.bottlenecks import Bottleneck
from schelling.study.exploring.box_search import LEAST, Boxes, of_worlds
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample

_LEADING = 5
_SURELY = 3.0


@dataclass(frozen=True)
class Conflict:
    """A minimal set of claims that hold together in none of the worlds that ask all of them.

    Attributes:
        claims: Their names; one, if it never holds.
        worlds: Worlds that ask all of them.
        lets: Assumptions by rank correlation with how close the set is to holding: the smallest of
            its margins, each in units of its own spread. The strongest come first.
    """

    claims: tuple[str, ...]
    worlds: int
    lets: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class ClaimCoherence:
    """Whether the claims of a case hold together.

    Attributes:
        claims: Names of the claims.
        worlds: Worlds examined, whether or not they ask all claims.
        shares: Share of worlds in which all claims hold, and in which each pair does, of the worlds
            that ask them.
        implications: Claims that hold wherever another does, by their places.
        bottlenecks: Of claims that join several conditions, which of them fails.
        search: Which sets hold in no world, and how strong that evidence is.
        conflicts: These sets by name, and the assumptions that bring them closest to holding.
        lets: As for a conflict, of all claims together.
        boxes: Where all claims hold; None if there are too few such worlds.
    """

    claims: tuple[str, ...]
    worlds: int
    shares: Coherence
    implications: tuple[Implication, ...]
    bottlenecks: tuple[Bottleneck, ...]
    search: Conflicts
    conflicts: tuple[Conflict, ...]
    lets: tuple[tuple[str, float], ...]
    boxes: Boxes | None


def of_claims(
    probe: Probe, sample: Sample, draws: Float[ndarray, "draw assumption"], *, seed: int
) -> ClaimCoherence | None:
    """Whether the claims hold together.

    Args:
        probe: The plan.
        sample: Worlds of a run of it.
        draws: All assumptions of the first of them, in declared units.
        seed: Seed of the random halves that test a box.

    Returns:
        The answer; None where fewer than two claims were asked.
    """
    if len(sample.claims) < 2:
        return None
    shares = coherence(sample.holds, sample.failed, sample.replicate, sample.asked)
    reached = [one.sources for one in reach.of_claims(probe.plan)]
    search = minimal_conflicts(sample.holds, sample.failed, sample.asked)
    conflicts = tuple(
        Conflict(tuple(sample.claims[n] for n in members), asked, _lets(sample, members, reached))
        for members, asked in zip(search.sets, search.asked, strict=True)
    )
    sound: Bool[ndarray, " draw"] = np.all(~sample.failed, axis=1)
    all_hold: Bool[ndarray, " draw"] = np.all(sample.holds, axis=1) & sound
    boxes = None
    if LEAST <= all_hold.sum() <= sound.sum() - LEAST:
        boxes = of_worlds(sample, all_hold, sound, ("all claims", "holds"), seed)
    everything = tuple(range(len(sample.claims)))
    return ClaimCoherence(
        sample.claims,
        len(sample.holds),
        shares,
        implications(sample.holds, sample.failed),
        bottlenecks.of_claims(probe, sample, draws[: bottlenecks.READ]),
        search,
        conflicts,
        _lets(sample, everything, reached),
        boxes,
    )


def _lets(
    sample: Sample, members: tuple[int, ...], reached: Sequence[frozenset[str]]
) -> tuple[tuple[str, float], ...]:
    """Assumptions that move the least of several margins, in units of their spreads.

    Only those that can reach one of the claims, and whose correlation chance does not explain.
    """
    margins = sample.margin[:, list(members)]
    sound = np.isfinite(margins).all(axis=1)
    if sound.sum() < 2 or not sample.names:
        return ()
    margins = margins[sound]
    spread = np.std(margins, axis=0)
    nearest: Float[ndarray, " draw"] = np.min(margins / np.where(spread > 0, spread, 1.0), axis=1)
    rho, _ = association.rank_correlation(sample.values[sound], nearest)
    sources = frozenset[str]().union(*(reached[n] for n in members))
    noise = _SURELY / np.sqrt(len(margins))
    order: Int[ndarray, " assumption"] = np.argsort(-np.abs(rho), kind="stable")
    told = [(sample.names[int(n)], float(rho[n])) for n in order if abs(rho[n]) > noise]
    return tuple((name, value) for name, value in told if name in sources)[:_LEADING]
