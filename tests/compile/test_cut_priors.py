"""Priors that are cut: as texts they are read as what they were, and keep its proportions."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.case.check import load
from schelling.case.drawn import Prior
from schelling.case.settings import given
from schelling.compile.drawing import cut_priors, draws
from schelling.errors import CaseError

CASE = """\
schelling: 1
title: A case of priors
assumptions:
  flat: {prior: "uniform(0, 2)", why: w}
  steep: {prior: 0.1 to 0.9, why: w}
  bounded: {prior: "normal(0.5, 0.3)", within: [0, 1], why: w}
  kind: {prior: "choice([1, 2, 3], [1, 2, 1])", why: w}
claims:
  some: {holds: flat > steep * bounded * kind, why: w}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, "utf-8")
    return path


@pytest.mark.parametrize("name", ["flat", "steep", "bounded"])
@pytest.mark.parametrize("ends", [(0.2, 0.6), (-math.inf, 0.4), (0.3, math.inf)])
def test_what_is_left_keeps_its_proportions(
    file: Path, name: str, ends: tuple[float, float]
) -> None:
    """Quantiles of what is cut are those of the whole prior at levels between the ends'."""
    before = next(one.prior for one in load(file).assumptions if one.name == name)
    text = cut_priors.cut(before, *ends)
    assert text is not None
    changed = load(file, settings=given.options([f"{name}={text}"]))
    after = next(one.prior for one in changed.assumptions if one.name == name)
    grid = np.arange(1, 200_000) / 200_000
    whole = draws.quantile(before, grid)
    kept = whole[(whole > ends[0]) & (whole < ends[1])]
    levels = np.array([0.1, 0.5, 0.9])
    # a grid of 200,000 levels has quantiles to one step of it; open sides leave out 1e-6
    assert draws.quantile(after, levels) == pytest.approx(np.quantile(kept, levels), abs=5e-4)


def test_a_range_without_any_of_the_prior_is_no_text(file: Path) -> None:
    flat, _, bounded, _ = (one.prior for one in load(file).assumptions)
    assert cut_priors.cut(flat, 2.0, 3.0) is None
    assert cut_priors.cut(bounded, -1.0, 0.0) is None


def test_an_open_side_is_written_with_three_digits_outwards() -> None:
    """All but a millionth of it lies above 0.5 - 0.3 * 4.7534 = -0.926."""
    prior = Prior("normal", (0.5, 0.3), None, "normal(0.5, 0.3)", False)
    assert cut_priors.cut(prior, -math.inf, 0.4) == "normal(0.5, 0.3) within [-0.93, 0.4]"


def test_the_bounds_of_the_case_hold_too(file: Path) -> None:
    changed = load(file, settings=given.options(["bounded=normal(0.5, 0.3) within [0.4, 3]"]))
    assert changed.assumptions[2].prior.within == (0.4, 1.0)
    changed = load(file, settings=given.options(["bounded=normal(0.5, 0.3) within [-1, 0.6]"]))
    assert changed.assumptions[2].prior.within == (0.0, 0.6)
    for low, high in ((2, 3), (1, 2), (0.3, 0.3)):
        with pytest.raises(CaseError, match=f"no values between {low} and {high}"):
            load(file, settings=given.options([f"bounded=normal(0.5, 0.3) within [{low}, {high}]"]))


def test_values_that_are_kept_keep_their_weights(file: Path) -> None:
    prior = load(file).assumptions[3].prior
    assert cut_priors.kept_values(prior, (2.0, 3.0)) == "choice([2, 3], [0.5, 0.25])"
    assert cut_priors.kept_values(prior, (1.0,)) == "1"
    assert cut_priors.kept_values(prior, ()) is None


def test_a_box_is_run(file: Path) -> None:
    changed = load(file, settings=given.options(["steep=0.1 to 0.9 within [0.2, 0.3]"]))
    drawn = schelling.run(changed, worlds=64, course=False).draws["steep"]
    assert 0.2 <= drawn.min() < drawn.max() <= 0.3


def test_an_open_side_of_what_is_cut_already_stays_cut(file: Path) -> None:
    changed = load(file, settings=given.options(["steep=0.1 to 0.9 within [0.20051, 0.90051]"]))
    text = cut_priors.cut(changed.assumptions[1].prior, 0.5, math.inf)
    assert text == "0.1 to 0.9 within [0.5, 0.90051]"


@pytest.mark.parametrize("bounds", ["[0.2, inf]", "[0, 1e400]", "[20%, 30%]", "[nan, 1]", "[]", ""])
def test_a_range_that_cannot_be_read_is_said_to_be_none(file: Path, bounds: str) -> None:
    with pytest.raises(CaseError, match=r"not two numbers \[E403\]\n.*within"):
        load(file, settings=given.options([f"steep=0.1 to 0.9 within {bounds}"]))


def test_who_bounds_a_number_is_named(file: Path) -> None:
    with pytest.raises(CaseError, match=r"3 is outside 1 to 2(.|\n)*the change bounds it"):
        load(file, settings=given.options(["kind=choice(1, 3) within [1, 2]"]))
    with pytest.raises(CaseError, match=r"2 is outside 0 to 1(.|\n)*the case bounds it"):
        load(file, settings=given.options(["bounded=2"]))
