"""Scoring a register: who is scored when, what is compared, and the flagship's reading."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import schelling
from schelling.errors import RunError
from schelling.study.scoring.forecasters import Weighting
from schelling.study.scoring.score_board import Score

CASE = """
schelling: 1
title: a register
time: {start: 2022-03-21, until: 2022-04-18}
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  root_of: {prior: "uniform(-1, 1)", why: x}
forecasts:
  table: forecasts.csv
  outcomes: outcomes.csv
  reference_classes: classes.csv
  predictions: predictions.csv
  data_until: 2022-03-20
"""
HEAD = (
    "id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,antecedent,author_low,"
    "author_high,direction,cluster,reference_class,persistence,registered_at,bins,edges,given,"
    "resolves"
)
ROWS = {
    "right": "binary,2022-06-30,,0.8,0.9,yes,one,wars,no,,,,,a < 0.75",
    "wrong": "binary,2022-06-30,,0.9,0.95,yes,one,,no,,,,,a < 2",
    "given": "conditional,2022-06-30,right yes,,,yes,two,,no,,,,a < 1,a < 0.25",
    "failed": "conditional,2022-06-30,wrong yes,,,yes,two,,no,,,,,",
    "late": "binary,2030-01-01,,,,yes,two,,no,,,,,",
    "undecided": "conditional,2022-06-30,late yes,,,yes,two,,no,,,,,",
    "missing": "binary,2022-06-30,,,,yes,two,,no,,,,,",
    "unclear": "binary,2022-06-30,,,,yes,two,,no,,,,,",
    "hindsight": "binary,2022-06-30,,,,yes,two,,no,2022-09-01,,,,a < 3",
    "number": "numeric,2022-06-30,,,,,two,,0.2,,,,,a",
    "third": "ordered,2022-06-30,,,,,two,,low,,low; mid; high,0.3; 0.6,,a",
    "day": "date,2022-06-30,,,,,two,,never,,,,,4 weeks * a",
    "mute": "date,2022-06-30,,,,,two,,2022-04-01,,,,,",
}
OUTCOMES = {
    "right": "yes,,2022-05-01",
    "wrong": "no,,2022-06-30",
    "given": "no,,2022-06-30",
    "late": "open,,",
    "unclear": "ambiguous,,2022-06-30",
    "hindsight": "yes,,2022-05-01",
    "number": "value,0.6,2022-06-30",
    "third": "value,mid,2022-06-30",
    "day": "value,2022-04-01,2022-06-30",
    "mute": "value,never,2022-06-30",
}
PREDICTIONS = (
    "right,crowd,2022-03-19,2022-03-19,p,0.5",
    "right,crowd,2022-04-10,2022-04-09,p,0.8",
    "wrong,early,2022-03-19,2022-03-19,p,0.3",
    "right,odds,2022-03-19,2022-03-19,interval,0.6 to 0.9",
    "number,by parts,2022-03-19,2022-03-19,quantiles,0.25: 0.2; 0.5: 0.5; 0.75: 0.7",
    "number,band,2022-03-19,2022-03-19,interval,0.1 to 0.7",
)


def write(folder: Path, asked: dict[str, str] = ROWS, **outcomes: str) -> Path:
    rows = [HEAD]
    for name, cells in asked.items():
        kind, closes, rest = cells.split(",", 2)
        rows.append(f"{name},{kind},Is {name} so?,,2022-03-20,{closes},said,record,never,{rest}")
    (folder / "forecasts.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    said = ["forecast_id,status,value,resolved_on,recorded_at,vintage,source,mark,supersedes"]
    for name, cells in (OUTCOMES | outcomes).items():
        said.append(f"{name},{cells},2022-12-01,v1,record,sourced,")
    (folder / "outcomes.csv").write_text("\n".join(said) + "\n", "utf-8")
    (folder / "classes.csv").write_text("name,k,n,source\nwars,3,10,counted\n", "utf-8")
    said = ["forecast_id,model_id,made_at,data_until,kind,value", *PREDICTIONS]
    (folder / "predictions.csv").write_text("\n".join(said) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("register"))


@pytest.fixture(scope="module")
def run(folder: Path) -> schelling.Run:
    return schelling.run(schelling.load(folder), worlds=4096, seed=1)


@pytest.fixture(scope="module")
def found(folder: Path, run: schelling.Run) -> Score:
    return schelling.score(schelling.load(folder), run)


def test_every_question_stands_where_it_should(found: Score) -> None:
    assert found.as_of == dt.date(2022, 12, 1)  # the last day on record, not the clock's
    standing = {row.question.name: row.settled.status for row in found.rows}
    assert standing == dict.fromkeys(ROWS, "scored") | {
        "failed": "void",
        "undecided": "pending",
        "late": "not matured",
        "missing": "open",
        "unclear": "ambiguous",
        "hindsight": "retrospective",
    }
    assert found.counts["scored"] == 7
    assert found.row("failed").settled.reason == "wrong came out no"
    assert found.row("undecided").settled.reason == "late is not matured"


def test_nothing_is_scored_before_its_window_is_over(folder: Path, run: schelling.Run) -> None:
    """An early yes waits, so does everything on the closing day itself; losses stay unknown."""
    case = schelling.load(folder)
    for day in (dt.date(2022, 5, 2), dt.date(2022, 6, 30)):
        early = schelling.score(case, run, as_of=day)
        assert early.row("right").settled.status == "not matured"
        assert math.isnan(early.row("right").told[0].best)
        assert early.comparisons == ()
    assert schelling.score(case, run, as_of=dt.date(2022, 7, 1)).row("right").scored


def test_author_scores_at_both_ends(found: Score) -> None:
    right, wrong = found.row("right").by("author"), found.row("wrong").by("author")
    assert right is not None
    assert wrong is not None
    assert math.isnan(right.point)  # never a middle
    assert_allclose([right.best, right.worst], [0.01, 0.04], atol=1e-12)
    assert_allclose([wrong.best, wrong.worst], [0.81, 0.9025], atol=1e-12)
    assert_allclose(wrong.surprise, -math.log2(0.1), atol=1e-12)
    assert found.expected is not None
    assert_allclose([found.expected.low, found.expected.high], [1.7, 1.85], atol=1e-12)
    assert found.expected.happened == 1


def test_share_of_worlds_becomes_a_forecast_under_a_weighting(
    folder: Path, run: schelling.Run
) -> None:
    case = schelling.load(folder)
    tilted = Weighting("more of a", run.column("a"))
    plain, weighed = schelling.score(case, run), schelling.score(case, run, weighting=tilted)
    shares = [one.row("right").share for one in (plain, weighed)]
    points = [one.row("right").by("model") for one in (plain, weighed)]
    assert shares[0] == shares[1]
    assert_allclose(shares[0].share, 0.75, atol=0.002)  # 4,096 points of a Sobol' sequence
    assert_allclose([p.point for p in points], [0.75, 0.75**2], atol=0.002)
    assert weighed.weighting == "more of a"
    with pytest.raises(RunError, match="3 weights for 4,096 worlds"):
        schelling.score(case, run, weighting=Weighting("few", np.ones(3)))


def test_what_is_ruled_out_and_happens_is_infinite(found: Score) -> None:
    """Persistence says no for certain; so does the model that gives `wrong` no chance to fail."""
    stays, model = found.row("right").by("persistence"), found.row("wrong").by("model")
    assert stays is not None
    assert model is not None
    assert (stays.best, stays.surprise) == (1.0, math.inf)
    assert (model.point, model.best, model.surprise) == (1.0, 1.0, math.inf)


def test_numbers_bins_and_days(found: Score) -> None:
    """Uniform from 0 to 1: the CRPS at y is y^2 - y + 1/3."""
    number, third, day = (found.row(name) for name in ("number", "third", "day"))
    told = number.by("model")
    assert told is not None
    assert_allclose(told.best, 0.36 - 0.6 + 1 / 3, atol=1e-3)  # of 4,096 samples
    assert_allclose([told.low, told.point, told.high], [0.05, 0.5, 0.95], atol=2e-3)
    assert number.by("persistence").best == pytest.approx(0.4)
    told = third.by("model")  # a third: cumulative 0.3, 0.6 against 0, 1
    assert_allclose(told.best, 0.3**2 + 0.4**2, atol=2e-3)
    assert third.by("persistence").best == 1.0  # low, for certain: 1 and 0 over two cuts, doubled
    told = day.by("model")  # the 21st of March and up to 28 days; the window opened the day before
    assert_allclose([told.point, told.low], [15, 2.4], atol=0.05)
    happened, length = 12, 28
    y = (happened - 1) / length
    assert_allclose(told.best, length * (y * y - y + 1 / 3), atol=0.05)
    assert day.by("persistence").best == 103 - 12  # never counts as the end of the window
    assert found.row("mute").by("persistence").best == 103 - 12
    assert (found.covered, found.numbers) == (2, 2)


def test_a_sequence_of_predictions_is_scored_over_time(found: Score) -> None:
    """Window from 20 March; settled on 1 May: 21 days at 0.5, then 22 at 0.8."""
    told = found.row("right").by("crowd")
    assert told is not None
    assert not told.retrospective  # the first stood when the window opened, the second updates it
    assert told.point == 0.5
    assert_allclose(told.best, (21 * 0.25 + 22 * 0.04) / 43, atol=1e-12)
    assert told.coverage == 1
    updated = found.comparison("crowd", "coin")
    assert updated is not None
    assert_allclose(updated.gain, [0.25 - (21 * 0.25 + 22 * 0.04) / 43], atol=1e-12)
    early = found.comparison("early", "coin")
    assert early is not None
    assert_allclose(early.gain, [0.25 - 0.09], atol=1e-12)


def test_intervals_and_quantiles_of_others(found: Score) -> None:
    odds = found.row("right").by("odds")
    assert odds is not None
    assert_allclose([odds.best, odds.worst], [0.01, 0.16], atol=1e-12)
    for end, gain in (("best", 0.24), ("worst", 0.09)):
        made = found.comparison("odds", "coin", end)
        assert made is not None
        assert_allclose(made.gain, [gain], atol=1e-12)
    parts, band = (found.row("number").by(name) for name in ("by parts", "band"))
    assert parts is not None
    assert band is not None
    # Twice the mean pinball loss at 0.6: a quarter of 0.4, half of 0.1, a quarter of 0.1.
    assert_allclose(parts.best, 2 * (0.1 + 0.05 + 0.025) / 3, atol=1e-12)
    # An interval is the central 90 %: 0.6 lies 0.5 above its lower end and 0.1 below the other.
    assert_allclose(band.best, 2 * (0.05 * 0.5 + 0.05 * 0.1) / 2, atol=1e-12)
    assert "odds" not in {one.forecaster for one in found.calibrations}


def test_hindsight_is_in_no_table(found: Score, folder: Path, run: schelling.Run) -> None:
    names = {name for one in found.comparisons for name in one.questions}
    assert names == {"right", "wrong", "given"}
    assert found.row("hindsight").by("model").best == 0  # scored, and shown
    for until in ("", "  data_until: 2022-04-01"):
        text = CASE.replace("  data_until: 2022-03-20", until)
        (folder / "case.yaml").write_text(text, "utf-8")
        late = schelling.score(schelling.load(folder), run)
        (folder / "case.yaml").write_text(CASE, "utf-8")
        assert late.row("right").by("model").retrospective
        assert late.comparison("model", "coin") is None
        assert late.other_files


def test_comparisons_are_paired_and_clustered(found: Score) -> None:
    made = found.comparison("text", "persistence")
    assert made is not None
    assert made.questions == ("right", "wrong")  # `given` has an antecedent
    assert made.gain == (1.0, -1.0)
    assert made.effective.clusters == 1
    assert math.isnan(made.skill.skill_interval[0])  # too few clusters to tell
    model = found.comparison("model", "persistence")
    assert model is not None
    assert_allclose(model.gain, [1 - 0.0625, 0 - 1, 0 - 0.0625], atol=2e-3)
    assert found.leaning.leaned == ("right", "wrong")
    assert found.leaning.right == ("right",)
    assert found.leaning.unchanged == ()


def test_revised_outcomes_are_read_as_of_their_day(tmp_path: Path) -> None:
    write(tmp_path)
    with (tmp_path / "outcomes.csv").open("a", encoding="utf-8") as table:
        table.write("right,no,,2022-06-30,2023-02-01,v2,record,sourced,v1\n")
        table.write("given,void,,,2023-02-01,v2,record,sourced,v1\n")
    case = schelling.load(tmp_path)
    before = schelling.score(case, worlds=0, as_of=dt.date(2023, 1, 1))
    after = schelling.score(case, worlds=0)
    assert (before.row("right").happened, after.row("right").happened) == (True, False)
    assert after.as_of == dt.date(2023, 2, 1)
    assert after.row("given").settled.status == "void"
    assert after.worlds == 0
    assert after.row("right").share is None


def test_without_outcomes_nothing_matures() -> None:
    with pytest.raises(RunError, match="no forecast register"):
        schelling.score(schelling.load("cases/teaching/bargaining-range"))


@pytest.fixture(scope="module")
def flagship() -> Score:
    return schelling.score(schelling.load("cases/widening-war"), worlds=0)


def test_persistence_reproduces_the_reading_of_the_register(flagship: Score) -> None:
    """The reading, by hand, of the register and its outcomes: where the text leans, it is right on
    F01, F11, F14 and F19 and wrong on F02, F17 and F18a; and every right item except F01 is what
    persistence says too.
    """
    reading = flagship.leaning

    def groups(names: tuple[str, ...]) -> set[str]:
        return {name if name == "F18a" else name[:3] for name in names}

    right = groups(reading.right)
    wrong = groups(tuple(set(reading.leaned) - set(reading.right)))
    assert right == {"F01", "F11", "F14", "F19"}
    assert wrong == {"F02", "F17", "F18a"}
    assert groups(tuple(set(reading.right) - set(reading.unchanged))) == {"F01"}
    assert reading.unsaid == ()
    skill = flagship.comparison("text", "persistence")
    assert skill is not None
    assert skill.questions == reading.leaned
    wrong_unchanged = sum(
        row.unchanged != row.happened
        for row in flagship.rows
        if row.question.name in reading.leaned
    )
    expected = 1 - (len(reading.leaned) - len(reading.right)) / wrong_unchanged
    assert_allclose(skill.skill.skill, expected, atol=1e-12)
    assert skill.skill.skill < 0  # worse than "nothing changes"
    assert np.isnan(skill.skill.skill_interval).all()  # four clusters; an interval takes five


def test_flagship_questions_that_are_not_scored(flagship: Score) -> None:
    standing = {row.question.name: row.settled.status for row in flagship.rows if not row.scored}
    assert standing == {
        **dict.fromkeys(("F03", "F04", "F05", "F06", "F07", "F22"), "void"),
        **dict.fromkeys(("F08", "F27a", "F27b", "F28"), "check of intent"),
        **dict.fromkeys(("F13", "F15", "F16"), "hindsight"),
        "F26": "void",
        "F18b": "ambiguous",
        "F09e": "not matured",
        "F30": "open",
    }
    assert flagship.row("F18a").scored  # the narrower window of the same question


def test_a_void_antecedent_leaves_nothing_to_wait_for(tmp_path: Path) -> None:
    """Neither where the rule of the antecedent made it void, nor down the chain."""
    rows = ROWS | {"chained": "conditional,2022-06-30,failed no,,,yes,two,,no,,,,,"}
    folder = write(tmp_path, rows, wrong="void,,2022-05-01")
    standing = {
        row.question.name: row.settled
        for row in schelling.score(schelling.load(folder), worlds=0).rows
    }
    for name, cause in (("failed", "wrong"), ("chained", "failed")):
        assert (standing[name].status, standing[name].reason) == ("void", f"{cause} is void")


def test_what_is_set_apart_is_told_and_not_scored(tmp_path: Path) -> None:
    """An aim counts nowhere, yet an antecedent may rest on its answer."""
    folder = write(tmp_path, ROWS)
    table = (folder / "forecasts.csv").read_text("utf-8").splitlines()
    apart = [f"{table[0]},set_apart"]
    apart += [f"{line},{'aim' if line.startswith('right,') else ''}" for line in table[1:]]
    (folder / "forecasts.csv").write_text("\n".join(apart) + "\n", "utf-8")
    score = schelling.score(schelling.load(folder), worlds=0)
    row = score.row("right")
    assert row.settled.status == "check of intent"
    assert row.settled.reason.endswith("it came out yes")
    assert not row.scored
    assert score.row("given").settled.status == "scored"
    assert "right" not in score.leaning.leaned
    assert all("right" not in compared.questions for compared in score.comparisons)


def test_a_register_made_after_all_answers_is_an_exercise(tmp_path: Path) -> None:
    """Everything was settled before it was put on record: scored, and headed as an exercise."""
    late = ROWS["hindsight"]
    rows = {"hindsight": late, "second": late.replace("2022-06-30", "2022-07-31", 1)}
    folder = write(tmp_path, rows)
    said = (folder / "outcomes.csv").read_text("utf-8").splitlines()
    kept = [said[0], next(line for line in said if line.startswith("hindsight,"))]
    kept.append(kept[1].replace("hindsight,", "second,"))
    (folder / "outcomes.csv").write_text("\n".join(kept) + "\n", "utf-8")
    predictions = (folder / "predictions.csv").read_text("utf-8").splitlines()
    (folder / "predictions.csv").write_text(predictions[0] + "\n", "utf-8")
    score = schelling.score(schelling.load(folder), worlds=0)
    assert score.counts == {"scored": 2}
    assert score.exercise
    assert "put on record" in score.row("second").settled.reason
