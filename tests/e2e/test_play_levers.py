"""The page of `report --play` where an actor chooses: no share is averaged over options."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import schelling
from e2e.browsing import start
from schelling.report import html
from schelling.report.verdicts import claim_verdicts
from schelling.report.words import shares
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


MANY = """
  never: {holds: "u < lev - 0.2", why: planted}
  always: {holds: u < 2 + lev, why: planted}
  chance: {holds: u < 0.666 + 0.008 * lev, why: planted}
  lost: {holds: log(u - lev / 4) < -0.5, why: planted}
  one_asks: {holds: log(u - 0.2) < -0.5, given: lev > 0.5, why: planted}
  either: {holds: u < 0.7 + 0.2 * lev, why: planted}
"""


def visited(run: schelling.Run, folder: Path, states: tuple[str, ...]) -> list[list[list[str]]]:
    """In every state of the page, by claim: verdict of the case, that of now, share and note."""
    html.write_play(run, folder / "page.html")
    driver = start(folder / "profile")
    found: list[list[list[str]]] = []
    cells = ("td.case .was", "td.word", "td.now", "th small")
    try:
        for state in states:
            driver.get("about:blank")
            driver.get((folder / "page.html").as_uri() + state)
            for _ in range(100):
                if all(one.text.strip() for one in driver.find_elements("css selector", "td.now")):
                    break
                time.sleep(0.05)
            columns = [driver.find_elements("css selector", cell) for cell in cells]
            rows = zip(*columns, strict=True)
            found.append([[cell.text.replace(NO_BREAK, " ") for cell in row] for row in rows])
    finally:
        driver.quit()
    return found


def test_shares_are_spans_until_one_option_is_kept(tmp_path: Path) -> None:
    """20 and 80 % under the options; with `u` below its median 40 and 100 %."""
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    run = schelling.run(schelling.load(tmp_path), worlds=1024)
    states = ("", "#a.lev=o0", "#a.u=0-128_0.00_1.00")
    whole, kept, below = (rows[0] for rows in visited(run, tmp_path, states))
    assert whole[1:3] == ["by option", "20 to 80 %"]
    assert kept[1] == "mostly fails"
    assert kept[2].startswith(("19.", "20."))
    assert "±" in kept[2]
    assert below[1] == "by option"
    assert below[2] in {"39 to 100 %", "40 to 100 %", "41 to 100 %"}  # of 256 worlds


def test_the_page_says_what_the_run_says(tmp_path: Path) -> None:
    """Ties, failed numbers, options that chance alone may tell apart, one that does not ask."""
    text = CASE.replace("why: planted}}", "why: planted}").replace("{chosen:", "\n  chosen:")
    (tmp_path / "case.yaml").write_text(text + MANY.removeprefix("\n"), "utf-8")
    run = schelling.run(schelling.load(tmp_path), worlds=1024)
    ((*rows,),) = visited(run, tmp_path, ("",))
    verdicts = claim_verdicts.all_verdicts(run)
    for verdict, (was, word, now, note) in zip(verdicts, rows, strict=True):
        said = verdict.word + (" ~" if verdict.close else "")
        assert was == word == said, verdict.claim.name
        assert now.split() == shares.both(verdict.share).split(), verdict.claim.name
        assert ("under an option kept of lev" in note) == (verdict.options is not None)
    told = {verdict.claim.name: row[1] for verdict, row in zip(verdicts, rows, strict=True)}
    assert told == {
        "chosen": "by option",
        "never": "by option",
        "always": "follows",
        "chance": "by option ~",
        "lost": "undecided",
        "one_asks": "undecided",
        "either": "mostly follows",
    }
