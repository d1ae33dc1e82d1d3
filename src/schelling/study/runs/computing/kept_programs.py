"""Programs that are compiled once for a structure and found again by every later command.

Tracing a case and compiling it takes most of the time of a run of few worlds. Where a cache is
open, the finished program is kept, and the next process that needs the same one loads it: the very
machine code, so the same bits. Nothing is kept unless `open_cache` is called; the commands call it.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
from typing import Any, cast

import jax
from jax.experimental import serialize_executable
from jax.experimental.compilation_cache import compilation_cache

from schelling.study.runs.computing.cache_folder import CacheFolder
from schelling.study.runs.computing.quickness import Options

_open: list[tuple[CacheFolder, bool]] = []
"""The folder, and whether JAX's own cache was on before."""


def open_cache(folder: CacheFolder) -> None:
    """Keep what this process compiles from now on, and look there first.

    JAX's own cache is off meanwhile: a program that was loaded cannot be written down again.
    """
    close_cache()
    settings = cast("dict[str, Any]", jax.config.values)
    _open.append((folder, bool(settings["jax_enable_compilation_cache"])))
    _use_caches_of_jax(False)


def close_cache() -> None:
    """Compile everything from now on."""
    if _open:
        _, before = _open.pop()
        _use_caches_of_jax(before)


def cache_is_open() -> bool:
    """Whether programs are kept."""
    return bool(_open)


def _use_caches_of_jax(wanted: bool) -> None:
    jax.config.update("jax_enable_compilation_cache", wanted)
    compilation_cache.reset_cache()


class Program:
    """A function of blocks, found compiled or to be compiled.

    Args:
        key: What it is; None if that is not known, and it cannot be kept.
        lower: Traces the function; called only where nothing was found.
        options: For the compiler.
        devices: How many devices it runs on; all there are when None.

    Attributes:
        out_info: Shapes of what the function returns.
    """

    def __init__(
        self,
        key: str | None,
        lower: Callable[[], Any],
        options: Options,
        devices: int | None = None,
    ) -> None:
        self._folder = _open[0][0] if _open and key is not None else None
        self._key, self._lower, self._options = key or "", lower, options
        self._devices = devices
        self._found, self._lowered = self._read(), None
        if self._found is None:
            self._lowered = lower()
            self.out_info = _shapes(self._lowered.out_info)
        else:
            self.out_info = self._found[0]

    def compile(self) -> Any:
        """The compiled program."""
        if self._found is not None:
            try:
                places = cast("list[Any]", jax.devices("cpu"))[: self._devices]
                load = cast("Callable[..., Any]", serialize_executable.deserialize_and_load)
                return load(*self._found[1], execution_devices=places)
            except Exception:
                self._found = None
        lowered = self._lowered if self._lowered is not None else self._lower()
        made, self._lowered = lowered.compile(dict(self._options)), None
        self._keep(made)
        return made

    def _read(self) -> tuple[Any, tuple[Any, ...]] | None:
        """Shapes of what it returns, and what JAX loads it from."""
        data = self._folder.read(self._key) if self._folder is not None else None
        if data is None:
            return None
        try:
            return pickle.loads(zlib.decompress(data))
        except Exception:
            return None

    def _keep(self, made: Any) -> None:
        if self._folder is None:
            return
        try:
            parts = cast("tuple[Any, ...]", serialize_executable.serialize(made))
        except (ValueError, NotImplementedError, jax.errors.JaxRuntimeError):
            return  # JAX cannot write this one down
        data = pickle.dumps((self.out_info, parts))
        self._folder.write(self._key, zlib.compress(data, 1))


def _shapes(tree: Any) -> Any:
    return jax.tree.map(_shape, tree)


def _shape(leaf: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(leaf.shape, leaf.dtype)
