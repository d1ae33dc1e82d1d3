"""Options over worlds: satisficing share, maximin and regret."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from schelling.analysis.robustness import robustness


def test_the_rules_disagree() -> None:
    """Savage's omelet-like table: the worst case, regret and satisficing pick three options."""
    values = np.array([[4.0, 9.0, 2.0], [4.0, 0.0, 2.0], [4.0, 6.0, 15.0], [4.0, 6.0, 1.0]])
    seen = robustness(values, values >= 5.0, np.arange(4) % 2)
    assert seen.maximin == 0
    assert_array_equal(seen.worst, [4.0, 0.0, 1.0])
    assert_array_equal(seen.largest_regret, [11.0, 9.0, 7.0])
    assert seen.minimax_regret == 2
    assert [one.share for one in seen.satisficing] == [0.0, 0.75, 0.25]
    assert_array_equal(seen.best_in, [0.25, 0.5, 0.25])
    # the fourth of four regrets is beyond 90 %: 0.9 * 3 = 2.7 places along
    assert_allclose(seen.regret_of_nine_tenths[0], 5.0 + 0.7 * 6.0)


@settings(max_examples=30)
@given(st.permutations(range(3)), st.floats(0.1, 10.0), st.integers(0, 2**32))
def test_regret_ignores_what_all_options_share(order, scale, seed) -> None:
    generator = np.random.default_rng(seed)
    values, common = generator.normal(size=(40, 3)), generator.normal(size=(40, 1))
    good = values > 0.0
    plain = robustness(values, good, np.arange(40) % 4)
    other = robustness(scale * values[:, order] + common, good[:, order], np.arange(40) % 4)
    assert_allclose(other.largest_regret, scale * plain.largest_regret[order], atol=1e-12)
    assert order[other.minimax_regret] == plain.minimax_regret
    assert [one.share for one in other.satisficing] == [plain.satisficing[i].share for i in order]
    assert (plain.largest_regret >= plain.regret_of_nine_tenths).all()


def test_worlds_that_failed_are_counted() -> None:
    values = np.array([[1.0, 2.0], [np.nan, 5.0], [3.0, 1.0]])
    seen = robustness(values, values > 0.0, np.arange(3) % 2)
    assert (seen.worlds, seen.dropped) == (2, 1)
    assert seen.satisficing[0].low == pytest.approx(2 / 3)
    assert seen.satisficing[0].high == 1.0
    assert_array_equal(seen.worst, [1.0, 1.0])
    with pytest.raises(ValueError, match="at least one option and one world"):
        robustness(np.full((2, 2), np.nan), np.zeros((2, 2), dtype=bool), np.arange(2))
