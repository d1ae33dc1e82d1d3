"""Games played at intervals that are an expression: an assumption, or what is computed of some.

Such a game may be played at every step, on the condition that a multiple of the interval has come
since the step before. So the condition is part of the case like any other, in worlds and twins.
"""

from __future__ import annotations

from schelling.case.clock import Clock
from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.parsing.syntax import names
from schelling.case.language.typed.scope import Scope
from schelling.case.language.typed.types import (
    Constant,
    Kind,
    Operation,
    Reference,
    Type,
    Typed,
    When,
)
from schelling.case.language.typed.units import TIME, said
from schelling.case.language.words.vocabulary import TIME_WORDS

_NEAR = 1e-9  # of an interval: a multiple counts that rounding puts after its step
_PURE = Type(Kind.NUMBER)
_TIME = Type(Kind.NUMBER, TIME.dimensions)


def read(draft: Draft, path: Path, scope: Scope) -> Typed | None:
    """The interval at a path if it names something of the case; None where it is plain time.

    Args:
        draft: Takes the problems.
        path: Of the interval.
        scope: What is known before the run.
    """
    expression = draft.parse(path)
    if expression is None or not names(expression) - frozenset(TIME_WORDS):
        return None
    typed = draft.infer(path, scope)
    if typed.type.known and (
        typed.type.kind is not Kind.NUMBER or typed.type.dimensions != TIME.dimensions
    ):
        what = typed.type.kind.value
        if typed.type.kind is Kind.NUMBER:
            what = said(typed.type.dimensions or ())
        message = f"an interval is a length of time; '{draft.root.at(path).text}' is {what}"
        draft.report("E476", message, path, hint="such as an assumption with unit: weeks")
    return typed


def due(interval: Typed, begun: float, clock: Clock) -> Typed:
    """The condition that a multiple of an interval has come since the step before.

    Where the interval is not above 0, it has no truth, and the world fails.

    Args:
        interval: A length of time, in weeks.
        begun: From when on, in weeks since the start.
        clock: The case's.
    """
    elapsed = Reference("elapsed", Type(Kind.NUMBER, TIME.dimensions, When.STEP))
    now, before = (
        _multiples(Operation("-", (elapsed, Constant(since, _TIME)), elapsed.type), interval)
        for since in (begun, begun + clock.step)
    )
    return Operation(">", (now, before), Type(Kind.TRUTH, (), When.STEP))


def _multiples(passed: Typed, interval: Typed) -> Typed:
    """How many times an interval has passed."""
    moving = Type(Kind.NUMBER, (), When.STEP)
    above = Operation("max", (interval, Constant(0.0, _TIME)), interval.type)
    ratio = Operation("/", (passed, above), moving)
    return Operation("floor", (Operation("+", (ratio, Constant(_NEAR, _PURE)), moving),), moving)
