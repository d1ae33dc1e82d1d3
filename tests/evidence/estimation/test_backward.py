"""Probabilities of the ends: published numbers, the solver of statistical trees, shocks drawn."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evidence.estimation.crises import CRISIS
from games.random_trees import sketch
from schelling.evidence.estimation import derivatives
from schelling.evidence.estimation.backward import log_chances, log_likelihood
from schelling.evidence.estimation.moves import (
    NOBODY,
    ErrorKind,
    LinkFunction,
    Moves,
    Specification,
)
from schelling.games.trees import build, statistical
from schelling.games.trees.statistical import Noise, Uncertainty

FORMS = [
    (LinkFunction.PROBIT, ErrorKind.AGENT, Noise.NORMAL, Uncertainty.AGENT_ERROR),
    (LinkFunction.PROBIT, ErrorKind.PRIVATE, Noise.NORMAL, Uncertainty.PRIVATE_INFORMATION),
    (LinkFunction.LOGIT, ErrorKind.AGENT, Noise.GUMBEL, Uncertainty.AGENT_ERROR),
]


def fixed(
    moves: Moves, payoffs: np.ndarray, link: LinkFunction, errors: ErrorKind, scale: float = 1.0
) -> Specification:
    """A game without predictors."""
    none = tuple((NOBODY,) * moves.players for _ in payoffs)
    return Specification(
        moves,
        tuple(tuple(float(value) for value in row) for row in payoffs),
        none,
        (float(np.log(scale)),) * moves.players,
        (NOBODY,) * moves.players,
        0,
        link,
        errors,
    )


@pytest.mark.parametrize(
    ("errors", "ends"),
    [
        (ErrorKind.PRIVATE, (0.588155, 0.149021, 0.262824)),
        (ErrorKind.AGENT, (0.577457, 0.152892, 0.269651)),
    ],
)
def test_strategic_probit_of_the_three_outcome_crisis(
    errors: ErrorKind, ends: tuple[float, ...]
) -> None:
    """Signorino (1999): payoffs 0, 1 and -1 of the first, 0.5 of the second where they fight."""
    payoffs = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.5]])
    found = log_chances(fixed(CRISIS, payoffs, LinkFunction.PROBIT, errors), jnp.zeros(0))
    assert_allclose(np.exp(found), ends, atol=6e-7)  # six digits are given


@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), form=st.sampled_from(FORMS), scale=st.floats(0.5, 2.0))
def test_any_tree_has_the_chances_that_the_solver_of_games_finds(
    seed: int, form: tuple[LinkFunction, ErrorKind, Noise, Uncertainty], scale: float
) -> None:
    """Two programs that share no code."""
    link, errors, noise, uncertainty = form
    root = sketch(seed, players=3, depth=3, hidden=False)
    players = ("p0", "p1", "p2")
    tree = build.compile(root, players)
    wide = any(o >= 0 and len(c) > 2 for o, c in zip(tree.owner, tree.children, strict=True))
    if (wide and link is LinkFunction.PROBIT) or not tree.infosets:
        return
    payoffs = build.payoffs(root, players)
    chance = tuple(tuple(float(w or 0) for w in weights) for weights in tree.weights)
    made = fixed(Moves(tree.owner, tree.children, chance, 3), payoffs, link, errors, scale)
    play = statistical.solve(tree, jnp.asarray(payoffs), scale, uncertainty, noise)
    found = np.exp(log_chances(made, jnp.zeros(0)))
    assert_allclose(found, play.reach[jnp.array(tree.ends)], atol=1e-13)  # rounding
    assert_allclose(found.sum(), 1.0, atol=1e-12)


def test_what_is_not_known_is_summed_over() -> None:
    payoffs = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.5]])
    made = fixed(CRISIS, payoffs, LinkFunction.PROBIT, ErrorKind.AGENT)
    logs = log_chances(made, jnp.zeros(0))
    went = log_likelihood(made, jnp.zeros(0), jnp.array([False, True, True]))
    assert_allclose(np.exp(went), np.exp(logs[1]) + np.exp(logs[2]), rtol=1e-13)


def test_hopeless_payoffs_keep_a_finite_likelihood() -> None:
    """Forty standard deviations away, where a probability underflows, its logarithm does not."""
    payoffs = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, -60.0]])
    made = fixed(CRISIS, payoffs, LinkFunction.PROBIT, ErrorKind.AGENT)
    log = float(log_chances(made, jnp.zeros(0))[2])
    # the first asymptotic term of Mills' ratio, Phi(-x) ~ phi(x) / x, is right to 1 / x^2
    x = 60 / np.sqrt(2)
    assert_allclose(log, np.log(0.5) - x**2 / 2 - np.log(x * np.sqrt(2 * np.pi)), atol=1e-3)


@pytest.mark.parametrize("errors", list(ErrorKind))
def test_derivatives_are_those_of_finite_differences(errors: ErrorKind) -> None:
    made = Specification(
        CRISIS,
        ((0.0, 0.0),) * 3,
        ((0, NOBODY), (NOBODY, NOBODY), (1, 2)),
        (0.0, 0.0),
        (3, 3),
        4,
        LinkFunction.PROBIT,
        errors,
    )
    source = np.random.default_rng(3)
    lanes = 40
    eta = source.normal(size=(4, lanes))
    seen = source.integers(0, 3, lanes)[None] == np.arange(3)[:, None]
    found = derivatives.derivatives(made, eta, seen)
    step = 1e-6
    for k in range(4):
        move = np.zeros((4, 1))
        move[k] = step
        up = derivatives.derivatives(made, eta + move, seen)
        down = derivatives.derivatives(made, eta - move, seen)
        # central differences are right to the square of the step plus rounding over the step
        assert_allclose(found.slope[k], (up.value - down.value) / (2 * step), atol=2e-8)
        assert_allclose(found.curvature[k], (up.slope - down.slope) / (2 * step), atol=2e-8)


def test_lanes_do_not_depend_on_their_number() -> None:
    """More than two chunks, computed by two threads, give what each lane gives alone."""
    made = Specification(
        CRISIS,
        ((0.0, 0.0),) * 3,
        ((0, NOBODY), (NOBODY, NOBODY), (1, 2)),
        (0.0, 0.0),
        (NOBODY, NOBODY),
        3,
        LinkFunction.PROBIT,
        ErrorKind.AGENT,
    )
    source = np.random.default_rng(4)
    lanes = 2 * derivatives.LANES + 17
    eta = source.normal(size=(3, lanes))
    seen = source.integers(0, 3, lanes)[None] == np.arange(3)[:, None]
    whole = derivatives.derivatives(made, eta, seen)
    for lane in (0, derivatives.LANES - 1, derivatives.LANES, lanes - 1):
        one = derivatives.derivatives(made, eta[:, [lane]], seen[:, [lane]])
        assert_allclose(whole.value[lane], one.value[0], rtol=1e-14)
        assert_allclose(whole.curvature[..., lane], one.curvature[..., 0], rtol=1e-12, atol=1e-14)
