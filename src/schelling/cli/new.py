"""`schelling new`: a commented starter case."""

from __future__ import annotations

import shlex
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from schelling.errors import RunError

NAME = "new"
HELP = "Write a commented starter case into a new folder."
EPILOG = "Example: schelling new strait-crisis, then: schelling run strait-crisis"


def command(
    name: Annotated[Path, typer.Argument(metavar="NAME", help="The folder to create.")],
) -> None:
    """Make a starter case."""
    file = name / "case.yaml"
    if name.exists():
        message = f"'{name}' exists already; choose another name"
        raise RunError(message)
    starter = resources.files("schelling.cli").joinpath("starter.yaml").read_text("utf-8")
    try:
        name.mkdir(parents=True)
        file.write_text(starter.replace("TITLE", name.name.replace("-", " ")), "utf-8")
    except OSError as error:
        message = f"cannot make '{name}': {error.strerror}"
        raise RunError(message) from error
    place = shlex.quote(str(name))
    typer.echo(f"wrote {file}\nnext: schelling check {place}, then schelling run {place}")
