"""Rivals: other arguments about the same events, written as changes to a case.

A rival is merged into the tree of the case, key by key, and then read like any case; every value
keeps its place, so that a problem is shown where it is written, in the case, in the rival or in the
rival's own file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from schelling.case import names
from schelling.case.draft import Draft
from schelling.case.file import disk, yaml_tree
from schelling.case.file.yaml_tree import Node, Path
from schelling.case.language.typed.scope import family_name, suggest
from schelling.case.records import Change, Rival
from schelling.case.schema import case_file
from schelling.case.sets import unfold
from schelling.errors import Problem

DEFINITIONS = (
    *(one for one in unfold.SECTIONS if one != "states"),
    "populations",
)
"""Sections whose changes need a reason each."""

_MERGED = ("sources", "passages", "states", "actors", *DEFINITIONS)
_VALUED = {"variables": "value", "claims": "holds"}
_WORDS = ("why", "from", "says")


@dataclass(frozen=True)
class Variant:
    """A rival and the tree it makes of the case."""

    rival: Rival
    root: Node


def graft(draft: Draft) -> tuple[disk.Text, ...]:
    """Put the files that rivals stand in into the tree; problems go to the draft.

    Returns:
        The files read.
    """
    section = draft.root.child("rivals")
    if section is None or not isinstance(section.value, dict):
        return ()
    files: list[disk.Text] = []
    grown: dict[str, Node] = {}
    for name, node in section.value.items():
        given = node.child("file")
        if given is None:
            grown[name] = node
            continue
        file = _file(draft, ("rivals", name, "file"))
        root = _tree(draft, file, ("rivals", name, "file")) if file is not None else None
        if file is not None:
            files.append(file)
        if root is None:
            draft.left_out |= {name}
        else:
            grown[name] = _merged(root, node)
    if isinstance(draft.root.value, dict):
        rivals = replace(section, value=grown)
        draft.root = replace(draft.root, value=draft.root.value | {"rivals": rivals})
    return tuple(files)


def _file(draft: Draft, where: Path) -> disk.Text | None:
    path = draft.beside(where)
    if path is None:
        return None
    file = disk.read(path)
    if isinstance(file, Problem):
        draft.report(
            file.code,
            file.message,
            where,
            hint="a rival's 'file' is a YAML file in the case's folder",
        )
        return None
    draft.others[path] = file.lined
    return file


def _tree(draft: Draft, file: disk.Text, where: Path) -> Node | None:
    """The tree of a rival's own file; None when nothing of it can be used."""
    root, problems = yaml_tree.parse(file.lined)
    for problem in problems:
        draft.note(replace(problem, path=file.path))
    if root is not None and not isinstance(root.value, dict):
        draft.report("E203", f"'{file.path.name}' is not a mapping of keys to values", where)
    return _placed(root, file.path) if root and isinstance(root.value, dict) else None


def _placed(node: Node, file: FilePath) -> Node:
    """The tree with every value saying which file it stands in."""
    value = node.value
    if isinstance(value, dict):
        value = {key: _placed(child, file) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_placed(child, file) for child in value]
    return replace(node, value=value, file=file)


def variants(draft: Draft, raw: case_file.CaseFile) -> tuple[Variant, ...]:
    """The tree of every rival; problems of the changes themselves go to the draft."""
    if not isinstance(draft.root.value, dict):
        return ()
    own = {key: node for key, node in draft.root.value.items() if key != "rivals"}
    found: dict[str, Variant] = {}
    waiting = dict(raw.rivals)
    base = replace(draft.root, value=own)
    for name in raw.rivals:
        names.check(draft, name, ("rivals", name), element=False)
    while waiting:
        ready = [n for n, r in waiting.items() if not r.extends or r.extends in found]
        if not ready:
            _unresolved(draft, waiting, raw)
            break
        for name in ready:
            rival = waiting.pop(name)
            ground = found[rival.extends] if rival.extends else None
            found[name] = _variant(draft, name, rival, base, ground)
    return tuple(found[name] for name in raw.rivals if name in found)


def mixed(base: Node, rival: Node, changed: Collection[tuple[str, str]]) -> Node:
    """The tree of a case with some definitions of a rival's tree, and its sources and passages.

    Args:
        base: The tree of the case.
        rival: That of the rival.
        changed: Sections and names of the definitions taken from the rival; what it does not have
            is left out.
    """
    if not isinstance(base.value, dict) or not isinstance(rival.value, dict):
        return base
    parts = {key: node for key, node in base.value.items() if key != "rivals"}
    parts |= {key: rival.value[key] for key in ("sources", "passages") if key in rival.value}
    for section, name in changed:
        theirs = rival.at((section,))
        own = parts.get(section, replace(theirs, value={}))
        entries = dict(own.value) if isinstance(own.value, dict) else {}
        node = theirs.child(name)
        if node is None:
            entries.pop(name, None)
        else:
            entries[name] = node
        parts[section] = replace(own, value=entries, keys=theirs.keys | own.keys)
    value = {key: node for key, node in parts.items() if node.value != {}}
    return replace(base, value=value, keys=rival.keys | base.keys)


def _unresolved(draft: Draft, waiting: dict[str, case_file.Rival], raw: case_file.CaseFile) -> None:
    for name, rival in waiting.items():
        other = rival.extends or ""
        message = f"the rival '{name}' extends '{other}', which is not a rival of this case"
        hint = suggest(other, [known for known in raw.rivals if known != name])
        if other in raw.rivals:
            message, hint = f"the rival '{name}' extends itself through '{other}'", ""
        if other not in draft.left_out:
            draft.report("E703", message, ("rivals", name, "extends"), hint=hint)


def _variant(
    draft: Draft, name: str, raw: case_file.Rival, base: Node, ground: Variant | None
) -> Variant:
    where: Path = ("rivals", name)
    if not raw.why.strip() and not raw.from_:
        message = f"the rival '{name}' has neither a passage nor a reason"
        draft.report_key("E701", message, where, hint="add 'why:' with a sentence")
    start = base if ground is None else ground.root
    node = draft.root.at(where)
    changes: list[Change] = [] if ground is None else list(ground.rival.changes)
    for position, written in enumerate(raw.remove):
        after = _without(start, tuple(written.split(".")))
        if after is None:
            message = f"'{written}' cannot be removed: the case does not have it"
            hint = "such as events.clash"
            draft.report("E702", message, (*where, "remove", position), hint=hint)
        else:
            start = after
            section, _, rest = written.partition(".")
            changes.append(Change(section, rest, "removed", raw.why.strip(), tuple(raw.from_)))
    root = _applied(start, node)
    for section, key, change in _changed(node):
        new = not _known(start.at((section,)), key)
        path: Path = (*where, section, key)
        why, passages = _reason(change)
        if section in DEFINITIONS and not why and not passages:
            message = f"the rival '{name}' changes '{key}' without a reason"
            hint = "add 'why:' with a sentence, or 'from:' with a passage"
            draft.report_key("E701", message, path, hint=hint)
        if new and section in ("assumptions", "variables", "unknowns", "stocks"):
            _unread(draft, root, section, key, path)
        what = "new" if new else _how_changed(section, base.at((section,)), root, key)
        changes.append(Change(section, key, what, why, passages))
    known = root.at(("passages",)).value
    for passage in raw.from_:
        if not isinstance(known, dict) or passage not in known:
            hint = suggest(passage, known) if isinstance(known, dict) else ""
            draft.report("E502", f"unknown passage '{passage}'", (*where, "from"), hint=hint)
    rival = Rival(
        name=name,
        title=raw.title.strip() or name,
        why=raw.why.strip(),
        says=raw.says.strip(),
        passages=tuple(raw.from_),
        extends=raw.extends or "",
        changes=tuple({(c.section, c.name): c for c in changes}.values()),
        restates=raw.restates,
    )
    return Variant(rival, root)


def _how_changed(section: str, before: Node, root: Node, key: str) -> str:
    """`changed`; `reason` where only the reason differs from the case's; `unchanged`."""
    old, new = before.child(key), root.at((section,)).child(key)
    if old is None or new is None:
        return "changed"
    if _rule(section, old) != _rule(section, new):
        return "changed"
    return "unchanged" if _words(old) == _words(new) else "reason"


def _words(node: Node) -> dict[str, object]:
    """The reason of a definition."""
    found = node.plain()
    texts: dict[str, object] = found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]
    return {key: texts.get(key) for key in _WORDS}


def _rule(section: str, node: Node) -> str:
    """A definition without its reason, spaces and short form; a claim with what it says."""
    found = node.plain()
    if isinstance(found, dict):
        words = _WORDS[:2] if section == "claims" else _WORDS
        found = {key: value for key, value in found.items() if key not in words}  # pyright: ignore[reportUnknownVariableType]
        short = _VALUED.get(section, "")
        found = found[short] if list(found) == [short] else found  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return json.dumps(found).replace(" ", "")


def _known(section: Node, key: str) -> bool:
    """Whether a section has a definition, or one over a set that has it as a member."""
    if not isinstance(section.value, dict):
        return False
    base, over_sets = family_name(key), "[" in key
    return key in section.value or any(
        over_sets and "[" in other and family_name(other) == base for other in section.value
    )


def _changed(node: Node) -> Iterator[tuple[str, str, Node]]:
    """Every definition a rival changes or adds."""
    for section in _MERGED:
        part = node.child(section)
        if part is not None and isinstance(part.value, dict):
            for key, change in part.value.items():
                yield section, key, change


def _reason(change: Node) -> tuple[str, tuple[str, ...]]:
    """The reason and the passages a change gives."""
    why, passages = change.child("why"), change.child("from")
    listed: tuple[str, ...] = ()
    if passages is not None:
        plain = passages.plain()
        items = plain if isinstance(plain, list) else str(plain).replace(",", " ").split()  # pyright: ignore[reportUnknownVariableType]
        listed = tuple(str(item) for item in items)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return (why.text.strip() if why is not None else ""), listed


def _unread(draft: Draft, root: Node, section: str, key: str, path: Path) -> None:
    """Report a new value that nothing reads: most likely a slip of the pen."""
    word = re.compile(rf"\b{re.escape(family_name(key))}\b")
    others = (
        written
        for part in (*DEFINITIONS, "correlations")
        for owner, written in _scalars(root.child(part))
        if (part, owner) != (section, key)
    )
    if not any(word.search(written) for written in others):
        known = root.at((section,)).value
        message = f"'{key}' is not in the case, and nothing reads it"
        names = [name for name in known if name != key] if isinstance(known, dict) else []
        draft.report_key("E702", message, path, hint=suggest(key, names))


def _scalars(node: Node | None, owner: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a section with the definition it belongs to; words of explanation left out."""
    if node is None:
        return
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            if key not in ("why", "says", "from"):
                yield from _scalars(child, owner or key)
    elif isinstance(node.value, list):
        for child in node.value:
            yield from _scalars(child, owner)
    else:
        yield owner, node.text


def _applied(base: Node, change: Node) -> Node:
    """The tree of the case with a rival's sections in it."""
    if not isinstance(base.value, dict) or not isinstance(change.value, dict):
        return base
    value, keys = dict(base.value), dict(base.keys)
    for section in (*_MERGED, "phases", "correlations"):
        new, old = change.value.get(section), value.get(section)
        if new is None:
            continue
        if old is None or section == "phases":
            value[section] = new
        elif section == "correlations" and isinstance(old.value, list):
            listed = new.value if isinstance(new.value, list) else []
            value[section] = replace(old, value=[*old.value, *listed])
        else:
            value[section] = _merged(_whole(section, old, new), new)
        keys[section] = change.keys[section]
    return replace(base, value=value, keys=keys)


def _whole(section: str, old: Node, new: Node) -> Node:
    """The section with short definitions written out where the rival changes them."""
    key = _VALUED.get(section)
    if key is None or not isinstance(old.value, dict) or not isinstance(new.value, dict):
        return old
    value = dict(old.value)
    for name in new.value:
        short = value.get(name)
        if short is not None and not isinstance(short.value, dict | list):
            value[name] = replace(short, value={key: short}, keys={key: short.span})
    return replace(old, value=value)


def _merged(base: Node, change: Node) -> Node:
    """Two values merged: mappings key by key, anything else replaced."""
    if not isinstance(base.value, dict) or not isinstance(change.value, dict):
        return change
    value = dict(base.value)
    for key, child in change.value.items():
        old = value.get(key)
        value[key] = child if old is None else _merged(old, child)
    return replace(change, value=value, keys=base.keys | change.keys)


def _without(node: Node, path: tuple[str, ...]) -> Node | None:
    """The tree without what stands at a path; None when nothing does."""
    if not isinstance(node.value, dict) or path[0] not in node.value:
        return None
    if len(path) == 1:
        value = {key: child for key, child in node.value.items() if key != path[0]}
        keys = {key: span for key, span in node.keys.items() if key != path[0]}
        return replace(node, value=value, keys=keys)
    inner = _without(node.value[path[0]], path[1:])
    return None if inner is None else replace(node, value=node.value | {path[0]: inner})
