"""Scored forecasts on the page and in a terminal: numbers, figures, what may not be hidden."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from rich.console import Console

import schelling
from report.conftest import EVIL
from schelling.forecast.reliability import ENOUGH
from schelling.report.scores import (
    score_cells,
    score_json,
    score_sections,
    score_terminal,
    score_words,
)
from schelling.report.words.numerals import MISSING
from schelling.study.scoring.score_board import Calibration, Row, Score


@pytest.fixture(scope="module")
def score() -> Score:
    """The flagship without a run: odds, baselines and outcomes."""
    return schelling.score(schelling.load("cases/widening-war"), worlds=0)


@pytest.fixture(scope="module")
def section(score: Score) -> score_sections.Scored:
    return score_sections.section(score)


def test_the_first_sentence_has_the_numbers(score: Score) -> None:
    """How many leanings went the text's way, how many persistence had too, and the skill."""
    words = score_words.headline(score)
    lean = score.leaning
    for number in (len(lean.leaned), len(lean.right), len(lean.unchanged)):
        assert re.search(rf"\b{number}\b", words)
    assert "no change" in words
    # No question has a day on which it was put on record, so no skill is claimed.
    assert words.startswith("Retrospective exercise: nothing shows that any scored question")
    assert "skill −" not in words
    at = dt.date(2022, 3, 21)
    dated = replace(score, rows=tuple(_registered(row, at) for row in score.rows))
    words = score_words.headline(dated)
    assert "Retrospective" not in words
    # the questions on which the text takes a side lie in four clusters; an interval takes five
    assert re.search(r"skill −\d\.\d, too few clusters for an interval", words)
    late = replace(score, rows=tuple(_registered(row, dt.date(2027, 1, 1)) for row in score.rows))
    assert score_words.headline(late).startswith("Retrospective exercise")
    void = replace(score, rows=tuple(row for row in score.rows if not row.scored))
    assert score_words.headline(void).endswith("No question can be scored.")


def _registered(row: Row, day: dt.date) -> Row:
    return replace(row, question=replace(row.question, registered_at=day))


def test_what_weakens_the_test_is_said(score: Score) -> None:
    words = score_words.caveats(score)
    assert "set 47 of 47 windows" in words
    recalled = [row for row in score.rows if row.scored and row.settled.outcome.mark == "recalled"]
    assert (f"{len(recalled)} of 30 outcomes are recalled" in words) == bool(recalled)


def test_questions_are_sorted_by_surprise(score: Score) -> None:
    rows = score_words.by_surprise(score.rows)
    known = [row.surprise for row in rows if not math.isnan(row.surprise)]
    assert known == sorted(known, reverse=True)
    assert all(math.isnan(row.surprise) for row in rows[len(known) :])
    assert len(rows) == len(score.rows)


def test_figures_are_whole_and_backed_by_tables(section: score_sections.Scored) -> None:
    figures = [section.strip, section.gains, section.timeline]
    for figure in figures:
        assert figure is not None
        root = ElementTree.fromstring(str(figure.picture))
        assert root.get("role") == "img"
        assert {len(row) for row in figure.table.rows} == {len(figure.table.head)}
    assert section.strip is not None
    drawn = str(section.strip.picture)
    assert drawn.count(">no</text>") + drawn.count(">yes</text>") == len(section.strip.table.rows)
    assert len(section.timeline.table.rows) == 47


def test_share_and_forecast_are_two_columns(section: score_sections.Scored) -> None:
    assert section.strip is not None
    assert {"Share of worlds, %", "Forecast, %"} <= set(section.strip.table.head)


def test_what_is_not_scored_is_listed_with_its_reason(section: score_sections.Scored) -> None:
    assert section.unscored is not None
    why = {row[0]: row[1:3] for row in section.unscored.rows}
    assert why["F03"] == ("void", "F02a came out no")
    assert why["F18b"][0] == "ambiguous"
    assert len(why) == 17


def test_a_calibration_curve_waits_for_enough_questions(
    score: Score, section: score_sections.Scored
) -> None:
    assert section.calibration == ()
    assert f"from {ENOUGH} scored questions" in section.too_few
    random = np.random.default_rng(1)
    p = random.integers(1, 20, ENOUGH) / 20
    happened = random.random(ENOUGH) < p
    names = tuple(f"Q{n}" for n in range(ENOUGH))
    one = Calibration("m<odel", names, tuple(p), tuple(happened), 0.6, 0.4, None)
    drawn = score_sections.section(replace(score, calibrations=(one,)))
    assert [figure.title for figure in drawn.calibration] == [
        "Reliability: m<odel",
        "Murphy curve: m<odel",
    ]
    assert drawn.too_few == ""
    for figure in drawn.calibration:
        ElementTree.fromstring(str(figure.picture))
    few = replace(one, questions=names[1:], p=one.p[1:], happened=one.happened[1:])
    assert score_sections.section(replace(score, calibrations=(few,))).calibration == ()


def test_labels_stay_labels(score: Score) -> None:
    first = score.rows[0]
    evil = replace(first, question=replace(first.question, question=EVIL, name="<b>"))
    drawn = score_sections.section(replace(score, rows=(evil, *score.rows[1:])))
    assert drawn.strip is not None
    for figure in (drawn.strip, drawn.timeline):
        tags = {element.tag for element in ElementTree.fromstring(str(figure.picture)).iter()}
        assert not tags & {"script", "b", "img"}


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_fits_its_terminal(score: Score, width: int) -> None:
    out = io.StringIO()
    Console(file=out, width=width).print(score_terminal.summary(score))
    lines = out.getvalue().splitlines()
    assert max(len(line) for line in lines) <= width
    for row in score.rows:
        assert any(line.split()[:1] == [row.question.name] for line in lines), row.question.name


def test_what_was_ruled_out_and_happened_is_printed(score: Score) -> None:
    row = score.row("F01")  # persistence said no for certain
    told = replace(row.by("persistence"), forecaster="model")
    struck = replace(score, rows=(replace(row, told=(told,)),))
    out = io.StringIO()
    Console(file=out, width=80).print(score_terminal.summary(struck))
    assert re.search(r"F01 .* yes +∞", out.getvalue())
    data = json.loads(json.dumps(score_json.to_json(struck), allow_nan=False))
    assert data["questions"][0]["surprise"] == "infinite"
    assert score_cells.chance(0.001) == "<1"
    assert score_cells.chance(0.0) == "0"


def test_the_data_keep_their_shape(score: Score) -> None:
    data = score_json.to_json(score)
    assert list(data) == [
        "schema", "case", "digest", "as_of", "weighting", "worlds", "seed", "other_files",
        "headline", "exercise", "counts", "superseded", "leaning", "questions", "comparisons",
        "calibrations", "expected", "coverage", "windows", "number_comparisons",
    ]  # fmt: skip
    assert data["schema"] == "schelling.scores/2"


def test_days_are_days_in_every_time_zone(monkeypatch: pytest.MonkeyPatch, score: Score) -> None:
    drawn = []
    for zone in ("UTC", "America/New_York", "Pacific/Auckland"):
        monkeypatch.setenv("TZ", zone)
        drawn.append(str(score_sections.section(score).timeline.picture))
    assert len(set(drawn)) == 1


@pytest.mark.parametrize(
    ("p", "words"),
    [(1.0, "100"), (0.9951, ">99"), (1 - 1e-9, ">99"), (0.9949, "99"), (0.0051, "1"),
     (0.0049, "<1"), (1e-9, "<1"), (0.0, "0"), (math.nan, MISSING)],
)  # fmt: skip
def test_a_chance_is_never_rounded_to_certainty(p: float, words: str) -> None:
    assert score_cells.chance(p) == words
