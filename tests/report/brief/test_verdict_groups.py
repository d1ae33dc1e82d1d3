"""The three groups of the brief, for cases whose verdicts and hinges were planted."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.report.brief import verdict_groups
from schelling.report.brief.verdict_groups import VerdictGroup
from schelling.study.exploring.explore import Exploration
from schelling.study.runs.results import Run

PLANTED = """\
schelling: 1
title: Planted
about: Is it so? More is said here.
time: {start: 2022-01-03, step: 1 week, until: 2022-01-31}
assumptions:
  hinge: {prior: "uniform(0, 1)", unit: EUR, why: it decides}
  brake: {prior: "uniform(0, 1)", why: it decides the other way}
  idle: {prior: "uniform(0, 1)", why: it decides nothing}
stocks:
  coin: {start: 0}
events:
  toss: {hazard: 0.18 / week, once: true, effects: {coin: 1}}
claims:
  always: {why: planted, holds: hinge + idle > 0.001 EUR}
  mostly: {why: planted, holds: hinge > 0.2 EUR}
  above: {why: planted, holds: hinge > 0.6 EUR}
  below: {why: planted, holds: brake < 0.55}
  luck: {why: planted, holds: final(coin) > 0.5}
  broken: {why: planted, holds: log(hinge / 1 EUR - 0.5) < 9}
  seldom: {why: planted, holds: hinge > 0.9 EUR}
  never: {why: planted, holds: brake > 0.99}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    path = tmp_path_factory.mktemp("planted") / "case.yaml"
    path.write_text(PLANTED.replace("hinge + idle > 0.001 EUR", "hinge > 0.0001 EUR"), "utf-8")
    case = schelling.load(path)
    return schelling.explore(case, worlds=2_048, base=256, what=["sensitivity", "flips"])


def names(groups: tuple[VerdictGroup, ...]) -> dict[str, list[str]]:
    return {group.key: [one.verdict.claim.name for one in group.claims] for group in groups}


def test_claims_stand_in_their_groups(found: Exploration) -> None:
    expected = {
        "follows": ["always", "mostly"],
        "hangs": ["above", "below", "luck", "broken"],
        "fails": ["seldom", "never"],
    }
    assert names(verdict_groups.groups(found.run, found)) == expected
    assert names(verdict_groups.groups(found.run)) == expected


def test_they_are_numbered_through(found: Exploration) -> None:
    groups = verdict_groups.groups(found.run, found)
    assert [one.number for group in groups for one in group.claims] == list(range(1, 9))


def test_what_was_planted_is_named_with_the_value_that_flips(found: Exploration) -> None:
    groups = {group.key: group for group in verdict_groups.groups(found.run, found)}
    hangs = {one.verdict.claim.name: one.hangs for one in groups["hangs"].claims}
    (above,), (below,), (luck,) = (hangs[name] for name in ("above", "below", "luck"))
    assert (above.name, above.words.replace("\N{NO-BREAK SPACE}", " ")) == ("hinge", "> 0.6 EUR")
    assert (below.name, below.words.replace("\N{NO-BREAK SPACE}", " ")) == ("brake", "< 0.55")
    assert (luck.name, luck.is_chance, luck.words) == ("chance", True, "")
    assert "idle" not in str(groups)
    broken = next(one for one in groups["hangs"].claims if one.verdict.claim.name == "broken")
    assert broken.verdict.word == "undecided"
    assert groups["hangs"].title.startswith("Hangs on ")
    assert groups["hangs"].title.endswith(" (1 undecided)")
    for name in ("hinge", "brake", "chance"):
        assert name in groups["hangs"].title
    assert groups["follows"].title == "Follows or mostly follows"
    assert groups["fails"].title == "Fails or mostly fails"


def test_without_an_exploration_it_says_how_to_get_one(found: Exploration) -> None:
    assert verdict_groups.how_to_explore(found.run, found) == ""
    words = verdict_groups.how_to_explore(found.run, None)
    assert "schelling explore CASE --report FILE" in words
    assert "association" in words
    groups = verdict_groups.groups(found.run)
    middle = next(group for group in groups if group.key == "hangs")
    assert middle.title == "Hangs on the assumptions and chance (1 undecided)"
    assert [(h.name, h.words) for h in middle.claims[0].hangs] == [("hinge", "+1.00")]


def test_of_very_many_claims_some_are_counted(
    found: Exploration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict_groups, "MOST_CLAIMS", 5)
    groups = verdict_groups.groups(found.run)
    shown = {group.key: len(group.claims) for group in groups}
    assert sum(shown.values()) == 5
    assert sum(len(group.claims) + group.more for group in groups) == 8
    assert min(shown.values()) >= 1
    numbers = [one.number for group in groups for one in group.claims]
    assert numbers == [1, 2, 3, 4, 5]


def test_a_run_without_claims_has_no_groups(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(PLANTED[: PLANTED.index("claims:")], "utf-8")
    made: Run = schelling.run(schelling.load(tmp_path), worlds=64)
    assert verdict_groups.groups(made) == ()
    assert verdict_groups.how_to_explore(made, None) == ""
