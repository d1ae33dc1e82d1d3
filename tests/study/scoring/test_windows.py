"""The closing date of a window: families of a register, and worlds asked at other days."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.study.scoring import windows

ROOT = Path(__file__).parents[3]
CASE = """\
schelling: 1
title: A hazard
time: {start: 2022-03-21, until: 2022-06-13, method: euler}
phases: [war, peace]
assumptions: {rate: {prior: 0.1, unit: 1 / week, why: x}}
stocks: {food: {start: 10, change: "-rate * food"}}
events: {treaty: {hazard: rate, effects: {phase: peace}}}
claims: {never_asked: {why: x, holds: final(food) > 0}}
forecasts: {table: forecasts.csv}
"""
FORECASTS = """\
id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,resolves
by,binary,Is there peace by May?,,2022-03-20,2022-05-02,seen,record,never,\
"eventually(phase == peace, until=2022-05-02)"
at,binary,Is there war on 2 May?,,2022-03-20,2022-05-02,told,record,never,\
"at(phase == war, 2022-05-02)"
left,numeric,What is left?,,2022-03-20,2022-05-02,weighed,record,never,\
"at(food, 2022-05-02) - at(food, 0 weeks)"
fixed,binary,Is it fast?,,2022-03-20,2022-05-02,heard,record,never,rate > 0.05 / week
mute,binary,Is it red?,,2022-03-20,2022-05-02,smelt,record,never,
"""
WORLDS = 4096


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> schelling.Case:
    folder = tmp_path_factory.mktemp("windows")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    (folder / "forecasts.csv").write_text(FORECASTS, "utf-8")
    return schelling.load(folder)


def weeks(found: object) -> np.ndarray:
    return np.array([(day - dt.date(2022, 3, 21)).days / 7 for day in found])  # type: ignore[attr-defined]


def test_a_constant_hazard_by_another_day(case: schelling.Case) -> None:
    """1 - exp(-rate t) by week t, an event of the step before counting; five standard errors."""
    found = windows.by_closing_date(case, "by", worlds=WORLDS, seed=1)
    expected = 1 - np.exp(-0.1 * weeks(found.index))
    assert len(found) >= 12
    assert np.abs(found["share"] - expected).max() < 5 * 0.5 / np.sqrt(WORLDS)
    assert found["share"].is_monotonic_increasing  # the same worlds, longer
    assert found.index[found["own"]].tolist() == [dt.date(2022, 5, 2)]


def test_a_state_on_another_day(case: schelling.Case) -> None:
    days = [dt.date(2022, 3, 28), dt.date(2022, 6, 13)]
    found = windows.by_closing_date(case, "at", dates=days, worlds=WORLDS, seed=1)
    expected = np.exp(-0.1 * np.array([1, 12]))
    assert np.abs(found["share"] - expected).max() < 5 * 0.5 / np.sqrt(WORLDS)


def test_a_number_on_another_day(case: schelling.Case) -> None:
    """Only the window that ends where the question does is moved: the start stays the start."""
    found = windows.by_closing_date(case, "left", worlds=256)
    expected = 10 * 0.9 ** weeks(found.index) - 10  # Euler steps of a week
    np.testing.assert_allclose(found["median"], expected, rtol=1e-9)
    assert (found["q05"] == found["q95"]).all()


@pytest.mark.parametrize(
    ("name", "dates", "words"),
    [
        ("fixed", None, "uses no window"),
        ("mute", None, "has no question"),
        ("other", None, "has no question"),
        ("by", [dt.date(2023, 1, 1)], "outside the time"),
    ],
)
def test_what_cannot_be_asked(
    case: schelling.Case, name: str, dates: list[dt.date] | None, words: str
) -> None:
    with pytest.raises(schelling.RunError, match=words):
        windows.by_closing_date(case, name, dates=dates)


def test_the_families_of_the_flagship() -> None:
    """What the register records: F18 flips with its window, F17 does not."""
    found = {
        "".join(q.name for q in family.questions): family
        for family in windows.families(schelling.load(ROOT / "cases" / "widening-war"))
    }
    assert set(found) == {
        "F02aF02bF02c",
        "F09aF09bF09cF09dF09e",
        "F11aF11bF11cF11d",
        "F14aF14bF14cF14d",
        "F17aF17bF17c",
        "F18aF18b",
        "F20aF20b",
        "F27aF27b",
    }
    assert [name for name, family in found.items() if family.flips] == ["F18aF18b"]
    assert found["F09aF09bF09cF09dF09e"].statuses == ("no", "no", "no", "no", "open")
    assert found["F11aF11bF11cF11d"].decided == dt.date(2023, 3, 20)
    assert found["F17aF17bF17c"].decided is None


@pytest.mark.parametrize(
    ("opens", "first"),
    [
        ("2022-03-20", dt.date(2022, 3, 28)),  # before the model's time
        ("2022-04-04", dt.date(2022, 4, 11)),  # on a step, which is not yet after it
        ("2022-04-05", dt.date(2022, 4, 18)),  # between steps
        ("2022-04-11", dt.date(2022, 4, 18)),
    ],
)
def test_the_first_closing_day_is_a_step_after_the_window_opens(
    opens: str, first: dt.date, tmp_path: Path
) -> None:
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    rows = FORECASTS.replace("by May?,,2022-03-20", f"by May?,,{opens}")
    (tmp_path / "forecasts.csv").write_text(rows, "utf-8")
    found = windows.by_closing_date(schelling.load(tmp_path), "by", worlds=64)
    assert found.index[0] == first
    assert found.index[-1] == dt.date(2022, 6, 13)


def test_a_moved_window_opens_where_it_did(tmp_path: Path) -> None:
    """Its first step stays while it can; a window that would close before it opens is one step."""
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    since = FORECASTS.replace(
        '"at(food, 2022-05-02) - at(food, 0 weeks)"',
        '"mean(food, since=2022-04-11, until=2022-05-02)"',
    )
    assert since != FORECASTS
    (tmp_path / "forecasts.csv").write_text(since, "utf-8")
    days = [dt.date(2022, 3, 28), dt.date(2022, 4, 11), dt.date(2022, 5, 2), dt.date(2022, 6, 6)]
    found = windows.by_closing_date(schelling.load(tmp_path), "left", dates=days, worlds=64)
    food = 10 * 0.9 ** np.arange(12)  # Euler steps of a week
    expected = [food[1], food[3], food[3:7].mean(), food[3:12].mean()]
    np.testing.assert_allclose(found["median"], expected, rtol=1e-12)  # rounding of a dozen steps
