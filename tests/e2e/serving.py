"""`schelling serve` as a process of its own, and a browser on its page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome

from slowness import slowness

PATIENCE = 60.0 * slowness()
"""Seconds until something must have happened: a case is compiled, numbers are shown."""


@contextmanager
def served(path: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The server of a path: the address that it prints, and its process."""
    command = [str(Path(sys.executable).with_name("schelling")), "serve", str(path)]
    process = subprocess.Popen(
        [*command, "--no-browser", *options],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"SCHELLING_CACHE": "off"},
    )
    try:
        assert process.stderr is not None
        line = next(line for line in process.stderr if line.startswith("open "))
        yield line.removeprefix("open ").strip(), process
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr is not None:
            process.stderr.close()


def until(true: Callable[[], Any], what: str) -> Any:
    """Wait until something is true.

    Raises:
        AssertionError: It was not for too long.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    message = f"not within {PATIENCE:.0f} s: {what}"
    raise AssertionError(message)


class LivePage:
    """The page in a browser, in the words of who uses it."""

    def __init__(self, browser: Chrome) -> None:
        self.browser = browser

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns."""
        return self.browser.execute_script(script, *arguments)

    def text(self, selector: str) -> str:
        """The text of an element, shown or not."""
        return str(self.run("return document.querySelector(arguments[0])?.textContent", selector))

    def worlds(self) -> int:
        """How many worlds the numbers are from; 0 before there are any."""
        told = self.run(
            "return document.querySelector('.now').classList.contains('waiting') ? ''"
            " : document.querySelector('#worlds').textContent"
        )
        return int("".join(filter(str.isdigit, told)) or 0)

    def settled(self, worlds: int = 8192) -> None:
        """Wait until the hand has rested and many worlds are counted."""
        until(lambda: self.worlds() == worlds, f"{worlds} worlds")

    def numbers(self, which: str = "now") -> list[str]:
        """Shares of the claims in a state of the page, with their errors."""
        script = (
            "return [...document.querySelectorAll(arguments[0])].map(c => c.textContent.trim())"
        )
        return self.run(script, f".{which}-number")

    def words(self) -> list[str]:
        """The verdicts."""
        return self._texts(".now-word")

    def slide(self, name: str, value: float) -> None:
        """Drag a slider to a value."""
        self.run(
            "const s = document.querySelector(`#assumption-${arguments[0]} .slider`);"
            "s.value = arguments[1]; s.dispatchEvent(new Event('input', {bubbles: true}))",
            name,
            value,
        )

    def nudge(self, name: str) -> None:
        """Press the key that moves a slider up by a step."""
        self.run(
            "const s = document.querySelector(`#assumption-${arguments[0]} .slider`);"
            "s.stepUp(); s.dispatchEvent(new Event('input', {bubbles: true}))",
            name,
        )

    def listen(self, identity: str) -> None:
        """Note every text that an element shows from now on."""
        self.run(
            "window.heard = []; const shown = document.getElementById(arguments[0]);"
            "new MutationObserver(() => window.heard.push(shown.textContent))"
            ".observe(shown, {childList: true})",
            identity,
        )

    def heard(self) -> list[str]:
        """What it has shown."""
        return self.run("return window.heard")

    def write(self, name: str, text: str) -> None:
        """Write a prior into its field."""
        self.run(
            "const f = document.querySelector(`#assumption-${arguments[0]} .prior`);"
            "f.value = arguments[1]; f.dispatchEvent(new Event('change', {bubbles: true}))",
            name,
            text,
        )

    def press(self, identity: str) -> None:
        """Press a button."""
        self.run("document.getElementById(arguments[0]).click()", identity)

    def open(self, tab: str) -> str:
        """Open a tab and wait until it is filled."""
        self.press(f"tab-{tab}")
        shown = f"#panel-{tab} .shown"
        if self.run("return document.querySelector(arguments[0]) !== null", shown):
            until(lambda: not self.text(shown).startswith("Computing"), f"the tab {tab}")
        return self.text(f"#panel-{tab}")

    def _texts(self, selector: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map(c => c.textContent)"
        return [text.strip() for text in self.run(script, selector)]
