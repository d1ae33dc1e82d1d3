"""Numbers as text, quantiles to their error, and the shapes of priors."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.case.drawn import Prior
from schelling.case.model import Case
from schelling.report.charts.densities import density
from schelling.report.words.numerals import (
    MISSING,
    count,
    decimals,
    error_bar,
    fixed,
    general,
    percent,
    signed,
)
from schelling.report.words.quantiles import quantile_errors, quantile_texts

numbers = st.floats(-1e8, 1e8).filter(lambda x: x == 0 or abs(x) > 1e-8)


def value(text: str) -> float:
    """The number that a text stands for."""
    plain = text.replace("−", "-").replace(",", "")
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    mantissa, _, power = plain.partition("×10")
    return float(mantissa) * 10.0 ** int(power.translate(powers) or 0)


@given(st.floats(1e-5, 1e5))
def test_the_last_digit_is_the_first_digit_of_the_error(error: float) -> None:
    unit = 10.0 ** -decimals(error)
    assert unit <= error * (1 + 1e-8) < 10 * unit * (1 + 2e-8)  # powers of ten to rounding


@given(numbers, st.integers(-3, 6))
def test_fixed_is_the_nearest_number_of_its_places(x: float, places: int) -> None:
    assert abs(value(fixed(x, places)) - x) <= 0.5 * 10.0**-places * (1 + 1e-6)  # half a unit


@given(numbers, st.integers(1, 5))
def test_general_keeps_the_digits_asked_for(x: float, digits: int) -> None:
    unit = 10.0 ** (math.floor(math.log10(abs(x))) + 1 - digits) if x else 0.0
    assert abs(value(general(x, digits)) - x) <= 0.51 * unit  # half a unit and rounding


@given(st.floats(0, 1), st.floats(1e-6, 0.2))
def test_a_share_and_its_error_have_the_same_places(share: float, error: float) -> None:
    whole = percent(share, error).split("\u00a0")[0]
    sides = re.findall(r"[±+−]\u00a0?([\d.]+)", error_bar(share, error))
    places = {len(text.partition(".")[2]) for text in (whole, *sides)}
    assert len(places) == 1
    assert max(places) <= 1


@given(st.floats(0, 1), st.floats(1e-6, 0.6))
def test_an_error_bar_covers_its_interval_and_no_more_than_there_is(
    share: float, error: float
) -> None:
    shown, bar = value(percent(share, error).removesuffix("\u00a0%")), error_bar(share, error)
    sides = dict(re.findall(r"([±+−])\u00a0?([\d.]+)", bar))
    up, down = (float(sides.get(sign, sides.get("±", 0.0))) for sign in "+−")
    unit = 0.05 if "." in bar or "." in str(shown).removesuffix(".0") else 0.5  # of the rounding
    assert shown + up >= min(100 * (share + error), 100) - unit - 1e-6
    assert shown - down <= max(100 * (share - error), 0) + unit + 1e-6
    assert shown + up <= 100 + 1e-9
    assert shown - down >= -1e-9
    assert bar


def test_what_is_not_a_number_is_a_dash() -> None:
    assert percent(math.nan) == fixed(math.nan, 2) == general(math.nan) == MISSING
    assert error_bar(0.5, math.nan) == error_bar(math.nan, 0.1) == ""
    assert (fixed(math.inf, 1), general(-math.inf)) == ("∞", "−∞")


def test_words_and_signs() -> None:
    assert decimals(0.0) == 6
    assert count(0, "world") == "0 worlds"
    assert signed(-0.001) == "+0.00"
    assert general(0.0) == "0"


def test_quantile_errors_match_repeated_samples() -> None:
    """Against the spread of quantiles over 400 samples of 2,000 normal numbers."""
    p = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    samples = np.random.default_rng(11).normal(size=(400, 2000))
    seen = np.quantile(samples, p, axis=1)
    error = quantile_errors(seen.mean(axis=1), p, 2000)
    # 5 % from 400 samples, and slopes that are taken from five quantiles only: 20 %.
    assert error == pytest.approx(1.96 * seen.std(axis=1), rel=0.3)


def test_counts_and_ties_keep_their_numbers() -> None:
    p = np.array([0.05, 0.5, 0.95])
    assert quantile_texts(np.array([0.0, 1.0, 12.0]), p, 100) == ("0", "1", "12")
    assert quantile_texts(np.array([0.5, 0.5, 0.5]), p, 100) == ("0.5", "0.5", "0.5")


@pytest.mark.parametrize(
    ("family", "parameters", "within"),
    [
        ("normal", (10.0, 2.0), None),
        ("uniform", (0.0, 1.0), None),
        ("beta", (11.0, 89.0), None),
        ("lognormal", (1.0, 2.0), None),
        ("loguniform", (0.5, 20.0), None),
        ("normal", (0.0, 1.0), (-0.5, 3.0)),
    ],
)
def test_the_dark_part_of_a_density_holds_nine_tenths(
    family: str, parameters: tuple[float, ...], within: tuple[float, float] | None
) -> None:
    curve = density(Prior(family, parameters, within, family, interval=False))
    inside = (curve.at >= curve.low) & (curve.at <= curve.high)
    share = curve.height[inside].sum() / curve.height.sum()
    # The tails beyond 0.5 % are not drawn: 0.90 / 0.99; two of 49 bars may fall on either side.
    assert share == pytest.approx(0.90 / 0.99, abs=0.04)
    assert curve.height.max() == 1.0
    assert curve.low < curve.middle < curve.high
    assert curve.logarithmic == (family in ("lognormal", "loguniform"))


def test_masses_on_points_are_drawn_as_points(case: Case) -> None:
    by_name = {assumption.name: assumption.prior for assumption in case.assumptions}
    kind = density(by_name["kind"])
    assert kind.points
    assert kind.at.tolist() == [0.0, 1.0, 2.0]
    assert kind.height == pytest.approx([0.5, 0.5, 1.0], abs=0.01)  # a grid of 1,000 quantiles
    assert density(by_name["given"]).at.tolist() == [3.0]
