"""What every command does that computes worlds: take the cores, and open the cache of programs."""

from __future__ import annotations

from typing import Annotated

import typer

WAITS = "compiling, once for this structure"
"""What there is to wait for before the first world: other numbers need no compiling."""

NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help="Compile anew, and keep nothing of it (schelling cache)."),
]


def prepare(*, no_cache: bool = False) -> None:
    """Give JAX the cores of this process, and let compiled programs be found and kept.

    A cache that another user could write to is not used, which is said; one that cannot be made,
    such as in a home that cannot be written to, is done without.

    Args:
        no_cache: Whether the user wants none this time.
    """
    from schelling.study.runs.computing import cache_folder, kept_programs  # noqa: PLC0415
    from schelling.study.runs.computing.engine import use_cores  # noqa: PLC0415

    use_cores()
    place = cache_folder.place()
    if no_cache or place is None:
        kept_programs.close_cache()
        return
    try:
        kept_programs.open_cache(cache_folder.enter(place))
    except cache_folder.CacheRefusal as refusal:
        kept_programs.close_cache()
        typer.echo(f"schelling: the cache of compiled programs is not used: {refusal}", err=True)
    except OSError:
        kept_programs.close_cache()
