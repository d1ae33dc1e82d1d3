"""Names a case defines: what is allowed, what collides."""

from __future__ import annotations

import keyword
import re

from schelling.case.draft import Draft
from schelling.case.infer import reserved_names
from schelling.case.text import Path
from schelling.case.vocabulary import RESERVED

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_INDEXED = re.compile(r"[A-Za-z][A-Za-z0-9_]*\[[A-Za-z][A-Za-z0-9_]*\]")
MAX_NAME = 80


def canonical(name: str) -> str:
    """A name without case and underscores; two names must differ in this form."""
    return name.replace("_", "").lower()


def check(draft: Draft, name: str, path: Path, *, element: bool = True) -> bool:
    """Report a name that is not allowed; `element` names may not hide words of the language."""
    if element and _INDEXED.fullmatch(name):
        message = f"'{name}': definitions over sets come in a later version of the language"
        draft.report_key("E204", message, path)
        return False
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME or keyword.iskeyword(name):
        message = f"'{name}' is not a name"
        reason = (
            "names are letters, digits and underscores, start with a letter, and are no keyword"
        )
        hint = re.sub(r"\W+", "_", name).strip("_0123456789")
        draft.report_key("E205", message, path, reason, f"such as '{hint}'" if hint else "")
        return False
    if element and name in reserved_names():
        message = f"'{name}' is a word of the language: {RESERVED.get(name, 'a function')}"
        draft.report_key("E207", message, path, hint=f"such as '{name}_level'")
        return False
    return True


def collisions(draft: Draft, named: list[tuple[str, Path]]) -> None:
    """Report names that differ only by case or underscores, or not at all."""
    seen: dict[str, tuple[str, Path]] = {}
    for name, path in named:
        first = seen.setdefault(canonical(name), (name, path))
        if first[1] != path:
            line = draft.root.key_span(first[1]).line
            message = f"'{name}' collides with '{first[0]}' (line {line})"
            reason = "names must differ by more than case and underscores"
            draft.report_key("E206", message, path, reason)
