"""Courses of many things, kept side by side in few arrays.

A program that writes one array a step is compiled sooner than one that writes an array for every
thing. Axes: (time, thing, world).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Shaped

Key = tuple[int, str]
"""A twin, and the name of what is seen of it."""

Places = tuple[tuple[Key, tuple[str, int]], ...]
"""Where each of several things stands: its kind of number, and its place there."""

Seen = Mapping[Key, Shaped[Array, "... world"]]
"""What is seen at one time."""


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
        kind, place = dict(self.places)[key]
        return self.together[kind][:, place]

    def __iter__(self) -> Iterator[Key]:
        yield from self.apart
        yield from (key for key, _ in self.places)

    def __len__(self) -> int:
        return len(self.apart) + len(self.places)

    @classmethod
    def begun(cls, seen: Seen, times: int) -> SideBySide:
        """Courses of so many times, of which the first is known."""
        kinds: dict[str, list[Key]] = {}
        for key, value in seen.items():
            if value.ndim == 1:
                kinds.setdefault(str(value.dtype), []).append(key)
        places = tuple((key, (kind, n)) for kind in kinds for n, key in enumerate(kinds[kind]))
        first, (together, apart) = partial(_first_of, times=times), _now(places, seen)
        return cls(jax.tree.map(first, together), jax.tree.map(first, apart), places)

    def with_time(self, time: Array, seen: Seen) -> SideBySide:
        """The courses with what is seen at another time."""
        courses = (self.together, self.apart)
        together, apart = jax.tree.map(partial(_put, time), courses, _now(self.places, seen))
        return SideBySide(together, apart, self.places)


jax.tree_util.register_dataclass(
    SideBySide, data_fields=["together", "apart"], meta_fields=["places"]
)


def _now(places: Places, seen: Seen) -> tuple[dict[str, Array], dict[Key, Array]]:
    """What is seen at one time, side by side."""
    kinds: dict[str, list[Array]] = {}
    for key, (kind, _) in places:
        kinds.setdefault(kind, []).append(seen[key])
    together = {kind: jnp.stack(values) for kind, values in kinds.items()}
    placed = {key for key, _ in places}
    return together, {key: value for key, value in seen.items() if key not in placed}


def _put(time: Array, path: Array, now: Array) -> Array:
    return path.at[time].set(now)


def _first_of(value: Array, times: int) -> Array:
    return jnp.zeros((times, *value.shape), value.dtype).at[0].set(value)
