"""Courses of many things, kept side by side in few arrays.

A program that writes one array a step is compiled sooner than one that writes an array for every
thing. Axes: (time, thing, world).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final, TypeGuard, cast

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Shaped

from schelling.compile.expressions.many import Names, taken

Key = tuple[int, str]
"""A twin, and the name of what is seen of it."""

Keys = tuple[int, str | Names] | tuple[Key, ...]
"""A twin, and the name of what is seen of it, or the names of alike things; or what is seen of many
twins, each with a name."""

Places = tuple[tuple[Key, tuple[str, int]], ...]
"""Where each of several things stands: its kind of number, and its place there."""

Seen = Mapping[Keys, Shaped[Array, "... world"]]
"""What is seen at one time; of alike things, (thing, world)."""


@dataclass(frozen=True)
class SideBySide(Mapping[Key, Array]):
    """Courses by twin and name; each is cut out when it is looked at.

    Attributes:
        together: Of what is one number a world, by kind of number, `(time, thing, world)`.
        apart: Of what has more axes, such as the states of agents, `(time, ..., world)`.
        places: Where each of the first stands: its kind, and its place there.
    """

    together: dict[str, Shaped[Array, "time thing world"]]
    apart: dict[Key, Shaped[Array, "time ... world"]]
    places: Places

    def __getitem__(self, key: Key) -> Array:
        if key in self.apart:
            return self.apart[key]
        kind, place = self._place_of[key]
        return self.together[kind][:, place]

    @cached_property
    def _place_of(self) -> dict[Key, tuple[str, int]]:
        return dict(self.places)

    @cached_property
    def _of_twins(self) -> dict[int, dict[str, tuple[str, int]]]:
        found: dict[int, dict[str, tuple[str, int]]] = {}
        for (twin, name), place in self.places:
            found.setdefault(twin, {})[name] = place
        return found

    def of(self, twin: int) -> TwinCourse:
        """The courses of one twin."""
        return TwinCourse(self, twin, self._of_twins.get(twin, {}))

    def where(self, keys: Sequence[Key]) -> tuple[Shaped[Array, "time thing world"], list[int]]:
        """Where the courses of some things lie, each one number a world, and at which places."""
        places = [self._place_of[key] for key in keys]
        if len({kind for kind, _ in places}) > 1:
            return jnp.stack([self[key] for key in keys], 1), list(range(len(keys)))
        return self.together[places[0][0]], [place for _, place in places]

    def __iter__(self) -> Iterator[Key]:
        yield from self.apart
        yield from (key for key, _ in self.places)

    def __len__(self) -> int:
        return len(self.apart) + len(self.places)

    @classmethod
    def begun(cls, seen: Seen, times: int) -> SideBySide:
        """Courses of so many times, of which the first is known."""
        kinds: dict[str, list[Key]] = {}
        for key, value in _in_order(seen):
            if _is_one_number(key, value):
                kinds.setdefault(str(value.dtype), []).extend(_each(key))
        places = tuple((key, (kind, n)) for kind in kinds for n, key in enumerate(kinds[kind]))
        first, (together, apart) = partial(_first_of, times=times), _now(seen)
        return cls(jax.tree.map(first, together), jax.tree.map(first, apart), places)

    def with_time(self, time: Array, seen: Seen) -> SideBySide:
        """The courses with what is seen at another time."""
        courses = (self.together, self.apart)
        together, apart = jax.tree.map(partial(_put, time), courses, _now(seen))
        return SideBySide(together, apart, self.places)


class TwinCourse(Mapping[str, Array]):
    """The courses of one twin by name; several can be had together."""

    def __init__(
        self, courses: SideBySide, twin: int, places: Mapping[str, tuple[str, int]]
    ) -> None:
        self._courses, self._twin, self._places = courses, twin, places

    def __getitem__(self, name: str) -> Array:
        if name not in self._places:
            return self._courses.apart[self._twin, name]
        kind, place = self._places[name]
        return self._courses.together[kind][:, place]

    def __iter__(self) -> Iterator[str]:
        yield from (name for twin, name in self._courses.apart if twin == self._twin)
        yield from self._places

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def together(self, names: Names) -> Array:
        """The courses of some things: (thing, time, world)."""
        places = [self._places[name] for name in names]
        kinds = {kind for kind, _ in places}
        if len(kinds) > 1:
            return jnp.stack([self[name] for name in names])
        things = self._courses.together[kinds.pop()].swapaxes(0, 1)
        return taken([place for _, place in places], things)


def _parts(courses: SideBySide) -> tuple[tuple[Any, Any], Places]:
    return (courses.together, courses.apart), courses.places


def _of_parts(places: Places, parts: tuple[Any, Any]) -> SideBySide:
    """Courses of anything that JAX puts in the place of arrays, such as their shapes."""
    made = object.__new__(SideBySide)
    for name, value in zip(("together", "apart", "places"), (*parts, places), strict=True):
        object.__setattr__(made, name, value)
    return made


jax.tree_util.register_pytree_node(SideBySide, _parts, _of_parts)


def _is_one_number(key: Keys, value: Array) -> bool:
    """Whether each thing is one number a world; agents have more."""
    return value.ndim == (1 if _is_alone(key) else 2)


def _is_alone(key: Keys) -> TypeGuard[Key]:
    """Whether a key is that of one thing."""
    return isinstance(key[0], int) and isinstance(key[1], str)


def _is_of_many(key: Keys) -> TypeGuard[tuple[Key, ...]]:
    """Whether a key is that of many twins."""
    return isinstance(key[0], tuple)


def _in_order(seen: Seen) -> list[tuple[Keys, Array]]:
    """What is seen, in an order that does not depend on how it was kept."""
    return sorted(seen.items(), key=lambda pair: str(pair[0]))


def _each(key: Keys) -> list[Key]:
    if _is_of_many(key):
        return list(key)
    twin, names = cast("tuple[int, str | Names]", key)
    return [(twin, name) for name in ((names,) if isinstance(names, str) else names)]


def _now(seen: Seen) -> tuple[dict[str, Array], dict[Key, Array]]:
    """What is seen at one time, side by side."""
    kinds: dict[str, list[Array]] = {}
    apart: dict[Key, Array] = {}
    for key, value in _in_order(seen):
        if _is_one_number(key, value):
            rows = value if value.ndim == 2 else value[None]
            kinds.setdefault(str(value.dtype), []).append(rows)
        else:
            apart[_each(key)[0]] = value
    return {kind: _joined(values) for kind, values in kinds.items()}, apart


_FEW: Final = 8
"""Arrays that XLA cuts out while it joins them; of more, it copies each by itself before."""


def _joined(values: list[Array]) -> Array:
    """Arrays one after the other, few at a time: fewer parts to compile."""
    while len(values) > _FEW:
        starts = range(0, len(values), _FEW)
        some = [jnp.concatenate(values[start : start + _FEW]) for start in starts]
        values = cast("list[Array]", lax.optimization_barrier(some))  # or they are joined at once
    return jnp.concatenate(values)


def _put(time: Array, path: Array, now: Array) -> Array:
    return path.at[time].set(now)


def _first_of(value: Array, times: int) -> Array:
    return jnp.zeros((times, *value.shape), value.dtype).at[0].set(value)
