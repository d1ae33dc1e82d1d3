"""What a compiled program is a function of, as one digest.

Two programs with the same key are the same machine code, so everything that makes a difference is
in it: the plan without numbers, prose and priors, the shapes of what goes in, the sources of this
package, versions, settings of the compiler and the processor. What is not understood has no key and
is compiled every time.
"""

from __future__ import annotations

import enum
import hashlib
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, cast

import jax

from schelling.compile.plan import Plan
from schelling.study.runs.files import manifest

_NOT_COMPUTED = ("cli", "lsp", "report", "web")
"""Rooms that only speak to people: their sources make no program."""


def key(
    name: str,
    structure: Plan,
    arguments: Any,
    options: Mapping[str, bool | int],
    devices: Sequence[int],
) -> str | None:
    """The key of a program.

    Args:
        name: Which function of the plan it is.
        structure: The plan without its numbers, priors and prose.
        arguments: Arrays, or shapes of arrays, in the containers in which they are handed over.
        options: For the compiler.
        devices: Numbers of the devices the program runs on.

    Returns:
        64 hexadecimal digits; None if the plan holds something whose content is not known.
    """
    found = hashlib.sha256()
    leaves, tree = cast("tuple[list[Any], Any]", jax.tree.flatten(arguments))
    shapes = tuple(f"{leaf.dtype}{tuple(leaf.shape)}" for leaf in leaves)
    around = (
        name,
        str(tree),
        shapes,
        dict(options),
        list(devices),
        _machine(),
        _compiler(),
        _sources(),
    )
    try:
        for piece in _told((around, structure)):
            found.update(piece.encode())
            found.update(b"\0")
    except TypeError:
        return None
    return found.hexdigest()


def _told(value: Any) -> Iterator[str]:
    """A value in pieces of text, such that different values differ in them.

    Raises:
        TypeError: What the value is made of is not known.
    """
    match value:
        case enum.Enum():
            yield f"{type(value).__qualname__}.{value.name}"
        case None | bool() | int() | float() | Fraction() | date() | str() | bytes():
            yield f"{type(value).__name__} {value!r}"
        case _ if is_dataclass(value):
            yield f"{type(value).__module__}.{type(value).__qualname__}"
            for one in fields(value):
                yield one.name
                yield from _told(getattr(value, one.name))
        case _:
            yield from _told_together(value)


def _told_together(values: Any) -> Iterator[str]:
    """A container in pieces of text."""
    match values:
        case tuple() | list():
            together = tuple(cast("tuple[Any, ...]", values))
            yield f"{len(together)} in order"
            for one in together:
                yield from _told(one)
        case Mapping():
            yield from ("by name", *_told(tuple(cast("Mapping[Any, Any]", values).items())))
        case set() | frozenset():
            told = ["\0".join(_told(one)) for one in cast("frozenset[Any]", values)]
            yield from (f"{len(told)} of a set", *sorted(told))
        case _:
            message = f"what makes a {type(values).__qualname__} is not known"
            raise TypeError(message)


@cache
def _sources() -> str:
    """Digest of what the programs are made by."""
    found, root = hashlib.sha256(), Path(__file__).parents[3]
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if name.parts[0] not in _NOT_COMPUTED:
            found.update(f"{name}\0".encode() + path.read_bytes())
    return found.hexdigest()


@cache
def _machine() -> tuple[str, ...]:
    """The processor, whose instructions the program uses."""
    told = (platform.system(), platform.machine(), platform.processor())
    try:
        first = Path("/proc/cpuinfo").read_text("utf-8", "replace").partition("\n\n")[0]
    except OSError:
        return told
    changing = ("processor", "core id", "apicid", "initial apicid", "cpu MHz", "bogomips")
    lines = (line for line in first.splitlines() if not line.startswith(changing))
    return (*told, *lines)


def _compiler() -> tuple[object, ...]:
    """Versions, and settings that were made in this process or for it."""
    values = cast("Mapping[str, object]", jax.config.values)
    set_ = {
        name: value
        for name, value in sorted(values.items())
        if isinstance(value, bool | int | float | str) and "cache" not in name
    }
    return (manifest.versions(), os.environ.get("XLA_FLAGS", ""), set_)
