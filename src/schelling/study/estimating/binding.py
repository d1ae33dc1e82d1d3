"""Model, game and table put together: the sample whose likelihood is climbed, with its names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from schelling.case.language.typed.scope import suggest
from schelling.evidence.estimation import identification
from schelling.evidence.estimation.derivatives import GameForm
from schelling.evidence.estimation.identification import Direction
from schelling.evidence.estimation.moves import NOBODY
from schelling.evidence.estimation.sample import DecisionSample
from schelling.evidence.estimation.ultimatum import OfferGame
from schelling.study.estimating import decisions, game_names, specifying
from schelling.study.estimating.covariates import Covariate
from schelling.study.estimating.game_names import GameNames
from schelling.study.estimating.model_text import ModelText
from schelling.study.estimating.named_columns import named_column
from schelling.study.estimating.observed_table import MISSING, Observed
from schelling.study.estimating.offer_rules import OFFER_SETTINGS, OfferRules
from schelling.study.estimating.specifying import PayoffFormula
from schelling.study.solving.answer import TreeGame

MOST_NUMBERS = 100_000_000
"""Covariates and ends, over all rows, of the largest model."""
MOST_COEFFICIENTS = 300
"""Coefficients of the largest model."""


@dataclass(frozen=True)
class Bound:
    """A model that fits its game and its table.

    Attributes:
        game: The game.
        names: Names of its ends and moves.
        table: The table.
        used: Rows of the table that are in the sample.
        left_out: Rows that are not, as something is missing in them.
        sample: The sample.
        equations: The predictors, in order.
        coefficients: Name of each coefficient within its equation, by equation.
        clusters: Number of the cluster of each row of the sample.
        unobserved: Moves that no column tells.
        spreads: Standard deviation of the prior of each equation that the model states one for.
        off_path: Columns of decisions, and in how many rows used they tell an action though what
            else the row tells does not lead there; such an action is not used.
    """

    game: TreeGame | OfferRules
    names: GameNames
    table: Observed
    used: Bool[np.ndarray, " row"]
    left_out: int
    sample: DecisionSample
    equations: tuple[PayoffFormula, ...]
    coefficients: tuple[tuple[str, ...], ...]
    clusters: Int[np.ndarray, " used"] | None
    unobserved: tuple[str, ...]
    spreads: tuple[tuple[str, float], ...] = ()
    off_path: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Unbound:
    """What a model says of a game and of a table, before rows are chosen.

    Attributes:
        game: The game.
        names: Names of its ends and moves.
        equations: The predictors, in order.
        form: The game with its predictors.
        seen: What the rows say.
    """

    game: TreeGame | OfferRules
    names: GameNames
    equations: tuple[PayoffFormula, ...]
    form: GameForm
    seen: decisions.Seen


def bind(model: ModelText, game: TreeGame, table: Observed, *, drop_missing: bool) -> Bound | None:
    """Put a model, a game and a table together; what is wrong is reported with its place.

    Args:
        model: The model; problems with its lines go there.
        game: The game, of perfect information, in one draw.
        table: The table; problems with its cells go there.
        drop_missing: Whether rows with missing cells are left out; they are refused if not.

    Returns:
        The sample and its names; None where there is a problem.
    """
    names = game_names.names(game.tree)
    equations, specification = specifying.specify(model, game, names, table)
    seen = decisions.seen(model, game.tree, names, table)
    for name in OFFER_SETTINGS:
        if name in model.settings:
            statement = model.settings[name]
            message = f"'{name}' belongs to the ultimatum game, not to a tree"
            hint = "schelling estimate ultimatum TABLE MODEL"
            model.report("E926", message, statement.line, statement.left_span, "", hint)
    if specification is None or seen is None:
        return None
    given = Unbound(game, names, equations, specification, seen)
    return gathered(model, table, given, drop_missing=drop_missing)


def gathered(
    model: ModelText, table: Observed, given: Unbound, *, drop_missing: bool
) -> Bound | None:
    """Choose the rows and make the sample; what is wrong is reported with its place.

    Args:
        model: The model; problems with its lines go there.
        table: The table; problems with its cells go there.
        given: What they say.
        drop_missing: Whether rows with missing cells are left out; they are refused if not.

    Returns:
        The sample and its names; None where there is a problem.
    """
    seen, equations = given.seen, given.equations
    counts = _counts(model, table)
    clusters = _clusters(model, table)
    if clusters is not None:
        for row in np.flatnonzero(table.missing(model.settings["cluster"].text)).tolist():
            seen.lacking[row] = True
            seen.where.setdefault(row, model.settings["cluster"].text)
    if model.problems or table.problems:
        return None
    parts = [each.translation.covariates(table) for each in equations]
    counted = model.settings["count"].text if "count" in model.settings else ""
    used = _used(table, seen, parts, equations, (counts, counted), drop_missing=drop_missing)
    if used is None:
        return None
    if counts is not None and not counts[used].sum() > 0:
        table.report("E927", "the table counts no play", None)
        return None
    count = int(used.sum())
    _bounded(model, sum(map(len, parts)), len(seen.ends), count)
    codes = _numbered(model, clusters, used)
    if model.problems:
        return None
    matrices = tuple(_matrix(part, used) for part in parts)
    sample = DecisionSample(
        given.form,
        matrices,
        np.zeros((len(matrices), count)),
        seen.ends[:, used],
        np.ones(count) if counts is None else counts[used],
    )
    found = Bound(
        given.game,
        given.names,
        table,
        used,
        int((table.kept & ~used).sum() + table.undecided.sum()),
        sample,
        equations,
        tuple(tuple(one.name for one in part) for part in parts),
        codes,
        seen.unobserved,
        _spreads(model, equations),
        tuple((name, int(r[used].sum())) for name, r in seen.off_path.items() if r[used].any()),
    )
    if model.problems:
        return None
    return found if _identified(model, found) else None


def _bounded(model: ModelText, coefficients: int, ends: int, rows: int) -> None:
    """Report a model that is too large to be fitted."""
    line = model.lines[0]
    if coefficients > MOST_COEFFICIENTS:
        message = f"the model has {coefficients:,} coefficients; at most {MOST_COEFFICIENTS}"
        model.report("E926", message, line, line.span())
    elif rows * (coefficients + ends) > MOST_NUMBERS:
        message = f"{coefficients:,} coefficients and {ends:,} ends of {_rows(rows)} are too many"
        reason = f"a model has at most {MOST_NUMBERS:,} covariates and ends over all rows"
        model.report("E926", message, line, line.span(), reason)


def _numbered(
    model: ModelText, clusters: list[str] | None, used: Bool[np.ndarray, " row"]
) -> Int[np.ndarray, " used"] | None:
    """The number of each row's cluster; a single cluster is reported."""
    if clusters is None:
        return None
    codes = np.unique(np.array(clusters)[used], return_inverse=True)[1]
    if codes.max() < 1:
        statement = model.settings["cluster"]
        message = f"all rows used have the same value of '{statement.text}'"
        reason = "standard errors by cluster need at least 2 clusters"
        model.report("E927", message, statement.line, statement.right_span, reason)
    return codes


def _spreads(
    model: ModelText, equations: tuple[PayoffFormula, ...]
) -> tuple[tuple[str, float], ...]:
    """Standard deviations of stated priors by equation; one without a name is of all payoffs."""
    known = [each.name for each in equations]
    payoffs = [each.name for each in equations if not each.of_scale]
    found: dict[str, float] = {}
    said: set[str] = set()
    for statement in model.priors:
        if statement.name in said:
            message = "a prior is given twice"
            model.report("E924", message, statement.line, statement.left_span)
        said.add(statement.name)
        if statement.name not in ("", *known):
            message = f"'{statement.name}' has no formula, so it has no prior"
            hint = suggest(statement.name, known) or f"formulas: {', '.join(known)}"
            model.report("E924", message, statement.line, statement.left_span, "", hint)
            continue
        for name in [statement.name] if statement.name else payoffs:
            if statement.name or name not in found:
                found[name] = statement.value or 1.0
    return tuple(found.items())


def _matrix(part: list[Covariate], used: Bool[np.ndarray, " row"]) -> Float[np.ndarray, "used own"]:
    if not part:
        return np.zeros((int(used.sum()), 0))
    return np.stack([one.values for one in part], axis=1)[used]


def _counts(model: ModelText, table: Observed) -> Float[np.ndarray, " row"] | None:
    statement = model.settings.get("count")
    if statement is None or not named_column(model, table, statement):
        return None
    found = table.as_numbers(statement.text)
    row = table.not_a_number(statement.text) if found is None else NOBODY
    if found is not None and (found[table.kept] < 0).any():
        row = int(np.flatnonzero((found < 0) & table.kept)[0])
    if row >= 0:
        cell = table.columns[statement.text][row]
        message = f"'{cell}' in column '{statement.text}' is no count"
        table.report_cell("E925", message, row, statement.text, "a count is at least 0")
        return None
    return found


def _clusters(model: ModelText, table: Observed) -> list[str] | None:
    statement = model.settings.get("cluster")
    if statement is None or not named_column(model, table, statement):
        return None
    return table.columns[statement.text]


def _used(
    table: Observed,
    seen: decisions.Seen,
    parts: list[list[Covariate]],
    equations: tuple[PayoffFormula, ...],
    more: tuple[Float[np.ndarray, " row"] | None, str],
    *,
    drop_missing: bool,
) -> Bool[np.ndarray, " row"] | None:
    """The rows in which nothing is missing; None where missing cells are refused."""
    gone = dict.fromkeys(np.flatnonzero(seen.lacking & table.kept).tolist(), "")
    where = dict(seen.where)
    for equation, part in zip(equations, parts, strict=True):
        lacking = np.zeros(table.rows, dtype=bool)
        for one in part:
            lacking |= ~np.isfinite(one.values)
        for row in np.flatnonzero(lacking & table.kept).tolist():
            gone[row] = ""
            columns = equation.translation.formula.columns
            where.setdefault(row, _lacking(table, list(columns), row))
    if more[0] is not None:
        for row in np.flatnonzero(np.isnan(more[0]) & table.kept).tolist():
            gone[row] = ""
            where.setdefault(row, more[1])
    used = table.kept.copy()
    used[list(gone)] = False
    if gone and not drop_missing:
        _report_missing(table, {row: where[row] for row in sorted(gone)})
        return None
    if not used.any():
        table.report("E927", "no row is left to be used", None)
        return None
    return used


def _lacking(table: Observed, columns: Sequence[str], row: int) -> str:
    """The first of some columns that says nothing in a row."""
    return next((one for one in columns if table.columns[one][row] in MISSING), columns[0])


def _report_missing(table: Observed, where: dict[int, str]) -> None:
    """The first missing cell of each column, and how many there are."""
    hint = f"--drop-missing leaves out {_rows(len(where))} with missing cells"
    for column in dict.fromkeys(where.values()):
        rows = [row for row, own in where.items() if own == column]
        message = f"the cell of column '{column}' is missing"
        if len(rows) > 1:
            message += f", as in {_rows(len(rows) - 1)} more"
        table.report_cell("E927", message, rows[0], column, hint)


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"


def _identified(model: ModelText, bound: Bound) -> bool:
    """Whether every coefficient can be told from the others; what cannot is reported."""
    sample = bound.sample
    for equation, names, columns in zip(
        bound.equations, bound.coefficients, sample.covariates, strict=True
    ):
        found = identification.dependent_columns(columns)
        if found is not None:
            labels = [names[member] for member in found.members]
            message = f"the columns of '{equation.name}' are linearly dependent"
            reason = f"in the rows used, {_combination(found, labels)} = 0"
            line = equation.statement.line
            span = equation.statement.right_span
            model.report("E928", message, line, span, reason, "leave one of them out")
    if model.problems:
        return False
    if isinstance(sample.specification, OfferGame):
        return True  # payoffs are in money, and every offer tells a reservation value
    found = identification.unidentified(sample)
    if found is None:
        return True
    flat = [
        (equation, f"{equation.name}:{name}")
        for equation, names in zip(bound.equations, bound.coefficients, strict=True)
        for name in names
    ]
    labels = [flat[member][1] for member in found.members]
    message = "these coefficients cannot be told apart: " + ", ".join(labels)
    reason = "only differences of a player's payoffs, in units of its scale, decide what it does"
    hint = "fix one of them: a payoff by '= 0', a covariate by leaving it out of one formula"
    statement = flat[found.members[0]][0].statement
    model.report("E928", message, statement.line, statement.left_span, reason, hint)
    return False


def _combination(found: Direction, labels: list[str]) -> str:
    parts = [f"{part:+.4g}*{label}" for part, label in zip(found.parts, labels, strict=True)]
    return " ".join(parts).lstrip("+")
