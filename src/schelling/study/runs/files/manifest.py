"""The manifest of a run: how its numbers were made."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NoReturn

from schelling.study.runs.files import reading
from schelling.study.runs.files.reading import Refused

NAME: Final = "manifest.json"
SCHEMA: Final = "schelling.run/2"
MAX_WORLDS: Final = 2**32

_POSTERIOR: Final = ["digest", "engine", "known", "luck", "records"]

OF_THE_POSTERIOR: Final = "that of the posterior"

_ANY_SCHEMA: Final = "schelling.run/"
_NUMBERS: Final = frozenset({"worlds", "seed", "replicates"})
_LISTS: Final = frozenset({"claims", "assumptions", "questions"})
_LONGEST: Final = 10_000
SEED_BITS: Final = 1_024


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
        changed: New definitions of what was changed for the run, by name.
        posterior: What worlds were drawn from in place of the prior: `digest`, `engine`, `records`,
            `known` (the day on which the last of these was published) and `luck`; empty where it
            was the prior.
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
    changed: Mapping[str, str] = field(default_factory=dict[str, str])
    posterior: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def conditioned_on(self) -> dt.date | None:
        """Day on which the last record of the posterior was published; None for the prior."""
        return dt.date.fromisoformat(self.posterior["known"]) if self.posterior else None

    @property
    def own_luck(self) -> bool:
        """Whether worlds have the luck of a posterior, which the table then numbers."""
        return self.posterior.get("luck") == OF_THE_POSTERIOR

    @property
    def numbered(self) -> str:
        """The column of the table whose numbers the luck of worlds goes by."""
        return "luck" if self.own_luck else "world"

    def to_json(self) -> str:
        """The manifest as JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=2) + "\n"


def from_json(text: str) -> Manifest:
    """Read a manifest back; it may be a stranger's.

    Raises:
        Refused: It is not a manifest of this layout, or a value in it is none a run can have.
    """
    data = reading.json_object(text, NAME)
    if data.get("schema") != SCHEMA:
        message = f"{reading.shown(NAME)} is not of layout {SCHEMA}; run the case again"
        raise Refused(message)
    absent: dict[str, Any] = {"questions": [], "rival": "", "changed": {}, "posterior": {}}
    data = {**absent, **data}  # older runs lack these
    known = {
        key: _value(data, key) for key in (field.name for field in dataclasses.fields(Manifest))
    }
    found = Manifest(**known)
    _possible(found)
    return found


def _value(data: Mapping[str, Any], key: str) -> Any:
    """A value of a manifest, if it has the type it must have."""
    if key not in data:
        message = f"{reading.shown(NAME)} lacks '{key}'; every manifest of a run has it"
        raise Refused(message)
    value = data[key]
    if key in _NUMBERS:
        right = type(value) is int
    elif key in _LISTS:
        names = reading.as_list(value)
        right = names is not None and all(map(_is_line, names))
        value = tuple(names or ())
    elif key in ("versions", "changed", "posterior"):
        pairs = reading.as_object(value)
        right = pairs is not None and all(map(_is_line, [*pairs, *pairs.values()]))
    elif key == "title":
        right = isinstance(value, str) and _is_line(re.sub(r"[\n\t]", " ", value))
    else:
        right = _is_line(value)
    if not right:
        _wrong(
            key, data[key], "a number" if key in _NUMBERS else "text on one line, or a list of it"
        )
    return value


def _is_line(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and reading.one_line(value)


def _possible(found: Manifest) -> None:
    """Refuse values of the right type that no run can have."""
    if not 2 <= found.replicates <= found.worlds <= MAX_WORLDS:
        _wrong("worlds", found.worlds, f"2 to {MAX_WORLDS:,}, with 2 replicates or more")
    if abs(found.seed).bit_length() > SEED_BITS:
        _wrong("seed", "a number", f"a number of at most {SEED_BITS} bits")
    if re.fullmatch(r"[0-9a-f]{64}", found.digest) is None:
        _wrong("digest", found.digest, "64 hexadecimal digits")
    if not found.case or re.search(r"[/\\\0]", found.case) or found.case in {".", ".."}:
        _wrong("case", found.case, "the name of a case, which is no path")
    _possible_posterior(found.posterior)
    for key, names in (("claims", found.claims), ("assumptions", found.assumptions)):
        if len(set(names)) != len(names):
            _wrong(key, "a name twice", "each name once")


def _possible_posterior(told: Mapping[str, str]) -> None:
    """Refuse the description of a posterior that none can have."""
    if not told:
        return
    if sorted(told) != _POSTERIOR:
        _wrong("posterior", ", ".join(sorted(told)), ", ".join(_POSTERIOR))
    try:
        dt.date.fromisoformat(told["known"])
    except ValueError:
        _wrong("posterior", told["known"], "a day such as 2022-03-20 under 'known'")


def _wrong(key: str, value: object, wanted: str) -> NoReturn:
    message = f"{reading.shown(NAME)}: '{key}' is {reading.shown(str(value))}; wanted is {wanted}"
    raise Refused(message)


def recognise(folder: Path) -> None:
    """Accept a folder that holds the manifest of a run of any layout.

    Raises:
        OSError: There is no manifest.
        Refused: It is none.
    """
    text = reading.text(folder, NAME, reading.MANIFEST_BYTES)
    schema = reading.json_object(text, NAME).get("schema")
    if not (isinstance(schema, str) and schema.startswith(_ANY_SCHEMA)):
        message = "no manifest of a run"
        raise Refused(message)


def read(folder: Path) -> Manifest:
    """The manifest of a run's folder.

    Raises:
        OSError: There is none.
        Refused: It is none of a run, or no regular file of the folder.
    """
    return from_json(reading.text(folder, NAME, reading.MANIFEST_BYTES))


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
    return dict(_installed())


@cache
def _installed() -> Mapping[str, str]:
    found = {"schelling": metadata.version("schelling"), "python": platform.python_version()}
    return found | {name: metadata.version(name) for name in ("jax", "jaxlib", "numpy", "scipy")}
