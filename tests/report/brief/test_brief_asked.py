"""The brief of claims that some worlds do not ask: of which worlds a share is, what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.report.brief import brief_markdown, brief_sections, verdict_groups
from schelling.study.exploring.explore import Exploration

CASE = """
schelling: 1
title: Planted
assumptions:
  x: {prior: "uniform(0, 1)", why: x}
  y: {prior: "uniform(0, 1)", why: x}
claims:
  plain: {why: x, holds: x > 0.45}
  half_asked: {why: x, holds: x > 0.5, given: y > 0.5}
  nowhere: {why: x, holds: x > 0.5, given: y > 2}
  broken: {why: x, holds: log(y - 0.5) < 0}
"""


def explored(folder: Path, claims: list[str] | None = None) -> Exploration:
    path = folder / "case.yaml"
    path.write_text(CASE, "utf-8")
    case = schelling.load(path)
    what = ["sensitivity", "flips"]
    return schelling.explore(case, worlds=1024, base=128, what=what, claims=claims)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    return explored(tmp_path_factory.mktemp("asked"))


def markdown(found: Exploration) -> str:
    return brief_markdown.text(found.run, brief_sections.gather(found.run, found))


def line(text: str, words: str) -> str:
    (one,) = [line for line in text.splitlines() if words in line]
    return one


def test_what_lost_points_hide_is_not_said(found: Exploration) -> None:
    """As on the first screen: too many points do not ask a claim, or have no number for it."""
    text = markdown(found)
    assert "| x \\> 0.45 |" in line(text, "| x \\> 0.45 |")
    for claim in ("given y \\> 0.5", "given y \\> 2", "log(y"):
        assert line(text, claim).endswith("| not known |")
    before = brief_markdown.text(found.run, brief_sections.gather(found.run))
    assert line(before, "given y \\> 0.5").endswith("| x +1.00 |")
    assert line(before, "given y \\> 2").endswith("| not known |")


def test_a_share_says_of_which_worlds_it_is(found: Exploration) -> None:
    text = markdown(found)
    assert "Shares are of 1,024 worlds, or of those that ask the claim." in text
    assert "(of the worlds that ask it)" in line(text, "given y \\> 0.5")
    assert "(no world asks it)" in line(text, "given y \\> 2")
    assert "ask" not in line(text, "| x \\> 0.45 |")


def test_the_group_tells_undecided_from_not_asked(found: Exploration, tmp_path: Path) -> None:
    (group,) = verdict_groups.groups(found.run, found)
    assert group.title == "Hangs on x (1 of 4) (1 undecided, 1 not asked)"
    alone = explored(tmp_path, ["broken", "nowhere"])
    (group,) = verdict_groups.groups(alone.run, alone)
    assert group.title == "Undecided or asked in no world"
    assert "Hangs on the assumptions" not in markdown(alone)


def test_sentences_below_the_table_are_apart(found: Exploration) -> None:
    before = brief_markdown.text(found.run, brief_sections.gather(found.run))
    assert "--report FILE. A share of worlds is not a probability." in before
