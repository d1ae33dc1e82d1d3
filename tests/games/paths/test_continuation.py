"""Continuation on equations whose branches are known in closed form."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from schelling.errors import Status
from schelling.games.paths import branch, continuation
from schelling.games.paths.arclength import WalkSettings

# t = z (z - 3/2)^2 rises to a fold at z = 1/2, t = 1/2, falls to t = 0 at z = 3/2, rises for ever.
FOLDED = continuation.of_residual(1, lambda z, t, _: z * (z - 1.5) ** 2 - t)
# The branch z = 0 loses another one, z = tanh(t z), in a pitchfork at t = 1.
FORKED = continuation.of_residual(1, lambda z, t, _: z - jnp.tanh(t * z))
LINEAR = continuation.of_residual(2, lambda z, t, a: a @ z - t * jnp.array([1.0, 2.0]))


def dummy(draws: int) -> np.ndarray:
    return np.zeros(draws)


def test_the_first_crossing_counts() -> None:
    """Below the fold's height the small root, above it the only root."""
    target = np.array([0.1, 0.4, 0.499999, 0.500001, 0.6, 5.0])
    ends = continuation.solve(FOLDED, dummy(6), target)
    roots = [np.roots([1.0, -3.0, 2.25, -t]) for t in target]
    first = [min(root.real for root in each if abs(root.imag) < 1e-9) for each in roots]
    first[3:] = [max(each.real) for each in roots[3:]]
    # a root at 1e-6 from the fold is known to the square root of that times rounding
    assert_allclose(ends.z[:, 0], first, atol=1e-9)
    assert_array_equal(ends.status, Status.SOLVED)
    assert_array_equal(ends.folds, [0, 0, 0, 2, 2, 2])
    assert_allclose(ends.reached, target)


def test_a_step_that_jumps_over_a_low_fold_does_not_miss_the_crossing() -> None:
    """With a first step longer than the whole hump the crossing before the fold is still found."""
    ends = continuation.solve(FOLDED, dummy(1), np.array([0.49]), settings=WalkSettings(first=2.0))
    assert float(ends.z[0, 0]) < 0.5


def test_straight_on_through_a_bifurcation_or_stop() -> None:
    on = continuation.solve(FORKED, dummy(2), np.array([0.9, 3.0]))
    assert_array_equal(on.status, [Status.SOLVED, Status.DEGENERATE])
    assert_allclose(on.z, 0.0, atol=1e-12)
    assert_array_equal(on.bifurcations, [0, 1])
    stop = WalkSettings(through=False)
    off = continuation.solve(FORKED, dummy(2), np.array([0.9, 3.0]), settings=stop)
    assert_array_equal(off.status, [Status.SOLVED, Status.DEGENERATE])
    assert np.isnan(off.z[1, 0])
    assert float(off.reached[1]) == pytest.approx(1.0, abs=stop.bifurcation)


def test_one_bad_draw_leaves_the_others_alone() -> None:
    """A singular draw, one that is not a number and a target that is none: each fails alone."""
    matrices = np.stack([np.eye(2), np.zeros((2, 2)), np.full((2, 2), np.nan), 2 * np.eye(2)] * 4)
    target = np.ones(16)
    target[3] = np.nan
    ends = continuation.solve(LINEAR, matrices, target)
    bad = int(Status.OUT_OF_DOMAIN)
    expected = np.tile([0, int(Status.NO_CONVERGENCE), bad, 0], 4)
    expected[3] = bad
    assert_array_equal(ends.status, expected)
    assert_allclose(ends.z[0], [1.0, 2.0])
    assert_allclose(ends.z[7], [0.5, 1.0])
    assert np.isnan(np.asarray(ends.z)[expected != 0]).all()


def test_giving_up_is_said() -> None:
    ends = continuation.solve(
        FOLDED, dummy(1), np.array([5.0]), settings=WalkSettings(evaluations=6)
    )
    assert_array_equal(ends.status, [Status.NO_CONVERGENCE])
    assert np.isnan(ends.z[0, 0])
    assert 0 < float(ends.reached[0]) < 5


def test_a_draw_does_not_depend_on_its_company() -> None:
    """Alone, in a batch of another length, in other lanes, and as part of a larger program."""
    target = np.random.default_rng(3).uniform(0.0, 4.0, 200)
    whole = continuation.solve(FOLDED, dummy(200), target)
    part = continuation.solve(FOLDED, dummy(15), target[40:55])
    walk = jax.jit(lambda t: continuation.follow(FOLDED, jnp.zeros(200), t, at_once=7).z)
    inside = walk(target)
    assert_array_equal(whole.status, 0)
    assert_allclose(inside, whole.z, atol=1e-12)  # rounding of differently compiled loops
    assert_allclose(part.z, whole.z[40:55], atol=1e-12)


def test_no_draws_and_target_zero() -> None:
    assert continuation.solve(FOLDED, dummy(0), np.zeros(0)).z.shape == (0, 1)
    ends = continuation.solve(FOLDED, dummy(2), np.zeros(2))
    assert_array_equal(ends.z, 0.0)
    assert_array_equal(ends.status, 0)


def test_known_unique_solutions_are_reached_directly() -> None:
    target = np.array([3.0])
    direct = continuation.solve(FOLDED, dummy(1), target, unique=np.array([True]))
    along = continuation.solve(FOLDED, dummy(1), target)
    assert_allclose(direct.z, along.z, atol=1e-12)
    assert_array_equal(direct.status, 0)


def test_derivatives_are_those_of_the_solution() -> None:
    """Of z = A^-1 (1, 2) t, forward and in reverse, and none at all through a branch's history."""
    matrices = jnp.array([[[2.0, 0.5], [0.0, 1.0]], [[1.0, 0.0], [0.3, 3.0]]])
    target = jnp.array([0.7, 2.0])

    def total(matrices: jax.Array, target: jax.Array) -> jax.Array:
        return jnp.sum(continuation.follow(LINEAR, matrices, target).z)

    def closed(matrices: jax.Array, target: jax.Array) -> jax.Array:
        right = target[:, None, None] * jnp.array([[1.0], [2.0]])
        return jnp.sum(jnp.linalg.solve(matrices, right))

    reverse = jax.jit(jax.grad(total, (0, 1)))(matrices, target)
    for ours, theirs in zip(reverse, jax.grad(closed, (0, 1))(matrices, target), strict=True):
        assert_allclose(ours, theirs, atol=1e-10)
    both = (matrices, target)
    _, forward = jax.jit(lambda a, b: jax.jvp(total, a, b))(both, both)
    assert float(forward) == pytest.approx(0.0, abs=1e-10)  # both scaled alike: nothing changes


def test_the_recorded_branch_passes_through_its_folds() -> None:
    (walked,) = branch.record(FOLDED, jnp.zeros(1), jnp.array([1.0]))
    assert walked.status is Status.SOLVED
    # a cubic through points a quarter apart misses the turn by less than 1e-3
    assert_allclose(walked.folds, [0.5, 0.0], atol=1e-3)
    z = walked.z[:, 0]
    assert_allclose(walked.t, z * (z - 1.5) ** 2, atol=1e-7)  # corrected to 1e-8
    assert np.all(np.diff(z) > 0)


def test_the_recorded_branch_marks_where_another_splits_off() -> None:
    (walked,) = branch.record(FORKED, jnp.zeros(1), jnp.array([2.0]))
    assert_allclose(walked.bifurcations, [1.0], atol=1e-6)  # steps end at 1e-7
    assert walked.status is Status.DEGENERATE


def test_a_fold_is_found_in_the_parameter_and_not_in_an_unknown() -> None:
    """Of (s, 7, s - s^2) the parameter, last, turns at 1/4; cubics of 40 steps leave some 1e-6."""
    s = np.linspace(0.0, 1.0, 42)
    points = np.stack([s, np.full(42, 7.0), s - s**2], axis=1)
    tangent = np.stack([np.ones(41), np.zeros(41), 1 - 2 * s[1:]], axis=1)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    assert_allclose(branch._folds(points, tangent), [0.25], atol=1e-5)
