"""The forecasts of a case: the register of questions and the tables beside it, read together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from schelling.case.draft import Draft
from schelling.case.file import disk
from schelling.case.language.typed.scope import Scope
from schelling.case.model import Question
from schelling.case.records import Outcome, Prediction, ReferenceClass
from schelling.case.registers import classes, outcomes, predictions, register, seal
from schelling.case.registers.bindings import Binder
from schelling.case.registers.register import Known
from schelling.case.schema.case_file import CaseFile
from schelling.errors import Problem

TABLES = {
    "table": "the forecast register",
    "outcomes": "the table of outcomes",
    "reference_classes": "the table of reference classes",
    "predictions": "the table of predictions",
}
"""Keys of the section that name a file, and what the file is."""


@dataclass(frozen=True)
class Forecasts:
    """The register and the tables beside it.

    Attributes:
        tables: The files read, the seal included.
        keys: Which key of the section names which file.
        data_until: Last day whose events the case may know of.
    """

    questions: tuple[Question, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    classes: tuple[ReferenceClass, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    tables: tuple[disk.Text, ...] = ()
    keys: tuple[tuple[str, Path], ...] = ()
    data_until: dt.date | None = None


def read(draft: Draft, raw: CaseFile, scope: Scope, texts: dict[Path, str]) -> Forecasts:
    """Read every table of the section; problems go to the draft.

    Args:
        draft: The case being read.
        raw: Its sections.
        scope: What the bindings of questions can see.
        texts: Takes the files read, by path, for showing problems in their place.
    """
    if raw.forecasts is None:
        return Forecasts()
    where = ("forecasts", "data_until")
    until = draft.day(where) if raw.forecasts.data_until is not None else None
    found: dict[str, disk.Text] = {}
    for key in TABLES:
        table = _text(draft, key, getattr(raw.forecasts, key))
        if table is not None:
            texts[table.path] = table.lined
            found[key] = table
    classed: tuple[ReferenceClass, ...] = ()
    named: frozenset[str] | None = None
    if "reference_classes" in found:
        classed, problems, named = classes.parse(found["reference_classes"])
        _note(draft, problems)
    questions: tuple[Question, ...] = ()
    if "table" in found:
        claims = frozenset((*raw.claims, *draft.claims))
        known = Known(draft.passages, claims, draft.left_out, named, until)
        questions, problems = register.parse(found["table"], known, Binder(scope, draft.known))
        _note(draft, problems)
    resolved: tuple[Outcome, ...] = ()
    predicted: tuple[Prediction, ...] = ()
    if "outcomes" in found and "table" in found:
        resolved, problems = outcomes.parse(found["outcomes"], questions)
        _note(draft, problems)
    if "predictions" in found and "table" in found:
        predicted, problems = predictions.parse(found["predictions"], questions)
        _note(draft, problems)
    sealed = _seal(draft, found)
    if sealed is not None:
        texts[sealed.path] = sealed.lined
    return Forecasts(
        questions=questions,
        outcomes=resolved,
        classes=classed,
        predictions=predicted,
        tables=(*found.values(), *([sealed] if sealed is not None else ())),
        keys=tuple((key, table.path) for key, table in found.items()),
        data_until=until,
    )


def _seal(draft: Draft, found: Mapping[str, disk.Text]) -> disk.Text | None:
    """The seal beside the register, where there is one; what it disproves goes to the draft."""
    if "table" not in found or not disk.exists(seal.place(found["table"].path)):
        return None
    sealed = disk.read(seal.place(found["table"].path), disk.MAX_TABLE_BYTES)
    if isinstance(sealed, Problem):
        message = f"the seal of the register cannot be read: {sealed.message}"
        draft.report("E651", message, ("forecasts", "table"))
        return None
    _note(draft, seal.check(sealed, found))
    return sealed


def _note(draft: Draft, problems: Iterable[Problem]) -> None:
    for problem in problems:
        draft.note(problem)


def _text(draft: Draft, key: str, name: str | None) -> disk.Text | None:
    """The file a key names, or None when there is none or it cannot be read."""
    if name is None:
        return None
    where = ("forecasts", key)
    path = draft.beside(where)
    if path is None:
        return None
    table = disk.read(path, disk.MAX_TABLE_BYTES)
    if isinstance(table, Problem):
        message = f"{TABLES[key]} cannot be read: {table.message}"
        hint = table.hint if table.code == "E103" else ""
        draft.report("E601", message, where, hint=hint)
        return None
    return table
