"""`schelling export`: write a run or a case in a format that another tool reads."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from schelling.cli.exchange import export_case

NAME = "export"
HELP = (
    "Write a run in a format that another tool reads: CSV, EMA Workbench, ArviZ, xarray; or a "
    "case: XMILE, SD-JSON, its causal map as GraphML, Graphviz or Mermaid, its argument as Argdown "
    "or AIF, or its passages as Web Annotations."
)
EPILOG = (
    "Example: schelling export widening-war.run --to ema --out widening-war.tar.gz, or: schelling "
    "export cases/teaching/arms-race --to mermaid"
)


class ExportFormat(Enum):
    """Forms there are."""

    CSV = "csv"
    EMA = "ema"
    ARVIZ = "arviz"
    XARRAY = "xarray"
    XMILE = "xmile"
    SDJSON = "sd-json"
    ANNOTATIONS = "annotations"
    ARGDOWN = "argdown"
    AIF = "aif"
    XAIF = "xaif"
    GRAPHML = "graphml"
    DOT = "dot"
    MERMAID = "mermaid"


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN|CASE", help="Folder of a run, or a case.")],
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
    lenient: Annotated[
        bool,
        typer.Option(
            "--lenient", help="For XMILE and SD-JSON: leave out what they do not have, and list it."
        ),
    ] = False,
) -> None:
    """Export a run or a case."""
    if to.value in export_case.FORMATS:
        written = export_case.write(run, to.value, out, lenient=lenient)
        typer.echo(f"written to {written}", err=True)
        return
    from schelling.study.runs import export  # noqa: PLC0415
    from schelling.study.runs.stored import open_run  # noqa: PLC0415

    opened = open_run(run)
    ending, write = export.FORMS[to.value]
    path = out if out is not None else Path(f"{opened.manifest.case}{ending}")
    export.into(opened, path, write if not series else export.write_ema_series)
    typer.echo(f"written to {path}", err=True)
