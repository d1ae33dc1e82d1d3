"""Small dense linear systems, one per lane, all lanes at once.

Arrays hold the lane LAST here (row, column, lane): inside kernels every operation then runs over
neighbouring numbers. Elimination runs over whole lanes, up to `WRITTEN_OUT` rows without a loop;
systems of more than `LOOPED` rows go to LAPACK, one lane after the other. A singular system spoils
its own lane only. Knows nothing of games.

Everything compiled solves its linear systems here; `jax.numpy.linalg` and its like are kept out of
the package. They hand a whole batch to LAPACK in one call, and that call gives parts of the batch
to the pool of threads that computes all programs (one thread a core) and waits for them in a thread
of this same pool. When as many calls run at a time as the pool has threads, all of them wait for
ever (jaxlib 0.10; the LU of the players of a game with states are such calls). A call with a single
matrix computes it where it stands.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

WRITTEN_OUT = 3
"""Largest system whose elimination is written out; of more rows it compiles slowly (1.3 s for five,
0.3 s with a loop) and runs no faster."""
LOOPED = 12
"""Largest system eliminated over lanes; above it LAPACK was faster, one lane at a time."""

_TINY = 1e-300  # stands in for a zero pivot: the lane overflows and is refused by its caller

_Table = tuple[Array, Array]


class LinearSolution(NamedTuple):
    """Solutions of `matrix @ x = right` and which way each matrix turns space.

    Attributes:
        x: One column per right-hand side.
        sign: Sign of the determinant; without meaning where the matrix is singular.
    """

    x: Float[Array, "row right lane"]
    sign: Float[Array, " lane"]


def solve(
    matrix: Float[Array, "row row lane"], right: Float[Array, "row right lane"]
) -> LinearSolution:
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


def solve_draws(
    matrix: Float[Array, "*draw row row"] | Float[np.ndarray, "*draw row row"],
    right: Float[Array, "*draw row"] | Float[np.ndarray, "*draw row"],
) -> Any:
    """Solutions of systems with their draws in front and one right-hand side each.

    Args:
        matrix: The matrices; as NumPy arrays they are solved by NumPy, without any compiling.
        right: The right-hand sides.

    Returns:
        The solutions, shaped like the right-hand sides; not finite where a matrix is singular.

    Raises:
        numpy.linalg.LinAlgError: A matrix among NumPy arrays is singular.
    """
    if isinstance(matrix, np.ndarray):
        return np.linalg.solve(matrix, right[..., None])[..., 0]
    size = right.shape[-1]
    lanes_last = jnp.moveaxis(matrix.reshape(-1, size, size), 0, -1)
    x = solve(lanes_last, jnp.asarray(right).reshape(-1, 1, size).T).x
    return x[:, 0].T.reshape(right.shape)


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


def _written_out(matrix: Array, right: Array) -> LinearSolution:
    size = matrix.shape[0]
    rows = [jnp.concatenate([matrix[k], right[k]]) for k in range(size)]
    sign = jnp.ones_like(matrix[0, 0])
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
        rows[k] = rows[k] / jnp.where(pivot == 0, _TINY, pivot)
        for below in range(k + 1, size):
            rows[below] = rows[below] - rows[below][k] * rows[k]
    x: list[Array] = [rows[k][size:] for k in range(size)]
    for k in reversed(range(size)):
        for after in range(k + 1, size):
            x[k] = x[k] - rows[k][after] * x[after]
    return LinearSolution(jnp.stack(x), sign)


def _looped(matrix: Array, right: Array) -> LinearSolution:
    """Elimination of Gauss and Jordan: step k clears column k in every row but the k-th."""
    size = matrix.shape[0]
    row = jnp.arange(size)[:, None]

    def clear(k: Array, so_far: _Table) -> _Table:
        table, sign = so_far
        column, upper = table[:, k], table[k]
        best = jnp.argmax(jnp.where(row >= k, jnp.abs(column), -1.0), axis=0)
        lower = jnp.take_along_axis(table, best[None, None], axis=0)[0]
        pivot = jnp.take_along_axis(column, best[None], axis=0)[0]
        lower = lower / jnp.where(pivot == 0, _TINY, pivot)
        # Rows k and `best` change places in passing; a swapped table of its own costs a third more.
        factor = jnp.where(row == best, upper[k], column)
        swapped = jnp.where((row == best)[:, None], upper, table)
        table = jnp.where((row == k)[:, None], lower, swapped - factor[:, None] * lower)
        return table, jnp.where((pivot < 0) != (best != k), -sign, sign)

    begin = (jnp.concatenate([matrix, right], axis=1), jnp.ones_like(matrix[0, 0]))
    table, sign = cast("_Table", jax.lax.fori_loop(0, size, clear, begin))
    return LinearSolution(table[:, size:], sign)


def _one_by_one(matrix: Array, right: Array) -> LinearSolution:
    def solved(lane: tuple[Array, Array]) -> LinearSolution:
        factors, pivots, order = jax.lax.linalg.lu(lane[0])
        back = jax.lax.linalg.triangular_solve
        x = back(factors, lane[1][order], left_side=True, lower=True, unit_diagonal=True)
        x = back(factors, x, left_side=True, lower=False)
        swaps = jnp.sum(pivots != jnp.arange(len(pivots)))
        below_zero = jnp.sum(cast("Array", jnp.diagonal(factors)) < 0)
        return LinearSolution(x, jnp.where((swaps + below_zero) % 2 == 0, 1.0, -1.0))

    lanes = (jnp.moveaxis(matrix, -1, 0), jnp.moveaxis(right, -1, 0))
    x, sign = cast("LinearSolution", jax.lax.map(solved, lanes))
    return LinearSolution(jnp.moveaxis(x, 0, -1), sign)
