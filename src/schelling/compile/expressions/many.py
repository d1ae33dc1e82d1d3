"""Values by name, of which alike ones lie in one array, one after the other in its first axis."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol, cast, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from schelling.claims.signal import Signal
from schelling.compile.expressions.forms import Names

Value = Array | Signal


@runtime_checkable
class Gathers(Protocol):
    """Values by name that can be had together."""

    def together(self, names: Names) -> Value:
        """Some values in one array, in the order of the names, before all other axes."""
        ...


class Many(Mapping[str, Any]):
    """Values by name; one that lies beside others is cut out when it is looked at.

    Args:
        kept: By name, a value; by several names, their values in one array. What comes later takes
            the place of what has the same name.
    """

    def __init__(self, kept: Mapping[Any, Any] | None = None) -> None:
        self.kept: dict[str | Names, Any] = {}
        self._places: dict[str, tuple[str | Names, int]] = {}
        for key, value in (kept or {}).items():
            self.put(key, value)

    def put(self, key: str | Names, value: Any) -> None:
        """Add a value, or several in one array, while this is made."""
        self.kept[key] = value
        for position, name in enumerate((key,) if isinstance(key, str) else key):
            self._places[name] = key, position

    def __getitem__(self, name: str) -> Any:
        key, position = self._places[name]
        return self.kept[key] if isinstance(key, str) else one_of(self.kept[key], position)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def key_of(self, name: str) -> str | Names:
        """The name under which a value is kept; of one that lies beside others, all their names."""
        return self._places[name][0]

    def together(self, names: Names) -> Value:
        """Some values in one array, before all other axes."""
        places = [self._places[name] for name in names]
        keys = list(dict.fromkeys(key for key, _ in places))
        if len(keys) == 1 and isinstance(keys[0], tuple):
            rows = [position for _, position in places]
            return jax.tree.map(partial(taken, rows), self.kept[keys[0]])
        pieces: list[Value] = []
        starts: dict[str | Names, int] = {}
        for key in keys:
            starts[key] = sum(len(_axis(piece)) for piece in pieces)
            value = self.kept[key]
            pieces.append(value if isinstance(key, tuple) else jax.tree.map(_alone, value))
        rows = [starts[key] + position for key, position in places]
        return jax.tree.map(partial(taken, rows), jax.tree.map(_joined, *pieces))

    def only(self, keys: Collection[str | Names]) -> Many:
        """Some of them: values by name, and alike ones by all their names."""
        found = Many()
        for key in sorted(keys, key=str):
            if key in self.kept:
                found.put(key, self.kept[key])
            elif isinstance(key, str) and key in self:
                found.put(key, self[key])
        return found

    def having(self, changed: Mapping[Any, Any]) -> Many:
        """The same, kept in the same way, with some values changed."""
        found = dict(self.kept)
        new: Mapping[Any, Any] = changed.kept if isinstance(changed, Many) else changed
        for name, value in new.items():
            if name in found:
                found[name] = value
                continue
            key, position = self._places[str(name)]
            if isinstance(key, tuple):
                found[key] = jax.tree.map(partial(placed, position), found[key], value)
            else:
                found[key] = value
        return Many(found)


class Picked(dict[str, Value]):
    """What moves at some steps alone, picked when first looked at.

    As a dict it holds, and iterates over, what was picked so far only. Time is the axis before the
    last: what stands in an open place may have others before it.
    """

    def __init__(self, whole: Mapping[str, Value], steps: slice | Int[np.ndarray, " time"]) -> None:
        super().__init__()
        self._whole, self._steps = whole, steps

    def __missing__(self, name: str) -> Value:
        self[name] = picked = jax.tree.map(self._picked, self._whole[name])
        return picked

    def together(self, names: Names) -> Value:
        """Some values at these steps in one array, before all other axes."""
        whole = together(self._whole, names)
        return jax.tree.map(self._picked, whole)

    def _picked(self, array: Array) -> Array:
        return array[..., self._steps, :]


def renamed(values: Many, rename: Callable[[str], str], change: Callable[[Array], Array]) -> Many:
    """Other values, of other names, that are kept in the same way."""
    found = Many()
    for key, value in values.kept.items():
        new = rename(key) if isinstance(key, str) else tuple(map(rename, key))
        found.put(new, jax.tree.map(change, value))
    return found


def merged(*parts: Mapping[str, Any]) -> Many:
    """The values of several mappings; of one name, those of the last."""
    found = Many()
    for part in parts:
        kept = part.kept if isinstance(part, Many) else dict(part)
        for key, value in kept.items():
            found.put(key, value)
    return found


def together(values: Mapping[str, Value], names: Names) -> Value:
    """Some values in one array, in the order of the names, before all other axes."""
    if isinstance(values, Gathers):
        return values.together(names)
    return stacked([values[name] for name in names])


def as_kept(values: Mapping[str, Value], names: Collection[str]) -> Names:
    """Some names, each once; where they are kept in one array, as all that lie there."""
    keys = {values.key_of(name) for name in names} if isinstance(values, Many) else set[Names]()
    whole = next(iter(keys), ())
    return whole if len(keys) == 1 and not isinstance(whole, str) else tuple(dict.fromkeys(names))


def stacked(values: list[Value]) -> Value:
    """Values side by side in a new first axis."""
    return jax.tree.map(_joined, *(jax.tree.map(_alone, value) for value in values))


def one_of(values: Any, position: int) -> Any:
    """One of the values of alike things."""

    def one(array: Array) -> Array:
        return array[position]

    return jax.tree.map(one, values)


def fitted(values: Value, shape: tuple[int, ...]) -> Value:
    """Values of alike things, each broadcast to a shape."""

    def whole(array: Array) -> Array:
        missing = (1,) * (len(shape) - array.ndim + 1)
        wide = array.reshape(len(array), *missing, *array.shape[1:])
        return jnp.broadcast_to(wide, (len(array), *shape))

    return jax.tree.map(whole, values)


def placed(position: int, values: Array, own: Array) -> Array:
    """Values of alike things, with another one at some place."""
    return values.at[position].set(own.astype(values.dtype))


def changed_at(
    names: Names, values: Value, some: Iterable[str], change: Callable[[str, Any], Value]
) -> Value:
    """Values of alike things, some of which are changed one by one."""
    for name in some:
        position = names.index(name)
        other = change(name, one_of(values, position))
        values = jax.tree.map(partial(placed, position), values, other)
    return values


def taken(rows: list[int], array: Array) -> Array:
    """Some rows of an array; itself where they are all of its rows."""
    first, count = rows[0], len(rows)
    if rows == list(range(first, first + count)):
        return array if count == len(array) else array[first : first + count]
    return array[np.array(rows)]


def _axis(value: Value) -> Array:
    return value.truth if isinstance(value, Signal) else value


def _alone(array: Array) -> Array:
    return jnp.asarray(array)[None]


def _joined(*arrays: Array) -> Array:
    """Arrays one after the other, each in the shape that all of them fit."""
    shape = jnp.broadcast_shapes(*(jnp.shape(array)[1:] for array in arrays))
    return jnp.concatenate([cast("Array", fitted(array, shape)) for array in arrays])


def _parts(values: Many) -> tuple[tuple[Any, ...], tuple[str | Names, ...]]:
    return tuple(values.kept.values()), tuple(values.kept)


def _of_parts(keys: tuple[str | Names, ...], parts: tuple[Any, ...]) -> Many:
    return Many(dict(zip(keys, parts, strict=True)))


jax.tree_util.register_pytree_node(Many, _parts, _of_parts)
