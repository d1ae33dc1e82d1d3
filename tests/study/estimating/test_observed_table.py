"""Tables of strangers: cells, conditions, and anything at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.study.estimating import observed_table

TABLE = "end,year,name\nwar,1850,a\npeace,1851,\nwar,NA,b\n"


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("year >= 1851", [False, True, False]),
        ("year == 1850", [True, False, False]),
        ("year != 1850", [False, True, False]),
        ("end == war", [True, False, True]),
        ("name != 'a'", [False, False, True]),
    ],
)
def test_conditions_keep_rows_and_never_those_with_a_missing_cell(
    condition: str, kept: list[bool]
) -> None:
    table = observed_table.parse(TABLE)
    assert observed_table.where(table, condition) == ""
    assert table.kept.tolist() == kept


def test_conditions_add_up() -> None:
    table = observed_table.parse(TABLE)
    observed_table.where(table, "end == war")
    observed_table.where(table, "year < 2000")
    assert table.kept.tolist() == [True, False, False]


@pytest.mark.parametrize("condition", ["end > war", "year", "age > 3", "== 3", ""])
def test_conditions_that_mean_nothing_are_told(condition: str) -> None:
    assert observed_table.where(observed_table.parse(TABLE), condition)


@pytest.mark.parametrize("cell", ["1_000", "inf", "0x10", "1,5", "١", "1e5 000"])
def test_what_is_no_number_is_none(cell: str) -> None:
    table = observed_table.parse(f'x,y\n"{cell}",1\n2,3\n')
    assert table.as_numbers("x") is None
    assert table.not_a_number("x") == 0


def test_missing_numbers_are_nan() -> None:
    table = observed_table.parse("x,y\n1,2\nNA,3\n,4\n")
    found = table.as_numbers("x")
    assert found is not None
    assert np.array_equal(found, [1.0, np.nan, np.nan], equal_nan=True)


def test_tables_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observed_table, "MOST_CELLS", 4)
    table = observed_table.parse(TABLE)
    assert [problem.code for problem in table.problems] == ["E923"]
    assert "cells" in table.problems[0].message


@given(st.text(alphabet='ab,"\n1. é\x00', max_size=40))
def test_any_text_is_a_table_or_says_why_not(text: str) -> None:
    table = observed_table.parse(text)
    assert table.problems or table.rows > 0
    for problem in table.problems:
        assert problem.code == "E923"
    for column in table.columns:
        assert len(table.columns[column]) == table.rows or table.problems
