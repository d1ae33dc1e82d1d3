"""Trees as data: numbering, subgames, recall, and sketches that are refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from numpy.testing import assert_allclose

from schelling.games.errors import GameError
from schelling.games.trees import build
from schelling.games.trees.build import chance, decision, end
from schelling.games.trees.structure import Loss
from schelling.games.trees.tree import NodeKind


def provocation() -> build.Sketch:
    answer = decision(
        "nato",
        {
            "ignore": end("hollow"),
            "consult": decision("russia", {"stop": end("pause"), "again": end("grind")}),
            "respond": chance({"small": (0.25, end("clash")), "large": (0.75, end("war"))}),
        },
    )
    return decision("russia", {"hold": end("hold"), "strike": answer})


def test_nodes_ends_and_edges_are_numbered_in_prefix_order() -> None:
    game = build.compile(provocation(), ["nato", "russia"])
    assert game.end_names == ("hold", "hollow", "pause", "grind", "clash", "war")
    assert game.ends == (1, 3, 5, 6, 8, 9)
    assert game.owner == (1, -1, 0, -1, 1, -1, -1, -1, -1, -1)
    assert game.parent == (-1, 0, 0, 2, 2, 4, 4, 2, 7, 7)
    assert game.edges[:5] == ((0, 0), (0, 1), (2, 0), (2, 1), (2, 2))
    assert [game.first_edge[node] for node in (0, 2, 4, 7)] == [0, 2, 5, 7]
    assert game.subgames == (0, 2, 4, 7)
    assert game.perfect_information
    assert game.kind[7] is NodeKind.CHANCE
    assert [(s.player, s.number) for s in game.infosets] == [(1, 1), (0, 1), (1, 2)]


def test_a_node_is_found_by_the_way_to_it() -> None:
    game = build.compile(provocation(), ["nato", "russia"])
    assert game.at("strike", "consult", "again") == 6
    assert game.path(6) == ("strike", "consult", "again")
    with pytest.raises(GameError, match="no action 'mediate' at node 2; actions there: 'ignore'"):
        game.at("strike", "mediate")


def test_equal_games_are_equal_and_hash_alike() -> None:
    one, two = (build.compile(provocation(), ["nato", "russia"]) for _ in range(2))
    assert one == two
    assert hash(one) == hash(two)
    assert one != build.compile(provocation(), ["russia", "nato"])


def test_payoffs_at_inner_nodes_add_along_the_path() -> None:
    late = decision("bob", {"x": end(payoffs={"ann": 5}), "y": end()}, payoffs={"bob": -1})
    root = decision("ann", {"in": late, "out": end()}, payoffs={"ann": 1})
    assert_allclose(build.payoffs(root, ["ann", "bob"]), [[6, -1], [1, -1], [1, 0]])


def test_chance_stays_exact_or_is_left_to_the_draws() -> None:
    third = Fraction(1, 3)
    root = chance({"a": (third, end()), "b": (third, end()), "c": (third, end())})
    assert build.compile(root, []).weights[0] == (third, third, third)
    root = chance({"a": (None, end()), "b": (None, end())})
    assert build.compile(root, []).open_edges == (0, 1)


def hidden(first: str, second: str, recall: str | None) -> build.Sketch:
    last = {"l": end(), "r": end()}
    return decision(
        "ann",
        {
            "in": decision("bob", {"a": decision("ann", last, recall), "b": end()}, first),
            "out": decision("bob", {"a": decision("ann", last, recall), "b": end()}, second),
        },
    )


def test_hidden_moves_leave_no_subgame() -> None:
    game = build.compile(hidden("bob", "bob", None), ["ann", "bob"])
    assert game.subgames == (0, 2, 7)
    assert not game.perfect_information
    assert game.forgettings == ()
    assert game.infosets[1].members == (1, 6)


def test_forgetting_an_own_action_is_named_and_placed() -> None:
    game = build.compile(hidden("one", "two", "later"), ["ann", "bob"])
    (found,) = game.forgettings
    assert (found.loss, found.player, found.nodes) == (Loss.FORGETS_ACTION, 0, (2, 7))


def test_absent_mindedness_is_found() -> None:
    """The absent-minded driver of Piccione and Rubinstein (1997), figure 1."""
    second = decision("driver", {"exit": end(), "go": end()}, "road")
    game = build.compile(decision("driver", {"exit": end(), "go": second}, "road"), ["driver"])
    (found,) = game.forgettings
    assert (found.loss, found.nodes) == (Loss.ABSENT_MINDED, (0, 2))


def test_forgetting_knowledge_is_found() -> None:
    def later() -> build.Sketch:
        return decision("ann", {"l": end(), "r": end()}, "later")

    root = chance(
        {
            "red": (0.5, decision("ann", {"go": later()}, "red")),
            "black": (0.5, decision("ann", {"go": later()}, "black")),
        }
    )
    (found,) = build.compile(root, ["ann"]).forgettings
    assert found.loss is Loss.FORGETS_KNOWLEDGE


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (decision("eve", {"a": end()}), "player 'eve' is not one of 'ann', 'bob'"),
        (decision("ann", {}, name="void"), "node 'void' is a move without any action"),
        (chance({"a": (0.5, end()), "b": (0.4, end())}), "sum to 0.9, not 1"),
        (chance({"a": (1.5, end()), "b": (-0.5, end())}), "must be probabilities"),
        (chance({"a": (0.5, end()), "b": (None, end())}), "all given or all left"),
        (
            decision(
                "ann",
                {
                    "a": decision("bob", {"x": end()}, "s"),
                    "b": decision("bob", {"y": end()}, "s"),
                },
            ),
            "information set 's' of 'bob' offers",
        ),
    ],
)
def test_malformed_sketches_are_refused(root: build.Sketch, message: str) -> None:
    with pytest.raises(GameError, match=message):
        build.compile(root, ["ann", "bob"])
