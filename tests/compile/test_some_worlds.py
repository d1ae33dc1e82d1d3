"""Worlds that are taken out of their block fare as they would among all others."""

from __future__ import annotations

from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Array

import schelling
from schelling.compile import draws, luck, plan, some_worlds, worlds
from schelling.compile.outcomes import Outcomes
from schelling.compile.plan import Plan

WORLDS = 256
TWO_SIDES = """
schelling: 1
title: some worlds
time: {start: 2031-01-01, until: 2031-03-26}
assumptions:
  heat: {prior: 0 to 1, why: x}
stocks:
  raids: {start: 0}
  anger: {start: heat, change: -anger / 5 weeks, within: [0, 9]}
  gone: {start: 0}
events:
  raid:
    hazard: (0.1 + anger) / week
    effects: {raids: raids + 1, anger: anger + 0.3}
  quiet: {hazard: heat / 3 weeks, while: anger > 0.2, effects: {anger: 0}}
games:
  walkout:
    played: {every: 1 week, while: anger > 1}
    solve: {as: quantal, precision: 2}
    tree:
      north:
        stay: {payoffs: {north: 0}}
        leave: {payoffs: {north: anger - 2}, effects: {gone: gone + 1, anger: 0}}
actors: {north: {}}
claims:
  often: {holds: "final(raids) > 5", why: x}
  never_left: {holds: "final(gone) < 0.5", why: x}
  heat_matters: {holds: "final(raids) > (final(raids) | do(heat = 0))", why: x}
"""


@pytest.fixture(scope="module")
def two_sides(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("case") / "case.yaml"
    path.write_text(TWO_SIDES, encoding="utf-8")
    return plan.build(schelling.load(path))


def outcomes(built: Plan, heat: np.ndarray, numbers: np.ndarray) -> Outcomes:
    run = jax.jit(worlds.kernel(built))
    given = jnp.asarray(heat)[:, None], jnp.asarray(numbers), luck.of(built, 5)
    return cast("Outcomes", jax.tree.map(np.asarray, run(*given)))


def test_a_world_does_not_depend_on_those_beside_it(two_sides: Plan) -> None:
    """To the last bit, and in whatever part of the worlds with something to do it is taken."""
    numbers = np.arange(WORLDS, dtype=np.uint32)
    heat = draws.draw(two_sides, seed=5, replicates=2, first=0, count=WORLDS)[:, 0]
    found = outcomes(two_sides, heat, numbers)
    some = np.arange(0, WORLDS, 16)
    other_numbers = numbers + np.uint32(7_000)
    other_numbers[some] = numbers[some]
    other_heat = np.ones(WORLDS)  # everybody else is as busy as can be
    other_heat[some] = heat[some]
    again = outcomes(two_sides, other_heat, other_numbers)
    assert np.ptp(found.final[some, 0]) > 3
    assert 0 < found.holds[some, 1].sum() < len(some)
    for before, after in zip(found, again, strict=True):
        np.testing.assert_array_equal(before[some], after[some])


def test_worlds_taken_out_fare_as_all_of_them_together(
    two_sides: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two programs of the same sums: they may differ by rounding, far below 1e-9."""
    numbers = np.arange(WORLDS, dtype=np.uint32)
    heat = draws.draw(two_sides, seed=5, replicates=2, first=0, count=WORLDS)[:, 0]
    found = outcomes(two_sides, heat, numbers)
    monkeypatch.setattr(some_worlds, "FEWEST", WORLDS)
    together = outcomes(two_sides, heat, numbers)
    for apart, whole in zip(found, together, strict=True):
        np.testing.assert_allclose(apart, whole, rtol=1e-9, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(here=st.lists(st.booleans(), min_size=40, max_size=40))
def test_every_world_has_its_turn_once(here: list[bool]) -> None:
    """However many there are beyond those that are taken at a time."""
    turns = cast("Array", _turns(jnp.asarray(here)))
    np.testing.assert_array_equal(turns, np.array(here, float)[None].repeat(2, axis=0))


@jax.jit
def _turns(here: Array) -> Array:
    def act(places: some_worlds.Places, values: Array) -> Array:
        own = some_worlds.taken(values, places, 40)
        return some_worlds.put_back(values, own + 1, places, 40)

    return some_worlds.each(here, 16, jnp.zeros((2, 40)), act)
