"""Typed expressions as text, as the printed plan and the reports show them."""

from __future__ import annotations

from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    FirstPlayed,
    GameValue,
    Given,
    Kind,
    OfOther,
    Operation,
    OverTies,
    OverTime,
    Reference,
    Sought,
    Twin,
    Typed,
)

_MOST_POINTS = 24  # numbers of a curve that are written out


def over_time(expression: OverTime, inside: str, steps: int | None = None) -> str:
    """What is asked of the course of something, for a reader.

    `at(s, step 20)`; `max(s)` of the whole course, `max(s, steps 3..7)` of a part.

    Args:
        expression: What is asked.
        inside: Its operands as text.
        steps: Number of the last step of the course; None where no reader asks for a part.
    """
    first, last = expression.first, expression.last
    if expression.name == "at" and first == last:
        return f"at({inside}, step {first})"
    if steps is not None and (first, last) != (0, steps):
        return f"{expression.name}({inside}, steps {first}..{last})"
    return f"{expression.name}({inside})"


def write(expression: Typed) -> str:
    """A typed expression as text, for the printed plan."""
    match expression:
        case Constant():
            return _write_constant(expression)
        case Reference():
            return expression.name
        case Operation():
            return _write_operation(expression)
        case OverTime():
            inside = ", ".join(write(part) for part in expression.operands)
            return f"{expression.name}[{expression.first}..{expression.last}]({inside})"
        case GameValue() | FirstPlayed():
            return _write_game(expression)
        case Twin():
            changes = ", ".join(f"{name}={write(v)}" for name, v in expression.interventions)
            return f"{{{write(expression.body)} | do({changes})}}"
        case Given():
            return f"{write(expression.body)} given {write(expression.condition)}"
        case Sought():
            return _write_sought(expression)
        case Drawn() | OfOther() | OverTies():
            return _write_of_agents(expression)


def _write_constant(expression: Constant) -> str:
    if expression.type.states:
        return expression.type.states[0]
    if expression.type.kind is Kind.TRUTH:
        return "true" if expression.value > 0 else "false"
    return f"{expression.value:g}"


def _write_operation(expression: Operation) -> str:
    parts = [write(part) for part in expression.operands]
    name = expression.name
    if name == "if":
        return f"({parts[1]} if {parts[0]} else {parts[2]})"
    if name in ("neg", "not"):
        return f"({'-' if name == 'neg' else 'not '}{parts[0]})"
    if name == "interpolate" and len(parts) > _MOST_POINTS:
        return f"{name}({parts[0]}, {len(parts) // 2} points)"
    if name.isidentifier() and name not in ("and", "or"):
        return f"{name}({', '.join(parts)})"
    return f"({f' {name} '.join(parts)})"


def _write_game(expression: GameValue | FirstPlayed) -> str:
    if isinstance(expression, FirstPlayed):
        return f"{_write_game(expression.value)} as first played"
    where = (expression.game, expression.state) if expression.state else (expression.game,)
    own = f"type={expression.own}" if expression.own else ""
    named = expression.actor if expression.name == "payoff" or not expression.place else ""
    place = ".".join(expression.place)
    asked = (named, *expression.actions, place, *expression.about, own)
    return f"{expression.name}({', '.join((*where, *filter(None, asked)))})"


def _write_sought(expression: Sought) -> str:
    sides = [write(side) for side in expression.sides]
    which = f"the {expression.choose} {expression.name}"
    if expression.near is not None:
        which = f"the {expression.name} nearest to {write(expression.near)}"
    ends = f"in [{write(expression.low)}, {write(expression.high)}]"
    aim = f"with {sides[0]} {expression.seek}"
    if expression.seek == "equation":
        aim = f"with {sides[0]} == {sides[1]}"
    return f"{which} {ends} {aim}"


def _write_of_agents(expression: Drawn | OfOther | OverTies) -> str:
    if isinstance(expression, Drawn):
        inside = ", ".join(write(part) for part in expression.parameters)
        return f"{expression.family}({inside})"
    if isinstance(expression, OfOther):
        return f"{expression.name}[{expression.whose}]"
    condition = expression.condition
    only = f" if {write(condition)}" if condition is not None else ""
    each = f"{write(expression.body)} for o in {expression.over}{only}"
    return f"{expression.function}({each})"
