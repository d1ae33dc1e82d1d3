"""Functions of Vensim as terms that every model here knows; what is not in the table is refused.

Those with another meaning than in XMILE have a name of their own in `stockflow.functions`, with a
blank in it, which no file can write.

References:
    Ventana Systems, Vensim Reference Manual, chapter on functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from schelling.interchange.stockflow.array_calls import known
from schelling.interchange.stockflow.terms import Fn, If, Neg, Num, Op, Term

_ZERO, _ONE = Num(0.0), Num(1.0)


def _as(name: str) -> Callable[..., Term]:
    """The function that is called so here, with the same arguments."""

    def build(*args: Term) -> Term:
        return Fn(name, args)

    return build


def _order_last(name: str) -> Callable[..., Term]:
    """Vensim writes the start before the order, XMILE after it."""

    def build(x: Term, time: Term, start: Term, order: Term) -> Term:
        return Fn(name, (x, time, order, start))

    return build


def _passed_on(x: Term, time: Term, start: Term, _: Term = _ZERO) -> Term:
    """By a constant time all pass things on alike, material and information; others are refused."""
    return Fn("delayfixed", (x, time, start))


def _power(x: Term, y: Term) -> Term:
    return Op("^", x, y)


def _log(x: Term, base: Term) -> Term:
    return Op("/", Fn("ln", (x,)), Fn("ln", (base,)))


def _normal(low: Term, high: Term, mean: Term, sd: Term, seed: Term) -> Term:
    return Fn("normal", (mean, sd, seed, low, high))


def _uniform(low: Term, high: Term, _: Term) -> Term:
    return Fn("uniform", (low, high))


def _unit_uniform() -> Term:
    return Fn("uniform", (_ZERO, _ONE))


def _survives(x: Term, shape: Term, shift: Term, stretch: Term) -> Term:
    """The chance that a Weibull variable lies above x."""
    from_zero = Op("/", Fn("max", (_ZERO, Op("-", x, shift))), stretch)
    return Fn("exp", (Neg(Op("^", from_zero, shape)),))


def _weibull(low: Term, high: Term, shape: Term, shift: Term, stretch: Term, seed: Term) -> Term:
    """Drawn by its quantiles, so that it can be cut to an interval."""
    above_low = _survives(low, shape, shift, stretch)
    above_high = _survives(high, shape, shift, stretch)
    share = Op("*", _unit_uniform(), Op("-", above_low, above_high))
    waited = Neg(Fn("ln", (Op("-", above_low, share),)))
    return Op("+", shift, Op("*", stretch, Op("^", waited, Op("/", _ONE, shape))))


def _exponential(low: Term, high: Term, shift: Term, stretch: Term, seed: Term) -> Term:
    return _weibull(low, high, _ONE, shift, stretch, seed)


def _poisson(low: Term, high: Term, mean: Term, shift: Term, stretch: Term, _: Term) -> Term:
    return Op("+", shift, Op("*", stretch, Fn("poisson", (mean, _ZERO, low, high))))


FUNCTIONS: Mapping[str, tuple[int, Callable[..., Term]]] = {
    **{
        name: (1, _as(name))
        for name in (
            *("abs", "exp", "ln", "sqrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan"),
            *("game", "sum", "prod", "vmin", "vmax"),
        )
    },
    **{
        name: (2, _as(name))
        for name in ("max", "min", "zidz", "step", "delay1", "delay3", "smooth3")
    },
    **{name: (1, _as(f"vensim {name}")) for name in ("cosh", "sinh", "tanh")},
    "delay1i": (3, _as("delay1")),
    "delay3i": (3, _as("delay3")),
    "delay_conveyor": (6, _as("delayconveyor")),
    "delay_fixed": (3, _as("delayfixed")),
    "delay_information": (3, _passed_on),
    "delay_material": (4, _passed_on),
    "delay_n": (4, _order_last("delayn")),
    "forecast": (3, _as("forcst")),
    "gamma_ln": (1, _as("gammaln")),
    "if_then_else": (3, If),
    "initial": (1, _as("init")),
    "integer": (1, _as("vensim integer")),
    "log": (2, _log),
    "lookup_backward": (2, _as("lookup backward")),
    "lookup_extrapolate": (2, _as("lookup extrapolate")),
    "lookup_forward": (2, _as("lookup forward")),
    "lookup_invert": (2, _as("lookup invert")),
    "modulo": (2, _as("vensim modulo")),
    "npv": (4, _as("npv")),
    "power": (2, _power),
    "pulse": (2, _as("vensim pulse")),
    "pulse_train": (4, _as("vensim pulse train")),
    "quantum": (2, _as("vensim quantum")),
    "ramp": (3, _as("ramp")),
    "random_0_1": (0, _unit_uniform),
    "random_exponential": (5, _exponential),
    "random_normal": (5, _normal),
    "random_poisson": (6, _poisson),
    "random_uniform": (3, _uniform),
    "random_weibull": (6, _weibull),
    "reinitial": (1, _as("init")),
    "sample_if_true": (3, _as("sample_if_true")),
    "smooth": (2, _as("smth1")),
    "smooth3i": (3, _as("smth3")),
    "smooth_n": (4, _order_last("smthn")),
    "smoothi": (3, _as("smth1")),
    "tabxl": (2, _as("lookup extrapolate")),
    "trend": (3, _as("trend")),
    **{name: (count, _as(name)) for name, count in known.TAKES.items()},
    "xidz": (3, _as("xidz")),
}
"""By the key of the name: how many arguments, and the term made of them."""


def taken(name: str) -> str:
    """How many arguments a function takes, in words."""
    count = FUNCTIONS[name][0]
    return f"{count} argument{'' if count == 1 else 's'}"


def built(name: str, args: Sequence[Term]) -> Term | None:
    """The term that a call means; None where the function is not known or takes other arguments."""
    found = FUNCTIONS.get(name)
    return found[1](*args) if found is not None and found[0] == len(args) else None
