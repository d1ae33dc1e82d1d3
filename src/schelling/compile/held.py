"""Alike things that twins hold, all at once where they are held alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import jax

from schelling.compile import alike, rolling
from schelling.compile.frame import Frame, evaluate, number_of
from schelling.compile.many import Names, Value, changed_at
from schelling.compile.plan import Interventions
from schelling.compile.state import put, spread


def with_held(twins: Sequence[Interventions], names: Names, values: Value, actual: Frame) -> Value:
    """Values of alike things with what twins hold in their place.

    Args:
        twins: What each twin holds.
        names: Of the things.
        values: Theirs, (thing, twin, world).
        actual: What is fixed in the actual world.
    """
    for twin, interventions in enumerate(twins):
        values = _changed(interventions, names, values, actual, partial(_put, twin))
    return values


def instead(interventions: Interventions, names: Names, values: Value, actual: Frame) -> Value:
    """Values of alike things in one twin, (thing, time, world), or what it holds.

    Args:
        interventions: What the twin holds.
        names: Of the things.
        values: Theirs.
        actual: What is fixed in the actual world.
    """
    return _changed(interventions, names, values, actual, _in_its_place)


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


def _put(twin: int, value: Value, held: Value) -> Value:
    return put(value, twin, held)


def _in_its_place(value: Value, held: Value) -> Value:
    return spread(held, number_of(value).shape)
