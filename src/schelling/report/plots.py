"""Pictures of a run for notebooks; `Run.plot_verdicts` and its siblings call these."""

from __future__ import annotations

import altair as alt
import pandas as pd
import xarray as xr

from schelling.analysis.verdicts import CUTS
from schelling.case.language.typed.scope import suggest
from schelling.errors import RunError
from schelling.report.charts import world_charts
from schelling.report.charts.chart_svg import Picture
from schelling.report.games import game_sections, state_sections
from schelling.report.populations import agent_svg, population_charts
from schelling.report.verdicts import claim_verdicts, count_series, state_shares, trajectories
from schelling.study.runs.made_again import agent_worlds
from schelling.study.runs.results import Run


def verdicts(run: Run) -> alt.LayerChart:
    """Share of worlds in which each claim holds, with 95 % intervals and the word for it.

    Where worlds have no number the bar ends at the lower bound, and the interval spans the bounds.

    Args:
        run: The run.

    Returns:
        An Altair chart.

    Raises:
        RunError: No claim was asked.
    """
    found = claim_verdicts.all_verdicts(run)
    if not found:
        message = "no claim was asked in this run, so there is no verdict to draw"
        raise RunError(message)
    table = pd.DataFrame(
        {
            "claim": [verdict.claim.name for verdict in found],
            "share": [v.share.low if v.share.bounded else v.share.share for v in found],
            "low": [max(v.share.low - v.share.low_half_width, 0.0) for v in found],
            "high": [min(v.share.high + v.share.high_half_width, 1.0) for v in found],
            "verdict": [f"{v.number} {v.word}" for v in found],
        }
    )
    title = alt.TitleParams(
        run.manifest.title, subtitle=f"{run.manifest.worlds:,} worlds; {claim_verdicts.scale()}"
    )
    return world_charts.styled(world_charts.share_bars(table, CUTS).properties(title=title))


def series(run: Run, name: str) -> alt.LayerChart:
    """Fan of one series over time with sample worlds; of a count or of states, shares of worlds.

    Args:
        run: The run.
        name: A stock, a variable that moves, or a state machine such as `phase`.

    Returns:
        An Altair chart.

    Raises:
        RunError: No series is called so.
    """
    known = trajectories.names(run)
    states = {one.machine.name: one for one in state_shares.of(run)}
    if name in states:
        found = states[name]
        times = run.bands["time"].values
        chart = world_charts.shares(times, list(found.machine.states), found.values)
        title = alt.TitleParams(found.title, subtitle=f"share of worlds in each {found.kind}")
    elif name in known:
        chart = trajectories.chart_of(run, name)
        reading = "median, 50 and 90 % of worlds, and sample worlds"
        if count_series.of(run, name) is not None:
            reading = "share of worlds with each number"
        said = trajectories.said(run, name)
        title = alt.TitleParams(name, subtitle=[said, reading] if said else reading)
    else:
        raise RunError(_unknown("series", name, (*known, *states)))
    return world_charts.styled(chart.properties(title=title, width=480, height=260))


def game(run: Run, name: str) -> Picture:
    """The tree, or the table, of a game with the mean probability of every action.

    Args:
        run: The run.
        name: A game.

    Returns:
        An SVG picture; its text is in `svg`.

    Raises:
        RunError: No game is called so.
    """
    with_states = next((one for one in run.case.stochastic if one.name == name), None)
    if with_states is not None and name in run.games:
        return Picture(state_sections.picture(run, with_states))
    found = next((one for one in run.case.games if one.name == name), None)
    if found is None or name not in run.games:
        raise RunError(_unknown("game", name, tuple(run.games)))
    return Picture(game_sections.picture(run, found))


def population(
    run: Run,
    name: str,
    state: str | None = None,
    *,
    by: str | None = None,
    ties: str | None = None,
    world: int = 0,
) -> alt.LayerChart | alt.HConcatChart | Picture:
    """One state of the agents of one world, over time or along their ties.

    Args:
        run: The run.
        name: A population.
        state: One of its states; the first where none is named.
        by: A division into groups: their shares beside those of all.
        ties: Show the agents along these ties at the first, the middle and the last step.
        world: Number of the world.

    Returns:
        Of a truth the share of agents, of several names the share of each, of a number a histogram
        at every step, as an Altair chart; along ties an SVG picture.

    Raises:
        RunError: Something is not called so, a number is asked for by groups, or agents on ties
            are too many.
    """
    one = agent_worlds.named(run, name)
    states = tuple(each.name for each in one.states)
    state = states[0] if state is None and states else state or ""
    _known_in(name, "state", state, states)
    if by is not None:
        _known_in(name, "groups", by, population_charts.groups(one))
    tied = {each.name: each for each in one.networks}
    if ties is not None:
        _known_in(name, "ties", ties, tuple(tied))
        if not population_charts.drawn(one, tied[ties]):
            message = f"'{name}' has {one.computed:,} agents, which are too many for a picture"
            raise RunError(message)
    data = agent_worlds.of_run(run, name, world)
    if ties is not None:
        pairs = agent_worlds.ties(run, one)[ties]
        (picture,) = population_charts.on_ties(
            data, state, tied[ties], pairs, f"agents-{ties}", [agent_svg.BROAD]
        )
        return Picture(picture)
    return world_charts.styled(_agents_over_time(data, state, by))


def _agents_over_time(
    data: xr.Dataset, state: str, by: str | None
) -> alt.LayerChart | alt.HConcatChart:
    name, world, few = (data.attrs[key] for key in ("population", "world", "representatives"))
    who = f"{few:,} representatives of {name}" if few else name
    heading = f"{name}: {state}"
    whose = f"world {world}" if data.attrs["sound"] else f"world {world}, whose numbers failed"
    if population_charts.is_truth(data, state):
        chart = population_charts.lines_chart(data, population_charts.lines(data, state, by))
        reading = f"share of {who}, {whose}"
    else:
        named = population_charts.is_named(data, state)
        draw = population_charts.stacked_chart if named else population_charts.strip_chart
        said = f"share of {who}" if named else f"the darker, the more {who}"
        if by is not None:
            charts = [
                draw(data, state, mine).properties(title=part, width=260)
                for part, mine in population_charts.parts(data, by)
            ]
            title = alt.TitleParams(heading, subtitle=f"{said} by {by}, {whose}")
            return alt.hconcat(*charts).properties(title=title)
        (_, everyone), *_ = population_charts.parts(data, None)
        chart, reading = draw(data, state, everyone), f"{said}, {whose}"
    title = alt.TitleParams(heading, subtitle=reading)
    return chart.properties(title=title, width=480, height=260)


def _known_in(population: str, what: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        hint = suggest(name, known)
        message = f"the population '{population}' has no {what} '{name}'"
        raise RunError(message + (f"; {hint}" if hint else ""))


def _unknown(what: str, name: str, known: tuple[str, ...]) -> str:
    hint = suggest(name, known)
    return f"this run has no {what} '{name}'" + (f"; {hint}" if hint else "")
