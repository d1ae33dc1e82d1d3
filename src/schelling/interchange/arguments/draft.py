"""A map of an argument as the draft of a case: claims without a formal part, to be written by hand.

Nothing in a map says what has to hold in a world, so every claim is blank, and `check` counts it.
What speaks for and against a claim becomes words of its reason, since a case has no other place
for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from schelling.case.file.yaml_tree import MAX_BYTES
from schelling.interchange.arguments import read_argdown
from schelling.interchange.arguments.argument_map import ArgumentMap, MapStatement, RelationKind
from schelling.interchange.case_text import quoted
from schelling.interchange.stockflow.into_case import Imported
from schelling.interchange.stockflow.spelling import Spelling
from schelling.interchange.stockflow.to_case import Named

_SAID: dict[RelationKind, str] = {
    "supports": "Supported by",
    "attacks": "Attacked by",
    "undercuts": "Undercut by",
    "contradicts": "Contradicted by",
}


def imported(path: Path, *, lenient: bool = False) -> Imported:
    """Read an Argdown file and make the draft of a case of it.

    Raises:
        CaseError: The file cannot be read whole.
    """
    found, findings = read_argdown.read(path, lenient=lenient)
    spelling = Spelling()
    names = {node.title: spelling.of(node.title, node.title) for node in found.nodes}
    text = _text(found, names)
    if len(text.encode()) > MAX_BYTES:
        message = f"the draft made of it would have more than {MAX_BYTES:,} bytes"
        findings.refuse("E902", message, 0, hint="shorten its texts, or take a part of it")
        raise findings.error()
    return Imported(text, tuple(findings.left_out), Named(names, {}))


def _text(found: ArgumentMap, names: dict[str, str]) -> str:
    lines = [
        "# Draft made of a map of an argument: every claim is blank. Write what has to hold, make",
        "# it an assumption, or remove it.",
        "schelling: 1",
        f"title: {quoted(found.title)}",
        "claims:",
    ]
    others = _others(found, names)
    for node in found.nodes:
        lines += [f"  {names[node.title]}:", '    holds: ""']
        if node.text:
            lines.append(f"    says: {quoted(node.text)}")
        why = _why(node, others, names)
        if why:
            lines.append(f"    why: {quoted(why)}")
    return "\n".join(lines) + "\n"


def _others(
    found: ArgumentMap, names: dict[str, str]
) -> dict[str, dict[RelationKind, dict[str, None]]]:
    """What speaks for or against each node, by kind; a contradiction goes both ways."""
    others: dict[str, dict[RelationKind, dict[str, None]]] = {}
    for one in found.relations:
        others.setdefault(one.target, {}).setdefault(one.kind, {})[names[one.source]] = None
        if one.kind == "contradicts":
            others.setdefault(one.source, {}).setdefault(one.kind, {})[names[one.target]] = None
    return others


def _why(
    node: MapStatement,
    others: Mapping[str, Mapping[RelationKind, Iterable[str]]],
    names: dict[str, str],
) -> str:
    own = others.get(node.title, {})
    parts = [f"{said} {', '.join(own[kind])}." for kind, said in _SAID.items() if kind in own]
    if node.argument:
        parts.append("An argument.")
    if names[node.title] != node.title:
        parts.append(f"Called '{node.title}' in the file.")
    parts += [f"{key}: {value.rstrip('.')}." for key, value in node.data.items()]
    return " ".join(parts)
