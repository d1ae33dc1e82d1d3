"""The register made of a platform's questions, checked like any case before it is handed over."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schelling.case import check
from schelling.case.file import disk
from schelling.errors import Problem, printable
from schelling.interchange.case_text import quoted
from schelling.interchange.foreign import Findings

REGISTER, OUTCOMES, PREDICTIONS = "forecasts.csv", "outcomes.csv", "predictions.csv"
_SUBJECT = re.compile(r"\A(?:question|outcome of|prediction of) '[^']*'(?:: | (?=supersedes|asks))")
_SAID = {OUTCOMES: "the outcome of ", PREDICTIONS: "a prediction of "}
_NAMED = re.compile(r"'([^']*)'")

_Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class QuestionTables:
    """A register, its outcomes, and what others said.

    Attributes:
        title: Of the case.
        questions: Rows of the register.
        outcomes: Rows of the table of outcomes.
        predictions: Rows of the table of predictions.
    """

    title: str
    questions: _Rows
    outcomes: _Rows
    predictions: _Rows = ()

    @property
    def text(self) -> str:
        """The case that names them."""
        tables = f"table: {REGISTER}" + (f", outcomes: {OUTCOMES}" if self.outcomes else "")
        tables += f", predictions: {PREDICTIONS}" if self.predictions else ""
        return (
            "# Questions of a forecasting platform. Add a model, and say in the column `resolves` "
            "how\n# a world answers them.\n"
            f"schelling: 1\ntitle: {quoted(self.title)}\nforecasts: {{{tables}}}\n"
        )

    @property
    def beside(self) -> dict[str, str]:
        """The text of each table, by its name."""
        rest = {OUTCOMES: self.outcomes, PREDICTIONS: self.predictions}
        filled = {name: rows for name, rows in rest.items() if rows}
        return {name: _table(rows) for name, rows in ({REGISTER: self.questions} | filled).items()}


def sound(given: QuestionTables, names: Mapping[str, str], findings: Findings) -> QuestionTables:
    """The tables without the questions and outcomes that a case cannot have.

    Args:
        given: What was made of the file.
        names: What the file calls each question, by its name in the register.
        findings: Where every row is noted that `schelling check` refuses.

    Raises:
        CaseError: One of them is refused, or none is left.
    """
    while given.questions and (problems := _problems(given, findings.path)):
        given = _without(given, problems, names, findings)  # a row less, or what it cannot place
        findings.close()
    if not given.questions:
        findings.refuse("E903", "none of the questions can be carried", 0)
    findings.close()
    return given


def _problems(given: QuestionTables, path: Path) -> tuple[Problem, ...]:
    """What `schelling check` says of the case, as if it stood in a folder beside the file."""
    folder = path.resolve().parent / f"{path.stem}.questions"
    texts = {folder / "case.yaml": given.text}
    texts |= {folder / name: text for name, text in given.beside.items()}
    with disk.showing(texts):
        checked = check.check(folder / "case.yaml")
    return checked.problems if checked.case is None else ()


def _without(
    given: QuestionTables,
    problems: Sequence[Problem],
    names: Mapping[str, str],
    findings: Findings,
) -> QuestionTables:
    """The tables without the rows in which the problems stand, and what rests on these rows."""
    tables = {REGISTER: given.questions, OUTCOMES: given.outcomes}
    tables[PREDICTIONS] = given.predictions
    bad: dict[str, set[int]] = {name: set() for name in tables}
    for problem in problems:
        table = problem.path.name if problem.path else ""
        row = problem.span.line - 2 if problem.span else -1
        if table not in tables or not 0 <= row < len(tables[table]):
            message = f"the case made of it is not sound: {problem.message} [{problem.code}]"
            findings.refuse("E910", message, 0, problem.reason, problem.hint)
            continue
        cells = tables[table][row]
        own = cells.get("id") or cells.get("forecast_id", "")
        what = f"{_SAID.get(table, '')}question '{names.get(own, own)}'"
        findings.skip("E910", what, f"{_why(problem, names)} [{problem.code}]", 0)
        bad[table].add(row)
    kept = _standing(given.questions, bad[REGISTER], names, findings)
    there = {row["id"] for row in kept}
    outcomes, predictions = (
        [
            row
            for at, row in enumerate(tables[table])
            if at not in bad[table] and row["forecast_id"] in there
        ]
        for table in (OUTCOMES, PREDICTIONS)
    )
    return QuestionTables(given.title, kept, outcomes, predictions)


def _why(problem: Problem, names: Mapping[str, str]) -> str:
    """What is wrong with a row, in the names of the file."""
    said = _SUBJECT.sub("", problem.message)
    said = f"it {said}" if said.startswith(("supersedes", "asks")) else said
    return _NAMED.sub(lambda found: f"'{names.get(found[1], found[1])}'", said)


def _standing(
    questions: _Rows, bad: set[int], names: Mapping[str, str], findings: Findings
) -> list[Mapping[str, str]]:
    """The questions that are not bad, and supersede none that is left out."""
    gone: set[str] = set()
    kept: list[Mapping[str, str]] = []
    for at, row in enumerate(questions):
        old = row.get("supersedes", "")
        if at not in bad and old not in gone:
            kept.append(row)
            continue
        gone.add(row["id"])
        if at not in bad and findings.lenient:
            why = f"it supersedes question '{names.get(old, old)}', which is left out"
            findings.skip("E910", f"question '{names.get(row['id'], row['id'])}'", why, 0)
    return kept


def _table(rows: _Rows) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    used = [column for column in columns if any(row.get(column) for row in rows)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(used)
    for row in rows:
        cells = (" ".join(printable(row.get(column, "")).split()) for column in used)
        writer.writerow(cells)
    return out.getvalue()
