"""What was seen: the ends of the game that agree with each row of the table.

A row says how the game ended (`outcome = COLUMN`), or what was decided where
(`choice(DECISION) = COLUMN`), or both. A cell holds the label of an action; where there are two,
0 and 1 stand for the first and the second. The cell of a decision that was not reached may tell an
action, which is counted and not used; a decision that no column tells is summed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float

from schelling.case.language.typed.scope import suggest
from schelling.games.trees.tree import Tree
from schelling.study.estimating.game_names import GameNames
from schelling.study.estimating.model_text import ModelText, Statement
from schelling.study.estimating.named_columns import named_column
from schelling.study.estimating.observed_table import MISSING, Observed

_NOT_TAKEN = -1
_UNKNOWN = -2


@dataclass
class Seen:
    """What the rows say.

    Attributes:
        ends: The ends that agree with each row; of the ultimatum game offer, pie and answer.
        lacking: Rows in which a decision that was reached, or the outcome, is missing.
        where: For some of them, the column that lacks it.
        unobserved: Moves that no column tells, by their shortest names.
        off_path: Of each column of a decision, the rows that tell an action though what else they
            tell does not lead there.
    """

    ends: Bool[np.ndarray, "end row"] | Float[np.ndarray, "what row"]
    lacking: Bool[np.ndarray, " row"]
    where: dict[int, str] = field(default_factory=dict[int, str])
    unobserved: tuple[str, ...] = ()
    off_path: dict[str, Bool[np.ndarray, " row"]] = field(
        default_factory=dict[str, Bool[np.ndarray, " row"]]
    )


def seen(model: ModelText, tree: Tree, names: GameNames, table: Observed) -> Seen | None:
    """Find the ends that agree with each row; what is wrong is reported with its place.

    Args:
        model: The model; problems with its lines go there.
        tree: The game.
        names: Its names.
        table: The table; problems with its cells go there.

    Returns:
        What was seen; None where there is a problem.
    """
    columns: dict[int, str] = {}
    sound = True
    for statement in model.choices:
        node = _move(model, names, statement)
        found = named_column(model, table, statement)
        if node is None or not found:
            sound = False
        elif node in columns:
            message = f"the decision '{statement.name}' has two columns"
            model.report("E924", message, statement.line, statement.left_span)
            sound = False
        else:
            columns[node] = statement.text
    outcome = model.settings.get("outcome")
    if outcome is not None and not named_column(model, table, outcome):
        return None
    if not sound or not _some(model, names, columns, outcome):
        return None
    result = Seen(
        np.ones((len(tree.ends), table.rows), dtype=bool), np.zeros(table.rows, dtype=bool)
    )
    good = outcome is None or _by_outcome(names, table, outcome.text, result)
    for node, column in sorted(columns.items()):  # a move after those that lead to it
        good &= _by_choice(tree, names, table, node, column, result)
    if outcome is None:
        result.unobserved = tuple(p.names[0] for p in names.places if p.node not in columns)
    if not good:
        return None
    return result if _agreeing(table, columns, outcome, result) else None


def _some(
    model: ModelText, names: GameNames, columns: dict[int, str], outcome: Statement | None
) -> bool:
    if columns or outcome is not None:
        return True
    places = [place.names[:2][-1] for place in names.places]
    hint = "outcome = COLUMN, or " + ", ".join(f"choice({name}) = COLUMN" for name in places[:4])
    message = "the model does not say which columns of the table hold the decisions"
    if model.lines:
        model.report("E924", message, model.lines[0], model.lines[0].span(), "", hint)
    return False


def _move(model: ModelText, names: GameNames, statement: Statement) -> int | None:
    node = names.moves.get(statement.name)
    if node is not None and node >= 0:
        return node
    message = f"'{statement.name}' is no decision of the game"
    hint = suggest(statement.name, names.moves)
    if node is not None:
        message = f"several decisions are called '{statement.name}'"
        same = [p for p in names.places if statement.name in p.names]
        hint = "call them " + ", ".join(place.names[0] for place in same)
    model.report("E924", message, statement.line, statement.left_span, "", hint)
    return None


def _by_outcome(names: GameNames, table: Observed, column: str, result: Seen) -> bool:
    written, count = table.columns[column], len(result.ends)
    wrong: dict[str, list[int]] = {}
    known: dict[str, Bool[np.ndarray, " end"]] = {}
    for name, ends in names.ends.items():
        known[name] = np.isin(np.arange(count), ends)
    for row in np.flatnonzero(table.kept).tolist():
        cell = written[row]
        if cell in known:
            result.ends[:, row] = known[cell]
        elif cell in MISSING:
            result.lacking[row] = True
            result.where[row] = column
        else:
            wrong.setdefault(cell, []).append(row)
    for cell, rows in wrong.items():
        message = f"'{cell}' in column '{column}' is no end of the game{_as_in(rows)}"
        table.report_cell("E925", message, rows[0], column, suggest(cell, names.ends))
    return not wrong


def _as_in(rows: list[int]) -> str:
    """How many rows more have the same."""
    more = len(rows) - 1
    return f", as in {more:,} row{'' if more == 1 else 's'} more" if more else ""


def _by_choice(
    tree: Tree, names: GameNames, table: Observed, node: int, column: str, result: Seen
) -> bool:
    """Rule out the ends below the actions that were not taken."""
    actions, written = tree.actions[node], table.columns[column]
    codes = {label: position for position, label in enumerate(actions)}
    if len(actions) == 2 and not {"0", "1"} & set(codes):
        codes |= {"0": 0, "1": 1, "0.0": 0, "1.0": 1}
    found = [codes.get(cell, _UNKNOWN if cell in MISSING else _NOT_TAKEN) for cell in written]
    taken = np.array(found, dtype=int)
    below = [_ends_below(tree, child) for child in tree.children[node]]
    reachable = result.ends[np.concatenate(below)].any(axis=0) & table.kept
    wrong: dict[str, list[int]] = {}
    for row in np.flatnonzero((taken == _NOT_TAKEN) & table.kept).tolist():
        wrong.setdefault(written[row], []).append(row)
    for cell, rows in wrong.items():
        message = f"'{cell}' in column '{column}' is no action there{_as_in(rows)}"
        hint = "actions: " + ", ".join(map(repr, actions))
        if len(actions) == 2:
            hint += "; 0 and 1 stand for the first and the second"
        table.report_cell("E925", message, rows[0], column, hint)
    result.off_path[column] = (taken >= 0) & ~reachable & table.kept
    for action, ends in enumerate(below):
        ruled_out = (taken != action) & (taken >= 0)
        result.ends[np.ix_(ends, np.flatnonzero(ruled_out))] = False
    for row in np.flatnonzero((taken == _UNKNOWN) & reachable).tolist():
        result.lacking[row] = True
        result.where.setdefault(row, column)
    return not wrong


def _ends_below(tree: Tree, node: int) -> np.ndarray:
    last = node + tree.subtree_size[node]
    return np.array([e for e, place in enumerate(tree.ends) if node <= place < last], dtype=int)


def _agreeing(
    table: Observed, columns: dict[int, str], outcome: Statement | None, result: Seen
) -> bool:
    """Whether every row agrees with some end."""
    bad = ~result.ends.any(axis=0) & table.kept & ~result.lacking
    for row in np.flatnonzero(bad).tolist():
        column = outcome.text if outcome is not None else next(iter(columns.values()))
        message = "the decisions contradict each other or the outcome"
        table.report_cell("E925", message, row, column)
    return not bad.any()
