"""Planted dependence, planted lack of identification, planted separation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from evidence.estimation.crises import alone, crisis, random_crisis
from schelling.evidence.estimation import identification, maximum
from schelling.evidence.estimation.moves import NOBODY, ErrorKind, LinkFunction


def test_dependent_columns_are_found_with_their_combination() -> None:
    source = np.random.default_rng(0)
    a, b = source.normal(size=(2, 50))
    found = identification.dependent_columns(np.stack([np.ones(50), a, b, 2 * a - 3 * b], axis=1))
    assert found is not None
    assert found.members == (1, 2, 3)
    parts = np.array(found.parts)
    assert_allclose(parts / parts[2], [-2.0, 3.0, 1.0], rtol=1e-9)


def test_fewer_rows_than_columns_are_dependent() -> None:
    assert identification.dependent_columns(np.random.default_rng(0).normal(size=(3, 5)))


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_independent_columns_of_any_unit_are_let_through(scale: float) -> None:
    columns = np.random.default_rng(1).normal(size=(50, 4)) * [1, scale, 1, 1 / scale]
    assert identification.dependent_columns(columns) is None


@pytest.mark.parametrize("errors", list(ErrorKind))
def test_the_crisis_is_identified(errors: ErrorKind) -> None:
    assert identification.unidentified(random_crisis(60, 1, LinkFunction.PROBIT, errors)) is None


def test_a_covariate_in_all_payoffs_of_a_player_is_not_identified() -> None:
    """Adding the same to a player's payoff at every end changes nothing."""
    sample = random_crisis(80, 2, LinkFunction.PROBIT, ErrorKind.AGENT)
    columns = sample.covariates[0]
    utility = ((0, NOBODY), (1, NOBODY), (2, 3))
    game = replace(sample.specification, utility=utility, predictors=4)
    planted = replace(
        sample,
        specification=game,
        covariates=(columns[:, 1:2], columns[:, 1:2], columns[:, 1:2], columns),
        offsets=np.zeros((4, 80)),
    )
    found = identification.unidentified(planted)
    assert found is not None
    assert found.members == (0, 1, 2)
    assert_allclose(found.parts, [1.0, 1.0, 1.0], rtol=1e-6)


def test_a_scale_beside_free_payoffs_is_not_identified() -> None:
    sample = random_crisis(80, 3, LinkFunction.LOGIT, ErrorKind.AGENT, scale=True)
    constant = (*sample.covariates[:3], np.ones((80, 1)))
    found = identification.unidentified(replace(sample, covariates=constant))
    assert found is not None
    assert 9 in found.members
    assert identification.unidentified(sample) is None  # a scale that varies is identified


def test_separated_data_have_no_finite_estimate() -> None:
    """The first action whenever the covariate is positive: its coefficient grows for ever."""
    x = np.linspace(-1, 1, 40)
    design = np.stack([np.ones(40), x], axis=1)
    sample = alone(design, (x > 0).astype(int), LinkFunction.LOGIT)
    found = maximum.maximise(sample, 1, 0)
    direction = identification.unbounded(sample, found.coefficients, found.curvature)
    assert direction is not None
    parts = dict(zip(direction.members, direction.parts, strict=True))
    assert parts[1] > 0


def test_data_that_overlap_by_one_row_are_not_separated() -> None:
    x = np.linspace(-1, 1, 40)
    first = (x > 0).astype(int)
    first[19], first[20] = 1, 0
    design = np.stack([np.ones(40), x], axis=1)
    for link in LinkFunction:
        sample = alone(design, first, link)
        found = maximum.maximise(sample, 1, 0)
        assert found.converged
        assert identification.unbounded(sample, found.coefficients, found.curvature) is None


def test_a_group_that_never_fights_separates_the_crisis() -> None:
    source = np.random.default_rng(4)
    group = source.integers(0, 2, 400)
    ends = source.integers(0, 3, 400)
    ends[(group == 1) & (ends == 2)] = 1
    one = np.ones((400, 1))
    sample = crisis((one, one, np.stack([np.ones(400), group], axis=1)), ends)
    found = maximum.maximise(sample, 2, 0)
    direction = identification.unbounded(sample, found.coefficients, found.curvature)
    assert direction is not None
    parts = dict(zip(direction.members, direction.parts, strict=True))
    assert parts[3] == -1.0


def test_what_makes_a_decision_certain_is_named() -> None:
    """Nobody escalates: it is the worth of the status quo that grows, and nothing else.

    The likelihood is as flat in what would follow an escalation, which no row tells of.
    """
    x = np.random.default_rng(4).standard_normal((400, 1))
    one = np.ones((400, 1))
    sample = crisis((np.hstack([one, x]), one[:, :0], np.hstack([one, x])), np.zeros(400, int))
    found = maximum.maximise(sample, 2, 0)
    direction = identification.unbounded(sample, found.coefficients, found.curvature)
    assert direction is not None
    parts = dict(zip(direction.members, direction.parts, strict=True))
    assert parts == {0: 1.0}
