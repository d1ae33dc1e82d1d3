"""Changes for one run as they are given: `--set NAME=VALUE`, a file of such lines, a mapping.

Each becomes a line of a text, so that a problem with it is shown like one in a file. Nothing is
evaluated here, and no value is read as YAML.
"""

from __future__ import annotations

import hashlib
import json
import numbers
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from schelling.case.file import disk
from schelling.case.file.yaml_tree import MAX_PROBLEMS
from schelling.case.language.parsing.printer import shorten
from schelling.errors import Problem, Span

OPTION = Path("--set")
"""Where changes from a command line are said to stand."""

METHOD = Path("case.replace")
"""Where changes from Python are said to stand."""

MOST = 1_000
MAX_CHARACTERS = 10_000
MAX_FILE_BYTES = 100_000

_SUCH_AS = "such as --set war_value=0.3 or --set 'war_value=uniform(0.5, 1)'"
_IN_FILE = 'a file of changes has lines such as war_value = "uniform(0.5, 1)"'
_PART = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_]+)?"
_NAMED = re.compile(rf"\s*({_PART}\s*(?:\[[^\[\]=]*\])?)\s*=(?!=)(.*)", re.DOTALL)
_NAME = re.compile(rf"({_PART})\s*(?:\[([^\[\]=]*)\])?")
_TOML_PLACE = re.compile(r"(.*?) ?\(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


@dataclass(frozen=True)
class Setting:
    """One change.

    Attributes:
        name: What is changed: a name, a name over sets such as `garrison[city]`, or a part of a
            population such as `citizens.size`.
        text: Its new definition, on one line.
        file: What the change is said to stand in.
        key: Where the name stands there.
        span: Where the text stands.
        start: Offset of the text.
    """

    name: str
    text: str
    file: Path
    key: Span
    span: Span
    start: int


@dataclass
class Settings:
    """Changes for one run, and what is wrong with the way they are written.

    Attributes:
        given: The changes, in the order given.
        texts: What they stand in, by path.
        problems: What could not be read.
    """

    given: list[Setting] = field(default_factory=list[Setting])
    texts: dict[Path, str] = field(default_factory=dict[Path, str])
    problems: list[Problem] = field(default_factory=list[Problem])

    def __bool__(self) -> bool:
        return bool(self.given or self.problems)

    @property
    def pairs(self) -> dict[str, str]:
        """New definitions by name, in the order of the names."""
        return {one.name: one.text for one in sorted(self.given, key=lambda one: one.name)}

    def lay(self, file: Path, name: str, text: str) -> Setting:
        """A change as a line of its own of the text that is shown; without a name, just a text."""
        before = self.texts.get(file)
        start = 0 if before is None else len(before) + 1
        number = 1 if before is None else before.count("\n") + 2
        shown, value = _one_line(name), _one_line(text)
        whole = f"{shown}={value}" if name else value
        self.texts[file] = whole if before is None else f"{before}\n{whole}"
        key = Span(number, 1, number, max(len(shown or value), 1) + 1)
        first = len(shown) + 2 if name else 1
        span = Span(number, first, number, first + max(len(value), 1))
        return Setting(shown, value, file, key, span, start + first - 1)

    def take(self, one: Setting) -> None:
        """Take a change, or note what is wrong with it."""
        match = _NAME.fullmatch(one.name)
        if match is None:
            self.refuse(one, f"'{shorten(one.name or one.text)}' is not NAME=VALUE", _SUCH_AS)
            return
        base, inside = match.groups()
        members = ", ".join(" ".join(part.split()) for part in (inside or "").split(","))
        name = base if inside is None else f"{base}[{members}]"
        said = shorten(name)
        if not one.text:
            self.refuse(one, f"'{said}' is given no value", _SUCH_AS)
        elif max(len(one.text), len(name)) > MAX_CHARACTERS:
            longest = max(len(one.text), len(name))
            message = f"the change of '{said}' has {longest:,} characters; at most "
            self.refuse(one, f"{message}{MAX_CHARACTERS:,} are allowed")
        elif not one.text.isprintable():
            self.refuse(one, f"the value of '{said}' holds a character that is no text")
        elif any(name == other.name for other in self.given):
            self.refuse(one, f"'{said}' is set twice", "leave out one of the two")
        elif len(self.given) == MOST:
            self.refuse(one, f"more than {MOST:,} definitions are set", "edit the case instead")
        else:
            self.given.append(replace(one, name=name))

    def refuse(self, one: Setting, message: str, hint: str = "") -> None:
        """Note what is wrong with a change."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem("E471", message, one.key, hint=hint, path=one.file))


NOTHING = Settings()
"""No change."""


def options(given: Iterable[str]) -> Settings:
    """Changes of a command line: each `NAME=VALUE`, or the path of a TOML file, also after `@`.

    Examples:
        >>> options(["war_value=uniform(0.5, 1)", "garrison[ kyiv ]=3"]).pairs
        {'garrison[kyiv]': '3', 'war_value': 'uniform(0.5, 1)'}
        >>> [problem.message for problem in options(["war_value"]).problems]
        ["'war_value' is not NAME=VALUE"]
    """
    found = Settings()
    for text in given:
        match = None if text.startswith("@") else _NAMED.fullmatch(text)
        if match is not None:
            found.take(found.lay(OPTION, match.group(1), match.group(2)))
        elif text.startswith("@") or text.strip().lower().endswith(".toml"):
            _file(found, text.strip().removeprefix("@"))
        else:
            found.take(found.lay(OPTION, "", text))
    return found


def mapping(pairs: Mapping[str, object], place: Path = METHOD) -> Settings:
    """Changes by name: texts, or numbers as they are.

    Examples:
        >>> mapping({"war_value": 0.25, "cost": "0.1 to 0.4"}).pairs
        {'cost': '0.1 to 0.4', 'war_value': '0.25'}
    """
    found = Settings()
    for name, value in pairs.items():
        _valued(found, found.lay(place, str(name), _text(value) or type(value).__name__), value)
    return found


def digest_of_files(parts: Sequence[str], rival: str = "") -> str:
    """The digest of a case, or of a rival of it, from those of its files.

    Args:
        parts: SHA-256 of the case's file and of its tables, in the order of `Case.tables`.
        rival: Name of the rival.
    """
    own = hashlib.sha256("".join(parts).encode()).hexdigest()
    return hashlib.sha256(f"{own} {rival}".encode()).hexdigest() if rival else own


def seal(digest: str, pairs: Mapping[str, str]) -> str:
    """The digest of a case with some definitions changed, in whatever order they were given.

    Args:
        digest: That of the case as it stands in its files.
        pairs: New definitions by name.
    """
    text = f"{digest} set {json.dumps(dict(pairs), sort_keys=True)}"
    return hashlib.sha256(text.encode()).hexdigest() if pairs else digest


def _text(value: object) -> str | None:
    """A value as it would be written; None for what is neither a number nor a text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    if isinstance(value, numbers.Integral):
        whole = int(value)
        return str(whole) if whole.bit_length() <= MAX_CHARACTERS else None
    return repr(float(value))


def _valued(found: Settings, one: Setting, value: object) -> None:
    """Take a change unless its value is neither a number nor a text."""
    if _text(value) is not None:
        found.take(one)
        return
    hint = "such as 'choice(0, 1)'" if isinstance(value, list | tuple) else ""
    found.refuse(one, f"'{shorten(one.name)}' must be a number or a text", hint)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _file(found: Settings, name: str) -> None:
    """Take the lines of a TOML file."""
    text = disk.read(Path(name), MAX_FILE_BYTES)
    if isinstance(text, Problem):
        found.problems.append(Problem(text.code, text.message, None, hint=_IN_FILE, path=OPTION))
        return
    content = text.lined
    if text.path in found.texts:
        found.refuse(found.lay(OPTION, "", f"@{name}"), f"'{shorten(name)}' is given twice")
        return
    found.texts[text.path] = content
    first = Span(1, 1, 1, 2)
    try:
        data = tomllib.loads(content, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        found.problems.append(_not_toml(str(error), text.path))
        return
    except (RecursionError, ValueError):
        message = "this file is nested too deeply, or has a number with too many digits"
        found.problems.append(Problem("E471", message, first, "", _IN_FILE, text.path))
        return
    if len(data) > MOST:
        message = f"this file has {len(data):,} lines; at most {MOST:,} definitions can be set"
        found.problems.append(Problem("E471", message, first, path=text.path))
        return
    for key, value in data.items():
        place, span, start = _placed(content, key)
        text_of = _one_line(_text(value) or "")
        _valued(found, Setting(_one_line(key), text_of, text.path, place, span, start), value)


def _placed(content: str, key: str) -> tuple[Span, Span, int]:
    """Where a key and its value stand, and the value's offset; the first line if they are hidden.

    TOML's reader says no places, so the line that begins with the key is looked for.
    """
    word = re.escape(key)
    line = re.compile(rf"^([ \t]*)({word}|\"{word}\"|'{word}')([ \t]*=[ \t]*)(.*)$", re.MULTILINE)
    match = line.search(content)
    if match is None:  # a table, or a key written otherwise
        match = re.search(rf"^[ \t\[\"']*({word})", content, re.MULTILINE)
        begin = 0 if match is None else content.rfind("\n", 0, match.start(1)) + 1
        first = 1 if match is None else match.start(1) - begin + 1
        number = content.count("\n", 0, begin) + 1
        span = Span(number, first, number, first + (1 if match is None else len(key)))
        return span, span, begin
    number, begin = content.count("\n", 0, match.start()) + 1, match.start()
    first, last = match.start(2) - begin + 1, match.end(2) - begin + 1
    value, end = match.start(4) - begin + 1, match.end(4) - begin + 1
    return Span(number, first, number, last), Span(number, value, number, end), match.start(4)


def _not_toml(said: str, path: Path) -> Problem:
    match = _TOML_PLACE.fullmatch(said)
    message, line, column = (
        (match.group(1), match.group(2), match.group(3)) if match else (said,) * 3
    )
    place = Span(1, 1, 1, 2)
    if match and line and column:
        place = Span(int(line), int(column), int(line), int(column) + 1)
    return Problem("E471", f"not valid TOML: {shorten(message)}", place, hint=_IN_FILE, path=path)
