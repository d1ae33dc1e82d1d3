"""Figures of agents: numbers are those of the run, labels are text, sizes have limits."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import schelling
from schelling.errors import RunError
from schelling.report import html
from schelling.report.charts import agent_charts, chart_svg
from schelling.report.populations import (
    agent_svg,
    classes,
    population_charts,
    population_figures,
)
from schelling.report.populations.agent_svg import Panels
from schelling.report.populations.classes import Classes
from schelling.report.words.numerals import percent

CASE = """
schelling: 1
title: a town
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
populations:
  town:
    size: 48
    why: planted
    groups: {media: {state: 0.6, other: rest}}
    ties:
      friends: {network: small_world, degree: 4, rewire: 0.2}
      streets: {network: lattice, rows: 6}
    traits: {bold: bernoulli(0.3)}
    states:
      opinion: {start: "uniform(0, 1)", next: "0.9 * opinion + 0.1 * uniform(0, 1)"}
      mood: {one_of: [calm, angry], start: calm, next: angry if active else mood}
      active: {start: bold, next: "any(active[o] for o in friends) and bernoulli(0.5)"}
variables:
  acting: share(active[p] for p in town)
  acting_there: share(active[p] for p in town if media[p] == state)
  anger: share(mood[p] == angry for p in town)
  mean_opinion: mean(opinion[p] for p in town)
claims: {many: {holds: final(acting) > 0.3, why: planted}}
"""
EVIL = "</text><script>alert(1)</script>&"


def run(folder: Path, text: str = CASE) -> schelling.Run:
    path = folder / "town.yaml"
    path.write_text(text, "utf-8")
    return schelling.run(schelling.load(path), worlds=16, replicates=4, seed=5)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    return run(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def shown(town: schelling.Run) -> population_figures.AgentFigures:
    found = population_figures.gather(town)
    assert found is not None
    return found


def test_tables_hold_what_the_run_counted(
    town: schelling.Run, shown: population_figures.AgentFigures
) -> None:
    kept = town.series.isel(world=0)
    tables = {one.title: one.table for one in shown.small}
    active = tables["town: active by media"]
    assert active.head == ("Time", "all", "state", "other")
    mood = tables["town: mood"]
    for step, row in enumerate(active.rows):
        assert row[0] == str(kept["time"].to_numpy()[step])[:10]
        assert row[1] == percent(float(kept["acting"][step]), 0.001)
        assert row[2] == percent(float(kept["acting_there"][step]), 0.001)
        assert mood.rows[step][2] == percent(float(kept["anger"][step]), 0.001)
        written = float(tables["town: opinion"].rows[step][1])
        assert written == pytest.approx(float(kept["mean_opinion"][step]), rel=0.01)
    assert len(active.rows) == 7


def test_every_state_and_all_ties_have_a_figure(shown: population_figures.AgentFigures) -> None:
    assert [one.title for one in shown.small] == [
        "town: opinion",
        "town: opinion, media state",
        "town: opinion, media other",
        "town: mood",
        "town: mood, media state",
        "town: mood, media other",
        "town: active by media",
    ]
    assert [one.title for one in shown.broad] == [
        "town: mood along friends",
        "town: mood along streets",
    ]
    assert all("World 0 of the run." in one.reading for one in (*shown.small, *shown.broad))
    assert shown.notes == ()


def test_strips_of_groups_share_their_bins_and_make_up_all(
    town: schelling.Run, shown: population_figures.AgentFigures
) -> None:
    agents = town.agents("town")
    whose = agents.coords["media"].to_numpy() == "state"
    edges, every = population_charts.histograms(agents, "opinion")
    parts = [population_charts.histograms(agents, "opinion", mine) for mine in (whose, ~whose)]
    assert all(np.array_equal(own, edges) for own, _ in parts)
    part = whose.mean()
    together = part * parts[0][1] + (1 - part) * parts[1][1]
    np.testing.assert_allclose(together, every, atol=1e-12)  # sums of twenty shares
    table = next(one.table for one in shown.small if one.title == "town: opinion, media state")
    mean = agents["opinion"].to_numpy()[-1, whose].mean()
    assert float(table.rows[-1][1]) == pytest.approx(mean, rel=0.01)  # printed to three digits
    chart = town.plot_population("town", "opinion", by="media").to_dict()
    assert [one["title"] for one in chart["hconcat"]] == ["all", "state", "other"]


def test_a_network_has_a_dot_for_every_agent_and_a_line_for_every_tie(
    town: schelling.Run, shown: population_figures.AgentFigures
) -> None:
    network, lattice = shown.broad
    svg = str(network.picture)
    assert len(re.findall(r"L\d", svg)) == 3 * 96
    angry = (town.agents("town")["mood"].to_numpy()[[0, 3, 6]] == 1).sum()
    dark = re.findall(r'<path d="([^"]*)" stroke="#8a6d1d"', svg)
    assert sum(path.count("M") for path in dark) == angry > 0
    assert [row[0] for row in network.table.rows] == ["2024-01-01", "2024-01-22", "2024-02-12"]
    ElementTree.fromstring(str(lattice.picture))
    ElementTree.fromstring(str(lattice.narrow))


def test_the_cells_of_a_lattice_are_its_agents(
    town: schelling.Run, shown: population_figures.AgentFigures
) -> None:
    svg = str(shown.broad[1].picture)
    side = 224 // 8
    dark = re.findall(r'<path d="([^"]*)" stroke="#8a6d1d"', svg)
    lengths = [float(n) for path in dark for n in re.findall(r"h([\d.]+)", path)]
    angry = (town.agents("town")["mood"].to_numpy()[[0, 3, 6]] == 1).sum()
    assert sum(lengths) == side * angry > 0


def test_the_page_shows_them_and_the_same_run_gives_the_same_page(town: schelling.Run) -> None:
    page = html.render(town)
    assert page == html.render(town)
    assert "Agents of one world" in page
    assert 'id="figure-agents-town.mood.on.friends"' in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_labels_with_markup_are_text() -> None:
    place = np.array([[0, 1, 1, 0]])
    panels = Panels(Classes(EVIL, (EVIL, "x"), ("#fff", "#000"), place), [0], [EVIL], EVIL, EVIL)
    at = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    chart = agent_charts.lines(np.arange(2), [EVIL, EVIL], np.array([[0.0, 1], [0.5, 1]]), "x")
    pictures = (
        agent_svg.network(panels, at, np.array([[0, 1]]), "mark"),
        agent_svg.cells(panels, 2, "mark"),
        chart_svg.placed(chart, "mark", EVIL),
    )
    for svg in pictures:
        root = ElementTree.fromstring(str(svg))
        assert not [one for one in root.iter() if one.tag.endswith("script")]
        assert EVIL in [one.text for one in root.iter()]


def test_numbers_fall_into_bins_with_both_edges() -> None:
    values = np.array([[0.0, 0.25, 1.0, np.nan]])
    edges = classes.bins(values, 4)
    np.testing.assert_array_equal(edges, [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_array_equal(classes.binned(values, edges), [[0, 1, 3, classes.NONE]])
    flat = classes.bins(np.full((2, 3), 7.0), 2)
    np.testing.assert_array_equal(flat, [6.5, 7, 7.5])


def test_large_populations_are_not_drawn(
    town: schelling.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(population_figures.places, "MOST", 47)
    found = population_figures.gather(town)
    assert found is not None
    assert [one.title for one in found.broad] == ["town: mood along streets"]
    assert found.notes == (
        "The ties friends of town are not drawn: only networks of up to 47 agents are.",
    )
    with pytest.raises(RunError, match="too many for a picture"):
        town.plot_population("town", ties="friends")
    monkeypatch.setattr(population_figures, "MOST_MOVES", 6 * 48 - 1)
    found = population_figures.gather(town)
    assert found is not None
    assert found.small == found.broad == ()
    assert "288 agents times steps are more than the 287" in found.notes[0]


def test_a_mean_field_says_that_it_shows_representatives(tmp_path: Path) -> None:
    text = CASE.replace("size: 48", "size: 48\n    fidelity: mean_field\n    representatives: 8")
    found = population_figures.gather(run(tmp_path, text))
    assert found is not None
    assert found.notes == (
        "Of town, 8 representatives are shown that stand for 48 agents (mean field) and have no "
        "ties of their own.",
    )
    assert found.broad == ()
    assert len(found.small) == 7


def test_a_world_whose_numbers_failed_is_not_shown(tmp_path: Path) -> None:
    text = CASE.replace('"0.9 * opinion + 0.1 * uniform(0, 1)"', "log(opinion - 2)")
    failed = run(tmp_path, text)
    found = population_figures.gather(failed)
    assert found is not None
    assert found.small == found.broad == ()
    assert found.notes == ("Numbers of world 0 failed, so town are not shown.",)
    chart = failed.plot_population("town", "active")
    assert "world 0, whose numbers failed" in chart.to_dict()["title"]["subtitle"]


def test_a_strip_of_many_steps_shows_some_with_both_ends() -> None:
    assert agent_charts.strip_steps(8).tolist() == list(range(8))
    steps = agent_charts.strip_steps(500)
    assert len(steps) == 60
    assert (steps[0], steps[-1]) == (0, 499)


def test_pictures_in_python(town: schelling.Run) -> None:
    kinds = {"active": "LayerChart", "opinion": "LayerChart", "mood": "LayerChart"}
    for state, kind in kinds.items():
        chart = town.plot_population("town", state, world=3)
        assert type(chart).__name__ == kind
        assert "world 3" in chart.to_dict()["title"]["subtitle"]
    by = town.plot_population("town", "mood", by="media")
    assert len(by.to_dict()["hconcat"]) == 3
    assert "<svg" in town.plot_population("town", ties="streets").svg
    for wrong, words in (
        ({"state": "mod"}, "no state 'mod'; .*mood"),
        ({"by": "medium"}, "no groups 'medium'"),
        ({"ties": "friend"}, "no ties 'friend'"),
    ):
        with pytest.raises(RunError, match=words):
            town.plot_population("town", **wrong)


def test_one_agent_that_draws_is_no_crowd(tmp_path: Path) -> None:
    path = tmp_path / "noise.yaml"
    path.write_text(
        "schelling: 1\ntitle: noise\ntime: {start: 2024-01-01, step: 1 week, until: 2024-02-12}\n"
        "populations:\n  draws:\n    size: 1\n    why: planted\n    states:\n"
        '      z: {start: "normal(0, 1)", next: "normal(0, 1)"}\n'
        'variables: {noise: "mean(z[one] for one in draws)"}\n'
        "claims: {up: {why: planted, holds: final(noise) > 0}}\n",
        encoding="utf-8",
    )
    case = schelling.load(path)
    made = schelling.run(case, worlds=64, folder=tmp_path / "noise.run")
    assert population_figures.gather(made) is None
    assert "1 agents" not in html.render(made)
