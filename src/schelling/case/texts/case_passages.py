"""The passages of a case file as written, and the file with positions changed.

The case need not be sound: after an edit of its text it is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from schelling.case.file import disk, yaml_tree
from schelling.case.file.yaml_tree import Node
from schelling.case.texts.moved import Position
from schelling.errors import CaseError, Problem


@dataclass(frozen=True)
class CasePassages:
    """What a case file says of its sources and passages.

    Attributes:
        file: The file.
        root: Its tree.
        positions: Passages by the name of their source.
    """

    file: disk.Text
    root: Node
    positions: Mapping[str, tuple[Position, ...]]


def read(path: Path) -> CasePassages:
    """Read the passages of a case.

    Args:
        path: The case's folder, or its YAML file.

    Raises:
        CaseError: It is no YAML, or a passage is not written as one.
    """
    given = disk.case(path)
    if isinstance(given, Problem):
        raise CaseError((given,), given.message)
    root, problems = yaml_tree.parse(given.lined)
    section = root.child("passages") if root is not None else None
    found: dict[str, list[Position]] = {}
    for name, node in _entries(section):
        source = node.at(("source",)).value
        one = _position(name, node)
        if one is None or not isinstance(source, str):
            message = f"the passage '{name}' has no source, start and end"
            problems.append(Problem("E202", message, node.span, path=given.path))
        else:
            found.setdefault(source, []).append(one)
    if root is None or problems:
        message = "; ".join(problem.message for problem in problems)
        raise CaseError(tuple(problems), f"{given.path}: {message}")
    return CasePassages(given, root, {name: tuple(many) for name, many in found.items()})


def _entries(section: Node | None) -> list[tuple[str, Node]]:
    return list(section.value.items()) if section and isinstance(section.value, dict) else []


def _position(name: str, node: Node) -> Position | None:
    start, end, sha256 = (node.at((key,)).value for key in ("start", "end", "sha256"))
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        return None
    return Position(name, start, end, sha256 if isinstance(sha256, str) else None)


def rewritten(case: CasePassages, source: str, starts: Mapping[str, int], sha256: str) -> str:
    """The text of the case file with new positions, and the new digest of their source.

    Args:
        case: The case file.
        source: Name of the source.
        starts: New starts of its passages, by name.
        sha256: Digest of the source's file.
    """
    edits: list[tuple[Node, str]] = []
    for one in case.positions.get(source, ()):
        if one.name in starts:
            start = starts[one.name]
            where = ("passages", one.name)
            edits.append((case.root.at((*where, "start")), str(start)))
            edits.append((case.root.at((*where, "end")), str(start + one.end - one.start)))
    whole = case.root.at(("sources", source)).child("sha256")
    if whole is not None:
        edits.append((whole, sha256))
    content = case.file.lined
    for node, new in sorted(edits, key=lambda edit: -edit[0].raw_start):
        content = content[: node.raw_start] + new + content[node.raw_start + len(node.text) :]
    return content.replace("\n", "\r\n") if "\r\n" in case.file.content else content
