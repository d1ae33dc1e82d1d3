"""The live page of the flagship: what a small case does not have breaks no rule either."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e import serving
from e2e.browsing import resize, start
from e2e.looking_closely import scripts_allowed, violations
from e2e.serving import LivePage, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FLAGSHIP = Path(__file__).parents[2] / "cases" / "widening-war"
TABS = (
    *("overview", "claims", "argument", "time", "games", "story", "matters"),
    *("forecasts", "rivals", "sources", "text"),
)


def test_every_tab_of_the_flagship_is_accessible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "PATIENCE", 5 * serving.PATIENCE)  # a large case is compiled
    browser = start(tmp_path)
    try:
        resize(browser, 1280)
        browser.set_script_timeout(serving.PATIENCE)
        with served(FLAGSHIP) as (address, _):
            page = LivePage(browser)
            browser.get(address)
            page.settled()
            found: dict[str, object] = {}
            with scripts_allowed(page):
                for tab in TABS:
                    page.open(tab)
                    found[tab] = violations(page)
    finally:
        browser.quit()
    assert found == {tab: [] for tab in TABS}
