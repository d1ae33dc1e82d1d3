"""What the printed plan and the words for a part of a course say."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.game_features import SOLVED_IN_A_ROW
from schelling.case import check
from schelling.case.language.typed.typed_text import over_time
from schelling.case.language.typed.types import Kind, OverTime, Type
from schelling.compile.planning import plan as plans


def test_the_schedule_of_a_game_that_is_solved_anew_is_shown(tmp_path: Path) -> None:
    """Whom another game asks comes first, though it is written later."""
    path = tmp_path / "case.yaml"
    path.write_text(SOLVED_IN_A_ROW, encoding="utf-8")
    shown = plans.show(plans.build(check.load(path)))
    asked = shown.index("asked: solved at steps 0..3 every 3, precision 1, discount 0.5")
    asker = shown.index("asker: solved at steps 0..4 every 2, precision 2, discount 0.5")
    assert asked < asker


@pytest.mark.parametrize(
    ("name", "first", "last", "words"),
    [
        ("max", 0, 8, "max(s)"),
        ("max", 3, 8, "max(s, steps 3..8)"),
        ("mean", 0, 7, "mean(s, steps 0..7)"),
        ("at", 5, 5, "at(s, step 5)"),
    ],
)
def test_a_part_of_a_course_is_named(name: str, first: int, last: int, words: str) -> None:
    asked = OverTime(name, (), first, last, Type(Kind.NUMBER, ()))
    assert over_time(asked, "s", 8) == words
