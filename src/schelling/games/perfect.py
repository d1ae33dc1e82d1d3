"""Subgame-perfect equilibrium by backward induction, with a declared rule for ties.

A single node takes the best action; a block with hidden information takes the first pure Nash
equilibrium of its strategic form and, where there is none, a mixed one. Ties are told apart by a
tolerance relative to the player's payoff span and reported, for shared assumptions make payoffs
equal in every draw. Axes: draws first, any number of them.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling import axes as axes  # noqa: PLC0414 - switches JAX to float64
from schelling.errors import Status
from schelling.games import blocks, nash, recursion, strategic, supports
from schelling.games.blocks import Block, Table
from schelling.games.recursion import Play
from schelling.games.structure import NONE
from schelling.games.tree import Kind, Tree

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
            equilibrium and no mixed one was found; REFUSED where it is too large or has too many
            players to look for a mixed one; OUT_OF_DOMAIN where a payoff is not finite.
    """

    play: Play
    ties: Bool[Array, "*draw node"]
    mixed: Bool[Array, "*draw node"]
    status: Int[Array, "*draw"]


def solve(
    game: Tree,
    payoffs: Float[Array, "*draw end player"],
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
        >>> from schelling.games import build
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
    draws = recursion.draw_axes(payoffs, 0.0, weights)
    payoffs = jnp.broadcast_to(payoffs, (*draws, *payoffs.shape[-2:]))
    span = jnp.max(payoffs, axis=-2) - jnp.min(payoffs, axis=-2)
    state = _State(
        choice=dict(recursion.chance_probabilities(game, weights)),
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
            _solve_block(game, block, draws, state, tolerance)
        elif game.kind[block.root] is Kind.DECISION:
            room = tolerance * span[..., game.owner[block.root]]
            _solve_node(game, block.root, state, ties, room)
        for node in reversed(block.nodes):
            below = [state.values[child] for child in game.children[node]]
            state.values[node] = [
                recursion.mean(state.choice[node], [value[player] for value in below])
                for player in range(len(game.players))
            ]
    play = recursion.assemble(game, draws, state.choice, state.values)
    finite = jnp.isfinite(payoffs).all(axis=(-1, -2))
    return _finished(game, play, state, finite)


class _State(NamedTuple):
    """What is solved so far, by node."""

    choice: dict[int, list[Array]]
    values: dict[int, list[Array]]
    tied: dict[int, Array]
    mixed: dict[int, Array]
    failed: list[Int[Array, "*draw"]]


def _finished(game: Tree, play: Play, state: _State, finite: Bool[Array, "*draw"]) -> Perfect:
    no = jnp.zeros_like(finite)
    tied = jnp.stack([state.tied.get(node, no) for node in range(game.size)], axis=-1)
    mixed = jnp.stack([state.mixed.get(node, no) for node in range(game.size)], axis=-1)
    status = jnp.where(tied.any(axis=-1), int(Status.DEGENERATE), int(Status.SOLVED))
    for failure in state.failed:
        status = jnp.where(failure > 0, failure, status)
    status = jnp.where(finite, status, int(Status.OUT_OF_DOMAIN))
    solved = (status == int(Status.SOLVED)) | (status == int(Status.DEGENERATE))
    there = solved[..., None]
    return Perfect(recursion.blanked(play, solved), tied & there, mixed & there, status)


def _solve_node(
    game: Tree, node: int, state: _State, ties: Ties, room: Float[Array, "*draw"]
) -> None:
    own = jnp.stack([state.values[child][game.owner[node]] for child in game.children[node]])
    best = own >= jnp.max(own, axis=0) - room
    state.tied[node] = jnp.sum(best, axis=0) > 1
    if ties is Ties.UNIFORM:
        share = best / jnp.sum(best, axis=0)
        state.choice[node] = list(share)
        return
    responder = responding(game, node) if ties is Ties.FAVOUR_RESPONDER else NONE
    if responder != NONE:
        theirs = jnp.stack([state.values[child][responder] for child in game.children[node]])
        theirs = jnp.where(best, theirs, -jnp.inf)
        best &= theirs >= jnp.max(theirs, axis=0)
    first = jnp.argmax(best, axis=0)
    state.choice[node] = [(first == a).astype(float) for a in range(own.shape[0])]


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


def _solve_block(
    game: Tree, block: Block, draws: tuple[int, ...], state: _State, tolerance: float
) -> None:
    """First pure equilibrium of the block's strategic form, else a mixed one."""
    form = blocks.table(game, block)
    worth = recursion.stack([v for node in block.exits for v in state.values[node]], draws)
    worth = worth.reshape(-1, len(block.exits), len(game.players))
    luck = jnp.stack(
        [_luck(game, block, node, state, draws).reshape(-1) for node in block.exits], axis=-1
    )
    payoffs = _payoffs(form, worth[..., jnp.array(form.players)], luck)
    steady = strategic.pure(payoffs, tolerance)
    flat = steady.reshape(steady.shape[0], -1)
    found = flat.any(axis=1)
    first = jnp.argmax(flat, axis=1)
    index = jnp.unravel_index(first, steady.shape[1:])
    mixture = [
        jax.nn.one_hot(picked, size, dtype=float)
        for picked, size in zip(index, steady.shape[1:], strict=True)
    ]
    mixture, failure = _mixed(payoffs, mixture, found, tolerance)
    for player, mine in enumerate(mixture):
        _behave(game, form, player, mine, draws, state)
    state.tied[block.root] = (jnp.sum(flat, axis=1) > 1).reshape(draws)
    state.mixed[block.root] = (~found).reshape(draws)
    state.failed.append(failure.reshape(draws))


def _luck(
    game: Tree, block: Block, node: int, state: _State, draws: tuple[int, ...]
) -> Float[Array, "*draw"]:
    """Probability of the chance moves on the way from the block's root to one of its exits."""
    luck = jnp.ones(draws)
    while node != block.root:
        up = game.parent[node]
        if game.kind[up] is Kind.CHANCE:
            luck = luck * state.choice[up][game.slot[node]]
        node = up
    return luck


def _payoffs(
    form: Table, worth: Float[Array, "draw exit player"], luck: Float[Array, "draw exit"]
) -> Float[Array, "draw *strategy player"]:
    """Expected payoffs of every profile of strategies."""
    count = len(form.players)
    letters = "abcdefghijklmnopqrstuvw"[:count]
    masks = ",".join(f"{letter}x" for letter in letters)
    return jnp.einsum(f"{masks},zx,zxy->z{letters}y", *form.allows, luck, worth)


def _mixed(
    payoffs: Float[Array, "draw *strategy player"],
    mixture: list[Array],
    found: Bool[Array, " draw"],
    tolerance: float,
) -> tuple[list[Array], Int[Array, " draw"]]:
    """Fill in a mixed equilibrium where no pure one was found."""
    shape = payoffs.shape[1:-1]
    fits = len(shape) == 2 and supports.count_pairs(*shape) <= nash.MOST_PAIRS
    if not fits:
        failure = jnp.where(found, int(Status.SOLVED), int(Status.REFUSED))
        blank = [jnp.where(found[:, None], mine, jnp.nan) for mine in mixture]
        return blank, failure

    def look() -> tuple[Array, Array]:
        others = nash.find(payoffs, tolerance)
        return others.row[:, 0], others.column[:, 0]

    def skip() -> tuple[Array, Array]:
        return mixture[0], mixture[1]

    either = cast("Callable[..., tuple[Array, Array]]", jax.lax.cond)
    row, column = either(found.all(), skip, look)
    failed = ~found & jnp.isnan(row[:, 0])
    filled = [
        jnp.where(found[:, None], mine, other)
        for mine, other in zip(mixture, (row, column), strict=True)
    ]
    return filled, jnp.where(failed, int(Status.NO_CONVERGENCE), int(Status.SOLVED))


def _behave(
    game: Tree,
    form: Table,
    player: int,
    mixture: Float[Array, "draw strategy"],
    draws: tuple[int, ...],
    state: _State,
) -> None:
    """Turn a mixture over strategies into choices at every set (Kuhn's theorem)."""
    listed = np.array(form.strategies[player])
    for position, index in enumerate(form.sets[player]):
        infoset = game.infosets[index]
        reaching = _reaching(game, form, player, index)
        taken = [
            mixture @ jnp.asarray(reaching * (listed[:, position] == action))
            for action in range(len(infoset.actions))
        ]
        total = sum(taken[1:], start=taken[0])
        first = [1.0] + [0.0] * (len(taken) - 1)
        share = [
            jnp.where(total == 0, default, mass / jnp.where(total == 0, 1.0, total)).reshape(draws)
            for mass, default in zip(taken, first, strict=True)
        ]
        state.choice.update({node: share for node in infoset.members})


def _reaching(game: Tree, form: Table, player: int, index: int) -> Float[np.ndarray, " strategy"]:
    """Which strategies of a player do not keep play from one of its own sets."""
    required: dict[int, int] = {}
    node = game.infosets[index].members[0]
    while game.parent[node] != NONE:
        up = game.parent[node]
        if game.infoset[up] in form.sets[player]:
            required[game.infoset[up]] = game.slot[node]
        node = up
    rows = [
        all(strategy[form.sets[player].index(own)] == slot for own, slot in required.items())
        for strategy in form.strategies[player]
    ]
    return np.array(rows, dtype=np.float64)
