"""Statistical forms of a tree: where the noise sits, and whether the players know it.

The same standard deviation means different things. Agent error: a player's hand slips after it has
decided by the others' average behaviour, so noise disturbs the payoff of an action as a whole.
Private information: every player knows shocks to its own payoffs at the ends, which the others and
the analyst do not, and by which it decides; shocks at likely ends weigh more. Outcome probabilities
only; estimation is elsewhere. Axes: draws first, any number of them.
"""

from __future__ import annotations

import enum

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from schelling.games.errors import GameError
from schelling.games.trees import chance, recursion
from schelling.games.trees.play import Play, assemble, draw_axes, mean
from schelling.games.trees.structure import NONE
from schelling.games.trees.tree import NodeKind, Tree


class Uncertainty(enum.Enum):
    """Whose uncertainty the noise is."""

    AGENT_ERROR = "each action's expected payoff is disturbed after the fact"
    PRIVATE_INFORMATION = "each end's payoff is disturbed, known to its player only"


class Noise(enum.Enum):
    """How the disturbances are distributed; the scale is their parameter."""

    NORMAL = "normal, the scale its standard deviation (strategic probit)"
    GUMBEL = "type-one extreme value of that scale (strategic logit)"


def solve(
    game: Tree,
    payoffs: Float[Array | np.ndarray, "*#draw end player"],
    scale: Float[Array, "*#draw"] | float = 1.0,
    uncertainty: Uncertainty = Uncertainty.PRIVATE_INFORMATION,
    noise: Noise = Noise.NORMAL,
    weights: Float[Array, "*#draw open"] | None = None,
) -> Play:
    """Outcome probabilities of a tree whose payoffs are disturbed, by backward recursion.

    With agent error and Gumbel noise this is the logit agent quantal response at a precision of
    one over the scale. Private information is for normal noise, where sums of shocks stay normal;
    a player who moves again later is taken to judge its own later moves as the analyst does.

    Args:
        game: A game of perfect information; with normal noise two actions per decision.
        payoffs: Mean payoff of each player at each end.
        scale: Scale of each disturbance, in payoff units; positive.
        uncertainty: Whose uncertainty the noise is.
        noise: Its distribution.
        weights: Probability of each edge in `game.open_edges`.

    Returns:
        Choices, reach and values; the values are means without the disturbances.

    Raises:
        GameError: Hidden information, more than two actions with normal noise, or private
            information with Gumbel noise.

    Examples:
        >>> from schelling.games.trees import build
        >>> root = build.decision("ann", {"l": build.end(), "r": build.end()})
        >>> game = build.compile(root, ["ann"])
        >>> play = solve(game, jnp.array([[1.0], [0.0]]))
        >>> round(float(play.choice[0]), 6)
        0.76025

    References:
        Signorino, C. S. (1999), Strategic interaction and the statistical analysis of
        international conflict, American Political Science Review 93, 279-297; Signorino, C. S.
        (2003), Structure and uncertainty in discrete choice models, Political Analysis 11.
    """
    recursion.require_perfect_information(game)
    _require_form(game, uncertainty, noise)
    payoffs = jnp.asarray(payoffs)
    draws = draw_axes(payoffs, scale, weights)
    choice = dict(chance.probabilities(game, weights))
    players = range(len(game.players))
    values: dict[int, list[Array]] = {}
    spread: dict[int, list[Array]] = {}
    for node in reversed(range(game.size)):
        if game.kind[node] is NodeKind.END:
            values[node] = [payoffs[..., game.end_of[node], player] for player in players]
            spread[node] = [jnp.ones(()) for _ in players]
            continue
        below = game.children[node]
        if game.kind[node] is NodeKind.DECISION:
            owner = game.owner[node]
            own = [values[child][owner] for child in below]
            shocks = [spread[child][owner] for child in below]
            choice[node] = _response(own, shocks, scale, uncertainty, noise)
        values[node] = [mean(choice[node], [values[c][i] for c in below]) for i in players]
        squares = [share * share for share in choice[node]]
        spread[node] = [mean(squares, [spread[c][i] for c in below]) for i in players]
    return assemble(game, draws, choice, values)


def _require_form(game: Tree, uncertainty: Uncertainty, noise: Noise) -> None:
    if noise is Noise.GUMBEL:
        if uncertainty is Uncertainty.PRIVATE_INFORMATION:
            msg = "private information needs normal noise: sums of Gumbel shocks are not Gumbel"
            raise GameError(msg)
        return
    for node, owner in enumerate(game.owner):
        if owner != NONE and len(game.children[node]) != 2:
            msg = (
                f"node {node} has {len(game.children[node])} actions; normal noise needs two "
                "(use Noise.GUMBEL)"
            )
            raise GameError(msg)


def _response(
    own: list[Array],
    shocks: list[Array],
    scale: Array | float,
    uncertainty: Uncertainty,
    noise: Noise,
) -> list[Array]:
    """Choice probabilities; `shocks` are variances of the disturbance of each action's worth."""
    if noise is Noise.GUMBEL:
        return recursion.softmax(own, 1.0 / jnp.asarray(scale))
    private = uncertainty is Uncertainty.PRIVATE_INFORMATION
    variance = shocks[0] + shocks[1] if private else 2.0
    lead = (own[0] - own[1]) / (scale * jnp.sqrt(variance))
    return [jax.scipy.stats.norm.cdf(lead), jax.scipy.stats.norm.cdf(-lead)]
