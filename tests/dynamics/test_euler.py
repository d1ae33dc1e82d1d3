"""Euler steps against closed forms: order one, and the right limits."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import schelling
from schelling.compile import worlds
from schelling.compile.drawing import luck
from schelling.compile.planning import plan
from schelling.dynamics import steps

SUBSTEPS = (1, 2, 4, 8)
WEEKS = 10
CASE = """
schelling: 1
title: three closed forms
time: {start: 2022-03-21, until: 2022-05-30, method: euler, substeps: SUBSTEPS}
assumptions:
  rate: {prior: uniform(0.1, 0.3), unit: 1 / week, why: x}
stocks:
  decay: {start: 2, change: -rate * decay}
  growth: {start: 0.1, change: rate * growth * (1 - growth)}
  swing: {start: 0, change: cos(elapsed / 1 week) / 1 week}
"""


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """Largest error over the run at each number of substeps, for each stock."""
    folder = tmp_path_factory.mktemp("euler")
    rate, time = 0.25, np.arange(WEEKS + 1)
    exact = {
        "decay": 2 * np.exp(-rate * time),
        "growth": 1 / (1 + 9 * np.exp(-rate * time)),  # logistic: from 0.1
        "swing": np.sin(time),
    }
    found: dict[str, list[float]] = {name: [] for name in exact}
    for count in SUBSTEPS:
        path = folder / f"substeps{count}.yaml"
        path.write_text(CASE.replace("SUBSTEPS", str(count)), encoding="utf-8")
        built = plan.build(schelling.load(path))
        draws, nobody = jnp.array([[rate]]), luck.of(built, 0)
        finished = jax.jit(worlds.simulation(built))(draws, jnp.zeros(1, jnp.uint32), nobody)
        series = jax.jit(worlds.courses(built))(draws, finished).series[0]
        for column, name in enumerate(built.series):
            found[name].append(float(np.abs(series[:, column] - exact[name]).max()))
    return {name: np.array(values) for name, values in found.items()}


@pytest.mark.parametrize("name", ["decay", "growth", "swing"])
def test_order_one(name: str, errors: dict[str, np.ndarray]) -> None:
    """The error falls with the first power of the substep.

    A slope fitted to step sizes from 1 to 1/8 week: the second-order term is still felt in the
    largest, which leaves the slope within 0.1 of 1. `swing` depends on time alone: with time
    standing still within a step, its error would not fall at all.
    """
    slope = np.polyfit(np.log(1 / np.array(SUBSTEPS)), np.log(errors[name]), 1)[0]
    assert abs(slope - 1) < 0.1


@pytest.mark.parametrize("name", ["decay", "growth"])
def test_limit(name: str, errors: dict[str, np.ndarray]) -> None:
    """Richardson: twice the finer error less the coarser one is of second order, and small."""
    coarse, fine = errors[name][-2:]
    assert fine < 0.02
    assert abs(2 * fine - coarse) < 0.05 * fine


def test_decay_is_the_euler_recursion(errors: dict[str, np.ndarray]) -> None:
    """One substep a week: exactly 2 (1 - rate)**n, so the error is known to the last digits."""
    weeks = np.arange(WEEKS + 1)
    known = np.abs(2 * 0.75**weeks - 2 * np.exp(-0.25 * weeks)).max()
    assert math.isclose(errors["decay"][0], known, rel_tol=1e-12)


def test_hold() -> None:
    """Bounds hold, and say where they were needed; being at a bound is not being held there."""
    values = jnp.array([-0.5, 0.0, 0.3, 1.0, 1.5, jnp.nan])
    held, outside = steps.hold(values, (0.0, 1.0))
    np.testing.assert_array_equal(held, [0, 0, 0.3, 1, 1, np.nan])
    np.testing.assert_array_equal(outside, [True, False, False, False, True, False])
    free, never = steps.hold(values, None)
    np.testing.assert_array_equal(free, values)
    assert not never.any()
