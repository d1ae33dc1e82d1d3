"""Stories of small cases, each of which was once told wrongly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import schelling
from schelling.compile.alike_things import families
from schelling.study.stories import narrator, programs
from schelling.study.stories.narrator import Narrator
from schelling.study.stories.story import (
    Happening,
    StateChange,
    StockSet,
    Story,
    StoryCrossing,
    StoryMove,
)

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


def test_alike_events_of_one_day_are_told_one_by_one(tmp_path: Path) -> None:
    """A run lets them happen all at once; a story names each, with the state that it set."""
    towns = [f"t{n}" for n in range(9)]
    text = (
        f"sets: {{town: [{', '.join(towns)}]}}\n"
        "states:\n  mood[town]: [calm, lost]\n"
        "stocks:\n  standing[town]: {start: rank(town)}\n"
        "events:\n"
        '  raid[town]: {on: 2022-01-17, while: "standing[town] > 2",\n'
        '    effects: {"mood[town]": lost, "standing[town]": "standing[town] / 2"}}\n'
        'claims: {c: {why: x, holds: "final(standing[t8]) + a > 5"}}\n'
    )
    told = teller(tmp_path, ANY + text)
    assert families.of(told.plan).dated  # or nothing is tested
    facts = [fact for fact in told.story(0).facts if isinstance(fact, Happening)]
    assert [(fact.step, fact.event, fact.states) for fact in facts] == [
        (2, f"raid[{town}]", (StateChange(f"mood[{town}]", "calm", "lost"),)) for town in towns[2:]
    ]


def test_stories_of_two_seeds_have_ties_of_their_own(tmp_path: Path) -> None:
    text = (
        "populations:\n"
        "  people:\n"
        "    size: 60\n"
        "    why: x\n"
        "    ties: {friends: {network: random, degree: 4}}\n"
        '    traits: {push: "uniform(0, 1)"}\n'
        "    states:\n"
        '      joined: {start: push < a, next: "share(joined[o] for o in friends) > 0.3"}\n'
        'claims: {c: {why: x, holds: "final(share(joined[p] for p in people)) > 0.5"}}\n'
    )
    for seed in (0, 1, 0):
        assert teller(tmp_path, ANY + text, seed).story(0).ends[0].asked


def test_threads_share_what_is_compiled(tmp_path: Path) -> None:
    told = teller(tmp_path, ANY + "claims: {c: {why: x, holds: a > 0.5}}\n")
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: programs.of_plan(told.plan, told.luck), range(4)))
    assert len(set(map(id, made))) == 1


EVENTS = (
    "stocks: {flag: {start: 0, within: [0, 2]}, rings: {start: 0}}\n"
    "events:\n"
    "  offing: {on: 2022-01-31, effects: {flag: 1}}\n"
    "  ring: {hazard: 3 / week, effects: {rings: rings + 1}}\n"
    "claims: {c: {why: x, holds: final(flag) + a > 1}}\n"
)


def test_what_is_held_is_not_told_as_set_by_the_step_before(tmp_path: Path) -> None:
    story = teller(tmp_path, ANY + EVENTS).story(0)
    assert [f for f in story.facts if isinstance(f, StockSet) and f.stock == "flag"] == [
        StockSet(4, "flag", 0.0, 1.0)
    ]
    branch = story.branch("week 5: flag=0.7")
    assert not [f for f in branch.facts if isinstance(f, StockSet) and f.stock == "flag"]


def test_an_event_that_is_never_to_come_is_not_revived_by_other_luck(tmp_path: Path) -> None:
    def rings(story: Story) -> list[int]:
        return [f.step for f in story.facts if isinstance(f, Happening) and f.event == "ring"]

    silent = teller(tmp_path, ANY + EVENTS).story(0).branch("week 2: ring=never")
    assert all(step < 2 for step in rings(silent))
    assert rings(silent.branch("week 4: luck=world 7")) == rings(silent)
    revived = rings(silent.branch("week 4: ring=now"))
    assert 4 in revived
    assert max(revived) > 4


def test_an_order_is_not_fulfilled_by_another_in_the_same_game(tmp_path: Path) -> None:
    text = (
        "actors: {ann: {}, bob: {}}\n"
        "games:\n"
        "  duel:\n"
        "    played: {every: 2 weeks}\n"
        "    solve: {precision: 1}\n"
        "    tree:\n"
        "      ann:\n"
        "        stop: {payoffs: {ann: 0, bob: 0}}\n"
        "        go_on:\n"
        "          bob: {yes_sir: {payoffs: {ann: 1, bob: 0}}, nope: {payoffs: {ann: a, bob: 1}}}\n"
        "claims: {c: {why: x, holds: a > 0.5}}\n"
    )
    story = teller(tmp_path, ANY + text).story(0)
    with pytest.raises(schelling.RunError, match=r"nobody moves at 'duel\.bob'"):
        story.branch("week 2: duel.ann=stop, duel.bob=nope")
    branch = story.branch("week 2: duel.ann=go_on, duel.bob=nope")
    moves = [f for f in branch.facts if isinstance(f, StoryMove) and f.step == 2]
    assert [(f.action, f.ordered) for f in moves] == [("go_on", True), ("nope", True)]


def test_a_threshold_written_both_ways_is_told_once(tmp_path: Path) -> None:
    text = (
        "stocks:\n"
        "  one: {start: 0, change: 1 / week}\n"
        "  two: {start: 4, change: -a / week}\n"
        "claims:\n"
        "  over: {why: x, holds: eventually(one > two)}\n"
        "  under: {why: x, holds: eventually(two < one)}\n"
        "  level: {why: x, holds: eventually(one >= two)}\n"
    )
    story = teller(tmp_path, ANY + text).story(0)
    crossed = [fact for fact in story.facts if isinstance(fact, StoryCrossing)]
    assert [[one.name for one in fact.thing.lookers] for fact in crossed] == [
        ["over", "under"],
        ["level"],
    ]
