"""Which rows an estimate uses, and what is said of those that it cannot use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schelling
from schelling.errors import CaseError
from schelling.report.estimates import estimate_json, estimate_words
from schelling.study.estimating import observed_table
from schelling.study.estimating.fitted import Estimation

GAME = Path(__file__).parent / "data" / "crisis.efg"
MODEL = """choice(attacker) = go
choice(defender) = fight
attacker.status quo ~ x
defender.war ~ 1"""


def table() -> pd.DataFrame:
    source = np.random.default_rng(5)
    rows = 200
    return pd.DataFrame(
        {
            "go": (source.random(rows) < 0.6).astype(int),
            "fight": (source.random(rows) < 0.5).astype(int),
            "x": source.normal(size=rows).round(3),
            "far": np.full(rows, 1e90),
            "one": np.ones(rows),
            "few": np.arange(rows) % 3,
            "many": np.arange(rows) % 4,
            "year": ["NA"] * 7 + ["3"] * 13 + ["4"] * (rows - 20),
        }
    )


def fitted(model: str, **options: str) -> Estimation:
    found = schelling.estimate(GAME, table(), model, where=options.get("where", ()))
    assert isinstance(found, Estimation)
    return found


def test_rows_that_a_condition_cannot_decide_are_counted() -> None:
    found = fitted(MODEL, where="year != 3").fitted
    assert found.observations == 180
    assert found.bound.left_out == 7


@pytest.mark.parametrize("order", [1, -1])
def test_a_row_that_another_condition_excludes_is_not_undecided(order: int) -> None:
    """The second row fails the other condition, whatever its year; the order does not matter."""
    found = observed_table.parse("end,year\nwar,NA\npeace,NA\nwar,4\npeace,4\nwar,3\n")
    for condition in ("end == war", "year != 3")[::order]:
        assert observed_table.where(found, condition) == ""
    assert found.kept.tolist() == [False, False, True, False, False]
    assert found.undecided.tolist() == [True, False, False, False, False]


def test_decisions_off_the_path_are_counted_and_said() -> None:
    """The defender decides only where the attacker went; elsewhere `fight` is not used."""
    given, shown = table(), " ".join
    off = int((given["go"] == 0).sum())
    found = fitted(MODEL)
    said = f"in {off} rows column fight tells a decision that was not reached"
    assert said in shown(estimate_words.notes(found.fitted))
    assert estimate_json.to_json(found)["off_path"] == {"fight": off}
    given["fight"] = np.where(given["go"] == 1, given["fight"].astype(str), "")
    blank = schelling.estimate(GAME, given, MODEL)
    assert isinstance(blank, Estimation)
    assert estimate_json.to_json(blank)["off_path"] == {}
    assert "column fight" not in shown(estimate_words.notes(blank.fitted))
    assert blank.fitted.log_likelihood == pytest.approx(found.fitted.log_likelihood, abs=1e-9)


@pytest.mark.parametrize("cells", [["50%", "a&b"], ["50%", "50%", "a&b"], ["50%", "100%"]])
def test_few_values_that_recur_are_categories(cells: list[str]) -> None:
    """Also where some of them, or all, look like numbers."""
    given = table()
    given["few"] = [cells[row % len(cells)] for row in range(len(given))]
    found = schelling.estimate(GAME, given, MODEL.replace("~ x", "~ few"))
    assert isinstance(found, Estimation)
    names = [one.name for one in found.fitted.coefficients]
    assert f"few[{sorted(set(cells))[1]}]" in names


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["10%", "20%", "35%"], "is one of 200 cells that are no numbers, but 200 of 200 look"),
        (["1", "2", "2", "x"], "'x' in column 'few' is one of 50 cells that are no numbers"),
        (["1", "2", "3", "1,5"], "but 200 of 200 look like numbers"),
    ],
)
def test_numbers_with_slips_are_no_categories(cells: list[str], said: str) -> None:
    given = table()
    given["few"] = [cells[row % len(cells)] for row in range(len(given))]
    with pytest.raises(CaseError) as caught:
        schelling.estimate(GAME, given, MODEL.replace("~ x", "~ few"))
    (problem,) = caught.value.problems
    assert said in problem.message
    assert problem.hint.endswith("if the values are categories, write C(few)")
    asked = schelling.estimate(GAME, given, MODEL.replace("~ x", "~ C(few)"))
    assert isinstance(asked, Estimation)


def test_one_cluster_is_refused() -> None:
    with pytest.raises(CaseError, match="at least 2 clusters") as caught:
        fitted(MODEL + "\ncluster = one")
    assert [problem.code for problem in caught.value.problems] == ["E927"]


def test_clusters_no_more_than_coefficients_are_told() -> None:
    assert "only 3 clusters for 3 coefficients" in fitted(MODEL + "\ncluster = few").fitted.notes[0]
    assert fitted(MODEL + "\ncluster = many").fitted.notes == ()
    resampled = schelling.estimate(GAME, table(), MODEL + "\ncluster = few", bootstrap=20)
    assert isinstance(resampled, Estimation)
    assert "only 3 clusters for 3 coefficients" in resampled.fitted.notes[0]


@pytest.mark.parametrize("product", ["far:x:far", "far:far:far:far:x", "far:C(few):far"])
def test_products_of_no_useful_size_are_told_with_their_place(product: str) -> None:
    with pytest.raises(CaseError, match="has no useful size") as caught:
        fitted(MODEL.replace("~ x", f"~ {product}"))
    assert [problem.code for problem in caught.value.problems] == ["E925"]
    assert caught.value.problems[0].span is not None


def test_what_is_held_is_typical_of_observations_not_of_rows() -> None:
    """Two rows say b, and one says a for five plays."""
    given = pd.DataFrame(
        {
            "go": [1, 0, 1, 0],
            "fight": [1, 0, 0, 1],
            "x": [0.0, 1.0, 2.0, 3.0],
            "who": ["a", "b", "b", "a"],
            "plays": [9, 3, 3, 1],
        }
    )
    model = MODEL.replace("~ x", "~ x + C(who)").replace("war ~ 1", "war = 0") + "\ncount = plays"
    found = schelling.estimate(GAME, given, model, vary="x")
    assert isinstance(found, Estimation)
    assert found.fitted.prediction is not None
    assert dict(found.fitted.prediction.held) == {"who": "a"}
