"""Known models of opinion and dissent, written with the bare functions, against their numbers."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from schelling import chance
from schelling.populations import activation, neighbours
from schelling.populations.activation import Turns
from schelling.populations.networks.network import Network
from schelling.populations.networks.random_graph import random
from schelling.populations.networks.table import table


def weighing(matrix: list[list[float]]) -> Network:
    """Agents who weigh each other, and themselves, by the rows of a matrix."""
    weights = np.array(matrix)
    one, other = np.nonzero(weights)
    return table(len(weights), one, other, mutual=False, own=True, weights=weights[one, other])


def everybody(agents: int, *, own: bool) -> Network:
    """Everybody sees everybody."""
    if not own:
        return random(agents, agents - 1.0, seed=0, stream="all")
    return table(agents, *np.divmod(np.arange(agents**2), agents), mutual=False, own=True)


def test_degroot_1974() -> None:
    """DeGroot (1974): two people who weigh by rows 1/2, 1/2 and 1/4, 3/4 count 1/3 and 2/3."""
    pair = weighing([[1 / 2, 1 / 2], [1 / 4, 3 / 4]])

    @jax.jit
    def agreed(opinion: jax.Array) -> jax.Array:
        step = lambda _, now: neighbours.sum(pair, now, weighted=True)  # noqa: E731
        return jax.lax.fori_loop(0, 40, step, opinion)

    # the second eigenvalue is 1/4, and 4**-40 is below rounding
    np.testing.assert_allclose(
        agreed(jnp.eye(2)), [[1 / 3, 2 / 3], [1 / 3, 2 / 3]], rtol=0, atol=1e-14
    )


def test_friedkin_johnsen_1990() -> None:
    """The four of Friedkin and Johnsen's experiments: 60, 60, 75 and 75 as printed."""
    matrix = [
        [0.220, 0.120, 0.360, 0.300],
        [0.147, 0.215, 0.344, 0.294],
        [0.0, 0.0, 1.0, 0.0],
        [0.090, 0.178, 0.446, 0.286],
    ]
    four, first = weighing(matrix), jnp.array([25.0, 25.0, 75.0, 85.0])
    open_to = jnp.asarray(1 - np.diag(matrix))

    @jax.jit
    def settled() -> jax.Array:
        def step(_: int, now: jax.Array) -> jax.Array:
            heard = neighbours.sum(four, now, weighted=True)
            return open_to * heard + (1 - open_to) * first

        return jax.lax.fori_loop(0, 200, step, first)

    found = settled()
    expected = [60.020849, 59.983966, 75.0, 74.986205]  # solved as a linear system, six decimals
    np.testing.assert_allclose(found, expected, rtol=0, atol=6e-7)
    assert np.round(found).tolist() == [60, 60, 75, 75]


@pytest.mark.parametrize(("witness", "support"), [(0.1, 0.6739130), (0.2777778, 0.5)])
def test_citizens_between_two_stubborn_sources(witness: float, support: float) -> None:
    """x = (l wp + (1 - l) x0) / (1 - l (1 - wp - wt)) for l = 0.9, wp = 0.3 and x0 = 0.4."""
    others = (1 - 0.3 - witness) / 9
    citizens = [[others * (i != j) for j in range(10)] + [0.3, witness] for i in range(10)]
    town = weighing([*citizens, [0.0] * 10 + [1.0, 0.0], [0.0] * 10 + [0.0, 1.0]])
    first = jnp.array([0.4] * 10 + [1.0, 0.0])
    open_to = jnp.array([0.9] * 10 + [0.0, 0.0])

    @jax.jit
    def settled() -> jax.Array:
        def step(_: int, now: jax.Array) -> jax.Array:
            heard = neighbours.sum(town, now, weighted=True)
            return open_to * heard + (1 - open_to) * first

        return jax.lax.fori_loop(0, 200, step, first)

    np.testing.assert_allclose(settled()[:10], support, rtol=0, atol=6e-8)  # seven decimals


def crowd(thresholds: np.ndarray) -> np.ndarray:
    """How many of each column of thresholds join in the end, starting with nobody."""
    agents, all_see_all = len(thresholds), everybody(len(thresholds), own=False)

    @jax.jit
    def joined(network: Network, needed: jax.Array) -> jax.Array:
        step = lambda _, active: neighbours.count(network, active) >= needed  # noqa: E731
        return jax.lax.fori_loop(0, agents, step, jnp.zeros(needed.shape, bool))

    return np.asarray(joined(all_see_all, jnp.asarray(thresholds))).sum(0)


def test_granovetter_1978() -> None:
    """Thresholds 0 to 99 bring all 100; without the one at 1 a single one stays alone.

    With normal thresholds of mean 25 about 6 join up to a deviation of 12.2, and then nearly all.
    Means of 30 and 40: deviations of 15.67 and 24.13, by tangency of the distribution.
    """
    ladder = np.arange(100.0)
    broken = np.where(ladder == 1, 2.0, ladder)
    assert crowd(np.stack([ladder, broken], 1)).tolist() == [100, 1]
    places = (np.arange(100) + 0.5) / 100
    tests = [(25, 12), (25, 13), (30, 15), (30, 16.5), (40, 23), (40, 25)]
    normal = np.stack([norm.ppf(places, mean, deviation) for mean, deviation in tests], 1)
    found = crowd(normal)
    few, most = found[::2], found[1::2]
    assert (most > 70).all()
    # an agent counts those besides itself, so in the end n hold with threshold n - 1 at most
    for count, (mean, deviation) in zip(few, tests[::2], strict=True):
        below = norm.cdf(count, mean, deviation) * 100
        assert abs(count - below) <= 1  # one agent is the grain of a hundred
    assert few[0] <= 6.2  # the level at the jump is the highest of those below it
    assert few[1] <= 8.58
    assert few[2] <= 15.80


@pytest.mark.parametrize(
    ("agents", "groups"),
    [
        (51, {0.1: [0.146524, 0.5, 0.853476], 0.2: [0.5]}),
        (101, {0.1: [0.15116, 0.5, 0.84884]}),
    ],
)
def test_hegselmann_krause_2002(agents: int, groups: dict[float, list[float]]) -> None:
    """Equally spaced opinions; the groups were computed in rational numbers, to six decimals.

    Distances of exactly the reach count; a billionth more keeps rounding from breaking them.
    """
    all_see_all = everybody(agents, own=True)
    reach = jnp.array(list(groups)) + 1e-9

    def step(_: int, now: jax.Array) -> jax.Array:
        near = neighbours.Between(
            lambda mine, other: jnp.abs(mine - other) <= reach, (now,), (now,)
        )
        return neighbours.mean(all_see_all, now, among=near)

    start = jnp.tile(jnp.linspace(0.0, 1.0, agents)[:, None], (1, len(groups)))
    found = np.asarray(jax.jit(lambda x: jax.lax.fori_loop(0, 30, step, x))(start))
    for world, expected in enumerate(groups.values()):
        kept = np.unique(np.round(found[:, world], 6))
        np.testing.assert_allclose(kept, expected, rtol=0, atol=1.1e-6)  # two roundings


IGNORANT, SPREADER, STIFLER = 0, 1, 2


def maki_thompson(mine: dict, theirs: dict, _: object) -> tuple[dict, dict]:
    """A spreader who meets somebody that knows stops; nobody else changes by meeting."""
    speaks = mine["knows"] == SPREADER
    told = speaks & (theirs["knows"] == IGNORANT)
    stops = speaks & (theirs["knows"] != IGNORANT)
    return (
        {"knows": jnp.where(stops, STIFLER, mine["knows"])},
        {"knows": jnp.where(told, SPREADER, theirs["knows"])},
    )


def daley_kendall(mine: dict, theirs: dict, _: object) -> tuple[dict, dict]:
    """Whoever of the two spreads stops if the other knows, and tells the other if not."""

    def after(one: jax.Array, other: jax.Array) -> jax.Array:
        one_tells = (one == IGNORANT) & (other == SPREADER)
        stops = (one == SPREADER) & (other != IGNORANT)
        return jnp.where(one_tells, SPREADER, jnp.where(stops, STIFLER, one))

    here, there = mine["knows"], theirs["knows"]
    return {"knows": after(here, there)}, {"knows": after(there, here)}


def left(rule: activation.Meeting, agents: int, *, worlds: int, turns: int) -> np.ndarray:
    """How many of a town with one spreader never hear, in each world."""
    key = jnp.asarray(chance.keys(0, ["rumour"])[0])
    knows = jnp.zeros((agents, worlds), jnp.int32).at[0].set(SPREADER)
    told = Turns(key, jnp.arange(worlds, dtype=jnp.uint32), 0, turns)
    run = jax.jit(lambda states, turns: activation.pairwise(states, turns, None, rule))
    after = np.asarray(run({"knows": knows}, told)["knows"])
    assert not (after == SPREADER).any()  # the rumour is over
    return (after == IGNORANT).sum(0)


@pytest.mark.parametrize(
    ("rule", "agents", "law"),
    [
        (maki_thompson, 3, [3 / 4, 1 / 4]),
        (maki_thompson, 4, [16 / 27, 8 / 27, 1 / 9]),
        (daley_kendall, 3, [2 / 3, 1 / 3]),
    ],
)
def test_who_never_hears(rule: activation.Meeting, agents: int, law: list[float]) -> None:
    """Gani (2000) for three and Maki and Thompson; the others by listing the paths."""
    found = np.bincount(left(rule, agents, worlds=4000, turns=120)) / 4000
    assert len(found) == len(law)
    assert (np.abs(found - law) <= 5 * np.sqrt(np.multiply(law, np.subtract(1, law)) / 4000)).all()


def test_a_rumour_in_a_hundred() -> None:
    """Maki and Thompson (1973): a hundred ignorant, of whom 20.4518789 are expected to stay so."""
    found = left(maki_thompson, 101, worlds=400, turns=4000)
    error = found.std() / math.sqrt(len(found))
    assert error < 0.4
    assert abs(found.mean() - 20.4518789) <= 5 * error
