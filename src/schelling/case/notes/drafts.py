"""Notes on what a draft leaves open: blanks, paraphrases, and entries that nobody has gone over."""

from __future__ import annotations

from collections.abc import Iterator

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Node
from schelling.case.model import Case
from schelling.case.schema.blanks import FORMAL
from schelling.case.sources import Blank

_SAID = (*FORMAL, "passages")
_WHOLE = {
    "claims": "'holds', and 'given' where the claim has a condition",
    "stocks": "'start' and 'change'",
}
"""What to write where one of several keys is not enough."""


def note(draft: Draft, case: Case) -> None:
    """Note what is still blank, one note for each section, and what was drafted by a command."""
    for section in FORMAL:
        blanks = [one.name for one in case.blanks if one.section == section]
        if blanks:
            number = len(blanks)
            what = section if number > 1 else section[:-1]
            message = f"{number} {what} {'are' if number > 1 else 'is'} blank"
            wanted = _WHOLE.get(section) or _either(FORMAL[section])
            hint = f"write {wanted}, or remove what has no place in the model"
            path = (section, blanks[0])
            draft.report_key("N109", message, path, ", ".join(blanks), hint)
    for one in case.blanks:
        _begun(draft, one)
    _unsaid(draft)
    _drafted(draft)


def _begun(draft: Draft, blank: Blank) -> None:
    """Note an entry that has one formal part and a second one that is blank."""
    node = draft.root.at(
        (blank.section, draft.written.get((blank.section, blank.name), blank.name))
    )
    parts = {key: node.child(key) for key in FORMAL[blank.section]}
    said = [key for key, part in parts.items() if part is not None and _filled(part)]
    empty = [key for key, part in parts.items() if part is not None and not _filled(part)]
    if said and empty:
        message = f"'{blank.name}' has '{said[0]}', but '{empty[0]}' is blank, so it is left out"
        hint = f"write '{empty[0]}', or remove the key"
        draft.report_key("N109", message, (blank.section, blank.name, empty[0]), "", hint)


def _filled(node: Node) -> bool:
    """Whether something stands there."""
    return node.value is not None and (not isinstance(node.value, str) or bool(node.text.strip()))


def _either(keys: tuple[str, ...]) -> str:
    quoted = [f"'{key}'" for key in keys]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _unsaid(draft: Draft) -> None:
    """Note the paraphrases that are blank."""
    found = [
        (section, name)
        for section, name, node in _written(draft)
        if (says := node.child("says")) is not None and says.value is not None and not says.text
    ]
    if found:
        number = len(found)
        message = f"{number} paraphrase{'s are' if number > 1 else ' is'} blank"
        names = ", ".join(dict.fromkeys(name for _, name in found))
        hint = "say what the passage says, in your own words"
        draft.report_key("N110", message, (*found[0], "says"), names, hint)


def _drafted(draft: Draft) -> None:
    """Note what was drafted and not gone over, by whom."""
    found: dict[str, list[tuple[str, str]]] = {}
    for section, name, node in _written(draft):
        by = node.child("drafted")
        if by is not None and by.text.strip():
            found.setdefault(by.text.strip(), []).append((section, name))
    for by, many in found.items():
        number = len(many)
        what = "entries were" if number > 1 else "entry was"
        names = ", ".join(dict.fromkeys(name for _, name in many))
        hint = "compare each with its passage, and remove 'drafted' when you vouch for it"
        message = f"{number} {what} drafted by {by}"
        draft.report_key("N111", message, (*many[0], "drafted"), names, hint)


def _written(draft: Draft) -> Iterator[tuple[str, str, Node]]:
    """Every definition and passage, one over sets once."""
    seen: set[tuple[str, str]] = set()
    for section in _SAID:
        part = draft.root.child(section)
        if part is None or not isinstance(part.value, dict):
            continue
        for name, node in part.value.items():
            key = (section, draft.written.get((section, name), name))
            if key not in seen:
                seen.add(key)
                yield section, name, node
