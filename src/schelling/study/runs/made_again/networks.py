"""Who is tied to whom in a run: read from its folder, or made again from its seed."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from jaxtyping import Int32
from numpy import ndarray

from schelling.case.language.typed.scope import suggest
from schelling.case.model import Case
from schelling.case.populations import Population, PopulationTies
from schelling.errors import RunError
from schelling.study.runs import kept_ties
from schelling.study.runs.files import reading, tie_file
from schelling.study.runs.files.reading import Refused
from schelling.study.runs.results import Run

LIMIT: Final = 5_000_000
"""Ties that are made again for a reader where the run does not keep them."""


def of_run(run: Run, population: str, ties: str | None = None) -> pd.DataFrame:
    """The ties of a population, the same in all worlds of a run.

    Args:
        run: The run.
        population: Its name.
        ties: Their name; may be left out where there is one kind.

    Returns:
        A row for every two agents who see each other, by their numbers from 1: `one` is the lower.
        Where only one sees the other, as a table may say, `one` is who sees.

    Raises:
        RunError: There are no such ties, they are too many, or the file that kept them is damaged.
    """
    whose, which = _named(run.case, population, ties)
    if not which.mutual:
        found = np.array(which.ends, np.int32).reshape(-1, 2) - 1
    else:
        found = _read(run, whose, which)
    if found is None:
        if (many := kept_ties.expected(whose, which)) > LIMIT:
            message = f"'{which.name}' of '{whose.name}' are about {many:,.0f} ties, and at most "
            message += f"{LIMIT:,} are made again for a reader"
            raise RunError(message)
        found = kept_ties.made(whose, which, run.manifest.seed)
    return pd.DataFrame(found + 1, columns=["one", "other"])


def _read(
    run: Run, population: Population, ties: PopulationTies
) -> Int32[ndarray, "tie two"] | None:
    """Ties as the run's folder has them; None where it has none, or is in memory.

    They are held to be possible for the agents of the case, not to be those of its seed: that is
    what `--resume` is for. Those of a table are the case's own.
    """
    name = tie_file.name(population.name, ties.name)
    drawn = ties.network != "table"
    if not drawn or run.folder is None or not (run.folder / name).exists():
        return None
    try:
        data = reading.read(run.folder, name, reading.limit(name))
        return tie_file.decode(data, name, population.size)
    except (OSError, Refused) as error:
        message = f"the run in '{run.folder}' is damaged: {error}; run the same command with "
        message += "`--resume` to make it again"
        raise RunError(message) from error


def _named(case: Case, population: str, ties: str | None) -> tuple[Population, PopulationTies]:
    """A population and some ties of it.

    Raises:
        RunError: There are none of these names.
    """
    known = {one.name: one for one in case.populations}
    if population not in known:
        message = f"this run has no population '{population}'"
        raise RunError(_hinted(message, population, tuple(known)))
    whose = known[population]
    drawn = {one.name: one for one in whose.networks}
    if not drawn:
        why = "its representatives have none" if whose.representatives else "it has none"
        message = f"'{population}' has no ties that last: {why}"
        raise RunError(message)
    if ties is None and len(drawn) > 1:
        message = f"'{population}' has several kinds of ties; name one of {', '.join(drawn)}"
        raise RunError(message)
    which = next(iter(drawn)) if ties is None else ties
    if which not in drawn:
        message = f"'{population}' has no lasting ties '{which}'"
        raise RunError(_hinted(message, which, tuple(drawn)))
    return whose, drawn[which]


def _hinted(message: str, name: str, known: tuple[str, ...]) -> str:
    hint = suggest(name, known)
    return f"{message}; {hint}" if hint else message
