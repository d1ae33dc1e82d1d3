"""The design behind Sobol' indices: two samples A and B, and A with columns taken from B.

A base point has 2d coordinates: its A half and its B half. It becomes d + 2 worlds in a row, A, A
with column 1 of B, ..., A with column d of B, B; with second order 2d + 2 worlds, B with one column
of A standing between. So any stretch of base points makes a stretch of worlds. Knows nothing of
where the base points come from. Axes: (draw, thing).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.errors import MethodError


def saltelli_columns(things: int, *, second_order: bool = False) -> Int[ndarray, "step thing"]:
    """Which of the 2d base coordinates every world of a base point takes for each assumption.

    Args:
        things: Number of assumptions, d.
        second_order: Whether pairs are asked for too.

    Returns:
        Column of the base matrix, `thing` for A and `things + thing` for B.

    Raises:
        ValueError: If there is no assumption.

    Examples:
        >>> saltelli_columns(2)
        array([[0, 1],
               [2, 1],
               [0, 3],
               [2, 3]])
    """
    if things < 1:
        msg = f"`things` must be at least 1; got {things}"
        raise ValueError(msg)
    mixed = np.eye(things, dtype=np.int64)
    none, both = np.zeros((1, things), dtype=np.int64), np.ones((1, things), dtype=np.int64)
    taken = [none, mixed, 1 - mixed, both] if second_order else [none, mixed, both]
    return np.concatenate(taken) * things + np.arange(things)


def saltelli_design(
    base: Float[ndarray, "point both"], *, second_order: bool = False
) -> Float[ndarray, "draw thing"]:
    """The worlds that Sobol' indices are estimated from.

    Args:
        base: Points of the unit cube in 2d dimensions, of any design; the first d coordinates are
            the A sample, the others the B sample.
        second_order: Whether pairs are asked for too.

    Returns:
        Points in d dimensions, d + 2 (or 2d + 2) worlds for every base point, in the module's
        order; to be passed through the quantile functions of the assumptions.

    Raises:
        ValueError: If the number of base coordinates is odd or 0.

    Examples:
        >>> saltelli_design(np.array([[0.1, 0.2, 0.3, 0.4]]))
        array([[0.1, 0.2],
               [0.3, 0.2],
               [0.1, 0.4],
               [0.3, 0.4]])

    References:
        Saltelli, A. (2002), Making best use of model evaluations to compute sensitivity indices,
        Computer Physics Communications 145(2).
    """
    things, odd = divmod(base.shape[1], 2)
    if odd:
        msg = f"`base` needs an even number of columns, A's and B's; got {base.shape[1]}"
        raise ValueError(msg)
    columns = saltelli_columns(things, second_order=second_order)
    return np.take(np.ascontiguousarray(base), columns, axis=1).reshape(-1, things)


def require_independent(names: Sequence[str], correlation: Float[ndarray, "thing thing"]) -> None:
    """Refuse Sobol' indices where assumptions depend on one another.

    With dependent assumptions the variance has no unique split by assumption: what a Saltelli
    design mixes are worlds the case rules out.

    Args:
        names: The assumptions, in the order of the matrix.
        correlation: Correlations of their copula.

    Raises:
        MethodError: If any pair is correlated; names the strongest and the methods that apply.

    Examples:
        >>> require_independent(["aid", "cost"], np.array([[1.0, 0.6], [0.6, 1.0]]))
        Traceback (most recent call last):
            ...
        schelling.errors.MethodError: Sobol' indices need independent assumptions, and 1 pair is
        correlated: `aid` and `cost` (0.6). ...

    References:
        Song, E., Nelson, B. L. and Staum, J. (2016), Shapley effects for global sensitivity
        analysis: theory and computation, SIAM/ASA J. Uncertainty Quantification 4(1).
    """
    strength = np.abs(np.triu(correlation, 1))
    count = int(np.count_nonzero(strength))
    if count == 0:
        return
    one, other = np.unravel_index(np.argmax(strength), strength.shape)
    pairs = "1 pair is correlated:" if count == 1 else f"{count} pairs are correlated, most of all"
    msg = (
        f"Sobol' indices need independent assumptions, and {pairs} `{names[int(one)]}` and "
        f"`{names[int(other)]}` ({correlation[one, other]:.3g}). Ask for Shapley effects, which "
        "share what the dependence joins, or for PAWN and RBD-FAST, which read any sample."
    )
    raise MethodError(msg)
