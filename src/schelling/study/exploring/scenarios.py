"""Boxes: in which worlds a claim fails, or holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.boxes import boxes
from schelling.analysis.boxes.boxes import Box, Fit
from schelling.analysis.boxes.cart import tree_boxes
from schelling.analysis.boxes.prim import find_boxes
from schelling.analysis.boxes.reproducibility import reproducibility
from schelling.analysis.boxes.rounding import Label, round_bounds
from schelling.study.exploring.sample import Sample

LEAST = 30
"""Worlds of a kind below which no box is looked for."""

READ = 65_536
"""Worlds boxes are looked for in: the first of the run."""

_HALVES = 10
_MOSTLY = 0.5


@dataclass(frozen=True)
class Limit:
    """One restricted assumption of a box.

    Attributes:
        assumption: Its name.
        low: Lower bound in its declared unit; minus infinity where there is none.
        high: Upper bound; infinity where there is none.
        allowed: Values kept, of an assumption with few; else None.
        reach: Its central 99 % over all worlds.
        quasi_p: Probability that chance alone would give as good a box without the restriction; the
            larger of two sides. NaN for a leaf of a tree.
        reproduced: Share of random halves of the worlds whose box of equal coverage restricts it
            too; NaN for later boxes and leaves of a tree.
    """

    assumption: str
    low: float
    high: float
    allowed: tuple[float, ...] | None
    reach: tuple[float, float]
    quasi_p: float
    reproduced: float


@dataclass(frozen=True)
class MeasuredBox:
    """A box, measured.

    Attributes:
        box: Its bounds, rounded.
        labels: How each assumption is written.
        limits: Its restrictions.
        fit: Coverage, density and mass, measured after rounding.
    """

    box: Box
    labels: tuple[Label, ...]
    limits: tuple[Limit, ...]
    fit: Fit


@dataclass(frozen=True)
class Boxes:
    """Where the worlds of one kind are.

    Attributes:
        claim: Name of the claim.
        verb: `fails` or `holds`.
        sought: How many such worlds there are.
        worlds: Out of how many.
        rules: Boxes found by PRIM, each among the worlds that no earlier box contains; after the
            first, only boxes in which most worlds are of this kind.
        leaves: Leaves of a tree (CART) in which most worlds are of this kind, as a second opinion.
        curve: Coverage, density and number of restrictions along the peeling of the first box.
    """

    claim: str
    verb: str
    sought: int
    worlds: int
    rules: tuple[MeasuredBox, ...]
    leaves: tuple[MeasuredBox, ...]
    curve: Float[ndarray, "step three"]


def of_claims(sample: Sample, *, seed: int) -> tuple[Boxes, ...]:
    """Boxes of the worlds in which each claim fails, and of those in which it holds.

    Args:
        sample: Worlds.
        seed: Seed of the random halves.

    Returns:
        Two results per claim, fewer if there are not enough worlds of a kind.
    """
    found: list[Boxes] = []
    read = sample.first(READ)
    for column, claim in enumerate(read.claims):
        sound = ~read.failed[:, column]
        for verb, kind in (("fails", ~read.holds[:, column]), ("holds", read.holds[:, column])):
            sought = kind & sound
            if LEAST <= sought.sum() <= sound.sum() - LEAST:
                found.append(of_worlds(read, sought, sound, (claim, verb), seed))
    return tuple(found)


def of_worlds(
    sample: Sample,
    sought: Bool[ndarray, " draw"],
    sound: Bool[ndarray, " draw"],
    names: tuple[str, str],
    seed: int,
) -> Boxes:
    """Boxes of some of the worlds.

    Args:
        sample: Worlds.
        sought: Those looked for.
        sound: Those whose numbers did not fail; the others are left out.
        names: What is claimed, and what happens in the worlds sought: `fails` or `holds`.
        seed: Seed of the random halves.

    Returns:
        The boxes.
    """
    claim, verb = names
    view = _View(sample, sample.coded()[sound], sought[sound], sample.replicate[sound])
    prim = find_boxes(view.inputs, view.sought, sample.categories())
    rules: list[MeasuredBox] = []
    for box in prim:
        if rules and box.fit.density < _MOSTLY:
            continue
        again = None if rules else view.again(box.fit, seed)
        rules.append(view.rule(box.box, box.quasi_p, again))
    leaves = [
        view.rule(leaf.box, {}, None)
        for leaf in tree_boxes(view.inputs, view.sought, sample.categories())
        if leaf.fit.density >= _MOSTLY and leaf.box.restricted
    ]
    steps = prim[0].trajectory if prim else ()
    curve = [(s.fit.coverage, s.fit.density, float(s.fit.dimensions)) for s in steps]
    return Boxes(
        claim,
        verb,
        int(view.sought.sum()),
        len(view.sought),
        tuple(rules),
        tuple(leaves),
        np.array(curve).reshape(-1, 3),
    )


@dataclass(frozen=True)
class _View:
    """The sound worlds, and what is looked for among them."""

    sample: Sample
    inputs: Float[ndarray, "draw thing"]
    sought: Bool[ndarray, " draw"]
    replicate: ndarray

    def again(self, chosen: Fit, seed: int) -> Float[ndarray, " thing"]:
        """How often each assumption is restricted when random halves of the worlds are peeled."""
        return reproducibility(
            self.inputs,
            self.sought,
            chosen,
            np.random.default_rng([seed, 3]),
            categories=self.sample.categories(),
            parts=_HALVES,
        ).same_coverage

    def rule(
        self,
        box: Box,
        chances: dict[tuple[int, int], float],
        again: Float[ndarray, " thing"] | None,
    ) -> MeasuredBox:
        """A box with its bounds rounded and measured afresh."""
        labels = self.sample.labels()
        rounded = round_bounds(box, self.inputs, labels)
        seen = boxes.fit(rounded, self.inputs, self.sought, self.replicate)
        limits = tuple(
            Limit(
                assumption=self.sample.names[thing],
                low=float(rounded.low[thing]),
                high=float(rounded.high[thing]),
                allowed=self.allowed(rounded, thing),
                reach=self.reach(thing),
                quasi_p=max((p for (n, _), p in chances.items() if n == thing), default=np.nan),
                reproduced=float(again[thing]) if again is not None else np.nan,
            )
            for thing in rounded.restricted
        )
        return MeasuredBox(rounded, labels, limits, seen)

    def allowed(self, box: Box, thing: int) -> tuple[float, ...] | None:
        kept = box.allowed[thing]
        if kept is None:
            return None
        values = np.unique(self.sample.values[:, thing])
        return tuple(float(values[place]) for place in kept)

    def reach(self, thing: int) -> tuple[float, float]:
        low, high = np.quantile(self.sample.values[:, thing], [0.005, 0.995])
        return float(low), float(high)
