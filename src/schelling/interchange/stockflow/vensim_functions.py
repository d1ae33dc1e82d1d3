"""Functions of Vensim as terms that every model here knows; what is not in the table is refused.

Those with another meaning than in XMILE have a name of their own in `stockflow.functions`, with a
blank in it, which no file can write.

References:
    Ventana Systems, Vensim Reference Manual, chapter on functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from schelling.interchange.stockflow.terms import Fn, If, Num, Op, Term

_ZERO = Num(0.0)


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


def _power(x: Term, y: Term) -> Term:
    return Op("^", x, y)


def _log(x: Term, base: Term) -> Term:
    return Op("/", Fn("ln", (x,)), Fn("ln", (base,)))


def _normal(low: Term, high: Term, mean: Term, sd: Term, seed: Term) -> Term:
    return Fn("normal", (mean, sd, seed, low, high))


def _uniform(low: Term, high: Term, _: Term) -> Term:
    return Fn("uniform", (low, high))


def _unit_uniform() -> Term:
    return Fn("uniform", (_ZERO, Num(1.0)))


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
    "delay1i": (3, _as("delay1")),
    "delay3i": (3, _as("delay3")),
    "delay_fixed": (3, _as("delayfixed")),
    "delay_n": (4, _order_last("delayn")),
    "forecast": (3, _as("forcst")),
    "if_then_else": (3, If),
    "initial": (1, _as("init")),
    "integer": (1, _as("vensim integer")),
    "log": (2, _log),
    "modulo": (2, _as("vensim modulo")),
    "npv": (4, _as("npv")),
    "power": (2, _power),
    "pulse": (2, _as("vensim pulse")),
    "pulse_train": (4, _as("vensim pulse train")),
    "quantum": (2, _as("vensim quantum")),
    "ramp": (3, _as("ramp")),
    "random_0_1": (0, _unit_uniform),
    "random_normal": (5, _normal),
    "random_uniform": (3, _uniform),
    "sample_if_true": (3, _as("sample_if_true")),
    "smooth": (2, _as("smth1")),
    "smooth3i": (3, _as("smth3")),
    "smooth_n": (4, _order_last("smthn")),
    "smoothi": (3, _as("smth1")),
    "trend": (3, _as("trend")),
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
