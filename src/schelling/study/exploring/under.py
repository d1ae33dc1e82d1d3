"""Exploring under a posterior: what can be asked of worlds that were not drawn from the prior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.errors import RunError
from schelling.study.exploring.probe import Probe
from schelling.study.runs.results import Run

PRIOR_ONLY: Final = "sensitivity"
"""The part whose designs draw assumptions from the prior."""


def parts(run: Run, what: Sequence[str], series: Sequence[str]) -> tuple[str, ...]:
    """The parts that a run can be explored for.

    Args:
        run: The run.
        what: Those that are asked for.
        series: Series whose sensitivity is asked for.

    Raises:
        RunError: Nothing is asked for that a posterior can tell.
    """
    asked = tuple(what)
    if not run.manifest.posterior:
        return asked
    left = tuple(part for part in asked if part != PRIOR_ONLY)
    if series or (asked and not left):
        message = "Sobol' indices and Shapley effects are of worlds drawn from the prior; under a "
        message += "posterior assumptions depend on each other in ways that no design here draws"
        raise RunError(message)
    return left


def middle(probe: Probe, values: Float[ndarray, "draw assumption"]) -> int:
    """The world nearest the medians of all worlds, in quantile levels of the prior."""
    levels = probe.levels_of(values)
    return int(np.argmin(((levels - np.median(levels, axis=0)) ** 2).sum(axis=1)))
