"""Whether the claims of a case can hold together, and which assumptions matter for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
from schelling.analysis.verdicts import spanning
from schelling.study.exploring import bottlenecks
from schelling.study.exploring.bottlenecks import Bottleneck
from schelling.study.exploring.box_search import LEAST, Boxes, of_worlds
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample
from schelling.study.runs.option_shares import worlds_under

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
        boxes: Where all claims hold; None if there are too few such worlds, or where options have
            boxes of their own.
        under: The same under each option of the levers that reach a claim, where these are few.
        alike: Levers that reach a claim and have too many options to be told apart: `shares` are
            over every option then, as they are drawn.
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
    under: tuple[Boxes, ...] = ()
    alike: tuple[str, ...] = ()


def of_claims(
    probe: Probe,
    sample: Sample,
    draws: Float[ndarray, "draw assumption"],
    *,
    seed: int,
    boxed: bool = True,
) -> ClaimCoherence | None:
    """Whether the claims hold together.

    Args:
        probe: The plan.
        sample: Worlds of a run of it.
        draws: All assumptions of the first of them, in declared units.
        seed: Seed of the random halves that test a box.
        boxed: Whether boxes are looked for.

    Returns:
        The answer; None where fewer than two claims were asked.
    """
    if len(sample.claims) < 2:
        return None
    shares = coherence(sample.holds, sample.failed, sample.replicate, sample.asked)
    reached = [one.sources for one in probe.reached]
    sources = frozenset[str]().union(*reached)
    shares, alike = _by_option(sample, sources, shares)
    search = minimal_conflicts(sample.holds, sample.failed, sample.asked)
    conflicts = tuple(
        Conflict(tuple(sample.claims[n] for n in members), asked, _lets(sample, members, reached))
        for members, asked in zip(search.sets, search.asked, strict=True)
    )
    boxes = _boxes(sample, sources, seed) if boxed else ()
    whole = next((one for one in boxes if one.option is None), None)
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
        whole,
        tuple(one for one in boxes if one is not whole),
        alike,
    )


def _boxes(sample: Sample, sources: frozenset[str], seed: int) -> tuple[Boxes, ...]:
    """Where all claims hold, under each option."""
    levers = [one.name for one in sample.levers(sources)]
    found: list[Boxes] = []
    for option, here in sample.under_options(sources):
        part = sample.where(here)
        if option is not None:
            part = part.only([n for n, name in enumerate(part.names) if name not in levers])
        sound: Bool[ndarray, " draw"] = np.all(~part.failed, axis=1)
        all_hold: Bool[ndarray, " draw"] = np.all(part.holds, axis=1) & sound
        if part.names and LEAST <= all_hold.sum() <= sound.sum() - LEAST:
            boxes = of_worlds(part, all_hold, sound, ("all claims", "holds"), seed)
            alike = () if option is not None else tuple(levers)
            found.append(replace(boxes, option=option, alike=alike))
    return tuple(found)


def _by_option(
    sample: Sample, sources: frozenset[str], whole: Coherence
) -> tuple[Coherence, tuple[str, ...]]:
    """The span over the options in place of the share over all of them; levers with too many."""
    own = sample.levers(sources)
    if not own:
        return whole, ()
    parts = [sample.where(here) for _, here in worlds_under(own, sample.column) if here.any()]
    under = [coherence(p.holds, p.failed, p.replicate, p.asked).together for p in parts]
    alike = () if parts else tuple(one.name for one in own)
    return replace(whole, together=spanning(under, whole.together)), alike


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
