"""Small dense linear systems, one per lane, all lanes at once.

Arrays hold the lane LAST here (row, column, lane): inside kernels every operation then runs over
neighbouring numbers. Up to `UNROLLED` rows the elimination is written out over whole lanes; larger
systems go to LAPACK. A singular system spoils its own lane only. Knows nothing of games.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from schelling import axes as axes  # noqa: PLC0414 - switches JAX to float64

WRITTEN_OUT = 3
LOOPED = 12

_TINY = 1e-300  # stands in for a zero pivot: the lane overflows and is refused by its caller


class Solution(NamedTuple):
    """Solutions of `matrix @ x = right` and the determinant of each matrix.

    Attributes:
        x: One column per right-hand side.
        sign: Sign of the determinant, zero where a LAPACK pivot is exactly zero.
        log_size: Natural logarithm of the determinant's absolute value.
    """

    x: Float[Array, "row right lane"]
    sign: Float[Array, " lane"]
    log_size: Float[Array, " lane"]


def solve(matrix: Float[Array, "row row lane"], right: Float[Array, "row right lane"]) -> Solution:
    """Gaussian elimination with partial pivoting, lane by lane.

    Args:
        matrix: One square matrix per lane.
        right: Right-hand sides.

    Returns:
        Solutions; not finite in lanes whose matrix is singular.

    Examples:
        >>> import jax.numpy as jnp
        >>> matrix = jnp.array([[[0.0], [2.0]], [[1.0], [0.0]]])
        >>> answer = solve(matrix, jnp.array([[[4.0]], [[3.0]]]))
        >>> answer.x[:, 0, 0].tolist(), answer.sign.tolist()
        ([3.0, 2.0], [-1.0])
    """
    size = matrix.shape[0]
    if size <= WRITTEN_OUT:
        return _written_out(matrix, right)
    return _looped(matrix, right) if size <= LOOPED else _one_by_one(matrix, right)


def multiply(
    left: Float[Array, "row inner lane"], right: Float[Array, "inner column lane"]
) -> Float[Array, "row column lane"]:
    """Matrix products, lane by lane.

    Args:
        left: Left factors.
        right: Right factors.

    Returns:
        The products.
    """
    return _sum([left[:, k, None] * right[None, k] for k in range(left.shape[1])])


def apply(
    matrix: Float[Array, "row column lane"], vector: Float[Array, "column lane"]
) -> Float[Array, "row lane"]:
    """Matrix times vector, lane by lane.

    Args:
        matrix: The matrices.
        vector: The vectors.

    Returns:
        The products.
    """
    return _sum([matrix[:, k] * vector[k] for k in range(matrix.shape[1])])


def _sum(terms: list[Array]) -> Array:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _written_out(matrix: Array, right: Array) -> Solution:
    size = matrix.shape[0]
    rows = [jnp.concatenate([matrix[k], right[k]]) for k in range(size)]
    sign = jnp.ones_like(matrix[0, 0])
    log_size = jnp.zeros_like(sign)
    for k in range(size):
        for below in range(k + 1, size):
            swap = jnp.abs(rows[below][k]) > jnp.abs(rows[k][k])
            rows[k], rows[below] = (
                jnp.where(swap, rows[below], rows[k]),
                jnp.where(swap, rows[k], rows[below]),
            )
            sign = jnp.where(swap, -sign, sign)
        pivot = rows[k][k]
        sign = jnp.where(pivot < 0, -sign, sign)
        log_size = log_size + jnp.log(jnp.abs(pivot))
        rows[k] = rows[k] / jnp.where(pivot == 0, _TINY, pivot)
        for below in range(k + 1, size):
            rows[below] = rows[below] - rows[below][k] * rows[k]
    x: list[Array] = [rows[k][size:] for k in range(size)]
    for k in reversed(range(size)):
        for after in range(k + 1, size):
            x[k] = x[k] - rows[k][after] * x[after]
    return Solution(jnp.stack(x), sign, log_size)


def _looped(matrix: Array, right: Array) -> Solution:
    """Gauss and Jordan's elimination: column k of every row but the k-th is cleared."""
    size = matrix.shape[0]
    row = jnp.arange(size)[:, None]

    def clear(k: Array, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        table, sign, log_size = carry
        column = jax.lax.dynamic_index_in_dim(table, k, axis=1, keepdims=False)
        upper = jax.lax.dynamic_index_in_dim(table, k, axis=0, keepdims=False)
        best = jnp.argmax(jnp.where(row >= k, jnp.abs(column), -1.0), axis=0)
        pivot = jnp.take_along_axis(column, best[None], axis=0)[0]
        lower = jnp.take_along_axis(table, best[None, None], axis=0)[0]
        lower = lower / jnp.where(pivot == 0, _TINY, pivot)
        factor = jnp.where(row == best, upper[k], column)
        swapped = jnp.where((row == best)[:, None], upper, table)
        table = jnp.where((row == k)[:, None], lower, swapped - factor[:, None] * lower)
        sign = jnp.where((pivot < 0) != (best != k), -sign, sign)
        return table, sign, log_size + jnp.log(jnp.abs(pivot))

    ones = jnp.ones_like(matrix[0, 0])
    begin = (jnp.concatenate([matrix, right], axis=1), ones, jnp.zeros_like(ones))
    table, sign, log_size = jax.lax.fori_loop(0, size, clear, begin)
    return Solution(table[:, size:], sign, log_size)


def _one_by_one(matrix: Array, right: Array) -> Solution:
    """LAPACK, one lane after the other."""

    def solved(lane: tuple[Array, Array]) -> Solution:
        factors, pivots, order = jax.lax.linalg.lu(lane[0])
        x = lane[1][order]
        x = jax.lax.linalg.triangular_solve(
            factors, x, left_side=True, lower=True, unit_diagonal=True
        )
        x = jax.lax.linalg.triangular_solve(factors, x, left_side=True, lower=False)
        diagonal = jnp.diagonal(factors)
        swaps = jnp.sum(pivots != jnp.arange(len(pivots)))
        sign = jnp.prod(jnp.sign(diagonal)) * jnp.where(swaps % 2 == 0, 1.0, -1.0)
        return Solution(x, sign, jnp.sum(jnp.log(jnp.abs(diagonal))))

    lanes = (jnp.moveaxis(matrix, -1, 0), jnp.moveaxis(right, -1, 0))
    x, sign, log_size = jax.lax.map(solved, lanes)
    return Solution(jnp.moveaxis(x, 0, -1), sign, log_size)
