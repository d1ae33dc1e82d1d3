"""Whether two games in strategic form are the same up to names, order and payoff scales.

Actions are told apart by the payoffs around them, round by round (colour refinement); what still
looks alike is tried out. Axes: (action of each player, player).

References:
    Gabarró, García and Serna (2011), The complexity of game isomorphism, Theoretical Computer
        Science 412: 6675-6695 (strong isomorphism).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from schelling.games.errors import GameError
from schelling.games.tables.rescaled import levels, rescaled

MOST_TRIES = 50_000
_MOST_PLAYERS = 7


@dataclass(frozen=True)
class TableMatch:
    """How a game lies on another one.

    Attributes:
        players: For each player of the first game, the player of the second.
        actions: For each player of the first, its actions as those of the second.
        differing: How many payoffs differ; 0 if the games are the same.
        first: The profile (actions of the first game) and the player of the first that differs.
    """

    players: tuple[int, ...]
    actions: tuple[tuple[int, ...], ...]
    differing: int = 0
    first: tuple[tuple[int, ...], int] | None = None


def match(
    one: Float[np.ndarray, "*action player"], other: Float[np.ndarray, "*move partner"]
) -> TableMatch | None:
    """Lay a game on another one.

    Args:
        one: Payoffs of the first game; one axis an action for each player, then the players.
        other: Payoffs of the second.

    Returns:
        How they are the same, or else a way in which few payoffs differ; None where the numbers of
        players or of actions differ.

    Raises:
        GameError: There are too many players, or too many ways that look alike.
    """
    count = one.shape[-1]
    if count > _MOST_PLAYERS or other.shape[-1] > _MOST_PLAYERS:
        msg = f"games of more than {_MOST_PLAYERS} players are not compared"
        raise GameError(msg)
    if count != other.shape[-1] or sorted(one.shape[:-1]) != sorted(other.shape[:-1]):
        return None
    small, large = _scaled(one), _scaled(other)
    near: TableMatch | None = None
    budget = itertools.count()
    for players in itertools.permutations(range(count)):
        turned = large.transpose((*players, count))[..., list(players)]
        if turned.shape != small.shape:
            continue
        first, second = levels(small, turned)
        actions = _found(first, second, budget)
        if actions is not None:
            return TableMatch(players, actions)
        close = _near(players, small, turned, (first, second))
        if near is None or close.differing < near.differing:
            near = close
    return near


def _scaled(payoffs: Float[np.ndarray, "... player"]) -> Float[np.ndarray, "... player"]:
    return rescaled(payoffs.reshape(-1, payoffs.shape[-1])).reshape(payoffs.shape)


def _found(
    first: Int[np.ndarray, "*cell"], second: Int[np.ndarray, "*cell"], budget: Iterator[int]
) -> tuple[tuple[int, ...], ...] | None:
    """Actions of the second game for those of the first, if some make the games equal."""
    colours = _refined(first, second)
    if any(sorted(a) != sorted(b) for a, b in colours):
        return None
    ways = [list(_orders(a, b)) for a, b in colours[:-1]]
    for chosen in itertools.product(*ways):
        if next(budget) > MOST_TRIES:
            msg = f"more than {MOST_TRIES:,} ways to lay one game on the other look alike"
            raise GameError(msg)
        laid = second[np.ix_(*chosen, *map(range, second.shape[-2:]))]
        last = next(_orders(_slices(first), _slices(laid)), None)
        if last is not None:
            return (*chosen, last)
    return None


def _slices(game: Int[np.ndarray, "*cell"]) -> list[bytes]:
    """The payoffs under each action of the last player."""
    return [game[..., action, :].tobytes() for action in range(game.shape[-2])]


def _orders(one: Sequence[Hashable], other: Sequence[Hashable]) -> Iterator[tuple[int, ...]]:
    """Every order of the second actions in which the colours are those of the first; bounded."""
    if Counter(one) != Counter(other):
        return
    groups = {c: [k for k, colour in enumerate(other) if colour == c] for c in set(one)}
    places = {c: [k for k, colour in enumerate(one) if colour == c] for c in groups}
    orders = itertools.product(*(itertools.permutations(groups[c]) for c in groups))
    for chosen in itertools.islice(orders, MOST_TRIES + 1):
        order = [0] * len(one)
        for colour, members in zip(groups, chosen, strict=True):
            for place, member in zip(places[colour], members, strict=True):
                order[place] = member
        yield tuple(order)


def _refined(
    first: Int[np.ndarray, "*cell"], second: Int[np.ndarray, "*cell"]
) -> list[tuple[list[int], list[int]]]:
    """Colours of the actions of each player in both games; what differs gets different ones."""
    count = first.shape[-1]
    colours = [([0] * size, [0] * size) for size in first.shape[:-1]]
    for _ in range(sum(first.shape[:-1])):
        seen: dict[object, int] = {}
        refined = [
            tuple(
                [
                    seen.setdefault((player, _around(game, own, player, action)), len(seen))
                    for action in range(game.shape[player])
                ]
                for game, own in (
                    (first, [a for a, _ in colours]),
                    (second, [b for _, b in colours]),
                )
            )
            for player in range(count)
        ]
        done = [len(set(a)) for a, _ in refined] == [len(set(a)) for a, _ in colours]
        colours = [(a, b) for a, b in refined]
        if done:
            break
    return colours


def _around(
    game: Int[np.ndarray, "*cell"], colours: Sequence[list[int]], player: int, action: int
) -> bytes:
    """The payoffs that an action can lead to, with the colours of what the others do."""
    part = game.take(action, axis=player)
    others = [colours[k] for k in range(len(colours)) if k != player]
    axes: list[np.ndarray] = list(np.meshgrid(*others, indexing="ij")) if others else []
    columns = [axis.reshape(-1, 1) for axis in axes]
    table = np.concatenate([*columns, part.reshape(-1, part.shape[-1])], axis=1)
    table = table[np.lexsort(table.T[::-1])]
    return colours[player][action].to_bytes(8, "big") + table.tobytes()


def _near(
    players: tuple[int, ...],
    small: Float[np.ndarray, "... player"],
    turned: Float[np.ndarray, "... player"],
    counted: tuple[Int[np.ndarray, "*cell"], Int[np.ndarray, "*cell"]],
) -> TableMatch:
    """Actions laid on those with nearly the same payoffs, and what then differs."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - games that differ only

    chosen: list[tuple[int, ...]] = []
    for player in range(len(players)):
        one, other = (
            np.sort(np.moveaxis(game, player, 0).reshape(game.shape[player], -1, len(players)), 1)
            for game in (small, turned)
        )
        cost = np.minimum(np.abs(one[:, None] - other[None]), 0.5).sum(axis=(2, 3))
        chosen.append(tuple(map(int, linear_sum_assignment(cost)[1])))
    first, second = counted
    laid = second[np.ix_(*chosen, range(len(players)))]
    differ = np.argwhere(first != laid)
    *profile, player = (int(k) for k in differ[0])
    return TableMatch(players, tuple(chosen), len(differ), (tuple(profile), player))
