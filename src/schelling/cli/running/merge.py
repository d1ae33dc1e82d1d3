"""`schelling merge`: combine the shards of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from schelling.cli.arguments import computing
from schelling.cli.arguments.computing import NoCache

NAME = "merge"
HELP = "Combine all shards of a run; the files are the same as those of a run in one piece."
EPILOG = "Example: schelling merge widening-war.run widening-war.run.shards/*"


def command(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder for the run.")],
    shards: Annotated[
        list[Path], typer.Argument(metavar="SHARD...", help="Folders written by run --shard.")
    ],
    *,
    no_cache: NoCache = False,
) -> None:
    """Merge shards."""
    computing.prepare(no_cache=no_cache)
    from schelling.study.runs.merge import merge  # noqa: PLC0415

    made = merge(out, shards)
    typer.echo(f"{made.manifest.worlds:,} worlds kept in {out}", err=True)
