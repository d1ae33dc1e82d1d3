"""The page of `report --play` where an actor chooses: no share is averaged over options."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import schelling
from e2e.browsing import start
from schelling.report import html
from schelling.report.words.numerals import NO_BREAK

pytestmark = pytest.mark.browser
CASE = """
schelling: 1
title: What an actor chooses
actors: {north: {}}
assumptions:
  u: {prior: "uniform(0, 1)", why: planted}
  lev: {prior: "choice(0.2, 0.8)", lever: north, why: planted}
claims: {chosen: {holds: u < lev, why: planted}}
"""


def test_shares_are_spans_until_one_option_is_kept(tmp_path: Path) -> None:
    """20 and 80 % under the options; with `u` below its median 40 and 100 %."""
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    run = schelling.run(schelling.load(tmp_path), worlds=1024)
    html.write_play(run, tmp_path / "page.html")
    driver = start(tmp_path / "profile")
    told: dict[str, str] = {}
    try:
        for state in ("", "#a.lev=o0", "#a.u=0-128_0.00_1.00"):
            driver.get("about:blank")
            driver.get((tmp_path / "page.html").as_uri() + state)
            for _ in range(100):
                told[state] = driver.find_element("css selector", "td.now").text
                if told[state].strip():
                    break
                time.sleep(0.05)
        words = driver.find_element("css selector", "td.word").text
    finally:
        driver.quit()
    shown = [text.replace(NO_BREAK, " ") for text in told.values()]
    assert shown[0] == "20 to 80 %"
    assert shown[1].startswith(("19.", "20."))
    assert "±" in shown[1]
    assert shown[2] in {"39 to 100 %", "40 to 100 %", "41 to 100 %"}  # of 256 worlds
    assert words == "by option"
