"""The tree of an equation of a stock-flow tool; nothing about how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Num:
    """A number."""

    value: float


@dataclass(frozen=True)
class Wild:
    """`*` as a subscript: every element of a dimension.

    Attributes:
        part: The dimension whose elements alone are meant, as in `*:part`; empty for all.
    """

    part: str = ""


@dataclass(frozen=True)
class Ref:
    """A name, with subscripts where some are written.

    Attributes:
        name: As `key` makes it.
        subs: The subscripts, none where there are no brackets.
    """

    name: str
    subs: tuple[Term | Wild, ...] = ()


@dataclass(frozen=True)
class Neg:
    """`-x`."""

    x: Term


@dataclass(frozen=True)
class Not:
    """`NOT x`."""

    x: Term


@dataclass(frozen=True)
class Op:
    """Two values and a sign: `+ - * / ^ mod < <= > >= = <> and or`."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True)
class If:
    """`IF c THEN a ELSE b`."""

    condition: Term
    then: Term
    otherwise: Term


@dataclass(frozen=True)
class Fn:
    """A function with its arguments."""

    name: str
    args: tuple[Term, ...]


Term = Num | Ref | Neg | Not | Op | If | Fn


def key(name: str) -> str:
    r"""A name as it is compared: neither case nor blanks, underscores or line breaks count apart.

    Examples:
        >>> key('Heat Loss_to\nRoom')
        'heat_loss_to_room'
    """
    plain = name.replace("\\n", " ").replace("\\r", " ").replace("\u00a0", " ").replace('\\"', '"')
    return "_".join(plain.replace("_", " ").split()).lower()


def parts(term: Term | Wild) -> tuple[Term, ...]:
    """The direct parts of a term; subscripts that are terms are among them."""
    match term:
        case Ref():
            return tuple(sub for sub in term.subs if not isinstance(sub, Wild))
        case Neg() | Not():
            return (term.x,)
        case Op():
            return (term.left, term.right)
        case If():
            return (term.condition, term.then, term.otherwise)
        case Fn():
            return term.args
        case _:
            return ()


def rebuilt(term: Term, change: Callable[[Term], Term]) -> Term:
    """A term each of whose direct parts is changed; subscripts that are terms are among them."""
    match term:
        case Ref():
            subs = (sub if isinstance(sub, Wild) else change(sub) for sub in term.subs)
            return replace(term, subs=tuple(subs))
        case Neg() | Not():
            return replace(term, x=change(term.x))
        case Op():
            return Op(term.sign, change(term.left), change(term.right))
        case If():
            return If(change(term.condition), change(term.then), change(term.otherwise))
        case Fn():
            return Fn(term.name, tuple(map(change, term.args)))
        case _:
            return term


def deeper(term: Term, most: int) -> bool:
    """Whether parts are nested more than so deep; a long sum is as deep as it is long."""
    level = [term]
    for _ in range(most):
        level = [part for one in level for part in parts(one)]
        if not level:
            return False
    return True


def walk(term: Term) -> Iterator[Term]:
    """The term and everything in it."""
    waiting = [term]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(parts(one))
