"""What worlds answer to the questions of a register: the engine, its table, the oracle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from oracle.compare import differences
from schelling.case.model import Case
from schelling.compile.planning import plan
from schelling.report.scores import score_json, score_words
from schelling.study.scoring import answers

CASE = """
schelling: 1
title: what worlds answer
time: {start: 2022-03-21, until: 2022-04-18}
assumptions:
  a: {prior: "uniform(-1, 1)", why: x}
  rate: {prior: 0.5, unit: 1 / week, why: x}
phases: [war, peace]
stocks:
  money: {start: 1000, change: -100 EUR / week, unit: EUR}
variables:
  root: sqrt(a)
events: {treaty: {hazard: rate, effects: {phase: peace}}}
claims: {ends: {why: x, holds: final(phase == peace)}}
forecasts: {table: forecasts.csv}
"""
HEAD = (
    "id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,"
    "antecedent,unit,bins,edges,given,resolves,supersedes"
)
ROWS = {
    "ends": 'binary,,,,,,"eventually(phase == peace, until=2022-04-11)"',
    "left": "numeric,,kEUR,,,,final(money)",
    "root": "numeric,,,,,,final(root)",
    "sign": "binary,,,,,,final(root) > 0.5",
    "sound": "conditional,peace comes,,,,eventually(phase == peace),final(a) > 0",
    "murky": "conditional,roots,,,,final(root) > 0.5,final(phase == peace)",
    "fifths": "ordered,,,low; mid; high,-0.6; 0.2,,final(a)",
    "when": "date,,,,,,mean(phase == war) * 4 weeks",
    "first": "date,,,,,,first(phase == peace)",
    "twin": "binary,,,,,,final(phase == peace) | do(rate = 0)",
    "mute": "binary,,,,,,",
}
WORLDS = 2048


def row(name: str, cells: str, supersedes: str = "") -> str:
    kind, rest = cells.split(",", 1)
    start = f"{name},{kind},Is it {name}?,,2022-03-20,2022-06-30,said so,record,never"
    if name == "first":
        start = start.replace("2022-06-30", "2022-04-17")  # the case ends on the 18th
    return f"{start},{rest},{supersedes}"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("answers")
    lines = [HEAD, *(row(name, cells) for name, cells in ROWS.items())]
    lines.append(row("later", "binary,,,,,,final(a) > 0.9", "ends"))
    written = "\n".join(lines).replace("kEUR", "1000 EUR")
    (folder / "forecasts.csv").write_text(f"{written}\n", "utf-8")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    return schelling.load(folder)


@pytest.fixture(scope="module")
def run(case: Case) -> schelling.Run:
    return schelling.run(case, worlds=WORLDS, seed=3, replicates=4)


def found(run: schelling.Run, name: str) -> answers.Answer:
    return next(a for a in answers.answers(run) if a.question.name == name)


def test_engine_is_the_oracle(case: Case) -> None:
    assert differences(case, (*range(12), 300)) == []


def test_what_is_asked(run: schelling.Run) -> None:
    """Not what the model has no handle for, nor what a later question replaces."""
    assert set(run.manifest.questions) == (set(ROWS) | {"later"}) - {"mute", "ends"}
    assert "forecast.mute" not in run.table().column_names
    with pytest.raises(KeyError, match="mute"):
        answers.answer(run, run.case.questions[-2])


def test_numbers_have_the_unit_of_the_question(run: schelling.Run) -> None:
    np.testing.assert_allclose(found(run, "left").values, 0.6, rtol=1e-12)  # 600 EUR; rounding
    when = found(run, "when").values
    war = 5 * when / 4  # steps of five at which there is war
    np.testing.assert_allclose(war, np.round(war), atol=1e-9)  # a count, but for rounding
    assert set(np.round(war)) == {1, 2, 3, 4, 5}


def test_what_never_comes_is_after_the_window(run: schelling.Run) -> None:
    """Weeks since the start; a world in which it never comes counts, as one after the closing."""
    values = found(run, "first").values
    never = ~run.column("holds.ends").astype(bool)
    assert 0.05 < never.mean() < 0.3  # exp(-2) of them, as the hazard is a half for four weeks
    assert set(values[never]) == {27 / 7 + 2}
    late = values == 4.0  # on the 18th, a day after the window
    assert set(values[~never & ~late]) == {1.0, 2.0, 3.0}


def test_numbers_that_failed_are_no_answers(run: schelling.Run) -> None:
    a = run.column("a")
    root, sign = found(run, "root"), found(run, "sign")
    assert root.failed == sign.failed == np.sum(a < 0)
    np.testing.assert_allclose(root.answered, np.sqrt(a[a >= 0]), rtol=1e-12)  # rounding
    assert sign.share is not None
    assert sign.share.share == np.mean(a[a >= 0] > 0.25)
    assert (sign.share.failed, sign.share.worlds) == (sign.failed, WORLDS)
    assert run.table(["forecast.sign"]).column("forecast.sign").null_count == sign.failed


def test_a_condition_that_fails_leaves_no_answer(run: schelling.Run) -> None:
    a, peace = run.column("a"), run.column("holds.ends").astype(bool)
    sound = found(run, "sound")
    assert sound.unmet == np.sum(~peace)
    assert sound.failed == 0
    assert sound.share is not None
    assert sound.share.share == np.mean(a[peace] > 0)
    murky = found(run, "murky")
    assert murky.failed == np.sum(a < 0)  # nobody knows whether the condition held
    assert murky.unmet == np.sum((a >= 0) & (a <= 0.25))
    assert murky.share is not None
    assert murky.share.share == np.mean(peace[a > 0.25])


def test_bins(run: schelling.Run) -> None:
    """Uniform on (-1, 1): 20 %, 40 % and 40 % up to the design's discrepancy."""
    np.testing.assert_allclose(found(run, "fifths").bins(), [0.2, 0.4, 0.4], atol=4 / WORLDS)


def test_a_twin_answers(run: schelling.Run) -> None:
    assert not found(run, "twin").answered.any()


def test_claims_do_not_mind_the_questions(case: Case, run: schelling.Run, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE.replace("forecasts: {table: forecasts.csv}", ""))
    alone = schelling.run(schelling.load(tmp_path), worlds=WORLDS, seed=3, replicates=4)
    assert alone.verdicts["share"].tolist() == run.verdicts["share"].tolist()
    assert alone.manifest.questions == ()
    assert plan.build(case, ["ends"]).questions == ()


def test_a_stored_run_has_its_answers(run: schelling.Run, tmp_path: Path) -> None:
    run.save(tmp_path / "kept")
    again = schelling.open_run(tmp_path / "kept")
    for one, other in zip(answers.answers(run), answers.answers(again), strict=True):
        np.testing.assert_array_equal(one.values, other.values)


PLAYED = """
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
variables:
  late: 2 * x
claims:
  late_claim: {holds: "probability(g, p, l) > 0.5", why: x}
forecasts: {table: forecasts.csv}
"""
PLAYED_ROWS = {
    "late": 'binary,,,,,,"probability(g, p, l) > 0.5"',
    "twin": 'binary,,,,,,"probability(g, p, l) > 0.5 | do(rate = 1000 / week)"',
    "odds": 'numeric,,,,,,"probability(g, p, l)"',
    "met": 'conditional,late yes,,,,"probability(g, p, l) > 0.5",x < 0.5',
    "both": 'conditional,late yes,,,,x < 0.5,"probability(g, p, l) > 0.5"',
    "murky": 'conditional,late yes,,,,sqrt(x - 0.5) > 0.1,"probability(g, p, l) > 0.5"',
    "never": 'binary,,,,,,"probability(idle, p, l) > 0.5"',
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    folder = tmp_path_factory.mktemp("played")
    lines = [HEAD, *(row(name, cells) for name, cells in PLAYED_ROWS.items())]
    (folder / "forecasts.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "case.yaml").write_text(PLAYED, "utf-8")
    return schelling.run(schelling.load(folder), worlds=WORLDS, seed=3)


def test_the_oracle_knows_which_games_were_played(played: schelling.Run) -> None:
    assert differences(played.case, range(40)) == []


def test_a_game_that_is_never_played_is_not_asked_and_not_failed(played: schelling.Run) -> None:
    """As a claim: such worlds are no failures, no bounds are left open, and the share is that of
    the worlds in which the game was played."""
    step = played.draws["played.g"].to_numpy(float, na_value=np.nan)
    asked, x = ~np.isnan(step), played.column("x")
    assert 0.2 < np.mean(~asked) < 0.4  # exp(-0.06 * 19) = 0.32: the last play is in week 19
    late = found(played, "late")
    assert (late.failed, late.not_asked) == (0, np.sum(~asked))
    assert late.share is not None
    assert late.share.share == np.mean(step[asked] / 10 > x[asked])
    assert (late.share.low, late.share.high) == (late.share.share, late.share.share)
    assert late.share.share == played.shares["late_claim"].share
    odds = found(played, "odds")
    assert (odds.failed, odds.not_asked, len(odds.answered)) == (0, np.sum(~asked), np.sum(asked))
    twin = found(played, "twin")
    assert (twin.failed, twin.not_asked) == (0, 0)  # there it is played in the first week
    np.testing.assert_array_equal(played.column("asked.late"), asked)
    assert "asked.twin" in played.table().column_names
    assert (played.asked(late.question) == asked).all()


def test_a_condition_may_ask_a_game_too(played: schelling.Run) -> None:
    step = played.draws["played.g"].to_numpy(float, na_value=np.nan)
    asked, x = ~np.isnan(step), played.column("x")
    holds = asked & (np.nan_to_num(step) / 10 > x)
    met = found(played, "met")  # only the condition asks it
    assert (met.unmet, met.failed) == (np.sum(asked & ~holds), 0)
    assert met.not_asked == np.sum(~asked)
    assert met.share is not None
    assert met.share.share == np.mean(x[holds] < 0.5)
    both = found(played, "both")  # a condition that fails comes first
    assert (both.unmet, both.not_asked, both.failed) == (
        np.sum(x >= 0.5),
        np.sum((x < 0.5) & ~asked),
        0,
    )
    murky = found(played, "murky")  # where the condition has no number and the game is played
    assert murky.failed == np.sum((x < 0.5) & asked)


def test_a_game_that_no_world_plays(played: schelling.Run) -> None:
    never = found(played, "never")
    assert (never.not_asked, never.failed, never.share) == (WORLDS, 0, None)
    assert not len(never.answered)


def test_a_score_says_where_games_are_never_played(played: schelling.Run) -> None:
    seen = schelling.score(played.case, played)
    late, never = seen.row("late"), seen.row("never")
    assert late.not_asked == np.sum(~played.column("asked.late").astype(bool))
    told = late.by("model")
    assert told is not None
    assert told.point == pytest.approx(late.share.share, rel=1e-12)  # rounding
    assert never.by("model") is None
    assert "late, " not in score_words.without_number(seen)  # nor is it called a failure
    assert "murky, " in score_words.without_number(seen)
    words = score_words.never_played(seen)
    part = 100 * late.not_asked / WORLDS
    assert f"late asks `g`, never played in {part:.0f}" in words.replace("\N{NO-BREAK SPACE}", " ")
    assert "never asks `idle`, never played in any world, so it has no forecast" in words
    assert "twin" not in words
    assert score_json.to_json(seen)["questions"][0]["not_asked"] == late.not_asked
