"""What `| do(...)` binds: the whole expression to its left within its brackets.

Python's `|` binds tighter than comparisons, `and`, `or`, `not` and `if`: in `x > 2 | do(x = 3)` it
would hold x in the number 2 alone. Here the tree is turned so that the comparison is the body.
The narrower bodies are kept beside it: where one of them makes a difference, the checker refuses
the expression and shows both readings.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any


class Intervention(ast.BinOp):
    """`body | do(...)` with the bodies that other readings would take."""

    readings: Sequence[ast.expr] = ()


def widen(root: ast.expr, text: str) -> ast.expr:
    """The tree with every `do` bound to all that stands to its left within its brackets.

    Args:
        root: Python's tree of an expression on one line, not deeper than a reader may recurse.
        text: The line it was read from.

    Returns:
        The same tree, changed in place; interventions carry their other readings.
    """
    return _Widening(text).visit(root)


class _Widening(ast.NodeTransformer):
    """Works from the inside out, so that an intervention climbs one level at a time."""

    def __init__(self, text: str) -> None:
        self.text = text

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr):
            return node
        return _intervention(node.left, node.right, (), node)

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        return _lift(node, node.comparators)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        self.generic_visit(node)
        for place, value in enumerate(node.values[1:-1], start=1):
            following = node.values[place + 1]
            between = self.text[value.end_col_offset : following.col_offset]
            if isinstance(value, Intervention) and ")" not in between:
                wider = ast.BoolOp(node.op, [*node.values[:place], value.left])
                _span(wider, node.col_offset, _end(value.left))
                value.readings = (*value.readings, wider)
        return _lift(node, node.values)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        inner = _last(node, node.operand) if isinstance(node.op, ast.Not) else None
        if inner is None:
            return node
        node.operand = inner.left
        return _around(node, inner)

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        inner = _last(node, node.orelse)
        if inner is None:
            return node
        node.orelse = inner.left
        return _around(node, inner)


def _lift(node: ast.expr, operands: list[ast.expr]) -> ast.expr:
    """The intervention in the last operand, put around the whole."""
    inner = _last(node, operands[-1])
    if inner is None:
        return node
    operands[-1] = inner.left
    return _around(node, inner)


def _last(node: ast.expr, operand: ast.expr) -> Intervention | None:
    """The intervention that a node ends with, if it stands in no brackets of its own."""
    return operand if isinstance(operand, Intervention) and _end(operand) == _end(node) else None


def _around(node: ast.expr, inner: Intervention) -> Intervention:
    whole = _intervention(node, inner.right, (*inner.readings, inner.left), node)
    node.end_col_offset = _end(inner.left)
    return whole


def _intervention(
    left: ast.expr, right: ast.expr, readings: Sequence[ast.expr], around: ast.expr
) -> Intervention:
    found = Intervention(left, ast.BitOr(), right)
    found.readings = tuple(readings)
    _span(found, around.col_offset, _end(around))
    return found


def _span(node: Any, start: int, end: int) -> None:
    node.lineno = node.end_lineno = 1
    node.col_offset, node.end_col_offset = start, end


def _end(node: ast.expr) -> int:
    return node.end_col_offset or node.col_offset + 1
