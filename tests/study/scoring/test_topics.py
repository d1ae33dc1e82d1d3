"""One answer a topic, and the record so far: repeated windows count one event once."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from numpy.testing import assert_allclose
from rich.console import Console

import schelling
from schelling.report.scores import (
    score_cells,
    score_json,
    score_sections,
    score_terminal,
    score_words,
)
from schelling.study.scoring.score_board import Score
from schelling.study.scoring.topics import topic

EXACT = 1e-12  # rounding
HEAD = "id,kind,question,opens,closes,yes_if,source_type,void_if,direction,persistence,cluster,"
HEAD += "registered_at,author_low,author_high"


def register(folder: Path, questions: list[tuple[str, ...]]) -> Score:
    """Questions: name, words, opens, closes, side, no change, answer."""
    odds = {"yes": "0.6,0.8", "no": "0.2,0.4"}
    rows, said = [HEAD], ["forecast_id,status,value,resolved_on,recorded_at,vintage,source,mark"]
    for name, words, opens, closes, side, same, answer in questions:
        rows.append(
            f"{name},binary,{words},{opens},{closes},so,log,never,{side},{same},{words[:6]},"
            f"{opens},{odds[side]}"
        )
        said.append(f"{name},{answer},,{closes},2026-01-01,first,log,sourced")
    (folder / "f.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "o.csv").write_text("\n".join(said) + "\n", "utf-8")
    text = "schelling: 1\ntitle: topics\nforecasts: {table: f.csv, outcomes: o.csv}\n"
    (folder / "case.yaml").write_text(text, "utf-8")
    return schelling.score(schelling.load(folder), worlds=0)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Score:
    """Four windows of one topic, and two topics with one."""
    first = "2024-01-01"
    ceasefire = "Is there a ceasefire by {}?"
    return register(
        tmp_path_factory.mktemp("topics"),
        [
            ("C1", ceasefire.format("2024-03-31"), first, "2024-03-31", "no", "no", "no"),
            ("C2", ceasefire.format("30 June 2024"), first, "2024-06-30", "no", "no", "no"),
            ("C4", ceasefire.format("the end of 2024"), first, "2024-12-31", "no", "no", "yes"),
            ("C3", ceasefire.format("September 2024"), first, "2024-09-30", "no", "no", "no"),
            ("E", "Are elections held?", first, "2024-12-31", "yes", "no", "yes"),
            ("M", "Is there a draft?", first, "2024-12-31", "no", "no", "no"),
        ],
    )


def test_words_differ_by_dates_only(found: Score) -> None:
    topics = {row.question.name: topic(row.question) for row in found.rows}
    assert topics["C1"] == topics["C2"] == topics["C3"] == topics["C4"]
    assert len(set(topics.values())) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Is it so by 31 March 2024?", "Is it so by the end of June 2025?", True),
        ("Is it so within 30 days?", "Is it so within 90 days?", True),
        ("Is it so on March 3rd, 2024?", "Is it so on 4 May 2024?", True),
        ("Is it so in 2024?", "Is it so until 2025-06-30?", True),
        ("Do troops march?", "Do troops fight?", False),
        ("Are there more than 2000 dead in 2024?", "Are there more than 3000 dead in 2024?", False),
        ("Are 3 cities taken by June?", "Are 5 cities taken by June?", False),
        ("Is Odesa taken by June?", "Is Kyiv taken by June?", False),
    ],
)
def test_what_a_date_is(found: Score, one: str, other: str, same: bool) -> None:
    made = [replace(found.rows[0].question, question=words) for words in (one, other)]
    assert (topic(made[0]) == topic(made[1])) == same


def test_one_answer_a_topic_stands_beside_the_count_of_all(found: Score) -> None:
    """Of the ceasefire the last window counts, on which the text and no change were wrong."""
    lean = found.leaning
    assert (len(lean.leaned), len(lean.right), len(lean.unchanged)) == (6, 5, 4)
    assert lean.topics == ("C4", "E", "M")
    assert lean.of_topics(lean.right) == ("E", "M")
    assert lean.of_topics(lean.unchanged) == ("M",)
    words = score_words.headline(found)
    assert (
        "there are 6 questions: it was right on 5, and “no change” gives the same answer on 4 of "
        "these" in words
    )
    assert words.startswith("With one answer a topic")
    assert "on 3 topics that can be scored; it was right on 2, and “no change” gives the" in words


def test_headline_and_table_count_alike(found: Score) -> None:
    made = found.comparison("text", "persistence")
    assert made is not None
    assert (made.topics, made.by_topic.questions) == (("C4", "E", "M"), 3)
    assert_allclose([made.skill.own, made.skill.reference], [1 / 6, 2 / 6], atol=EXACT)
    assert_allclose([made.by_topic.own, made.by_topic.reference], [1 / 3, 2 / 3], atol=EXACT)
    words = score_words.headline(found)
    assert "By topic, its side has a Brier score of 0.33, “no change” 0.67" in words
    assert "over every window 0.17 and 0.33" in words
    out = io.StringIO()
    Console(file=out, width=120).print(score_terminal.summary(found))
    lines = [line.split() for line in out.getvalue().splitlines()]
    at = next(n for n, line in enumerate(lines) if line[:3] == ["text", "no", "change"])
    assert lines[at][3:6] == ["6", "0.167", "0.333"]
    assert lines[at + 1][:7] == ["one", "answer", "a", "topic", "3", "0.333", "0.667"]
    assert "6 questions: 6 scored. As of 2026-01-01. They ask about 3 topics." in out.getvalue()
    skills = score_sections.section(found).skills
    assert skills is not None
    row = next(row for row in skills.rows if row[0] == "text against no change")
    assert (row[1], row[6]) == ("6", "3")
    data = score_json.to_json(found)
    assert data["leaning"]["topics"] == ["C4", "E", "M"]
    of = next(
        c for c in data["comparisons"] if (c["who"], c["reference"]) == ("text", "persistence")
    )
    assert of["topics"] == ["C4", "E", "M"]
    assert of["by_topic"]["own"] == pytest.approx(1 / 3)


def test_without_repeated_windows_nothing_is_said_of_topics(tmp_path: Path) -> None:
    one = ("A", "Is it so?", "2024-01-01", "2024-12-31", "yes", "no", "yes")
    other = ("B", "Is it cold?", "2024-01-01", "2024-12-31", "yes", "no", "yes")
    found = register(tmp_path, [one, other])
    out = io.StringIO()
    Console(file=out, width=120).print(score_terminal.summary(found))
    assert "topic" not in out.getvalue().replace("topics\n", "", 1)  # the title


def test_a_rolling_question_is_one_topic(tmp_path: Path) -> None:
    """Four quarters of one question are one answer, whenever they open."""
    months = ["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01"]
    answers = ["no", "no", "yes", "no"]
    rolling = [
        (f"R{n}", f"Does it rain by {closes}?", opens, closes, "yes", "no", answer)
        for n, (opens, closes, answer) in enumerate(zip(months, months[1:], answers, strict=False))
    ]
    found = register(tmp_path, rolling)
    assert found.leaning.topics == ("R3",)


def test_no_change_is_smoothed_by_the_record_so_far(tmp_path: Path) -> None:
    """Three topics were over before C opened, on two of which no change was right: 2.5 of 4."""
    early, late = ("2023-01-01", "2023-06-30"), ("2024-01-01", "2024-06-30")
    found = register(
        tmp_path,
        [
            ("A", "Is a so?", *early, "yes", "no", "no"),
            ("B", "Is b so?", *early, "yes", "yes", "yes"),
            ("W1", "Is w so by 2023-03-31?", "2023-01-01", "2023-03-31", "yes", "no", "no"),
            ("W2", "Is w so by 2023-06-30?", *early, "yes", "no", "yes"),
            ("H", "Is h so?", *early, "yes", "0.5", "yes"),  # nothing stays or changes
            ("L", "Is l so?", "2023-01-01", "2024-01-01", "yes", "no", "no"),  # still open then
            ("C", "Is c so?", *late, "yes", "no", "yes"),
            ("D", "Is d so?", *late, "yes", "yes", "yes"),
        ],
    )
    assert found.row("A").by("record so far") is None  # nothing was over before
    no, yes = (found.row(name).by("record so far") for name in ("C", "D"))
    assert no is not None
    assert yes is not None
    assert_allclose([no.point, yes.point], [1.5 / 4, 2.5 / 4], atol=EXACT)
    assert no.low < no.point < no.high
    assert_allclose(no.best, (1 - 1.5 / 4) ** 2, atol=EXACT)
    made = found.comparison("text", "record so far")
    assert made is not None
    assert made.questions == ("C", "D")
    words = score_words.legend(found)
    assert "(k + ½)/(n + 1) after k of n, by Jeffreys’ prior" in words
    assert "base rate" not in words  # there is none
    out = io.StringIO()
    Console(file=out, width=160).print(score_terminal.summary(found))
    assert "no change, smoothed" in out.getvalue()
    assert score_cells.point(found.row("C"), "record so far") == "38"
    strip = score_sections.section(found).strip
    assert strip is not None
    assert "No change, smoothed, %" in strip.table.head
