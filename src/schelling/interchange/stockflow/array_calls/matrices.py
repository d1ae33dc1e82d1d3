"""Vensim's inverse of a matrix, written out by its minors where it is small.

A matrix without an inverse gives 0 / 0, so that the world is counted as failed; Vensim gives some
number then.

References:
    Ventana Systems, Vensim Reference Manual, function INVERT MATRIX.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schelling.interchange.stockflow.array_calls.surroundings import CallSurroundings
from schelling.interchange.stockflow.array_calls.vectors import NotAVector
from schelling.interchange.stockflow.terms import Neg, Num, Op, Ref, Term

TAKES: Mapping[str, int] = {"invert_matrix": 2}
"""How many arguments each takes, by its name."""

MOST_ROWS = 3


@dataclass(frozen=True)
class _Matrix:
    """A square matrix: the name of an array, subscripts before the last two, and the last two."""

    name: str
    before: tuple[Term, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]

    def at(self, row: int, column: int) -> Term:
        places = Ref(self.rows[row]), Ref(self.columns[column])
        return Ref(self.name, (*self.before, *places))


def written(name: str, args: Sequence[Term], around: CallSurroundings) -> Term:
    """A call, with as many arguments as it takes, as terms that every model here knows.

    Raises:
        NotAVector: They are not those of the function, or the matrix is large.
    """
    matrix = _matrix(args[0], around)
    size = len(matrix.rows)
    if around.value_of(args[1]) != float(size):
        message = f"the matrix has {size} rows, and its second argument has to be that number"
        raise NotAVector(message)
    *before, rows, columns = around.over
    if {len(around.dims[dim]) for dim in (rows, columns)} != {size}:
        message = "the last two ranges of its equation have to be as long as the matrix"
        raise NotAVector(message)
    every = tuple(range(size))
    outer = tuple(before)
    whole = around.make("determinant", outer, {(): _determinant(matrix, every, every)})
    stars = ("*",) * len(outer)
    cells = {
        (*stars, row, column): _over(_cofactor(matrix, q, p), whole)
        for p, row in enumerate(around.dims[rows])
        for q, column in enumerate(around.dims[columns])
    }
    return around.make("inverse", around.over, cells)


def _matrix(term: Term, around: CallSurroundings) -> _Matrix:
    subs = term.subs if isinstance(term, Ref) else ()
    names = [sub.name for sub in subs[-2:] if isinstance(sub, Ref) and sub.name in around.dims]
    if not isinstance(term, Ref) or len(names) != 2 or len(around.over) < 2:
        message = "its first argument has to be an array over two ranges, as has its equation"
        raise NotAVector(message)
    rows, columns = (around.dims[name] for name in names)
    if len(rows) != len(columns) or len(rows) > MOST_ROWS:
        message = f"it is read for square matrices of at most {MOST_ROWS} rows"
        raise NotAVector(message)
    before = tuple(sub for sub in subs[:-2] if isinstance(sub, Term))
    return _Matrix(term.name, before, rows, columns)


def _over(above: Term, below: Term) -> Term:
    return Op("/", above, below)


def _determinant(matrix: _Matrix, rows: tuple[int, ...], columns: tuple[int, ...]) -> Term:
    """By the first of some rows; 1 of none."""
    if not rows:
        return Num(1.0)
    found: Term | None = None
    for place, column in enumerate(columns):
        others = columns[:place] + columns[place + 1 :]
        minor = _determinant(matrix, rows[1:], others)
        part = matrix.at(rows[0], column)
        part = part if minor == Num(1.0) else Op("*", part, minor)
        found = part if found is None else Op("-" if place % 2 else "+", found, part)
    return Num(1.0) if found is None else found


def _cofactor(matrix: _Matrix, row: int, column: int) -> Term:
    every = range(len(matrix.rows))
    rows = tuple(one for one in every if one != row)
    columns = tuple(one for one in every if one != column)
    minor = _determinant(matrix, rows, columns)
    return Neg(minor) if (row + column) % 2 else minor
