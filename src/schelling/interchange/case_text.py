"""The text of a case, from definitions that were made of another tool's file.

Expressions are printed by the printer of the case language; everything else is quoted, so that no
text of a stranger's file is read as anything but a text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schelling.case.language.parsing.printer import show
from schelling.case.language.parsing.syntax import Expression
from schelling.errors import printable

Values = Expression | Mapping[str, Expression]
"""An expression, or one for each member and for `others`."""


@dataclass(frozen=True)
class WrittenLine:
    """One definition.

    Attributes:
        name: With its sets in square brackets, where it has any.
        values: Its keys and what stands under them.
        words: Its keys with texts.
        plain: Its keys with text that needs no quotes, such as `within: [0, 1e30]`.
    """

    name: str
    values: Mapping[str, Values]
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    plain: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class WrittenCase:
    """A case as definitions.

    Attributes:
        title: What it is called.
        about: What it is about.
        head: Lines at the top, without the sign of a remark.
        time: Keys of `time`.
        sets: Members of every set.
        sections: Definitions by section, in the order of the text.
    """

    title: str
    about: str
    head: Sequence[str]
    time: Mapping[str, str]
    sets: Mapping[str, Sequence[str]]
    sections: Mapping[str, Sequence[WrittenLine]]


def text(case: WrittenCase) -> str:
    """The case as YAML."""
    lines = [f"# {_one_line(line)}" for line in case.head]
    lines += ["schelling: 1", f"title: {quoted(case.title)}"]
    if case.about:
        lines.append(f"about: {quoted(case.about)}")
    if case.time:
        inside = ", ".join(f"{key}: {value}" for key, value in case.time.items())
        lines.append(f"time: {{{inside}}}")
    if case.sets:
        lines.append("sets:")
        lines += [f"  {name}: [{', '.join(members)}]" for name, members in case.sets.items()]
    for section, definitions in case.sections.items():
        if definitions:
            lines += [f"{section}:", *(line for one in definitions for line in _definition(one))]
    return "\n".join(lines) + "\n"


def quoted(words: str) -> str:
    """A text in double quotes, on one line."""
    return json.dumps(_one_line(words), ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(words: str) -> str:
    clean = printable(words)
    return " ".join(clean.split())


def _definition(line: WrittenLine) -> list[str]:
    """A definition over as many lines as it has keys; one without words on a single line."""
    name = f'"{line.name}"' if "[" in line.name else line.name
    if not line.words and not line.plain and list(line.values) == ["value"]:
        only = line.values["value"]
        if not isinstance(only, Mapping):
            return [f"  {name}: {quoted(show(only))}"]
    found = [f"  {name}:"]
    for key, value in line.values.items():
        if isinstance(value, Mapping):
            found.append(f"    {key}:")
            found += [f"      {quoted(who)}: {quoted(show(own))}" for who, own in value.items()]
        else:
            found.append(f"    {key}: {quoted(show(value))}")
    for key, value in line.plain.items():
        found += f"    {key}: {value}".replace(": \n", ":\n").split("\n")
    found += [f"    {key}: {quoted(value)}" for key, value in line.words.items() if value]
    return found
