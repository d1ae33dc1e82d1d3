"""The expression language: from text to tree.

A small, total subset of Python's expression syntax, parsed with the standard library's `ast` and
never evaluated. What Python lacks is read before it sees the text, without moving a column: dates
(`2022-07-05`), lengths of time or amounts (`4 weeks`, `3.5 EUR`), and a member that is held, as in
`do(troops[kyiv] = 0)`.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from schelling.case.language.parsing import slips
from schelling.case.language.parsing.binding import Intervention, widen
from schelling.case.language.parsing.printer import show
from schelling.case.language.parsing.stand_ins import Masked, mask, too_large, two_readings
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
    Place,
    Points,
    Reduction,
    SyntaxIssue,
    Unary,
)

MAX_LENGTH = 4_000
MAX_NESTING = 50
MAX_DEPTH = 100

_DECIMAL = re.compile(r"[\d_.]+(?:[eE][-+]?[\d_]+)?")
_STRANGE = re.compile(r"[^ -~\n\r\t]")
_QUOTED = re.compile(r"[#\\\"'`@;]")
_BRACKETS = re.compile(r"[][(){}]")
_HIDDEN = re.compile(r"(?<!\w)_\w*")
_PARTS = "give parts of it a name under 'variables'"
_FORBIDDEN = {
    _QUOTED: "the character {!r} is not part of the language",
    _HIDDEN: "'{}' is not a name: names start with a letter",
}

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_ALIKE = (ast.Eq, ast.NotEq)
_LONGEST_CHAIN = 2  # of comparisons with and without these signs, such as 0 < x == y
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_TYPESET = {
    **{"–": "-", "—": "-", "−": "-", "×": "*", "·": "*", "÷": "/"},
    **{"≤": "<=", "≥": ">=", "≠": "!="},
}


def parse(text: str) -> Expression:
    """Read one expression.

    Raises:
        SyntaxIssue: The text is not an expression of the language, with the place.

    Examples:
        >>> parse("-2 weeks")
        Unary(operator='-', operand=Amount(value=2.0, unit='weeks', ...), ...)
    """
    _guard(text)
    masked = mask(text)
    line = masked.text.lstrip()
    indent = len(text) - len(line)
    bound = widen(_tree(line, indent, text, masked.text), line)
    return _Reader(text, indent, masked).read(bound)


def _tree(line: str, start: int, text: str, masked: str) -> ast.expr:
    """Python's tree of a piece of a text that begins at a place."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            tree = ast.parse(line, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise _syntax(error, text, masked, start) from None
    if _deeper(tree.body, MAX_DEPTH):
        raise _too_deep(text)
    return tree.body


def _guard(text: str) -> None:
    if not text.strip():
        raise SyntaxIssue("E301", "an expression is missing here", Place(0, len(text)))
    if len(text) > MAX_LENGTH:
        message = (
            f"this expression has {len(text):,} characters; at most {MAX_LENGTH:,} are allowed"
        )
        raise SyntaxIssue("E310", message, Place(0, len(text)), _PARTS)
    if strange := _STRANGE.search(text):
        message = f"the character {strange.group()!r} is not part of the language"
        meant = _TYPESET.get(strange.group())
        hint = f"write '{meant}'" if meant else "names and operators are plain ASCII"
        raise SyntaxIssue("E301", message, Place(*strange.span()), hint)
    for pattern, message in _FORBIDDEN.items():
        if found := pattern.search(text):
            raise SyntaxIssue("E302", message.format(found.group()), Place(*found.span()))
    _balanced(text)


def _balanced(text: str) -> None:
    """Every bracket has its partner, and they do not nest too deep."""
    opened: list[int] = []
    for bracket in _BRACKETS.finditer(text):
        here, character = Place(*bracket.span()), bracket.group()
        if character in "([{":
            opened.append(bracket.start())
        else:
            partner = text[opened.pop()] if opened else ""
            if partner + character not in ("()", "[]", "{}"):
                closes = f"does not close '{partner}'" if partner else "has no opening bracket"
                raise SyntaxIssue("E301", f"this '{character}' {closes}", here)
        if len(opened) > MAX_NESTING:
            message = f"brackets are nested deeper than {MAX_NESTING} levels"
            raise SyntaxIssue("E310", message, here, _PARTS)
    if opened:
        message = f"this '{text[opened[-1]]}' is never closed"
        raise SyntaxIssue("E301", message, Place(opened[-1], opened[-1] + 1))


def _syntax(error: Exception, text: str, masked: str, indent: int) -> SyntaxIssue:
    if not isinstance(error, SyntaxError) or error.offset is None:
        return _too_deep(text)
    slip = slips.explain(text, masked, indent + max(error.offset - 1, 0))
    return SyntaxIssue("E301", slip.message, slip.place, slip.hint)


def _too_deep(text: str) -> SyntaxIssue:
    message = f"more than {MAX_DEPTH} operations are nested inside each other"
    return SyntaxIssue("E310", message, Place(0, len(text)), _PARTS)


def _deeper(root: ast.expr, limit: int) -> bool:
    """Whether a tree has more than so many levels; later passes go down it by recursion."""
    level: list[ast.AST] = [root]
    for _ in range(limit):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _plain(members: ast.expr) -> bool:
    """Whether an index has names only, and `previous(c)` and the like."""
    parts = members.elts if isinstance(members, ast.Tuple) else [members]
    return all(isinstance(_innermost(part), ast.Name) for part in parts)


def _innermost(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        (node,) = node.args
    return node


class _Reader:
    """Turns Python's tree into ours, refusing everything else."""

    def __init__(self, text: str, indent: int, masked: Masked) -> None:
        self.text = text
        self.indent = indent
        self.masked = masked
        self.seen: dict[ast.expr, Expression] = {}

    def place(self, node: ast.expr) -> Place:
        end = node.end_col_offset or node.col_offset + 1
        return Place(self.indent + node.col_offset, self.indent + end)

    def read(self, node: ast.expr) -> Expression:
        """The expression of a node; what several readings of a text share is read once."""
        if node not in self.seen:
            self.seen[node] = self.fresh(node)
        return self.seen[node]

    def fresh(self, node: ast.expr) -> Expression:  # noqa: C901, PLR0912 - one arm per kind of node
        place = self.place(node)
        match node:
            case ast.Constant():
                return self.constant(node, place)
            case ast.Name():
                return self.name(node, place)
            case ast.UnaryOp(op=ast.USub() | ast.Not()):
                operator = "-" if isinstance(node.op, ast.USub) else "not"
                return Unary(operator, self.read(node.operand), place)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.read(node.operand)
            case ast.BinOp(op=ast.BitOr()):
                return self.do(node, place)
            case ast.BinOp() if type(node.op) in _BINARY:
                self.check_power(node, place)
                left, right = self.read(node.left), self.read(node.right)
                return Binary(_BINARY[type(node.op)], left, right, place)
            case ast.BoolOp():
                operator = "and" if isinstance(node.op, ast.And) else "or"
                return Logic(operator, tuple(self.read(v) for v in node.values), place)
            case ast.Compare():
                return self.compare(node, place)
            case ast.IfExp():
                parts = (self.read(n) for n in (node.test, node.body, node.orelse))
                return Conditional(*parts, place=place)
            case ast.Subscript(value=ast.Name(id=name)):
                return self.index(self.word(name, place), node.slice, place)
            case ast.Attribute() | ast.Subscript(value=ast.Attribute()):
                return Name(self.path(node, place), place)
            case ast.Call():
                return self.call(node, place)
            case ast.List(elts=[ast.List(), *_]):
                return self.points(node, place)
            case _:
                raise self.refuse(node, place)

    def check_power(self, node: ast.BinOp, place: Place) -> None:
        """Refuse `49 km ** 3`: so many cubic kilometres, or the cube of a length."""
        if isinstance(node.op, ast.Pow) and isinstance(node.left, ast.Name):
            two_readings(self.text, self.masked.literals.get(node.left.id), place)

    def constant(self, node: ast.Constant, place: Place) -> Expression:
        if isinstance(node.value, bool):
            return Name("true" if node.value else "false", place)
        written = self.text[place.start : place.end]
        if isinstance(node.value, int | float) and _DECIMAL.fullmatch(written):
            if abs(node.value) < 1e308:
                return Number(float(node.value), place)
            raise too_large(place)
        message = f"'{written}' is not a value of the language"
        hint = "numbers are written like 1500, 0.25 or 1e6"
        raise SyntaxIssue("E302", message, place, hint)

    def name(self, node: ast.Name, place: Place) -> Expression:
        return self.masked.literals.get(node.id) or Name(node.id, place)

    def word(self, written: str, place: Place) -> str:
        """A word that must be a name, not an amount or a date."""
        literal = self.masked.literals.get(written)
        if isinstance(literal, Amount | Date) or written in self.masked.held:
            shown = place if literal is None else literal.place
            message = f"'{self.text[shown.start : shown.end]}' is not a name"
            raise SyntaxIssue("E302", message, place)
        return literal.name if literal else written

    def path(self, node: ast.expr, place: Place) -> str:
        """The names of a place in a game, `strike.respond`, as one."""
        if isinstance(node, ast.Name):
            return self.word(node.id, place)
        if isinstance(node, ast.Attribute):
            return f"{self.path(node.value, place)}.{self.word(node.attr, place)}"
        if isinstance(node, ast.Subscript):
            return show(self.index(self.path(node.value, place), node.slice, place))
        raise SyntaxIssue("E302", slips.PLAIN_WORDS["Attribute"], place)

    def compare(self, node: ast.Compare, place: Place) -> Expression:
        operands = [self.read(n) for n in (node.left, *node.comparators)]
        parts: list[Expression] = []
        for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
            if type(operator) not in _COMPARE:
                message = "'is' and 'in' are not part of the language; compare with '=='"
                raise SyntaxIssue("E302", message, place)
            span = Place(left.place.start, right.place.end) if len(node.ops) > 1 else place
            parts.append(Compare(_COMPARE[type(operator)], left, right, span))
        if len(parts) > _LONGEST_CHAIN and len({isinstance(o, _ALIKE) for o in node.ops}) > 1:
            message = "a chain of comparisons with '==' or '!=' among others is easily misread"
            hint = "put conditions that are compared in brackets: (x > 1) == (y > 1)"
            raise SyntaxIssue("E302", message, place, hint)
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts), place)

    def call(self, node: ast.Call, place: Place) -> Expression:
        if not isinstance(node.func, ast.Name):
            message = "only the functions of the language can be called"
            raise SyntaxIssue("E302", message, place)
        if any(isinstance(argument, ast.GeneratorExp) for argument in node.args):
            return self.reduction(self.word(node.func.id, place), node, place)
        if node.func.id == "do":
            message = "'do(...)' comes after the expression it applies to: x | do(y = 0)"
            raise SyntaxIssue("E302", message, place)
        function = self.word(node.func.id, place)
        arguments = tuple(self.read(argument) for argument in node.args)
        given = [(self.word(name, here), here, value) for name, here, value in self.keywords(node)]
        keywords = tuple((name, self.read(value)) for name, _, value in given)
        return Call(function, arguments, keywords, place, tuple(here for _, here, _ in given))

    def index(self, name: str, written: ast.expr, place: Place) -> Index:
        parts = written.elts if isinstance(written, ast.Tuple) else [written]
        if not parts or not all(isinstance(part, ast.Name | ast.Call) for part in parts):
            hint = ""
            if any(isinstance(part, ast.Subscript) for part in parts):
                hint = "what each agent has by its group is a variable of agents"
            raise SyntaxIssue("E302", slips.PLAIN_WORDS["Subscript"], place, hint)
        return Index(name, tuple(map(self.member, parts)), place)

    def member(self, node: ast.expr) -> Expression:
        if not isinstance(node, ast.Name):
            return self.read(node)
        return Name(self.word(node.id, self.place(node)), self.place(node))

    def points(self, node: ast.List, place: Place) -> Expression:
        pairs: list[tuple[Expression, Expression]] = []
        for row in node.elts:
            if not isinstance(row, ast.List) or len(row.elts) != 2:
                message = "a point is a pair of numbers in square brackets"
                raise SyntaxIssue("E431", message, self.place(row), "such as [4 weeks, 0.5]")
            pairs.append((self.read(row.elts[0]), self.read(row.elts[1])))
        return Points(tuple(pairs), place)

    def reduction(self, function: str, node: ast.Call, place: Place) -> Expression:
        """A call whose only argument runs over members of sets."""
        (given, *others), hint = node.args, f"such as {function}(x[c] for c in city)"
        if others or node.keywords or not isinstance(given, ast.GeneratorExp):
            message = f"'{function}(... for ...)' takes nothing else"
            raise SyntaxIssue("E305", message, place, hint)
        clauses: list[Clause] = []
        for part in given.generators:
            if not isinstance(part.target, ast.Name):
                message = "one name stands for the member of a set"
                raise SyntaxIssue("E302", message, self.place(part.target), hint)
            here = self.place(part.target)
            conditions = tuple(self.read(condition) for condition in part.ifs)
            variable = self.word(part.target.id, here)
            clauses.append(Clause(variable, self.read(part.iter), conditions, here))
        return Reduction(function, self.read(given.elt), tuple(clauses), place)

    def keywords(self, node: ast.Call) -> Iterator[tuple[str, Place, ast.expr]]:
        """What is given by keyword: the keyword, where it stands, the value."""
        for given in node.keywords:
            start = self.indent + given.col_offset
            if given.arg is None:
                message = "'**' before an argument is not part of the language"
                raise SyntaxIssue("E302", message, Place(start, start + 2))
            yield given.arg, Place(start, start + len(given.arg)), given.value

    def do(self, node: ast.BinOp, place: Place) -> Expression:
        right = node.right
        is_do = (
            isinstance(right, ast.Call)
            and isinstance(right.func, ast.Name)
            and right.func.id == "do"
            and not right.args
            and right.keywords
        )
        if not is_do or not isinstance(right, ast.Call):
            message = "'|' must be followed by do(name = value); for alternatives write 'or'"
            raise SyntaxIssue("E302", message, place)
        readings = node.readings if isinstance(node, Intervention) else ()
        body = self.read(node.left)
        others = tuple(self.read(reading) for reading in readings)
        given = self.keywords(right)
        held = tuple((self.held(name, here), self.read(value)) for name, here, value in given)
        return Do(body, held, place, others)

    def held(self, written: str, place: Place) -> Name | Index:
        """What `do(...)` holds: a name, or a member of what is defined over sets."""
        piece = self.masked.held.get(written)
        if piece is None:
            return Name(self.word(written, place), place)
        around = self.masked.text[: place.start], self.masked.text[place.end :]
        tree = _tree(piece, place.start, self.text, piece.join(around))
        match tree:
            case ast.Subscript(value=ast.Name(id=name), slice=members) if _plain(members):
                inner = _Reader(self.text, place.start, self.masked)
                return inner.index(self.word(name, place), members, place)
            case _:
                message = "what is held is a name, or a member by its name"
                hint = "such as do(troops[kyiv] = 0), or do(troops[previous(city)] = 0)"
                raise SyntaxIssue("E302", message, place, hint)

    def refuse(self, node: ast.expr, place: Place) -> SyntaxIssue:
        operator = node.op if isinstance(node, ast.BinOp | ast.UnaryOp) else node
        kind = type(operator).__name__
        message = slips.PLAIN_WORDS.get(kind, "this is not part of the language")
        return SyntaxIssue("E302", message, place)
