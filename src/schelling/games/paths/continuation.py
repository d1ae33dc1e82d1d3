"""Solutions of F(z, t) = 0 followed from z = 0 at t = 0 to a target t, over many draws.

The equations are anybody's; logit equilibria are the use. `follow` is one pure function for use
inside compiled code; `solve` feeds it chunks of fixed shape, so that one compilation serves any
number of draws. A fixed number of lanes works through a queue of draws: a lane that is done takes
the next draw, so that a hard draw holds nobody up. Lanes never mix: a draw's answer does not depend
on the others in the batch.

Axes: the draw comes first outside; inside `System.linearise` the lane comes last.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.errors import Status
from schelling.games import programs
from schelling.games.paths import arclength, chunks, small_linear
from schelling.games.paths.arclength import (
    IDLE,
    RUNNING,
    STANDARD,
    Lanes,
    Params,
    System,
    WalkSettings,
)
from schelling.games.paths.bordered import Linearised

_PER_LOOK = 4  # corrections between two looks at which lanes are free
_FREE_SHARE = 16  # lanes are refilled once one in so many is free


AT_ONCE = 256
"""Draws worked on at the same time: the widest that keeps small tables in the cache."""


class Ends(NamedTuple):
    """Where the branch of every draw ended.

    Attributes:
        z: The unknowns at the target; NaN where `status` says no answer.
        status: `schelling.errors.Status`. DEGENERATE: the branch met a bifurcation on its way
            and the answer is the one straight on, if the settings ask for one.
        reached: The t of the last accepted point; the target where solved.
        steps: Accepted steps.
        evaluations: Evaluations of F.
        folds: Times the branch turned back or forth in t before the target.
        bifurcations: Bifurcations crossed.
    """

    z: Float[Array, "draw unknown"]
    status: Int[Array, " draw"]
    reached: Float[Array, " draw"]
    steps: Int[Array, " draw"]
    evaluations: Int[Array, " draw"]
    folds: Int[Array, " draw"]
    bifurcations: Int[Array, " draw"]

    @property
    def answered(self) -> Bool[Array, " draw"]:
        """Whether there is an answer, straight on through a bifurcation included."""
        fine = (self.status == int(Status.SOLVED)) | (self.status == int(Status.DEGENERATE))
        return fine & jnp.all(jnp.isfinite(self.z), axis=1)


def of_residual(size: int, residual: Callable[[Array, Array, Params], Array]) -> System:
    """A system from a residual of one draw, with derivatives by forward differentiation.

    Args:
        size: Number of unknowns.
        residual: From z `(unknown,)`, t `()` and one draw's parameters to F `(unknown,)`; zero at
            z = 0, t = 0.

    Returns:
        The system. Keep it: compiled code is kept per system.

    Examples:
        Play of a coordination game with one's own population, at precision 1.

        >>> import jax.numpy as jnp
        >>> game = of_residual(1, lambda z, t, gain: z - t * gain * jnp.tanh(0.5 * z + 0.1))
        >>> ends = solve(game, jnp.array([[1.0], [1.5]]), jnp.ones(2))
        >>> ends.status.tolist(), ends.z[:, 0].round(3).tolist()
        ([0, 0], [0.195, 0.514])
    """

    def everything(z: Array, t: Array, params: Params) -> Linearised:
        jacobian = cast("tuple[Array, Array]", jax.jacfwd(residual, argnums=(0, 1))(z, t, params))
        return Linearised(residual(z, t, params), *jacobian)

    return System(size, jax.vmap(everything, in_axes=-1, out_axes=-1))


def solve(
    system: System,
    params: Params,
    target: Float[Array, " draw"] | Float[np.ndarray, " draw"],
    unique: Bool[Array, " draw"] | Bool[np.ndarray, " draw"] | None = None,
    settings: WalkSettings = STANDARD,
    at_once: int = AT_ONCE,
) -> Ends:
    """Follow every draw's branch to its target, in chunks of fixed shape.

    Args:
        system: The equations.
        params: Tree of arrays, every leaf with the draw first.
        target: The t at which to end, at least 0; the first crossing counts.
        unique: Draws known to have one solution at the target: Newton goes there directly, and
            the branch is followed only where that fails.
        settings: Rules of the walk.
        at_once: Draws worked on at the same time; changes no answer beyond rounding.

    Returns:
        Ends of the branches, one row per draw.
    """
    certain = np.zeros(np.shape(target), dtype=bool) if unique is None else unique

    def compiled(rows: chunks.Rows, count: int) -> Ends:
        width = min(at_once, rows[1].shape[0])
        return _queue(system, settings, width, *rows, count)

    return chunks.run(compiled, (params, target, certain))


def follow(
    system: System,
    params: Params,
    target: Float[Array, " draw"],
    unique: Bool[Array, " draw"] | None = None,
    settings: WalkSettings = STANDARD,
    at_once: int = AT_ONCE,
    count: Int[Array, ""] | int | None = None,
) -> Ends:
    """Follow every draw's branch to its target; traceable and differentiable.

    Derivatives are those of the solution itself, by the implicit function theorem, so they cost one
    linear solve and hold for forward and reverse mode.

    Args:
        system: The equations.
        params: Tree of arrays, every leaf with the draw first.
        target: The t at which to end.
        unique: Draws known to have one solution at the target.
        settings: Rules of the walk.
        at_once: Draws worked on at the same time.
        count: How many leading draws to solve; the rest is left out of domain. All unless given.

    Returns:
        Ends of the branches, one row per draw.
    """
    if not target.shape[0]:
        none = jnp.zeros(0, dtype=int)
        z = jnp.zeros((0, system.size))
        return Ends(z, none, jnp.zeros(0), none, none, none, none)
    certain = jnp.zeros(target.shape, dtype=bool) if unique is None else unique
    width = min(at_once, target.shape[0])
    whole = jnp.asarray(target.shape[0] if count is None else count)
    return cast("Ends", _implicit(system, settings, width, params, target, certain, whole))


@partial(jax.custom_jvp, nondiff_argnums=(0, 1, 2))
def _implicit(
    system: System,
    settings: WalkSettings,
    lanes: int,
    params: Params,
    target: Array,
    unique: Array,
    count: Array,
) -> Ends:
    return _queue(system, settings, lanes, params, target, unique, count)


@_implicit.defjvp
def _implicit_derivative(
    system: System,
    settings: WalkSettings,
    lanes: int,
    primals: tuple[Params, Array, Array, Array],
    tangents: tuple[Params, Array, Array, Array],
) -> tuple[Ends, Ends]:
    """The slope of F at the solution takes -dz to what the changes of params and t do to F."""
    params, target = primals[:2]
    ends = cast("Ends", _implicit(system, settings, lanes, *primals))
    z = ends.z.T

    def linear(params: Params, target: Array) -> Linearised:
        return system.linearise(z, target, jax.tree.map(_lane_last, params))

    def residual(params: Params, target: Array) -> Array:
        return linear(params, target).value

    _, change = cast("tuple[Array, Array]", jax.jvp(residual, (params, target), tangents[:2]))
    slope = linear(params, target).slope
    inverse = small_linear.solve(slope, jnp.broadcast_to(_unit(slope), slope.shape)).x
    dz = -small_linear.apply(inverse, change).T
    still = cast("Ends", jax.tree.map(_no_change, ends))
    return ends, still._replace(z=dz, reached=tangents[1])


def _unit(square: Array) -> Array:
    return jnp.eye(square.shape[0])[:, :, None]


def _lane_last(leaf: Array) -> Array:
    return jnp.moveaxis(leaf, 0, -1)


def _no_change(leaf: Array) -> Array | np.ndarray:
    whole = jnp.issubdtype(leaf.dtype, jnp.integer)
    return np.zeros(leaf.shape, dtype=jax.dtypes.float0) if whole else jnp.zeros_like(leaf)


class _Desk(NamedTuple):
    """What the lanes hold, the next draw in the queue, and the answers so far."""

    lanes: Lanes
    params: Params
    target: Float[Array, " lane"]
    following: Int[Array, ""]
    z: Float[Array, "draw unknown"]
    reached: Float[Array, " draw"]
    counts: Int[Array, "draw count"]


@programs.compiled(0, 1, 2)
def _queue(
    system: System,
    settings: WalkSettings,
    lanes: int,
    params: Params,
    target: Float[Array, " draw"],
    unique: Bool[Array, " draw"],
    count: Int[Array, ""] | int,
) -> Ends:
    draws = target.shape[0]

    def fetch(game: Array) -> tuple[Params, Array, Lanes]:
        row = jnp.minimum(game, draws - 1)

        def taken(leaf: Array) -> Array:
            return _lane_last(leaf[row])

        begun = arclength.begin(system.size, game, unique[row], game >= count)
        return jax.tree.map(taken, params), target[row], begun

    def refill(desk: _Desk) -> _Desk:
        desk = _filed(desk, draws)
        free = desk.lanes.status != RUNNING

        def fresh_if_free(fresh: Array, old: Array) -> Array:
            return jnp.where(free, fresh, old)

        game = jnp.where(free, desk.following + jnp.cumsum(free) - 1, desk.lanes.game)
        held = (desk.params, desk.target, desk.lanes)
        held = jax.tree.map(fresh_if_free, fetch(game), held)
        following = desk.following + jnp.sum(free)
        return desk._replace(params=held[0], target=held[1], lanes=held[2], following=following)

    def keep(desk: _Desk) -> _Desk:
        return desk

    def work(desk: _Desk) -> _Desk:
        def correct(_: int, lanes: Lanes) -> Lanes:
            return arclength.advance(system, desk.params, desk.target, lanes, settings)

        running = jnp.sum(desk.lanes.status == RUNNING)
        done = jnp.sum(desk.lanes.status >= 0)
        due = (done * _FREE_SHARE >= lanes) | (done >= running)
        desk = cast("_Desk", jax.lax.cond(due, refill, keep, desk))
        return desk._replace(lanes=jax.lax.fori_loop(0, _PER_LOOK, correct, desk.lanes))

    def unfinished(desk: _Desk) -> Bool[Array, ""]:
        return jnp.any(desk.lanes.status != IDLE) | (desk.following < count)

    def empty(leaf: Array) -> Array:
        return jnp.zeros((*leaf.shape[1:], lanes), leaf.dtype)

    nobody = jnp.zeros(lanes, dtype=bool)
    desk = _Desk(
        arclength.begin(system.size, jnp.full(lanes, draws), nobody, ~nobody),
        jax.tree.map(empty, params),
        empty(target),
        jnp.asarray(0),
        jnp.full((draws, system.size), jnp.nan),
        jnp.full(draws, jnp.nan),
        jnp.full((draws, 5), int(Status.OUT_OF_DOMAIN)),
    )
    desk = jax.lax.while_loop(unfinished, work, desk)
    status, steps, evaluations, folds, bifurcations = desk.counts.T
    return Ends(desk.z, status, desk.reached, steps, evaluations, folds, bifurcations)


def _filed(desk: _Desk, draws: int) -> _Desk:
    """Write the lanes that are done to the answers."""
    lanes = desk.lanes
    row = jnp.where(lanes.status >= 0, lanes.game, draws)  # one past the end is dropped
    solved = (lanes.tries > 0) & (  # a lane stopped at a bifurcation has made no correction since
        (lanes.status == int(Status.SOLVED)) | (lanes.status == int(Status.DEGENERATE))
    )
    counts = (lanes.status, lanes.steps, lanes.evaluations, lanes.folds, lanes.bifurcations)
    return desk._replace(
        z=desk.z.at[row].set(jnp.where(solved, lanes.place[:-1], jnp.nan).T, mode="drop"),
        reached=desk.reached.at[row].set(
            jnp.where(solved, desk.target, lanes.base[-1]), mode="drop"
        ),
        counts=desk.counts.at[row].set(jnp.stack(counts, axis=1), mode="drop"),
    )
