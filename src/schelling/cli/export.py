"""`schelling export`: write a run in a format that another tool reads."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

NAME = "export"
HELP = "Write a run in a format that another tool reads: CSV, EMA Workbench, ArviZ, xarray."
EPILOG = "Example: schelling export widening-war.run --to ema --out widening-war.tar.gz"


class ExportFormat(Enum):
    """Forms there are."""

    CSV = "csv"
    EMA = "ema"
    ARVIZ = "arviz"
    XARRAY = "xarray"


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    *,
    to: Annotated[ExportFormat, typer.Option("--to", help="The format.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="PATH", help="The file or folder to write [CASE with a suffix]."
        ),
    ] = None,
    series: Annotated[
        bool,
        typer.Option(
            "--series", help="For EMA: only the worlds with stored paths, with these paths."
        ),
    ] = False,
) -> None:
    """Export a run."""
    from schelling.study.runs import export  # noqa: PLC0415
    from schelling.study.runs.stored import open_run  # noqa: PLC0415

    opened = open_run(run)
    ending, write = export.FORMS[to.value]
    path = out if out is not None else Path(f"{opened.manifest.case}{ending}")
    export.into(opened, path, write if not series else export.write_ema_series)
    typer.echo(f"written to {path}", err=True)
