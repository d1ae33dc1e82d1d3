"""Which assumptions the margins of claims move with, by rank correlation over the first worlds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from schelling.analysis.sensitivity import association
from schelling.later import LaterModule
from schelling.study.runs.files.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = LaterModule("pandas")

WORLDS = 16_384
"""Worlds that rank correlations are taken from: the first of the run."""


def of_margins(head: Callable[[Sequence[str], int], pa.Table], manifest: Manifest) -> pd.DataFrame:
    """Rank correlation of every claim's margin (rows) with every assumption (columns).

    Args:
        head: Columns of the first worlds, by name.
        manifest: Of the run.
    """
    names, claims = list(manifest.assumptions), list(manifest.claims)
    if not names or not claims:
        return pd.DataFrame(index=claims, columns=names)
    table = head([*names, *(f"margin.{claim}" for claim in claims)], WORLDS)
    inputs = np.stack([table.column(name).to_numpy() for name in names], axis=1)
    margins = np.stack([table.column(f"margin.{c}").to_numpy() for c in claims], axis=1)
    found = association.rank_correlations(inputs, margins)
    return pd.DataFrame(found.correlation.T, index=claims, columns=names)


def leading(of_claim: pd.Series, can: Collection[str] | None, most: int) -> pd.Series:
    """The assumptions most associated with a claim.

    Args:
        of_claim: Its correlation with each assumption.
        can: What it can move with; None where records make assumptions depend on each other.
        most: How many, at most.
    """
    found = of_claim if can is None else of_claim[of_claim.index.isin(list(can))]
    return found.iloc[np.argsort(-np.abs(found.to_numpy()), kind="stable")[:most]]
