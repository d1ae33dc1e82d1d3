"""The live page of the flagship in headless Chromium: how fast it answers the hand.

It needs Debian's `chromium` and `chromium-driver`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).parent.parent
FLAGSHIP = ROOT / "cases" / "widening-war"
PRESSES = 60
DRAG = 3.0  # seconds
SIMULATED, WEIGHED = "war_value", "conquest_cost"
"""A uniform prior, which leaves its range when it moves, and a lognormal one."""

PATIENCE = 600.0

REST = """
return document.getElementById('worlds').textContent.startsWith('8,192')
  && document.querySelector('.waiting') === null
"""
PRESS = """
const done = arguments[arguments.length - 1];
const slider = document.querySelector(`#assumption-${arguments[1]} .slider`);
const began = performance.now();
new MutationObserver((_, seen) => {
  seen.disconnect();
  requestAnimationFrame(() => done(performance.now() - began));
}).observe(document.querySelector('.now-number'), {childList: true});
slider.value = Number(slider.value) + arguments[0] * Number(slider.step);
slider.dispatchEvent(new Event('input', {bubbles: true}));
"""
DRAGGED = """
const [seconds, name, span, done] = arguments;
const slider = document.querySelector(`#assumption-${name} .slider`);
const step = Number(slider.step), start = Number(slider.value);
let updates = 0, moves = 0;
const seen = new MutationObserver(() => { updates += 1; });
seen.observe(document.querySelector('.now-number'), {childList: true});
const hand = setInterval(() => {
  slider.value = start + step * (1 + moves++ % span);
  slider.dispatchEvent(new Event('input', {bubbles: true}));
}, 25);
setTimeout(() => { clearInterval(hand); seen.disconnect(); done(updates); }, seconds * 1000);
"""
SENT = """
return performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)
"""


def rows() -> list[dict[str, object]]:
    """A key press, a drag, coming to rest, the first paint, bytes and memory."""
    command = [str(Path(sys.executable).with_name("schelling")), "serve", str(FLAGSHIP)]
    _served(command, _rest)  # once, so that the structure is known
    return _served(command, _measured)


def _measured(browser: Chrome, server: psutil.Process, address: str) -> list[dict[str, object]]:
    browser.get(address)
    paint = browser.execute_script(
        "return performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
    )
    _rest(browser, server, "")
    sent = browser.execute_script(SENT)
    browser.set_script_timeout(PATIENCE)
    weighed, cheap, often = _moved(browser, server, WEIGHED, PRESSES // 2)
    _rest(browser, server, "")
    press, each, updates = _moved(browser, server, SIMULATED, PRESSES)
    began = time.perf_counter()
    _rest(browser, server, "")
    refined = time.perf_counter() - began
    memory = server.memory_info().rss / 1e9
    return [
        _row("page: key press to changed numbers, p95", "s", press, 0.1),
        _row("page: key press to changed numbers, cpu of the server", "s", each, 0.1),
        _row("page: updates a second of a drag", "1/s", updates, 10.0, more=True),
        _row("page: key press, worlds weighed, p95", "s", weighed, 0.1),
        _row("page: key press, worlds weighed, cpu of the server", "s", cheap, 0.1),
        _row("page: updates a second of a drag, worlds weighed", "1/s", often, 10.0, more=True),
        _row("page: from rest to 8,192 worlds", "s", refined, 1.0),
        _row("page: first paint", "s", paint, 1.5),
        _row("page: bytes sent", "kB", sent / 1000, 300.0),
        _row("page: memory of the server", "GB", memory, 1.2),
    ]


def _moved(
    browser: Chrome, server: psutil.Process, name: str, span: int
) -> tuple[float, float, float]:
    """Of an assumption: p95 of a key press, the server's processor seconds, updates of a drag.

    Args:
        browser: It shows the page.
        server: It answers.
        name: Of the assumption.
        span: Steps that its slider is moved up before it is moved down again. A simulated state
            that was shown before is known, and costs nothing; so it is moved up only.
    """
    busy = _seconds(server)
    ways = [1 if press < span else -1 for press in range(PRESSES)]
    times = [browser.execute_async_script(PRESS, way, name) for way in ways]
    each = (_seconds(server) - busy) / PRESSES
    updates = browser.execute_async_script(DRAGGED, DRAG, name, span)
    return float(np.quantile(times, 0.95)) / 1000, each, updates / DRAG


def _seconds(server: psutil.Process) -> float:
    """Processor seconds that the server has taken: what a busy machine does not stretch."""
    spent = server.cpu_times()
    return spent.user + spent.system


def _rest(browser: Chrome, server: psutil.Process, address: str) -> list[dict[str, object]]:
    """Wait until many worlds are counted."""
    del server
    if address:
        browser.get(address)
    end = time.monotonic() + PATIENCE
    while not browser.execute_script(REST):
        if time.monotonic() > end:
            message = "the page did not come to rest"
            raise TimeoutError(message)
        time.sleep(0.02)
    return []


def _served(command: list[str], what: Any) -> list[dict[str, object]]:
    with subprocess.Popen([*command, "--no-browser"], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        address = next(line for line in server.stderr if line.startswith("open ")).split()[1]
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        flags = ("--headless=new", "--no-sandbox", "--window-size=1280,900")
        for flag in (*flags, f"--user-data-dir={tempfile.mkdtemp()}"):
            options.add_argument(flag)
        browser = Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        try:
            return what(browser, psutil.Process(server.pid), address)
        finally:
            browser.quit()
            server.terminate()


def _row(
    name: str, unit: str, ours: float, limit: float, *, more: bool = False
) -> dict[str, object]:
    """A number beside its limit; the ratio is above 1 where it is kept."""
    ratio = ours / limit if more else limit / ours
    return {
        "name": name,
        "unit": unit,
        "ours": float(ours),
        "peer": "limit",
        "theirs": limit,
        "ratio": float(ratio),
    }
