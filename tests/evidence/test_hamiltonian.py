"""Effective sample sizes of chains: of the middle and of the tails."""

import numpy as np
import pytest
from scipy.signal import lfilter

from schelling.evidence import hamiltonian
from schelling.evidence.hamiltonian import HamiltonianDraws
from schelling.evidence.posterior import PosteriorWorlds, of_chains


def chains(rho: float, draws: int = 2000) -> np.ndarray:
    """Four stationary autoregressive chains of standard normal draws."""
    rng = np.random.default_rng(5)
    noise = rng.standard_normal((4, draws + 200)) * np.sqrt(1 - rho**2)
    return lfilter([1.0], [1.0, -rho], noise, axis=1)[:, 200:]


def test_independent_draws_count_as_such() -> None:
    """Within a tenth, which is some three standard errors of the estimate."""
    found = hamiltonian.tail_effective(chains(0.0))
    assert 0.9 * 8000 < found < 1.15 * 8000


def test_tails_of_slow_chains_are_worth_less() -> None:
    """The mean of an autoregressive chain is worth (1 - rho) / (1 + rho) of its draws: 421 here.

    Whether a draw lies below a quantile is remembered a little less long.
    """
    slow = chains(0.9)
    assert 300 < hamiltonian.effective(slow) < 560
    assert 300 < hamiltonian.tail_effective(slow) < 1200


def test_tails_are_worth_what_the_worse_of_both_is() -> None:
    """One tail is drawn independently, the other is that of a slow chain."""
    slow, free = np.abs(chains(0.99)), chains(0.0)
    draws = np.where(free < 0, free, slow)
    assert hamiltonian.tail_effective(draws) < 1500
    assert hamiltonian.tail_effective(-draws) < 1500
    assert hamiltonian.tail_effective(np.where(free < 0, free, np.abs(free))) > 6000


def test_thin_tails_refuse_a_fit() -> None:
    """Slow draws whose signs are independent know their mean well and their tails badly."""
    size = np.abs(chains(0.99, 1000))
    signs = np.random.default_rng(3).choice([-1.0, 1.0], size.shape)
    points = (size * signs)[:, :, None]
    count = points.size
    even = np.full(count, 1 / count)
    numbers = np.arange(count, dtype=np.uint32)
    worlds = PosteriorWorlds(points.reshape(count, 1), numbers, even, np.arange(count) % 16, even)
    found = of_chains(HamiltonianDraws(points, np.zeros(points.shape[:2], bool), 1), worlds)
    readings = {one.name: one for one in found.readings}
    assert readings["effective"].sound
    assert not readings["tail_effective"].sound
    assert not found.sound


def test_draws_that_alternate_are_worth_a_bounded_number() -> None:
    draws = np.abs(chains(0.97, 1000)) * np.where(np.arange(1000) % 2, 1.0, -1.0)
    assert hamiltonian.effective(draws) == pytest.approx(draws.size * np.log10(draws.size))
