"""The outline of a case: its sections, what they define, and the actions of its games."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from schelling.case.file.yaml_tree import Node
from schelling.case.places.definitions import SPACES, children
from schelling.case.places.things import Places
from schelling.errors import Span
from schelling.lsp.positions import Positions

KINDS = {
    "assumption": types.SymbolKind.Constant,
    "stock": types.SymbolKind.Property,
    "variable": types.SymbolKind.Variable,
    "unknown": types.SymbolKind.Variable,
    "population": types.SymbolKind.Class,
    "event": types.SymbolKind.Event,
    "phase": types.SymbolKind.EnumMember,
    "actor": types.SymbolKind.Class,
    "game": types.SymbolKind.Interface,
    "action": types.SymbolKind.Method,
    "state": types.SymbolKind.EnumMember,
    "state machine": types.SymbolKind.Enum,
    "set": types.SymbolKind.Array,
    "member": types.SymbolKind.EnumMember,
    "column": types.SymbolKind.Field,
    "table": types.SymbolKind.Array,
    "claim": types.SymbolKind.Boolean,
    "premise": types.SymbolKind.Boolean,
    "passage": types.SymbolKind.String,
    "source": types.SymbolKind.File,
    "rival": types.SymbolKind.Namespace,
}
"""How an editor pictures what has a name, by its role."""


def outline(places: Places, file: Path, positions: Positions) -> list[types.DocumentSymbol]:
    """The sections of a case with their definitions; nothing for a table."""
    if places.root is None or file != places.path:
        return []
    return list(_sections(places.root, positions))


def _sections(root: Node, positions: Positions) -> Iterator[types.DocumentSymbol]:
    for section, node in children(root).items():
        role = SPACES.get(section, ("", ""))[1]
        if node.file is not None:
            continue
        within: list[types.DocumentSymbol] = []
        if role:
            within = [
                _symbol(
                    name, KINDS[role], node, child, positions, _inside(section, child, positions)
                )
                for name, child in children(node).items()
                if child.file is None
            ]
        yield _symbol(section, types.SymbolKind.Namespace, root, node, positions, within)


def _inside(section: str, node: Node, positions: Positions) -> list[types.DocumentSymbol]:
    if section == "rivals":
        return list(_sections(node, positions))
    if section != "games":
        return []
    return [
        _symbol(action, KINDS["action"], moves, branch, positions, [])
        for moves in children(node.child("tree")).values()
        for action, branch in children(moves).items()
        if branch.file is None
    ]


def _symbol(
    name: str,
    kind: types.SymbolKind,
    parent: Node,
    node: Node,
    positions: Positions,
    within: list[types.DocumentSymbol],
) -> types.DocumentSymbol:
    key = parent.keys[name]
    end = max((node.span.end_line, node.span.end_column), (key.end_line, key.end_column))
    whole = Span(key.line, key.column, *end)
    return types.DocumentSymbol(
        name=name or "''",
        kind=kind,
        range=positions.range(whole),
        selection_range=positions.range(key),
        detail="" if isinstance(node.value, dict | list) else node.text[:80],
        children=within,
    )
