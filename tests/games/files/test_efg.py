"""Reading and writing `.efg`: every feature of the grammar, exact values, hostile files."""

from __future__ import annotations

import random
import tracemalloc
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from games.clock import within
from games.random_trees import sketch
from schelling.errors import CaseError, Problem
from schelling.games.errors import GameError
from schelling.games.files import efg, efg_write
from schelling.games.trees import build
from schelling.games.trees.build import chance, decision, end
from schelling.games.trees.structure import Loss
from schelling.games.trees.tree import NodeKind

DATA = Path(__file__).parent / "data"
HEAD = 'EFG 2 R "x" { "a" "b" }\n'


def test_every_feature_of_the_grammar() -> None:
    found = efg.read(DATA / "every-feature.efg")
    game = found.game
    assert found.title == 'Every feature, "quoted" too'
    assert found.comment.startswith("Layout is free, commas are blanks,\nand")
    assert game.players == ("Ann", "Bob")
    assert game.weights[0] == (Fraction(1, 3), Fraction(2, 3))
    assert [(s.player, s.number, s.name) for s in game.infosets] == [
        (0, 3, "Ann at home"),
        (1, 10, "Bob"),
        (0, 4, ""),
        (1, 2, "Bob again"),
    ]
    assert game.infosets[1].members == (2, 7)
    assert game.infosets[2].actions == ("go", "stay", "leave")
    assert game.names[3] == "first"
    assert game.ends == (3, 4, 5, 8, 9, 11, 12)
    half = Fraction(1, 2)
    assert found.payoffs == (
        (Fraction(1, 4) - half, Fraction(10)),
        (-half - half, Fraction(3)),
        (-half, Fraction(0)),
        (Fraction(1, 4), Fraction(10)),
        (-half, Fraction(3)),
        (2 - half, Fraction(1)),
        (Fraction(0), Fraction(0)),
    )
    assert_array_equal(found.floats()[0], [-0.25, 10.0])


def test_repeated_sets_and_outcomes_need_no_description() -> None:
    found = efg.read(DATA / "omitted-descriptions.efg")
    assert [len(s.members) for s in found.game.infosets] == [1, 2, 4]
    assert [int(row[0]) for row in found.payoffs] == [1, 4, 4, 1, 1, 1, 4, 4]
    assert found.game.subgames == (0,)


def test_payoffs_at_inner_nodes_add_exactly() -> None:
    found = efg.read(DATA / "payoffs-along-the-path.efg")
    third = Fraction(1, 3)
    assert found.payoffs == ((4 * third,), (3 * third,), (3 * third,))


def test_imperfect_recall_is_read_and_flagged() -> None:
    (lost,) = efg.read(DATA / "absent-minded.efg").game.forgettings
    assert (lost.loss, lost.nodes) == (Loss.ABSENT_MINDED, (0, 2))


def test_a_game_may_be_over_at_once() -> None:
    found = efg.read(DATA / "one-end.efg")
    assert found.game.size == 1
    assert found.floats().shape == (1, 0)


@pytest.mark.parametrize("path", sorted(DATA.glob("*.efg")), ids=lambda path: path.stem)
def test_what_is_written_reads_back_exactly(path: Path) -> None:
    first = efg.read(path)
    text = efg_write.write(first.game, first.payoffs, first.title, first.comment)
    second = efg.parse(text)
    assert second.payoffs == first.payoffs
    assert second.game.weights == first.game.weights
    assert second.game.parent == first.game.parent
    assert second.game.owner == first.game.owner
    assert [s.members for s in second.game.infosets] == [s.members for s in first.game.infosets]
    assert efg_write.write(second.game, second.payoffs, second.title, second.comment) == text


def test_written_labels_are_what_strict_readers_ask_for() -> None:
    """Nonempty and unique labels, sets numbered without gaps, payoffs at ends, no quotes."""
    inner = decision("", {'say "no"': end("x"), "": end("x")}, name="x")
    root = chance({"c": (Fraction(1, 2), inner), "\\": (Fraction(1, 2), end())})
    text = efg_write.write(build.compile(root, ["", "b"]), np.zeros((3, 2)), 'a "b"\nc')
    assert text == (
        'EFG 2 R "a \'b\' c" { "player" "b" }\n""\n\n'
        'c "node 1" 1 "chance 1" { "c" 1/2 "/" 1/2 } 0\n'
        'p "x" 1 1 "player 1" { "say \'no\'" "action" } 0\n'
        't "x 2" 1 "x 2" { 0, 0 }\nt "x 3" 2 "x 3" { 0, 0 }\nt "node 5" 3 "node 5" { 0, 0 }\n'
    )


def test_floats_come_back_as_the_same_floats() -> None:
    source = np.random.default_rng(0)
    game = build.compile(decision("a", {str(k): end() for k in range(200)}), ["a"])
    payoffs = source.normal(size=(200, 1)) * 10.0 ** source.integers(-290, 290, size=(200, 1))
    payoffs[:3, 0] = (-0.0, 5e-324, 0.1)
    assert_array_equal(efg.parse(efg_write.write(game, payoffs)).floats(), payoffs)


def test_probabilities_sum_to_one_exactly_after_writing() -> None:
    for shares in ([1 / 3, 1 / 3, 1 / 3], [0.1, 0.2, 0.7], [0.123456789, 1 - 0.123456789]):
        root = chance({str(k): (None, end()) for k in range(len(shares))})
        text = efg_write.write(build.compile(root, []), np.zeros((len(shares), 0)), weights=shares)
        weights = efg.parse(text).game.weights[0]
        assert sum(Fraction(w) for w in weights if w is not None) == 1
        np.testing.assert_allclose([float(w or 0) for w in weights], shares, rtol=1e-15)
    assert 'c "node 1" 1 "chance 1" { "0" 1/3' in efg_write.write(
        build.compile(chance({str(k): (1 / 3, end()) for k in range(3)}), []), np.zeros((3, 0))
    )


def test_open_chance_and_infinite_payoffs_cannot_be_written() -> None:
    game = build.compile(chance({"a": (None, end()), "b": (None, end())}), ["x"])
    with pytest.raises(GameError, match="one for each of the 2 open chance edges"):
        efg_write.write(game, np.zeros((2, 1)))
    with pytest.raises(GameError, match="payoff inf is not finite and cannot be written"):
        efg_write.write(build.compile(end(), ["x"]), [[np.inf]])


@pytest.mark.parametrize("seed", range(20))
def test_random_games_survive_the_round_trip(seed: int) -> None:
    root = sketch(seed, players=3, depth=4)
    names = ["p0", "p1", "p2"]
    game, payoffs = build.compile(root, names), build.payoffs(root, names)
    found = efg.parse(efg_write.write(game, payoffs))
    assert_array_equal(found.floats(), payoffs)
    assert found.game.children == game.children
    assert found.game.infoset == game.infoset
    assert found.game.weights == game.weights


def problem(text: str) -> Problem:
    with pytest.raises(CaseError) as caught:
        efg.parse(text, Path("game.efg"))
    assert f"game.efg:{caught.value.problems[0].span.line}:" in caught.value.rendered
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        ("", "E801", (1, 1), "expected 'EFG'"),
        ("NFG 1 R", "E801", (1, 1), "expected 'EFG' at the start of the file, found 'NFG'"),
        (HEAD + 'p "" 1 1 { "l" "r" } 0\nt "" 0\n', "E801", (4, 1), "1 more branches must follow"),
        (HEAD + 't "" 0\nt "" 0', "E801", (3, 1), "the tree is complete, yet 't' follows"),
        (HEAD + 't "un', "E801", (2, 3), "a quoted text is never closed"),
        (HEAD + 'x "" 0', "E801", (2, 1), "expected a node, 'c', 'p' or 't', found 'x'"),
        (HEAD + 'p "" 1 1 { } 0', "E801", (2, 10), "a move needs at least one action"),
        (HEAD + 'p "" 3 1 { "l" } 0', "E804", (2, 6), "player '3' is not one of 2"),
        (HEAD + 'p "" 1 0 { "l" } 0', "E804", (2, 8), "numbered from 1, found '0'"),
        (HEAD + 'p "" 1 1 0', "E804", (2, 8), "set 1 is used before its actions are listed"),
        (
            HEAD + 'p "" 1 1 { "l" "r" } 0 t "" 0 p "" 1 1 { "l" "m" } 0 t "" 0 t "" 0',
            "E804",
            (2, 38),
            "set 1 is described differently before",
        ),
        (HEAD + 't "" 1', "E805", (2, 6), "outcome 1 is used before its payoffs are listed"),
        (HEAD + 't "" 1 { 1 }', "E805", (2, 8), "1 payoffs for 2 players"),
        (HEAD + 't "" 1 { 1 2 3 }', "E805", (2, 8), "more payoffs for 2 players"),
        (
            HEAD + 'p "" 1 1 { "l" "r" } 1 { 1 2 } t "" 1 { 1 3 } t "" 0',
            "E805",
            (2, 37),
            "outcome 1 has other payoffs before",
        ),
        (HEAD + 't "" 1 { 1 x }', "E801", (2, 12), "expected a payoff or '}', a number"),
        (HEAD + 't "" 1 { 1 2/0 }', "E806", (2, 12), "divides by zero"),
        (HEAD + 't "" 1 { 1 1e999999999 }', "E806", (2, 12), "out of any useful range"),
        (HEAD + 't "" 1 { 1 ' + "9" * 400 + " }", "E806", (2, 12), "out of any useful range"),
        (HEAD + 't "" 1 { 1 ' + "9" * 10**6 + " }", "E801", (2, 12), "a number, found '9999"),
        (
            HEAD + 'c "" 1 { "a" 0.333 "b" 0.333 "c" 0.333 } 0 t "" 0 t "" 0 t "" 0',
            "E803",
            (2, 8),
            "probabilities sum to 999/1000, not 1",
        ),
        (HEAD + 'c "" 1 { "a" 2 "b" -1 } 0 t "" 0 t "" 0', "E803", (2, 14), "not between 0 and 1"),
    ],
)
def test_what_is_wrong_is_located(
    text: str, code: str, place: tuple[int, int], message: str
) -> None:
    found = problem(text)
    assert found.code == code
    assert found.span is not None
    assert (found.span.line, found.span.column) == place
    assert message in found.message


def test_several_problems_are_told_at_once() -> None:
    text = HEAD + 'c "" 1 { "a" 1/2 } 0 c "" 2 { "a" 1/3 } 0 t "" 0'
    with pytest.raises(CaseError) as caught:
        efg.parse(text)
    assert [p.message for p in caught.value.problems] == [
        "probabilities sum to 1/2, not 1",
        "probabilities sum to 1/3, not 1",
    ]


def primes_like(count: int, size: int) -> list[int]:
    source = random.Random(1)
    return [source.randrange(10 ** (size - 1), 10**size) | 1 for _ in range(count)]


HOSTILE = {
    "a million nodes": lambda: HEAD + 'p "" 1 1 { "l" "r" } 0 t "" 0 ' * 10**5,
    "much text after the tree": lambda: HEAD + 'p "" 1 1 { "l" "r" } 0\n' * 16 + 't "" 0 ' * 2**17,
    "fractions that explode along a path": lambda: (
        HEAD
        + "".join(
            f'p "" 1 1 {{ "l" "r" }} {k + 1} {{ 1/{d} 1 }} t "" 0 '
            for k, d in enumerate(primes_like(3000, 500))
        )
    ),
    "probabilities that explode": lambda: (
        HEAD
        + 'c "" 1 { '
        + " ".join(f'"{k}" 1/{d}' for k, d in enumerate(primes_like(15_000, 5)))
        + " } 0"
    ),
    "a label without end": lambda: HEAD + 'p "' + "\\" * 3_000_000,
    "a million payoffs": lambda: HEAD + 't "" 1 { ' + "9 " * 10**6 + "}",
    "a million actions": lambda: HEAD + 'p "" 1 1 { ' + '"" ' * 10**6 + "}",
    "a million players": lambda: 'EFG 2 R "x" { ' + '"" ' * 10**6 + "}",
    "payoffs by reference": lambda: (
        'EFG 2 R "x" { '
        + '"a" ' * 100
        + '} p "" 1 1 { "a" } 1 { '
        + "1 " * 100
        + "} "
        + 'p "" 1 1 { "a" } 1 ' * 19_000
    ),
}


LISTS = {"a million payoffs", "a million players"}  # read as "a million actions" are
EACH = [pytest.param(name, marks=[pytest.mark.slow] if name in LISTS else []) for name in HOSTILE]


@pytest.mark.parametrize("name", EACH)
def test_hostile_files_end_soon_with_a_place(name: str) -> None:
    text = HOSTILE[name]()
    tracemalloc.start()
    with within(8.0):  # a second without tracemalloc, which slows allocation several times
        found = problem(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.span is not None
    assert peak < 100e6


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.efg"
    huge.write_bytes(b"EFG 2 R " + b" " * 5_000_000)
    latin = tmp_path / "latin.efg"
    latin.write_bytes(b'EFG 2 R "\xff" { } t "" 0')
    for path in (huge, latin, tmp_path / "missing.efg"):
        with pytest.raises(CaseError) as caught:
            efg.read(path)
        assert caught.value.problems[0].code == "E802"
        assert caught.value.problems[0].path == path


def test_the_largest_game_is_read_within_a_second() -> None:
    text = HEAD + 'p "" 1 1 { "l" "r" } 0 t "" 1 { 1 2 } ' * 9_999 + 't "" 0'
    with within(4.0):  # half a second where it was written
        game = efg.parse(text).game
    assert game.size == 19_999
    assert game.kind[-1] is NodeKind.END
    assert len(game.subgames) == 1
    assert game.forgettings[0].loss is Loss.ABSENT_MINDED
