"""The assumptions on which two arguments differ, and what each of them alone changes.

Every prior that a rival changes is put into the case, one at a time, in the same worlds. The
difference that remains when all of them are put in is due to the rival's mechanisms. Worlds whose
numbers fail on either side are unknown, not false: they bound the change. Axes: (draw, claim).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
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
        `change` in share over the worlds that ask the claim and are sound both ways (NaN where
        there is none); `standard_error`, of the change, from the paired replicates; `failed`,
        worlds that ask it and are not sound; and `low` and `high`, between which the change over
        all that ask it lies whatever the failed ones hold.
    """
    built = plan.build(case)
    pairs = [(rival, differing(case, rival)) for rival in rivals]
    if not any(changed for _, changed in pairs) or not built.claims:
        return pd.DataFrame(columns=list(COLUMNS))
    engine = Engine(built, seed=seed, quickly=True)

    def asked(changed: Sequence[Assumption]) -> _Truths:
        priors = {assumption.name: assumption for assumption in changed}
        own = tuple(priors.get(a.name, a) for a in built.assumptions)
        given = draws.draw(
            replace(built, assumptions=own),
            seed=seed,
            replicates=REPLICATES,
            first=0,
            count=worlds,
        )
        parts = list(engine.run(given, 0))
        truth = [np.where(np.isnan(o.margin), np.nan, o.holds) for o in parts]
        return _Truths(np.concatenate(truth), np.concatenate([o.counts for o in parts]))

    base = asked(())
    rows: list[dict[str, object]] = []
    for rival, changed in pairs:
        single = [(a.name, (a,)) for a in changed]
        together = [(TOGETHER, changed)] if len(changed) > 1 else []
        for name, priors in (*single, *together):
            there = asked(priors)
            for position, claim in enumerate(built.claims):
                both = base.counts[:, position] & there.counts[:, position]
                moved = _paired(base.holds[:, position], there.holds[:, position], both)
                what: dict[str, object] = {
                    "rival": rival.rival,
                    "assumption": name,
                    "claim": claim.name,
                }
                rows.append(what | moved)
    return pd.DataFrame(rows, columns=list(COLUMNS))


class _Truths(NamedTuple):
    """Truth of the claims as numbers, NaN where they have none, and where they are asked at all."""

    holds: Float[ndarray, "draw claim"]
    counts: Bool[ndarray, "draw claim"]


def _paired(
    before: Float[ndarray, " draw"], after: Float[ndarray, " draw"], both: Bool[ndarray, " draw"]
) -> dict[str, object]:
    """Mean of a paired difference, its standard error from the replicates, and its bounds.

    Over the worlds that ask the claim `both` times.
    """
    if not both.any():
        nan = np.nan
        return {"change": nan, "standard_error": nan, "failed": 0, "low": nan, "high": nan}
    replicate = np.flatnonzero(both) % REPLICATES
    before, after = before[both], after[both]
    gap = after - before
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
