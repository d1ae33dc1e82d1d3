"""Actions over a set, `strike[city]`, as one action for every member.

Everything below such an action is repeated for each member, and knows which it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.scope import Budget, Member, member_name, suggest
from schelling.case.sets.keys import FamilyKey
from schelling.case.sets.sections import Sets
from schelling.errors import Span

MOST_ACTIONS = 4_000
"""Actions of a game up to which they are written out; a tree has half as many ends at most."""

Ends = tuple[tuple[str, ...], tuple[str, ...]]
Reader = Callable[[Path], FamilyKey | None]


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


def unfolded(at: Written, game: Node, read: Reader) -> Node:
    """A game with its actions over sets written out.

    Args:
        at: Where it stands.
        game: As written.
        read: Reads the key at a path.
    """
    if not isinstance(game.value, dict) or not _any(game):
        return game
    value = dict(game.value)
    if (tree := value.get("tree")) is not None:
        value["tree"] = _movers(at.under("tree"), tree, read, ())
    if (matrix := value.get("matrix")) is not None:
        value["matrix"] = _table(at.under("matrix"), matrix, read)
    states = value.get("states")
    if states is not None and isinstance(states.value, dict):
        tables = {
            name: _table(at.under("states").under(name), one, read)
            for name, one in states.value.items()
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


def _movers(at: Written, node: Node, read: Reader, keep: tuple[str, ...]) -> Node:
    """What follows an action of a tree: whoever moves next, beside the keys of an action."""
    if not isinstance(node.value, dict):
        return node
    value = {
        name: child if name in keep else _actions(at.under(name), child, read, _branch)
        for name, child in node.value.items()
    }
    return replace(node, value=value)


def _branch(at: Written, node: Node, read: Reader) -> Node:
    return _movers(at, node, read, at.ends[0])


def _cell(at: Written, node: Node, read: Reader) -> Node:
    if not isinstance(node.value, dict) or set(node.value) <= set(at.ends[1]):
        return node
    return _actions(at, node, read, _cell)


def _table(at: Written, node: Node, read: Reader) -> Node:
    if not isinstance(node.value, dict):
        return node
    value = dict(node.value)
    if (cells := value.get("cells")) is not None:
        value["cells"] = _actions(at.under("cells"), cells, read, _cell)
    moves = value.get("moves")
    if moves is not None and isinstance(moves.value, dict):
        listed = {
            actor: _listed(at.under("moves").under(actor), own)
            for actor, own in moves.value.items()
        }
        value["moves"] = replace(moves, value=listed)
    return replace(node, value=value)


def _listed(at: Written, node: Node) -> Node:
    """Actions in a list, each over a set as one for every member."""
    if not isinstance(node.value, list):
        return node
    found: list[Node] = []
    for entry in node.value:
        base, bracket, rest = entry.text.partition("[")
        over = rest.rstrip("] ").rpartition(" in ")[2].strip()
        if not bracket or over not in at.sets.members:
            found.append(entry)
            continue
        names = [member_name(base.strip(), (member,)) for member in at.sets.members[over]]
        found += [replace(entry, value=name, text=name) for name in names]
    return replace(node, value=found)


def _actions(
    at: Written, node: Node, read: Reader, below: Callable[[Written, Node, Reader], Node]
) -> Node:
    """The actions of a move."""
    if not isinstance(node.value, dict):
        return node
    value, keys = dict[str, Node](), dict[str, Span]()
    for written, child in node.value.items():
        if "[" not in written:
            value[written], keys[written] = (
                below(at.under(written), child, read),
                node.keys[written],
            )
            continue
        key = read((*at.here, written))
        chosen = () if key is None else _members(at, key)
        at.room.left -= len(chosen)
        if at.room.left < 0:
            message = f"with '{written}' the game has more than {MOST_ACTIONS:,} actions"
            at.draft.report_key("E407", message, (*at.here, written))
            continue
        for members, bound in chosen:
            name = member_name(key.base if key else "", members)
            if name in value or (key is not None and key.runs and name in node.value):
                continue  # it has a line of its own
            here = at.under(written, name)
            at.draft.bound[here.flat] = bound
            value[name], keys[name] = below(here, child, read), node.keys[written]
    return replace(node, value=value, keys=keys)


def _members(at: Written, key: FamilyKey) -> tuple[tuple[tuple[str, ...], dict[str, Member]], ...]:
    """The members that a key stands for, each with what its names then mean."""
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
            at.draft.report_key("E421", message, (*at.here, key.written), hint=hint)
            return ()
    found: list[tuple[tuple[str, ...], dict[str, Member]]] = []
    for chosen in itertools.product(*ranges):
        bound: dict[str, Member] = {}
        for _, meant in chosen:
            bound |= meant
        found.append((tuple(member for member, _ in chosen), bound))
    return tuple(found)
