"""Mean field: what agents see along ties, replaced by what there is among all agents.

In a mean field nobody has ties of his own. Whoever has d ties meets the traits and states of others
as often as they occur among all agents: a mean or share along ties becomes that of all, a sum or
count d times the mean of all. Whether any of d others is active is not decided by a mean, but its
chance is: everyone draws it anew in each step, as if he met others each time (the annealed
approximation of a network).

References:
    Pastor-Satorras, Castellano, Van Mieghem & Vespignani (2015), Epidemic processes in complex
    networks, Reviews of Modern Physics 87, section V.A (homogeneous mean field).
"""

from __future__ import annotations

from collections.abc import Callable

from schelling.case.language.typed.scope import MixedTies
from schelling.case.language.typed.types import (
    Constant,
    Drawn,
    Kind,
    Operation,
    Type,
    Typed,
    latest,
)

ALONG_TIES = ("sum", "mean", "count", "share", "any", "all")
"""Reductions along ties that means of all agents determine, at least by chance."""

OVER_ALL = ("sum", "mean", "count", "share")
"""Reductions over all agents that a few of them can tell."""

Whole = Callable[[str, Typed, Typed | None], Typed]
"""Of a function, what it takes together and on which condition: the reduction over all agents."""


def along(
    function: str,
    taken: tuple[Typed, Typed | None],
    ties: MixedTies,
    size: int,
    whole: Whole,
    stream: Callable[[], str],
) -> Typed:
    """What a reduction along ties becomes.

    Args:
        function: One of `ALONG_TIES`.
        taken: What is taken together, and on which condition.
        ties: How many others an agent sees.
        size: How many agents there are.
        whole: Makes the reduction over all agents.
        stream: Names a stream of chance.
    """
    body, condition = taken
    match function:
        case "sum" | "count":
            total = whole(function, body, condition)
            return Operation("*", (_number(ties.degree / size), total), total.type)
        case "any":
            some = _operation("-", _number(1), _nobody(body, condition, ties, size, whole))
            return _drawn(some, stream())
        case "all":
            lacks = Operation("not", (body,), Type(Kind.TRUTH, (), body.type.when))
            return _drawn(_nobody(lacks, condition, ties, size, whole), stream())
        case _:
            return whole(function, body, condition)


def _nobody(
    body: Typed, condition: Typed | None, ties: MixedTies, size: int, whole: Whole
) -> Typed:
    """The chance that none of those whom an agent meets is such."""
    met = _operation("*", _number(1 / size), whole("count", body, condition))
    if ties.varies:
        return _operation("exp", _operation("*", _number(-ties.degree), met))
    return _operation("**", _operation("-", _number(1), met), _number(ties.degree))


def _drawn(chance: Typed, stream: str) -> Typed:
    held = _operation("clip", chance, _number(0), _number(1))
    return Drawn("bernoulli", (held,), stream, Type(Kind.TRUTH, (), held.type.when))


def _operation(operator: str, *parts: Typed) -> Typed:
    when = latest(*(part.type.when for part in parts))
    return Operation(operator, parts, Type(Kind.NUMBER, (), when))


def _number(value: float) -> Typed:
    return Constant(float(value), Type(Kind.NUMBER, ()))
