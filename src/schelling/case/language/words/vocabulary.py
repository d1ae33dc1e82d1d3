"""The one table of the language: every function, distribution and reserved word.

Checker, compiler, reference pages and `schelling explain` read this table; a test proves that the
compiler implements exactly what stands here.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple


class Purpose(enum.Enum):
    """What a function is for, which decides where it may stand."""

    ELEMENT = "element by element"
    ALONG = "along time"
    OVER_TIME = "over time"
    GAME = "about a game"


class Parameter(NamedTuple):
    """One positional argument of a function.

    Attributes:
        name: As the reference calls it.
        kind: `number`, `pure` (no unit), `same` (the unit of the first), `truth`, `any`, `moment`,
            `time` (a length), `points`, or what it names: `game`, `state`, `actor`, `action`,
            `place` (the actions that lead there),
            `type` (of an actor).
        optional: Whether it may be left out.
        repeated: Whether more of the same may follow.
    """

    name: str
    kind: str
    optional: bool = False
    repeated: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}{'?' if self.optional else ''}{'...' * self.repeated}"


@dataclass(frozen=True)
class Function:
    """One function of the language.

    Attributes:
        name: How it is written.
        purpose: Where it may stand.
        parameters: The positional arguments.
        result: Kind of the result: `number`, `pure` (no unit), `same`, `sqrt`, `truth`, `mean`,
            `payoff`, `time` (a length), `moment` (a time that may be never), `type` (of an actor).
        doc: One line.
        example: An expression that uses it.
        keywords: What it takes by name, such as `since` and `until`.
        needed: Those of the keywords that cannot be left out.
    """

    name: str
    purpose: Purpose
    parameters: tuple[Parameter, ...]
    result: str
    doc: str
    example: str
    keywords: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


def _element(
    name: str, parameters: tuple[Parameter, ...], result: str, doc: str, example: str
) -> Function:
    return Function(name, Purpose.ELEMENT, parameters, result, doc, example)


def _over_time(
    name: str,
    parameters: tuple[Parameter, ...],
    result: str,
    doc: str,
    example: str,
    *,
    windowed: bool = True,
) -> Function:
    window = ("since", "until") if windowed else ()
    return Function(name, Purpose.OVER_TIME, parameters, result, doc, example, window)


def _along(name: str, parameters: tuple[Parameter, ...], doc: str, example: str) -> Function:
    return Function(name, Purpose.ALONG, parameters, "pure", doc, example)


def _game(
    name: str, parameters: tuple[Parameter, ...], result: str, doc: str, example: str
) -> Function:
    keywords = ("type",) if name in ("probability", "payoff") else ()
    return Function(name, Purpose.GAME, parameters, result, doc, example, keywords)


_X = Parameter("x", "number")
_MORE = Parameter("y", "same", repeated=True)
_PURE = Parameter("x", "pure")
_P = Parameter("p", "pure")
_TRUTH = Parameter("x", "truth")
_ANY = Parameter("x", "any")
_WHEN = Parameter("when", "moment")
_LENGTH = Parameter("time", "time")
_GAME = Parameter("game", "game")
_STATE = Parameter("state", "state", optional=True)
_ACTOR = Parameter("actor", "actor")


_FUNCTIONS = (
    _element("abs", (_X,), "same", "Absolute value.", "abs(support - 0.5)"),
    _element(
        "min",
        (_X, _MORE),
        "same",
        "Smallest of several values, or earliest of times.",
        "min(1, 2 * reach)",
    ),
    _element(
        "max",
        (_X, _MORE),
        "same",
        "Largest of several values, or latest of times.",
        "max(0, demand)",
    ),
    _element(
        "clip",
        (_X, Parameter("low", "same"), Parameter("high", "same")),
        "same",
        "x limited to two bounds.",
        "clip(support + rally, 0, 1)",
    ),
    _element("exp", (_PURE,), "pure", "Exponential.", "exp(-elapsed / 6 weeks)"),
    _element("log", (_PURE,), "pure", "Natural logarithm; x above 0.", "log(aid / 1 EUR)"),
    _element("sqrt", (_X,), "sqrt", "Square root; x at least 0.", "sqrt(variance)"),
    _element("sin", (_PURE,), "pure", "Sine; x in radians.", "sin(6.283 * elapsed / 1 year)"),
    _element("cos", (_PURE,), "pure", "Cosine; x in radians.", "cos(6.283 * elapsed / 1 year)"),
    _element("tanh", (_PURE,), "pure", "Hyperbolic tangent.", "tanh(pressure)"),
    _element(
        "logistic",
        (_PURE,),
        "pure",
        "1 / (1 + exp(-x)): an S-curve from 0 to 1.",
        "logistic(4 * (support - 0.5))",
    ),
    _element("logit", (_P,), "pure", "log(p / (1 - p)); p in (0, 1).", "logit(support)"),
    _element("atanh", (_PURE,), "pure", "Inverse of tanh; x in (-1, 1).", "atanh(pressure / 4)"),
    _element("atan", (_PURE,), "pure", "Inverse of the tangent, in radians.", "atan(pressure)"),
    _element(
        "normal_cdf",
        (Parameter("z", "pure"),),
        "pure",
        "Standard normal distribution function.",
        "normal_cdf((reach - 0.3) / 0.1)",
    ),
    _element(
        "normal_ppf",
        (_P,),
        "pure",
        "Standard normal quantile: the z with normal_cdf(z) = p; p in (0, 1).",
        "normal_ppf(support)",
    ),
    _element(
        "lgamma", (_PURE,), "pure", "Log of the gamma function; x above 0.", "lgamma(arms + 1)"
    ),
    _element(
        "floor", (_PURE,), "pure", "Largest whole number at most x.", "floor(elapsed / 1 year)"
    ),
    _element("ceil", (_PURE,), "pure", "Smallest whole number at least x.", "ceil(aid / 9 EUR)"),
    _element(
        "round", (_PURE,), "pure", "Nearest whole number; of two, the even one.", "round(arms)"
    ),
    _element("sign", (_X,), "pure", "-1, 0 or 1, as x is below, at or above 0.", "sign(demand)"),
    _element(
        "threshold_share",
        (Parameter("mean", "pure"), Parameter("sd", "pure")),
        "pure",
        "Share who act when each acts once the visible share reaches a normal threshold: the lowest"
        " fixed point (Granovetter 1978; Kuran 1991).",
        "threshold_share(0.25, 0.13)",
    ),
    _element(
        "interpolate",
        (_X, Parameter("points", "points")),
        "number",
        "Value at x of the straight lines between points [x0, y0], [x1, y1], ...; before the first"
        " and after the last point, theirs. A curve of `tables` is written by its name.",
        "interpolate(elapsed, [[0 weeks, 0.1], [8 weeks, 0.4], [26 weeks, reach]])",
    ),
    _along("step", (_WHEN,), "0 before a moment, 1 from then on.", "step(2022-06-01)"),
    _along(
        "pulse",
        (_WHEN, Parameter("length", "time")),
        "1 from a moment on for a length of time, 0 before and after it.",
        "pulse(2022-06-01, 10 days)",
    ),
    _along(
        "ramp",
        (Parameter("from", "moment"), Parameter("to", "moment")),
        "0 up to a moment, then rising evenly to 1 at another, and 1 from then on.",
        "ramp(4 weeks, 2022-09-01)",
    ),
    Function(
        "smooth",
        Purpose.ALONG,
        (_X, _LENGTH),
        "same",
        "x with a lag: it moves towards x by the share 1 / time of the gap per unit of time; of an"
        " order above 1 through as many stages in a row, each that much faster.",
        "smooth(support, 4 weeks)",
        ("order",),
    ),
    Function(
        "delay",
        Purpose.ALONG,
        (_X, _LENGTH),
        "same",
        "What flows out of a store into which x flows and in which things stay for the time on"
        " average: of order 1 any time, of higher orders closer and closer to it.",
        "delay(demand, 12 weeks, order=3)",
        ("order",),
        ("order",),
    ),
    Function(
        "happened",
        Purpose.ALONG,
        (Parameter("event", "event"),),
        "pure",
        "How often an event has happened so far, several times in one step included; 0 at first.",
        "happened(raid) > 3",
    ),
    _over_time("always", (_TRUTH,), "truth", "True at every step.", "always(phase == war)"),
    _over_time("eventually", (_TRUTH,), "truth", "True at some step.", "eventually(arms > 2)"),
    _over_time(
        "until",
        (_TRUTH, Parameter("y", "truth")),
        "truth",
        "y becomes true at some step, and x holds at every step up to then.",
        "until(support > 0.5, phase == settlement)",
    ),
    _over_time(
        "at",
        (_ANY, _WHEN),
        "same",
        "Value on a date, or at a time since the start.",
        "at(support, 2022-07-05)",
        windowed=False,
    ),
    _over_time(
        "final", (_ANY,), "same", "Value at the last step.", "final(support)", windowed=False
    ),
    _over_time(
        "mean",
        (_ANY,),
        "mean",
        "Mean over time; of a condition, the share of time it holds.",
        "mean(dissent, until=26 weeks)",
    ),
    _over_time("max", (_X,), "same", "Largest value over time.", "max(arms)"),
    _over_time("min", (_X,), "same", "Smallest value over time.", "min(arms, since=2022-06-01)"),
    _over_time(
        "first",
        (_TRUTH,),
        "moment",
        "When it is first true: a time since the start, or never, which is later than any time.",
        "first(phase == war) < first(support < 0.5)",
    ),
    _over_time(
        "last",
        (_TRUTH,),
        "moment",
        "When it is true for the last time; never where it is not true at any step.",
        "last(phase == war) < 2022-07-05",
    ),
    _over_time("count", (_TRUTH,), "pure", "At how many steps it is true.", "count(arms > 2) >= 3"),
    _over_time(
        "duration",
        (_TRUTH,),
        "time",
        "For how long it is true: the share of the steps, times the length of the window.",
        "duration(phase == war) > 10 weeks",
    ),
    _over_time("rises", (_X,), "truth", "Higher at the end than at first.", "rises(support)"),
    _over_time(
        "falls", (_X,), "truth", "Lower at the end than at first.", "falls(arms, until=12 weeks)"
    ),
    _game(
        "probability",
        (_GAME, _STATE, Parameter("actor", "actor", optional=True), Parameter("action", "action")),
        "pure",
        "Equilibrium probability that the actor takes the action, given that it gets to choose; of "
        "a game with states, in one of them. Of a place, which is written as the actions that lead "
        "there: that the last of them is taken once the others have been. With `type=hard`, of an "
        "actor of that type.",
        "probability(provocation, strike.ignore) > 0.5",
    ),
    _game(
        "reached",
        (_GAME, Parameter("place", "place")),
        "pure",
        "Equilibrium probability that play gets to a place: that all actions that lead there are "
        "taken.",
        "reached(provocation, strike.ignore) < 0.1",
    ),
    _game(
        "belief",
        (
            _GAME,
            Parameter("place", "place"),
            Parameter("actor", "actor", optional=True),
            Parameter("type", "type", optional=True),
        ),
        "pure",
        "What the actor who moves at a place believes once it has to choose, by Bayes' rule: the "
        "probability that another actor is of a type; without them, that it stands at this place "
        "and not at another that looks the same to it.",
        "belief(provocation, strike) > 0.5",
    ),
    _game(
        "payoff",
        (_GAME, _STATE, _ACTOR, Parameter("action", "action", optional=True, repeated=True)),
        "payoff",
        "Expected equilibrium payoff of the actor: of the game, of one of its actions, or once "
        "play has got to a place. With `type=hard`, if it is of that type.",
        "payoff(provocation, russia, strike) > payoff(provocation, russia, hold)",
    ),
    _game(
        "dominates",
        (_GAME, _STATE, _ACTOR, Parameter("a", "action"), Parameter("b", "action")),
        "truth",
        "Action a is at least as good as b for the actor, whatever the others do.",
        "dominates(provocation, russia, strike, hold)",
    ),
    _game(
        "type",
        (_ACTOR,),
        "type",
        "In a game with private information: the type of an actor, to be compared with a name. "
        "Only in the tree and the types of the game.",
        "0.4 if type(challenger) == hard else -1",
    ),
    _game(
        "value",
        (_GAME, Parameter("state", "state"), _ACTOR),
        "payoff",
        "Expected payoffs of the actor in this and all later periods, discounted, from a state of "
        "a game with states. Also inside a run.",
        "value(rivalry, calm, russia) > value(rivalry, crisis, russia)",
    ),
)

FUNCTIONS: dict[str, tuple[Function, ...]] = {}
for _function in _FUNCTIONS:
    FUNCTIONS[_function.name] = (*FUNCTIONS.get(_function.name, ()), _function)

ABOUT_TIMES = frozenset(("first", "last", "count", "duration", "rises", "falls"))
"""Functions over time that say when, how often and for how long."""

FREE_FUNCTIONS = ABOUT_TIMES | {
    "interpolate",
    "step",
    "pulse",
    "ramp",
    "smooth",
    "delay",
    "reached",
    "belief",
    "happened",
    "type",
    "atan",
}
"""Functions whose names a case may still give to its own things; the brackets tell them apart."""

KEYWORDS = frozenset(
    ("and", "or", "not", "if", "else", "for", "in", "is", "as", "None", "True", "False")
)
"""Words of the grammar, which no name can be; the other keywords of Python are free."""

TIME_WORDS = ("day", "week", "month", "year")

RESERVED: dict[str, str] = {
    "phase": "the present phase of the case",
    "now": "the date of the present step",
    "elapsed": "the time since the start",
    "month_of_year": "the month of the present day, from 1 to 12",
    "day_of_year": "the present day, counted from 1 January as 1 up to 366",
    "chance": "a move of nature in a game tree",
    "true": "a truth value",
    "false": "a truth value",
    "do": "an intervention: `x | do(y = 0)` is x in the same world with y held at 0; "
    "`do(y[c] = 0)` holds one member",
    "sum": "a reduction over a set: `sum(x[c] for c in city)`",
} | {word: f"one {word}, as a length of time" for word in TIME_WORDS}
