"""How a game of a case is solved: its form, the concept, the precision; what fits what."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import Scope, suggest
from schelling.case.language.typed.types import Constant, Kind, Type, Typed
from schelling.case.model import CHANCE, Choice
from schelling.case.schema import game_parts
from schelling.case.sections.about_games import private, tables, tree_walks, trees

BEST = Constant(math.inf, Type(Kind.NUMBER, None))
"""The precision of an actor who always takes what is best."""

_TYPE = re.compile(r"\btype\s*\(")

FORMS = ("tree", "matrix")
EITHER = "a game is either a 'tree' or a 'matrix', or has 'states'"
MOST_NASH = 5
"""Actions of an actor up to which all mixed equilibria of a table are enumerated."""


@dataclass(frozen=True)
class GameForm:
    """What a game is made of.

    Attributes:
        key: `tree` or `matrix`.
        root: The first move.
        actors: Those who have payoffs, in the order of the case.
        types: Of each actor that has some.
    """

    key: str
    root: Choice
    actors: tuple[str, ...]
    types: private.Types = ()

    @property
    def at_once(self) -> bool:
        """Whether it is a table in which everybody knows all payoffs."""
        return self.key == "matrix" and not self.types


def no_types(draft: Draft, raw: game_parts.Game, path: Path, form: str) -> None:
    """Report types of a game that is no tree."""
    if raw.types:
        message = f"types are for trees and tables; '{path[-1]}' is {form}"
        draft.report_key("E485", message, (*path, "types"))


def form(
    draft: Draft, raw: game_parts.Game, path: Path, around: trees.Surroundings
) -> GameForm | None:
    """The tree or the table of a game; None, with problems noted, where it has neither."""
    given = [key for key in FORMS if getattr(raw, key) is not None]
    if len(given) != 1:
        name = path[-1]
        message = f"'{name}' has no 'tree'"
        if given:
            message = f"'{name}' has a {' and a '.join(given)}"
        draft.report_key("E202" if not given else "E414", message, path, hint=EITHER)
        return None
    if raw.tree is not None:
        types = private.declared(draft, raw.types, (*path, "types"), around.actors)
        found = trees.tree(draft, raw.tree, (*path, "tree"), around, types)
        return GameForm("tree", *found, types)
    if raw.matrix is not None and raw.types:
        return _typed_table(draft, raw.matrix, raw.types, path, around)
    if raw.matrix is not None:
        found = tables.table(draft, raw.matrix, (*path, "matrix"), around)
        return None if found is None else GameForm("matrix", *found)
    return None


def _typed_table(
    draft: Draft,
    raw: game_parts.Matrix,
    written: private.Raw,
    path: Path,
    around: trees.Surroundings,
) -> GameForm | None:
    """A table whose actors have types: after every draw of them, the moves that nobody sees."""
    types = private.declared(draft, written, (*path, "types"), around.actors)
    actors: tuple[str, ...] = ()
    whole = True

    def follow(scope: Scope) -> Choice:
        nonlocal actors, whole
        here = replace(around, scope=scope)
        found = tables.table(draft, raw, (*path, "matrix"), here)
        whole &= found is not None
        root, actors = found or (Choice(CHANCE, ()), actors)
        return private.blind(root, scope.drawn)

    scope = replace(around.scope, types=dict(types))
    root = private.unfolded(draft, types, (*path, "types"), scope, follow)
    return GameForm("matrix", root, actors, types) if whole else None


Precisions = tuple[tuple[str, Typed], ...]
"""The precision of each actor who moves."""


def solving(
    draft: Draft, raw: game_parts.Solve, path: Path, found: GameForm, scope: Scope
) -> Precisions:
    """The precisions a game is solved with, infinite for best responses."""
    movers = tree_walks.movers(found.root, found.actors)
    _check_concept(draft, raw.as_, (*path, "as"), found)
    where = (*path, "precision")
    if raw.as_ == "quantal":
        if raw.precision is None:
            draft.report_key("E202", "'solve' has no 'precision'", path)
            return _same(movers, trees.no_precision())
        if "" in raw.precision:
            return _same(movers, precision(draft, where, scope))
        return _each(draft, where, tuple(raw.precision), movers, scope)
    if raw.precision is not None:
        message = f"'{raw.as_}' takes no precision: every actor plays a best response"
        hint = "remove it, or use 'as: quantal'"
        draft.report_key("E414", message, where, hint=hint)
    return _same(movers, BEST)


def _same(movers: tuple[str, ...], one: Typed) -> Precisions:
    return tuple((actor, one) for actor in movers)


def _each(
    draft: Draft, path: Path, named: tuple[str, ...], movers: tuple[str, ...], scope: Scope
) -> Precisions:
    """A precision for each actor who moves; those without one, and others with, are reported."""
    for actor in named:
        if actor not in movers and actor not in draft.left_out:
            message = f"'{actor}' does not move in this game, so it has no precision"
            draft.report_key("E481", message, (*path, actor), hint=suggest(actor, movers))
    missing = [actor for actor in movers if actor not in named]
    if missing:
        message = f"no precision for {' and '.join(missing)}"
        hint = "name every actor who moves, or write one precision for all"
        draft.report_key("E481", message, path, hint=hint)
    return tuple(
        (actor, precision(draft, (*path, actor), scope) if actor in named else trees.no_precision())
        for actor in movers
    )


def precision(draft: Draft, path: Path, scope: Scope) -> Typed:
    """How sharply the actors of a game respond to their payoffs."""
    if _TYPE.search(draft.root.at(path).text):
        message = "a precision is the same for all types of an actor"
        hint = "multiply the payoffs of one type by how much sharper it is: it then plays the same"
        draft.report("E487", message, path, hint=hint)
        return trees.no_precision()
    typed = draft.number(path, scope)
    if isinstance(typed, Constant) and typed.type.known and typed.value < 0:
        message = "a negative precision would prefer what pays least"
        draft.report(
            "E407",
            message,
            path,
            hint="0 means that every action is equally likely; higher values favour better actions",
        )
    return typed


def _check_concept(draft: Draft, concept: str, path: Path, found: GameForm) -> None:
    if concept == "nash" and found.types:
        message = "'nash' is for tables in which everybody knows everything"
        draft.report("E486", message, path, hint="as: quantal")
        return
    fits = {"quantal": FORMS, "spe": ("tree",), "nash": ("matrix",)}[concept]
    if found.key not in fits:
        message = f"'{concept}' is for a '{fits[0]}'; this game is a '{found.key}'"
        other = "nash" if concept == "spe" else "spe"
        draft.report("E414", message, path, hint=f"as: quantal, or as: {other}")
        return
    if concept == "spe" and any(choice.knows for choice in tree_walks.choices(found.root)):
        message = "'spe' is for games in which everybody knows everything"
        reason = "what is best depends on beliefs, and several equilibria are usual"
        hint = "as: quantal; 'schelling solve --as sequential' gives its limit, with beliefs"
        draft.report("E486", message, path, reason, hint)
        return
    if concept != "nash":
        return
    moves = _moves(found.root)
    if len(moves) != 2:
        message = f"'nash' solves tables of two actors; this one has {len(moves)}"
        reason = "the mixed equilibria of more actors cannot be listed"
        draft.report("E414", message, path, reason, "as: quantal")
    elif max(moves) > MOST_NASH:
        message = f"'nash' solves tables with at most {MOST_NASH} actions for each actor"
        reason = "all mixed equilibria are enumerated"
        draft.report("E414", message, path, reason, "as: quantal")


def _moves(choice: Choice) -> list[int]:
    """How many actions each actor of a table has."""
    then = choice.branches[0].then
    return [len(choice.branches), *(_moves(then) if then is not None else [])]
