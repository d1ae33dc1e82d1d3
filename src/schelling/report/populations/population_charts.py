"""The charts of one state of the agents of one world: by group over time, on ties, as a strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float, Int
from markupsafe import Markup
from numpy import ndarray

from schelling.case.populations import Population, PopulationTies
from schelling.report.charts import agent_charts, world_charts
from schelling.report.populations import agent_svg, classes, places
from schelling.report.populations.agent_svg import Panels

BINS = 20
"""Of the histogram of a number at each step."""

MOST_CELLS = 10_000
"""Cells of a lattice that is drawn."""

ALL = "all"


@dataclass(frozen=True)
class GroupShares:
    """Shares of agents of whom a truth holds, over time.

    Attributes:
        names: `ALL`, then the groups.
        values: Their shares; NaN of a group without agents.
    """

    names: tuple[str, ...]
    values: Float[ndarray, "group time"]


def groups(population: Population) -> tuple[str, ...]:
    """Names of what divides a population into groups."""
    return tuple(trait.name for trait in population.traits if trait.shares)


def is_truth(data: xr.Dataset, state: str) -> bool:
    """Whether a state is true or false."""
    return data[state].dtype == np.bool_


def is_named(data: xr.Dataset, state: str) -> bool:
    """Whether a state is one of several names."""
    return "flag_meanings" in data[state].attrs


def lines(data: xr.Dataset, state: str, by: str | None) -> GroupShares:
    """Shares of all agents, and of each group of a division, of whom a truth holds."""
    values = data[state].values
    names, rows = [ALL], [values.mean(axis=1)]
    for name, mine in _members(data, by):
        names.append(name)
        none = np.full(len(values), np.nan)
        rows.append(values[:, mine].mean(axis=1) if mine.any() else none)
    return GroupShares(tuple(names), np.stack(rows))


def _members(data: xr.Dataset, by: str | None) -> list[tuple[str, ndarray]]:
    if by is None:
        return []
    whose = data.coords[by].values
    return [(str(name), whose == name) for name in data.coords[by].attrs["groups"].split(" ")]


def lines_chart(data: xr.Dataset, found: GroupShares) -> Any:
    """Their chart; of many groups the first few."""
    most = agent_charts.MOST_LINES
    times = data["time"].values
    return agent_charts.lines(times, found.names[:most], found.values[:most], "agents")


def stacked(data: xr.Dataset, state: str, mine: ndarray) -> Float[ndarray, "name time"]:
    """Shares of some agents who have each of the names that a state can have."""
    values = data[state].values[:, mine]
    return np.stack([(values == n).mean(axis=1) for n in range(len(classes.names_of(data, state)))])


def parts(data: xr.Dataset, by: str | None) -> list[tuple[str, ndarray]]:
    """All agents, then every group that has any."""
    everyone = np.ones(data.sizes["agent"], bool)
    return [(ALL, everyone), *((name, mine) for name, mine in _members(data, by) if mine.any())]


def stacked_chart(data: xr.Dataset, state: str, mine: ndarray) -> Any:
    """Their chart."""
    names = list(classes.names_of(data, state))
    return world_charts.shares(data["time"].values, names, stacked(data, state, mine), "agents")


def strip_chart(data: xr.Dataset, state: str, mine: ndarray | None = None) -> Any:
    """A histogram of a number at each step, or at evenly spread ones; of some agents, or of all."""
    edges, shares = histograms(data, state, mine)
    keep = agent_charts.strip_steps(len(data["time"]))
    title = str(data[state].attrs["units"]) or state
    return agent_charts.strip(data["time"].values[keep], edges, shares[:, keep], title)


def histograms(
    data: xr.Dataset, state: str, mine: ndarray | None = None
) -> tuple[Float[ndarray, " edge"], Float[ndarray, "bin time"]]:
    """Edges of bins, and the share of agents in each at every step.

    The bins are those of all agents, so that those of groups can be compared.
    """
    values = data[state].values
    edges = classes.bins(values, BINS)
    place = classes.binned(values if mine is None else values[:, mine], edges)
    return edges, np.stack([(place == n).mean(axis=1) for n in range(BINS)])


def moments(data: xr.Dataset) -> list[int]:
    """The steps at which ties are drawn: the first, the middle one, the last."""
    last = len(data["time"]) - 1
    return sorted({0, last // 2, last})


def drawn(population: Population, ties: PopulationTies) -> bool:
    """Whether a population is small enough for a picture of its agents on some ties."""
    most = MOST_CELLS if ties.network == "lattice" else places.MOST
    return population.computed <= most


def on_ties(
    data: xr.Dataset,
    state: str,
    ties: PopulationTies,
    pairs: Int[ndarray, "tie two"],
    mark: str,
    widths: Sequence[float],
) -> list[Markup]:
    """Agents on some ties at the first, the middle and the last step, in some widths."""
    steps = moments(data)
    times, _ = world_charts.moments(data["time"].values)
    population, world = data.attrs["population"], data.attrs["world"]
    title = f"{state} of {population} along {ties.name}"
    words = f"Agents at the first, the middle and the last step of world {world} of the run."
    captions = [str(times[step]) for step in steps]
    shown = Panels(classes.of(data, state), steps, captions, title, words)
    marks = [mark, f"{mark}-narrow"]
    if ties.network == "lattice":
        return [
            agent_svg.cells(shown, ties.rows, one, width)
            for one, width in zip(marks, widths, strict=False)
        ]
    count = data.sizes["agent"]
    at = places.ring(count) if ties.network == "small_world" else places.springs(count, pairs)
    return [
        agent_svg.network(shown, at, pairs, one, width)
        for one, width in zip(marks, widths, strict=False)
    ]
