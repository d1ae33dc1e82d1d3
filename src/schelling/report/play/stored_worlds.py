"""The worlds of a run that a page carries: draws, truths and paths, and what they mean."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, UInt8
from numpy import ndarray

from schelling.analysis.verdicts import Share
from schelling.report.play import brushes, packing
from schelling.report.play.brushes import Brush
from schelling.report.verdicts import state_shares, trajectories
from schelling.report.verdicts.state_shares import StateShares
from schelling.study.runs.made_again import more_paths
from schelling.study.runs.option_shares import OptionShares, Told, judged
from schelling.study.runs.results import Run

WORLDS: Final = 8_192
"""Most worlds that a page carries: the first of the run."""

PATH_WORLDS: Final = 1_024
"""Most worlds with paths."""

_DRAWS = 700_000  # bytes of draws, before they are deflated
_FEWEST = 2_048  # worlds that are carried all the same
_TIMES = 61  # steps of a path
_BESIDE = 260_000  # deflated bytes of series that no claim speaks of
_STACKED = 5  # most numbers of a series that are drawn as layers


@dataclass(frozen=True)
class StoredClaim:
    """A claim in the worlds that are carried.

    Attributes:
        name: Its name.
        holds: Whether it holds.
        failed: Where its numbers failed.
        asked: Where it asks something.
        share: In which share of the worlds it holds; where options of a lever differ, the span over
            them.
        options: The same under each option of the levers that reach it; None where none does.
    """

    name: str
    holds: Bool[ndarray, " world"]
    failed: Bool[ndarray, " world"]
    asked: Bool[ndarray, " world"]
    share: Share
    options: OptionShares | None = None

    @property
    def levers(self) -> tuple[str, ...]:
        """Levers whose options are told apart; none where these are too many."""
        return self.options.levers if self.options is not None and self.options.options else ()


@dataclass(frozen=True)
class StoredSeries:
    """A series in the worlds that have paths.

    Attributes:
        name: Its name.
        unit: Its unit; may be empty.
        says: What the case says it is; may be empty.
        levels: What its codes stand for, ascending.
        codes: The level at every time; `packing.NO_NUMBER` all along a path without numbers.
        layers: Names of the levels where these are drawn as shares of worlds; else empty.
        main: Whether claims speak of it most, as in the report.
    """

    name: str
    unit: str
    says: str
    levels: Float[ndarray, " level"]
    codes: UInt8[ndarray, "world time"]
    layers: tuple[str, ...]
    main: bool


@dataclass(frozen=True)
class StoredWorlds:
    """What a page carries.

    Attributes:
        worlds: How many worlds: the first of the run, in whole rounds of its replicates.
        replicates: World w belongs to replicate w modulo so many.
        brushes: The assumptions.
        codes: For each of them in which slice or option every world is; none if it has no brush.
        claims: The claims that were asked.
        series: The series with paths; none in a case without time.
        times: When.
    """

    worlds: int
    replicates: int
    brushes: tuple[Brush, ...]
    codes: tuple[UInt8[ndarray, " world"], ...]
    claims: tuple[StoredClaim, ...]
    series: tuple[StoredSeries, ...]
    times: ndarray

    @property
    def path_worlds(self) -> int:
        """Worlds with paths: the first ones."""
        return len(self.series[0].codes) if self.series else 0


def gather(run: Run) -> StoredWorlds:
    """What the page of a run carries; paths that the run does not keep are simulated again."""
    replicates, found = run.manifest.replicates, brushes.of_case(run.case)
    worlds = count(run.manifest.worlds, replicates, len(found))
    table = run.head([one.assumption.name for one in found], worlds)
    codes = tuple(
        one.codes(np.asarray(table.column(one.assumption.name).to_numpy()))
        if not one.why_not
        else np.zeros(0, np.uint8)
        for one in found
    )
    series, times = _series(run, min(worlds, PATH_WORLDS))
    return StoredWorlds(
        worlds, replicates, found, codes, tuple(_claims(run, worlds)), series, times
    )


def count(worlds: int, replicates: int, assumptions: int) -> int:
    """How many worlds of a run are carried.

    Examples:
        >>> count(100_000, 16, 68), count(100_000, 16, 200), count(1000, 16, 5)
        (8192, 3488, 992)
    """
    fit = max(_DRAWS // max(assumptions, 1), _FEWEST)
    most = min(worlds, WORLDS, fit)
    return most - most % replicates


def _claims(run: Run, worlds: int) -> Iterator[StoredClaim]:
    names = [claim.name for claim in run.case.claims if claim.name in run.manifest.claims]
    wanted = ["replicate", *(f"{what}.{name}" for name in names for what in ("holds", "margin"))]
    counted = {name: run.counts(name)[:worlds] for name in names}
    table = run.head(wanted, worlds)
    replicate = np.asarray(table.column("replicate").to_numpy())
    for name in names:
        column: Any = table.column(f"holds.{name}")
        holds = np.asarray(column.fill_null(False).to_numpy(zero_copy_only=False), bool)
        asked = counted[name]
        failed = np.isnan(table.column(f"margin.{name}").to_numpy()) & asked
        told = Told(holds, failed, asked, replicate)
        own = [one for one in run.case.assumptions if one.name in _levers(run, name)]
        found = judged(name, own, partial(_head, run, worlds), told) if own else None
        share = told.share() if found is None else found.spanning(told.share())
        yield StoredClaim(name, holds & asked & ~failed, failed, asked, share, found)


def _levers(run: Run, claim: str) -> tuple[str, ...]:
    found = run.by_option.get(claim)
    return () if found is None else found.levers


def _head(run: Run, worlds: int, name: str) -> Float[ndarray, " world"]:
    """An assumption in the first worlds."""
    return np.asarray(run.head([name], worlds).column(name).to_numpy(), np.float64)


def _series(run: Run, worlds: int) -> tuple[tuple[StoredSeries, ...], ndarray]:
    """States and main series, then as many of the others as have room."""
    times = run.bands["time"].values
    if len(times) < 2:
        return (), times
    keep = np.unique(np.linspace(0, len(times) - 1, min(len(times), _TIMES)).round().astype(int))
    paths = more_paths.first(run, worlds)
    main = trajectories.main_names(run)
    found = [_states(paths, one, keep) for one in state_shares.main(run)]
    found += [_numbers(run, paths, name, keep) for name in main]
    room = _BESIDE
    for name in trajectories.names(run):
        if name in main:
            continue
        one = replace(_numbers(run, paths, name, keep), main=False)
        room -= len(zlib.compress(packing.stepped(one.codes).tobytes(), 9))
        if room >= 0:
            found.append(one)
    return tuple(found), times[keep]


def _states(paths: xr.Dataset, one: StateShares, keep: ndarray) -> StoredSeries:
    name, states = one.machine.name, one.machine.states
    codes = paths[name].values[:, keep].astype(np.uint8)
    numbers = np.arange(float(len(states)))
    return StoredSeries(name, "", f"{one.title}.", numbers, codes, states, main=True)


def _numbers(run: Run, paths: xr.Dataset, name: str, keep: ndarray) -> StoredSeries:
    values = paths[name].values[:, keep]
    levels = packing.levels(values)
    whole = bool(np.all(levels == np.round(levels)))
    few = whole and 2 <= levels.size <= _STACKED
    return StoredSeries(
        name,
        str(paths[name].attrs.get("units", "")),
        trajectories.said(run, name),
        levels,
        packing.nearest(values, levels),
        tuple(f"{level:.12g}" for level in levels.tolist()) if few else (),
        main=True,
    )


def parts(stored: StoredWorlds) -> dict[str, ndarray]:
    """All arrays, under the names that the script of the page knows them by."""
    found: dict[str, ndarray] = {}
    for number, (one, codes) in enumerate(zip(stored.brushes, stored.codes, strict=True)):
        if one.why_not:
            continue
        found[f"draws.{number}"] = codes
        if not one.options:
            found[f"cuts.{number}"] = one.offsets()[0].astype(np.float32)
    for number, claim in enumerate(stored.claims):
        found[f"truths.{number}"] = packing.truths(claim.holds, claim.failed, claim.asked)
    for number, one in enumerate(stored.series):
        found[f"paths.{number}"] = packing.stepped(one.codes)
    return found
