"""What findings must not say: of lost worlds, of options, of rivals within error bars."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import schelling
from schelling.analysis.verdicts import share_of_worlds
from schelling.report.exploration import finding_words, first_screen
from schelling.study.exploring import findings, sample, thresholds
from schelling.study.exploring.explore import FIRST, Exploration
from schelling.study.exploring.finding_kinds import FixedFinding, HingeFinding

HEAD = """
schelling: 1
title: Planted
actors: {north: {}}
assumptions:
  x: {prior: "uniform(0, 1)", why: x}
  y: {prior: "uniform(0, 1)", why: x}
  aid: {prior: "choice(0, 1)", lever: north, why: x}
claims:
"""

CLAIMS = {
    "lost": "sqrt(x - 0.5) * y > 0.25",
    "few_lost": "sqrt(x - 0.02) * 0 + y > 0.5",
    "helped": "x + aid > 0.9",
    "plain": "y + x / 10000 > 0.4",
    "seldom": "x > 0.95",
    "other": "y > 0.95 and x < 0.9",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    path: Path = tmp_path_factory.mktemp("bounds") / "case.yaml"
    claims = "".join(f"  {name}: {{why: x, holds: {holds}}}\n" for name, holds in CLAIMS.items())
    path.write_text(HEAD + claims, "utf-8")
    case = schelling.load(path)
    return schelling.explore(case, worlds=1024, base=128, what=FIRST)


def said(found: Exploration) -> list[str]:
    return [words.replace("\xa0", " ") for words in finding_words.sentences(found)]


def hinges(found: Exploration) -> dict[str, HingeFinding]:
    kept = [one for one in found.findings if isinstance(one, HingeFinding)]
    return {claim: one for one in kept for claim in one.claims}


def row(found: Exploration, claim: str) -> str:
    console = Console(width=80, record=True, file=StringIO(), color_system=None)
    console.print(first_screen.screen(found))
    (line,) = (s for s in console.export_text().splitlines() if s.startswith(f"{claim} "))
    return line


def test_what_lost_points_hide_is_no_hinge(found: Exploration) -> None:
    assert "lost" not in hinges(found)
    (sentence,) = [one for one in said(found) if one.startswith("What lost hangs on")]
    assert "cannot be told: " in sentence
    share = findings.lost_points(found.sensitivity, "lost")  # pyright: ignore
    assert 0.5 < share < 0.9  # x is below 0.5 in one of two independent points: 3 in 4
    assert row(found, "lost").endswith("?")


def test_worlds_without_a_number_widen_the_shares_of_a_threshold(found: Exploration) -> None:
    (turn,) = [one for one in hinges(found)["few_lost"].crossings if one.claim == "few_lost"]
    assert turn.above.failed > 0
    assert turn.above.low == pytest.approx(0.98, abs=0.02)  # 2 % of 256 worlds have no number
    assert turn.above.high == 1.0
    assert turn.below.low == 0.0
    assert turn.below.high == pytest.approx(0.02, abs=0.02)
    words = finding_words.hinge(replace(hinges(found)["few_lost"], crossings=(turn,)), 6)
    assert "in all worlds" not in words
    assert "100 % of worlds, otherwise in 0 to " in words


def test_no_share_is_averaged_over_options(found: Exploration) -> None:
    assert found.run.shares["helped"].share == pytest.approx(0.55, abs=0.02)  # the average
    assert "by option" in row(found, "helped")
    assert "by option" not in row(found, "plain")
    assert not hinges(found)["helped"].crossings
    assert "%" not in finding_words.without_conflict(found)


def test_rare_claims_that_never_meet_are_no_conflict(found: Exploration) -> None:
    assert found.coherence is not None
    assert ("seldom", "other") in [one.claims for one in found.coherence.conflicts]
    assert not any(one.kind == "conflict" for one in found.findings)


def test_a_rival_within_its_error_bar_still_bars_a_first_place(found: Exploration) -> None:
    seen = found.sensitivity
    assert seen is not None
    assert hinges(found)["plain"].clear
    column = seen.claims.index("plain")
    (group,) = [n for n, names in enumerate(seen.groups) if names == ("x",)]
    vague = seen.truth.st_half_width.copy()
    vague[group, column] = 2.0  # x may decide nothing or all of it
    blurred = replace(seen, truth=replace(seen.truth, st_half_width=vague))
    told = findings.of_run(found.run, sample.of(found.run, found.claims), sensitivity=blurred)
    (hinge,) = [one for one in told if isinstance(one, HingeFinding) and "plain" in one.claims]
    assert hinge.claims == ("plain",)
    assert not hinge.clear
    assert not hinge.tied
    words = finding_words.hinge(hinge, 6)
    assert "more than on any other" not in words
    assert "most" not in words
    assert "leave open whether another assumption matters more" in words


def test_shares_are_of_the_worlds_that_ask(found: Exploration) -> None:
    worlds = sample.of(found.run, found.claims)
    x = worlds.values[:, worlds.names.index("x")]
    turn = thresholds.crossing(worlds, "plain", "y", asked=x > 0.5)
    assert turn is not None
    assert turn.partly
    assert turn.above.worlds + turn.below.worlds == pytest.approx(256, abs=8)  # half of half
    hinge = replace(hinges(found)["plain"], claims=("plain",), crossings=(turn,))
    assert "it holds in all worlds that ask it, otherwise in none" in finding_words.hinge(hinge, 6)


def test_what_always_holds_says_which_worlds_ask_it() -> None:
    none = np.zeros(64, dtype=bool)
    share = share_of_worlds(~none, none, np.arange(64) % 16)
    one = FixedFinding(("a",), "always", (share,), 3 / 64, partly=True)
    assert "a holds in every one of the worlds that ask it (64 worlds)" in finding_words.fixed(one)
    two = replace(one, claims=("a", "b"), shares=(share, share))
    assert "of the worlds that ask them (64 worlds at least)" in finding_words.fixed(two)
