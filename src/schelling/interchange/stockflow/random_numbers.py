"""Random numbers that a model draws anew at every step.

A case draws them as the state of a population of one agent, whose rule is a draw: it is keyed by
seed, name and step like all chance, so that twins meet the same. What moves with the model, such as
a mean, stays outside of the draw: `mean + sd * z`. Seeds of a file are those of another generator
and are not kept.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, section 3.5.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from schelling.case.language.parsing.syntax import Call, Expression, Number
from schelling.interchange.stockflow.phrases import ONE, ZERO, call, compare, either, of
from schelling.interchange.stockflow.terms import Fn, Num, Term

MARK = "case random "
"""Before the name of a function, in a call whose first argument is the number of the draw."""

TRUNCATED = 5
"""Arguments of `NORMAL` with a lowest and a highest value: mean, sd, seed, low, high."""

_TWO = Number(2.0)


@dataclass(frozen=True)
class RandomNumber:
    """How a function is made of a standard draw.

    Attributes:
        takes: How many of its arguments are parameters; one more is a seed.
        rule: The draw, with numbers alone.
        build: The value, of its parameters and the draw.
    """

    takes: int
    rule: Expression
    build: Callable[..., Expression]


def _within(low: Expression, high: Expression, u: Expression) -> Expression:
    return of("+", low, of("*", of("-", high, low), u))


def _normal(mean: Expression, sd: Expression, z: Expression) -> Expression:
    return of("+", mean, of("*", sd, z))


def _lognormal(mean: Expression, sd: Expression, z: Expression) -> Expression:
    """With this mean and standard deviation of its own, not of its logarithm."""
    variance = call("log", of("+", ONE, of("**", of("/", sd, mean), _TWO)))
    middle = of("-", call("log", mean), of("/", variance, _TWO))
    return call("exp", of("+", middle, of("*", call("sqrt", variance), z)))


def _triangular(low: Expression, top: Expression, high: Expression, u: Expression) -> Expression:
    width, left, right = of("-", high, low), of("-", top, low), of("-", high, top)
    rising = of("+", low, call("sqrt", of("*", of("*", u, width), left)))
    falling = of("-", high, call("sqrt", of("*", of("*", of("-", ONE, u), width), right)))
    return either(compare("<", of("*", u, width), left), rising, falling)


def _logistic(mean: Expression, scale: Expression, u: Expression) -> Expression:
    return of("+", mean, of("*", scale, call("log", of("/", u, of("-", ONE, u)))))


def _weibull(shape: Expression, scale: Expression, e: Expression) -> Expression:
    return of("*", scale, of("**", e, of("/", ONE, shape)))


def _pareto(shape: Expression, scale: Expression, e: Expression) -> Expression:
    return of("*", scale, call("exp", of("/", e, shape)))


def _scaled(mean: Expression, e: Expression) -> Expression:
    return of("*", mean, e)


def standard(family: str, *parameters: Expression) -> Expression:
    """A draw, as a rule of an agent says it."""
    return Call(family, parameters)


_UNIFORM = standard("uniform", ZERO, ONE)
_NORMAL = standard("normal", ZERO, ONE)
_EXPONENTIAL = standard("exponential", ONE)

DRAWN: dict[str, RandomNumber] = {
    "exprnd": RandomNumber(1, _EXPONENTIAL, _scaled),
    "logistic": RandomNumber(2, _UNIFORM, _logistic),
    "lognormal": RandomNumber(2, _NORMAL, _lognormal),
    "normal": RandomNumber(2, _NORMAL, _normal),
    "pareto": RandomNumber(2, _EXPONENTIAL, _pareto),
    "random": RandomNumber(2, _UNIFORM, _within),
    "triangular": RandomNumber(3, _UNIFORM, _triangular),
    "uniform": RandomNumber(2, _UNIFORM, _within),
    "weibull": RandomNumber(2, _EXPONENTIAL, _weibull),
}
"""By the name of the function."""


def marked(number: int, call: Fn) -> Fn:
    """A call with the number of its draw, so that copies of it are the same draw."""
    return Fn(f"{MARK}{call.name}", (Num(float(number)), *call.args))


def known(name: str, args: tuple[Term, ...]) -> bool:
    """Whether a call is one of those that are drawn."""
    found = DRAWN.get(name)
    if found is None:
        return False
    return found.takes <= len(args) <= found.takes + 1 or truncated(name, args)


def truncated(name: str, args: tuple[Term, ...]) -> bool:
    """Whether it is a normal distribution cut to an interval."""
    return name == "normal" and len(args) == TRUNCATED
