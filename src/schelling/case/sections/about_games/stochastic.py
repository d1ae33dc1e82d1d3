"""Games with states of a case: tables linked by chances of the next state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schelling.case import names
from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import GameShape, Scope
from schelling.case.language.typed.types import Constant, Typed, When
from schelling.case.language.typed.units import PURE, Dimensions
from schelling.case.model import Branch, GameState, StochasticGame
from schelling.case.schema import game_parts
from schelling.case.sections.about_games import solving, tables, trees
from schelling.case.sections.schedules import Schedules

MAX_STATES = 50


def read(
    draft: Draft,
    raw: game_parts.Game,
    path: Path,
    around: trees.Surroundings,
    times: Schedules,
) -> tuple[StochasticGame | None, GameShape]:
    """A game with states, and what expressions need to know of it.

    Args:
        draft: Takes the problems.
        raw: The game.
        path: Where it stands.
        around: What its expressions can refer to.
        times: What decides when it is solved.

    Returns:
        No game where its states cannot be read.
    """
    name, written = str(path[-1]), raw.states or {}
    known = around.scope
    if raw.solved is None:
        known = replace(known, latest=When.FIXED)
    around = replace(around, scope=known, targets={}, machines={})
    _check(draft, raw, path)
    schedule = _schedule(draft, raw, path, times)
    states = _states(draft, written, (*path, "states"), around)
    precision = trees.no_precision()
    if raw.solve.precision is not None and "" in raw.solve.precision:
        precision = solving.precision(draft, (*path, "solve", "precision"), known)
    discount = _discount(draft, raw, path, known)
    if len(states) < len(written) or not states:
        return None, GameShape({}, {}, played=False, left_out=True)
    shape = _shape(states, around.actors)
    for state in states:
        place = (*path, "states", state.name)
        sharp = dict.fromkeys(shape.actions, precision)
        trees.check_units(draft, state.root, shape, sharp, path, "states")
        _check_everybody(draft, state, shape, place)
    present = tuple(actor for actor in around.actors if actor in shape.units)
    origin = draft.origin(path, raw.from_, raw.why, raw.says)
    game = StochasticGame(name, present, precision, discount, states, origin, schedule)
    return game, replace(shape, when=When.STEP if schedule else When.FIXED)


def _schedule(draft: Draft, raw: game_parts.Game, path: Path, times: Schedules) -> tuple[int, ...]:
    """The steps at which the game is solved anew; none where it is solved once, before the run."""
    if raw.solved is None:
        return ()
    where = (*path, "solved")
    if times.clock is None:
        message = "a game can be solved anew only in a case with a 'time' section"
        draft.report("E309", message, where)
        return ()
    if raw.solved.while_ is not None:
        message = "'while' does not belong here: the game is solved at every step of its schedule"
        draft.report_key("E416", message, (*where, "while"))
    return tuple(sorted({0, *times.regular(where, raw.solved, "solved")}))


def _check(draft: Draft, raw: game_parts.Game, path: Path) -> None:
    """Report what a game with states does not have."""
    others = [key for key in solving.FORMS if getattr(raw, key) is not None]
    if others:
        message = f"'{path[-1]}' has both a {others[0]} and states"
        draft.report_key("E414", message, path, hint=solving.EITHER)
    solving.no_types(draft, raw, path, "a game with states")
    if raw.played is not None:
        message = "a game with states is not played: it is solved once, before the run"
        hint = "use what its states are worth, such as value(game, state, actor); 'solved' in "
        hint += "place of 'played' solves it anew"
        draft.report_key("E416", message, (*path, "played"), hint=hint)
    if raw.solve.as_ != "quantal":
        message = f"'{raw.solve.as_}' does not apply to games with states"
        draft.report("E414", message, (*path, "solve", "as"), hint="as: quantal")
    elif raw.solve.precision is None:
        draft.report_key("E202", "'solve' has no 'precision'", (*path, "solve"))
    elif "" not in raw.solve.precision:
        message = "a game with states has one precision for all its actors"
        draft.report_key("E481", message, (*path, "solve", "precision"))
    if not raw.states:
        draft.report_key("E416", "this game has no states", (*path, "states"))
    elif len(raw.states) > MAX_STATES:
        message = f"the game has {len(raw.states)} states; at most {MAX_STATES} are allowed"
        draft.report_key("E416", message, (*path, "states"))


def _discount(draft: Draft, raw: game_parts.Game, path: Path, scope: Scope) -> Typed:
    """What a payoff of the next period is worth in this one."""
    if raw.discount is None:
        message = f"'{path[-1]}' has no 'discount'"
        hint = "such as discount: 0.9, the weight of the next period's payoffs"
        draft.report_key("E202", message, path, hint=hint)
        return trees.no_precision()
    where = (*path, "discount")
    typed = draft.infer(where, scope, PURE)
    if isinstance(typed, Constant) and typed.type.known and not 0 <= typed.value < 1:
        message = f"a discount is at least 0 and below 1; this one is {typed.value:g}"
        draft.report("E416", message, where)
    return typed


def _states(
    draft: Draft, raw: Mapping[str, game_parts.Matrix], path: Path, around: trees.Surroundings
) -> tuple[GameState, ...]:
    names.collisions(draft, [(name, (*path, name)) for name in raw])
    found: list[GameState] = []
    for name, one in raw.items():
        here = (*path, name)
        names.check(draft, name, here, element=False)
        reader = tables.States(name, tuple(raw))
        table = tables.table(draft, one, here, around, reader)
        if table is not None:
            found.append(GameState(name, table[0]))
    return tuple(found)


def _shape(states: tuple[GameState, ...], actors: tuple[str, ...]) -> GameShape:
    """Actions by state and actor, units of payoffs."""
    by_state: dict[str, Mapping[str, tuple[str, ...]]] = {}
    together: dict[str, tuple[str, ...]] = {}
    units: dict[str, Dimensions | None] = {}
    for state in states:
        own = trees.shape(state.root, (), played=False)
        by_state[state.name] = own.actions
        for actor, actions in own.actions.items():
            together[actor] = tuple(dict.fromkeys((*together.get(actor, ()), *actions)))
        for actor, unit in own.units.items():
            units[actor] = unit if units.get(actor) is None else units[actor]
    for actor in together:
        units.setdefault(actor, None)
    units = {actor: units[actor] for actor in actors if actor in units}
    return GameShape(together, units, played=False, states=by_state)


def _check_everybody(draft: Draft, state: GameState, shape: GameShape, path: Path) -> None:
    """Report cells without a payoff for somebody who moves in some other state."""
    here = set(shape.states[state.name])
    movers = set(shape.actions)

    def visit(branches: tuple[Branch, ...], place: Path) -> None:
        for branch in branches:
            below = (*place, branch.action)
            if branch.then is not None:
                visit(branch.then.branches, below)
            elif {actor for actor, _ in branch.payoffs} >= here:  # else it is reported already
                paid = frozenset(actor for actor, _ in branch.payoffs)
                trees.everybody_paid(draft, movers, paid, below)

    visit(state.root.branches, (*path, "cells"))
