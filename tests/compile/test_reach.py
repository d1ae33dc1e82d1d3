"""What can reach a claim, read off the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.compile.influence import reach
from schelling.compile.influence.reach import CHANCE
from schelling.compile.planning import plan

CASE = """
schelling: 1
title: Arrows
time: {start: 2022-03-21, until: 2022-05-30}
actors: {north: {}}
assumptions:
  begin: {prior: "uniform(0, 1)", why: x}
  rate: {prior: "uniform(0, 1)", why: x}
  odds: {prior: "uniform(0, 1)", why: x}
  jump: {prior: "uniform(0, 1)", why: x}
  late: {prior: "uniform(0, 1)", why: x}
  worth: {prior: "uniform(0, 1)", why: x}
  idle: {prior: "uniform(0, 1)", why: x}
stocks:
  level: {start: begin, change: rate / 1 week}
  other: {start: 0, change: 0 / 1 week}
  deed: {start: 0, change: 0 / 1 week}
  heard: {start: 0, change: 0 / 1 week}
variables:
  twice: {value: 2 * level}
phases: [calm, storm]
events:
  breaks: {hazard: odds / week, while: phase == calm, effects: {phase: storm, other: jump}}
  closes: {on: 2022-05-02, effects: {other: late}}
  rings: {hazard: late / week, effects: {heard: 1}}
games:
  duel:
    played: {every: 1 week}
    solve: {as: quantal, precision: 4}
    tree:
      north:
        act: {payoffs: {north: worth}, effects: {deed: 1}}
        wait: {payoffs: {north: 0.5}}
claims:
  about_level: {why: x, holds: final(level) > 1}
  about_twice: {why: x, holds: mean(twice) > 1}
  at_the_start: {why: x, holds: "at(twice, 0 weeks) > 1"}
  about_luck: {why: x, holds: always(phase == calm)}
  about_other: {why: x, holds: final(other) > 0.5}
  before_it_closes: {why: x, holds: "at(other, 2022-04-25) > 0.5"}
  about_deed: {why: x, holds: final(deed) > 0.5}
  about_odds: {why: x, holds: "at(probability(duel, north, act), 0 weeks) > 0.5"}
  held: {why: x, holds: "(final(level) | do(level = worth)) > 1"}
  calm_twin: {why: x, holds: "(final(other) | do(phase = calm)) > 0.5"}
  constant: {why: x, holds: 1 > 2}
  how_often: {why: x, holds: final(happened(rings)) > 1}
  closings: {why: x, holds: final(happened(closes)) > 0}
"""

EXPECTED = {
    "about_level": {"begin", "rate"},
    "about_twice": {"begin", "rate"},
    "at_the_start": {"begin"},
    "about_luck": {"odds", CHANCE},
    "about_other": {"odds", "jump", "late", CHANCE},
    "before_it_closes": {"odds", "jump", CHANCE},
    "about_deed": {"worth", CHANCE},
    "about_odds": {"worth"},
    "held": {"worth"},
    "calm_twin": {"odds", "jump", "late", CHANCE},
    "constant": set(),
    "how_often": {"late", CHANCE},
    "closings": set(),
}


def planned(folder: Path, text: str) -> plan.Plan:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return plan.build(schelling.load(path))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> plan.Plan:
    return planned(tmp_path_factory.mktemp("reach"), CASE)


@pytest.mark.parametrize("claim", list(EXPECTED))
def test_what_reaches_a_claim(built: plan.Plan, claim: str) -> None:
    found = dict(zip((c.name for c in built.claims), reach.of_claims(built), strict=True))
    assert found[claim].sources == EXPECTED[claim]


def test_a_claim_is_made_of_what_its_variables_read(built: plan.Plan) -> None:
    found = dict(zip((c.name for c in built.claims), reach.of_claims(built), strict=True))
    assert found["about_twice"].seen == {"twice", "level"}
    assert found["about_level"].seen == {"level"}


def test_what_reaches_a_claim_through_agents(tmp_path: Path) -> None:
    text = """
schelling: 1
title: a crowd
time: {start: 2024-01-01, step: 1 week, until: 2024-02-12}
assumptions:
  level: {prior: "uniform(0, 1)", why: x}
  pull: {prior: "uniform(0, 1)", why: x}
  idle: {prior: "uniform(0, 1)", why: x}
populations:
  crowd:
    size: 9
    why: x
    traits: {taste: number / 9 - level, luck: "uniform(0, 1)"}
    states: {mood: {start: taste, next: mood * pull}, glad: {start: luck > 0.5}}
variables: {warm: "mean(mood[c] for c in crowd)"}
claims:
  at_first: {holds: "at(warm, 2024-01-01) > 0", why: x}
  in_the_end: {holds: final(warm) > 0, why: x}
  by_luck: {holds: "final(share(glad[c] for c in crowd)) > 0.5", why: x}
"""
    found = reach.of_claims(planned(tmp_path, text))
    assert [one.sources for one in found] == [{"level"}, {"level", "pull"}, {reach.CHANCE}]
