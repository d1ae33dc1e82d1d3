"""Logit equilibria of strategic games: published points, slow oracles, laws of the concept."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from games.tables import slow_tables
from schelling.errors import Status
from schelling.games.errors import GameError
from schelling.games.tables import deflation, logit, quantal_branch, uniqueness

SOLVER = 1e-6  # as printed: six digits
ROUNDING = 1e-9  # two ways to the same root, polished to 1e-12 in log-odds


def table(row: list[list[float]], column: list[list[float]], draws: int = 1) -> np.ndarray:
    return np.repeat(np.stack([np.array(row), np.array(column)], axis=-1)[None], draws, axis=0)


HUNT = table([[10.0, 1.0], [8.0, 5.0]], [[10.0, 8.0], [1.0, 5.0]], draws=3)
CHICKEN = table([[0.0, -0.5], [1.0, -3.0]], [[0.0, 1.0], [-0.5, -3.0]])


def log_odds(play: tuple[jax.Array, ...]) -> np.ndarray:
    return np.concatenate([np.log(own[:, 1:] / own[:, :1]) for own in play], axis=1)


def test_gambits_own_test_game() -> None:
    """Turocy (2005), figure 1 game as in Gambit's tests, precision 1, 2, 3 (T8.15)."""
    game = table([[1.0, 1.0], [0.0, 1.0]], [[1.0, 1.0], [2.0, 1.0]], draws=3)
    found = logit.solve(game, np.array([1.0, 2.0, 3.0]))
    assert_allclose(found.play[0][:, 0], [0.642979, 0.772677, 0.859537], atol=SOLVER)
    assert_allclose(found.play[1][:, 0], [0.588319, 0.611743, 0.603816], atol=SOLVER)


def test_ochs_game_at_the_published_precision() -> None:
    """McKelvey and Palfrey (1995) on Ochs's game 2: fit 1.845610, play and likelihood (T8.16)."""
    game = table([[1.1141, 0.0], [0.0, 0.2785]], [[0.0, 1.1141], [1.1141, 0.0]])
    shares = np.array([0.527, 0.366])

    def likelihood(precision: float) -> float:
        play = logit.solve(game, precision).play
        p = np.array([float(own[0, 0]) for own in play])
        return float(128 * np.sum(shares * np.log(p) + (1 - shares) * np.log(1 - p)))

    found = logit.solve(game, 1.845610)
    assert_allclose([own[0, 0] for own in found.play], [0.615651, 0.383291], atol=SOLVER)
    best = likelihood(1.845610)
    assert best == pytest.approx(-174.764532, abs=1e-5)
    # a maximum: flat to the square of the step, lower on both sides
    assert best > max(likelihood(1.84), likelihood(1.85))


def test_stag_hunt() -> None:
    """P(stag) at precision 0.1, 0.5, 1; checked with pygambit 16.7 (T8.20)."""
    found = logit.solve(HUNT, np.array([0.1, 0.5, 1.0]))
    assert_allclose(found.play[0][:, 0], [0.470628, 0.195846, 0.020264], atol=SOLVER)
    assert_allclose(found.play[0], found.play[1], atol=ROUNDING)
    assert_array_equal(found.status, Status.SOLVED)
    assert_array_equal(found.unique, [True, True, False])


@pytest.mark.slow  # `test_continuation` has a bifurcation, `test_games` this one
def test_chicken_splits_at_a_pitchfork() -> None:
    """Symmetric below precision 1.199749, three equilibria at 2, one of them symmetric (T8.22)."""
    below = logit.solve(CHICKEN, 1.0)
    assert float(below.play[0][0, 0]) == pytest.approx(0.599287, abs=SOLVER)
    assert int(below.status[0]) == Status.SOLVED
    (branch,) = quantal_branch.trace(CHICKEN, 2.0)
    assert_allclose(branch.bifurcations, [1.199749], atol=SOLVER)
    near = int(np.argmin(np.abs(branch.precision - branch.bifurcations[0])))
    assert branch.play[0][near, 0] == pytest.approx(0.608881, abs=1e-5)  # a step of 1e-7 away
    above = logit.solve(CHICKEN, 2.0)
    assert_allclose([own[0, 0] for own in above.play], [0.635112, 0.635112], atol=SOLVER)
    assert int(above.status[0]) == Status.DEGENERATE  # said, not silently symmetric
    assert int(above.bifurcations[0]) == 1
    every = deflation.solve(CHICKEN, 2.0)
    assert int(every.found[0]) == 3
    pairs = sorted(zip(*(own[0, :3, 0].tolist() for own in every.play), strict=True))
    expected = [(0.132029, 0.983305), (0.635112, 0.635112), (0.983305, 0.132029)]
    assert_allclose(pairs, expected, atol=SOLVER)


@pytest.fixture(scope="module")
def random_games() -> np.ndarray:
    return np.random.default_rng(11).normal(size=(120, 3, 3, 2))


@pytest.mark.parametrize(
    ("precision", "count"),
    [
        pytest.param(1.0, 120, marks=pytest.mark.slow),
        (2.0, 120),
        (8.0, 30),
        pytest.param(8.0, 120, marks=pytest.mark.slow),
    ],
)
def test_every_answer_is_on_the_branch_of_a_fine_step_walk(
    random_games: np.ndarray, precision: float, count: int
) -> None:
    games = random_games[:count]
    found = logit.solve(games, precision)
    assert_array_equal(found.status, Status.SOLVED)
    reference = slow_tables.principal(games, np.full((count, 2), precision), longest=0.2)
    assert np.isfinite(reference).all()
    # log-odds up to 40 from probabilities: relative rounding of the smallest probability
    assert_allclose(log_odds(found.play), reference, atol=1e-7)
    assert float(np.max(found.residual)) < 1e-12


@pytest.mark.slow  # `at_once` of `tests/oracle` has three players
def test_three_players_against_a_fine_step_walk() -> None:
    games = np.random.default_rng(4).normal(size=(16, 2, 3, 2, 3))
    precision = np.random.default_rng(5).uniform(0.5, 3.0, size=(16, 3))
    found = logit.solve(games, precision)
    assert_array_equal(found.status, Status.SOLVED)
    reference = slow_tables.principal(games, precision, longest=0.2)
    assert_allclose(log_odds(found.play), reference, atol=1e-7)


@pytest.mark.parametrize(
    "actions",
    [
        pytest.param((2, 4), marks=pytest.mark.slow),
        (4, 2),
        pytest.param((3, 2, 2), marks=pytest.mark.slow),
        (3,),
    ],
)
def test_the_block_called_an_identity_is_one(actions: tuple[int, ...]) -> None:
    """The first player's log-odds enter its own equations once; alone it has no other unknowns."""
    games = np.random.default_rng(8).normal(size=(5, *actions, len(actions)))
    game = logit.scale(jnp.asarray(games), jnp.full((5, len(actions)), 1.5))
    system = logit.system(actions)
    gains = tuple(jnp.moveaxis(own, 0, -1) for own in game.gains)
    z = jnp.asarray(np.random.default_rng(9).normal(size=(system.size, 5)))
    slope = system.linearise(z, game.sharpest, gains).slope
    leading = actions[0] - 1 if len(actions) > 1 else 0
    assert system.identity == leading
    unit = np.broadcast_to(np.eye(leading)[:, :, None], (leading, leading, 5))
    assert_array_equal(slope[:leading, :leading], unit)


def test_a_lone_player_is_the_softmax_and_no_choice_is_no_choice() -> None:
    payoffs = np.random.default_rng(0).normal(size=(5, 4, 1))
    alone = logit.solve(payoffs, 3.0)
    assert_allclose(alone.play[0], jax.nn.softmax(3.0 * payoffs[..., 0], axis=1), atol=ROUNDING)
    idle = logit.solve(payoffs[:, :1, None, :].repeat(2, axis=-1), 3.0)
    assert_array_equal(idle.play[0], 1.0)


def test_precision_zero_is_uniform_play_and_payoffs_that_do_not_matter_too() -> None:
    found = logit.solve(HUNT, 0.0)
    assert_allclose(found.play[0], 0.5, atol=1e-15)
    flat = logit.solve(np.ones((2, 3, 2, 2)), 5.0)
    assert_allclose(flat.play[0], 1 / 3, atol=1e-15)
    assert_array_equal(flat.status, Status.SOLVED)


def test_matching_pennies_stays_mixed_and_regret_is_what_it_costs() -> None:
    """Any precision leaves symmetric pennies at one half, where nobody regrets anything."""
    pennies = table([[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]], draws=2)
    found = logit.solve(pennies, np.array([1.0, 50.0]))
    assert_allclose(found.play[0], 0.5, atol=1e-12)
    assert_allclose(found.regret, 0.0, atol=1e-12)
    assert_allclose(found.sharpness, [[2.0, 2.0], [100.0, 100.0]])


small_games = st.lists(st.integers(-5, 5), min_size=12, max_size=12)


@settings(max_examples=25, deadline=None)
@given(small_games, st.integers(1, 9), st.integers(-5, 5), st.permutations(range(3)))
def test_relabelling_and_units_change_nothing(
    cells: list[int], scale: int, bonus: int, order: list[int]
) -> None:
    """Actions renamed, players swapped, payoffs in other units with precision to match."""
    game = np.array(cells, dtype=float).reshape(1, 3, 2, 2)
    game = game + np.linspace(0, 0.1, 12).reshape(1, 3, 2, 2)  # breaks exact symmetry
    base = logit.solve(game, 0.7)
    assert int(base.status[0]) == Status.SOLVED
    renamed = logit.solve(game[:, order], 0.7)
    assert_allclose(renamed.play[0], base.play[0][:, np.array(order)], atol=ROUNDING)
    assert_allclose(renamed.play[1], base.play[1], atol=ROUNDING)
    swapped = logit.solve(game.transpose(0, 2, 1, 3)[..., ::-1], 0.7)
    assert_allclose(swapped.play[0], base.play[1], atol=ROUNDING)
    moved = scale * game
    moved[..., 0] += bonus * np.array([1.0, 2.0])[None, None]  # set by the opponent's action
    units = logit.solve(moved, 0.7 / scale)
    assert_allclose(units.play[0], base.play[0], atol=ROUNDING)


def test_an_action_nobody_takes_changes_nothing() -> None:
    rng = np.random.default_rng(8)
    game = rng.normal(size=(16, 2, 2, 2))
    wider = np.full((16, 3, 2, 2), -1e3)
    wider[:, :2] = game
    wider[:, 2, :, 1] = rng.normal(size=(16, 2))
    base, with_it = logit.solve(game, 2.0), logit.solve(wider, 2.0)
    assert_array_equal(with_it.status, Status.SOLVED)
    assert_allclose(with_it.play[0][:, :2], base.play[0], atol=ROUNDING)
    assert_allclose(with_it.play[1], base.play[1], atol=ROUNDING)


def test_a_draw_does_not_depend_on_its_company(random_games: np.ndarray) -> None:
    together = logit.solve(random_games[:20], 5.0)
    for draw in (0, 7, 19):
        pair = logit.solve(random_games[[draw, draw]], 5.0)
        assert_array_equal(pair.play[0][0], together.play[0][draw])
    more = logit.solve(random_games, 5.0)  # another chunk, other lanes
    assert_allclose(more.play[0][:20], together.play[0], atol=1e-13)


def test_where_numbers_no_longer_carry_the_answer_it_is_said(random_games: np.ndarray) -> None:
    """At 1e8 per unit of payoff a last digit decides; no answer may stand that is none."""
    found = logit.solve(random_games[:16], 1e8)
    answered = np.isfinite(np.asarray(found.play[0])).all(axis=1)
    assert_array_equal(answered, np.asarray(found.status) == Status.SOLVED)
    assert 0 < answered.sum() < 16
    assert float(np.max(np.asarray(found.residual)[answered])) <= 1e-6
    assert set(np.asarray(found.status).tolist()) <= {Status.SOLVED, Status.NO_CONVERGENCE}


def test_the_certificate_is_the_product_rule_for_two_players() -> None:
    """Precision 1 and 4, D = 2 each: 1 * 4 * 2 * 2 = 16 is the boundary."""
    game = table([[2.0, 0.0], [0.0, 0.0]], [[2.0, 0.0], [0.0, 0.0]], draws=2)
    sharp = jnp.array([[1.0, 3.999], [1.0, 4.001]])
    assert_array_equal(uniqueness.certified(jnp.asarray(game), sharp), [True, False])


def test_failed_inputs_are_counted_not_hidden() -> None:
    games = np.random.default_rng(1).normal(size=(5, 2, 2, 2))
    games[1, 0, 0, 0] = np.nan
    games[3] = np.inf
    found = logit.solve(games, 2.0)
    assert_array_equal(found.status, [0, 3, 0, 3, 0])
    assert np.isnan(np.asarray(found.play[0])[[1, 3]]).all()
    assert np.isfinite(np.asarray(found.play[0])[[0, 2, 4]]).all()


@pytest.mark.parametrize(
    ("precision", "words"), [(-1.0, "at least 0"), (np.ones(7), "precision must")]
)
def test_precisions_that_are_none_are_refused(precision: object, words: str) -> None:
    with pytest.raises(GameError, match=words):
        logit.solve(HUNT, precision)  # type: ignore[arg-type]


def test_derivatives_are_differences() -> None:
    """By the implicit function theorem, against central differences of the solver itself."""
    games = np.random.default_rng(2).normal(size=(3, 2, 2, 2))

    def first(scale: jax.Array) -> jax.Array:
        play, _ = logit.follow(jnp.asarray(games) * scale, 1.5)
        return play[0][:, 0]

    exact = jax.jit(jax.jacrev(first))(jnp.array(1.0))
    step = 1e-5
    ahead, behind = (logit.solve(games * (1 + sign * step), 1.5).play[0][:, 0] for sign in (1, -1))
    # error of the difference: rounding over the step, and its square
    assert_allclose(exact, (ahead - behind) / (2 * step), atol=1e-8)


@pytest.mark.parametrize(
    ("shape", "ties"),
    [
        *(((2, 2), False), ((3, 3), False), ((4,), False)),
        pytest.param((2, 3, 2), False, marks=pytest.mark.slow),
        *(((2, 2), True), ((3, 3), True)),
    ],
)
def test_a_game_alone_is_walked_like_one_of_many(shape: tuple[int, ...], ties: bool) -> None:
    """Alone in NumPy, among others compiled: the same points, steps, folds and bifurcations."""
    rng = np.random.default_rng(len(shape))
    games = rng.normal(size=(20, *shape, len(shape)))
    if ties:  # symmetric games sit on bifurcations
        games = np.round(games)
        games[..., 1] = np.swapaxes(games[..., 0], 1, 2)
    many = logit.solve(games, 8.0)
    for draw in range(len(games)):
        alone = logit.solve(games[draw : draw + 1], 8.0)
        for name in ("status", "steps", "folds", "bifurcations", "unique"):
            assert getattr(alone, name)[0] == getattr(many, name)[draw], name
        for one, other in zip(alone.play, many.play, strict=True):
            # points are polished to 1e-12 in the log-odds
            assert_allclose(one[0], other[draw], atol=1e-11)


def test_a_large_table_alone_is_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*_: object) -> None:
        pytest.fail("a program was made for one game")

    monkeypatch.setattr(logit, "_followed", compiled)
    game = np.random.default_rng(0).normal(size=(1, 30, 30, 2))
    found = logit.solve(game, 5.0)
    assert int(found.status[0]) == Status.SOLVED
    assert float(found.residual[0]) < 1e-12
