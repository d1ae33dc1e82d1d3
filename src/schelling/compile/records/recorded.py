"""Observed series as part of a plan, and what each world says the records should have been.

A plan with records runs no farther than the last of them, asks no claims and has no twins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from schelling.case.language.typed.types import Typed, When, operands
from schelling.case.model import Case
from schelling.case.observations import ObservedRow, ObservedSeries, known_by
from schelling.compile.course.outcomes import Finished
from schelling.compile.expressions.frame import evaluate, number_of
from schelling.compile.planning import plan as plans
from schelling.compile.planning.plan import Plan, Record
from schelling.compile.worlds import Draws, Lowered, PlanNumbers

Recorded = tuple[Float[Array, "world column"], Bool[Array, " world"]]
"""What the records should have been, column by column, and whether the world is sound."""


@dataclass(frozen=True)
class Evidence:
    """The rows of a series that are evidence, and why others are not.

    Attributes:
        series: The series.
        rows: Those that enter, by date.
        later: How many tell of a day after the last, or were published after it.
        revised: How many were revised by then.
        outside: How many tell of a day outside the time of the case, where the model moves.
        away: Days from a row to the step at which it is read, of the farthest.
    """

    series: ObservedSeries
    rows: tuple[ObservedRow, ...]
    later: int
    revised: int
    outside: int
    away: float = 0.0


def evidence(case: Case, until: dt.date | None = None) -> tuple[Evidence, ...]:
    """What is evidence for a case.

    Args:
        case: A checked case.
        until: Last day whose records may be used, in place of what the case says.
    """
    return tuple(_evidence(case, series, until or series.until) for series in case.observations)


def _evidence(case: Case, series: ObservedSeries, until: dt.date | None) -> Evidence:
    known, clock = known_by(series, until), case.clock
    rows, away = known.rows, 0.0
    if clock is not None and any(map(_moves, _given(series))):
        rows = tuple(row for row in rows if clock.start <= row.date <= clock.until)
        weeks = [clock.weeks(row.date) for row in rows]
        read = [clock.step * min(round(week / clock.step), clock.steps) for week in weeks]
        away = max((7 * abs(w - r) for w, r in zip(weeks, read, strict=True)), default=0.0)
    outside = len(known.rows) - len(rows)
    return Evidence(series, rows, known.later, known.revised, outside, away)


def _given(series: ObservedSeries) -> tuple[Typed, ...]:
    return tuple(one for one in series.arguments if one is not None)


def _moves(argument: Typed) -> bool:
    return argument.type.when is When.STEP


def plan(case: Case, found: Sequence[Evidence]) -> Plan:
    """The plan that runs a case as far as its records need it.

    Args:
        case: A checked case.
        found: What is evidence; series without rows are left out.
    """
    clock = case.clock
    records: list[Record] = []
    for one in found:
        if one.rows:
            steps = (0,) * len(one.rows)
            if clock is not None and any(map(_moves, _given(one.series))):
                weeks = [clock.weeks(row.date) for row in one.rows]
                steps = tuple(min(round(week / clock.step), clock.steps) for week in weeks)
            records.append(Record(one.series.name, _given(one.series), steps))
    whole = plans.build(case, claims=())
    return _cut(replace(whole.actual, records=tuple(records)))


def _cut(whole: Plan) -> Plan:
    """A plan that ends with its last record, where none looks at the whole run."""
    arguments = [argument for record in whole.records for argument in record.arguments]
    last = max((max(record.steps) for record in whole.records), default=0)
    if not whole.timed or any(map(_looks_on, arguments)):
        return whole
    last = max(last, 1)
    games = [replace(g, schedule=_before(g.schedule, last)) for g in whole.games]
    events = [replace(e, steps=_before(e.steps, last)) for e in whole.events]
    states = [replace(g, schedule=_before(g.schedule, last)) for g in whole.stochastic]
    kept = [e for e in events if e.hazard is not None or e.steps]
    happening = replace(whole, games=tuple(games), stochastic=tuple(states), events=tuple(kept))
    return replace(happening, steps=last)


def _before(steps: tuple[int, ...], last: int) -> tuple[int, ...]:
    return tuple(step for step in steps if step < last)


def _looks_on(argument: Typed) -> bool:
    """Whether an expression looks at more than one step at a time."""
    return argument.type.when is When.HINDSIGHT or any(map(_looks_on, operands(argument)))


def recorded(
    plan: Plan, numbers: PlanNumbers | None = None
) -> Callable[[Draws, Finished], Recorded]:
    """Lower a plan to the function that says what the records should have been.

    The columns, as `widths` counts them: for each record, for each argument, one for each row where
    it moves, one for all rows where it does not.
    """
    lowered = Lowered(plan, numbers=numbers)

    def look(draws: Draws, finished: Finished) -> Recorded:
        frame = lowered.frames(lowered.fixed(draws), finished)
        found = [jnp.zeros((0, finished.worlds))]
        for record in plan.records:
            for argument in record.arguments:
                value = number_of(evaluate(argument, frame))
                value = value[jnp.array(record.steps)] if _moves(argument) else value[None]
                found.append(jnp.broadcast_to(value, (len(value), finished.worlds)))
        sound = jnp.broadcast_to(finished.last.sound[0], (finished.worlds,))
        return jnp.concatenate(found).T, sound

    return look


def widths(plan: Plan) -> list[list[int]]:
    """How many columns of `recorded` each argument of each record has."""
    return [
        [len(record.steps) if _moves(argument) else 1 for argument in record.arguments]
        for record in plan.records
    ]
