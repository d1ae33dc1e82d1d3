"""No draws give an empty answer, whatever solver is asked."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from schelling.games.states import markov, stochastic
from schelling.games.tables import (
    deflation,
    dominated,
    global_game,
    logit,
    mixing,
    nash,
    pivoting,
    strategic,
    uniqueness,
)
from schelling.games.trees import (
    agent_form,
    batch,
    build,
    certify,
    perfect,
    recursion,
    sequential,
    statistical,
)

STAGE = {"x": build.end(), "y": build.end()}
HIDDEN = build.compile(
    build.decision(
        "a", {"l": build.decision("b", STAGE, "s"), "r": build.decision("b", STAGE, "s")}
    ),
    ["a", "b"],
)
SEEN = build.compile(build.decision("a", {"l": build.decision("b", STAGE), "r": build.end()}), "ab")
TWO, THREE, SMALL = np.zeros((0, 3, 4, 2)), np.zeros((0, 2, 2, 2, 3)), np.zeros((0, 2, 2, 2))
NONE, ENDS, SEEN_ENDS = np.zeros(0), np.zeros((0, 4, 2)), np.zeros((0, 3, 2))
STATES = stochastic.Structure.full(2, [2, 2])
PROCESS = stochastic.StochasticArrays(
    np.zeros((0, 2, 2, 2, 2)), np.zeros((0, 2, 2, 2, 2)), np.zeros((0, 2))
)
ERROR, PRIVATE = statistical.Uncertainty.AGENT_ERROR, statistical.Uncertainty.PRIVATE_INFORMATION

CALLS: dict[str, Callable[[], object]] = {
    "logit": lambda: logit.solve(TWO, 1.0),
    "logit of three": lambda: logit.solve(THREE, NONE),
    "deflation": lambda: deflation.solve(TWO, 1.0),
    "nash": lambda: nash.solve(TWO),
    "nash two by two": lambda: nash.solve(SMALL),
    "dominated": lambda: dominated.solve(THREE),
    "by mixture": lambda: dominated.by_mixture(TWO, 0),
    "mixing": lambda: mixing.find(jnp.asarray(THREE)),
    "pivoting": lambda: pivoting.find(jnp.asarray(TWO)),
    "regret": lambda: strategic.regret(TWO, [np.zeros((0, 3)), np.zeros((0, 4))]),
    "pure": lambda: strategic.pure(TWO),
    "certificate": lambda: uniqueness.certified(TWO, np.zeros((0, 2))),
    "public signals": lambda: global_game.public(NONE, NONE, NONE, NONE),
    "agents": lambda: agent_form.solve(HIDDEN, ENDS, 1.0),
    "agents who see": lambda: agent_form.solve(SEEN, SEEN_ENDS, 1.0),
    "perfect": lambda: perfect.solve(HIDDEN, ENDS),
    "perfect, all seen": lambda: perfect.solve(SEEN, SEEN_ENDS),
    "recursion": lambda: recursion.solve(SEEN, SEEN_ENDS, 1.0),
    "batch": lambda: batch.solve_batch(SEEN, SEEN_ENDS, 1.0),
    "sequential": lambda: sequential.solve(HIDDEN, ENDS),
    "agent error": lambda: statistical.solve(SEEN, SEEN_ENDS, scale=1.0, uncertainty=ERROR),
    "private": lambda: statistical.solve(SEEN, SEEN_ENDS, scale=1.0, uncertainty=PRIVATE),
    "markov": lambda: markov.solve(STATES, PROCESS, 1.0),
    "limit": lambda: markov.limit(STATES, PROCESS),
    "tree regret": lambda: certify.regret(SEEN, SEEN_ENDS, np.zeros((0, 4))),
    "tree residual": lambda: certify.logit_residual(SEEN, SEEN_ENDS, np.zeros((0, 4)), 1.0),
}


@pytest.mark.parametrize("solver", CALLS)
def test_no_draws_give_an_empty_answer(solver: str) -> None:
    leaves = jax.tree.leaves(CALLS[solver]())
    assert leaves
    assert all(leaf.shape[0] == 0 for leaf in leaves)
