"""Simulated plays: estimates find the payoffs, intervals hold them as often as they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evidence.estimation.crises import simulated
from schelling.evidence.estimation import maximum
from schelling.evidence.estimation.moves import (
    NOBODY,
    ErrorKind,
    LinkFunction,
    Moves,
    Specification,
)
from schelling.evidence.estimation.sample import DecisionSample

TRIANGLE = Moves(
    (0, 1, NOBODY, NOBODY, 2, NOBODY, 0, NOBODY, NOBODY),
    ((1, 4), (2, 3), (), (), (5, 6), (), (7, 8), (), ()),
    ((),) * 9,
    3,
)
"""The first goes left or right; then the second, or the third, answers; after the third's second
answer the first moves again. Ends 0 to 4."""
TRUE = np.array([0.3, 0.6, -0.4, 0.5, 0.2, -0.7, 0.6, 0.5])
REPEATS = 200


def sample(rows: int, seed: int, link: LinkFunction, errors: ErrorKind) -> DecisionSample:
    """Four payoffs vary: the first player's at ends 1 and 4, the others' at 1 and at 2."""
    source = np.random.default_rng(seed)
    parts = [np.stack([np.ones(rows), source.normal(size=rows)], axis=1) for _ in range(4)]
    none = (NOBODY,) * 3
    utility = (none, (0, 2, NOBODY), (NOBODY, NOBODY, 3), none, (1, NOBODY, NOBODY))
    made = Specification(
        TRIANGLE,
        ((0.0, 0.0, 0.0),) * 5,
        utility,
        (0.0,) * 3,
        (NOBODY,) * 3,
        4,
        link,
        errors,
    )
    seen = np.zeros((5, rows), dtype=bool)
    return DecisionSample(made, tuple(parts), np.zeros((4, rows)), seen, np.ones(rows))


FORMS = [
    pytest.param(LinkFunction.PROBIT, ErrorKind.AGENT, marks=pytest.mark.slow),
    pytest.param(LinkFunction.PROBIT, ErrorKind.PRIVATE, marks=pytest.mark.slow),
    (LinkFunction.LOGIT, ErrorKind.AGENT),
]


@pytest.mark.parametrize(("link", "errors"), FORMS)
def test_many_plays_of_three_players_give_the_payoffs(
    link: LinkFunction, errors: ErrorKind
) -> None:
    plays = simulated(sample(40_000, 1, link, errors), TRUE, 2)
    found = maximum.maximise(plays, 2, 0)
    assert found.converged
    assert found.agreed == 2
    spread = np.sqrt(np.diag(maximum.covariance(found)))
    # four standard errors for each of eight coefficients
    assert (np.abs(found.coefficients - TRUE) < 4 * spread).all()
    assert_allclose(found.coefficients, TRUE, atol=0.2)


@pytest.mark.slow
@pytest.mark.parametrize(("link", "errors"), FORMS)
def test_intervals_hold_the_payoffs_as_often_as_they_say(
    link: LinkFunction, errors: ErrorKind
) -> None:
    held = np.zeros(len(TRUE))
    for seed in range(REPEATS):
        plays = simulated(sample(1_500, seed, link, errors), TRUE, 10_000 + seed)
        found = maximum.maximise(plays, 1, 0)
        assert found.converged
        spread = np.sqrt(np.diag(maximum.covariance(found)))
        held += np.abs(found.coefficients - TRUE) < 1.959964 * spread
    # the standard error of a share of 95 % in 200 samples is 1.5 %; three and a half of them
    assert (np.abs(held / REPEATS - 0.95) < 0.054).all(), held / REPEATS


def test_an_unseen_move_costs_information_and_no_bias() -> None:
    """The answers of the third are not seen: its ends are joined."""
    plays = simulated(sample(20_000, 3, LinkFunction.PROBIT, ErrorKind.AGENT), TRUE, 4)
    joined = plays.seen.copy()
    joined[2:] = plays.seen[2:].any(axis=0)
    whole, part = (maximum.maximise(one, 1, 0) for one in (plays, replace(plays, seen=joined)))
    spread = np.sqrt(np.diag(maximum.covariance(part)))
    assert (spread > np.sqrt(np.diag(maximum.covariance(whole)))).all()
    assert (np.abs(part.coefficients - TRUE) < 4 * spread).all()
