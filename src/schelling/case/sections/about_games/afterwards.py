"""Effects of a game's actions, read once all games and variables are known.

What an action changes does not decide how its game is played, so it may ask about any game of the
case, its own among them.
"""

from __future__ import annotations

from dataclasses import replace

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.model import Branch, Choice, Game
from schelling.case.sections.about_games import tree_walks, trees


def with_effects(draft: Draft, game: Game, around: trees.Surroundings, *, table: bool) -> Game:
    """A game with its effects, of which only the targets have been read.

    Args:
        draft: Takes the problems.
        game: Its effects with their targets as they are written.
        around: What effects can refer to.
        table: Whether it is written as a table.
    """
    if not any(branch.effects for branch in tree_walks.branches(game.root)):
        return game
    scope = replace(around.scope, types=dict(game.types))

    def read(branch: Branch, path: Path, drawn: dict[str, str]) -> Branch:
        here = replace(around, scope=replace(scope, drawn=drawn))
        targets = [effect.target for effect in branch.effects]
        what = trees.effects(draft, targets, (*path, "effects"), here)
        then = branch.then and follow(branch.then, path, drawn)
        return replace(branch, effects=what, then=then)

    def follow(choice: Choice, path: Path, drawn: dict[str, str]) -> Choice:
        if len(drawn) < len(game.types):
            actor, _ = game.types[len(drawn)]
            after = [
                replace(one, then=one.then and follow(one.then, path, {**drawn, actor: one.action}))
                for one in choice.branches
            ]
        else:
            below = path if table else (*path, choice.actor)
            after = [read(one, (*below, one.action), drawn) for one in choice.branches]
        return replace(choice, branches=tuple(after))

    form = ("matrix", "cells") if table else ("tree",)
    return replace(game, root=follow(game.root, ("games", game.name, *form), {}))
