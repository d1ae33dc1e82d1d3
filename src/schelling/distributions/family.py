"""What every family of distributions offers: both tails, forwards and backwards.

Knows no names of assumptions and no random numbers. Arrays of any shape go in and come out;
parameters are numbers or arrays that broadcast against them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Bool, Float

Numbers: TypeAlias = Float[np.ndarray, "..."]
"""An array of any shape."""

Mask: TypeAlias = Bool[np.ndarray, "..."]
"""True and false in an array of any shape."""

Value: TypeAlias = int | float | Numbers
"""A number, or an array that broadcasts."""

UnitFunction: TypeAlias = Callable[..., Numbers]
"""`function(x, *parameters)`, element by element over `x`."""


@dataclass(frozen=True)
class Family:
    """One family of distributions; the parameters follow the first argument in order.

    Every function is finite, monotone up to rounding and accurate to about 1e-13 relative in the
    tail it is made for: `quantile` and `cdf` near the low end, `upper_quantile` and `survival` near
    the high end. `quantile` also resolves the upper tail as far as `1 - u` does, because that
    difference is exact for `u` above one half.

    Attributes:
        name: How the family is written in a case.
        parameters: Names of the parameters, in order.
        quantile: `quantile(u, *parameters)`: the least x with `cdf(x) >= u`, for u in (0, 1).
        upper_quantile: `upper_quantile(q, *parameters)`: the x whose `survival` is q.
        cdf: `cdf(x, *parameters)`: probability of at most x.
        survival: `survival(x, *parameters)`: probability of more than x.
        support: `support(*parameters)`: lowest and highest value, possibly infinite.
        mean: `mean(*parameters)`; None where no closed form exists.
        discrete: Whether the family puts its mass on points.
    """

    name: str
    parameters: tuple[str, ...]
    quantile: UnitFunction
    upper_quantile: UnitFunction
    cdf: UnitFunction
    survival: UnitFunction
    support: Callable[..., tuple[Value, Value]]
    mean: Callable[..., Value] | None = None
    discrete: bool = False
