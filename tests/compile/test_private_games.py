"""Published games with private information, written as cases."""

from __future__ import annotations

import re
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

import schelling
from schelling.case.language.typed.types import GameValue, Kind, Type
from schelling.compile.expressions.frame import Frame
from schelling.compile.games.game_answers import GameAnswers
from schelling.compile.games.tree import Board, Solved
from schelling.errors import RunError
from schelling.games.trees import agent_form, sequential
from schelling.games.trees.recursion import PerNode
from schelling.study.solving.solve import solve

ESCALATION = """
schelling: 1
title: Asymmetric Escalation Game
assumptions: {precision: {prior: "uniform(1, 2)", why: x}}
actors: {challenger: {}, defender: {}}
games:
  game:
    solve: {precision: precision}
    types:
      challenger: {hard: 0.5, soft: 0.5}
      defender: {hh: 0.2, hs: 0.2, sh: 0.2, ss: 0.4}
    tree:
      challenger:
        wait: {payoffs: {challenger: 6, defender: 7}}
        defect:
          defender:
            concede: {payoffs: {challenger: 8, defender: 4}}
            defy:
              challenger:
                stop:
                  payoffs:
                    challenger: 3
                    defender: 5 if type(defender) == hh or type(defender) == hs else 3
                escalate:
                  defender:
                    stop: {payoffs: {challenger: 4, defender: 1}}
                    escalate:
                      payoffs:
                        challenger: 2 if type(challenger) == hard else 0
                        defender: 2 if type(defender) == hh or type(defender) == sh else 0
            escalate:
              challenger:
                back_down: {payoffs: {challenger: 1, defender: 6}}
                escalate:
                  payoffs:
                    challenger: 2 if type(challenger) == hard else 0
                    defender: 2 if type(defender) == hh or type(defender) == sh else 0
"""
DETERRENCE = """
schelling: 1
title: Unilateral Deterrence Game
assumptions:
  p_challenger: {prior: "uniform(0, 1)", why: x}
  p_defender: {prior: "uniform(0, 1)", why: x}
actors: {challenger: {}, defender: {}}
games:
  game:
    solve: {precision: 2}
    types:
      challenger: {hard: p_challenger, soft: 1 - p_challenger}
      defender: {hard: p_defender, soft: 1 - p_defender}
    tree:
      challenger:
        wait: {payoffs: {challenger: 0.6, defender: 1}}
        demand:
          defender:
            concede: {payoffs: {challenger: 1, defender: 0.3}}
            defy:
              challenger:
                back_down: {payoffs: {challenger: 0.2, defender: 0.8}}
                fight:
                  payoffs:
                    challenger: 0.4 if type(challenger) == hard else 0
                    defender: 0.5 if type(defender) == hard else 0
"""


def solved(folder: Path, text: str, **numbers: list[float]) -> tuple[Board, Solved]:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    board = Board.of(schelling.load(path).games[0])
    return board, board.solve(Frame({name: jnp.array(v) for name, v in numbers.items()}, {}))


def reached(board: Board, found: Solved, place: str) -> np.ndarray:
    wanted = GameValue("reached", "game", "", (), Type(Kind.NUMBER), place=tuple(place.split(".")))
    return np.asarray(GameAnswers(board, found).value(wanted))


@pytest.mark.slow
def test_asymmetric_escalation(tmp_path: Path) -> None:
    """Zagare and Kilgour (2000), with two and four types: outcomes at precision 1 and 2.

    The numbers were computed with another program, to six digits.
    """
    board, found = solved(tmp_path, ESCALATION, precision=[1.0, 2.0])
    war = ["defect.defy.escalate.escalate", "defect.escalate.escalate"]
    places = ["wait", "defect.concede", "defect.defy.stop", "defect.escalate.back_down"]
    outcomes = [reached(board, found, p) for p in places]
    outcomes.append(reached(board, found, "defect.defy.escalate.stop"))
    outcomes.append(sum(reached(board, found, p) for p in war))
    expected = np.array(
        [
            [0.672741, 0.182207, 0.032046, 0.042990, 0.011779, 0.058237],
            [0.489144, 0.339353, 0.054276, 0.042389, 0.012729, 0.062110],
        ]
    )
    assert np.abs(np.stack(outcomes, 1) - expected).max() < 1e-6  # six digits


@pytest.mark.slow
def test_unilateral_deterrence(tmp_path: Path) -> None:
    """Zagare and Kilgour (1993): bluff, attack and separating equilibria as limits.

    With p_challenger, p_defender and d1 = 0.625, c1 = 0.5 from the payoffs: soft challengers bluff
    with p_Ch (1 - d1) / (d1 (1 - p_Ch)), soft defenders defy with (c1 - p_Def) / (1 - p_Def).
    """
    chances = {"p_challenger": [0.3, 0.7, 0.3], "p_defender": [0.3, 0.3, 0.55]}
    board, found = solved(tmp_path, DETERRENCE, **chances)
    limit = sequential.solve(board.tree, np.asarray(found.payoffs.stacked()), found.weights)
    assert limit.status.tolist() == [0, 0, 0]
    shown = dict(zip(board.edges, limit.choice[:, columns(board)].T, strict=True))
    bluff, defy = shown["challenger, soft: demand"], shown["defender, soft after demand: defy"]
    close = {"abs": 1e-6}  # the limit is extrapolated from two precisions
    assert bluff == pytest.approx([0.2571429, 1.0, 0.0], **close)
    assert defy == pytest.approx([0.2857143, 0.0, 0.0], **close)
    assert shown["challenger, hard: demand"] == pytest.approx([1.0, 1.0, 1.0], **close)
    assert shown["defender, hard after demand: defy"] == pytest.approx([1.0, 1.0, 1.0], **close)


def columns(board: Board) -> list[int]:
    return [board.tree.first_edge[node] + action for node, action in board.edges.values()]


@pytest.mark.slow  # `private` of `tests/oracle` has such worlds
def test_probabilities_that_are_none_have_no_solution(tmp_path: Path) -> None:
    text = """
schelling: 1
title: a type too likely
assumptions: {q: {prior: "uniform(0, 1.2)", why: x}}
actors: {row: {}, col: {}}
games:
  g:
    solve: {precision: 2}
    types: {row: {hawk: q, dove: 1 - q}}
    tree:
      row:
        out: {payoffs: {row: 0.2 if type(row) == hawk else 0.5, col: 1}}
        enter:
          col:
            yield_it: {payoffs: {row: 1, col: 0.2}}
            fight: {payoffs: {row: 0, col: 0}}
claims: {enters: {holds: "reached(g, enter) > 0.5", why: x}}
"""
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    certain = tmp_path / "certain.yaml"
    certain.write_text(text.replace("uniform(0, 1.2)", "fixed(1.1)"), "utf-8")
    with pytest.raises(RunError, match="the probabilities at a chance move of 'g'"):
        solve(f"{certain}:g")
    run = schelling.run(schelling.load(path), worlds=64, replicates=4)
    assert 0 < run.verdicts.failed["enters"] < 64
    said = "probabilities of a chance move, or of types, are below 0 or do not add up to 1"
    assert run.first_failures["enters"].said == said


@pytest.mark.slow
def test_payoffs_of_a_type_multiplied_are_its_precision_multiplied(tmp_path: Path) -> None:
    """As `docs/how-to/private-information.md` says; judged by a precision at every node."""
    chances = {"p_challenger": [0.3, 0.7], "p_defender": [0.3, 0.6]}
    board, plain = solved(tmp_path, DETERRENCE, **chances)
    sharp = "* (3 if type(challenger) == soft else 1)"
    text = re.sub(
        r"challenger: (\d[^,\n]*?)(?=, defender|\n)",
        lambda found: f"challenger: ({found.group(1)}) {sharp}",
        DETERRENCE,
    )
    assert text.count(sharp) == 4
    _, scaled = solved(tmp_path, text, **chances)
    precision = np.full(board.tree.size, 2.0)
    for name, (node, _) in board.edges.items():
        if name.startswith("challenger, soft"):
            infoset = board.tree.infosets[board.tree.infoset[node]]
            precision[list(infoset.members)] = 6.0
    wanted = agent_form.solve(
        board.tree, plain.payoffs.stacked(), PerNode(jnp.asarray(precision)), plain.weights
    )
    shown = columns(board)
    found = [np.asarray(scaled.choice[node][action]) for node, action in board.edges.values()]
    np.testing.assert_allclose(  # both follow the branch to the solver's tolerance
        np.stack(found, 1), np.asarray(wanted.play.choice)[:, shown], atol=1e-7
    )
