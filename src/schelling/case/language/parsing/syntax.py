"""The tree of an expression, and what can be wrong with one; nothing about how it is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """Where a piece of an expression stands: half-open character offsets into its text."""

    start: int
    end: int


@dataclass(frozen=True)
class Issue:
    """One thing wrong with an expression; where the expression stands is not known here.

    Once its place in a file is known it is reported as a `Problem` with the same words.
    """

    code: str
    message: str
    place: Place
    reason: str = ""
    hint: str = ""


class SyntaxIssue(Exception):
    """Raised when a text cannot be read as an expression; carries the issue that says why."""

    def __init__(self, code: str, message: str, place: Place, hint: str = "") -> None:
        super().__init__(message)
        self.issue = Issue(code, message, place, hint=hint)


@dataclass(frozen=True)
class Number:
    """A plain number."""

    value: float
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Amount:
    """A number with a unit, such as `4 weeks`."""

    value: float
    unit: str
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Date:
    """A calendar day."""

    day: dt.date
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Name:
    """A name: an assumption, stock, variable, phase, actor, action or reserved word."""

    name: str
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Index:
    """A name at members of sets, such as `siege[city]` or `distance[kyiv, previous(city)]`."""

    name: str
    members: tuple[Expression, ...]
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Unary:
    """`-x` or `not x`."""

    operator: str
    operand: Expression
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Binary:
    """Arithmetic on two values: `+ - * / **`."""

    operator: str
    left: Expression
    right: Expression
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Compare:
    """One comparison; `a < b < c` is read as `a < b and b < c`."""

    operator: str
    left: Expression
    right: Expression
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Logic:
    """`x and y ...` or `x or y ...`."""

    operator: str
    operands: tuple[Expression, ...]
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Conditional:
    """`x if condition else y`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Call:
    """A function of the language applied to arguments.

    Attributes:
        place: Of the whole call; the function's name stands at its beginning.
        keyword_places: Where the name of each keyword stands.
    """

    function: str
    arguments: tuple[Expression, ...]
    keywords: tuple[tuple[str, Expression], ...] = ()
    place: Place = field(compare=False, default=Place(0, 0))
    keyword_places: tuple[Place, ...] = field(compare=False, default=())

    @property
    def name_place(self) -> Place:
        """Where the function's name stands."""
        return Place(self.place.start, self.place.start + len(self.function))


@dataclass(frozen=True)
class Clause:
    """`for c in city if condition`: over which members of a set something is taken together.

    Attributes:
        over: A set, or `before(c)` and the like.
    """

    variable: str
    over: Expression
    conditions: tuple[Expression, ...] = ()
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Reduction:
    """`sum(siege[c] for c in city)`: one value made of those of several members."""

    function: str
    body: Expression
    clauses: tuple[Clause, ...]
    place: Place = field(compare=False, default=Place(0, 0))

    @property
    def name_place(self) -> Place:
        """Where the function's name stands."""
        return Place(self.place.start, self.place.start + len(self.function))


@dataclass(frozen=True)
class Points:
    """`[[0, 1], [4 weeks, 3]]`: points of a curve, as the argument of a function."""

    pairs: tuple[tuple[Expression, Expression], ...]
    place: Place = field(compare=False, default=Place(0, 0))


@dataclass(frozen=True)
class Do:
    """`x | do(y = 0, ...)`: x in the twin world where y is held at 0.

    Attributes:
        interventions: What is held, a name or a member of what is defined over sets, and at what.
        readings: Bodies that other readings of the text would take, as it has no brackets.
    """

    body: Expression
    interventions: tuple[tuple[Name | Index, Expression], ...]
    place: Place = field(compare=False, default=Place(0, 0))
    readings: tuple[Expression, ...] = field(compare=False, default=())


Expression = (
    Number
    | Amount
    | Date
    | Name
    | Index
    | Unary
    | Binary
    | Compare
    | Logic
    | Conditional
    | Call
    | Reduction
    | Points
    | Do
)


def names(expression: Expression) -> frozenset[str]:
    """Every name and indexed name the expression mentions, outside `do(...)` targets."""
    own = (
        frozenset((expression.name,)) if isinstance(expression, Name | Index) else frozenset[str]()
    )
    return own.union(*map(names, parts(expression)))


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The direct sub-expressions."""
    match expression:
        case Unary():
            return (expression.operand,)
        case Binary() | Compare():
            return (expression.left, expression.right)
        case Logic():
            return expression.operands
        case Conditional():
            return (expression.condition, expression.then, expression.otherwise)
        case Call():
            return (*expression.arguments, *(value for _, value in expression.keywords))
        case Reduction():
            clauses = expression.clauses
            conditions = (condition for clause in clauses for condition in clause.conditions)
            return (expression.body, *(clause.over for clause in clauses), *conditions)
        case Points():
            return tuple(number for pair in expression.pairs for number in pair)
        case Do():
            return (expression.body, *(value for _, value in expression.interventions))
        case _:
            return ()
