"""Names a case defines: what is allowed, what collides."""

from __future__ import annotations

import re
import unicodedata

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.inferring.inference import reserved_names
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.words.vocabulary import KEYWORDS, RESERVED

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
MAX_NAME = 80

_VALUED = ("assumptions", "stocks", "variables", "unknowns")
KEPT = frozenset({"world", "replicate", "status", "time", "quantile", "phase_share"})
"""What a run calls columns and axes of its own, beside one for everything with a value."""


def canonical(name: str) -> str:
    """A name without case and underscores; two names must differ in this form."""
    return name.replace("_", "").lower()


def check(draft: Draft, name: str, path: Path, *, element: bool = True) -> bool:
    """Report a name that is not allowed; `element` names may not hide words of the language."""
    if name in KEYWORDS:
        message = f"'{name}' is a word of the grammar, not a name"
        draft.report_key("E205", message, path, hint=f"use '{name}_' or a longer word")
        return False
    if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
        message = f"'{shorten(name)}' is not a name"
        reason = (
            f"a name has up to {MAX_NAME} letters, digits and underscores and begins with a letter"
        )
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        better = re.sub(r"\W+", "_", plain).strip("_")[:MAX_NAME]
        hint = f"such as '{better}'" if _NAME.fullmatch(better) and better != name else ""
        draft.report_key("E205", message, path, reason, hint)
        return False
    if element and name in reserved_names():
        what = RESERVED.get(name, "a function")
        hint = f"such as '{name}_level'" if path[0] in _VALUED else "choose another name"
        message = f"'{name}' is a word of the language: {what}"
        draft.report_key("E207", message, path, hint=hint)
        return False
    valued = path[0] in _VALUED or (path[0] == "states" and len(path) == 2)
    if name in KEPT and valued:
        message = f"'{name}' is a column of every run"
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
            reason = (
                "" if name == first[0] else "names must differ by more than case and underscores"
            )
            message = f"'{name}' collides with '{first[0]}' (line {line})"
            if name == first[0]:
                message = f"'{name}' is defined twice (first on line {line})"
            draft.report_key("E206", message, path, reason)
