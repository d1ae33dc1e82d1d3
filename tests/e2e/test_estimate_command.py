"""`schelling estimate` as a shell runs it: what goes where, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from schelling.cli.app import app
from schelling.errors import CaseError, MethodError, RunError

DATA = Path(__file__).parents[1] / "study" / "estimating" / "data"
GAME, TABLE = str(DATA / "crisis.efg"), str(DATA / "war1800.csv")
LINES = (
    "choice(attacker) = esc",
    "choice(defender) = war",
    "attacker.status quo ~ s_wt_re1",
    "defender.war ~ balanc",
)


def estimate(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["estimate", *arguments])


def test_json_on_standard_output_and_a_table_in_a_file(tmp_path: Path) -> None:
    written = tmp_path / "table.tex"
    done = estimate(GAME, TABLE, *LINES, "--json", "--table", str(written))
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["observations"] == 313
    assert [row["equation"] for row in data["coefficients"][::2]] == [
        "attacker.status quo",
        "defender.war",
    ]
    assert done.stderr == f"table written to {written}\n"
    assert written.exists()


def test_the_same_seed_prints_the_same() -> None:
    arguments = (GAME, TABLE, *LINES, "--bootstrap", "50", "--vary", "balanc", "--seed", "3")
    assert estimate(*arguments).stdout == estimate(*arguments).stdout


def test_a_file_and_lines_make_one_model(tmp_path: Path) -> None:
    path = tmp_path / "crisis.model"
    path.write_text("\n".join(LINES[:3]), encoding="utf-8")
    one = estimate(GAME, TABLE, str(path), LINES[3], "--json")
    assert one.stdout == estimate(GAME, TABLE, *LINES, "--json").stdout


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("--level", "2"), RunError, "--level must lie between 0 and 1"),
        (("--starts", "0"), RunError, "--starts must be 1 to 1,000"),
        (("--vary", "year"), RunError, "'year' is in no formula of the model"),
        (("--where", "year"), RunError, "is not COLUMN, one of"),
        (("--where", "yaer > 1850"), RunError, "no column 'yaer'; did you mean 'year'"),
        (("--link", "cauchy"), RunError, "--link is probit or logit"),
        (("--table", "x.docx"), RunError, "--table writes .tex"),
        (("--link", "logit", "--errors", "private"), CaseError, "needs the probit link"),
        (("--where", "year > 3000"), CaseError, "no row is left"),
    ],
)
def test_impossible_wishes_are_refused(
    arguments: tuple[str, ...], error: type[Exception], says: str
) -> None:
    done = estimate(GAME, TABLE, *LINES, *arguments)
    assert isinstance(done.exception, error)
    assert says in str(done.exception)


def test_games_that_would_compile_for_minutes_are_refused(tmp_path: Path) -> None:
    lines = ['EFG 2 R "Long" { "a" }']
    for k in range(300):
        lines += [f'p "" 1 {k + 1} {{ "l" "r" }} 0', f't "" {k + 1} {{ {k} }}']
    (tmp_path / "long.efg").write_text("\n".join([*lines, 't "" 301 { 1 }']), encoding="utf-8")
    done = estimate(str(tmp_path / "long.efg"), TABLE, "outcome = war", "log(scale) ~ 1")
    assert isinstance(done.exception, MethodError)
    assert "601 nodes; games of at most 500" in str(done.exception)


def test_games_without_a_likelihood_are_refused(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden.efg"
    hidden.write_text(
        'EFG 2 R "Hidden" { "a" "b" } p "" 1 1 { "l" "r" } 0 '
        'p "" 2 1 { "l" "r" } 0 t "" 1 { 1 0 } t "" 2 { 0 1 } '
        'p "" 2 1 0 t "" 3 { 0 1 } t "" 4 { 1 0 }',
        encoding="utf-8",
    )
    done = estimate(str(hidden), TABLE, "outcome = war", "a.l / l ~ 1")
    assert isinstance(done.exception, MethodError)
    assert "without knowing what happened before" in str(done.exception)
