"""The observed series of a case: each table read, and bound to the model by its error model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from schelling.case import names
from schelling.case.draft import Draft
from schelling.case.file import disk
from schelling.case.file.yaml_tree import Path as TreePath
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Call, Expression, Issue, Name
from schelling.case.language.typed.scope import Scope, family_name, suggest
from schelling.case.language.typed.types import Constant, Kind, Twin, Typed, operands
from schelling.case.language.typed.units import PURE, Unit
from schelling.case.language.words.error_words import ERROR_MODELS, TRIALS, ErrorModel, Size
from schelling.case.observations import ObservedSeries
from schelling.case.registers import observed
from schelling.case.schema.case_file import CaseFile
from schelling.case.schema.record_parts import Observation
from schelling.errors import Problem

_SOME = "such as normal(100 * support, poll_error)"


@dataclass(frozen=True)
class Observations:
    """The observed series of a case, and the files they stand in."""

    series: tuple[ObservedSeries, ...] = ()
    tables: tuple[disk.Text, ...] = ()


def read(
    draft: Draft,
    raw: CaseFile,
    scope: Scope,
    texts: dict[Path, str],
    until: dt.date | None,
) -> Observations:
    """Read every series; problems go to the draft.

    Args:
        draft: The case being read.
        raw: Its sections.
        scope: What a claim of the case can see.
        texts: Takes the files read, by path, for showing problems in their place.
        until: Last day whose events the case may know of.
    """
    series: list[ObservedSeries] = []
    files: dict[Path, disk.Text] = {}
    for name, one in raw.observations.items():
        path = ("observations", name)
        names.check(draft, family_name(name), path, element=False)
        table = _text(draft, (*path, "table"))
        if table is not None:
            if draft.changed is not None and texts and table.path not in texts:
                message = "a rival brings no evidence of its own: the case does not have this table"
                draft.report("E663", message, (*path, "table"))
            texts[table.path] = table.lined
            files[table.path] = table
        found = _series(draft, path, one, scope, table, _over(name, raw))
        last = draft.day((*path, "until")) if one.until is not None else until
        if last is not None and until is not None and last > until:
            message = f"the case may know of events up to {until} only"
            hint = "'data_until' of the forecasts says so"
            draft.report("E663", message, (*path, "until"), hint=hint)
        series.append(replace(found, until=last))
    return Observations(tuple(series), tuple(files.values()))


def _series(
    draft: Draft,
    path: TreePath,
    raw: Observation,
    scope: Scope,
    table: disk.Text | None,
    over: tuple[str, frozenset[str]] | None,
) -> ObservedSeries:
    unit = draft.unit((*path, "unit"))
    own_trials = table is not None and observed.has_trials(table)
    model, arguments = _model(draft, (*path, "model"), scope, unit, own_trials=own_trials)
    rows: tuple[observed.ObservedRow, ...] = ()
    if table is not None:
        first = arguments[0] if arguments and model is not None else None
        counted = model is not None and model.parameters[0][0] == TRIALS
        sized = counted and isinstance(first, Constant) and first.type.known
        trials = first.value if sized and isinstance(first, Constant) else None
        if over is not None and not observed.has_column(table, observed.MEMBER):
            message = f"a series over sets needs a column '{observed.MEMBER}' in its table"
            draft.report("E661", message, (*path, "table"))
        else:
            if over is None and observed.has_column(table, observed.MEMBER):
                message = f"the table has a column '{observed.MEMBER}', "
                message += "but the series is over no set"
                hint = f"write it as {path[1]}[SET], or leave the rows of other members out"
                draft.report("E661", message, (*path, "table"), hint=hint)
            rows, problems = observed.parse(table, model, trials, over)
            _note(draft, problems)
        if counted and own_trials and first is None and any(row.trials is None for row in rows):
            message = f"the model of '{path[1]}' says 'trials', but not every row has a number"
            draft.report("E661", f"{message} in that column", (*path, "table"))
    origin = draft.origin(path, raw.from_, raw.why, raw.says)
    name, word = str(path[1]), model.name if model is not None else ""
    written = draft.root.at((*path, "model")).text.strip()
    return ObservedSeries(name, word, arguments, written, unit, None, rows, origin)


def _over(name: str, raw: CaseFile) -> tuple[str, frozenset[str]] | None:
    """The member that a series is of, and all those of its family; None where it is over no set."""
    if "[" not in name:
        return None
    family = family_name(name)
    known = [one for one in raw.observations if family_name(one) == family]
    return _inside(name), frozenset(map(_inside, known))


def _inside(name: str) -> str:
    return name.partition("[")[2].rstrip("]")


def _note(draft: Draft, problems: Iterable[Problem]) -> None:
    for problem in problems:
        draft.note(problem)


def _text(draft: Draft, where: TreePath) -> disk.Text | None:
    """The table of a series, or None when it cannot be read."""
    path = draft.beside(where)
    if path is None:
        return None
    table = disk.read(path, disk.MAX_TABLE_BYTES)
    if isinstance(table, Problem):
        message = f"the table of observations cannot be read: {table.message}"
        hint = table.hint if table.code == "E103" else ""
        draft.report("E601", message, where, hint=hint)
        return None
    return table


def _model(
    draft: Draft, path: TreePath, scope: Scope, unit: Unit, *, own_trials: bool
) -> tuple[ErrorModel | None, tuple[Typed | None, ...]]:
    """An error model and its arguments; problems go to the draft."""
    expression = draft.parse(path)
    if expression is None:
        return None, ()
    if not isinstance(expression, Call) or expression.function not in ERROR_MODELS:
        message = f"'{brief(expression)}' is not an error model"
        written = expression.function if isinstance(expression, Call) else ""
        hint = suggest(written, ERROR_MODELS) or f"the models are {', '.join(ERROR_MODELS)}"
        draft.issue(path, Issue("E662", message, expression.place, hint=hint))
        return None, ()
    model = ERROR_MODELS[expression.function]
    count, needed = len(expression.arguments), len(model.parameters)
    if count != needed or expression.keywords:
        message = f"'{model.name}' takes {needed} arguments in order; {count} are given"
        if expression.keywords:
            message = f"'{model.name}' takes its arguments in order, without names"
        draft.issue(path, Issue("E662", message, expression.place, hint=model.form))
        return None, ()
    arguments = [
        _argument(draft, path, written, scope, parameter, unit, own_trials=own_trials)
        for written, parameter in zip(expression.arguments, model.parameters, strict=True)
    ]
    return model, tuple(arguments)


def _argument(
    draft: Draft,
    path: TreePath,
    written: Expression,
    scope: Scope,
    parameter: tuple[str, Size],
    unit: Unit,
    *,
    own_trials: bool,
) -> Typed | None:
    """One argument, a number in each world; None where each row has its own."""
    name, size = parameter
    by_row = name == TRIALS and isinstance(written, Name) and written.name == TRIALS
    if by_row and own_trials:
        return None
    if by_row and TRIALS not in scope.symbols:
        message = f"'{TRIALS}' is that of each row, but the table has no such column"
        hint = f"add the column '{TRIALS}' to the table, or write a number here"
        draft.issue(path, Issue("E662", message, written.place, hint=hint))
        return None
    typed = draft.typed(path, written, scope, unit if size is Size.SERIES else PURE)
    if not typed.type.known:
        return typed
    message = ""
    if typed.type.kind is not Kind.NUMBER:
        message = f"a number is needed here, but '{brief(written)}' is {typed.type.kind.value}"
    elif _has_twin(typed):
        message = "what was observed happened in the actual world, so 'do(...)' has no place here"
    elif name in _POSITIVE and isinstance(typed, Constant) and typed.value <= 0:
        message = f"'{name}' must be above 0; '{brief(written)}' is not"
    if message:
        draft.issue(path, Issue("E662", message, written.place, hint=_SOME))
    return typed


_POSITIVE = ("sd", "sigma", "df", "scale", "trials", "concentration", "size", "median")


def _has_twin(expression: Typed) -> bool:
    return isinstance(expression, Twin) or any(map(_has_twin, operands(expression)))
