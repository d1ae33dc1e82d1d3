"""Priors moved to another median: the text is read again and has it, and keeps its width."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.case.draft import Draft
from schelling.case.drawn import Prior
from schelling.case.file import yaml_tree
from schelling.case.sections import priors
from schelling.compile.drawing import draws
from schelling.compile.drawing.moved_priors import median, moved

MEDIAN = 2e-4  # relative: six digits are written of every parameter


def read(text: str, within: tuple[float, float] | None = None) -> Prior:
    """A prior as a case would read it."""
    bounds = "" if within is None else f"\nwithin: [{within[0]}, {within[1]}]"
    root, problems = yaml_tree.parse(f"prior: '{text}'{bounds}")
    assert root is not None
    assert not problems
    draft = Draft(Path("case.yaml"), text, root, [])
    found = priors.read(draft, ())
    assert found is not None
    assert not draft.problems
    return found


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("uniform(0.5, 1.5)", 0.8),
        ("normal(0.5, 0.1)", -2.0),
        ("-1 to 3", 1.5),
        ("0.1 to 0.4", 0.3),
        ("lognormal(2, 0.5)", 0.01),
        ("loguniform(0.5, 20)", 7.0),
        ("gamma(2, 1.5)", 9.0),
        ("exponential(8)", 1.0),
        ("triangular(0, 0.2, 1)", 0.6),
        ("truncnormal(0.5, 0.2, 0, 1)", 0.8),
        ("beta(11, 89)", 0.4),
        ("logitnormal(0.3, 0.8)", 0.9),
        ("0.9", 0.25),
    ],
)
def test_the_text_has_the_median_wanted(written: str, wanted: float) -> None:
    text = moved(read(written), wanted)
    assert text is not None
    again = read(text)
    assert median(again) == pytest.approx(wanted, rel=MEDIAN)
    assert again.family == read(written).family
    assert again.interval == read(written).interval


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("uniform(1000000, 1000001)", 1_000_000.25),
        ("triangular(1000000, 1000000.2, 1000001)", 1_000_007.5),
        ("normal(1000000, 0.5)", 1_000_000.25),
        ("-1000001 to -1000000", -1_000_002.0),
        ("1000000 to 1000001", 1_000_003.0),
        ("loguniform(1000000, 1000001)", 1_000_002.0),
        ("truncnormal(1000000, 1, 999990, 1000010)", 1_000_001.5),
    ],
)
def test_far_from_zero_it_keeps_its_width(written: str, wanted: float) -> None:
    prior = read(written)
    text = moved(prior, wanted)
    assert text is not None
    again, levels = read(text), np.array([0.05, 0.95])
    width = np.ptp(draws.quantile(prior, levels))
    assert median(again) == pytest.approx(wanted, abs=1e-4 * width)
    assert np.ptp(draws.quantile(again, levels)) == pytest.approx(width, rel=1e-3)


def test_ends_that_are_not_told_apart_are_no_prior() -> None:
    """Near 10^9 the next number is 10^-7 away."""
    assert moved(read("uniform(0, 0.00000001)"), 1e9) == "1000000000"
    assert moved(read("triangular(0, 0.00000001, 0.00000002)"), 1e9) is None


@given(st.floats(0.05, 0.95))
def test_a_cut_prior_has_it_after_the_cut(wanted: float) -> None:
    prior = read("normal(0.5, 0.2)", (0.0, 1.0))
    text = moved(prior, wanted)
    assert text is not None
    assert median(read(text, (0.0, 1.0))) == pytest.approx(wanted, rel=1e-3)


def test_widths_are_kept() -> None:
    for written, measure in (("uniform(0.5, 1.5)", np.asarray), ("lognormal(2, 0.5)", np.log)):
        prior = read(written)
        text = moved(prior, 0.9)
        assert text is not None
        levels = np.array([0.05, 0.95])
        before, after = (np.ptp(measure(draws.quantile(p, levels))) for p in (prior, read(text)))
        assert after == pytest.approx(before, rel=1e-4)


@given(st.floats(0.01, 0.99))
def test_a_uniform_share_stays_a_share(wanted: float) -> None:
    text = moved(read("uniform(0.1, 0.9)"), wanted, (0.0, 1.0))
    assert text is not None
    found = read(text)
    low, high = draws.quantile(found, np.array([0.0, 1.0]))
    assert -1e-6 <= low < high <= 1 + 1e-6
    assert median(found) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("lognormal(2, 0.5)", -1.0),
        ("beta(2, 3)", 1.5),
        ("choice([0, 1])", 0.5),
        ("normal(0, 1)", math.nan),
        ("truncnormal(0.5, 0.2, 0, 1)", 1.5),
    ],
)
def test_what_no_prior_of_the_family_has_is_none(written: str, wanted: float) -> None:
    assert moved(read(written), wanted) is None


def test_nothing_leaves_the_natural_range() -> None:
    assert moved(read("normal(0.5, 0.1)"), 1.2, (0.0, 1.0)) is None


def test_an_interval_that_becomes_positive_stays_normal() -> None:
    assert moved(read("-1 to 3"), 2.5) == "normal(2.5, 1.21591)"
