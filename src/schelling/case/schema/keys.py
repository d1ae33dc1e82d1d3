"""Every key of a case file: the part it belongs to, what it takes, and what it means.

Read from the JSON Schema, for `schelling explain` and the reference page.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from schelling.case.schema.json_schema import json_schema

_TITLES = {
    "Source": "sources",
    "Passage": "passages",
    "Time": "time",
    "SetTable": "sets: table",
    "PairTable": "tables",
    "Assumption": "assumptions",
    "Correlation": "correlations",
    "Stock": "stocks",
    "Variable": "variables",
    "Unknown": "unknowns",
    "Population": "populations",
    "PopulationTies": "populations: ties",
    "Trait": "populations: traits",
    "AgentState": "populations: states",
    "AgentVariable": "populations: variables",
    "Event": "events",
    "Actor": "actors",
    "Game": "games",
    "Played": "games: played",
    "Solve": "games: solve",
    "Branch": "games: tree",
    "Matrix": "games: matrix",
    "Cell": "games: matrix: cells",
    "Claim": "claims",
    "Premise": "premises",
    "Forecasts": "forecasts",
    "Observation": "observations",
    "Rival": "rivals",
}


class Part(NamedTuple):
    """A mapping of the case file.

    Attributes:
        title: Where it stands, such as `games: tree`.
        schema: Its JSON Schema.
        short: Whether an expression alone stands for its `value`.
    """

    title: str
    schema: dict[str, Any]
    short: bool = False


class Key(NamedTuple):
    """One key of one part.

    Attributes:
        part: Title of the part it belongs to.
        takes: What kind of value it takes, in words.
        meaning: What it means.
    """

    part: str
    takes: str
    meaning: str


def parts() -> tuple[Part, ...]:
    """The case file as a whole, then every part of it in the order of the file."""
    whole = json_schema()
    found = [Part("a case", whole)]
    for name, title in _TITLES.items():
        schema = whole["$defs"][name]
        short = "properties" not in schema
        found.append(Part(title, schema["anyOf"][-1] if short else schema, short))
    return tuple(found)


@functools.cache
def keys() -> dict[str, list[Key]]:
    """Every key of a case file: the parts it belongs to, what it takes there, and its meaning."""
    found: dict[str, list[Key]] = {}
    for part in parts():
        for name, field in part.schema["properties"].items():
            meaning = field.get("description") or f"see the part '{target(field)}'"
            found.setdefault(name, []).append(Key(part.title, kind(field), meaning))
    return found


def title(model: str) -> str:
    """Title of the part that a model of the schema describes."""
    return _TITLES.get(model, "a case")


def target(field: dict[str, Any]) -> str:
    """Title of the part that a key refers to; empty when it takes plain values."""
    return _TITLES.get(str(field.get("$ref", "")).rpartition("/")[2], "")


def kind(field: dict[str, Any]) -> str:
    """What kind of value a key takes, in words."""
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " or ".join(f"`{word}`" for word in field["enum"])
    if "anyOf" in field:
        kinds = [kind(part) for part in field["anyOf"] if part.get("type") != "null"]
        if "number" in kinds:
            return "expression"
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in field:
        return "mapping"
    written = str(field.get("type", "mapping"))
    if written == "array":
        return (
            "two numbers"
            if field.get("maxItems") == 2 and field["items"].get("type") == "number"
            else "list"
        )
    words = {"string": "text", "object": "mapping", "integer": "whole number"}
    words |= {"boolean": "true or false"}
    return "date" if field.get("format") == "date" else words.get(written, written)
