"""Formulas: what they mean on a table, against what R and its kin make of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from schelling.case.language.parsing.syntax import Issue, SyntaxIssue
from schelling.study.estimating import covariates, formula, observed_table
from schelling.study.estimating.model_text import OPTION, Line, parse

TABLE = observed_table.parse(
    "x,y,region,year,odd name\n"
    "1,2,south,1850,7\n2,3,north,1851,8\n4,5,east,1850,9\n8,7,north,1851,10\n"
)


def columns(text: str) -> dict[str, list[float]]:
    model = parse([Line(OPTION, 1, f"a.b ~ {text}")])
    assert not model.problems
    found = covariates.translate(model, model.payoffs[0], TABLE)
    assert found is not None, model.problems
    return {one.name: one.values.tolist() for one in found.covariates(TABLE)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x", ["Intercept", "x"]),
        ("1 + x", ["Intercept", "x"]),
        ("0 + x", ["x"]),
        ("x - 1", ["x"]),
        ("1", ["Intercept"]),
        ("x + y + x", ["Intercept", "x", "y"]),
        ("x*y", ["Intercept", "x", "y", "x:y"]),
        ("x:y + y:x", ["Intercept", "x:y"]),
        ("log(x) + x^2", ["Intercept", "log(x)", "x^2"]),
        ("region", ["Intercept", "region[north]", "region[south]"]),
        ("region - 1", ["region[east]", "region[north]", "region[south]"]),
        ("C(region, south)", ["Intercept", "region[east]", "region[north]"]),
        ("C(year)", ["Intercept", "year[1851]"]),
        ("x:region", ["Intercept", "x:region[north]", "x:region[south]"]),
        ("`odd name`", ["Intercept", "odd name"]),
    ],
)
def test_a_formula_has_the_columns_that_r_would_make(text: str, names: list[str]) -> None:
    assert list(columns(text)) == names


def test_the_numbers_of_columns() -> None:
    found = columns("x*y + log(x) + y**2 + x:region")
    assert found["x:y"] == [2, 6, 20, 56]
    assert_allclose(found["log(x)"], np.log([1, 2, 4, 8]), rtol=1e-15)
    assert found["y^2"] == [4, 9, 25, 49]
    assert found["x:region[north]"] == [0, 2, 0, 8]


@given(st.text(alphabet="xy01+-*:^()C, `logab2", max_size=25))
def test_any_text_is_a_formula_or_says_where_it_is_none(text: str) -> None:
    found, issue = read(text)
    if issue is not None:
        assert 0 <= issue.place.start < issue.place.end <= max(len(text), 1) + 1
        assert issue.code == "E922"
    elif found is not None:
        assert found.intercept or found.terms or "0" in text or "1" in text


def read(text: str) -> tuple[formula.Formula | None, Issue | None]:
    try:
        return formula.parse(text), None
    except SyntaxIssue as error:
        return None, error.issue
