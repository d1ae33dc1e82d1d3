"""What a simpler way of computing gets wrong: the same worlds computed in two ways.

A mean field has no ties of its own and no luck of single agents, so its numbers differ from those
of the agents it stands for; formulas for a whole public differ from the public. By how much is seen
by running both: the same draws, the same luck of the world, only agents draw otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from schelling.case import change
from schelling.case.language.typed.types import references
from schelling.case.model import Case
from schelling.compile.planning.plan import Plan, build
from schelling.errors import CaseError
from schelling.later import LaterModule
from schelling.study.runs import run
from schelling.study.runs.before_after import BeforeAfter
from schelling.study.runs.computing.jobs import REPLICATES
from schelling.study.runs.computing.worker import Progress
from schelling.study.runs.results import Run

if TYPE_CHECKING:
    import xarray as xr
else:
    xr = LaterModule("xarray")

WORLDS = 256
"""Worlds that are run both ways where nothing else is said."""

TWINS = ("mean field", "agents")
"""What the two ways of computing a population are called."""

MOST_MOVES = 20_000_000
"""Agents times steps, twins and worlds that a report runs: some seconds."""


@dataclass(frozen=True)
class Gap:
    """By how much a number over time differs between two ways, in the unit it is shown in.

    Attributes:
        unit: That unit; empty for a pure number.
        typical: Root of the mean squared difference over worlds and steps.
        bias: Mean difference, the simpler way less the fuller one.
        width: Width of the central 90 % of its values the fuller way, over worlds and steps.
        failed: Worlds left out as a number failed one way or the other.
    """

    unit: str
    typical: float
    bias: float
    width: float
    failed: int


@dataclass(frozen=True)
class Fidelity:
    """A simpler way of computing beside a fuller one.

    Attributes:
        sides: What the two are called, the simpler one first.
        populations: For each, how many representatives stand for how many agents; none where
            formulas do.
        verdicts: Of the claims, the simpler way (`before`) and the fuller one (`after`).
        gaps: Of the numbers over time that hang on the agents.
        worlds: Worlds that were run both ways.
    """

    sides: tuple[str, str]
    populations: Mapping[str, tuple[int, int]]
    verdicts: BeforeAfter
    gaps: Mapping[str, Gap]
    worlds: int


def compare(
    case: Case, *, worlds: int = WORLDS, seed: int = 0, progress: Progress | None = None
) -> Fidelity:
    """Run a case by mean field and by agents.

    Args:
        case: A checked case with populations, whichever way it computes them.
        worlds: How many worlds; at least 16.
        seed: Of design and chance.
        progress: Called as worlds are finished.

    Returns:
        The verdicts both ways, and how far what is counted over agents differs.

    Raises:
        CaseError: A rule has no mean field, or a population has fewer agents than it has
            representatives.
        RunError: It would not fit into memory.
    """
    sides = [
        change.replaced(case, {f"{one.name}.fidelity": how for one in case.populations})
        for how in ("mean_field", "agents")
    ]
    few, many = (
        run.run(side, worlds=worlds, seed=seed, paths=worlds, progress=progress) for side in sides
    )
    populations = {one.name: (one.computed, one.size) for one in sides[0].populations}
    gaps = {name: _gap(few.series, many.series, name) for name in counted(build(case))}
    return Fidelity(TWINS, populations, few.compare(many), gaps, worlds)


def restated(case: Case, version: Case, *, worlds: int = WORLDS, seed: int = 0) -> Fidelity:
    """Run a case and a rival that restates it.

    Args:
        case: The case.
        version: The rival, as it is to be computed.
        worlds: How many worlds; at least 16.
        seed: Of design and chance.

    Returns:
        The verdicts of both, and how far those numbers of the case differ that the rival counts
        over its agents.

    Raises:
        RunError: It would not fit into memory.
    """
    plain, full = (run.run(one, worlds=worlds, seed=seed, paths=worlds) for one in (case, version))
    shared = [name for name in counted(build(version)) if name in plain.series]
    gaps = {name: _gap(plain.series, full.series, name) for name in shared}
    return Fidelity(("case", version.rival), {}, plain.compare(full), gaps, worlds)


def of_run(done: Run) -> Fidelity | None:
    """The mean fields of a run beside agents, in as many worlds as a reader waits for.

    These are at most `WORLDS` worlds of its seed, and `MOST_MOVES` of their agents.

    Returns:
        None where the case has no mean field, where too few worlds could be run, or where the files
        of the case are no longer what was run.
    """
    if not any(one.representatives for one in done.case.populations):
        return None
    built = build(done.case)
    each = sum(one.size for one in built.populations) * max(built.steps, 1) * len(built.twins)
    worlds = min(done.manifest.worlds, WORLDS, MOST_MOVES // each)
    if worlds < REPLICATES:
        return None
    try:
        return compare(done.case, worlds=worlds, seed=done.manifest.seed)
    except CaseError:
        return None


def counted(plan: Plan) -> tuple[str, ...]:
    """Variables that vary over time and read what is counted over agents."""
    tallies = {tally.name for tally in plan.tallies}
    kept = set(plan.series)
    return tuple(v.name for v in plan.moving if v.name in kept and references(v.value) & tallies)


def _gap(few: xr.Dataset, many: xr.Dataset, name: str) -> Gap:
    one, other = few[name].to_numpy(), many[name].to_numpy()
    unit = str(few[name].attrs["units"])
    sound = np.isfinite(one).all(axis=1) & np.isfinite(other).all(axis=1)
    failed = int(np.count_nonzero(~sound))
    if not sound.any():
        return Gap(unit, np.nan, np.nan, np.nan, failed)
    gap = one[sound] - other[sound]
    low, high = np.quantile(other[sound], (0.05, 0.95)).tolist()
    return Gap(unit, float(np.sqrt(np.mean(gap**2))), float(gap.mean()), float(high - low), failed)
