"""Names of the case on the command line, for completion by the shell (`--install-completion`)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer

Found = list[tuple[str, str]]
"""Names, each with what it is."""


def claims(context: typer.Context, incomplete: str) -> Found:
    """Claims of the case that begin as written."""
    return _named(context, incomplete, ("claim",))


def rivals(context: typer.Context, incomplete: str) -> Found:
    """Rivals of the case that begin as written."""
    return _named(context, incomplete, ("rival",))


def settable(context: typer.Context, incomplete: str) -> Found:
    """What `--set` can change and begins as written, with the sign that a value follows."""
    roles = ("assumption", "variable", "stock")
    found = [(f"{name}=", about) for name, about in _named(context, incomplete, roles)]
    people = _named(context, incomplete.partition(".")[0], ("population",))
    from schelling.case.settings.apply import OF_POPULATIONS  # noqa: PLC0415 - as in `loading`

    keys = (f"{name}.{key}" for name, _ in people for key in OF_POPULATIONS)
    return found + [(f"{key}=", "of a population") for key in keys if key.startswith(incomplete)]


def swept(context: typer.Context, incomplete: str) -> Found:
    """Assumptions of the case that begin as written, with the sign that numbers follow."""
    return [(f"{name}=", about) for name, about in _named(context, incomplete, ("assumption",))]


def _named(context: typer.Context, incomplete: str, roles: Iterable[str]) -> Found:
    given = context.params.get("case")
    case = given or next(iter(context.args), "")  # left there where an option still has no value
    if not isinstance(case, str | Path) or not str(case):
        return []
    from schelling.case.places.read import read  # noqa: PLC0415

    found: Found = []
    for first, *_ in read(Path(case)).definitions.values():
        if first.role in roles and first.thing.name.startswith(incomplete):
            node = first.node
            words = [node.child(key) for key in ("prior", "title", "value", "why")] if node else []
            about = next((one.text for one in words if one is not None), "")
            found.append((first.thing.name, " ".join(about.split())[:60]))
    return found
