"""The table of outcomes: what became of the questions, row by row, revised by appending."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from schelling.case.file import csv_table, disk
from schelling.case.file.csv_table import Cells, Column, Reader, Shape
from schelling.case.language.typed.scope import suggest
from schelling.case.model import Question
from schelling.case.records import Outcome
from schelling.case.registers import register
from schelling.errors import Problem, Span

STATUSES = ("yes", "no", "value", "void", "ambiguous", "open")
MARKS = ("sourced", "recalled")
_DAY, _TEXT, _EVERY = "a date, YYYY-MM-DD", "text", "every outcome"
COLUMNS: dict[str, Column] = {
    "forecast_id": Column("The question.", "its `id` in the register", "F01", _EVERY),
    "status": Column(
        "What became of the question. `value`: a number, bin or date, in the column `value`; "
        "`void`: its void rule applies; `ambiguous`: judges disagree; `open`: not known yet.",
        "`yes`, `no`, `value`, `void`, `ambiguous` or `open`",
        "yes",
        _EVERY,
    ),
    "recorded_at": Column("Day it was written down.", _DAY, "2026-07-02", _EVERY),
    "source": Column(
        "Whose record says so; where it is open, what is known so far.", _TEXT, "Reuters", _EVERY
    ),
    "mark": Column(
        "`sourced`: looked up; `recalled`: from memory, to be checked.",
        "`sourced` or `recalled`",
        "sourced",
        _EVERY,
    ),
    "value": Column(
        "The answer of a numeric, ordered or date question; `never` for a date that did not come "
        "within the window.",
        "a number in the unit of the question, a bin, a date YYYY-MM-DD, or `never`",
        "0.71",
        "outcomes with the status `value`",
    ),
    "resolved_on": Column(
        "Day by which the answer was settled.",
        _DAY,
        "2026-05-20",
        "outcomes with the status `yes`, `no` or `value`",
    ),
    "vintage": Column(
        "Release of the data it is based on; each row of a question has its own.", _TEXT, "first"
    ),
    "source_url_or_ref": Column("Where to find the record.", _TEXT, "issue of 20 May 2026"),
    "resolver": Column("Who decided.", _TEXT, "analyst"),
    "note": Column("Anything a reader should know.", _TEXT, "revised by the agency on 3 June"),
    "supersedes": Column(
        "The earlier row of the same question that this one revises.", "its `vintage`", "first"
    ),
}
REQUIRED: dict[str, str] = dict.fromkeys(
    ("forecast_id", "status", "recorded_at", "source", "mark"), "E602"
)
SHAPE = Shape("table of outcomes", "outcomes", COLUMNS, REQUIRED)


def parse(
    text: disk.Text, questions: Sequence[Question]
) -> tuple[tuple[Outcome, ...], list[Problem]]:
    """Read the outcomes; each problem names its row and column.

    Returns:
        The latest outcome of each question that has one, in the order of the register, and the
        problems.
    """
    rows = _Outcomes(text, {question.name: question for question in questions})
    with contextlib.suppress(csv_table.Enough):
        for given in rows.reader.rows():
            rows.row(given)
        rows.conditions()
    latest = {name: kept[-1] for name, kept in rows.kept.items()}
    found: list[Outcome] = []
    for question in questions:
        last = latest.get(question.name)
        if last is not None:
            earlier = tuple(row.outcome for row in rows.kept[question.name][:-1])
            found.append(replace(last.outcome, earlier=earlier))
    return tuple(found), rows.reader.problems


@dataclass(frozen=True)
class _Row:
    """One sound row and where its cells stand."""

    outcome: Outcome
    line: int
    places: Mapping[str, Span]


class _Outcomes:
    def __init__(self, text: disk.Text, questions: Mapping[str, Question]) -> None:
        self.reader = Reader(text, SHAPE)
        self.report = self.reader.report
        self.questions = questions
        self.kept: dict[str, list[_Row]] = {}

    def row(self, given: Cells) -> None:
        name = given["forecast_id"]
        question = self.questions.get(name)
        if question is None:
            message = f"an outcome for '{name}', which is not a question of the register"
            self.report("E620", message, "forecast_id", suggest(name, self.questions))
            return
        who = f"outcome of '{name}'"
        self.words(given, who)
        recorded = self.reader.date("E622", who, given, "recorded_at")
        resolved = None
        if given.get("resolved_on"):
            resolved = self.reader.date("E622", who, given, "resolved_on")
        elif given["status"] in ("yes", "no", "value"):
            message = f"{who} is settled but has no day under 'resolved_on'"
            self.report("E622", message, "resolved_on" if "resolved_on" in given else "status")
        value = self.value(given, question)
        if recorded is None:
            return
        self.days(given, question, recorded, resolved)
        outcome = Outcome(
            question=name,
            status=given["status"],
            value=value,
            resolved_on=resolved,
            recorded_at=recorded,
            vintage=given.get("vintage", ""),
            source=given["source"],
            reference=given.get("source_url_or_ref", ""),
            mark=given["mark"],
            resolver=given.get("resolver", ""),
            note=given.get("note", ""),
            supersedes=given.get("supersedes", ""),
        )
        self.succession(given, outcome)
        row = _Row(outcome, self.reader.line, self.reader.places)
        self.kept.setdefault(name, []).append(row)

    def words(self, given: Cells, who: str) -> None:
        """Report words that are not among those the columns know."""
        for column, known in (("status", STATUSES), ("mark", MARKS)):
            if given[column] not in known:
                message = f"{who}: unknown {column} '{given[column]}'"
                self.report("E621", message, column, suggest(given[column], known))
        if not given["source"]:
            message = f"{who} has no source"
            self.report("E621", message, "source", "state whose record, or why there is none")

    def value(self, given: Cells, question: Question) -> float | str | None:
        """The value of a row; a status the kind of question does not allow is reported."""
        status, written, kind = given["status"], given.get("value", ""), question.kind
        who = f"outcome of '{question.name}'"
        probable = kind in register.PROBABLE
        if (status in ("yes", "no") and not probable) or (status == "value" and probable):
            allowed = "yes or no" if probable else "value"
            message = f"{who}: a question of kind '{kind}' resolves as {allowed}, not as '{status}'"
            self.report("E621", message, "status")
            return None
        if status != "value":
            if written:
                message = f"{who} has a value although its status is '{status}'"
                self.report("E621", message, "value", "a value belongs to the status 'value'")
            return None
        found = register.answer(question, written) if written else None
        if found is None:
            message = f"{who}: '{written}' is not an answer to a question of kind '{kind}'"
            column = "value" if "value" in given else "status"
            self.report("E621", message, column, register.ALLOWED.get(kind, ""))
        return found

    def days(
        self, given: Cells, question: Question, recorded: dt.date, resolved: dt.date | None
    ) -> None:
        """Report days in an impossible order."""
        who, registered = f"outcome of '{question.name}'", question.registered_at
        if resolved is not None and resolved < question.opens:
            message = f"{who}: settled on {resolved}, before its window opened ({question.opens})"
            self.report("E622", message, "resolved_on")
        if resolved is not None and recorded < resolved:
            message = f"{who}: recorded ({recorded}) before it was settled ({resolved})"
            self.report("E622", message, "recorded_at")
        if registered is not None and recorded < registered:
            message = f"{who}: recorded ({recorded}) before the question was put on record "
            self.report("E622", message + f"({registered})", "recorded_at")
        early = given["status"] == "value" and recorded < question.closes
        if early and (question.kind != "date" or given.get("value") == "never"):
            what = "never" if question.kind == "date" else "its number"
            message = f"{who}: {what} was recorded ({recorded}) before the window closes "
            self.report("E622", message + f"({question.closes})", "recorded_at")

    def succession(self, given: Cells, outcome: Outcome) -> None:
        """Report rows that do not revise the latest row of their question, and only it."""
        name, before = outcome.question, self.kept.get(outcome.question, [])
        who = f"outcome of '{name}'"
        vintages = [row.outcome.vintage for row in before]
        old, column = outcome.supersedes, "supersedes" if "supersedes" in given else "forecast_id"
        if not before and not old:
            return
        if before and outcome.recorded_at < before[-1].outcome.recorded_at:
            message = f"{who}: recorded before the row it revises (line {before[-1].line})"
            self.report("E622", message, "recorded_at")
        if outcome.vintage in vintages:
            message = f"{who}: the vintage '{outcome.vintage}' is given twice"
            where = "vintage" if "vintage" in given else "forecast_id"
            self.report("E618", message, where, "each row of a question needs its own")
        if not old:
            message = f"{who}: a further row must supersede an earlier one"
            self.report("E618", message, column, f"such as supersedes = '{vintages[-1]}'")
        elif old == outcome.vintage and old not in vintages:
            self.report("E618", f"{who} supersedes itself", column)
        elif old not in vintages:
            message = f"{who} supersedes '{old}', which is not the vintage of an earlier row"
            self.report("E618", message, column, suggest(old, vintages))
        elif old != vintages[-1]:
            message = f"{who} supersedes '{old}', which has been revised already"
            self.report("E618", message, column, f"the latest is '{vintages[-1]}'")

    def conditions(self) -> None:
        """Report answers of conditional questions that their antecedents do not allow."""
        status = {name: rows[-1].outcome.status for name, rows in self.kept.items()}
        for name, rows in self.kept.items():
            wanted = self.questions[name].antecedents
            states = [_state(status.get(other, "open"), answer) for other, answer in wanted]
            expected = next((s for s in ("void", "open") if s in states), "")
            last = rows[-1]
            if not expected or last.outcome.status in (expected, "ambiguous"):
                continue
            self.reader.places, self.reader.line = dict(last.places), last.line
            why = "did not happen" if expected == "void" else "is not decided yet"
            message = (
                f"outcome of '{name}': its antecedent {why}, so its status must be '{expected}'"
            )
            self.report("E621", message, "status")


def _state(status: str, wanted: bool) -> str:
    """What an antecedent says about the question: `met`, `void` or `open`."""
    if status == "open":
        return "open"
    return "met" if status == ("yes" if wanted else "no") else "void"
