"""What can be changed in a module: signs, bounds, comparisons, connectives, numbers.

Changes are made in the text, at the places the syntax tree tells, so that everything else keeps its
line. Annotations, decorators, docstrings, messages and tolerances below a millionth stay as they
are: a change there is no mistake in a formula.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

TOLERANCE = 1e-6
"""Smaller floats only say when a search may end."""

COMPARED = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
}
CONNECTED = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.Pow: "*",
    ast.LShift: ">>",
    ast.RShift: "<<",
    ast.BitAnd: "|",
    ast.BitOr: "&",
    ast.BitXor: "&",
}
NAMED = {
    one: other
    for pair in (
        ("min", "max"),
        ("minimum", "maximum"),
        ("argmin", "argmax"),
        ("nanmin", "nanmax"),
        ("any", "all"),
        ("floor", "ceil"),
        ("logical_and", "logical_or"),
        ("cumsum", "cumprod"),
        ("sin", "cos"),
    )
    for one, other in (pair, pair[::-1])
}


@dataclass(frozen=True)
class Change:
    """A piece of a module's text and what stands there instead.

    Attributes:
        start: Where the piece begins, in characters.
        end: Where it ends.
        new: What stands there instead.
        line: Its line.
        statement: First line of the statement around it.
    """

    start: int
    end: int
    new: str
    line: int
    statement: int

    def made(self, source: str) -> str:
        """The module's text with the change."""
        return source[: self.start] + self.new + source[self.end :]

    def told(self, source: str) -> str:
        """The line before and after."""
        lines = (text.splitlines()[self.line - 1].strip() for text in (source, self.made(source)))
        return "  ->  ".join(lines)


def changes(source: str) -> list[Change]:
    """All changes of a module, in the order of its text."""
    found = _below(ast.parse(source), _Text(source), 0)
    return sorted(found, key=lambda change: (change.start, change.new))


class _Text:
    """Places of the syntax tree, lines and bytes, as places in the text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = source.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def place(self, line: int, byte: int) -> int:
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:byte].decode())

    def ends(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        last, byte = node.end_lineno, node.end_col_offset
        assert last is not None
        assert byte is not None
        return self.place(node.lineno, node.col_offset), self.place(last, byte)

    def change(self, statement: int, start: int, end: int, new: str) -> Change:
        line = self.source.count("\n", 0, start) + 1
        return Change(start, end, new, line, statement)

    def between(self, left: ast.expr, right: ast.expr, sign: str) -> tuple[int, int] | None:
        """Where an operator stands between two operands; None where a comment is in the way."""
        start, end = self.ends(left)[1], self.ends(right)[0]
        piece = self.source[start:end]
        at = piece.find(sign)
        return None if "#" in piece or at < 0 else (start + at, start + at + len(sign))


def _below(node: ast.AST, text: _Text, statement: int) -> Iterator[Change]:
    """The changes of everything below a node."""
    if isinstance(node, ast.stmt):
        statement = node.lineno
    yield from _own(node, text, statement)
    for child in _formulas(node):
        yield from _below(child, text, statement)


def _formulas(node: ast.AST) -> Iterator[ast.AST]:
    """Children that compute something."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (*node.args.defaults, *(d for d in node.args.kw_defaults if d), *node.body)
        case ast.ClassDef():
            yield from node.body
        case ast.AnnAssign():
            yield from [node.value] if node.value else []
        case ast.JoinedStr() | ast.Raise() | ast.Assert() | ast.Import() | ast.ImportFrom():
            return
        case ast.match_case():
            yield from (*([node.guard] if node.guard else []), *node.body)
        case _:
            yield from ast.iter_child_nodes(node)


def _own(node: ast.AST, text: _Text, statement: int) -> Iterator[Change]:
    """The changes of a node itself."""
    match node:
        case ast.Compare():
            operands = [node.left, *node.comparators]
            for place, sign in enumerate(node.ops):
                yield from _sign(text, statement, operands[place : place + 2], sign)
        case ast.BoolOp():
            for place in range(len(node.values) - 1):
                yield from _sign(text, statement, node.values[place : place + 2], node.op)
        case ast.BinOp():
            yield from _sign(text, statement, [node.left, node.right], node.op)
        case ast.AugAssign():
            yield from _sign(text, statement, [node.target, node.value], node.op, "=")
        case ast.UnaryOp() if isinstance(node.op, ast.USub | ast.Invert | ast.Not):
            start, end = text.ends(node)[0], text.ends(node.operand)[0]
            opened = text.source[start:end].lstrip("-~not ")
            yield text.change(statement, start, end, opened)
        case ast.Constant() | ast.Name() | ast.Attribute():
            yield from _word(node, text, statement)
        case _:
            return


def _word(
    node: ast.Constant | ast.Name | ast.Attribute, text: _Text, statement: int
) -> Iterator[Change]:
    """A number or a name, changed."""
    start, end = text.ends(node)
    if isinstance(node, ast.Constant):
        for new in _numbers(node.value):
            yield text.change(statement, start, end, new)
        return
    name = node.id if isinstance(node, ast.Name) else node.attr
    if name in NAMED and isinstance(node.ctx, ast.Load):
        yield text.change(statement, end - len(name), end, NAMED[name])


def _sign(
    text: _Text,
    statement: int,
    operands: list[ast.expr],
    sign: ast.cmpop | ast.operator | ast.boolop,
    assigned: str = "",
) -> Iterator[Change]:
    """An operator between two operands, changed."""
    left, right = operands
    match sign:
        case ast.cmpop():
            old = ast.unparse(ast.Compare(ast.Name("a"), [sign], [ast.Name("b")]))[2:-2]
            news = COMPARED[type(sign)]
        case ast.boolop():
            old, news = ("and", ("or",)) if isinstance(sign, ast.And) else ("or", ("and",))
        case ast.operator():
            old = ast.unparse(ast.BinOp(ast.Name("a"), sign, ast.Name("b")))[1:-1].strip()
            news = (CONNECTED[type(sign)],) if type(sign) in CONNECTED else ()
    where = text.between(left, right, old + assigned)
    if where is not None:
        for new in news:
            yield text.change(statement, *where, new + assigned)


def _numbers(value: object) -> tuple[str, ...]:
    """A number's neighbours; a side's opposite."""
    match value:
        case bool():
            return (repr(not value),)
        case int():
            return (repr(value + 1), repr(value - 1)) if value > 0 else (repr(value + 1),)
        case float() if abs(value) >= TOLERANCE:
            return (repr(value * 1.25),)
        case "left" | "right":
            return (repr("right" if value == "left" else "left"),)
        case _:
            return ()
