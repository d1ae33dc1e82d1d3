"""Several equilibria of a game that a claim reads: how often, and which one is taken."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

import schelling
from schelling.report import html
from schelling.report.verdicts import several_words, verdict_json, verdict_terminal
from schelling.study.runs import several_equilibria
from schelling.study.runs.results import Run

CASE = """\
schelling: 1
title: Two who may meet in either place
time: {start: 2024-01-01, step: 1 week, until: 2024-01-15}
assumptions:
  park: {prior: "uniform(-1, 1)", why: x}
  fare: {prior: "uniform(-1, 1)", why: x}
actors: {ann: {}, bob: {}}
games:
  meeting:
    played: {every: 1 week}
    solve: {as: nash}
    matrix:
      moves: {ann: [cafe, park_bench], bob: [cafe, park_bench]}
      cells:
        cafe:
          cafe: {payoffs: {ann: 1, bob: 1}}
          park_bench: {payoffs: {ann: 0, bob: 0}}
        park_bench:
          cafe: {payoffs: {ann: 0, bob: 0}}
          park_bench: {payoffs: {ann: park, bob: park}}
  unread:
    solve: {as: nash}
    matrix:
      moves: {ann: [x, y], bob: [x, y]}
      cells:
        x: {x: {payoffs: {ann: 1, bob: 1}}, y: {payoffs: {ann: 0, bob: 0}}}
        y: {x: {payoffs: {ann: 0, bob: 0}}, y: {payoffs: {ann: 1, bob: 1}}}
  lift:
    solve: {as: spe}
    tree:
      ann:
        walk: {payoffs: {ann: 0, bob: 0}}
        ride: {payoffs: {ann: "max(0, fare)", bob: 0}}
variables:
  odds: probability(meeting, ann, cafe)
claims:
  cafe: {holds: final(odds) > 0.5, why: x}
  walks: {holds: "final(probability(lift, ann, walk)) > 0.5", why: x}
  cheap: {holds: fare < 0.5, why: x}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("several") / "case.yaml"
    path.write_text(CASE, "utf-8")
    return schelling.run(schelling.load(path), worlds=256)


def test_worlds_with_several_equilibria_are_counted(run: Run) -> None:
    """Both places are equilibria where the park is worth no less than going alone."""
    meeting, lift = several_equilibria.of_run(run)
    both = int((run.column("park") >= 0).sum())
    assert (meeting.game.name, meeting.worlds, meeting.several) == ("meeting", 256, both)
    assert meeting.claims == ("cafe",)
    told = [(one.actions, one.stands, one.taken) for one in meeting.profiles]
    assert told == [(("cafe", "cafe"), both, both), (("park_bench", "park_bench"), both, 0)]
    assert (lift.several, lift.profiles) == (int((run.column("fare") <= 0).sum()), ())


def test_all_worlds_are_told_as_such(run: Run) -> None:
    meeting, _ = several_equilibria.of_run(run)
    said = several_words.sentence(replace(meeting, several=meeting.worlds))
    assert "several pure Nash equilibria in all worlds, as first played;" in said


def test_a_run_says_so_everywhere(run: Run) -> None:
    meeting, lift = several_words.sentences(run)
    assert meeting == (
        "Game meeting (read by cafe): several pure Nash equilibria in 50 % of worlds, as first "
        "played; the first in the order of the table is taken. Taken there: (cafe, cafe) in all. "
        "Also an equilibrium, and never taken there: (park_bench, park_bench)."
    )
    assert lift.startswith("Game lift (read by walks): equally good actions in 50 % of worlds, at")
    console = Console(width=400, file=io.StringIO())
    console.print(verdict_terminal.summary(run))
    assert isinstance(console.file, io.StringIO)
    assert meeting in console.file.getvalue()
    assert html.render(run).count(meeting) == 1
    found = json.loads(json.dumps(verdict_json.to_json(run)))["several_equilibria"]
    assert [(one["game"], one["solved_as"]) for one in found] == [
        ("meeting", "nash"),
        ("lift", "spe"),
    ]
    assert found[0]["equilibria"][0]["actions"] == {"ann": "cafe", "bob": "cafe"}
