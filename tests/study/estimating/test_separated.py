"""Data that are separated along two coefficients at once, and rows that tell nothing of one."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schelling
from schelling.report.estimates import estimate_words
from schelling.study.estimating.fitted import Estimation, FitStatus, Fitted

GAME = """EFG 2 R "Crisis" { "a" "d" }
p "" 1 1 { "hold" "escalate" } 0
t "quo" 1 { 0 0 }
p "" 2 1 { "yield" "resist" } 0
t "gain" 2 { 0 0 }
t "war" 3 { 0 0 }
"""
MODEL = ("choice(a) = up", "choice(d) = fought", "a.gain = 0", "a.war = -1")


def fitted(folder: Path, table: pd.DataFrame, *lines: str) -> Fitted:
    game = folder / "crisis.efg"
    game.write_text(GAME, "utf-8")
    found = schelling.estimate(game, table, (*MODEL, *lines))
    assert isinstance(found, Estimation)
    return found.fitted


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_threshold_of_a_covariate_separates(seed: int, tmp_path: Path) -> None:
    """Whoever has x above one half escalates: intercept and slope grow together, nothing else."""
    source = np.random.default_rng(seed)
    x = source.random(40).round(3)
    told = {"up": (x > 0.5).astype(int), "fought": source.integers(0, 2, 40), "x": x, "z": x + 1}
    found = fitted(tmp_path, pd.DataFrame(told), "a.quo ~ x", "d.war ~ z")
    assert found.status is FitStatus.SEPARATED
    assert found.growing == ("a.quo:Intercept (+)", "a.quo:x (-)")
    assert math.isnan(found.aic)
    assert math.isnan(found.bic)
    assert not any("ended at this height" in note for note in estimate_words.notes(found))


@pytest.mark.parametrize(("own", "theirs"), [("1", "1"), ("w", "z")])
def test_what_no_row_tells_has_no_estimate(own: str, theirs: str, tmp_path: Path) -> None:
    """Nobody escalates, so nothing is known of what the defender would do."""
    z = np.linspace(0, 1, 12)
    table = pd.DataFrame({"up": [0] * 12, "fought": [0, 1, 1] * 4, "z": z, "w": z**2})
    found = fitted(tmp_path, table, f"a.quo ~ {own}", f"d.war ~ {theirs}")
    assert found.growing == ("a.quo:Intercept (+)",)
    first, *others = found.coefficients
    assert first.infinite
    assert not any(row.infinite for row in others)
    assert all(math.isnan(row.estimate) for row in others)
    words = estimate_words.trouble(found)
    assert "rising as this coefficient grows, with the sign shown: a.quo:Intercept (+)." in words
    assert "what it stands for predicts" in words
    assert words.endswith(f" {', '.join(f'{row.equation}:{row.name}' for row in others)}.")


def test_what_separated_rows_alone_would_tell_has_no_estimate(tmp_path: Path) -> None:
    """All who escalate have x above 0, with rows near it, so any intercept foresees them all.

    Where rows with x at 0 are of both kinds, these alone tell the intercept, and do.
    """
    x = np.linspace(-1, 1, 40)
    told = {"up": (x > 0).astype(int), "fought": [0, 1] * 20, "x": x}
    found = fitted(tmp_path, pd.DataFrame(told), "a.quo ~ x", "d.war ~ 1")
    assert found.growing == ("a.quo:x (-)",)
    intercept, slope, _ = found.coefficients
    assert slope.infinite
    assert math.isnan(intercept.estimate)
    assert "These rows tell nothing of a.quo:Intercept" in estimate_words.trouble(found)
    told["x"] = np.maximum(x, 0.0)
    told["up"] = np.where(x > 0, 1, np.arange(40) % 2)
    found = fitted(tmp_path, pd.DataFrame(told), "a.quo ~ x", "d.war ~ 1")
    assert found.status is FitStatus.SEPARATED
    assert math.isfinite(found.coefficients[0].estimate)
