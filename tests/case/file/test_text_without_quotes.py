"""Texts that YAML ends early or reads as something else: the hint names what needs quotes.

Each piece is the value of one assumption, claim or stock of a case that is sound otherwise.
"""

from pathlib import Path

import pytest

from schelling.case.check import check

CASE = """\
schelling: 1
title: Texts without quotes
time: {{start: 2022-03-21, step: 1 week, until: 2023-03-20}}
passages: {{}}
actors: {{red: {{}}, blue: {{}}}}
assumptions:
  a: {a}
  b: {{prior: 0.1 to 0.4, why: polls}}
stocks:
  s: {{start: 0, change: a / 1 week}}
games:
  stand: {game}
claims:
  c: {c}
"""
A = "{prior: 0.1 to 0.4, why: polls}"
C = "{why: x, holds: final(s) > 0}"
GAME = "{solve: {precision: 2}, tree: {red: {hit: {payoffs: {red: 1}}, run: {payoffs: {red: 0}}}}}"
TABLE = """
    solve: {precision: 2}
    matrix:
      moves: {red: [x], blue: [y]}
      cells: {x: {y: {payoffs: {red: 0, blue: 1}, says: q, w}}}"""
COMMA = "inside { } a comma ends a value: put the text with this comma in quotes"
NUMBER = (
    "inside { } a comma ends a value: write 0.5 for 0,5 and 1000 for 1,000, or put a text with a"
)
BLOCK = "\n    prior: 0.1 to 0.4\n    why: "


def found(folder: Path, a: str = A, c: str = C, game: str = GAME) -> list[tuple[int, str, str]]:
    """Line, message and hint of every problem."""
    path = folder / "case.yaml"
    path.write_text(CASE.format(a=a, c=c, game=game), encoding="utf-8")
    return [(p.span.line if p.span else 0, p.message, p.hint) for p in check(path).problems]


def test_the_case_is_sound_otherwise(tmp_path: Path) -> None:
    assert found(tmp_path) == []


@pytest.mark.parametrize(
    ("a", "hint"),
    [
        ("{prior: 0.1 to 0.4, why: Satellite altimetry, two readings.}", COMMA),
        ("{prior: 0.1 to 0.4, why: Satellite, two readings: both high}", COMMA),
        ("{prior: 0.1 to 0.4, why: Satellite,\n    two readings}", COMMA),
        ("{prior: 0.1 to 0.4, why: polls, says: one, two}", COMMA),
        ("{prior: 0.1 to 0.4, why: polls, says: polls, unit}", f"{COMMA}, or fill in the key"),
        ("{prior: 0.1 to 0.4, why: 50 people and 1,000 more}", NUMBER),
        ("{why: polls, prior: 1 to 1,5}", NUMBER),
        (
            "{prior: 0.1 to 0.4, from: [], why: polls, reason: x}",
            "known: drafted, from, lever, per, prior",
        ),
        ("{odd, prior: 0.1 to 0.4, why: polls}", "known: drafted, from, lever, per, prior"),
        ("{yes: polls, prior: 0.1 to 0.4, why: x}", "known: drafted, from, lever, per, prior"),
        (BLOCK + "polls\n    two readings: x", "known: drafted, from, lever, per, prior"),
        (BLOCK + "#1 of polls", "after a space # begins a remark: put a text that starts with #"),
        (BLOCK + "", "remove the key, or fill it in"),
        ("{prior: 0.1 to 0.4, why: reading #2 of two}", "put a text with ' #' in quotes"),
        ("{prior: 0.1 to 0.4, why: #2 of two}", "put a text with ' #' in quotes"),
        ("{prior: 0.1 to 0.4, why: reading #2,\n    says: x}", "put a text with ' #' in quotes"),
        ("{prior: 0.1 to 0.4, why: it's so: no}", "put values with brackets, commas or colons"),
        ("{prior: 0.1 to 0.4, why: 'it's so'}", "inside '...' a single quote is written twice: ''"),
        ('{prior: 0.1 to 0.4, why: "a "word" here"}', 'a double quote is written \\"'),
        ("{prior: 0.1 to 0.4, why: \"#1\", says: '#2' [x]}", "put values with brackets"),
        (BLOCK + "he said: no", "put a text with ': ' in quotes"),
        (BLOCK + "&co is a firm", "a text with & in front needs quotes"),
        ("{prior: 0.1 to 0.4, why: & more}", "put a text that starts with & or * in quotes"),
        ("{prior: 0.1 to 0.4, why: *hm*}", "put a text that starts with & or * in quotes"),
        ("{prior: 0.1 to 0.4, why: !really}", "put a text that starts with ! in quotes"),
        ("{prior: 0.1 to 0.4, why: !really so}", "a text with ! in front needs quotes"),
        ("{prior: 0.1 to 0.4, why: - one}", "and a text that starts with - or ?"),
        ("{prior: 0.1 to 0.4, why: ? one}", "and a text that starts with - or ?"),
        ("{prior: 0.1 to 0.4, why: 5 %, %}", "put a text that starts with @, `, %, | or >"),
    ],
)
def test_a_text_without_quotes(a: str, hint: str, tmp_path: Path) -> None:
    problems = found(tmp_path, a=a)
    assert hint in " ".join(said for _, _, said in problems), problems


@pytest.mark.parametrize(
    ("c", "hint"),
    [
        ("| do(a = 0)", "put a text that starts with | or > in quotes"),
        ("> 0", "put a text that starts with | or > in quotes"),
        ("{why: x, holds: | final(s)}", "put a text that starts with @, `, %, | or > in quotes"),
        ("{why: x, holds: final(s) > a, b}", COMMA),
        ("{holds: final(s) > 0, from: P1.S1, P1.S2}", "several passages are a list: from: [P1.S1"),
    ],
)
def test_an_expression_without_quotes(c: str, hint: str, tmp_path: Path) -> None:
    problems = found(tmp_path, c=c)
    assert hint in " ".join(said for _, _, said in problems), problems


@pytest.mark.parametrize(
    "c", ["{why: x, holds: max(a, b) > 1}", "{why: x, holds: a | do(a = 0) > 1}"]
)
def test_commas_and_bars_of_an_expression_need_no_quotes(c: str, tmp_path: Path) -> None:
    assert found(tmp_path, c=c) == []


def test_a_comma_in_a_game(tmp_path: Path) -> None:
    tree = GAME.replace("{payoffs: {red: 1}}", "{payoffs: {red: 1}, says: one, two}")
    assert [hint for *_, hint in found(tmp_path, game=tree)] == [COMMA]
    assert [hint for *_, hint in found(tmp_path, game=TABLE)] == [COMMA]


def test_a_remark_is_shown_where_it_begins(tmp_path: Path) -> None:
    """Not on the next line, where the reader misses the bracket that the remark hides."""
    piece = "{prior: 0.1 to 0.4, why: reading #2 of two}"
    found(tmp_path, a=piece)
    (problem,) = check(tmp_path).problems
    assert problem.span is not None
    line = (tmp_path / "case.yaml").read_text(encoding="utf-8").split("\n")[problem.span.line - 1]
    assert line[problem.span.column - 1 :] == "#2 of two}"
