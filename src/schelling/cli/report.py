"""`schelling report`: write one self-contained page from a stored run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from schelling.cli.check import SourcePath

NAME = "report"
HELP = "Write one self-contained HTML page from a run."
EPILOG = "Example: schelling report widening-war.run --out widening-war.html"


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="The file to write [CASE.html]."),
    ] = None,
    source: SourcePath = None,
) -> None:
    """Make a report."""
    from schelling.report import html  # noqa: PLC0415
    from schelling.study.runs.stored import open_run  # noqa: PLC0415

    opened = open_run(run, source=source)
    page = out if out is not None else Path(f"{opened.manifest.case}.html")
    html.write(opened, page)
    typer.echo(f"report written to {page}", err=True)
