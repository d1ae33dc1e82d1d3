"""`schelling import`: make a case of another tool's file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from schelling.errors import RunError

NAME = "import"
HELP = "Make a case of another tool's file: an XMILE model of stocks and flows."
EPILOG = "Example: schelling import teacup.xmile --into teacup.yaml"

_ENDINGS = (".xmile", ".stmx", ".itmx", ".xml")


def command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An XMILE model: .xmile, .stmx, .itmx.")
    ],
    *,
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="CASE", help="The case file to write; printed without it."),
    ] = None,
    lenient: Annotated[
        bool,
        typer.Option("--lenient", help="Leave out what a case cannot have, and list it."),
    ] = False,
) -> None:
    """Make a case of a file."""
    from schelling.interchange.xmile import into_case  # noqa: PLC0415

    if file.suffix.lower() not in _ENDINGS:
        message = f"'{file.name}' is of no format that can be read: {', '.join(_ENDINGS)}"
        raise RunError(message)
    made = into_case.imported(file, lenient=lenient)
    if made.left_out:
        typer.echo(f"left out of {file.name}:", err=True)
        for one in made.left_out:
            typer.echo(f"  {one}", err=True)
    if into is None:
        sys.stdout.write(made.text)
        return
    _write(into, made.text)
    typer.echo(f"written to {into}; next: schelling check {into}", err=True)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        message = f"'{path}' exists already; choose another name"
        raise RunError(message) from None
    except OSError as error:
        message = f"cannot write '{path}': {error.strerror}"
        raise RunError(message) from error
