"""The manifest of a run: how its numbers were made."""

from __future__ import annotations

import dataclasses
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

SCHEMA = "schelling.run/2"

_ANY_SCHEMA = "schelling.run/"


@dataclass(frozen=True)
class Manifest:
    """How a run can be made again.

    Attributes:
        schema: Version of the run folder's layout.
        case: Name of the case.
        title: Its title.
        digest: SHA-256 over the case's files.
        worlds: Number of worlds.
        seed: Seed of the design and of chance.
        design: How assumptions were drawn.
        replicates: Independent copies of the design, for error bars.
        claims: Names of the claims asked.
        assumptions: Names of the assumptions.
        versions: Versions of the program and of what it computes with.
        command: A command that makes the run again.
        questions: Names of the questions of the register that were asked.
        rival: Name of the rival of the case that was run; empty for the case itself.
    """

    schema: str
    case: str
    title: str
    digest: str
    worlds: int
    seed: int
    design: str
    replicates: int
    claims: tuple[str, ...]
    assumptions: tuple[str, ...]
    versions: Mapping[str, str]
    command: str
    questions: tuple[str, ...] = ()
    rival: str = ""

    def to_json(self) -> str:
        """The manifest as JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"


def from_json(text: str) -> Manifest:
    """Read a manifest back.

    Raises:
        ValueError: It is not a manifest of this layout.
    """
    data: Any = json.loads(text)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:  # pyright: ignore
        message = f"not a run of layout {SCHEMA}"
        raise ValueError(message)
    fields = {field.name for field in dataclasses.fields(Manifest)}
    known: dict[str, Any] = {key: value for key, value in data.items() if key in fields}  # pyright: ignore
    for key in ("claims", "assumptions"):
        known[key] = tuple(known[key])
    known["questions"] = tuple(known.get("questions", ()))  # absent from a run without a register
    return Manifest(**known)


def recognise(text: str) -> None:
    """Accept the manifest of a run of any layout.

    Raises:
        ValueError: It is none.
    """
    data: Any = json.loads(text)
    schema: Any = data.get("schema") if isinstance(data, dict) else None  # pyright: ignore
    if not (isinstance(schema, str) and schema.startswith(_ANY_SCHEMA)):
        message = "no manifest of a run"
        raise ValueError(message)


def differences(one: Manifest, other: Manifest) -> tuple[str, ...]:
    """The differences between two runs, except for the command that made them.

    Examples:
        >>> from dataclasses import replace
        >>> run = Manifest("s", "c", "t", "d", 10, 0, "mc", 2, (), (), {}, "x")
        >>> differences(run, replace(run, worlds=20, command="y"))
        ('worlds: 10 and 20',)
    """
    first, second = dataclasses.asdict(one), dataclasses.asdict(other)
    return tuple(
        f"{key}: {first[key]} and {second[key]}"
        for key in first
        if key != "command" and first[key] != second[key]
    )


def versions() -> dict[str, str]:
    """Versions of the program and of the libraries its numbers come from."""
    found = {"schelling": metadata.version("schelling"), "python": platform.python_version()}
    return found | {name: metadata.version(name) for name in ("jax", "jaxlib", "numpy", "scipy")}
