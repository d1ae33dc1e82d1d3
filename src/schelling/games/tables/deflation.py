"""Other logit equilibria at the same precision, by deflated Newton from random starts.

All listed profiles are solutions, but there may be others: the count is "found", not "all". Known
solutions repel later searches (Farrell, Birkisson and Funke, Deflation techniques for finding
distinct solutions of nonlinear partial differential equations, SIAM Journal on Scientific Computing
37, 2015), so every later search goes elsewhere. The starts of each draw depend on the seed and its
number, not on the batch. Axes: draw, equilibrium, action.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.games import programs
from schelling.games.paths import chunks, small_linear
from schelling.games.paths.bordered import Linearised
from schelling.games.tables import logit, strategic
from schelling.games.tables.logit import Precision
from schelling.games.tables.strategic import Payoffs

_APART = 1e-5  # largest log-odds by which two solutions must differ, relative to the target
_SOLVED = 1e-11  # residual in log-odds, relative to the target, of a solution
_SEARCH, _POLISH = 60, 6  # Newton steps per start, deflated and then plain


@dataclass(frozen=True)
class SearchEffort:
    """How extensively to search.

    Attributes:
        starts: Random starts per draw.
        most: Room for equilibria, the first one included.
        seed: Key of the random starts.
    """

    starts: int = 32
    most: int = 16
    seed: int = 0


STANDARD = SearchEffort()
"""Enough for every equilibrium of the small symmetric games in the tests."""


class SeveralQuantal(NamedTuple):
    """Logit equilibria found at one precision, the principal branch's first.

    Attributes:
        play: Mixed actions of each player; NaN beyond `found`.
        residual: Largest difference between a probability and the logit response.
        found: How many are listed; there may be more.
        principal: Whether the first one is the principal branch's; False where that was lost.
        status: How the principal branch ended, as in `logit.Quantal`; SOLVED or DEGENERATE say
            nothing of how many others there are.
    """

    play: tuple[Float[Array, "draw equilibrium _action"], ...]
    residual: Float[Array, "draw equilibrium"]
    found: Int[Array, " draw"]
    principal: Bool[Array, " draw"]
    status: Int[Array, " draw"]


class _Hunt(NamedTuple):
    known: Float[Array, "slot unknown lane"]
    found: Int[Array, " lane"]


def solve(
    payoffs: Payoffs | Float[np.ndarray, "draw ... player"],
    precision: Precision,
    search: SearchEffort = STANDARD,
) -> SeveralQuantal:
    """Logit equilibria of each draw: the principal branch's, then others.

    Args:
        payoffs: The games.
        precision: Precision, at least 0.
        search: How extensively to search.

    Returns:
        What was found.

    Raises:
        GameError: The payoffs are no strategic game.

    Examples:
        Chicken at precision 2: one symmetric equilibrium, two lopsided ones.

        >>> import numpy as np
        >>> chicken = np.array([[[[0.0, 0], [-0.5, 1]], [[1, -0.5], [-3, -3]]]])
        >>> others = solve(chicken, 2.0)
        >>> others.found.tolist(), sorted(others.play[0][0, :3, 0].round(6).tolist())
        ([3], [0.132029, 0.635112, 0.983305])
    """
    table = np.asarray(payoffs, dtype=np.float64)
    sharp = logit.per_player(precision, table)

    def compiled(rows: chunks.Rows, count: int) -> SeveralQuantal:
        return _solved(search, *rows, count)

    return chunks.run(compiled, (table, sharp, np.arange(table.shape[0])), sizes=(16, 256))


@programs.compiled(0)
def _solved(
    search: SearchEffort, payoffs: Array, precision: Array, number: Array, count: Array
) -> SeveralQuantal:
    actions = strategic.actions(payoffs)
    _, ends = logit.follow(payoffs, precision, count=count)
    game = logit.scale(payoffs, precision)
    gains = tuple(jnp.moveaxis(leaf, 0, -1) for leaf in game.gains)
    principal = jnp.all(jnp.isfinite(ends.z), axis=1)
    unknowns = ends.z.shape[1]
    known = jnp.full((search.most, unknowns, payoffs.shape[0]), jnp.inf)
    known = known.at[0].set(jnp.where(principal, ends.z.T, jnp.inf))
    system = logit.system(actions)

    def linearise(z: Array) -> Linearised:
        return system.linearise(z, game.sharpest, gains)

    def random(number: Array, start: Array) -> Array:
        key = jax.random.fold_in(jax.random.fold_in(jax.random.key(search.seed), number), start)
        return jax.random.uniform(key, (unknowns,), minval=-1.0)

    def attempt(hunt: _Hunt, start: Array) -> tuple[_Hunt, None]:
        def deflated(_: int, z: Array) -> Array:
            return _deflated(linearise, z, hunt.known, game.sharpest)

        def polished(_: int, z: Array) -> Array:
            return z - _newton(linearise(z))

        z = jax.vmap(random, in_axes=(0, None), out_axes=-1)(number, start)
        z = z * game.sharpest * (start + 1) / search.starts
        z = cast("Array", jax.lax.fori_loop(0, _SEARCH, deflated, z - linearise(z).value))
        z = cast("Array", jax.lax.fori_loop(0, _POLISH, polished, z))
        span = jnp.maximum(game.sharpest, 1.0)
        solved = jnp.max(jnp.abs(linearise(z).value), axis=0) <= _SOLVED * span
        apart = jnp.max(jnp.abs(z - hunt.known), axis=1) > _APART * span
        new = solved & jnp.all(apart, axis=0) & (hunt.found < search.most)
        here = new & (jnp.arange(search.most)[:, None] == hunt.found)
        return _Hunt(jnp.where(here[:, None], z, hunt.known), hunt.found + new), None

    hunt = _Hunt(known, principal.astype(int))
    hunt, _ = jax.lax.scan(attempt, hunt, jnp.arange(search.starts))
    found = _reported(payoffs, precision, hunt, principal, actions)
    return found._replace(status=ends.status)


def _reported(
    payoffs: Array, precision: Array, hunt: _Hunt, principal: Array, actions: tuple[int, ...]
) -> SeveralQuantal:
    slots = hunt.known.shape[0]
    listed = jnp.arange(slots) < hunt.found[:, None]
    plays = [logit.mixed(hunt.known[slot].T, actions) for slot in range(slots)]
    play = tuple(
        jnp.where(listed[..., None], jnp.stack([p[i] for p in plays], axis=1), jnp.nan)
        for i in range(len(actions))
    )
    residual = jnp.stack([logit.residual(payoffs, precision, p) for p in plays], axis=1)
    return SeveralQuantal(
        play,
        jnp.where(listed, residual, jnp.nan),
        hunt.found,
        principal,
        jnp.zeros_like(hunt.found),
    )


def _newton(linear: Linearised) -> Float[Array, "unknown lane"]:
    return small_linear.solve(linear.slope, linear.value[:, None]).x[:, 0]


def _deflated(
    linearise: Callable[[Array], Linearised], z: Array, known: Array, target: Array
) -> Array:
    """One Newton step on F times the product of 1 + 1 / distance squared to the known solutions.

    With M that product, Newton's step for M F is the step d for F divided by 1 - (grad M / M) . d,
    by the formula of Sherman and Morrison. `push` is grad M / M; it points back to the known
    solutions, so the step is lengthened or reversed near them.
    """
    step = -_newton(linearise(z))
    gap = z - known
    squared = jnp.sum(gap * gap, axis=1)
    empty = ~jnp.isfinite(squared)
    weight = jnp.where(empty, 0.0, -2.0 / (squared * (1.0 + squared)))
    push = jnp.sum(weight[:, None] * jnp.where(empty[:, None], 0.0, gap), axis=0)
    step = step / (1.0 - jnp.sum(push * step, axis=0))
    length = jnp.sqrt(jnp.sum(step * step, axis=0))
    longest = 1.0 + 0.5 * target
    step = step * jnp.minimum(1.0, longest / length)
    return jnp.where(jnp.isfinite(step), z + step, z)
