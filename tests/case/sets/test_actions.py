"""Actions over sets: lines of their own, and lists over several sets."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.case.language.typed.typed_text import write
from schelling.errors import CaseError

CASE = """
schelling: 1
title: lines of their own
sets: {city: [kyiv, odesa], way: [road, river]}
assumptions:
  prize[city]: {prior: "uniform(0, 1)", why: x}
actors: {red: {}, blue: {}}
games:
  campaign:
    solve: {precision: 4}
    tree:
      red:
        strike[c in city, way]: {payoffs: {red: "prize[c]"}}
        "strike[ odesa , road ]": {payoffs: {red: 7}}
  table:
    solve: {precision: 4}
    matrix:
      moves: {red: ["raid[c in city, way]", "halt[ kyiv ]"], blue: [guard]}
      cells:
        raid[city, way]: {guard: {payoffs: {red: 0, blue: 0}}}
        halt[kyiv]: {guard: {payoffs: {red: 0, blue: 0}}}

claims: {}
"""


def test_a_line_of_its_own_comes_first_however_it_is_spaced(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    tree, table = schelling.load(tmp_path / "case.yaml").games
    assert {one.action: write(one.payoffs[0][1]) for one in tree.root.branches} == {
        "strike[kyiv, road]": "prize[kyiv]",
        "strike[kyiv, river]": "prize[kyiv]",
        "strike[odesa, river]": "prize[odesa]",
        "strike[odesa, road]": "7",
    }
    assert [one.action for one in table.root.branches] == [
        "raid[kyiv, road]",
        "raid[kyiv, river]",
        "raid[odesa, road]",
        "raid[odesa, river]",
        "halt[kyiv]",
    ]


@pytest.mark.parametrize(
    "actions",
    [
        "hit[a in town, b in town]: {payoffs: {red: 0}}",
        'hit[a in town]: {blue: {"meet[b in town]": {payoffs: {red: 0}}}}',
    ],
)
def test_a_game_of_too_many_actions_is_not_written_out(actions: str, tmp_path: Path) -> None:
    """70 times 70 are 4,900, in one line or one below another."""
    towns = ", ".join(f"t{n}" for n in range(70))
    (tmp_path / "case.yaml").write_text(
        f"schelling: 1\ntitle: many\nsets: {{town: [{towns}]}}\nactors: {{red: {{}}, blue: {{}}}}\n"
        f"games:\n  war:\n    solve: {{precision: 1}}\n    tree:\n      red:\n        {actions}\n",
        encoding="utf-8",
    )
    with pytest.raises(CaseError, match="the game has more than 4,000 actions") as caught:
        schelling.load(tmp_path / "case.yaml")
    assert "E407" in {problem.code for problem in caught.value.problems}
