"""Worlds of one prior weighed for another: closed forms, and when it is not done."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

import schelling
from schelling.analysis.summary import rule_of_three
from schelling.case.drawn import Prior
from schelling.case.model import Case
from schelling.case.settings import given
from schelling.study.runs import reweighted as reweighting
from schelling.study.runs.results import Run
from schelling.study.runs.reweighted import reweighted

CASE = """\
schelling: 1
title: Some numbers
assumptions:
  x: {prior: "normal(0, 1)", why: seen}
  y: {prior: "uniform(0, 1)", why: seen}
  one: {prior: "normal(0, 1)", why: seen}
  other: {prior: "normal(0, 1)", why: seen}
  kind: {prior: "choice([0, 1, 2], [0.004, 0.5, 0.496])", why: seen}
variables: {bar: 1 / 2}
correlations:
  - {between: [one, other], rho: 0.5, why: seen}
claims:
  large: {why: so it is, holds: x > bar}
  larger: {why: so it is, holds: x > 1, given: x > 0}
  both: {why: so it is, holds: x + y > 1}
  never: {why: so it is, holds: x > 100}
  never_above: {why: so it is, holds: x > 100, given: x > 0}
"""
WORLDS = 4_096


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weighted") / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(place: Path) -> Run:
    return schelling.run(schelling.load(place), worlds=WORLDS, course=False)


def changed(place: Path, *changes: str) -> Case:
    return schelling.load(place, settings=given.options(changes))


def test_shares_are_those_of_the_other_prior(place: Path, made: Run) -> None:
    shift = 0.3
    found = reweighted(made, changed(place, f"x=normal({shift}, 1)"), 1)
    assert found is not None
    # the second moment of the ratio of two normal densities is exp(shift^2)
    assert found.worth == pytest.approx(WORLDS * math.exp(-(shift**2)), rel=0.02)
    wanted = {
        "large": norm.sf(0.5 - shift),
        "larger": norm.sf(1 - shift) / norm.sf(-shift),
    }
    for name, exact in wanted.items():
        share = found.run.shares[name]
        assert abs(share.share - exact) < 2 * share.half_width
        assert share.half_width < 0.02
    sampled = found.run.column("x")
    assert np.mean(sampled) == pytest.approx(shift, abs=0.02)
    assert np.std(sampled) == pytest.approx(1.0, abs=0.03)


def test_a_share_without_spread_rests_on_what_the_worlds_are_worth(place: Path, made: Run) -> None:
    """The rule of three of independent worlds, not of those that were drawn.

    Of those above 0 the two moments of the ratio are of normal tails: E w = Phi(s), E w^2 =
    exp(s^2) Phi(2 s). Within 3 %: 4,096 points, drawn by weight.
    """
    shift = 0.8
    found = reweighted(made, changed(place, f"x=normal({shift}, 1)"), 1)
    assert found is not None
    shares = found.run.shares
    assert found.worth < 0.6 * WORLDS
    assert shares["never"].half_width == pytest.approx(rule_of_three(found.worth), rel=0.03)
    above = WORLDS * norm.cdf(shift) ** 2 / (math.exp(shift**2) * norm.cdf(2 * shift))
    assert shares["never_above"].half_width == pytest.approx(rule_of_three(int(above)), rel=0.03)
    assert made.shares["never"].half_width == rule_of_three(WORLDS)


def test_a_replicate_in_which_nothing_weighs_is_not_filled() -> None:
    replicate = np.array([0, 0, 1, 1], np.uint32)
    assert reweighting._drawn(np.array([0.0, 0.0, 1.0, 3.0]), replicate) is None
    found = reweighting._drawn(np.array([0.0, 1.0, 0.0, 3.0]), replicate)
    assert found is not None
    assert found.tolist() == [1, 1, 3, 3]


def test_worlds_of_one_weight_are_drawn_in_no_order() -> None:
    """Every fourth of them would be every fourth point of a Sobol' sequence, which is biased."""
    weights = np.repeat([0.25, 1.75], 256)  # all sums are exact
    found = reweighting._drawn(weights, np.zeros(512, np.uint32))
    assert found is not None
    light = found[found < 256]
    assert len(light) == 64
    assert len(set(np.diff(light).tolist())) > 1


def test_it_agrees_with_a_run_where_several_priors_move(place: Path, made: Run) -> None:
    case = changed(place, "x=normal(0.2, 0.9)", "y=beta(2, 2)")
    found = reweighted(made, case, 1)
    assert found is not None
    fresh = schelling.run(case, worlds=WORLDS, course=False)
    for name, share in fresh.shares.items():
        one = found.run.shares[name]
        assert abs(one.share - share.share) < math.hypot(one.half_width, share.half_width)


def test_it_is_a_run_of_the_other_case(place: Path, made: Run) -> None:
    case = changed(place, "x=normal(0.1, 1)")
    found = reweighted(made, case, 1)
    assert found is not None
    fresh = schelling.run(case, worlds=WORLDS, course=False)
    assert found.run.manifest == fresh.manifest
    assert found.run.table().schema == fresh.table().schema
    for name in ("world", "replicate"):
        assert np.array_equal(found.run.column(name), fresh.column(name))


def test_nothing_moves_where_no_prior_does(place: Path, made: Run) -> None:
    found = reweighted(made, changed(place, "x=normal(0, 1)"), WORLDS)
    assert found is not None
    assert found.worth == WORLDS
    assert found.run.draws.equals(made.draws)


@pytest.mark.parametrize(
    "change",
    [
        "bar=0.6",  # a formula
        "one=normal(0.1, 1)",  # correlated
        "kind=1",  # a value in place of a choice
        "kind=choice([0, 1, 2], [0.004, 0.4, 0.596])",  # other weights of a choice
        "y=uniform(0.1, 1.1)",  # a tenth of it where there are no worlds
        "y=0.5",  # a point
        "x=normal(3, 1)",  # worth a handful of worlds
    ],
)
def test_it_is_not_done_where_the_worlds_do_not_tell(change: str, place: Path, made: Run) -> None:
    assert reweighted(made, changed(place, change), 500) is None


@pytest.mark.parametrize("more", [{"claims": ["large"]}, {"design": "mc"}])
def test_other_claims_and_other_designs_are_not_weighed(
    more: dict[str, Any], place: Path, made: Run
) -> None:
    case = changed(place, "x=normal(0.1, 1)")
    run = schelling.run(schelling.load(place), worlds=WORLDS, course=False, **more)
    assert reweighted(made, case, 1) is not None
    assert reweighted(run, case, 1) is None


def test_another_unit_is_another_case(place: Path, made: Run, tmp_path: Path) -> None:
    """As the worlds of one are in another unit, only the prior could tell them apart."""
    other = tmp_path / "case.yaml"
    unit = 'one: {prior: "normal(0, 1)", unit: share'
    other.write_text(CASE.replace('one: {prior: "normal(0, 1)"', unit), encoding="utf-8")
    assert reweighted(made, schelling.load(place), 1) is not None
    assert reweighted(made, schelling.load(other), 1) is None


@pytest.mark.parametrize(
    ("family", "parameters", "within"),
    [
        ("normal", (2.0, 3.0), None),
        ("normal", (2.0, 3.0), (-1.0, 2.5)),
        ("lognormal", (1.0, 0.5), None),
        ("beta", (0.5, 0.5), None),
        ("exponential", (2.0,), None),
        ("gamma", (0.3, 1.0), None),
        ("triangular", (0.0, 1.0, 4.0), None),
        ("loguniform", (0.1, 10.0), None),
        ("logitnormal", (0.3, 2.0), None),
    ],
)
def test_a_prior_gives_its_own_values_equal_weight(
    family: str, parameters: tuple[float, ...], within: tuple[float, float] | None
) -> None:
    prior = Prior(family, parameters, within, "", interval=False)
    levels = (np.arange(1000) + 0.5) / 1000
    values = np.asarray(reweighting.family_of(prior).quantile(levels, *parameters))
    ratio = reweighting.ratio(prior, prior, values)
    assert ratio is not None
    # half a world wide a cell, the digits of `cdf` and `quantile` are a thousandfold larger
    assert np.allclose(ratio, 1.0, atol=1e-6)
