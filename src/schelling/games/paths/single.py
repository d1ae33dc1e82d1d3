"""The branch of one problem, followed without compiling anything.

The same walk by the same rules as `schelling.games.paths.arclength`, for one problem and in NumPy.
A program for many draws takes seconds to compile, the more the larger its systems; a single walk of
a large game is over in milliseconds. Knows neither games nor queues.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from schelling.errors import Status
from schelling.games.paths.arclength import ROUNDING, STANDARD, WalkSettings

Linear = tuple[
    Float[np.ndarray, " unknown"],
    Float[np.ndarray, "unknown unknown"],
    Float[np.ndarray, " unknown"],
]
"""Value of F, its derivatives by the unknowns, and by t."""
Point = Float[np.ndarray, " row"]
"""The unknowns and, last, t."""


class SingleEnd(NamedTuple):
    """Where the branch ended; fields as in `schelling.games.paths.continuation.Ends`."""

    z: Float[np.ndarray, " unknown"]
    status: Status
    steps: int
    evaluations: int
    folds: int
    bifurcations: int


class _Try(NamedTuple):
    """What came of the corrections of one step."""

    place: Point
    tangent: Point
    sign: float
    arrived: bool
    past: bool


def follow(
    linearise: Callable[[Float[np.ndarray, " unknown"], float], Linear],
    size: int,
    target: float,
    unique: bool = False,
    settings: WalkSettings = STANDARD,
) -> SingleEnd:
    """Follow one branch from z = 0 at t = 0 to a target.

    Args:
        linearise: F and its derivatives at z and t.
        size: Number of unknowns.
        target: The t at which to end, at least 0.
        unique: Whether the solution there is known to be the only one: Newton then goes there
            directly, and the branch is followed only where that fails.
        settings: Rules of the walk.

    Returns:
        The end of the branch; NaN where it was lost.

    Examples:
        >>> def coordination(z, t):
        ...     bend = np.tanh(0.5 * z + 0.1)
        ...     slope = 1 - 0.5 * t * (1 - bend**2)
        ...     return z - t * bend, np.diag(slope), -bend
        >>> end = follow(coordination, 1, 1.0)
        >>> end.z.round(3).tolist(), end.status.name
        ([0.195], 'SOLVED')
    """
    with np.errstate(all="ignore"):  # a step that overflows is refused
        return _Walker(linearise, size, target, settings).run(unique)


@dataclass
class _Walker:
    """One walk under way."""

    linearise: Callable[[Float[np.ndarray, " unknown"], float], Linear]
    size: int
    target: float
    settings: WalkSettings
    evaluations: int = 0

    def run(self, unique: bool) -> SingleEnd:
        base = np.zeros(self.size + 1)
        _, matrix = self._system(base, self._flat())
        tangent, sign = _unit(_tangent(matrix)), float(np.linalg.slogdet(matrix)[0])
        if not np.isfinite(tangent).all() or not np.isfinite(self.target):
            return self._lost(Status.OUT_OF_DOMAIN, 0, 0, 0)
        if unique:
            done = self._direct(base, tangent)
            if done is not None:
                return SingleEnd(done[:-1], Status.SOLVED, 1, self.evaluations, 0, 0)
        step, steps, folds, bifurcations = self.settings.first, 0, 0, 0
        while step >= self.settings.smallest and self.evaluations < self.settings.evaluations:
            reach = float((self.target - base[-1]) / tangent[-1]) if tangent[-1] > 0 else np.inf
            landing, step = reach <= step, min(reach, step)
            tried = self._try(base, tangent, step, landing)
            if tried.past:
                tried = self._between(base, tangent, tried.place)
                landing = True
            changed = tried.sign != sign
            flipped = changed and step < self.settings.bifurcation
            if (
                not tried.arrived
                or (changed and not flipped)
                or self._missed(base, tangent, tried.tangent[-1], step, landing)
            ):
                step *= 0.5
                continue
            steps += 1
            bifurcations += flipped
            if bifurcations and not self.settings.through:
                return self._lost(Status.DEGENERATE, steps, folds, bifurcations)
            if landing:
                status = Status.DEGENERATE if bifurcations else Status.SOLVED
                z = tried.place[:-1]
                return SingleEnd(z, status, steps, self.evaluations, folds, bifurcations)
            folds += int(tried.tangent[-1] * tangent[-1] < 0)
            base, tangent = tried.place, tried.tangent
            sign = tried.sign if flipped else sign
            step = min(step * self.settings.growth, self.settings.largest)
        return self._lost(Status.NO_CONVERGENCE, steps, folds, bifurcations)

    def _lost(self, status: Status, steps: int, folds: int, bifurcations: int) -> SingleEnd:
        lost = np.full(self.size, np.nan)
        return SingleEnd(lost, status, steps, self.evaluations, folds, bifurcations)

    def _flat(self) -> Point:
        row = np.zeros(self.size + 1)
        row[-1] = 1.0
        return row

    def _system(self, place: Point, row: Point) -> tuple[Point, np.ndarray]:
        """F and a zero, and its derivatives bordered by a row."""
        self.evaluations += 1
        value, slope, drift = self.linearise(place[:-1], float(place[-1]))
        matrix = np.empty((self.size + 1, self.size + 1))
        matrix[:-1, :-1], matrix[:-1, -1], matrix[-1] = slope, drift, row
        return np.append(value, 0.0), matrix

    def _try(self, base: Point, tangent: Point, step: float, landing: bool) -> _Try:
        place = base + step * tangent
        if landing:
            place[-1] = self.target
        return self._corrected(place, tangent, step, landing)

    def _between(self, base: Point, tangent: Point, place: Point) -> _Try:
        """Land between the base and a point beyond the target."""
        share = (self.target - base[-1]) / (place[-1] - base[-1])
        start = base + share * (place - base)
        start[-1] = self.target
        return self._corrected(start, tangent, float(np.linalg.norm(place - base)), landing=True)

    def _corrected(self, place: Point, tangent: Point, step: float, landing: bool) -> _Try:
        """Newton's corrections until the point is good enough or they stop contracting."""
        rules, last = self.settings, step
        row = self._flat() if landing else tangent
        none = _Try(place, tangent, 0.0, arrived=False, past=False)
        for count in range(2 * rules.corrections if landing else rules.corrections):
            value, matrix = self._system(place, row)
            correction, raw = _solved(matrix, value)
            place, size = place + correction, float(np.linalg.norm(correction))
            scale = 1.0 + float(np.abs(place).max())
            contracting, tiny = size <= rules.contraction * last, size <= rules.fine * scale
            rounding = size <= ROUNDING * scale and not contracting and count > 0
            if not (np.isfinite(size) and (contracting or tiny or rounding)):
                return none
            if (tiny or rounding) if landing else size <= rules.coarse:
                new = _unit(raw)
                sign = float(np.linalg.slogdet(matrix)[0])
                straight = float(new @ tangent) > rules.cosine
                past = straight and not landing and bool(place[-1] > self.target)
                return _Try(place, new, sign, straight, past)
            last = size
        return none

    def _direct(self, base: Point, tangent: Point) -> Point | None:
        """Newton's way to a solution at the target that is known to be the only one."""
        place = base + (self.target / tangent[-1] if tangent[-1] else 0.0) * tangent
        place[-1] = self.target
        for _ in range(2 * self.settings.corrections):
            value, matrix = self._system(place, self._flat())
            correction, _ = _solved(matrix, value)
            place, size = place + correction, float(np.linalg.norm(correction))
            if size <= self.settings.fine * (1.0 + float(np.abs(place).max())):
                return place
        return None

    def _missed(
        self, base: Point, tangent: Point, turned: float, step: float, landing: bool
    ) -> bool:
        """As in `schelling.games.paths.arclength`: a fold that may have crossed the target."""
        rise = float(tangent[-1])
        peak = base[-1] + step * rise**2 / (2.0 * max(rise - turned, ROUNDING))
        folded = not landing and rise > 0 and turned < 0
        return bool(folded and peak >= self.target and step > 1e-6)


def _solved(matrix: np.ndarray, value: Point) -> tuple[Point, Point]:
    """Newton's correction and the direction of the branch; NaN where the matrix is singular."""
    right = np.zeros((len(value), 2))
    right[:, 0], right[-1, 1] = -value, 1.0
    try:
        both = np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        both = np.full_like(right, np.nan)
    return both[:, 0], both[:, 1]


def _tangent(matrix: np.ndarray) -> Point:
    return _solved(matrix, np.zeros(len(matrix)))[1]


def _unit(vector: Point) -> Point:
    return vector / np.linalg.norm(vector)
