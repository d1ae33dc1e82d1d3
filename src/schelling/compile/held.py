"""Alike things that twins hold, all at once where they are held alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import jax

from schelling.compile import alike, rolling
from schelling.compile.frame import Frame, evaluate, number_of
from schelling.compile.many import Names, Value, changed_at
from schelling.compile.state import put, spread
from schelling.compile.twins import Interventions


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
