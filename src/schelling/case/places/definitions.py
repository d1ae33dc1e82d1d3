"""Where the things of a case are defined."""

from __future__ import annotations

from collections.abc import Iterator

from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.typed.scope import family_name
from schelling.case.places import things
from schelling.case.places.gathered_names import Gathered
from schelling.case.places.things import NAME, Thing
from schelling.case.schema.game_parts import BRANCH_KEYS
from schelling.case.sets.unfold import SECTIONS

SPACES = {
    "assumptions": (NAME, "assumption"),
    "stocks": (NAME, "stock"),
    "variables": (NAME, "variable"),
    "unknowns": (NAME, "unknown"),
    "populations": (NAME, "population"),
    "events": (NAME, "event"),
    "actors": (NAME, "actor"),
    "games": (NAME, "game"),
    "states": (NAME, "state machine"),
    "sets": (NAME, "set"),
    "tables": (NAME, "table"),
    "claims": (things.CLAIM, "claim"),
    "premises": (things.PREMISE, "premise"),
    "passages": (things.PASSAGE, "passage"),
    "sources": (things.SOURCE, "source"),
    "rivals": (things.RIVAL, "rival"),
}
"""Of every section whose keys are names: where these are unique, and what one is called."""


_OF_AGENTS = {
    "groups": "groups",
    "ties": "ties",
    "traits": "trait",
    "states": "state of agents",
    "variables": "variable of agents",
}


def children(node: Node | None) -> dict[str, Node]:
    """What stands under the keys of a mapping; nothing where it is none."""
    return node.value if node is not None and isinstance(node.value, dict) else {}


def note_all(found: Gathered, root: Node) -> None:
    """Note every definition of a case and then those that its rivals add."""
    _sections(found, root, ())
    for name, rival in children(root.child("rivals")).items():
        _sections(found, rival, ("rivals", name))


def _sections(found: Gathered, root: Node, before: Path) -> None:
    for section in SPACES:
        if not before or section != "rivals":
            _section(found, root, (*before, section))
    for number, node in _entries(root.child("phases")):
        thing = Thing(NAME, node.text)
        if thing not in found.definitions:
            found.define("phase", thing, node.span, (*before, "phases", number), node)
    _inside(found, root, before)


def _inside(found: Gathered, root: Node, before: Path) -> None:
    """What is defined within definitions: states, members, agents, actions."""
    for machine, part in children(root.child("states")).items():
        for number, node in _entries(part):
            where = (*before, "states", machine, number)
            found.define("state", Thing(NAME, node.text), node.span, where, node)
    for over, part in children(root.child("sets")).items():
        for number, node in _entries(part):
            where = (*before, "sets", over, number)
            found.define("member", things.member(over, node.text), node.span, where, node)
    for population, node in children(root.child("populations")).items():
        _population(found, node, (*before, "populations", population))
    for game, node in children(root.child("games")).items():
        _game(found, node, (*before, "games", game))


def _section(found: Gathered, root: Node, path: Path) -> None:
    """The definitions of one section; of a rival's, those that the case does not have."""
    section = str(path[-1])
    space, role = SPACES[section]
    part = root.child(section)
    for key, node in children(part).items():
        base = family_name(key) if section in SECTIONS else key
        thing = Thing(space, base)
        if part is None or (len(path) > 1 and thing in found.definitions):
            continue
        span = found.key(key, part.keys[key], found.file(node), base)
        found.define(role, thing, span, (*path, key), node)
        if section in SECTIONS and "[" in key:
            found.over.setdefault(base, _over(found, key))


def _over(found: Gathered, key: str) -> tuple[str, ...]:
    """The sets that the key of a definition is over, where it says so."""
    parts = [
        part.strip().split(" in ")[-1].strip() for part in key[key.index("[") + 1 : -1].split(",")
    ]
    sets: list[str] = []
    for part in parts:
        own = [part] if part in found.sets else []
        own += [name for name, members in found.sets.items() if part in members]
        sets += own[:1] or [""]
    return tuple(sets)


def _entries(node: Node | None) -> Iterator[tuple[int, Node]]:
    if node is not None and isinstance(node.value, list):
        yield from (
            (n, child)
            for n, child in enumerate(node.value)
            if not isinstance(child.value, dict | list)
        )


def _population(found: Gathered, node: Node, path: Path) -> None:
    """What agents have: groups with their members, ties, traits, states, variables."""
    for part, role in _OF_AGENTS.items():
        section = node.child(part)
        for name, one in children(section).items():
            assert section is not None
            where = (*path, part, name)
            _named(found, role, section, name, one, where)
            members = one if part == "groups" else None
            for member, share in children(members).items():
                _named(found, "state", one, member, share, (*where, member))
            for number, member in _entries(one.child("one_of")):
                here = (*where, "one_of", number)
                found.define("state", Thing(NAME, member.text), member.span, here, member)


def _named(found: Gathered, role: str, parent: Node, name: str, node: Node, where: Path) -> None:
    """A key of a population, where nothing has its name yet."""
    thing = Thing(NAME, name)
    if thing not in found.definitions:
        span = found.key(name, parent.keys[name], found.file(node), name)
        found.define(role, thing, span, where, node)


def _game(found: Gathered, node: Node, path: Path) -> None:
    tree = node.child("tree")
    if tree is not None:
        _moves(found, tree, (*path, "tree"), str(path[-1]))
    matrix = node.child("matrix")
    if matrix is not None:
        _actions(found, matrix, (*path, "matrix"), str(path[-1]))
    states = node.child("states")
    for name, state in children(states).items():
        assert states is not None
        where = (*path, "states", name)
        span = found.key(name, states.keys[name], found.file(state), name)
        thing = things.state(family_name(str(path[-1])), name)
        if thing not in found.definitions:
            found.define("state", thing, span, where, state)
        _actions(found, state, where, str(path[-1]))


def _moves(found: Gathered, node: Node, path: Path, game: str) -> None:
    """The actions of a tree: under each actor, and under what follows each action."""
    for actor, moves in children(node).items():
        if len(path) > path.index("tree") + 1 and actor in BRANCH_KEYS:
            continue
        for action, branch in children(moves).items():
            where = (*path, actor, action)
            span = found.key(action, moves.keys[action], found.file(branch), action)
            found.define("action", things.action(family_name(game), action), span, where, branch)
            _moves(found, branch, where, game)


def _actions(found: Gathered, matrix: Node, path: Path, game: str) -> None:
    for actor, moves in children(matrix.child("moves")).items():
        for number, node in _entries(moves):
            where = (*path, "moves", actor, number)
            thing = things.action(family_name(game), node.text)
            found.define("action", thing, node.span, where, node)
