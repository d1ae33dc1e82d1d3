"""Boxes: in which worlds a claim fails, or holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool
from numpy import ndarray
from scipy.special import gammainc

from schelling.analysis.boxes import boxes
from schelling.analysis.boxes.boxes import Box, Fit
from schelling.compile.influence.reach import Reached
from schelling.study.exploring import rare
from schelling.study.exploring.box_search import (
    LEAST,
    READ,
    BoxChoice,
    Boxes,
    Limit,
    MeasuredBox,
    denser,
    of_worlds,
)
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.rare import Region
from schelling.study.exploring.sample import Sample
from schelling.study.runs.lever_options import Option

_UNLIKELY = 0.025
"""Chance of so many worlds below which a region is thought to leave some of a kind out."""

RARE = 100
"""Worlds of a kind below which a second sample is drawn where they are."""


def of_claims(
    probe: Probe,
    sample: Sample,
    *,
    seed: int,
    choice: BoxChoice | None = None,
    redraw: bool = True,
    most: float = 1.0,
) -> tuple[Boxes, ...]:
    """Boxes of the worlds in which each claim fails, and of those in which it holds.

    Args:
        probe: The plan.
        sample: Worlds of a run of it.
        seed: Seed of the random halves, and of second samples.
        choice: Which boxes along the trade-off curve; the default when None.
        redraw: Whether more worlds may be drawn from the prior where those of a kind are few.
        most: Share of the worlds that have a number; kinds of more of them are left out.

    Returns:
        Two results per claim, and under each option of the levers that reach it where these are
        few; fewer if there are no worlds, or only worlds, of a kind.
    """
    found: list[Boxes] = []
    read = sample.first(READ)
    for column, reached in enumerate(probe.reached):
        for option, here in read.under_options(reached.sources):
            for verb in ("fails", "holds"):
                kind = _Kind(column, verb, reached, option)
                part = read.where(here)
                sound, sought = _sought(part, column, verb)
                if np.count_nonzero(sought) <= most * np.count_nonzero(sound):
                    found += _of_kind(probe, part, kind, (seed, choice, redraw))
    return tuple(found)


@dataclass(frozen=True)
class _Kind:
    """Which worlds are looked for.

    Attributes:
        column: Place of the claim.
        verb: `fails` or `holds`.
        reached: What reaches the claim.
        option: The option under which all worlds are; None where they are of every option.
    """

    column: int
    verb: str
    reached: Reached
    option: Option | None

    def places(self, sample: Sample) -> list[int]:
        """Places of the assumptions that a box can restrict."""
        held = {} if self.option is None else self.option.numbers
        named = self.reached.sources.difference(held)
        return [n for n, name in enumerate(sample.names) if name in named]

    def told(self, found: Boxes, sample: Sample) -> Boxes:
        """Boxes with the option they are under, or the levers over whose options they are."""
        levers = sample.levers(self.reached.sources) if self.option is None else ()
        alike = tuple(one.name for one in levers)
        unasked = 0 if sample.asked is None else int((~sample.asked[:, self.column]).sum())
        return replace(found, option=self.option, unasked=unasked, alike=alike)


def _of_kind(
    probe: Probe, sample: Sample, kind: _Kind, how: tuple[int, BoxChoice | None, bool]
) -> list[Boxes]:
    """Boxes of one kind of worlds, one or none."""
    seed, choice, redraw = how
    sound, sought = _sought(sample, kind.column, kind.verb)
    places, count = kind.places(sample), int(np.count_nonzero(sought))
    if not places or not 0 < count < np.count_nonzero(sound):
        return []
    kept = choice or BoxChoice()
    if count < RARE and redraw:
        return [kind.told(_of_rare(probe, sample, kind, seed, kept), sample)]
    if not LEAST <= count <= sound.sum() - LEAST:
        return []
    names = sample.claims[kind.column], kind.verb
    boxes_of = of_worlds(sample.only(places), sought, sound, names, seed, choice=kept)
    return [kind.told(boxes_of, sample)]


def _of_rare(probe: Probe, sample: Sample, kind: _Kind, seed: int, choice: BoxChoice) -> Boxes:
    """Boxes of worlds that are few: found in worlds drawn where they are."""
    column, verb, reached = kind.column, kind.verb, kind.reached
    claim = sample.claims[column]
    sound, of_kind = _sought(sample, column, verb)
    count, worlds = int(np.count_nonzero(of_kind)), int(np.count_nonzero(sound))
    none = Boxes(
        claim,
        verb,
        count,
        worlds,
        len(sound) - worlds,
        count / worlds,
        0,
        (),
        (),
        np.zeros((0, 3)),
    )
    region = rare.around(probe, sample, of_kind, reached, seed, kind.option)
    again, there = _sought(region.sample, column, verb)
    if region.share == 1.0 and 0 < np.count_nonzero(there) < RARE:  # look around what that found
        region = rare.around(probe, region.sample, there, reached, seed + 1, kind.option)
        again, there = _sought(region.sample, column, verb)
    if _missed(region, there, again, (count, worlds)):  # then drawn anywhere
        region = rare.around(probe, sample, np.zeros_like(of_kind), reached, seed, kind.option)
        again, there = _sought(region.sample, column, verb)
    if not LEAST <= np.count_nonzero(there) <= np.count_nonzero(again):
        return none
    places = kind.places(sample)
    found = of_worlds(region.sample.only(places), there, again, (claim, verb), seed, choice=choice)
    back = _Back(region, tuple(sample.names[n] for n in places), sample)
    rules = [back.rule(rule) for rule in found.rules] or [back.whole(there, again)]
    base = region.share * found.base
    return replace(
        none,
        base=base,
        drawn=len(again),
        anywhere=region.share == 1.0,
        rules=tuple(rule for rule in rules if rule.limits and denser(rule.fit, base)),
        curve=found.curve,
        along=tuple(back.rule(rule) for rule in found.along),
    )


def _missed(
    region: Region,
    there: Bool[ndarray, " draw"],
    again: Bool[ndarray, " draw"],
    seen: tuple[int, int],
) -> bool:
    """Whether a region has too few worlds of a kind for how many of all worlds the run has."""
    count, worlds = seen
    share = region.share * np.count_nonzero(there) / max(np.count_nonzero(again), 1)
    return region.share < 1.0 and bool(gammainc(count, share * worlds) < _UNLIKELY)  # as many


def _sought(
    sample: Sample, column: int, verb: str
) -> tuple[Bool[ndarray, " draw"], Bool[ndarray, " draw"]]:
    """Worlds whose numbers did not fail, and those of them in which a claim fails, or holds."""
    sound = ~sample.failed[:, column]
    holds = sample.holds[:, column]
    return sound, sound & (holds if verb == "holds" else ~holds)


@dataclass(frozen=True)
class _Back:
    """Boxes found in a region, as boxes among all worlds."""

    region: Region
    names: tuple[str, ...]
    sample: Sample

    def rule(self, rule: MeasuredBox) -> MeasuredBox:
        """A rule with the bounds of the region, and its mass among all worlds."""
        known = {limit.assumption: limit for limit in rule.limits}
        labels = {label.name: label for label in self.sample.labels()}
        limits: list[Limit] = []
        for place, name in enumerate(self.sample.names):
            low, high = float(self.region.low[place]), float(self.region.high[place])
            limit = known.get(name)
            if limit is None and not np.isfinite([low, high]).any():
                continue
            if limit is None:
                reach_of = np.quantile(self.sample.values[:, place], [0.005, 0.995])
                limit = Limit(
                    name, low, high, None, (float(reach_of[0]), float(reach_of[1])), np.nan, np.nan
                )
            elif limit.allowed is None:
                limit = replace(limit, low=max(limit.low, low), high=min(limit.high, high))
            limits.append(limit)
        kept = tuple(labels[limit.assumption] for limit in limits)
        box = Box(
            np.array([_rounded(limit.low) for limit in limits]),
            np.array([_rounded(limit.high) for limit in limits]),
            tuple(self.codes(limit) for limit in limits),
        )
        fit = replace(rule.fit, mass=rule.fit.mass * self.region.share, dimensions=len(limits))
        return MeasuredBox(box, kept, tuple(limits), fit)

    def whole(self, there: Bool[ndarray, " draw"], sound: Bool[ndarray, " draw"]) -> MeasuredBox:
        """The region itself, where no box in it tells more."""
        worlds, caught = int(np.count_nonzero(sound)), int(np.count_nonzero(there))
        fit = Fit(1.0, caught / worlds, worlds / len(sound), worlds, caught, 0)
        return self.rule(MeasuredBox(boxes.unrestricted(0), (), (), fit))

    def codes(self, limit: Limit) -> tuple[int, ...] | None:
        """Categories kept, by their places among the values of the assumption."""
        if limit.allowed is None:
            return None
        column = self.sample.values[:, self.sample.names.index(limit.assumption)]
        values = np.unique(column).tolist()
        return tuple(values.index(value) for value in limit.allowed)


def _rounded(bound: float) -> float:
    """A bound of a region to three digits; those of boxes are shorter already."""
    return float(f"{bound:.3g}")
