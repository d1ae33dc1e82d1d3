"""Hints: the nearest right name, also among thousands, and messages that stay short."""

from pathlib import Path

import pytest

from schelling.case.check import check
from schelling.case.language.parsing.printer import brief, shorten
from schelling.case.language.parsing.syntax import Name
from schelling.case.language.typed.scope import nearest, suggest

MANY = [f"name_{number:04}" for number in range(3_000)]


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("shiping_cost", ["shipping_cost", "ship"], "shipping_cost"),
        ("Support", ["support"], "support"),
        ("zzz", ["support"], ""),
        ("", ["support"], ""),
        ("shiping_cost", [*MANY, "shipping_cost"], "shipping_cost"),
        ("Shipping_cost", [*MANY, "shipping_costs"], "shipping_costs"),
        ("shipping", [*MANY, "hipping"], ""),  # among many, the first letter is taken as right
        ("x" * 41, ["x" * 40], ""),
        ("x" * 40, ["x" * 41], ""),
        ("x" * 40, ["x" * 39], "x" * 39),
    ],
)
def test_the_nearest_name_is_guessed(written: str, known: list[str], meant: str) -> None:
    assert nearest(written, known) == meant


def test_a_short_list_is_shown_when_nothing_is_near() -> None:
    assert suggest("zzz", ["war", "peace", "war"]) == "known: peace, war"
    assert suggest("wat", ["war", "peace"]) == "did you mean 'war'?"
    assert suggest("zzz", ["a" * 99, "b" * 98]) == f"known: {'a' * 99}, {'b' * 98}"  # 200 signs
    assert suggest("zzz", ["a" * 99, "b" * 100]) == ""
    assert suggest("zzz", []) == ""


def test_what_is_quoted_is_cut() -> None:
    assert shorten("a\n  b") == "a b"
    assert shorten("x" * 60) == "x" * 60
    assert shorten("x" * 61) == "x" * 57 + "..."
    assert brief(Name("y" * 99)) == "y" * 57 + "..."


@pytest.mark.parametrize(("length", "problems"), [(80, 0), (81, 1)])
def test_names_have_at_most_eighty_letters(length: int, problems: int, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(f"schelling: 1\ntitle: x\nvariables: {{{'a' * length}: 1}}\n")
    assert len(check(path).problems) == problems


def test_a_case_of_a_million_bytes_is_read(tmp_path: Path) -> None:
    """The limits are reached, not only approached."""
    path = tmp_path / "case.yaml"
    head = "schelling: 1\ntitle: x\nabout: "
    path.write_text(head + "x" * (1_000_000 - len(head)))
    assert check(path).case is not None
    path.write_text(head + "x" * (1_000_001 - len(head)))
    assert [problem.code for problem in check(path).problems] == ["E102"]
