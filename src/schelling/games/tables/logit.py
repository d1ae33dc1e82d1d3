"""Logit quantal response equilibria of strategic games, over many draws.

Every player picks each action with a probability proportional to the exponential of precision times
its expected payoff, and expects the others to do so too. If the equilibrium is certified unique,
Newton's method finds it directly. Otherwise the branch that starts at uniform play at precision
zero is followed to its first point at the given precision. That point is the principal branch's,
one selection among possibly several equilibria: see `schelling.games.tables.deflation` for the
others.

The unknowns are log-odds against each player's first action. The way is measured in precision times
stake, the stake being the most an own action can matter, so it does not depend on payoff units.
Knows no names. Axes: draw, action; payoffs `(draw, action of each player..., player)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from schelling.games import programs
from schelling.games.errors import GameError
from schelling.games.paths import accept, chunks, continuation, small_linear
from schelling.games.paths.arclength import STANDARD, Params, System, WalkSettings
from schelling.games.paths.bordered import Linearised
from schelling.games.paths.continuation import Ends
from schelling.games.tables import logit_single, strategic, uniqueness
from schelling.games.tables.strategic import Payoffs, Play

Precision = Float[Array, "..."] | Float[np.ndarray, "..."] | float
"""How sharply players best-respond, in one over the payoff unit: a number, one per draw, or one per
draw and player `(draw, player)`."""


class ScaledGame(NamedTuple):
    """A game in the form that is followed.

    Attributes:
        gains: Per player, payoff of each action but the first less the first's, times precision
            over `sharpest`; own action first, then the others' in their order.
        sharpest: Largest precision times stake among the players: the t at which the walk ends.
        unique: Whether the equilibrium is certified unique.
    """

    gains: tuple[Float[Array, "draw ..."], ...]
    sharpest: Float[Array, " draw"]
    unique: Bool[Array, " draw"]


class Quantal(NamedTuple):
    """Quantal response equilibria with their evidence, one per draw.

    Attributes:
        play: Mixed action of each player; NaN where there is no answer.
        payoffs: Expected payoff of each player.
        regret: What each player could gain by best-responding exactly, in payoff units.
        residual: Largest difference between a probability and the logit response to the play,
            computed from the payoffs and the play only.
        sharpness: Precision times payoff span of each player, without unit.
        unique: Whether no other equilibrium exists at this precision (certified; False means not
            known).
        status: DEGENERATE where the branch met a bifurcation and goes straight on, NO_CONVERGENCE
            where it was lost or the residual is large, OUT_OF_DOMAIN where an input is no number.
        steps: Accepted steps along the branch.
        folds: Times the branch turned in precision on its way.
        bifurcations: Bifurcations crossed.
    """

    play: Play
    payoffs: Float[Array, "draw player"]
    regret: Float[Array, "draw player"]
    residual: Float[Array, " draw"]
    sharpness: Float[Array, "draw player"]
    unique: Bool[Array, " draw"]
    status: Int[Array, " draw"]
    steps: Int[Array, " draw"]
    folds: Int[Array, " draw"]
    bifurcations: Int[Array, " draw"]

    @property
    def selection(self) -> str:
        """How the answer was chosen among possibly several equilibria."""
        return "principal branch: followed from uniform play at precision 0, first crossing"


_Followed = tuple[Play, Ends, Bool[Array, " draw"]]


@dataclass(frozen=True)
class _Method:
    settings: WalkSettings
    at_once: int


def solve(
    payoffs: Payoffs | Float[np.ndarray, "draw ... player"],
    precision: Precision,
    settings: WalkSettings = STANDARD,
    at_once: int = continuation.AT_ONCE,
) -> Quantal:
    """Logit equilibrium on the principal branch of each draw.

    Draws go through compiled code in chunks of fixed shape. One game alone is walked without
    compiling, by the same rules.

    Args:
        payoffs: The games.
        precision: Precision, at least 0.
        settings: Rules of the walk.
        at_once: Draws worked on at the same time; changes no answer beyond rounding.

    Returns:
        The equilibria with their evidence.

    Raises:
        GameError: The payoffs are no strategic game.

    Examples:
        Stag hunt at precision 1: nearly everyone hunts hare.

        >>> import numpy as np
        >>> hunt = np.array([[[[10.0, 10], [1, 8]], [[8, 1], [5, 5]]]])
        >>> solve(hunt, 1.0).play[0].round(6).tolist()
        [[0.020264, 0.979736]]

    References:
        McKelvey and Palfrey, Quantal response equilibria for normal form games, Games and Economic
        Behavior 10, 1995; Turocy, A dynamic homotopy interpretation of the logistic quantal
        response equilibrium correspondence, Games and Economic Behavior 51, 2005.
    """
    table = np.asarray(payoffs, dtype=np.float64)
    strategic.actions(table)
    method = _Method(settings, at_once)
    sharp = per_player(precision, table)

    def compiled(rows: chunks.Rows, draws: int) -> _Followed:
        return _followed(method, *rows, draws)

    alone = table.shape[0] == 1
    play, ends, unique = (
        _single(method, table, sharp) if alone else chunks.run(compiled, (table, sharp))
    )
    plain = tuple(np.asarray(own) for own in play)
    with np.errstate(all="ignore"):  # a draw that is no number stays none
        gap = np.asarray(residual(table, sharp, plain))
        plain, status = accept.by_residual(plain, np.asarray(ends.status), gap)
        return Quantal(
            tuple(jnp.asarray(own) for own in plain),
            jnp.asarray(strategic.expected(table, plain)),
            jnp.asarray(strategic.regret(table, plain)),
            jnp.asarray(gap),
            jnp.asarray(sharp * strategic.spans(table)),
            jnp.asarray(unique),
            jnp.asarray(status),
            *(jnp.asarray(each) for each in (ends.steps, ends.folds, ends.bifurcations)),
        )


def follow(
    payoffs: Payoffs,
    precision: Precision,
    settings: WalkSettings = STANDARD,
    at_once: int = continuation.AT_ONCE,
    count: Int[Array, ""] | int | None = None,
) -> tuple[Play, Ends]:
    """Logit equilibrium on the principal branch of each draw; traceable and differentiable.

    Args:
        payoffs: The games.
        precision: Precision, at least 0.
        settings: Rules of the walk.
        at_once: Draws worked on at the same time.
        count: How many leading draws to solve; all unless given.

    Returns:
        Mixed actions, NaN where there is no answer, and how each branch ended.
    """
    actions = strategic.actions(payoffs)
    sharp = jnp.broadcast_to(_columns(precision), (payoffs.shape[0], len(actions)))
    scaled = scale(payoffs, sharp)
    ends = continuation.follow(
        system(actions), scaled.gains, scaled.sharpest, scaled.unique, settings, at_once, count
    )
    answered = ends.answered[:, None]
    play = tuple(jnp.where(answered, own, jnp.nan) for own in mixed(ends.z, actions))
    return play, ends


@lru_cache(maxsize=256)
def system(actions: tuple[int, ...]) -> System:
    """The equations of logit equilibrium for games of one shape.

    Args:
        actions: Number of actions of each player.

    Returns:
        The system; its parameters are `ScaledGame.gains`.
    """
    sizes = [count - 1 for count in actions]

    # F_i(z, t) = z_i - t G_i(play(z)), where G_i are player i's gains over its first action at the
    # others' play: in equilibrium log-odds are precision times payoff difference, the logit
    # response (McKelvey and Palfrey 1995, section 2) in logarithms as in Turocy (2005, section 2).
    def linearise(z: Array, t: Array, gains: Params) -> Linearised:
        play = _mixtures(z, actions)
        better: list[Array] = []
        slope: list[Array] = []
        for i, own in enumerate(sizes):
            unit = jnp.broadcast_to(jnp.eye(own)[:, :, None], (own, own, *t.shape))
            value = gains[i]  # what a lone player gains is a vector already
            blocks = [unit] * len(sizes)
            for j in range(len(sizes)):
                if j != i:
                    # pair[a, b]: what i gains by action a if j takes b and the rest as they play;
                    # its mean over b is the gain G_i[a], whichever j is singled out.
                    pair = _against(gains[i], play, i, j)
                    value = small_linear.apply(pair, play[j])
                    # By the derivative of the logit, d play_j[c] / d z_j[b] = play_j[b] (1[b = c] -
                    # play_j[c]), so dG_i[a] / dz_j[b] = play_j[b] (pair[a, b] - G_i[a]).
                    blocks[j] = -t * (pair[:, 1:] - value[:, None]) * play[j][None, 1:]
            better.append(value)
            slope.append(jnp.concatenate(blocks, axis=1))
        drift = -jnp.concatenate(better)  # dF/dt = -G
        return Linearised(z + t * drift, jnp.concatenate(slope), drift)

    return System(sum(sizes), linearise, identity=sizes[0] if len(sizes) > 1 else 0)


def scale(payoffs: Payoffs, precision: Float[Array, "draw player"]) -> ScaledGame:
    """The game scaled for continuation.

    Args:
        payoffs: The games.
        precision: Precision of each player.

    Returns:
        Gains, the end of the walk and the certificate.
    """
    count = len(strategic.actions(payoffs))
    sharpest = jnp.max(precision * strategic.stakes(payoffs), axis=1)
    over = precision / jnp.where(sharpest > 0, sharpest, 1.0)[:, None]
    gains: list[Array] = []
    for i in range(count):
        own = jnp.moveaxis(payoffs[..., i], i + 1, 1)
        gains.append((own[:, 1:] - own[:, :1]) * over[:, i].reshape(-1, *[1] * count))
    unique = uniqueness.certified(jnp.asarray(payoffs), precision)
    return ScaledGame(tuple(gains), sharpest, unique)


def mixed(z: Float[Array, "draw unknown"], actions: tuple[int, ...]) -> Play:
    """Probabilities from log-odds.

    Args:
        z: Log-odds of every action but the first against the first, player by player.
        actions: Number of actions of each player.

    Returns:
        One mixed action per player.
    """
    return tuple(play.T for play in _mixtures(z.T, actions))


def _single(
    method: _Method, payoffs: Float[np.ndarray, "1 ..."], precision: Float[np.ndarray, "1 player"]
) -> _Followed:
    """One game, without compiling."""
    with np.errstate(all="ignore"):  # a game that is no number ends out of domain
        unique = uniqueness.certified(payoffs, precision)
        play, end, reached = logit_single.follow(
            payoffs[0], precision[0], bool(unique[0]), method.settings
        )
    numbers = (int(end.status), reached, end.steps, end.evaluations, end.folds, end.bifurcations)
    ends = Ends(jnp.asarray(end.z)[None], *(jnp.asarray([value]) for value in numbers))
    return tuple(jnp.asarray(own)[None] for own in play), ends, jnp.asarray(unique)


@programs.compiled(0)
def _followed(
    method: _Method, payoffs: Array, precision: Array, draws: Int[Array, ""] | int
) -> _Followed:
    play, ends = follow(payoffs, precision, method.settings, method.at_once, draws)
    return play, ends, uniqueness.certified(payoffs, precision)


def residual(
    payoffs: Float[strategic.Kind, "draw *action player"],
    precision: Float[Array | np.ndarray, "draw player"],
    play: strategic.AnyPlay,
) -> Float[strategic.Kind, " draw"]:
    """How far a profile is from answering itself, from payoffs and probabilities alone.

    Args:
        payoffs: The games.
        precision: Precision of each player.
        play: The profile.

    Returns:
        Largest difference between a probability and the logit response to the profile.
    """
    xp = strategic.module(payoffs)
    gaps: list[Array] = []
    values = strategic.values(strategic.incentives(payoffs), play)
    for i, (value, own) in enumerate(zip(values, play, strict=True)):
        power = precision[:, i, None] * value
        weights = xp.exp(power - power.max(axis=1, keepdims=True))
        gaps.append(abs(weights / weights.sum(axis=1, keepdims=True) - own).max(axis=1))
    return xp.stack(gaps).max(axis=0)


def _mixtures(z: Float[Array, "unknown lane"], actions: tuple[int, ...]) -> list[Array]:
    """Probabilities from log-odds, lanes last."""
    found: list[Array] = []
    start = 0
    for count in actions:
        odds = jnp.concatenate([jnp.zeros((1, z.shape[1])), z[start : start + count - 1]])
        weights = jnp.exp(odds - jnp.max(odds, axis=0))
        found.append(weights / jnp.sum(weights, axis=0))
        start += count - 1
    return found


def _against(
    gains: Float[Array, "own ... lane"], play: list[Array], i: int, j: int
) -> Float[Array, "own other lane"]:
    """Player i's gains by player j's action, the rest averaged out; own axis first, lanes last."""
    others = [k for k in range(len(play)) if k != i]
    table = gains
    for position in reversed(range(len(others))):
        k = others[position]
        if k == j:
            continue
        terms = [jnp.take(table, a, axis=position + 1) * play[k][a] for a in range(len(play[k]))]
        table = sum(terms[1:], start=terms[0])
    return table


def _columns(precision: Precision) -> Array:
    sharp = jnp.asarray(precision, dtype=jnp.float64)
    return sharp[:, None] if sharp.ndim == 1 else sharp


def per_player(
    precision: Precision, payoffs: Float[np.ndarray, "draw ... player"]
) -> Float[np.ndarray, "draw player"]:
    """Precision spelled out for every draw and player.

    Args:
        precision: A number, one per draw, or one per draw and player.
        payoffs: The games.

    Raises:
        GameError: The shape does not fit, or a precision is negative.
    """
    sharp = np.asarray(precision, dtype=np.float64)
    shape = (payoffs.shape[0], payoffs.shape[-1])
    wide = sharp[:, None] if sharp.ndim == 1 else sharp
    if wide.ndim > 2 or not all(n in (1, m) for n, m in zip(wide.shape, shape, strict=False)):
        msg = f"precision must be a number, (draw,) or (draw, player) = {shape}; got {sharp.shape}"
        raise GameError(msg)
    if (least := float(np.min(sharp, initial=0.0))) < 0:
        msg = f"precision must be at least 0; got {least}"
        raise GameError(msg)
    return np.broadcast_to(wide, shape)
