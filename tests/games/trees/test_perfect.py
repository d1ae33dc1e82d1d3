"""Subgame perfection: published deterrence games, ties, blocks without pure equilibrium."""

from __future__ import annotations

from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from games import deterrence
from games.random_trees import sketch
from schelling.errors import Status
from schelling.games.errors import GameError
from schelling.games.trees import build, certify, perfect, stage
from schelling.games.trees.build import Sketch, chance, decision, end
from schelling.games.trees.perfect import Ties
from schelling.games.trees.tree import NodeKind, Tree


def test_deterrence_by_an_unknown_resolve() -> None:
    """T8.2: rudimentary deterrence, a = (DC 1, SQ .4, DD -1): challenge up to p_B = .3."""
    root = chance(
        {
            kind: (
                None,
                decision(
                    "a",
                    {
                        "challenge": decision(
                            "b", {"yield": end(payoffs={"a": 1, "b": 0}), "fight": fight}
                        ),
                        "accept": end(payoffs={"a": 0.4, "b": 2}),
                    },
                    "a",
                ),
            )
            for kind, fight in (
                ("hard", end(payoffs={"a": -1, "b": 1})),
                ("soft", end(payoffs={"a": -1, "b": -1})),
            )
        }
    )
    game, payoffs = build.compile(root, ["a", "b"]), build.payoffs(root, ["a", "b"])
    hard = jnp.array([0.1, 0.2999, 0.3001, 0.7])
    found = perfect.solve(game, jnp.asarray(payoffs), weights=jnp.stack([hard, 1 - hard], axis=-1))
    assert_array_equal(found.play.choice[:, game.first_edge[game.at("hard")]], [1, 1, 0, 0])
    assert_array_equal(found.status, int(Status.SOLVED))


CHALLENGER = {"DC": 1, "SQ": 0.6, "DD+": 0.4, "CD": 0.2, "DD-": 0}
DEFENDER = {"SQ": 1, "CD": 0.8, "DD+": 0.5, "DC": 0.3, "DD-": 0}


def unilateral_thresholds() -> tuple[float, float, float]:
    c, d = CHALLENGER, DEFENDER
    c1 = (c["DC"] - c["SQ"]) / (c["DC"] - c["CD"])
    c2 = (c["DC"] - c["SQ"]) / (c["DC"] - c["DD+"])
    return c1, c2, (d["CD"] - d["DC"]) / (d["CD"] - d["DD-"])


def unilateral_play(
    game: Tree, initiate: tuple[float, float], defy: tuple[float, float]
) -> np.ndarray:
    """Choices of a strategy profile; hard challengers press on, soft ones back down."""
    share = {
        "ch hard": 1 - initiate[0],
        "ch soft": 1 - initiate[1],
        "def hard": 1 - defy[0],
        "def soft": 1 - defy[1],
        "last hard": 1.0,
        "last soft": 0.0,
    }
    choice = np.zeros(len(game.edges))
    for edge, (node, action) in enumerate(game.edges):
        if game.kind[node] is NodeKind.CHANCE:
            weight = game.weights[node][action]
            assert weight is not None
            choice[edge] = float(weight)
        else:
            first = share[game.infosets[game.infoset[node]].name]
            choice[edge] = (first, 1 - first)[action]
    return choice


def outcome(game: Tree, choice: np.ndarray) -> dict[str, float]:
    reach = np.ones(game.size)
    found: dict[str, float] = {}
    for node, up in enumerate(game.parent):
        if up >= 0:
            reach[node] = reach[up] * choice[game.first_edge[up] + game.slot[node]]
        if game.kind[node] is NodeKind.END:
            found[game.names[node]] = found.get(game.names[node], 0.0) + reach[node]
    return found


BLUFF = 0.3 * 0.375 / (0.625 * 0.7)  # p_Ch (1 - d1) / (d1 (1 - p_Ch))
HOLD = (0.5 - 0.3) / 0.7  # (c1 - p_Def) / (1 - p_Def)


@pytest.mark.parametrize(
    ("types", "initiate", "defy", "expected"),
    [
        ((0.3, 0.3), (1, BLUFF), (1, HOLD), {"SQ": 0.52, "DC": 0.24, "CD": 0.09, "DD": 0.15}),
        ((0.7, 0.3), (1, 1), (1, 0), {"SQ": 0, "DC": 0.7, "CD": 0.09, "DD": 0.21}),
        ((0.3, 0.55), (1, 0), (1, 0), {"SQ": 0.7, "DC": 0.135, "CD": 0, "DD": 0.165}),
        ((0.3, 0.7), (0, 0), (1, 0), {"SQ": 1, "DC": 0, "CD": 0, "DD": 0}),
    ],
    ids=["bluff", "attack", "separating", "certain deterrence"],
)
def test_unilateral_deterrence_equilibria(
    types: tuple[float, float],
    initiate: tuple[float, float],
    defy: tuple[float, float],
    expected: dict[str, float],
) -> None:
    """T8.3-T8.5: Zagare and Kilgour (1993), conditions of each equilibrium and its outcomes."""
    assert_allclose(unilateral_thresholds(), (0.5, 0.6666667, 0.625), atol=5e-8)  # seven digits
    assert_allclose((BLUFF, HOLD), (0.2571429, 0.2857143), atol=5e-8)
    root = deterrence.unilateral(*types, CHALLENGER, DEFENDER)
    game, payoffs = build.compile(root, ["ch", "def"]), build.payoffs(root, ["ch", "def"])
    choice = unilateral_play(game, initiate, defy)
    found = certify.regret(game, payoffs[None], choice[None])
    assert_allclose(found.strategy, 0.0, atol=1e-15)
    for name, share in expected.items():
        assert_allclose(outcome(game, choice)[name], share, atol=1e-12)
    moved = unilateral_play(game, (initiate[0], abs(initiate[1] - 0.2)), defy)
    off = certify.regret(game, payoffs[None], moved[None])
    assert off.strategy.max() > 0.005  # the same profile with another bluff is no equilibrium


SOFT = {"DC": 8, "SQ": 7, "ED": 6, "DD": 5, "DE": 3, "EE": 2}
HARD = {"DC": 8, "SQ": 7, "ED": 6, "DD": 5, "EE": 4, "DE": 3}
WARLIKE = {"DC": 8, "ED": 6, "DD": 5, "EE": 4, "SQ": 3, "DE": 1}
LIMITED = {"DC": 8, "ED": 6, "DD": 5, "SQ": 4, "DE": 2, "EE": 1}


def defender(types: str) -> dict[str, float]:
    """Tactically and strategically hard or soft: SQ>DE>DD+>DC>DD->EE+>ED>EE-."""
    return {
        "SQ": 8,
        "DE": 7,
        "DD": 6 if types[0] == "H" else 4,
        "DC": 5,
        "EE": 3 if types[1] == "H" else 1,
        "ED": 2,
    }


@pytest.mark.parametrize(
    ("challenger", "outcomes"),
    [
        (SOFT, ("SQ", "SQ", "SQ", "SQ")),
        (HARD, ("SQ", "DC", "DC", "DC")),
        (WARLIKE, ("DD", "DC", "DC", "DC")),
        (LIMITED, ("SQ", "SQ", "SQ", "SQ")),
    ],
    ids=["T8.6", "T8.7", "T8.8", "T8.9"],
)
def test_asymmetric_escalation_outcomes(
    challenger: dict[str, float], outcomes: tuple[str, ...]
) -> None:
    """T8.6-T8.9: Zagare and Kilgour (2000), who ends where when types are known."""
    for types, expected in zip(("HH", "HS", "SH", "SS"), outcomes, strict=True):
        root = deterrence.escalation(challenger, defender(types))
        game, payoffs = build.compile(root, ["ch", "def"]), build.payoffs(root, ["ch", "def"])
        found = perfect.solve(game, jnp.asarray(payoffs))
        assert int(found.status) == int(Status.SOLVED)
        (end_,) = [node for node in game.ends if found.play.reach[node] == 1]
        assert game.names[end_] == expected


def test_card_game_is_solved_mixed() -> None:
    """T8.17, limit: Myerson (1991): raise with the king, bluff 1/3, meet 2/3, worth 1/3."""
    root = deterrence.poker()
    game, payoffs = build.compile(root, ["1", "2"]), build.payoffs(root, ["1", "2"])
    found = perfect.solve(game, jnp.asarray(payoffs))
    edges = [game.first_edge[game.at(*way)] for way in (["king"], ["queen"], ["king", "raise"])]
    # exact fractions: rounding of a small linear system only
    assert_allclose(found.play.choice[np.array(edges)], [1, 1 / 3, 2 / 3], atol=1e-12)
    assert_allclose(found.play.values[0], [1 / 3, -1 / 3], atol=1e-12)
    assert bool(found.mixed[0])
    assert int(found.status) == int(Status.SOLVED)


def test_entry_with_a_mixed_stage_does_not_fail() -> None:
    """Matching pennies is worth 1/2, so entering pays against .4 and not against .6."""
    stage = {"l": end(), "r": end()}
    both = decision("a", {"u": decision("b", stage, "s"), "d": decision("b", stage, "s")})
    game = build.compile(decision("a", {"in": both, "out": end()}), ["a", "b"])
    pennies = [[1.0, 0], [0, 1], [0, 1], [1, 0]]
    payoffs = jnp.array([[*pennies, [out, 0.0]] for out in (0.4, 0.6)])
    found = jax.jit(perfect.solve, static_argnums=0)(game, payoffs)
    assert_allclose(found.play.choice, [[1, 0] + [0.5] * 6, [0, 1] + [0.5] * 6], atol=1e-12)
    assert_array_equal(found.status, int(Status.SOLVED))
    regret = certify.regret(game, np.asarray(payoffs), np.asarray(found.play.choice))
    assert_allclose(regret.subgame, 0.0, atol=1e-12)


def test_a_set_that_a_players_own_strategy_rules_out_gets_its_first_action() -> None:
    """Going left pays most, so the choice after going right, without knowing b's, is never due."""
    later = {"x": end(), "y": end(), "z": end()}
    right = {"l": decision("a", later, "a2"), "r": decision("a", later, "a2")}
    left = {"l": end(payoffs={"a": 2.0}), "r": end(payoffs={"a": 2.0, "b": 1.0})}
    root = decision("a", {"left": decision("b", left, "b"), "right": decision("b", right, "b")})
    game, names = build.compile(root, ["a", "b"]), ["a", "b"]
    found = perfect.solve(game, jnp.asarray(build.payoffs(root, names)))
    assert int(found.status) == int(Status.SOLVED)
    for way in (["right", "l"], ["right", "r"]):
        first = game.first_edge[game.at(*way)]
        assert_array_equal(found.play.choice[first : first + 3], [1.0, 0.0, 0.0])


@pytest.mark.slow  # `test_card_game_is_solved_mixed`
def test_three_players_without_pure_equilibrium_mix() -> None:
    def stage(first: int, second: int) -> Sketch:
        """Each of three wants to differ from the next in the circle: no pure equilibrium."""
        ends = {}
        for third in (0, 1):
            worth = {"a": first != second, "b": second != third, "c": third != first}
            ends[str(third)] = end(payoffs={k: float(v) for k, v in worth.items()})
        return decision("c", ends, "c")

    def middle(first: int) -> Sketch:
        return decision("b", {str(k): stage(first, k) for k in (0, 1)}, "b")

    root = decision("a", {str(k): middle(k) for k in (0, 1)})
    game, names = build.compile(root, ["a", "b", "c"]), ["a", "b", "c"]
    payoffs = build.payoffs(root, names)
    found = perfect.solve(game, jnp.asarray(payoffs))
    assert bool(found.mixed[0])
    assert int(found.status) == int(Status.SOLVED)
    assert_allclose(found.play.choice, 0.5, atol=1e-12)
    regret = certify.regret(game, payoffs[None], np.asarray(found.play.choice)[None])
    assert_allclose(regret.subgame, 0.0, atol=1e-12)


def test_a_mixed_table_too_large_to_solve_is_refused_not_guessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Matching pennies with an onlooker of three seats: a status instead of a guess.

    Of two players one is found by pivoting, however large their table. The bound of a thousand
    profiles is lowered here, as a tree of so many ends takes minutes to compile.
    """
    monkeypatch.setattr(stage, "_LARGEST_MIXED", 11)
    sides, seats = ["0", "1"], ["0", "1", "2"]

    def met(i: str, j: str) -> dict[str, float]:
        return {"a": float(i == j), "b": float(i != j), "c": 0.0}

    ends = {
        i: {j: decision("c", {k: end(payoffs=met(i, j)) for k in seats}, "c") for j in sides}
        for i in sides
    }
    root = decision("a", {i: decision("b", ends[i], "b") for i in sides})
    game, payoffs = build.compile(root, ["a", "b", "c"]), build.payoffs(root, ["a", "b", "c"])
    found = perfect.solve(game, jnp.asarray(payoffs))
    assert int(found.status) == int(Status.REFUSED)
    assert np.isnan(found.play.values).all()


def ultimatum() -> tuple[Tree, np.ndarray]:
    """Offer something or nothing; the responder is indifferent about nothing."""
    root = decision(
        "p",
        {
            "nothing": decision("r", {"no": end(payoffs={"p": 0}), "yes": end(payoffs={"p": 4})}),
            "half": decision("r", {"no": end(), "yes": end(payoffs={"p": 2, "r": 2})}),
        },
    )
    return build.compile(root, ["p", "r"]), build.payoffs(root, ["p", "r"])


@pytest.mark.parametrize(
    ("ties", "worth"),
    [(Ties.FIRST, (2, 2)), (Ties.UNIFORM, (2, 1)), (Ties.FAVOUR_RESPONDER, (4, 0))],
)
def test_the_tie_rule_decides_and_is_reported(ties: Ties, worth: tuple[float, float]) -> None:
    game, payoffs = ultimatum()
    found = perfect.solve(game, jnp.asarray(payoffs), ties)
    assert_allclose(found.play.values[0], worth)
    assert bool(found.ties[game.at("nothing")])
    assert not bool(found.ties[game.at("half")])
    assert int(found.status) == int(Status.DEGENERATE)
    regret = certify.regret(game, payoffs[None], np.asarray(found.play.choice)[None])
    assert_allclose(regret.subgame, 0.0)


@pytest.mark.parametrize("ties", Ties)
def test_by_generations_equals_node_by_node(ties: Ties, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large trees take the other way through the induction; here both go through a small one."""
    root = sketch(7, players=3, depth=4, hidden=False)
    game, payoffs = build.compile(root, ["p0", "p1", "p2"]), build.payoffs(root, ["p0", "p1", "p2"])
    payoffs = np.stack([np.round(payoffs / 3), payoffs])  # rounded, so that ties abound
    before = perfect.solve(game, jnp.asarray(payoffs), ties)
    monkeypatch.setattr(perfect, "LARGEST_UNROLLED", 0)
    after = perfect.solve(game, jnp.asarray(payoffs), ties)
    assert bool(before.ties.any())
    assert_allclose(after.play.choice, before.play.choice)
    assert_array_equal(after.ties, before.ties)
    assert_array_equal(after.status, before.status)


def test_ties_are_judged_relative_to_the_payoff_span() -> None:
    game = build.compile(decision("a", {"l": end(), "m": end(), "r": end()}), ["a"])
    gap = jnp.array([1e-12, 1e-6])[:, None]
    payoffs = jnp.array([[1.0, 1.0, 0.0]]) + gap * jnp.array([0.0, 1.0, 0.0])
    for scale in (1e-8, 1.0, 1e8):
        found = perfect.solve(game, scale * payoffs[..., None])
        assert_array_equal(found.ties[:, 0], [True, False])
        assert_array_equal(found.play.choice[:, 1], [0, 1])


def test_numbers_that_are_no_numbers_get_a_status() -> None:
    game, payoffs = ultimatum()
    broken = np.stack([payoffs, payoffs, payoffs])
    broken[1, 0, 0], broken[2, 3, 1] = np.nan, np.inf
    found = perfect.solve(game, jnp.asarray(broken))
    assert_array_equal(found.status, [int(Status.DEGENERATE)] + 2 * [int(Status.OUT_OF_DOMAIN)])
    assert np.isnan(found.play.values[1:]).all()
    assert np.isfinite(found.play.values[0]).all()


def test_imperfect_recall_is_refused_with_kind_and_place() -> None:
    second = decision("driver", {"exit": end(), "go": end()}, "road")
    game = build.compile(decision("driver", {"exit": end(), "go": second}, "road"), ["driver"])
    with pytest.raises(GameError, match=r"'driver' does not know whether .* nodes 0 and 2"):
        perfect.solve(game, jnp.zeros((3, 1)))


def exact_values(game: Tree, payoffs: list[list[Fraction]], node: int) -> tuple[Fraction, ...]:
    """Backward induction in exact fractions; the first of equally good actions."""
    if game.kind[node] is NodeKind.END:
        return tuple(payoffs[game.end_of[node]])
    below = [exact_values(game, payoffs, child) for child in game.children[node]]
    if game.kind[node] is NodeKind.CHANCE:
        weights = [Fraction(w) for w in game.weights[node] if w is not None]
        pairs = list(zip(weights, below, strict=True))
        return tuple(sum(w * v[k] for w, v in pairs) for k in range(len(game.players)))
    return max(below, key=lambda values: values[game.owner[node]])


def check_random_trees(seeds: range) -> None:
    names = ["p0", "p1", "p2"]
    for seed in seeds:
        root = sketch(seed, players=3, depth=3, hidden=False)
        game, payoffs = build.compile(root, names), build.payoffs(root, names)
        if game.size > 16:
            continue  # every new size compiles anew
        exact = exact_values(game, [[Fraction(v) for v in row] for row in payoffs], 0)
        found = perfect.solve(game, jnp.asarray(payoffs))
        # payoffs of size 5 over at most three chance moves: rounding only
        assert_allclose(found.play.values[0], [float(v) for v in exact], atol=1e-13)


def test_random_trees_against_exact_backward_induction() -> None:
    """Whole payoffs tie often, so this tries the tie rule too."""
    check_random_trees(range(20))


@pytest.mark.slow
def test_many_random_trees_against_exact_backward_induction() -> None:
    check_random_trees(range(20, 500))


@pytest.mark.parametrize(
    "seed", [31, pytest.param(0, marks=pytest.mark.slow), pytest.param(29, marks=pytest.mark.slow)]
)
def test_random_hidden_games_have_no_regret_in_any_subgame(seed: int) -> None:
    root = sketch(seed, players=2, depth=3)
    game, payoffs = build.compile(root, ["p0", "p1"]), build.payoffs(root, ["p0", "p1"])
    assert not game.perfect_information
    found = perfect.solve(game, jnp.asarray(payoffs))
    regret = certify.regret(game, payoffs[None], np.asarray(found.play.choice)[None])
    assert_allclose(regret.subgame, 0.0, atol=1e-9)  # the solver's own tolerance for a tie
