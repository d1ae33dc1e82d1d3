"""Types of what is asked about a game: of its actors and actions, of a place in it, of its states.

A place is the way there: the actions from the start on, with dots between them, such as
`strike.respond`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from schelling.case.language.about_agents import standing
from schelling.case.language.inferring import members
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Call, Index, Name, Place
from schelling.case.language.typed.scope import GameShape, Scope, member_name, suggest
from schelling.case.language.typed.types import (
    UNKNOWN,
    Constant,
    FirstPlayed,
    GameValue,
    Kind,
    OverTime,
    Type,
    Typed,
    When,
)
from schelling.case.language.typed.visitor import Visitor
from schelling.case.language.words.vocabulary import Function

CHANCE = "chance"
_BRACKETS = re.compile(r"\[([^\]]*)\]")
_NOTHING = Constant(0.0, UNKNOWN)
_AFTER_THE_GAME = {"value": (1, 1), "probability": (2, 2), "payoff": (1, 2), "dominates": (3, 3)}
"""Fewest and most names that follow the game and its state, where no place is asked about."""


def call(inference: Visitor, function: Function, expression: Call) -> Typed:
    """Type a question about a game; issues go to the inference."""
    words: list[str] = []
    for argument in expression.arguments:
        if not isinstance(argument, Name | Index):
            message = f"'{function.name}' takes names here, not '{brief(argument)}'"
            hint = f"such as {function.example}"
            return inference.report("E305", message, argument.place, hint=hint)
        word = named(inference, argument)
        if word is None:
            return _NOTHING
        words.append(word)
    game = inference.scope.games.get(words[0])
    symbol = inference.scope.symbols.get(words[0])
    faulty = symbol is not None and symbol.left_out
    if (game is None and faulty) or (game is not None and game.left_out):
        return _NOTHING
    if game is None:
        return _not_here(inference, expression, words[0])
    if (inference.scope.speaker or inference.scope.seen) and not game.states:
        message = "agents cannot ask how a game would be played"
        return inference.report("E426", message, expression.place, hint="ask it in a variable")
    if function.name == "dominates" and game.private:
        message = (
            f"'dominates' is for games in which everybody knows everything; '{words[0]}' is not"
        )
        return inference.report("E488", message, expression.place)
    value = _at_place(inference, function, expression, game, words)
    value = value or _of_actor(inference, function, expression, game, words)
    if not isinstance(value, Constant):
        value = _typed(inference, expression, game, value)
    return value if isinstance(value, Constant) else _when(inference, game, value)


def _not_here(inference: Visitor, expression: Call, name: str) -> Typed:
    """Refuse a question about a game that is not known where it is asked, or not at all."""
    symbol = inference.scope.symbols.get(name)
    if symbol is None or symbol.role != "game":
        hint = suggest(name, inference.scope.games)
        place = expression.arguments[0].place
        return inference.report("E303", f"unknown game '{name}'", place, hint=hint)
    if inference.scope.standing:
        return standing.asks(inference, expression)
    message = f"'{name}' cannot be asked about here: it is solved after this is known"
    return inference.report("E309", message, expression.place)


def named(inference: Visitor, argument: Name | Index) -> str | None:
    """A name, or the name of what is over sets with its members; None where one is none."""
    scope = inference.scope
    if isinstance(argument, Name):
        return _BRACKETS.sub(lambda found: f"[{_members(scope, found.group(1))}]", argument.name)
    found: list[str] = []
    for written in argument.members:
        if isinstance(written, Name) and written.name not in scope.bound:
            found.append(written.name)
            continue
        member = members.standing_for(inference, written)
        if member is None:
            return None
        found.append(scope.sets[member.set][member.position])
    return member_name(argument.name, found)


def _members(scope: Scope, written: str) -> str:
    """Members in brackets, where some names stand for members."""
    known = {name: scope.sets[one.set][one.position] for name, one in scope.bound.items()}
    return ", ".join(known.get(word.strip(), word.strip()) for word in written.split(","))


def _typed(
    inference: Visitor, expression: Call, game: GameShape, value: GameValue
) -> GameValue | Constant:
    """The question with the type of the actor that is asked about, where one is given."""
    for _, given in expression.keywords:
        known = game.types.get(value.actor, ())
        if isinstance(given, Name) and given.name in known:
            return replace(value, own=given.name)
        message = f"'{brief(given)}' is not a type of '{value.actor}' in the game '{value.game}'"
        hint = suggest(given.name, known) if isinstance(given, Name) and known else ""
        if not known:
            message = f"'{value.actor}' has no types in the game '{value.game}'"
        return _refused(inference, "E487", message, given.place, hint=hint)
    return value


def _when(inference: Visitor, game: GameShape, value: GameValue) -> Typed:
    """The question where it is asked: at a step, before the run, or where the game is played."""
    if inference.over_time or value.type.when is When.FIXED or not inference.scope.claims:
        return value
    hindsight = Type(value.type.kind, value.type.dimensions, When.HINDSIGHT)
    if game.played:
        return FirstPlayed(value, hindsight)
    return OverTime("at", (value,), 0, 0, hindsight)


def _known(inference: Visitor, game: GameShape) -> When:
    """When the answer is known: inside a run, when the numbers of the game are."""
    if inference.scope.clock is None:
        return When.FIXED
    return When.STEP if inference.scope.claims and not game.states else game.when


def _of_actor(
    inference: Visitor, function: Function, expression: Call, game: GameShape, words: list[str]
) -> GameValue | Constant:
    """What is asked of an actor, in a state of a game that has some."""
    state = _state(inference, function, expression, game, words)
    if state is None or not _who_and_what(inference, function, expression, game, words, state):
        return _NOTHING
    kind = Kind.TRUTH if function.result == "truth" else Kind.NUMBER
    dimensions = game.units[words[1]] if function.result == "payoff" else ()
    result = Type(kind, dimensions, _known(inference, game))
    return GameValue(function.name, words[0], words[1], tuple(words[2:]), result, state)


def _at_place(
    inference: Visitor, function: Function, expression: Call, game: GameShape, words: list[str]
) -> GameValue | Constant | None:
    """What is asked of a place in a game; None where none is named."""
    named = _named(function, game, words)
    if named is None:
        return None
    actor, given = named
    if game.states:
        message = f"'{words[0]}' has states, and no places that play can reach"
        hint = f"probability({words[0]}, state, actor, action)"
        return _refused(inference, "E482", message, expression.place, hint=hint)
    place = tuple(word for words in given for word in words.split("."))
    first = 2 if function.name == "payoff" else 1
    last = expression.arguments[first + len(given) - 1]
    where = replace(expression.arguments[first].place, end=last.place.end)
    if not _exists(inference, game, place, words[0], where):
        return _NOTHING
    about = tuple(words[2:]) if function.name == "belief" else ()
    if function.name == "belief" and not _believed(inference, expression, game, place, about):
        return _NOTHING
    dimensions = game.units[actor] if actor else ()
    if function.name == "probability":
        actor = game.movers[place[:-1]]
    result = Type(Kind.NUMBER, dimensions, _known(inference, game))
    return GameValue(function.name, words[0], actor, (), result, place=place, about=about)


def _believed(
    inference: Visitor,
    expression: Call,
    game: GameShape,
    place: tuple[str, ...],
    about: tuple[str, ...],
) -> bool:
    """Whether somebody moves at a place and can believe what is asked."""
    where = expression.arguments[1].place
    actor = game.movers.get(place, CHANCE)
    if actor == CHANCE:
        message = f"nobody moves at '{'.'.join(place)}', so nobody believes anything there"
        inference.report("E488", message, where, hint="name a place where an actor chooses")
        return False
    if len(about) == 1:
        message = "a belief is about an actor and one of its types"
        hint = "write it as belief(game, place, actor, type)"
        inference.report("E488", message, expression.place, hint=hint)
        return False
    if about and about[0] == actor:
        message = f"'{actor}' moves there and knows its own type"
        inference.report("E488", message, expression.arguments[2].place)
        return False
    if about and about[1] not in game.types.get(about[0], ()):
        known = game.types.get(about[0], ())
        message = f"'{about[1]}' is not a type of '{about[0]}' in this game"
        hint = suggest(about[1], known)
        inference.report("E487", message, expression.arguments[3].place, hint=hint)
        return False
    return True


def _named(function: Function, game: GameShape, words: list[str]) -> tuple[str, list[str]] | None:
    """The actor and the place that a question names; None where it names no place."""
    actor, given = "", words[1:]
    if function.name == "payoff":
        actor, given = words[1], words[2:]
        own = game.actions.get(actor, ())
        alone = len(given) == 1 and (given[0] in own or _unknown(given[0], game))
        return (
            None if not given or game.states or actor not in game.units or alone else (actor, given)
        )
    if function.name == "probability":
        an_actor = given[0] in game.units and _unknown(given[0], game)
        return None if len(given) != 1 or an_actor else (actor, given)
    if function.name == "belief":
        return actor, given[:1]
    return (actor, given) if function.name == "reached" else None


def _unknown(word: str, game: GameShape) -> bool:
    """Whether a word is no place of a game, and does not try to be one."""
    return "." not in word and (word,) not in game.places


def _refused(inference: Visitor, code: str, message: str, place: Place, hint: str) -> Constant:
    inference.report(code, message, place, hint=hint)
    return _NOTHING


def _exists(
    inference: Visitor, game: GameShape, place: tuple[str, ...], name: str, where: Place
) -> bool:
    """Whether the actions of a place follow each other in a game."""
    for count, action in enumerate(place):
        known = game.places[place[:count]]
        if action in known:
            continue
        before = ".".join(place[:count])
        message = f"the game '{name}' has no action '{action}' at its start"
        if before:
            message = f"the game '{name}' has no action '{action}' after '{before}'"
        hint = suggest(action, known)
        if not known:
            message, hint = f"the game '{name}' ends with '{before}': no action follows", ""
        inference.report("E482", message, where, hint=hint)
        return False
    return True


def _state(
    inference: Visitor, function: Function, expression: Call, game: GameShape, words: list[str]
) -> str | None:
    """The state asked about, taken out of the names; empty for a game without, None if wrong."""
    if not game.states and function.name != "value":
        return ""
    if words[1] in game.states:
        return words.pop(1)
    message = f"'{words[1]}' is not a state of the game '{words[0]}'"
    hint = suggest(words[1], game.states) if game.states else "it has no states"
    inference.report("E303", message, expression.arguments[1].place, hint=hint)
    return None


def _who_and_what(
    inference: Visitor,
    function: Function,
    expression: Call,
    game: GameShape,
    words: list[str],
    state: str,
) -> bool:
    """Whether as many names as needed follow a game, an actor of it first."""
    least, most = _AFTER_THE_GAME[function.name]
    if not least <= len(words) - 1 <= most:
        place = f"{words[0]}, {state}" if state else words[0]
        wanted = "actor" + ", action" * (most - 1)
        message = f"'{function.name}' has too {'few' if len(words) - 1 < least else 'many'} names"
        hint = f"write it as {function.name}({place}, {wanted})"
        inference.report("E305", message, expression.place, hint=hint)
        return False
    actions = game.states[state] if state else game.actions
    if words[1] not in game.units or (words[2:] and words[1] not in actions):
        message = f"'{words[1]}' does not move in the game '{words[0]}'"
        hint = suggest(words[1], actions if words[2:] else game.units)
        place = expression.arguments[2 if state else 1].place
        inference.report("E303", message, place, hint=hint)
        return False
    known = actions.get(words[1], ())
    for argument, word in zip(expression.arguments[3 if state else 2 :], words[2:], strict=True):
        if word not in known:
            message = f"'{words[1]}' has no action '{word}' in the game '{words[0]}'"
            hint = suggest(word, known)
            if "." in word and function.name == "probability":
                hint = f"a place stands alone: probability({words[0]}, {word})"
            inference.report("E303", message, argument.place, hint=hint)
    return True
