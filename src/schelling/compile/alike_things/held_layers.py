"""What many twins hold of alike things, in few layers that are each put in by one choice.

In a layer each thing is held at one expression, in however many twins, or each twin holds at one
whatever it holds. A claim over a set in which each member holds its own is one layer.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Int
from numpy import ndarray

from schelling.case.language.typed.types import Typed
from schelling.compile.expressions.many import Names
from schelling.compile.planning.twins import Interventions

_Held = tuple[int, int, Typed]
"""A thing, a twin, and what it holds the thing at."""


@dataclass(frozen=True)
class Layer:
    """What some twins hold of some things.

    Attributes:
        expressions: What is held.
        which: For every thing, or for every twin, the number of its expression; 0 where it has
            none.
        by_thing: Whether it is for every thing.
        here: Where something is held.
    """

    expressions: tuple[Typed, ...]
    which: Int[ndarray, " thing_or_twin"]
    by_thing: bool
    here: Bool[ndarray, "thing twin"]

    def put(self, values: Array, held: Array) -> Array:
        """Values, (thing, twin, world), with what is held, (expression, world), in their place."""
        row = held.astype(values.dtype)[self.which]
        row = row[:, None] if self.by_thing else row[None]
        return jnp.where(self.here[:, :, None], row, values)


def layers(holding: Sequence[tuple[int, Interventions]], names: Names, twins: int) -> list[Layer]:
    """What twins hold of alike things, in as few layers as things or twins allow.

    Args:
        holding: The twins that hold some of them, with what they hold.
        names: Of the things.
        twins: How many twins there are in all.
    """
    places = {name: place for place, name in enumerate(names)}
    held = [
        (places[name], twin, value)
        for twin, own in holding
        for name, value in own
        if name in places
    ]
    by_thing, by_twin = _parted(held, 0), _parted(held, 1)
    if len(by_thing) <= len(by_twin):
        return [_layer(part, 0, (len(names), twins)) for part in by_thing]
    return [_layer(part, 1, (len(names), twins)) for part in by_twin]


def _parted(held: Sequence[_Held], axis: int) -> list[list[_Held]]:
    """What is held in parts, in each of which each thing, or each twin, has one expression."""
    met: dict[Hashable, dict[Typed, int]] = {}
    parts: list[list[_Held]] = []
    for one in held:
        own = met.setdefault(one[axis], {})
        number = own.setdefault(one[2], len(own))
        if number == len(parts):
            parts.append([])
        parts[number].append(one)
    return parts


def _layer(part: Sequence[_Held], axis: int, shape: tuple[int, int]) -> Layer:
    here, which = np.zeros(shape, bool), np.zeros(shape[axis], int)
    different: dict[Typed, int] = {}
    for thing, twin, value in part:
        here[thing, twin] = True
        which[(thing, twin)[axis]] = different.setdefault(value, len(different))
    return Layer(tuple(different), which, axis == 0, here)
