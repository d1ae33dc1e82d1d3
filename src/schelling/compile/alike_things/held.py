"""Alike things that twins hold, all at once where they are held alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from schelling.case.language.typed.types import Typed
from schelling.compile.alike_things.held_layers import Layer, layers
from schelling.compile.course.state import put, spread
from schelling.compile.expressions import alike, rolling
from schelling.compile.expressions.forms import FEWEST
from schelling.compile.expressions.frame import Frame, evaluate, number_of
from schelling.compile.expressions.many import Names, Value, changed_at, fitted, one_of, stacked
from schelling.compile.planning.twins import Interventions


def with_held(twins: Sequence[Interventions], names: Names, values: Value, actual: Frame) -> Value:
    """Values of alike things with what twins hold in their place.

    Many twins are put in together, few one after the other.

    Args:
        twins: What each twin holds.
        names: Of the things.
        values: Theirs, (thing, twin, world).
        actual: What is fixed in the actual world.
    """
    holding = _holding(twins, names)
    if len(holding) < FEWEST:
        for twin, held in holding:
            values = _changed(held, names, values, actual, partial(_put, twin))
        return values
    for layer in layers(holding, names, len(twins)):
        values = _with_layer(layer, values, actual)
    return values


def one_with_held(twins: Sequence[Interventions], name: str, value: Value, actual: Frame) -> Value:
    """A value, (twin, world), with what twins hold in its place; as `with_held`."""
    holding = _holding(twins, (name,))
    if len(holding) < FEWEST:
        for twin, held in holding:
            value = put(value, twin, evaluate(dict(held)[name], actual))
        return value
    return one_of(with_held(twins, (name,), jax.tree.map(_alone, value), actual), 0)


@dataclass(frozen=True)
class HeldByTwin:
    """What one twin holds, in a finished run.

    Attributes:
        interventions: By name, what each is held at.
        actual: What is fixed in the actual world, in which these are evaluated.
    """

    interventions: Interventions
    actual: Frame

    def value(self, name: str) -> Value | None:
        """What a name is held at; None where it is not held."""
        held = dict(self.interventions)
        return evaluate(held[name], self.actual) if name in held else None

    def or_own(self, name: str, own: Value) -> Value:
        """What a name is held at, or its own value where it is not held."""
        held = self.value(name)
        return own if held is None else held

    def of_all(self, names: Names, values: Value) -> Value:
        """Values of alike things, (thing, time, world), or what they are held at.

        Args:
            names: Of the things.
            values: Theirs.
        """
        return _changed(self.interventions, names, values, self.actual, _in_its_place)


def _holding(twins: Sequence[Interventions], names: Names) -> list[tuple[int, Interventions]]:
    """The twins that hold some of these names, with what they hold."""
    wanted = frozenset(names)
    some = enumerate(twins)
    return [(twin, held) for twin, held in some if any(name in wanted for name, _ in held)]


def _changed(
    interventions: Interventions,
    names: Names,
    values: Value,
    actual: Frame,
    change: Callable[[Value, Value], Value],
) -> Value:
    """Values with those that are held changed: all at once where they are held alike."""
    held = dict(interventions)
    some = [name for name in names if name in held]
    common = alike.form([held[name] for name in names]) if len(some) == len(names) else None
    if common is not None:
        return jax.vmap(change)(values, rolling.each(common, len(names), actual, evaluate))

    def one(name: str, own: Value) -> Value:
        return change(own, evaluate(held[name], actual))

    return changed_at(names, values, some, one)


def _with_layer(layer: Layer, values: Value, actual: Frame) -> Value:
    """Values, (thing, twin, world), where a layer holds some of them."""
    groups: dict[Hashable, list[int]] = {}
    for number, expression in enumerate(layer.expressions):
        groups.setdefault(alike.likeness(expression), []).append(number)
    shape = number_of(values).shape[-1:]
    each = [[layer.expressions[number] for number in group] for group in groups.values()]
    found = [fitted(_of_alike(group, actual), shape) for group in each]
    order = np.argsort([number for group in groups.values() for number in group])

    def joined(*parts: Array) -> Array:
        return jnp.concatenate(parts)[order]

    return jax.tree.map(layer.put, values, jax.tree.map(joined, *found))


def _of_alike(expressions: Sequence[Typed], actual: Frame) -> Value:
    """What some things are held at: (expression, ...)."""
    common = alike.form(expressions) if len(expressions) >= FEWEST else None
    if common is None:
        return stacked([evaluate(one, actual) for one in expressions])
    return rolling.each(common, len(expressions), actual, evaluate)


def _alone(array: Array) -> Array:
    return array[None]


def _put(twin: int, value: Value, held: Value) -> Value:
    return put(value, twin, held)


def _in_its_place(value: Value, held: Value) -> Value:
    return spread(held, number_of(value).shape)
