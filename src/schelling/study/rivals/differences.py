"""The assumptions on which two arguments differ, and what each of them alone changes.

Every prior that a rival changes is put into the case, one at a time, in the same worlds. The
difference that remains when all of them are put in is due to the rival's mechanisms. Worlds whose
numbers fail on either side are unknown, not false: they bound the change. Axes: (draw, claim).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from schelling.analysis.summary import mean_with_error
from schelling.case.model import Assumption, Case
from schelling.compile import draws, plan
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.run import REPLICATES

COLUMNS = (
    "rival",
    "assumption",
    "claim",
    "change",
    "standard_error",
    "failed",
    "low",
    "high",
)

TOGETHER = "all priors"
"""Name of the swap of every prior at once."""


def differing(case: Case, rival: Case) -> tuple[Assumption, ...]:
    """The rival's assumptions that the case has too, in the same unit, with another prior."""
    own = {assumption.name: assumption for assumption in case.assumptions}
    return tuple(
        theirs
        for theirs in rival.assumptions
        if theirs.name in own
        and own[theirs.name].unit == theirs.unit
        and own[theirs.name].prior != theirs.prior
    )


def swaps(case: Case, rivals: Sequence[Case], *, worlds: int, seed: int) -> pd.DataFrame:
    """Change of every claim's share when single priors of the rivals are put into the case.

    Args:
        case: The case.
        rivals: Its rivals.
        worlds: How many worlds; at least 16.
        seed: Seed of design and chance.

    Returns:
        A frame with columns `rival`, `assumption` (`all priors` for all of them at once), `claim`,
        `change` in share over the worlds that are sound both ways (NaN where there is none);
        `standard_error`, of the change, from the paired replicates; `failed`, worlds that are not;
        and `low` and `high`, between which the change over all worlds lies whatever they hold.
    """
    built = plan.build(case)
    pairs = [(rival, differing(case, rival)) for rival in rivals]
    if not any(changed for _, changed in pairs) or not built.claims:
        return pd.DataFrame(columns=list(COLUMNS))
    engine = Engine(built, seed=seed, quickly=True)

    def asked(changed: Sequence[Assumption]) -> Float[ndarray, "draw claim"]:
        priors = {assumption.name: assumption for assumption in changed}
        own = tuple(priors.get(a.name, a) for a in built.assumptions)
        given = draws.draw(
            replace(built, assumptions=own),
            seed=seed,
            replicates=REPLICATES,
            first=0,
            count=worlds,
        )
        parts = [np.where(np.isnan(o.margin), np.nan, o.holds) for o in engine.run(given, 0)]
        return np.concatenate(parts)

    base = asked(())
    rows: list[dict[str, object]] = []
    for rival, changed in pairs:
        single = [(a.name, (a,)) for a in changed]
        together = [(TOGETHER, changed)] if len(changed) > 1 else []
        for name, priors in (*single, *together):
            there = asked(priors)
            for position, claim in enumerate(built.claims):
                moved = _paired(base[:, position], there[:, position])
                what: dict[str, object] = {
                    "rival": rival.rival,
                    "assumption": name,
                    "claim": claim.name,
                }
                rows.append(what | moved)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _paired(before: Float[ndarray, " draw"], after: Float[ndarray, " draw"]) -> dict[str, object]:
    """Mean of a paired difference, its standard error from the replicates, and its bounds."""
    gap = after - before
    replicate = np.arange(gap.size) % REPLICATES
    sound = np.isfinite(gap)
    mean, error = mean_with_error(gap[sound], replicate[sound])
    low, high = _bounds(before, after)
    return {
        "change": mean,
        "standard_error": error,
        "failed": int(np.count_nonzero(~sound)),
        "low": low,
        "high": high,
    }


def _bounds(before: Float[ndarray, " draw"], after: Float[ndarray, " draw"]) -> tuple[float, float]:
    """The change over all worlds if those without a number hold what moves it least, and most.

    A world that fails both ways may be anything both times.
    """
    low = np.where(np.isnan(after), 0.0, after) - np.where(np.isnan(before), 1.0, before)
    high = np.where(np.isnan(after), 1.0, after) - np.where(np.isnan(before), 0.0, before)
    return float(low.mean()), float(high.mean())
