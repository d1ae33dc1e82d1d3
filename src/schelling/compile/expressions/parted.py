"""Values that stay where they lie until they are taken, all at once or one after the other.

Where each of many alike things looks at many values of a twin of its own, all of these together
would take as much room as the courses of all twins.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int
from numpy import ndarray

from schelling.compile.expressions.many import Value


@dataclass(frozen=True)
class Parted:
    """Values of alike things, or rows of them, in an array of all values.

    Attributes:
        source: All values, (value, ...); or, of what may differ between twins, (value, twin, ...).
        rows: Which of them are meant, (thing, ...).
        twins: In which twin, likewise; None where that is not told apart.
        axis: Along which axis of the source the values lie: 0, or 1 behind time.
    """

    source: Value
    rows: Int[ndarray, " thing *row"]
    twins: Int[ndarray, " thing *row"] | None = None
    axis: int = 0

    def whole(self) -> Value:
        """All of them, (thing, ...)."""
        return self._taken(self.rows, self.twins)

    def at(self, at: Array) -> Value:
        """Those of one thing."""
        twins = None if self.twins is None else jnp.asarray(self.twins)[at]
        return self._taken(jnp.asarray(self.rows)[at], twins)

    def _taken(self, rows: Array | ndarray, twins: Array | ndarray | None) -> Value:
        def of(array: Array) -> Array:
            if twins is not None:
                return array[rows, twins]
            if self.axis == 0:
                return array[rows]
            found = array[:, rows]
            return jnp.moveaxis(found, 0, np.ndim(rows))

        return jax.tree.map(of, self.source)
