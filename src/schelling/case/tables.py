"""Tables of a case, in which actors choose at the same time: cells to moves, payoffs, effects.

A table becomes the tree in which its actors move one after the other, the first listed first, and
nobody sees what those before have done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from schelling.case import names, schema, trees
from schelling.case.draft import Draft
from schelling.case.model import Branch, Choice, Origin
from schelling.case.scope import suggest
from schelling.case.text import Path

MAX_CELLS = 256

_NOTHING = schema.Cell.model_validate({})


@dataclass(frozen=True)
class _Table:
    """One table being read.

    Attributes:
        draft: Takes the problems.
        around: What cells can refer to.
        moves: Every actor with its actions, in the order of the table.
    """

    draft: Draft
    around: trees.Surroundings
    moves: tuple[tuple[str, tuple[str, ...]], ...]

    def choice(self, raw: Mapping[str, schema.Cell | None], path: Path, depth: int = 0) -> Choice:
        """The move of one actor, with those after it below."""
        actor, actions = self.moves[depth]
        for action in raw:
            if action not in actions:
                message = f"'{action}' is not an action of '{actor}'"
                hint = suggest(action, actions)
                self.draft.report_key("E413", message, (*path, action), hint=hint)
        if missing := [action for action in actions if action not in raw]:
            listed = " and ".join(f"'{action}'" for action in missing)
            message = f"nothing is said of what happens when '{actor}' chooses {listed}"
            self.draft.report_key("E413", message, path, "a table has a cell for all they can do")
        found = [
            self.cell(action, raw[action] or _NOTHING, (*path, action), depth)
            if action in raw
            else Branch(action, (), (), None, None, Origin())
            for action in actions
        ]
        return Choice(actor, tuple(found))

    def cell(self, action: str, raw: schema.Cell, path: Path, depth: int) -> Branch:
        """What an action leads to, or where the next actor's actions are."""
        below = raw.__pydantic_extra__ or {}
        origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
        if depth + 1 < len(self.moves):
            following = self.moves[depth + 1][0]
            for key in sorted(raw.model_fields_set & set(schema.Cell.model_fields)):
                written = schema.Cell.model_fields[key].alias or key
                message = f"'{written}' stands where everybody has chosen; '{following}' has not"
                self.draft.report_key("E413", message, (*path, written))
            then = self.choice(below, path, depth + 1)
            return Branch(action, (), (), None, then, origin)
        for key in below:
            hint = suggest(key, schema.CELL_KEYS)
            self.draft.report_key("E201", f"unknown key '{key}'", (*path, key), hint=hint)
        paid = trees.payoffs(self.draft, raw.payoffs, (*path, "payoffs"), self.around)
        what = trees.effects(self.draft, raw.effects, (*path, "effects"), self.around)
        movers = {actor for actor, _ in self.moves} & set(self.around.actors)
        trees.everybody_paid(self.draft, movers, frozenset(actor for actor, _ in paid), path)
        return Branch(action, paid, what, None, None, origin)


def table(
    draft: Draft, raw: schema.Matrix, path: Path, around: trees.Surroundings, least: int = 2
) -> tuple[Choice, tuple[str, ...]] | None:
    """The moves of a table and the actors that have payoffs in it, in the case's order.

    Args:
        draft: Takes the problems.
        raw: The table.
        path: Its place in the file.
        around: What it can refer to.
        least: Actors it needs.

    Returns:
        None where its moves make no table.
    """
    moves = tuple((actor, tuple(actions)) for actor, actions in raw.moves.items())
    if not _fits(draft, moves, path, around, least):
        return None
    root = _Table(draft, around, moves).choice(raw.cells, (*path, "cells"))
    present = {actor for actor, _ in moves}
    present |= {actor for branch in trees.branches(root) for actor, _ in branch.payoffs}
    return root, tuple(actor for actor in around.actors if actor in present)


def _fits(
    draft: Draft,
    moves: tuple[tuple[str, tuple[str, ...]], ...],
    path: Path,
    around: trees.Surroundings,
    least: int,
) -> bool:
    """Whether the moves make a table; what is wrong with them is reported."""
    before = len(draft.problems)
    where = (*path, "moves")
    if len(moves) < least:
        few = "one actor moves" if moves else "nobody moves"
        message = f"{few} in this table; it needs {'two' if least > 1 else 'one'} at least"
        hint = "one actor alone chooses in a 'tree'" if least > 1 else ""
        draft.report_key("E413", message, where, hint=hint)
    for actor, actions in moves:
        trees.known_actor(draft, actor, (*where, actor), around.actors)
        if not actions:
            draft.report_key("E413", f"'{actor}' has nothing to choose from", (*where, actor))
        places: list[tuple[str, Path]] = [
            (action, (*where, actor, number)) for number, action in enumerate(actions)
        ]
        for action, place in places:
            names.check(draft, action, place, element=False)
            if action in schema.CELL_KEYS:
                message = f"'{action}' is a key of the cells of a table"
                draft.report("E207", message, place, hint="choose another name")
        names.collisions(draft, places)
    cells = prod(len(actions) for _, actions in moves)
    if cells > MAX_CELLS:
        message = f"the table has {cells:,} cells; at most {MAX_CELLS:,} are read"
        draft.report_key("E413", message, where)
    return len(draft.problems) == before
