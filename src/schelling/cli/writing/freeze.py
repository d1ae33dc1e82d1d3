"""`schelling freeze`: seal a register, so that rows can only be added."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

import typer

from schelling.case.file.csv_table import day
from schelling.cli.arguments.loading import load
from schelling.cli.writing.check import CasePath

NAME = "freeze"
HELP = "Write digests of a case's register; from then on check reports edited or removed rows."
EPILOG = "Example: schelling freeze cases/widening-war"


def command(
    case: CasePath,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Date of the seal [today].")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Freeze a register."""
    when = day(on) if on is not None else dt.datetime.now(tz=dt.UTC).date()
    if when is None:
        typer.echo(f"schelling: '{on}' is not a date; dates are YYYY-MM-DD", err=True)
        raise typer.Exit(2)
    checked = load(case)
    from schelling.study.scoring.freeze import freeze  # noqa: PLC0415

    made = freeze(checked, when)
    if json_:
        data = {
            "schema": "schelling.freeze/1",
            "seal": str(made.path),
            "rows": made.rows,
            "added": dict(made.added),
            "head": made.head,
        }
        typer.echo(json.dumps(data, indent=2))
        return
    added = ", ".join(f"{count} in {forecast_table(key)}" for key, count in made.added.items())
    rows = "1 row is" if made.rows == 1 else f"{made.rows} rows are"
    typer.echo(f"{rows} frozen in {made.path}; new: {added or 'none'}")
    typer.echo(f"head, to be published: {made.head}")


def forecast_table(key: str) -> str:
    """A table in words."""
    return "the register" if key == "table" else f"the {key.replace('_', ' ')}"
