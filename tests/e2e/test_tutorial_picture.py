"""The picture of the live page in the tutorial: made anew in the gate, as a reader would see it.

`SCHELLING_PICTURES=keep` writes it into the docs.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from e2e import browsing
from e2e.serving import LivePage, served, until

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "live.png"
CASE = ROOT / "cases" / "teaching" / "bargaining-range"
WIDTH, HEIGHT = 1180, 760
MOST_BYTES = 300_000

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    made = browsing.start(tmp_path)
    yield made
    made.quit()


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a picture, from its header."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_page_looks_as_the_tutorial_says(browser: Chrome, tmp_path: Path) -> None:
    with served(CASE) as (address, _):
        browser.set_window_size(WIDTH, HEIGHT)
        browser.get(address)
        page = LivePage(browser)
        page.settled()
        page.slide("most_b", 0.4)
        page.settled()
        until(lambda: "…" not in page.numbers("case"), "the numbers of the case")
        assert page.numbers() != page.numbers("case")
        assert "1 definition changed" in page.text("#changed")
        shown = tmp_path / "live.png"
        assert browser.save_screenshot(str(shown))
    new = shown.read_bytes()
    if os.environ.get("SCHELLING_PICTURES") == "keep":
        PICTURE.write_bytes(new)
    kept = PICTURE.read_bytes()
    assert len(kept) < MOST_BYTES
    assert size(kept) == size(new)
