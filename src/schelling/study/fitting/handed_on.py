"""A fit as runs take it: weighted worlds in declared units."""

from __future__ import annotations

import numpy as np

from schelling.errors import RunError
from schelling.evidence.posterior import FittedWorlds
from schelling.study.fitting.problem import FitProblem
from schelling.study.runs.files.posterior_file import WeightedWorlds

_SIZES = ("effective", "tail_effective", "lucks")
NO_POSTERIOR = "consistent"
"""The engine that keeps worlds near the record, which are no posterior."""


def check(found: FittedWorlds) -> None:
    """Refuse to hand on what is not sound.

    Raises:
        RunError: A diagnostic is beyond its limit.
    """
    if not found.sound:
        failed = ", ".join(reading.name for reading in found.readings if not reading.sound)
        message = f"this fit is not sound ({failed}), so no run can be drawn from it"
        raise RunError(message)


def weighted(problem: FitProblem, found: FittedWorlds) -> WeightedWorlds:
    """The worlds of a posterior, for a run to be drawn from.

    Raises:
        RunError: The fit is not sound, or its worlds are no posterior.
    """
    check(found)
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
        effective=_size(found, luck=problem.luck),
        seed=problem.seed,
        names=tuple(one.name for one in problem.plan.assumptions),
        values=problem.draws(worlds.points),
        weights=worlds.weights,
        group=worlds.group,
        luck=worlds.numbers if problem.luck else None,
    )


def _size(found: FittedWorlds, *, luck: bool) -> int:
    """How many independent worlds a posterior is worth.

    The least of its effective sample sizes and the number of its worlds; where chance is on the way
    to the records, of its different lucks, as worlds of one luck meet the same chance.
    """
    sizes = [one.value for one in found.readings if one.name in _SIZES]
    most = found.worlds.numbers[found.worlds.weights > 0]
    return int(min(*sizes, np.unique(most).size if luck else len(found.worlds.weights)))
