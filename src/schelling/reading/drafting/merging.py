"""A draft that is added to a case which has entries already: at the ends of its sections.

Nothing of the case is changed: lines are added, names that it has keep their meaning, and what
cannot be added is told. Where names of another text are taken, its passages and entries get the
name of their source before theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from schelling.case.file import yaml_tree
from schelling.case.names import canonical
from schelling.errors import RunError
from schelling.reading.drafting.case_text import DraftedText

_SECTION = re.compile(r"([a-z_]+):(.*)")
_ENTRY = re.compile(r"  ([A-Za-z][\w.]*): ")
_DRAFTED = re.compile(r"^  (\w+)(?=: \{from: )", re.MULTILINE)


@dataclass(frozen=True)
class MergedDraft:
    """A case with a draft in it.

    Attributes:
        text: The whole file.
        added: How many entries were added, by section.
        present: How many were there already, from the same text.
        conflicts: What was left out, and why.
    """

    text: str
    added: Mapping[str, int]
    present: int
    conflicts: tuple[str, ...]


@dataclass
class _Merging:
    held: Mapping[str, Mapping[str, object]]
    added: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    conflicts: list[str] = field(default_factory=list[str])
    present: int = 0

    def take(self, section: str, name: str, lines: list[str], *, same: bool) -> None:
        if name not in self.held.get(section, {}):
            self.added.setdefault(section, []).extend(lines)
            self.counts[section] = self.counts.get(section, 0) + 1
        elif same:
            self.present += 1
        else:
            self.conflicts.append(f"{section}: '{name}' is there already and was kept")


def merged(case: str, draft: DraftedText) -> MergedDraft:
    """The text of a case with a draft added to it.

    Args:
        case: The text of the case.
        draft: The draft.

    Raises:
        RunError: The case is no YAML, its source of this name is another text, or a section that
            would grow is written on one line, or what would be written cannot be read.
    """
    held = _sections(case)
    new = _sections(draft.text)
    source, mine = draft.source, held.get("sources", {}).get(draft.source)
    same = _digest(mine) == draft.sha256
    if mine is not None and not same:
        message = f"the source '{source}' of the case is another text, or has no digest; see "
        message += "`schelling passages` for a text that was edited"
        raise RunError(message)
    text = draft.text
    if _clashes(held, new, draft, same=same):
        text = _renamed(text, new, source)
    merging = _Merging(held)
    for section, name, lines in _entries(text):
        if section == "sources" or name:
            merging.take(section, name, lines, same=same)
        elif section not in ("schelling", "title"):
            _shared(section, lines, held, merging)
    joined = _joined(case, merging.added)
    if not _grown(held, _sections(joined), merging.counts):
        message = "the draft does not fit the way the case is written; nothing was added"
        raise RunError(message)
    return MergedDraft(joined, merging.counts, merging.present, tuple(merging.conflicts))


def _grown(
    held: Mapping[str, Mapping[str, object]],
    found: Mapping[str, Mapping[str, object]],
    counts: Mapping[str, int],
) -> bool:
    """Whether a case has what it had and, in each section, as many entries more as were added."""
    kept = all(found.get(key, {}).items() >= part.items() for key, part in held.items())
    return kept and all(
        len(found.get(key, {})) == len(held.get(key, {})) + number for key, number in counts.items()
    )


def _sections(text: str) -> dict[str, dict[str, object]]:
    root, problems = yaml_tree.parse(text)
    if root is None or problems or not isinstance(root.value, dict):
        message = "the case cannot be read; see `schelling check`"
        raise RunError(message)
    plain = {key: child.plain() for key, child in root.value.items()}
    return {key: value if isinstance(value, dict) else {} for key, value in plain.items()}


def _digest(source: object) -> str:
    """The digest of a source as the case has it; empty where there is none."""
    known = cast("dict[str, object]", source) if isinstance(source, dict) else {}
    return str(known.get("sha256", ""))


def _clashes(
    held: Mapping[str, Mapping[str, object]],
    new: Mapping[str, Mapping[str, object]],
    draft: DraftedText,
    *,
    same: bool,
) -> bool:
    """Whether names of the draft are taken by others, or were when it was added before."""
    passages, known = set(new.get("passages", {})), set(held.get("passages", {}))
    if same:
        return any(f"{draft.source}.{name}" in known for name in passages)
    taken = {canonical(name) for part in held.values() for name in part}
    return bool(passages & known) or any(
        canonical(name) in taken for name in _DRAFTED.findall(draft.text)
    )


def _renamed(text: str, new: Mapping[str, Mapping[str, object]], source: str) -> str:
    """The draft, the source's name before those of its passages and entries."""
    text = _DRAFTED.sub(rf"  {source}_\1", text)
    own = "|".join(sorted(map(re.escape, new["passages"]), key=len, reverse=True))
    text = re.sub(rf"^  ({own}): \{{source: ", rf"  {source}.\1: {{source: ", text, flags=re.M)
    return re.sub(rf"\{{from: ({own})(?=[,}}])", rf"{{from: {source}.\1", text)


def _entries(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Each entry of a draft with the remarks before it; a key without entries has no name."""
    section, remarks = "", list[str]()
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("  #"):
            remarks.append(line)
        elif entry := _ENTRY.match(line):
            yield section, entry[1], [*remarks, line]
            remarks = []
        elif match := _SECTION.fullmatch(line):
            section, remarks = match[1], []
            if match[2]:
                yield section, "", [line]


def _shared(key: str, lines: list[str], held: Mapping[str, object], merging: _Merging) -> None:
    if key in held:
        merging.conflicts.append(f"'{key}' is there already and was kept")
    else:
        merging.added[key] = lines


def _joined(case: str, added: Mapping[str, list[str]]) -> str:
    rows = case.removesuffix("\n").split("\n")
    ending = "\r" if rows[0].endswith("\r") else ""
    for section, lines in added.items():
        at = next((n for n, row in enumerate(rows) if _key(row) == section), None)
        if at is None:
            alone = bool(_SECTION.fullmatch(lines[0]))
            whole = lines if alone else [f"{section}:", *lines]
            rows += [line + ending for line in whole]
            continue
        if re.sub(r"#.*", "", rows[at].split(":", 1)[1]).strip():
            message = f"'{section}' is written on one line, {at + 1}; write one entry a line"
            raise RunError(message)
        end = at + 1
        while end < len(rows) and (not rows[end].strip() or rows[end][:1] in (" ", "\t")):
            end += 1
        while not rows[end - 1].strip():
            end -= 1
        first = next((row for row in rows[at + 1 : end] if row.strip()[:1] not in ("", "#")), "  x")
        indent = first[: len(first) - len(first.lstrip())] or "  "
        rows[end:end] = [f"{indent}{line[2:]}{ending}" for line in lines]
    return "\n".join(rows) + "\n"


def _key(row: str) -> str:
    match = _SECTION.fullmatch(row)
    return match[1] if match else ""
