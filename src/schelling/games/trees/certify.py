"""How far play in a tree is from equilibrium, computed from scratch.

Nothing here calls a solver or is called by one, and it is plain NumPy where they are JAX: if a
solver is wrong, its answer fails here. Reads choices, whoever made them. Axes: (draw, edge) for
choices, (draw, end, player) for payoffs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from schelling.games.errors import GameError
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import NodeKind, Tree

Choice = Float[np.ndarray, "draw edge"]
"""Probability of each edge given that its node is reached, chance included."""
Payoffs = Float[np.ndarray, "draw end player"]
"""Payoff of each player at each end, in the game's payoff unit."""
_PerNode = Float[np.ndarray, "draw node"]


class Regret(NamedTuple):
    """Most that each player could still gain, in payoff units; zero at an equilibrium.

    Attributes:
        agent: By changing one choice at one information set, given that it is reached; sets that
            the others never let be reached inside their subgame are left out.
        strategy: By changing the whole strategy, as seen before the game starts.
        subgame: By changing the whole strategy in the subgame where that gains most; zero means
            subgame perfect.
    """

    agent: Float[np.ndarray, "draw player"]
    strategy: Float[np.ndarray, "draw player"]
    subgame: Float[np.ndarray, "draw player"]


def regret(game: Tree, payoffs: Payoffs, choice: Choice) -> Regret:
    """Most that each player could gain by changing its play, the others' play given.

    Args:
        game: The game, with perfect recall.
        payoffs: Payoff of each player at each end.
        choice: Probability of each edge given that its node is reached, chance included.

    Returns:
        Gains in payoff units; NaN in draws whose choices are NaN.

    Raises:
        GameError: A player has imperfect recall, so a best reply cannot be built from its ends.

    Examples:
        >>> from schelling.games.trees import build
        >>> root = build.decision("ann", {"l": build.end(), "r": build.end()})
        >>> game = build.compile(root, ["ann"])
        >>> gains = regret(game, np.array([[[1.0], [0.0]]]), np.array([[0.25, 0.75]]))
        >>> float(gains.strategy[0, 0])
        0.75
    """
    if game.forgettings:
        msg = f"player {game.players[game.forgettings[0].player]!r} has imperfect recall"
        raise GameError(msg)
    payoffs = _level(payoffs)
    shape = (choice.shape[0], len(game.players))
    agent, strategy, subgame = (np.zeros(shape) for _ in range(3))
    for player in range(len(game.players)):
        worth = _worth(game, payoffs[..., player], choice)
        agent[:, player] = _agent_gain(game, player, worth, choice)
        best = _best_reply(game, player, payoffs[..., player], choice)
        gains = best[:, list(game.subgames)] - worth[:, list(game.subgames)]
        strategy[:, player] = gains[:, 0] if game.subgames else 0.0
        subgame[:, player] = gains.max(axis=1, initial=0.0)
    return Regret(*(np.maximum(gain, 0.0) for gain in (agent, strategy, subgame)))


def logit_residual(
    game: Tree,
    payoffs: Payoffs,
    choice: Choice,
    precision: float | Float[np.ndarray, "#draw #infoset"],
) -> Float[np.ndarray, " draw"]:
    """Largest difference between a choice and the logit response to the play itself.

    Args:
        game: The game.
        payoffs: Payoff of each player at each end.
        choice: Probability of each edge given that its node is reached, chance included.
        precision: One over the payoff unit: one number, or one per draw and information set.

    Returns:
        Difference of probabilities; zero exactly at a logit agent quantal response equilibrium.
    """
    payoffs = _level(payoffs)
    sharp = np.broadcast_to(np.asarray(precision, float), (choice.shape[0], len(game.infosets)))
    worst = np.where(np.isfinite(choice).all(axis=1), 0.0, np.nan)
    worths = [_worth(game, payoffs[..., player], choice) for player in range(len(game.players))]
    reach = _log_reach(game, choice, NONE)
    for index, infoset in enumerate(game.infosets):
        value, believed = _action_worth(game, index, worths[infoset.player], reach)
        scaled = sharp[:, index, None] * value
        raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        target = raised / raised.sum(axis=1, keepdims=True)
        first = game.first_edge[infoset.members[0]]
        gap = np.abs(choice[:, first : first + value.shape[1]] - target).max(axis=1)
        worst = np.maximum(worst, np.where(believed, gap, 0.0))
    return worst


def beliefs(game: Tree, logs: Float[np.ndarray, "draw edge"]) -> Float[np.ndarray, "draw node"]:
    """What the owner of a set believes of its nodes, by Bayes' rule from everybody's choices.

    Args:
        game: The game.
        logs: Logarithm of the probability of each edge, so that what is very improbable still
            gives a belief.

    Returns:
        Probability of each node of an information set, given that the set is reached; zero at other
        nodes; NaN at sets that cannot be reached at all.
    """
    reach = _log_steps(game, logs, NONE)
    found = np.zeros((logs.shape[0], game.size))
    for infoset in game.infosets:
        members = list(infoset.members)
        top = reach[:, members].max(axis=1, keepdims=True)
        with np.errstate(invalid="ignore"):  # of a set that cannot be reached
            weight = np.exp(reach[:, members] - top)
        found[:, members] = weight / weight.sum(axis=1, keepdims=True)
    return found


def sequential_regret(
    game: Tree, payoffs: Payoffs, choice: Choice, belief: Float[np.ndarray, "draw node"]
) -> Float[np.ndarray, "draw player"]:
    """Most that each player could gain by one other choice at one of its sets, given beliefs.

    Args:
        game: The game, with perfect recall.
        payoffs: Payoff of each player at each end.
        choice: Probability of each edge given that its node is reached, chance included.
        belief: Probability of each node of an information set, given that the set is reached.

    Returns:
        Gains in payoff units over all sets, reached or not; all zero exactly if every choice is
        best at its set, which for consistent beliefs makes a sequential equilibrium.

    References:
        Kreps and Wilson, Sequential equilibria, Econometrica 50, 1982; one choice at a time is
        enough: Hendon, Jacobsen and Sloth, The one-shot-deviation principle for sequential
        rationality, Games and Economic Behavior 12, 1996.
    """
    payoffs = _level(payoffs)
    gain = np.zeros((choice.shape[0], len(game.players)))
    worths = [_worth(game, payoffs[..., player], choice) for player in range(len(game.players))]
    for infoset in game.infosets:
        members, worth = list(infoset.members), worths[infoset.player]
        below = np.array([game.children[node] for node in members])
        value = (belief[:, members, None] * worth[:, below]).sum(axis=1)
        first = game.first_edge[members[0]]
        mean = (choice[:, first : first + value.shape[1]] * value).sum(axis=1)
        gain[:, infoset.player] = np.maximum(gain[:, infoset.player], value.max(axis=1) - mean)
    return gain


def untested(game: Tree, choice: Choice) -> Bool[np.ndarray, "draw infoset"]:
    """Sets that play never reaches inside their subgame, so that Nash there asks nothing of them.

    Args:
        game: The game.
        choice: Probability of each edge given that its node is reached, chance included.

    Returns:
        Marks; subgame perfection leaves the choices at these sets free as long as nobody gains by
        a way that leads there.
    """
    reach = _log_reach(game, choice, NONE)
    members = [list(infoset.members) for infoset in game.infosets]
    return np.stack([np.isneginf(reach[:, own]).all(axis=1) for own in members], axis=1)


def incredible(game: Tree, payoffs: Payoffs, choice: Choice) -> Bool[np.ndarray, "draw infoset"]:
    """Sets at which an action is taken although another one pays more at every node of the set.

    Args:
        game: The game.
        payoffs: Payoff of each player at each end.
        choice: Probability of each edge given that its node is reached, chance included.

    Returns:
        Marks; no belief makes such a choice best, what is played later being given.
    """
    payoffs = _level(payoffs)
    found: list[np.ndarray] = []
    worths = [_worth(game, payoffs[..., player], choice) for player in range(len(game.players))]
    for infoset in game.infosets:
        members, worth = list(infoset.members), worths[infoset.player]
        below = np.array([game.children[node] for node in members])
        value = worth[:, below]
        first = game.first_edge[members[0]]
        taken = choice[:, first : first + value.shape[2]] > 0
        beaten = np.any(np.all(value[:, :, :, None] < value[:, :, None, :], axis=1), axis=2)
        found.append(np.asarray(np.any(taken & beaten, axis=1)))
    return np.stack(found, axis=1)


def spans(payoffs: Payoffs) -> Float[np.ndarray, "draw player"]:
    """Difference between each player's best and worst end, to judge regret and precision by.

    Args:
        payoffs: Payoff of each player at each end.

    Returns:
        Spans in payoff units; precision times span has no unit.
    """
    return np.ptp(payoffs, axis=1)


def _level(payoffs: Payoffs) -> Payoffs:
    """Payoffs less the one of each player that is nearest to zero, which moves no choice."""
    if not payoffs.size:
        return payoffs
    place = np.abs(payoffs).argmin(axis=1)[:, None]
    return payoffs - np.take_along_axis(payoffs, place, axis=1)


def _worth(game: Tree, payoff: Float[np.ndarray, "draw end"], choice: Choice) -> _PerNode:
    """Expected payoff of one player from every node on."""
    worth = np.zeros((choice.shape[0], game.size))
    for node in range(game.size - 1, -1, -1):
        if game.kind[node] is NodeKind.END:
            worth[:, node] = payoff[:, game.end_of[node]]
        for action, child in enumerate(game.children[node]):
            worth[:, node] += choice[:, game.first_edge[node] + action] * worth[:, child]
    return worth


def _log_reach(game: Tree, choice: Choice, without: int) -> _PerNode:
    """Log-probability of a node from the last subgame root on, without one player's own part."""
    with np.errstate(divide="ignore"):
        steps = np.log(choice)
    return _log_steps(game, steps, without)


def _log_steps(game: Tree, steps: Float[np.ndarray, "draw edge"], without: int) -> _PerNode:
    roots = set(game.subgames)
    reach = np.zeros((steps.shape[0], game.size))
    for node, up in enumerate(game.parent):
        if up != NONE and node not in roots:
            own = without != NONE and game.owner[up] == without
            step = 0.0 if own else steps[:, game.first_edge[up] + game.slot[node]]
            reach[:, node] = reach[:, up] + step
    return reach


def _action_worth(
    game: Tree, index: int, worth: _PerNode, reach: _PerNode
) -> tuple[Float[np.ndarray, "draw action"], np.ndarray]:
    """Worth of every action at a set under Bayes' rule, and whether the rule applies."""
    infoset = game.infosets[index]
    members = list(infoset.members)
    top = reach[:, members].max(axis=1, keepdims=True)
    believed = np.isfinite(top[:, 0])
    weight = np.exp(reach[:, members] - np.where(np.isfinite(top), top, 0.0))
    weight /= np.where(believed[:, None], weight.sum(axis=1, keepdims=True), 1.0)
    columns = [
        (weight * worth[:, [game.children[node][action] for node in members]]).sum(axis=1)
        for action in range(len(infoset.actions))
    ]
    return np.stack(columns, axis=1), believed


def _agent_gain(
    game: Tree, player: int, worth: _PerNode, choice: Choice
) -> Float[np.ndarray, " draw"]:
    reach = _log_reach(game, choice, player)
    gain = np.where(np.isfinite(choice).all(axis=1), 0.0, np.nan)
    for index, infoset in enumerate(game.infosets):
        if infoset.player == player:
            value, believed = _action_worth(game, index, worth, reach)
            first = game.first_edge[infoset.members[0]]
            mean = (choice[:, first : first + value.shape[1]] * value).sum(axis=1)
            gain = np.maximum(gain, np.where(believed, value.max(axis=1) - mean, 0.0))
    return gain


def _best_reply(
    game: Tree, player: int, payoff: Float[np.ndarray, "draw end"], choice: Choice
) -> _PerNode:
    """Worth of every node to a player who plays its best reply from there on.

    Sets are settled from the last one up: with perfect recall the player's own later sets are
    settled first, so what an action is worth at a set is known, and others' and chance's moves on
    the way weigh its nodes.
    """
    draws = choice.shape[0]
    reach = _log_reach(game, choice, player)
    picked: dict[int, np.ndarray] = {}
    best = np.full((draws, game.size), np.nan)
    own = [index for index, s in enumerate(game.infosets) if s.player == player]
    pending = sorted(own, key=lambda index: game.infosets[index].members[0], reverse=True)
    known = np.zeros(game.size, dtype=bool)

    def fill(root: int) -> None:
        waiting, unknown = [root], list[int]()
        while waiting:
            node = waiting.pop()
            if not known[node]:
                unknown.append(node)
                waiting.extend(game.children[node])
        for node in sorted(unknown, reverse=True):
            best[:, node] = _node_worth(game, player, payoff, choice, best, picked, node)
            known[node] = True

    for index in pending:
        members = game.infosets[index].members
        for node in members:
            for child in game.children[node]:
                fill(child)
        value, _ = _action_worth(game, index, best, reach)
        picked[index] = value.argmax(axis=1)
    fill(0)
    return best


def _node_worth(
    game: Tree,
    player: int,
    payoff: Float[np.ndarray, "draw end"],
    choice: Choice,
    best: _PerNode,
    picked: dict[int, np.ndarray],
    node: int,
) -> Float[np.ndarray, " draw"]:
    if game.kind[node] is NodeKind.END:
        return payoff[:, game.end_of[node]]
    below = best[:, list(game.children[node])]
    if game.owner[node] == player:
        index = picked[game.infoset[node]]
        return np.take_along_axis(below, index[:, None], axis=1)[:, 0]
    first = game.first_edge[node]
    return (choice[:, first : first + below.shape[1]] * below).sum(axis=1)
