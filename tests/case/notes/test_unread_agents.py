"""Notes on what agents have and nothing reads: what counts as read."""

from __future__ import annotations

from pathlib import Path

import pytest

from schelling.case.check import check

CASE = """
schelling: 1
title: x
time: {start: 2024-01-01, step: 1 week, until: 2024-01-15}
populations:
  crowd:
    size: 40
    why: x
    groups: {side: {left: 0.5, right: rest}}
    ties: {friends: {network: random, degree: 4}}
    traits: {voice: "uniform(0, 1)"}
    states: {out: {start: number == 1, next: out}}
  town:
    size: 40
    why: x
    ties: {kin: {network: random, degree: 4}}
    states: {home: {start: number == 1, next: "home or any(home[o] for o in kin)"}}
variables:
  shown: "share(out[p] or home[q] for p in crowd)"
claims: {c: {why: x, holds: final(shown) > 0.5}}
"""
CASE = CASE.replace("share(out[p] or home[q] for p in crowd)", "SHOWN")
BOTH = "share(out[p] for p in crowd) + share(home[p] for p in town)"
UNREAD = ["side", "friends", "voice"]


def unread(folder: Path, *changes: tuple[str, str], shown: str = BOTH) -> list[str]:
    """What is said to be unread."""
    text = CASE.replace("SHOWN", shown)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "case.yaml").write_text(text, "utf-8")
    found = check(folder)
    assert found.case is not None, found.rendered()
    return [note.message.split("'")[1] for note in found.notes if note.code == "N112"]


def test_what_nothing_reads_is_noted(tmp_path: Path) -> None:
    assert unread(tmp_path) == UNREAD


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (("{network: random, degree: 4}}\n    traits", "BLOCKS}\n    traits"),
         ["friends", "voice"]),
        (("size: 40\n    why: x\n    groups", "size: 40\n    acts: pair\n    along: friends\n"
          "    why: x\n    groups"), ["side", "voice"]),
        (("next: out}", "next: out or voice > 0.9}"), ["side", "friends"]),
        (("next: out}", 'next: "out or any(out[o] for o in friends)"}'), ["side", "voice"]),
    ],
)  # fmt: skip
def test_what_something_reads_is_not(
    change: tuple[str, str], left: list[str], tmp_path: Path
) -> None:
    old, new = change
    blocks = "{network: blocks, by: side, within: 3, between: 1}"
    assert unread(tmp_path, (old, new.replace("BLOCKS", blocks))) == left


@pytest.mark.parametrize(
    ("count", "left"),
    [
        ("mean(voice[p] for p in crowd)", ["side", "friends"]),
        ("share(out[p] for p in crowd if side[p] == left)", ["friends", "voice"]),
    ],
)
def test_what_is_counted_is_read(count: str, left: list[str], tmp_path: Path) -> None:
    also = " + share(out[p] for p in crowd) + share(home[p] for p in town)"
    assert unread(tmp_path, shown=count + also) == left
