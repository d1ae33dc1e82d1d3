"""What a terminal is told: names with brackets whole, and only signs that it has."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console, RenderableType

import schelling
from schelling.report.estimates import estimate_terminal
from schelling.report.exploration import exploration_terminal
from schelling.report.games import same_words, solution_text
from schelling.report.stories import story_terminal
from schelling.report.stories.story_pages import StoryPage
from schelling.study.estimating.fitted import Estimation
from schelling.study.solving import same
from schelling.study.solving.load import load
from schelling.study.solving.solve import solve

CASE = """schelling: 1
title: "Größe [bold]x[/bold]"
sets: {city: [ada, bel]}
actors: {north: {}}
assumptions:
  aid[city]: {prior: {ada: "choice([1, 2])", bel: "choice([1, 3])"}, lever: north, why: t}
  u: {prior: "uniform(0, 10)", why: t}
claims: {fed: {holds: "aid[ada] + aid[bel] > u", why: t}}
"""
GAME = """EFG 2 R "Größe [bold]x[/bold] \x1b[2J" { "a[b]ñ" "d" }
p "" 1 1 { "ho[l]d\x1b[31m" "é" } 0
t "quo" 1 { 0 0 }
p "" 2 1 { "yield" "resist" } 0
t "[red]gain" 2 { 0 0 }
t "wär" 3 { 1 1 }
"""
PLAIN = """EFG 2 R "Crisis" { "a" "d" }
p "" 1 1 { "hold" "escalate" } 0
t "quo" 1 { 0 0 }
p "" 2 1 { "yield" "resist" } 0
t "gain" 2 { 0 0 }
t "war" 3 { 0 0 }
"""


def printed(drawn: RenderableType, encoding: str, width: int = 120) -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, newline="")
    Console(file=out, width=width).print(drawn)
    out.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_members_of_sets_are_named_in_tables(encoding: str, tmp_path: Path) -> None:
    """Brackets are no markup of the library that draws the table."""
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    case = schelling.load(tmp_path / "case.yaml")
    found = schelling.explore(case, worlds=64, what=("options",))
    told = printed(exploration_terminal.summary(found), encoding)
    assert "  aid[ada] = 2, aid[bel] = 1 " in told
    assert told.startswith(("Größe [bold]x[/bold]", "Gr??e [bold]x[/bold]"))


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_texts_of_a_game_file_are_shown_as_they_are(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "game.efg").write_text(GAME, "utf-8")
    told = printed(solution_text.table(solve(str(tmp_path / "game.efg"))), encoding)
    assert "\x1b" not in told
    assert "[bold]x[/bold]  [2J" in told
    assert "ho[l]d [31m" in told
    assert ("a[b]ñ" if encoding == "utf-8" else "a[b]?") in told


def test_games_that_are_compared_steer_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "game.efg").write_text(GAME, "utf-8")
    (tmp_path / "other.efg").write_text(GAME.replace("{ 1 1 }", "{ 1 -1 }"), "utf-8")
    (tmp_path / "named.efg").write_text(GAME.replace("ho[l]d", "keep"), "utf-8")
    game, other, named = (
        load(str(tmp_path / f"{name}.efg")) for name in ("game", "other", "named")
    )
    for one in (other, named):
        told = same_words.in_words(same.games(game, one), ("a", "b"), "names, order")
        assert "[31m" in told
        assert "\x1b" not in told


def test_heads_of_columns_have_signs_of_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "game.efg").write_text(PLAIN, "utf-8")
    table = pd.DataFrame({"up": [0, 1, 1] * 8, "fought": [0, 1, 1, 0] * 6})
    model = ("choice(a) = up", "choice(d) = fought", "d.war ~ 1")
    found = schelling.estimate(tmp_path / "game.efg", table, model, profile=True)
    assert isinstance(found, Estimation)
    assert " -3 " in printed(estimate_terminal.summary(found), "ascii")


def test_dates_take_two_lines_where_the_terminal_is_narrow() -> None:
    """A short date ends its line before the bracket, as a long one does."""
    rows = (("27 September 2030 (week 30)", "one"), ("1 May 2030 (week 9)", "other"))
    page = StoryPage("A story", (), rows, (), (), (), ())
    lines = [line.split() for line in printed(story_terminal.shown(page), "utf-8", 60).splitlines()]
    assert ["1", "May", "2030", "other"] in lines
    assert ["(week", "9)"] in lines
