"""Makes the picture of the live page that the tutorial shows."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).parents[2]
CASE = "cases/teaching/bargaining-range"
PICTURE = ROOT / "docs" / "images" / "live.png"
PATIENCE = 300.0

MOVE = """
const slider = document.querySelector('#assumption-most_b .slider');
slider.value = 0.4;
slider.dispatchEvent(new Event('input', {bubbles: true}));
"""
RESTS = """
return document.getElementById('worlds').textContent.startsWith('8,192')
  && document.querySelectorAll('.case-number')[0].textContent !== '…'
  && document.querySelector('.waiting') === null
"""


def main() -> None:
    """Serve a case, move an assumption, take the picture."""
    command = [str(Path(sys.executable).with_name("schelling")), "serve", CASE, "--no-browser"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        address = next(line for line in server.stderr if line.startswith("open ")).split()[1]
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        flags = ("--headless=new", "--no-sandbox", "--window-size=1180,760")
        for flag in (*flags, f"--user-data-dir={tempfile.mkdtemp()}"):
            options.add_argument(flag)
        browser = Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        try:
            browser.get(address)
            _wait(browser)
            browser.execute_script(MOVE)
            time.sleep(1)
            _wait(browser)
            browser.save_screenshot(str(PICTURE))
        finally:
            browser.quit()
            server.terminate()


def _wait(browser: Chrome) -> None:
    end = time.monotonic() + PATIENCE
    while not browser.execute_script(RESTS):
        if time.monotonic() > end:
            message = "the page did not come to rest"
            raise TimeoutError(message)
        time.sleep(0.2)
    time.sleep(2)


if __name__ == "__main__":
    main()
