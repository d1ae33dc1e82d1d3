"""`a to b` as a prior."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import ndtri

from schelling.distributions.families import FAMILIES
from schelling.distributions.interval import Z95, central_90


def test_the_constant_is_the_quantile() -> None:
    assert pytest.approx(float(ndtri(0.95)), rel=1e-15) == Z95


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ends_are_the_5_and_95_percent_quantiles(low, width) -> None:
    name, parameters = central_90(low, low + width)
    assert name == ("lognormal" if low > 0.0 else "normal")
    ends = FAMILIES[name].quantile(np.array([0.05, 0.95]), *parameters)
    # rounding of the middle and of 1.645 widths; logarithms up to 744 cost three digits
    assert_allclose(ends, [low, low + width], rtol=1e-12, atol=1e-15 * (abs(low) + width))


def test_a_factor_of_a_hundred_either_way() -> None:
    name, (median, sigma) = central_90(1.0, 100.0)
    assert name == "lognormal"
    assert median == pytest.approx(10.0)  # the geometric mean
    assert sigma == pytest.approx(np.log(10.0) / 1.6448536269514722)


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, 1.0), (0.0, np.inf), (np.nan, 1.0)])
def test_impossible_ends_are_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="must be below"):
        central_90(low, high)
