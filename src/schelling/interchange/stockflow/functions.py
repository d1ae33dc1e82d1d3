"""Functions of stock-flow tools that are one expression of the case language.

Names with a blank are those of tools that mean something else by the name than XMILE does.

References:
    OASIS (2015), XML Interchange Language for System Dynamics (XMILE) 1.0, section 3.5.
    Ventana Systems, Vensim Reference Manual, chapter on functions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from schelling.case.language.parsing.syntax import Amount, Call, Expression, Number, Unary
from schelling.interchange.stockflow.phrases import (
    MOST,
    ONE,
    ZERO,
    both,
    call,
    compare,
    either,
    number,
    of,
)


@dataclass(frozen=True)
class Moments:
    """What functions of time need to know.

    Attributes:
        time: The present time, as the tool counts it.
        start: The first moment, as the tool counts it.
        dt: The step.
        unit: The unit of time.
        begun: Whether everything is meant at the start.
        whole: Whether only whole steps count, as by Euler's rule; RK4 looks within them.
    """

    time: Expression
    start: float
    dt: float
    unit: str
    begun: bool
    whole: bool = True


Build = Callable[..., Expression]

_TWO_PI = Number(2 * math.pi)


def _tan(x: Expression) -> Expression:
    return of("/", call("sin", x), call("cos", x))


def _root(x: Expression) -> Expression:
    return call("sqrt", of("-", ONE, of("**", x, Number(2.0))))


def _arcsin(x: Expression) -> Expression:
    """`2 atan(x / (1 + sqrt(1 - x^2)))`, which is finite at both ends."""
    return of("*", Number(2.0), call("atan", of("/", x, of("+", ONE, _root(x)))))


def _safediv(x: Expression, y: Expression, otherwise: Expression = ZERO) -> Expression:
    if isinstance(y, Number):
        return otherwise if y.value == 0 else of("/", x, y)
    return either(compare("==", y, ZERO), otherwise, of("/", x, y))


def modulo(x: Expression, y: Expression) -> Expression:
    """The rest of a division, of the sign of what is divided by."""
    return of("-", x, of("*", y, call("floor", of("/", x, y))))


def _wave(shape: str) -> Build:
    def wave(height: Expression, period: Expression, moments: Moments) -> Expression:
        turns = of("/", of("*", _TWO_PI, moments.time), period)
        return of("*", height, call(shape, turns))

    return wave


def _step(height: Expression, when: Expression, moments: Moments) -> Expression:
    if isinstance(when, Number) and not moments.begun:
        if when.value <= moments.start:
            return height
        after = Amount(when.value - moments.start, moments.unit)
        return of("*", height, Call("step", (after,)))
    return either(compare(">=", moments.time, when), height, ZERO)


def _ramp(
    slope: Expression, start: Expression, end: Expression | None = None, *, moments: Moments
) -> Expression:
    now = moments.time if end is None else call("min", moments.time, end)
    return of("*", slope, call("max", ZERO, of("-", now, start)))


def _pulse(
    size: Expression,
    first: Expression,
    interval: Expression | None = None,
    *,
    moments: Moments,
) -> Expression:
    """A volume that flows within one step: at a time, or from then on again and again."""
    since = of("-", moments.time, first)
    if interval is None or interval == ZERO:
        into = since
    else:
        rounds = of("+", of("/", since, interval), Number(1e-9))  # rounding of the time
        into = of("-", since, of("*", interval, call("floor", rounds)))
    now = both(compare(">=", since, ZERO), compare("<", into, Number(moments.dt)))
    return either(now, of("/", size, Number(moments.dt)), ZERO)


def _own(function: str) -> Build:
    """The function of the language with the same arguments."""

    def build(*arguments: Expression) -> Expression:
        return call(function, *arguments)

    return build


def _arccos(x: Expression) -> Expression:
    return of("-", Number(math.pi / 2), _arcsin(x))


def _first(x: Expression, *_: Expression) -> Expression:
    return x


def _middle(low: Expression, high: Expression, *_: Expression) -> Expression:
    return of("/", of("+", low, high), Number(2.0))


def _log10(x: Expression) -> Expression:
    return of("/", call("log", x), Number(math.log(10)))


def _percent(x: Expression) -> Expression:
    return of("*", Number(100.0), x)


def _quantum(x: Expression, size: Expression) -> Expression:
    return of("*", size, call("floor", of("/", x, size)))


def _whole(x: Expression) -> Expression:
    """The whole part of a number: towards zero."""
    return either(compare("<", x, ZERO), negative(call("floor", negative(x))), call("floor", x))


def _rest(x: Expression, y: Expression) -> Expression:
    return of("-", x, of("*", y, _whole(of("/", x, y))))


def _half(x: Expression, sign: str) -> Expression:
    """Half of `exp(x) sign exp(-x)`."""
    both_ways = of(sign, call("exp", x), call("exp", negative(x)))
    return of("/", both_ways, Number(2.0))


def _cosh(x: Expression) -> Expression:
    return _half(x, "+")


def _sinh(x: Expression) -> Expression:
    return _half(x, "-")


def _in_steps(x: Expression, size: Expression) -> Expression:
    """Towards zero; the number itself where a step is not above 0."""
    steps = of("*", size, _whole(of("/", x, size)))
    if isinstance(size, Number):
        return steps if size.value > 0 else x
    return either(compare("<=", size, ZERO), x, steps)


def _since(start: Expression, moments: Moments) -> Expression:
    """The time since a moment, somewhat later, so that rounding does not matter.

    Half of what lies between the moments that are looked at: a step, or by RK4 half a step. What
    lasts a step then holds at one middle and one end of steps, `4/6 + 1/6 + 1/6` of a step by RK4.
    """
    later = moments.dt / (2 if moments.whole else 4)
    return of("-", of("+", moments.time, Number(later)), start)


def _wide(width: Expression, moments: Moments) -> Expression:
    """A time of one step at least."""
    if isinstance(width, Number):
        return Number(max(width.value, moments.dt))
    return call("max", width, Number(moments.dt))


def _on(start: Expression, width: Expression, moments: Moments) -> Expression:
    wide = _wide(width, moments)
    if not moments.whole:  # a flow by RK4 is cut at a step, so that nothing of the pulse is lost
        ends = _step(ONE, of("+", start, wide), moments=moments)
        return of("-", _step(ONE, start, moments=moments), ends)
    since = _since(start, moments)
    return either(both(compare(">", since, ZERO), compare("<", since, wide)), ONE, ZERO)


def _again_and_again(
    start: Expression, width: Expression, every: Expression, end: Expression, moments: Moments
) -> Expression:
    since = _since(start, moments)
    rounds = call("floor", of("/", since, every))
    into = of("-", since, of("*", every, rounds))
    going = both(compare(">", since, ZERO), compare("<", _since(end, moments), ZERO))
    return either(both(going, compare("<", into, _wide(width, moments))), ONE, ZERO)


SIMPLE: dict[str, tuple[int, int, Build]] = {
    "abs": (1, 1, _own("abs")),
    "arccos": (1, 1, _arccos),
    "arcsin": (1, 1, _arcsin),
    "arctan": (1, 1, _own("atan")),
    "cos": (1, 1, _own("cos")),
    "exp": (1, 1, _own("exp")),
    "game": (1, 1, _first),
    "gammaln": (1, 1, _own("lgamma")),
    "if_then_else": (3, 3, either),
    "int": (1, 1, _own("floor")),
    "integer": (1, 1, _own("floor")),
    "ln": (1, 1, _own("log")),
    "log10": (1, 1, _log10),
    "max": (2, 2, _own("max")),
    "min": (2, 2, _own("min")),
    "modulo": (2, 2, modulo),
    "normal cdf": (1, 1, _own("normal_cdf")),
    "percent": (1, 1, _percent),
    "quantum": (2, 2, _quantum),
    "round": (1, 1, _own("round")),
    "safediv": (2, 3, _safediv),
    "sin": (1, 1, _own("sin")),
    "sqrt": (1, 1, _own("sqrt")),
    "tan": (1, 1, _tan),
    "vensim cosh": (1, 1, _cosh),
    "vensim integer": (1, 1, _whole),
    "vensim modulo": (2, 2, _rest),
    "vensim quantum": (2, 2, _in_steps),
    "vensim sinh": (1, 1, _sinh),
    "vensim tanh": (1, 1, _own("tanh")),
    "xidz": (3, 3, _safediv),
    "zidz": (2, 2, _safediv),
}
"""By name: the least and the most arguments, and the expression made of them."""

OF_TIME: dict[str, tuple[int, int, Build]] = {
    "coswave": (2, 2, _wave("cos")),
    "pulse": (2, 3, _pulse),
    "ramp": (2, 3, _ramp),
    "sinwave": (2, 2, _wave("sin")),
    "step": (2, 2, _step),
    "vensim pulse": (2, 2, _on),
    "vensim pulse train": (4, 4, _again_and_again),
}
"""Those that also need the time, under the keyword `moments`."""


def _of_triangle(low: Expression, top: Expression, high: Expression, *_: Expression) -> Expression:
    return of("/", of("+", of("+", low, top), high), Number(3.0))


def _of_beta(a: Expression, b: Expression, *_: Expression) -> Expression:
    return of("/", a, of("+", a, b))


def _times(x: Expression, y: Expression = ONE, *_: Expression) -> Expression:
    return of("*", x, y)


def _waiting(chance: Expression, *_: Expression) -> Expression:
    return of("/", ONE, chance)


MEANS: dict[str, tuple[int, int, Build]] = {
    "beta": (2, 3, _of_beta),
    "binomial": (2, 3, _times),
    "exprnd": (1, 2, _first),
    "gamma": (1, 3, _times),
    "geometric": (1, 2, _waiting),
    "logistic": (2, 3, _first),
    "lognormal": (2, 3, _first),
    "normal": (2, 5, _first),
    "poisson": (1, 4, _first),
    "random": (2, 3, _middle),
    "triangular": (3, 4, _of_triangle),
    "uniform": (2, 3, _middle),
}
"""Random numbers of every step, which a case has none of: their means."""


def taken(name: str) -> str:
    """How many arguments a function of these tables takes, in words."""
    least, most, _ = SIMPLE.get(name) or OF_TIME.get(name) or MEANS[name]
    count = f"{most}" if least == most else f"{least} to {most}"
    return f"{count} argument{'s' * (most != 1)}"


LOOKUPS = {
    "lookup": "",
    "lookup backward": "discrete",
    "lookup extrapolate": "extrapolate",
    "lookup forward": "forward",
    "lookup invert": "inverse",
}
"""By the name of a call whose first argument is a table: of which kind it is read; blank as it says
itself."""

WORDS = {"pi": math.pi, "inf": MOST}


def negative(x: Expression) -> Expression:
    """`-x`."""
    return number(-x.value) if isinstance(x, Number) else Unary("-", x)
