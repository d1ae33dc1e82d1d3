"""Verdicts while one or two assumptions are set to one number after the other.

Every point is the case with these numbers set, in the same worlds: same draws of all else, same
luck. The case is compiled once, as its numbers come in from outside.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from schelling.analysis.verdicts import Share
from schelling.case import change
from schelling.case.model import Assumption, Case
from schelling.case.settings import apply, given
from schelling.compile.drawing import draws
from schelling.compile.planning.plan import Plan
from schelling.errors import RunError
from schelling.study.runs import option_shares
from schelling.study.runs.computing import jobs, worker
from schelling.study.runs.option_shares import Told

MOST = 121
"""Points of a sweep."""

WORLDS = 4_096

_NUMBER = r"\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*"
_GRID = re.compile(rf"({_NUMBER}):({_NUMBER}):\s*(\d{{1,6}})\s*")
_LIST = re.compile(rf"{_NUMBER}(?:,{_NUMBER})+")

Progress = Callable[[int, int], None]
"""Called with the number of points done, and of all of them."""


@dataclass(frozen=True)
class Axis:
    """An assumption, and the numbers that it is set to, in its unit."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Sweep:
    """What came of a sweep.

    Attributes:
        case: The case that was swept.
        axes: One or two.
        points: Numbers of every point, the last axis fastest.
        shares: By point and claim, in which share of the worlds it holds; where options of a lever
            differ, the span over them.
        worlds: Worlds of every point.
        seed: Their seed.
    """

    case: Case
    axes: tuple[Axis, ...]
    points: tuple[tuple[float, ...], ...]
    shares: tuple[Mapping[str, Share], ...]
    worlds: int
    seed: int

    @property
    def claims(self) -> tuple[str, ...]:
        """Names of the claims asked."""
        return tuple(self.shares[0])

    @property
    def table(self) -> pd.DataFrame:
        """One row per point and claim.

        Columns: the numbers of the axes by name, `claim`, `share`, `half_width`, `verdict`, `low`,
        `high`, `failed`.
        """
        rows = [
            (*point, name, s.share, s.half_width, s.word, s.low, s.high, s.failed)
            for point, found in zip(self.points, self.shares, strict=True)
            for name, s in found.items()
        ]
        rest = ("claim", "share", "half_width", "verdict", "low", "high", "failed")
        return pd.DataFrame(rows, columns=[*(axis.name for axis in self.axes), *rest])


def axis(name: str, text: str) -> Axis | None:
    """The numbers of `start:stop:count` or `a,b,c`; None for any other text.

    Raises:
        RunError: There are too many of them, or one is no finite number.

    Examples:
        >>> axis("cost", "0:1:5")
        Axis(name='cost', values=(0.0, 0.25, 0.5, 0.75, 1.0))
        >>> axis("cost", "0.1, 0.4"), axis("cost", "0.1 to 0.4")
        (Axis(name='cost', values=(0.1, 0.4)), None)
    """
    if match := _GRID.fullmatch(text):
        start, stop, count = float(match.group(1)), float(match.group(2)), int(match.group(3))
        if not 1 <= count <= MOST or (count == 1 and start != stop):
            message = f"--set {name}={text}: from 2 to {MOST} values, both ends included"
            raise RunError(message)
        grid = np.linspace(start, stop, count) if math.isfinite(stop - start) else [math.inf]
        values = [float(f"{value:.12g}") for value in grid]
    elif _LIST.fullmatch(text) and text.count(",") < MOST:
        values = [float(piece) for piece in text.split(",")]
    elif _LIST.fullmatch(text):
        message = f"--set {name}: at most {MOST} values"
        raise RunError(message)
    else:
        return None
    if not all(map(math.isfinite, values)):
        message = f"--set {name}={text}: a number is too large"
        raise RunError(message)
    return Axis(name, tuple(values))


def sweep(
    case: Case,
    axes: Sequence[Axis],
    *,
    claims: Iterable[str] | None = None,
    worlds: int = WORLDS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Sweep:
    """Run a case at every point of one or two axes, in the same worlds.

    Args:
        case: A checked case.
        axes: Assumptions with the numbers they are set to.
        claims: Names of the claims to ask; all of them when None.
        worlds: Worlds of every point.
        seed: Seed of all of them.
        progress: Called after each point.

    Raises:
        CaseError: An axis names nothing that can be set.
        RunError: There are no axes, more than two or too many points; an axis is no assumption, or
            a number is not allowed for it.
    """
    count = math.prod(len(one.values) for one in axes)
    if not 1 <= len(axes) <= 2 or not 1 <= count <= MOST:
        message = f"a sweep is over one or two assumptions, with at most {MOST} points; "
        message += f"got {len(axes)} with {count:,}"
        raise RunError(message)
    first = {one.name: one.values[0] for one in axes}
    changed = change.replaced(case, first, given.OPTION)
    columns = _columns(case, changed, axes)
    job = jobs.job(changed, jobs.Design(worlds, seed), claims)
    if not job.plan.claims:
        message = "there is nothing to sweep: no claim is asked"
        raise RunError(message)
    engine = worker.engine_of(job.plan, seed, worlds * count)
    drawn = draws.draw(job.plan, seed=seed, replicates=jobs.REPLICATES, first=0, count=worlds)
    places = [[job.plan.assumptions.index(one) for one in group] for group in columns]
    points = tuple(itertools.product(*(one.values for one in axes)))
    reached = {one.name: option_shares.levers(job.plan, one.holds) for one in job.plan.claims}
    replicate = np.arange(worlds) % jobs.REPLICATES
    found: list[Mapping[str, Share]] = []
    for number, point in enumerate(points, 1):
        for group, value in zip(places, point, strict=True):
            drawn[:, group] = value
        parts = list(engine.run(drawn, 0))
        holds = np.concatenate([part.holds for part in parts])
        failed = np.isnan(np.concatenate([part.margin for part in parts]))
        asks = np.concatenate([part.counts for part in parts])
        found.append(
            {
                name: _judged(
                    job.plan,
                    drawn,
                    (name, own),
                    Told(holds[:, c], failed[:, c], asks[:, c], replicate),
                )
                for c, (name, own) in enumerate(reached.items())
            }
        )
        if progress is not None:
            progress(number, count)
    return Sweep(changed, tuple(axes), points, tuple(found), worlds, seed)


def _judged(
    asked: Plan,
    drawn: Float[ndarray, "draw assumption"],
    claim: tuple[str, Sequence[Assumption]],
    told: Told,
) -> Share:
    """A claim at a point: its share, or where options of its levers differ the span over them."""
    name, own = claim
    if not own:
        return told.share()
    places = {one.name: number for number, one in enumerate(asked.assumptions)}
    found = option_shares.judged(name, own, lambda lever: drawn[:, places[lever]], told)
    return found.spanning(told.share())


def _columns(case: Case, changed: Case, axes: Sequence[Axis]) -> list[list[Assumption]]:
    """For each axis the assumptions that it sets, once every number is known to be allowed."""
    before = {one.name: one for one in case.assumptions}
    after = {one.name: one for one in changed.assumptions}
    groups: list[list[Assumption]] = []
    for one in axes:
        known = next(c for c in changed.changed if given.mapping({one.name: 0}).pairs.get(c.name))
        if known.section != "assumptions":
            message = f"--set {one.name}: a sweep is over assumptions; '{one.name}' is one of the "
            message += f"{known.section}, so make the number an assumption of its own"
            raise RunError(message)
        for member, value in itertools.product(known.members, one.values):
            old = before[member]
            values = old.prior.parameters[0] if old.lever else ()
            options = values if isinstance(values, tuple) else ()
            wrong, hint = apply.outside(value, old.prior.within, options)
            if wrong:
                message = f"--set {one.name}: {wrong}; {hint}"
                raise RunError(message)
        groups.append([after[member] for member in known.members])
    shared = set[str]()
    for group in groups:
        if shared & {one.name for one in group}:
            message = "the two axes of a sweep set the same assumption"
            raise RunError(message)
        shared |= {one.name for one in group}
    return groups
