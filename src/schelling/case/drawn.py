"""How uncertain numbers are drawn, as data: priors, and the dependence between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prior:
    """A distribution over one number, in the assumption's declared unit.

    Attributes:
        family: Name of the distribution.
        parameters: In the order of the vocabulary; of `choice`, a tuple of values and of weights.
        within: Bounds it is cut to, if any.
        written: As written in the case.
        interval: Whether it was written as a central 90 % interval.
    """

    family: str
    parameters: tuple[float | tuple[float, ...], ...]
    within: tuple[float, float] | None
    written: str
    interval: bool

    def same_as(self, other: Prior) -> bool:
        """Whether it is the same distribution, however it is written."""
        one, another = ((p.family, p.parameters, p.within) for p in (self, other))
        return one == another


@dataclass(frozen=True)
class Correlation:
    """Dependence between two assumptions: correlation of their normal scores."""

    first: str
    second: str
    rho: float
    why: str
