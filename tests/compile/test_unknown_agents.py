"""What is not a number for one agent is unknown in all that reads it, and its cause is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling

CASE = """
schelling: 1
title: a doubt that spreads
time: {start: 2024-01-01, step: 1 week, until: 2024-01-29}
assumptions: {level: {prior: "uniform(-1, 1)", why: planted}}
populations:
  town:
    size: 9
    why: planted
    ACTING
    states:
      told: {start: false, next: heard}
      heard: {start: FIRST, next: "NEXT"}
    variables: {both: told and heard}
variables:
  hearing: share(heard[t] for t in town)
  telling: share(told[t] for t in town)
  knowing: share(both[t] for t in town)
claims: {most: {why: planted, holds: final(telling) > 0.5}}
"""
ROOT = "sqrt(level) > 0.5 if number == 1 else true"


def run(folder: Path, acting: str, *, start: str = "false", following: str = ROOT) -> schelling.Run:
    path = folder / "case.yaml"
    text = CASE.replace("ACTING", acting).replace("FIRST", start).replace("NEXT", following)
    path.write_text(text, "utf-8")
    return schelling.run(schelling.load(path), worlds=16, replicates=4, seed=3)


def test_it_spreads_step_by_step(tmp_path: Path) -> None:
    """A truth is no number that could be NaN: told, it would look like one again."""
    found = run(tmp_path, "acts: all")
    lost = (found.draws["level"] < 0).to_numpy()
    assert 0 < lost.sum() < 16
    for name, first in {"hearing": 1, "telling": 2, "knowing": 1}.items():
        series = np.isnan(found.series[name].to_numpy())
        assert not series[:, :first].any()
        assert (series[:, first:] == lost[:, None]).all()
    place = found.first_failures["most"]
    assert (place.name, place.step) == ("heard", 0)


@pytest.mark.parametrize(
    ("acting", "changed", "step"),
    [
        ("acts: one\n    turns: 40", {}, 0),
        ("acts: all", {"start": f'"{ROOT}"', "following": "heard or told"}, None),
    ],
    ids=["in the turns of one step", "at the start"],
)
def test_the_cause_is_told_first(
    acting: str, changed: dict[str, str], step: int | None, tmp_path: Path
) -> None:
    """Though what was told, a consequence within the same step, stands before it in the case."""
    found = run(tmp_path, acting, **changed)
    assert found.draws["margin.most"].isna().any()
    place = found.first_failures["most"]
    assert (place.name, place.step) == ("heard", step)
