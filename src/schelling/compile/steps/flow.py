"""What flows within a substep: stocks along their rates, hazards into their integral.

Axes: (twin, world). Euler's rule takes rates and hazards as they are at the start of the substep,
the classical rule of Runge and Kutta those of four stages in it, of which the hazards make
Simpson's rule where they depend on time alone.

References:
    Hairer, Norsett & Wanner (1993), Solving Ordinary Differential Equations I, 2nd ed., section
    II.1, table 1.2.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool

from schelling.compile.course.state import State
from schelling.compile.expressions.frame import Frame, number
from schelling.compile.expressions.many import Many
from schelling.compile.steps.scene import Scene
from schelling.dynamics import steps

_Sums = tuple[State, Many, Many, Many]
"""Where a stage stands, weighted rates before it, first hazards, and weighted hazards before it."""


FURTHER = np.array([0.5, 0.5, 1.0, 0.0])
"""How far each stage of Runge and Kutta goes for the next; nothing follows the last."""

WEIGHTS = np.array([1.0, 2.0, 2.0, 1.0])
"""Weights of the stages. Whole numbers, divided by their sum, so that the mean of equal rates is
exactly that rate."""


class Flow(NamedTuple):
    """A substep without events.

    Attributes:
        change: Of every stock that does not stand still, over the substep.
        first: Every hazard at its start, per week.
        mean: Every hazard's mean over the substep, per week.
    """

    change: Many
    first: Many
    mean: Many


def flow(
    scene: Scene, state: State, weeks: Array, length: float | Array, opening: Array | None = None
) -> Flow:
    """What flows in a substep.

    Args:
        scene: The worlds.
        state: At the start of the substep.
        weeks: Time since the start.
        length: Of the substep, in weeks.
        opening: When its start is read, if not at `weeks`; see `pieces`.

    Returns:
        The changes, which nothing has been done with yet.
    """
    if scene.plan.method == "euler":
        frame = scene.frame(state, weeks, scene.in_flow)
        first, rates = _hazards(scene, frame), _rates(scene, frame)
        return Flow(_times(rates, length), first, first)
    end = weeks + length
    early = jnp.maximum(steps.BEFORE_THE_END * length, steps.MORE_THAN_EQUAL * end)
    start = weeks if opening is None else opening
    times = jnp.stack([start, weeks + 0.5 * length, weeks + 0.5 * length, end - early])

    def stage(n: Array, sums: _Sums) -> _Sums:
        at, total, first, hazards = sums
        frame = scene.frame(at, times[n], scene.in_flow)
        weight, further = jnp.asarray(WEIGHTS)[n], jnp.asarray(FURTHER)[n]
        rates, here = _rates(scene, frame), _hazards(scene, frame)
        gone = _times(rates, further * length)
        return (
            moved(scene, state, gone)[0],
            jax.tree.map(partial(_plus, weight), total, rates),
            jax.tree.map(partial(jnp.where, n == 0), here, first),
            jax.tree.map(partial(_plus, weight), hazards, here),
        )

    quiet = jax.tree.map(_none, state.waits)
    families = (family.names for family in scene.families.stocks)
    flowing = (*families, *(stock.name for stock in scene.flowing))
    nothing = Many({key: _none(state.stocks.kept[key]) for key in flowing})
    sums: _Sums = (state, nothing, quiet, quiet)
    _, total, first, hazards = cast("_Sums", lax.fori_loop(0, len(WEIGHTS), stage, sums))
    whole = WEIGHTS.sum()

    def mean(value: Array) -> Array:
        return value / whole

    change = _times(jax.tree.map(mean, total), length)
    return Flow(change, first, jax.tree.map(mean, hazards))


def moved(scene: Scene, state: State, change: Many) -> tuple[State, Bool[Array, "twin world"]]:
    """A state after its stocks have changed, and where all of them are still finite numbers."""
    stocks, bounded = dict(state.stocks.kept), dict(state.bounded.kept)
    total = jnp.zeros(scene.shape)
    for stock in scene.flowing:
        value = stocks[stock.name] + change.kept[stock.name]
        total = total + value  # one number that is not finite spoils the sum
        stocks[stock.name], outside = scene.bound(stock, value)
        if stock.within is not None:
            bounded[stock.name] = bounded[stock.name] | outside
    finite = jnp.isfinite(total)
    for family in scene.families.stocks:
        value = stocks[family.names] + change.kept[family.names]
        finite &= jnp.all(jnp.isfinite(value), axis=0)
        value, outside = steps.hold(value, family.within)
        stocks[family.names] = scene.hold_all(family.names, value)
        if family.within is not None:
            bounded[family.names] = bounded[family.names] | outside
    return state._replace(stocks=Many(stocks), bounded=Many(bounded)), finite


def _rates(scene: Scene, frame: Frame) -> Many:
    """Rate of change of every stock that does not stand still, per week, kept as the stocks are."""
    found = Many()
    for family in scene.families.stocks:
        found.put(family.names, scene.each(family.forms[1], family.names, frame))
    for stock in scene.flowing:
        found.put(stock.name, jnp.broadcast_to(number(stock.change, frame), scene.shape))
    return found


def _hazards(scene: Scene, frame: Frame) -> Many:
    """Every hazard, per week, kept as the waits of the events are."""
    found = Many()
    for family in scene.families.events:
        found.put(family.names, scene.each(family.hazard, family.names, frame))
    for event in scene.events_alone:
        assert event.hazard is not None
        found.put(event.name, jnp.broadcast_to(number(event.hazard, frame), scene.shape))
    return found


def _none(value: Array) -> Array:
    return jnp.zeros_like(value)


def _plus(weight: Array, total: Array, value: Array) -> Array:
    return total + weight * value


def _times(numbers: Many, factor: Array | float) -> Many:
    def product(value: Array) -> Array:
        return factor * value

    return jax.tree.map(product, numbers)
