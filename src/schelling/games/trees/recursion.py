"""Logit agent quantal response in trees where everyone sees every move, in closed form.

At every node the owner picks each action with a probability proportional to the exponential of
precision times its expected payoff; expectations are taken over the same behaviour further down, so
one pass from the ends to the root solves the game, and the solution is the only one. Nodes are
unrolled while tracing, draws are whatever axes the payoffs have in front. Games with hidden
information are refused: see `schelling.games.trees.agent_form`.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from schelling.games import programs
from schelling.games.errors import GameError
from schelling.games.trees import chance, levels
from schelling.games.trees.play import (
    Columns,
    PerNode,
    PerPlayer,
    Play,
    Precision,
    assemble,
    draw_axes,
    level,
    lifted,
    mean,
    precision_at,
)
from schelling.games.trees.tree import NodeKind, Tree

LARGEST_UNROLLED = 100
"""Nodes up to which a tree is unrolled while tracing: fastest to run, slow to compile."""


def solve(
    game: Tree,
    payoffs: Float[Array | np.ndarray, "*#draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None = None,
) -> Play:
    """Logit agent quantal response equilibrium of a game of perfect information.

    Args:
        game: The game; static under `jax.jit`.
        payoffs: Payoff of each player at each end, in the game's payoff unit.
        precision: One number or one per draw, or `PerPlayer`, or `PerNode`; zero is uniform play.
        weights: Probability of each edge in `game.open_edges`, summing to one at every chance
            node; needed only where the tree leaves chance to the draws.

    Returns:
        Choice probabilities, reach and values; the draw axes are those of payoffs and precision
        broadcast against each other.

    Raises:
        GameError: Somebody cannot see where the game stands, or open chance has no weights.

    Examples:
        >>> from schelling.games.trees import build
        >>> ends = {"grab": build.end(), "share": build.end()}
        >>> game = build.compile(build.decision("alice", ends), ["alice"])
        >>> play = solve(game, jnp.array([[1.0], [0.0]]), precision=jnp.log(3.0))
        >>> play.choice.round(6).tolist(), play.values[0].round(6).tolist()
        ([0.75, 0.25], [0.75])

    References:
        McKelvey, R. D. and Palfrey, T. R. (1998), Quantal response equilibria for extensive form
        games, Experimental Economics 1, 9-41, section 3.
    """
    require_perfect_information(game)
    return _solved(game, payoffs, precision, weights)


@programs.compiled(0)
def _solved(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None,
) -> Play:
    draws = draw_axes(payoffs, precision, weights)
    payoffs, least = level(payoffs)
    if game.size > LARGEST_UNROLLED:
        return lifted(_by_levels(game, payoffs, precision, weights), least)
    choice, values = choices(game, payoffs, precision, weights)
    return lifted(assemble(game, draws, choice, values), least)


def _by_levels(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None,
) -> Play:
    """The same for trees so large that unrolling them would take long to compile."""
    draws = draw_axes(payoffs, precision, weights)
    if isinstance(precision, PerNode):
        by_node = precision.value
    elif isinstance(precision, PerPlayer):
        by_node = precision.value[..., np.maximum(game.owner, 0)]
    else:
        by_node = jnp.broadcast_to(jnp.asarray(precision)[..., None], (*draws, game.size))
    by_node = jnp.moveaxis(jnp.broadcast_to(by_node, (*draws, game.size)), -1, 0)

    def respond(group: levels.Group, below: Array) -> tuple[Array, Array]:
        power = by_node[group.nodes][:, None] * group.own(below)
        return jax.nn.softmax(power, axis=1, where=group.has(power)), jnp.asarray(False)

    spread = jnp.broadcast_to(payoffs, (*draws, *payoffs.shape[-2:]))
    swept = levels.sweep(game, spread, chance.edges(game, weights), respond)
    return Play(swept.choice, swept.reach, swept.values)


def choices(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"] | Columns,
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None,
) -> tuple[dict[int, list[Array]], dict[int, list[Array]]]:
    """The recursion itself: choices and values node by node, not yet put into arrays.

    Args:
        game: A game of perfect information.
        payoffs: Payoff of each player at each end.
        precision: One number or one per draw, or `PerPlayer`, or `PerNode`.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        Per inner node the probability of each action; per node the value to each player.
    """
    luck = chance.probabilities(game, weights)
    choice: dict[int, list[Array]] = {}
    values: dict[int, list[Array]] = {}
    players = range(len(game.players))
    for node in reversed(range(game.size)):
        if game.kind[node] is NodeKind.END:
            values[node] = [payoffs[..., game.end_of[node], player] for player in players]
            continue
        below = [values[child] for child in game.children[node]]
        if game.kind[node] is NodeKind.CHANCE:
            choice[node] = luck[node]
        else:
            own = [value[game.owner[node]] for value in below]
            choice[node] = softmax(own, precision_at(game, precision, node))
        values[node] = [
            mean(choice[node], [value[player] for value in below]) for player in players
        ]
    return choice, values


def require_perfect_information(game: Tree) -> None:
    """Refuse a game in which somebody cannot see where it stands.

    Args:
        game: The game.

    Raises:
        GameError: An information set joins several nodes.
    """
    for infoset in game.infosets:
        if len(infoset.members) > 1:
            msg = (
                f"set {infoset.number} of {game.players[infoset.player]!r} joins "
                f"{len(infoset.members)} nodes; backward recursion needs perfect information"
            )
            raise GameError(msg)


def softmax(values: list[Array], precision: Array | float) -> list[Array]:
    """Choice probabilities proportional to `exp(precision * value)`, one array per action.

    Args:
        values: Expected payoff of each action.
        precision: One over the payoff unit.

    Returns:
        One probability per action; they sum to one.
    """
    scaled = [precision * value for value in values]
    top = scaled[0]
    for value in scaled[1:]:
        top = jnp.maximum(top, value)
    top = jax.lax.stop_gradient(top)
    raised = [jnp.exp(value - top) for value in scaled]
    total = sum(raised[1:], start=raised[0])
    return [value / total for value in raised]
