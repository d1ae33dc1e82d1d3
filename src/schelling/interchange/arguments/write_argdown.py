"""A map of an argument as Argdown.

Each node is defined once, with its text on one line and its data in braces; what speaks for or
against it follows, indented.

References:
    Voigt and Betz (2018), Argdown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from schelling.errors import printable
from schelling.interchange.arguments.argument_map import ArgumentMap, MapStatement, RelationKind

_SIGNS: Mapping[RelationKind, str] = {
    "supports": "+",
    "attacks": "-",
    "undercuts": "_",
    "contradicts": "><",
}
_MARKUP = re.compile(r"([\[\]<>{}#@*_|\\])")


def argdown(found: ArgumentMap) -> str:
    """The map as text."""
    named = {node.title: bracketed(node) for node in found.nodes}
    lines = ["===", f"title: {json.dumps(_line(found.title), ensure_ascii=False)}", "===", ""]
    below: dict[str, list[str]] = {}
    for one in found.relations:
        row = f"  {_SIGNS[one.kind]} {named[one.source]}"
        below.setdefault(one.target, []).append(row)
    for node in found.nodes:
        lines.append(f"{named[node.title]}: {_escaped(node.text)}{_data(node)}")
        lines += [*below.get(node.title, ()), ""]
    return "\n".join(lines)


def bracketed(node: MapStatement) -> str:
    """The title as Argdown writes it: in square brackets, or in angles for an argument."""
    title = re.sub(r"[\[\]<>]", " ", _line(node.title)).strip()
    return f"<{title}>" if node.argument else f"[{title}]"


def _data(node: MapStatement) -> str:
    if not node.data:
        return ""
    parts = (f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in node.data.items())
    return f" {{{', '.join(parts)}}}"


def _escaped(words: str) -> str:
    """A text on one line in which nothing is read as markup; a full stop where there is none."""
    plain = _MARKUP.sub(r"\\\1", _line(words)).replace("//", "/\\/")
    return plain if plain else "."


def _line(words: str) -> str:
    return " ".join(printable(words).split())
