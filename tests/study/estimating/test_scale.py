"""A scale alone: when it has a finite estimate, and what is said when it has none."""

from __future__ import annotations

import math
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import schelling
from schelling.evidence.estimation import maximum
from schelling.report.estimates import estimate_tables, estimate_terminal, estimate_words
from schelling.study.estimating.fitted import Estimation, FitStatus

MODEL = ("choice(a) = act", "log(scale) ~ 1", "link = logit")


def chosen(folder: Path, better: int, worse: int) -> Estimation:
    """One decision between payoffs 1 and 0."""
    game = folder / "one.efg"
    game.write_text(
        'EFG 2 R "One" { "a" } p "" 1 1 "" { "l" "r" } 0 t "" 1 "" { 1 } t "" 2 "" { 0 }',
        encoding="utf-8",
    )
    found = schelling.estimate(game, pd.DataFrame({"act": ["l"] * better + ["r"] * worse}), MODEL)
    assert isinstance(found, Estimation)
    return found


@pytest.mark.parametrize(("better", "worse"), [(20, 19), (201, 200), (30, 9)])
def test_choices_a_little_better_than_chance_have_a_finite_scale(
    tmp_path: Path, better: int, worse: int
) -> None:
    """The log odds are one over the scale; the likelihood falls by 0.013 from 20:19 to chance."""
    found = chosen(tmp_path, better, worse).fitted
    assert found.status is FitStatus.SOLVED
    expected = -math.log(math.log(better / worse))
    # a step promises less than 1e-12 of 300: 1e-4 of a standard error of at most 50
    assert found.coefficients[0].estimate == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("better", "worse"), [(19, 20), (20, 20), (9, 30)])
def test_choices_no_better_than_chance_leave_the_scale_without_a_bound(
    tmp_path: Path, better: int, worse: int
) -> None:
    found = chosen(tmp_path, better, worse).fitted
    assert found.status is FitStatus.SEPARATED
    words = estimate_words.trouble(found)
    assert "no better than equal chances" in words
    assert "the scale has no upper bound" in words
    assert "separated" not in words


def test_choices_without_exception_leave_the_scale_without_a_lower_bound(tmp_path: Path) -> None:
    found = chosen(tmp_path, 20, 0).fitted
    assert found.growing == ("log(scale):Intercept (-)",)
    assert "The data are separated" in estimate_words.trouble(found)


def test_a_plateau_is_no_lower_maximum(tmp_path: Path) -> None:
    """Where the scale is far too large, the likelihood is flat, and a climb goes no further."""
    sample = chosen(tmp_path, 20, 19).fitted.bound.sample
    found = maximum.maximise(sample, 3, 0, np.array([40.0]))
    assert found.converged
    assert found.agreed == 2
    assert found.lower == ()


def probit(folder: Path, x: np.ndarray, formula: str, **more: np.ndarray) -> Estimation:
    """One decision that x moves by one deviation a unit of its standard deviation."""
    game = folder / "one.efg"
    game.write_text(
        'EFG 2 R "One" { "a" } p "" 1 1 "" { "l" "r" } 0 t "l" 1 "" { 0 } t "r" 2 "" { 0 }',
        encoding="utf-8",
    )
    source = np.random.default_rng(3)
    acts = 0.5 + (x - x.mean()) / x.std() + 2**0.5 * source.standard_normal(len(x)) > 0
    table = pd.DataFrame({"act": np.where(acts, "r", "l"), "x": x, **more})
    found = schelling.estimate(game, table, ("choice(a) = act", f"a.r ~ {formula}"))
    assert isinstance(found, Estimation)
    return found


def test_columns_that_are_nearly_alike_have_a_maximum(tmp_path: Path) -> None:
    """x and z differ by 1e-4: of both together the likelihood is no lower than of x alone."""
    source = np.random.default_rng(4)
    x = source.standard_normal(200)
    z = x + 1e-4 * source.standard_normal(200)
    one, both = probit(tmp_path, x, "x").fitted, probit(tmp_path, x, "x + z", z=z).fitted
    assert both.status is FitStatus.SOLVED
    assert 0 <= both.log_likelihood - one.log_likelihood < 10
    first, second = both.coefficients[1:]
    assert first.estimate + second.estimate == pytest.approx(one.coefficients[1].estimate, abs=0.2)
    assert min(first.error, second.error) > 100 * one.coefficients[1].error


def test_an_effect_in_large_units_is_shown_with_its_error(tmp_path: Path) -> None:
    """A covariate in tens of millions: four decimals would show 0.0000 with an error of 0.0000."""
    found = probit(tmp_path, 1e7 * np.random.default_rng(4).standard_normal(200), "x")
    console = Console(width=100, record=True, file=StringIO())
    console.print(estimate_terminal.summary(found))
    (row,) = [line for line in console.export_text().splitlines() if line.startswith("  x ")]
    assert row.count("×10⁻") == 4
    assert "0.0000" not in row
    assert r"$\times$10$^{-}$$^{" in estimate_tables.latex(found)
