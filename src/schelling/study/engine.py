"""The engine: one compiled function, every core, blocks of one fixed shape.

Worlds are always computed in blocks of `LANES` that start at multiples of `LANES`, one block a
core at a time. A world therefore sits in the same lane of the same program whatever the number of
worlds or cores, and its numbers are the same to the last bit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, cast

import jax
import numpy as np
from jax.sharding import Mesh, PartitionSpec
from jaxtyping import Float
from numpy import ndarray

from schelling import axes as axes  # noqa: PLC0414 - switches JAX to float64
from schelling.compile import worlds
from schelling.compile.plan import Plan
from schelling.dynamics import chance
from schelling.errors import RunError

LANES = 1024
"""Worlds in a block: large enough to fill the vector units, small enough for the cache."""

MAX_WORLDS = 2**32


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def use_cores(count: int | None = None) -> None:
    """Give JAX one CPU device per core; without effect once JAX has started."""
    try:
        jax.config.update("jax_num_cpu_devices", count or cores())
    except RuntimeError:
        return


class Engine:
    """A plan compiled for this machine.

    Attributes:
        plan: What is computed.
        width: Worlds computed in one call.
    """

    def __init__(self, plan: Plan, *, seed: int, devices: int | None = None) -> None:
        use_cores()
        available = cast("list[Any]", jax.devices("cpu"))
        self.plan = plan
        self._mesh = Mesh(np.array(available[:devices]), ("block",))
        self.width = LANES * self._mesh.size
        self._keys = chance.keys(seed, plan.streams)
        beside = ThreadPoolExecutor(2, "compile")  # compiling leaves the interpreter free
        self._answer = beside.submit(self._compile, worlds.kernel(plan))
        self._course = beside.submit(self._compile, worlds.paths(plan))
        beside.shutdown(wait=False)

    def _compile(self, kernel: worlds.Kernel | worlds.PathKernel) -> Any:
        """A kernel over one block, compiled to run one block per device."""
        block = PartitionSpec("block")
        spread: Any = jax.jit(
            jax.shard_map(
                kernel,
                mesh=self._mesh,
                in_specs=(block, block, PartitionSpec()),
                out_specs=block,
                check_vma=False,
            )
        )
        drawn = jax.ShapeDtypeStruct((self.width, len(self.plan.assumptions)), np.float64)
        numbers = jax.ShapeDtypeStruct((self.width,), np.uint32)
        return spread.lower(drawn, numbers, self._keys).compile()

    def run(
        self, draws: Float[ndarray, "draw assumption"], first: int
    ) -> Iterator[worlds.Outcomes]:
        """Outcomes of consecutive worlds, call by call, in order.

        Args:
            draws: Assumptions of the worlds from `first` on, in declared units.
            first: A multiple of `LANES`.

        Yields:
            Outcomes of up to `width` worlds, as NumPy arrays.

        Raises:
            RunError: A first world that no block starts with.
        """
        yield from self._calls(self._answer.result(), draws, first)

    def paths(self, draws: Float[ndarray, "draw assumption"], first: int) -> Iterator[worlds.Paths]:
        """The whole course of consecutive worlds; see `run`."""
        yield from self._calls(self._course.result(), draws, first)

    def _calls(
        self,
        function: Any,
        draws: Float[ndarray, "draw assumption"],
        first: int,
    ) -> Iterator[Any]:
        """One call after the other; the next is under way while one is handed out."""
        if first % LANES or first + len(draws) > MAX_WORLDS:
            message = f"blocks start at multiples of {LANES}; got {first}"
            raise RunError(message)
        pending: tuple[Any, int] | None = None
        for start in range(0, len(draws), self.width):
            part = draws[start : start + self.width]
            padded = np.concatenate([part, np.repeat(part[-1:], self.width - len(part), axis=0)])
            numbers = (first + start + np.arange(self.width)).astype(np.uint32)
            following = (function(padded, numbers, self._keys), len(part))
            if pending is not None:
                yield _fetch(*pending)
            pending = following
        if pending is not None:
            yield _fetch(*pending)


def _fetch(results: Any, count: int) -> Any:
    return jax.tree.map(partial(_head, count), results)


def _head(count: int, leaf: jax.Array) -> ndarray:
    return np.asarray(leaf)[:count]
