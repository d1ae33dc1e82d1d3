"""What alike events change, all of them at once. Axes: (event, twin, world)."""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp
from jaxtyping import Array, Bool

from schelling.case.language.typed.types import Constant
from schelling.compile.course.state import State
from schelling.compile.expressions.forms import Form, Names
from schelling.compile.expressions.frame import Frame, number_of
from schelling.compile.steps.scene import Scene


def apply(
    scene: Scene,
    effects: Sequence[tuple[str | Names, Form]],
    names: Names,
    opening: Frame,
    here: Bool[Array, "event twin world"],
    state: State,
) -> State:
    """The effects of alike events, each seeing what those before it left.

    Args:
        scene: The worlds.
        effects: What each changes, one thing or each event its own, and the values.
        names: Of the events.
        opening: The frame of the opening.
        here: Where each happens; of those that change one thing, at most one a world.
        state: As it stands.
    """
    for target, form in effects:
        values = number_of(scene.each(form, names, scene.seen(state, opening)))
        if isinstance(target, str):
            own = jnp.where(here, values, 0.0).sum(0)
            state = scene.put(target, own, state, jnp.any(here, 0))
        else:
            sure = isinstance(form.body, Constant)
            state = scene.put_all(target, values, state, here, sure=sure)
    return state
