"""What could be written where the cursor stands: keys, names, functions, units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schelling.case import explained
from schelling.case.file.yaml_tree import Path
from schelling.case.language.typed.units import unit_names
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.set_words import ABOUT_MEMBERS, REDUCTIONS
from schelling.case.language.words.vocabulary import FUNCTIONS, RESERVED, Purpose
from schelling.case.places import things
from schelling.case.places.cursor import Cursor
from schelling.case.places.definitions import children
from schelling.case.places.shapes import Allowed, shape
from schelling.case.places.things import NAME, Declaration, Places, Thing
from schelling.case.schema.game_parts import BRANCH_KEYS

_CALL = re.compile(r"([A-Za-z]\w*)\(([^()]*)$")
_INDEX = re.compile(r"([A-Za-z]\w*)\[([^\[\]]*)$")
_AMOUNT = re.compile(r"(?<![\w.])[\d.]+(?:[eE][-+]?\d+)?\s+$")
_STATE = re.compile(r"\b([A-Za-z]\w*)\s*[!=]=\s*$")
_OVER = re.compile(r"\bfor\s+\w+\s+in\s+$")
_BOUND = re.compile(r"\bfor\s+([A-Za-z]\w*)\s+in\b")
_REDUCED = re.compile(r"\b(?:" + "|".join(REDUCTIONS) + r")\([^()]*$")
_VALUES = (
    "assumption",
    "stock",
    "variable",
    "unknown",
    "column",
    "table",
    "phase",
    "state machine",
    "state",
)
_OF_AGENTS = ("groups", "trait", "state of agents", "variable of agents")


@dataclass(frozen=True)
class Suggestion:
    """One thing that could be written.

    Attributes:
        label: What is written.
        kind: `key`, `function`, `word`, `unit`, or the role of what is named.
        detail: In a few words, what it is.
        about: More of it.
        after: What is written after it.
    """

    label: str
    kind: str
    detail: str = ""
    about: str = ""
    after: str = ""


def complete(cursor: Cursor, places: Places) -> list[Suggestion]:
    """Everything that could be written at a cursor, each once, in the order of usefulness."""
    found: dict[str, Suggestion] = {}
    if cursor.value:
        found |= {one.label: one for one in _values(cursor, places)}
    if cursor.key:
        found |= {one.label: one for one in _keys(cursor, places) if one.label not in cursor.beside}
    return list(found.values())


def _keys(cursor: Cursor, places: Places) -> Iterator[Suggestion]:
    here = shape(cursor.path) or Allowed()
    for key, field in here.keys().items():
        yield Suggestion(key, "key", "", field.description or "", ": ")
    for one in _names_as_keys(_own(cursor.path), places):
        yield _named(one, ": ")


def _names_as_keys(path: Path, places: Places) -> Iterable[Declaration]:
    """What can be named by a key of a mapping."""
    parent = str(path[-1]) if path else ""
    actors = _roles(places, "actor")
    if parent in ("payoffs", "moves", "precision"):
        return actors
    if parent == "effects":
        return _roles(places, "stock", "state machine")
    if path[:1] != ("games",) or len(path) < 3:
        return ()
    game = str(path[1])
    if parent == "next":
        return places.named(f"state of {game}")
    actions = places.named(f"action of {game}")
    if path[2] == "tree" and not any(key in BRANCH_KEYS for key in path[3:]):
        return actions if len(path) % 2 == 0 else actors
    return actions if "cells" in path else ()


def _values(cursor: Cursor, places: Places) -> Iterator[Suggestion]:
    own = _own(cursor.path)
    words = [str(part) for part in own if not isinstance(part, int)]
    last = words[-1] if words else ""
    here = shape(cursor.path) or Allowed()
    yield from (Suggestion(choice, "word") for choice in here.choices)
    if here.truth:
        yield from (Suggestion(choice, "word") for choice in ("true", "false"))
    if last == "unit" or (len(words) > 1 and words[-2] == "units"):
        yield from (Suggestion(unit, "unit") for unit in unit_names())
    elif last == "prior" or "prior" in words[2:]:
        yield from _priors(cursor)
    elif here.expression:
        agents = "populations" in words[:1]
        yield from expression(cursor.before, places, agents=agents)
    else:
        yield from map(_named, _listed(last, own, places))


def _listed(last: str, path: Path, places: Places) -> Iterable[Declaration]:
    """Names that a key takes which are no expression."""
    match last:
        case "from":
            return places.named(things.PASSAGE)
        case "wants":
            return places.named(things.CLAIM)
        case "lever":
            return _roles(places, "actor")
        case "source":
            return places.named(things.SOURCE)
        case "extends":
            return places.named(things.RIVAL)
        case "along":
            return _roles(places, "ties")
        case "over":
            return _roles(places, "set")
        case "by" if path[0] == "populations":
            return [one for one in _roles(places, "groups") if _own(one.path)[1] == path[1]]
        case "between" if path[0] == "correlations":
            return _roles(places, "assumption")
        case _:
            return ()


def _priors(cursor: Cursor) -> Iterator[Suggestion]:
    if not cursor.before.strip():
        for name, found in DISTRIBUTIONS.items():
            form = f"{name}({', '.join(found.parameters)})"
            yield Suggestion(name, "function", form, found.doc, "(")


def expression(before: str, places: Places, *, agents: bool = False) -> Iterator[Suggestion]:
    """What could follow in an expression.

    Args:
        before: The expression up to the word that is being written.
        places: The names of the case.
        agents: Whether it is a rule of agents.
    """
    if _AMOUNT.search(before):
        yield from (Suggestion(unit, "unit") for unit in unit_names())
        return
    states = _states(before, places)
    if states:
        yield from (Suggestion(state, "state") for state in states)
        return
    if _OVER.search(before):
        ties = ("ties",) if agents else ()
        yield from map(_named, _roles(places, "set", "population", *ties))
        return
    special = list(_in_brackets(before, places))
    yield from special
    if special:
        return
    yield from (Suggestion(name, "member") for name in dict.fromkeys(_BOUND.findall(before)))
    of_agents = _OF_AGENTS if agents or _BOUND.search(before) or _REDUCED.search(before) else ()
    yield from map(_named, _roles(places, *of_agents, *_VALUES))
    for words in (FUNCTIONS, REDUCTIONS, ABOUT_MEMBERS):
        yield from map(_function, words)
    yield from (Suggestion(word, "word", "", meaning) for word, meaning in RESERVED.items())


def _states(before: str, places: Places) -> list[str]:
    """The states that a state machine is about to be compared with."""
    match = _STATE.search(before)
    machine = match.group(1) if match is not None and places.root is not None else ""
    path = ("phases",) if machine == "phase" else ("states", machine)
    node = places.root.at(path) if places.root is not None and machine else None
    if node is not None and isinstance(node.value, list):
        return [one.text for one in node.value]
    return _of_agents(machine, places)


def _of_agents(name: str, places: Places) -> list[str]:
    """The groups that agents fall into, or the states that one of theirs can be."""
    for declared in places.definitions.get(Thing(NAME, name), ()):
        if declared.role == "groups":
            return list(children(declared.node))
        states = declared.node.child("one_of") if declared.node is not None else None
        if states is not None and isinstance(states.value, list):
            return [one.text for one in states.value]
    return []


def _in_brackets(before: str, places: Places) -> Iterator[Suggestion]:
    """What the brackets around the cursor ask for: members of a set, or parts of a game."""
    index, call = _INDEX.search(before), _CALL.search(before)
    if index is not None:
        over = places.over.get(index.group(1), ())
        position = index.group(2).count(",")
        for one in over[position : position + 1]:
            yield Suggestion(one, "set")
            yield from (Suggestion(member, "member") for member in places.sets.get(one, ()))
    elif call is not None and any(
        form.purpose is Purpose.GAME for form in FUNCTIONS.get(call.group(1), ())
    ):
        first, *others = call.group(2).split(",")
        if not others:
            yield from map(_named, _roles(places, "game"))
            return
        game = first.strip()
        named = {one.thing.name for one in _roles(places, "actor")}
        if named & {other.strip() for other in others}:
            yield from map(_named, places.named(f"action of {game}"))
        else:
            yield from map(_named, places.named(f"state of {game}"))
            yield from map(_named, _roles(places, "actor"))


def _function(name: str) -> Suggestion:
    entry = next(e for e in explained.entries(name) if not str(e["kind"]).startswith("key"))
    return Suggestion(name, "function", str(entry["form"]), str(entry["summary"]), "(")


def _named(found: Declaration, after: str = "") -> Suggestion:
    unit = found.node.child("unit") if found.node is not None else None
    why = found.node.child("why") if found.node is not None else None
    detail = found.role if unit is None else f"{found.role}, {unit.text}"
    return Suggestion(
        found.thing.name, found.role, detail, why.text if why is not None else "", after
    )


def _roles(places: Places, *roles: str) -> list[Declaration]:
    return [one for one in places.named(NAME) if one.role in roles]


def _own(path: Path) -> Path:
    """A path in the case; that of a rival's change as if the case itself said so."""
    return path[2:] if path[:1] == ("rivals",) and len(path) > 2 else path
