"""When two models are compared by Vuong's and Clarke's tests, and when they must not be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import schelling
from schelling.errors import MethodError, RunError
from schelling.report.estimates import estimate_json, estimate_words
from schelling.study.estimating.fitted import Estimation, FitStatus

GAME = Path(__file__).parent / "data" / "crisis.efg"
MODEL = """choice(attacker) = go
choice(defender) = fight
attacker.status quo ~ x
defender.war ~ 1"""
RIVAL = MODEL.replace("~ x", "~ 1").replace("war ~ 1", "war ~ x")


def table(rows: int = 200) -> pd.DataFrame:
    source = np.random.default_rng(5)
    x = source.normal(size=rows).round(3)
    return pd.DataFrame(
        {
            "go": (source.random(rows) < 0.6).astype(int),
            "fight": (source.random(rows) < 0.5).astype(int),
            "x": x,
            "never": (x > 0).astype(int),
            "where": np.arange(rows) % 20,
            "half": np.full(rows, 0.5),
        }
    )


def against(model: str, rival: str) -> Estimation:
    found = schelling.estimate(GAME, table(), model, against=rival)
    assert isinstance(found, Estimation)
    return found


def test_sound_models_of_independent_rows_are_compared() -> None:
    found = against(MODEL, RIVAL)
    assert found.rivalry is not None
    assert found.untested == ""


def test_rows_of_clusters_are_not_compared() -> None:
    found = against(MODEL + "\ncluster = where", RIVAL)
    assert found.rivalry is None
    assert "independent" in found.untested
    assert "no tests of Vuong and Clarke" in estimate_words.rivalry(found)[-1]
    assert estimate_json.to_json(found)["tests"] is None


def test_a_model_without_finite_estimates_is_not_compared() -> None:
    found = against(MODEL, RIVAL.replace("= fight", "= never"))
    assert found.rival is not None
    assert found.rival.status is FitStatus.SEPARATED
    assert found.rivalry is None
    assert "finite estimates" in found.untested


@pytest.mark.parametrize("order", [1, -1])
def test_a_model_within_the_other_gets_a_likelihood_ratio(order: int) -> None:
    """Of an intercept and of an intercept with one covariate: twice the rise, one degree."""
    found = against(*(MODEL, MODEL.replace("~ x", "~ 1"))[::order])
    assert found.rivalry is None
    assert found.rival is not None
    rise = abs(found.fitted.log_likelihood - found.rival.log_likelihood)
    assert found.nested is not None
    assert found.nested.statistic == pytest.approx(2 * rise)
    assert (found.nested.freedom, found.nested.larger) == (1, 1 if order == 1 else 2)
    assert found.nested.p == pytest.approx(stats.chi2.sf(2 * rise, 1))
    said = " ".join(estimate_words.rivalry(found))
    assert "Vuong: z" not in said
    assert "with 1 degree of freedom" in said
    assert estimate_json.to_json(found)["likelihood_ratio"]["freedom"] == 1


def test_one_model_in_two_spellings_is_one() -> None:
    """The indicator of one half of a column, and of the other."""
    found = against(MODEL.replace("~ x", "~ never"), MODEL.replace("~ x", "~ C(never, 1)"))
    assert found.untested == "the two are the same model"
    assert found.nested is None


def test_what_is_fixed_or_linked_otherwise_is_not_within() -> None:
    """An intercept can be a fixed 1, a formula without one cannot, and logit is not in probit."""
    fixed = MODEL.replace("~ x", "= 1")
    assert against(MODEL, fixed).nested is not None
    assert against(MODEL.replace("~ x", "~ 0 + x"), fixed).rivalry is not None
    assert against(MODEL, MODEL.replace("~ x", "~ 1") + "\nlink = logit").rivalry is not None


@pytest.mark.parametrize("seed", [-1, -7])
def test_a_negative_seed_is_refused(seed: int) -> None:
    with pytest.raises(RunError, match="--seed must be at least 0"):
        schelling.estimate(GAME, table(), MODEL, seed=seed)


def test_fractions_of_observations_are_not_resampled() -> None:
    with pytest.raises(MethodError, match="whole observations"):
        schelling.estimate(GAME, table(), MODEL + "\ncount = half", bootstrap=10)
