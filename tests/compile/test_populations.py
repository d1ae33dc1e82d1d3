"""Populations in whole runs: luck, size, memory, numbers that fail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.errors import RunError
from schelling.study.runs.computing import programs

CASE = """
schelling: 1
title: a crowd
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
assumptions: {level: {prior: "uniform(0.1, 0.6)", why: planted}}
populations:
  crowd:
    size: SIZE
    why: planted
    traits: {taste: "normal(level, 1)"}
    states:
      mood: {start: "uniform(0, 1)", next: "0.5 * mood + uniform(0, 1)"}
      inclined: {start: bernoulli(level), next: "mood > 0.5 or inclined"}
variables:
  taste_of_five: sum(taste[c] for c in crowd if number[c] == 5)
  mood_of_five: sum(mood[c] for c in crowd if number[c] == 5)
  warm: share(inclined[c] for c in crowd)
claims: {warm_enough: {holds: final(warm) > 0.8, why: planted}}
"""


def run(folder: Path, size: int, **changed: str) -> schelling.Run:
    path = folder / f"crowd{size}.yaml"
    text = CASE.replace("SIZE", str(size))
    for old, new in changed.items():
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return schelling.run(schelling.load(path), worlds=32, replicates=4, seed=3)


def test_an_agent_keeps_its_luck_in_a_larger_population(tmp_path: Path) -> None:
    small, large = run(tmp_path, 7), run(tmp_path, 12)
    for name in ("taste_of_five", "mood_of_five"):
        np.testing.assert_array_equal(small.series[name], large.series[name])
    assert (small.series["warm"] != large.series["warm"]).any()


def test_how_many_worlds_lie_side_by_side_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last digits: another program may round a sum over agents in another order."""
    many = run(tmp_path, 9)
    for limit in ("_CROWD", "_ROOM"):
        monkeypatch.setattr(programs, limit, 9 * (2 * 8 + 1) * 4)
    few = run(tmp_path, 9)
    np.testing.assert_allclose(many.series["warm"], few.series["warm"], rtol=1e-14)
    np.testing.assert_allclose(many.series["mood_of_five"], few.series["mood_of_five"], rtol=1e-14)


def test_too_many_agents_are_refused_before_anything_is_allocated(tmp_path: Path) -> None:
    path = tmp_path / "crowd.yaml"
    path.write_text(CASE.replace("SIZE", "150_000_000".replace("_", "")), "utf-8")
    case = schelling.load(path)
    with pytest.raises(
        RunError, match=r"the run would take about .* GB of memory.*fewer agents .* or ties"
    ):
        schelling.run(case, worlds=32, memory_limit=2 * 2**30)
    tied = path.read_text("utf-8").replace("150000000", "20000000")
    path.write_text(
        tied.replace("    traits", "    ties: {all: {network: random, degree: 50}}\n    traits")
    )
    with pytest.raises(RunError, match=r"fewer agents \(`size`\) or ties"):
        schelling.run(schelling.load(path), worlds=32, memory_limit=10 * 2**30)


def test_a_population_without_numbers_fails_its_worlds(tmp_path: Path) -> None:
    found = run(tmp_path, 5, **{"0.5 * mood + uniform(0, 1)": "log(level - 0.3)"})
    failed = found.draws["level"] <= 0.3
    assert 0 < failed.sum() < 32
    assert ((found.draws["status"] != 0) == failed).all()
    place = found.first_failures["warm_enough"]
    assert (place.name, place.step) == ("mood", 0)
    assert place.said == "some agents of crowd have no value"
    assert [name for name, _, _ in place.fed] == ["level"]
