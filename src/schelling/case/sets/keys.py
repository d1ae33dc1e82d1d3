"""Keys over sets, such as `garrison[city]`, `siege[c in city]` and `distance[kyiv, city]`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.typed.scope import suggest
from schelling.case.sets.sections import Sets

KEY = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*\[([^\[\]]*)\]\s*")
_PART = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)(?:\s+in\s+([A-Za-z][A-Za-z0-9_]*))?\s*")


@dataclass(frozen=True)
class KeyPart:
    """One index of a key: a name that runs over a set, or one member.

    Attributes:
        variable: Empty for a member.
        over: The set; of a member, not known yet when empty.
        member: Empty for a name that runs.
    """

    variable: str
    over: str
    member: str = ""


@dataclass(frozen=True)
class FamilyKey:
    """A key such as `garrison[city]`."""

    written: str
    base: str
    parts: tuple[KeyPart, ...]

    @property
    def runs(self) -> bool:
        """Whether it stands for several members."""
        return any(part.variable for part in self.parts)


def read_key(draft: Draft, sets: Sets, path: Path, text: str = "") -> FamilyKey | None:
    """A key over sets, or the text of an entry; None where it is none, which is reported."""
    written = text or str(path[-1])
    match = KEY.fullmatch(written)
    pieces = match.group(2).split(",") if match else []
    parts = [_PART.fullmatch(piece) for piece in pieces]
    if match is None or not all(parts):
        message = f"'{shorten(written)}' is not a name over sets"
        draft.report_key("E205", message, path, hint="such as garrison[city]")
        return None
    found: list[KeyPart] = []
    for part in filter(None, parts):
        word, over = part.group(1), part.group(2)
        if over is None and word in sets.members:
            found.append(KeyPart(word, word))
        elif over is None:
            found.append(KeyPart("", "", word))
        elif over in sets.members:
            found.append(KeyPart(word, over))
        elif over not in draft.left_out:
            hint = suggest(over, sets.members)
            draft.report_key("E421", f"'{over}' is not a set", path, hint=hint)
            return None
        else:
            return None
    variables = [part.variable for part in found if part.variable]
    if len(set(variables)) < len(variables):
        message = f"two members have the same name in '{shorten(written)}'"
        over = found[0].over
        hint = f"such as {match.group(1)}[a in {over}, b in {over}]"
        draft.report_key("E421", message, path, hint=hint)
        return None
    return FamilyKey(written, match.group(1), tuple(found))
