"""From the tree of a file to the models of the schema, keeping what is sound.

A part that does not fit the schema is reported and left out, so that the rest is still checked;
the names it would have defined are remembered, so that using them is not a second problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import suggest
from schelling.case.model import CHANCE
from schelling.case.schema import blanks, commas
from schelling.case.schema.case_file import CaseFile
from schelling.case.schema.game_parts import BRANCH_KEYS, CELL_KEYS
from schelling.case.sources import Blank

MOST_DEFINITIONS = 5_000
_WORDS = {
    "dict": "a mapping of keys to values",
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "list": "a list",
    "bool": "true or false",
    "model": "a mapping of keys to values",
}
_SUCH_AS = {"prior": "such as 0.1 to 0.6 or beta(2, 5)", "within": "such as [0, 1]"}
_EITHER = {"variables": "an expression or a mapping", "claims": "an expression or a mapping"}


@dataclass(frozen=True)
class SoundParts:
    """The sound part of a case file, every name in the parts left out, and what is blank."""

    raw: CaseFile
    left_out: frozenset[str]
    blanks: tuple[Blank, ...] = ()


def read(draft: Draft) -> SoundParts | None:
    """Fit the file to the schema; None when nothing of it can be used."""
    data = draft.root.plain()
    if not isinstance(data, dict):
        draft.report("E203", "a case file is a mapping of keys to values", ())
        return None
    plain = cast("dict[str, Any]", data)
    if plain.get("schelling") is True:
        plain["schelling"] = "true"  # Python takes it for 1
    blank = blanks.take_out(plain)
    for one in blank:
        _check_keys(draft, one)
    left_out: set[str] = set()
    for _ in range(20):
        try:
            raw = CaseFile.model_validate(plain)
            return None if _too_many(draft, raw) else SoundParts(raw, frozenset(left_out), blank)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_context=True):
                found = cast("dict[str, Any]", detail)
                stray = _stray(detail["loc"], plain)
                if stray is not None:
                    found |= {"type": "extra_forbidden", "loc": stray}
                _report(draft, found["loc"], found)
                _leave_out(plain, found["loc"], str(found["type"]), left_out)
    return None


def _check_keys(draft: Draft, blank: Blank) -> None:
    """Report the unknown keys of a definition that is blank otherwise."""
    path = (blank.section, blank.name)
    known = _keys_at(path)
    given = draft.root.at(path).value
    for key in given if isinstance(given, dict) else ():
        if key not in known:
            draft.report_key("E201", f"unknown key '{key}'", (*path, key), hint=suggest(key, known))


def _too_many(draft: Draft, raw: CaseFile) -> bool:
    """Report more definitions than a person can have thought about."""
    parts = (cast("object", getattr(raw, name)) for name in CaseFile.model_fields)
    count = sum(len(cast("dict[str, Any]", part)) for part in parts if isinstance(part, dict))
    if count > MOST_DEFINITIONS:
        message = f"the case has {count:,} definitions; at most {MOST_DEFINITIONS:,} are allowed"
        draft.report("E109", message, ())
    return count > MOST_DEFINITIONS


def _stray(path: Path, data: dict[str, Any]) -> Path | None:
    """The key in a game that is neither one of its keys nor an actor or action, if to blame."""
    if path[2:4] == ("matrix", "cells"):
        return _stray_in_cell(path, data)
    if len(path) < 6 or path[0] != "games" or path[2] != "tree":
        return None
    actors = _names_in(data.get("actors")) | {CHANCE}
    for position in range(5, len(path), 2):  # games, name, tree, actor, action, key, action, key
        if str(path[position]) in BRANCH_KEYS:
            return None
        if str(path[position]) not in actors:
            return path[: position + 1]
    return None


def _stray_in_cell(path: Path, data: dict[str, Any]) -> Path | None:
    """The key of a cell of a table that is none."""
    moves = _at(data, (*path[:3], "moves"))
    depth = 4 + (len(cast("dict[str, Any]", moves)) if isinstance(moves, dict) else 0)
    stray = len(path) > depth and str(path[depth]) not in CELL_KEYS
    return path[: depth + 1] if stray else None


def _names_in(value: object) -> set[str]:
    """Every key and text directly in a section."""
    if isinstance(value, dict | list):
        return {str(entry) for entry in cast("list[object]", value) if _is_scalar(entry)}
    return {str(value)}


def _report(draft: Draft, path: Path, detail: dict[str, Any]) -> None:
    kind: str = detail["type"]
    *parent, last = path
    if kind == "extra_forbidden":
        inside = {"tree": BRANCH_KEYS, "matrix": CELL_KEYS}.get(str(path[2])) if path[4:] else None
        known = _keys_at(tuple(parent)) if inside is None else inside
        hint = commas.hint(draft, path) or suggest(str(last), known)
        draft.report_key("E201", f"unknown key '{last}'", path, hint=hint)
    elif kind == "missing":
        where = f"'{parent[-1]}'" if parent else "the case"
        hint = "begin with 'schelling: 1'" if path == ("schelling",) else ""
        draft.report_key("E202", f"{where} has no '{last}'", tuple(parent), hint=hint)
    elif path == ("schelling",):
        message = f"this program reads version 1 of the language, not '{detail['input']}'"
        draft.report("E111", message, path, hint="write 'schelling: 1'")
    else:
        _report_value(draft, path, detail)


def _report_value(draft: Draft, path: Path, detail: dict[str, Any]) -> None:
    """A value of the wrong kind, or outside its range."""
    kind, given = str(detail["type"]), cast("object", detail["input"])
    kinds = {"list": "a list", "dict": "a mapping", "NoneType": "nothing"}
    shown = kinds.get(type(given).__name__, f"'{given}'")
    *parent, last = path
    what = f"entry {last + 1} of '{parent[-1]}'" if isinstance(last, int) else f"'{last}'"
    expected = next((words for key, words in _WORDS.items() if kind.startswith(key)), "")
    if kind.startswith("model") and len(path) == 2:
        expected = _EITHER.get(str(path[0]), expected)
    message = f"{what} must be {expected}"
    if not expected:
        message = f"{what} must be {str(detail['msg']).removeprefix('Input should be ')}"
    hint = "put it in quotes" if kind == "string_type" and _is_scalar(given) else ""
    hint = f"such as [{given}]" if kind == "list_type" and _is_scalar(given) else hint
    hint = _SUCH_AS.get(str(last), hint)
    if given is None:
        hint = commas.nothing(draft, path)
        draft.report_key("E203", f"{message}; {shown} is given", path, hint=hint)
    else:
        draft.report("E203", f"{message}; {shown} is given", path, hint=hint)


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float | bool)


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
    section, *rest = path
    if section in ("schelling", "title"):
        data[section] = 1 if section == "schelling" else "untitled"
        return
    whole: Any = data.get(str(section))
    if rest and isinstance(whole, dict) and section not in ("time", "forecasts"):
        left_out.add(str(rest[0]))
        faulty = cast("dict[str, Any]", whole).pop(str(rest[0]), None)
        left_out |= _names_in(faulty) if section == "states" else set()
    else:
        left_out.update({str(section)}, _names_in(data.pop(str(section), None)))
        left_out |= {"phase"} if section == "phases" else set()


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
