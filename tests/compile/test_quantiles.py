"""Quantile functions of what agents draw, against SciPy's."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from schelling.case.language.about_agents.agents import DRAWN
from schelling.compile.agents.quantiles import QUANTILES, allowed

U = np.array([1e-9, 1e-4, 0.02, 0.2, 0.5, 0.7, 0.97, 1 - 1e-4, 1 - 1e-9])
LOGIT = np.log(0.3 / 0.7)
KNOWN = {
    "uniform": ((2.0, 5.0), stats.uniform(2, 3).ppf(U)),
    "normal": ((0.5, 0.1), stats.norm(0.5, 0.1).ppf(U)),
    "lognormal": ((2.0, 0.5), stats.lognorm(0.5, scale=2).ppf(U)),
    "exponential": ((8.0,), stats.expon(scale=8).ppf(U)),
    "triangular": ((0.0, 0.2, 1.0), stats.triang(0.2).ppf(U)),
    "loguniform": ((0.5, 20.0), stats.loguniform(0.5, 20).ppf(U)),
    "logitnormal": ((0.3, 0.8), 1 / (1 + np.exp(-stats.norm(LOGIT, 0.8).ppf(U)))),
    "truncnormal": ((0.5, 0.2, 0.0, 1.0), stats.truncnorm(-2.5, 2.5, 0.5, 0.2).ppf(U)),
}


def test_every_family_has_a_quantile_function() -> None:
    assert set(QUANTILES) == set(KNOWN) == set(DRAWN) - {"bernoulli"}


@pytest.mark.parametrize("family", KNOWN)
def test_against_scipy(family: str) -> None:
    """Both are rounded at 1e-16, which the tails of a normal multiply by some hundred."""
    parameters, wanted = KNOWN[family]
    found = QUANTILES[family](jnp.asarray(U), *map(jnp.asarray, parameters))
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("low", "high"), [(6.0, 7.0), (-7.0, -6.0)])
def test_a_normal_cut_to_its_tail(low: float, high: float) -> None:
    """Six standard deviations out, where the tail holds 1e-9 of all: the differences of shares that
    it is made of lose nine digits of sixteen."""
    wanted = stats.truncnorm(low, high).ppf(U)
    ends = (jnp.asarray(x) for x in (0.0, 1.0, low, high))
    np.testing.assert_allclose(QUANTILES["truncnormal"](jnp.asarray(U), *ends), wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("family", "parameters", "fits"),
    [
        ("normal", (0.0, -1.0), False),
        ("normal", (0.0, 0.0), True),
        ("uniform", (2.0, 1.0), False),
        ("triangular", (0.0, 2.0, 1.0), False),
        ("exponential", (-1.0,), False),
    ],
)
def test_parameters_that_are_none(family: str, parameters: tuple[float, ...], fits: bool) -> None:
    assert bool(allowed(family, [jnp.asarray(x) for x in parameters])) == fits
