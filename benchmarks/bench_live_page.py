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
PATIENCE = 600.0

REST = """
return document.getElementById('worlds').textContent.startsWith('8,192')
  && document.querySelector('.waiting') === null
"""
PRESS = """
const done = arguments[arguments.length - 1];
const slider = document.querySelector('#assumption-war_value .slider');
const began = performance.now();
new MutationObserver((_, seen) => {
  seen.disconnect();
  requestAnimationFrame(() => done(performance.now() - began));
}).observe(document.querySelector('.now-number'), {childList: true});
slider.value = Number(slider.value) + arguments[0] * Number(slider.step);
slider.dispatchEvent(new Event('input', {bubbles: true}));
"""
DRAGGED = """
const done = arguments[arguments.length - 1];
const slider = document.querySelector('#assumption-war_value .slider');
let updates = 0, moves = 0;
const seen = new MutationObserver(() => { updates += 1; });
seen.observe(document.querySelector('.now-number'), {childList: true});
const hand = setInterval(() => {
  slider.value = 0.6 + 0.01 * (moves++ % 60);
  slider.dispatchEvent(new Event('input', {bubbles: true}));
}, 25);
setTimeout(() => { clearInterval(hand); seen.disconnect(); done(updates); }, arguments[0] * 1000);
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
    busy = _seconds(server)
    times = [browser.execute_async_script(PRESS, 1 if n % 2 else -1) for n in range(PRESSES)]
    each = (_seconds(server) - busy) / PRESSES
    updates = browser.execute_async_script(DRAGGED, DRAG)
    began = time.perf_counter()
    _rest(browser, server, "")
    refined = time.perf_counter() - began
    memory = server.memory_info().rss / 1e9
    return [
        _row("page: key press to changed numbers, p95", "s", np.quantile(times, 0.95) / 1000, 0.1),
        _row("page: key press to changed numbers, cpu of the server", "s", each, 0.1),
        _row("page: updates a second of a drag", "1/s", updates / DRAG, 10.0, more=True),
        _row("page: from rest to 8,192 worlds", "s", refined, 1.0),
        _row("page: first paint", "s", paint, 1.5),
        _row("page: bytes sent", "kB", sent / 1000, 300.0),
        _row("page: memory of the server", "GB", memory, 1.2),
    ]


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
