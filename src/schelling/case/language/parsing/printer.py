"""Expressions back to text; reading the text again gives the same tree."""

from __future__ import annotations

from schelling.case.language.parsing.syntax import (
    Amount,
    Binary,
    Call,
    Clause,
    Compare,
    Conditional,
    Date,
    Do,
    Expression,
    Index,
    Logic,
    Name,
    Number,
    Points,
    Reduction,
    Unary,
)

_LONGEST = 60
_LEVEL = {"or": 1, "and": 2, "not": 3, "compare": 4, "|": 5, "+": 6, "-": 6, "*": 7, "/": 7}


def show(expression: Expression) -> str:
    """Print an expression so that reading it again gives the same tree.

    Examples:
        >>> show(Unary("-", Name("a")))
        '-a'
    """
    return _show(expression)[0]


def brief(expression: Expression) -> str:
    """An expression for a message: cut when it is long."""
    return shorten(show(expression))


def shorten(text: str) -> str:
    """A text for a message: on one line, cut when it is long."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _show(expression: Expression) -> tuple[str, int]:  # noqa: C901, PLR0912 - one arm per kind of node
    """The text and how tightly it binds."""
    match expression:
        case Number():
            return _number(expression.value), 10
        case Amount():
            return f"{_number(expression.value)} {expression.unit}", 10
        case Date():
            return expression.day.isoformat(), 10
        case Name():
            return expression.name, 10
        case Index():
            return f"{expression.name}[{', '.join(map(show, expression.members))}]", 10
        case Unary():
            level = 3 if expression.operator == "not" else 8
            operand = _inside(expression.operand, level)
            return (f"not {operand}" if level == 3 else f"-{operand}"), level
        case Binary():
            return _show_binary(expression)
        case Compare():
            left, right = (_inside(side, 5) for side in (expression.left, expression.right))
            return f"{left} {expression.operator} {right}", 4
        case Logic():
            level = _LEVEL[expression.operator]
            parts = [_inside(part, level + 1) for part in expression.operands]
            return f" {expression.operator} ".join(parts), level
        case Conditional():
            then, condition = (_inside(p, 1) for p in (expression.then, expression.condition))
            return f"{then} if {condition} else {_inside(expression.otherwise, 0)}", 0
        case Call():
            arguments = [_show(a)[0] for a in expression.arguments]
            arguments += [f"{key}={_show(value)[0]}" for key, value in expression.keywords]
            return f"{expression.function}({', '.join(arguments)})", 10
        case Reduction():
            clauses = " ".join(map(_clause, expression.clauses))
            return f"{expression.function}({_inside(expression.body, 0)} {clauses})", 10
        case Points():
            pairs = (", ".join(_show(number)[0] for number in pair) for pair in expression.pairs)
            return f"[{', '.join(f'[{pair}]' for pair in pairs)}]", 10
        case Do():
            changes = ", ".join(f"{show(held)}={show(v)}" for held, v in expression.interventions)
            return (
                f"{_inside(expression.body, 5)} | do({changes})",
                -1,
            )  # in brackets wherever it is a part


def _clause(clause: Clause) -> str:
    """Conditions stand in brackets where they would not be read as they are."""
    conditions = "".join(f" if {_inside(condition, 1)}" for condition in clause.conditions)
    return f"for {clause.variable} in {_inside(clause.over, 1)}{conditions}"


def _show_binary(expression: Binary) -> tuple[str, int]:
    if expression.operator == "**":
        left, right = _inside(expression.left, 10), _inside(expression.right, 8)
        if isinstance(expression.left, Amount) and expression.left.value != 1:
            left = f"({left})"  # which is no power of its unit
        return f"{left} ** {right}", 9
    level = _LEVEL[expression.operator]
    left, right = _inside(expression.left, level), _inside(expression.right, level + 1)
    return f"{left} {expression.operator} {right}", level


def _inside(expression: Expression, level: int) -> str:
    text, own = _show(expression)
    return text if own >= level else f"({text})"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
