"""The JSON Schema of a case file, from the models that read it."""

from __future__ import annotations

from typing import Any

from schelling.case.schema.case_file import NAMED, CaseFile

_NAME = "^[A-Za-z][A-Za-z0-9_]{0,79}$"
_INDEXED = "^[A-Za-z][A-Za-z0-9_]{0,79}( *\\[[A-Za-z0-9_, ]+\\])?$"


_FOR_MEMBERS = (
    ("Assumption", "prior"),
    ("Stock", "start"),
    ("Stock", "change"),
    ("Variable", "value"),
    ("Event", "hazard"),
    ("Event", "while"),
    ("Claim", "holds"),
)
"""What a definition over a set can give as a mapping of members to expressions."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a case file, for editors."""
    schema = CaseFile.model_json_schema(by_alias=True, mode="validation")
    for part in schema["$defs"].values():
        for field in part["properties"].values():
            field.pop("title", None)  # made up from the key; editors show the key itself
    for name, field in schema["properties"].items():
        field.pop("title", None)
        if name in NAMED:
            field["propertyNames"] = {"pattern": _NAME if name == "actors" else _INDEXED}
    for name in ("Assumption", "Claim", "Population"):
        schema["$defs"][name]["anyOf"] = [{"required": ["from"]}, {"required": ["why"]}]
    for name, field in _FOR_MEMBERS:
        of_each = {"type": "object", "additionalProperties": {"type": ["string", "number"]}}
        found = schema["$defs"][name]["properties"][field]
        found["anyOf"] = [*found.get("anyOf", [{"type": found.pop("type", "string")}]), of_each]
    for name in ("Variable", "Trait", "AgentVariable"):
        whole = schema["$defs"][name]
        schema["$defs"][name] = {"anyOf": [whole["properties"]["value"], whole]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
