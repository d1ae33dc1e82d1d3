"""What is free is given back: the memory of a server falls once a large thing is gone."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from schelling.web import memory
from schelling.web.desk import Desk, ServedCase
from schelling.web.page_state import PageState

PART = 100_000  # bytes: glibc takes parts above 128 kB from the system one by one
PARTS = 1_000


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="not glibc")
def test_what_is_free_is_given_back() -> None:
    parts = [bytearray(b"x") * PART for _ in range(PARTS)]
    last = parts[-1]  # holds what lies before it
    del parts
    before = resident()
    memory.give_back()
    assert before - resident() > PART * PARTS / 2  # other tests of the process take some anew
    assert len(last) == PART


def test_where_memory_cannot_be_given_back_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with musl and on macOS; on Windows the program itself is no library."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.give_back()
    monkeypatch.setattr(ctypes, "CDLL", lambda name: name + "")
    memory.give_back()


def test_a_desk_gives_back_what_compiling_took(
    place: ServedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    monkeypatch.setattr("schelling.web.desk.give_back", lambda: given.append(1))
    desk = Desk(place)
    desk.preview(PageState())
    assert not given  # a hand is waiting
    desk.refined(PageState())
    assert given == [1]
