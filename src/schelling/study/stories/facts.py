"""What happened in a world, put in order: out of its diary and its course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy import ndarray

from schelling.compile.course import diary
from schelling.compile.inspection.chronicle import Gone, Looked
from schelling.compile.inspection.crossings import crossable, still
from schelling.compile.planning.plan import Plan
from schelling.study.stories.story import (
    Fact,
    Happening,
    LostNumbers,
    StateChange,
    StockSet,
    StoryCrossing,
    StoryMove,
    StoryTurn,
)


def of_world(plan: Plan, gone: Gone, seen: Looked, turns: Sequence[StoryTurn]) -> tuple[Fact, ...]:
    """What happened in a world, in order.

    In a step first comes what was changed from outside, then what is seen at its opening, then what
    happens in it, then what that has set.

    Args:
        plan: What was computed.
        gone: The world at its end.
        seen: What was seen of it, as NumPy arrays.
        turns: Where it was changed.
    """
    found: list[Fact] = [*turns, *_crossed(plan, seen), *_entries(plan, gone, seen, turns)]
    found += [*_set(plan, seen, turns), *_lost(seen)]
    return tuple(sorted(found, key=lambda fact: fact.step))  # what is of one step keeps its order


def length(gone: Gone) -> int:
    """How many events and moves there were."""
    assert gone.state.diary is not None
    return int(np.asarray(gone.state.diary.length)[0])


def states_at(plan: Plan, seen: Looked, step: int) -> dict[str, str]:
    """The state of every machine at the opening of a step."""
    return _named(plan, np.asarray(seen.paths.states)[0, step])


def _named(plan: Plan, numbers: ndarray) -> dict[str, str]:
    return {
        machine.name: machine.states[machine.numbers.index(int(number))]
        for machine, number in zip(plan.machines, numbers, strict=True)
    }


def _entries(
    plan: Plan, gone: Gone, seen: Looked, turns: Sequence[StoryTurn]
) -> Iterator[Happening | StoryMove]:
    """Events and moves."""
    book = gone.state.diary
    assert book is not None
    lines, count = diary.lines(plan), min(length(gone), diary.ROOM)
    steps, what = np.asarray(book.steps)[:count, 0], np.asarray(book.what)[:count, 0]
    odds, after = np.asarray(book.odds)[:count, 0], np.asarray(book.states)[:count, :, 0]
    ordered = {(turn.step, stream) for turn in turns for stream in _ordered(turn)}
    states: dict[str, str] = {}
    before = -1
    for entry in range(count):
        step, line = int(steps[entry]), lines[int(what[entry])]
        if step != before:
            states, before = states_at(plan, seen, step), step
        now = _named(plan, after[entry])
        changes = tuple(
            StateChange(name, states[name], state)
            for name, state in now.items()
            if states[name] != state
        )
        states = now
        if line.event:
            yield Happening(step, line.event, changes)
        else:
            wanted = (step, line.stream) in ordered
            yield StoryMove(
                step,
                line.game,
                line.place,
                line.actor,
                line.action,
                float(odds[entry]),
                wanted,
                changes,
                line.stream,
            )


def _ordered(turn: StoryTurn) -> frozenset[str]:
    """Streams of the moves that were ordered."""
    return frozenset(stream for one in turn.turnings for stream, _ in one.streams)


def _crossed(plan: Plan, seen: Looked) -> Iterator[StoryCrossing]:
    """Thresholds that were crossed, as long as the numbers are sound."""
    sound = len(seen.sound) if seen.sound.all() else int(np.argmin(seen.sound))
    for column, thing in enumerate(crossable(plan)):
        above = np.asarray(seen.thresholds.above)[:sound, column]
        for step in (np.flatnonzero(above[1:] != above[:-1]) + 1).tolist():
            value = float(seen.thresholds.left[step, column])
            level = float(seen.thresholds.right[step, column])
            yield StoryCrossing(step, thing, bool(above[step]), value, level)


def _set(plan: Plan, seen: Looked, turns: Sequence[StoryTurn]) -> Iterator[StockSet]:
    """Stocks that never flow, where events and moves have set them.

    What a step has made of a stock that is held from the next one on is not in the course.
    """
    quiet = still(plan)
    held = {(turn.step - 1, one.name) for turn in turns for one in turn.turnings}
    for place, stock in enumerate(plan.stocks):
        if stock.name not in quiet:
            continue
        course = seen.paths.series[0, :, place] / stock.unit.factor
        for step, (one, other) in enumerate(pairwise(course.tolist())):
            if one != other and np.isfinite(other) and (step, stock.name) not in held:
                yield StockSet(step, stock.name, one, other)


def _lost(seen: Looked) -> Iterator[LostNumbers]:
    if not seen.sound.all():
        yield LostNumbers(max(int(np.argmin(seen.sound)) - 1, 0))
