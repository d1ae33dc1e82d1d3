"""`schelling solve`: what is solved, how it is numbered, what is refused and with which words."""

from __future__ import annotations

import json
import time
from math import exp, log
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.testing import assert_allclose
from typer.testing import CliRunner

import schelling
from schelling.cli.app import app
from schelling.errors import CaseError, RunError
from schelling.games.files import gambit
from schelling.report.games import branch_picture, solution_picture, solution_text
from schelling.study.solving import game_file
from schelling.study.solving.answer import Equilibrium, Solution, TreeGame
from schelling.study.solving.concept import STATUSES, Concept
from schelling.study.solving.load import load
from schelling.study.solving.solve import SolveOptions, answer, solve

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "games"

ENTRY = """EFG 2 R "Entry" { "entrant" "incumbent" }
p "" 1 3 "outside" { "stay out" "enter" } 0
t "" 1 "out" { 0 2 }
p "" 2 7 "entered" { "fight" "share" } 0
t "" 2 { -1 -1 }
t "" 3 { 1 1 }
"""
POKER = """EFG 2 R "Card game" { "one" "two" } "Myerson (1991), figure 2.2, who folds loses one"
c "" 1 "" { "red" 1/2 "black" 1/2 } 0
p "" 1 1 "king" { "raise" "fold" } 0
p "" 2 1 "after a raise" { "meet" "pass" } 0
t "" 1 { 2 -2 }
t "" 2 { 1 -1 }
t "" 3 { -1 1 }
p "" 1 2 "queen" { "raise" "fold" } 0
p "" 2 1 "after a raise" { "meet" "pass" } 0
t "" 4 { -2 2 }
t "" 5 { 1 -1 }
t "" 6 { -1 1 }
"""
HUNT = """NFG 1 R "Stag hunt" { "ann" "bob" } { { "stag" "hare" } { "stag" "hare" } } ""
10 10 8 1 1 8 5 5
"""
PENNIES = 'NFG 1 R "Pennies" { "even" "odd" } { 2 2 } 1 -1 -1 1 -1 1 1 -1'
COORDINATION = 'NFG 1 R "Meet" { "a" "b" } { 3 3 } 1 1 0 0 0 0 0 0 2 2 0 0 0 0 0 0 3 3'
DILEMMA = 'NFG 1 R "Dilemma" { "a" "b" } { 2 2 } 3 3 5 0 0 5 1 1'
THREE = 'NFG 1 R "3" { "a" "b" "c" } { 2 2 2 } 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1'
STATES = """state,a_row,a_column,u_row,u_column,phi_calm,phi_crisis
delta,,,0.9,0.9,,
calm,restrain,restrain,2,2,0.9,0.1
calm,restrain,escalate,0,3,0.5,0.5
calm,escalate,restrain,3,0,0.5,0.5
calm,escalate,escalate,1,1,0.1,0.9
crisis,restrain,restrain,1,1,0.7,0.3
crisis,restrain,escalate,-1,0,0.3,0.7
crisis,escalate,restrain,0,-1,0.3,0.7
crisis,escalate,escalate,-3,-3,0,1
"""
LATER = """
schelling: 1
title: A choice that comes after a while
time: {start: 2022-03-21, until: 2022-05-30}
assumptions:
  pace: {prior: uniform(0.1, 0.3), unit: 1 / week, why: x}
  odds: {prior: uniform(0.2, 0.4), why: x}
stocks:
  strain: {start: 0, change: pace}
actors: {red: {}, blue: {}}
games:
  early:
    played: {on: 2022-03-28}
    solve: {precision: 1}
    tree: {red: {wait: {payoffs: {red: 0}}, go: {payoffs: {red: 0}, effects: {strain: strain + 1}}}}
  crisis:
    played: {every: 4 weeks}
    solve: {precision: 1 + strain}
    tree:
      chance:
        seen: {probability: odds, blue: {yield: {payoffs: {blue: 0}}, resist: {payoffs: {blue: 1}}}}
        unseen: {payoffs: {blue: 5}}
  late:
    played: {on: 2022-05-02}
    solve: {precision: 1 + strain}
    tree:
      chance:
        seen: {probability: odds, blue: {yield: {payoffs: {blue: 0}}, resist: {payoffs: {blue: 1}}}}
        unseen: {payoffs: {blue: 5}}
claims:
  anything: {why: x, holds: max(strain) > 0}
"""
# exact but for the rounding of a few operations on payoffs of size one
EXACT = 1e-12
# what is printed in the source
PRINTED = 5e-7


PRECISE = """
schelling: 1
title: Two precisions
time: {start: 2022-03-21, step: 1 week, until: 2022-06-20}
actors: {red: {}, blue: {}}
assumptions: {p: {prior: "uniform(0, 1)", why: x}}
games:
  crisis:
    why: x
    played: {on: 2022-03-28}
    solve: {precision: X}
    tree:
      red:
        hold: {payoffs: {red: 0, blue: 1}}
        go:
          blue:
            yield: {payoffs: {red: 1, blue: 0}}
            resist: {payoffs: {red: -1, blue: -1}}
claims:
  aside: {why: x, holds: p > 0.5}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("games")
    files = {
        "entry.efg": ENTRY,
        "poker.efg": POKER,
        "hunt.nfg": HUNT,
        "pennies.nfg": PENNIES,
        "coordination.nfg": COORDINATION,
        "dilemma.nfg": DILEMMA,
        "three.nfg": THREE,
        "states.csv": STATES,
        "later.yaml": LATER,
    }
    for name, text in files.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


def one(solution: Solution) -> Equilibrium:
    (found,) = solution.found.equilibria
    return found


def found(path: Path | str, concept: str | None = None, precision: float | None = None) -> Solution:
    return solve(str(path), SolveOptions(Concept(concept) if concept else None, precision))


def test_a_tree_is_solved_for_subgame_perfection(folder: Path) -> None:
    """Chain store: the incumbent shares, so the entrant enters. Sets keep the file's numbers."""
    solution = found(folder / "entry.efg")
    assert solution.found.status == "solved"
    assert solution.found.solution == "subgame perfect, ties: first listed"
    assert one(solution) == Equilibrium({"1.3": (0, 1), "2.7": (0, 1)}, (1, 1), 0)
    assert solution.found.precision is None


def test_precisions_that_differ_are_in_the_data(folder: Path) -> None:
    """Planted: red 1, blue 3; a tree in which both move."""
    written = PRECISE.replace("X", "{red: 1, blue: 3}")
    (folder / "precise.yaml").write_text(written, encoding="utf-8")
    told = solution_text.to_json(found(f"{folder / 'precise.yaml'}:crisis"))
    assert told["precision"] is None
    assert told["precision_by_player"] == {"red": 1.0, "blue": 3.0}
    (folder / "precise.yaml").write_text(PRECISE.replace("X", "2"), encoding="utf-8")
    told = solution_text.to_json(found(f"{folder / 'precise.yaml'}:crisis"))
    assert (told["precision"], told["precision_by_player"]) == (2.0, None)


def test_a_tree_with_a_precision_is_solved_for_quantal_response(folder: Path) -> None:
    """By hand: sharing beats fighting by 2, then entering is worth 2 share - 1 against 0."""
    lam = 0.7
    share = 1 / (1 + exp(-2 * lam))
    enter = 1 / (1 + exp(-lam * (2 * share - 1)))
    solution = found(folder / "entry.efg", precision=lam)
    best = one(solution)
    assert solution.found.precision == lam
    assert "the only one" in solution.found.solution
    assert_allclose(best.strategy["1.3"], [1 - enter, enter], atol=EXACT)
    assert_allclose(best.strategy["2.7"], [1 - share, share], atol=EXACT)
    worth = enter * (2 * share - 1)
    assert_allclose(best.payoffs, [worth, 2 * (1 - enter) + worth], atol=EXACT)
    gain = max(2 * share - 1 - worth, 2 * enter * (1 - share))
    assert_allclose(best.regret, gain, atol=EXACT)


def test_hidden_information(folder: Path) -> None:
    """Card game of Myerson (1991), figure 2.2: quantal response at precision 1, and Nash."""
    solution = found(folder / "poker.efg", "quantal", 1.0)
    best = one(solution)
    firsts = [best.strategy[key][0] for key in ("1.1", "1.2", "2.1")]
    assert_allclose(firsts, [0.931785, 0.539087, 0.614444], atol=PRINTED)
    assert solution.found.solution == "logit agent quantal response, principal branch"
    exact = one(found(folder / "poker.efg", "nash"))
    firsts = [exact.strategy[key][0] for key in ("1.1", "1.2", "2.1")]
    assert_allclose(firsts, [1, 1 / 3, 2 / 3], atol=EXACT)
    assert_allclose(exact.payoffs, [1 / 3, -1 / 3], atol=EXACT)
    assert exact.regret < EXACT


def test_nash_of_a_tree_knows_no_subgames(folder: Path) -> None:
    """The empty threat to fight is a Nash equilibrium, too."""
    solution = found(folder / "entry.efg", "nash")
    profiles = [e.strategy for e in solution.found.equilibria]
    assert {"1.3": (1, 0), "2.7": (1, 0)} in profiles
    assert {"1.3": (0, 1), "2.7": (0, 1)} in profiles
    assert solution.found.status == "degenerate"
    assert all(e.regret < EXACT for e in solution.found.equilibria)


@pytest.mark.parametrize("concept", ["quantal", "spe", "nash", "dominance"])
def test_games_in_which_nobody_moves(tmp_path: Path, concept: str) -> None:
    path = tmp_path / "toss.efg"
    toss = 'EFG 2 R "" { "a" } c "" 1 { "x" 1/4 "y" 3/4 } 0 t "" 1 { 4 } t "" 0'
    path.write_text(toss, encoding="utf-8")
    solution = found(path, concept)
    assert one(solution) == Equilibrium({}, (1,), 0)
    assert solution.game.name == "toss"


def test_every_pure_equilibrium_of_a_tree(tmp_path: Path, folder: Path) -> None:
    """Indifferent between two thirds and a lottery worth as much: two equilibria, exactly."""
    path = tmp_path / "thirds.efg"
    path.write_text(
        'EFG 2 R "" { "a" }\np "" 1 1 { "sure" "draw" } 0\nt "" 1 { 2/3 }\n'
        'c "" 1 { "x" 1/3 "y" 2/3 } 0\nt "" 2 { 1 }\nt "" 3 { 1/2 }',
        encoding="utf-8",
    )
    solution = solve(str(path), SolveOptions(every=True))
    assert solution.found.solution == "subgame perfect, every pure one"
    assert [e.strategy["1.1"] for e in solution.found.equilibria] == [(1, 0), (0, 1)]
    assert all(e.regret < EXACT for e in solution.found.equilibria)
    assert solution.found.notes == ("pure equilibria, compared as exact fractions: 2 in all",)
    none = solve(str(folder / "poker.efg"), SolveOptions(every=True))
    assert none.found.equilibria == ()
    assert "no pure equilibrium" in none.found.notes[-1]
    with pytest.raises(RunError, match=r"of a tree \(--as spe\), or"):
        solve(str(folder / "hunt.nfg"), SolveOptions(every=True))


def test_deep_trees_are_solved_in_seconds(tmp_path: Path) -> None:
    """A take-or-pass chain of 2,000 moves: written out, it would take minutes to compile."""
    moves = "\n".join(
        f'p "" {1 + i % 2} {i + 1} {{ "take" "pass" }} 0 t "" {i + 1} {{ {i + i % 2} {i - i % 2} }}'
        for i in range(2000)
    )
    path = tmp_path / "chain.efg"
    path.write_text(f'EFG 2 R "" {{ "a" "b" }}\n{moves}\nt "" 0', encoding="utf-8")
    begun = time.monotonic()
    solution = found(path)
    assert time.monotonic() - begun < 30  # about 2 s alone
    assert one(solution).regret == 0
    assert one(solution).strategy["2.2000"] == (1, 0)
    ElementTree.fromstring(solution_picture.draw(solution, ".svg"))


def test_dominance_of_a_tree_is_that_of_its_strategies(folder: Path) -> None:
    solution = found(folder / "entry.efg", "dominance")
    assert solution.found.solution.startswith("iterated weak dominance")
    assert one(solution).strategy == {"1.3": (0, 1), "2.7": (0, 1)}


def test_a_table_is_solved_for_nash(folder: Path) -> None:
    solution = found(folder / "hunt.nfg")
    plays = [e.strategy["1.1"] for e in solution.found.equilibria]
    assert_allclose(plays, [[1, 0], [0, 1], [2 / 3, 1 / 3]], atol=EXACT)
    assert_allclose([e.payoffs for e in solution.found.equilibria], [[10] * 2, [5] * 2, [7] * 2])
    assert solution.found.status == "solved"
    assert max(e.regret for e in solution.found.equilibria) < EXACT


@pytest.mark.parametrize(("precision", "stag"), [(0.1, 0.470628), (0.5, 0.195846), (1, 0.020264)])
def test_a_table_with_a_precision(folder: Path, precision: float, stag: float) -> None:
    """Stag hunt; the numbers agree between two independent programs to the digits given."""
    best = one(found(folder / "hunt.nfg", precision=precision))
    assert_allclose([best.strategy["1.1"][0], best.strategy["2.1"][0]], stag, atol=PRINTED)


def test_three_by_three_has_all_seven(folder: Path) -> None:
    """Diagonal coordination with prizes 1, 2, 3: one equilibrium for every set of meeting places,
    in which each place is chosen in inverse proportion to its prize."""
    solution = found(folder / "coordination.nfg")
    expected = {
        tuple(round(w / sum(weights), 9) for w in weights)
        for mask in range(1, 8)
        if (weights := [(mask >> k & 1) / (k + 1) for k in range(3)])
    }
    assert len(solution.found.equilibria) == len(expected)
    for player in ("1.1", "2.1"):
        plays = {tuple(round(p, 9) for p in e.strategy[player]) for e in solution.found.equilibria}
        assert plays == expected


def table(folder: Path, name: str, own: np.ndarray, other: np.ndarray) -> Path:
    rows, columns = own.shape
    cells = [f"{own[i, j]} {other[i, j]}" for j in range(columns) for i in range(rows)]
    head = f'NFG 1 R "{name}" {{ "a" "b" }} {{ {rows} {columns} }}'
    return Path(written(folder, f"{name}.nfg", f"{head} {' '.join(cells)}"))


def test_sixty_three_equilibria_are_all_listed(tmp_path: Path) -> None:
    """An identity table has one for every set of meeting places: 2 to the 6 less 1."""
    one_each = np.eye(6, dtype=int)
    solution = found(table(tmp_path, "identity", one_each, one_each), "nash")
    assert solution.found.solution == "Nash, all 63 equilibria"
    assert (solution.found.status, solution.found.notes) == ("solved", ())
    assert len(solution.found.equilibria) == 63


@pytest.mark.parametrize("zero_sum", [True, False])
def test_large_tables_have_an_equilibrium(tmp_path: Path, zero_sum: bool) -> None:
    rng = np.random.default_rng(30)
    own, other = rng.integers(-99, 100, size=(2, 30, 30))
    solution = found(table(tmp_path, "large", own, -own if zero_sum else other))
    assert solution.found.status == "partial"
    assert "there may be others" in solution.found.notes[0]
    assert ("linear programme" if zero_sum else "Lemke and Howson") in solution.found.notes[1]
    assert not any("even number" in note for note in solution.found.notes)
    # the stake is some 200, over which a programme's answer and 30 products are rounded
    assert all(e.regret < 1e-10 for e in solution.found.equilibria)
    assert solution.found.equilibria


def test_a_degenerate_table_lists_its_extreme_equilibria(tmp_path: Path) -> None:
    """Nobody's own action matters: every profile is an equilibrium, the four cells are extreme."""
    none = np.zeros((2, 2), dtype=int)
    solution = found(table(tmp_path, "nothing", none, none), "nash")
    assert solution.found.solution == "Nash, all 4 extreme equilibria"
    assert solution.found.status == "degenerate"
    assert "these belong together: 1, 2, 3, 4" in solution.found.notes[0]


def test_isolated_equilibria_of_a_degenerate_table(tmp_path: Path) -> None:
    """Both do the first, or both the second, where the row player ties: two, an even number."""
    own, other = np.array([[1, 0], [0, 0]]), np.array([[1, 0], [0, 0]])
    solution = found(table(tmp_path, "tie", own, other), "nash")
    assert solution.found.solution == "Nash, all 2 equilibria"
    assert solution.found.status == "degenerate"
    assert "more best replies than it uses" in solution.found.notes[0]


def test_offsets_change_nothing(tmp_path: Path) -> None:
    """Matching pennies for 2, on an offset of 10 to the 12."""
    pennies = np.array([[0, 2], [2, 0]])
    path = table(tmp_path, "offset", 10**12 + pennies, 10**12 + 2 - pennies)
    for concept in ("nash", "quantal", "dominance"):
        solution = found(path, concept, 3.0 if concept == "quantal" else None)
        assert solution.found.status == "solved"
        for best in solution.found.equilibria:
            assert_allclose([*best.strategy["1.1"], *best.strategy["2.1"]], 0.5, atol=EXACT)
    lopsided = table(tmp_path, "lopsided", 10**12 + np.array([[4, 0], [0, 2]]), 10**12 + pennies)
    plain = table(tmp_path, "plain", np.array([[4, 0], [0, 2]]), pennies)
    for precision in (None, 0.7):
        high, low = one(found(lopsided, None, precision)), one(found(plain, None, precision))
        for key in ("1.1", "2.1"):
            assert_allclose(high.strategy[key], low.strategy[key], atol=EXACT)


@pytest.mark.parametrize("concept", ["spe", "nash", "quantal", "sequential"])
def test_offsets_of_trees_change_nothing(tmp_path: Path, concept: str) -> None:
    ends = (("{ 2 -2 }", 2), ("{ 1 -1 }", 1), ("{ -1 1 }", -1), ("{ -2 2 }", -2))
    moved = POKER
    for text, own in ends:
        moved = moved.replace(text, f"{{ {10**12 + own} {10**12 - own} }}")
    precision = 1.0 if concept == "quantal" else None
    high = one(found(Path(written(tmp_path, "moved.efg", moved)), concept, precision))
    low = one(found(Path(written(tmp_path, "poker.efg", POKER)), concept, precision))
    for key, share in low.strategy.items():
        assert_allclose(high.strategy[key], share, atol=1e-7)  # of the sequential limit
    assert high.regret < 1e-3 * (concept != "quantal") + low.regret + 1e-7


def test_subgame_perfection_says_what_it_leaves_free() -> None:
    """Unilateral deterrence: the hard challenger backs down where nobody gets, which pays -2
    instead of 1 or more. Sequential play does not: x = 3/16 and y = 2/7, by hand."""
    solution = found(DATA / "files/data/incredible.efg", "spe")
    notes = " ".join(solution.found.notes)
    assert "leaves choices there free (--as sequential tests them): 1.3 Ch, 1.4 Ch, 2.1" in notes
    assert "not credible" in notes
    assert "every node of the set: 1.3 Ch" in notes
    tested = found(DATA / "files/data/incredible.efg", "sequential")
    best = one(tested)
    assert tested.found.solution == "sequential, limit of quantal response"
    assert_allclose(best.strategy["1.2"][1], 3 / 16, atol=1e-6)
    assert_allclose(best.strategy["2.2"][1], 2 / 7, atol=1e-6)
    assert_allclose([best.strategy["1.3"][1], best.strategy["1.4"][1]], [1, 0], atol=1e-6)


def test_choices_that_are_the_same_are_listed_once() -> None:
    """Poker with a king or a queen each: many mixtures of strategies come to the same choices."""
    solution = found(DATA / "files/data/two-card-poker.efg", "nash")
    plays = [tuple(np.round(np.concatenate([*e.strategy.values()]), 8)) for e in
             solution.found.equilibria]  # fmt: skip
    assert len(set(plays)) == len(plays)
    assert all(e.regret < EXACT for e in solution.found.equilibria)
    values = [e.payoffs[0] for e in solution.found.equilibria]
    assert_allclose(values, values[0], atol=EXACT)  # zero-sum: one value


ZERO_SUM = """EFG 2 R "Zero-sum, 22 nodes" { "one" "two" }
c "" 1 "" { "x" 1/3 "y" 1/3 "z" 1/3 } 0
p "" 1 1 "s" { "l" "r" } 0
p "" 2 1 "h" { "u" "d" } 0
t "" 1 { 1 -1 }
t "" 2 { -1 1 }
p "" 2 2 "k" { "u" "d" } 0
t "" 3 { 0 0 }
t "" 4 { 2 -2 }
p "" 1 1 "s" { "l" "r" } 0
p "" 2 2 "k" { "u" "d" } 0
t "" 5 { -2 2 }
t "" 6 { 1 -1 }
p "" 2 1 "h" { "u" "d" } 0
t "" 7 { 1 -1 }
t "" 8 { -1 1 }
p "" 1 2 "t" { "l" "r" } 0
p "" 2 1 "h" { "u" "d" } 0
t "" 9 { -1 1 }
t "" 10 { 2 -2 }
p "" 2 2 "k" { "u" "d" } 0
t "" 11 { 2 -2 }
t "" 12 { -2 2 }
"""


def test_a_tree_with_chance_has_a_mixed_answer(tmp_path: Path) -> None:
    path = Path(written(tmp_path, "zero.efg", ZERO_SUM))
    perfect, listed = found(path, "spe"), found(path, "nash")
    assert perfect.answered
    assert one(perfect).regret < EXACT
    assert one(perfect).payoffs[0] == pytest.approx(listed.found.equilibria[0].payoffs[0])


def test_matching_pennies_has_one(folder: Path) -> None:
    best = one(found(folder / "pennies.nfg"))
    assert_allclose([*best.strategy["1.1"], *best.strategy["2.1"]], 0.5, atol=EXACT)
    assert_allclose(best.payoffs, 0, atol=EXACT)


def test_dominance_leaves_a_profile_or_says_that_it_does_not(folder: Path) -> None:
    left = found(folder / "dilemma.nfg", "dominance")
    assert left.found.solution == "iterated strict dominance"
    assert one(left) == Equilibrium({"1.1": (0, 1), "2.1": (0, 1)}, (1, 1), 0)
    none = found(folder / "hunt.nfg", "dominance")
    assert none.found.equilibria == ()
    assert none.found.status == "solved"
    assert none.answered
    assert "no single profile is left" in none.found.notes
    assert any("ann: stag, hare" in note for note in none.found.notes)


def test_three_players_get_pure_equilibria_and_are_told_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gambit, "installed", lambda: False)
    solution = found(folder / "three.nfg")
    assert solution.found.status == "partial"
    assert solution.found.solution == "Nash, pure only"
    assert [e.payoffs for e in solution.found.equilibria] == [(1, 1, 1), (1, 1, 1)]
    assert "mixed equilibria of 3 players were not looked for" in solution.found.notes[0]
    assert "pip install 'schelling[gambit]'" in solution.found.notes[0]


@pytest.mark.skipif(not gambit.installed(), reason="pygambit is not installed")
def test_three_players_get_the_mixed_equilibrium_where_gambit_is_installed(folder: Path) -> None:
    """All three do the same, or each mixes one half: nothing for anybody unless all agree."""
    solution = found(folder / "three.nfg")
    assert solution.found.status == "partial"
    assert solution.found.solution == "Nash, 3 found"
    mixed = solution.found.equilibria[-1]
    assert_allclose([mixed.strategy[f"{player}.1"] for player in (1, 2, 3)], 0.5, atol=1e-7)
    assert all(e.regret < EXACT for e in solution.found.equilibria)
    assert "found by pygambit" in solution.found.notes[0]
    assert "can miss some" in solution.found.notes[0]


@pytest.mark.slow  # `test_markov` has these numbers; the command: `states.md`
def test_states(folder: Path) -> None:
    """Two states, at precision 1: numbers agree between two independent programs as printed."""
    solution = found(folder / "states.csv", "markov", 1.0)
    best = one(solution)
    assert [best.strategy[key][0] for key in ("1.1", "1.2", "2.1", "2.2")] == pytest.approx(
        [0.328648, 0.811627] * 2, abs=PRINTED
    )
    assert_allclose(best.payoffs, 8.736209, atol=PRINTED)  # from the first state on
    assert any("crisis 7.94261" in note for note in solution.found.notes)
    assert found(folder / "states.csv", "quantal", 1.0).found == solution.found
    root = ElementTree.fromstring(solution_picture.draw(solution, ".svg"))
    assert len([child for child in root if child.tag.endswith("svg")]) == 2


def test_states_without_a_precision_go_to_the_limit(folder: Path) -> None:
    solution = found(folder / "states.csv")
    assert solution.found.status == "solved"
    assert one(solution).regret < 1e-5 * 2  # the share of the stake, 2, that counts as none
    assert solution.found.precision is not None


@pytest.mark.parametrize("concept", ["spe", "nash", "dominance"])
def test_states_have_no_other_concept(folder: Path, concept: str) -> None:
    with pytest.raises(RunError, match="not for stochastic games"):
        found(folder / "states.csv", concept)


@pytest.mark.parametrize("name", ["entry.efg", "hunt.nfg"])
def test_markov_is_for_stochastic_games(folder: Path, name: str) -> None:
    with pytest.raises(RunError, match="markov is for stochastic games"):
        found(folder / name, "markov")


def test_imperfect_recall_is_refused_with_kind_and_place() -> None:
    for concept in ("quantal", "spe", "nash", "dominance"):
        solution = found(DATA / "files/data/absent-minded.efg", concept)
        assert solution.found.status == "refused"
        assert not solution.answered
        assert solution.found.equilibria == ()
        assert "does not know whether it has already moved here: set 1" in solution.found.notes[-1]


def test_notes_say_what_was_assumed(folder: Path) -> None:
    assert "no precision was given" in found(folder / "entry.efg", "quantal").found.notes[0]
    assert "was not used" in found(folder / "entry.efg", "spe", 2.0).found.notes[0]
    tie = found(DATA / "files/data/every-feature.efg")
    assert tie.found.status == "degenerate"
    assert any("the first listed was taken" in note for note in tie.found.notes)


def test_json_has_exactly_its_keys(folder: Path) -> None:
    data = solution_text.to_json(found(DATA / "files/data/every-feature.efg"))
    assert list(data) == [
        "schema",
        "game",
        "solution",
        "precision",
        "precision_by_player",
        "equilibria",
        "status",
        "notes",
    ]
    assert data["schema"] == "schelling.solve/1"
    assert data["status"] in STATUSES
    (best,) = data["equilibria"]
    assert list(best) == ["strategy", "payoffs", "regret"]
    assert {key: len(play) for key, play in best["strategy"].items()} == {
        "1.3": 2,
        "1.4": 3,
        "2.2": 1,
        "2.10": 2,
    }
    json.dumps(data, allow_nan=False)


@pytest.mark.parametrize("name", ["entry.efg", "poker.efg", "hunt.nfg", "three.nfg"])
def test_pictures_are_xml(folder: Path, name: str) -> None:
    solution = found(folder / name)
    for suffix in (".svg", ".html"):
        text = solution_picture.draw(solution, suffix).removeprefix("<!doctype html>")
        ElementTree.fromstring(text.replace('<meta charset="utf-8">', ""))
    if name.endswith(".efg"):
        assert r"\begin{tikzpicture}" in solution_picture.draw(solution, ".tex")
    else:
        with pytest.raises(RunError, match="TikZ is for trees"):
            solution_picture.draw(solution, ".tex")


# Games of cases


@pytest.fixture(scope="module")
def later(folder: Path) -> schelling.Run:
    return schelling.run(schelling.load(folder / "later.yaml"), worlds=64, seed=3)


def test_a_game_of_a_case_stands_in_the_central_world() -> None:
    solution = solve("cases/widening-war:provocation")
    case = schelling.load(ROOT / "cases" / "widening-war")
    assert isinstance(solution.game, TreeGame)
    assert solution.game.name == "widening-war:provocation"
    assert solution.found.precision == pytest.approx((0.5 * 20) ** 0.5)  # loguniform's median
    assert len(case.games) == 2
    hold, grey, _ = one(solution).strategy["1.1"]
    ignore, consult = one(solution).strategy["2.1"]  # of an act below the threshold
    payoffs = solution.game.payoffs[0]
    lam = solution.found.precision
    assert lam is not None
    assert_allclose(log(ignore / consult), lam * (payoffs[1, 1] - payoffs[2, 1]), atol=1e-9)
    gain = ignore * payoffs[1, 0] + consult * payoffs[2, 0] - payoffs[0, 0]
    assert_allclose(log(grey / hold), lam * gain, atol=1e-9)  # logarithms of rounded shares


def test_worlds_are_those_of_a_run(folder: Path, later: schelling.Run) -> None:
    """World by world the same payoffs and choices, though the case is run only so far."""
    for name in ("crisis", "late"):
        kept = later.games[name]
        game = load(f"{folder}/later.yaml:{name}", worlds=64, seed=3)
        assert isinstance(game, TreeGame)
        assert game.weights is not None
        solution = answer(game)
        mine = np.array([e.strategy["1.1"] for e in solution.found.equilibria])  # red has no payoff
        edges = kept["choice"].to_numpy()
        assert_allclose(mine, edges[:, 2:4], atol=1e-9)  # another program, other rounding
        assert_allclose(game.payoffs, kept["payoffs"].to_numpy(), atol=1e-9)
        assert solution.found.status == "solved"
    assert game.precision is not None
    assert np.ptp(game.precision) > 0.5  # six weeks of strain, and `early` struck in some worlds


def test_nash_over_many_worlds_is_refused(folder: Path) -> None:
    with pytest.raises(RunError, match="for one world"):
        solve(f"{folder}/later.yaml:early", SolveOptions(Concept.NASH, worlds=4))


@pytest.mark.slow  # spe of files stays, and the central world of a case
def test_spe_of_a_game_of_a_case() -> None:
    best = one(solve("cases/widening-war:provocation", SolveOptions(Concept.SPE)))
    assert best.regret == 0
    assert set(best.strategy["1.1"]) == {0, 1}


# What cannot be solved


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("cut.efg", ENTRY[:90], "expected"),
        ("sum.efg", POKER.replace('"black" 1/2', '"black" 1/3'), r"sum\.efg:2:\d+: prob"),
        ("words.nfg", HUNT.replace("10 10", "ten 10"), r"words\.nfg:2:1: expected .*'ten'"),
        ("short.nfg", HUNT.replace("5 5", "5"), r"short\.nfg"),
        ("lone.csv", STATES.replace("\ndelta,,,0.9,0.9,,", ""), r"lone\.csv.*delta"),
        ("empty.csv", "", "the table is empty"),
        ("zero.nfg", "\0\0", r"zero\.nfg:1:1"),
    ],
)
def test_problems_of_a_file_are_shown_in_place(
    tmp_path: Path, name: str, text: str, place: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=place) as error:
        solve(str(path))
    assert error.value.rendered.endswith(("1 problem", "problems"))


def test_a_problem_has_its_line_and_a_caret(tmp_path: Path) -> None:
    path = tmp_path / "words.nfg"
    path.write_text(HUNT.replace("10 10", "ten 10"), encoding="utf-8")
    with pytest.raises(CaseError) as error:
        solve(str(path))
    assert "\n 2 | ten 10 8 1 1 8 5 5\n   | ^^^\n" in error.value.rendered


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("game.gbt", r"neither a \.efg, \.nfg, \.csv file nor CASE:game"),
        ("cases/widening-war:provocatoin", "did you mean 'provocation'"),
        ("cases/widening-war", "name a game of the case: cases/widening-war:provocation"),
        ("cases/widening-war:", "name a game of the case"),
        ("cases/teaching/arms-race:war", "'war' is not a game of arms-race"),
        (":provocation", "nor CASE:game"),
        ("", "nor CASE:game"),
    ],
)
def test_targets_that_name_no_game(target: str, words: str) -> None:
    with pytest.raises(RunError, match=words):
        solve(target)


@pytest.mark.parametrize("precision", [-1.0, float("nan"), float("inf")])
def test_impossible_precisions(folder: Path, precision: float) -> None:
    with pytest.raises(RunError, match="must be a number of at least 0"):
        found(folder / "hunt.nfg", "quantal", precision)


@pytest.mark.parametrize("worlds", [0, 1_000_000])
def test_impossible_numbers_of_worlds(folder: Path, worlds: int) -> None:
    with pytest.raises(RunError, match="must be 1 to 10,000"):
        solve(f"{folder}/later.yaml:early", SolveOptions(worlds=worlds))


def test_worlds_of_a_file_are_refused(folder: Path) -> None:
    with pytest.raises(RunError, match="--worlds is for games of a case"):
        solve(str(folder / "hunt.nfg"), SolveOptions(worlds=10))


# The command


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["solve", *arguments])


def test_the_table_is_plain_where_there_is_no_terminal(folder: Path) -> None:
    done = run(str(folder / "hunt.nfg"))
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "0.666667" in done.stdout
    assert "regret" in done.stdout


def test_a_title_moves_no_cursor(tmp_path: Path) -> None:
    path = tmp_path / "evil.nfg"
    path.write_text(HUNT.replace("Stag hunt", "\x1b[2JStag [bold]hunt"), encoding="utf-8")
    done = run(str(path))
    assert "\x1b" not in done.stdout
    assert "[2JStag [bold]hunt" in done.stdout


def test_worlds_are_summed_up(folder: Path) -> None:
    done = run(f"{folder}/later.yaml:crisis", "--worlds", "50")
    assert done.exit_code == 0
    assert "mean" in done.stdout
    assert "95 %" in done.stdout


def test_a_refusal_prints_json_and_fails() -> None:
    done = run(str(DATA / "files/data/absent-minded.efg"), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["status"] == "refused"


def test_a_picture_is_written_beside_the_answer(folder: Path, tmp_path: Path) -> None:
    picture = tmp_path / "tree.svg"
    done = run(str(folder / "entry.efg"), "--json", "--draw", str(picture))
    assert done.exit_code == 0
    assert json.loads(done.stdout)["game"] == "Entry"
    ElementTree.parse(picture)


@pytest.mark.parametrize(
    "wrong", [("--as", "correlated"), ("--precision", "high"), ("--depth", "3")]
)
def test_wrong_options(folder: Path, wrong: tuple[str, str]) -> None:
    assert run(str(folder / "hunt.nfg"), *wrong).exit_code == 2


def test_a_wrong_picture_is_refused_before_anything_is_solved(folder: Path) -> None:
    done = run(str(folder / "hunt.nfg"), "--draw", "hunt.png")
    assert isinstance(done.exception, RunError)
    assert not done.stdout


def test_pictures_of_one_game_speak_of_one_game(folder: Path, tmp_path: Path) -> None:
    """Three equilibria are three pictures, each with its number; nothing is a mean of draws."""
    picture = solution_picture.draw(found(folder / "hunt.nfg"), ".svg")
    root = ElementTree.fromstring(picture)
    assert len([child for child in root if child.tag.endswith("svg")]) == 3
    for words in ("Equilibrium 1 of 3", "Equilibrium 3 of 3", "Payoffs of ann, bob"):
        assert words in picture
    assert "played with probability 0.444" in picture
    assert "ean " not in picture.replace("mean payoff", "ean ")
    assert "draws" not in picture
    one_each = np.eye(4, dtype=int)
    many = found(table(tmp_path, "identity", one_each, one_each))
    page = solution_picture.draw(many, ".html")
    assert page.count("<svg") == solution_picture.MOST_EQUILIBRIA
    assert "Equilibrium 12 of 15; 3 more are not drawn" in page
    trees = found(folder / "entry.efg", "nash")
    assert "Equilibrium 2 of" in solution_picture.draw(trees, ".tex")


CHICKEN = """NFG 1 R "Chicken" { "ann" "bob" } { { "swerve" "straight" } { "swerve" "straight" } }
0 0 1 -1/2 -1/2 1 -3 -3
"""


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_several_quantal_equilibria_of_a_table(tmp_path: Path) -> None:
    """Chicken has three at precision 2, the symmetric one on the principal branch."""
    path = written(tmp_path, "chicken.nfg", CHICKEN)
    found = solve(path, SolveOptions(Concept.QUANTAL, 2.0, every=True)).found
    assert (found.status, len(found.equilibria)) == ("partial", 3)
    first = found.equilibria[0].strategy
    assert first["1.1"] == pytest.approx(first["2.1"])
    assert "principal branch" in found.notes[1]
    for one in found.equilibria:  # odds of straight, from the payoffs by hand
        q = one.strategy["2.1"][0]
        gain = (1.0 * q - 3.0 * (1 - q)) - (0.0 * q - 0.5 * (1 - q))
        assert one.strategy["1.1"][1] == pytest.approx(1 / (1 + exp(-2.0 * gain)), abs=1e-9)
    alone = solve(path, SolveOptions(Concept.QUANTAL, 0.5, every=True)).found
    assert (alone.status, len(alone.equilibria)) == ("solved", 1)
    with pytest.raises(RunError, match="--all lists"):
        solve(path, SolveOptions(Concept.NASH, every=True))


def test_the_branch_as_a_picture(tmp_path: Path) -> None:
    path = written(tmp_path, "chicken.nfg", CHICKEN)
    picture = branch_picture.draw(solve(path, SolveOptions(Concept.QUANTAL, 2.0)))
    ElementTree.fromstring(picture)
    assert "ann: straight" in picture
    assert "It splits at precision 1.2." in picture
    with pytest.raises(RunError, match="precision above 0"):
        branch_picture.draw(solve(path))
    with pytest.raises(RunError, match="a table in one world"):
        branch_picture.draw(
            solve(written(tmp_path, "entry.efg", ENTRY), SolveOptions(Concept.QUANTAL))
        )
    with pytest.raises(RunError, match="cannot be written"):
        branch_picture.write(
            solve(path, SolveOptions(Concept.QUANTAL)), tmp_path / "none" / "x.svg"
        )


def test_an_exported_game_has_the_same_solution(tmp_path: Path) -> None:
    tree = load(written(tmp_path, "entry.efg", ENTRY))
    for suffix, concept in ((".efg", Concept.SPE), (".nfg", Concept.NASH)):
        again = tmp_path / f"again{suffix}"
        game_file.write(tree, again)
        before, after = (
            answer(tree, SolveOptions(concept)).found,
            solve(str(again), SolveOptions(concept)).found,
        )
        assert [one.payoffs for one in after.equilibria] == [
            one.payoffs for one in before.equilibria
        ]
    states = load(str(DATA / "states/data/markov-uneven.csv"))
    game_file.write(states, tmp_path / "states.csv")
    again = load(str(tmp_path / "states.csv"))
    assert_allclose(again.table.payoffs, states.table.payoffs, rtol=0)
    assert_allclose(again.table.transitions, states.table.transitions, rtol=0)
    for game, suffix in ((tree, ".csv"), (load(written(tmp_path, "c.nfg", CHICKEN)), ".efg")):
        with pytest.raises(RunError, match="is exported as"):
            game_file.text(game, suffix)
    with pytest.raises(RunError, match="No such file or directory"):
        game_file.write(tree, tmp_path / "none" / "x.efg")


def test_fractions_of_a_file_stay_fractions(tmp_path: Path) -> None:
    text = 'EFG 2 R "" { "a" } c "" 1 { "x" 1/3 "y" 2/3 } 0 t "" 1 { 1/7 } t "" 2 { 2 }'
    exported = game_file.text(load(written(tmp_path, "third.efg", text)), ".efg")
    assert '{ "x" 1/3 "y" 2/3 }' in exported
    assert "{ 1/7 }" in exported
