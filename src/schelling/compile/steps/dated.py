"""Events with dates at the opening of a step, in the order of the plan; alike ones all at once.

Axes: (twin, world), of alike events (event, twin, world). An event sees what those before it left.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import cast

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool

from schelling.case.model import Event
from schelling.compile.alike_things.families import DatedFamily
from schelling.compile.course import diary
from schelling.compile.course.state import State
from schelling.compile.expressions.frame import Frame
from schelling.compile.steps import alike_effects
from schelling.compile.steps.scene import Scene

Orders = Mapping[str, Array]
"""What is ordered from outside, by stream of chance: of a move, the number of the action; of an
event with dates, named `event/NAME`, 0 where it must not happen. -1 is no order."""


def come(scene: Scene, orders: Orders, state: State, opening: Frame, step: Array) -> State:
    """All events with dates of a step, each as often as it comes at it."""
    together = scene.families.dated if state.diary is None else ()  # a diary tells them one by one
    families = {family.names[0]: family for family in together}
    taken = {name for family in together for name in family.names}
    for event in scene.plan.events:
        if event.name in families:
            family = families[event.name]
            due = _due(family, orders, scene.plan.steps, step)
            state = _happen_together(scene, family, state, opening, due)
        elif event.steps and event.name not in taken:
            state = _come(scene, orders, event, state, opening, step)
    return state


def _come(
    scene: Scene, orders: Orders, event: Event, state: State, opening: Frame, step: Array
) -> State:
    """An event with dates, as often as it comes at a step."""
    often = np.bincount(event.steps, minlength=scene.plan.steps)
    due = jnp.asarray(often)[step]
    order = orders.get(f"event/{event.name}")
    due = due if order is None else jnp.where(order == 0, 0, due)

    def one(_: Array, state: State) -> State:
        return _happen(scene, event, state, opening, due > 0)

    if often.max() == 1:
        return one(due, state)
    return cast("State", lax.fori_loop(0, due, one, state))


def _happen(scene: Scene, event: Event, state: State, opening: Frame, due: Array) -> State:
    """An event with a date, where it is due and its condition holds."""
    here = jnp.broadcast_to(due, scene.shape)
    if event.once:
        here &= state.happened[event.name] == 0
    frame = scene.seen(state, opening)
    state, here = scene.met(event.condition, state, frame, here)
    count = state.happened[event.name] + here.astype(jnp.uint32)
    state = state._replace(happened=state.happened.having({event.name: count}))
    state = scene.apply(event.effects, state, opening, here)
    return state.noted(scene.plan, diary.of_event(scene.plan, event), here)


def _due(family: DatedFamily, orders: Orders, steps: int, step: Array) -> Bool[Array, " event"]:
    """Which of alike events are due at a step; none of them comes twice at one."""
    days = np.zeros((steps, len(family.events)), bool)
    for place, event in enumerate(family.events):
        days[list(event.steps), place] = True
    due = jnp.asarray(days)[step]
    for place, name in enumerate(family.names):
        order = orders.get(f"event/{name}")
        due = due if order is None else due.at[place].set(due[place] & (order != 0))
    return due


def _happen_together(
    scene: Scene, family: DatedFamily, state: State, opening: Frame, due: Array
) -> State:
    """Alike events with dates, each where it is due and its condition holds."""
    names, frame = family.names, scene.seen(state, opening)
    happened = state.happened.kept[names]
    here = jnp.broadcast_to(due[:, None, None], happened.shape)
    if family.events[0].once:
        here &= happened == 0
    state, here = scene.met_all(family.condition, names, state, frame, here)
    count = happened + here.astype(jnp.uint32)
    state = state._replace(happened=state.happened.having({names: count}))
    change = partial(alike_effects.apply, scene, family.effects, names, opening, here)
    return scene.where(here, [target for target, _ in family.effects], change, state)
