"""Long work: one thing at a time for a case, with what it is at, and an end to it when wanted.

What is no longer wanted ends at its next part: an exploration has some, a comparison is one.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from schelling.report.live import tabs
from schelling.study.exploring.explore import FIRST, explore
from schelling.study.rivals.compare import compare
from schelling.web.desk import Desk
from schelling.web.page_state import REFINED, PageState

KINDS: Final = ("matters", "rivals")
"""Tabs that are filled by long work."""

_KEPT = 8  # results


@dataclass(frozen=True)
class Labour:
    """One piece of long work.

    Attributes:
        number: Its number.
        kind: The tab it fills.
        state: The state of the page it is about.
        started: When, in seconds of the monotonic clock.
        at: What it is at, in words.
        done: Parts that are done.
        parts: Parts there are.
        ended: How it ended: `done`, `cancelled`, `failed`; empty while it is under way.
        seconds: How long it has taken.
        html: What fills the tab.
        why: Why it failed.
    """

    number: int
    kind: str
    state: PageState
    started: float
    at: str = "waiting"
    done: int = 0
    parts: int = 1
    ended: str = ""
    seconds: float = 0.0
    html: str = field(default="", repr=False)
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """What a page is told of it."""
        return {
            "number": self.number,
            "kind": self.kind,
            "at": self.at,
            "done": self.done,
            "parts": self.parts,
            "ended": self.ended,
            "seconds": round(self.seconds, 1),
            "why": self.why,
        }


class _Cancelled(Exception):
    """The work is no longer wanted."""


class Background:
    """Does the long work of one case, one piece after the other; only the newest is wanted."""

    def __init__(self, desk: Desk, tell: Callable[[str, Any], None]) -> None:
        self._desk, self._tell = desk, tell
        self._lock, self._working = threading.Lock(), threading.Lock()
        self._numbers = itertools.count(1)
        self._known: dict[int, Labour] = {}
        self._wanted: int = 0

    def start(self, kind: str, state: PageState) -> Labour:
        """Begin a piece of work, or find the one that is under way or done already."""
        with self._lock:
            for one in reversed(self._known.values()):
                same = (one.kind, one.state.key) == (kind, state.key)
                wanted = not one.ended and one.number == self._wanted
                if same and (wanted or one.ended == "done"):
                    return one
            number = next(self._numbers)
            made = Labour(number, kind, state, time.monotonic())
            self._known[number] = made
            for old in list(self._known)[:-_KEPT]:
                del self._known[old]
            self._wanted = number
        threading.Thread(target=self._work, args=(number,), name=kind, daemon=True).start()
        return made

    def find(self, number: int) -> Labour | None:
        """A piece of work, by number."""
        return self._known.get(number)

    def cancel(self, number: int) -> None:
        """End a piece of work at its next step."""
        with self._lock:
            if self._wanted == number:
                self._wanted = 0

    def forget(self) -> None:
        """The case has changed: what is under way ends, what is known is of no use."""
        with self._lock:
            self._wanted = 0
            under = [one for one in self._known.values() if not one.ended]
            self._known.clear()
        for one in under:
            self._tell("labour", replace(one, ended="cancelled", at="cancelled").to_json())

    def _work(self, number: int) -> None:
        made = self._known.get(number)
        if made is None:
            return
        try:
            with self._working:
                self._change(number)
                html = self._explore(made) if made.kind == "matters" else self._compare(made)
            self._change(number, ended="done", at="done", html=html)
        except _Cancelled:
            self._change(number, ended="cancelled", at="cancelled")
        except Exception as error:
            self._change(number, ended="failed", at="failed", why=str(error))

    def _explore(self, made: Labour) -> str:
        case = self._desk.case(made.state)
        parts = (*FIRST, "options") if any(one.lever for one in case.assumptions) else FIRST
        self._change(made.number, at="worlds", parts=len(parts) + 1)
        done = itertools.count()

        def progress(part: str) -> None:
            self._change(made.number, at=part, done=next(done))

        found = explore(case, worlds=REFINED, seed=made.state.seed, what=parts, progress=progress)
        return tabs.matters(found)

    def _compare(self, made: Labour) -> str:
        case = self._desk.case(replace(made.state, rival=""))
        others = [self._desk.case(replace(made.state, rival=rival.name)) for rival in case.opposed]
        self._change(made.number, at="the case and its rivals")
        found = compare(case, others, worlds=REFINED, seed=made.state.seed)
        return tabs.rivals(found)

    def _change(self, number: int, **what: Any) -> None:
        """Note what a piece of work is at and tell it; it ends here where it is not wanted."""
        with self._lock:
            made = self._known.get(number)
            wanted = self._wanted == number
            if made is not None:
                if not wanted and not what.get("ended"):
                    raise _Cancelled
                seconds = time.monotonic() - made.started
                made = self._known[number] = replace(made, seconds=seconds, **what)
        if made is not None:
            self._tell("labour", made.to_json())
        elif not what.get("ended"):
            raise _Cancelled
