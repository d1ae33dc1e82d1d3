"""Margins can be differentiated where the case is smooth, through time, games and twins."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import schelling
from schelling.compile import worlds
from schelling.compile.drawing import draws, luck
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan

WORLDS = 16
CASE = """
schelling: 1
title: a smooth case
time: {start: 2022-03-21, until: 2022-05-02, substeps: 2}
assumptions:
  a: {prior: uniform(0.2, 0.8), why: x}
  b: {prior: uniform(0.5, 2), why: x}
  c: {prior: uniform(0.05, 0.3), why: x}
stocks:
  s: {start: a, within: [0, 5], change: (b - s) * c / 1 week}
  t: {start: 1, change: -c * t * s / 1 week * (1 if elapsed < 3.3 weeks else 0.5)}
variables:
  v: threshold_share(0.3 + 0.1 * a, 0.1) + logistic(s - t)
  w: threshold_share(0.25, c) * s
actors: {red: {}, blue: {}}
games:
  g:
    solve: {precision: 1 + b}
    tree:
      red:
        hold: {payoffs: {red: a, blue: 0}}
        push:
          blue: {give: {payoffs: {red: s, blue: -c}}, fight: {payoffs: {red: -t, blue: -b * s}}}
claims:
  mean: {why: x, holds: mean(v) > 0.7}
  product: {why: x, holds: final(s * t ** 2) > exp(-b)}
  least: {why: x, holds: always(s + t > a)}
  nested: {why: x, holds: "until(s < 9, t < 0.9 * c, until=3 weeks)"}
  crowd: {why: x, holds: mean(w) > 0.3}
  odds: {why: x, holds: "mean(probability(g, red, push)) > payoff(g, red)"}
  dominant: {why: x, holds: "dominates(g, red, push, hold)"}
  twin: {why: x, holds: mean(s) > mean(s | do(a = 2 * a, c = 0.1))}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path: Path = tmp_path_factory.mktemp("smooth") / "smooth.yaml"
    path.write_text(CASE, encoding="utf-8")
    return plan.build(schelling.load(path))


def test_gradients_are_finite_and_right(built: Plan) -> None:
    """Against central differences with steps of 1e-6.

    Those are right to 1e-12 (second order, times third derivatives of size 1 to 100) and rounded
    at 1e-16 / 1e-6 = 1e-10 (some steps' worth of it); so 1e-7 is generous and a wrong term is not.
    """
    points = jnp.asarray(draws.draw(built, seed=2, replicates=2, first=0, count=WORLDS))
    keys, numbers = luck.of(built, 2), jnp.arange(WORLDS, dtype=jnp.uint32)
    kernel = jax.jit(worlds.kernel(built))

    def margins(at: jax.Array) -> jax.Array:
        return kernel(at, numbers, keys).margin

    # worlds know nothing of each other: one sum over worlds gives the slopes of each
    slopes = jax.jacrev(lambda at: margins(at).sum(axis=0))(points)
    assert slopes.shape == (len(built.claims), WORLDS, len(built.assumptions))
    assert np.isfinite(slopes).all()
    for column in range(points.shape[1]):
        ahead = margins(points.at[:, column].add(1e-6))
        behind = margins(points.at[:, column].add(-1e-6))
        differences = (ahead - behind).T / 2e-6
        np.testing.assert_allclose(slopes[..., column], differences, rtol=1e-7, atol=1e-7)
    assert (np.abs(slopes).max(axis=(1, 2)) > 0.01).all()  # every claim hangs on something
