"""Whom agents meet: others, all different, every set of them equally likely.

Seeds are fixed, so no test can fail by bad luck; a right generator would fail one of those that
count with the chance `SELDOM`.
"""

from __future__ import annotations

import itertools
import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from schelling import chance
from schelling.populations import luck, meetings, representatives
from schelling.populations.meetings import Met

KEY = jnp.asarray(chance.keys(0, ["contacts/people/met"])[0])
SELDOM = 1e-6


def everybody(agents: int) -> jax.Array:
    return jnp.arange(agents, dtype=jnp.uint32)


def meet(
    population: int,
    mean: float,
    *,
    step: int = 3,
    worlds: int = 1,
    agents: jax.Array | None = None,
) -> Met:
    """Whom some agents of a population meet among all others."""
    who, where = everybody(population) if agents is None else agents, everybody(worlds)
    return _met(population, mean, step, who, where)


@partial(jax.jit, static_argnums=(0, 1))
def _met(population: int, mean: float, step: int, who: jax.Array, where: jax.Array) -> Met:
    others = meetings.all_others(population, who[:, None])
    drawn = partial(_uniform, step, who, where)
    return meetings.drawn(others, mean, drawn, (len(who), len(where)))


def _uniform(step: int, who: jax.Array, where: jax.Array, draw: jax.Array | int) -> jax.Array:
    return luck.uniform(KEY, step, who, where, draw=draw)


def sets(met: Met) -> list[list[list[int]]]:
    """Numbers of those whom each agent meets in each world, ascending."""
    others, there = np.asarray(met.others), np.asarray(met.there)
    _, agents, worlds = others.shape
    return [
        [
            sorted(others[:, agent, world][there[:, agent, world]].tolist())
            for world in range(worlds)
        ]
        for agent in range(agents)
    ]


@pytest.mark.parametrize(("agents", "mean"), [(2, 1.0), (3, 0.4), (5, 2.5), (12, 7.3), (12, 11.0)])
def test_others_all_different_and_as_many_as_stated(agents: int, mean: float) -> None:
    for me, worlds in enumerate(sets(meet(agents, mean, worlds=500))):
        for met in worlds:
            assert math.floor(mean) <= len(met) <= math.ceil(mean)
            assert len(set(met)) == len(met)
            assert set(met) <= set(range(agents)) - {me}


def test_who_meets_as_many_as_there_are_meets_all() -> None:
    assert sets(meet(5, 4.0)) == [[[o for o in range(5) if o != me]] for me in range(5)]


@pytest.mark.parametrize(("agents", "mean"), [(6, 1), (6, 3), (7, 5)])
def test_every_set_of_others_is_equally_likely(agents: int, mean: int) -> None:
    """Chi-square over all sets, for the first agent, one in the middle and the last."""
    worlds = 20_000
    for me in (0, agents // 2, agents - 1):
        found = sets(meet(agents, mean, worlds=worlds, agents=jnp.array([me], jnp.uint32)))[0]
        possible = list(itertools.combinations([o for o in range(agents) if o != me], mean))
        counts = dict.fromkeys(possible, 0)
        for met in found:
            counts[tuple(met)] += 1
        assert stats.chisquare(list(counts.values())).pvalue > SELDOM


@pytest.mark.parametrize("mean", [0.3, 2.6])
def test_a_mean_between_two_numbers(mean: float) -> None:
    """How many are met is binomial; of any number every set is equally likely."""
    worlds = 40_000
    found = sets(meet(6, mean, worlds=worlds, agents=jnp.array([2], jnp.uint32)))[0]
    sizes = np.array([len(met) for met in found])
    more, share = int((sizes == math.ceil(mean)).sum()), mean % 1
    assert stats.binomtest(more, worlds, share).pvalue > SELDOM
    for size in {math.floor(mean), math.ceil(mean)} - {0}:
        counts = dict.fromkeys(itertools.combinations([0, 1, 3, 4, 5], size), 0)
        for met in found:
            if len(met) == size:
                counts[tuple(met)] += 1
        assert stats.chisquare(list(counts.values())).pvalue > SELDOM


def test_meetings_are_uniform_over_many_others() -> None:
    """Of 1,000 others in 20 bins, over agents and worlds."""
    others = np.asarray(meet(1001, 4.0, worlds=5).others)
    ahead = (others - np.arange(1001)[:, None]) % 1001 - 1  # how far ahead: 0 to 999
    bins = np.bincount(ahead.ravel() // 50, minlength=20)
    assert bins.sum() == 5 * 4 * 1001
    assert stats.chisquare(bins).pvalue > SELDOM


def test_agent_five_meets_the_same_whatever_the_order_and_the_chunk() -> None:
    whole = np.asarray(meet(40, 3.5, worlds=6).others)
    order = np.random.default_rng(0).permutation(40)
    mixed = meet(40, 3.5, worlds=6, agents=jnp.asarray(order, jnp.uint32))
    np.testing.assert_array_equal(mixed.others, whole[:, order])
    alone = meet(40, 3.5, worlds=2, agents=jnp.array([5], jnp.uint32))
    np.testing.assert_array_equal(alone.others, whole[:, 5:6, :2])


def test_the_one_whose_turn_it_is_meets_whom_it_would_meet_with_all() -> None:
    who, worlds = jnp.array([3, 11, 0], jnp.uint32), everybody(3)

    def drawn(draw: jax.Array | int) -> jax.Array:
        return luck.each(KEY, 3, who, worlds, draw=draw)

    one = meetings.drawn(meetings.all_others(12, who), 2.4, drawn, (3,))
    whole = meet(12, 2.4, worlds=3)
    for world, agent in enumerate([3, 11, 0]):
        np.testing.assert_array_equal(one.others[:, world], whole.others[:, agent, world])
        np.testing.assert_array_equal(one.there[:, world], whole.there[:, agent, world])


def test_worlds_and_steps_are_independent() -> None:
    """Two of one agent's meetings with one of 20 others are the same once in 20."""
    same_world = np.asarray(meet(21, 1.0, step=3, worlds=2000).others)[0]
    other_step = np.asarray(meet(21, 1.0, step=4, worlds=2000).others)[0]
    steps = int((same_world == other_step).sum())
    worlds = int((same_world[:, 1:] == same_world[:, :-1]).sum())
    assert stats.binomtest(steps, same_world.size, 1 / 20).pvalue > SELDOM
    assert stats.binomtest(worlds, same_world[:, 1:].size, 1 / 20).pvalue > SELDOM


def test_own_group_and_other_groups() -> None:
    """Every agent meets as many of both as stated, and each of them equally often."""
    sizes, worlds = (3, 6, 2), 3000
    who, where = everybody(11), everybody(worlds)
    drawn, group = partial(_uniform, 3, who, where), np.repeat([0, 1, 2], sizes)
    own = meetings.of_own_group(sizes, who[:, None])
    others = meetings.of_other_groups(sizes, who[:, None])
    shape = (11, worlds)
    both = meetings.together(
        [meetings.drawn(own, 1.0, drawn, shape), meetings.drawn(others, 2.0, drawn, shape)]
    )
    for me, found in enumerate(sets(both)):
        counts = np.bincount(np.concatenate(found), minlength=11)
        assert counts[me] == 0
        near, far = group == group[me], group != group[me]
        near[me] = False
        assert counts[near].sum() == worlds
        assert counts[far].sum() == 2 * worlds
        assert near.sum() == 1 or stats.chisquare(counts[near]).pvalue > SELDOM
        # two of a set are not independent: their counts vary less, by the others beside the one
        spread = (counts[far] - 2 * worlds / far.sum()) / math.sqrt(1 - 1 / (far.sum() - 1))
        expected = 2 * worlds / far.sum()
        assert (spread**2).sum() / expected < stats.chi2.isf(SELDOM, far.sum() - 1)


def test_representatives_are_met_evenly() -> None:
    """Each draw is spread over all of them, so nobody is met much more often than others."""
    count, worlds = 64, everybody(50)

    def drawn(draw: jax.Array | int) -> jax.Array:
        return representatives.uniform(KEY, 3, count, worlds, draw=draw)

    who = everybody(count)[:, None]
    met = meetings.drawn(meetings.all_others(count, who), 4.0, drawn, (count, 50))
    others = np.asarray(met.others)
    assert not (others == np.arange(count)[None, :, None]).any()
    often = np.array(
        [np.bincount(others[:, :, world].ravel(), minlength=count) for world in range(50)]
    )
    assert often.mean() == 4
    assert often.var() < 2  # 4 with luck of their own
