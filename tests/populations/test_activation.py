"""Rules one at a time against loops that follow the same luck, and laws of known models."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from populations import naive
from schelling import chance
from schelling.populations import activation, contacts, luck
from schelling.populations.activation import Turns
from schelling.populations.lists import lists

KEY = jnp.asarray(chance.keys(0, ["opinion/turns"])[0])
WORLDS = jnp.arange(4, dtype=jnp.uint32)
TIES = lists(naive.KINDS["scale free"])
SEEN = [np.asarray(TIES.seen)[s : s + d] for s, d in zip(TIES.starts, TIES.degree, strict=True)]


def test_lists_are_the_neighbours() -> None:
    for kind in ("nobody", "crowded", "table"):
        ties = lists(naive.KINDS[kind])
        ends = zip(np.asarray(ties.starts), np.asarray(ties.degree), strict=True)
        found = [np.asarray(ties.seen)[start : start + degree].tolist() for start, degree in ends]
        assert found == naive.lists(naive.KINDS[kind])
        assert ties.widest == max(map(len, found))


def test_every_neighbour_is_met_equally_often() -> None:
    """Each of an agent's neighbours in 1/degree of 2,000 worlds; five standard errors."""
    worlds = jnp.arange(2000, dtype=jnp.uint32)
    agents = jnp.arange(naive.AGENTS, dtype=jnp.uint32)
    drawn = luck.uniform(KEY, 0, agents, worlds)
    met = np.asarray(contacts.neighbour(TIES, jnp.arange(naive.AGENTS)[:, None], drawn))
    for agent, seen in enumerate(SEEN):
        times = np.array([(met[agent] == other).sum() for other in seen])
        assert times.sum() == 2000
        share = 1 / len(seen)
        assert (abs(times - 2000 * share) <= 5 * math.sqrt(2000 * share * (1 - share))).all()


def test_anybody_is_anybody_else() -> None:
    """As many numbers as others, each in the middle of its cell: everybody else once."""
    for agents in (2, 5):
        drawn = (jnp.arange(agents - 1) + 0.5)[:, None] / (agents - 1)
        met = np.asarray(contacts.anybody(agents, jnp.arange(agents)[None, :], drawn))
        for agent in range(agents):
            assert sorted(met[:, agent]) == [other for other in range(agents) if other != agent]
    assert contacts.anybody(1, jnp.zeros(3, int), jnp.full(3, 0.9)).tolist() == [0, 0, 0]


def test_who_has_no_neighbours_meets_itself() -> None:
    ties = lists(naive.KINDS["nobody"])
    assert contacts.neighbour(ties, jnp.arange(5), jnp.full(5, 0.99)).tolist() == [0, 1, 2, 3, 4]


def test_single_precision_stays_below() -> None:
    highest = jnp.asarray(1 - 2.0**-24, jnp.float32)
    assert int(contacts.below(highest, jnp.int32(10_000_000))) == 9_999_999


@jax.jit
def of_turn(turn: int) -> jax.Array:
    """Who acts and whom it meets in a turn, as numbers, in every world."""
    steps = jnp.asarray([2 * turn, 2 * turn + 1], jnp.uint32)
    return chance.uniform(KEY[None], steps, WORLDS)[:, 0]


def closer(mine: dict, theirs: dict, turn: object) -> tuple[dict, dict]:
    """Deffuant and others (2000): who are near move together by a fifth of the gap."""
    gap = theirs["opinion"] - mine["opinion"]
    step = jnp.where(jnp.abs(gap) < 0.3, 0.2 * gap, 0.0)
    return {"opinion": mine["opinion"] + step}, {"opinion": theirs["opinion"] - step}


@pytest.mark.parametrize("known", [True, False])
def test_pairs_against_a_loop(known: bool) -> None:
    start = np.random.default_rng(2).random((naive.AGENTS, 4))
    ties = TIES if known else None
    run = jax.jit(lambda states, turns: activation.pairwise(states, turns, ties, closer))
    found = run({"opinion": jnp.asarray(start)}, Turns(KEY, WORLDS, 7, 500))["opinion"]
    slow = start.copy()
    for turn in range(7, 507):
        drawn = np.asarray(of_turn(turn))
        for world in range(4):
            who = int(drawn[0, world] * naive.AGENTS)
            others = SEEN[who] if known else [a for a in range(naive.AGENTS) if a != who]
            whom = others[int(drawn[1, world] * len(others))]
            gap = slow[whom, world] - slow[who, world]
            if abs(gap) < 0.3:
                slow[who, world] += 0.2 * gap
                slow[whom, world] -= 0.2 * gap
    np.testing.assert_allclose(found, slow, atol=1e-13)  # 500 steps of rounding at most
    parts = run({"opinion": jnp.asarray(start)}, Turns(KEY, WORLDS, 7, 200))
    parts = run(parts, Turns(KEY, WORLDS, 207, 300))
    np.testing.assert_array_equal(parts["opinion"], found)
    one = run({"opinion": jnp.asarray(start[:, 2:3])}, Turns(KEY, WORLDS[2:3], 7, 500))
    np.testing.assert_array_equal(one["opinion"][:, 0], found[:, 2])
    # what one gains the other loses: the mean stays, to rounding
    np.testing.assert_allclose(found.mean(0), start.mean(0), atol=1e-14)


def test_looking_around_against_a_loop() -> None:
    """A majority rule: an agent takes the side of more than half of its neighbours."""
    start = np.random.default_rng(3).random((naive.AGENTS, 4)) < 0.5

    def rule(before: dict, turn: activation.Turn) -> dict:
        seen, there = contacts.around(TIES, turn.who)
        sides = activation.of(before["side"], seen)
        return {"side": 2 * (sides & there).sum(0) > there.sum(0)}

    run = jax.jit(lambda states, turns: activation.alone(states, turns, rule))
    found = run({"side": jnp.asarray(start)}, Turns(KEY, WORLDS, 0, 300))["side"]
    slow = start.copy()
    for turn in range(300):
        drawn = np.asarray(of_turn(turn))
        for world in range(4):
            who = int(drawn[0, world] * naive.AGENTS)
            slow[who, world] = 2 * slow[SEEN[who], world].sum() > len(SEEN[who])
    np.testing.assert_array_equal(found, slow)


def test_twins_share_who_acts_and_what_is_the_same_for_all_stays_so() -> None:
    """Two twins that start apart, and a count of turns that all agents have in common."""
    start = np.random.default_rng(4).random((naive.AGENTS, 2, 4))

    def rule(mine: dict, theirs: dict, turn: object) -> tuple[dict, dict]:
        here, there = closer(mine, theirs, turn)
        return here | {"turns": mine["turns"] + 1}, there | {"turns": theirs["turns"] + 1}

    run = jax.jit(lambda states, turns: activation.pairwise(states, turns, TIES, rule))
    both = {"opinion": jnp.asarray(start), "turns": jnp.zeros((1, 2, 4), int)}
    found = run(both, Turns(KEY, WORLDS, 0, 300))
    alone = jax.jit(lambda states, turns: activation.pairwise(states, turns, TIES, closer))
    for twin in range(2):
        one = alone({"opinion": jnp.asarray(start[:, twin])}, Turns(KEY, WORLDS, 0, 300))
        np.testing.assert_allclose(found["opinion"][:, twin], one["opinion"], atol=1e-14)
    np.testing.assert_array_equal(found["turns"], 300)  # scale free: everybody has a neighbour


def test_an_agent_has_the_same_luck_alone_as_among_all() -> None:
    agents = jnp.array([3, 0, 3, 5])
    among = luck.uniform(KEY, 9, jnp.arange(6, dtype=jnp.uint32), WORLDS)
    found = luck.each(KEY, 9, agents, WORLDS)
    np.testing.assert_array_equal(found, among[agents, jnp.arange(4)])


def test_voters_agree_on_one_in_proportion() -> None:
    """Holley and Liggett (1975): among all, the share is a martingale, and all agree in the end."""
    start = jnp.tile((jnp.arange(10) < 3)[:, None], (1, 800))
    turns = Turns(KEY, jnp.arange(800, dtype=jnp.uint32), 0, 2500)
    after = jax.jit(
        lambda states, turns: activation.pairwise(
            states, turns, None, lambda mine, theirs, turn: (theirs, theirs)
        )
    )({"side": start}, turns)["side"]
    won = np.asarray(after).sum(0)
    assert set(won.tolist()) == {0, 10}
    assert abs((won == 10).mean() - 0.3) <= 5 * math.sqrt(0.3 * 0.7 / 800)
