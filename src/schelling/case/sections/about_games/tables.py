"""Tables of a case, in which actors choose at the same time: cells to moves, payoffs, effects.

A table becomes the tree in which its actors move one after the other, the first listed first, and
nobody sees what those before have done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from schelling.case import names
from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import family_name, suggest
from schelling.case.language.typed.types import Constant, Typed
from schelling.case.language.typed.units import PURE
from schelling.case.model import Branch, Choice, Effect
from schelling.case.schema import commas, game_parts
from schelling.case.sections.about_games import tree_walks, trees
from schelling.case.sections.about_games.continuing import with_worth
from schelling.case.sources import Origin

MAX_CELLS = 256
_WHOLE = 1e-9

_NOTHING = game_parts.Cell.model_validate({})


@dataclass(frozen=True)
class States:
    """Where a table stands in a game with states.

    Attributes:
        here: The state it is the table of.
        known: All states.
    """

    here: str
    known: tuple[str, ...]


@dataclass(frozen=True)
class _Table:
    """One table being read.

    Attributes:
        draft: Takes the problems.
        around: What cells can refer to.
        moves: Every actor with its actions, in the order of the table.
        states: The states, if it is the table of one.
    """

    draft: Draft
    around: trees.Surroundings
    moves: tuple[tuple[str, tuple[str, ...]], ...]
    states: States | None

    def choice(
        self, raw: Mapping[str, game_parts.Cell | None], path: Path, depth: int = 0
    ) -> Choice:
        """The move of one actor, with those after it below."""
        actor, actions = self.moves[depth]
        for action in raw:
            if action not in actions:
                message = f"'{action}' is not an action of '{actor}'"
                hint = suggest(action, actions)
                self.draft.report_key("E413", message, (*path, action), hint=hint)
        if missing := [action for action in actions if action not in raw]:
            listed = " and ".join(f"'{action}'" for action in missing)
            message = f"the table has no cell for what happens when '{actor}' chooses {listed}"
            self.draft.report_key(
                "E413", message, path, "a table needs a cell for every combination of actions"
            )
        found = [
            self.cell(action, raw[action] or _NOTHING, (*path, action), depth)
            if action in raw
            else Branch(action, (), (), None, None, Origin())
            for action in actions
        ]
        return Choice(actor, tuple(found))

    def cell(self, action: str, raw: game_parts.Cell, path: Path, depth: int) -> Branch:
        """What an action leads to, or where the next actor's actions are."""
        below = raw.__pydantic_extra__ or {}
        origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
        if depth + 1 < len(self.moves):
            following = self.moves[depth + 1][0]
            for key in sorted(raw.model_fields_set & set(game_parts.Cell.model_fields)):
                written = game_parts.Cell.model_fields[key].alias or key
                message = (
                    f"'{written}' belongs where everybody has chosen; '{following}' has not yet"
                )
                self.draft.report_key("E413", message, (*path, written))
            then = self.choice(below, path, depth + 1)
            return Branch(action, (), (), None, then, origin)
        for key in below:
            hint = commas.hint(self.draft, (*path, key)) or suggest(key, game_parts.CELL_KEYS)
            self.draft.report_key("E201", f"unknown key '{key}'", (*path, key), hint=hint)
        paid = trees.payoffs(self.draft, raw.payoffs, (*path, "payoffs"), self.around)
        paid = with_worth(self.draft, paid, raw.worth, path, self.around.scope, self.around.actors)
        what: tuple[Effect, ...] = ()
        if raw.effects and self.states is not None:
            message = "a game with states is not played, so it cannot have effects"
            hint = "'next' says which state follows"
            self.draft.report_key("E416", message, (*path, "effects"), hint=hint)
        else:
            what = trees.unread(raw.effects)
        movers = {actor for actor, _ in self.moves} & set(self.around.actors)
        trees.everybody_paid(self.draft, movers, frozenset(actor for actor, _ in paid), path)
        return Branch(action, paid, what, None, None, origin, self.following(raw.next, path))

    def following(self, raw: Mapping[str, str], path: Path) -> tuple[tuple[str, Typed], ...]:
        """Chances of the next state."""
        if raw and self.states is None:
            message = "'next' belongs only to games with 'states'"
            self.draft.report_key("E416", message, (*path, "next"))
            return ()
        found: list[tuple[str, Typed]] = []
        known = self.states.known if self.states is not None else ()
        for state in raw:
            here = (*path, "next", state)
            if state not in known:
                message = f"'{state}' is not a state of this game"
                self.draft.report_key("E416", message, here, hint=suggest(state, known))
            found.append((state, self.draft.infer(here, self.around.scope, PURE)))
        self.whole(found, (*path, "next"))
        return tuple(found)

    def whole(self, following: list[tuple[str, Typed]], path: Path) -> None:
        """Report chances, all of them numbers, that are none or add up to something else."""
        values = [v.value for _, v in following if isinstance(v, Constant) and v.type.known]
        total = sum(values)
        all_said = len(values) == len(following) and bool(following)
        named = self.states is not None and self.states.here in dict(following)
        if any(value < 0 for value in values):
            self.draft.report_key("E416", "a probability of the next state is negative", path)
        elif total > 1 + _WHOLE or (all_said and named and abs(total - 1) > _WHOLE):
            message = f"the probabilities of the next state add up to {total:g}, not 1"
            self.draft.report_key("E416", message, path)


def table(
    draft: Draft,
    raw: game_parts.Matrix,
    path: Path,
    around: trees.Surroundings,
    states: States | None = None,
) -> tuple[Choice, tuple[str, ...]] | None:
    """The moves of a table and the actors that have payoffs in it, in the case's order.

    Args:
        draft: Takes the problems.
        raw: The table.
        path: Its place in the file.
        around: What it can refer to.
        states: The states, if it is the table of one.

    Returns:
        None where its moves make no table.
    """
    moves = tuple((actor, tuple(actions)) for actor, actions in raw.moves.items())
    least = 2 if states is None else 1
    if not _fits(draft, moves, path, around, least):
        return None
    root = _Table(draft, around, moves, states).choice(raw.cells, (*path, "cells"))
    present = {actor for actor, _ in moves}
    present |= {actor for branch in tree_walks.branches(root) for actor, _ in branch.payoffs}
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
        few = "only one actor moves" if moves else "nobody moves"
        message = f"{few} in this table; it needs at least {'two' if least > 1 else 'one'}"
        hint = "use a 'tree' for the choices of a single actor" if least > 1 else ""
        draft.report_key("E413", message, where, hint=hint)
    for actor, actions in moves:
        trees.known_actor(draft, actor, (*where, actor), around.actors)
        if not actions:
            draft.report_key("E413", f"'{actor}' has no actions to choose from", (*where, actor))
        places: list[tuple[str, Path]] = [
            (action, (*where, actor, number)) for number, action in enumerate(actions)
        ]
        for action, place in places:
            names.check(draft, family_name(action), place, element=False)
            if action in game_parts.CELL_KEYS:
                message = f"'{action}' is a key of the cells of a table"
                draft.report("E207", message, place, hint="choose another name")
        names.collisions(draft, places)
    cells = prod(len(actions) for _, actions in moves)
    if cells > MAX_CELLS:
        message = f"the table has {cells:,} cells; at most {MAX_CELLS:,} are allowed"
        draft.report_key("E413", message, where)
    return len(draft.problems) == before
