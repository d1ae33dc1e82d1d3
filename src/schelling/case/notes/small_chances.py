"""Notes on games that are played so often that small chances add up."""

from __future__ import annotations

from schelling.case.draft import Draft
from schelling.case.language.typed.scope import Influence
from schelling.case.language.typed.types import mentions
from schelling.case.model import Choice, Game
from schelling.case.notes.ranges import percent

SMALL = 0.01
"""The small chance of an action that is followed over all plays."""

NOTABLE = 0.2
"""It is noted once it has become at least this chance of being taken at all: from 23 plays on."""


def at_least_once(chance: float, plays: int) -> float:
    """Chance that something of a given chance each time happens at least once."""
    return 1.0 - (1.0 - chance) ** plays


def note(draft: Draft, game: Game, moves: Influence) -> None:
    """Note a quantal game with effects that is played often and does not stop itself.

    Every action of a quantal game has some chance at every play. A game stops itself if its `while`
    depends on something that is set whatever is played. One at drawn intervals is not judged.
    """
    plays = len(game.schedule)
    chance = at_least_once(SMALL, plays)
    if game.every is not None:
        return  # how often it is played differs from world to world
    if game.concept != "quantal" or chance < NOTABLE or not _lasting(game.root):
        return
    condition = mentions(game.condition) if game.condition is not None else frozenset[str]()
    if _always_set(game.root) & set(moves.behind(condition)):
        return
    often = f"up to {plays}" if game.condition is not None else f"{plays}"
    message = f"'{game.name}' is played {often} times, and small chances add up"
    reason = f"an action with a chance of 1 % each time is taken at least once in {percent(chance)}"
    if game.condition is not None:
        reason += " of worlds in which it is always played"
    else:
        reason += " of worlds"
    hint = "play it less often, let 'while' end it once it has been decided, or keep it if meant so"
    draft.report_key("N105", message, ("games", game.name, "played"), reason, hint)


def _lasting(choice: Choice) -> bool:
    """Whether some action changes something."""
    return any(b.effects or (b.then is not None and _lasting(b.then)) for b in choice.branches)


def _always_set(choice: Choice) -> frozenset[str]:
    """What is set on every path through a tree."""
    found = [
        frozenset(effect.target for effect in branch.effects)
        | (_always_set(branch.then) if branch.then is not None else frozenset[str]())
        for branch in choice.branches
    ]
    return frozenset[str].intersection(*found) if found else frozenset[str]()
