"""PRIM: the boxes of worlds in which a claim fails, found by peeling and pasting.

Peeling takes from the box, again and again, the thin slice whose loss helps most, or harms least;
the boxes on the way are the trade-off between coverage and density, and the user's to choose from.
Pasting gives back slices the peeling took too much. Every column is sorted once. Draws no chance.
Axes: (draw, thing).

References:
    Friedman, J. H. and Fisher, N. I. (1999), Bump hunting in high-dimensional data, Statistics and
    Computing 9(2).
    Bryant, B. P. and Lempert, R. J. (2010), Thinking inside the box, Technological Forecasting and
    Social Change 77(1).
    Kwakkel, J. H. and Jaxa-Rozen, M. (2016), Improving scenario discovery for handling
    heterogeneous uncertainties and multinomial classified outcomes, Environmental Modelling &
    Software 79.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.boxes.boxes import (
    CATEGORY,
    LOW,
    Box,
    Fit,
    broken,
    check_columns,
    drop_idle,
    fit,
    inside,
    quasi_p,
    unrestricted,
    without,
)
from schelling.analysis.boxes.slices import Slice, Slices, between


class Objective(enum.Enum):
    """What makes one slice better to lose than another."""

    GAIN_PER_WORLD = "gain in density for every world lost (Kwakkel and Jaxa-Rozen 2016)"
    DENSITY = "density of what is left (Friedman and Fisher 1999)"


@dataclass(frozen=True)
class PrimSettings:
    """How patiently boxes are peeled.

    Attributes:
        peel: Share of the box's worlds a slice of a number holds.
        paste: Share of the box's worlds a slice given back holds.
        least_mass: Peeling ends before a box holds fewer worlds than this share of those sought.
        least_worlds: And before it holds fewer worlds than this.
        objective: What makes a slice good to lose; categories are peeled one value at a time, and
            only the first choice weighs slices of unequal size fairly.
        significance: A restriction whose quasi-p is above this, shared out among all the slices the
            peeling could choose from, is dropped from a chosen box.
    """

    peel: float = 0.05
    paste: float = 0.05
    least_mass: float = 0.05
    least_worlds: int = 20
    objective: Objective = Objective.GAIN_PER_WORLD
    significance: float = 0.05


@dataclass(frozen=True)
class Step:
    """One box on the peeling trajectory, and how well it does."""

    box: Box
    fit: Fit


@dataclass(frozen=True)
class FoundBox:
    """A box worth telling, and where it came from.

    Attributes:
        box: The chosen box, without idle restrictions and pasted.
        fit: How well it does among all worlds, those of earlier boxes included.
        added: How well it does among the worlds that no earlier box holds; coverage and mass count
            against all worlds, so those of all boxes add up.
        quasi_p: For every restriction, how likely chance would do as well without it.
        trajectory: The trade-off curve it was chosen from, from the whole space to the last peel.
    """

    box: Box
    fit: Fit
    added: Fit
    quasi_p: dict[tuple[int, int], float]
    trajectory: tuple[Step, ...]


def peel(
    inputs: Float[ndarray, "draw thing"],
    sought: Bool[ndarray, " draw"],
    categories: Sequence[int] | None = None,
    *,
    settings: PrimSettings | None = None,
    among: Bool[ndarray, " draw"] | None = None,
) -> tuple[Step, ...]:
    """Peel the space down, one slice at a time: the trade-off between coverage and density.

    Args:
        inputs: One row a world.
        sought: The worlds looked for.
        categories: For each column 0 if it is a number, else how many categories it has; all are
            numbers when None.
        settings: How patiently; the defaults when None.
        among: Worlds to look at; all when None. Coverage and mass still count against all.

    Returns:
        From the whole space to the last box; empty if nothing is sought among them.

    Raises:
        ValueError: If a column is not what `categories` says.

    Examples:
        >>> x = np.random.default_rng(1).random((2000, 3))
        >>> steps = peel(x, (x[:, 0] > 0.6) & (x[:, 2] < 0.5))
        >>> steps[0].fit.density < 0.25, steps[-1].fit.density > 0.99, steps[-1].box.restricted
        (True, True, (0, 2))
    """
    how = settings or PrimSettings()
    kinds = check_columns(inputs, categories)
    alive = np.ones(sought.shape, dtype=np.bool_) if among is None else among.copy()
    wanted, draws = int(np.count_nonzero(sought)), sought.size
    state = Slices.of(inputs, sought, kinds, alive)
    if state.caught == 0:
        return ()
    box = unrestricted(len(kinds))
    steps = [Step(box, _counted(box, state, wanted, draws))]
    while True:
        best = _best(state, box, how, least=max(how.least_mass * wanted, how.least_worlds))
        if best is None:
            return tuple(steps)
        state.remove(best)
        box = _narrowed(box, best, kinds)
        steps.append(Step(box, _counted(box, state, wanted, draws)))


def paste(
    box: Box,
    inputs: Float[ndarray, "draw thing"],
    sought: Bool[ndarray, " draw"],
    *,
    settings: PrimSettings | None = None,
    among: Bool[ndarray, " draw"] | None = None,
) -> Box:
    """Give back to a box, slice by slice, what makes it denser.

    Args:
        box: The box.
        inputs: One row a world.
        sought: The worlds looked for.
        settings: How large a slice is; the defaults when None.
        among: Worlds to look at; all when None.

    Returns:
        A box that holds the first one and is at least as dense.
    """
    how = settings or PrimSettings()
    looked_at = np.ones(sought.shape, dtype=np.bool_) if among is None else among
    while True:
        count, shut = broken(box, inputs)
        held = (count == 0) & looked_at
        worlds, caught = np.count_nonzero(held), np.count_nonzero(held & sought)
        best, best_gain = None, 0.0
        for restriction, out in shut.items():
            # Worlds that this restriction alone keeps out, and slices of them next to the box.
            beyond = np.flatnonzero((count == 1) & out & looked_at)
            for wider, added in _pastes(box, inputs, restriction, beyond, how.paste * worlds):
                density = (caught + np.count_nonzero(sought[added])) / (worlds + added.size)
                # Gain in density for each world added: a large slice must earn its size.
                gain = (density - caught / worlds) / max(added.size, 1)
                if gain > best_gain:
                    best, best_gain = wider, gain
        if best is None:
            return box
        box = best


def choose(trajectory: Sequence[Step], density: float | None = None) -> Step:
    """The step of a trajectory that tells most about which worlds are sought.

    A default for when nobody looks at the curve: the largest correlation between lying in the box
    and being sought. It weighs coverage against density, is 0 for the whole space, and changes only
    its sign where the worlds not sought are sought instead. Who looks at the curve can name a
    density instead.

    Args:
        trajectory: From `peel`, not empty.
        density: Least density: of the steps that reach it the one of largest coverage, or the
            densest where none does.

    Returns:
        The step; of equals the one with fewest restricted dimensions.

    References:
        Matthews, B. W. (1975), Comparison of the predicted and observed secondary structure of T4
        phage lysozyme, Biochimica et Biophysica Acta 405(2): the correlation of two yes-or-no
        answers.
    """
    if density is not None:
        dense = [step for step in trajectory if step.fit.density >= density]
        if dense:
            return max(dense, key=lambda step: (step.fit.coverage, -step.fit.dimensions))
        return max(trajectory, key=lambda step: (step.fit.density, step.fit.coverage))
    worlds, caught = trajectory[0].fit.worlds, trajectory[0].fit.caught

    def tells(step: Step) -> tuple[float, int]:
        inside, found = step.fit.worlds, step.fit.caught
        # Matthews' correlation of the table of inside or not by sought or not, from its margins.
        spread = math.sqrt(float(inside) * (worlds - inside) * caught * (worlds - caught))
        together = float(found) * worlds - float(inside) * caught
        return together / spread if spread else 0.0, -step.fit.dimensions

    return max(trajectory, key=tells)


def find_boxes(
    inputs: Float[ndarray, "draw thing"],
    sought: Bool[ndarray, " draw"],
    categories: Sequence[int] | None = None,
    *,
    settings: PrimSettings | None = None,
    most: int = 3,
    least_coverage: float = 0.1,
    density: float | None = None,
) -> tuple[FoundBox, ...]:
    """Boxes in sequence, each found among the worlds that no earlier one holds.

    The sequence ends where the next box would add too few of the worlds sought, or be no denser
    than the whole sample.

    Args:
        inputs: One row a world.
        sought: The worlds looked for.
        categories: For each column 0 if it is a number, else how many categories it has.
        settings: How patiently; the defaults when None.
        most: How many boxes at most.
        least_coverage: Share of the worlds sought that a box must add to be told.
        density: Least density of the step chosen, as for `choose`; none when None.

    Returns:
        The boxes, in the order found; empty if there is nothing to find.

    Raises:
        ValueError: If a column is not what `categories` says.

    Examples:
        >>> x = np.random.default_rng(1).random((4000, 3))
        >>> found = find_boxes(x, (x[:, 0] > 0.7) | (x[:, 1] < 0.2))
        >>> [one.box.restricted for one in found]
        [(0,), (1,)]
    """
    how = settings or PrimSettings()
    among = np.ones(sought.shape, dtype=np.bool_)
    found: list[FoundBox] = []
    while len(found) < most:
        trajectory = peel(inputs, sought, categories, settings=how, among=among)
        if not trajectory:
            break
        rest, wanted = (inputs[among], sought[among]) if found else (inputs, sought)
        tried = 2 * inputs.shape[1] * len(trajectory)
        box = drop_idle(choose(trajectory, density).box, rest, wanted, how.significance / tried)
        box = paste(box, rest, wanted, settings=how)
        worlds = inside(box, inputs)
        added = _added(box, worlds & among, sought)
        if added.coverage < least_coverage or not added.density > sought.mean():
            break
        measured = fit(box, inputs, sought)
        found.append(FoundBox(box, measured, added, quasi_p(box, rest, wanted), trajectory))
        among &= ~worlds
    return tuple(found)


def _counted(box: Box, state: Slices, wanted: int, draws: int) -> Fit:
    return Fit(
        state.caught / wanted,
        state.caught / state.worlds,
        state.worlds / draws,
        state.worlds,
        state.caught,
        len(box.restricted),
    )


def _added(box: Box, held: Bool[ndarray, " draw"], sought: Bool[ndarray, " draw"]) -> Fit:
    worlds, caught = int(np.count_nonzero(held)), int(np.count_nonzero(held & sought))
    coverage = caught / int(np.count_nonzero(sought))
    density = caught / worlds if worlds else 0.0
    return Fit(coverage, density, worlds / sought.size, worlds, caught, len(box.restricted))


def _best(state: Slices, box: Box, how: PrimSettings, least: float) -> Slice | None:
    """The slice to lose; None when nothing is left to gain, or too little would be left.

    Of equals, one that restricts no new dimension, then the one with the earliest worlds, so
    that the order of the columns does not matter.
    """
    density = state.caught / state.worlds
    if density == 1.0:
        return None
    restricted = set(box.restricted)
    best: tuple[tuple[float, bool, int, int], Slice] | None = None
    for one in state.candidates(how.peel):
        worlds, caught = state.worlds - one.worlds, state.caught - one.caught
        if worlds < least or worlds == 0:
            continue
        score = caught / worlds - density
        if how.objective is Objective.GAIN_PER_WORLD:
            score /= one.worlds
        if best is not None and score < best[0][0]:
            continue
        rank = (score, one.thing in restricted, *_place(one))
        if best is None or rank > best[0]:
            best = rank, one
    return None if best is None else best[1]


def _place(one: Slice) -> tuple[int, int]:
    """Where the worlds of a slice stand in the sample, the earlier the larger."""
    if one.members is None:
        return 0, 0
    return -int(one.members.min()), -int(one.members.sum(dtype=np.int64))


def _narrowed(box: Box, one: Slice, kinds: Sequence[int]) -> Box:
    if one.side == CATEGORY:
        kept = box.allowed[one.thing] or tuple(range(kinds[one.thing]))
        fewer = tuple(category for category in kept if category != int(one.bound))
        return replace(box, allowed=_put(box.allowed, one.thing, fewer))
    return _bounded(box, one.thing, one.side, one.bound)


def _bounded(box: Box, thing: int, side: int, bound: float) -> Box:
    bounds = (box.low if side == LOW else box.high).copy()
    bounds[thing] = bound
    return replace(box, low=bounds) if side == LOW else replace(box, high=bounds)


def _put(
    allowed: tuple[tuple[int, ...] | None, ...], thing: int, kept: tuple[int, ...] | None
) -> tuple[tuple[int, ...] | None, ...]:
    return (*allowed[:thing], kept, *allowed[thing + 1 :])


def _pastes(
    box: Box,
    inputs: Float[ndarray, "draw thing"],
    restriction: tuple[int, int],
    beyond: ndarray,
    size: float,
) -> list[tuple[Box, ndarray]]:
    """Wider boxes that give way at one restriction, and the worlds each would add."""
    if beyond.size == 0:
        return []
    thing, side = restriction
    values = inputs[beyond, thing]
    if side == CATEGORY:
        kept, back = box.allowed[thing] or (), np.unique(values)
        if back.size == 1:
            return [(without(box, restriction), beyond)]
        return [
            (
                replace(box, allowed=_put(box.allowed, thing, tuple(sorted({*kept, int(one)})))),
                beyond[values == one],
            )
            for one in back
        ]
    # `distance` grows away from the box
    distance = -values if side == LOW else values
    count = max(int(size), 1)
    if count >= distance.size:
        return [(without(box, restriction), beyond)]
    last = np.partition(distance, count - 1)[count - 1]
    added, further = distance <= last, distance[distance > last]
    if further.size == 0:
        return [(without(box, restriction), beyond)]
    bound = float(between(last, further.min()))
    return [(_bounded(box, thing, side, -bound if side == LOW else bound), beyond[added])]
