"""Figures of what happens over time: states, and the series that claims speak of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import altair as alt
import numpy as np
import xarray as xr
from numpy import ndarray

from schelling.case.language.typed.types import references
from schelling.report.charts import chart_svg, world_charts
from schelling.report.page.anchors import anchor
from schelling.report.page.figure import Figure, Table
from schelling.report.verdicts import count_series, observed_points, state_shares
from schelling.report.verdicts.observed_points import ObservedPoint
from schelling.report.verdicts.state_shares import StateShares
from schelling.report.words.numerals import count, general, percent
from schelling.report.words.quantiles import quantile_errors, resolved, whole
from schelling.study.runs.results import Run

SAMPLES = 20
_MOST = 12
_BANDS = "Line: median. Dark and pale bands: 50 and 90 % of worlds. Threads: single worlds."
_COUNTS = "Height of a layer: share of the first {:,} worlds with that number at that time."
_ROWS = 13
_RECORDS = 40  # named under a table


def fan_of(run: Run, name: str) -> world_charts.Fan:
    """What the fan of one series is drawn from."""
    paths = run.series[name].values
    whole = paths[np.isfinite(paths).all(axis=1)]
    return world_charts.Fan(
        times=run.bands["time"].values,
        bands=run.bands[name].values,
        paths=whole[:SAMPLES],
        unit=str(run.bands[name].attrs.get("units", "")),
        records=tuple((one.day.isoformat(), one.value, one.evidence) for one in _seen(run, name)),
    )


def _seen(run: Run, name: str) -> list[ObservedPoint]:
    """What was recorded of a series while the case runs."""
    clock = run.case.clock
    if clock is None:
        return []
    first, last = clock.day(0), clock.day(clock.steps)
    return [one for one in observed_points.points(run.case, name) if first <= one.day <= last]


def chart_of(run: Run, name: str) -> alt.LayerChart:
    """The chart of one series: shares of worlds by their number if it counts, or else a fan."""
    counted = count_series.of(run, name)
    if counted is None:
        return world_charts.fan(fan_of(run, name))
    return world_charts.shares(counted.times, list(counted.names), counted.shares)


def names(run: Run) -> tuple[str, ...]:
    """Every series of the author that has bands, in the order of the case."""
    stocks = (stock for stock in run.case.stocks if not stock.remembers)
    things = (*stocks, *run.case.variables)
    return tuple(thing.name for thing in things if thing.name in run.bands)


def main_names(run: Run) -> tuple[str, ...]:
    """The series claims speak of most and those with records, twelve at most.

    All series, up to twelve, where claims speak of none and nothing was recorded.
    """
    spoken = Counter(chain.from_iterable(references(claim.holds) for claim in run.case.claims))
    spoken |= Counter(dict.fromkeys(observed_points.observed(run.case), len(run.case.claims) + 1))
    known = [name for name in names(run) if np.isfinite(run.bands[name].values).any()]
    chosen = sorted((n for n in known if spoken[n]), key=lambda n: -spoken[n]) or known
    return tuple(name for name in known if name in chosen[:_MOST])


def figures(run: Run) -> tuple[Figure, ...]:
    """States, then the main series; nothing for a case without time.

    Args:
        run: The run.

    Returns:
        The figures.
    """
    if run.bands.sizes["time"] < 2:
        return ()
    states = (state_figure(run, one) for one in state_shares.main(run))
    return (*states, *(series_figure(run, name) for name in main_names(run)))


def state_figure(run: Run, found: StateShares) -> Figure:
    """Shares of worlds in each state of a machine over time."""
    states, values = found.machine.states, found.values
    chart = world_charts.shares(run.bands["time"].values, list(states), values)
    shown = world_charts.framed(chart, beside=world_charts.LABELS)
    steps = _steps(len(run.bands["time"]))
    moments, _ = world_charts.moments(run.bands["time"].values)
    rows = [(str(moments[step]), *(percent(v) for v in values[:, step])) for step in steps]
    detail = f"At the end: {found.at(-1)}.{state_shares.as_they_went_on(run)}"
    where = anchor("figure-states", found.machine.name)
    head = f"Share of worlds in each {found.kind}"
    reading = f"The height of each band is the share of worlds in that {found.kind} at that time."
    reading += state_shares.as_they_went_on(run)
    return Figure(
        anchor=where,
        title=found.title,
        reading=reading,
        picture=chart_svg.placed(shown, where, found.title, detail),
        table=Table(head, ("Time", *states), tuple(rows), _left(steps)),
    )


def series_figure(run: Run, name: str) -> Figure:
    """The fan of one series; of one that counts, the share of worlds with each number."""
    data = fan_of(run, name)
    counted = count_series.of(run, name)
    chart = chart_of(run, name)
    beside = {"beside": world_charts.LABELS} if counted is not None else {}
    shown = world_charts.framed(chart, **beside)
    unit = f" {data.unit}" if data.unit else ""
    texts = _quantile_texts(run.bands, name)
    first, last = texts[0], texts[-1]
    words = (
        f"The median goes from {first[2]} to {last[2]}{unit}; at the end 90 % of worlds lie "
        f"between {last[0]} and {last[4]}."
    )
    steps = _steps(len(data.times))
    moments, _ = world_charts.moments(data.times)
    rows = [(str(moments[step]), *texts[step]) for step in steps]
    where = anchor("figure-series", name)
    seen = [] if counted is not None else _seen(run, name)
    reading = _BANDS if counted is None else _COUNTS.format(counted.worlds)
    return Figure(
        anchor=where,
        title=name,
        reading=reading + _recorded(seen),
        picture=chart_svg.placed(shown, where, f"{name} over time", words),
        table=Table(
            f"{name}{',' if unit else ''}{unit}: quantiles over worlds",
            ("Time", "5 %", "25 %", "median", "75 %", "95 %"),
            tuple(rows),
            " ".join(filter(None, (_left(steps), _listed(seen)))),
        ),
        detail=said(run, name),
    )


def _recorded(seen: Sequence[ObservedPoint]) -> str:
    """What the dots are; empty where there are none."""
    if not seen:
        return ""
    tables = ", ".join(dict.fromkeys(one.table for one in seen))
    later = sum(not one.evidence for one in seen)
    hollow = f", hollow where not the version that entered, or too late ({later})" if later else ""
    return f" Dots: {count(len(seen), 'record')} of {tables}{hollow}."


def _listed(seen: Sequence[ObservedPoint]) -> str:
    """The records as a sentence."""
    told = [f"{one.day} {general(one.value)}" for one in seen[:_RECORDS]]
    more = f" and {len(seen) - _RECORDS} more" if len(seen) > _RECORDS else ""
    return f"Recorded: {'; '.join(told)}{more}." if told else ""


def other_series(run: Run) -> Table | None:
    """Start and end of every series that has no figure; None when all have one."""
    rest = [name for name in names(run) if name not in main_names(run)]
    states = state_shares.others(run)
    if not (rest or states) or run.bands.sizes["time"] < 2:
        return None
    rows: list[tuple[str, ...]] = [
        (one.machine.name, one.at(0), one.at(-1), "share of worlds") for one in states
    ]
    for name in rest:
        texts = _quantile_texts(run.bands, name)
        ends = (f"{t[2]} ({t[0]} to {t[4]})" for t in (texts[0], texts[-1]))
        rows.append((name, *ends, str(run.bands[name].attrs.get("units", ""))))
    head = ("Series", "At the start", "At the end", "Unit")
    return Table("Median, and 90 % of worlds in brackets", head, tuple(rows))


def said(run: Run, name: str) -> str:
    """What the case says a series is; empty where it says nothing."""
    things = (*run.case.stocks, *run.case.variables)
    return next((thing.origin.says for thing in things if thing.name == name), "")


def _quantile_texts(bands: xr.Dataset, name: str) -> list[tuple[str, ...]]:
    """The quantiles at every step; each column to one place, as its typical error allows."""
    values: ndarray = bands[name].values
    errors = quantile_errors(values, bands["quantile"].values, int(bands.attrs["worlds"]))
    counts = whole(values)
    typical = [
        0.0 if counts or not (row > 0.0).any() else np.median(row[row > 0.0]) for row in errors
    ]
    return [
        tuple(resolved(float(v), float(e)) for v, e in zip(column, typical, strict=True))
        for column in values.T
    ]


def _steps(count: int) -> list[int]:
    every = max(1, -(-(count - 1) // (_ROWS - 1)))
    return list(range(0, count, every))


def _left(steps: list[int]) -> str:
    every = steps[1] - steps[0]
    return "" if every == 1 else f"Every {every} steps; the run folder holds every step."
