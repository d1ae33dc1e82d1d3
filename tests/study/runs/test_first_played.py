"""A claim asks a game where it is first played; worlds in which it never is do not count."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

import schelling
from schelling.report import html
from schelling.report.comparison import comparison_sheets
from schelling.report.exploration import exploration_terminal
from schelling.report.verdicts import verdict_json, verdict_terminal
from schelling.study.rivals.compare import compare

CASE = """
schelling: 1
title: a game that waits for its phase
time: {start: 2030-01-07, until: 2030-05-27}
phases: [calm, crisis, void]
assumptions:
  x: {prior: "uniform(0, 1)", why: x}
  rate: {prior: 0.06, unit: 1 / week, why: x}
events:
  go: {hazard: rate, once: true, while: phase == calm, effects: {phase: crisis}}
actors: {p: {}}
games:
  g:
    played: {every: 1 week, while: phase == crisis}
    solve: {precision: 1}
    tree: {p: {l: {payoffs: {p: elapsed / 10 weeks}}, r: {payoffs: {p: x}}}}
  idle:
    played: {every: 1 week, while: phase == void}
    solve: {precision: 1}
    tree: {p: {l: {payoffs: {p: x}}, r: {payoffs: {p: 0.5}}}}
claims:
  late: {holds: "probability(g, p, l) > 0.5", why: x}
  at_start: {holds: "at(probability(g, p, l), 0 weeks) > 0.5", why: x}
  twin: {holds: "probability(g, p, l) > 0.5 | do(rate = 1000 / week)", why: x}
  never: {holds: "probability(idle, p, l) > 0.5", why: x}
rivals:
  other: {why: x, assumptions: {x: {prior: "uniform(0, 2)", why: x}}}
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> schelling.Case:
    path = tmp_path_factory.mktemp("first_played") / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return schelling.load(path)


@pytest.fixture(scope="module")
def run(case: schelling.Case) -> schelling.Run:
    return schelling.run(case, worlds=2048, seed=3)


def shown(thing: object) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(thing)
    return " ".join(out.getvalue().split())


def test_the_moment_is_the_first_at_which_it_is_played(run: schelling.Run) -> None:
    """Payoffs are those of that week: l is the better action where week / 10 > x."""
    table = run.draws
    played = table["played.g"]
    asked = played.notna()
    np.testing.assert_array_equal(table["counts.late"], asked)
    expected = played[asked] / 10 > table["x"][asked]
    np.testing.assert_array_equal(table["holds.late"][asked].astype(bool), expected)
    assert table["holds.late"][~asked].isna().all()
    assert 0.2 < np.mean(~asked) < 0.4  # exp(-0.06 * 19) = 0.32: the last play is in week 19
    row = run.verdicts.loc["late"]
    assert (row["not_asked"], row["failed"]) == ((~asked).sum(), 0)
    assert row["share"] == pytest.approx(expected.mean())


def test_a_date_asks_whether_played_or_not(run: schelling.Run) -> None:
    assert run.verdicts.loc["at_start", "not_asked"] == 0
    assert run.verdicts.loc["at_start", "share"] == 0.0  # 0 > x in no world


def test_a_twin_is_asked_where_it_plays(run: schelling.Run) -> None:
    """At that rate the crisis comes in the first week of every twin."""
    assert run.verdicts.loc["twin", "not_asked"] == 0
    held = run.draws["x"] < 0.1
    np.testing.assert_array_equal(run.draws["holds.twin"].astype(bool), held)


def test_a_game_that_is_never_played(run: schelling.Run) -> None:
    row = run.verdicts.loc["never"]
    assert (row["not_asked"], row["failed"], row["verdict"]) == (2048, 0, "unknown")
    assert np.isnan(row["share"])


def test_it_is_said_and_never_called_a_failure(run: schelling.Run) -> None:
    text = shown(verdict_terminal.summary(run))
    never = (run.draws["played.g"].isna()).mean()
    where = f"late asks `g` as first played (median: in week {run.draws['played.g'].median():.0f})"
    assert f"{where}; never played in {100 * never:.0f} % of worlds, which do not count." in text
    assert "never asks `idle`, which is never played; no world counts." in text
    assert "number" not in text
    told = {claim["name"]: claim for claim in verdict_json.to_json(run)["claims"]}
    assert told["late"]["not_asked"] == run.verdicts.loc["late", "not_asked"]
    assert told["at_start"]["first_played"] is None
    page = html.render(run)
    assert "Worlds whose numbers failed</dt><dd>0 of 2,048" in page
    assert f"{where.removeprefix('late ')}; never played" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_an_exploration_does_not_call_it_a_failure(case: schelling.Case) -> None:
    found = schelling.explore(case, worlds=1024, seed=3, base=64)
    text = shown(exploration_terminal.summary(found))
    assert "without a truth value" in text
    assert "number" not in text.replace("numbers below", "")
    assert "failed" not in text


def test_a_comparison_leaves_it_out(case: schelling.Case) -> None:
    other = schelling.load(case.path, rival="other")
    found = compare(case, [other], worlds=1024, seed=3, swap_worlds=1024)
    assert (found.swapped["failed"] == 0).all()
    late = found.swapped[found.swapped["claim"] == "late"].iloc[0]
    assert late["low"] == late["high"] == pytest.approx(late["change"])
    said = comparison_sheets.text(found)
    assert "no number" not in said
    assert "failed" not in said
