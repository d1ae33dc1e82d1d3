"""Strategic probit and logit: published values, simulation of the shocks, limits."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from schelling.games.errors import GameError
from schelling.games.trees import build, recursion, statistical
from schelling.games.trees.build import chance, decision, end
from schelling.games.trees.statistical import Noise, Uncertainty
from schelling.games.trees.tree import Tree


def crisis() -> tuple[Tree, np.ndarray]:
    """U11 = 0, U13 = 1, U14 = -1 for the first mover, U24 = .5 against 0 for the second."""
    answer = decision(
        "2", {"yield": end(payoffs={"1": 1}), "fight": end(payoffs={"1": -1, "2": 0.5})}
    )
    root = decision("1", {"stay": end(), "go": answer})
    return build.compile(root, ["1", "2"]), build.payoffs(root, ["1", "2"])


@pytest.mark.parametrize(
    ("uncertainty", "ends"),
    [
        (Uncertainty.PRIVATE_INFORMATION, (0.588155, 0.149021, 0.262824)),
        (Uncertainty.AGENT_ERROR, (0.577457, 0.152892, 0.269651)),
    ],
)
def test_strategic_probit(uncertainty: Uncertainty, ends: tuple[float, ...]) -> None:
    """T8.18: Signorino (1999), the three-outcome crisis."""
    game, payoffs = crisis()
    play = statistical.solve(game, jnp.asarray(payoffs), 1.0, uncertainty)
    assert_allclose(play.reach[jnp.array(game.ends)], ends, atol=6e-7)  # six digits are given


def test_private_information_is_what_the_shocks_do() -> None:
    """Draw the shocks of both players and let each decide with its own in hand."""
    game, payoffs = crisis()
    draws = 400_000
    shock = np.random.default_rng(1).normal(size=(draws, 3, 2))
    fight = payoffs[2, 1] + shock[:, 2, 1] > payoffs[1, 1] + shock[:, 1, 1]
    p = fight.mean()
    go = (1 - p) * (1 + shock[:, 1, 0]) + p * (-1 + shock[:, 2, 0]) > shock[:, 0, 0]
    ends = np.array([np.mean(~go), np.mean(go & ~fight), np.mean(go & fight)])
    play = statistical.solve(game, jnp.asarray(payoffs), 1.0)
    # three standard errors of a share near one half, twice for the plugged-in p
    assert_allclose(play.reach[jnp.array(game.ends)], ends, atol=6 * 0.5 / np.sqrt(draws))


def test_gumbel_error_is_logit_response() -> None:
    game, payoffs = crisis()
    play = statistical.solve(game, jnp.asarray(payoffs), 0.4, Uncertainty.AGENT_ERROR, Noise.GUMBEL)
    logit = recursion.solve(game, jnp.asarray(payoffs), 2.5)
    assert_allclose(play.choice, logit.choice, rtol=1e-14)


def test_chance_spreads_the_shocks_behind_it() -> None:
    """Over an even lottery of two ends the shock has half the variance."""
    luck = chance({"h": (0.5, end()), "t": (0.5, end())})
    game = build.compile(decision("a", {"lottery": luck, "sure": end()}), ["a"])
    play = statistical.solve(game, jnp.array([[1.0], [0.0], [0.2]]))
    by_hand = 0.3 / np.sqrt(1.5)
    flat = build.compile(decision("a", {"l": end(), "r": end()}), ["a"])
    same = statistical.solve(flat, jnp.array([[by_hand], [0.0]]), np.sqrt(0.5))
    assert_allclose(play.choice[0], same.choice[0], rtol=1e-14)


def test_scale_is_per_draw_and_shapes_follow() -> None:
    game, payoffs = crisis()
    play = statistical.solve(game, jnp.asarray(payoffs), jnp.array([0.1, 1.0, 100.0]))
    assert play.choice.shape == (3, 4)
    assert_allclose(play.choice[2], 0.5, atol=0.01)  # payoffs of one drown in noise of a hundred
    assert play.choice[0, 3] > 0.999


def test_forms_that_do_not_exist_are_refused() -> None:
    game = build.compile(decision("a", {"x": end(), "y": end(), "z": end()}), ["a"])
    with pytest.raises(GameError, match="node 0 has 3 actions; normal noise needs two"):
        statistical.solve(game, jnp.zeros((3, 1)))
    with pytest.raises(GameError, match="private information needs normal noise"):
        statistical.solve(game, jnp.zeros((3, 1)), noise=Noise.GUMBEL)
