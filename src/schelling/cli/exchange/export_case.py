"""A case in a format that another tool reads, for `schelling export`."""

from __future__ import annotations

from pathlib import Path

import typer

from schelling.case.model import Case
from schelling.cli.arguments.loading import load
from schelling.compile.planning.plan import build
from schelling.errors import RunError

FORMATS = {
    "xmile": ".xmile",
    "sd-json": ".json",
    "graphml": ".graphml",
    "dot": ".dot",
    "mermaid": ".mmd",
    "annotations": ".jsonld",
    "argdown": ".argdown",
    "aif": ".json",
    "xaif": ".json",
}
"""Formats of cases, with the ending of their files."""


def _text(case: Case, to: str, *, lenient: bool) -> str:
    """The file; what is left out is said on standard error."""
    from schelling.compile.drawing.draws import middles  # noqa: PLC0415
    from schelling.compile.influence.causal_map import draw  # noqa: PLC0415
    from schelling.interchange.annotations import write as annotations  # noqa: PLC0415
    from schelling.interchange.arguments import from_case, write_aif, write_argdown  # noqa: PLC0415
    from schelling.interchange.maps.write import FORMS  # noqa: PLC0415
    from schelling.interchange.sdjson import write as sdjson  # noqa: PLC0415
    from schelling.interchange.xmile import from_case as to_xmile  # noqa: PLC0415

    if to == "annotations":
        return annotations.page(case)
    if to == "argdown":
        return write_argdown.argdown(from_case.mapped(case))
    if to in ("aif", "xaif"):
        return write_aif.aif(from_case.mapped(case), extended=to == "xaif")
    if to in FORMS:
        return FORMS[to][1](draw(case, build(case)), case.title)
    if to == "xmile":
        made = to_xmile.exported(case, middles(case), lenient=lenient)
    else:
        drawn = draw(case, build(case))
        made = sdjson.exported(case, middles(case), drawn, lenient=lenient)
    if made.left_out:
        typer.echo("left out:", err=True)
        for one in made.left_out:
            typer.echo(f"  {one}", err=True)
    return made.text


def write(case_path: Path, to: str, out: Path | None, *, lenient: bool) -> Path:
    """Write a case; nothing is overwritten."""
    case = load(case_path)
    text = _text(case, to, lenient=lenient)
    path = out if out is not None else Path(f"{case.name}{FORMATS[to]}")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        message = f"'{path}' exists already; choose another name"
        raise RunError(message) from None
    except OSError as error:
        message = f"cannot write '{path}': {error.strerror}"
        raise RunError(message) from error
    return path
