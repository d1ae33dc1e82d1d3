"""The assumptions on which two arguments differ, and what each of them alone changes.

Every prior that a rival changes is put into the case, one at a time, in the same worlds. The
difference that remains when all of them are put in is due to the rival's mechanisms. Axes: (draw,
claim).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from jaxtyping import Float
from numpy import ndarray

from schelling.case.model import Assumption, Case
from schelling.compile import draws, plan
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.run import REPLICATES

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
        `change` in share; and `standard_error`, of the change, from the paired replicates.
    """
    built = plan.build(case)
    columns = ["rival", "assumption", "claim", "change", "standard_error"]
    pairs = [(rival, differing(case, rival)) for rival in rivals]
    if not any(changed for _, changed in pairs) or not built.claims:
        return pd.DataFrame(columns=columns)
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
        parts = [np.asarray(o.holds, dtype=float) for o in engine.run(given, 0)]
        return np.concatenate(parts)

    base = asked(())
    rows: list[tuple[str, str, str, float, float]] = []
    for rival, changed in pairs:
        single = [(a.name, (a,)) for a in changed]
        together = [(TOGETHER, changed)] if len(changed) > 1 else []
        for name, priors in (*single, *together):
            gap = asked(priors) - base
            for position, claim in enumerate(built.claims):
                mean, error = _paired(gap[:, position])
                rows.append((rival.rival, name, claim.name, mean, error))
    return pd.DataFrame(rows, columns=columns)


def _paired(gap: Float[ndarray, " draw"]) -> tuple[float, float]:
    """Mean of a paired difference, and its standard error from the replicates."""
    means = [gap[start::REPLICATES].mean() for start in range(REPLICATES)]
    return float(gap.mean()), float(np.std(means, ddof=1) / np.sqrt(REPLICATES))
