"""`schelling explore` as its users meet it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASE = "cases/teaching/bargaining-range"
pytestmark = pytest.mark.usefixtures("forked_commands")
QUICK = ("--worlds", "512", "--base", "64", "--claim", "war_comes", "--claim", "asking_pays")


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["schelling", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "80"},
        check=False,
        timeout=120,
    )


def schelling(*arguments: str) -> str:
    done = command(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def told() -> str:
    return schelling("explore", CASE, *QUICK)


def test_what_is_printed_fits_and_says_what_was_found(told: str) -> None:
    assert max(map(len, told.splitlines())) <= 80
    assert "war_comes: mostly fails" in told
    for label in ("decides", "box", "flip", "slope"):
        assert f"\n  {label} " in told
    assert "\x1b" not in told  # no colours in a pipe


def test_json_has_a_schema_and_every_part(tmp_path: Path) -> None:
    folder = str(tmp_path / "kept.run")
    schelling("run", CASE, "--worlds", "512", "--out", folder)
    text = schelling("explore", CASE, folder, "--base", "64", "--world", "3", "--json")
    data = json.loads(text)
    assert data["schema"] == "schelling.exploration/2"
    assert data["run"]["worlds"] == 512
    assert data["world"] == 3
    assert set(data) >= {"sensitivity", "boxes", "flips", "coherence", "indicators", "options"}
    first = data["sensitivity"]["claims"][1]
    assert first["claim"] == "war_comes"
    assert set(first["truth"][0]) >= {"input", "s1", "st", "st_half_width"}


def test_only_what_is_asked_for() -> None:
    data = json.loads(schelling("explore", CASE, *QUICK, "--what", "flips", "--json"))
    assert "flips" in data
    assert "sensitivity" not in data


def test_wrong_use_ends_with_two() -> None:
    done = command("explore", CASE, "--what", "magic")
    assert done.returncode == 2
    assert "'magic' is not a part of an exploration" in done.stderr
