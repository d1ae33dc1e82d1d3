"""The flagship's register: questions, odds, outcomes, base rates and facts."""

import csv

import schelling
from cases.writing import FLAGSHIP, flagship, table
from schelling.case.registers import register
from schelling.forecast import verbal

REPORTED = ("P1.S3", "P1.S4", "P2.S3", "P2.S4", "P3.S2", "P3.S5", "P5.S1", "P5.S3", "P6.S2")
"""Sentences that report facts."""


def test_the_register_is_complete_and_resolves_nothing() -> None:
    case = flagship()
    assert len(case.questions) == 47
    assert all(q.yes_if and q.source_type and q.void_if for q in case.questions)
    with (FLAGSHIP / "forecasts.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert set(header) <= set(register.SHAPE.about)
    for question in case.questions:
        low, high = question.columns["author_low"], question.columns["author_high"]
        assert (low == "") == (high == ""), question.name
        # odds only where the text has a word of ICD 203, and then its band: never a midpoint
        band = verbal.band_of(question.columns["author_words"])
        given = (float(low), float(high)) if low else None
        assert given == (band[:2] if band is not None else None), question.name
        assert question.name == "F09a" or given is None  # the author sets no date: one window
        assert question.registered_at is not None


def test_every_question_of_the_flagship_has_an_outcome_with_a_source() -> None:
    """Rows from memory keep their mark; a row that was looked up says where."""
    case = schelling.load(FLAGSHIP)
    assert [outcome.question for outcome in case.outcomes] == [q.name for q in case.questions]
    assert len(case.questions) == 47
    by_name = {outcome.question: outcome for outcome in case.outcomes}
    settled = [q for q in case.questions if by_name[q.name].settled]
    assert len(settled) == 37
    assert all(q.persistence is not None for q in settled)
    for outcome in case.outcomes:
        assert outcome.source
        if outcome.mark == "sourced" and outcome.status != "open":
            assert outcome.reference, outcome.question
    classes = {c.name for c in case.reference_classes}
    assert {q.reference_class for q in case.questions} - {""} <= classes


def test_persistence_reads_the_register_as_published() -> None:
    """Of the yes-or-no forecasts that lean one way, the text gets F01 alone right where
    persistence does not, and persistence gets the rest of the right ones right too."""
    case = schelling.load(FLAGSHIP)
    by_name = {outcome.question: outcome for outcome in case.outcomes}
    right, persistent = set[str](), set[str]()
    for question in case.questions:
        status, leans = by_name[question.name].status, question.columns["direction"]
        sides = {status, leans} <= {"yes", "no"} and not question.set_apart
        if question.kind != "binary" or not sides:
            continue
        if status == leans:
            right.add(question.name)
        if question.persistence == (1.0 if status == "yes" else 0.0):
            persistent.add(question.name)
    families = {name[:3] for name in right}
    assert families == {"F01", "F11", "F14", "F19"}
    assert right - persistent == {"F01"}


def test_base_rates_of_wars_are_counted_from_the_list() -> None:
    """Correlates of War, 38 interstate wars begun since 1946: 20 within one calendar year."""
    spans = [int(war["last_year"]) - int(war["first_year"]) for war in table("interstate_wars.csv")]
    assert (len(spans), spans.count(0), spans.count(1)) == (38, 20, 11)
    names = ("its_year", "the_next", "the_third", "the_fourth", "the_fifth")
    ended = ("in_its_year", *(f"by_{name}" for name in names[1:]))
    known = {c.name: (c.k, c.n) for c in flagship().reference_classes}
    for years, name in enumerate(ended):
        assert known[f"war_over_{name}"] == (sum(span <= years for span in spans), 38)
    for years, name in enumerate(("second", "third", "fourth", "fifth"), start=1):
        assert known[f"war_into_a_{name}_year"] == (sum(span >= years for span in spans), 38)
    (rate,) = (a for a in flagship().assumptions if a.name == "deal_rate")
    assert "20 ended in the calendar year" in rate.origin.why


def test_what_the_text_reports_as_fact_is_checked_as_such() -> None:
    rows = table("facts.csv")
    assert {row["passage"] for row in rows} == set(REPORTED)
    assert all(row["found"] and row["finding"] and row["source"] for row in rows)
    assert {row["mark"] for row in rows} <= {"sourced", "recalled"}
    speakers = next(row for row in rows if row["finding"] == "other speakers")
    assert "deputy foreign minister on 12 March 2022" in speakers["found"]


def test_aims_and_hindsight_are_told_apart_and_not_scored() -> None:
    score = schelling.score(flagship(), worlds=0)
    standing = {row.question.name: row.settled.status for row in score.rows}
    apart = {name for name, status in standing.items() if status == "check of intent"}
    assert apart == {"F08", "F27a", "F27b", "F28"}
    assert {name for name, status in standing.items() if status == "hindsight"} == {
        "F13",
        "F15",
        "F16",
    }
    assert not apart & set(score.leaning.leaned)
    assert score.exercise
