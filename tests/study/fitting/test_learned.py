"""Lessons of the evidence: closed forms for normal posteriors; none where only chance differs."""

import numpy as np
import pytest

from schelling.study.fitting.learned import compared

WORLDS = 4096
EVEN = np.full(WORLDS, 1 / WORLDS)


@pytest.mark.parametrize("scale", [lambda z: z, np.exp, lambda z: np.exp(4 * z)])
def test_lessons_are_the_same_on_every_scale(scale) -> None:
    """A normal posterior of half the width, half a prior deviation higher."""
    rng = np.random.default_rng(3)
    prior, posterior = rng.standard_normal((2, WORLDS))
    narrower, shift, taught = compared(
        scale(prior), EVEN, scale(0.5 + 0.5 * posterior), EVEN, WORLDS
    )
    # four standard errors of quantiles of 4,096 worlds, as shares of an interval of 3.29
    assert narrower == pytest.approx(0.5, abs=4 * 4.2 / np.sqrt(WORLDS) / 3.29)
    assert shift == pytest.approx(0.5 / 1.645, abs=4 * 1.8 / np.sqrt(WORLDS) / 1.645)
    assert taught


@pytest.mark.parametrize("effective", [400, 4096])
def test_chance_alone_teaches_nothing(effective: int) -> None:
    """Of 2,000 assumptions that nothing was learned of, at most five are said to have moved.

    The threshold of 3.5 standard errors for two differences lets one in a thousand through; six or
    more of 2,000 would come once in sixty times.
    """
    rng = np.random.default_rng(effective)
    weights = np.repeat([1.0, 0.0], [effective, WORLDS - effective]) / effective
    prior = rng.standard_normal((2000, WORLDS))
    told = [
        compared(one, EVEN, rng.standard_normal(WORLDS), weights, effective)[2] for one in prior
    ]
    assert sum(told) <= 5


def test_what_is_nearly_constant_is_compared_all_the_same() -> None:
    """A coin that was fair and is not any more; and one value, that stays."""
    rng = np.random.default_rng(5)
    fair, bent = (rng.random(WORLDS) < chance for chance in (0.5, 0.97))
    assert compared(fair.astype(float), EVEN, bent.astype(float), EVEN, WORLDS)[2]
    assert compared(np.ones(WORLDS), EVEN, np.ones(WORLDS), EVEN, WORLDS)[1] == 0.0
