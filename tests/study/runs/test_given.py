"""A claim under a condition is asked only in the worlds in which the condition holds."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

import schelling
from schelling.report import html
from schelling.report.comparison import comparison_sheets
from schelling.report.exploration import exploration_terminal
from schelling.report.verdicts import asked, verdict_json, verdict_terminal
from schelling.study.rivals.compare import compare

CASE = """
schelling: 1
title: shares of a square
assumptions:
  x: {prior: "uniform(0, 1)", why: x}
  y: {prior: "uniform(0, 1)", why: x}
claims:
  above: {holds: x > 0.75, given: x > 0.5, why: x}
  beside: {holds: x > 0.75, given: y > 0.5, why: x}
  rare: {holds: x > 0.75, given: y > 0.99, why: x}
  twin: {holds: x > 0.75 | do(x = y), given: x > 0.5, why: x}
  twin_given: {holds: x > 0.75, given: x > 0.5 | do(x = y), why: x}
  failing: {holds: x > 0.75, given: sqrt(y - 0.5) > 0.5, why: x}
  never: {holds: x > 0.75, given: x + y > 1.99999, why: x}
rivals:
  other: {why: x, assumptions: {x: {prior: "uniform(0, 2)", why: x}}}
"""
WORLDS = 2048
NEAR = 0.02
"""More than the error of a share of some thousand worlds of a Sobol' design, about 1 / 1,000."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> schelling.Case:
    path = tmp_path_factory.mktemp("given") / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return schelling.load(path)


@pytest.fixture(scope="module")
def run(case: schelling.Case) -> schelling.Run:
    return schelling.run(case, worlds=WORLDS, seed=3)


def shown(thing: object) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(thing)
    return " ".join(out.getvalue().split())


def test_shares_are_conditional_shares(run: schelling.Run) -> None:
    """Areas of a square: P(x > 3/4 | x > 1/2) = 1/2, independent of y 1/4, in the twin 1/4."""
    share = run.verdicts["share"]
    assert share["above"] == pytest.approx(1 / 2, abs=NEAR)
    assert share["beside"] == pytest.approx(1 / 4, abs=NEAR)
    assert share["twin"] == pytest.approx(1 / 4, abs=NEAR)
    assert share["twin_given"] == pytest.approx(1 / 4, abs=NEAR)


def test_worlds_outside_the_condition_count_nowhere(run: schelling.Run) -> None:
    table = run.draws
    inside = table["x"] > 0.5
    np.testing.assert_array_equal(table["counts.above"], inside)
    np.testing.assert_array_equal(table["counts.twin_given"], table["y"] > 0.5)
    np.testing.assert_array_equal(table["margin.above"].notna(), inside)
    np.testing.assert_allclose(table["margin.above"][inside], table["x"][inside] - 0.75)
    row = run.verdicts.loc["above"]
    assert (row["not_asked"], row["failed"]) == ((~inside).sum(), 0)
    assert row["margin_q05"] > -0.25  # of the worlds inside: x - 3/4 with x above 1/2
    assert run.shares["above"].worlds == inside.sum()


def test_a_condition_without_a_number_fails_the_claim(run: schelling.Run) -> None:
    """sqrt(y - 1/2) is no number where y < 1/2, and above 1/2 where y > 3/4."""
    table, row = run.draws, run.verdicts.loc["failing"]
    failed = table["y"] < 0.5
    np.testing.assert_array_equal(table["counts.failing"], failed | (table["y"] > 0.75))
    assert row["failed"] == failed.sum()
    assert row["verdict"] == "undecided"
    assert row["share"] == pytest.approx(1 / 4, abs=NEAR)
    assert "sqrt(y - 0.5)" in shown(verdict_terminal.summary(run))


def test_a_condition_that_never_holds(run: schelling.Run) -> None:
    row = run.verdicts.loc["never"]
    assert (row["not_asked"], row["failed"], row["verdict"]) == (WORLDS, 0, "unknown")


def test_it_is_said_in_words(run: schelling.Run) -> None:
    text = shown(verdict_terminal.summary(run))
    many = int((run.draws["x"] > 0.5).sum())
    where = f"asked only where `x > 0.5` (50 % of worlds: {many:,} of 2,048)"
    assert f"above and twin are {where}." in text
    few = int((run.draws["y"] > 0.99).sum())
    assert 0 < few < asked.FEW
    assert f"{few} worlds are too few for a verdict to rely on." in text
    assert "never is asked only where `x + y > 1.99999`; no world counts." in text
    told = {claim["name"]: claim for claim in verdict_json.to_json(run)["claims"]}
    assert told["above"]["given"] == "x > 0.5"
    assert told["above"]["asked"] == f"is {where}"
    assert told["above"]["first_played"] is None
    page = html.render(run).replace("\N{NO-BREAK SPACE}", " ")
    assert f"It is {where.replace('>', '&gt;')}." in page


def test_other_luck_and_half_the_step_keep_the_condition(tmp_path) -> None:
    text = """
schelling: 1
title: a crisis by chance
time: {start: 2030-01-07, until: 2030-03-18}
phases: [calm, crisis]
assumptions:
  x: {prior: "uniform(0, 1)", why: x}
stocks:
  s: {start: x, change: 0.1 / week}
events:
  go: {hazard: 0.1 / week, once: true, while: phase == calm, effects: {phase: crisis}}
claims:
  late: {holds: mean(phase == crisis) < 0.5, given: eventually(phase == crisis), why: x}
"""
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    run = schelling.run(schelling.load(path), worlds=1024, seed=3)
    table = run.draws
    np.testing.assert_array_equal(table["counts.late"], table["final.phase"] == "crisis")
    assert run.luck["late"].left_out > 0
    assert run.step_check is not None
    change = run.step_check.verdicts["late"]
    assert abs(change.change) < 0.1  # a step of a week halved, with a hazard of 0.1 a week


def test_an_exploration_keeps_the_condition(case: schelling.Case) -> None:
    """The claim on x, given x > 1/2, fails below 3/4; worlds with smaller x are left out."""
    found = schelling.explore(case, worlds=1024, seed=3, base=64)
    text = shown(exploration_terminal.summary(found))
    assert "above: contested, 50.0 % ± 0.6 of worlds in which it is asked" in text
    assert "left out: the 50 % of worlds that do not ask it" in text
    # of the 256 worlds in the box all fail, so that 3 / 256 may not (95 % confidence)
    assert "fails when x is below 0.75: 100 % (at least 98 %) of those worlds that ask it" in text


def test_a_comparison_keeps_the_condition(case: schelling.Case) -> None:
    other = schelling.load(case.path, rival="other")
    found = compare(case, [other], worlds=1024, seed=3, swap_worlds=1024)
    beside = found.swapped[found.swapped["claim"] == "beside"].iloc[0]
    # x is above 3/4 in 1/4 of the worlds with the one prior, in 5/8 with the other, whatever y is
    assert beside["change"] == pytest.approx(5 / 8 - 1 / 4, abs=NEAR)
    assert beside["failed"] == 0
    said = " ".join(comparison_sheets.text(found).split())
    assert "failing in case, 67 % of the worlds have no number" in said
