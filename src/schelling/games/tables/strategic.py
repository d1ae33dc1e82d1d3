"""Strategic games of n players: what a mixed profile is worth and what each player could gain.

A game is an array of payoffs `(draw, action of player 1, ..., action of player n, player)`; a mixed
profile is one array `(draw, action)` per player. Pure functions of both, written plainly, and the
yardstick by which the solvers' answers are measured; no solver is called here. Knows no names.
NumPy arrays go in and come out without any compiling, JAX arrays stay traceable.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from schelling.games.errors import GameError

Kind = TypeVar("Kind", bound=Array | np.ndarray)
"""JAX or NumPy: what goes in comes out."""
Payoffs = Float[Array | np.ndarray, "draw *action player"]
"""Payoff of every player in every cell, in the game's payoff unit."""
Play = tuple[Float[Array, "draw _action"], ...]
"""One mixed action per player; rows sum to one."""
AnyPlay = Sequence[Float[Array | np.ndarray, "draw _action"]]
"""The same, as arrays of either kind."""


def actions(payoffs: Payoffs) -> tuple[int, ...]:
    """Number of actions of each player.

    Args:
        payoffs: The game.

    Returns:
        One count per player.

    Raises:
        GameError: The array is no strategic game: the axes between the draw and the player do not
            match the number of players, or a player has no action.

    Examples:
        >>> import jax.numpy as jnp
        >>> actions(jnp.zeros((7, 2, 3, 2)))
        (2, 3)
    """
    shape = tuple(payoffs.shape)
    if len(shape) < 3 or len(shape) - 2 != shape[-1]:
        msg = (
            f"payoffs must be (draw, one axis of actions per player, player); got {shape}, "
            f"that is {max(len(shape) - 2, 0)} axes of actions for {shape[-1] if shape else 0} "
            "players"
        )
        raise GameError(msg)
    if 0 in shape[1:-1]:
        msg = f"player {shape[1:-1].index(0) + 1} has no action: payoffs have shape {shape}"
        raise GameError(msg)
    return shape[1:-1]


def values(
    payoffs: Float[Kind, "draw *action player"], play: AnyPlay
) -> list[Float[Kind, "draw _action"]]:
    """Expected payoff of each own action against the others' mixed actions.

    Args:
        payoffs: The game.
        play: One mixed action per player.

    Returns:
        One array per player.

    Examples:
        >>> import jax.numpy as jnp
        >>> pennies = jnp.array([[[[1.0, -1], [-1, 1]], [[-1, 1], [1, -1]]]])
        >>> mixed = (jnp.array([[0.75, 0.25]]), jnp.array([[0.5, 0.5]]))
        >>> [own.tolist() for own in values(pennies, mixed)]
        [[[0.0, 0.0]], [[-0.5, 0.5]]]
    """
    count = len(actions(payoffs))
    found: list[Any] = []
    for player in range(count):
        table: Any = payoffs[..., player]
        for other in reversed(range(count)):
            if other != player:
                shape = [1] * table.ndim
                shape[0], shape[other + 1] = play[other].shape
                table = (table * play[other].reshape(shape)).sum(axis=other + 1, keepdims=True)
        found.append(table.reshape(table.shape[0], table.shape[player + 1]))
    return found


def expected(
    payoffs: Float[Kind, "draw *action player"], play: AnyPlay
) -> Float[Kind, "draw player"]:
    """What the profile is worth to each player.

    Args:
        payoffs: The game.
        play: One mixed action per player.

    Returns:
        Expected payoffs.
    """
    own = values(payoffs, play)
    worth = [(v * p).sum(axis=1) for v, p in zip(own, play, strict=True)]
    return module(payoffs).stack(worth, axis=1)


def regret(
    payoffs: Float[Kind, "draw *action player"], play: AnyPlay
) -> Float[Kind, "draw player"]:
    """Most each player could gain by changing only its own mixed action.

    Args:
        payoffs: The game.
        play: One mixed action per player.

    Returns:
        Gains in payoff units; all zero exactly when the profile is a Nash equilibrium.

    Examples:
        >>> import jax.numpy as jnp
        >>> dilemma = jnp.array([[[[3.0, 3], [0, 5]], [[5, 0], [1, 1]]]])
        >>> silent = jnp.array([[1.0, 0.0]])
        >>> regret(dilemma, (silent, silent)).tolist()
        [[2.0, 2.0]]

    References:
        Nash, Non-cooperative games, Annals of Mathematics 54, 1951.
    """
    own = values(incentives(payoffs), play)
    gains = [v.max(axis=1) - (v * p).sum(axis=1) for v, p in zip(own, play, strict=True)]
    return module(payoffs).stack(gains, axis=1)


def incentives(
    payoffs: Float[Kind, "draw *action player"],
) -> Float[Kind, "draw *action player"]:
    """The game without what a player's own action does not move.

    Best replies and gains stay as they are. Payoffs on a large offset, the same or different by the
    others' actions, would take the digits that gains need.

    Args:
        payoffs: The game.

    Returns:
        Payoffs less the one, against the same actions of the others, that is nearest to zero.

    Examples:
        >>> game = np.array([[[[1e12, 5.0], [3.0, 7.0]], [[1e12 + 2, 5.0], [4.0, 5.0]]]])
        >>> incentives(game).tolist()
        [[[[0.0, 0.0], [0.0, 2.0]], [[2.0, 0.0], [1.0, 0.0]]]]
    """
    xp = module(payoffs)
    left: list[Any] = []
    for i in range(len(actions(payoffs))):
        own = payoffs[..., i]
        place = xp.expand_dims(abs(own).argmin(axis=i + 1), i + 1)
        left.append(own - xp.take_along_axis(own, place, axis=i + 1))
    return xp.stack(left, axis=-1)


def stakes(payoffs: Float[Kind, "draw *action player"]) -> Float[Kind, "draw player"]:
    """Most that a player's own action can change its payoff, the others' actions given.

    Payoffs that the others' actions alone decide do not enter, since they move no choice.

    Args:
        payoffs: The game.

    Returns:
        Largest differences within an own action's reach, in payoff units.
    """
    spread = [
        _range(payoffs[..., player], player + 1).max(axis=tuple(range(1, payoffs.ndim - 2)))
        for player in range(len(actions(payoffs)))
    ]
    return module(payoffs).stack(spread, axis=1)


def spans(payoffs: Float[Kind, "draw *action player"]) -> Float[Kind, "draw player"]:
    """Difference between each player's best and worst payoff.

    Args:
        payoffs: The game.

    Returns:
        Spans in payoff units.
    """
    return _range(payoffs, tuple(range(1, payoffs.ndim - 1)))


def pure(
    payoffs: Float[Kind, "draw *action player"], tolerance: float = 0.0
) -> Bool[Kind, " draw *action"]:
    """Pure Nash equilibria, by comparison.

    Args:
        payoffs: The game.
        tolerance: Gain, as a share of the player's stake, that still counts as none.

    Returns:
        Whether each cell is an equilibrium.

    Examples:
        >>> import jax.numpy as jnp
        >>> hunt = jnp.array([[[[10.0, 10], [1, 8]], [[8, 1], [5, 5]]]])
        >>> pure(hunt)[0].tolist()
        [[True, False], [False, True]]
    """
    count = len(actions(payoffs))
    stake = stakes(payoffs)
    steady = module(payoffs).ones(payoffs.shape[:-1], dtype=bool)
    for player in range(count):
        own = payoffs[..., player]
        room = tolerance * stake[:, player].reshape(-1, *[1] * count)
        steady = steady & (own >= own.max(axis=player + 1, keepdims=True) - room)
    return steady


def _range(table: Any, axis: int | tuple[int, ...]) -> Any:
    return table.max(axis=axis) - table.min(axis=axis)


def module(like: Any) -> Any:
    """The functions that fit an array: NumPy's or JAX's.

    Args:
        like: An array.

    Returns:
        The module.
    """
    return np if isinstance(like, np.ndarray) else jnp
