"""The live page in a real browser, served by the command itself."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import schelling
from e2e.any_hand import EVENTS, MANY
from e2e.browsing import faults, resize, start
from e2e.looking_closely import scripts_allowed, violations
from e2e.serving import LivePage, served, until
from schelling.case.check import load
from schelling.case.settings import given
from schelling.report.verdicts.claim_verdicts import all_verdicts

pytestmark = pytest.mark.browser

CASE = """\
schelling: 1
title: The price of <b>waiting</b>
about: Whether waiting pays. It is made for a test.
time: {start: 2022-03-21, step: 1 week, until: 2022-05-30}
sources:
  text: {title: A text, file: text.txt}
passages:
  P1: {source: text, start: 0, end: 10, says: 'Waiting "costs" & <i>time</i>.'}
actors: {us: {name: We}, them: {name: They}}
assumptions:
  cost: {prior: "uniform(0, 1)", unit: share, says: What a week costs., from: P1}
  hope: {prior: 0.1 to 0.9, why: "<script>alert(1)</script>"}
  kind: {prior: "choice([0, 1])", why: Either.}
stocks:
  patience: {start: 1, change: -cost * patience / 10 weeks, why: It melts.}
events:
  quarrel: {hazard: 1 / 20 weeks, once: true, effects: {patience: patience / 2}, why: It happens.}
games:
  talks:
    why: One offer.
    played: {on: 2022-04-04}
    solve: {as: quantal, precision: 4}
    tree:
      us:
        offer: {payoffs: {us: hope, them: 1 - hope}}
        wait: {payoffs: {us: patience - cost, them: 0}}
claims:
  lasts: {holds: final(patience) > 0.5, says: Patience lasts., from: P1}
  hopes: {holds: hope > cost, says: Hope is worth more., why: The question.}
"""


TOLD = """
return document.getElementById('trouble').textContent
  || document.querySelector('#assumption-cost .problem').textContent
  || !document.getElementById('other-version').hidden
"""
"""Whether the page says that something is wrong with its address."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """One browser for all tests."""
    driver = start(tmp_path_factory.mktemp("profile"))
    resize(driver, 1280)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a case with something for every tab."""
    path = tmp_path_factory.mktemp("waiting") / "case.yaml"
    path.write_text(CASE, "utf-8")
    load(path)
    return path


@pytest.fixture(scope="module")
def server(file: Path) -> Iterator[str]:
    """The address of the page as the command prints it."""
    with served(file) as (address, _):
        yield address


@pytest.fixture
def page(browser: Chrome, server: str) -> LivePage:
    """The page, freshly opened."""
    browser.get(server)
    made = LivePage(browser)
    made.settled()
    return made


def printed(file: Path, *changes: str, worlds: int = 8192, seed: int = 0) -> list[str]:
    """The numbers that `schelling run --set` prints."""
    run = schelling.run(load(file, settings=given.options(changes)), worlds=worlds, seed=seed)
    return [f"{v.number} {v.error}".strip() for v in all_verdicts(run)]


def test_its_numbers_are_those_of_the_command(page: LivePage, file: Path) -> None:
    assert page.numbers() == page.numbers("case") == printed(file)
    page.slide("cost", 0.7)
    page.settled()
    (change,) = parse_qs(urlsplit(page.browser.current_url).query)["set"]
    assert change == "cost=uniform(0.4, 1)"
    assert page.numbers() == printed(file, change)
    assert page.numbers("case") == printed(file)
    page.write("hope", "0.25")
    page.settled()
    assert page.numbers() == printed(file, change, "hope=0.25")
    assert page.text("#changed") == "2 definitions changed of the case"


def test_a_slider_tells_what_weighted_worlds_are_worth_until_it_rests(page: LivePage) -> None:
    page.listen("worlds")
    page.nudge("hope")
    page.settled()
    heard = page.heard()
    assert any(re.fullmatch(r"weighted worlds, worth [1-8],\d{3}", one) for one in heard), heard


def test_an_address_brings_back_its_state(page: LivePage) -> None:
    page.write("cost", "uniform(0.1, 0.3)")
    page.settled()
    page.press("pin")
    page.write("hope", "0.5 to 0.6")
    page.open("time")
    page.settled()
    before, pinned, at = page.numbers(), page.numbers("pinned"), page.browser.current_url
    page.browser.get("about:blank")
    page.browser.get(at)
    page.settled()
    until(lambda: page.numbers("pinned") == pinned, "the pinned numbers")
    assert page.numbers() == before
    assert page.run("return document.querySelector('[aria-selected=true]').id") == "tab-time"
    assert page.browser.current_url == at


def test_a_hostile_address_is_a_state_or_nothing(page: LivePage) -> None:
    base = page.browser.current_url.split("?")[0]
    for query in (
        "set=cost%3D%3Cscript%3Ealert(1)%3C/script%3E",
        "set=nobody%3D1&seed=-4&rival=x",
        "tab=%3Cimg%20src=x%3E&seed=1e99&set==&case=zzzzzzzz",
    ):
        page.browser.get(f"{base}?{query}")
        until(lambda: page.run(TOLD), "a word on it")
        assert page.run("return document.querySelectorAll('script').length") == 1


def test_the_last_of_many_events_is_what_is_shown(page: LivePage, file: Path) -> None:
    """10,000 sliders moved, priors written, options, tabs and buttons, as fast as can be."""
    draw = random.Random(7)
    events = [draw.choice(EVENTS) for _ in range(9_997)]
    slid = [(*what, value or round(draw.uniform(0.05, 0.95), 2)) for *what, value in events]
    last = [("field", "hope", "0.2 to 0.7"), ("option", "kind", "1"), ("slider", "cost", 0.4)]
    page.run(MANY, slid + last)
    page.settled()
    query = parse_qs(urlsplit(page.browser.current_url).query)
    assert {"hope=0.2 to 0.7", "kind=1"} < set(query["set"])
    assert page.run("return document.querySelector('#assumption-cost .slider').value") == "0.4"
    assert page.text("#trouble") == page.text("#assumption-cost .problem") == ""
    seed = int(query.get("seed", ["0"])[0])
    assert page.numbers() == printed(file, *query["set"], seed=seed)


def test_reset_and_wrong_priors(page: LivePage, file: Path) -> None:
    page.write("cost", "uniform(1, 0)")
    until(lambda: "low < high" in page.text("#assumption-cost .problem"), "the problem")
    assert page.text("#worlds") == "what is grey is of the state before"
    page.run("document.querySelector('#assumption-cost .back').click()")
    page.settled()
    assert page.numbers() == printed(file)
    assert page.text("#changed") == "Nothing is changed"
    page.write("cost", "0.2")
    page.settled()
    page.run(MANY, [("field", "hope", "0.2 to 0.7"), ("press", "undo", " ")])  # before it rests
    page.settled()
    assert page.numbers() == printed(file, "cost=0.2")
    page.run(MANY, [("slider", "hope", "0.9"), ("press", "undo", " ")])
    page.settled()
    assert page.numbers() == printed(file, "cost=0.2")
    page.press("reset")
    page.settled()
    assert page.numbers() == printed(file)
    until(lambda: "set=" not in page.browser.current_url, "the address")
    page.run(
        "const s = document.querySelector('#assumption-hope .slider'), before = s.value;"
        "s.stepUp(9); s.dispatchEvent(new Event('input', {bubbles: true}));"
        "document.getElementById('reset').click(); window.before = before"
    )
    page.settled()
    shown = "document.querySelector('#assumption-hope .slider').value"
    assert page.run(f"return {shown} === window.before")
    page.press("undo")
    page.settled()
    assert page.numbers() == printed(file, "cost=0.2")
    assert page.run("return document.querySelector('#assumption-cost .prior').value") == "0.2"
    until(lambda: "set=" in page.browser.current_url, "the address")
    page.press("tab-claims")
    page.browser.back()
    until(lambda: page.run("return !document.getElementById('panel-overview').hidden"), "the tab")
    page.browser.back()
    until(lambda: page.text("#changed") == "Nothing is changed", "the state before")
    page.settled()
    assert page.numbers() == printed(file)
    page.browser.forward()
    until(lambda: page.text("#changed") != "Nothing is changed", "the state after")
    page.settled()
    assert page.numbers() == printed(file, "cost=0.2")


def test_every_tab_is_filled_and_accessible(page: LivePage) -> None:
    wanted = {
        "overview": "Patience lasts.",
        "claims": "rank correlation",
        "argument": "Causal map",
        "time": "Over time",
        "games": "talks",
        "story": "A typical world in which",
        "matters": "Compute for this state",
        "forecasts": "no register",
        "rivals": "rival arguments",
        "sources": 'Waiting "costs" & <i>time</i>.',
        "text": "Save the file",
    }
    with scripts_allowed(page):
        for tab, words in wanted.items():
            assert words.lower() in page.open(tab).lower(), tab
            assert violations(page) == [], tab


def test_keys_alone_reach_everything(page: LivePage) -> None:
    page.run("document.getElementById('tab-overview').focus()")
    active = page.browser.switch_to.active_element
    active.send_keys(Keys.ARROW_RIGHT)
    assert page.run("return document.activeElement.id") == "tab-claims"
    page.browser.switch_to.active_element.send_keys(Keys.END)
    assert page.run("return document.activeElement.id") == "tab-text"
    page.browser.switch_to.active_element.send_keys(Keys.HOME)
    slider = page.browser.find_element(By.CSS_SELECTOR, "#assumption-cost .slider")
    before = page.numbers()
    slider.send_keys(*[Keys.ARROW_RIGHT] * 10)
    page.settled()
    assert page.numbers() != before
    assert page.run("return document.activeElement.className") == "slider"  # focus is kept
    reachable = page.run(
        "return [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]"
        ".filter(e => e.checkVisibility() && !e.disabled && e.tabIndex < 0 &&"
        " e.getAttribute('role') !== 'tab').length"
    )
    assert reachable == 0


def test_the_map_is_walked_by_keys(page: LivePage) -> None:
    page.open("argument")
    page.run("document.querySelector('svg.map g[tabindex=\"0\"]').focus()")
    assert page.text(".map-told").startswith("assumption cost: fed by nothing on the map")
    page.browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert page.text(".map-told").startswith("stock patience: fed by cost, quarrel; feeds talks")
    page.browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.run("return document.activeElement.id") == "stock-patience"


def test_games_follow_the_date(page: LivePage) -> None:
    """Patience melts, so offers become likelier; where the game is played it is that of the run.

    Dates are told of 1,024 worlds and the first time of 8,192. A mean of 1,024 probabilities has a
    standard error of at most 50 / 32 points, and the two are rounded: 6 points are three of them.
    """
    page.open("games")
    assert page.text("#games-day") == "as first played"
    told: list[int] = []

    def percent(selector: str) -> int:
        return int(page.text(selector).split()[0])

    for date in (2, 10):
        page.run(
            "const s = document.getElementById('games-date'); s.value = arguments[0];"
            "s.dispatchEvent(new Event('input', {bubbles: true}))",
            date,
        )
        day = page.text("#games-day")
        until(lambda day=day: page.text(".at-date h3").endswith(day), f"the games on {day}")
        told.append(percent(".at-date section > .wide td"))
    assert told[0] == pytest.approx(percent("#game-talks > .wide td"), abs=6)
    assert told[1] > told[0]
    page.press("games-first")
    assert page.text("#games-day") == "as first played"


def test_where_a_claim_tips_follows_the_state(page: LivePage) -> None:
    page.open("matters")
    page.press("plane-draw")
    until(lambda: page.run("return document.querySelector('#plane svg') !== null"), "the map")
    assert "lasts" in page.text("#plane figcaption")
    before = page.text("#plane table")
    page.slide("cost", 0.9)
    until(lambda: page.text("#plane table") != before, "the map of another state")


def test_it_fits_its_window(page: LivePage) -> None:
    try:
        for width in (390, 768, 1280):
            resize(page.browser, width)
            assert [one for one in faults(page.browser) if "wide" in one[0]] == [], width
    finally:
        resize(page.browser, 1280)


def test_nothing_is_asked_of_anybody_else(browser: Chrome, server: str) -> None:
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(server)
    page = LivePage(browser)
    page.settled()
    for tab in ("time", "games", "argument", "text"):
        page.open(tab)
    asked: list[str] = [
        event["params"]["request"]["url"]
        for entry in browser.get_log("performance")
        if (event := json.loads(entry["message"])["message"])["method"]
        == "Network.requestWillBeSent"
    ]
    others = [url for url in asked if not url.startswith("data:")]
    assert {urlsplit(url).netloc for url in others} == {urlsplit(server).netloc}
    assert browser.get_log("browser") == []


def test_two_pages_do_not_disturb_each_other(page: LivePage, file: Path, server: str) -> None:
    first = page.browser.current_window_handle
    page.browser.switch_to.new_window("tab")
    try:
        page.browser.get(server)
        page.slide("cost", 0.6)
        page.settled()
        assert page.numbers() == printed(file, "cost=uniform(0.2, 1)")
        page.browser.switch_to.window(first)
        assert page.numbers() == printed(file)
        page.browser.switch_to.window(page.browser.window_handles[-1])
    finally:
        page.browser.close()
        page.browser.switch_to.window(first)


def test_work_in_the_background_ends_in_its_tab(page: LivePage, file: Path) -> None:
    page.open("matters")
    page.run("document.querySelector('#panel-matters .begin').click()")
    until(lambda: "What it hinges on" in page.text("#panel-matters"), "the findings")
    assert "done after" in page.text("#panel-matters .at")
    before = page.numbers()
    page.run("document.querySelector('#panel-matters .to-box').click()")
    page.settled()
    assert "Set to the box: " in page.text("#said")
    changes = parse_qs(urlsplit(page.browser.current_url).query)["set"]
    assert page.numbers() == printed(file, *changes) != before
    assert page.text("#panel-matters .to-box") == "Leave this box"
    page.run("document.querySelector('#panel-matters .to-box').click()")
    page.settled()
    assert page.numbers() == before
    assert page.text("#panel-matters .to-box") == "Set the page to this box"
    page.write("cost", "0.3")
    page.settled()
    assert not page.run("return document.querySelector('#panel-matters .stale').hidden")


def test_a_changed_file_is_shown_at_once_with_its_errors(
    page: LivePage, file: Path, browser: Chrome
) -> None:
    try:
        page.run("window.before = true")
        file.write_text(CASE.replace("hope > cost", "hope > costs"), "utf-8")
        until(lambda: re.search(r"line 29: .*costs", page.text("#trouble")), "the problem")
        page.open("text")
        until(lambda: "costs" in page.text("#problems"), "the problem at its line")
        file.write_text(CASE.replace("hope > cost", "hope > 2 * cost"), "utf-8")
        until(lambda: not page.run("return window.before === true"), "the page to load anew")
        page.settled()
        assert page.numbers() == printed(file)
    finally:
        file.write_text(CASE, "utf-8")
        until(
            lambda: page.text("[data-name=hopes] .written") == "hope > cost", "the case as it was"
        )


def test_a_text_is_checked_and_saved(page: LivePage, file: Path) -> None:
    page.open("text")
    try:
        page.run(
            "const s = document.getElementById('source');"
            "s.value = s.value.replace('Patience lasts.', 'It lasts.').replace('> 0.5', '> 0.5x');"
            "s.dispatchEvent(new Event('input', {bubbles: true}))"
        )
        wrong = "#marks mark:not(.aside)"
        until(lambda: "0.5x" in page.text(wrong), "a mark at the problem")
        page.run(
            "const s = document.getElementById('source');"
            "s.value = s.value.replace('> 0.5x', '> 0.5');"
            "s.dispatchEvent(new Event('input', {bubbles: true}))"
        )
        until(lambda: page.run(f"return document.querySelector('{wrong}') === null"), "no problem")
        page.press("save")
        until(lambda: "It lasts." in file.read_text("utf-8"), "the file")
        until(lambda: page.text("[data-name=lasts] .gist") == "It lasts.", "the page to load anew")
    finally:
        file.write_text(CASE, "utf-8")
        until(lambda: page.text("[data-name=lasts] .gist") == "Patience lasts.", "the old case")


def test_a_server_that_is_gone_is_told_and_found_again(browser: Chrome, file: Path) -> None:
    with served(file) as (address, process):
        port = str(urlsplit(address).port)
        browser.get(address)
        page = LivePage(browser)
        page.settled()
        at = browser.current_url
        process.kill()
        page.slide("cost", 0.6)
        until(lambda: "does not answer" in page.text("#trouble"), "a word on it")
        assert page.run("return document.querySelector('#trouble').hidden") is False
    with served(file, "--port", port) as (again, _):
        browser.get(again)  # another launch has another key
        browser.get(at)
        page.settled()
        assert page.text("#trouble") == ""


def test_who_has_no_key_sees_nothing(browser: Chrome, server: str) -> None:
    browser.delete_all_cookies()
    found: Any = urlsplit(server)
    browser.get(f"{found.scheme}://{found.netloc}/")
    assert "open the address" in LivePage(browser).text("body")
    browser.get(server)
