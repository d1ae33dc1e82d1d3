"""A sequential equilibrium: the limit of agent quantal response as precision grows.

Along the principal branch of agent quantal response every set is reached, so there are beliefs
everywhere, and its limit points are sequential equilibria (McKelvey and Palfrey 1998, theorem 4;
Turocy 2010). The branch is followed up a ladder of precisions. What is mixed in the limit is
approached like one over precision, so two rungs give the limit by Richardson's extrapolation; the
answer counts if no choice at any set, reached or not, could be better by more than a tolerance,
given the beliefs in the limit. Axes: draw first.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from schelling.errors import Status
from schelling.games.trees import agent_form, certify
from schelling.games.trees.play import draw_axes
from schelling.games.trees.tree import Tree

TOLERANCE = 1e-8
"""Gain at a set, as a share of the largest payoff span, that counts as none."""

_FIRST, _LAST, _FACTOR = 64.0, 2.0**20, 4.0  # precision times span
_ZERO = 1e-7  # probabilities of an extrapolation that are none


class Sequential(NamedTuple):
    """A sequential equilibrium per draw.

    Attributes:
        choice: Probability of each edge given that its node is reached; NaN without an answer.
        belief: Probability of each node of a set given that the set is reached.
        regret: Most that each player could gain by one other choice at one set, given beliefs.
        precision: The largest precision that was used.
        status: NO_CONVERGENCE where the tolerance was not met, else as in `agent_form`; DEGENERATE
            where the branch met a bifurcation.
    """

    choice: Float[np.ndarray, "draw edge"]
    belief: Float[np.ndarray, "draw node"]
    regret: Float[np.ndarray, "draw player"]
    precision: Float[np.ndarray, " draw"]
    status: Int[np.ndarray, " draw"]


def solve(
    game: Tree,
    payoffs: Float[np.ndarray, "draw end player"],
    weights: Float[Array, "draw open"] | None = None,
    tolerance: float = TOLERANCE,
) -> Sequential:
    """The limit of the principal branch in each draw.

    Args:
        game: The game.
        payoffs: Payoff of each player at each end.
        weights: Probability of each edge in `game.open_edges`.
        tolerance: Gain at a set, as a share of the largest payoff span, that counts as none.

    Returns:
        The equilibria; each draw at the first rung that meets the tolerance.

    Raises:
        GameError: A player has imperfect recall, or open chance has no weights.

    References:
        McKelvey and Palfrey, Quantal response equilibria for extensive form games, Experimental
        Economics 1, 1998; Turocy, Computing sequential equilibria using agent quantal response
        equilibria, Economic Theory 42, 2010.
    """
    draws = draw_axes(jnp.asarray(payoffs), 0.0, weights)
    payoffs = np.broadcast_to(payoffs, (*draws, *payoffs.shape[-2:]))
    span = certify.spans(payoffs).max(axis=1, initial=0.0)
    unit = np.where(np.isfinite(span) & (span > 0), span, 1.0)
    best, lower, sharp = None, None, _FIRST
    while sharp <= _LAST:
        rung = _Rung.of(game, payoffs, sharp / unit, weights)
        if lower is not None:
            found = _limit(game, payoffs, lower, rung, tolerance * unit)
            best = found if best is None else _better(best, found)
            if np.isin(best.status, (Status.SOLVED, Status.DEGENERATE)).all():
                break
        lower, sharp = rung, sharp * _FACTOR
    assert best is not None
    return best


class _Rung(NamedTuple):
    """Agent quantal response at one precision."""

    choice: Float[np.ndarray, "draw edge"]
    belief: Float[np.ndarray, "draw node"]
    precision: Float[np.ndarray, " draw"]
    status: Int[np.ndarray, " draw"]

    @classmethod
    def of(
        cls,
        game: Tree,
        payoffs: Float[np.ndarray, "draw end player"],
        precision: Float[np.ndarray, " draw"],
        weights: Float[Array, "draw open"] | None,
    ) -> _Rung:
        found = agent_form.solve(game, jnp.asarray(payoffs), jnp.asarray(precision), weights)
        belief = certify.beliefs(game, np.asarray(found.logs))
        return cls(np.asarray(found.play.choice), belief, precision, np.asarray(found.status))


def _limit(
    game: Tree,
    payoffs: Float[np.ndarray, "draw end player"],
    lower: _Rung,
    upper: _Rung,
    room: Float[np.ndarray, " draw"],
) -> Sequential:
    """The limit seen from two rungs, and whether it is an equilibrium."""
    choice = _extrapolated(lower.choice, upper.choice)
    belief = _extrapolated(lower.belief, upper.belief)
    for infoset in game.infosets:
        belief[:, infoset.members] /= belief[:, infoset.members].sum(axis=1, keepdims=True)
    for node in range(game.size):
        edges = slice(game.first_edge[node], game.first_edge[node] + len(game.children[node]))
        if len(game.children[node]):
            choice[:, edges] /= choice[:, edges].sum(axis=1, keepdims=True)
    gain = certify.sequential_regret(game, payoffs, choice, belief)
    with np.errstate(invalid="ignore"):  # NaN of a draw without an answer is not within the room
        good = np.asarray(np.all(gain <= room[:, None], axis=1))
    status = np.where(good, upper.status, int(Status.NO_CONVERGENCE))
    status = np.where(upper.status == int(Status.OUT_OF_DOMAIN), upper.status, status)
    choice = np.where(good[:, None], choice, np.nan)
    return Sequential(choice, belief, gain, upper.precision, status)


def _extrapolated(
    lower: Float[np.ndarray, "draw thing"], upper: Float[np.ndarray, "draw thing"]
) -> Float[np.ndarray, "draw thing"]:
    """The limit of what differs from it by a multiple of one over precision."""
    limit = (_FACTOR * upper - lower) / (_FACTOR - 1.0)
    return np.where(limit <= _ZERO, 0.0, np.minimum(limit, 1.0))


def _better(old: Sequential, new: Sequential) -> Sequential:
    """Of each draw the first answer."""
    keep = np.isin(old.status, (Status.SOLVED, Status.DEGENERATE))
    return Sequential(*(
        np.where(keep.reshape(-1, *[1] * (a.ndim - 1)), a, b) for a, b in zip(old, new, strict=True)
    ))  # fmt: skip
