"""Pictures of tables and branches: well-formed, self-contained, escaped, and saying what is so."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from schelling.games.errors import GameError
from schelling.games.tables import logit, quantal_branch
from schelling.report.games import branch_svg, table_svg
from schelling.report.games.table_svg import Names

HOSTILE = '<script>alert("1")</script>&\x00'
CHICKEN = np.array([[[[0.0, 0], [-0.5, 1]], [[1, -0.5], [-3, -3]]]])


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter()]


def test_cells_show_mean_payoffs_and_mark_equilibria() -> None:
    draws = CHICKEN + np.linspace(-0.1, 0.1, 15)[:, None, None, None]
    play = logit.solve(draws, 1.0).play
    picture = table_svg.svg(draws, play, Names(("ann", "bob"), (("s", "g"), ("s", "g")), "Chicken"))
    shown = texts(picture)
    assert any(text.startswith("−0.5, 1.0 ★") for text in shown)
    assert any(text == "−3.0, −3.0" for text in shown)
    share = 100 * np.mean(np.asarray(play[0])[:, 0] * np.asarray(play[1])[:, 0])
    assert f"{share:.0f} %" in shown
    assert picture.count("<rect") == 5  # four cells and the ground
    assert "90 % of draws" in picture


def test_more_players_get_a_panel_each_and_fewer_a_column() -> None:
    three = np.random.default_rng(0).normal(size=(2, 2, 2, 3, 3))
    assert [t for t in texts(table_svg.svg(three)) if t.startswith("player 3: ")] == [
        f"player 3: {action}" for action in (1, 2, 3)
    ]
    assert table_svg.html(three).count("<table") == 3
    one = np.random.default_rng(0).normal(size=(2, 3, 1))
    assert table_svg.svg(one).count("<rect") == 4
    assert ET.fromstring(table_svg.html(one)).tag == "figure"


@pytest.mark.parametrize("draw", [table_svg.svg, table_svg.html])
def test_labels_cannot_put_markup_into_a_page(draw: object) -> None:
    names = Names((HOSTILE, "b"), ((HOSTILE, "x"), ("y", "z")), HOSTILE)
    picture = draw(CHICKEN, None, names)  # type: ignore[operator]
    ET.fromstring(picture)
    assert "<script" not in picture
    assert "\x00" not in picture
    assert not re.search(r"(href|src|url\(|@import|onload)", picture)


def test_draws_without_an_answer_are_left_out() -> None:
    play = (np.array([[0.25, 0.75], [np.nan, np.nan]]), np.array([[1.0, 0.0], [np.nan, np.nan]]))
    picture = table_svg.svg(np.repeat(CHICKEN, 2, axis=0), play)
    assert "25 %" in picture
    assert "nan" not in picture


def test_names_that_do_not_fit_and_tables_too_large_are_refused() -> None:
    with pytest.raises(GameError, match="do not fit"):
        table_svg.svg(CHICKEN, None, Names(("only",)))
    with pytest.raises(GameError, match="at most 2000 cells"):
        table_svg.svg(np.zeros((1, 50, 50, 2)))
    with pytest.raises(GameError, match="at least one draw"):
        table_svg.svg(CHICKEN[:0])


def test_a_branch_with_its_splits_and_folds() -> None:
    (split,) = quantal_branch.trace(CHICKEN, 2.0)
    picture = branch_svg.svg(split, [("swerve", HOSTILE)] * 2, ("ann", "bob"))
    ET.fromstring(picture)
    assert "<script" not in picture
    assert picture.count("<polyline") == 4
    assert picture.count("<circle") == 4
    assert "splits at precision 1.2" in picture
    games = np.random.default_rng(1).normal(size=(2000, 3, 3, 2))
    (folded,) = quantal_branch.trace(games[170:171], 6.0)
    assert len(folded.folds) == 2
    drawn = branch_svg.svg(folded, show=[1])
    assert drawn.count("<polyline") == 3
    assert drawn.count("fold at precision") == 6
    assert drawn == branch_svg.svg(folded, show=[1])
    with pytest.raises(GameError, match="got names"):
        branch_svg.svg(folded, [("a", "b")] * 2)


def test_the_branch_ends_where_the_solver_does() -> None:
    game = np.random.default_rng(1).normal(size=(1, 3, 3, 2))
    (walked,) = quantal_branch.trace(game, 4.0)
    solved = logit.solve(game, 4.0)
    assert walked.precision[0] == 0.0
    assert walked.precision[-1] == pytest.approx(4.0)
    np.testing.assert_allclose(walked.play[0][-1], solved.play[0][0], atol=1e-9)
    np.testing.assert_allclose(walked.play[0][0], 1 / 3, atol=1e-12)
