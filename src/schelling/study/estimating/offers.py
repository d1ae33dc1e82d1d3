"""Model and table of an ultimatum game put together."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from schelling.case.language.typed.scope import suggest
from schelling.evidence.estimation import ultimatum
from schelling.evidence.estimation.moves import NOBODY, ErrorKind, LinkFunction
from schelling.evidence.estimation.ultimatum import OfferGame
from schelling.study.estimating import binding, covariates, formula
from schelling.study.estimating.binding import Bound, Unbound
from schelling.study.estimating.decisions import Seen
from schelling.study.estimating.model_text import ModelText, Statement
from schelling.study.estimating.named_columns import named_column
from schelling.study.estimating.observed_table import MISSING, Observed
from schelling.study.estimating.offer_rules import OUTCOMES, OfferRules
from schelling.study.estimating.specifying import PayoffFormula

_RULES = OfferRules()
_UNIT = 0.1  # of the mean pie: a change of a reservation value that counts as one
_ANSWERS = {"1": 1.0, "1.0": 1.0, "yes": 1.0, "accepted": 1.0, "accept": 1.0, "true": 1.0} | {
    "0": 0.0, "0.0": 0.0, "no": 0.0, "rejected": 0.0, "reject": 0.0, "false": 0.0
}  # fmt: skip


def bind(model: ModelText, table: Observed, *, drop_missing: bool) -> Bound | None:
    """Put a model of offers and a table together; what is wrong is reported with its place.

    Args:
        model: The model; problems with its lines go there.
        table: The table; problems with its cells go there.
        drop_missing: Whether rows with missing cells are left out; they are refused if not.

    Returns:
        The sample and its names; None where there is a problem.
    """
    _refuse_others(model)
    equations: list[PayoffFormula] = []
    values = _reservations(model, table, equations)
    scales = _scales(model, table, equations)
    seen = _seen(model, table)
    if model.problems or table.problems or seen is None:
        return None
    form = OfferGame(
        (values[0][0], values[1][0]),
        (values[0][1], values[1][1]),
        (scales[0][0], scales[1][0]),
        (scales[0][1], scales[1][1]),
        len(equations),
    )
    given = Unbound(_RULES, OUTCOMES, tuple(equations), form, seen)
    found = binding.gathered(model, table, given, drop_missing=drop_missing)
    if found is None:
        return None
    unit = _UNIT * mean_pie(found)
    units = tuple(unit if each.name in _RULES.payoffs else 1.0 for each in equations)
    return replace(found, sample=replace(found.sample, units=units))


def begin(bound: Bound) -> Float[np.ndarray, " coefficient"]:
    """Where climbs start: reservation values of a fifth of the pie, scales of a tenth.

    Args:
        bound: A model of offers.

    Returns:
        Coefficients that are zero but for intercepts.
    """
    pie = mean_pie(bound)
    found = np.zeros(bound.sample.coefficients)
    for equation, names, own in zip(
        bound.equations, bound.coefficients, bound.sample.slices, strict=True
    ):
        if covariates.INTERCEPT in names:
            level = 0.2 * pie if equation.name in _RULES.payoffs else math.log(0.1 * pie)
            found[own.start + names.index(covariates.INTERCEPT)] = level
    return found


def mean_pie(bound: Bound) -> float:
    """The mean pie of the observations used.

    Args:
        bound: A model of offers.
    """
    return float(np.average(bound.sample.seen[ultimatum.PIE], weights=bound.sample.weights))


def _refuse_others(model: ModelText) -> None:
    for statement in model.choices:
        message = "the ultimatum game has an offer and an answer, and no other choices"
        hint = "offer = COLUMN, answer = COLUMN"
        model.report("E926", message, statement.line, statement.left_span, "", hint)
    for name in ("outcome", "decision", "action", "behaviour"):
        if name in model.settings:
            statement = model.settings[name]
            message = f"the ultimatum game has an offer and an answer, no line '{name}'"
            model.report("E926", message, statement.line, statement.left_span)
    wrong = [model.link not in (None, LinkFunction.LOGIT), model.errors is ErrorKind.AGENT]
    if any(wrong):
        message = "the ultimatum game has logistic reservation values, known to their owners alone"
        hint = "leave out 'link' and 'errors'"
        line = model.lines[0]
        model.report("E926", message, line, line.span(), "", hint)


def _reservations(
    model: ModelText, table: Observed, equations: list[PayoffFormula]
) -> list[tuple[int, float]]:
    """Predictor and fixed value of each reservation value."""
    found = [(NOBODY, 0.0)] * 2
    said: set[str] = set()
    for statement in model.payoffs:
        if statement.name not in _RULES.payoffs:
            message = f"'{statement.name}' is no payoff of the ultimatum game that is estimated"
            hint = suggest(statement.name, _RULES.payoffs) or " and ".join(_RULES.payoffs)
            model.report("E924", message, statement.line, statement.left_span, "", hint)
            continue
        if statement.name in said:
            message = f"the payoff '{statement.name}' is given twice"
            model.report("E924", message, statement.line, statement.left_span)
        said.add(statement.name)
        slot = _predictor(model, statement, table, equations, statement.name)
        found[_RULES.payoffs.index(statement.name)] = slot, statement.value or 0.0
    return found


def _scales(
    model: ModelText, table: Observed, equations: list[PayoffFormula]
) -> list[tuple[int, float]]:
    """Predictor and fixed logarithm of each scale; one that no line names is estimated."""
    found: list[tuple[int, float] | None] = [None, None]
    for statement in model.scales:
        if statement.name not in _RULES.players:
            message = "a scale of the ultimatum game is the proposer's or the responder's"
            hint = "log(scale(proposer)) ~ 1, or scale(responder) = NUMBER"
            model.report("E924", message, statement.line, statement.left_span, "", hint)
            continue
        player = _RULES.players.index(statement.name)
        if found[player] is not None:
            model.report("E924", "a scale is given twice", statement.line, statement.left_span)
        name = f"log(scale({statement.name}))"
        slot = _predictor(model, statement, table, equations, name)
        fixed = 0.0 if statement.value is None else math.log(statement.value)
        found[player] = slot, fixed
    for player, name in enumerate(_RULES.players):
        if found[player] is None:
            left = f"log(scale({name}))"
            statement = Statement(left, model.lines[0], 0, "1", formula.parse("1"))
            found[player] = _predictor(model, statement, table, equations, left), 0.0
    return [one for one in found if one is not None]


def _predictor(
    model: ModelText,
    statement: Statement,
    table: Observed,
    equations: list[PayoffFormula],
    name: str,
) -> int:
    if statement.formula is None:
        return NOBODY
    found = covariates.translate(model, statement, table)
    if found is None:
        return NOBODY
    equations.append(PayoffFormula(name, statement, found, (), NOBODY))
    return len(equations) - 1


def _seen(model: ModelText, table: Observed) -> Seen | None:
    """Offers, pies and answers."""
    offer = model.settings.get("offer")
    pie = model.settings.get("pie")
    for name, statement, form in (
        ("offer", offer, "offer = COLUMN"),
        ("pie", pie, "pie = NUMBER or COLUMN"),
    ):
        if statement is None:
            line = model.lines[0]
            message = f"the ultimatum game needs the {name}"
            model.report("E926", message, line, line.span(), "", form)
    if offer is None or pie is None or not named_column(model, table, offer):
        return None
    rows = np.full((3, table.rows), ultimatum.UNKNOWN)
    result = Seen(rows, np.zeros(table.rows, dtype=bool))
    sizes = _sizes(model, table, pie)
    offers = _amounts(table, offer.text)
    if sizes is None or offers is None:
        return None
    rows[ultimatum.OFFER], rows[ultimatum.PIE] = offers, sizes
    _missing(table, result, np.isnan(offers), offer.text)
    _missing(table, result, np.isnan(sizes), pie.text)
    if not _within(table, offer.text, rows) or not _answers(model, table, result):
        return None
    return result


def _sizes(model: ModelText, table: Observed, pie: Statement) -> Float[np.ndarray, " row"] | None:
    """The pie of each row: one number, or a column."""
    if pie.text in table.columns:
        found = _amounts(table, pie.text)
        return found if found is None or _positive(table, pie.text, found) else None
    try:
        value = float(pie.text)
    except ValueError:
        named_column(model, table, pie)
        return None
    if not (math.isfinite(value) and value > 0):
        model.report("E921", "the pie is a positive number", pie.line, pie.right_span)
        return None
    return np.full(table.rows, value)


def _positive(table: Observed, column: str, pies: Float[np.ndarray, " row"]) -> bool:
    wrong = (pies <= 0) & table.kept
    for row in np.flatnonzero(wrong)[:1].tolist():
        message = f"'{table.columns[column][row]}' in column '{column}' is no pie"
        table.report_cell("E925", message, row, column, "a pie is a positive number")
    return not wrong.any()


def _amounts(table: Observed, column: str) -> Float[np.ndarray, " row"] | None:
    numbers = table.as_numbers(column)
    if numbers is None:
        row = table.not_a_number(column)
        cell = table.columns[column][row]
        table.report_cell("E925", f"'{cell}' in column '{column}' is not a number", row, column)
    return numbers


def _missing(table: Observed, result: Seen, gone: np.ndarray, column: str) -> None:
    for row in np.flatnonzero(gone & table.kept).tolist():
        result.lacking[row] = True
        result.where.setdefault(row, column)


def _within(table: Observed, column: str, rows: Float[np.ndarray, "what row"]) -> bool:
    """Whether every offer lies between nothing and the pie."""
    offer, pie = rows[ultimatum.OFFER], rows[ultimatum.PIE]
    wrong = ((offer < 0) | (offer > pie)) & table.kept
    for row in np.flatnonzero(wrong)[:1].tolist():
        message = f"an offer of {offer[row]:.6g} does not lie between 0 and the pie, {pie[row]:.6g}"
        table.report_cell("E925", message, row, column)
    return not wrong.any()


def _answers(model: ModelText, table: Observed, result: Seen) -> bool:
    """Whether every answer can be read; without a column all answers are unknown."""
    statement = model.settings.get("answer")
    if statement is None:
        result.unobserved = ("the answer",)
        return True
    if not named_column(model, table, statement):
        return False
    column = statement.text
    for row, cell in enumerate(table.columns[column]):
        if not table.kept[row]:
            continue
        if cell in MISSING:
            result.lacking[row] = True
            result.where.setdefault(row, column)
        elif cell.lower() not in _ANSWERS:
            message = f"'{cell}' in column '{column}' is no answer"
            table.report_cell("E925", message, row, column, "an answer is 1 or 0, yes or no")
            return False
        else:
            result.ends[ultimatum.ANSWER, row] = _ANSWERS[cell.lower()]
    return True
