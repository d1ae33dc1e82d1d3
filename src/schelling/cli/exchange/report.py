"""`schelling report`: write one self-contained page from a stored run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from schelling.cli.arguments import computing
from schelling.cli.arguments.computing import NoCache
from schelling.cli.writing.check import SourcePath

NAME = "report"
HELP = "Write one self-contained HTML page from a run."
EPILOG = "Example: schelling report widening-war.run --out widening-war.html"


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="The file to write [CASE.html, CASE-brief.html or CASE-play.html].",
        ),
    ] = None,
    brief: Annotated[
        bool,
        typer.Option(
            "--brief", help="Only the brief, one printed page; Markdown where FILE ends in .md."
        ),
    ] = False,
    play: Annotated[
        bool,
        typer.Option("--play", help="A page with the worlds inside, for the reader to weigh."),
    ] = False,
    tables: Annotated[
        bool, typer.Option("--tables", help="Print the tables under figures too.")
    ] = False,
    source: SourcePath = None,
    no_cache: NoCache = False,
) -> None:
    """Make a report."""
    computing.prepare(no_cache=no_cache)
    if play and (brief or tables):
        message = "--play writes a page of its own: it goes with neither --brief nor --tables"
        raise typer.BadParameter(message, param_hint="--play")
    from schelling.report import html  # noqa: PLC0415
    from schelling.study.runs.stored import open_run  # noqa: PLC0415

    opened = open_run(run, source=source)
    kind = "brief" if brief else "play" if play else ""
    name = opened.manifest.case
    page = out if out is not None else Path(f"{name}-{kind}.html" if kind else f"{name}.html")
    if brief:
        html.write_brief(opened, page)
    elif play:
        html.write_play(opened, page)
    else:
        html.write(opened, page, tables=tables)
    what = "brief" if brief else "page" if play else "report"
    typer.echo(f"{what} written to {page}", err=True)
