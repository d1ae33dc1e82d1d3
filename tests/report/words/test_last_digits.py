"""A number and its error end at the same decimal, and neither is rounded to nothing."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.report.estimates import estimate_tables, estimate_terminal
from schelling.report.fitting import reading_words
from schelling.report.words.numerals import NO_BREAK, points, with_digits_of
from schelling.study.estimating.fitted import Coefficient


def ends(text: str) -> set[int]:
    """Decimals of every number of a text."""
    return {len(one.partition(".")[2]) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", text)}


changes = st.floats(-1, 1)
errors = st.floats(1e-7, 0.6)


@given(changes, errors)
def test_points_end_where_their_error_ends(change: float, error: float) -> None:
    said = points(change, error)
    assert len(ends(said)) == 1
    told, half = said.replace("−", "-").split(f"{NO_BREAK}±{NO_BREAK}")
    assert float(half) >= 100 * error - 1e-6  # rounded up, never to none
    last = 10.0 ** -ends(said).pop()
    assert float(told) == pytest.approx(100 * change, abs=0.51 * last)
    assert told[0] in "+-0"


@given(st.floats(-1e5, 1e5), st.floats(1e-4, 1e3))
def test_a_log_evidence_ends_where_its_error_ends(value: float, error: float) -> None:
    assert len(ends(reading_words.log_evidence(value, error))) == 1


@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e2))
def test_an_estimate_ends_where_its_error_ends(value: float, error: float) -> None:
    told, own = with_digits_of(error, value, error)
    assert ends(told) == ends(own)
    assert float(own.replace(",", "")) == pytest.approx(error, rel=0.06)  # two digits of it


@pytest.mark.parametrize("error", [0.4, 0.04, 4e-4, 4e-7])
def test_a_small_coefficient_is_not_told_as_none(error: float) -> None:
    """One of a covariate in millions is as many times its error as one in units."""
    row = Coefficient("a", "x", 3 * error, error, error, 5 * error)
    told, own, _, _, low, high = estimate_terminal._numbers(row)
    assert ends(told) == ends(own)
    assert ends(low) == ends(high)
    assert all(float(one) > 0 for one in (told, own, low, high))
    assert "0.000 (0.000)" not in estimate_tables._number(row)
    assert len(ends(estimate_tables._number(row))) == 1
