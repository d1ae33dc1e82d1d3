"""The first worlds of a run once more, with other luck: from them it is known what luck decides.

The same draws of the assumptions are met by the luck of worlds that no run reaches by counting.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from jaxtyping import Float, UInt32
from numpy import ndarray

from schelling.compile.course.outcomes import Outcomes
from schelling.study.runs.computing.engine import Engine

WORLDS: Final = 2_048
"""Worlds that are run twice: enough to see a share of variance to some five points."""

_FAR: Final = 2**31  # the luck of the other half of all world numbers


def outcomes(engine: Engine, draws: Float[ndarray, "row assumption"], first: int) -> list[Outcomes]:
    """What becomes of the first worlds with other luck; of no world in a case without chance.

    Args:
        engine: Of the run.
        draws: Assumptions of the worlds from `first` on.
        first: Number of the first of them.
    """
    count = min(len(draws), WORLDS - first)
    if count <= 0 or not engine.plan.streams:
        return []
    return list(engine.ask(draws[:count], numbers(first, count)))


def numbers(first: int, count: int) -> UInt32[ndarray, " draw"]:
    """The numbers whose luck the worlds from `first` on meet the second time."""
    return (_FAR + first + np.arange(count)).astype(np.uint32)
