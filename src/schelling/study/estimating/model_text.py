"""A model as lines of text: what was observed, and a formula for every payoff to be estimated.

    choice(attacker) = esc                    which column holds a decision
    attacker.status quo ~ alliance + revision a payoff, linear in covariates
    attacker.capitulate = 0                   a payoff that is known
    log(scale) ~ balance - 1                  how much is left to chance
    link = probit

Lines come from a file or from options. Knows neither the game nor the table: names on the left are
looked up later.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from schelling.case.file import disk
from schelling.case.file.csv_table import number
from schelling.case.file.yaml_tree import MAX_PROBLEMS
from schelling.case.language.parsing.syntax import SyntaxIssue
from schelling.case.language.typed.scope import suggest
from schelling.errors import Problem, Span
from schelling.evidence.estimation.moves import ErrorKind, LinkFunction
from schelling.study.estimating import formula
from schelling.study.estimating.formula import Formula

OPTION = Path("--model")
"""Stands for a file where a line was given as an option."""

_MOST_BYTES, _MOST_LINES, _LONGEST = 200_000, 1_000, 4_000
_CHOICE = re.compile(r"choice\((?P<name>.*)\)", re.DOTALL)
_PRIOR = re.compile(r"prior\s*(?:\((?P<name>.*)\))?", re.DOTALL)
_SCALE = re.compile(r"(?P<log>log\s*\(\s*)?scale\s*(?:\((?P<name>[^()]*)\))?\s*(?(log)\))")
SETTINGS = (
    *("outcome", "count", "cluster", "decision", "action", "behaviour", "link", "errors"),
    *("offer", "answer", "pie"),
)
"""Names of a model that are not of a game."""

_LEFT = (*SETTINGS, "choice(DECISION)", "scale", "prior", "PLAYER.END")


class Line(NamedTuple):
    """One line of a model.

    Attributes:
        path: Its file.
        number: Its number, from 1.
        text: Its words.
    """

    path: Path
    number: int
    text: str

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Where a part of it stands."""
        stop = len(self.text) if end is None else end
        return Span(self.number, start + 1, self.number, max(stop, start + 1) + 1)


@dataclass(frozen=True)
class Statement:
    """One statement: a name on the left, a number, a word or a formula on the right.

    Attributes:
        name: What is left of `=` or `~`; of a choice or scale what stands in its brackets.
        line: Where it stands.
        right: Offset of the right-hand side in the line.
        text: The right-hand side.
        formula: ... if it is a formula.
        value: ... if it is a number.
    """

    name: str
    line: Line
    right: int
    text: str
    formula: Formula | None = None
    value: float | None = None

    @property
    def left_span(self) -> Span:
        """Where the left-hand side stands."""
        written = self.line.text[: self.right]
        return self.line.span(len(written) - len(written.lstrip()), len(written.rstrip("=~ \t")))

    @property
    def right_span(self) -> Span:
        """Where the right-hand side stands."""
        return self.line.span(self.right, self.right + len(self.text))


@dataclass
class ModelText:
    """A model as it was written.

    Attributes:
        lines: Its lines.
        payoffs: Statements on payoffs, by `PLAYER.END`.
        scales: Statements on scales; the name is the player's, or empty for all.
        choices: Which column holds which decision.
        priors: Standard deviations of priors; the name is the equation's, or empty for all payoffs.
        settings: `outcome`, `count`, `cluster`.
        link: Distribution of the disturbances, if said.
        errors: Whose uncertainty they are, if said.
        problems: What is wrong.
    """

    lines: tuple[Line, ...]
    payoffs: list[Statement] = field(default_factory=list[Statement])
    scales: list[Statement] = field(default_factory=list[Statement])
    choices: list[Statement] = field(default_factory=list[Statement])
    priors: list[Statement] = field(default_factory=list[Statement])
    settings: dict[str, Statement] = field(default_factory=dict[str, Statement])
    link: LinkFunction | None = None
    errors: ErrorKind | None = None
    problems: list[Problem] = field(default_factory=list[Problem])

    def report(
        self, code: str, message: str, line: Line, span: Span, reason: str = "", hint: str = ""
    ) -> None:
        """Note a problem with a part of a line."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, message, span, reason, hint, line.path))

    def texts(self) -> dict[Path, str]:
        """The lines by file, as problems are shown."""
        found: dict[Path, list[str]] = {}
        for line in self.lines:
            rows = found.setdefault(line.path, [])
            rows += [""] * (line.number - len(rows) - 1) + [line.text]
        return {path: "\n".join(rows) for path, rows in found.items()}


def gather(given: Sequence[str], first: int = 1) -> tuple[tuple[Line, ...], list[Problem]]:
    """The lines of models given as files or as statements.

    Args:
        given: Paths of files, or statements, of several lines each.
        first: Number of the first statement.

    Returns:
        The lines, and problems with files.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    spoken = first
    for words in given:
        if "\n" not in words and "~" not in words and "=" not in words:
            text = disk.read(Path(words), _MOST_BYTES)
            if isinstance(text, Problem):
                hint = "a model is a file, or a line with '=' or '~'"
                problems.append(replace(text, hint=hint))
                continue
            written = enumerate(text.lined.split("\n"), start=1)
            lines += [Line(Path(words), count, row) for count, row in written]
            continue
        for row in words.replace("\r\n", "\n").split("\n"):
            lines.append(Line(OPTION, spoken, row))
            spoken += 1
    return tuple(lines), problems


def parse(lines: Sequence[Line]) -> ModelText:
    """Read the statements of a model; what is wrong is kept in its problems.

    Args:
        lines: The lines; empty ones and comments after `#` mean nothing.

    Returns:
        The model.

    Examples:
        >>> found = parse([Line(OPTION, 1, "ann.war ~ 1 + trade  # both"), Line(OPTION, 2, "x")])
        >>> found.payoffs[0].name, found.payoffs[0].formula.intercept, found.problems[0].code
        ('ann.war', True, 'E921')
    """
    model = ModelText(tuple(lines))
    for line in lines[:_MOST_LINES]:
        written = line.text.partition("#")[0].rstrip()
        if not written.strip():
            continue
        if len(written) > _LONGEST:
            message = f"a line has at most {_LONGEST:,} signs"
            model.report("E921", message, line, line.span(0, 1))
            continue
        _statement(model, line, written)
    if len(lines) > _MOST_LINES:
        over = lines[_MOST_LINES]
        model.report("E921", f"a model has at most {_MOST_LINES:,} lines", over, over.span())
    return model


def _statement(model: ModelText, line: Line, written: str) -> None:
    match = re.search(r"[=~]", written)
    if match is None:
        message = "a line of a model is NAME = VALUE or NAME ~ FORMULA"
        hint = "such as: attacker.war ~ 1 + balance"
        start = len(written) - len(written.lstrip())
        model.report("E921", message, line, line.span(start, len(written)), "", hint)
        return
    name, sign = written[: match.start()].strip(), match.group()
    rest = written[match.end() :]
    right = match.end() + len(rest) - len(rest.lstrip())
    text = rest.strip()
    statement = Statement(name, line, right, text)
    if not text:
        message = f"nothing stands to the right of '{sign}'"
        model.report("E921", message, line, line.span(match.start(), match.end()))
    elif sign == "~":
        _formula(model, statement)
    elif name in SETTINGS:
        _setting(model, statement)
    elif choice := _CHOICE.fullmatch(name):
        model.choices.append(Statement(choice["name"].strip(), line, right, text))
    else:
        _number(model, statement)


def _formula(model: ModelText, statement: Statement) -> None:
    try:
        found = formula.parse(statement.text)
    except SyntaxIssue as error:
        issue, start = error.issue, statement.right
        span = statement.line.span(issue.place.start + start, issue.place.end + start)
        model.report(issue.code, issue.message, statement.line, span, issue.reason, issue.hint)
        return
    _keep(model, statement, found, None)


def _number(model: ModelText, statement: Statement) -> None:
    value = _value(statement.text)
    if value is None or not math.isfinite(value):
        message = f"a number is expected here, not '{statement.text}'"
        hint = "a formula stands after '~'; " + suggest(statement.name, _LEFT)
        model.report("E921", message, statement.line, statement.right_span, "", hint)
        return
    _keep(model, statement, None, value)


def _value(text: str) -> float | None:
    """A number, or the root of one: `sqrt(2)`."""
    root = re.fullmatch(r"sqrt\s*\((.*)\)", text)
    value = number((root[1] if root else text).strip())
    if value is None or not root:
        return value
    return math.sqrt(value) if value >= 0 else None


def _keep(
    model: ModelText, statement: Statement, found: Formula | None, value: float | None
) -> None:
    """A payoff or a scale."""
    line, right, text = statement.line, statement.right, statement.text
    scale = _SCALE.fullmatch(statement.name)
    prior = _PRIOR.fullmatch(statement.name)
    if prior is not None:
        if value is None or value <= 0:
            message = "a prior is given by its standard deviation, a positive number"
            model.report("E921", message, line, statement.right_span, "", "prior = 2.5")
            return
        name = (prior["name"] or "").strip()
        model.priors.append(Statement(name, line, right, text, None, value))
        return
    if scale is None:
        model.payoffs.append(Statement(statement.name, line, right, text, found, value))
        return
    if (found is None) == bool(scale["log"]):
        message = "a scale is estimated as log(scale) ~ FORMULA, or fixed as scale = NUMBER"
        model.report("E921", message, line, statement.left_span)
    elif value is not None and value <= 0:
        model.report("E921", "a scale is positive", line, statement.right_span)
    else:
        name = (scale["name"] or "").strip()
        model.scales.append(Statement(name, line, right, text, found, value))


def _setting(model: ModelText, statement: Statement) -> None:
    name, line = statement.name, statement.line
    kinds: dict[str, type[LinkFunction] | type[ErrorKind]] = {
        "link": LinkFunction,
        "errors": ErrorKind,
    }
    if name not in kinds:
        if name in model.settings:
            model.report("E921", f"'{name}' is given twice", line, statement.left_span)
        model.settings[name] = statement
        return
    known = [each.value for each in kinds[name]]
    if statement.text not in known:
        message = f"'{name}' is {' or '.join(known)}, not '{statement.text}'"
        hint = suggest(statement.text, known)
        model.report("E921", message, line, statement.right_span, "", hint)
    elif name == "link":
        model.link = LinkFunction(statement.text)
    else:
        model.errors = ErrorKind(statement.text)
