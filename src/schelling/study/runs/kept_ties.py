"""The ties of a run's populations: made from its seed, and as files of its folder."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from jaxtyping import Int32
from numpy import ndarray

from schelling.case.model import Case
from schelling.case.populations import Population, PopulationTies
from schelling.compile.drawing import luck
from schelling.populations.networks.network import pairs
from schelling.study.runs.files import reading, tie_file
from schelling.study.runs.files.reading import Refused, shown


def files_of(case: Case, seed: int, there: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """The files of ties of a run: of every network that was drawn, up to `tie_file.MOST` ties.

    Tables stand in the case's own files, contacts are drawn anew in each step, and a mean field has
    no ties.

    Args:
        case: The case.
        seed: Of the run.
        there: Names of files that need not be made, as they are there already.

    Yields:
        The name of a file and its bytes.
    """
    for population in case.populations:
        for ties in population.networks:
            name = tie_file.name(population.name, ties.name)
            if ties.network == "table" or name in there:
                continue
            if expected(population, ties) <= tie_file.MOST:
                found = made(population, ties, seed)
                if len(found) <= tie_file.MOST:
                    yield name, tie_file.encode(found)


def refuse_strange(case: Case, names: Iterable[str]) -> None:
    """Refuse files of ties that the case has not, or has in a table of its own.

    Raises:
        Refused: There is one.
    """
    known = _sizes(case)
    for name in names:
        if name.startswith(f"{tie_file.FOLDER}/") and name not in known:
            message = f"{shown(name)} is listed, and the case draws no such ties"
            raise Refused(message)


def check(folder: Path, name: str, case: Case) -> None:
    """Hold a file of ties against the case whose it is.

    Raises:
        OSError: There is none.
        Refused: The case has no such ties, or they cannot be those of its agents.
    """
    refuse_strange(case, [name])
    data = reading.read(folder, name, reading.limit(name))
    tie_file.decode(data, name, _sizes(case)[name])


def _sizes(case: Case) -> dict[str, int]:
    """How many agents there are, by the files that ties of theirs may stand in; none of tables."""
    return {
        tie_file.name(population.name, ties.name): population.size
        for population in case.populations
        for ties in population.networks
        if ties.network != "table"
    }


def made(population: Population, ties: PopulationTies, seed: int) -> Int32[ndarray, "tie two"]:
    """Positions of every two agents of whom one sees the other."""
    return pairs(luck.network(ties, population, seed, sys.maxsize))


def expected(population: Population, ties: PopulationTies) -> float:
    """About how many ties there are, each counted once."""
    match ties.network:
        case "scale_free":
            return population.size * float(ties.joins)
        case "lattice":
            return population.size * float((2 * ties.radius + 1) ** 2 - 1) / 2
        case "blocks":
            return population.size * (ties.within + ties.between) / 2
        case "table":
            return float(len(ties.ends))
        case _:
            return population.size * ties.degree / 2
