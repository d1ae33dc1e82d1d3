"""Logit agent quantal response in trees where everyone sees every move, in closed form.

At every node the owner picks each action with a probability proportional to the exponential of
precision times its expected payoff; expectations are taken over the same behaviour further down, so
one pass from the ends to the root solves the game, and the solution is the only one. Nodes are
unrolled while tracing, draws are whatever axes the payoffs have in front. Games with hidden
information are refused: see `schelling.games.agent_form`.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from schelling import axes as axes  # noqa: PLC0414 - switches JAX to float64
from schelling.games.structure import NONE
from schelling.games.tree import GameError, Kind, Tree


class PerPlayer(NamedTuple):
    """Precision that differs between players, `(draw, player)`."""

    value: Float[Array, "*#draw player"]


class PerNode(NamedTuple):
    """Precision that differs between decision nodes, `(draw, node)`; other nodes are ignored."""

    value: Float[Array, "*#draw node"]


Precision = Float[Array, "*#draw"] | float | PerPlayer | PerNode
"""How sharply actors prefer the better action, in one over the payoff unit."""


class Play(NamedTuple):
    """How a game is played, and what it is worth.

    Attributes:
        choice: Probability of each edge given that its node is reached, chance included.
        reach: Probability that a node is reached.
        values: Expected payoff of every player from each node on.
    """

    choice: Float[Array, "*draw edge"]
    reach: Float[Array, "*draw node"]
    values: Float[Array, "*draw node player"]


def solve(
    game: Tree,
    payoffs: Float[Array, "*draw end player"],
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
        >>> from schelling.games import build
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
    draws = draw_axes(payoffs, precision, weights)
    choice, values = choices(game, payoffs, precision, weights)
    return assemble(game, draws, choice, values)


def choices(
    game: Tree,
    payoffs: Float[Array, "*draw end player"],
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
    chance = chance_probabilities(game, weights)
    choice: dict[int, list[Array]] = {}
    values: dict[int, list[Array]] = {}
    players = range(len(game.players))
    for node in reversed(range(game.size)):
        if game.kind[node] is Kind.END:
            values[node] = [payoffs[..., game.end_of[node], player] for player in players]
            continue
        below = [values[child] for child in game.children[node]]
        if game.kind[node] is Kind.CHANCE:
            choice[node] = chance[node]
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


def log_choice(game: Tree, play: Play, precision: Precision) -> Float[Array, "*draw edge"]:
    """Logarithms of the choice probabilities, exact where the probabilities underflow.

    Args:
        game: The game.
        play: Its solution by `solve`.
        precision: The precision it was solved with.

    Returns:
        One logarithm per edge; those of chance are plain logarithms of its probabilities.
    """
    columns: list[Array] = []
    for node, children in enumerate(game.children):
        start = game.first_edge[node]
        if game.kind[node] is Kind.CHANCE:
            columns += [jnp.log(play.choice[..., start + a]) for a in range(len(children))]
        elif game.kind[node] is Kind.DECISION:
            scale = precision_at(game, precision, node)
            worth = [scale * play.values[..., child, game.owner[node]] for child in children]
            total = jax.nn.logsumexp(jnp.stack(jnp.broadcast_arrays(*worth)), axis=0)
            columns += [value - total for value in worth]
    return stack(columns, play.choice.shape[:-1])


def chance_probabilities(
    game: Tree, weights: Float[Array, "*#draw open"] | None
) -> dict[int, list[Array]]:
    """Probability of every chance outcome, fixed or per draw.

    Args:
        game: The game.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        For each chance node, one array per outcome.

    Raises:
        GameError: The tree leaves chance to the draws and no weights are given.
    """
    if game.open_edges and weights is None:
        node = game.edges[game.open_edges[0]][0]
        msg = f"chance at node {node} is open: give `weights`, one per edge in `open_edges`"
        raise GameError(msg)
    column = {edge: position for position, edge in enumerate(game.open_edges)}
    found: dict[int, list[Array]] = {}
    for node, fixed in enumerate(game.weights):
        for action, weight in enumerate(fixed):
            if weight is not None:
                value = jnp.asarray(float(weight))
            else:
                assert weights is not None
                value = weights[..., column[game.first_edge[node] + action]]
            found.setdefault(node, []).append(value)
    return found


def precision_at(game: Tree, precision: Precision, node: int) -> Array | float:
    """Precision of the owner of one node.

    Args:
        game: The game.
        precision: One number or one per draw, or `PerPlayer`, or `PerNode`.
        node: A decision node.

    Returns:
        One number or one per draw.
    """
    if isinstance(precision, PerPlayer):
        return precision.value[..., game.owner[node]]
    if isinstance(precision, PerNode):
        return precision.value[..., node]
    return precision


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


def reach(game: Tree, choice: dict[int, list[Array]]) -> list[Array]:
    """Probability that each node is reached.

    Args:
        game: The game.
        choice: Per inner node, the probability of each action.

    Returns:
        One probability per node; the root's is one.
    """
    found: list[Array] = []
    for node, up in enumerate(game.parent):
        here = jnp.ones(()) if up == NONE else found[up] * choice[up][game.slot[node]]
        found.append(here)
    return found


def draw_axes(
    payoffs: Float[Array, "*draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None,
) -> tuple[int, ...]:
    """Shape of the draws: that of all inputs broadcast against each other.

    Args:
        payoffs: Payoff of each player at each end.
        precision: One number or one per draw, or `PerPlayer`, or `PerNode`.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        The shape; empty for a single game.
    """
    own = isinstance(precision, PerPlayer | PerNode)
    sharp = precision.value.shape[:-1] if own else jnp.shape(precision)
    chance = () if weights is None else weights.shape[:-1]
    return jnp.broadcast_shapes(payoffs.shape[:-2], sharp, chance)


def assemble(
    game: Tree,
    draws: tuple[int, ...],
    choice: dict[int, list[Array]],
    values: dict[int, list[Array]],
) -> Play:
    """Put per-node results into arrays and multiply choices out to reach.

    Args:
        game: The game.
        draws: Shape of the draw axes.
        choice: Per inner node, the probability of each action.
        values: Per node, the value to each player.

    Returns:
        The play.
    """
    edges = [choice[node][action] for node, action in game.edges]
    worth = [value for node in range(game.size) for value in values[node]]
    shape = (*draws, game.size, len(game.players))
    return Play(
        choice=stack(edges, draws),
        reach=stack(reach(game, choice), draws),
        values=stack(worth, draws).reshape(shape),
    )


def blanked(play: Play, solved: Bool[Array, "*draw"]) -> Play:
    """A play with NaN in the draws that have no answer.

    Args:
        play: The play.
        solved: Whether each draw has an answer.

    Returns:
        The play, the other draws blank.
    """
    return Play(
        jnp.where(solved[..., None], play.choice, jnp.nan),
        jnp.where(solved[..., None], play.reach, jnp.nan),
        jnp.where(solved[..., None, None], play.values, jnp.nan),
    )


def mean(weights: list[Array], values: list[Array]) -> Array:
    """Weighted sum, one array per term.

    Args:
        weights: Probabilities.
        values: As many values.

    Returns:
        The expected value.
    """
    terms = [weight * value for weight, value in zip(weights, values, strict=True)]
    return sum(terms[1:], start=terms[0])


def stack(columns: list[Array], draws: tuple[int, ...]) -> Float[Array, "*draw thing"]:
    """Columns side by side, each spread over all draws.

    Args:
        columns: One array per thing.
        draws: Shape of the draw axes.

    Returns:
        The things on the last axis.
    """
    if not columns:
        return jnp.zeros((*draws, 0))
    return jnp.stack([jnp.broadcast_to(column, draws) for column in columns], axis=-1)
