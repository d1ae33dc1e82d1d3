"""The forecast register: a CSV table of dated questions, read and checked row by row."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schelling.case import cells, read
from schelling.case.model import Question
from schelling.case.scope import suggest
from schelling.case.text import MAX_PROBLEMS
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
ABOUT = {
    "id": "Short name of the question, each once; outcomes and scores are kept by it.",
    "kind": "`binary`, `ordered`, `numeric`, `date` or `conditional`.",
    "question": "The question in full.",
    "passage_ids": "Passages it comes from, separated by semicolons; may be empty.",
    "opens": "First day of the window, YYYY-MM-DD.",
    "closes": "Last day of the window, YYYY-MM-DD.",
    "yes_if": "What counts as yes, or how the number is read.",
    "source_type": "Whose record decides.",
    "void_if": "When it is neither yes nor no; `never` if there is no such case.",
    "claim_ids": "Claims of the case that it tests, separated by semicolons.",
    "antecedent": "Of a conditional question: on what it depends.",
    "asserted_on": "Day the author said it, YYYY-MM-DD.",
    "resolve_by": "Day by which the answer should be known, YYYY-MM-DD.",
    "edge_cases": "What counts as what where it is not obvious.",
    "source_named": "The record by name.",
    "author_words": "How likely the author says it is, in words such as `likely`.",
    "author_low": "The author's probability (of a numeric question, number) at least.",
    "author_high": "The author's probability (of a numeric question, number) at most.",
    "direction": "The answer the argument expects.",
    "window_by": "Who set the window: `author` or `analyst`.",
    "strict_or_broad": "Whether the strict or the broad reading of the passage is asked.",
    "cluster": "Questions that hang together, for honest error bars.",
    "reference_class": "Past cases that give a base rate.",
    "registered_at": "Day the question was put on record, YYYY-MM-DD.",
    "register_sha256": "Digest of the register at that time.",
    "note": "Anything a reader should know.",
}
OPTIONAL = tuple(name for name in ABOUT if name not in REQUIRED)
MAX_ROWS = 10_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class Known:
    """What questions may refer to.

    Attributes:
        passages: Names of the passages.
        claims: Names of the claims.
        left_out: Names of faulty parts: using them is not a second problem.
    """

    passages: frozenset[str]
    claims: frozenset[str]
    left_out: frozenset[str] = frozenset()


def parse(text: read.Text, known: Known) -> tuple[tuple[Question, ...], list[Problem]]:
    """Read the register; each problem names its row and column."""
    reader = _Reader(text, known)
    questions: list[Question] = []
    with contextlib.suppress(_Enough):
        questions += reader.questions()
    return tuple(questions), reader.problems


class _Enough(Exception):
    """So many problems that looking for more helps nobody."""


class _Reader:
    def __init__(self, text: read.Text, known: Known) -> None:
        self.path = text.path
        self.content = text.lined
        self.lines = self.content.split("\n")
        self.known = known
        self.problems: list[Problem] = []
        self.places: dict[str, Span] = {}

    def report(
        self, code: str, message: str, where: str | int, hint: str = "", part: str = ""
    ) -> None:
        """Note a problem with a line, or with a column of the present row (or a part of it)."""
        span = self.places.get(where) if isinstance(where, str) else None
        if span is None:
            line = where if isinstance(where, int) else 1
            written = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
            span = Span(line, 1, line, max(len(written), 1) + 1)
        elif part:
            span = self.part(span, part)
        self.problems.append(Problem(code, message, span, hint=hint, path=self.path))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Enough

    def part(self, cell: Span, part: str) -> Span:
        """Where a piece of a cell stands."""
        for line in range(cell.line, cell.end_line + 1):
            start = cell.column - 1 if line == cell.line else 0
            column = self.lines[line - 1].find(part, start) + 1
            if column:
                return Span(line, column, line, column + len(part))
        return cell

    def questions(self) -> Iterator[Question]:
        table = csv.reader(io.StringIO(self.content, newline=""), strict=True)
        line = 1
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
                if row and self.fits(header, row, line, table.line_num):
                    question = self.row(header, row, line, seen)
                    if question is not None:
                        yield question
                line = table.line_num + 1
        except csv.Error as error:
            self.malformed(str(error), line, table.line_num)

    def malformed(self, said: str, first: int, last: int) -> None:
        message, hint = f"not a CSV table: {said}", ""
        where: str | int = last
        if "end of data" in said:
            message, where = "the quote is never closed", "open"
            cell = cells.spans(self.lines, first, len(self.lines))[-1]
            self.places = {"open": Span(cell.line, cell.column - 1, cell.line, cell.column)}
        elif "expected after" in said:
            message = "something stands between a closing quote and the next comma"
            hint = "a quote inside a quoted cell is written twice"
        elif "limit" in said:
            message, where = "a cell of this row is too long", first
            hint = "is a closing quote missing?"
        self.report("E602", message, where, hint)

    def header(self, header: list[str]) -> bool:
        missing = [name for name in REQUIRED if name not in header]
        if len(missing) == len(REQUIRED) or len(header) > 2 * len((*REQUIRED, *OPTIONAL)):
            message = "the first row does not name the columns of a register"
            hint = "columns are separated by commas: " + ",".join(REQUIRED)
            self.report("E602", message, 1, hint)
            return False
        self.places = dict(zip(header, cells.spans(self.lines, 1, 1), strict=False))
        for name in missing:
            self.report(REQUIRED[name], f"the register has no column '{name}'", 1)
        known = (*REQUIRED, *OPTIONAL)
        for position, name in enumerate(header):
            if name not in known:
                self.report("E602", f"unknown column '{name}'", name, suggest(name, known))
            elif name in header[:position]:
                self.report("E602", f"the column '{name}' is given twice", name)
        return not missing and len(set(header)) == len(header)

    def fits(self, header: list[str], row: list[str], first: int, last: int) -> bool:
        """Whether a row has a cell for every column; then the places of its cells are noted."""
        if len(row) != len(header):
            message = f"this row has {len(row)} cells, the table {len(header)} columns"
            hint = "put a text that contains a comma in quotes" if len(row) > len(header) else ""
            self.report("E602", message, first, hint)
            return False
        self.places = dict(zip(header, cells.spans(self.lines, first, last), strict=False))
        return True

    def row(
        self, header: list[str], row: list[str], line: int, seen: dict[str, int]
    ) -> Question | None:
        given = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
        name = given["id"]
        if not name:
            self.report("E602", "a question without an id", "id")
        elif name in seen:
            message = f"the question '{name}' is given twice"
            self.report("E608", message, "id", f"the first stands on line {seen[name]}")
        seen.setdefault(name, line)
        for column, (code, words, hint) in _EMPTY.items():
            if not given[column]:
                self.report(code, f"question '{name}' {words} (column '{column}')", column, hint)
        self.kind(given)
        self.numbers(given)
        listed = self.references(given)
        dates = {column: self.date(given, column) for column in ("opens", "closes")}
        for column in ("asserted_on", "resolve_by", "registered_at"):
            if given.get(column):
                self.date(given, column)
        opens, closes = dates["opens"], dates["closes"]
        if opens is None or closes is None:
            return None
        if closes < opens:
            message = f"question '{name}': the window closes ({closes}) before it opens ({opens})"
            self.report("E606", message, "closes")
        window = (opens, closes)
        rules = (given["yes_if"], given["source_type"], given["void_if"])
        head = (name, given["kind"], given["question"], listed)
        return Question(*head, *window, *rules, columns=given)

    def kind(self, cells: dict[str, str]) -> None:
        name, kind = cells["id"], cells["kind"]
        if kind not in KINDS:
            message = f"question '{name}': unknown kind '{kind}'"
            self.report("E610", message, "kind", suggest(kind, KINDS))
        if kind == "conditional" and not cells.get("antecedent"):
            message = f"question '{name}' is conditional and has no antecedent"
            column = "antecedent" if "antecedent" in cells else "kind"
            self.report("E610", message, column, "say on what it depends (column 'antecedent')")

    def date(self, cells: dict[str, str], column: str) -> dt.date | None:
        written = cells[column]
        try:
            if _DAY.fullmatch(written):
                return dt.date.fromisoformat(written)
        except ValueError:
            pass
        message = f"question '{cells['id']}': '{written}' in column '{column}' is not a date"
        if not written:
            message = f"question '{cells['id']}' has no date in column '{column}'"
        self.report("E607", message, column, "dates are YYYY-MM-DD")
        return None

    def numbers(self, cells: dict[str, str]) -> None:
        """What the author said in numbers: probabilities, or values of a numeric question."""
        kind = cells["kind"]
        probability = kind in ("binary", "conditional")
        if not probability and kind != "numeric":
            return
        found: list[float] = []
        for column in ("author_low", "author_high"):
            written = cells.get(column, "")
            if not written:
                continue
            value = float(written) if _NUMBER.fullmatch(written) else math.inf
            if not math.isfinite(value) or (probability and not 0 <= value <= 1):
                what = "probability" if probability else "number"
                message = f"question '{cells['id']}': '{written}' in column '{column}' is not a "
                hint = "a number from 0 to 1" if probability else "such as 12.5"
                self.report("E612", message + what, column, hint)
            else:
                found.append(value)
        if len(found) == 2 and found[0] > found[1]:
            message = f"question '{cells['id']}': author_low is above author_high"
            self.report("E612", message, "author_low")

    def references(self, cells: dict[str, str]) -> tuple[str, ...]:
        listed = tuple(cells["passage_ids"].replace(",", ";").replace(";", " ").split())
        known, left_out = self.known, self.known.left_out
        for passage in listed:
            if passage not in known.passages | left_out:
                message = f"question '{cells['id']}': unknown passage '{passage}'"
                hint = suggest(passage, known.passages)
                self.report("E609", message, "passage_ids", hint, passage)
        for claim in cells.get("claim_ids", "").replace(",", ";").replace(";", " ").split():
            if claim not in known.claims | left_out:
                message = f"question '{cells['id']}': unknown claim '{claim}'"
                self.report("E611", message, "claim_ids", suggest(claim, known.claims), claim)
        return listed


def table_path(folder: Path, name: str) -> Path | None:
    """The register's file, or None when it would leave the case's folder."""
    return read.inside(folder, name)
