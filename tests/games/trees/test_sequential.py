"""Sequential play: what is asked of choices off the path."""

from __future__ import annotations

from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from games.random_trees import sketch
from schelling.errors import Status
from schelling.games.files import efg
from schelling.games.trees import agent_form, build, certify, perfect, sequential

DATA = Path(__file__).parent.parent / "files" / "data"


def test_unilateral_deterrence_with_unknown_resolve() -> None:
    """By hand. Hard players always choose D, and the hard challenger fights. The soft one's D (with
    probability x) must leave the soft defender indifferent: 0 = 8 (1 - h) - 6 h, where it believes
    in a hard challenger with h = .2 / (.2 + .8 x) = 4 / 7, so x = 3 / 16. The soft defender's D
    (with y) must leave the soft challenger indifferent: 4 = .3 (-2) + .7 (10 (1 - y) - 2 y), so
    y = 2 / 7."""
    game = efg.read(DATA / "incredible.efg")
    found = sequential.solve(game.game, game.floats()[None])
    assert int(found.status[0]) == Status.SOLVED
    tree, choice = game.game, found.choice[0]
    second = {
        (place.player, place.number): choice[tree.first_edge[place.members[0]] + 1]
        for place in tree.infosets
    }
    # its own tolerance of gains, over the slope of a gain in a probability
    assert_allclose([second[0, 1], second[0, 2]], [1, 3 / 16], atol=1e-6)
    assert_allclose([second[1, 1], second[1, 2]], [1, 2 / 7], atol=1e-6)
    assert_allclose([second[0, 3], second[0, 4]], [1, 0], atol=1e-6)
    assert float(found.regret.max()) < 1e-6


def test_an_empty_threat_is_seen() -> None:
    game = efg.read(DATA / "incredible.efg")
    tree, payoffs = game.game, game.floats()[None]
    found = perfect.solve(tree, payoffs)
    choice = np.asarray(found.play.choice)
    sets = {(place.player, place.number): k for k, place in enumerate(tree.infosets)}
    free = certify.untested(tree, choice)[0]
    assert [free[sets[key]] for key in ((0, 1), (0, 2), (0, 3), (0, 4), (1, 1))] == [
        False, False, True, True, True,
    ]  # fmt: skip
    empty = certify.incredible(tree, payoffs, choice)[0]
    assert empty[sets[0, 3]]  # backing down pays -2, fighting 1 or more
    assert not empty[sets[0, 4]]
    tested = sequential.solve(tree, payoffs).choice
    assert not certify.incredible(tree, payoffs, tested).any()


def test_perfect_information_gives_backward_induction() -> None:
    answer = build.decision("nato", {"ignore": build.end(), "respond": build.end()})
    root = build.decision("russia", {"hold": build.end(), "strike": answer})
    game = build.compile(root, ["russia", "nato"])
    payoffs = np.array([[[0.0, 0.0], [0.3, -1.0], [-1.0, -0.5]]])
    found = sequential.solve(game, payoffs)
    assert_allclose(found.choice, np.asarray(perfect.solve(game, payoffs).play.choice), atol=0)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), 5])
def test_no_choice_at_any_set_can_be_better(seed: int) -> None:
    """Beliefs come from play at a high precision by other code than the answer's."""
    root = sketch(seed, players=2, depth=3)
    game, payoffs = build.compile(root, ["p0", "p1"]), build.payoffs(root, ["p0", "p1"])[None]
    found = sequential.solve(game, payoffs)
    assert int(found.status[0]) in (Status.SOLVED, Status.DEGENERATE)
    high = agent_form.solve(game, jnp.asarray(payoffs), jnp.array([2e4]))
    belief = certify.beliefs(game, np.asarray(high.logs))
    # beliefs and play differ from their limits by a few over the precision
    assert float(certify.sequential_regret(game, payoffs, found.choice, belief).max()) < 1e-2
    assert float(certify.regret(game, payoffs, found.choice).subgame.max()) < 1e-6


def test_many_draws_are_told_apart() -> None:
    game = efg.read(DATA / "incredible.efg")
    payoffs = np.repeat(game.floats()[None], 3, axis=0)
    payoffs[1] *= 10.0
    payoffs[2, 0, 0] = np.nan
    found = sequential.solve(game.game, payoffs)
    assert found.status.tolist() == [Status.SOLVED, Status.SOLVED, Status.OUT_OF_DOMAIN]
    assert_allclose(found.choice[1], found.choice[0], atol=1e-6)
    assert np.isnan(found.choice[2]).all()
