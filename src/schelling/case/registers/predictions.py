"""The table of predictions: what somebody, or some model, said of a question before its answer."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping, Sequence

from schelling.case.file import csv_table, disk
from schelling.case.file.csv_table import Cells, Column, Reader, Shape
from schelling.case.language.typed.scope import suggest
from schelling.case.model import Question
from schelling.case.records import Prediction
from schelling.case.registers import register
from schelling.errors import Problem

KINDS = ("p", "quantiles", "interval", "bins")
_DAY, _TEXT, _EVERY = "a date, YYYY-MM-DD", "text", "every prediction"
COLUMNS: dict[str, Column] = {
    "forecast_id": Column("The question.", "its `id` in the register", "F01", _EVERY),
    "model_id": Column("Who or what predicts.", "a name", "anna", _EVERY),
    "made_at": Column(
        "Day it was made. The one that stands when the window opens is compared; later ones are "
        "updates.",
        _DAY,
        "2026-01-04",
        _EVERY,
    ),
    "data_until": Column("Last day whose events it may know of.", _DAY, "2026-01-03", _EVERY),
    "kind": Column(
        "`p`: a probability; `quantiles`: numbers by level; `interval`: two ends; `bins`: a "
        "probability for each answer of an ordered question.",
        "`p` or `interval` for a yes or no; `bins` for an ordered question; `quantiles` or "
        "`interval` for a number or a date",
        "p",
        _EVERY,
    ),
    "value": Column(
        "What is predicted. Numbers are in the unit of the question; of a date, days since the "
        "window opens. An interval of a number is its central 90 %.",
        "`p`: 0.4; `quantiles`: 0.05: 1; 0.5: 3; 0.95: 9; `interval`: 0.2 to 0.45; `bins`: 0.2; "
        "0.5; 0.3",
        "0.4",
        _EVERY,
    ),
    "weighting": Column(
        "How shares of worlds were turned into a probability, if they were.",
        _TEXT,
        "equal weights",
    ),
    "model_sha256": Column("Digest of the model.", "64 hexadecimal digits", "9f86d081…"),
    "seed": Column("Seed of the run.", "a whole number", "0"),
    "note": Column("Anything a reader should know.", _TEXT, "mean of three judges"),
}
REQUIRED: dict[str, str] = dict.fromkeys(
    ("forecast_id", "model_id", "made_at", "data_until", "kind", "value"), "E602"
)
SHAPE = Shape("table of predictions", "predictions", COLUMNS, REQUIRED)
_HINTS = {
    "p": "a number from 0 to 1",
    "quantiles": "such as 0.05: 1; 0.5: 3; 0.95: 9",
    "interval": "such as 0.2 to 0.45",
    "bins": "one probability for each bin, together 1",
}


def parse(
    text: disk.Text, questions: Sequence[Question]
) -> tuple[tuple[Prediction, ...], list[Problem]]:
    """Read the predictions; each problem names its row and column."""
    reader = Reader(text, SHAPE)
    known = {question.name: question for question in questions}
    met: dict[tuple[object, ...], int] = {}
    found: list[Prediction] = []
    with contextlib.suppress(csv_table.Enough):
        for given in reader.rows():
            made = _row(reader, given, known)
            if made is not None:
                _once(reader, made, met)
                found.append(made)
    return tuple(found), reader.problems


def _once(reader: Reader, made: Prediction, met: dict[tuple[object, ...], int]) -> None:
    """Report a second prediction of the same question by the same model on the same day."""
    key = made.question, made.model, made.made_at, made.data_until, made.kind, made.weighting
    line = met.setdefault(key, reader.line)
    if line != reader.line:
        message = f"prediction of '{made.question}': '{made.model}' has another of the same day "
        message += f"(line {line})"
        reader.report("E641", message, "made_at", "keep one of them")


def _row(reader: Reader, given: Cells, known: Mapping[str, Question]) -> Prediction | None:
    name = given["forecast_id"]
    question = known.get(name)
    if question is None:
        message = f"a prediction of '{name}', which is not a question of the register"
        reader.report("E620", message, "forecast_id", suggest(name, known))
        return None
    who = f"prediction of '{name}'"
    if not given["model_id"]:
        reader.report("E641", f"{who} does not say who made it (column 'model_id')", "model_id")
    reader.alike("E641", "model", "model_id")
    made = reader.date("E641", who, given, "made_at")
    until = reader.date("E641", who, given, "data_until")
    if made is not None and until is not None and made < until:
        message = f"{who}: made ({made}) before its data end ({until})"
        reader.report("E641", message, "data_until")
    numbers = _numbers(reader, given, question)
    if made is None or until is None or numbers is None:
        return None
    levels, values = numbers
    return Prediction(
        question=name,
        model=given["model_id"],
        made_at=made,
        data_until=until,
        kind=given["kind"],
        values=values,
        levels=levels,
        weighting=given.get("weighting", ""),
        retrospective=until > question.opens,
        columns=given,
    )


_ALLOWED = {
    "binary": ("p", "interval"),
    "conditional": ("p", "interval"),
    "ordered": ("bins",),
}
_SUM = 1e-6  # what rounding to six decimals leaves
Numbers = tuple[tuple[float, ...], tuple[float, ...]]


def _numbers(reader: Reader, given: Cells, question: Question) -> Numbers | None:
    """Levels and values of a row, or None when they are reported."""
    kind, written, who = given["kind"], given["value"], f"prediction of '{question.name}'"
    probable = question.kind in register.PROBABLE
    allowed = _ALLOWED.get(question.kind, ("quantiles", "interval"))
    if kind not in KINDS:
        reader.report("E641", f"{who}: unknown kind '{kind}'", "kind", suggest(kind, KINDS))
        return None
    if kind not in allowed:
        message = f"{who}: '{kind}' does not predict a question of kind '{question.kind}'"
        reader.report("E641", message, "kind", " or ".join(allowed))
        return None
    found = _read(kind, written)
    if found is None:
        message = f"{who}: '{written}' is not a value of kind '{kind}'"
        reader.report("E640", message, "value", _HINTS[kind])
        return None
    levels, values = found
    message = ""
    if (probable or kind == "bins") and not all(0 <= value <= 1 for value in values):
        message = f"{who}: '{written}' is not a probability"
    elif kind == "bins" and (len(values) != len(question.bins) or abs(sum(values) - 1) > _SUM):
        message = f"{who}: {len(question.bins)} bins need as many probabilities, which add up to 1"
    elif any(not 0 < level < 1 for level in levels):
        message = f"{who}: the levels of quantiles lie between 0 and 1"
    elif any(b <= a for a, b in itertools.pairwise(levels)):
        message = f"{who}: the levels of the quantiles do not rise"
    elif kind != "bins" and any(b < a for a, b in itertools.pairwise(values)):
        fault = "the lower end is above the higher one" if kind == "interval" else "quantiles fall"
        message = f"{who}: {fault}"
    if message:
        reader.report("E640", message, "value", _HINTS[kind])
    return None if message else found


def _read(kind: str, written: str) -> Numbers | None:
    """Levels and values as written, or None when they are not numbers."""
    if kind == "p":
        parts, levels = [written], []
    elif kind == "bins":
        parts, levels = [part for part in written.split(";") if part.strip()], []
    elif kind == "interval":
        parts, levels = written.split(" to "), []
        if len(parts) != 2:
            return None
    else:
        pairs = [pair.split(":") for pair in written.split(";") if pair.strip()]
        if not pairs or any(len(pair) != 2 for pair in pairs):
            return None
        levels, parts = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    read_levels = [csv_table.number(level.strip()) for level in levels]
    read_values = [csv_table.number(part.strip()) for part in parts]
    if None in read_levels or None in read_values:
        return None
    return (
        tuple(level for level in read_levels if level is not None),
        tuple(value for value in read_values if value is not None),
    )
