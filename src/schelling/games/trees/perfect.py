"""Subgame-perfect equilibrium by backward induction, with a declared rule for ties.

A single node takes the best action; a block with hidden information takes the first pure Nash
equilibrium of its strategic form and, where there is none, a mixed one. Ties are told apart by a
tolerance relative to the player's payoff span and reported, for shared assumptions make payoffs
equal in every draw. Axes: draws first, any number of them.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.errors import Status
from schelling.games import programs
from schelling.games.trees import blocks, chance, levels, stage
from schelling.games.trees.play import Play, assemble, blanked, draw_axes, level, lifted, mean
from schelling.games.trees.recursion import LARGEST_UNROLLED
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import NodeKind, Tree

TOLERANCE = 1e-9
"""Difference, as a share of the owner's payoff span, below which two actions tie."""


class Ties(enum.Enum):
    """What a player does between actions that are equally good for it."""

    FIRST = "the first listed"
    UNIFORM = "each with the same probability"
    FAVOUR_RESPONDER = "what the player who responds to it likes best, then the first listed"


class Perfect(NamedTuple):
    """A subgame-perfect equilibrium, and where the tie rule chose it.

    Attributes:
        play: Choices, reach and values; NaN where `status` says no answer.
        ties: At a decision node, whether its owner has several best actions; at the root of a
            block with hidden information, whether the block has several pure equilibria.
        mixed: At the root of a block, whether it has no pure equilibrium.
        status: SOLVED; DEGENERATE where some node ties; NO_CONVERGENCE where a block has no pure
            equilibrium and no mixed one was found; REFUSED where its table is too large to look
            for one; OUT_OF_DOMAIN where a payoff is not finite.
    """

    play: Play
    ties: Bool[Array, "*draw node"]
    mixed: Bool[Array, "*draw node"]
    status: Int[Array, "*draw"]


def solve(
    game: Tree,
    payoffs: Float[Array | np.ndarray, "*#draw end player"],
    ties: Ties = Ties.FIRST,
    weights: Float[Array, "*#draw open"] | None = None,
    tolerance: float = TOLERANCE,
) -> Perfect:
    """Subgame-perfect equilibrium chosen by a tie rule.

    Args:
        game: The game; static under `jax.jit`.
        payoffs: Payoff of each player at each end, in the game's payoff unit.
        ties: What players do between equally good actions. In blocks with hidden information the
            first pure equilibrium is taken in any case.
        weights: Probability of each edge in `game.open_edges`.
        tolerance: Difference, as a share of the owner's payoff span, below which actions tie.

    Returns:
        The equilibrium with ties and a status per draw.

    Raises:
        GameError: A player has imperfect recall, a block has too many strategy profiles to be
            listed, or open chance has no weights.

    Examples:
        >>> from schelling.games.trees import build
        >>> answer = build.decision("nato", {"ignore": build.end(), "respond": build.end()})
        >>> root = build.decision("russia", {"hold": build.end(), "strike": answer})
        >>> game = build.compile(root, ["russia", "nato"])
        >>> found = solve(game, jnp.array([[0.0, 0.0], [0.3, -1.0], [-1.0, -0.5]]))
        >>> found.play.choice.tolist(), found.play.values[0].tolist()
        ([1.0, 0.0, 0.0, 1.0], [0.0, 0.0])

    References:
        Selten, R. (1965), Spieltheoretische Behandlung eines Oligopolmodells mit
        Nachfragetraegheit, Zeitschrift fuer die gesamte Staatswissenschaft 121.
    """
    blocks.require_recall(game)
    return _solved(game, payoffs, ties, weights, tolerance)


@programs.compiled(0, 2, 4)
def _solved(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"],
    ties: Ties,
    weights: Float[Array, "*#draw open"] | None,
    tolerance: float,
) -> Perfect:
    draws = draw_axes(payoffs, 0.0, weights)
    payoffs = jnp.broadcast_to(payoffs, (*draws, *payoffs.shape[-2:]))
    finite = jnp.isfinite(payoffs).all(axis=(-1, -2))
    payoffs, least = level(payoffs)
    span = jnp.max(payoffs, axis=-2) - jnp.min(payoffs, axis=-2)
    if game.perfect_information and game.size > LARGEST_UNROLLED:
        return _by_levels(game, payoffs, least, ties, weights, tolerance * span)
    state = _State(
        choice=dict(chance.probabilities(game, weights)),
        values={
            node: [payoffs[..., end, player] for player in range(len(game.players))]
            for end, node in enumerate(game.ends)
        },
        tied={},
        mixed={},
        failed=[],
    )
    for block in blocks.cut(game):
        if not block.single:
            played = stage.solve(game, block, state.values, state.choice, draws, tolerance)
            state.choice.update(played.choice)
            state.tied[block.root], state.mixed[block.root] = played.several, played.mixed
            state.failed.append(played.failure)
        elif game.kind[block.root] is NodeKind.DECISION:
            room = tolerance * span[..., game.owner[block.root]]
            _solve_node(game, block.root, state, ties, room)
        for node in reversed(block.nodes):
            below = [state.values[child] for child in game.children[node]]
            state.values[node] = [
                mean(state.choice[node], [value[player] for value in below])
                for player in range(len(game.players))
            ]
    play = lifted(assemble(game, draws, state.choice, state.values), least)
    no = jnp.zeros_like(finite)
    tied = jnp.stack([state.tied.get(node, no) for node in range(game.size)], axis=-1)
    mixed = jnp.stack([state.mixed.get(node, no) for node in range(game.size)], axis=-1)
    return _finished(play, tied, mixed, state.failed, finite)


class _State(NamedTuple):
    """What is solved so far, by node."""

    choice: dict[int, list[Array]]
    values: dict[int, list[Array]]
    tied: dict[int, Array]
    mixed: dict[int, Array]
    failed: list[Int[Array, "*draw"]]


def _finished(
    play: Play,
    ties: Bool[Array, "*draw node"],
    mixed: Bool[Array, "*draw node"],
    failed: list[Int[Array, "*draw"]],
    finite: Bool[Array, "*draw"],
) -> Perfect:
    status = jnp.where(ties.any(axis=-1), int(Status.DEGENERATE), int(Status.SOLVED))
    for failure in failed:
        status = jnp.where(failure > 0, failure, status)
    status = jnp.where(finite, status, int(Status.OUT_OF_DOMAIN))
    solved = (status == int(Status.SOLVED)) | (status == int(Status.DEGENERATE))
    known = finite[..., None]
    return Perfect(blanked(play, solved), ties & known, mixed & known, status)


def _solve_node(
    game: Tree, node: int, state: _State, ties: Ties, room: Float[Array, "*draw"]
) -> None:
    def worth(player: int) -> Float[Array, "1 action *draw"]:
        return jnp.stack([state.values[child][player] for child in game.children[node]])[None]

    responder = responding(game, node) if ties is Ties.FAVOUR_RESPONDER else NONE
    theirs = None if responder == NONE else worth(responder)
    choice, tied = _pick(worth(game.owner[node]), theirs, room[None], ties)
    state.choice[node], state.tied[node] = list(choice[0]), tied[0]


def _pick(
    own: Float[Array, "node action *draw"],
    theirs: Float[Array, "node action *draw"] | None,
    room: Float[Array, " node *draw"],
    ties: Ties,
) -> tuple[Float[Array, "node action *draw"], Bool[Array, " node *draw"]]:
    """Best actions by a tie rule, and whether there was a tie."""
    best = own >= jnp.max(own, axis=1, keepdims=True) - room[:, None]
    count = jnp.sum(best, axis=1)
    if ties is Ties.UNIFORM:
        return best / count[:, None], count > 1
    if theirs is not None:
        theirs = jnp.where(best, theirs, -jnp.inf)
        best &= theirs >= jnp.max(theirs, axis=1, keepdims=True)
    first = jnp.argmax(best, axis=1)
    return jax.nn.one_hot(first, own.shape[1], dtype=float, axis=1), count > 1


def _by_levels(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"],
    least: Float[Array, "*#draw player"],
    ties: Ties,
    weights: Float[Array, "*#draw open"] | None,
    room: Float[Array, "*draw player"],
) -> Perfect:
    """The same for trees with perfect information too large to unroll."""
    rooms = jnp.moveaxis(room, -1, 0)
    others = np.array(game.owner)
    if ties is Ties.FAVOUR_RESPONDER:
        for node in np.flatnonzero(others != NONE).tolist():
            responder = responding(game, node)
            others[node] = others[node] if responder == NONE else responder

    def respond(group: levels.Group, below: Array) -> tuple[Array, Array]:
        own = group.own(below)
        own = jnp.where(group.has(own), own, -jnp.inf)
        theirs = None
        if ties is Ties.FAVOUR_RESPONDER:
            theirs = group.worth(below, jnp.asarray(others)[group.nodes])
        return _pick(own, theirs, rooms[group.owner], ties)

    swept = levels.sweep(game, payoffs, chance.edges(game, weights), respond)
    play = lifted(Play(swept.choice, swept.reach, swept.values), least)
    finite = jnp.isfinite(payoffs).all(axis=(-1, -2))
    return _finished(play, swept.marks, jnp.zeros_like(swept.marks), [], finite)


def responding(game: Tree, node: int) -> int:
    """The player who responds to a move: the next one to move below, else the last one above.

    Args:
        game: The game.
        node: A decision node.

    Returns:
        Index of the player; -1 where nobody else moves.
    """
    mine = game.owner[node]
    last = node + game.subtree_size[node]
    below = [n for n in range(node, last) if game.owner[n] not in (mine, NONE)]
    if below:
        depth = {node: 0}
        for other in range(node + 1, last):
            depth[other] = depth[game.parent[other]] + 1
        return game.owner[min(below, key=lambda other: (depth[other], other))]
    up = game.parent[node]
    while up != NONE and game.owner[up] in (mine, NONE):
        up = game.parent[up]
    return NONE if up == NONE else game.owner[up]
