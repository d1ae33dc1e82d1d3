"""The least, the largest and a clipped number of agents have no value where a part has none."""

from pathlib import Path

import pytest

import schelling

CASE = """
schelling: 1
title: nobody to average over
time: {start: 2024-01-01, step: 1 week, until: 2024-01-29}
assumptions: {level: {prior: "uniform(-0.3, 1)", why: planted}}
populations:
  people:
    size: 9
    why: planted
    traits: {taste: "uniform(0, 1)"}
    states: {mood: {start: taste, next: mood}}
variables: {nobody: "mean(mood[p] for p in people if mood[p] > 2)"}
claims: {one: {why: x, holds: "final(sum(NUMBER for p in people)) > 0"}}
"""


@pytest.mark.parametrize(
    "number", ["min(mood[p] / nobody, level)", "max(nobody, mood[p])", "clip(nobody, 0, mood[p])"]
)
def test_a_missing_part_is_missed(number: str, tmp_path: Path) -> None:
    """XLA forgets it on a CPU, where a least number is summed."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("NUMBER", number), "utf-8")
    run = schelling.run(schelling.load(path), worlds=16, replicates=4, course=False)
    assert run.draws["margin.one"].isna().all()
