"""What an end of a game is worth because another game follows: `worth: rivalry.crisis`."""

from __future__ import annotations

from collections.abc import Iterable

from schelling.case.draft import NOTHING, Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.inferring.arithmetic import added
from schelling.case.language.typed.scope import GameShape, Scope, suggest
from schelling.case.language.typed.types import GameValue, Kind, Type, Typed
from schelling.case.language.typed.units import said

Payoffs = tuple[tuple[str, Typed], ...]


def with_worth(
    draft: Draft, paid: Payoffs, written: str, path: Path, scope: Scope, actors: Iterable[str]
) -> Payoffs:
    """The payoffs of an end, and what follows it is worth to everybody in that game.

    Args:
        draft: Takes the problems.
        paid: What is paid at once.
        written: The game that follows, or a place or a state in it; empty where none does.
        path: Where the action stands.
        scope: The games.
        actors: Those of the case, of whose payoffs nothing is known where nothing follows.

    Returns:
        One payoff for each actor.
    """
    here = (*path, "worth")
    follows = _follows(draft, written, here, scope) if written else ()
    found = dict(paid)
    if follows is None:
        return tuple({**dict.fromkeys(actors, NOTHING), **found}.items())
    for actor, worth in follows:
        now = found.get(actor)
        if now is None:
            found[actor] = worth
            continue
        units = [one.type.dimensions for one in (now, worth)]
        if now.type.known and None not in units and units[0] != units[1]:
            message = f"the payoff of '{actor}' is {said(units[0] or ())}, but what follows is "
            message += said(units[1] or ())
            draft.report("E307", message, here, "units must agree")
        found[actor] = added(now, worth)
    return tuple(found.items())


def _follows(draft: Draft, written: str, path: Path, scope: Scope) -> Payoffs | None:
    name, _, rest = written.partition(".")
    game = scope.games.get(name)
    if game is None or game.left_out:
        if game is None and name not in draft.left_out:
            message = f"'{name}' is not a game of this case"
            others = [one.name for one in scope.symbols.values() if one.role == "game"]
            draft.report("E489", message, path, hint=suggest(name, others))
        return None
    place = tuple(rest.split(".")) if rest else ()
    if not (_in_states if game.states else _in_tree)(draft, name, game, place, path):
        return None
    asked, state = ("value", rest) if game.states else ("payoff", "")
    return tuple(
        (
            actor,
            GameValue(
                asked,
                name,
                actor,
                (),
                Type(Kind.NUMBER, unit, game.when),
                state,
                place=() if game.states else place,
            ),
        )
        for actor, unit in game.units.items()
    )


def _in_states(
    draft: Draft, name: str, game: GameShape, place: tuple[str, ...], path: Path
) -> bool:
    """Whether a state of a game is named."""
    if len(place) == 1 and place[0] in game.states:
        return True
    message = f"'{'.'.join(place)}' is not a state of the game '{name}'"
    if not place:
        message = f"the game '{name}' has states: which of them follows?"
    hint = suggest(place[0], game.states) if place else f"such as {name}.{next(iter(game.states))}"
    draft.report("E489", message, path, hint=hint)
    return False


def _in_tree(draft: Draft, name: str, game: GameShape, place: tuple[str, ...], path: Path) -> bool:
    """Whether play can get to a place in a tree or a table."""
    for count, action in enumerate(place):
        known = game.places[place[:count]]
        if action in known:
            continue
        before = ".".join(place[:count])
        where = f"after '{before}'" if before else "at its start"
        message = f"the game '{name}' has no action '{action}' {where}"
        draft.report("E489", message, path, hint=suggest(action, known) if known else "")
        return False
    return True
