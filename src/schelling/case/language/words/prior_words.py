"""Every family of priors, with its parameters and what must hold among them.

A part of the language's tables, read by the checker, the reference pages and `schelling explain`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple


class Rule(NamedTuple):
    """A condition on the parameters of a distribution, such as `sd > 0`.

    Attributes:
        left: A parameter.
        sign: `<`, `<=` or `>`.
        right: Another parameter, or a number.
    """

    left: str
    sign: str
    right: str | float

    def __str__(self) -> str:
        right = self.right if isinstance(self.right, str) else f"{self.right:g}"
        return f"{self.left} {self.sign} {right}"


class Support(enum.Enum):
    """The values a distribution can take, in words."""

    ALL = "all numbers"
    POSITIVE = "above 0"
    SHARES = "(0, 1)"
    BOUNDED = "[low, high]"
    LISTED = "the listed values"
    ONE = "one value"


@dataclass(frozen=True)
class Distribution:
    """One family of priors.

    Attributes:
        name: How it is written.
        parameters: Names of the parameters in order.
        rules: What must hold among the parameters.
        support: Which values it can take.
        doc: One line.
        example: A prior that uses it.
    """

    name: str
    parameters: tuple[str, ...]
    rules: tuple[Rule, ...]
    support: Support
    doc: str
    example: str


def _positive(parameter: str) -> Rule:
    return Rule(parameter, ">", 0)


_ORDERED = Rule("low", "<", "high")

DISTRIBUTIONS: dict[str, Distribution] = {
    d.name: d
    for d in (
        Distribution(
            "uniform",
            ("low", "high"),
            (_ORDERED,),
            Support.BOUNDED,
            "Every value between two bounds equally likely.",
            "uniform(0, 1)",
        ),
        Distribution(
            "normal",
            ("mean", "sd"),
            (_positive("sd"),),
            Support.ALL,
            "Normal (Gaussian) distribution.",
            "normal(0.5, 0.1)",
        ),
        Distribution(
            "lognormal",
            ("median", "sigma"),
            (_positive("median"), _positive("sigma")),
            Support.POSITIVE,
            "Its logarithm is normal with standard deviation sigma, centred on log(median).",
            "lognormal(2, 0.5)",
        ),
        Distribution(
            "truncnormal",
            ("mean", "sd", "low", "high"),
            (_positive("sd"), _ORDERED),
            Support.BOUNDED,
            "Normal cut to an interval.",
            "truncnormal(0.5, 0.2, 0, 1)",
        ),
        Distribution(
            "beta",
            ("a", "b"),
            (_positive("a"), _positive("b")),
            Support.SHARES,
            "Uncertain share, as known after about a successes and b failures.",
            "beta(11, 89)",
        ),
        Distribution(
            "gamma",
            ("shape", "scale"),
            (_positive("shape"), _positive("scale")),
            Support.POSITIVE,
            "Positive and skewed; the mean is shape times scale.",
            "gamma(2, 1.5)",
        ),
        Distribution(
            "exponential",
            ("mean",),
            (_positive("mean"),),
            Support.POSITIVE,
            "Waiting time with a constant hazard.",
            "exponential(8)",
        ),
        Distribution(
            "triangular",
            ("low", "mode", "high"),
            (_ORDERED, Rule("low", "<=", "mode"), Rule("mode", "<=", "high")),
            Support.BOUNDED,
            "The density rises in a straight line to the mode and falls in one after it.",
            "triangular(0, 0.2, 1)",
        ),
        Distribution(
            "loguniform",
            ("low", "high"),
            (_positive("low"), _ORDERED),
            Support.BOUNDED,
            "Uniform on a logarithmic scale.",
            "loguniform(0.5, 20)",
        ),
        Distribution(
            "logitnormal",
            ("median", "sigma"),
            (_positive("median"), Rule("median", "<", 1), _positive("sigma")),
            Support.SHARES,
            "Its log-odds are normal with standard deviation sigma, centred on logit(median).",
            "logitnormal(0.3, 0.8)",
        ),
        Distribution(
            "choice",
            ("values", "weights"),
            (),
            Support.LISTED,
            "One of a list of numbers, equally likely or with weights.",
            "choice([0, 1], [0.3, 0.7])",
        ),
        Distribution(
            "fixed", ("value",), (), Support.ONE, "A number taken as certain.", "fixed(0.9)"
        ),
    )
}
