"""Formulas meet the table: the columns of numbers that a payoff or a scale is linear in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from schelling.case.file.csv_table import folded, number, number_hint
from schelling.case.language.typed.scope import suggest
from schelling.study.estimating.formula import Factor, Formula, Term
from schelling.study.estimating.model_text import ModelText, Statement
from schelling.study.estimating.observed_table import Observed

INTERCEPT = "Intercept"
_LARGEST = 1e100
MOST_VALUES = 50
"""Values of a column that is turned into indicators."""


class Covariate(NamedTuple):
    """One column of numbers.

    Attributes:
        name: Such as `regime[dem]`.
        values: One number a row of the table.
    """

    name: str
    values: Float[np.ndarray, " row"]


class Coding(NamedTuple):
    """How a factor becomes numbers.

    Attributes:
        levels: Its values if it is a category, the one that is left out first; else none.
    """

    levels: tuple[str, ...]


@dataclass(frozen=True)
class Translation:
    """The columns of one formula, and how they were coded: needed again for predictions.

    Attributes:
        formula: The formula.
        codings: How each factor is coded.
        full: The category that has an indicator for every value, as there is no intercept.
    """

    formula: Formula
    codings: dict[Factor, Coding]
    full: Factor | None

    def covariates(self, table: Observed) -> list[Covariate]:
        """The columns for the rows of a table; NaN where a cell is missing.

        Args:
            table: This table, or another one with the same columns.

        Returns:
            The intercept first, then term by term.
        """
        found: list[Covariate] = []
        if self.formula.intercept:
            found.append(Covariate(INTERCEPT, np.ones(table.rows)))
        for term in self.formula.terms:
            found += self._term(table, term)
        return found

    def _term(self, table: Observed, term: Term) -> list[Covariate]:
        parts = [self._factor(table, factor, alone=len(term) == 1) for factor in term]
        with np.errstate(over="ignore", invalid="ignore"):  # in rows that are not used
            return [
                Covariate(
                    ":".join(one.name for one in some),
                    np.prod([one.values for one in some], axis=0),
                )
                for some in product(*parts)
            ]

    def _factor(self, table: Observed, factor: Factor, *, alone: bool) -> list[Covariate]:
        levels = self.codings[factor].levels
        if not levels:
            numbers = table.as_numbers(factor.column)
            return [] if numbers is None else [Covariate(factor.words, _changed(factor, numbers))]
        shown = levels if alone and factor == self.full else levels[1:]
        written = np.array(table.columns[factor.column], dtype=object)
        gone = table.missing(factor.column)
        return [
            Covariate(
                f"{factor.column}[{level}]",
                np.where(gone, np.nan, (written == level).astype(float)),
            )
            for level in shown
        ]


def translate(model: ModelText, statement: Statement, table: Observed) -> Translation | None:
    """Look up the columns of a formula; what is wrong is reported with its place.

    Args:
        model: Where problems with the formula go.
        statement: The statement with the formula.
        table: The table; problems with its cells go there.

    Returns:
        The translation; None where there is a problem.
    """
    formula = statement.formula
    assert formula is not None, "only formulas are translated"
    codings: dict[Factor, Coding] = {}
    sound, full = True, None
    for term in formula.terms:
        for factor in term:
            coding = _coding(model, statement, table, factor)
            if coding is None:
                sound = False
                continue
            codings[factor] = coding
            if coding.levels and len(term) == 1 and full is None and not formula.intercept:
                full = factor
    if not sound or not all(_bounded(table, term, codings) for term in formula.terms):
        return None
    return Translation(formula, codings, full)


def _coding(
    model: ModelText, statement: Statement, table: Observed, factor: Factor
) -> Coding | None:
    start = statement.right
    span = statement.line.span(factor.place.start + start, factor.place.end + start)
    if factor.column not in table.columns:
        message = f"the table has no column '{factor.column}'"
        hint = suggest(factor.column, table.columns)
        model.report("E924", message, statement.line, span, "", hint)
        return None
    numbers = table.as_numbers(factor.column)
    if numbers is not None and factor.function != "C":
        return Coding(()) if _in_domain(table, factor, numbers) else None
    if numbers is None and (factor.function not in ("", "C") or factor.power > 1):
        row = table.not_a_number(factor.column)
        cell = table.columns[factor.column][row]
        message = f"'{cell}' in column '{factor.column}' is not a number"
        table.report_cell("E925", message, row, factor.column)
        return None
    if factor.function != "C" and _mostly_numbers(table, factor.column):
        return None
    levels = _levels(table, factor.column)
    if not _told_apart(table, factor.column, levels):
        return None
    if len(levels) > MOST_VALUES:
        message = f"the column '{factor.column}' has {len(levels):,} different values"
        reason = f"a category has at most {MOST_VALUES}"
        hint = ""
        if numbers is None:
            row = table.not_a_number(factor.column)
            cell = table.columns[factor.column][row]
            hint = f"is it meant as a number? '{cell}' in row {row + 1} is none"
        model.report("E924", message, statement.line, span, reason, hint)
        return None
    return _ordered(model, statement, factor, levels)


def _mostly_numbers(table: Observed, column: str) -> bool:
    """Report a column of numbers in which a cell is none: it is no category by a slip."""
    used = np.flatnonzero(table.kept & ~table.missing(column)).tolist()
    written = table.columns[column]
    alike = [row for row in used if _LIKE_A_NUMBER.fullmatch(written[row])]
    wrong = [row for row in used if number(written[row]) is None]
    most = 2 * len(alike) > len(used) and len({written[row] for row in alike}) > 2
    if not wrong or not (most or 2 * len(wrong) < len(used)):  # "50%" may be a category
        return False
    cell, row = written[wrong[0]], wrong[0]
    message = f"'{cell}' in column '{column}' is not a number"
    if len(wrong) > 1:
        message = f"'{cell}' in column '{column}' is one of {len(wrong):,} cells "
        message += "that are no numbers"
    message += f", but {len(alike):,} of {len(used):,} look like numbers"
    hints = number_hint(cell), f"if the values are categories, write C({column})"
    table.report_cell("E925", message, row, column, "; ".join(filter(None, hints)))
    return True


_LIKE_A_NUMBER = re.compile(r"[-+−]?[0-9][0-9.,'_ \u00a0\u202f]*([eE][-+]?[0-9]+)?\s*%?")


def _told_apart(table: Observed, column: str, levels: list[str]) -> bool:
    """Report two values that differ only in capitals or blanks."""
    seen: dict[str, str] = {}
    for level in levels:
        first = seen.setdefault(folded(level), level)
        if first != level:
            row = next(
                row
                for row in np.flatnonzero(table.kept).tolist()
                if table.columns[column][row] == level
            )
            message = f"'{level}' in column '{column}' is '{first}' in another row"
            hint = "a category is written the same way in every row"
            table.report_cell("E925", message, row, column, hint)
            return False
    return True


def _ordered(
    model: ModelText, statement: Statement, factor: Factor, levels: list[str]
) -> Coding | None:
    """The values of a category, the one that is left out first."""
    start = statement.right
    span = statement.line.span(factor.place.start + start, factor.place.end + start)
    if factor.reference and factor.reference not in levels:
        message = f"'{factor.reference}' is no value of '{factor.column}'"
        hint = suggest(factor.reference, levels)
        model.report("E924", message, statement.line, span, "", hint)
        return None
    if len(levels) < 2:
        message = f"the column '{factor.column}' has the same value in every row"
        reason = "nothing can be learnt from a covariate that does not vary"
        model.report("E924", message, statement.line, span, reason)
        return None
    first = factor.reference or levels[0]
    return Coding((first, *(level for level in levels if level != first)))


def _levels(table: Observed, column: str) -> list[str]:
    """The values of a column in the rows that are used: as numbers if all are, else as words."""
    used = {
        cell
        for cell, kept, gone in zip(
            table.columns[column], table.kept, table.missing(column), strict=True
        )
        if kept and not gone
    }
    try:
        return sorted(used, key=float)
    except ValueError:
        return sorted(used)


def _in_domain(table: Observed, factor: Factor, numbers: Float[np.ndarray, " row"]) -> bool:
    """Whether a function is defined at every number of the rows that are used."""
    with np.errstate(all="ignore"):
        bad: Bool[np.ndarray, " row"] = ~(np.abs(_changed(factor, numbers)) <= _LARGEST)
    bad &= ~np.isnan(numbers) & table.kept
    if not bad.any():
        return True
    row = int(np.flatnonzero(bad)[0])
    cell = table.columns[factor.column][row]
    message = f"{factor.words} has no value of a useful size at {cell}"
    if bad.sum() > 1:
        message += f", nor in {int(bad.sum()) - 1:,} more rows"
    table.report_cell("E925", message, row, factor.column)
    return False


def _bounded(table: Observed, term: Term, codings: dict[Factor, Coding]) -> bool:
    """Whether the product of the numbers of a term is of a useful size in the rows used."""
    size, known = np.ones(table.rows), table.kept.copy()
    for factor in term:
        numbers = None if codings[factor].levels else table.as_numbers(factor.column)
        if numbers is not None:
            known &= ~np.isnan(numbers)
            with np.errstate(over="ignore", invalid="ignore"):
                size = size * np.abs(_changed(factor, numbers))
    bad = known & ~(size <= _LARGEST)
    if len(term) == 1 or not bad.any():
        return True
    row = int(np.flatnonzero(bad)[0])
    message = f"the product {':'.join(factor.words for factor in term)} has no useful size"
    if bad.sum() > 1:
        message += f", nor in {int(bad.sum()) - 1:,} more rows"
    table.report_cell("E925", message, row, term[0].column)
    return False


def _changed(factor: Factor, numbers: Float[np.ndarray, " row"]) -> Float[np.ndarray, " row"]:
    with np.errstate(all="ignore"):
        match factor.function:
            case "log":
                found = np.log(numbers)
            case "sqrt":
                found = np.sqrt(numbers)
            case "exp":
                found = np.exp(numbers)
            case "abs":
                found = np.abs(numbers)
            case _:
                found = numbers
        return found**factor.power if factor.power > 1 else found
