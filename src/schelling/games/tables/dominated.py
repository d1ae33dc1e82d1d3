"""Dominated actions of strategic games, over many draws: strict, weak, by mixtures, iterated.

An action is strictly dominated by another that pays more whatever the others do, weakly by one that
never pays less and sometimes more. The actions that survive repeated strict removal do not depend
on the order of removal. For weak dominance they do; here every round removes all weakly dominated
actions at once. Plain NumPy, as comparisons need no compiling. Axes: draw, action; payoffs `(draw,
action of each player..., player)`.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.games import programs
from schelling.games.tables import opposed, pivoting, strategic

TOLERANCE = 1e-9
"""Advantage of a mixture, as a share of the player's stake, that counts as none."""

AnyPayoffs = Float[np.ndarray | Array, "draw *action player"]
"""Payoff of every player in every cell, in the game's payoff unit."""

Marks = tuple[Bool[np.ndarray, "draw _action"], ...]
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
    rounds: Int[np.ndarray, " draw"]
    rounds_weak: Int[np.ndarray, " draw"]


def solve(payoffs: AnyPayoffs, tolerance: float = 0.0) -> Dominance:
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
    survive, rounds = _survivors(table, tolerance, weak=False)
    survive_weak, rounds_weak = _survivors(table, tolerance, weak=True)
    return Dominance(
        strictly(table, tolerance),
        weakly(table, tolerance),
        survive,
        survive_weak,
        rounds,
        rounds_weak,
    )


def strictly(payoffs: AnyPayoffs, tolerance: float = 0.0, among: Marks | None = None) -> Marks:
    """Actions that another one beats whatever the others do.

    Args:
        payoffs: The games.
        tolerance: Difference, as a share of the player's stake, that counts as none.
        among: Actions still in the game; all unless given.

    Returns:
        Marks; False for actions that are out of the game.
    """
    return _dominated(payoffs, tolerance, among, weak=False)


def weakly(payoffs: AnyPayoffs, tolerance: float = 0.0, among: Marks | None = None) -> Marks:
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
    payoffs: AnyPayoffs, player: int, tolerance: float = TOLERANCE
) -> Bool[np.ndarray, "draw action"]:
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
        GameError: The payoffs are no strategic game.

    Examples:
        Neither outer action beats the middle one, half of each does.

        >>> own = np.array([[4.0, 0.0], [1.0, 1.0], [0.0, 4.0]])
        >>> game = np.stack([own, np.zeros((3, 2))], axis=-1)[None]
        >>> by_mixture(game, 0)[0].tolist(), strictly(game)[0][0].tolist()
        ([False, True, False], [False, False, False])

    References:
        Pearce, Rationalizable strategic behavior and the problem of perfection, Econometrica 52,
        1984, lemma 3.
    """
    table = np.asarray(payoffs, dtype=np.float64)
    draws, count = table.shape[0], strategic.actions(table)[player]
    own = _flat(table, player)
    if count < 2:
        return np.zeros((draws, count), dtype=bool)
    stake = np.ptp(own, axis=1).max(axis=1)
    if draws == 0:
        return np.zeros((0, count), dtype=bool)
    value = _programmed(own[0])[None] if draws == 1 else np.asarray(_pivoted(own))
    return value > tolerance * stake[:, None]


def _programmed(own: Float[np.ndarray, "action profile"]) -> Float[np.ndarray, " action"]:
    """Best sure advantage of a mixture over each action, by a linear programme."""
    found: list[float] = []
    for action in range(len(own)):
        advantage = np.delete(own, action, axis=0) - own[action]
        answer = opposed.solve(advantage)
        found.append(-np.inf if answer is None else float((answer[0] @ advantage).min()))
    return np.array(found)


@programs.compiled()
def _pivoted(own: Float[Array, "draw action profile"]) -> Float[Array, "draw action"]:
    """The same over many draws."""
    draws, count, profiles = own.shape
    others = jnp.array([[i for i in range(count) if i != action] for action in range(count)])
    advantage = own[:, others] - own[:, :, None]
    advantage = advantage.reshape(draws * count, count - 1, profiles)
    mixture, *_ = pivoting.find(jnp.stack([advantage, -advantage], axis=-1))
    # What the mixture is sure to gain needs no trust in how it was found.
    return jnp.min(jnp.sum(mixture[:, :, None] * advantage, axis=1), axis=1).reshape(draws, count)


def _survivors(
    payoffs: AnyPayoffs, tolerance: float, weak: bool
) -> tuple[Marks, Int[np.ndarray, " draw"]]:
    draws = payoffs.shape[0]
    left: Marks = tuple(np.ones((draws, n), dtype=bool) for n in strategic.actions(payoffs))
    rounds = np.zeros(draws, dtype=int)
    while True:
        out = _dominated(payoffs, tolerance, left, weak)
        some = np.concatenate(out, axis=1).any(axis=1)
        if not some.any():
            return left, rounds
        rounds += some
        left = tuple(mark & ~gone for mark, gone in zip(left, out, strict=True))


def _dominated(payoffs: AnyPayoffs, tolerance: float, among: Marks | None, weak: bool) -> Marks:
    table = np.asarray(payoffs, dtype=np.float64)
    counts = strategic.actions(table)
    room = tolerance * strategic.stakes(table)
    marks = among or tuple(np.ones((len(table), n), dtype=bool) for n in counts)
    found: list[np.ndarray] = []
    for player, count in enumerate(counts):
        own = _flat(table, player)
        dead = ~_live(marks, player)[:, None]
        limit = room[:, player, None, None]
        out: list[np.ndarray] = []
        for action in range(count):
            gain = own - own[:, action, None]
            if weak:
                never_less = ((gain >= -limit) | dead).all(axis=2)
                beats = never_less & ((gain > limit) & ~dead).any(axis=2)
            else:
                beats = ((gain > limit) | dead).all(axis=2)
            others = marks[player] & (np.arange(count) != action)
            out.append(marks[player][:, action] & (beats & others).any(axis=1))
        found.append(np.stack(out, axis=1))
    return tuple(found)


def _flat(
    table: Float[np.ndarray, "draw *action player"], player: int
) -> Float[np.ndarray, "draw action profile"]:
    """Payoffs of one player by its own action and the others' profile."""
    own = np.moveaxis(table[..., player], player + 1, 1)
    return own.reshape(*own.shape[:2], prod(own.shape[2:]))


def _live(marks: Marks, player: int) -> Bool[np.ndarray, "draw profile"]:
    """Which profiles of the others are still in the game, flat, in the order of their axes."""
    draws = marks[0].shape[0]
    live = np.ones((draws, 1), dtype=bool)
    for other, mark in enumerate(marks):
        if other != player:
            size = live.shape[1] * mark.shape[1]
            live = (live[:, :, None] & mark[:, None]).reshape(draws, size)
    return live
