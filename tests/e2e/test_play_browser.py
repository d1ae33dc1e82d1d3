"""The page of `report --play` in a real browser: numbers, links, controls, safety."""

from __future__ import annotations

import json
import logging
import shlex
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

import schelling
from e2e.browsing import SPACING, faint, faults, resize, start
from e2e.weighing import Change, Weighed
from schelling.report import html
from schelling.report.play import stored_worlds
from schelling.report.verdicts import claim_verdicts
from schelling.report.words import shares
from schelling.study.runs.made_again import more_paths
from schelling.study.runs.results import Run

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent
WORLDS = 2048
UPDATE = "schelling update"


@pytest.fixture(scope="module")
def run() -> Run:
    return schelling.run(schelling.load(HERE / "playable"), worlds=WORLDS, seed=3)


@pytest.fixture(scope="module")
def page(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("play") / "page.html"
    html.write_play(run, path)
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    driver = start(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


def until(what: Callable[[], Any]) -> Any:
    """What is to come, waited for; scripts in the page cannot be asked to wait by its policy."""
    deadline = time.monotonic() + 20
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


def updates(browser: Chrome) -> int:
    return browser.execute_script(f"return performance.getEntriesByName('{UPDATE}').length")


def open_at(browser: Chrome, page: Path, fragment: str = "") -> None:
    browser.get("about:blank")
    browser.get(page.as_uri() + fragment)
    until(lambda: updates(browser))


def shown(browser: Chrome, what: str = "share") -> dict[str, float]:
    """A number of every claim, with all its digits."""
    script = "return [...document.querySelectorAll('[data-claim]')].map("
    script += "row => [row.dataset.claim, row.dataset[arguments[0]]])"
    return {name: float(text) for name, text in browser.execute_script(script, what)}


def texts(browser: Chrome, selector: str) -> list[str]:
    script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())"
    return browser.execute_script(script, selector)


def effective(browser: Chrome) -> float:
    return float(browser.execute_script("return document.querySelector('#bar').dataset.effective"))


def opened(browser: Chrome, name: str) -> WebElement:
    """The controls of an assumption."""
    for details in browser.find_elements(By.CSS_SELECTOR, "#list details"):
        if details.find_element(By.CSS_SELECTOR, ".name").text == name:
            if details.get_attribute("open") is None:
                details.find_element(By.TAG_NAME, "summary").click()
            until(lambda box=details: box.find_elements(By.CSS_SELECTOR, ".editor input"))
            return details
    raise AssertionError(name)


def silent(browser: Chrome) -> bool:
    return browser.get_log("browser") == []


def test_it_opens_from_disk_without_a_word_or_a_request(browser: Chrome, page: Path) -> None:
    browser.get_log("browser")
    browser.get_log("performance")
    open_at(browser, page)
    asked = [
        event["params"]["request"]["url"]
        for entry in browser.get_log("performance")
        if (event := json.loads(entry["message"])["message"])["method"]
        == "Network.requestWillBeSent"
    ]
    assert asked == [page.as_uri()]
    assert silent(browser)
    assert browser.title.startswith("</script><script>document.title")
    tags = "return [...document.querySelectorAll('img, b, i, iframe')].map(e => e.outerHTML)"
    assert not [tag for tag in browser.execute_script(tags) if "nobody" in tag or "onerror" in tag]
    assert "It <costs>" in texts(browser, "[data-claim=costly] th")[0]


def test_nothing_but_its_own_script_runs(browser: Chrome, page: Path) -> None:
    """What an attacker would write: a script, an attribute, an eval, an address elsewhere."""
    open_at(browser, page)
    browser.get_log("browser")
    browser.execute_script(
        """
        const script = document.createElement("script");
        script.textContent = "document.title = 'taken'";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend",
          "<img src='https://example.invalid/x.png' onerror=\\"document.title = 'taken'\\">");
        """
    )
    refused = until(lambda: [e for e in browser.get_log("browser") if "Security" in e["message"]])
    assert refused
    assert browser.title != "taken"


def test_unchanged_it_says_what_the_report_says(browser: Chrome, page: Path, run: Run) -> None:
    open_at(browser, page)
    case = [text.split() for text in texts(browser, "#claims td.case")]
    now = [text.split() for text in texts(browser, "#claims td.now")]
    words = texts(browser, "#claims td.word")
    verdicts = claim_verdicts.all_verdicts(run)
    for verdict, was, text, word in zip(verdicts, case, now, words, strict=True):
        name = verdict.claim.name
        assert text == shares.both(verdict.share).split(), name
        assert was[: len(text)] == text
        assert word == verdict.word + (" ~" if verdict.close else ""), name
    for name, half in shown(browser, "half").items():
        width = run.verdict_shares[name].half_width  # of a span, none
        assert half == pytest.approx(width, rel=1e-9, nan_ok=True), name
    assert effective(browser) == WORLDS
    assert texts(browser, "#changed") == ["0 of 12 assumptions changed"]


RANGES = (
    {"cost": Change(64, 192)},
    {"cost": Change(200, 256), "pull": Change(0, 100), "wait": Change(17, 250)},
    {"lean": Change(0, 128), "arms": Change(kept=(2,)), "kind": Change(kept=(0, 2))},
    {"fame": Change(128, 256)},
    {
        "cut": Change(1, 255),
        "odds": Change(90, 256),
        "wide": Change(33, 256),
        "part": Change(9, 99),
    },
)


@pytest.mark.parametrize("changes", RANGES)
def test_a_range_counts_the_worlds_of_the_table(
    browser: Chrome, page: Path, run: Run, changes: dict[str, Change]
) -> None:
    """To the last bit: sums of ones are exact, and so is their quotient on both sides."""
    here = Weighed(run, changes)
    open_at(browser, page, here.fragment)
    found, low, high = (shown(browser, what) for what in ("share", "low", "high"))
    for name in run.shares:
        share, least, most = here.share(name)
        np.testing.assert_equal(found[name], share, name)
        assert (low[name], high[name]) == ((least, most) if least < most else (share, share))
    assert effective(browser) == np.count_nonzero(here.weights)


BENDS = (
    {"cost": Change(shift=0.5)},
    {"lean": Change(shift=-1.25, spread=0.6), "wait": Change(shift=0.3, spread=1.4)},
    {"fame": Change(shift=0.8), "face": Change(40, 256), "arms": Change(kept=(1, 2))},
    {"odds": Change(30, 220, -0.35, 0.8), "cut": Change(spread=0.45), "cost": Change(20, 256)},
)


@pytest.mark.parametrize("changes", BENDS)
def test_a_bent_prior_weighs_the_worlds(
    browser: Chrome, page: Path, run: Run, changes: dict[str, Change]
) -> None:
    """By SciPy's normal distribution; the tolerance is that of sums in another order."""
    here = Weighed(run, changes)
    open_at(browser, page, here.fragment)
    found, half, low, high = (shown(browser, what) for what in ("share", "half", "low", "high"))
    for name in run.shares:
        if run.verdict_shares[name].spans:
            ends = low[name], high[name]
            assert ends == pytest.approx(here.share(name)[1:], rel=1e-11), name
            continue
        assert found[name] == pytest.approx(here.share(name)[0], rel=1e-11, abs=1e-14), name
        assert half[name] == pytest.approx(here.half_width(name), rel=1e-8), name
    assert effective(browser) == pytest.approx(here.effective, rel=1e-11)


def test_two_claims_together(browser: Chrome, page: Path, run: Run) -> None:
    here = Weighed(run, {"cost": Change(30, 256, shift=0.4), "kind": Change(kept=(1, 2))})
    open_at(browser, page, f"{here.fragment}&both=patient+fails")
    script = "return [...document.querySelectorAll('#joint td[data-state=now]')].map("
    found = [float(text) for text in browser.execute_script(f"{script}e => e.dataset.share)")]
    np.testing.assert_allclose(found, here.joint("patient", "fails"), rtol=1e-11)
    assert sum(found) == pytest.approx(1)
    assert browser.find_element(By.ID, "first").get_attribute("value") == "5"


def test_few_worlds_that_agree_show_no_certain_change(
    browser: Chrome, page: Path, run: Run
) -> None:
    """Where all worlds of one side hold, 3 over their number is the least error of a change."""
    here = Weighed(run, {"cost": Change(244, 256)})
    open_at(browser, page, here.fragment)
    found = dict(zip(run.shares, texts(browser, "#claims .change"), strict=True))
    for name in ("costly", "grows", "stormy"):
        change, half = (100 * number for number in here.change(name))
        shown_change, shown_half = (
            float(text.replace("\u2212", "-")) for text in found[name].split("\u00a0±\u00a0")
        )
        assert shown_change == pytest.approx(change, abs=0.51), name
        assert -1e-6 <= shown_half - half < 1, name  # an error is rounded up
    assert here.share("costly")[0] == 1.0
    assert here.change("costly")[1] == pytest.approx(3 / here.effective, rel=1e-9)


def test_a_share_within_a_condition_has_its_own_error(
    browser: Chrome, page: Path, run: Run
) -> None:
    here = Weighed(run, {"cost": Change(100, 256)})
    open_at(browser, page, f"{here.fragment}&both=costly+stormy")
    (words,) = texts(browser, "#joint-words")
    holds, failed, asked = here.truths("costly")
    for part in (holds, ~holds & ~failed & asked):
        share, half, tells = here.given("stormy", part)
        text = shares.percent(share, half) + " " + shares.error_bar(share, half)
        if tells < 200:
            text += f" (of only {int(tells)} effective worlds)"
        assert text in words, words


def test_a_run_of_the_printed_command_agrees(browser: Chrome, page: Path, run: Run) -> None:
    """What the command sets, run afresh with other luck, has the shares the page has weighed.

    Within five standard errors of both; a changed case compiles nothing anew.
    """
    changes = {
        "cost": Change(64, 230),
        "lean": Change(100, 256, 0.5, 0.8),
        "pull": Change(shift=-0.5, spread=0.7),
        "odds": Change(shift=0.6, spread=0.9),
        "wide": Change(40, 256),
        "part": Change(0, 180),
        "wait": Change(0, 100),
        "kind": Change(kept=(0, 2)),
    }
    for name, change in changes.items():
        here = Weighed(run, {name: change})
        open_at(browser, page, here.fragment)
        weighed, half = shown(browser), shown(browser, "half")
        command = shlex.split(texts(browser, "#command")[0])
        (setting,) = (text for flag, text in pairwise(command) if flag == "--set")
        assert texts(browser, "#command-notes li") == []
        assert setting.startswith(f"{name}=")
        set_ = run.case.replace(**{name: setting.partition("=")[2]})
        fresh = schelling.run(set_, worlds=WORLDS, seed=17).shares
        for claim, share in weighed.items():
            if np.isnan(share):
                continue  # a span over options
            room = 5 / 2.13 * np.hypot(half[claim], fresh[claim].half_width)
            assert abs(share - fresh[claim].share) < room, (setting, claim)


def test_what_no_command_can_say_is_said(browser: Chrome, page: Path, run: Run) -> None:
    changes = {
        "cost": Change(shift=0.5),
        "arms": Change(kept=(0, 1)),
        "fame": Change(128, 256),
    }
    open_at(browser, page, Weighed(run, changes).fragment)
    notes = texts(browser, "#command-notes li")
    assert len(notes) == 3
    assert "cost: no prior of the case language has the bent shape" in notes[0]
    assert "fame is correlated with face" in notes[1]
    assert "arms: a lever takes one option" in notes[2]
    assert "--set" not in texts(browser, "#command")[0].partition("fame=uniform(0.5, 1)")[0][:-7]
    moved = [text for text in texts(browser, "#list .words") if text.startswith("moves along")]
    assert len(moved) == 1
    weights = Weighed(run, changes).weights
    median = np.quantile(run.column("face"), 0.5, weights=weights, method="inverted_cdf")
    told = float(moved[0].partition("median ")[2].partition(" ")[0])
    assert told == pytest.approx(float(median), abs=1 / 256 + 0.0006)  # a slice, and a digit


def test_few_worlds_are_told(browser: Chrome, page: Path, run: Run) -> None:
    few = Weighed(run, {"cost": Change(240, 256)})
    open_at(browser, page, few.fragment)
    assert effective(browser) == WORLDS / 16 < 200
    warning = browser.find_element(By.ID, "few")
    assert warning.is_displayed()
    assert "fewer than 200" in warning.text
    assert "A run is needed" in warning.text
    assert "--set 'cost=uniform(0.9375, 1)'" in warning.text
    none = Weighed(run, {"cost": Change(0, 1), "pull": Change(0, 1), "lean": Change(0, 1)})
    open_at(browser, page, none.fragment)
    assert effective(browser) == 0
    assert "No stored world is left" in browser.find_element(By.ID, "few").text
    assert set(texts(browser, "#claims td.now")) == {"–"}
    open_at(browser, page)
    assert not browser.find_element(By.ID, "few").is_displayed()


def test_the_keyboard_reaches_and_moves_everything(browser: Chrome, page: Path, run: Run) -> None:
    resize(browser, 1280)
    open_at(browser, page)
    details = opened(browser, "cost")
    low = details.find_element(By.CSS_SELECTOR, "input.low")
    before = updates(browser)
    low.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    until(lambda: updates(browser) > before)
    assert low.get_attribute("aria-label") == "cost: lower end of the range that is kept"
    assert low.get_attribute("aria-valuetext").endswith(" share")
    high = details.find_element(By.CSS_SELECTOR, "input.high")
    high.send_keys(Keys.HOME)  # the handles never cross: one slice is left
    until(lambda: 0 < effective(browser) < WORLDS / 100)
    high.send_keys(Keys.END)
    until(lambda: effective(browser) > WORLDS / 2)
    address = until(lambda: "a.cost" in browser.current_url and browser.current_url)
    state = Change(int(address.partition("a.cost=")[2].partition("-")[0]))
    assert shown(browser)["costly"] == Weighed(run, {"cost": state}).share("costly")[0]
    options = opened(browser, "arms").find_elements(By.CSS_SELECTOR, "input[type=checkbox]")
    options[0].send_keys(Keys.SPACE)
    until(lambda: texts(browser, "#changed") == ["2 of 12 assumptions changed"])
    browser.find_element(By.ID, "reset").send_keys(Keys.ENTER)
    until(lambda: texts(browser, "#changed") == ["0 of 12 assumptions changed"])
    assert options[0].is_selected()
    assert effective(browser) == WORLDS
    until(lambda: "#" not in browser.current_url)
    assert "0 of 12 assumptions changed" in texts(browser, "#spoken")[0]
    names = "return [...document.querySelectorAll('input, select, button')].filter(e => !("
    names += "e.labels?.length || e.getAttribute('aria-label') || e.textContent)).length"
    assert browser.execute_script(names) == 0


def test_a_link_brings_the_state_back(browser: Chrome, page: Path, run: Run) -> None:
    changes = {"lean": Change(12, 250, -0.45, 1.2), "kind": Change(kept=(1,))}
    open_at(browser, page, f"{Weighed(run, changes).fragment}&p.cost=10-99_0.00_1.00")
    seen = shown(browser)
    until(lambda: "p.cost" in browser.current_url)
    browser.find_element(By.ID, "method").location_once_scrolled_into_view  # noqa: B018
    browser.find_element(By.CSS_SELECTOR, "a[href='#method']").click()
    until(lambda: "p.cost" in browser.current_url)  # a place on the page does not lose the state
    fragment = "#" + browser.current_url.partition("#")[2]
    open_at(browser, page, fragment)
    np.testing.assert_equal(shown(browser), seen)
    pinned = Weighed(run, {"cost": Change(10, 99)}).share("grows")[0]
    told = texts(browser, "[data-claim=grows] .pin")[0]
    assert told.startswith(f"pinned: {100 * pinned:.0f}"), told
    assert texts(browser, "#pin") == ["Remove the pin"]


@pytest.mark.parametrize(
    ("fragment", "clamped"),
    [
        ("#a.cost=300-999_0_1", {"cost": Change(255, 256)}),
        ("#a.cost=9-3_-9.9_0", {"cost": Change(9, 10, -1.5, 0.2)}),
        ("#a.cost=1e3-5_0_1&a.pull=-1-5_0_1&a.nope=0-1_0_1&a.rest=0-1_0_1", {}),
        ("#a.cost=<script>document.title='taken'</script>&x=%3Cimg%20onerror=alert(1)%3E", {}),
        (
            "#a.arms=o7.99&a.kind=0-1_0_1&a.__proto__=o1&a.constructor=1-2_0_1",
            {"arms": Change(kept=())},
        ),
        ("#run=0123456789ab&a.cost=64-256_0.00_1.00", {"cost": Change(64, 256)}),
        ("#" + "a.cost=1-2_0_1&" * 20_000, {"cost": Change(1, 2)}),
        ("#%E0%A4%A&a.cost=NaN-NaN_NaN_NaN&both=costly&both=a+b&p=x", {}),
    ],
)
def test_an_address_is_typed_and_clamped(
    browser: Chrome, page: Path, run: Run, fragment: str, clamped: dict[str, Change]
) -> None:
    browser.get_log("browser")
    open_at(browser, page, fragment)
    assert silent(browser)
    assert browser.title != "taken"
    weights = Weighed(run, clamped).weights
    total = weights.sum()
    kish = total**2 / (weights**2).sum() if total else 0.0
    assert effective(browser) == pytest.approx(kish, rel=1e-11)
    problem = browser.find_element(By.ID, "link-problem")
    clean = fragment.startswith(("#a.cost=3", "#a.cost=9"))
    assert problem.is_displayed() != clean
    if "run=" in fragment:
        assert "it was made for another run" in problem.text
    assert "<script>" not in problem.text


def test_fans_follow_the_weights(browser: Chrome, page: Path, run: Run) -> None:
    """Quantiles of the table under a fan against NumPy's on paths that are not rounded."""
    here = Weighed(run, {"cost": Change(128, 256), "part": Change(shift=0.5)})
    resize(browser, 1280, 3000)
    open_at(browser, page, here.fragment)
    paths = more_paths.first(run, 1024)
    names = texts(browser, "[data-series] figcaption b")
    place = next(n for n, name in enumerate(names) if name.startswith("support"))
    script = "document.querySelectorAll('[data-series] details')[arguments[0]].open = true"
    browser.execute_script(script, place)
    rows = until(lambda: texts(browser, f"[data-series='{place}'] tbody tr:last-child td"))
    last, weights = paths["support"].values[:, -1], here.weights[:1024]
    levels = [0.05, 0.25, 0.5, 0.75, 0.95]
    right = np.quantile(last, levels, weights=weights, method="inverted_cdf")
    room = np.ptp(paths["support"].values) / 254 + 0.0006  # a level, and the printed digit
    np.testing.assert_allclose([float(text) for text in rows[:5]], right, atol=room)
    plain = np.quantile(last, 0.5, method="inverted_cdf")
    assert float(rows[5]) == pytest.approx(plain, abs=room)
    states = next(n for n, name in enumerate(names) if name.startswith("phase"))
    browser.execute_script(script, states)
    cells = until(lambda: texts(browser, f"[data-series='{states}'] tbody tr:last-child td"))
    calm = weights[paths["phase"].values[:, -1] == 0].sum() / weights.sum()
    assert cells[0] == shares.percent(float(calm))
    assert (paths["support"].values[:256] == run.series["support"].values).all()


def test_it_fits_its_window_and_can_be_read(browser: Chrome, page: Path, run: Run) -> None:
    changes = {"cost": Change(250, 256), "lean": Change(shift=0.5), "fame": Change(9, 256)}
    resize(browser, 400)
    open_at(browser, page, Weighed(run, changes).fragment)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    time.sleep(0.3)
    for width in (340, 400, 768, 1280):
        resize(browser, width)
        assert faults(browser) == [], width
    assert faint(browser) == []
    browser.execute_script(f"document.adoptedStyleSheets = [new CSSStyleSheet()]; {ADOPT}")
    assert faults(browser) == []
    resize(browser, 340)
    assert faults(browser) == []


ADOPT = (
    SPACING.replace("document.head.append(style);", "").replace(
        'const style = document.createElement("style");', "const style = {};"
    )
    + "document.adoptedStyleSheets[0].replaceSync(style.textContent);"
)
"""Style sheets made by scripts of the test: the policy of the page refuses elements."""


@pytest.mark.slow
def test_the_flagship_is_small_and_quick(browser: Chrome, tmp_path: Path) -> None:
    """The size is a promise; the time depends on the machine (`--log-cli-level=INFO` shows it)."""
    whole = schelling.run(schelling.load("cases/widening-war"), worlds=8192, seed=0)
    path = tmp_path / "play.html"
    html.write_play(whole, path)
    assert path.stat().st_size < 1_500_000
    resize(browser, 1280)
    open_at(browser, path)
    low = opened(browser, "war_value").find_element(By.CSS_SELECTOR, "input.low")
    low.send_keys(Keys.ARROW_RIGHT)
    browser.execute_script("document.querySelector('#series').scrollIntoView()")
    press = """
    const low = document.querySelector("#list .changed input.low");
    low.value = Number(low.value) + 12;
    low.dispatchEvent(new Event("input"));
    """
    for _ in range(60):
        before = updates(browser)
        browser.execute_script(press)
        until(lambda before=before: updates(browser) > before)
    script = f"return performance.getEntriesByName('{UPDATE}').map(e => e.duration)"
    took = sorted(browser.execute_script(script)[2:])
    middle, late = took[len(took) // 2], took[int(0.95 * len(took))]
    size = path.stat().st_size
    logging.getLogger(__name__).info("%d bytes; update %.1f ms, p95 %.1f", size, middle, late)
    assert middle < 250  # a machine that is ten times slower than ours
    kept = stored_worlds.gather(whole).worlds
    changes = {"war_value": Change(128, 256), "control": Change(64, 256)}
    here = Weighed(whole, changes, kept)
    open_at(browser, path, here.fragment)
    np.testing.assert_equal(shown(browser), {name: here.share(name)[0] for name in whole.shares})
