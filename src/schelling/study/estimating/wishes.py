"""How an estimation is to be made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EstimateOptions:
    """How to estimate.

    Attributes:
        against: A second model to be compared with, as `model` is given.
        link: Distribution of the disturbances; as the model says, or probit, if None.
        errors: Whose uncertainty they are; as the model says, or agent error, if None.
        where: Conditions that rows must meet.
        drop_missing: Whether rows with missing cells are left out.
        starts: Climbs from different coefficients; 5, or 2 of many rows, if None.
        robust: Whether standard errors are those of the sandwich.
        bootstrap: Resamples, from which standard errors and intervals are taken; 0 for none.
        profile: Whether to compute profile likelihoods.
        vary: Column along which probabilities are predicted; empty for none.
        level: Level of intervals and bands.
        seed: Of starts, resamples, chains and bands.
        bayes: Whether to draw from a posterior, by NUTS.
    """

    against: tuple[str, ...] = ()
    link: str | None = None
    errors: str | None = None
    where: tuple[str, ...] = ()
    drop_missing: bool = False
    starts: int | None = None
    robust: bool = False
    bootstrap: int = 0
    profile: bool = False
    vary: str = ""
    level: float = 0.95
    seed: int = 0
    bayes: bool = False


DEFAULT = EstimateOptions()
"""Nothing in particular."""
