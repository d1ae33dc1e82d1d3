"""Drawn worlds follow their priors, their bounds and their correlations."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import schelling
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan

WORLDS = 2**14
CASE = """
schelling: 1
title: priors of every sort
assumptions:
  plain: {prior: normal(1, 2), why: x}
  tied: {prior: 0.1 to 0.6, why: x}
  cut: {prior: 0.1 to 0.6, within: [0.2, 0.5], why: x}
  opposed: {prior: "beta(2, 5)", within: [0.1, 1], why: x}
  coin: {prior: "choice([0, 1, 5], [1, 2, 1])", why: x}
  sure: {prior: 0.7, why: x}
  far: {prior: "normal(0, 1)", within: [6, 7], why: x}
correlations:
  - {between: [plain, tied], rho: 0.7}
  - {between: [plain, opposed], rho: -0.5}
  - {between: [cut, coin], rho: 0.4}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("draws") / "priors.yaml"
    path.write_text(CASE, encoding="utf-8")
    return plan.build(schelling.load(path))


@pytest.fixture(scope="module", params=["sobol", "latin_hypercube", "monte_carlo"])
def drawn(request: pytest.FixtureRequest, built: Plan) -> dict[str, np.ndarray]:
    points = draws.draw(
        built, seed=3, replicates=4, first=0, count=WORLDS, kind=request.param, worlds=WORLDS
    )
    return dict(zip((a.name for a in built.assumptions), points.T, strict=True))


@pytest.mark.parametrize(
    ("one", "other", "rho"),
    [("plain", "tied", 0.7), ("plain", "opposed", -0.5), ("tied", "cut", 0.0)],
)
def test_rank_correlation(one: str, other: str, rho: float, drawn: dict[str, np.ndarray]) -> None:
    """6 / pi asin(rho / 2) (Kruskal 1958, section 7), also of truncated priors.

    The standard error is 1 / sqrt(n) at most.
    """
    found = stats.spearmanr(drawn[one], drawn[other]).statistic
    assert abs(found - 6.0 / math.pi * math.asin(rho / 2.0)) < 4 / math.sqrt(WORLDS)


def test_what_is_correlated_with_one_thing_is_correlated_with_its_kin(
    drawn: dict[str, np.ndarray],
) -> None:
    """`tied` and `opposed` were left at zero, so they are, though both go with `plain`."""
    found = stats.spearmanr(drawn["tied"], drawn["opposed"]).statistic
    assert abs(found) < 4 / math.sqrt(WORLDS)
    assert stats.spearmanr(drawn["cut"], drawn["coin"]).statistic > 0.25


@pytest.mark.parametrize(
    ("name", "prior", "bounds"),
    [
        ("plain", stats.norm(1, 2), (-math.inf, math.inf)),
        ("cut", stats.lognorm(math.log(6) / 2 / 1.6448536269514722, scale=0.06**0.5), (0.2, 0.5)),
        ("opposed", stats.beta(2, 5), (0.1, 1)),
        ("far", stats.norm(), (6, 7)),
    ],
)
def test_margins(
    name: str, prior: stats.rv_continuous, bounds: tuple[float, float], drawn: dict[str, np.ndarray]
) -> None:
    """Kolmogorov's distance to the prior cut to its bounds; one in 1000 exceeds 1.95 / sqrt(n).

    Tails are compared by their survival, or nothing would be left of one six deviations out.
    """
    values, (low, high) = drawn[name], bounds
    assert low <= values.min()
    assert values.max() <= high
    above, below = prior.sf(high), prior.sf(low)
    share = (below - prior.sf(np.sort(values))) / (below - above)
    even = (np.arange(WORLDS) + 0.5) / WORLDS
    assert np.abs(share - even).max() < 1.95 / math.sqrt(WORLDS)


def test_discrete(drawn: dict[str, np.ndarray]) -> None:
    """Shares 1/4, 1/2, 1/4 within three standard errors; a number is a number."""
    for value, share in ((0, 0.25), (1, 0.5), (5, 0.25)):
        error = math.sqrt(share * (1 - share) / WORLDS)
        assert abs((drawn["coin"] == value).mean() - share) < 3 * error
    assert (drawn["sure"] == 0.7).all()


def test_company_changes_no_draw(built: Plan, drawn: dict[str, np.ndarray]) -> None:
    """Parts of the design are cut out of the same design, to the last bit."""
    whole = draws.draw(built, seed=3, replicates=4, first=0, count=2_000)
    part = draws.draw(built, seed=3, replicates=4, first=777, count=100)
    np.testing.assert_array_equal(part, whole[777:877])


def test_no_assumptions(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    path.write_text("schelling: 1\ntitle: x\nclaims: {c: {why: x, holds: 1 < 2}}\n")
    built = plan.build(schelling.load(path))
    assert draws.draw(built, seed=0, replicates=2, first=0, count=5).shape == (5, 0)
