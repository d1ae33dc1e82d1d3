"""Actions over a set, `strike[city]`, as one action for every member.

Everything below such an action is repeated for each member, and knows which it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.typed.scope import Budget, Member, member_name, suggest
from schelling.case.sets.keys import KEY, FamilyKey, read_key
from schelling.case.sets.sections import Sets
from schelling.errors import Span

MOST_ACTIONS = 4_000
"""Actions of a game up to which they are written out; a tree has half as many ends at most."""

Ends = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Written:
    """Where something stands.

    Attributes:
        draft: Takes the problems.
        sets: The sets of the case.
        ends: Keys of an action that are no moves, in a tree and in a table.
        here: Its path in the file.
        flat: Its path once everything is written out.
        room: How many actions may still be written out.
    """

    draft: Draft
    sets: Sets
    ends: Ends
    here: Path
    flat: Path
    room: Budget = field(default_factory=lambda: Budget(MOST_ACTIONS))

    def under(self, key: str | int, flat: str | int | None = None) -> Written:
        """Where something stands below it."""
        return replace(
            self, here=(*self.here, key), flat=(*self.flat, key if flat is None else flat)
        )


def unfolded(at: Written, game: Node) -> Node:
    """A game with its actions over sets written out.

    Args:
        at: Where it stands.
        game: As written.
    """
    if not isinstance(game.value, dict) or not _any(game):
        return game
    value = dict(game.value)
    if (tree := value.get("tree")) is not None:
        value["tree"] = _movers(at.under("tree"), tree, ())
    if (matrix := value.get("matrix")) is not None:
        value["matrix"] = _table(at.under("matrix"), matrix)
    states = value.get("states")
    if states is not None and isinstance(states.value, dict):
        tables = {
            name: _table(at.under("states").under(name), one) for name, one in states.value.items()
        }
        value["states"] = replace(states, value=tables)
    return replace(game, value=value)


def _any(node: Node) -> bool:
    """Whether some key or entry has a bracket."""
    if isinstance(node.value, dict):
        return any("[" in key or _any(child) for key, child in node.value.items())
    if isinstance(node.value, list):
        return any(map(_any, node.value))
    return "[" in node.text


def _movers(at: Written, node: Node, keep: tuple[str, ...]) -> Node:
    """What follows an action of a tree: whoever moves next, beside the keys of an action."""
    if not isinstance(node.value, dict):
        return node
    value = {
        name: child if name in keep else _actions(at.under(name), child, _branch)
        for name, child in node.value.items()
    }
    return replace(node, value=value)


def _branch(at: Written, node: Node) -> Node:
    return _movers(at, node, at.ends[0])


def _cell(at: Written, node: Node) -> Node:
    if not isinstance(node.value, dict) or set(node.value) <= set(at.ends[1]):
        return node
    return _actions(at, node, _cell)


def _table(at: Written, node: Node) -> Node:
    if not isinstance(node.value, dict):
        return node
    value = dict(node.value)
    if (cells := value.get("cells")) is not None:
        value["cells"] = _actions(at.under("cells"), cells, _cell)
    moves = value.get("moves")
    if moves is not None and isinstance(moves.value, dict):
        listed = {
            actor: _listed(at.under("moves").under(actor), own)
            for actor, own in moves.value.items()
        }
        value["moves"] = replace(moves, value=listed)
    return replace(node, value=value)


def _listed(at: Written, node: Node) -> Node:
    """Actions in a list, each over sets as one for every member."""
    if not isinstance(node.value, list):
        return node
    found: list[Node] = []
    for number, entry in enumerate(node.value):
        if KEY.fullmatch(entry.text) is None:
            found.append(entry)
        elif key := read_key(at.draft, at.sets, (*at.here, number), entry.text):
            names = [member_name(key.base, chosen) for chosen, _ in _members(at.under(number), key)]
            found += [replace(entry, value=name, text=name) for name in names]
    return replace(node, value=found)


def _actions(at: Written, node: Node, below: Callable[[Written, Node], Node]) -> Node:
    """The actions of a move; a line for one member comes before lines that run over a set."""
    if not isinstance(node.value, dict):
        return node
    read = {w: read_key(at.draft, at.sets, (*at.here, w)) for w in node.value if "[" in w}
    lines: dict[tuple[str, ...], str] = {}
    for key in filter(None, read.values()):
        first = lines.setdefault(_meant(key), key.written)
        if first != key.written:
            message = f"'{key.written}' is defined twice: it stands for the same as '{first}'"
            at.draft.report_key("E206", message, (*at.here, key.written))
    own = {member_name(key.base, [p.member for p in key.parts]) for key in _exact(read)}
    value, keys = dict[str, Node](), dict[str, Span]()
    for written, child in node.value.items():
        if "[" not in written:
            value[written] = below(at.under(written), child)
            keys[written] = node.keys[written]
        elif key := read[written]:
            for members, bound in _members(at.under(written), key):
                name = member_name(key.base, members)
                if name in value or (key.runs and name in own):
                    continue  # it has a line of its own
                here = at.under(written, name)
                at.draft.bound[here.flat] = bound
                value[name], keys[name] = below(here, child), node.keys[written]
    return replace(node, value=value, keys=keys)


def _exact(read: Mapping[str, FamilyKey | None]) -> Iterator[FamilyKey]:
    """Keys that stand for one member each."""
    return (key for key in read.values() if key is not None and not key.runs)


def _meant(key: FamilyKey) -> tuple[str, ...]:
    """What a key stands for, whatever its names are called."""
    return (key.base, *(f"in {part.over}" if part.variable else part.member for part in key.parts))


def _members(at: Written, key: FamilyKey) -> tuple[tuple[tuple[str, ...], dict[str, Member]], ...]:
    """The members that a key here stands for, each with what its names then mean."""
    ranges: list[list[tuple[str, dict[str, Member]]]] = []
    for part in key.parts:
        if part.variable:
            members = at.sets.members[part.over]
            ranges.append(
                [(m, {part.variable: Member(part.over, n)}) for n, m in enumerate(members)]
            )
        elif any(part.member in members for members in at.sets.members.values()):
            ranges.append([(part.member, {})])
        else:
            message = f"'{part.member}' is neither a set nor a member of one"
            hint = suggest(part.member, at.sets.members)
            at.draft.report_key("E421", message, at.here, hint=hint)
            return ()
    at.room.left -= prod(map(len, ranges))
    if at.room.left < 0:
        message = f"with '{key.written}' the game has more than {MOST_ACTIONS:,} actions"
        at.draft.report_key("E407", message, at.here)
        return ()
    found: list[tuple[tuple[str, ...], dict[str, Member]]] = []
    for chosen in itertools.product(*ranges):
        bound: dict[str, Member] = {}
        for _, meant in chosen:
            bound |= meant
        found.append((tuple(member for member, _ in chosen), bound))
    return tuple(found)
