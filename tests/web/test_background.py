"""Long work: told step by step, done once a state, ended when it is not wanted."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from schelling.errors import RunError
from schelling.web import background as rooms
from schelling.web.background import Background
from schelling.web.desk import Desk, ServedCase
from schelling.web.page_state import PageState


class Heard:
    """What was told, in order."""

    def __init__(self) -> None:
        self.all: list[dict[str, Any]] = []
        self.ended = threading.Event()

    def __call__(self, name: str, data: Any) -> None:
        assert name == "labour"
        self.all.append(data)
        if data["ended"]:
            self.ended.set()


def test_an_exploration_is_made_and_kept(place: ServedCase) -> None:
    heard = Heard()
    work = Background(Desk(place), heard)
    made = work.start("matters", PageState())
    assert heard.ended.wait(240)
    assert [one["ended"] for one in heard.all][-1] == "done"
    assert {one["at"] for one in heard.all} >= {"worlds", "sensitivity", "boxes"}
    done = work.find(made.number)
    assert done is not None
    assert "What it hinges on" in done.html
    assert work.start("matters", PageState()).number == made.number
    assert work.start("matters", PageState()).html == done.html


def test_it_ends_when_it_is_not_wanted(place: ServedCase, monkeypatch: pytest.MonkeyPatch) -> None:
    under, heard = threading.Event(), Heard()

    def explore(case: object, *, progress: Any, **told: object) -> None:
        for part in range(1000):
            progress(f"part {part}")
            under.set()
            time.sleep(0.01)

    monkeypatch.setattr(rooms, "explore", explore)
    work = Background(Desk(place), heard)
    made = work.start("matters", PageState())
    assert under.wait(10)
    work.cancel(made.number)
    assert heard.ended.wait(10)
    assert heard.all[-1]["ended"] == "cancelled"
    again = work.start("matters", PageState())
    assert again.number != made.number
    work.forget()


def test_a_refusal_is_told(place: ServedCase, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()

    def explore(case: object, **told: object) -> None:
        message = "there is nothing to explore"
        raise RunError(message)

    monkeypatch.setattr(rooms, "explore", explore)
    Background(Desk(place), heard).start("matters", PageState())
    assert heard.ended.wait(10)
    assert (heard.all[-1]["ended"], heard.all[-1]["why"]) == (
        "failed",
        "there is nothing to explore",
    )


def test_whatever_goes_wrong_is_told(place: ServedCase, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Heard()

    def explore(case: object, **told: object) -> None:
        raise MemoryError

    monkeypatch.setattr(rooms, "explore", explore)
    work = Background(Desk(place), heard)
    first = work.start("matters", PageState())
    assert heard.ended.wait(10)
    assert heard.all[-1]["ended"] == "failed"
    assert work.start("matters", PageState()).number != first.number
