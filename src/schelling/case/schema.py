"""The shape of a case file: which keys exist and what kind of value each takes.

The pydantic models here are read by the checker and turned into the published JSON Schema. What a
value *means* (names, units, dates, priors) is checked elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

LATER = {
    "sets": "sets and populations",
    "populations": "sets and populations",
    "observations": "evidence",
    "rivals": "rival arguments",
}


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


Expr = Annotated[
    str,
    BeforeValidator(_as_text, json_schema_input_type=str | float | bool),
    Field(description="An expression of the language; see the reference of functions."),
]
Passages = Annotated[
    list[str],
    BeforeValidator(
        lambda v: v.replace(",", " ").split() if isinstance(v, str) else v,  # pyright: ignore
        json_schema_input_type=str | list[str],
    ),
    Field(alias="from", description="The passage or passages it comes from."),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Traced(_Strict):
    """Everything that is said by somebody somewhere, or assumed for a reason."""

    from_: Passages = []
    why: str = Field("", description="The reason, in a sentence.")
    says: str = Field("", description="What it means, in your own words.")


class Source(_Strict):
    """A text the case refers to; the text itself may be absent."""

    file: str | None = Field(None, description="File in the case's folder.")
    sha256: str | None = Field(None, description="Digest of the whole file.")
    title: str = ""
    author: str = ""
    dated: str | None = Field(None, description="Day the text is dated, YYYY-MM-DD.")
    note: str = ""


class Passage(_Strict):
    """A stretch of a source by position, in code points, half-open."""

    source: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    sha256: str | None = None
    says: str = Field("", description="A paraphrase in your own words.")
    scope: Literal["in", "out"] = Field("in", description="`out` for labels and value judgements.")


class Time(_Strict):
    """The grid of steps."""

    start: str = Field(description="First day, YYYY-MM-DD.")
    until: str = Field(description="Last day, YYYY-MM-DD.")
    step: str = Field("1 week", description="Length of a step, such as `1 week`.")
    substeps: int = Field(1, ge=1, le=1000, description="Euler substeps within a step.")


class Assumption(_Traced):
    """Something uncertain, with a reason."""

    prior: Expr = Field(description="A distribution, a number, or `0.1 to 0.6` (central 90 %).")
    unit: str = ""
    within: list[float] | None = Field(None, description="Bounds the prior is cut to.")


class Correlation(_Strict):
    """Dependence between two assumptions."""

    between: list[str]
    rho: float = Field(gt=-1, lt=1, description="Correlation of the underlying normal scores.")
    why: str = ""


class Stock(_Traced):
    """Something that accumulates over time."""

    start: Expr
    change: Expr = Field("0", description="Rate of change per unit of time.")
    within: list[float] | None = Field(None, description="Bounds the stock is held in.")
    unit: str = ""


class Variable(_Traced):
    """Something computed afresh each step."""

    value: Expr
    unit: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, str | int | float) else data


class Event(_Traced):
    """Something that happens by chance or on a date."""

    hazard: Expr | None = Field(None, description="Chance per unit of time.")
    on: str | None = Field(None, description="Day it happens, YYYY-MM-DD.")
    while_: Expr | None = Field(None, alias="while", description="Condition for it to happen.")
    once: bool = Field(False, description="Whether it can happen only once.")
    effects: dict[str, Expr] = {}


class Actor(_Strict):
    """Somebody who chooses."""

    name: str = ""
    says: str = ""


class Played(_Strict):
    """When a game is played."""

    every: str | None = Field(None, description="Such as `4 weeks`.")
    on: str | None = Field(None, description="A single day, YYYY-MM-DD.")
    while_: Expr | None = Field(None, alias="while")


class Solve(_Strict):
    """How a game is solved."""

    as_: Literal["quantal"] = Field("quantal", alias="as")
    precision: Expr = Field(description="How sharply actors best-respond (lambda).")


class Branch(BaseModel):
    """What an action leads to: an end, or the next actor's choice under that actor's name."""

    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, dict[str, Branch | None]]  # pyright: ignore

    payoffs: dict[str, Expr] = {}
    effects: dict[str, Expr] = {}
    probability: Expr | None = Field(None, description="Under `chance` only.")
    says: str = ""
    from_: Passages = []
    why: str = ""


BRANCH_KEYS = tuple(field.alias or name for name, field in Branch.model_fields.items())

Tree = dict[str, dict[str, Branch | None]]


class Game(_Traced):
    """A game tree, played inside time or once."""

    played: Played | None = None
    solve: Solve
    tree: Tree = Field(description="One actor (or `chance`) and what each action leads to.")


class Claim(_Traced):
    """Something the argument says, as an expression that is true or false in each world."""

    holds: Expr

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return {"holds": data} if isinstance(data, str | int | float) else data


class Forecasts(_Strict):
    """The register of dated questions."""

    table: str = Field(description="CSV file in the case's folder.")


class CaseFile(_Strict):
    """A strategic argument as a case."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Schelling case, version 1")

    schelling: Literal[1] = Field(description="Version of the case language.")
    title: str
    about: str = Field("", description="What the argument is, in a paragraph.")
    sources: dict[str, Source] = {}
    passages: dict[str, Passage] = {}
    time: Time | None = None
    assumptions: dict[str, Assumption] = {}
    correlations: list[Correlation] = []
    stocks: dict[str, Stock] = {}
    variables: dict[str, Variable] = {}
    events: dict[str, Event] = {}
    phases: list[str] = []
    actors: dict[str, Actor | None] = {}
    games: dict[str, Game] = {}
    claims: dict[str, Claim] = {}
    forecasts: Forecasts | None = None


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a case file, for editors."""
    schema = CaseFile.model_json_schema(by_alias=True, mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for name, field in (("Variable", "value"), ("Claim", "holds")):
        full = schema["$defs"][name]
        short = full["properties"][field]
        schema["$defs"][name] = {"anyOf": [{k: v for k, v in short.items() if k != "title"}, full]}
    return schema
