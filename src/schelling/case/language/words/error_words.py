"""Every error model: how an observed number strays from what a world has, and what it takes.

A part of the language's tables, read by the checker and the reference pages. Where a model is a
family of priors too, its parameters are the same in the same order.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

TRIALS = "trials"
"""Stands in an error model for the column of that name, where the table has one."""


class Size(enum.Enum):
    """What a parameter is measured in."""

    SERIES = "the unit of the series"
    PURE = "a pure number"


class Values(enum.Enum):
    """Which numbers can be observed."""

    ALL = "any number"
    POSITIVE = "a number above 0"
    COUNTS = "a whole number, 0 or more"
    OF_TRIALS = "a whole number from 0 to the number of trials"


@dataclass(frozen=True)
class ErrorModel:
    """One error model.

    Attributes:
        name: How it is written.
        parameters: Names of the parameters in order, and what each is measured in.
        values: Which numbers can be observed.
        doc: One line.
        example: A model that uses it.
    """

    name: str
    parameters: tuple[tuple[str, Size], ...]
    values: Values
    doc: str
    example: str

    @property
    def form(self) -> str:
        """How it is called."""
        return f"{self.name}({', '.join(name for name, _ in self.parameters)})"


ERROR_MODELS: dict[str, ErrorModel] = {
    m.name: m
    for m in (
        ErrorModel(
            "normal",
            (("mean", Size.SERIES), ("sd", Size.SERIES)),
            Values.ALL,
            "Normal errors with a standard deviation in the unit of the series.",
            "normal(100 * support + bias, poll_error)",
        ),
        ErrorModel(
            "lognormal",
            (("median", Size.SERIES), ("sigma", Size.PURE)),
            Values.POSITIVE,
            "The logarithm has normal errors with standard deviation sigma around log(median).",
            "lognormal(losses, 0.2)",
        ),
        ErrorModel(
            "student_t",
            (("df", Size.PURE), ("location", Size.SERIES), ("scale", Size.SERIES)),
            Values.ALL,
            "Student's t around a location: heavy tails, so that single rows can be far off.",
            "student_t(4, 100 * support, 3)",
        ),
        ErrorModel(
            "binomial",
            (("trials", Size.PURE), ("chance", Size.PURE)),
            Values.OF_TRIALS,
            "So many of independent trials, such as respondents of a poll.",
            "binomial(trials, support)",
        ),
        ErrorModel(
            "beta_binomial",
            (("trials", Size.PURE), ("mean", Size.PURE), ("concentration", Size.PURE)),
            Values.OF_TRIALS,
            "Binomial with a chance of its own in every row: beta distributed with this mean, and "
            "the parameters a + b = concentration.",
            "beta_binomial(trials, support, 200)",
        ),
        ErrorModel(
            "negative_binomial",
            (("mean", Size.PURE), ("size", Size.PURE)),
            Values.COUNTS,
            "Counts with the variance mean + mean ** 2 / size; Poisson where size is large.",
            "negative_binomial(detained, 5)",
        ),
    )
}
