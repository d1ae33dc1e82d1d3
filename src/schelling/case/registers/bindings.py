"""How worlds answer a question: the expressions of the register, read where they stand.

A binding is an expression as in a claim: a truth value for a yes or no, a number for the rest. It
is about a whole run, and a number has the unit of the question.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from schelling.case.file.csv_table import Reader
from schelling.case.language.about_time import moments
from schelling.case.language.inferring import machines
from schelling.case.language.inferring.known_types import KnownTypes
from schelling.case.language.parsing import parsed
from schelling.case.language.parsing.syntax import SyntaxIssue
from schelling.case.language.typed import units
from schelling.case.language.typed.scope import Scope
from schelling.case.language.typed.types import Constant, Kind, Type, Typed, When
from schelling.case.language.typed.units import PURE, TIME, Unit
from schelling.case.model import Question
from schelling.errors import Problem

_WHOLE = "use always(...), eventually(...), final(...), at(..., date) or mean(...)"


@dataclass(frozen=True)
class Binder:
    """Types the bindings of a question against a model.

    Attributes:
        scope: What a claim of the case can see.
        known: What was typed in other readings of the case.
    """

    scope: Scope
    known: KnownTypes = field(default_factory=KnownTypes)

    def __call__(self, reader: Reader, question: Question) -> Question:
        """The question with its expressions read; problems go to the reader."""
        given = question.columns
        unit = self._unit(reader, question)
        if not given.get("resolves"):
            if given.get("given"):
                message = f"question '{question.name}' has 'given' but no 'resolves'"
                reader.report("E613", message, "given")
            return replace(question, unit=unit)
        probable = question.kind in ("binary", "conditional")
        expected = None if probable or question.kind == "date" else unit
        resolves = self._read(reader, "resolves", expected)
        if resolves is not None:
            self._fits(reader, question, "resolves", resolves)
            if question.kind == "date" and resolves.type.kind is Kind.MOMENT:
                resolves = self._within(reader, question, resolves)
        condition = self._read(reader, "given", None) if given.get("given") else None
        if condition is not None:
            self._fits(reader, question, "given", condition)
        if (question.kind == "conditional") != bool(given.get("given")):
            message = f"question '{question.name}': 'given' says when the antecedent of a "
            message += "conditional question holds; no other kind has one"
            column = "given" if given.get("given") else "resolves"
            reader.report("E613", message, column, "such as eventually(phase == settlement)")
        if question.kind == "ordered" and not question.edges:
            message = f"question '{question.name}': 'resolves' needs 'edges' between the bins"
            reader.report("E613", message, "resolves")
        return replace(question, unit=unit, resolves=resolves, given=condition)

    def _within(self, reader: Reader, question: Question, moment: Typed) -> Typed:
        """A time that may be never; one after the window has closed is as good as never."""
        clock = self.scope.clock
        if clock is None:
            return moment
        if clock.until < question.closes:
            message = f"question '{question.name}': the case ends on {clock.until}, before the "
            message += "window closes, so a world does not know of never"
            reader.report("E613", message, "resolves", "let the case run until the window closes")
        after = clock.weeks(question.closes) + clock.step + 1
        return moments.among("min", (moment, Constant(after, Type(Kind.NUMBER, TIME.dimensions))))

    def _unit(self, reader: Reader, question: Question) -> Unit:
        written = question.columns.get("unit", "")
        if not written:
            return PURE
        try:
            return units.read(written)
        except units.UnknownUnit as error:
            reader.report("E311", f"unknown unit '{error.name}'", "unit", units.SOME)
        except SyntaxIssue as error:
            reader.report("E311", error.issue.message, "unit")
        return PURE

    def _read(self, reader: Reader, column: str, expected: Unit | None) -> Typed | None:
        try:
            expression = parsed.parse(reader.row[column])
        except SyntaxIssue as error:
            issues = [error.issue]
        else:
            typed, issues = self.known.infer(expression, self.scope, expected)
            if not issues:
                return typed
        for issue in issues:
            span = reader.inside(column, issue.place)
            found = Problem(issue.code, issue.message, span, issue.reason, issue.hint, reader.path)
            reader.note(found)
        return None

    def _fits(self, reader: Reader, question: Question, column: str, typed: Typed) -> None:
        """Report an expression that cannot answer its question."""
        if not typed.type.known:
            return
        kind, dimensions = typed.type.kind, typed.type.dimensions
        message = f"question '{question.name}': "
        if column == "given" or question.kind in ("binary", "conditional"):
            right, wanted = kind is Kind.TRUTH, "a truth value"
        elif question.kind == "date":
            right = kind in (Kind.DATE, Kind.MOMENT)
            right |= kind is Kind.NUMBER and dimensions == TIME.dimensions
            wanted = "a date, or a time since the start"
        else:
            right, wanted = kind is Kind.NUMBER, "a number"
        if not right:
            message += f"it is answered by {wanted}, but this is {kind.value}"
            hint = machines.as_condition(typed) if wanted[2] == "t" else ""
            reader.report("E613", message, column, hint)
        elif typed.type.when is When.STEP:
            message += "this value changes from step to step, but the answer is about the whole run"
            reader.report("E613", message, column, _WHOLE)
