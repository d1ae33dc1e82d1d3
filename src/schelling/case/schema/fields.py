"""Kinds of values that keys of a case file take, shared by the models of its sections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) else value


_EXPRESSION = BeforeValidator(_as_text, json_schema_input_type=str | float | bool)

Expr = Annotated[
    str,
    _EXPRESSION,
    Field(
        description="An expression of the language; see the reference of functions.",
        examples=["rate * (1 - support)", "max(0, demand)", "1 if phase == war else 0"],
    ),
]
_EACH = BeforeValidator(
    lambda v: v if isinstance(v, dict | list) else {"": v},  # pyright: ignore
    json_schema_input_type=str | float | dict[str, Expr],
)
EachExpr = Annotated[dict[str, Expr], _EACH]
"""An expression for each of several, by name; one for all has the name ""."""
Passages = Annotated[
    list[str],
    BeforeValidator(
        lambda v: v.replace(",", " ").split() if isinstance(v, str) else v,  # pyright: ignore
        json_schema_input_type=str | list[str],
    ),
    Field(
        alias="from",
        description="The passage or passages it comes from.",
        examples=["P1.S1", ["P1.S1", "P2.S3"]],
    ),
]
Actors = Annotated[
    list[str],
    BeforeValidator(
        lambda v: v.replace(",", " ").split() if isinstance(v, str) else v,  # pyright: ignore
        json_schema_input_type=str | list[str],
    ),
]
"""One actor or several."""
Unit = Annotated[
    str,
    Field(
        description="A product of powers of units; a pure number when left out.",
        examples=["share", "percent", "1 / week", "EUR / month", "person", "weapon"],
    ),
]
Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2022-03-21"])]
Length = Annotated[str, Field(examples=["1 week", "10 days", "1 month"])]
Bounds = Annotated[
    list[float],
    Field(examples=[[0, 1]], json_schema_extra={"minItems": 2, "maxItems": 2}),
]


def is_expression(metadata: Iterable[object]) -> bool:
    """Whether the metadata of a field are those of an expression, or of one for each of several."""
    return any(one is _EXPRESSION or one is _EACH for one in metadata)


class Strict(BaseModel):
    """A mapping with the keys it knows and no others."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Traced(Strict):
    """Everything that is said by somebody somewhere, or assumed for a reason."""

    from_: Passages = []
    why: str = Field("", description="The reason, in a sentence.")
    says: str = Field("", description="What it means, in your own words.")
    drafted: str = Field(
        "",
        description="By what it was drafted, for as long as nobody has compared it with the text.",
    )


class Computed(Traced):
    """What has a `value`, and can be written as that value alone."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return {"value": data} if isinstance(data, str | int | float) else data
