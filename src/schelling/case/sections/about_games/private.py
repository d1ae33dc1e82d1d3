"""What actors of a game do not know: the types of others, and moves that they do not see.

A game with types is unfolded: chance draws a type for each actor that has some, one after the
other, and the same tree follows every draw. Moves that an actor cannot tell apart, since they
differ in the types of others or in what it has not seen, have one name: they are one information
set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod

from schelling.case import names
from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.scope import Scope, suggest
from schelling.case.language.typed.types import Constant, Typed
from schelling.case.language.typed.units import PURE
from schelling.case.model import CHANCE, Branch, Choice
from schelling.case.sources import Origin

MOST_DRAWS = 64
"""Combinations of types up to which a game is unfolded."""

_WHOLE = 1e-9
Raw = Mapping[str, Mapping[str, str]]
Types = tuple[tuple[str, tuple[str, ...]], ...]


def declared(draft: Draft, raw: Raw, path: Path, actors: tuple[str, ...]) -> Types:
    """The types of each actor that has some; what is wrong with them is reported.

    Args:
        draft: Takes the problems.
        raw: Types with their probabilities, by actor.
        path: Where they stand.
        actors: Those of the case.

    Returns:
        What can be used of them; nothing if there are too many.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    for actor, kinds in raw.items():
        here = (*path, actor)
        if actor not in actors:
            if actor not in draft.left_out:
                message = f"'{actor}' is not an actor of this case"
                draft.report_key("E407", message, here, hint=suggest(actor, actors))
            continue
        if len(kinds) < 2:
            message = f"'{actor}' has {'one type' if kinds else 'no types'}; types are two or more"
            draft.report_key("E485", message, here)
            continue
        for kind in kinds:
            names.check(draft, kind, (*here, kind), element=False)
        found.append((actor, tuple(kinds)))
    count = prod(len(kinds) for _, kinds in found)
    if count > MOST_DRAWS:
        message = f"the types have {count:,} combinations; at most {MOST_DRAWS} are allowed"
        draft.report_key("E485", message, path)
        return ()
    return tuple(found)


def unfolded(
    draft: Draft,
    types: Types,
    path: Path,
    scope: Scope,
    follow: Callable[[Scope], Choice],
) -> Choice:
    """The draws of all types, and the game after each.

    Args:
        draft: Takes the problems.
        types: From `declared`.
        path: Where they stand.
        scope: For expressions inside a run.
        follow: Reads the game where the types in the scope have been drawn.

    Returns:
        The first draw; the game itself if nobody has types.
    """
    left = [entry for entry in types if entry[0] not in scope.drawn]
    if not left:
        return follow(scope)
    (actor, kinds), *_ = left
    here = (*path, actor)
    chances = [draft.infer((*here, kind), scope, PURE) for kind in kinds]
    _whole(draft, actor, chances, here)
    branches: list[Branch] = []
    for kind, chance in zip(kinds, chances, strict=True):
        inside = replace(scope, drawn={**scope.drawn, actor: kind})
        then = unfolded(draft, types, path, inside, follow)
        branches.append(Branch(kind, (), (), chance, then, Origin()))
    return Choice(CHANCE, tuple(branches))


def _whole(draft: Draft, actor: str, chances: list[Typed], path: Path) -> None:
    """Report probabilities of types, all of them numbers, that do not add up to one."""
    values = [one.value for one in chances if isinstance(one, Constant) and one.type.known]
    if any(value < 0 for value in values):
        draft.report_key("E485", f"a probability of the types of '{actor}' is negative", path)
    elif sum(values) > 1 + _WHOLE or (len(values) == len(chances) and sum(values) < 1 - _WHOLE):
        message = f"the probabilities of the types of '{actor}' add up to {sum(values):g}, not 1"
        draft.report_key("E485", message, path)


def blind(choice: Choice, drawn: Mapping[str, str]) -> Choice:
    """The moves of a table, of which everybody knows its own type alone.

    Args:
        choice: The first actor's move, the others' below it.
        drawn: The type of each actor that has some.
    """
    after = [
        replace(branch, then=None if branch.then is None else blind(branch.then, drawn))
        for branch in choice.branches
    ]
    return replace(choice, branches=tuple(after), knows=drawn.get(choice.actor, "start"))


def games(root: Choice, types: Types) -> Iterator[Choice]:
    """The first move of the game after every draw of types; the root itself if there are none."""
    if not types:
        yield root
        return
    for branch in root.branches:
        if branch.then is not None:
            yield from games(branch.then, types[1:])


@dataclass(frozen=True)
class Taken:
    """An action on the way, and what those who do not see it know of it instead."""

    mover: str
    action: str
    blurred: Mapping[str, str]

    def seen_by(self, actor: str) -> tuple[str, str]:
        """Who has moved, and what the actor knows of the action."""
        return self.mover, self.blurred.get(actor, self.action)


def blurred(hidden: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
    """For every action, who does not see it and knows only that it is one of several.

    Args:
        hidden: For every action of a move, the actors it is hidden from.
    """
    group: dict[str, list[str]] = {}
    for action, actors in hidden.items():
        for actor in actors:
            group.setdefault(actor, []).append(action)
    return {
        action: {actor: " or ".join(group[actor]) for actor in actors}
        for action, actors in hidden.items()
    }


@dataclass
class InformationSets:
    """The information sets of a game, as they are met."""

    private: bool
    known: dict[tuple[object, ...], tuple[str, tuple[str, ...]]] = field(
        default_factory=dict[tuple[object, ...], tuple[str, tuple[str, ...]]]
    )

    def meet(self, draft: Draft, choice: Choice, own: str, trail: list[Taken], path: Path) -> str:
        """The name of what an actor knows where it moves; empty where that is everything.

        Args:
            draft: Takes the problems.
            choice: The move.
            own: The actor's type, if it has any.
            trail: What has happened before.
            path: Where the move stands.
        """
        actor = choice.actor
        seen = tuple(step.seen_by(actor) for step in trail)
        if actor == CHANCE or not (self.private or any(actor in s.blurred for s in trail)):
            return ""
        way = ".".join(f"({what})" if " " in what else what for _, what in seen)
        label = f"{own} after {way}" if own and way else own or (f"after {way}" if way else "start")
        label = self._told_apart(label, (actor, own, seen))
        actions = tuple(branch.action for branch in choice.branches)
        _, expected = self.known.setdefault((actor, own, seen), (label, actions))
        if actions != expected:
            message = f"'{actor}' cannot tell this move from another, at which it can choose "
            message += f"{', '.join(expected)}; here it is {', '.join(actions)}"
            reason = "who does not know where it stands has the same actions, in the same order"
            draft.report_key("E484", message, path, reason)
        return self.known[actor, own, seen][0]

    def _told_apart(self, label: str, key: tuple[str, str, tuple[tuple[str, str], ...]]) -> str:
        """A name with the movers in it where other movers took actions of the same names."""
        if key in self.known:
            return self.known[key][0]
        same = any(k[0] == key[0] and name == label for k, (name, _) in self.known.items())
        return f"{label} by {', '.join(mover for mover, _ in key[2])}" if same else label


def check_hidden(draft: Draft, choice: Choice, hidden: Mapping[str, list[str]], path: Path) -> None:
    """Report actions that are hidden from nobody who could want to know.

    Args:
        draft: Takes the problems.
        choice: A move with all that follows it.
        hidden: For every action of it, the actors it is hidden from.
        path: Where it stands.
    """
    later = {b.action: _movers(b.then) for b in choice.branches}
    for action, actors in hidden.items():
        for actor in actors:
            others = [a for a, from_ in hidden.items() if actor in from_ and a != action]
            where = (*path, action, "hidden")
            if actor == choice.actor:
                message = f"'{actor}' takes the action '{action}' and cannot be kept from seeing it"
                draft.report_key("E483", message, where)
            elif actor not in later[action]:
                message = f"'{actor}' does not move after '{action}', so there is nothing to hide"
                draft.report_key("E483", message, where)
            elif not any(actor in later[other] for other in others):
                message = f"'{actor}' knows that '{action}' was taken: no other action is hidden"
                reason = "an actor sees whether a move was hidden, and which actions can be"
                hint = "hide all actions that it cannot tell apart"
                draft.report_key("E483", message, where, reason, hint)


def _movers(choice: Choice | None) -> set[str]:
    if choice is None:
        return set()
    return {choice.actor}.union(*(_movers(branch.then) for branch in choice.branches))
