"""What every command does that computes worlds: take the cores, and open the cache of programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.case.model import Case
from schelling.case.settings.given import NOTHING, Settings

if TYPE_CHECKING:
    from schelling.study.runs.computing.cache_folder import CacheFolder

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
    from schelling.study.runs.computing import kept_programs  # noqa: PLC0415
    from schelling.study.runs.computing.engine import use_cores  # noqa: PLC0415

    use_cores()
    found = _folder(no_cache=no_cache, told=True)
    if found is None:
        kept_programs.close_cache()
    else:
        kept_programs.open_cache(found)


def case(
    path: Path,
    *,
    source: Path | None = None,
    rival: str | None = None,
    settings: Settings = NOTHING,
    no_cache: bool = False,
) -> Case:
    """The case of a command, found in the cache if none of its files has changed.

    Args:
        path: Its folder or file.
        source: As for `schelling.load`, like the next two.
        rival: Name of a rival.
        settings: Definitions to be changed.
        no_cache: Whether the user wants no cache this time.

    Raises:
        CaseError: Carries every problem found.
    """
    from schelling.study.runs.computing import kept_cases  # noqa: PLC0415

    folder = _folder(no_cache=no_cache, told=False)
    return kept_cases.read(path, folder, source=source, rival=rival, settings=settings)


def _folder(*, no_cache: bool, told: bool) -> CacheFolder | None:
    """The cache, if it is wanted and safe; where it is not safe, that may be told."""
    from schelling.study.runs.computing import cache_folder  # noqa: PLC0415

    place = cache_folder.place()
    if no_cache or place is None:
        return None
    try:
        return cache_folder.enter(place)
    except cache_folder.CacheRefusal as refusal:
        if told:
            typer.echo(f"schelling: the cache is not used: {refusal}", err=True)
    except OSError:
        pass
    return None
