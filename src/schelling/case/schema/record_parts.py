"""Sections of a case file that name tables of what is asked and of what was recorded."""

from __future__ import annotations

from pydantic import Field

from schelling.case.schema.fields import Day, Expr, Strict, Traced, Unit


class Forecasts(Strict):
    """The register of dated questions, and the tables beside it."""

    table: str = Field(
        description="The questions: a CSV file in the case's folder.", examples=["forecasts.csv"]
    )
    outcomes: str | None = Field(
        None, description="How they were resolved: a CSV file.", examples=["outcomes.csv"]
    )
    reference_classes: str | None = Field(
        None, description="Counts of past cases: a CSV file.", examples=["reference_classes.csv"]
    )
    predictions: str | None = Field(
        None, description="What others predicted: a CSV file.", examples=["predictions.csv"]
    )
    data_until: Day | None = Field(
        None, description="Last day whose events the case may know of, YYYY-MM-DD."
    )


class Observation(Traced):
    """A series of records about a quantity of the model, with the error that a record may have."""

    table: str = Field(
        description="The records: a CSV file in the case's folder.", examples=["polls.csv"]
    )
    model: Expr = Field(
        description="An error model whose arguments are expressions, as in a claim; a quantity "
        "that moves is taken at the step nearest to the day of the record.",
        examples=["normal(100 * support, poll_error)", "binomial(trials, support)"],
    )
    unit: Unit = ""
    until: Day | None = Field(
        None,
        description="Last day whose records may be used: a record enters if the day it is about, "
        "and the day it was published, are not later. `data_until` of the forecasts when left out.",
    )
