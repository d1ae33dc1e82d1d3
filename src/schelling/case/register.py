"""The forecast register: a CSV table of dated questions, read and checked row by row."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from schelling.case import read
from schelling.case.model import Question
from schelling.case.scope import suggest
from schelling.errors import Problem, Span

KINDS = ("binary", "ordered", "numeric", "date", "conditional")
REQUIRED = {
    "id": "E602",
    "kind": "E602",
    "question": "E602",
    "passage_ids": "E602",
    "opens": "E602",
    "closes": "E602",
    "yes_if": "E603",
    "source_type": "E604",
    "void_if": "E605",
}
_EMPTY = {
    "yes_if": ("E603", "has no criterion", "say what counts as yes, or how the number is read"),
    "source_type": ("E604", "has no source type", "say whose record decides"),
    "void_if": ("E605", "has no void rule", "say when it is neither yes nor no, or `never`"),
    "question": ("E602", "has no question", ""),
}
OPTIONAL = (
    "claim_ids",
    "antecedent",
    "asserted_on",
    "resolve_by",
    "edge_cases",
    "source_named",
    "author_words",
    "author_low",
    "author_high",
    "direction",
    "window_by",
    "strict_or_broad",
    "cluster",
    "reference_class",
    "registered_at",
    "register_sha256",
    "note",
)
MAX_ROWS = 10_000


def parse(
    text: read.Text, passages: frozenset[str], claims: frozenset[str]
) -> tuple[tuple[Question, ...], list[Problem]]:
    """Read the register; each problem names its row and column."""
    reader = _Reader(text, passages, claims)
    questions = tuple(reader.questions())
    return questions, reader.problems


class _Reader:
    def __init__(self, text: read.Text, passages: frozenset[str], claims: frozenset[str]) -> None:
        self.text = text
        self.passages = passages
        self.claims = claims
        self.problems: list[Problem] = []
        self.lines = text.content.splitlines()

    def report(self, code: str, message: str, line: int, value: str = "", hint: str = "") -> None:
        written = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        column = max(written.find(value), 0) if value else 0
        end = column + len(value) if value else max(len(written), 1)
        span = Span(line, column + 1, line, end + 1)
        self.problems.append(Problem(code, message, span, hint=hint, path=self.text.path))

    def questions(self) -> Iterator[Question]:
        table = csv.reader(io.StringIO(self.text.content, newline=""), strict=True)
        try:
            header = next(table, list[str]())
            if not self.header(header):
                return
            seen: dict[str, int] = {}
            line = table.line_num + 1
            for number, row in enumerate(table):
                if number >= MAX_ROWS:
                    self.report("E602", f"more than {MAX_ROWS:,} questions", line)
                    return
                if row:
                    question = self.row(header, row, line, seen)
                    if question is not None:
                        yield question
                line = table.line_num + 1
        except csv.Error as error:
            self.report("E602", f"not a CSV table: {error}", table.line_num)

    def header(self, header: list[str]) -> bool:
        missing = [name for name in REQUIRED if name not in header]
        for name in missing:
            self.report(REQUIRED[name], f"the register has no column '{name}'", 1)
        known = (*REQUIRED, *OPTIONAL)
        for position, name in enumerate(header):
            if name not in known:
                message = f"unknown column '{name}'"
                self.report("E602", message, 1, name, hint=suggest(name, known))
            elif name in header[:position]:
                self.report("E602", f"the column '{name}' is given twice", 1, name)
        return not missing

    def row(
        self, header: list[str], row: list[str], line: int, seen: dict[str, int]
    ) -> Question | None:
        if len(row) != len(header):
            message = f"this row has {len(row)} cells, the table {len(header)} columns"
            self.report("E602", message, line)
            return None
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        name = cells["id"]
        if not name:
            self.report("E602", "a question without an id", line)
        elif name in seen:
            message = f"the question '{name}' is given twice (first on line {seen[name]})"
            self.report("E608", message, line, name)
        seen.setdefault(name, line)
        for column, (code, words, hint) in _EMPTY.items():
            if not cells[column]:
                self.report(code, f"question '{name}' {words} (column '{column}')", line, hint=hint)
        self.kind(cells, line)
        self.probabilities(cells, line)
        listed = self.references(cells, line)
        dates = {c: self.date(cells, c, line) for c in ("opens", "closes")}
        for column in ("asserted_on", "resolve_by", "registered_at"):
            if cells.get(column):
                self.date(cells, column, line)
        opens, closes = dates["opens"], dates["closes"]
        if opens is None or closes is None:
            return None
        if closes < opens:
            message = f"question '{name}': the window closes ({closes}) before it opens ({opens})"
            self.report("E606", message, line, cells["closes"])
        window = (opens, closes)
        rules = (cells["yes_if"], cells["source_type"], cells["void_if"])
        head = (name, cells["kind"], cells["question"], listed)
        return Question(*head, *window, *rules, columns=cells)

    def kind(self, cells: dict[str, str], line: int) -> None:
        name, kind = cells["id"], cells["kind"]
        if kind not in KINDS:
            message = f"question '{name}': unknown kind '{kind}'"
            self.report("E610", message, line, kind, hint=suggest(kind, KINDS))
        if kind == "conditional" and not cells.get("antecedent"):
            message = f"question '{name}' is conditional and has no antecedent"
            self.report("E610", message, line, hint="say on what it depends (column 'antecedent')")

    def date(self, cells: dict[str, str], column: str, line: int) -> dt.date | None:
        written = cells[column]
        try:
            if len(written) == 10:
                return dt.date.fromisoformat(written)
        except ValueError:
            pass
        message = f"question '{cells['id']}': '{written}' in column '{column}' is not a date"
        self.report("E607", message, line, written, hint="dates are YYYY-MM-DD")
        return None

    def probabilities(self, cells: dict[str, str], line: int) -> None:
        for column in ("author_low", "author_high"):
            written = cells.get(column, "")
            try:
                value = float(written) if written else 0.0
            except ValueError:
                value = -1.0
            if not 0 <= value <= 1 and cells["kind"] in ("binary", "conditional"):
                message = f"question '{cells['id']}': '{written}' in column '{column}' is not a "
                message += "probability"
                self.report("E612", message, line, written, hint="a number from 0 to 1")

    def references(self, cells: dict[str, str], line: int) -> tuple[str, ...]:
        listed = tuple(cells["passage_ids"].replace(",", ";").replace(";", " ").split())
        for passage in listed:
            if passage not in self.passages:
                message = f"question '{cells['id']}': unknown passage '{passage}'"
                self.report("E609", message, line, passage, hint=suggest(passage, self.passages))
        for claim in cells.get("claim_ids", "").replace(";", " ").split():
            if claim not in self.claims:
                message = f"question '{cells['id']}': unknown claim '{claim}'"
                self.report("E611", message, line, claim, hint=suggest(claim, self.claims))
        return listed


def table_path(folder: Path, name: str) -> Path | None:
    """The register's file, or None when it would leave the case's folder."""
    return read.inside(folder, name)
