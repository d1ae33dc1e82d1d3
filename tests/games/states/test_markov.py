"""Stochastic games: published point, another program's answers, dynamic programming, laws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import logsumexp

from schelling.errors import Status
from schelling.games.errors import GameError
from schelling.games.files import csv_table
from schelling.games.states import markov, stochastic
from schelling.games.states.markov import Method
from schelling.games.states.markov_system import Worth
from schelling.games.states.stochastic import StochasticArrays, Structure
from schelling.games.tables import logit

DATA = Path(__file__).parent / "data"
ROUNDING = 1e-9  # two ways to the same root, polished to 1e-12 in log-odds


def calm_and_crisis() -> tuple[Structure, StochasticArrays]:
    """Restrain or escalate, in calm or crisis, discount 0.9, symmetric."""
    calm, crisis = np.array([[2.0, 0.0], [3.0, 1.0]]), np.array([[1.0, -1.0], [0.0, -3.0]])
    worse = np.array([[[0.1, 0.5], [0.5, 0.9]], [[0.3, 0.7], [0.7, 1.0]]])
    payoffs = np.stack([[calm, crisis], [calm.T, crisis.T]], axis=-1)
    transitions = np.stack([1 - worse, worse], axis=-1)
    return Structure.full(2, (2, 2)), StochasticArrays(payoffs[None], transitions[None], 0.9)


def random_game(seed: int, draws: int, discount: float = 0.9) -> tuple[Structure, StochasticArrays]:
    """Two players, three states, uneven numbers of actions, some ends of the game."""
    structure = Structure(((2, 2), (2, 2), (3, 1)))
    rng = np.random.default_rng(seed)
    payoffs = rng.normal(size=(draws, 3, *structure.widths, 2))
    chances = rng.dirichlet(np.ones(4), size=(draws, 3, *structure.widths))[..., :3]
    return structure, StochasticArrays(payoffs, chances, discount)


def test_calm_and_crisis_at_precision_one() -> None:
    """Restraint .328648 in calm and .811627 in crisis; worth 8.736209, 7.942612 (T8.21)."""
    found = markov.solve(*calm_and_crisis(), 1.0)
    for player in range(2):
        assert_allclose(found.play[player][0, :, 0], [0.328648, 0.811627], atol=1e-6)  # printed
        assert_allclose(found.values[0, :, player], [8.736209, 7.942612], atol=1e-6)
    assert_array_equal(found.status, Status.SOLVED)


TEN = pytest.param(["ten-a", "ten-b", "ten-c"], marks=pytest.mark.slow)
THREE = pytest.param(["three-players"], marks=pytest.mark.slow)  # three at tables: `test_logit`


@pytest.mark.parametrize("names", [TEN, ["uneven"], THREE])
def test_same_answers_as_sgamesolver(names: list[str]) -> None:
    """Stored answers of sgamesolver 1.0.2 at precision 1, 2 and 10; data/make_markov_reference."""
    reference = json.loads((DATA / "markov-reference.json").read_text())
    tables = [csv_table.read(DATA / f"markov-{name}.csv") for name in names for _ in range(3)]
    games = [stochastic.check(table.structure, table.game()) for table in tables]
    whole = StochasticArrays(*map(np.concatenate, zip(*games, strict=True)))
    precisions = ("1.0", "2.0", "10.0") * len(names)
    found = markov.solve(tables[0].structure, whole, np.array(precisions, dtype=float))
    assert_array_equal(found.status, Status.SOLVED)
    for draw, precision in enumerate(precisions):
        expected = reference[names[draw // 3]][precision]
        # its corrector stops at 1e-10 in log-probabilities; the target is met to 1e-7
        for state, strategies in enumerate(expected["strategies"]):
            for player, own in enumerate(strategies):
                ours = np.asarray(found.play[player][draw, state])
                assert_allclose(ours[: len(own)], own, atol=1e-7)
                assert_allclose(ours[len(own) :], 0.0)
        assert_allclose(found.values[draw], expected["values"], atol=1e-6)


def test_without_a_future_every_state_is_a_table_of_its_own() -> None:
    structure, game = random_game(0, 5, discount=0.0)
    for worth in Worth:
        found = markov.solve(structure, game, 1.5, Method(worth))
        for state, counts in enumerate(structure.actions):
            part = game.payoffs[:, state, : counts[0], : counts[1]]
            alone = logit.solve(part, 1.5)
            for player, count in enumerate(counts):
                ours = found.play[player][:, state, :count]
                assert_allclose(ours, alone.play[player], atol=ROUNDING)


@pytest.mark.parametrize("precision", [0.05, 2.0])
@pytest.mark.parametrize("worth", list(Worth))
def test_a_lone_player_solves_its_own_soft_programme(worth: Worth, precision: float) -> None:
    """Iterating worth until nothing moves: a contraction for the log-sum, checked for the other."""
    structure = Structure(((3,), (2,)))
    rng = np.random.default_rng(4)
    payoffs = rng.normal(size=(6, 2, 3, 1))
    chances = rng.dirichlet(np.ones(2), size=(6, 2, 3))
    found = markov.solve(
        structure, StochasticArrays(payoffs, chances, 0.8), precision, Method(worth)
    )
    exists = structure.exists(0)
    value = np.zeros((6, 2))
    for _ in range(2000):
        q = payoffs[..., 0] + 0.8 * np.einsum("dsan,dn->dsa", chances, value)
        q = np.where(exists, q, -np.inf)
        soft = logsumexp(precision * q, axis=2)
        play = np.exp(precision * q - soft[..., None])
        mean = np.sum(np.where(exists, play * np.where(exists, q, 0.0), 0.0), axis=2)
        value = soft / precision if worth is Worth.INCLUSIVE else 0.5 * value + 0.5 * mean
    assert_allclose(found.play[0], play, atol=ROUNDING)
    assert_allclose(found.values[..., 0], value, atol=1e-8)


def test_answers_answer_themselves_and_the_two_conventions_differ() -> None:
    structure, game = random_game(1, 16)
    sharp = np.random.default_rng(2).uniform(0.2, 4.0, size=(16, 2))
    plays = []
    for worth in Worth:
        found = markov.solve(structure, game, sharp, Method(worth))
        assert_array_equal(found.status, Status.SOLVED)
        assert float(np.max(found.residual)) < 1e-12  # by code that shares nothing
        assert_allclose(found.precision, sharp)
        plays.append(np.asarray(found.play[0]))
    assert np.max(np.abs(plays[0] - plays[1])) > 0.01


def test_renaming_states_and_units_change_nothing() -> None:
    structure, game = random_game(3, 10)
    base = markov.solve(structure, game, 1.2)
    order = np.array([1, 0, 2])
    renamed = markov.solve(
        Structure(tuple(structure.actions[s] for s in order)),
        StochasticArrays(game.payoffs[:, order], game.transitions[:, order][..., order], 0.9),
        1.2,
    )
    for player in range(2):
        assert_allclose(
            renamed.play[player], np.asarray(base.play[player])[:, order], atol=ROUNDING
        )
    closed = game.transitions / game.transitions.sum(axis=-1, keepdims=True)
    here = markov.solve(structure, game._replace(transitions=closed), 1.2)
    units = StochasticArrays(5 * game.payoffs + 7, closed, 0.9)
    there = markov.solve(structure, units, 1.2 / 5)
    assert_allclose(there.play[0], here.play[0], atol=ROUNDING)
    # seven more in every period, for ever: 7 / (1 - 0.9)
    assert_allclose(there.values, 5 * np.asarray(here.values) + 70, atol=1e-7)


def test_a_draw_does_not_depend_on_its_company() -> None:
    structure, game = random_game(5, 16)
    whole = markov.solve(structure, game, 3.0)
    one = StochasticArrays(game.payoffs[7:8], game.transitions[7:8], 0.9)
    alone = markov.solve(structure, one, 3.0)
    assert_allclose(alone.play[0][0], whole.play[0][7], atol=1e-12)


def test_moving_in_turn_is_simultaneous_play_with_one_mover() -> None:
    """Two states visited in turn, one mover each: with discount 1/2 solved backwards by hand."""
    structure = Structure(((2, 1), (1, 2)))
    payoffs = np.zeros((1, 2, 2, 2, 2))
    payoffs[0, 0, :, 0] = [[1.0, 0.0], [0.0, 1.0]]
    payoffs[0, 1, 0, :] = [[2.0, 0.0], [0.0, 1.0]]
    chances = np.zeros((1, 2, 2, 2, 2))
    chances[0, 0, :, :, 1] = 1.0  # then the second moves, and the game ends
    found = markov.solve(structure, StochasticArrays(payoffs, chances, 0.5), 1.0)
    p = 1.0 / (1.0 + np.exp(-1.0))
    assert_allclose(found.play[1][0, 1, 1], p, atol=ROUNDING)
    assert_allclose(found.play[0][0, 0, 0], p, atol=ROUNDING)
    assert_allclose(found.values[0, 0], [p + 0.5 * 2 * (1 - p), (1 - p) + 0.5 * p], atol=ROUNDING)


def test_the_limit_is_an_equilibrium_to_the_tolerance() -> None:
    structure, game = random_game(6, 12)
    found = markov.limit(structure, game, tolerance=1e-3)
    assert_array_equal(found.status, Status.SOLVED)
    stake = np.asarray(stochastic.stakes(structure, stochastic.check(structure, game))).max(axis=1)
    gains = np.asarray(stochastic.regret(structure, stochastic.check(structure, game), found.play))
    assert np.all(gains.max(axis=(1, 2)) <= 1e-3 * stake)
    assert_allclose(gains.max(axis=(1, 2)), found.regret, atol=1e-12)
    short = markov.limit(structure, game, tolerance=1e-9, largest=50.0)
    assert Status.NO_CONVERGENCE in np.asarray(short.status)
    assert not np.isnan(np.asarray(short.precision)).any()


def test_a_draw_that_is_no_number_fails_alone() -> None:
    structure, game = random_game(8, 3)
    game.payoffs[1, 0, 0, 0, 0] = np.nan
    found = markov.solve(structure, game, 1.0)
    assert_array_equal(found.status, [Status.SOLVED, Status.OUT_OF_DOMAIN, Status.SOLVED])
    assert np.isnan(found.play[0][1]).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"payoffs": np.zeros((1, 2, 2, 3, 2))}, "payoffs must be"),
        ({"transitions": np.zeros((1, 2, 2, 2, 3))}, "transitions must be"),
        ({"transitions": np.full((1, 2, 2, 2, 2), 0.6)}, "sum to at most 1"),
        ({"discount": 1.0}, "below 1"),
    ],
)
def test_numbers_that_are_no_game_are_refused(change: dict[str, object], words: str) -> None:
    structure, game = calm_and_crisis()
    with pytest.raises(GameError, match=words):
        markov.solve(structure, game._replace(**change), 1.0)


def test_a_structure_needs_the_same_players_everywhere() -> None:
    with pytest.raises(GameError, match="same players"):
        Structure(((2, 2), (2,)))
    with pytest.raises(GameError, match="at least one action"):
        Structure(((2, 0),))
