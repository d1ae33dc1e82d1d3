"""What tests of kept runs share: a small case in a folder, and all bytes of a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

SMALL = """
schelling: 1
title: something to keep
time: {start: 2022-03-21, until: 2022-04-11}
assumptions:
  a: {prior: 0.1 to 0.9, why: x}
  b: {prior: uniform(0, 1), why: x}
phases: [war, peace]
stocks:
  s: {start: a, unit: percent, change: 1 percent / week}
events:
  e: {hazard: a / 3 weeks, effects: {phase: peace}}
actors: {red: {}}
games:
  g: {solve: {precision: 2}, tree: {red: {up: {payoffs: {red: a}}, down: {payoffs: {red: s}}}}}
claims:
  high: {why: x, holds: mean(s) > 2 percent}
  odds: {why: x, holds: "probability(g, red, up) > 0.2 + b / 2"}
"""


def write(folder: Path, text: str = SMALL) -> Path:
    """A case in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return folder


def content(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder, by its place."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
