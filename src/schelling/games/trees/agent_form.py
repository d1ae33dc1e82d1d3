"""Logit agent quantal response in any tree with perfect recall, hidden information included.

Every information set is played by an agent of its own, who weighs the members of the set by Bayes'
rule and picks each action with a probability proportional to the exponential of precision times its
expected payoff. Subgames are solved from the ends up: single nodes in closed form, blocks with
hidden information by following the branch of equilibria that starts at uniform play (the principal
branch). Axes: draws first, any number of them.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.errors import Status
from schelling.games import programs
from schelling.games.paths import continuation
from schelling.games.paths.arclength import STANDARD, System, WalkSettings
from schelling.games.trees import blocks, chance, recursion
from schelling.games.trees.blocks import Block
from schelling.games.trees.play import (
    Play,
    Precision,
    assemble,
    blanked,
    draw_axes,
    level,
    lifted,
    mean,
    precision_at,
    stack,
)
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import NodeKind, Tree

_LEAST = 1e-300  # chance this improbable still gives the sets behind it a belief


PRINCIPAL = "principal branch: followed from uniform play at precision 0, first crossing"
ONLY = "the only equilibrium: backward recursion in closed form"


def selection(game: Tree) -> str:
    """How the answer of `solve` is chosen among possibly several equilibria.

    Args:
        game: The game.

    Returns:
        A phrase to print beside every number.
    """
    return ONLY if game.perfect_information else PRINCIPAL


class AgentQuantal(NamedTuple):
    """A logit agent quantal response equilibrium, and how it was reached.

    Attributes:
        play: Choices, reach and values; NaN where `status` says no answer.
        logs: Logarithm of every choice, also of those too improbable for a float; without meaning
            where `status` says no answer.
        status: `schelling.errors.Status`, the worst over the blocks. DEGENERATE: the branch met a
            bifurcation on its way, and the answer is the continuation straight on.
        folds: Times the branches turned back or forth in precision.
        steps: Steps along the branches; zero in closed form.
    """

    play: Play
    logs: Float[Array, "*draw edge"]
    status: Int[Array, "*draw"]
    folds: Int[Array, "*draw"]
    steps: Int[Array, "*draw"]


def solve(
    game: Tree,
    payoffs: Float[Array | np.ndarray, "*#draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None = None,
    settings: WalkSettings = STANDARD,
) -> AgentQuantal:
    """Logit agent quantal response equilibrium on the principal branch.

    Args:
        game: The game; static under `jax.jit`.
        payoffs: Payoff of each player at each end, in the game's payoff unit.
        precision: One number or one per draw, or `PerPlayer`, or `PerNode` (at a set of several
            nodes that of its first).
        weights: Probability of each edge in `game.open_edges`.
        settings: Rules of the walk along the branch.

    Returns:
        The equilibrium with a status per draw.

    Raises:
        GameError: A player has imperfect recall, or open chance has no weights.

    References:
        McKelvey, R. D. and Palfrey, T. R. (1998), Quantal response equilibria for extensive form
        games, Experimental Economics 1, 9-41; Turocy, T. L. (2010), Computing sequential
        equilibria using agent quantal response equilibria, Economic Theory 42, 255-269.
    """
    blocks.require_recall(game)
    return _solved(game, payoffs, precision, weights, settings)


@programs.compiled(0, 4)
def _solved(
    game: Tree,
    payoffs: Float[Array, "*#draw end player"],
    precision: Precision,
    weights: Float[Array, "*#draw open"] | None,
    settings: WalkSettings,
) -> AgentQuantal:
    draws = draw_axes(payoffs, precision, weights)
    finite = jnp.broadcast_to(jnp.isfinite(payoffs).all(axis=(-1, -2)), draws)
    if game.perfect_information:
        closed = recursion.solve(game, payoffs, precision, weights)
        return _finished(closed, jnp.log(closed.choice), [], finite)
    payoffs, least = level(payoffs)
    luck = chance.probabilities(game, weights)
    players = range(len(game.players))
    choice: dict[int, list[Array]] = dict(luck)
    values = {
        node: [payoffs[..., end, player] for player in players]
        for end, node in enumerate(game.ends)
    }
    parts: list[_Part] = []
    for block in blocks.cut(game):
        if not block.single:
            parts.append(_follow(game, block, draws, values, luck, precision, settings))
            choice.update(parts[-1].choice)
        elif game.kind[block.root] is NodeKind.DECISION:
            own = [values[child][game.owner[block.root]] for child in game.children[block.root]]
            scale = precision_at(game, precision, block.root)
            choice[block.root] = recursion.softmax(own, scale)
        for node in reversed(block.nodes):
            below = [values[child] for child in game.children[node]]
            values[node] = [
                mean(choice[node], [value[player] for value in below]) for player in players
            ]
    play = lifted(assemble(game, draws, choice, values), least)
    logs: dict[int, list[Array]] = {}
    for part in parts:
        logs.update(part.logs)
    edges = [
        logs[node][action] if node in logs else jnp.log(choice[node][action])
        for node, action in game.edges
    ]
    return _finished(play, stack(edges, draws), parts, finite)


class _Part(NamedTuple):
    """What one block contributes."""

    logs: dict[int, list[Array]]
    choice: dict[int, list[Array]]
    status: Int[Array, "*draw"]
    folds: Int[Array, "*draw"]
    steps: Int[Array, "*draw"]


def _finished(
    play: Play, logs: Array, parts: list[_Part], finite: Bool[Array, "*draw"]
) -> AgentQuantal:
    nothing = jnp.zeros(finite.shape, dtype=int)
    status = jnp.where(finite, int(Status.SOLVED), int(Status.OUT_OF_DOMAIN))
    for rank in (Status.DEGENERATE, Status.NO_CONVERGENCE, Status.OUT_OF_DOMAIN):
        for part in parts:
            status = jnp.where(part.status == int(rank), int(rank), status)
    solved = (status == int(Status.SOLVED)) | (status == int(Status.DEGENERATE))
    return AgentQuantal(
        blanked(play, solved),
        logs,
        status,
        sum((part.folds for part in parts), start=nothing),
        sum((part.steps for part in parts), start=nothing),
    )


def _follow(
    game: Tree,
    block: Block,
    draws: tuple[int, ...],
    values: dict[int, list[Array]],
    luck: dict[int, list[Array]],
    precision: Precision,
    settings: WalkSettings,
) -> _Part:
    """Solve a block with hidden information by continuation in the precision from zero."""
    exits = stack([v for node in block.exits for v in values[node]], draws)
    odds = stack([p for node in _chance_nodes(game, block) for p in luck[node]], draws)
    scales = stack(
        [jnp.asarray(precision_at(game, precision, game.infosets[i].members[0]))
         for i in block.infosets], draws,
    )  # fmt: skip
    count = prod(draws)
    worth = exits.reshape(count, len(block.exits), len(game.players))
    span = jnp.max(jnp.max(worth, axis=1) - jnp.min(worth, axis=1), axis=1)
    span = jnp.where(span > 0, span, 1.0)
    scales = scales.reshape(count, len(block.infosets))
    target = jnp.max(scales, axis=1)
    params = {
        "worth": worth / span[:, None, None],
        "luck": jnp.log(jnp.maximum(odds.reshape(count, odds.shape[-1]), _LEAST)),
        "share": scales / jnp.where(target > 0, target, 1.0)[:, None],
    }
    ends = continuation.follow(_system(game, block), params, target * span, settings=settings)
    logits = _log_choices(game, block, ends.z.T)
    logs = {
        node: [row.reshape(draws) for row in logits[game.infoset[node]]]
        for node in block.nodes
        if game.kind[node] is NodeKind.DECISION
    }
    choice = {node: [jnp.exp(row) for row in rows] for node, rows in logs.items()}
    return _Part(
        logs, choice, *(leaf.reshape(draws) for leaf in (ends.status, ends.folds, ends.steps))
    )


def _chance_nodes(game: Tree, block: Block) -> list[int]:
    return [node for node in block.nodes if game.kind[node] is NodeKind.CHANCE]


@lru_cache(maxsize=256)
def _system(game: Tree, block: Block) -> System:
    """Equations of a block: log-odds are precision times the differences in expected payoff."""
    size = sum(len(game.infosets[index].actions) - 1 for index in block.infosets)

    def residual(z: Array, t: Array, params: Any) -> Array:
        logs = _log_choices(game, block, z)
        worth = _action_values(game, block, logs, params["luck"], params["worth"])
        rows: list[Array] = []
        position = 0
        for turn, index in enumerate(block.infosets):
            value = worth[index]
            for action in range(1, len(value)):
                pull = t * params["share"][turn] * (value[action] - value[0])
                rows.append(z[position] - pull)
                position += 1
        return jnp.stack(rows)

    return continuation.of_residual(size, residual)


def _log_choices(
    game: Tree, block: Block, z: Float[Array, " unknown *draw"]
) -> dict[int, list[Array]]:
    """Log-probability of every action at every set, from log-odds against the first action."""
    found: dict[int, list[Array]] = {}
    position = 0
    for index in block.infosets:
        count = len(game.infosets[index].actions)
        odds = [jnp.zeros_like(z[:1].sum(axis=0)), *z[position : position + count - 1]]
        position += count - 1
        total = jax.nn.logsumexp(jnp.stack(odds), axis=0)
        found[index] = [odd - total for odd in odds]
    return found


def _action_values(
    game: Tree,
    block: Block,
    logs: dict[int, list[Array]],
    luck: Float[Array, " outcome"],
    worth: Float[Array, "exit player"],
) -> dict[int, list[Array]]:
    """Expected payoff of every action at every set to its owner, under Bayes' rule."""
    steps = dict(_steps(game, block, logs, luck))
    reach: dict[int, Array] = {block.root: jnp.zeros(())}
    for node in block.nodes:
        for child, step in zip(game.children[node], steps[node], strict=True):
            reach[child] = reach[node] + step
    values: dict[int, list[Array]] = {
        node: [worth[position, player] for player in range(len(game.players))]
        for position, node in enumerate(block.exits)
    }
    for node in reversed(block.nodes):
        below = [values[child] for child in game.children[node]]
        weights = [jnp.exp(step) for step in steps[node]]
        values[node] = [
            mean(weights, [value[player] for value in below]) for player in range(len(game.players))
        ]
    found: dict[int, list[Array]] = {}
    for index in block.infosets:
        infoset = game.infosets[index]
        belief = jax.nn.softmax(jnp.stack([reach[node] for node in infoset.members]))
        found[index] = [
            mean(
                list(belief),
                [values[game.children[node][action]][infoset.player] for node in infoset.members],
            )
            for action in range(len(infoset.actions))
        ]
    return found


def _steps(
    game: Tree, block: Block, logs: dict[int, list[Array]], luck: Float[Array, " outcome"]
) -> list[tuple[int, list[Array]]]:
    """Log-probability of every step out of every node of a block."""
    found: list[tuple[int, list[Array]]] = []
    position = 0
    for node in block.nodes:
        if game.infoset[node] != NONE:
            found.append((node, logs[game.infoset[node]]))
        else:
            count = len(game.children[node])
            found.append((node, [luck[position + k] for k in range(count)]))
            position += count
    return found
