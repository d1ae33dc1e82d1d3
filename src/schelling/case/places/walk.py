"""Walks through a case and notes every name and every key of the language in it."""

from __future__ import annotations

from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.parsing.syntax import Place
from schelling.case.language.typed.scope import family_name
from schelling.case.places import things
from schelling.case.places.definitions import SPACES
from schelling.case.places.expressions import Namespace
from schelling.case.places.gathered_names import Gathered
from schelling.case.places.shapes import Allowed, shape
from schelling.case.places.things import NAME, LanguageWord, Thing
from schelling.case.schema import keys
from schelling.case.schema.game_parts import BRANCH_KEYS, CELL_KEYS
from schelling.errors import Span

_LISTED = {
    "from": things.PASSAGE,
    "wants": things.CLAIM,
    "lever": NAME,
    "over": NAME,
    "by": NAME,
    "along": NAME,
}
"""Keys whose texts are names, and of what."""

_OTHERS = {"source": things.SOURCE, "extends": things.RIVAL}


def walk(found: Gathered, root: Node) -> None:
    """Note all that the values and keys of a case refer to."""
    _Walk(found).into(root, ())


class _Walk:
    """One pass through the tree of a case, after its definitions are known."""

    def __init__(self, found: Gathered) -> None:
        self.found = found
        self.known: Namespace = found.known()

    def into(self, node: Node, path: Path) -> None:
        here = shape(path) or Allowed()
        if isinstance(node.value, dict):
            for key, child in node.value.items():
                self.key(node, key, child, (*path, key), here)
                self.into(child, (*path, key))
        elif isinstance(node.value, list):
            for number, child in enumerate(node.value):
                self.into(child, (*path, number))
        elif here.expression:
            self.found.expression(node, self.known)
        else:
            self.text(node, path)

    def text(self, node: Node, path: Path) -> None:
        """A text that is no expression: it may be a name, or a list of them."""
        own = _own(path)
        words = [str(part) for part in own if not isinstance(part, int)]
        last = words[-1] if words else ""
        if not own:
            return
        if last in _LISTED or last in _OTHERS:
            self.found.listed(node, _LISTED.get(last) or _OTHERS[last])
        elif last == "between" and own[0] == "correlations":
            self.found.expression(node, self.known)
        elif last == "remove" and path[0] == "rivals":
            self.removed(node)

    def removed(self, node: Node) -> None:
        """A path to what a rival leaves out, such as `events.clash`."""
        section, *rest = node.text.split(".")
        start = len(section) + 1
        for position, name in enumerate(rest):
            thing = _removed(section, rest, position)
            if thing is not None and thing in self.found.definitions:
                span = self.found.scalar(node, Place(start, start + len(family_name(name))))
                self.found.mention(thing, self.found.file(node), span)
            start += len(name) + 1

    def key(self, parent: Node, key: str, child: Node, path: Path, here: Allowed) -> None:
        span, file = parent.keys.get(key), self.found.file(child)
        if span is None or span.line != span.end_line:
            return
        own = _own(path)
        thing = _named(own)
        if thing is not None:
            self.name(thing, key, span, child, own)
        elif here.has(key):
            part = keys.title(here.models[0].__name__)
            self.found.words.append(
                LanguageWord(key, file, self.found.key(key, span, file, key), part)
            )
        elif here.expression:
            for piece in key.split(","):
                name = piece.strip()
                place = self.found.key(key, span, file, name)
                over = self.found.over.get(family_name(str(own[1])), ()) if len(own) > 1 else ()
                self.found.member(name, file, place, over)

    def name(self, thing: Thing, key: str, span: Span, child: Node, own: Path) -> None:
        file = self.found.file(child)
        self.found.refer(thing, file, self.found.key(key, span, file, thing.name))
        if len(own) == 2 and "[" in key:
            self.found.members(key, span, file, self.found.over.get(thing.name, ()))


def _own(path: Path) -> Path:
    """A path in the case; that of a rival's change as if the case itself said so."""
    return path[2:] if path[:1] == ("rivals",) and len(path) > 3 else path


def _named(path: Path) -> Thing | None:
    """What the last key of a path names; None when it is a key of the language."""
    key, parent = str(path[-1]), str(path[-2]) if len(path) > 1 else ""
    if len(path) == 2 and path[0] in SPACES:
        return Thing(SPACES[str(path[0])][0], family_name(key) if "[" in key else key)
    if path[:1] == ("games",) and len(path) > 3:
        return _in_game(path, key, parent)
    if parent == "effects" and key != "phase":
        return Thing(NAME, family_name(key))
    if parent == "units":
        return Thing(NAME, key)
    return None


def _in_game(path: Path, key: str, parent: str) -> Thing | None:
    """What a key inside a game names: an actor, an action, a state or a stock."""
    game = family_name(str(path[1]))
    if parent == "effects":
        return Thing(NAME, family_name(key)) if key != "phase" else None
    if parent in ("payoffs", "moves", "precision"):
        return Thing(NAME, key)
    if parent == "next":
        return things.state(game, key)
    if path[2] == "tree":
        fields = [part for part in path[5:] if part in BRANCH_KEYS]
        if fields:
            return None
        return Thing(NAME, key) if len(path) % 2 == 0 else things.action(game, key)
    if path[2] == "states" and len(path) == 4:
        return things.state(game, key)
    rest = path[4:] if path[2] == "states" else path[3:]
    if rest[:1] == ("cells",) and len(rest) > 1 and not any(part in CELL_KEYS for part in rest[1:]):
        return things.action(game, key)
    return None


def _removed(section: str, rest: list[str], position: int) -> Thing | None:
    if position == 0:
        space = SPACES.get(section, ("", ""))[0]
        return Thing(space, family_name(rest[0])) if space else None
    return _named((section, *rest[: position + 1]))
