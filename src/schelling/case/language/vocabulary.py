"""The one table of the language: every function, distribution and reserved word.

Checker, compiler, reference pages and `schelling explain` read this table; a test proves that the
compiler implements exactly what stands here.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Family(enum.Enum):
    """What a function is for, which decides where it may stand."""

    ELEMENT = "element by element"
    OVER_TIME = "over time"
    GAME = "about a game"


@dataclass(frozen=True)
class Function:
    """One function of the language.

    Attributes:
        name: How it is written.
        family: Where it may stand.
        parameters: Names and kinds of the positional arguments, such as `x: number`. A trailing
            `...` means one or more; a kind `same` means the unit of the first.
        result: Kind of the result: `number`, `pure` (no unit), `same`, `sqrt`, `truth`.
        doc: One line.
        example: An expression that uses it.
        windowed: Whether it takes `since=` and `until=`.
    """

    name: str
    family: Family
    parameters: tuple[str, ...]
    result: str
    doc: str
    example: str
    windowed: bool = False


@dataclass(frozen=True)
class Distribution:
    """One family of priors.

    Attributes:
        name: How it is written.
        parameters: Names of the parameters in order.
        rules: What must hold among the parameters, as (condition, words) with the parameters'
            names in the condition's place: see `schelling.case.sections.priors`.
        support: Where it puts its mass, in words.
        doc: One line.
        example: A prior that uses it.
        scaled: Which parameters carry the assumption's unit.
    """

    name: str
    parameters: tuple[str, ...]
    rules: tuple[str, ...]
    support: str
    doc: str
    example: str


def _element(
    name: str, parameters: tuple[str, ...], result: str, doc: str, example: str
) -> Function:
    return Function(name, Family.ELEMENT, parameters, result, doc, example)


def _over_time(
    name: str,
    parameters: tuple[str, ...],
    result: str,
    doc: str,
    example: str,
    *,
    windowed: bool = True,
) -> Function:
    return Function(name, Family.OVER_TIME, parameters, result, doc, example, windowed)


def _game(name: str, parameters: tuple[str, ...], result: str, doc: str, example: str) -> Function:
    return Function(name, Family.GAME, parameters, result, doc, example)


_FUNCTIONS = (
    _element("abs", ("x: number",), "same", "Size without the sign.", "abs(support - 0.5)"),
    _element("min", ("x: number", "y: same..."), "same", "Least of several.", "min(1, 2 * reach)"),
    _element("max", ("x: number", "y: same..."), "same", "Largest of several.", "max(0, demand)"),
    _element(
        "clip",
        ("x: number", "low: same", "high: same"),
        "same",
        "x held between two bounds.",
        "clip(support + rally, 0, 1)",
    ),
    _element("exp", ("x: pure",), "pure", "Exponential.", "exp(-elapsed / 6 weeks)"),
    _element("log", ("x: pure",), "pure", "Natural logarithm; x above 0.", "log(aid / 1 EUR)"),
    _element("sqrt", ("x: number",), "sqrt", "Square root; x at least 0.", "sqrt(variance)"),
    _element("sin", ("x: pure",), "pure", "Sine; x in radians.", "sin(6.283 * elapsed / 1 year)"),
    _element("cos", ("x: pure",), "pure", "Cosine; x in radians.", "cos(6.283 * elapsed / 1 year)"),
    _element("tanh", ("x: pure",), "pure", "Hyperbolic tangent.", "tanh(pressure)"),
    _element(
        "logistic",
        ("x: pure",),
        "pure",
        "1 / (1 + exp(-x)): an S-curve from 0 to 1.",
        "logistic(4 * (support - 0.5))",
    ),
    _element("logit", ("p: pure",), "pure", "log(p / (1 - p)); p in (0, 1).", "logit(support)"),
    _element(
        "normal_cdf",
        ("z: pure",),
        "pure",
        "Standard normal distribution function.",
        "normal_cdf((reach - 0.3) / 0.1)",
    ),
    _element(
        "threshold_share",
        ("mean: pure", "sd: pure"),
        "pure",
        "Share who act when each acts once the visible share reaches a normal threshold: the lowest"
        " fixed point (Granovetter 1978; Kuran 1991).",
        "threshold_share(0.25, 0.13)",
    ),
    _over_time("always", ("x: truth",), "truth", "True at every step.", "always(phase == war)"),
    _over_time("eventually", ("x: truth",), "truth", "True at some step.", "eventually(arms > 2)"),
    _over_time(
        "until",
        ("x: truth", "y: truth"),
        "truth",
        "y becomes true at some step, and x holds at every step up to then.",
        "until(support > 0.5, phase == settlement)",
    ),
    _over_time(
        "at",
        ("x: any", "when: moment"),
        "same",
        "Value on a date, or a while after the start.",
        "at(support, 2022-07-05)",
        windowed=False,
    ),
    _over_time(
        "final", ("x: any",), "same", "Value at the last step.", "final(support)", windowed=False
    ),
    _over_time(
        "mean",
        ("x: any",),
        "mean",
        "Mean over time; of a condition, the share of time it holds.",
        "mean(dissent, until=26 weeks)",
    ),
    _over_time("max", ("x: number",), "same", "Largest over time.", "max(arms)"),
    _over_time("min", ("x: number",), "same", "Least over time.", "min(arms, since=2022-06-01)"),
    _game(
        "probability",
        ("game: game", "state: state?", "actor: actor", "action: action"),
        "pure",
        "Equilibrium probability that the actor takes the action, given that it gets to choose; of "
        "a game with states, in one of them.",
        "probability(provocation, nato, ignore) > 0.5",
    ),
    _game(
        "payoff",
        ("game: game", "state: state?", "actor: actor", "action: action?"),
        "payoff",
        "Expected equilibrium payoff of the actor, or of one of its actions.",
        "payoff(provocation, russia, strike) > payoff(provocation, russia, hold)",
    ),
    _game(
        "dominates",
        ("game: game", "state: state?", "actor: actor", "a: action", "b: action"),
        "truth",
        "Action a is at least as good as b for the actor, whatever the others answer.",
        "dominates(provocation, russia, strike, hold)",
    ),
    _game(
        "value",
        ("game: game", "state: state", "actor: actor"),
        "payoff",
        "What a state of a game with states is worth to the actor: its expected payoffs of this "
        "and of all later periods, discounted. Also inside a run.",
        "value(rivalry, calm, russia) > value(rivalry, crisis, russia)",
    ),
)

FUNCTIONS: dict[str, tuple[Function, ...]] = {}
for _function in _FUNCTIONS:
    FUNCTIONS[_function.name] = (*FUNCTIONS.get(_function.name, ()), _function)

DISTRIBUTIONS: dict[str, Distribution] = {
    d.name: d
    for d in (
        Distribution(
            "uniform",
            ("low", "high"),
            ("low < high",),
            "[low, high]",
            "Every value between two bounds equally likely.",
            "uniform(0, 1)",
        ),
        Distribution(
            "normal",
            ("mean", "sd"),
            ("sd > 0",),
            "all numbers",
            "Bell curve.",
            "normal(0.5, 0.1)",
        ),
        Distribution(
            "lognormal",
            ("median", "sigma"),
            ("median > 0", "sigma > 0"),
            "above 0",
            "Its logarithm is normal with standard deviation sigma, centred on log(median).",
            "lognormal(2, 0.5)",
        ),
        Distribution(
            "truncnormal",
            ("mean", "sd", "low", "high"),
            ("sd > 0", "low < high"),
            "[low, high]",
            "Normal cut to an interval.",
            "truncnormal(0.5, 0.2, 0, 1)",
        ),
        Distribution(
            "beta",
            ("a", "b"),
            ("a > 0", "b > 0"),
            "(0, 1)",
            "Share after seeing about a successes and b failures.",
            "beta(11, 89)",
        ),
        Distribution(
            "gamma",
            ("shape", "scale"),
            ("shape > 0", "scale > 0"),
            "above 0",
            "Positive and skewed; the mean is shape times scale.",
            "gamma(2, 1.5)",
        ),
        Distribution(
            "exponential",
            ("mean",),
            ("mean > 0",),
            "above 0",
            "Waiting time with a constant hazard.",
            "exponential(8)",
        ),
        Distribution(
            "triangular",
            ("low", "mode", "high"),
            ("low < high", "low <= mode", "mode <= high"),
            "[low, high]",
            "Straight up to the mode, straight down after it.",
            "triangular(0, 0.2, 1)",
        ),
        Distribution(
            "loguniform",
            ("low", "high"),
            ("low > 0", "low < high"),
            "[low, high]",
            "Every ratio equally likely.",
            "loguniform(0.5, 20)",
        ),
        Distribution(
            "logitnormal",
            ("median", "sigma"),
            ("median > 0", "median < 1", "sigma > 0"),
            "(0, 1)",
            "Its log-odds are normal with standard deviation sigma, centred on logit(median).",
            "logitnormal(0.3, 0.8)",
        ),
        Distribution(
            "choice",
            ("values", "weights"),
            (),
            "the listed values",
            "One of a list of numbers, equally likely or with weights.",
            "choice([0, 1], [0.3, 0.7])",
        ),
        Distribution(
            "fixed", ("value",), (), "one value", "A number taken as certain.", "fixed(0.9)"
        ),
    )
}

KEYWORDS = frozenset(
    ("and", "or", "not", "if", "else", "for", "in", "is", "as", "None", "True", "False")
)
"""Words of the grammar, which no name can be; the other keywords of Python are free."""

TIME_WORDS = ("day", "week", "month", "year")

RESERVED: dict[str, str] = {
    "phase": "the present phase of the case",
    "now": "the date of the present step",
    "elapsed": "the time since the start",
    "chance": "a move of nature in a game tree",
    "true": "the truth value",
    "false": "the truth value",
    "do": "an intervention: `x | do(y = 0)` is x in the same world with y held at 0",
    "sum": "a reduction over a set (a later version)",
} | {word: f"one {word}, as a length of time" for word in TIME_WORDS}
