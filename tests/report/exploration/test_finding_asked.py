"""What is said of claims that some worlds do not ask, of failed numbers, and of chance beside."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import schelling
from schelling.analysis.luck import LuckShare
from schelling.compile.influence.reach import CHANCE
from schelling.report.exploration import finding_words, first_screen
from schelling.study.exploring import findings, sample
from schelling.study.exploring.explore import FIRST, Exploration
from schelling.study.exploring.finding_kinds import HingeFinding, LuckFinding

CASE = """
schelling: 1
title: Planted
time: {start: 2022-03-21, until: 2022-05-30}
phases: [calm, storm]
assumptions:
  x: {prior: "uniform(0, 1)", why: x}
  y: {prior: "uniform(0, 1)", why: x}
events:
  breaks: {hazard: 0.07 / week, while: phase == calm, effects: {phase: storm}}
claims:
  both_ways: {why: x, holds: (x > 0.5 and eventually(phase == storm)) or
    (x <= 0.5 and always(phase == calm))}
  half_asked: {why: x, holds: x > 0.3, given: y > 0.5}
  other_half: {why: x, holds: x > 0.4, given: y <= 0.5}
  nowhere: {why: x, holds: x > 0.3, given: y > 2}
  broken: {why: x, holds: log(y - 0.5) < 0}
  undone: {why: x, holds: log(y - 0.4) < 0}
  corner: {why: x, holds: log(y - 0.5) * 0 + x > 0.02}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    path: Path = tmp_path_factory.mktemp("asked") / "case.yaml"
    path.write_text(CASE, "utf-8")
    return schelling.explore(schelling.load(path), worlds=4096, base=256, what=FIRST)


def said(found: Exploration) -> list[str]:
    return [words.replace("\xa0", " ") for words in finding_words.sentences(found)]


def screen(found: Exploration) -> str:
    console = Console(width=80, record=True, file=StringIO(), color_system=None)
    console.print(first_screen.screen(found))
    return " ".join(console.export_text().split())


def test_why_nothing_is_told_of_what_a_claim_hangs_on(found: Exploration) -> None:
    """Worlds that do not ask a claim are no failed numbers; the screen says so beside its mark."""
    (lost,) = [one for one in said(found) if "cannot be told" in one]
    assert lost.startswith("What half_asked, other_half, broken, undone and corner hang on")
    assert lost.endswith("have a world that does not ask the claim or has no number for it.")
    only = replace(next(one for one in found.findings if one.kind == "lost"), failed=False)
    assert finding_words.sentence(only, 7).endswith("have a world that does not ask the claim.")
    none = replace(only, partly=False)
    assert finding_words.sentence(none, 7).endswith("have a world without a number for the claim.")
    assert (
        "? unknown: too many points have a world that does not ask the claim or has no number "
        "for it." in screen(found)
    )


def test_a_claim_that_no_world_asks_is_not_undecided(found: Exploration) -> None:
    assert "No world asks nowhere." in said(found)
    (left,) = [one for one in said(found) if "undecided" in one]
    assert left.startswith("Whether broken (50 to 100 %)")
    assert "corner" in left
    assert "hold is undecided: worlds without a number may hold either way." in left
    assert "nowhere" not in left


def test_numbers_that_failed_are_no_rare_corner(found: Exploration) -> None:
    """Fails in 2 % of the worlds with a number, but in up to 52 % of all."""
    assert any(boxes.claim == "corner" and boxes.base < 0.05 for boxes in found.boxes)
    assert not any(one.kind == "corner" for one in found.findings)


def test_luck_is_not_told_where_numbers_failed(found: Exploration) -> None:
    luck = dict.fromkeys(found.claims, LuckShare(0.9, 0.01, 100))
    run = replace(found.run)
    object.__setattr__(run, "luck", luck)
    kept = findings.of_run(run, sample.of(run, found.claims))
    (one,) = [one for one in kept if isinstance(one, LuckFinding)]
    assert "half_asked" in one.claims
    assert "broken" not in one.claims


def test_chance_beside_an_assumption_is_told(found: Exploration) -> None:
    """Chance takes part in all of both_ways; without the luck of the run it would be a hinge."""
    sensitivity = found.sensitivity
    assert sensitivity is not None
    assert [one.claims for one in found.findings if one.kind == "luck"] == [("both_ways",)]
    quiet = replace(found.run)
    object.__setattr__(quiet, "luck", {})
    kept = findings.of_run(quiet, sample.of(found.run, found.claims), sensitivity=sensitivity)
    (hinge,) = [one for one in kept if isinstance(one, HingeFinding) and one.assumption == "x"]
    assert hinge.chance == ("both_ways",)
    assert finding_words.hinge(hinge, 7).endswith("Chance may matter as much or more.")
    (row,) = [n for n, names in enumerate(sensitivity.groups) if names == (CHANCE,)]
    index = sensitivity.truth.st.copy()
    index[row] = 0.0
    weak = replace(sensitivity, truth=replace(sensitivity.truth, st=index))
    weak = replace(weak, truth=replace(weak.truth, st_half_width=np.full_like(index, 0.05)))
    kept = findings.of_run(quiet, sample.of(found.run, found.claims), sensitivity=weak)
    hinges = [one for one in kept if isinstance(one, HingeFinding)]
    assert not any(one.chance for one in hinges)


def test_the_legend_names_both_measures_of_chance(found: Exploration) -> None:
    words = screen(found)
    assert "(total Sobol' index, joint parts counted for each)" in words
    assert "Chance, by itself and with assumptions (total Sobol' index), decides most of" in words


def test_no_claims_together_where_no_world_asks_all(found: Exploration) -> None:
    assert "none; no world asks all 7 claims." in finding_words.without_conflict(found)


def test_slight_influences_are_counted_where_there_is_no_finding(found: Exploration) -> None:
    seen = found.sensitivity
    assert seen is not None
    slight, bar = np.full_like(seen.truth.st, 0.08), np.full_like(seen.truth.st, 0.01)
    (row,) = [n for n, names in enumerate(seen.groups) if names == (CHANCE,)]
    slight[row], bar[row] = seen.truth.st[row], seen.truth.st_half_width[row]
    truth = replace(seen.truth, st=slight, st_half_width=bar, dropped=seen.truth.dropped * 0)
    weak = replace(seen, truth=truth)
    kept = findings.of_run(found.run, sample.of(found.run, found.claims), sensitivity=weak)
    shown = screen(replace(found, sensitivity=weak, findings=kept))
    words = "No assumption decides 10 % of the variance of half_asked, other_half, broken, undone"
    assert words in shown  # both_ways is luck's, and no world asks nowhere
