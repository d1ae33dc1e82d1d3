"""Networks as they are made: against theory, and the same however they are chunked.

Seeds are fixed, so no statistical test can fail by bad luck. Bounds are five standard errors.
"""

from __future__ import annotations

import math

import jax
import numpy as np
import pytest
from scipy import stats

from populations import naive
from schelling.errors import MethodError
from schelling.populations.lists import lists
from schelling.populations.networks import pairs, storing
from schelling.populations.networks import scale_free as scale_free_model
from schelling.populations.networks import stochastic_block as stochastic_block_model
from schelling.populations.networks.lattice import Sight, lattice
from schelling.populations.networks.network import Network
from schelling.populations.networks.random_graph import random
from schelling.populations.networks.scale_free import scale_free
from schelling.populations.networks.small_world import small_world
from schelling.populations.networks.stochastic_block import stochastic_block
from schelling.populations.networks.unconnected import nobody

MANY = 20_000


def blocks(sizes: list[int], degrees: list[list[float]]) -> Network:
    return stochastic_block(sizes, np.array(degrees, float), seed=0, stream="t")


def same(one: Network, other: Network) -> bool:
    ours, theirs = jax.tree_util.tree_flatten(one), jax.tree_util.tree_flatten(other)
    return ours[1] == theirs[1] and all(map(np.array_equal, ours[0], theirs[0]))


@pytest.mark.parametrize("kind", naive.KINDS.keys() - {"table"})
def test_ties_are_mutual_single_and_counted(kind: str) -> None:
    network = naive.KINDS[kind]
    seen = naive.matrix(network)
    assert (seen == seen.T).all()
    assert seen.max(initial=0) <= 1
    assert not seen.diagonal().any()
    np.testing.assert_array_equal(seen.sum(1), network.degree)
    assert network.ties == seen.sum()


def test_pairs_are_numbered_corner_by_corner() -> None:
    expected = [(low, high) for high in range(60) for low in range(high)]
    low, high = pairs.corner(np.arange(len(expected)))
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == expected


@pytest.mark.parametrize("high", [94_906_267, 2**31 - 2])  # beyond 2**53 the root is rounded
def test_far_corners(high: int) -> None:
    first = high * (high - 1) // 2
    low, found = pairs.corner(np.array([first - 1, first, first + high - 1]))
    assert low.tolist() == [high - 2, 0, high - 1]
    assert found.tolist() == [high - 1, high, high]


def test_degrees_of_a_random_network_are_binomial() -> None:
    """Gilbert (1959): the degree of an agent in G(n, p) is binomial with n - 1 trials."""
    network = random(MANY, 6.0, seed=1, stream="ties")
    degrees = np.bincount(network.degree, minlength=20)[:20]
    expected = MANY * stats.binom(MANY - 1, 6.0 / (MANY - 1)).pmf(np.arange(20))
    # counts of degrees are nearly Poisson; two ends share a tie, which adds at most as much again
    assert (np.abs(degrees - expected) <= 5 * np.sqrt(2 * expected + 1)).all()
    ties = network.ties / 2
    assert abs(ties - 3 * MANY) <= 5 * math.sqrt(3 * MANY)  # the variance of a binomial, p small


def test_every_pair_is_joined_equally_often() -> None:
    """Six agents, 2,000 networks: each of the 15 pairs with probability 0.4."""
    tally = np.zeros((6, 6))
    for seed in range(2000):
        ends = [pairs.corner(found) for found in pairs.chosen(15, 0.4, _key(seed), chunk=64)]
        for low, high in ends:
            tally[low, high] += 1
    drawn = tally[np.triu_indices(6, 1)]
    assert (np.abs(drawn - 800) <= 5 * math.sqrt(2000 * 0.4 * 0.6)).all()


def _key(seed: int) -> np.ndarray:
    return np.array([seed, 77], np.uint32)


@pytest.mark.parametrize(("degree", "ties"), [(0.0, 0), (29.0, 30 * 29)])
def test_nobody_and_everybody(degree: float, ties: int) -> None:
    network = random(30, degree, seed=0, stream="ties")
    assert network.ties == ties == naive.matrix(network).sum()


def test_a_ring_is_a_ring() -> None:
    seen = naive.matrix(small_world(11, 4, 0.0, seed=0, stream="ties"))
    apart = np.abs(np.subtract.outer(np.arange(11), np.arange(11)))
    np.testing.assert_array_equal(seen, np.isin(np.minimum(apart, 11 - apart), [1, 2]))


@pytest.mark.parametrize("rewire", [0.1, 1.0])
def test_degrees_of_a_small_world(rewire: float) -> None:
    """Barrat and Weigt (2000): k/2 ties stay one's own; others keep theirs or bring new.

    Beyond k/2 a degree is a binomial, ties kept by those before, plus a Poisson number of new ones.
    """
    half = 5
    network = small_world(MANY, 2 * half, rewire, seed=3, stream="ties")
    assert network.ties == 2 * half * MANY
    kept = stats.binom(half, 1 - rewire).pmf(np.arange(half + 1))
    new = stats.poisson(rewire * half).pmf(np.arange(40))
    expected = MANY * np.convolve(kept, new)[:20]
    found = np.bincount(np.asarray(network.degree) - half, minlength=20)[:20]
    # as above; a tie that finds its place taken stays, at most (2 * half)**2 of them
    assert (np.abs(found - expected) <= 5 * np.sqrt(2 * expected + 1) + (2 * half) ** 2).all()


def test_how_many_ties_are_rewired() -> None:
    network = small_world(AGENTS := 200, 8, 0.3, seed=4, stream="ties")
    apart = np.abs(np.subtract.outer(np.arange(AGENTS), np.arange(AGENTS)))
    far = naive.matrix(network) * (np.minimum(apart, AGENTS - apart) > 4)
    ties, moved = 4 * AGENTS, 0.3 * (1 - 9 / AGENTS)  # 9 targets are too near
    # about (8 / 200) / 2 of the moved find their place taken by an earlier one; a fortieth is ample
    assert abs(far.sum() / 2 - ties * moved) <= 5 * math.sqrt(ties * 0.3 * 0.7) + ties * moved / 40


def test_degrees_of_a_scale_free_network() -> None:
    """Bollobás, Riordan, Spencer and Tusnády (2001): 2m(m + 1) / (k(k + 1)(k + 2))."""
    network = scale_free(MANY, 3, seed=2, stream="ties")
    assert network.ties == 2 * (6 + 3 * (MANY - 4))
    degree = np.arange(3, 20)
    expected = MANY * 24 / (degree * (degree + 1) * (degree + 2))
    found = np.bincount(network.degree)[3:20]
    # as above; the law is a limit, and the first few hundred agents know more than it says
    assert (np.abs(found - expected) <= 5 * np.sqrt(2 * expected + 1) + 0.003 * MANY).all()
    assert int(network.degree.min()) == 3
    assert int(network.degree.max()) > math.sqrt(MANY)  # the oldest have about m * sqrt(n)


def test_newcomers_join_in_proportion_to_ties() -> None:
    """Agents 0 and 1 are tied, 2 and 3 join one each: the hub has 2 ties of 4, others have 1."""
    firsts = np.array([0, 1], np.int32)
    joined = np.array([scale_free_model._joined(firsts, 2, 1, _key(k), 8) for k in range(4000)])
    hub, third = joined.T
    assert abs(hub.sum() - 2000) <= 5 * math.sqrt(4000 / 4)
    shares = np.array([(third == hub).sum(), (third == 1 - hub).sum(), (third == 2).sum()])
    assert (np.abs(shares - [2000, 1000, 1000]) <= 5 * np.sqrt([1000, 750, 750])).all()


def test_ties_of_groups() -> None:
    """Holland, Laskey and Leinhardt (1983): the ties of two groups are a binomial number."""
    sizes = [4000, 1000, 1]
    wanted = stochastic_block_model.from_probabilities(
        sizes, np.array([[0.002, 0.001, 0.5], [0.001, 0.01, 0.0], [0.5, 0.0, 0.0]])
    )
    network = stochastic_block(sizes, wanted, seed=0, stream="ties")
    ends = np.repeat([0, 1, 2], sizes)
    drawn = np.zeros((3, 3))
    ties = lists(network)
    np.add.at(drawn, (np.repeat(ends, ties.degree), ends[np.asarray(ties.seen)]), 1)
    for one, other, expected in ((0, 0, 15996), (0, 1, 4000), (0, 2, 2000), (1, 1, 4995)):
        found = drawn[one, other] / (2 if one == other else 1)
        assert abs(found - expected) <= 5 * math.sqrt(expected)  # a binomial varies less
    assert drawn[1, 2] == drawn[2, 2] == 0


@pytest.mark.parametrize(
    ("sight", "radius", "neighbours"),
    [("moore", 1, 8), ("von_neumann", 1, 4), ("von_neumann", 2, 12), ("disc", 7, 148)],
)
def test_a_torus_has_no_edge(sight: Sight, radius: int, neighbours: int) -> None:
    """148 others lie within 7 cells of one, as one counts on squared paper."""
    degree = lattice(15, 20, sight=sight, radius=radius).degree
    assert (np.asarray(degree) == neighbours).all()


@pytest.mark.parametrize("sight", ["moore", "von_neumann", "disc"])
@pytest.mark.parametrize(("rows", "columns", "radius", "torus"), [
    (5, 7, 2, True), (5, 4, 2, False), (1, 3, 5, False), (4, 2, 9, False), (1, 1, 0, True),
])  # fmt: skip
def test_who_is_near(sight: Sight, rows: int, columns: int, radius: int, torus: bool) -> None:
    seen = naive.matrix(lattice(rows, columns, sight=sight, radius=radius, torus=torus))
    for one in range(rows * columns):
        for other in range(rows * columns):
            down = abs(one // columns - other // columns)
            right = abs(one % columns - other % columns)
            if torus:
                down, right = min(down, rows - down), min(right, columns - right)
            size = {"moore": max(down, right), "von_neumann": down + right,
                    "disc": math.hypot(down, right)}[sight]  # fmt: skip
            assert seen[one, other] == (one != other and size <= radius)


def test_chunks_change_nothing() -> None:
    for chunk in (64, 1000, 2**14):
        assert same(
            random(3000, 10.0, seed=0, stream="a", chunk=chunk),
            random(3000, 10.0, seed=0, stream="a"),
        )
        assert same(
            small_world(3000, 6, 0.4, seed=0, stream="a", chunk=chunk),
            small_world(3000, 6, 0.4, seed=0, stream="a"),
        )
        assert same(
            scale_free(3000, 3, seed=0, stream="a", chunk=chunk),
            scale_free(3000, 3, seed=0, stream="a"),
        )


def test_seed_and_stream_make_another_network() -> None:
    first = random(300, 5.0, seed=0, stream="a")
    assert not same(first, random(300, 5.0, seed=1, stream="a"))
    assert not same(first, random(300, 5.0, seed=0, stream="b"))


def test_memory_is_refused_before_it_is_taken() -> None:
    with pytest.raises(MethodError, match=r"needs about .* GiB .* limit is 8\.00 GiB"):
        random(200_000_000, 10.0, seed=0, stream="ties")
    with pytest.raises(MethodError, match="at most 2,147,483,647 agents and ties"):
        small_world(10**9, 10, 0.1, seed=0, stream="ties")
    with pytest.raises(MethodError, match="limit is 0"):
        lattice(1000, 1000, limit=10**6)
    with pytest.raises(MethodError, match="at most 2,147,483,647 agents"):
        nobody(2**40)
    network = random(1000, 5.0, seed=0, stream="ties", limit=storing.memory(1000, 5000.0))
    assert network.nbytes < storing.memory(1000, network.ties)


@pytest.mark.parametrize(("make", "what"), [
    (lambda: random(10, 10.0, seed=0, stream="t"), "mean degree of 10 agents is from 0 to 9"),
    (lambda: random(10, math.nan, seed=0, stream="t"), "mean degree"),
    (lambda: random(0, 0.0, seed=0, stream="t"), "at least one agent; got 0"),
    (lambda: small_world(10, 3, 0.1, seed=0, stream="t"), "even, half on either side; got 3"),
    (lambda: small_world(10, 10, 0.1, seed=0, stream="t"), "needs more agents than that; got 10"),
    (lambda: small_world(10, 4, 1.5, seed=0, stream="t"), "from 0 to 1; got 1.5"),
    (lambda: scale_free(10, 0, seed=0, stream="t"), "at least 1 other; got 0"),
    (lambda: scale_free(3, 3, seed=0, stream="t"), "more agents than that; got 3"),
    (lambda: blocks([], []), "every group has at least one agent"),
    (lambda: blocks([3, 0], [[1, 0], [0, 0]]), "every group has at least one agent"),
    (lambda: blocks([3, 4], [[1, 0]]), "2 groups need 2 by 2 mean degrees"),
    (lambda: blocks([3, 4], [[3, 0], [0, 0]]), "from 0 to 2 neighbours in group 0; got 3"),
    (lambda: blocks([3, 4], [[1, 2], [2, 0]]), r"different ties .* = 6 and 4 \* 2.0 = 8"),
    (lambda: lattice(0, 3), "at least one row and one column; got 0 by 3"),
    (lambda: lattice(3, 4, radius=-1), "0 or more cells far; got -1"),
    (lambda: lattice(2, 9), "at least 3 rows and columns; got 2 by 9"),
    (lambda: nobody(0), "at least one agent; got 0"),
])  # fmt: skip
def test_what_cannot_be_made(make: object, what: str) -> None:
    assert callable(make)
    with pytest.raises(MethodError, match=what):
        make()
