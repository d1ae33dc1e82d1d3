"""Dominated actions of strategic games, over many draws: strict, weak, by mixtures, iterated.

An action is strictly dominated by another that pays more whatever the others do, weakly by one that
never pays less and sometimes more. The actions that survive repeated strict removal do not depend
on the order of removal. For weak dominance they do; here every round removes all weakly dominated
actions at once. Functions are traceable; `solve` takes any number of draws. Axes: draw, action;
payoffs `(draw, action of each player..., player)`.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.games import programs
from schelling.games.errors import GameError
from schelling.games.paths import chunks
from schelling.games.tables import nash, strategic, supports
from schelling.games.tables.strategic import Payoffs

Marks = tuple[Bool[Array, "draw _action"], ...]
"""One mark per action of each player."""


class Dominance(NamedTuple):
    """Which actions are dominated, and which survive repeated removal.

    Attributes:
        strict: Strictly dominated by another action.
        weak: Weakly dominated by another action (strictly included).
        survive: Left once strictly dominated actions have been removed as often as possible.
        survive_weak: Left when every round removes all weakly dominated actions at once.
        rounds: Rounds of strict removal that removed something.
        rounds_weak: The same for weak removal.
    """

    strict: Marks
    weak: Marks
    survive: Marks
    survive_weak: Marks
    rounds: Int[Array, " draw"]
    rounds_weak: Int[Array, " draw"]


def solve(
    payoffs: Payoffs | Float[np.ndarray, "draw ... player"], tolerance: float = 0.0
) -> Dominance:
    """Dominance among pure actions in each draw.

    Args:
        payoffs: The games.
        tolerance: Difference, as a share of the player's stake, that counts as none.

    Returns:
        The marks.

    Raises:
        GameError: The payoffs are no strategic game.

    Examples:
        >>> import numpy as np
        >>> dilemma = np.array([[[[3.0, 3], [0, 5]], [[5, 0], [1, 1]]]])
        >>> solve(dilemma).survive[0].tolist()
        [[False, True]]
    """
    table = np.asarray(payoffs, dtype=np.float64)
    strategic.actions(table)

    def compiled(rows: chunks.Rows, _: int) -> Dominance:
        return _solved(tolerance, rows)

    return chunks.run(compiled, table)


def strictly(payoffs: Payoffs, tolerance: float = 0.0, among: Marks | None = None) -> Marks:
    """Actions that another one beats whatever the others do.

    Args:
        payoffs: The games.
        tolerance: Difference, as a share of the player's stake, that counts as none.
        among: Actions still in the game; all unless given.

    Returns:
        Marks; False for actions that are out of the game.
    """
    return _dominated(payoffs, tolerance, among, weak=False)


def weakly(payoffs: Payoffs, tolerance: float = 0.0, among: Marks | None = None) -> Marks:
    """Actions that another one never falls short of and sometimes beats.

    Args:
        payoffs: The games.
        tolerance: Difference, as a share of the player's stake, that counts as none.
        among: Actions still in the game; all unless given.

    Returns:
        Marks; False for actions that are out of the game.
    """
    return _dominated(payoffs, tolerance, among, weak=True)


def by_mixture(
    payoffs: Payoffs, player: int, tolerance: float = nash.TOLERANCE
) -> Bool[Array, "draw action"]:
    """Actions of one player that some mixture of its others strictly dominates.

    The best guaranteed advantage of a mixture is the value of the zero-sum game of advantages
    between the other actions and the others' profiles.

    Args:
        payoffs: The games.
        player: Index of the player.
        tolerance: Advantage, as a share of the player's stake, that counts as none.

    Returns:
        Marks.

    Raises:
        GameError: The zero-sum games are too large to enumerate.

    Examples:
        Neither outer action beats the middle one, half of each does.

        >>> import jax.numpy as jnp
        >>> own = jnp.array([[4.0, 0.0], [1.0, 1.0], [0.0, 4.0]])
        >>> game = jnp.stack([own, jnp.zeros((3, 2))], axis=-1)[None]
        >>> by_mixture(game, 0)[0].tolist(), strictly(game)[0][0].tolist()
        ([False, True, False], [False, False, False])

    References:
        Pearce, Rationalizable strategic behavior and the problem of perfection, Econometrica 52,
        1984, lemma 3.
    """
    counts = strategic.actions(payoffs)
    draws, count = payoffs.shape[0], counts[player]
    own = jnp.moveaxis(payoffs[..., player], player + 1, 1).reshape(draws, count, -1)
    if count < 2:
        return jnp.zeros((draws, count), dtype=bool)
    pairs = supports.count_pairs(count - 1, own.shape[2])
    if pairs > nash.MOST_PAIRS:
        msg = f"{count - 1} by {own.shape[2]} advantages have {pairs} pairs of supports"
        raise GameError(msg)
    return _mixture_marks(own, tolerance)


@programs.compiled(1)
def _mixture_marks(
    own: Float[Array, "draw action profile"], tolerance: float
) -> Bool[Array, "draw action"]:
    draws, count, profiles = own.shape
    stake = jnp.max(jnp.ptp(own, axis=1), axis=1)
    advantage = jnp.stack(
        [jnp.delete(own, action, axis=1) - own[:, action, None] for action in range(count)], axis=1
    ).reshape(draws * count, count - 1, profiles)
    zero_sum = jnp.stack([advantage, -advantage], axis=-1)
    value = nash.find(zero_sum, tolerance).payoffs[:, 0, 0].reshape(draws, count)
    return value > tolerance * stake[:, None]


class _Round(NamedTuple):
    left: Marks
    rounds: Int[Array, " draw"]
    going: Bool[Array, ""]


def _survivors(payoffs: Payoffs, tolerance: float, weak: bool) -> tuple[Marks, Array]:
    draws = payoffs.shape[0]
    every = tuple(jnp.ones((draws, n), dtype=bool) for n in strategic.actions(payoffs))

    def step(state: _Round) -> _Round:
        out = _dominated(payoffs, tolerance, state.left, weak)
        some = jnp.any(jnp.concatenate(out, axis=1), axis=1)
        left = tuple(mark & ~gone for mark, gone in zip(state.left, out, strict=True))
        return _Round(left, state.rounds + some, jnp.any(some))

    def going(state: _Round) -> Array:
        return state.going

    start = _Round(every, jnp.zeros(draws, dtype=int), jnp.asarray(True))
    done = jax.lax.while_loop(going, step, start)
    return done.left, done.rounds


def _dominated(payoffs: Payoffs, tolerance: float, among: Marks | None, weak: bool) -> Marks:
    counts = strategic.actions(payoffs)
    room = tolerance * strategic.stakes(payoffs)
    marks = among or tuple(jnp.ones((payoffs.shape[0], n), dtype=bool) for n in counts)
    found: list[Array] = []
    for player, count in enumerate(counts):
        own = jnp.moveaxis(payoffs[..., player], player + 1, 1)
        own = own.reshape(payoffs.shape[0], count, -1)
        live = _live(marks, player)[:, None]
        limit = room[:, player, None, None]
        out: list[Array] = []
        for action in range(count):
            gain = own - own[:, action, None]
            if weak:
                never_less = jnp.all((gain >= -limit) | ~live, axis=2)
                beats = never_less & jnp.any((gain > limit) & live, axis=2)
            else:
                beats = jnp.all((gain > limit) | ~live, axis=2)
            others = marks[player] & (jnp.arange(count) != action)
            out.append(marks[player][:, action] & jnp.any(beats & others, axis=1))
        found.append(jnp.stack(out, axis=1))
    return tuple(found)


def _live(marks: Marks, player: int) -> Bool[Array, "draw profile"]:
    """Which profiles of the others are still in the game, flat, in the order of their axes."""
    draws = marks[0].shape[0]
    live = jnp.ones((draws, 1), dtype=bool)
    for other, mark in enumerate(marks):
        if other != player:
            live = (live[:, :, None] & mark[:, None]).reshape(draws, -1)
    return live


@programs.compiled(0)
def _solved(tolerance: float, payoffs: Array) -> Dominance:
    survive, rounds = _survivors(payoffs, tolerance, weak=False)
    survive_weak, rounds_weak = _survivors(payoffs, tolerance, weak=True)
    return Dominance(
        strictly(payoffs, tolerance),
        weakly(payoffs, tolerance),
        survive,
        survive_weak,
        rounds,
        rounds_weak,
    )
