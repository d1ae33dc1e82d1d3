"""`schelling cache`: where compiled programs and cases are kept, how much, and an end to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

NAME = "cache"
HELP = "Show the cache of compiled programs and checked cases, or empty it."
EPILOG = "Example: schelling cache info"


class CacheAction(StrEnum):
    """What to do with the cache."""

    INFO = "info"
    CLEAR = "clear"


def command(
    what: Annotated[
        CacheAction,
        typer.Argument(
            metavar="WHAT", help="info: where it is and its size; clear: remove all of it."
        ),
    ],
) -> None:
    """Show or empty the cache."""
    from schelling.study.runs.computing import cache_folder  # noqa: PLC0415

    place = cache_folder.place()
    if place is None:
        typer.echo("compiled programs and checked cases are not kept")
        return
    try:
        folder = cache_folder.enter(place)
        if what is CacheAction.CLEAR:
            typer.echo(f"{_kept(*folder.clear())} removed from {place}")
            return
        sizes, cases = folder.sizes(), folder.sizes("case")
    except (cache_folder.CacheRefusal, OSError) as error:
        typer.echo(f"schelling: the cache is not used: {error}", err=True)
        raise typer.Exit(2) from error
    size, most = sum(sizes + cases) / 2**20, folder.most // 2**20
    typer.echo(f"{_kept(len(sizes), len(cases))}, {size:.1f} of at most {most} MiB, in {place}")


def _kept(programs: int, cases: int) -> str:
    return f"{_many(programs, 'compiled program')} and {_many(cases, 'checked case')}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
