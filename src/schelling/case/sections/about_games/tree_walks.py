"""What stands in a finished tree: its moves, branches and movers, and what decides its play.

Apart from what reads trees from a file, which compiled plans and kept cases do without.
"""

from __future__ import annotations

from collections.abc import Iterable

from schelling.case.language.typed.types import Typed, When, latest
from schelling.case.model import Branch, Choice


def branches(choice: Choice) -> list[Branch]:
    """Every branch of a tree, the first move's first."""
    below = [b for branch in choice.branches if branch.then for b in branches(branch.then)]
    return [*choice.branches, *below]


def deciding(branch: Branch) -> tuple[Typed, ...]:
    """The expressions of an action that decide how its game is played: all but its effects."""
    values = tuple(value for _, value in (*branch.payoffs, *branch.following))
    return values if branch.probability is None else (*values, branch.probability)


def when(root: Choice) -> When:
    """When everything is known that decides how a tree is played."""
    return latest(*(value.type.when for one in branches(root) for value in deciding(one)))


def movers(root: Choice, actors: Iterable[str]) -> tuple[str, ...]:
    """Those among some actors who move in a tree, in their order."""
    moving = {choice.actor for choice in choices(root)}
    return tuple(actor for actor in actors if actor in moving)


def choices(root: Choice) -> list[Choice]:
    """Every move of a tree."""
    found = [root]
    for choice in found:
        found += [branch.then for branch in choice.branches if branch.then is not None]
    return found
