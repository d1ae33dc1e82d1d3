"""Published and recorded estimates: the R package games, McKelvey and Palfrey, Gambit."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy import stats

import schelling
from schelling.errors import CaseError
from schelling.study.estimating.choice_shares import Choices
from schelling.study.estimating.fitted import Estimation

DATA = Path(__file__).parent / "data"
FITS = tomllib.loads((DATA / "war1800-expected.toml").read_text("utf-8"))["fit"]
DISPUTES = """choice(attacker) = esc
choice(defender) = war
attacker.status quo ~ s_wt_re1 + revis1
attacker.capitulation = 0
attacker.war ~ regime1
defender.war ~ balanc + regime2"""
KNOWN = """choice(attacker) = esc
choice(defender) = war
attacker.status quo = {}
attacker.capitulation = {}
attacker.war = {}
defender.war = {}
log(scale) ~ 1"""


def fitted(fit: dict[str, Any]) -> Estimation:
    if "fixed_utilities" in fit:
        model = KNOWN.format(*fit["fixed_utilities"])
    else:
        model = DISPUTES
        if "scale_formula" in fit:
            model += "\nlog(scale) " + fit["scale_formula"]
        if fit["link"] == "logit":  # the package divides by the root of two for both links
            model += "\nscale = sqrt(2)"
    found = schelling.estimate(
        DATA / "crisis.efg",
        DATA / "war1800.csv",
        model,
        link=fit["link"],
        errors=fit["error"],
        where=fit.get("subset", ()),
        drop_missing="fixed_utilities" not in fit,
    )
    assert isinstance(found, Estimation)
    return found


@pytest.mark.parametrize("fit", FITS, ids=[fit["id"] for fit in FITS])
def test_disputes_of_the_nineteenth_century(fit: dict[str, Any]) -> None:
    """The estimates of the R package games 1.1.2, in its order.

    Its standard errors of models with a scale differ by up to 0.02; ours are held to differences
    of gradients in test_backward, and to differences of the likelihood below.
    """
    found = fitted(fit)
    rows = found.coefficients
    assert found.sound
    assert found.fitted.observations == fit["observations"]
    assert_allclose(found.fitted.log_likelihood, fit["log_likelihood"], atol=1e-4)
    expected = [one["estimate"] for one in fit["coefficients"]]
    errors = [one["standard_error"] for one in fit["coefficients"]]
    assert_allclose(rows["estimate"], expected, atol=1e-3)
    in_scale = "scale_formula" in fit or "fixed_utilities" in fit
    assert_allclose(rows["standard_error"], errors, atol=2e-2 if in_scale else 1e-3)


def test_the_error_of_a_scale_is_that_of_the_likelihood() -> None:
    """The likelihood written out in NumPy, its second derivative by differences.

    Where the package games says 0.430327.
    """
    table = pd.read_csv(DATA / "war1800.csv")
    ends = np.where(table.esc == 0, 0, np.where(table.war == 0, 1, 2))

    def height(log_scale: float) -> float:
        spread = np.sqrt(2) * np.exp(log_scale)
        war = stats.norm.cdf(0.1 / spread)
        go = stats.norm.cdf(((1 - war) * 0 + war * -1.4 - -1) / spread)
        return float(np.log(np.array([1 - go, go * (1 - war), go * war]))[ends].sum())

    fit = next(fit for fit in FITS if "fixed_utilities" in fit)
    row = fitted(fit).fitted.coefficients[0]
    step = 1e-3
    bend = height(row.estimate - step) - 2 * height(row.estimate) + height(row.estimate + step)
    # the error of the differences is of the order of the squared step
    assert_allclose(row.error, 1 / np.sqrt(-bend / step**2), rtol=1e-5)
    assert_allclose(row.error, 0.427327, atol=1e-6)


def test_fixed_payoffs_with_a_scale_alone() -> None:
    """Payoffs 1, -1, 0 and 1; 7,152, 42 and 46 ends; private information: log scale -1.0513."""
    table = pd.DataFrame({"end": ["status quo", "capitulation", "war"], "n": [7152, 42, 46]})
    model = KNOWN.format(1, -1, 0, 1).replace("choice(attacker) = esc", "outcome = end")
    model = model.replace("choice(defender) = war", "count = n") + "\nerrors = private"
    found = schelling.estimate(DATA / "crisis.efg", table, model)
    assert isinstance(found, Estimation)
    row = found.fitted.coefficients[0]
    assert_allclose(row.estimate, -1.05127, atol=5e-6)
    assert_allclose(row.error, 0.01987, atol=5e-6)
    assert_allclose(found.fitted.log_likelihood, -646.5350, atol=5e-5)
    assert_allclose(found.fitted.aic, 1295.07, atol=5e-3)


def test_a_table_that_counts_nothing_is_refused() -> None:
    table = pd.DataFrame({"end": ["status quo", "war"], "n": [0, 0]})
    with pytest.raises(CaseError, match="the table counts no play"):
        schelling.estimate(DATA / "crisis.efg", table, "outcome = end\ncount = n\nattacker.war ~ 1")


CENTIPEDE = """EFG 2 R "Centipede" {{ "1" "2" }}
p "" 1 1 {{ "take" "pass" }} 0
t "t1" 1 {{ {0} {1} }}
p "" 2 1 {{ "take" "pass" }} 0
t "t2" 2 {{ {2} {3} }}
p "" 1 2 {{ "take" "pass" }} 0
t "t3" 3 {{ {4} {5} }}
p "" 2 2 {{ "take" "pass" }} 0
t "t4" 4 {{ {6} {7} }}
t "t5" 5 {{ {8} {9} }}
"""
LONG = """EFG 2 R "Long centipede" { "1" "2" }
p "" 1 1 { "take" "pass" } 0
t "t1" 1 { 0.4 0.1 }
p "" 2 1 { "take" "pass" } 0
t "t2" 2 { 0.2 0.8 }
p "" 1 2 { "take" "pass" } 0
t "t3" 3 { 1.6 0.4 }
p "" 2 2 { "take" "pass" } 0
t "t4" 4 { 0.8 3.2 }
p "" 1 3 { "take" "pass" } 0
t "t5" 5 { 6.4 1.6 }
p "" 2 3 { "take" "pass" } 0
t "t6" 6 { 3.2 12.8 }
t "t7" 7 { 25.6 6.4 }
"""
LOW = CENTIPEDE.format(0.4, 0.1, 0.2, 0.8, 1.6, 0.4, 0.8, 3.2, 6.4, 1.6)
HIGH = CENTIPEDE.format(1.6, 0.4, 0.8, 3.2, 6.4, 1.6, 3.2, 12.8, 25.6, 6.4)


@pytest.mark.parametrize(
    ("game", "shares", "plays", "precision", "height"),
    [
        (LOW, (0.071, 0.356, 0.370, 0.153, 0.049), 281, 1.717901, -423.78165),
        (LONG, (0.007, 0.064, 0.199, 0.384, 0.253, 0.078, 0.014), 281, 0.595207, -532.93648),
        (HIGH, (0.15, 0.37, 0.32, 0.11, 0.05), 100, 0.448779, -150.94133),
    ],
    ids=["four moves", "six moves", "four moves, high pay"],
)
def test_precision_in_centipede_games(
    game: str,
    shares: tuple[float, ...],
    plays: int,
    precision: float,
    height: float,
    tmp_path: Path,
) -> None:
    """McKelvey and Palfrey (1992), shares of the ends; the precision is one over the scale."""
    (tmp_path / "centipede.efg").write_text(game, encoding="utf-8")
    ends = [f"t{k + 1}" for k in range(len(shares))]
    table = pd.DataFrame({"end": ends, "n": [plays * share for share in shares]})
    model = "outcome = end\ncount = n\nlog(scale) ~ 1\nlink = logit"
    found = schelling.estimate(tmp_path / "centipede.efg", table, model)
    assert isinstance(found, Estimation)
    assert_allclose(np.exp(-found.fitted.coefficients[0].estimate), precision, atol=6e-7)
    assert_allclose(found.fitted.log_likelihood, height, atol=6e-6)


OCHS = """NFG 1 R "Ochs" { "row" "column" } { { "up" "down" } { "left" "right" } } ""
1.1141 0 0 1.1141 0 1.1141 0.2785 0
"""
OCHS_SHARES = pd.DataFrame(
    {
        "player": ["row", "row", "column", "column"],
        "action": ["up", "down", "left", "right"],
        "plays": [128 * 0.527, 128 * 0.473, 128 * 0.366, 128 * 0.634],
    }
)
BY_ACTION = "decision = player\naction = action\ncount = plays"


def ochs(tmp_path: Path) -> Choices:
    (tmp_path / "ochs.nfg").write_text(OCHS, encoding="utf-8")
    found = schelling.estimate(tmp_path / "ochs.nfg", OCHS_SHARES, BY_ACTION)
    assert isinstance(found, Choices)
    return found


def test_precision_in_the_game_of_ochs(tmp_path: Path) -> None:
    """McKelvey and Palfrey (1995), table II, game 2; the numbers as Gambit's pages have them."""
    choices = ochs(tmp_path)
    assert_allclose(choices.found.value, 1.845610, atol=6e-7)
    assert_allclose(choices.shares["1.1"][0], 0.615651, atol=6e-7)
    assert_allclose(choices.shares["2.1"][0], 0.383291, atol=6e-7)
    assert_allclose(choices.found.log_likelihood, -174.764532, atol=6e-7)


def test_gambit_finds_the_same_precision(tmp_path: Path) -> None:
    if importlib.util.find_spec("pygambit") is None:
        pytest.skip("an extra that is not installed")
    choices = ochs(tmp_path)
    asked = (
        "import pygambit as g; game = g.read_nfg('ochs.nfg'); "
        "data = game.mixed_strategy_profile(data=[[67.456, 60.544], [46.848, 81.152]]); "
        "print(g.qre.logit_estimate(data).lam)"
    )  # in a process of its own: its licence is not ours
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    # Gambit stops its search at a width of 1e-4 or less in the precision
    assert_allclose(choices.found.value, float(done.stdout), atol=1e-4)
