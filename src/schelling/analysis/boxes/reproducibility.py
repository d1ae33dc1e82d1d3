"""Whether a box would be found again in other worlds: PRIM on random parts of the sample.

Knows what `prim` knows. Axes: (draw, thing).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.boxes.boxes import Fit
from schelling.analysis.boxes.prim import PrimSettings, Step, peel


@dataclass(frozen=True)
class Reproducibility:
    """How often each assumption is restricted again.

    Attributes:
        same_coverage: Share of the parts whose box of about the same coverage restricts it.
        same_density: The same for boxes of about the same density.
        parts: How many parts of the sample were searched.
    """

    same_coverage: Float[ndarray, " thing"]
    same_density: Float[ndarray, " thing"]
    parts: int


def reproducibility(
    inputs: Float[ndarray, "draw thing"],
    sought: Bool[ndarray, " draw"],
    chosen: Fit,
    generator: np.random.Generator,
    *,
    categories: Sequence[int] | None = None,
    settings: PrimSettings | None = None,
    parts: int = 10,
) -> Reproducibility:
    """Peel random halves of the worlds and see which assumptions come back.

    Args:
        inputs: One row a world.
        sought: The worlds looked for.
        chosen: Fit of the box in question; in every half the step of nearest coverage, and that of
            nearest density, stand beside it.
        generator: Source of chance.
        categories: As for `prim.peel`.
        settings: As for `prim.peel`.
        parts: How many halves.

    Returns:
        Frequencies; an assumption that matters is near 1 in both, a chance one is not.

    Raises:
        ValueError: If a column is not what `categories` says.

    References:
        Bryant, B. P. and Lempert, R. J. (2010), Thinking inside the box: the
        reproducibility statistics from resampling.
    """
    draws, things = inputs.shape
    coverage, density = np.zeros(things), np.zeros(things)
    for _ in range(parts):
        half = np.sort(generator.permutation(draws)[: (draws + 1) // 2])
        steps = peel(inputs[half], sought[half], categories, settings=settings)
        if steps:
            coverage[list(_nearest(steps, lambda one: one.coverage, chosen.coverage))] += 1.0
            density[list(_nearest(steps, lambda one: one.density, chosen.density))] += 1.0
    return Reproducibility(coverage / parts, density / parts, parts)


def _nearest(
    steps: Sequence[Step], measure: Callable[[Fit], float], wanted: float
) -> tuple[int, ...]:
    """Restricted dimensions of the step whose measure is nearest to the one wanted."""
    return min(steps, key=lambda step: abs(measure(step.fit) - wanted)).box.restricted
