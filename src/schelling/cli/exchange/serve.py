"""`schelling serve`: a page to play with, in a browser on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from schelling.cli.arguments import computing
from schelling.cli.arguments.computing import NoCache
from schelling.cli.writing.check import SourcePath

NAME = "serve"
HELP = "Open a page in the browser on which a case can be changed and answers at once."
EPILOG = "Example: schelling serve cases/widening-war"


def command(
    given: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A case, the folder of a run, or a folder with cases to choose from [.].",
        ),
    ] = Path(),
    *,
    port: Annotated[
        int, typer.Option("--port", help="The port; any that is free when 0.", min=0, max=65535)
    ] = 0,
    host: Annotated[
        str,
        typer.Option(
            "--host", help="The address to listen at; only this machine reaches the one given here."
        ),
    ] = "127.0.0.1",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and open nothing.")
    ] = False,
    source: SourcePath = None,
    no_cache: NoCache = False,
) -> None:
    """Serve the page."""
    try:
        from schelling.web.gallery import places  # noqa: PLC0415
        from schelling.web.serving import serve  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        message = f"the page needs '{missing.name}': pip install 'schelling[app]'"
        raise typer.BadParameter(message) from missing
    computing.prepare(no_cache=no_cache)
    found = places(given, source)
    try:
        serve(found, host=host, port=port, browser=not no_browser, tell=_say)
    except KeyboardInterrupt:
        sys.stderr.flush()
        os._exit(130)  # a run that is under way would hold the process until it is done


def _say(text: str) -> None:
    typer.echo(text, err=True)
