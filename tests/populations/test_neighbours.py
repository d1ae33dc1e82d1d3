"""Reductions over neighbours against loops over lists, for every kind of network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from populations import naive
from schelling.populations import neighbours
from schelling.populations.neighbours import Between
from schelling.populations.networks import storing
from schelling.populations.networks.random_graph import random

WORLDS = 3
RNG = np.random.default_rng(5)
OPINION = RNG.integers(-8, 9, (naive.AGENTS, WORLDS)) / 8  # sums of eighths are exact
ACTIVE = RNG.random((naive.AGENTS, WORLDS)) < 0.4


def close(mine: float, other: float) -> bool:
    """Who counts for whom, from both ends."""
    return abs(mine - other) <= 0.5


NEAR = Between(
    lambda mine, other: jnp.abs(mine - other) <= 0.5,
    (jnp.asarray(OPINION),),
    (jnp.asarray(OPINION),),
)
GAP = Between(lambda mine, other: other - mine, (jnp.asarray(OPINION),), (jnp.asarray(OPINION),))


def mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else math.nan


Rule = Callable[[int, list[int], int], float]
RULES: dict[str, tuple[Callable[[neighbours.Networks], jax.Array], Rule]] = {
    "sum": (
        lambda net: neighbours.sum(net, jnp.asarray(OPINION)),
        lambda i, seen, w: sum(OPINION[j, w] for j in seen),
    ),
    "count": (
        lambda net: neighbours.count(net, jnp.asarray(ACTIVE)),
        lambda i, seen, w: sum(ACTIVE[j, w] for j in seen),
    ),
    "mean": (
        lambda net: neighbours.mean(net, jnp.asarray(OPINION)),
        lambda i, seen, w: mean([OPINION[j, w] for j in seen]),
    ),
    "mean of those near": (
        lambda net: neighbours.mean(net, jnp.asarray(OPINION), among=NEAR, empty=7.0),
        lambda i, seen, w: mean(
            [OPINION[j, w] for j in seen if close(OPINION[i, w], OPINION[j, w])] or [7.0]
        ),
    ),
    "sum of gaps": (
        lambda net: neighbours.sum(net, GAP),
        lambda i, seen, w: sum(OPINION[j, w] - OPINION[i, w] for j in seen),
    ),
    "share": (
        lambda net: neighbours.share(net, jnp.asarray(ACTIVE), empty=0.0),
        lambda i, seen, w: mean([float(ACTIVE[j, w]) for j in seen] or [0.0]),
    ),
    "share of the active": (
        lambda net: neighbours.share(net, jnp.asarray(OPINION) > 0, among=jnp.asarray(ACTIVE)),
        lambda i, seen, w: mean([float(OPINION[j, w] > 0) for j in seen if ACTIVE[j, w]]),
    ),
    "any": (
        lambda net: neighbours.any(net, jnp.asarray(OPINION) > 0.9),
        lambda i, seen, w: any(OPINION[j, w] > 0.9 for j in seen),
    ),
    "all": (
        lambda net: neighbours.all(net, NEAR),
        lambda i, seen, w: all(close(OPINION[i, w], OPINION[j, w]) for j in seen),
    ),
    "min": (
        lambda net: neighbours.min(net, jnp.asarray(OPINION)),
        lambda i, seen, w: min((OPINION[j, w] for j in seen), default=math.inf),
    ),
    "max of the active": (
        lambda net: neighbours.max(net, jnp.asarray(OPINION), among=jnp.asarray(ACTIVE)),
        lambda i, seen, w: max((OPINION[j, w] for j in seen if ACTIVE[j, w]), default=-math.inf),
    ),
}  # fmt: skip


FEW = ("sum", "mean of those near")
"""What is asked of most kinds; compiling takes longer than the rest of the test."""


def check(network: neighbours.Networks, seen: list[list[int]], rules: Iterable[str] = FEW) -> None:
    """Rules agent by agent and world by world."""
    asked = list(rules)
    answers = jax.jit(lambda net: [RULES[name][0](net) for name in asked])(network)
    for name, found in zip(asked, answers, strict=True):
        slow = [[RULES[name][1](i, own, w) for w in range(WORLDS)] for i, own in enumerate(seen)]
        # sums are exact; a share is one division, rounded once on both sides
        np.testing.assert_array_equal(np.asarray(found, float), np.array(slow, float), name)


def test_every_reduction() -> None:
    check(naive.KINDS["random"], naive.lists(naive.KINDS["random"]), RULES)


@pytest.mark.parametrize("kind", naive.KINDS)
def test_every_kind(kind: str) -> None:
    check(naive.KINDS[kind], naive.lists(naive.KINDS[kind]))


def test_ties_of_two_kinds_count_once_each() -> None:
    kinds = [naive.KINDS["small world"], naive.KINDS["torus"]]
    seen = [sorted(a + b) for a, b in zip(*map(naive.lists, kinds), strict=True)]
    check(kinds, seen)


def test_one_world_without_an_axis_of_its_own() -> None:
    """The same bits: a division by degree is a division whatever the number of worlds."""
    network = naive.KINDS["random"]
    mean = jax.jit(neighbours.mean)
    both = mean(network, jnp.asarray(OPINION))
    np.testing.assert_array_equal(mean(network, jnp.asarray(OPINION[:, 0])), both[:, 0])


def test_all_of_a_kind_are_a_share_of_one() -> None:
    """49 agents of whom each is seen by the others: 48 times 1 / 48, and 49 times 1 / 49."""
    for agents in (49, 50):
        everybody = random(agents, agents - 1.0, seed=0, stream="ties")
        share = jax.jit(neighbours.share)(everybody, jnp.ones((agents, 2), bool))
        assert (np.asarray(share) == 1.0).all()


def test_truths_of_many_agents_are_read_as_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    network = naive.KINDS["scale free"]
    active, loud = jnp.asarray(ACTIVE[:, 0]), jnp.asarray(OPINION[:, 0] > 0)

    def asked(network: neighbours.Networks) -> list[jax.Array]:
        return [
            neighbours.count(network, active),
            neighbours.any(network, active),
            neighbours.share(network, loud, among=active),
        ]

    def again(network: neighbours.Networks) -> list[jax.Array]:
        return asked(network)  # another function, so that it is compiled anew

    before = jax.jit(asked)(network)
    monkeypatch.setattr(neighbours, "_MANY", 100)  # 200 agents: seven words, the last not full
    assert "u32[7]" in str(jax.make_jaxpr(again)(network))
    for was, now in zip(before, jax.jit(again)(network), strict=True):
        np.testing.assert_array_equal(was, now)


@pytest.mark.parametrize(
    "degree",
    [31, 32, 33, *(pytest.param(degree, marks=pytest.mark.slow) for degree in (1024, 1025))],
)
def test_hubs_of_several_levels(degree: int) -> None:
    """A star, seen from the middle; one more than a full row or level makes the next."""
    starts = np.concatenate([[0], np.full(degree + 1, degree)]).astype(np.int32)
    seen = np.arange(1, degree + 1, dtype=np.int32)
    star = storing.stored(starts, seen, None)
    assert len(star.levels) == 1 + (degree > 32) + (degree > 1024)
    value = jnp.arange(degree + 1)
    total, most = jax.jit(lambda net: (neighbours.sum(net, value), neighbours.max(net, value)))(
        star
    )
    assert int(total[0]) == degree * (degree + 1) // 2
    assert float(most[0]) == degree
    assert not np.asarray(total[1:]).any()


def test_float32_stays_float32() -> None:
    network = naive.KINDS["random"]
    mean = jax.jit(neighbours.mean)
    half = mean(network, jnp.asarray(OPINION, jnp.float32))
    assert half.dtype == jnp.float32
    np.testing.assert_allclose(
        half, mean(network, jnp.asarray(OPINION)), rtol=1e-7
    )  # sums of eighths are exact in both, so the division alone rounds: 2**-24


def test_another_order_of_agents_changes_only_names() -> None:
    network = naive.KINDS["crowded"]
    order = np.random.default_rng(1).permutation(naive.AGENTS)  # new name -> old name
    seen = naive.matrix(network)[np.ix_(order, order)]
    starts = np.concatenate([[0], np.cumsum(seen.sum(1))]).astype(np.int32)
    renamed = storing.stored(starts, np.nonzero(seen)[1].astype(np.int32), None)
    total = jax.jit(neighbours.sum)
    for values in (jnp.asarray(OPINION), jnp.asarray(ACTIVE)):
        before, after = total(network, values), total(renamed, values[order])
        np.testing.assert_array_equal(after, np.asarray(before)[order])  # eighths: exact
