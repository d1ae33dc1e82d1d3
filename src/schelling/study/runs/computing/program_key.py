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
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, cast

import jax

from schelling.compile.planning.plan import Plan
from schelling.study.runs.computing import own_sources
from schelling.study.runs.files import manifest


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
        own_sources.digest(),
    )
    plan = _of_plan(structure)
    return None if plan is None else _digest((around, plan))


_last: list[tuple[Plan, str | None]] = []
"""The plan whose digest was taken last: all programs of a structure are of the same one.

It is asked for by identity, as a plan is as large to compare as to digest. Several threads may
write it; the last one stays, and another plan is digested anew.
"""


def _of_plan(plan: Plan) -> str | None:
    """The digest of a plan, or None."""
    for known, digest in _last[-1:]:
        if known is plan:
            return digest
    digest = _digest(plan)
    _last[:] = [(plan, digest)]
    return digest


def _digest(value: Any) -> str | None:
    """Different for different values; None where what a value is made of is not known."""
    pieces: list[str] = []
    try:
        _tell(value, pieces)
    except TypeError:
        return None
    pieces.append("")
    return hashlib.sha256("\0".join(pieces).encode()).hexdigest()


_PLAIN = (type(None), bool, int, float, Fraction, date, str, bytes)


@cache
def _names(kind: type) -> tuple[str, tuple[str, ...]]:
    """What a dataclass is called, and its fields."""
    return f"{kind.__module__}.{kind.__qualname__}", tuple(one.name for one in fields(kind))


def _tell(value: Any, pieces: list[str]) -> None:
    """Add a value in pieces of text, such that different values differ in them.

    Raises:
        TypeError: What the value is made of is not known.
    """
    kind = cast("type[Any]", type(value))
    if kind not in _PLAIN and isinstance(value, enum.Enum):
        pieces.append(f"{kind.__qualname__}.{value.name}")
    elif isinstance(value, _PLAIN):
        pieces.append(f"{kind.__name__} {value!r}")
    elif is_dataclass(kind):
        name, parts = _names(kind)
        pieces.append(name)
        for part in parts:
            pieces.append(part)
            _tell(getattr(value, part), pieces)
    else:
        _tell_together(value, pieces)


def _tell_together(values: Any, pieces: list[str]) -> None:
    """Add a container in pieces of text."""
    match values:
        case tuple() | list():
            together = tuple(cast("tuple[Any, ...]", values))
            pieces.append(f"{len(together)} in order")
            for one in together:
                _tell(one, pieces)
        case Mapping():
            pieces.append("by name")
            _tell(tuple(cast("Mapping[Any, Any]", values).items()), pieces)
        case set() | frozenset():
            told: list[str] = []
            for one in cast("frozenset[Any]", values):
                mine: list[str] = []
                _tell(one, mine)
                told.append("\0".join(mine))
            pieces.append(f"{len(told)} of a set")
            pieces.extend(sorted(told))
        case _:
            message = f"what makes a {type(values).__qualname__} is not known"
            raise TypeError(message)


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
