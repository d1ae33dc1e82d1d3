"""The search for boxes: where the worlds of one kind are. Reads samples, runs none."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.boxes import boxes
from schelling.analysis.boxes.boxes import Box, Fit
from schelling.analysis.boxes.cart import tree_boxes
from schelling.analysis.boxes.prim import PrimSettings, find_boxes
from schelling.analysis.boxes.reproducibility import reproducibility
from schelling.analysis.boxes.rounding import Label, round_bounds
from schelling.errors import RunError
from schelling.study.exploring.sample import Sample
from schelling.study.runs.lever_options import Option

LEAST = 30
"""Worlds of a kind below which no box is looked for."""

READ = 65_536
"""Worlds boxes are looked for in: the first of the run."""

_HALVES = 5
_MOSTLY = 0.5
_FEWEST, _MOST = 6, 12
"""Assumptions that boxes are looked for in: so many at least, and so many at most."""


@dataclass(frozen=True)
class BoxChoice:
    """Where along the trade-off between coverage and density boxes are chosen.

    Attributes:
        density: Least density of a box; when None, the box that tells most is chosen.
        mass: Least worlds of a box, as a share of those sought.
    """

    density: float | None = None
    mass: float = 0.05

    def __post_init__(self) -> None:
        for name, value in (("density", self.density), ("mass", self.mass)):
            if value is not None and not 0.0 < value <= 1.0:
                message = f"the {name} of a box is above 0 and at most 1; got {value:g}"
                raise RunError(message)


@dataclass(frozen=True)
class Limit:
    """One restricted assumption of a box.

    Attributes:
        assumption: Its name.
        low: Lower bound in its declared unit; minus infinity where there is none.
        high: Upper bound; infinity where there is none.
        allowed: Values kept, of an assumption with few; else None.
        reach: Its central 99 % over all worlds.
        quasi_p: How likely chance would do as well without the restriction; the larger of two
            sides. NaN for a leaf of a tree.
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
        failed: Worlds left out beside them because the claim's numbers failed.
        base: Share of all worlds that are of the kind.
        drawn: Worlds of a second sample drawn where those of the kind are, in which the boxes were
            found, and weighted back; 0 where the run has enough of them.
        anywhere: Whether the second sample was drawn from all worlds, as no region was found.
        rules: Boxes found by PRIM, each among the worlds that no earlier box contains; after the
            first, only boxes in which most worlds are of this kind.
        leaves: Leaves of a tree (CART) in which most worlds are of this kind, as a second opinion.
        curve: Coverage, density and number of restrictions along the peeling of the first box.
        along: Boxes to choose from along that peeling: for each number of restrictions the densest
            box with at most so many, which is the last such one.
        option: The option of the levers that reach the claim, among whose worlds all this is; None
            where none does, or where options are too many.
        unasked: How many of `failed` do not ask the claim.
        alike: Names of those levers where they are too many: all this is over every option, as
            they are drawn.
    """

    claim: str
    verb: str
    sought: int
    worlds: int
    failed: int
    base: float
    drawn: int
    rules: tuple[MeasuredBox, ...]
    leaves: tuple[MeasuredBox, ...]
    curve: Float[ndarray, "step three"]
    along: tuple[MeasuredBox, ...] = ()
    option: Option | None = None
    unasked: int = 0
    alike: tuple[str, ...] = ()
    anywhere: bool = False


def of_worlds(
    sample: Sample,
    sought: Bool[ndarray, " draw"],
    sound: Bool[ndarray, " draw"],
    names: tuple[str, str],
    seed: int,
    *,
    choice: BoxChoice | None = None,
) -> Boxes:
    """Boxes of some of the worlds.

    Args:
        sample: Worlds.
        sought: Those looked for.
        sound: Those whose numbers did not fail; the others are left out.
        names: What is claimed, and what happens in the worlds sought: `fails` or `holds`.
        seed: Seed of the random halves.
        choice: Which boxes along the trade-off curve; the default when None.

    Returns:
        The boxes.
    """
    claim, verb = names
    how = choice or BoxChoice()
    some = sample.only(_telling(sample, sought, sound))
    view = _View(some, some.coded()[sound], sought[sound], some.replicate[sound])
    settings = PrimSettings(least_mass=how.mass)
    prim = find_boxes(
        view.inputs, view.sought, some.categories(), settings=settings, density=how.density
    )
    base = float(view.sought.mean()) if len(view.sought) else 0.0
    rules: list[MeasuredBox] = []
    for box in prim:
        if rules and box.fit.density < _MOSTLY:
            continue
        again = None if rules else view.again(box.fit, seed, settings)
        rule = view.rule(box.box, box.quasi_p, again)
        rules += [rule] if denser(rule.fit, base) else []
    leaves = [
        view.rule(leaf.box, {}, None)
        for leaf in tree_boxes(view.inputs, view.sought, some.categories())
        if leaf.fit.density >= _MOSTLY and leaf.box.restricted
    ]
    steps = prim[0].trajectory if prim else ()
    last = {step.fit.dimensions: step for step in steps if step.box.restricted}
    curve = [(s.fit.coverage, s.fit.density, float(s.fit.dimensions)) for s in steps]
    count = int(np.count_nonzero(view.sought))
    return Boxes(
        claim,
        verb,
        count,
        len(view.sought),
        int(np.count_nonzero(~sound)),
        count / max(len(view.sought), 1),
        0,
        tuple(rules),
        tuple(leaves),
        np.array(curve).reshape(-1, 3),
        tuple(view.rule(step.box, {}, None) for step in last.values()),
    )


def denser(fit: Fit, base: float) -> bool:
    """Whether worlds of a kind are clearly more frequent in a box, if it is one, than in all.

    Args:
        fit: The box's.
        base: Their share of all worlds.
    """
    error = math.sqrt(base * (1.0 - base) / max(fit.worlds, 1))
    told = round(100.0 * fit.density) > round(100.0 * base)  # as it is printed, in whole percent
    return not fit.dimensions or (told and fit.density > base + 2.0 * error) or base > 0.995


def _telling(
    sample: Sample, sought: Bool[ndarray, " draw"], sound: Bool[ndarray, " draw"]
) -> list[int]:
    """Places of the assumptions whose values differ most between the worlds sought and others.

    By the Kolmogorov-Smirnov distance; what chance explains 19 times in 20 is left out, unless
    fewer than a handful were left.
    """
    inside, outside = sample.values[sought & sound], sample.values[sound & ~sought]
    if not len(inside) or not len(outside):
        return list(range(len(sample.names)))
    distance = np.zeros(len(sample.names))
    for place in range(len(sample.names)):
        one, other = np.sort(inside[:, place]), np.sort(outside[:, place])
        values = np.concatenate([one, other])
        below = [np.searchsorted(part, values, "right") / part.size for part in (one, other)]
        distance[place] = np.abs(below[0] - below[1]).max()
    noise = 1.36 * np.sqrt(1.0 / len(inside) + 1.0 / len(outside))
    order: Int[ndarray, " assumption"] = np.argsort(-distance, kind="stable")
    clear = int(np.count_nonzero(distance > noise))
    return sorted(int(n) for n in order[: min(max(clear, _FEWEST), _MOST)])


@dataclass(frozen=True)
class _View:
    """The sound worlds, and what is looked for among them."""

    sample: Sample
    inputs: Float[ndarray, "draw thing"]
    sought: Bool[ndarray, " draw"]
    replicate: ndarray

    def again(self, chosen: Fit, seed: int, settings: PrimSettings) -> Float[ndarray, " thing"]:
        """How often each assumption is restricted when random halves of the worlds are peeled."""
        return reproducibility(
            self.inputs,
            self.sought,
            chosen,
            np.random.default_rng([seed, 3]),
            categories=self.sample.categories(),
            settings=replace(settings, least_worlds=settings.least_worlds // 2),
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
