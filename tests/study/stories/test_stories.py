"""The story of a world holds against what its run has stored; a branch differs by its change."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest
import xarray as xr
from numpy.testing import assert_allclose, assert_array_equal

import schelling
from schelling.study.exploring.probe import Probe
from schelling.study.stories import narrator
from schelling.study.stories.narrator import Narrator
from schelling.study.stories.story import (
    Happening,
    LostNumbers,
    StockSet,
    Story,
    StoryCrossing,
    StoryMove,
)

ROOT = Path(__file__).parents[3]
WORLDS = 64

# Every event and action has a stock that counts it, so that the run's series tell how often it was.
FLOOD = """\
schelling: 1
title: A flood
time: {start: 2022-01-03, step: 1 week, until: 2022-06-20}
phases: [calm, alarm]
assumptions:
  push: {prior: "uniform(0.1, 0.9)", unit: share, why: x}
  rate: {prior: "uniform(0.1, 0.8)", unit: 1 / week, why: x}
  sharp: {prior: "uniform(0.5, 3)", why: x}
  dam: {prior: "uniform(0.6, 0.9)", unit: share, why: x}
stocks:
  storms: {start: 0}
  waves: {start: 0}
  holds: {start: 0}
  bows: {start: 0}
  fights: {start: 0}
  markets: {start: 0}
  level:
    {start: 0.5, change: (push - level) / 6 weeks, within: [0, 2], unit: share, says: The river.}
variables:
  heat: {value: level + 0.01 * storms, unit: share, says: How bad it is. And more.}
  high: level > 0.7
events:
  storm: {hazard: rate, effects: {storms: storms + 1, level: level + 0.05}}
  wave:
    hazard: 2 * rate if heat > dam else 0 / week
    while: phase == calm
    effects: {waves: waves + 1, phase: alarm}
  market: {on: 2022-03-07, effects: {markets: markets + 1}}
actors: {ann: {name: Ann}, bob: {}}
games:
  duel:
    played: {every: 2 weeks, while: phase == alarm}
    solve: {precision: sharp}
    tree:
      ann:
        hold: {payoffs: {ann: 0, bob: 0}, effects: {holds: holds + 1, phase: calm}}
        push:
          bob:
            bow: {payoffs: {ann: push, bob: -push}, effects: {bows: bows + 1}}
            fight: {payoffs: {ann: -1, bob: -1}, effects: {fights: fights + 1, level: 0.2}}
claims:
  stays_low: {why: x, holds: max(level) < 0.8}
  starts_so: {why: x, holds: "at(probability(duel, ann, push) * push, 0 weeks) > 0.2"}
  no_wave: {why: x, holds: always(phase == calm)}
  with_a_dam: {why: x, holds: (max(heat) < 1) | do(push = 0.2)}
"""
COUNTED = {"storm": "storms", "wave": "waves", "market": "markets"}
TAKEN = {"hold": "holds", "bow": "bows", "fight": "fights"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    path = tmp_path_factory.mktemp("flood") / "case.yaml"
    path.write_text(FLOOD, encoding="utf-8")
    return schelling.run(schelling.load(path), worlds=WORLDS, seed=3, replicates=4)


@pytest.fixture(scope="module")
def teller(run: schelling.Run) -> Narrator:
    return narrator.of_run(run)


def holds_against(story: Story, run: schelling.Run) -> None:
    """Series, states, claims and crossings are those of the run."""
    kept = run.series.sel(world=story.world)
    for name in kept.data_vars:
        assert_allclose(story.series[name].values, kept[name].values, rtol=1e-9, atol=1e-9)
    row = run.draws.loc[story.world]
    for end in story.ends:
        kept_margin = row[f"margin.{end.claim.name}"]
        assert_allclose(end.margin, kept_margin, rtol=1e-9, atol=1e-9, equal_nan=True)
        if end.asked and not end.failed:
            assert end.holds == row[f"holds.{end.claim.name}"]
    assert not story.differs
    assert not story.untold
    states_hold_against(story, kept)
    for fact in story.facts:
        if isinstance(fact, StockSet):
            course = kept[fact.stock].values
            assert_allclose((fact.before, fact.after), course[fact.step : fact.step + 2])
        if isinstance(fact, StoryCrossing) and fact.thing.right is not None:
            strict = fact.thing.strict
            above = fact.value > fact.level if strict else fact.value >= fact.level
            assert above == fact.above


def states_hold_against(story: Story, kept: xr.Dataset) -> None:
    """Every change of state leads from the stored state to the next stored one."""
    for machine in story.case.machines:
        course = [machine.states[n] for n in kept[machine.name].values.astype(int)]
        assert story.begins[machine.name] == course[0]
        now = course[0]
        for step in range(len(course) - 1):
            for fact in story.facts:
                if isinstance(fact, Happening | StoryMove) and fact.step == step:
                    for change in fact.states:
                        if change.machine == machine.name:
                            assert change.before == now
                            now = change.after
            assert now == course[step + 1]


@pytest.mark.parametrize("world", range(10))
def test_ten_worlds_hold_against_their_stored_course(
    run: schelling.Run, teller: Narrator, world: int
) -> None:
    story = teller.story(world)
    holds_against(story, run)
    kept = run.series.sel(world=world)
    for names, of in ((COUNTED, Happening), (TAKEN, StoryMove)):
        for name, stock in names.items():
            count = np.zeros(len(kept.time) - 1)
            for fact in story.facts:
                if isinstance(fact, of) and name in (
                    getattr(fact, "event", ""),
                    getattr(fact, "action", ""),
                ):
                    count[fact.step] += 1
            assert_array_equal(count, np.diff(kept[stock].values))
    played = [fact for fact in story.facts if isinstance(fact, StoryMove)]
    game = run.games["duel"]
    first = int(game.played.values[world])
    assert first == (played[0].step if played else -1)
    for fact in played:
        assert not fact.ordered
        if fact.step == first:
            edge = "hold" if fact.action == "hold" else "push"
            edge = edge if fact.place == "start" else f"push / {fact.action}"
            assert_allclose(fact.odds, game.choice.sel(world=world, edge=edge).item(), rtol=1e-9)
    level, dam = kept["heat"].values, run.draws.loc[world, "dam"]
    crossed = [
        f.step
        for f in story.facts
        if isinstance(f, StoryCrossing)
        and f.level != 0.7
        and f.thing.right is not None
        and f.thing.right.type.when == 0
        and len(f.thing.lookers) == 1
        and f.thing.lookers[0].name == "wave"
    ]
    assert crossed == (np.flatnonzero(np.diff((level > dam).astype(int))) + 1).tolist()


def test_another_truth_than_the_run_has_kept_is_noticed(
    run: schelling.Run, teller: Narrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = run.table()
    place = table.column_names.index("holds.no_wave")
    other = table.set_column(place, "holds.no_wave", pc.invert(table.column("holds.no_wave")))
    monkeypatch.setattr(schelling.Run, "table", lambda *_: other)
    assert teller.story(0).differs == ("no_wave",)


def test_something_of_every_kind_is_told(teller: Narrator) -> None:
    seen = Counter(type(f).__name__ for world in range(10) for f in teller.story(world).facts)
    assert min(seen[name] for name in ("Happening", "StoryMove", "StockSet", "StoryCrossing")) > 0


def same(one: Story, other: Story) -> bool:
    """Whether two stories are the same to the bit."""
    bits = all(
        one.series[name].values.tobytes() == other.series[name].values.tobytes()
        for name in one.series.data_vars
    )
    margins = [end.margin for end in one.ends], [end.margin for end in other.ends]
    return bits and np.array_equal(*margins, equal_nan=True)


def test_nothing_changed_changes_no_bit(run: schelling.Run, teller: Narrator) -> None:
    for world in range(6):
        story = teller.story(world)
        push = float(run.draws.loc[world, "push"])
        for text in (f"week 7: push={push!r}", f"week 11: push={push!r}, wave=never"):
            branch = story.branch(text)
            waves = [f for f in story.facts if isinstance(f, Happening) and f.event == "wave"]
            if "never" in text and any(f.step >= 11 for f in waves):
                assert not same(story, branch)
                continue
            assert same(story, branch)
            kinds = [f for f in branch.facts if f not in branch.turns]
            assert kinds == list(story.facts)


@pytest.mark.parametrize(
    "change", ["push=0.95", "heat=1.2", "level=0.9", "phase=alarm", "luck=world 40", "storm=never"]
)
def test_before_the_date_all_is_equal_to_the_bit(teller: Narrator, change: str) -> None:
    apart = 0
    for world in range(4):
        story, step = teller.story(world), 9
        branch = story.branch(f"week {step}: {change}")
        for name in ("level", "storms", "waves", "fights"):
            before = [
                s.series[name].values[: step if change[:5] == "level" else step + 1]
                for s in (story, branch)
            ]
            assert before[0].tobytes() == before[1].tobytes()
        for name in ("heat", "high") if change[:4] not in ("heat", "leve") else ():
            if name in story.series:
                before = [s.series[name].values[:step] for s in (story, branch)]
                assert before[0].tobytes() == before[1].tobytes()
        early = [[f for f in s.facts if f.step < step] for s in (story, branch)]
        assert early[0] == early[1]
        starts = [
            next(e.margin for e in s.ends if e.claim.name == "starts_so") for s in (story, branch)
        ]
        assert starts[0] == starts[1]  # a claim about week 0 sees the numbers of week 0
        apart += not same(story, branch)
    assert apart


def test_what_is_held_is_held_from_the_date_on(teller: Narrator) -> None:
    story = teller.story(1)
    held = story.branch("2022-03-07: level=90 %, phase=alarm")
    assert_allclose(held.series["level"].values[9:], 0.9)
    assert set(held.series["phase"].values[9:].tolist()) == {1}
    assert not any(
        f.event == "storm" and f.step >= 9
        for f in story.branch("week 9: storm=never").facts
        if isinstance(f, Happening)
    )
    assert not [
        f
        for f in story.branch("week 3: market=never").facts
        if isinstance(f, Happening) and f.event == "market"
    ]


def test_a_change_at_the_start_is_another_world(run: schelling.Run, teller: Narrator) -> None:
    values = run.assumptions(2).tolist()
    names = list(run.manifest.assumptions)
    other = run.assumptions(5).tolist()
    changes = ", ".join(f"{name}={value!r}" for name, value in zip(names, other, strict=True))
    changed = teller.story(2).branch(f"week 0: {changes}, luck=world 5")
    assert values != other
    assert same(changed, teller.story(5))


def test_an_ordered_move_is_made(teller: Narrator) -> None:
    done = 0
    for world in range(10):
        story = teller.story(world)
        moves = [f for f in story.facts if isinstance(f, StoryMove) and f.action == "push"]
        if not moves:
            continue
        step = moves[0].step
        other = {"bow": "fight", "fight": "bow"}
        was = next(
            f
            for f in story.facts
            if isinstance(f, StoryMove) and f.step == step and f.actor == "bob"
        )
        branch = story.branch(f"week {step}: duel.bob={other[was.action]}")
        now = next(
            f
            for f in branch.facts
            if isinstance(f, StoryMove) and f.step == step and f.actor == "bob"
        )
        assert (now.action, now.ordered) == (other[was.action], True)
        assert_allclose(now.odds + was.odds, 1.0)
        again = branch.branch(f"week {step}: duel.start=hold")
        assert any(
            isinstance(f, StoryMove) and f.step == step and f.action == "hold" for f in again.facts
        )
        done += 1
    assert done


def test_an_event_that_is_to_come_comes(teller: Narrator) -> None:
    for world in range(3):
        branch = teller.story(world).branch("week 4: storm=now")
        assert any(
            isinstance(f, Happening) and (f.step, f.event) == (4, "storm") for f in branch.facts
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("week 4", "no colon"),
        ("soon: push=1", "no date"),
        ("week 24: push=1", "last step that can be changed begins on 2022-06-13"),
        ("2021-01-01: push=1", "the first on 2022-01-03"),
        ("2022-02-31: push=1", "no such day"),
        ("step 1.5: push=1", "whole number"),
        ("week 4: pus=1", "did you mean 'push'"),
        ("week 4: push", "not NAME=VALUE"),
        ("week 4: push=high", "is no number"),
        ("week 4: push=1e999", "is no number"),
        ("week 4: push=2 weeks", "this is in week"),
        ("week 4: push=2 wekes", "is no unit"),
        ("week 4: phase=panic", "no state of 'phase'"),
        ("week 4: storm=often", "'now' or 'never'"),
        ("week 4: market=now", "cannot be moved"),
        ("week 4: duell.bob=bow", "did you mean 'duel'"),
        ("week 4: duel.bobb=bow", "nobody moves at 'bobb'"),
        ("week 4: duel.bob=bend", "no action"),
        ("week 4: luck=world 99999999999", "no number|no world"),
        ("week 4: push=1, push=2", "changed twice"),
        ("week 1: duel.bob=bow", "nobody moves at 'duel.bob' on 2022-01-10"),
        ("week 4: \x1b[31m=1", "NAME=VALUE"),
    ],
)
def test_what_cannot_be_done_is_said(teller: Narrator, text: str, message: str) -> None:
    with pytest.raises(schelling.RunError, match=message) as caught:
        teller.story(0).branch(text)
    assert "\x1b" not in str(caught.value)


def test_an_earlier_branch_is_refused(teller: Narrator) -> None:
    branch = teller.story(0).branch("week 8: push=0.5")
    assert len(branch.branch("week 12: push=0.1").turns) == 2
    with pytest.raises(schelling.RunError, match="changed on 2022-02-28"):
        branch.branch("week 3: push=0.5")
    with pytest.raises(schelling.RunError, match="no neighbours"):
        branch.nearest_other("stays_low")


def test_the_nearest_other_is_the_nearest(run: schelling.Run, teller: Narrator) -> None:
    probe = Probe(teller.plan, run.manifest.seed)
    table = run.draws
    levels = probe.levels_of(table[list(run.manifest.assumptions)].to_numpy())
    for world in (0, 7, 21):
        for claim in ("stays_low", "no_wave"):
            truth = table[f"holds.{claim}"].to_numpy().astype(bool)
            best = min(
                (float(((levels[w] - levels[world]) ** 2).sum()), w)
                for w in range(WORLDS)
                if truth[w] != truth[world]
            )
            assert teller.story(world).nearest_other(claim).world == best[1]


def test_a_typical_world_is_one_of_its_kind(run: schelling.Run) -> None:
    for claim in ("stays_low", "no_wave"):
        for holds in (True, False):
            story = run.story(claim=claim, holds=holds)
            assert next(e.holds for e in story.ends if e.claim.name == claim) == holds
    with pytest.raises(schelling.RunError, match="did you mean 'no_wave'"):
        run.story(claim="no_wav")
    with pytest.raises(schelling.RunError, match="no world 64"):
        run.story(64)


def test_a_failed_world_says_so(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        "schelling: 1\ntitle: x\ntime: {start: 2022-01-03, until: 2022-03-07}\n"
        'assumptions: {a: {prior: "uniform(0, 1)", why: x}}\n'
        "stocks: {s: {start: 1, change: -0.2 * sqrt(s - a) / week}}\n"
        "claims: {c: {why: x, holds: final(s) > 0.2}}\n",
        encoding="utf-8",
    )
    run = schelling.run(schelling.load(path), worlds=32, replicates=4)
    failed = run.draws.index[np.isnan(run.draws["margin.c"])]
    assert len(failed)
    story = run.story(int(failed[0]))
    assert any(isinstance(fact, LostNumbers) for fact in story.facts)
    assert story.ends[0].failed
    assert story.ends[0].failure is not None


def test_a_case_without_time_has_a_short_story() -> None:
    case = schelling.load(ROOT / "cases" / "teaching" / "bargaining-range")
    run = schelling.run(case, worlds=32, seed=1)
    for world in range(10):
        story = run.story(world)
        assert not story.facts
        holds_against(story, run)
    with pytest.raises(schelling.RunError, match="no time"):
        run.story(0).branch("week 1: cost_a=1")


@pytest.mark.slow
def test_a_table_is_told() -> None:
    case = schelling.load(ROOT / "cases" / "teaching" / "deterrence-crisis")
    run = schelling.run(case, worlds=32, seed=1)
    ended = Counter[str]()
    for world in range(3):
        story = run.story(world)
        holds_against(story, run)
        moves = [fact for fact in story.facts if isinstance(fact, StoryMove)]
        assert [move.actor for move in moves[:2]] == ["east", "west"]
        ended[story.branch("week 0: brink.east=stand, brink.west=stand").ends[3].holds] += 1
    assert ended == {False: 3}  # both stand firm: there is war


@pytest.mark.slow
def test_ten_worlds_of_the_flagship() -> None:
    case = schelling.load(ROOT / "cases" / "widening-war")
    run = schelling.run(case, worlds=64, seed=0)
    for world in range(10):
        story = run.story(world)
        holds_against(story, run)
        kept = run.series.sel(world=world)
        strikes = np.zeros(len(kept.time) - 1)
        for fact in story.facts:
            if isinstance(fact, StoryMove) and fact.action == "strike":
                strikes[fact.step] += 1
        assert_array_equal(strikes, np.diff(kept["struck"].values))
        eased = sum(isinstance(f, Happening) and f.event == "sanctions_eased" for f in story.facts)
        assert kept["sanctions"].values[-1] == 0.5**eased
