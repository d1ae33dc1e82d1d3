"""The JSON Schema of a case file, from the models that read it."""

from __future__ import annotations

from typing import Any

from schelling.case.schema.case_file import NAMED, CaseFile


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a case file, for editors."""
    schema = CaseFile.model_json_schema(by_alias=True, mode="validation")
    for part in schema["$defs"].values():
        for field in part["properties"].values():
            field.pop("title", None)  # made up from the key; editors show the key itself
    for name, field in schema["properties"].items():
        field.pop("title", None)
        if name in NAMED:
            field["propertyNames"] = {"pattern": "^[A-Za-z][A-Za-z0-9_]*$", "maxLength": 80}
    for name in ("Assumption", "Claim"):
        schema["$defs"][name]["anyOf"] = [{"required": ["from"]}, {"required": ["why"]}]
    whole = schema["$defs"]["Variable"]
    schema["$defs"]["Variable"] = {"anyOf": [whole["properties"]["value"], whole]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
