"""What a `smooth` or a `delay` keeps is shown under the names of the author."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

import schelling
from schelling.compile.influence import causal_map
from schelling.compile.influence.monotone import Sign
from schelling.compile.planning import plan
from schelling.report.argument import inventory
from schelling.report.verdicts import trajectories

CASE = """\
schelling: 1
title: Lags
time: {start: 2024-01-01, step: 1 week, until: 2024-12-30}
sets: {city: [kyiv, lviv]}
assumptions:
  up: {prior: "uniform(0, 2)", why: Unknown.}
  memory: {prior: "uniform(6, 12)", unit: week, why: Unknown.}
  garrison[city]: {prior: "uniform(0, 1)", why: Unknown.}
variables:
  news: up * pulse(2024-03-04, 8 weeks)
  mood: smooth(-news, memory, order=2)
  flow: delay(1 index / week + (1 index / week) * news, memory, order=3)
  lag[city]: smooth(garrison[city] * step(2024-06-03), 17 weeks)
stocks:
  pile: {start: 0, unit: index, change: flow}
claims:
  gloomy: {holds: min(mood) < -0.4, why: The question.}
  high: {holds: final(pile) > 60 index, why: The question.}
  lagging: {holds: "final(lag[lviv]) > 0.4", why: The question.}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    folder = tmp_path_factory.mktemp("lags")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    return schelling.run(schelling.load(folder), worlds=512, seed=1)


def hidden(names: Iterable[str]) -> list[str]:
    return [name for name in names if "(" in name]


def test_the_causal_map_passes_through_what_is_kept(run: schelling.Run) -> None:
    """A lag rises with what it follows; the time of a lag works either way."""
    drawn = causal_map.draw(run.case, plan.build(run.case))
    assert not hidden(drawn.by_key)
    into = {key: {(a.source, a.sign) for a in arrows} for key, arrows in drawn.into.items()}
    assert into["mood"] == {("news", Sign.DOWN), ("memory", Sign.OPEN)}
    assert into["flow"] == {("news", Sign.UP), ("memory", Sign.OPEN)}
    assert into["lag[lviv]"] == {("garrison[lviv]", Sign.UP)}
    assert into["pile"] == {("flow", Sign.UP)}


def test_data_have_no_columns_and_no_series_of_it(run: schelling.Run) -> None:
    assert not hidden(str(name) for name in (*run.series, *run.bands, *run.draws.columns))
    assert "final.pile" in run.draws
    assert "mood" in run.bands
    shown = [one.name for one in inventory.definitions(run.case)["Stocks"]]
    assert shown == ["pile"]


def test_charts_and_halved_steps_name_what_the_author_wrote(run: schelling.Run) -> None:
    assert hidden(stock.name for stock in run.case.stocks)  # they are there
    assert "mood" in trajectories.names(run)
    assert not hidden(trajectories.names(run))
    assert run.step_check is not None
    assert set(run.step_check.moved) == {"pile"}


def test_nobody_is_told_to_watch_what_is_kept(run: schelling.Run) -> None:
    """The stages of the delay tell the claim apart early, and are left out all the same."""
    found = schelling.explore(run.case, run, what=("indicators",))
    assert not hidden(one.series for one in found.indicators)


def test_a_lag_over_a_set_has_a_whole_name(run: schelling.Run) -> None:
    names = [stock.name for stock in run.case.stocks if "garrison[lviv]" in stock.name]
    assert len(names) == 1
    assert names[0].endswith(", 17 weeks)")
