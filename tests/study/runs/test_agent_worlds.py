"""The agents of one world: what is counted over them is what the run counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.errors import RunError
from schelling.study.runs.made_again import agent_worlds

CASE = """
schelling: 1
title: a town
time: {start: 2024-01-01, step: 1 week, until: 2024-02-19}
assumptions: {level: {prior: "uniform(0.1, 0.6)", why: planted}}
populations:
  town:
    size: 70
    why: planted
    groups: {media: {state: 0.6, other: rest}}
    ties: {friends: {network: random, degree: 4}}
    traits: {taste: "normal(level, 1)", bold: bernoulli(level)}
    states:
      mood: {one_of: [calm, angry], start: calm, next: angry if active else calm}
      active: {start: bold, next: "active or any(active[o] for o in friends) and bernoulli(0.2)"}
      wait: {start: 2 weeks, next: "wait + uniform(0, 1) * 3 days", unit: day}
variables:
  acting: share(active[p] for p in town)
  acting_there: share(active[p] for p in town if media[p] == state)
  anger: share(mood[p] == angry for p in town)
  waited: {value: "mean(wait[p] for p in town)", unit: day}
claims: {many: {holds: final(acting) > 0.8, why: planted}}
"""


def run(folder: Path, text: str = CASE) -> schelling.Run:
    path = folder / "town.yaml"
    path.write_text(text, "utf-8")
    return schelling.run(schelling.load(path), worlds=16, replicates=4, seed=5)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    return run(tmp_path_factory.mktemp("town"))


@pytest.mark.parametrize("world", [0, 11])
def test_what_is_counted_over_them_is_what_the_run_kept(town: schelling.Run, world: int) -> None:
    seen, kept = town.agents("town", world), town.series.isel(world=world)
    assert dict(seen.sizes) == {"agent": 70, "time": 8}
    there = seen["media"] == "state"
    meaning = seen["mood"].attrs["flag_meanings"].split()
    pairs = {
        "acting": seen["active"].mean("agent"),
        "acting_there": seen["active"].where(there, drop=True).mean("agent"),
        "anger": (seen["mood"] == meaning.index("angry")).mean("agent"),
        "waited": seen["wait"].mean("agent"),
    }
    for name, counted in pairs.items():
        np.testing.assert_allclose(counted.to_numpy(), kept[name].to_numpy(), rtol=1e-12)
    np.testing.assert_array_equal(seen["time"], town.bands["time"])
    assert 0 < pairs["acting"][0] < pairs["acting"][-1]


def test_traits_groups_and_units_are_named(town: schelling.Run) -> None:
    seen = town.agents("town")
    assert seen["wait"].attrs["units"] == "day"
    np.testing.assert_allclose(seen["wait"][0], 14)
    assert set(seen["media"].to_numpy()) == {"state", "other"}
    assert seen["active"].dtype == np.bool_
    np.testing.assert_array_equal(seen["bold"], seen["active"][0])
    np.testing.assert_array_equal(seen["agent"], np.arange(1, 71))
    assert seen.attrs["world"] == 0


def test_the_same_world_has_the_same_agents_and_another_has_others(town: schelling.Run) -> None:
    first = town.agents("town", 2)
    assert first.identical(town.agents("town", 2))
    assert (first["taste"] != town.agents("town", 3)["taste"]).all()


def test_ties_are_those_of_the_run(town: schelling.Run) -> None:
    """An agent with none keeps to itself: it is active at the end only if it was at first."""
    (population,) = town.case.populations
    pairs = agent_worlds.ties(town, population)["friends"]
    assert (pairs[:, 0] < pairs[:, 1]).all()
    degree = np.bincount(pairs.ravel(), minlength=70)
    seen = town.agents("town")
    alone = degree == 0
    np.testing.assert_array_equal(seen["active"][-1][alone], seen["active"][0][alone])
    assert abs(degree.mean() - 4) < 1.5


@pytest.mark.slow  # `test_population_pictures` shows them
def test_of_a_mean_field_its_representatives_are_seen(tmp_path: Path) -> None:
    text = CASE.replace("size: 70", "size: 70\n    fidelity: mean_field\n    representatives: 16")
    few = run(tmp_path, text)
    seen = few.agents("town", 1)
    assert seen.sizes["agent"] == seen.attrs["representatives"] == 16
    assert seen.attrs["size"] == 70
    counted = seen["active"].mean("agent").to_numpy()
    np.testing.assert_allclose(counted, few.series["acting"][1], rtol=1e-12)
    assert agent_worlds.ties(few, few.case.populations[0]) == {}
    with pytest.raises(RunError, match="no ties that last: its representatives have none"):
        few.network("town")


def test_what_cannot_be_shown_is_refused(
    town: schelling.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RunError, match=r"no population 'twon'; .*town"):
        town.agents("twon")
    for world in (16, -1):
        with pytest.raises(RunError, match=f"no world {world}"):
            town.agents("town", world)
    need = 8 * 70 * (8 + 8 + 1)
    monkeypatch.setattr(agent_worlds, "LIMIT", need - 1)
    with pytest.raises(RunError, match="give it fewer agents"):
        town.agents("town")
    monkeypatch.setattr(agent_worlds, "LIMIT", need)
    assert town.agents("town").sizes["agent"] == 70


def test_assumptions_of_a_world_are_those_of_the_table(town: schelling.Run) -> None:
    assert town.assumptions(7).tolist() == [town.draws["level"].iloc[7]]
