"""Freezing a register: only additions are left, and everything else is found out."""

import datetime as dt
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

import schelling
from examples import examples
from schelling.case.check import check
from schelling.study.scoring.freeze import freeze

CASE = """\
schelling: 1
title: A register
time: {start: 2022-03-21, until: 2022-04-18}
assumptions: {a: {prior: "uniform(0, 1)", why: x}}
claims: {low: {why: x, holds: a < 0.5}}
forecasts: {table: forecasts.csv, outcomes: outcomes.csv}
"""
HEAD = "id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,resolves,supersedes"
OUTCOMES = "forecast_id,status,resolved_on,recorded_at,vintage,source,mark,supersedes"
DAY = dt.date(2022, 5, 1)


def question(name: str, supersedes: str = "") -> str:
    start = f"{name},binary,Does {name} come?,,2022-03-20,2022-04-18,{name} is seen,record,never"
    return f"{start},a < 0.3,{supersedes}"


ROWS = [HEAD, *(question(f"Q{n}") for n in range(1, 6))]


def placed(folder: Path, rows: list[str], outcomes: list[str] | None = None) -> Path:
    (folder / "case.yaml").write_text(CASE, "utf-8")
    (folder / "forecasts.csv").write_text("\n".join(rows) + "\n", "utf-8")
    answers = outcomes or ["Q1,yes,2022-04-18,2022-04-20,first,record,sourced,"]
    (folder / "outcomes.csv").write_text("\n".join([OUTCOMES, *answers]) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = placed(tmp_path_factory.mktemp("frozen"), ROWS)
    freeze(schelling.load(folder), DAY)
    return folder


def problems(folder: Path) -> set[str]:
    return {problem.code for problem in check(folder).problems}


def test_what_is_frozen_can_be_added_to(tmp_path: Path) -> None:
    case = schelling.load(placed(tmp_path, ROWS))
    made = freeze(case, DAY)
    assert (made.rows, made.added) == (6, {"table": 5, "outcomes": 1})
    assert schelling.load(tmp_path).digest != case.digest  # the seal is part of the case
    more = [*ROWS, question("Q6", supersedes="Q2")]
    revised = [
        "Q1,yes,2022-04-18,2022-04-20,first,record,sourced,",
        "Q1,no,2022-04-18,2022-05-20,second,record,sourced,first",
    ]
    assert problems(placed(tmp_path, more, revised)) == set()
    before = made.path.read_text("utf-8")
    again = freeze(schelling.load(tmp_path), dt.date(2022, 6, 1))
    assert again.added == {"table": 1, "outcomes": 1}
    assert again.path.read_text("utf-8").startswith(before)
    assert again.head != made.head
    assert freeze(schelling.load(tmp_path), dt.date(2022, 7, 1)).added == {}
    assert problems(placed(tmp_path, ROWS, revised)) == {"E650"}


def test_a_column_may_be_added_while_it_is_empty(frozen: Path, tmp_path: Path) -> None:
    seal = (frozen / "forecasts.frozen").read_text("utf-8")
    rows = [f"{ROWS[0]},note", *(f"{row}," for row in ROWS[1:])]
    placed(tmp_path, rows)
    (tmp_path / "forecasts.frozen").write_text(seal, "utf-8")
    assert problems(tmp_path) == set()
    (tmp_path / "forecasts.csv").write_text("\n".join(rows).replace(",\n", ",x\n") + "\n", "utf-8")
    assert problems(tmp_path) == {"E650"}


@given(st.data())
@examples(60)
def test_every_other_change_is_found(frozen: Path, data: st.DataObject) -> None:
    """Rows dropped, moved, repeated or edited: anything but rows added at the end."""
    body = ROWS[1:]
    kept = data.draw(st.lists(st.sampled_from(body), max_size=7))
    changed = [data.draw(st.sampled_from([row, row.replace("is seen", "is said")])) for row in kept]
    placed(frozen, [HEAD, *changed])
    try:
        found = problems(frozen)
        if changed[:5] == body:
            assert "E650" not in found
        else:
            assert "E650" in found
    finally:
        placed(frozen, ROWS)


def test_a_seal_cannot_be_edited(frozen: Path) -> None:
    path = frozen / "forecasts.frozen"
    written = path.read_text("utf-8")
    try:
        path.write_text(written.replace("2022-05-01", "2022-03-19", 1), "utf-8")
        assert problems(frozen) == {"E651"}
        (path).write_text("\n".join(written.split("\n")[:3]) + "\n", "utf-8")
        assert problems(frozen) == set()  # cut short it is a seal of less: the head shows it
    finally:
        path.write_text(written, "utf-8")


def test_a_kept_run_has_its_seal(frozen: Path, tmp_path: Path) -> None:
    run = schelling.run(schelling.load(frozen), worlds=256, folder=tmp_path / "kept")
    assert (tmp_path / "kept" / "case" / "forecasts.frozen").exists()
    assert schelling.open_run(tmp_path / "kept").case.digest == run.case.digest


def test_what_cannot_be_frozen(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE.partition("forecasts")[0], "utf-8")
    with pytest.raises(schelling.RunError, match="no forecast register"):
        freeze(schelling.load(tmp_path), DAY)
    case = schelling.load(placed(tmp_path, ROWS))
    freeze(case, DAY)
    placed(tmp_path, [*ROWS, question("Q6")])
    with pytest.raises(schelling.RunError, match="frozen after 2022-04-01"):
        freeze(schelling.load(tmp_path), dt.date(2022, 4, 1))
    placed(tmp_path, ROWS[:-1])
    with pytest.raises(schelling.RunError, match="differ from those that were frozen"):
        freeze(case, DAY)
