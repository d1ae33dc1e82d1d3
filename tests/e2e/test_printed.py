"""The report on paper: how many pages, and that the brief is one."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

import schelling
from e2e.browsing import faults, resize, start
from schelling.report import html
from schelling.study.runs.results import Run

pytestmark = pytest.mark.browser

SHEET = 673
"""Text of an A4 page between margins of 16 mm: 178 mm, at 96 pixels an inch."""

MOST_PAGES = 25
"""Of the flagship with its exploration and its scored register."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    driver = start(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def flagship() -> Run:
    return schelling.run(schelling.load("cases/widening-war"), worlds=256, seed=1)


@pytest.fixture(scope="module")
def tiny() -> Run:
    return schelling.run(schelling.load("cases/teaching/bargaining-range"), worlds=256, seed=1)


def pages(browser: Chrome, path: Path) -> int:
    """How many A4 pages a page is printed on."""
    resize(browser, 794)
    browser.get(path.as_uri())
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    sheet = base64.b64decode(printed["data"])
    boxes = set(re.findall(rb"/MediaBox \[([\d. ]+)\]", sheet))
    assert {tuple(round(float(n)) for n in box.split()[2:]) for box in boxes} == {(595, 842)}  # A4
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet))


@pytest.mark.parametrize("which", [pytest.param("flagship", marks=pytest.mark.slow), "tiny"])
def test_the_brief_is_one_page(
    browser: Chrome, request: pytest.FixtureRequest, which: str, tmp_path: Path
) -> None:
    run: Run = request.getfixturevalue(which)
    html.write_brief(run, tmp_path / "brief.html")
    assert pages(browser, tmp_path / "brief.html") == 1
    for width, media in ((340, ""), (1280, ""), (SHEET, "print")):
        resize(browser, width, media=media)
        assert faults(browser) == [], (width, media)


def test_a_tall_map_is_scaled_to_the_room_that_is_left(
    browser: Chrome, tiny: Run, tmp_path: Path
) -> None:
    html.write_brief(tiny, tmp_path / "brief.html")
    size = r'(class="map" role="img" width="([\d.]+)") height="[\d.]+" viewBox="0 0 [\d.]+ [\d.]+"'
    text = (tmp_path / "brief.html").read_text(encoding="utf-8")
    tall, many = re.subn(size, r'\1 height="3000" viewBox="0 0 \2 3000"', text)
    assert many == 1
    (tmp_path / "tall.html").write_text(tall, encoding="utf-8")
    assert pages(browser, tmp_path / "tall.html") == 1
    for name in ("brief", "tall"):
        browser.get((tmp_path / f"{name}.html").as_uri())
        resize(browser, SHEET, media="print")
        assert browser.execute_script(MAP_HEIGHT) > 100, name  # it can still be read


MAP_HEIGHT = "return document.querySelector('svg.map').getBoundingClientRect().height"
LEFT_EDGES = """
const rows = document.querySelectorAll('.verdicts tbody tr:not(.group)');
return [...rows].map(row => Math.round(row.getBoundingClientRect().left));
"""
MANY = """
schelling: 1
title: Many claims
assumptions: {a: {prior: 0 to 1, why: planted}}
claims:
"""


@pytest.mark.parametrize(("claims", "columns"), [(12, 1), (30, 2)])
def test_many_claims_of_a_printed_brief_stand_in_two_columns(
    browser: Chrome, claims: int, columns: int, tmp_path: Path
) -> None:
    rows = [f"  c{n}: {{holds: a < {(n + 1) / 31}, why: planted}}\n" for n in range(claims)]
    place = tmp_path / "a case whose name takes up more than a line of the sheet" / "case.yaml"
    place.parent.mkdir()
    place.write_text(MANY + "".join(rows), encoding="utf-8")
    run = schelling.run(schelling.load(place), worlds=64)
    html.write_brief(run, tmp_path / "brief.html")
    assert pages(browser, tmp_path / "brief.html") == 1
    resize(browser, SHEET, media="print")
    assert faults(browser) == []
    assert len(set(browser.execute_script(LEFT_EDGES))) == columns


@pytest.mark.parametrize("which", [pytest.param("flagship", marks=pytest.mark.slow), "tiny"])
def test_the_first_page_of_the_report_is_the_brief(
    browser: Chrome, request: pytest.FixtureRequest, which: str, tmp_path: Path
) -> None:
    """What follows the brief begins on a new page, and the brief ends before the first is full."""
    html.write(request.getfixturevalue(which), tmp_path / "page.html")
    assert pages(browser, tmp_path / "page.html") <= MOST_PAGES - 6  # of an exploration
    resize(browser, SHEET, media="print")
    height, breaks = browser.execute_script(
        """
        const brief = document.querySelector("#brief");
        const next = document.querySelector("#brief + section > h2");
        return [brief.getBoundingClientRect().height, getComputedStyle(next).breakBefore];
        """
    )
    assert breaks == "page"
    assert height < (297 - 24) / 25.4 * 96  # what two margins of 12 mm leave of a sheet


def test_tables_take_their_pages_only_when_asked_for(
    browser: Chrome, tiny: Run, tmp_path: Path
) -> None:
    html.write(tiny, tmp_path / "page.html")
    html.write(tiny, tmp_path / "tables.html", tables=True)
    few, many = (pages(browser, tmp_path / name) for name in ("page.html", "tables.html"))
    assert few < many


@pytest.mark.slow
def test_the_flagship_with_everything_keeps_to_its_pages(browser: Chrome, tmp_path: Path) -> None:
    found = schelling.explore(schelling.load("cases/widening-war"), worlds=1_024, base=16, seed=1)
    html.write(found.run, tmp_path / "page.html", found)
    assert pages(browser, tmp_path / "page.html") <= MOST_PAGES
    html.write_brief(found.run, tmp_path / "brief.html", found)
    assert pages(browser, tmp_path / "brief.html") == 1
