"""From the tree of a file to the models of the schema, keeping what is sound.

A part that does not fit the schema is reported and left out, so that the rest is still checked;
the names it would have defined are remembered, so that using them is not a second problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from schelling.case.draft import Draft
from schelling.case.schema import LATER, CaseFile
from schelling.case.scope import suggest
from schelling.case.text import Path

_SECTIONS = ("assumptions", "stocks", "variables", "events", "games", "passages", "sources")
_WORDS = {
    "dict": "a mapping of keys to values",
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "list": "a list",
    "bool": "true or false",
    "model": "a mapping of keys to values",
}


@dataclass(frozen=True)
class Structure:
    """The sound part of a case file, and the names of the parts left out."""

    raw: CaseFile
    left_out: frozenset[str]


def read(draft: Draft) -> Structure | None:
    """Fit the file to the schema; None when nothing of it can be used."""
    data = draft.root.plain()
    if not isinstance(data, dict):
        draft.report("E203", "a case file is a mapping of keys to values", ())
        return None
    plain = cast("dict[str, Any]", data)
    for key in [key for key in plain if key in LATER]:
        message = f"'{key}' ({LATER[key]}) comes in a later version of the language"
        draft.report_key("E204", message, (key,))
        del plain[key]
    left_out: set[str] = set()
    for _ in range(20):
        try:
            return Structure(CaseFile.model_validate(plain), frozenset(left_out))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_context=True):
                path = detail["loc"]
                _report(draft, path, cast("dict[str, Any]", detail))
                _leave_out(plain, path, str(detail["type"]), left_out)
    return None


def _report(draft: Draft, path: Path, detail: dict[str, Any]) -> None:
    kind: str = detail["type"]
    if kind == "extra_forbidden":
        known = _keys_at(path[:-1])
        message = f"unknown key '{path[-1]}'"
        draft.report_key("E201", message, path, hint=suggest(str(path[-1]), known))
    elif kind == "missing":
        parent = path[:-1]
        where = f"'{parent[-1]}'" if parent else "the case"
        draft.report_key("E202", f"{where} has no '{path[-1]}'", parent)
    elif path == ("schelling",):
        message = f"this version of the program reads version 1, not '{detail['input']}'"
        draft.report("E111", message, path, hint="write 'schelling: 1'")
    else:
        expected = next((w for key, w in _WORDS.items() if kind.startswith(key)), "")
        given = detail["input"]
        shown = (
            "nothing" if given is None else f"'{given}'" if _is_scalar(given) else "a collection"
        )
        message = (
            f"'{path[-1]}' is {expected}; {shown} is given"
            if expected
            else (f"'{path[-1]}': {_lower(detail['msg'])}; {shown} is given")
        )
        draft.report("E203", message, path)


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float | bool)


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _keys_at(path: Path) -> tuple[str, ...]:
    """The keys the schema allows at a path."""
    model: Any = CaseFile
    for key in path:
        field = model.model_fields.get(str(key)) if _is_model(model) else None
        if field is None:
            field = next(
                (f for f in getattr(model, "model_fields", {}).values() if f.alias == str(key)),
                None,
            )
        annotation = field.annotation if field is not None else model
        model = _inner_model(annotation)
    if not _is_model(model):
        return ()
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _is_model(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseModel)


def _inner_model(annotation: Any) -> Any:
    """The model inside `dict[str, Model]`, `Model | None` and the like."""
    if _is_model(annotation):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _inner_model(part)
        if _is_model(found):
            return found
    return annotation


def _leave_out(data: dict[str, Any], path: Path, kind: str, left_out: set[str]) -> None:
    """Remove the offending key, or the definition it belongs to."""
    if kind == "extra_forbidden":
        parent = _at(data, path[:-1])
        if isinstance(parent, dict):
            cast("dict[str, Any]", parent).pop(str(path[-1]), None)
        return
    section, *rest = (str(key) for key in path)
    if rest and section in _SECTIONS:
        left_out.add(rest[0])
    if rest and isinstance(data.get(section), dict) and section != "time":
        data[section].pop(rest[0], None)
    elif section in ("schelling", "title"):
        data[section] = 1 if section == "schelling" else "untitled"
    else:
        data.pop(section, None)


def _at(data: object, path: Path) -> object:
    if not path:
        return data
    key, *rest = path
    inner: object = None
    if isinstance(data, dict):
        inner = cast("dict[str, object]", data).get(str(key))
    elif isinstance(data, list) and isinstance(key, int):
        inner = cast("list[object]", data)[key]
    return _at(inner, tuple(rest))
