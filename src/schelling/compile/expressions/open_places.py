"""What stands in the open places of forms, one for each of the alike things."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol, cast, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from schelling.case.language.typed.types import Constant, FirstPlayed, GameValue, Reference
from schelling.claims.signal import Signal
from schelling.compile.expressions.constants import NUMBERS, Argument
from schelling.compile.expressions.forms import Leaf, Row
from schelling.compile.expressions.many import Names, Value, together


@runtime_checkable
class Shows(Protocol):
    """What is needed of a `frame.Frame`."""

    @property
    def fixed(self) -> Mapping[str, Value]:
        """What is the same at every step."""
        ...

    @property
    def moving(self) -> Mapping[str, Value]:
        """What varies."""
        ...

    def look(self, name: str) -> Value:
        """The array behind a name."""
        ...


def gathered(names: Names, frame: Shows) -> Value:
    """What a frame shows of alike things, one after the other."""
    return together(frame.fixed if names[0] in frame.fixed else frame.moving, names)


def filled(row: Row | Reference, frame: Shows) -> Value:
    """What stands in an open place, one for each of the alike things."""
    if isinstance(row, Reference):
        return frame.look(row.name)
    shape, leaves = flat(row)
    match leaves[0]:
        case Reference():
            names = tuple(leaf.name for leaf in leaves if isinstance(leaf, Reference))
            values = gathered(names, frame)
        case Constant():
            values = constants([leaf for leaf in leaves if isinstance(leaf, Constant)], frame)
        case GameValue():
            asked = [leaf for leaf in leaves if isinstance(leaf, GameValue)]
            values = cast("Any", frame).solve.together(frame, asked)
        case FirstPlayed():
            asked = [leaf.value for leaf in leaves if isinstance(leaf, FirstPlayed)]
            values = cast("Any", frame).first.together(asked)
    return jax.tree.map(partial(_laid, shape), values)


def flat(row: Row) -> tuple[tuple[int, ...], list[Leaf]]:
    """The shape of what stands in an open place, and all of it, one after the other."""
    if not isinstance(row[0], tuple):
        return (len(row),), [leaf for leaf in row if not isinstance(leaf, tuple)]
    inner = [flat(cast("Row", one)) for one in row]
    return (len(row), *inner[0][0]), [leaf for _, leaves in inner for leaf in leaves]


def constants(leaves: list[Constant], frame: Shows) -> Array:
    """Numbers of formulas: those that come from outside, and those that stand in them."""
    outside = [isinstance(leaf, Argument) for leaf in leaves]
    own = np.array([0.0 if isinstance(leaf, Argument) else leaf.value for leaf in leaves])
    if not any(outside):
        return jnp.asarray(own)
    given = margin_of(frame.fixed[NUMBERS])
    places = np.array([leaf.position if isinstance(leaf, Argument) else 0 for leaf in leaves])
    found = given[places]
    return found if all(outside) else jnp.where(np.array(outside), found, own)


def margin_of(value: Value) -> Array:
    """The array of a number; the margin of a condition."""
    return value.margin if isinstance(value, Signal) else value


def _laid(shape: tuple[int, ...], array: Array) -> Array:
    return array if len(shape) == 1 else array.reshape(*shape, *array.shape[1:])
