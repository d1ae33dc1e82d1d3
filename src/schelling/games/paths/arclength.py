"""One move along the branch of solutions of F(z, t) = 0, in many lanes at once.

Each lane is one problem and carries its own place, step and bookkeeping; `advance` does one Newton
correction in every lane and decides there what comes next, so that no lane waits for another. Knows
neither games nor queues. Arrays hold the lane last.

A step predicts along the tangent, corrects by Newton on the system bordered by that tangent, and is
accepted when the corrections contract, the tangent turns little and the determinant of the bordered
matrix keeps its sign. Along one regular branch that sign cannot change, folds included (Keller,
Numerical solution of bifurcation and nonlinear eigenvalue problems, 1977): a change means another
branch, or a bifurcation when it stays however short the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from schelling.errors import Status
from schelling.games.paths import bordered
from schelling.games.paths.bordered import Linearised, Newton

RUNNING = -1
"""Status of a lane that is still under way."""
IDLE = -2
"""Status of a lane with nothing to do."""

_ALONG, _LANDING, _DIRECT, _START = range(4)  # what the next correction of a lane is for
ROUNDING = 1e-8
"""Corrections this small that no longer contract are rounding, not divergence."""


Params = Any
"""Any tree of arrays that a system's residual depends on."""


@dataclass(frozen=True)
class System:
    """Equations F(z, t) = 0 with F(0, 0) = 0, the same structure for every problem.

    Compiled code is kept per `System`, so build one per structure and keep it.

    Attributes:
        size: Number of unknowns z.
        linearise: From z, t and the parameters, all with lanes last, to F and its derivatives.
        identity: How many leading unknowns have the identity as their own block of the slope; they
            are eliminated without pivoting.
    """

    size: int
    linearise: Callable[[Array, Array, Params], Linearised]
    identity: int = 0


@dataclass(frozen=True)
class WalkSettings:
    """Rules of the walk.

    Attributes:
        first: Length of the first step, in the norm of (z, t).
        growth: Factor on the step after an accepted one; a refused one is halved.
        largest: Longest step.
        contraction: Largest allowed ratio of successive corrections.
        cosine: Smallest allowed cosine between successive tangents.
        coarse: Correction after which a point on the way is accepted.
        fine: Correction, relative to the unknowns, after which the end point is.
        corrections: Most corrections per step on the way; twice as many at the end point.
        bifurcation: Step below which a change of sign is a bifurcation.
        through: Whether to go straight on through a bifurcation or to stop there.
        smallest: Step below which a lane is given up.
        evaluations: Evaluations after which a lane is given up.
    """

    first: float = 0.5
    growth: float = 1.6
    largest: float = float("inf")
    contraction: float = 0.5
    cosine: float = 0.95
    coarse: float = 1e-3
    fine: float = 1e-12
    corrections: int = 4
    bifurcation: float = 1e-3
    through: bool = True
    smallest: float = 1e-9
    evaluations: int = 5000


STANDARD = WalkSettings()
"""Rules under which 60,000 random tables at precision 20 all stayed on the principal branch."""


_Block = TypeVar("_Block")


class Lanes(NamedTuple):
    """Where every lane stands. The last row of `place`, `base` and `tangent` is t.

    Attributes:
        game: Which problem the lane works on.
        place: Point to be corrected next.
        base: Last accepted point.
        tangent: Unit tangent there, pointing onwards.
        step: Length of the step under way.
        last: Length of the previous correction; at first the step's.
        tries: Corrections made in this step.
        mode: What the corrections are for.
        sign: Sign that the bordered determinant has to keep.
        unique: Whether any solution at the target will do.
        evaluations: Evaluations so far.
        steps: Accepted steps.
        folds: Times the branch turned in t.
        bifurcations: Bifurcations met.
        status: `RUNNING`, `IDLE` or a `Status`.
    """

    game: Int[Array, " lane"]
    place: Float[Array, "row lane"]
    base: Float[Array, "row lane"]
    tangent: Float[Array, "row lane"]
    step: Float[Array, " lane"]
    last: Float[Array, " lane"]
    tries: Int[Array, " lane"]
    mode: Int[Array, " lane"]
    sign: Float[Array, " lane"]
    unique: Bool[Array, " lane"]
    evaluations: Int[Array, " lane"]
    steps: Int[Array, " lane"]
    folds: Int[Array, " lane"]
    bifurcations: Int[Array, " lane"]
    status: Int[Array, " lane"]


class _Verdict(NamedTuple):
    tangent: Float[Array, "row lane"]  # of unit length
    accepted: Bool[Array, " lane"]
    refused: Bool[Array, " lane"]
    past: Bool[Array, " lane"]  # a good point beyond the target: turn back and land on it
    flipped: Bool[Array, " lane"]
    size: Float[Array, " lane"]


def begin(
    size: int, game: Int[Array, " lane"], unique: Bool[Array, " lane"], idle: Bool[Array, " lane"]
) -> Lanes:
    """Lanes at the known solution z = 0, t = 0.

    Args:
        size: Number of unknowns.
        game: Which problem each lane works on.
        unique: Whether the solution at the target is known to be unique.
        idle: Lanes to leave alone.

    Returns:
        The lanes before their first evaluation.
    """
    origin = jnp.zeros((size + 1, game.shape[0]))
    ones = jnp.ones_like(origin[0])
    none = jnp.zeros_like(game)
    return Lanes(
        game=game,
        place=origin,
        base=origin,
        tangent=origin.at[size].set(1.0),
        step=ones,
        last=ones,
        tries=none,
        mode=jnp.full_like(game, _START),
        sign=ones,
        unique=unique,
        evaluations=none,
        steps=none,
        folds=none,
        bifurcations=none,
        status=jnp.where(idle, IDLE, RUNNING),
    )


def advance(
    system: System,
    params: Params,
    target: Float[Array, " lane"],
    lanes: Lanes,
    settings: WalkSettings,
) -> Lanes:
    """One correction in every running lane, and what follows from it.

    Args:
        system: The equations.
        params: Their parameters, lanes last.
        target: The t at which each lane is to end.
        lanes: Where the lanes stand.
        settings: Rules of the walk.

    Returns:
        The lanes after the correction.
    """
    always = jnp.any(lanes.evaluations >= 0)
    newton = _apart(always, partial(_newton, system), params, lanes)
    verdict = _apart(always, partial(_judge, settings), lanes, newton, target)
    after = _move(settings, lanes, newton, verdict, target)
    running = lanes.status == RUNNING
    return Lanes(*(jnp.where(running, new, old) for new, old in zip(after, lanes, strict=True)))


def _apart(always: Bool[Array, ""], function: Callable[..., _Block], *arguments: Any) -> _Block:
    """Call behind a condition that always holds, which XLA does not look through.

    It would otherwise copy the whole elimination into each of its readers (measured: seven times
    slower to run, twice to compile).
    """

    def blank(*_: Any) -> _Block:
        return cast("_Block", jax.tree.map(_blank, jax.eval_shape(function, *arguments)))

    return cast("_Block", jax.lax.cond(always, function, blank, *arguments))


def _blank(shape: jax.ShapeDtypeStruct) -> Array:
    return jnp.zeros(shape.shape, shape.dtype)


def _newton(system: System, params: Params, lanes: Lanes) -> Newton:
    size = system.size
    linear = system.linearise(lanes.place[:size], lanes.place[size], params)
    flat = jnp.zeros_like(lanes.tangent).at[size].set(1.0)
    # Along the branch the correction is orthogonal to the tangent; on the way to the target it
    # leaves t as it is, so that the end point lies exactly there.
    row = jnp.where(lanes.mode != _ALONG, flat, lanes.tangent)
    return bordered.step(linear, row, system.identity)


def _judge(
    settings: WalkSettings, lanes: Lanes, newton: Newton, target: Float[Array, " lane"]
) -> _Verdict:
    """Whether the correction just made completes a step, ruins it, or calls for another one."""
    place = lanes.place + newton.correction
    tangent = newton.tangent / _norm(newton.tangent)
    size = _norm(newton.correction)
    scale = 1.0 + jnp.max(jnp.abs(place), axis=0)
    along, direct, start = (lanes.mode == mode for mode in (_ALONG, _DIRECT, _START))
    # Newton's method contracts near a solution: each correction is shorter than the one before. A
    # correction at the level of rounding no longer shrinks, which is no sign of divergence.
    contracting = size <= settings.contraction * lanes.last
    tiny = size <= settings.fine * scale
    rounding = (size <= ROUNDING * scale) & ~contracting & (lanes.tries > 0)
    # A point on the way only has to be close to the branch; the end point is the answer.
    arrived = jnp.where(along, size <= settings.coarse, tiny | rounding)
    sound = jnp.isfinite(size) & (contracting | tiny | rounding | direct)
    # A large turn of the tangent within one step means that the step may have left the branch.
    # One Newton walk straight to a unique solution follows no branch, so it may turn as it likes.
    straight = jnp.sum(tangent * lanes.tangent, axis=0) > settings.cosine
    good = (arrived & sound & (straight | direct)) | (start & jnp.isfinite(size + target))
    # The bordered determinant keeps its sign on a regular branch, folds included. A change is
    # refused, which halves the step. Once the step is short it can only be a bifurcation.
    changed = good & (newton.sign != lanes.sign) & ~(direct | start)
    flipped = changed & (lanes.step < settings.bifurcation)
    good = good & (~changed | flipped)
    good = good & ~_missed(lanes, tangent[-1], target)
    # `place[-1]` is t: a good point beyond the target is the far end for an interpolation.
    past = good & along & (place[-1] > target)
    most = jnp.where(along, settings.corrections, 2 * settings.corrections)
    undecided = sound & ~arrived & (lanes.tries + 1 < most)
    refused = ~good & ~undecided
    return _Verdict(tangent, good & ~past, refused, past, flipped & ~past, size)


def _missed(
    lanes: Lanes, turned: Float[Array, " lane"], target: Float[Array, " lane"]
) -> Bool[Array, " lane"]:
    """Whether a fold inside the step may have crossed the target and come back.

    The tangent's t component falls from `rise` to `turned` over the step, linearly to first order.
    It is zero after the share rise / (rise - turned) of the step, and its integral up to there,
    step rise^2 / (2 (rise - turned)), is how far t rises above the base.
    """
    rise = lanes.tangent[-1]
    peak = lanes.base[-1] + lanes.step * rise**2 / (2.0 * jnp.maximum(rise - turned, ROUNDING))
    folded = (lanes.mode == _ALONG) & (rise > 0) & (turned < 0)
    return folded & (peak >= target) & (lanes.step > 1e-6)


def _move(
    settings: WalkSettings,
    lanes: Lanes,
    newton: Newton,
    verdict: _Verdict,
    target: Float[Array, " lane"],
) -> Lanes:
    """Every lane after the verdict: the next step, a shorter one, or another correction."""
    place = lanes.place + newton.correction
    along, direct, start = (lanes.mode == mode for mode in (_ALONG, _DIRECT, _START))
    # An accepted point on the way becomes the base of the next step. A refused one leaves the base
    # where it is and tries a shorter step from there.
    onward = verdict.accepted & (along | start)
    landed = verdict.accepted & ~(along | start)
    new = onward | verdict.refused
    base = jnp.where(onward, place, lanes.base)
    tangent = jnp.where(onward, verdict.tangent, lanes.tangent)
    step = jnp.where(
        onward, jnp.minimum(lanes.step * settings.growth, settings.largest), lanes.step
    )
    step = jnp.where(verdict.refused, 0.5 * lanes.step, step)
    step = jnp.where(start | (verdict.refused & direct), settings.first, step)

    # `reach` is the length along the tangent at which t meets the target. A step that would get
    # there is cut to end on it; a lane whose solution is unique goes there in one step.
    reach = (target - base[-1]) / jnp.where(tangent[-1] > 0, tangent[-1], 1.0)
    within = (tangent[-1] > 0) & (reach <= step)
    jump = start & lanes.unique
    step = jnp.where(new & (within | jump), reach, step)
    # The next point to correct: Euler's predictor after a new step; where the target was passed,
    # the point between base and place at the target's t; otherwise the place just corrected.
    predicted = base + step * tangent
    share = (target - base[-1]) / (place[-1] - base[-1])
    between = base + share * (place - base)
    mode = jnp.where(jump, _DIRECT, jnp.where(within, _LANDING, _ALONG))
    mode = jnp.where(new, mode, jnp.where(verdict.past, _LANDING, lanes.mode))
    following = jnp.where(new, predicted, jnp.where(verdict.past, between, place))
    on_target = (new | verdict.past) & (mode != _ALONG)
    following = following.at[-1].set(jnp.where(on_target, target, following[-1]))

    # A lane ends where it landed on the target, met a bifurcation at which it is to stop, or
    # became stuck: its steps are too short, or it has used up its evaluations.
    evaluations = lanes.evaluations + 1
    bifurcations = lanes.bifurcations + (verdict.accepted & verdict.flipped)
    stuck = (verdict.refused & ~direct & (step < settings.smallest)) | (
        evaluations >= settings.evaluations
    )
    stopped = (bifurcations > 0) if not settings.through else jnp.zeros_like(stuck)
    status = jnp.where(stuck, int(Status.NO_CONVERGENCE), RUNNING)
    status = jnp.where(landed | stopped, int(Status.SOLVED), status)
    status = jnp.where(
        (status == int(Status.SOLVED)) & (bifurcations > 0), int(Status.DEGENERATE), status
    )
    status = jnp.where(start & verdict.refused, int(Status.OUT_OF_DOMAIN), status)
    return Lanes(
        game=lanes.game,
        place=following,
        base=base,
        tangent=tangent,
        step=step,
        last=jnp.where(new | verdict.past, step, verdict.size),
        tries=jnp.where(new | verdict.past, 0, lanes.tries + 1),
        mode=mode,
        sign=jnp.where(start | (verdict.accepted & verdict.flipped), newton.sign, lanes.sign),
        unique=lanes.unique,
        evaluations=evaluations,
        steps=lanes.steps + (verdict.accepted & ~start),
        folds=lanes.folds + (onward & (verdict.tangent[-1] * lanes.tangent[-1] < 0)),
        bifurcations=bifurcations,
        status=status,
    )


def _norm(vector: Float[Array, "row lane"]) -> Float[Array, " lane"]:
    return jnp.sqrt(jnp.sum(vector * vector, axis=0))
