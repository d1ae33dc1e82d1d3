"""What rules of agents read of the world alone, and what is seen of others whoever looks."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

import schelling
from schelling import chance
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import OverTies, Typed, operands
from schelling.case.populations import Population
from schelling.compile.agents import of_world

CASE = """
schelling: 1
title: a town
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
assumptions:
  pull: {prior: "uniform(0, 1)", why: planted}
  push: {prior: "uniform(0, 1)", why: planted}
populations:
  town:
    size: 10
    why: planted
    ties: {near: {network: random, degree: 3}}
    traits: {taste: "uniform(0, 1)"}
    states:
      on: {start: bernoulli(0.3), next: "on or bernoulli(exp(-pull) * share(on[o] for o in near))"}
      view: {start: taste, next: "view + pull * push * (mean(view[o] for o in near) - view)"}
      alike: {start: 0, next: "share(abs(view[o] - view) < push for o in near)"}
variables: {share_on: "share(on[t] for t in town)"}
claims: {most: {holds: final(share_on) > 0.5, why: planted}}
"""


def town(folder: Path) -> Population:
    path = folder / "town.yaml"
    path.write_text(CASE, "utf-8")
    return schelling.load(path).populations[0]


def looks(expression: Typed) -> list[OverTies]:
    own = [expression] if isinstance(expression, OverTies) else []
    return own + [one for part in operands(expression) for one in looks(part)]


def test_the_largest_parts_without_agents(tmp_path: Path) -> None:
    rules = [state.following for state in town(tmp_path).states]
    found = of_world.parts(rules, frozenset({"number", "taste", "on", "view", "alike"}))
    assert [write(one) for one in found] == ["exp((-pull))", "(pull * push)", "push"]


def test_who_looks_matters_where_one_compares(tmp_path: Path) -> None:
    own = frozenset({"number", "taste", "on", "view", "alike"})
    seen = [one for state in town(tmp_path).states for one in looks(state.following)]
    assert [of_world.reads_self(one.body, own) for one in seen] == [False, False, True]
    assert [of_world.plain(one.body, frozenset({"on"})) for one in seen] == [True, False, False]


def test_what_passes_through_once_is_unchanged() -> None:
    values = jnp.array([True, False]), jnp.array([0.5, jnp.nan])
    key = jnp.array([5], jnp.uint32)
    found = cast("tuple[Array, ...]", jax.jit(chance.once)(key, values))
    for kept, value in zip(found, values, strict=True):
        assert kept.dtype == value.dtype
        np.testing.assert_array_equal(kept, value)
