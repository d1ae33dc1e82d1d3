"""A case on its way to being checked: its text, its places, the problems found so far."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from schelling.case.file import disk, yaml_tree
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.inferring.inference import infer
from schelling.case.language.inferring.known_types import KnownTypes
from schelling.case.language.inferring.members import ABSENT
from schelling.case.language.parsing import parsed, printer
from schelling.case.language.parsing.syntax import Expression, Issue, Place, SyntaxIssue
from schelling.case.language.typed import units
from schelling.case.language.typed.remembered import Memory
from schelling.case.language.typed.scope import (
    MOST_TERMS,
    Budget,
    Curve,
    Indexed,
    Member,
    Scope,
    suggest,
)
from schelling.case.language.typed.tallied import Tallies
from schelling.case.language.typed.types import UNKNOWN, Constant, Kind, Typed
from schelling.case.language.typed.units import TIME, Unit
from schelling.case.sources import Blank, Origin
from schelling.errors import Problem, Span

NOTHING = Constant(0.0, UNKNOWN)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MEMBERS = re.compile(r"\[[^\]]*\]")
_SHORTEST, _LONGEST = 1e-3, 1e5  # weeks: ten minutes, nineteen centuries


class TooMany(Exception):
    """So many problems that looking for more helps nobody."""


@dataclass
class Draft:
    """Collects problems with their places while a case is read.

    Attributes:
        path: The YAML file.
        content: Its text.
        root: Its tree.
        problems: Everything wrong so far.
        passages: Names of the passages, for references to them.
        left_out: Names in parts that were faulty: using them is not a second problem.
        others: Texts of other files that parts of the tree stand in.
        changed: In a rival, the definitions that it changes or adds, as (section, name).
        sets: Members of every set, in order.
        families: What is defined over sets, claims apart.
        curves: Tables that are points of a curve.
        claims: The claims that are over sets, and over which.
        bound: Of every definition that was written over sets, the members that names stand for.
        written: ... and the key it was written under.
        absent: Claims about members that have no member before or after them to be compared with.
        budget: How many terms reductions may still unfold into.
        memory: The stocks that definitions remember by.
        tallies: What definitions count over all agents of a population.
        blanks: Definitions that are blank, by name.
        known: What was typed in other readings of the same case.
    """

    path: FilePath
    content: str
    root: Node
    problems: list[Problem] = field(default_factory=list[Problem])
    passages: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    others: dict[FilePath, str] = field(default_factory=dict[FilePath, str])
    changed: frozenset[tuple[str, str]] | None = None
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    families: dict[str, Indexed] = field(default_factory=dict[str, Indexed])
    curves: dict[str, Curve] = field(default_factory=dict[str, Curve])
    claims: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    bound: dict[Path, Mapping[str, Member]] = field(
        default_factory=dict[Path, Mapping[str, Member]]
    )
    written: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    absent: set[Path] = field(default_factory=set[Path])
    budget: Budget = field(default_factory=lambda: Budget(MOST_TERMS))
    memory: Memory = field(default_factory=Memory)
    tallies: Tallies = field(default_factory=Tallies)
    blanks: Mapping[str, Blank] = field(default_factory=dict[str, "Blank"])
    known: KnownTypes = field(default_factory=KnownTypes)
    _inside: tuple[Scope, Scope] | None = field(init=False, default=None)

    def note(self, problem: Problem) -> None:
        """Keep a problem.

        Raises:
            TooMany: It was the last one that is kept.
        """
        if not any(_same(problem, other) for other in self.problems):
            self.problems.append(problem)
        if len(self.problems) >= yaml_tree.MAX_PROBLEMS:
            raise TooMany

    def report(self, code: str, message: str, path: Path, reason: str = "", hint: str = "") -> None:
        """Note a problem with the value at a path."""
        node = self.root.at(path)
        self.note(Problem(code, message, node.span, reason, hint, node.file or self.path))

    def report_key(
        self, code: str, message: str, path: Path, reason: str = "", hint: str = ""
    ) -> None:
        """Note a problem with the last key of a path."""
        span, file = self.root.key_span(path), self.root.at(path).file or self.path
        self.note(Problem(code, message, span, reason, hint, file))

    def parse(self, path: Path) -> Expression | None:
        """Read the expression at a path."""
        node = self.root.at(path)
        try:
            return parsed.parse(node.text)
        except SyntaxIssue as error:
            self.issue(path, error.issue)
            return None

    def infer(self, path: Path, scope: Scope, expected: Unit | None = None) -> Typed:
        """Read and type the expression at a path; problems are noted."""
        expression = self.parse(path)
        if expression is None:
            return NOTHING
        return self.typed(path, expression, scope, expected)

    def typed(
        self, path: Path, expression: Expression, scope: Scope, expected: Unit | None = None
    ) -> Typed:
        """Type the expression that was read at a path; problems are noted.

        A claim about a member that has no other to be compared with, such as the one before the
        first, is not asked.
        """
        typed, issues = self.known.infer(expression, self.inside(path, scope), expected)
        of_a_member = path[0] == "claims" and path[:2] in self.bound
        if issues and of_a_member and all(issue.code == ABSENT for issue in issues):
            self.absent.add(path[:2])
            return NOTHING
        for issue in issues:
            self.issue(path, issue)
        return NOTHING if issues else typed

    def inside(self, path: Path, scope: Scope) -> Scope:
        """A scope in which names stand for members: those of a definition, and of its actions."""
        bound = {**self.bound.get(path[:2], {})}
        if path[0] == "games":
            for length in range(3, len(path) + 1):
                bound |= self.bound.get(path[:length], {})
        if not bound:
            return scope
        if self._inside is None or self._inside[0] is not scope or self._inside[1].bound != bound:
            self._inside = scope, replace(scope, bound=bound)  # many expressions of one definition
        return self._inside[1]

    def number(self, path: Path, scope: Scope) -> Typed:
        """Read and type an expression that must be a number of any unit; problems are noted."""
        typed = self.infer(path, scope)
        if not typed.type.known or typed.type.kind is Kind.NUMBER:
            return typed
        written = printer.shorten(self.root.at(path).text)
        message = f"a number is needed here, but '{written}' is {typed.type.kind.value}"
        self.report("E306", message, path)
        return NOTHING

    def issue(self, path: Path, issue: Issue) -> None:
        """Note an issue inside the expression at a path, at its place in the file."""
        span, file = self.span_inside(path, issue.place), self.root.at(path).file or self.path
        issue = self.because_blank(path, issue)
        self.note(Problem(issue.code, issue.message, span, issue.reason, issue.hint, file))

    def because_blank(self, path: Path, issue: Issue) -> Issue:
        """An issue, or another one where a name is unknown because its definition is blank."""
        name = self.root.at(path).text[issue.place.start : issue.place.end]
        blank = self.blanks.get(name) if issue.code == "E303" else None
        if blank is None:
            return issue
        message = f"'{name}' is still blank and cannot be used"
        reason, hint = f"it stands under '{blank.section}'", f"write its '{blank.key}'"
        return Issue("E508", message, issue.place, reason, hint)

    def span_inside(self, path: Path, place: Place) -> Span:
        """Where a piece of a scalar stands in the file."""
        node = self.root.at(path)
        content = self.content if node.file is None else self.others[node.file]
        places = yaml_tree.offsets(node, content)
        if not places:
            return node.span
        first = places[min(place.start, len(places) - 1)]
        last = places[min(max(place.end - 1, place.start), len(places) - 1)] + 1
        (line, column), (end_line, end_column) = (_position(content, p) for p in (first, last))
        return Span(line, column, end_line, end_column)

    def beside(self, path: Path) -> FilePath | None:
        """Where the file named at a path is; one outside the case's folder is reported."""
        name = self.root.at(path).text
        place = disk.inside(self.path.parent, name)
        if place is None:
            message = f"'{name}' is outside the case's folder"
            self.report("E110", message, path, "a case reads only files in its own folder")
        return place

    def unit(self, path: Path) -> Unit:
        """Read the unit at a path; a pure number when it is absent, `UNREAD` when it is wrong."""
        node = self.root.at(path[:-1]).child(str(path[-1]))
        if node is None:
            return units.PURE
        try:
            return units.read(node.text)
        except units.UnknownUnit as error:
            hint = suggest(error.name, error.known) or units.SOME
            start = max(node.text.find(error.name), 0)
            place = Place(start, start + len(error.name))
            self.issue(path, Issue("E311", f"unknown unit '{error.name}'", place, hint=hint))
        except SyntaxIssue as error:
            self.issue(path, replace(error.issue, code="E311"))
        return units.UNREAD

    def day(self, path: Path) -> dt.date | None:
        """Read the date at a path."""
        written = self.root.at(path).text
        try:
            if _DAY.fullmatch(written):
                return dt.date.fromisoformat(written)
        except ValueError:
            pass
        self.report("E408", f"'{written}' is not a date", path, hint="dates are YYYY-MM-DD")
        return None

    def duration(self, path: Path) -> float | None:
        """Read the length of time at a path, in weeks."""
        expression = self.parse(path)
        if expression is None:
            return None
        typed, issues = infer(expression, Scope({}))
        if any(issue.code == "E311" for issue in issues):
            for issue in issues:
                self.issue(path, issue)
            return None
        is_time = isinstance(typed, Constant) and typed.type.dimensions == TIME.dimensions
        if isinstance(typed, Constant) and is_time and _SHORTEST <= typed.value <= _LONGEST:
            return typed.value
        written = self.root.at(path).text
        message = f"'{written}' is not a length of time that can be used here"
        self.report("E408", message, path, hint="such as 1 week or 10 days")
        return None

    def origin(self, path: Path, passages: Iterable[str], why: str, says: str) -> Origin:
        """Passages and reason of a thing; passages that do not exist are reported."""
        listed = self.root.at((*path, "from"))
        for position, passage in enumerate(passages):
            if passage in self.passages or passage in self.left_out:
                continue
            hint = suggest(passage, self.passages)
            message = f"unknown passage '{passage}'"
            if isinstance(listed.value, list):
                self.report("E502", message, (*path, "from", position), hint=hint)
            else:
                start = max(listed.text.find(passage), 0)
                place = Place(start, start + len(passage))
                self.issue((*path, "from"), Issue("E502", message, place, hint=hint))
        return Origin(tuple(passages), why.strip(), says.strip())


def _same(problem: Problem, other: Problem) -> bool:
    """Whether two problems are one, or what two members of one definition lack."""
    if problem == other:
        return True
    if not problem.code.startswith("E2"):
        return False
    if (problem.code, problem.span, problem.path) != (other.code, other.span, other.path):
        return False
    return _MEMBERS.sub("", problem.message) == _MEMBERS.sub("", other.message)


def _position(content: str, offset: int) -> tuple[int, int]:
    before = content[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
