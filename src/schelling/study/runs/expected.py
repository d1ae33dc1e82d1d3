"""What the table and the course of a run must look like, from its case and its manifest.

The shapes are those of one world of zeros, put through the functions that write a run, so that a
reader cannot know less than the writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from schelling.case.model import Case
from schelling.compile.course.outcomes import Outcomes, Paths
from schelling.compile.games.stochastic import Process
from schelling.compile.games.tree import Board
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan
from schelling.errors import Status
from schelling.later import LaterModule
from schelling.study.runs.computing import first_worlds
from schelling.study.runs.files import tables
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.files.reading import Refused, shown
from schelling.study.runs.files.series_store import Course
from schelling.study.runs.files.tables_check import TableShape

if TYPE_CHECKING:
    import xarray as xr
else:
    xr = LaterModule("xarray")

_FILE: Final = "series.zarr.zip"


def built(case: Case, what: Manifest) -> Plan:
    """The plan of a run, if its manifest fits its case.

    Raises:
        Refused: The manifest names claims, assumptions or questions the case has not.
    """
    known = {claim.name for claim in case.claims}
    if strange := [name for name in what.claims if name not in known]:
        message = f"'manifest.json' names the claim {shown(strange[0])}, which the case has not"
        raise Refused(message)
    found = plan.build(case, None if what.questions else what.claims)
    pairs = {
        "claims": (what.claims, tuple(claim.name for claim in found.claims)),
        "assumptions": (what.assumptions, tuple(thing.name for thing in found.assumptions)),
        "questions": (what.questions, found.questions),
        "title": ((what.title,), (case.title,)),
    }
    for key, (given, wanted) in pairs.items():
        if tuple(given) != tuple(wanted):
            message = f"'manifest.json' has other {key} than the case kept beside it"
            raise Refused(message)
    return found


def schema(built: Plan) -> pa.Schema:
    """Columns of the table and their types."""
    outcomes: Any = Outcomes  # of NumPy's arrays here, of JAX's where they are computed
    zeros: Outcomes = outcomes(
        holds=np.zeros((1, len(built.claims)), bool),
        margin=np.zeros((1, len(built.claims))),
        status=np.zeros(1, np.int8),
        final=np.zeros((1, len(built.stocks))),
        states=np.array([[m.numbers[0] for m in built.machines]], np.int32),
        bounded=np.zeros((1, len(built.stocks)), bool),
        counts=np.zeros((1, len(built.claims)), bool),
        played=np.zeros((1, len(built.played)), np.int32),
        answers=np.zeros((1, len(built.asks))),
        asked=np.zeros((1, len(built.asks)), bool),
    )
    return tables.part(built, np.zeros((1, len(built.assumptions))), [zeros], 0, 2).schema


def shape(built: Plan, what: Manifest) -> TableShape:
    """What the table must be."""
    machines = {f"final.{machine.name}": machine.states for machine in built.machines}
    columns = schema(built)
    if what.own_luck:
        columns = columns.append(pa.field("luck", pa.uint32()))
    return TableShape(columns, what.worlds, what.replicates, machines)


def course(case: Case, built: Plan) -> Course:
    """Series, bands and games of one world of zeros."""
    boards = [Board.of(game) for game in built.games]
    processes = [Process(game) for game in built.stochastic]
    sizes = [(len(list(b.edges)), len(b.tree.ends), len(b.game.actors)) for b in boards]
    sizes += [(len(list(p.edges)), len(list(p.ends)), len(p.game.actors)) for p in processes]
    paths: Any = Paths
    one: Paths = paths(
        series=np.zeros((1, built.steps + 1, len(built.series))),
        states=np.zeros((1, built.steps + 1, len(built.machines)), np.int32),
        choice=tuple(np.zeros((1, edges)) for edges, _, _ in sizes),
        payoffs=tuple(np.zeros((1, ends, players)) for _, ends, players in sizes),
        precision=tuple(np.zeros((1, len(b.game.actors))) for b in boards),
        played=tuple(np.zeros(1, np.int32) for _ in boards),
        status=tuple(np.zeros(1, np.int8) for _ in sizes),
        values=tuple(np.zeros((1, len(p.states), len(p.game.actors))) for p in processes),
    )
    return Course(
        first_worlds.series(built, case.clock, [one], 1),
        first_worlds.bands(built, case.clock, [one]),
        first_worlds.games(built, [one]),
    )


def fitting(found: Course, wanted: Course, worlds: int) -> Course:
    """A course as it was read, if it has the shape it must have; names and units are ours.

    Args:
        found: What was read.
        wanted: From `course`.
        worlds: Worlds of the run, of which the first are kept.

    Raises:
        Refused: Something is missing, too much, or of another shape.
    """
    kept = int(found.bands.attrs.get("worlds", -1))
    if not 1 <= kept <= worlds:
        message = f"'{_FILE}': the bands are of {kept} worlds; the run has {worlds:,}"
        raise Refused(message)
    games: Mapping[str, xr.Dataset] = found.games
    return Course(
        _fitting(found.series, wanted.series, "series", worlds),
        _fitting(found.bands, wanted.bands, "bands", worlds).assign_attrs(worlds=kept),
        {name: _fitting(games[name], game, name, worlds) for name, game in wanted.games.items()},
    )


def _fitting(found: xr.Dataset, wanted: xr.Dataset, where: str, worlds: int) -> xr.Dataset:
    names = {str(name) for name in found.variables}
    if odd := sorted(names ^ {str(name) for name in wanted.variables}):
        message = f"'{_FILE}': {where} has not the series the case has ({shown(odd[0])})"
        raise Refused(message)
    for name, size in found.sizes.items():
        right = 1 <= size <= worlds if name == "world" else size == wanted.sizes.get(name)
        if not right:
            message = f"'{_FILE}': {where} has {size:,} places along {shown(str(name))}"
            raise Refused(message)
    made: dict[str, Any] = {}
    for name, variable in wanted.variables.items():
        given = found.variables[name]
        if given.dims != variable.dims or given.dtype.kind != variable.dtype.kind:
            message = f"'{_FILE}': {shown(str(name))} of {where} has other dimensions or another "
            message += "type than the case gives it"
            raise Refused(message)
        ours = name == "world" or name in wanted.data_vars
        if not ours and not np.array_equal(given.to_numpy(), variable.to_numpy()):
            message = f"'{_FILE}': {shown(str(name))} of {where} is not what the case says"
            raise Refused(message)
        if name == "world" and not np.array_equal(given.to_numpy(), np.arange(given.size)):
            message = f"'{_FILE}': worlds of {where} are not the first of the run"
            raise Refused(message)
        if name == "status" and not np.isin(given.to_numpy(), [int(s) for s in Status]).all():
            message = f"'{_FILE}': {where} has a status that is none"
            raise Refused(message)
        made[str(name)] = given.to_numpy()
    return _with(wanted, made)


def _with(wanted: xr.Dataset, values: Mapping[str, Any]) -> xr.Dataset:
    """The dataset wanted, with the values that were read."""
    data = {
        str(name): (variable.dims, values[str(name)], variable.attrs)
        for name, variable in wanted.data_vars.items()
    }
    held: Any = wanted.coords
    coordinates: dict[str, Any] = {
        str(name): (held[name].dims, values[str(name)], held[name].attrs) for name in held
    }
    return xr.Dataset(data, coordinates, wanted.attrs)
