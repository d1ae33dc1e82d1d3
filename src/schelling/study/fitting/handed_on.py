"""A fit as runs take it: weighted worlds in declared units."""

from __future__ import annotations

from schelling.errors import RunError
from schelling.evidence.posterior import FittedWorlds
from schelling.study.fitting.problem import FitProblem
from schelling.study.runs.files.posterior_file import WeightedWorlds

NO_POSTERIOR = "consistent"
"""The engine that keeps worlds near the record, which are no posterior."""


def weighted(problem: FitProblem, found: FittedWorlds) -> WeightedWorlds:
    """The worlds of a posterior, for a run to be drawn from.

    Raises:
        RunError: The fit is not sound, or its worlds are no posterior.
    """
    if not found.sound:
        failed = ", ".join(reading.name for reading in found.readings if not reading.sound)
        message = f"this fit is not sound ({failed}), so no run can be drawn from it"
        raise RunError(message)
    if found.engine == NO_POSTERIOR:
        message = "worlds that are consistent with the record are no posterior; fit by another "
        message += "engine to draw runs from it"
        raise RunError(message)
    rows = sum(len(one.values) for one in problem.series)
    series = len(problem.series)
    worlds = found.worlds
    known = max(max(row.date, row.published) for one in problem.series for row in one.evidence.rows)
    return WeightedWorlds(
        case=problem.case.digest,
        engine=found.engine,
        records=f"{rows} rows of {series} series" if rows != 1 else "1 row",
        known=known,
        effective=int(min(found.effective, len(worlds.weights))),
        seed=problem.seed,
        names=tuple(one.name for one in problem.plan.assumptions),
        values=problem.draws(worlds.points),
        weights=worlds.weights,
        group=worlds.group,
        luck=worlds.numbers if problem.luck else None,
    )
