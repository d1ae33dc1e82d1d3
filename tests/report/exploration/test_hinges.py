"""The page of an exploration: every part of it shown, in figures with words and numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import schelling
from schelling.case.drawn import Correlation
from schelling.report import html
from schelling.report.live import tabs
from schelling.study.exploring.explore import Exploration

CASE = """
schelling: 1
title: Aid to a town
time: {start: 2022-03-21, until: 2022-05-30}
actors: {north: {}}
assumptions:
  need: {prior: 40 to 60, unit: tonne / week, why: x}
  losses: {prior: "loguniform(0.01, 0.5)", unit: share, why: x}
  aid: {prior: "choice(30, 60, 90)", unit: tonne / week, lever: north, why: x}
stocks:
  food: {start: 100 tonnes, change: aid * (1 - losses) - need, unit: tonne}
  relief: {start: 0, change: (food / 1 tonne - 100) / 1 week}
claims:
  fed: {why: x, says: It is <fed>., holds: always(food > 0 tonne)}
  relieved: {why: x, says: It is relieved., holds: final(relief) > 0}
  starves: {why: x, says: It starves., holds: final(food) <= 0 tonne}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    path: Path = tmp_path_factory.mktemp("hinges") / "town.yaml"
    path.write_text(CASE, encoding="utf-8")
    return schelling.explore(schelling.load(path), worlds=1024, seed=1, base=128, series=["food"])


@pytest.fixture(scope="module")
def page(found: Exploration) -> str:
    return html.render(found.run, found)


def test_every_part_is_on_the_page(page: str) -> None:
    for words in (
        "What it hinges on",
        "Do the claims hold together?",
        "fed and starves hold together in no world",
        "Options of the actors who hold levers",
        "What decides fed",
        "Where fed fails",
        "coverage against density",
        "Where aid tips fed",
        "Smallest changes found that flip it",
        "Second opinion: a tree",
        "To watch",
        "What food hinges on over time",
    ):
        assert words in page
    assert "It is <fed>" not in page


def test_findings_come_first_and_the_heat_map_has_its_numbers(page: str) -> None:
    start = page.index('id="hinges"')
    first = page[start : page.index("Boxes are parts of the space", start)]
    assert "In none of 1,024 worlds do these hold together: fed and starves" in first
    heat = re.search(r'<figure id="figure-heat".*?</figure>', first, re.DOTALL)
    assert heat is not None
    assert "A aid" in heat[0]
    for claim in ("fed", "relieved", "starves"):
        assert re.search(rf"{claim}</th>.*?0\.\d\d ± 0\.\d\d", heat[0], re.DOTALL)


def test_links_lead_somewhere_and_ids_are_unique(page: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_every_figure_has_a_picture_and_a_table(page: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    hinges = [one for one in figures if 'id="figure-' in one]
    assert len(hinges) > 10
    assert all("<svg" in one and "<table" in one and "reading" in one for one in hinges)
    assert "<script" not in page


@pytest.mark.slow  # `test_page` has the same bytes twice
def test_the_same_exploration_gives_the_same_page(found: Exploration, page: str) -> None:
    assert html.render(found.run, found) == page
    assert 'id="hinges"' not in html.render(found.run)


def test_the_live_page_says_how_correlated_priors_are_cut(
    found: Exploration, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "to-box" in tabs.matters(found)
    assert "to-box" not in page  # a file has no page to set
    assert "cut by itself" not in tabs.matters(found)
    tied = Correlation("need", "losses", 0.5, "x")
    monkeypatch.setattr(Exploration, "case", replace(found.case, correlations=(tied,)))
    assert "cut by itself. As need and losses" in tabs.matters(found)
