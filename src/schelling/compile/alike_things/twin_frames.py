"""The frames of all twins of a finished run, and what alike things see, each in its own twin."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from schelling.case.language.typed.types import Reference, Twin, Typed
from schelling.compile.course.courses import SideBySide
from schelling.compile.expressions import alike, reductions, rolling
from schelling.compile.expressions.forms import FEWEST, OpenPlace, Row
from schelling.compile.expressions.frame import Frame, evaluate, number_of
from schelling.compile.expressions.many import Names, Value, fitted, stacked, together
from schelling.compile.expressions.open_places import flat
from schelling.compile.expressions.parted import Parted
from schelling.compile.planning.plan import Plan
from schelling.compile.planning.twins import EachTwin, Interventions

_Seen = tuple[Interventions, str]
"""A twin, and a name that is looked at in it."""


@dataclass(frozen=True)
class TwinFrames(Mapping[Interventions, Frame]):
    """The frames of twins, by what they hold.

    Attributes:
        frames: They.
        plan: The plan.
        fixed: What is fixed, (world), or (twin, world) where a twin differs.
        seen: The course of what was needed of each twin.
        pinned: What is held from outside in all of them.
    """

    frames: Mapping[Interventions, Frame]
    plan: Plan
    fixed: Mapping[str, Value]
    seen: Mapping[tuple[int, str], Array]
    pinned: Collection[str] = ()
    _known: dict[Hashable, Value] = field(default_factory=dict)  # pyright: ignore

    def __getitem__(self, twin: Interventions) -> Frame:
        return self.frames[twin]

    def __iter__(self) -> Any:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def each(self, place: OpenPlace, actual: Frame) -> Parted:
        """What stands in an open place, each entry in its own twin.

        Args:
            place: Names stand in it.
            actual: The frame of the actual world, which has these frames.
        """
        held = cast("EachTwin", place.twin).interventions
        shape, leaves = flat(cast("Row", place.row))
        names = tuple(leaf.name for leaf in leaves if isinstance(leaf, Reference))
        each = len(names) // len(held)
        twins = tuple(held[entry // each] for entry in range(len(names)))
        if names[0] in self.fixed:
            return self._fixed(names, twins, shape)
        return self._moving(tuple(zip(twins, names, strict=True)), shape, actual)

    @cached_property
    def numbers(self) -> dict[Interventions, int]:
        """The number of every twin."""
        return {held: number for number, held in enumerate(self.plan.twins)}

    @cached_property
    def variables(self) -> dict[str, Typed]:
        """What every moving variable is."""
        return {one.name: reductions.rolled(one.value) for one in self.plan.moving}

    def _fixed(
        self, names: Names, twins: Sequence[Interventions], shape: tuple[int, ...]
    ) -> Parted:
        different, rows = _placed(names, shape)
        values = together(self.fixed, different)
        if number_of(values).ndim < 3:
            return Parted(values, rows)
        places = np.array([self.numbers[twin] for twin in twins]).reshape(shape)
        return Parted(values, rows, places)

    def _moving(self, looked: Sequence[_Seen], shape: tuple[int, ...], actual: Frame) -> Parted:
        different, rows = _placed(looked, shape)
        if any(name in self.variables or name == alike.ELAPSED for _, name in different):
            return Parted(self._computed(different, actual), rows)
        keys = [(self.numbers[twin], name) for twin, name in different]
        if not isinstance(self.seen, SideBySide):
            return Parted(stacked([self.seen[key] for key in keys]), rows)
        source, places = self.seen.where(keys)
        return Parted(source, np.array(places)[rows], axis=1)

    def _computed(self, looked: tuple[_Seen, ...], actual: Frame) -> Value:
        """What moves, such as variables, each in its twin: (thing, time, world)."""
        if looked in self._known:
            return self._known[looked]
        groups: dict[Hashable, list[_Seen]] = {}
        for twin, name in looked:
            made = self._made(twin, name)
            key = name in dict(twin), None if made is None else alike.likeness(made)
            groups.setdefault(key, []).append((twin, name))
        values = [self._alike(group, actual) for group in groups.values()]
        order = [one for group in groups.values() for one in group]
        places = np.array([order.index(one) for one in looked])

        def in_order(*parts: Array) -> Array:
            shape = jnp.broadcast_shapes(*(part.shape[1:] for part in parts))
            return jnp.concatenate([cast("Array", fitted(one, shape)) for one in parts])[places]

        self._known[looked] = found = jax.tree.map(in_order, *values)
        return found

    def _alike(self, looked: Sequence[_Seen], actual: Frame) -> Value:
        """Moving variables that are all held alike, or all computed alike; or what is kept."""
        values = [
            made if name in dict(twin) else _in_twin(twin, made)
            for twin, name in looked
            if (made := self._made(twin, name)) is not None
        ]
        few = len(values) < FEWEST or any(name in self.pinned for _, name in looked)
        common = None if few else alike.form(values, twins=True)
        if common is None:
            found = stacked([self.frames[twin].look(name) for twin, name in looked])
        else:
            found = rolling.each(common, len(values), actual, evaluate)
        worlds = number_of(found).shape[1:][-1:] or (1,)  # a written number is the same in all
        return fitted(found, (actual.steps, *worlds))

    def _made(self, twin: Interventions, name: str) -> Typed | None:
        """What a moving variable is held at, or else is computed by; None of what is kept."""
        own = self.variables.get(name)
        return own and dict(twin).get(name, own)


def _in_twin(twin: Interventions, value: Typed) -> Twin:
    return Twin(value, twin, value.type)


def _placed(looked: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Each of some things once, and where in that order all of them are."""
    different = {one: place for place, one in enumerate(dict.fromkeys(looked))}
    return tuple(different), np.array([different[one] for one in looked]).reshape(shape)
