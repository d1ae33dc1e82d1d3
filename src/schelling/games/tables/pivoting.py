"""One equilibrium of every two-player table, degenerate or not, over many draws; traceable.

The path of Lemke and Howson in floating point. A bimatrix game has an equilibrium and the path ends
at one, whatever ties there are, since ties are broken by the lexicographic rule. Which one it is
has no meaning. `schelling.games.tables.extreme` does the same for one game without rounding. Axes:
draw, action.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from schelling.games.tables import strategic

_TINY = 1e-10  # entry of a tableau of payoffs between 0 and 1 that counts as zero
_TOLERANCE = 1e-9  # gain, as a share of the stake, beyond which the end of a path is no equilibrium
_AT_ONCE = 400_000  # entries of tableaux that are worked on at a time


class _Walk(NamedTuple):
    """Where one path stands."""

    tables: tuple[Float[Array, "column number"], Float[Array, "row number"]]
    basic: tuple[Int[Array, " column"], Int[Array, " row"]]
    label: Int[Array, ""]
    steps: Int[Array, ""]


def find(
    payoffs: Float[Array, "draw row column 2"],
) -> tuple[Float[Array, "draw row"], Float[Array, "draw column"], Bool[Array, " draw"]]:
    """An equilibrium of each draw.

    Args:
        payoffs: Payoff of each player in each cell.

    Returns:
        Mixture of the row player and of the column player, and whether they are an equilibrium:
        False where rounding led astray, or a payoff is not finite.

    Examples:
        >>> pennies = jnp.array([[[[1.0, -1], [-1, 1]], [[-1, 1], [1, -1]]]])
        >>> row, column, found = find(pennies)
        >>> row.tolist(), column.tolist(), found.tolist()
        ([[0.5, 0.5]], [[0.5, 0.5]], [True])
    """
    _, rows, columns, _ = payoffs.shape
    stake = strategic.stakes(payoffs)
    finite = jnp.all(jnp.isfinite(payoffs), axis=(1, 2, 3))
    over = jnp.where(finite[:, None] & (stake > 0), stake, 1.0)
    clean = jnp.where(finite[:, None, None, None], payoffs, 0.0)
    clean = strategic.incentives(clean) / over[:, None, None]
    if not len(clean):
        return clean[:, :, 0, 0], clean[:, 0, :, 0], finite
    entries = (rows + columns) * (rows + columns + 1)
    batch = max(1, _AT_ONCE // entries)
    row, column = cast(
        "tuple[Array, Array]", jax.lax.map(_walk, clean, batch_size=min(batch, len(clean)))
    )
    gain = jnp.max(strategic.regret(clean, (row, column)), axis=1)
    return row, column, finite & (gain <= _TOLERANCE)


def _walk(payoffs: Float[Array, "row column 2"]) -> tuple[Array, Array]:
    """The end of the path without the row player's first action as a label.

    Labels are numbers: the row player's actions, then the column player's. The tableau of a
    mixture has a column for every label and, last, the constants.
    """
    rows, columns = payoffs.shape[:2]
    labels = rows + columns
    own, other = payoffs[..., 0], payoffs[..., 1].T
    own = own - jnp.min(own, axis=0) + 1.0
    other = other - jnp.min(other, axis=0) + 1.0
    tables = (
        jnp.concatenate([other, jnp.eye(columns), jnp.ones((columns, 1))], axis=1),
        jnp.concatenate([jnp.eye(rows), own, jnp.ones((rows, 1))], axis=1),
    )
    basic = (jnp.arange(rows, labels), jnp.arange(rows))
    slacks = (jnp.arange(rows, labels), jnp.arange(rows))

    def step(walk: _Walk) -> _Walk:
        first, mine, label = _entered(walk.tables[0], walk.basic[0], slacks[0], walk.label)
        ended = label == 0  # in the first of the two polytopes
        second, theirs, left = _entered(walk.tables[1], walk.basic[1], slacks[1], label)
        second = jnp.where(ended, walk.tables[1], second)
        theirs = jnp.where(ended, walk.basic[1], theirs)
        label = jnp.where(ended, label, left)
        return _Walk((first, second), (mine, theirs), label, walk.steps + 1)

    def going(walk: _Walk) -> Array:
        return ((walk.label != 0) | (walk.steps == 0)) & (walk.steps < 50 * labels)

    start = _Walk(tables, basic, jnp.asarray(0), jnp.asarray(0))
    done = jax.lax.while_loop(going, step, start)
    row = _mixture(done.tables[0], done.basic[0], rows, 0)
    return row, _mixture(done.tables[1], done.basic[1], columns, rows)


def _entered(
    table: Float[Array, "own number"], basic: Array, slacks: Array, label: Array
) -> tuple[Array, Array, Array]:
    """The tableau after a label's variable entered the basis, and the label that left it."""
    entering = table[:, label]
    positive = entering > _TINY
    over = jnp.where(positive, entering, 1.0)
    ratios = jnp.concatenate([table[:, -1:], table[:, slacks]], axis=1) / over[:, None]

    def narrow(k: Array, left: Array) -> Array:
        value = jnp.where(left, ratios[:, k], jnp.inf)
        return left & (value <= jnp.min(value) + _TINY)

    best = cast("Array", jax.lax.fori_loop(0, ratios.shape[1], narrow, positive))
    row = jnp.argmax(best)
    pivot = table[row] / jnp.where(positive[row], entering[row], 1.0)
    moved = table - entering[:, None] * pivot
    moved = moved.at[row].set(pivot)
    return moved, basic.at[row].set(label), basic[row]


def _mixture(
    table: Float[Array, "own number"], basic: Array, count: int, first: int
) -> Float[Array, " action"]:
    """Probabilities from the constants of the basic variables that are weights."""
    place = basic - first
    weight = (place >= 0) & (place < count)
    value = jnp.where(weight, jnp.maximum(table[:, -1], 0.0), 0.0)
    found = jnp.zeros(count).at[jnp.where(weight, place, count)].add(value, mode="drop")
    total = jnp.sum(found)
    return found / jnp.where(total > 0, total, 1.0)
