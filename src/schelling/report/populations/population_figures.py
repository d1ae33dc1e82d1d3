"""Figures of the agents of one world: states by group over time, numbers as strips, ties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import xarray as xr
from jaxtyping import Int
from numpy import ndarray

from schelling.case.populations import Population, PopulationTies
from schelling.compile.inspection import agent_courses
from schelling.compile.planning import plan
from schelling.report.charts import agent_charts, chart_svg, world_charts
from schelling.report.page.anchors import anchor
from schelling.report.page.figure import Figure, Table
from schelling.report.populations import agent_svg, classes, places, population_charts
from schelling.report.words.numerals import general, tenth_percent
from schelling.study.runs.made_again import agent_worlds
from schelling.study.runs.results import Run

WORLD: Final = 0
"""The world that a page shows."""

MOST_MOVES: Final = 10_000_000
"""Agents times steps of all populations that are simulated again for a page."""

_MOST = 12
_ROWS = 13
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class AgentFigures:
    """What a page shows of agents.

    Attributes:
        world: Which world they are of.
        small: Figures that stand beside each other.
        broad: Figures that take the whole width.
        notes: Sentences on what they stand for, and on what is not shown.
    """

    world: int
    small: tuple[Figure, ...]
    broad: tuple[Figure, ...]
    notes: tuple[str, ...]


def gather(run: Run) -> AgentFigures | None:
    """The figures of all populations; None for a case without agents who change.

    A population of one, which draws numbers for a model, has no figure: there is nobody to compare.

    Args:
        run: The run.
    """
    changing = [one for one in run.case.populations if one.states and one.size > 1]
    if not changing or run.bands.sizes["time"] < 2:
        return None
    built = plan.build(run.case, run.manifest.claims)
    moves = built.steps * sum(one.computed for one in built.populations)
    if moves > MOST_MOVES:
        words = (
            f"The agents are not shown: that takes simulating a world again, and {moves:,} agents "
        )
        words += f"times steps are more than the {MOST_MOVES:,} that a page does this for."
        return AgentFigures(WORLD, (), (), (words,))
    fit = [o for o in changing if agent_courses.memory(built, o) <= agent_worlds.LIMIT]
    found = agent_worlds.several(run, fit, WORLD, built) if fit else {}
    small: list[Figure] = []
    broad: list[Figure] = []
    notes = [
        f"The agents of {one.name} take too much memory." for one in changing if one not in fit
    ]
    for one in fit:
        data = found[one.name]
        if not data.attrs["sound"]:
            notes.append(f"Numbers of world {WORLD} failed, so {one.name} are not shown.")
            continue
        notes += _stands_for(one)
        figures = list(_over_time(one, data))
        small += figures[:_MOST]
        if len(figures) > _MOST:
            notes.append(f"Of {one.name}, {len(figures) - _MOST} more figures are left out.")
        seen = agent_worlds.ties(run, one) if any(_small(one)) else {}
        for ties, fits in zip(one.networks, _small(one), strict=True):
            if fits:
                broad.append(_on_ties(data, _main_state(one, data), ties, seen[ties.name]))
            else:
                notes.append(_too_many(one, ties))
    return AgentFigures(WORLD, tuple(small), tuple(broad), tuple(notes))


def _small(population: Population) -> list[bool]:
    return [population_charts.drawn(population, ties) for ties in population.networks]


def _stands_for(population: Population) -> list[str]:
    if not population.representatives:
        return []
    return [
        f"Of {population.name}, {population.representatives:,} representatives are shown that "
        f"stand for {population.size:,} agents (mean field) and have no ties of their own."
    ]


def _too_many(population: Population, ties: PopulationTies) -> str:
    if ties.network == "lattice":
        most = f"lattices of up to {population_charts.MOST_CELLS:,} cells"
    else:
        most = f"networks of up to {places.MOST} agents"
    return f"The ties {ties.name} of {population.name} are not drawn: only {most} are."


def _main_state(population: Population, data: xr.Dataset) -> str:
    """The state that agents on their ties are coloured by: the first that is no number, if any."""
    states = [state.name for state in population.states]
    plain = [one for one in states if not _is_number(data, one)]
    return (plain or states)[0]


def _is_number(data: xr.Dataset, state: str) -> bool:
    truth = population_charts.is_truth(data, state)
    return not truth and not population_charts.is_named(data, state)


def _over_time(population: Population, data: xr.Dataset) -> Iterator[Figure]:
    for state in (one.name for one in population.states):
        divisions = population_charts.groups(population) or (None,)
        if population_charts.is_truth(data, state):
            yield from (_lines(data, state, by) for by in divisions)
        elif population_charts.is_named(data, state):
            yield from _stacked(data, state, divisions)
        else:
            yield from _strips(data, state, divisions)


def _lines(data: xr.Dataset, state: str, by: str | None) -> Figure:
    found = population_charts.lines(data, state, by)
    name = data.attrs["population"]
    title = f"{name}: {state}" + (f" by {by}" if by else "")
    steps, times = _steps(data)
    rows = [(times[s], *(tenth_percent(float(v)) for v in found.values[:, s])) for s in steps]
    ends = (tenth_percent(float(found.values[0, step])) for step in (0, -1))
    chart = population_charts.lines_chart(data, found)
    most = agent_charts.MOST_LINES
    more = f" {len(found.names) - most} more groups are in the table." * (len(found.names) > most)
    thick = "Thick: all of them. " if by else ""
    return _figure(
        data,
        (state, by or ""),
        title,
        f"Share of agents of whom it is true. {thick}{_world(data)}{more}",
        world_charts.framed(chart, beside=world_charts.LABELS),
        Table(f"Share with {state}, {_which(data)}", ("Time", *found.names), tuple(rows)),
        "Of all, from {} to {}.".format(*ends),
    )


def _stacked(data: xr.Dataset, state: str, divisions: tuple[str | None, ...]) -> Iterator[Figure]:
    """All agents, then the groups of every division."""
    names = classes.names_of(data, state)
    steps, times = _steps(data)
    for by, group, mine in _parts(data, divisions):
        values = population_charts.stacked(data, state, mine)
        rows = [(times[s], *(tenth_percent(float(v)) for v in values[:, s])) for s in steps]
        whose = f", {by} {group}" if by else ""
        chart = population_charts.stacked_chart(data, state, mine)
        yield _figure(
            data,
            (state, by or "", group if by else ""),
            f"{data.attrs['population']}: {state}{whose}",
            f"The height of each band is the share of agents with that name. {_world(data)}",
            world_charts.framed(chart, beside=world_charts.LABELS),
            Table(f"Share with each {state}{whose}, {_which(data)}", ("Time", *names), tuple(rows)),
            "",
        )


def _parts(
    data: xr.Dataset, divisions: tuple[str | None, ...]
) -> Iterator[tuple[str | None, str, ndarray]]:
    """All agents, then the groups of every division that have any: division, group, who."""
    yield (None, *population_charts.parts(data, None)[0])
    for by in divisions:
        yield from ((by, *part) for part in population_charts.parts(data, by)[1:])


def _strips(data: xr.Dataset, state: str, divisions: tuple[str | None, ...]) -> Iterator[Figure]:
    """All agents, then the groups of every division, in the same bins."""
    unit = str(data[state].attrs["units"])
    steps, times = _steps(data)
    head = ("Time", "mean", "5 %", "25 %", "median", "75 %", "95 %")
    said = f", {unit}" if unit else ""
    count = len(data["time"])
    kept = len(agent_charts.strip_steps(count))
    thinned = f" {kept} of {count} times are shown." if kept < count else ""
    for by, group, mine in _parts(data, divisions):
        values = data[state].values[:, mine]
        _, shares = population_charts.histograms(data, state, mine)
        cut = np.quantile(values, _QUANTILES, axis=1)
        rows = [
            (times[s], general(float(values[s].mean())), *(general(float(v)) for v in cut[:, s]))
            for s in steps
        ]
        whose = f", {by} {group}" if by else ""
        yield _figure(
            data,
            (state, by, group) if by else (state,),
            f"{data.attrs['population']}: {state}{whose}",
            f"The darker, the more agents; darkest: {tenth_percent(float(shares.max()))} of them "
            f"in one of {population_charts.BINS} bins.{thinned} {_world(data)}",
            world_charts.framed(population_charts.strip_chart(data, state, mine)),
            Table(f"{state}{said}: over agents{whose}, {_which(data)}", head, tuple(rows)),
            "",
        )


def _on_ties(
    data: xr.Dataset, state: str, ties: PopulationTies, pairs: Int[ndarray, "tie two"]
) -> Figure:
    name = data.attrs["population"]
    where = anchor("figure-agents", f"{name}.{state}.on.{ties.name}")
    widths = (agent_svg.BROAD, agent_svg.NARROW)
    broad, narrow = population_charts.on_ties(data, state, ties, pairs, where, widths)
    found = classes.of(data, state)
    times, _ = world_charts.moments(data["time"].values)
    rows = [
        (str(times[step]), *(tenth_percent(share) for share in found.shares(step)))
        for step in population_charts.moments(data)
    ]
    if ties.network == "lattice":
        what = f"Each cell is an agent, row by row; {ties.rows} rows."
    else:
        what = f"Each dot is an agent, each line one of {len(pairs):,} ties."
    return Figure(
        anchor=where,
        title=f"{name}: {state} along {ties.name}",
        reading=f"{what} {_world(data)}",
        picture=broad,
        table=Table(f"Share in each class, {_which(data)}", ("Time", *found.names), tuple(rows)),
        narrow=narrow,
    )


def _figure(
    data: xr.Dataset,
    key: tuple[str, ...],
    title: str,
    reading: str,
    chart: object,
    table: Table,
    detail: str,
) -> Figure:
    where = anchor("figure-agents", ".".join((data.attrs["population"], *filter(None, key))))
    picture = chart_svg.placed(chart, where, title)
    note = _left(data)
    table = Table(table.caption, table.head, table.rows, note)
    return Figure(where, title, reading, picture, table, detail)


def _which(data: xr.Dataset) -> str:
    return f"world {data.attrs['world']}"


def _world(data: xr.Dataset) -> str:
    return f"World {data.attrs['world']} of the run."


def _steps(data: xr.Dataset) -> tuple[list[int], list[str]]:
    """Steps that a table shows, and how every step is written."""
    times, _ = world_charts.moments(data["time"].values)
    return list(range(0, len(times), _every(data))), [str(time) for time in times]


def _every(data: xr.Dataset) -> int:
    return max(1, -(-(len(data["time"]) - 1) // (_ROWS - 1)))


def _left(data: xr.Dataset) -> str:
    every = _every(data)
    return "" if every == 1 else f"Every {every} steps; run.agents() in Python has every step."
