"""Model, game and table put together: the sample whose likelihood is climbed, with its names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from schelling.case.language.scope import suggest
from schelling.evidence.estimation import identification
from schelling.evidence.estimation.identification import Direction
from schelling.evidence.estimation.moves import (
    NOBODY,
    ErrorKind,
    Link,
    Moves,
    Specification,
)
from schelling.evidence.estimation.sample import Sample
from schelling.games.trees.tree import NodeKind
from schelling.study.estimating import covariates, decisions, game_names
from schelling.study.estimating.covariates import Covariate, Translation
from schelling.study.estimating.game_names import Names
from schelling.study.estimating.model_text import SETTINGS, Line, ModelText, Statement
from schelling.study.estimating.observed_table import MISSING, Observed
from schelling.study.solving.answer import TreeGame

LOG_SCALE = "log(scale)"
MOST_COEFFICIENTS = 300
"""Coefficients of the largest model."""


class Equation(NamedTuple):
    """A predictor: one formula and what it stands for.

    Attributes:
        name: Such as `attacker.war` or `log(scale)`.
        statement: Where it was written.
        translation: Its columns.
        ends: The ends whose payoff it is; none for a scale.
        player: Whose payoff; of a scale `NOBODY`.
    """

    name: str
    statement: Statement
    translation: Translation
    ends: tuple[int, ...]
    player: int


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
    """

    game: TreeGame
    names: Names
    table: Observed
    used: Bool[np.ndarray, " row"]
    left_out: int
    sample: Sample
    equations: tuple[Equation, ...]
    coefficients: tuple[tuple[str, ...], ...]
    clusters: Int[np.ndarray, " used"] | None
    unobserved: tuple[str, ...]


def moves(game: TreeGame) -> Moves:
    """The tree of a game as plain tuples; chance moves with their probabilities."""
    tree = game.tree
    given = {} if game.weights is None else dict(zip(tree.open_edges, game.weights[0], strict=True))
    chance: list[tuple[float, ...]] = []
    for node, kind in enumerate(tree.kind):
        if kind is not NodeKind.CHANCE:
            chance.append(())
            continue
        first = tree.first_edge[node]
        weights = [
            float(given[first + action] if weight is None else weight)
            for action, weight in enumerate(tree.weights[node])
        ]
        chance.append(tuple(weights))
    return Moves(tree.owner, tree.children, tuple(chance), len(tree.players))


def bind(
    model: ModelText, game: TreeGame, table: Observed, *, drop_missing: bool
) -> Bound | None:
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
    equations, specification = _specify(model, game, names, table)
    seen = decisions.seen(model, game.tree, names, table)
    counts = _counts(model, table)
    clusters = _clusters(model, table)
    if specification is None or seen is None or model.problems or table.problems:
        return None
    parts = [each.translation.covariates(table) for each in equations]
    counted = model.settings["count"].text if "count" in model.settings else ""
    used = _used(table, seen, parts, equations, (counts, counted), drop_missing=drop_missing)
    if used is None:
        return None
    total = sum(len(part) for part in parts)
    if total > MOST_COEFFICIENTS:
        line = model.lines[0]
        message = f"the model has {total:,} coefficients; at most {MOST_COEFFICIENTS}"
        model.report("E916", message, line, line.span())
        return None
    matrices = tuple(_matrix(part, used) for part in parts)
    count = int(used.sum())
    sample = Sample(
        specification,
        matrices,
        np.zeros((len(matrices), count)),
        seen.ends[:, used],
        np.ones(count) if counts is None else counts[used],
    )
    codes = None if clusters is None else np.unique(np.array(clusters)[used], return_inverse=True)[1]
    found = Bound(
        game,
        names,
        table,
        used,
        int((table.kept & ~used).sum()),
        sample,
        equations,
        tuple(tuple(one.name for one in part) for part in parts),
        codes,
        seen.unobserved,
    )
    return found if _identified(model, found) else None


def _matrix(part: list[Covariate], used: Bool[np.ndarray, " row"]) -> Float[np.ndarray, "used own"]:
    if not part:
        return np.zeros((int(used.sum()), 0))
    return np.stack([one.values for one in part], axis=1)[used]


def _specify(
    model: ModelText, game: TreeGame, names: Names, table: Observed
) -> tuple[tuple[Equation, ...], Specification | None]:
    tree = game.tree
    count = len(tree.players)
    utility = [[NOBODY] * count for _ in tree.ends]
    fixed = [[float(value) for value in row] for row in game.payoffs[0]]
    equations: list[Equation] = []
    said: set[tuple[int, int]] = set()
    for statement in model.payoffs:
        place = _payoff(model, game, names, statement)
        if place is None:
            continue
        player, ends = place
        if said & {(end, player) for end in ends}:
            message = f"the payoff '{statement.name}' is given twice"
            model.report("E914", message, statement.line, statement.left_span)
        said |= {(end, player) for end in ends}
        slot = _predictor(model, statement, table, equations, (statement.name, ends, player))
        for end in ends:
            utility[end][player] = slot
            if statement.value is not None:
                fixed[end][player] = statement.value
    scale, log_scale = _scales(model, game, table, equations)
    link, errors = model.link or Link.PROBIT, model.errors or ErrorKind.AGENT
    if not _fits(model, game, link, errors):
        return tuple(equations), None
    specification = Specification(
        moves(game),
        tuple(map(tuple, fixed)),
        tuple(map(tuple, utility)),
        tuple(log_scale),
        tuple(scale),
        len(equations),
        link,
        errors,
    )
    return tuple(equations), specification


def _payoff(
    model: ModelText, game: TreeGame, names: Names, statement: Statement
) -> tuple[int, tuple[int, ...]] | None:
    place = names.payoffs.get(statement.name)
    if place is None:
        message = f"'{statement.name}' is no payoff of the game"
        hint = suggest(statement.name, (*names.payoffs, *SETTINGS)) or "a payoff is PLAYER.END"
        model.report("E914", message, statement.line, statement.left_span, "", hint)
        return None
    if place[0] not in game.tree.owner:
        player = game.players[place[0]]
        message = f"'{player}' never moves, so its payoffs decide nothing"
        model.report("E914", message, statement.line, statement.left_span)
        return None
    return place


def _predictor(
    model: ModelText,
    statement: Statement,
    table: Observed,
    equations: list[Equation],
    what: tuple[str, tuple[int, ...], int],
) -> int:
    """Number of the predictor of a statement; `NOBODY` for a fixed number, or `~ 0`."""
    if statement.formula is None:
        return NOBODY
    found = covariates.translate(model, statement, table)
    if found is None:
        return NOBODY
    name, ends, player = what
    equations.append(Equation(name, statement, found, ends, player))
    return len(equations) - 1


def _scales(
    model: ModelText, game: TreeGame, table: Observed, equations: list[Equation]
) -> tuple[list[int], list[float]]:
    """Predictor of the logarithm of each player's scale, and the logarithm where it is fixed."""
    slots, logs = [NOBODY] * len(game.players), [0.0] * len(game.players)
    said: set[int] = set()
    for statement in model.scales:
        if statement.name and statement.name not in game.players:
            message = f"'{statement.name}' is no player of the game"
            hint = suggest(statement.name, game.players)
            model.report("E914", message, statement.line, statement.left_span, "", hint)
            continue
        own = range(len(game.players))
        if statement.name:
            own = [game.players.index(statement.name)]
        if said & set(own):
            message = "a scale is given twice"
            model.report("E914", message, statement.line, statement.left_span)
        said |= set(own)
        name = f"log(scale({statement.name}))" if statement.name else LOG_SCALE
        slot = _predictor(model, statement, table, equations, (name, (), NOBODY))
        for player in own:
            slots[player] = slot
            if statement.value is not None:
                logs[player] = math.log(statement.value)
    return slots, logs


def _fits(model: ModelText, game: TreeGame, link: Link, errors: ErrorKind) -> bool:
    """Whether link and errors have a likelihood for this tree."""
    tree = game.tree
    line = next((each for each in model.lines if each.text.strip().startswith("link")), None)
    line = line or next(iter(model.lines), Line(model.lines[0].path, 1, ""))
    wide = [n for n, owner in enumerate(tree.owner) if owner >= 0 and len(tree.children[n]) > 2]
    if link is Link.LOGIT and errors is ErrorKind.PRIVATE:
        message = "private information needs the probit link"
        reason = "sums of normal shocks are normal; those of extreme values have no known form"
        model.report("E916", message, line, line.span(), reason, "link = probit, or errors = agent")
        return False
    if link is Link.PROBIT and wide:
        count = len(tree.children[wide[0]])
        message = f"a decision has {count} actions; the probit link is for two"
        model.report("E916", message, line, line.span(), "", "link = logit")
        return False
    return True


def _counts(model: ModelText, table: Observed) -> Float[np.ndarray, " row"] | None:
    statement = model.settings.get("count")
    if statement is None or not _exists(model, table, statement):
        return None
    found = table.as_numbers(statement.text)
    row = table.not_a_number(statement.text) if found is None else NOBODY
    if found is not None and (found[table.kept] < 0).any():
        row = int(np.flatnonzero((found < 0) & table.kept)[0])
    if row >= 0:
        cell = table.columns[statement.text][row]
        message = f"'{cell}' in column '{statement.text}' is no count"
        table.report_cell("E915", message, row, statement.text, "a count is at least 0")
        return None
    return found


def _clusters(model: ModelText, table: Observed) -> list[str] | None:
    statement = model.settings.get("cluster")
    if statement is None or not _exists(model, table, statement):
        return None
    return table.columns[statement.text]


def _exists(model: ModelText, table: Observed, statement: Statement) -> bool:
    if statement.text in table.columns:
        return True
    message = f"the table has no column '{statement.text}'"
    hint = suggest(statement.text, table.columns)
    model.report("E914", message, statement.line, statement.right_span, "", hint)
    return False


def _used(
    table: Observed,
    seen: decisions.Seen,
    parts: list[list[Covariate]],
    equations: tuple[Equation, ...],
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
            where.setdefault(row, next(c for c in columns if table.columns[c][row] in MISSING))
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
        table.report("E917", "no row is left to be used", None)
        return None
    return used


def _report_missing(table: Observed, where: dict[int, str]) -> None:
    """The first missing cell of each column, and how many there are."""
    hint = f"--drop-missing leaves out {_rows(len(where))} with missing cells"
    for column in dict.fromkeys(where.values()):
        rows = [row for row, own in where.items() if own == column]
        message = f"the cell of column '{column}' is missing"
        if len(rows) > 1:
            message += f", as in {_rows(len(rows) - 1)} more"
        table.report_cell("E917", message, rows[0], column, hint)


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
            model.report("E918", message, line, span, reason, "leave one of them out")
    if model.problems:
        return False
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
    model.report("E918", message, statement.line, statement.left_span, reason, hint)
    return False


def _combination(found: Direction, labels: list[str]) -> str:
    parts = [f"{part:+.4g}*{label}" for part, label in zip(found.parts, labels, strict=True)]
    return " ".join(parts).lstrip("+")
