"""Roots and peaks against closed forms, published equilibria, and slow bisection."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax import Array
from jax.scipy.special import ndtr, ndtri

from examples import examples
from schelling.dynamics import peaks, roots

Function = Callable[[Array], Array]

EXACT = 4e-16
"""A few roundings of numbers of size one."""


def found(gap: Function, choose: str = "only", near: float = 0.5, cells: int = 32) -> roots.Roots:
    """The root of gap(x) == 0 between 0 and 1."""

    def sides(x: Array) -> tuple[Array, Array]:
        return gap(x), jnp.zeros_like(x)

    return roots.solve(sides, jnp.zeros(1), jnp.ones(1), choose, jnp.array([near]), cells=cells)


def beside(functions: Sequence[Function]) -> Function:
    """Each function of a world of its own, side by side: one program for all of them."""
    return lambda x: jnp.stack([one(x[..., k]) for k, one in enumerate(functions)], axis=-1)


def found_in_each(gaps: Sequence[Function], choose: str) -> roots.Roots:
    """The root of gap(x) == 0 between 0 and 1, for each of some gaps."""
    gap, ends = beside(gaps), (jnp.zeros(len(gaps)), jnp.ones(len(gaps)))
    return roots.solve(lambda x: (gap(x), jnp.zeros_like(x)), *ends, choose)


def cubic(x: Array) -> Array:
    return (x - 0.2) * (x - 0.5) * (x - 0.9)


@pytest.mark.parametrize(
    ("choose", "near", "root"),
    [
        ("only", 0.0, math.nan),
        ("lowest", 0.0, 0.2),
        ("highest", 0.0, 0.9),
        ("nearest", 0.6, 0.5),
        ("nearest", 0.35, 0.2),  # both are as near: the lower
        ("nearest", 7.0, 0.9),
    ],
)
def test_which_of_three(choose: str, near: float, root: float) -> None:
    # a digit of the middle root is lost, as the product has a slope of 0.12 there
    assert float(found(cubic, choose, near).root[0]) == pytest.approx(root, abs=4e-15, nan_ok=True)


def test_all_are_counted() -> None:
    assert int(found(cubic, "all").found[0]) == 3
    assert int(found(cubic, "only").found[0]) == 2  # it need not look further


THERE: list[tuple[Function, float]] = [
    (lambda x: x, 0.0),
    (lambda x: x - 1, 1.0),
    (lambda x: (x - 0.3) ** 3, 0.3),
    (lambda x: jnp.log(x / (1 - x)) + 20, 1 / (1 + math.exp(20))),  # infinite at both ends
    (lambda x: jnp.tanh(1e6 * (x - 0.37)), 0.37),
    (lambda x: jnp.sqrt(x - 0.3) - 0.1, 0.31),  # no value below 0.3, in the same cell
    (lambda x: 0.1 - jnp.sqrt(0.3 - x), 0.29),  # no value above 0.3
    (lambda x: (x - 0.5) ** 2, 0.5),  # touched, but on a grid point
]


def test_a_root_that_is_there() -> None:
    gaps, wanted = zip(*THERE, strict=True)
    # the root of a cube is lost in its rounding; the others are found to rounding
    room = np.where(np.array(wanted) == 0.3, 1e-5, 1e-15)
    assert (np.abs(found_in_each(gaps, "only").root - np.array(wanted)) <= room).all()
    assert (np.asarray(found_in_each(gaps, "all").found) == 1).all()


NOT_THERE: list[Function] = [
    lambda x: x + 1,
    lambda x: 1 / (x - 0.3),
    lambda x: jnp.sign(x - 0.3),
    lambda x: jnp.where(x < 0.3, -1e-3, 1.0),
    lambda x: (x - 0.3) ** 2,  # touched between two grid points
    lambda x: jnp.sqrt(x - 2),
    lambda x: jnp.sqrt(x - 0.3) + 0.1,  # ends before it could cross
]


def test_no_root() -> None:
    assert np.isnan(found_in_each(NOT_THERE, "only").root).all()
    assert not np.asarray(found_in_each(NOT_THERE, "all").found).any()


def test_an_equation_that_is_true_everywhere_has_too_many() -> None:
    assert int(found(lambda x: 0 * x, "all").found[0]) == 33
    assert np.isnan(found(lambda x: 0 * x).root[0])
    assert float(found(lambda x: 0 * x, "highest").root[0]) == 1.0


def test_a_residual_of_roundings_loses_no_root() -> None:
    """Barro and Gordon (1983): compiled quickly, a residual of 2e-16 had two signs here."""
    worlds = [
        (1.1091823533622425, 1.1918658917327456, 0.3747228577715104),
        (1.0560252442291884, 1.056982547908823, 0.40368863654292414),
        (1.6209077832412526, 1.5922520743243938, 0.41206073856854936),
    ]
    gain, cost, patience = jnp.asarray(worlds).T
    most = gain / cost

    def sides(x: Array) -> tuple[Array, Array]:
        kept = cost / 2 * x**2
        broken = cost / 2 * most**2 - gain * (most - x)
        return kept - broken, patience * (gain**2 / cost / 2 - kept)

    found = jax.jit(lambda: roots.solve(sides, jnp.zeros(3), most, "lowest").root)()
    exact = most * (1 - patience) / (1 + patience)
    assert np.allclose(found, exact, rtol=1e-12)  # a few roundings over a slope near 0.2


def test_roots_between_two_grid_points_need_more_of_them() -> None:
    def close(x: Array) -> Array:
        return (x - 0.501) * (x - 0.511)

    assert int(found(close, "all").found[0]) == 0
    assert int(found(close, "all", cells=200).found[0]) == 2


def test_an_interval_that_is_none() -> None:
    low = jnp.array([1.0, 0.5, 0.0, math.nan])
    high = jnp.array([0.0, 0.5, math.inf, 1.0])
    assert np.isnan(roots.solve(lambda x: (x, 0.5 + 0 * x), low, high, "lowest").root).all()
    assert np.isnan(peaks.largest(lambda x: x, low, high)).all()


# T2.10: a flat prior (Morris and Shin 2003, section 2.2; the benchmark of Edmond 2013, REStud
# 80:1422): theta* = 1 - p, x* = theta* + sd * Phi^-1(theta*)
@pytest.mark.parametrize(("p", "x_star"), [(0.3, 0.752440), (0.6, 0.374665)])
def test_morris_and_shin_without_public_signal(p: float, x_star: float) -> None:
    def attacked(x: Array) -> tuple[Array, Array]:
        """Strength at which the regime falls if all who see less than x attack."""

        def falls(theta: Array) -> tuple[Array, Array]:
            return ndtr((x - theta) / 0.1), theta

        theta = roots.solve(falls, jnp.zeros(()), jnp.ones(())).root
        return ndtr((theta - x) / 0.1), jnp.array(p)

    cutoff = roots.solve(attacked, jnp.array(-1.0), jnp.array(2.0)).root
    assert float(cutoff) == pytest.approx(x_star, abs=5e-7)  # printed digits


def regime(theta: Array, y: float, alpha: float, beta: float) -> Array:
    """The odds, at the cutoff that lets a regime of strength theta fall, that it does."""
    x = theta + ndtri(theta) / math.sqrt(beta)
    belief = (alpha * y + beta * x) / (alpha + beta)
    return ndtr(math.sqrt(alpha + beta) * (theta - belief))


@pytest.mark.slow  # without the signal it stays; `unknowns.md` is run
def test_morris_and_shin_with_public_signal() -> None:
    """T2.11: unique where alpha / sqrt(beta) is small, else three."""
    ends = jnp.array(0.0), jnp.array(1.0)
    one = roots.solve(lambda t: (regime(t, 0.7, 1, 4), jnp.array(0.5)), *ends)
    assert float(one.root) == pytest.approx(0.4503264, abs=5e-8)  # printed digits

    def three(choose: str) -> float:
        near = jnp.array(0.4)
        found = roots.solve(lambda t: (regime(t, 0.5, 4, 1), jnp.array(0.5)), *ends, choose, near)
        return float(found.root)

    assert three("lowest") == pytest.approx(0.0300743, abs=5e-8)
    assert three("nearest") == pytest.approx(0.5, abs=EXACT)
    assert three("highest") == pytest.approx(0.9699257, abs=5e-8)
    assert math.isnan(three("only"))


def test_quantal_response_of_chicken() -> None:
    """T8.22: one symmetric equilibrium at precision 1, three at 2, two of them asymmetric."""

    def reply(other: Array, precision: float) -> Array:
        """Odds of swerving: swerve 0 or -0.5, straight 1 or -3."""
        swerve = -0.5 * (1 - other)
        straight = other - 3 * (1 - other)
        return jax.nn.sigmoid(precision * (swerve - straight))

    def both(precision: float, choose: str) -> roots.Roots:
        return roots.solve(
            lambda p: (reply(reply(p, precision), precision), p),
            jnp.array(0.0),
            jnp.array(1.0),
            choose,
        )

    assert float(both(1.0, "only").root) == pytest.approx(0.599287, abs=5e-7)  # printed digits
    assert int(both(2.0, "all").found) == 3
    assert float(both(2.0, "lowest").root) == pytest.approx(0.132029, abs=5e-7)
    assert float(both(2.0, "highest").root) == pytest.approx(0.983305, abs=5e-7)


def test_slopes_of_a_root() -> None:
    """By the implicit function theorem; the closed form is prior + noise * Phi^-1(cost)."""

    def cutoff(prior: Array, noise: Array, cost: Array) -> Array:
        ends = jnp.array(-1.0), jnp.array(2.0)
        return roots.solve(lambda x: (ndtr((x - prior) / noise), cost), *ends).root

    at = jnp.array(0.5), jnp.array(0.1), jnp.array(0.3)
    z = float(ndtri(0.3))
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    expected = [1.0, z, 0.1 / density]
    for derivative in (jax.grad, jax.jacfwd):
        assert np.allclose(derivative(cutoff, argnums=(0, 1, 2))(*at), expected, rtol=1e-12)


def test_slopes_of_a_peak() -> None:
    def place(t: Array) -> Array:
        return peaks.largest(
            lambda x: -((x - t) ** 4) - (x - t**2) ** 2, jnp.array(0.0), jnp.array(1.0)
        )

    h = 1e-5
    by_difference = (place(jnp.array(0.6 + h)) - place(jnp.array(0.6 - h))) / (2 * h)
    # the difference is of second order in h
    assert float(jax.grad(place)(jnp.array(0.6))) == pytest.approx(float(by_difference), rel=1e-7)

    def at_the_end(t: Array) -> Array:
        return peaks.largest(lambda x: -((x - t) ** 2), jnp.array(0.0), t / 2)

    assert float(jax.grad(at_the_end)(jnp.array(1.5))) == 0.5


PEAKS: list[tuple[Function, float, float]] = [
    (lambda x: -((x - 0.3) ** 2), 0.3, 0.3),
    (lambda x: x, 1.0, 1.0),
    (lambda x: -x, 0.0, 0.0),
    (lambda x: 0 * x, 0.0, 1.0),
    (lambda x: jnp.sin(13 * x), math.pi / 26, 5 * math.pi / 26),  # two peaks, as high
    (lambda x: -jnp.abs(x - 1 / 3), 1 / 3, 1 / 3),
    (lambda x: jnp.sqrt(x - 0.4) - x, 0.65, 0.65),
    (lambda x: jnp.sqrt(x - 2), math.nan, math.nan),
]


def test_peaks() -> None:
    heights, lowest, highest = zip(*PEAKS, strict=True)
    low, high = jnp.zeros(len(PEAKS)), jnp.ones(len(PEAKS))
    for choose, places in (("lowest", lowest), ("highest", highest)):
        top = np.asarray(peaks.largest(beside(heights), low, high, choose))
        # a kink has no slope to follow: golden sections end within 4e-9 of two cells of 1/32
        assert top == pytest.approx(np.array(places), abs=3e-10, nan_ok=True)
        assert float(top[0]) == pytest.approx(0.3, abs=EXACT)


def test_a_peak_beside_a_plateau() -> None:
    """Chatterjee and Samuelson (1983), best bids 2 v / 3 + 1 / 12, where asks begin at 1/4.

    Bids that nobody accepts gain nothing, so a plateau ends at a grid point, and the peak lies in
    the cell behind it, at whose other end the gain is negative.
    """
    worth = jnp.array([0.262, 0.265, 0.27, 0.4, 0.9])

    def gain(bid: Array) -> Array:
        trades = jnp.clip(1.5 * (bid - 0.25), 0.0, 1.0)
        return trades * (worth - (bid + (0.25 + bid) / 2) / 2)

    low, high = jnp.zeros(5), jnp.ones(5)
    bids = worth * 2 / 3 + 1 / 12
    assert np.allclose(peaks.largest(gain, low, high), bids, rtol=0, atol=EXACT)
    mirrored = peaks.largest(lambda x: gain(1 - x), low, high)  # the plateau behind the peak
    assert np.allclose(mirrored, 1 - bids, rtol=0, atol=EXACT)


@examples(60)
@given(st.floats(0.01, 0.99), st.floats(0.05, 3.0), st.floats(-4.0, 4.0))
def test_against_bisection(share: float, noise: float, prior: float) -> None:
    """Rising functions of many shapes, in an interval that always holds the root."""
    low, high = -15.0, 15.0
    for _ in range(70):
        middle = (low + high) / 2
        below = 0.5 * math.erfc((prior - middle) / (noise * math.sqrt(2))) < share
        low, high = (middle, high) if below else (low, middle)
    ends = jnp.array(-15.0), jnp.array(15.0)
    root = _rising(jnp.array(share), jnp.array(noise), jnp.array(prior), *ends)
    # the residual is known to 1e-16, the slope is at least that at the first or last percentile
    assert float(root) == pytest.approx(high, abs=1e-13)


@jax.jit
def _rising(share: Array, noise: Array, prior: Array, low: Array, high: Array) -> Array:
    return roots.solve(lambda x: (ndtr((x - prior) / noise), share), low, high).root
