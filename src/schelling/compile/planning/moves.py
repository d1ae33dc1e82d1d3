"""Which luck decides at each move of a game."""

from __future__ import annotations

from schelling.case.model import Choice, Game


def named_moves(game: Game) -> list[tuple[str, Choice]]:
    """Every move of a game in prefix order, with the name of its luck.

    It is the place of the move, whatever the types; in a table, its actor. So two runs that differ
    in a type have the same luck at the same place.
    """
    found: list[tuple[str, Choice]] = []

    def visit(choice: Choice, place: str, private: tuple[str, ...]) -> None:
        own = f"type of {private[0]}" if private else place or "start"
        found.append((choice.actor if game.simultaneous else own, choice))
        for branch in choice.branches:
            if branch.then is not None:
                below = f"{place}/{branch.action}" if place else branch.action
                visit(branch.then, "" if private else below, private[1:])

    visit(game.root, "", tuple(actor for actor, _ in game.types))
    return found
