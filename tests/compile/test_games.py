"""Tables and games with states in a case: bits, failures, what is kept and drawn of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

import schelling
from schelling.case import check
from schelling.case.sections.about_games import uncertainty
from schelling.compile.expressions.frame import Frame
from schelling.compile.games import stochastic as processes
from schelling.compile.games import tree as boards
from schelling.compile.games.game_answers import GameAnswers
from schelling.errors import RunError, Status
from schelling.report.games import solution_text
from schelling.study.solving import solve
from schelling.study.solving.answer import Solution

CRISIS = Path(__file__).parents[2] / "cases" / "teaching" / "deterrence-crisis"
WORLDS = 1030  # the last ones stand in a second block, filled up differently in a longer run


@pytest.fixture(scope="module")
def run() -> schelling.Run:
    return schelling.run(schelling.load(CRISIS), worlds=WORLDS, seed=3, replicates=2)


def test_a_world_has_the_same_bits_in_a_longer_run(run: schelling.Run) -> None:
    """Whose branch is followed beside that of a world does not matter to it."""
    longer = schelling.run(schelling.load(CRISIS), worlds=1500, seed=3, replicates=2)
    for name in run.table().column_names:
        ours, theirs = (r.table().column(name).to_pylist()[:WORLDS] for r in (run, longer))
        assert ours == theirs, name


def test_games_are_kept_with_how_solving_them_ended(run: schelling.Run) -> None:
    """Equal powers split at a bifurcation: 1.2 with payoffs -0.5, 1, -3 (Turocy 2005)."""
    table, states = run.games["brink"], run.games["rivalry"]
    assert table["edge"].values.tolist()[0] == "east: yield_"
    met = table["status"].values == Status.DEGENERATE
    assert 0 < met.sum() < WORLDS
    assert np.isfinite(table["choice"].values).all()
    assert (states["status"].values == Status.SOLVED).all()
    assert states["value"].shape == (WORLDS, 2, 2)
    assert states["end"].values.tolist()[1] == "calm / restrain / escalate"


@pytest.mark.parametrize(("name", "tables"), [("brink", 1), ("rivalry", 2)])
def test_a_table_is_drawn_for_every_state(run: schelling.Run, name: str, tables: int) -> None:
    picture = run.plot_game(name).svg
    assert picture.count("<desc>") == tables
    assert picture.count("★") >= tables


def test_the_place_of_uncertainty_is_said() -> None:
    case = schelling.load(CRISIS)
    brink, provocation = case.games
    error = dict(uncertainty.places(case, brink))["the players' error"]
    assert error == "logit, precision given by 'precision'"
    found = dict(uncertainty.places(case, provocation))
    assert found["the analyst's"] == "one draw per world of precision, bluff"
    assert found["the players' error"] == "none: every actor plays a best response"
    (rivalry,) = case.stochastic
    assert dict(uncertainty.of_states(case, rivalry))["state noise"] == "the next state is drawn"


def solving(name: str, precision: float | None, **more: Any) -> Solution:
    return solve.solve(f"{CRISIS}:{name}", solve.SolveOptions(precision=precision, **more))


@pytest.mark.slow
def test_a_game_with_states_is_solved_from_the_command_line() -> None:
    """Restraint .328648 in calm and .811627 in crisis; worth 8.736209 in calm."""
    data = solution_text.to_json(solving("rivalry", 1.0))
    (found,) = json.loads(json.dumps(data))["equilibria"]
    assert_allclose(found["strategy"]["1.1"][0], 0.328648, atol=1e-6)  # six digits are given
    assert_allclose(found["strategy"]["2.2"][0], 0.811627, atol=1e-6)
    assert_allclose(found["payoffs"], 8.736209, atol=1e-6)
    assert "uncertainty, state noise: the next state is drawn" in data["notes"]
    with pytest.raises(RunError, match="central world"):
        solving("rivalry", None, worlds=3)


@pytest.mark.slow
def test_a_table_is_solved_from_the_command_line_in_many_worlds(run: schelling.Run) -> None:
    """The same numbers as in a run with the same worlds."""
    found = solving("brink", None, worlds=4, seed=3).found
    ours = [one.strategy["1.1"] for one in found.equilibria]
    other = solve.solve(f"{CRISIS}:brink", solve.SolveOptions(worlds=4, seed=3)).found
    assert [one.strategy["1.1"] for one in other.equilibria] == ours
    assert found.status in ("solved", "degenerate", "partial")
    assert all(one.regret >= 0 for one in found.equilibria)


def load(folder: Path, cells: str) -> schelling.Case:
    text = f"""
schelling: 1
title: a table
actors: {{red: {{}}, blue: {{}}}}
assumptions: {{bad: {{prior: uniform(-1, 1), why: x}}}}
games:
  table:
    solve: {{precision: 2}}
    matrix:
      moves: {{red: [a, b], blue: [a, b]}}
      cells: {cells}
claims: {{c: {{why: x, holds: "probability(table, red, a) > 0.5"}}}}
"""
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    checked = check.check(folder)
    assert checked.case is not None, checked.rendered()
    return checked.case


CELLS = """{
        a: {a: {payoffs: {red: sqrt(bad), blue: 0}}, b: {payoffs: {red: 0, blue: 1}}},
        b: {a: {payoffs: {red: 0, blue: 1}}, b: {payoffs: {red: 1, blue: 0}}}}"""


def test_worlds_without_payoffs_are_failed_and_counted(tmp_path: Path) -> None:
    found = schelling.run(load(tmp_path, CELLS), worlds=64, seed=1, replicates=2)
    failed = found.verdicts.failed["c"]
    assert failed == np.isnan(found.draws["margin.c"]).sum() == (found.draws["bad"] < 0).sum() > 0
    status = found.games["table"]["status"].values
    assert (status == np.where(found.draws["bad"] < 0, Status.OUT_OF_DOMAIN, status)).all()


def test_a_lost_branch_leaves_the_world_without_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the solver says of a world is what becomes of it; no number is made up."""
    follow = boards.logit.follow

    def lost(payoffs: Any, precision: Any) -> Any:
        play, ends = follow(payoffs, precision)
        gone = jnp.arange(len(precision)) == 1
        play = tuple(jnp.where(gone[:, None], jnp.nan, own) for own in play)
        status = jnp.where(gone, int(Status.NO_CONVERGENCE), ends.status)
        return play, ends._replace(status=status)

    monkeypatch.setattr(boards.logit, "follow", lost)
    board = boards.Board.of(load(tmp_path, CELLS).games[0])
    solved = board.solve(Frame({"bad": jnp.array([0.5, 0.5, -0.5])}, {}))
    assert solved.sound.tolist() == [True, False, False]
    assert solved.status.tolist()[1:] == [int(Status.NO_CONVERGENCE), int(Status.OUT_OF_DOMAIN)]
    asked = load(tmp_path, CELLS).claims[0].holds.operands[0]  # type: ignore[union-attr]
    answer = GameAnswers(board, solved).value(asked)
    assert np.isnan(np.asarray(answer)).tolist() == [False, True, True]


def test_nobody_s_choice_needs_no_equilibrium(tmp_path: Path) -> None:
    """A payoff of 1 in every period, the next counting half of this one, is worth 2."""
    text = """
schelling: 1
title: a chain
actors: {red: {}}
games:
  chain:
    solve: {precision: 1}
    discount: 0.5
    states: {only: {moves: {red: [go]}, cells: {go: {payoffs: {red: 1}}}}}
claims: {c: {why: x, holds: "value(chain, only, red) == 2"}}
"""
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    (game,) = schelling.load(tmp_path).stochastic
    answers = processes.Process(game).answers(Frame({}, {}))
    assert np.asarray(answers["value(chain, only, red)"]).tolist() == [2.0]
