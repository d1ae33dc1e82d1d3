"""What is said of options: wishes, ties, reach, many levers, trade-offs, failures by option."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.report.exploration import option_words
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.options import ClaimOptions, Options

CASE = """
schelling: 1
title: Aid, wished for and not
time: {start: 2022-03-21, until: 2022-05-30}
actors: {north: {wants: [fed]}, south: {}}
assumptions:
  need: {prior: "uniform(0, 1)", why: x}
  idle: {prior: "choice(1, 2)", lever: south, why: x}
  aid: {prior: "choice(0.25, 0.75)", unit: EUR, lever: north, why: x}
phases: [calm, storm]
events:
  breaks: {hazard: 0.1 / week, while: phase == calm, effects: {phase: storm}}
claims:
  fed: {why: x, holds: aid / 1 EUR > need}
  cheap: {why: x, holds: aid / 1 EUR < need}
  lucky: {why: x, holds: always(phase == calm) or aid > 9 EUR}
  apart: {why: x, holds: need > 0.5}
"""


def options(folder: Path, text: str, worlds: int = 2048) -> tuple[Exploration, Options]:
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    found = schelling.explore(schelling.load(folder), worlds=worlds, what=["options"])
    assert found.options is not None
    return found, found.options


def of(seen: Options, claim: str) -> ClaimOptions:
    return next(one for one in seen.claims if one.claim == claim)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exploration, Options]:
    return options(tmp_path_factory.mktemp("options"), CASE)


def test_a_wish_gives_the_direction(told: tuple[Exploration, Options]) -> None:
    """Who wants the claim takes the larger aid; where nobody does, both directions are marked."""
    found, seen = told
    fed, cheap = of(seen, "fed"), of(seen, "cheap")
    assert fed.wanted_by == ("north",)
    assert fed.failing is None
    assert (fed.holding.maximin, fed.holding.minimax_regret) == (1, 1)
    assert option_words.title(fed) == "fed, which north wants to hold"
    assert cheap.failing is not None
    assert (cheap.holding.maximin, cheap.failing.maximin) == (0, 1)
    assert option_words.title(cheap) == "cheap, which nobody is said to want"
    rows = option_words.rows(cheap)
    assert [row[0] for row in rows] == ["aid = 0.25 EUR", "aid = 0.75 EUR"]
    assert rows[0][2].endswith("*")
    assert rows[1][2].endswith("\u2020")
    notes = option_words.notes(cheap)
    assert any(note.startswith("\u2020 best if it is to fail") for note in notes)
    assert option_words.spread(found, "fed").replace("\u00a0", " ").startswith("25.0 to 75.0 %")


def test_levers_that_cannot_reach_a_claim_have_no_row(told: tuple[Exploration, Options]) -> None:
    _, seen = told
    assert seen.beyond == ("apart",)
    assert all("idle" not in option.words for option in seen.options)
    assert [one.claim for one in seen.claims] == ["fed", "cheap", "lucky"]


def test_a_tie_has_no_star_and_the_same_luck(told: tuple[Exploration, Options]) -> None:
    """Luck alone decides, world by world the same under every option."""
    _, seen = told
    lucky = of(seen, "lucky")
    shares = {one.share for one in lucky.holding.satisficing}
    assert len(shares) == 1
    assert 0 < shares.pop() < 1
    assert lucky.failing is not None
    for one in (lucky.holding, lucky.failing):
        assert one.maximin is None
    assert "*" not in "".join(row[2] for row in option_words.rows(lucky))


def test_failures_are_told_by_option(told: tuple[Exploration, Options]) -> None:
    _, seen = told
    words = [said.replace("\u00a0", " ") for _, said in option_words.failures(of(seen, "fed"))]
    assert words[0].startswith("fails when need is above 0.2")
    assert words[1].startswith("fails when need is above 0.7")


def test_claims_trade_off(told: tuple[Exploration, Options], tmp_path: Path) -> None:
    """Wanted by nobody, fed and cheap exclude each other: neither option beats the other."""
    _, seen = told
    assert seen.goals == ("fed",)
    assert seen.undominated == ()
    text = CASE.replace("wants: [fed]", "wants: [fed, cheap]")
    found, other = options(tmp_path, text)
    assert other.goals == ("fed", "cheap")
    assert other.undominated == (0, 1)
    assert "No option is better than another for all of fed and cheap: each gives up some." in (
        option_words.overall(found)
    )


def test_seven_levers_are_sampled(tmp_path: Path) -> None:
    """128 combinations: half of them are run, and a claim of two levers still sees all four."""
    text = "schelling: 1\ntitle: Seven\nactors: {north: {}}\nassumptions:\n"
    text += '  a: {prior: "uniform(0, 1)", why: x}\n'
    for n in range(7):
        text += f"  o{n}: {{prior: 'choice(0, 1)', lever: north, why: x}}\n"
    every = " + ".join(f"o{n}" for n in range(7))
    text += "claims:\n  two: {why: x, holds: o0 + o1 * a > 1.2}\n"
    text += f"  all: {{why: x, holds: {every} > 3}}\n"
    found, seen = options(tmp_path, text, worlds=256)
    assert (len(seen.options), seen.possible) == (64, 128)
    assert len(of(seen, "two").options) == 4
    assert len(option_words.rows(of(seen, "all"))) == 12
    assert any("64 of 128 combinations" in line for line in option_words.overall(found))
    shares = [row[1] for row in option_words.rows(of(seen, "all"))]
    assert shares[0].startswith("100")


def test_failed_worlds_bound_the_shares(tmp_path: Path) -> None:
    text = CASE.replace("aid / 1 EUR > need", "log(need - 0.5) + aid / 1 EUR > -1")
    _, seen = options(tmp_path, text)
    fed = of(seen, "fed")
    assert fed.holding.dropped / 2048 == pytest.approx(0.5, abs=0.01)  # evenly spread points
    (low, high) = (fed.holding.satisficing[1].low, fed.holding.satisficing[1].high)
    assert np.isclose(high - low, 0.5, atol=0.01)
    assert " to " in option_words.rows(fed)[1][1]
    assert any("left out of margins" in note for note in option_words.notes(fed))
