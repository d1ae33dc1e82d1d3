"""Stories of small cases, each of which was once told wrongly."""

from __future__ import annotations

from pathlib import Path

import schelling
from schelling.study.stories import narrator
from schelling.study.stories.narrator import Narrator
from schelling.study.stories.story import Happening, StateChange

HEAD = "schelling: 1\ntitle: x\ntime: {start: 2022-01-03, step: 1 week, until: 2022-03-07}\n"
ANY = 'assumptions: {a: {prior: "uniform(0, 1)", why: x}}\n'


def teller(tmp_path: Path, text: str, seed: int = 0) -> Narrator:
    """Who tells the stories of a case with a clock of nine weeks."""
    path = tmp_path / "case.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return narrator.of_case(schelling.load(path), seed)


def test_machines_are_told_by_name_whatever_their_order(tmp_path: Path) -> None:
    text = (
        "phases: [calm, alarm]\n"
        "states: {gas: [full, low, out]}\n"
        "events:\n"
        "  leak: {on: 2022-01-17, effects: {gas: out}}\n"
        "  bell: {on: 2022-01-24, effects: {phase: alarm}}\n"
        "claims: {c: {why: x, holds: always(phase == calm)}}\n"
    )
    story = teller(tmp_path, ANY + text).story(0)
    changes = {f.event: f.states for f in story.facts if isinstance(f, Happening)}
    assert changes == {
        "leak": (StateChange("gas", "full", "out"),),
        "bell": (StateChange("phase", "calm", "alarm"),),
    }
