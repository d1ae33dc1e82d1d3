"""The report in a real browser: it opens from disk, asks for nothing else, and fits its window."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

import schelling
from schelling.report import html

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a teaching case whose title tries to be a script."""
    folder = tmp_path_factory.mktemp("report")
    text = Path("cases/teaching/arms-race/case.yaml").read_text("utf-8")
    evil = "'<script>document.title = \"taken\"</script>'"
    (folder / "case.yaml").write_text(re.sub(r"(?m)^title: .*$", f"title: {evil}", text), "utf-8")
    parts = ("sensitivity", "boxes", "flips", "coherence", "indicators")
    found = schelling.explore(schelling.load(folder), worlds=256, seed=1, base=64, what=parts)
    html.write(found.run, folder / "page.html", found)
    return folder / "page.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    yield driver
    driver.quit()


def resize(browser: Chrome, width: int, height: int = 900) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


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


@pytest.mark.parametrize("width", [1280, 390, 340])
def test_it_fits_its_window(browser: Chrome, page: Path, width: int) -> None:
    resize(browser, width)
    browser.get(page.as_uri())
    needed = browser.execute_script("return document.documentElement.scrollWidth")
    assert needed <= width
    small = browser.execute_script(
        """
        const seen = [];
        for (const text of document.querySelectorAll("svg text, p, td, th, small, code")) {
          const box = text.getBoundingClientRect();
          if (!box.width || !text.textContent.trim()) continue;
          const svg = text.closest("svg");
          const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
          const size = parseFloat(getComputedStyle(text).fontSize) * scale;
          if (size < 11.99) seen.push([size, text.textContent]);
        }
        return seen;
        """
    )
    assert small == []
    picture = base64.b64decode(browser.get_screenshot_as_base64())
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000  # not a blank page


def test_text_stands_out_from_its_ground(browser: Chrome, page: Path) -> None:
    """WCAG AA for every text in the page and in its pictures, grounds being plain colours."""
    resize(browser, 1280)
    browser.get(page.as_uri())
    faint = browser.execute_script(
        """
        const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
        const light = colour => {
          const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
          const [r, g, b] = numbers(colour).map(part);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = element => {
          for (let e = element; e; e = e.parentElement) {
            const colour = getComputedStyle(e).backgroundColor;
            if (numbers(colour)[3] !== 0) return colour;
          }
          return "rgb(255, 255, 255)";
        };
        const seen = [];
        for (const element of document.querySelectorAll("body *")) {
          const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
          if (!own || ["title", "desc"].includes(element.localName)) continue;
          const style = getComputedStyle(element);
          const colour = element.closest("svg") ? style.fill : style.color;
          const [a, b] = [light(colour), light(ground(element))].sort();
          if ((b + 0.05) / (a + 0.05) < 4.5) seen.push([colour, element.textContent]);
        }
        return seen;
        """
    )
    assert faint == []


def test_closed_tables_are_printed(browser: Chrome, page: Path) -> None:
    resize(browser, 794)
    browser.get(page.as_uri())
    height = "return document.querySelector('details.numbers').getBoundingClientRect().height"
    shown: dict[str, Any] = {}
    for media in ("screen", "print"):
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
        shown[media] = browser.execute_script(height)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert shown["screen"] < 40  # one line
    assert shown["print"] > 150  # a line and a table
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    sheet = base64.b64decode(printed["data"])
    assert sheet.startswith(b"%PDF")
    boxes = set(re.findall(rb"/MediaBox \[([\d. ]+)\]", sheet))
    assert {tuple(round(float(n)) for n in box.split()[2:]) for box in boxes} == {(595, 842)}  # A4
