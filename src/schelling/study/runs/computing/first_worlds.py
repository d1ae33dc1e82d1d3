"""What a run keeps beside the table: series and games of its first worlds."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Num
from numpy import ndarray

from schelling import later
from schelling.case.clock import Clock
from schelling.case.language.typed.units import describe
from schelling.case.model import Game
from schelling.compile.course.outcomes import Paths
from schelling.compile.games.stochastic import Process
from schelling.compile.games.tree import Board
from schelling.compile.planning.plan import Plan
from schelling.later import LaterModule
from schelling.study.runs import state_series

if TYPE_CHECKING:
    import xarray as xr
else:
    xr = LaterModule("xarray")

BAND_WORLDS = 8_192
"""Worlds the quantile bands are taken from: the first of the run."""

SAMPLE_WORLDS = 256
"""Worlds whose whole path is kept: the first of the run."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@cache
def prepared() -> Future[None]:
    """Imports what a course is told and kept with, beside what loads and runs programs."""
    with_it = ThreadPoolExecutor(1, "import")
    begun = with_it.submit(_prepare)
    with_it.shutdown(wait=False)
    return begun


def _prepare() -> None:
    later.load("pandas", "xarray", "zarr.storage")
    xr.Dataset({"world": np.zeros(1)})  # xarray looks for other libraries when first used


def factors(plan: Plan) -> dict[str, tuple[float, str]]:
    """For every series, base units in one declared unit, and the unit's name."""
    found = {s.name: (s.unit.factor, s.unit.written) for s in plan.stocks}
    for variable in plan.moving:
        unit = variable.unit
        name = unit.written or (describe(unit.dimensions) if unit.dimensions else "")
        found[variable.name] = (unit.factor, name)
    return found


def _hidden(plan: Plan) -> frozenset[str]:
    """Names of what lags keep, which are not the author's."""
    return frozenset(stock.name for stock in plan.stocks if stock.remembers)


def _times(plan: Plan, clock: Clock | None) -> ndarray:
    if clock is None:
        return np.arange(plan.steps + 1)
    return np.array([clock.day(step) for step in range(plan.steps + 1)], dtype="datetime64[s]")


def series(
    plan: Plan, clock: Clock | None, blocks: Sequence[Paths], most: int = SAMPLE_WORLDS
) -> xr.Dataset:
    """Paths of the first worlds in declared units: dimensions `world` and `time`."""
    units, hidden = factors(plan), _hidden(plan)
    paths = _join([o.series for o in blocks], most)
    data: dict[str, Any] = {
        name: (
            ("world", "time"),
            paths[:, :, position] / units[name][0],
            {"units": units[name][1]},
        )
        for position, name in enumerate(plan.series)
        if name not in hidden
    }
    states = _join([o.states for o in blocks], most)
    for position, machine in enumerate(plan.machines):
        meaning = {"flag_meanings": " ".join(machine.states)}
        own = state_series.positions(machine, states[:, :, position])
        data[machine.name] = (("world", "time"), own, meaning)
    return xr.Dataset(data, {"world": np.arange(len(paths)), "time": _times(plan, clock)})


def bands(plan: Plan, clock: Clock | None, blocks: Sequence[Paths]) -> xr.Dataset:
    """Quantiles over worlds of every series (`quantile`, `time`) and shares of states."""
    units, hidden = factors(plan), _hidden(plan)
    paths = _join([o.series for o in blocks], BAND_WORLDS)
    data: dict[str, Any] = {}
    for position, name in enumerate(plan.series):
        if name in hidden:
            continue
        values = paths[:, :, position] / units[name][0]
        finite = values[np.isfinite(values).all(axis=1)]
        cut = (
            np.quantile(finite, QUANTILES, axis=0)
            if len(finite)
            else np.full((len(QUANTILES), values.shape[1]), np.nan)
        )
        data[name] = (("quantile", "time"), cut, {"units": units[name][1]})
    coordinates: dict[str, Any] = {"quantile": np.array(QUANTILES), "time": _times(plan, clock)}
    states = _join([o.states for o in blocks], BAND_WORLDS)
    for position, machine in enumerate(plan.machines):
        own = state_series.positions(machine, states[:, :, position])
        shares = np.stack([(own == p).mean(axis=0) for p in range(len(machine.states))])
        share = state_series.share_name(machine.name)
        data[share] = ((machine.name, "time"), shares, state_series.SHARES)
        coordinates[machine.name] = np.array(machine.states, dtype="U")
    return xr.Dataset(data, coordinates, {"worlds": len(paths)})


def games(plan: Plan, blocks: Sequence[Paths]) -> dict[str, xr.Dataset]:
    """For each game, choices and payoffs of the first worlds where it was first played."""
    found = {game.name: _game(game, position, blocks) for position, game in enumerate(plan.games)}
    for number, game in enumerate(plan.stochastic):
        found[game.name] = _states(Process(game), number, len(plan.games), blocks)
    return found


def _states(process: Process, number: int, before: int, blocks: Sequence[Paths]) -> xr.Dataset:
    """A game with states: choices, worth of its cells and of its states."""
    choice, payoffs, status = (
        _join([part[before + number] for part in parts], BAND_WORLDS)
        for parts in zip(*((o.choice, o.payoffs, o.status) for o in blocks), strict=True)
    )
    values = _join([o.values[number] for o in blocks], BAND_WORLDS)
    return xr.Dataset(
        {
            "choice": (("world", "edge"), choice),
            "payoffs": (("world", "end", "player"), payoffs),
            "status": (("world",), status),
            "value": (("world", "state", "player"), values),
        },
        {
            "edge": np.array(list(process.edges), dtype="U"),
            "end": np.array(list(process.ends), dtype="U"),
            "player": np.array(process.game.actors, dtype="U"),
            "state": np.array(process.states, dtype="U"),
        },
    )


def _game(game: Game, position: int, blocks: Sequence[Paths]) -> xr.Dataset:
    board = Board.of(game)
    tree = board.tree
    choice = _join([o.choice[position] for o in blocks], BAND_WORLDS)
    payoffs = _join([o.payoffs[position] for o in blocks], BAND_WORLDS)
    status = _join([o.status[position] for o in blocks], BAND_WORLDS)
    return xr.Dataset(
        {
            "choice": (("world", "edge"), choice),
            "payoffs": (("world", "end", "player"), payoffs),
            "status": (("world",), status),
            "played": (("world",), _join([o.played[position] for o in blocks], BAND_WORLDS)),
        },
        {
            "edge": np.array(list(board.edges), dtype="U"),
            "end": np.array([" / ".join(tree.path(node)) for node in tree.ends], dtype="U"),
            "player": np.array(game.actors, dtype="U"),
        },
    )


def _join(arrays: Sequence[Any], most: int) -> Num[ndarray, "world ..."]:
    return np.concatenate([np.asarray(array) for array in arrays])[:most]
