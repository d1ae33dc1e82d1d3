"""Compiled programs of games: one for each structure, and only the latest of them are kept.

A solver is compiled anew for every structure of games and every shape of its arrays. `jax.jit`
would keep each of these programs for as long as the process lives. One program takes some 10 MB and
170 memory maps, of which Linux allows a process 65,530: after about 300 structures the next one
could not be compiled. Here one list serves all solvers, and the program that was not used for the
longest time makes room for a new one. Knows no games.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

import jax
import numpy as np
from jax.core import Tracer

MOST = 32
"""Programs kept in a process."""

_OPTIONS = {"xla_cpu_use_fusion_emitters": False}
"""XLA's older code generator: games of up to 30 states and tables of up to 8 by 8 compile in 50 to
75 % of the time and run as fast as with the newer one, within a fifth."""

_Answer = TypeVar("_Answer")


def compiled(*static: int) -> Callable[[Callable[..., _Answer]], Callable[..., _Answer]]:
    """Decorate a function of arrays so that calls run a compiled program of it.

    While another program is traced, the function is traced into it like any other.

    Args:
        static: Positions of the arguments that the program is made for: hashable, no arrays.

    Returns:
        The decorator. The function takes its arguments by position.

    Examples:
        >>> @compiled(0)
        ... def power(exponent, base):
        ...     return base**exponent
        >>> power(3, np.array([1.0, 2.0])).tolist()
        [1.0, 8.0]
    """

    def decorate(function: Callable[..., _Answer]) -> Callable[..., _Answer]:
        @wraps(function)
        def call(*arguments: Any) -> _Answer:
            fixed = tuple((place, arguments[place]) for place in static)
            arrays = tuple(each for place, each in enumerate(arguments) if place not in static)
            leaves, tree = cast("tuple[list[Any], Any]", jax.tree.flatten(arrays))
            if any(isinstance(leaf, Tracer) for leaf in leaves):
                return function(*arguments)
            shapes = tuple((np.shape(leaf), jax.dtypes.result_type(leaf)) for leaf in leaves)
            return cast("_Answer", _program(function, fixed, tree, shapes)(*arrays))

        return call

    return decorate


@lru_cache(maxsize=MOST)
def _program(
    function: Callable[..., Any], fixed: tuple[tuple[int, Any], ...], *_: Any
) -> Callable[..., Any]:
    """Nothing but its entry in this cache holds a program; it goes when the entry does."""

    def made(*arrays: Any) -> Any:
        arguments = list(arrays)
        for place, value in fixed:  # ascending, so that each comes back to where it was
            arguments.insert(place, value)
        return function(*arguments)

    return jax.jit(made, compiler_options=_OPTIONS)
