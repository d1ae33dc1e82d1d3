"""`schelling merge`: one run out of its shards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

NAME = "merge"
HELP = "Make one run of all its shards: the same files as if nothing had been split."
EPILOG = "Example: schelling merge widening-war.run widening-war.run.shards/*"


def command(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Where to keep the run.")],
    shards: Annotated[
        list[Path], typer.Argument(metavar="SHARD...", help="Folders made with --shard.")
    ],
) -> None:
    """Merge shards."""
    from schelling.study.runs.merge import merge  # noqa: PLC0415

    made = merge(out, shards)
    typer.echo(f"{made.manifest.worlds:,} worlds kept in {out}", err=True)
