"""The forecast register: a CSV table of dated questions, read and checked row by row."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from schelling.case.file import csv_table, disk
from schelling.case.file.csv_table import Cells, Reader, Shape
from schelling.case.language.typed.scope import suggest
from schelling.case.model import Question
from schelling.case.registers.register_columns import ALLOWED, COLUMNS, PROBABLE
from schelling.errors import Problem

KINDS = ("binary", "ordered", "numeric", "date", "conditional")
APART = ("aim", "hindsight")
"""Why a question is told but not scored."""
REQUIRED = {
    "id": "E602",
    "kind": "E602",
    "question": "E602",
    "opens": "E602",
    "closes": "E602",
    "yes_if": "E603",
    "source_type": "E604",
    "void_if": "E605",
}
_EMPTY = {
    "yes_if": ("E603", "has no criterion", "state what counts as yes, or how the number is read"),
    "source_type": ("E604", "has no source type", "state whose record decides"),
    "void_if": (
        "E605",
        "has no void rule",
        "state when it is neither yes nor no, or write `never`",
    ),
    "question": ("E602", "has no question", ""),
}
SHAPE = Shape("register", "questions", COLUMNS, REQUIRED)
MAX_ROWS = csv_table.MAX_ROWS
_GIVEN = re.compile(r"(\S+) (yes|no)")
_EVEN = 0.5

Bind = Callable[[Reader, Question], Question]
"""Reads what the model says to a question; problems go to the reader."""


@dataclass(frozen=True)
class Known:
    """What questions may refer to.

    Attributes:
        passages: Names of the passages.
        claims: Names of the claims.
        left_out: Names of faulty parts: using them is not a second problem.
        classes: Names of the reference classes, also of those with other faults; None when the case
            has no table of them, or one that is not read to its end.
        data_until: Last day whose events the case may know of.
    """

    passages: frozenset[str]
    claims: frozenset[str]
    left_out: frozenset[str] = frozenset()
    classes: frozenset[str] | None = None
    data_until: dt.date | None = None


@dataclass
class _Seen:
    """Earlier rows: their lines by id, the events they ask about, what took whose place."""

    lines: dict[str, int] = field(default_factory=dict[str, int])
    events: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    replaced: dict[str, str] = field(default_factory=dict[str, str])


def parse(
    text: disk.Text, known: Known, bind: Bind | None = None
) -> tuple[tuple[Question, ...], list[Problem]]:
    """Read the register; each problem names its row and column.

    Args:
        text: The table.
        known: What questions may refer to.
        bind: Reads the expressions of a row; they are left unread when None.
    """
    rows = _Register(text, known, bind)
    questions: list[Question] = []
    with contextlib.suppress(csv_table.Enough):
        for given in rows.reader.rows():
            question = rows.row(given)
            if question is not None:
                questions.append(question)
    replaced = rows.seen.replaced
    named = {question.name: question.antecedents for question in questions}
    found = tuple(
        replace(
            question,
            superseded=question.name in replaced,
            antecedents=question.antecedents if _rests(question.name, named) else (),
        )
        for question in questions
    )
    return found, rows.reader.problems


def _rests(name: str, named: Mapping[str, tuple[tuple[str, bool], ...]]) -> bool:
    """Whether all that a question depends on, directly or not, is another question."""
    met: set[str] = set()
    ahead = [other for other, _ in named[name]]
    while ahead:
        other = ahead.pop()
        if other == name or other not in named:
            return False
        if other not in met:
            met.add(other)
            ahead += [further for further, _ in named[other]]
    return True


class _Register:
    def __init__(self, text: disk.Text, known: Known, bind: Bind | None) -> None:
        self.reader = Reader(text, SHAPE)
        self.report = self.reader.report
        self.known = known
        self.bind = bind
        self.seen = _Seen()

    def row(self, given: Cells) -> Question | None:
        name = given["id"]
        listed = self.named(given)
        for column, (code, words, hint) in _EMPTY.items():
            if not given[column]:
                self.report(code, f"question '{name}' {words} (column '{column}')", column, hint)
        self.kind(given)
        author = self.numbers(given)
        self.references(given, listed)
        dates = {column: self.date(given, column) for column in ("opens", "closes")}
        for column in ("asserted_on", "resolve_by", "registered_at"):
            dates[column] = self.date(given, column) if given.get(column) else None
        opens, closes = dates["opens"], dates["closes"]
        if opens is None or closes is None:
            return None
        self.window(given, opens, closes, dates)
        self.reader.alike("E602", "cluster", "cluster")
        question = Question(
            name=name,
            kind=given["kind"],
            question=given["question"],
            passages=listed,
            opens=opens,
            closes=closes,
            yes_if=given["yes_if"],
            source_type=given["source_type"],
            void_if=given["void_if"],
            columns=given,
            claims=csv_table.listed(given.get("claim_ids", "")),
            author=author,
            asserted_on=dates["asserted_on"],
            registered_at=dates["registered_at"],
            cluster=given.get("cluster", ""),
            reference_class=given.get("reference_class", ""),
            antecedents=self.antecedents(given),
            supersedes=given.get("supersedes", ""),
        )
        question = self.answers(given, question)
        self.event(given, question)
        return question if self.bind is None else self.bind(self.reader, question)

    def named(self, given: Cells) -> tuple[str, ...]:
        """Report a missing or repeated id, and what takes the place of what; the passages."""
        name, old, seen = given["id"], given.get("supersedes", ""), self.seen
        if not name:
            self.report("E602", "this question has no id", "id")
        elif name in seen.lines:
            message = f"the question '{name}' is given twice"
            self.report("E608", message, "id", f"the first stands on line {seen.lines[name]}")
        if old and old not in seen.lines:
            message = f"question '{name}' supersedes '{old}', which is not an earlier question"
            self.report("E618", message, "supersedes", suggest(old, seen.lines))
        elif old and old in seen.replaced:
            other = seen.replaced[old]
            message = f"question '{name}' supersedes '{old}', which '{other}' supersedes already"
            self.report("E618", message, "supersedes", f"supersede '{other}' instead")
        elif old:
            seen.replaced[old] = name
        seen.lines.setdefault(name, self.reader.line)
        return csv_table.listed(given.get("passage_ids", ""))

    def kind(self, given: Cells) -> None:
        name, kind = given["id"], given["kind"]
        if kind not in KINDS:
            message = f"question '{name}': unknown kind '{kind}'"
            self.report("E610", message, "kind", suggest(kind, KINDS))
        apart = given.get("set_apart", "")
        if apart and apart not in APART:
            message = f"question '{name}' is set apart for an unknown reason, '{apart}'"
            self.report("E610", message, "set_apart", suggest(apart, APART))
        if kind == "conditional" and not given.get("antecedent"):
            message = f"question '{name}' is conditional and has no antecedent"
            column = "antecedent" if "antecedent" in given else "kind"
            self.report("E610", message, column, "state what it depends on (column 'antecedent')")

    def date(self, given: Cells, column: str) -> dt.date | None:
        return self.reader.date("E607", f"question '{given['id']}'", given, column)

    def window(
        self,
        given: Cells,
        opens: dt.date,
        closes: dt.date,
        dates: dict[str, dt.date | None],
    ) -> None:
        """Report days in an order in which nothing can be forecast."""
        name, until = given["id"], self.known.data_until
        asserted = dates["asserted_on"]
        if closes < opens:
            message = f"question '{name}': the window closes ({closes}) before it opens ({opens})"
            self.report("E606", message, "closes")
        elif until is not None and closes <= until:
            message = f"question '{name}' closes ({closes}) within the data, which end on {until}"
            hint = "what the case already knows cannot be forecast"
            self.report("E615", message, "closes", hint)
        if asserted is not None and asserted > closes:
            message = f"question '{name}': asserted ({asserted}) after its window closed ({closes})"
            self.report("E615", message, "asserted_on")
        elif asserted is not None and until is not None and asserted > until:
            message = f"question '{name}': asserted ({asserted}) after the data end ({until})"
            hint = "the author knew more than the case; change 'data_until' or remove the question"
            self.report("E615", message, "asserted_on", hint)

    def numbers(self, given: Cells) -> tuple[float | None, float | None]:
        """What the author said in numbers: probabilities, or values of a numeric question."""
        kind = given["kind"]
        probability = kind in PROBABLE
        found: dict[str, float] = {}
        for column in ("author_low", "author_high") if probability or kind == "numeric" else ():
            written = given.get(column, "")
            if not written:
                continue
            value = csv_table.number(written)
            if value is None or (probability and not 0 <= value <= 1):
                what = "probability" if probability else "number"
                message = f"question '{given['id']}': '{written}' in column '{column}' is not a "
                hint = "a number from 0 to 1" if probability else "such as 12.5"
                self.report("E612", message + what, column, hint)
            else:
                found[column] = value
        low, high = found.get("author_low"), found.get("author_high")
        if low is not None and high is not None and low > high:
            message = f"question '{given['id']}': author_low is above author_high"
            self.report("E612", message, "author_low")
        elif probability:
            self.sided(given, list(found.values()))
        return low, high

    def sided(self, given: Cells, odds: list[float]) -> None:
        """Report odds that are on the other side than the text is said to expect."""
        side = given.get("direction", "")
        wrong = (side == "yes" and max(odds, default=1.0) < _EVEN) or (
            side == "no" and min(odds, default=0.0) > _EVEN
        )
        if wrong:
            other = "no" if side == "yes" else "yes"
            message = f"question '{given['id']}': the text expects '{side}', but its odds are on "
            self.report("E612", f"{message}'{other}'", "direction", "one of the two is a slip")

    def references(self, given: Cells, listed: tuple[str, ...]) -> None:
        known, left_out = self.known, self.known.left_out
        for passage in listed:
            if passage not in known.passages | left_out:
                message = f"question '{given['id']}': unknown passage '{passage}'"
                hint = suggest(passage, known.passages)
                self.report("E609", message, "passage_ids", hint, passage)
        for claim in csv_table.listed(given.get("claim_ids", "")):
            if claim not in known.claims | left_out:
                message = f"question '{given['id']}': unknown claim '{claim}'"
                self.report("E611", message, "claim_ids", suggest(claim, known.claims), claim)
        named = given.get("reference_class", "")
        if named and known.classes is not None and named not in known.classes:
            message = f"question '{given['id']}': unknown reference class '{named}'"
            hint = suggest(named, known.classes) or "a name of the table 'reference_classes'"
            self.report("E617", message, "reference_class", hint)

    def antecedents(self, given: Cells) -> tuple[tuple[str, bool], ...]:
        """Questions an antecedent may name, as in `F01 yes and F02a no`; none if it is prose."""
        parts = [_GIVEN.fullmatch(p) for p in given.get("antecedent", "").split(" and ")]
        found = tuple((m.group(1), m.group(2) == "yes") for m in parts if m)
        return found if len(found) == len(parts) else ()

    def answers(self, given: Cells, question: Question) -> Question:
        """The answers a question allows, and the one if nothing changes."""
        bins = tuple(b.strip() for b in given.get("bins", "").split(";") if b.strip())
        edges: list[float] = []
        for written in (e.strip() for e in given.get("edges", "").split(";") if e.strip()):
            value = csv_table.number(written)
            if value is None or (edges and value <= edges[-1]):
                message = f"question '{question.name}': edges must be numbers that rise"
                self.report("E616", message, "edges", part=written)
                break
            edges.append(value)
        ordered = question.kind == "ordered"
        if (bins or ordered) and not (ordered and len(set(bins)) == len(bins) >= 2):
            message = f"question '{question.name}': an ordered question needs at least two "
            message += "different bins; other kinds have none"
            self.report("E616", message, "bins" if "bins" in given else "kind")
        elif edges and len(edges) != len(bins) - 1:
            message = f"question '{question.name}': {len(bins)} bins need {len(bins) - 1} edges"
            self.report("E616", message, "edges")
        question = replace(question, bins=bins, edges=tuple(edges))
        written = given.get("persistence", "")
        if not written:
            return question
        persistence = answer(question, written)
        if persistence is None:
            message = f"question '{question.name}': '{written}' is not an answer to a question "
            self.report(
                "E616",
                f"{message}of kind '{question.kind}'",
                "persistence",
                ALLOWED.get(question.kind, ""),
            )
        return replace(question, persistence=persistence)

    def event(self, given: Cells, question: Question) -> None:
        """Report a second id for one event in one window."""
        window = (given["opens"], given["closes"], given.get("antecedent", ""))
        keys: list[tuple[str, ...]] = [
            ("words", " ".join(re.findall(r"\w+", question.question.lower())), *window)
        ]
        if given.get("resolves"):
            handle = (given["kind"], given["resolves"], given.get("given", ""), given["yes_if"])
            keys.append(("handle", *handle, *window))
        for key in keys:
            first = self.seen.events.setdefault(key, question.name)
            if first not in (question.name, question.supersedes) and key[1]:
                message = f"question '{question.name}' asks about the same event as '{first}'"
                hint = f"remove one, or name {first} under 'supersedes'"
                self.report("E614", message, "id", hint)
                return


def answer(question: Question, written: str) -> float | str | None:
    """The answer to a question as written in a cell, or None.

    Returns:
        A probability (1 for `yes`, 0 for `no`), a number, one of the bins, or a date as
        YYYY-MM-DD (or `never`).
    """
    if question.kind in PROBABLE:
        value = {"yes": 1.0, "no": 0.0}.get(written, csv_table.number(written))
        return value if value is not None and 0 <= value <= 1 else None
    if question.kind == "ordered":
        return written if written in question.bins else None
    if question.kind == "date":
        return written if written == "never" or csv_table.day(written) else None
    return csv_table.number(written)
