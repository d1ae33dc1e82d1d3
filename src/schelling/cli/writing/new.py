"""`schelling new`: a commented starter case, and the tables of a forecast register."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from schelling.cli.arguments.loading import load
from schelling.cli.writing import register_files
from schelling.errors import RunError

NAME = "new"
HELP = "Write a commented starter case into a new folder, or a forecast register."
EPILOG = "Example: schelling new strait-crisis, then: schelling run strait-crisis"


def command(
    name: Annotated[
        Path,
        typer.Argument(
            metavar="NAME", help="The folder to create; with --register also that of a case."
        ),
    ],
    *,
    register: Annotated[
        bool,
        typer.Option(
            "--register",
            help="Write a forecast register too: examples into a new case, empty tables beside an "
            "existing one.",
        ),
    ] = False,
) -> None:
    """Make a starter case."""
    if register and name.exists():
        _beside(name)
        return
    if name.exists():
        message = f"'{name}' exists already; choose another name"
        raise RunError(message)
    starter = resources.files("schelling.cli.writing").joinpath("starter.yaml").read_text("utf-8")
    written = {"case.yaml": starter.replace("TITLE", name.name.replace("-", " "))}
    if register:
        section = register_files.SECTION + "  data_until: 2026-01-04\n"
        said = "# Dated questions, what became of them, and who predicted what; see forecasts.md.\n"
        written["case.yaml"] += f"\n{said}{section}"
        written |= register_files.examples() | {register_files.COLUMNS: register_files.explained()}
    _write(name, written)
    place = shlex.quote(str(name))
    then = "score" if register else "run"
    typer.echo(f"next: schelling check {place}, then schelling {then} {place}")


def _beside(name: Path) -> None:
    """Write empty tables beside a case that has none."""
    case = load(name)
    folder = case.path.parent
    if case.registers:
        message = f"'{name}' has a forecast register already: {case.registers[0][1].name}"
        raise RunError(message)
    written = register_files.empty() | {register_files.COLUMNS: register_files.explained()}
    there = [file for file in written if (folder / file).exists()]
    if there:
        message = f"'{folder / there[0]}' exists already; nothing was written"
        raise RunError(message)
    _write(folder, written)
    typer.echo(f"next: fill the tables ({register_files.COLUMNS} explains the columns) and add")
    typer.echo(f"to {case.path.name}:\n\n{register_files.SECTION}", nl=False)


def _write(folder: Path, written: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in written.items():
            with (folder / file).open("x", encoding="utf-8", newline="\n") as out:
                out.write(text)
            typer.echo(f"wrote {folder / file}")
    except OSError as error:
        message = f"cannot write into '{folder}': {error.strerror}"
        raise RunError(message) from error
