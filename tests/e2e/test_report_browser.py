"""The report in a real browser: it opens from disk, asks for nothing else, and fits its window."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

import schelling
from e2e.browsing import FAMILIES, SPACING, faint, faults, resize, start
from schelling.report import html
from schelling.report.comparison import comparison_sheets
from schelling.study.rivals.compare import compare

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent

WIDTHS = (340, 390, 768, 1280)
SHEET = 673
"""Text of an A4 page between margins of 16 mm: 178 mm, at 96 pixels an inch."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a case with everything and with long names; its title tries to be a script."""
    folder = tmp_path_factory.mktemp("report")
    parts = ("sensitivity", "boxes", "flips", "coherence", "indicators", "options")
    case = schelling.load(HERE / "long_names")
    found = schelling.explore(case, worlds=256, seed=1, base=64, what=parts)
    html.write(found.run, folder / "page.html", found)
    return folder / "page.html"


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case beside its rivals, all with long names."""
    path = tmp_path_factory.mktemp("comparison") / "page.html"
    case = schelling.load(HERE / "long_rivals")
    rivals = [schelling.load(HERE / "long_rivals", rival=one.name) for one in case.rivals]
    comparison_sheets.write(compare(case, rivals, worlds=256, seed=1, swap_worlds=64), path)
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser with the fonts of this machine, whichever they are."""
    driver = start(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


@pytest.fixture
def browser_with(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chrome]:
    """A browser that finds one family of fonts and no other."""
    family = FAMILIES[request.param]
    fonts = family.folder()
    if fonts is None:
        reason = f"not installed: {family.sans} (Debian: {family.package})"
        if os.environ.get("SCHELLING_BROWSER") == "required":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    driver = start(tmp_path / "profile", family.configured(fonts, tmp_path))
    measure = "const c = document.createElement('canvas').getContext('2d'); "
    measure += "c.font = '1000px sans-serif'; return c.measureText('m').width"
    assert round(driver.execute_script(measure)) == family.m  # it is the font that was asked for
    yield driver
    driver.quit()


def test_it_opens_without_a_word_and_without_a_network(browser: Chrome, page: Path) -> None:
    browser.get_log("performance")
    browser.get(page.as_uri())
    asked = [
        event["params"]["request"]["url"]
        for entry in browser.get_log("performance")
        if (event := json.loads(entry["message"])["message"])["method"]
        == "Network.requestWillBeSent"
    ]
    assert asked == [page.as_uri()]
    assert browser.get_log("browser") == []
    assert browser.title.startswith("<script>")
    assert browser.execute_script("return document.scripts.length") == 0


def fits(browser: Chrome, page: Path, spaced: bool) -> dict[str, list[Any]]:
    """What is wrong with a page in windows of several widths, and on paper."""
    resize(browser, WIDTHS[0])
    browser.get(page.as_uri())
    if spaced:
        browser.execute_script(SPACING)
    found: dict[str, list[Any]] = {}
    for width in WIDTHS:
        resize(browser, width)
        found[f"{width} wide"] = faults(browser)
    if not spaced:
        resize(browser, SHEET, media="print")
        found["printed"] = faults(browser)
    return {where: wrong for where, wrong in found.items() if wrong}


@pytest.mark.parametrize("browser_with", list(FAMILIES), indirect=True)
def test_it_fits_its_window_whatever_the_fonts(
    browser_with: Chrome, page: Path, comparison: Path
) -> None:
    for shown in (page, comparison):
        assert fits(browser_with, shown, spaced=False) == {}
        assert fits(browser_with, shown, spaced=True) == {}


def test_it_fits_its_window_with_the_fonts_at_hand(
    browser: Chrome, page: Path, comparison: Path
) -> None:
    """Needs no font in particular: letters as far apart as any reader may set them."""
    for shown in (page, comparison):
        assert fits(browser, shown, spaced=True) == {}
    resize(browser, 1280)
    browser.get(page.as_uri())
    picture = base64.b64decode(browser.get_screenshot_as_base64())
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000  # not a blank page


def test_what_does_not_fit_is_found(browser: Chrome, tmp_path: Path) -> None:
    """The measure of the tests above: one page with every fault, one without any."""
    svg = '<svg viewBox="0 0 100 50" width="100" height="50" font-size="{}"><text y="20">{}</text>'
    bad = {
        "the page is too wide": "<p style='width: 900px'>a</p>",
        "over the edge": f"<p>{'unbreakable' * 20}</p>",
        "out of its cell": "<table style='table-layout: fixed; width: 2em'><tr>"
        "<td>incomprehensible</td></tr></table>",
        "too small": "<p style='font-size: 11px'>a</p>",
        "the chart is too wide": "<figure><div class='canvas' style='overflow: auto'>"
        "<div style='width: 900px'>a</div></div></figure>",
        "cut": svg.format(12, "a label that is much too long") + "</svg>",
        "covered": svg.format(12, "one") + "<text y='22'>two</text></svg>",
    }
    head = "<!doctype html><meta charset='utf-8'>"
    sound = "<p>a</p>" + svg.format(12, "one") + "<text y='40'>two</text></svg>"
    for fault, body in (*bad.items(), ("", sound)):
        (tmp_path / "page.html").write_text(head + body, "utf-8")
        resize(browser, 340)
        browser.get((tmp_path / "page.html").as_uri())
        kinds = {found[0] for found in faults(browser)}
        assert (fault in kinds) if fault else not kinds, (fault, kinds)


def test_text_stands_out_from_its_ground(browser: Chrome, page: Path) -> None:
    """WCAG AA for every text in the page and in its pictures, grounds being plain colours."""
    resize(browser, 1280)
    browser.get(page.as_uri())
    assert faint(browser) == []


def test_closed_tables_are_printed_on_request(browser: Chrome, page: Path) -> None:
    asked = page.with_name("tables.html")
    asked.write_text(page.read_text("utf-8").replace("<body>", '<body class="with-tables">'))
    height = "return document.querySelector('details.numbers').getBoundingClientRect().height"
    resize(browser, 794)
    shown: dict[str, Any] = {}
    for path in (page, asked):
        browser.get(path.as_uri())
        for media in ("screen", "print"):
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
            shown[path.name, media] = browser.execute_script(height)
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert shown["page.html", "screen"] == shown["tables.html", "screen"] < 40  # one line
    assert shown["page.html", "print"] == 0
    assert shown["tables.html", "print"] > 60  # a line and a table
