"""`schelling same` on files, games of cases and cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from schelling.cli.app import app
from schelling.errors import RunError

ROOT = Path(__file__).parents[2]
ARMS = ROOT / "cases" / "teaching" / "arms-race"
BRINK = ROOT / "cases" / "teaching" / "deterrence-crisis"
RENAMES = {"ash": "elm", "birch": "oak", "race_settles": "it_settles"}


def renamed(folder: Path, *changes: tuple[str, str]) -> Path:
    text = (ARMS / "case.yaml").read_text("utf-8")
    for old, new in (*RENAMES.items(), *changes):
        assert old in text
        text = text.replace(old, new)
    path = folder / "other.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_renamed_case_computes_the_same(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["same", str(ARMS), str(renamed(tmp_path)), "--json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["same"] is True
    assert {"what": "stock", "first": "ash", "second": "elm"} in found["names"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("elm_reaction * oak -", "elm_reaction * oak +"), "'elm' is left over"),
        (("uniform(0.05, 0.5)", "uniform(0.05, 0.6)"), "the prior of"),
    ],
)
def test_one_change_makes_another_case(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    done = CliRunner().invoke(app, ["same", str(ARMS), str(renamed(tmp_path, change))])
    assert done.exit_code == 1
    assert words in done.stdout


@pytest.mark.slow  # compiles the case three times
def test_a_game_of_a_case_and_its_export(tmp_path: Path) -> None:
    """A game exported and read again is the same; with another payoff it is not."""
    runner, game = CliRunner(), f"{BRINK}:provocation"
    path = tmp_path / "provocation.efg"
    assert runner.invoke(app, ["solve", game, "--export", str(path)]).exit_code == 0
    done = runner.invoke(app, ["same", game, str(path)])
    assert done.exit_code == 0
    assert "names included" in done.stdout


def test_cases_and_games_do_not_mix() -> None:
    done = CliRunner().invoke(app, ["same", str(BRINK), f"{BRINK}:provocation"])
    assert isinstance(done.exception, RunError)
    assert CliRunner().invoke(app, ["same", "a.efg", "b.efg", "--rival", "x"]).exit_code == 2
