"""Answers of a drafting command, read like the file of a stranger.

An answer is one JSON object: `entries`, a list, and at most `time`, `phases` and `states` as in a
case. An entry has `section`, `name`, `from`, `quote` (a phrase that stands in one of its passages),
`says`, and `definition` (the rest of its keys). Everything wrong is told at once.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schelling.case.file import json_text

MOST_BYTES: Final = 10_000_000
_MOST_DEPTH: Final = 30
_MOST_VALUES: Final = 50_000
_MOST_LETTERS: Final = 2_000
_MOST_ENTRIES: Final = 2_000
_FENCE: Final = "```"
_HALF: Final = re.compile(r"[\ud800-\udfff]")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}(?:\[[A-Za-z][A-Za-z0-9_, ]{0,79}\])?")
_PASSAGE: Final = re.compile(r"P[0-9]+\.S[0-9]+")
SECTIONS: Final = (
    *("passages", "actors", "assumptions", "stocks", "variables", "unknowns", "events", "games"),
    *("claims", "premises"),
)
_RESERVED: Final = frozenset(("from", "says", "drafted"))


class AnsweredEntry(BaseModel):
    """One entry of an answer; in the section `passages` its name is that of the passage."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)

    section: str = Field(description=f"One of {', '.join(SECTIONS)}.")
    name: str = Field(description="The name of the definition; of a passage, the passage.")
    from_: list[str] = Field([], alias="from", description="The passages that it rests on.")
    quote: str = Field("", description="A phrase that stands in one of these passages.")
    says: str = Field("", description="A paraphrase, in your own words.")
    definition: dict[str, Any] = Field({}, description="Its other keys, as in a case.")


class AnswerFile(BaseModel):
    """What a drafting command writes to its standard output."""

    model_config = ConfigDict(extra="forbid", strict=True)

    entries: list[AnsweredEntry]
    time: dict[str, Any] | None = None
    phases: list[str] | None = None
    states: dict[str, list[str]] | None = None


@dataclass(frozen=True)
class Trouble:
    """What is wrong with an answer.

    Attributes:
        entry: Section and name of the entry; empty where it is the answer as a whole.
        message: What is wrong.
        code: The code of the problem, if the case language has one.
        reason: Why.
        hint: How to mend it.
    """

    entry: tuple[str, str] | None
    message: str
    code: str = ""
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True)
class DraftAnswer:
    """An answer without the entries that cannot be used.

    Attributes:
        entries: Its sound entries, by section and name.
        shared: `time`, `phases` and `states`, where given.
    """

    entries: Mapping[tuple[str, str], AnsweredEntry] = field(
        default_factory=dict[tuple[str, str], AnsweredEntry]
    )
    shared: Mapping[str, Any] = field(default_factory=dict[str, Any])


def read(given: bytes, passages: Mapping[str, str]) -> tuple[DraftAnswer, list[Trouble]]:
    """Read an answer.

    Args:
        given: What the command wrote.
        passages: The words of every passage by its name.

    Returns:
        What of it can be used, and everything that is wrong.
    """
    try:
        data = _json(given)
        file = AnswerFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[:10]
        wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in first]
        return DraftAnswer(), [
            Trouble(None, f"the answer has another form: {line}") for line in wrong
        ]
    except (ValueError, RecursionError) as error:
        return DraftAnswer(), [Trouble(None, f"the answer cannot be read: {error or 'too deep'}")]
    troubles: list[Trouble] = []
    entries: dict[tuple[str, str], AnsweredEntry] = {}
    for entry in file.entries[:_MOST_ENTRIES]:
        key = (entry.section, entry.name)
        wrong = _wrong(entry, passages)
        wrong += ["the entry is given twice"] if key in entries else []
        troubles += [Trouble(key, message) for message in wrong]
        if not wrong:
            entries[key] = entry
    if len(file.entries) > _MOST_ENTRIES:
        troubles.append(Trouble(None, f"the answer has more than {_MOST_ENTRIES:,} entries"))
    shared = {k: v for k in ("time", "phases", "states") if (v := getattr(file, k)) is not None}
    return DraftAnswer(entries, shared), troubles


def _json(given: bytes) -> object:
    if len(given) > MOST_BYTES:
        message = f"it has more than {MOST_BYTES:,} bytes"
        raise ValueError(message)
    try:
        data = json_text.loads(_unfenced(given.decode("utf-8-sig")))
    except json.JSONDecodeError as error:
        message = f"it is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise ValueError(message) from error
    _measure(data)
    return data


def _unfenced(text: str) -> str:
    """What stands between a first and a last line of three backquotes, else the text as it is."""
    words = text.strip()
    begun, _, rest = words.partition("\n")
    mark = begun.strip().removeprefix(_FENCE)
    fenced = begun.startswith(_FENCE) and rest.endswith(_FENCE)
    if not fenced or not (mark == "" or (mark.isascii() and mark.isalpha())):
        return text
    return rest[: -len(_FENCE)]


def _measure(data: object) -> None:
    """Refuse what is nested deep, has many values or long texts, or numbers that are none."""
    todo: list[tuple[object, int]] = [(data, 0)]
    count = 0
    while todo:
        value, depth = todo.pop()
        count += 1
        if depth > _MOST_DEPTH or count > _MOST_VALUES:
            message = f"it is deeper than {_MOST_DEPTH} levels or has over {_MOST_VALUES:,} values"
            raise ValueError(message)
        if isinstance(value, str) and len(value) > _MOST_LETTERS:
            message = f"a text in it has more than {_MOST_LETTERS:,} characters"
            raise ValueError(message)
        if isinstance(value, str) and _HALF.search(value):
            message = "a text in it has half of a pair of surrogates, which is no character"
            raise ValueError(message)
        if isinstance(value, float) and not math.isfinite(value):
            message = "a number in it is too large"
            raise ValueError(message)
        if isinstance(value, dict):
            items = cast("dict[str, object]", value)
            todo += [(part, depth + 1) for one in items.items() for part in one]
        elif isinstance(value, list):
            todo += [(part, depth + 1) for part in cast("list[object]", value)]


def _wrong(entry: AnsweredEntry, passages: Mapping[str, str]) -> list[str]:
    """What is wrong with an entry that can be said without the rest of the case."""
    if entry.section not in SECTIONS:
        return [f"'{entry.section[:80]}' is none of {', '.join(SECTIONS)}"]
    fits = _PASSAGE if entry.section == "passages" else _NAME
    if fits.fullmatch(entry.name) is None:
        return [f"'{entry.name[:80]}' is not a name"]
    found = [f"there is no passage '{name[:40]}'" for name in entry.from_ if name not in passages]
    if entry.section == "passages":
        found += [f"there is no passage '{entry.name}'"] if entry.name not in passages else []
        stray = set(entry.definition) - {"scope", "why"}
        found += [f"a passage has no '{key[:40]}' to be drafted" for key in sorted(stray)]
    elif not entry.from_ and entry.section != "actors":
        found.append("it rests on no passage: give 'from'")
    taken = sorted(_RESERVED & set(entry.definition))
    found += [f"'{key}' has its own place in an entry" for key in taken]
    where = [entry.name] if entry.section == "passages" else entry.from_
    if entry.quote or (where and entry.section != "actors"):
        found += _quoted(entry.quote, [passages[name] for name in where if name in passages])
    return found


def _quoted(quote: str, words: list[str]) -> list[str]:
    phrase = _plain(quote)
    if not phrase:
        return ["'quote' is empty: give a phrase that stands in the passage"]
    if not any(phrase in _plain(one) for one in words):
        return [f"the phrase '{quote[:80]}' does not stand in the passage"]
    return []


def _plain(words: str) -> str:
    """Words in one form of quotation marks, dashes and white space."""
    for given, plain in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-")):
        words = words.replace(given, plain)
    return " ".join(words.split()).lower()
