"""The text of a Vensim model, cut into its entries; nothing about what they say.

An entry is `equation ~ unit ~ comment |`. In an equation a name in double quotes may hold any of
these signs, and a remark stands in braces. What follows the sketch mark draws the model, but for
one line of settings that says how it is integrated.

References:
    Ventana Systems, Vensim Reference Manual, chapter on the text format of models.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from schelling.interchange.foreign import Findings, UnreadableFile
from schelling.interchange.xmile.equations import MOST_CHARACTERS
from schelling.interchange.xml_tree import read_bytes

MOST_BYTES = 10_000_000
MOST_ENTRIES = 20_000
END_OF_MACRO = ":END OF MACRO:"
"""An entry of its own, without an equation."""

_SKETCH = re.compile(r"^\\\\\\---///", re.M)
_SETTINGS = re.compile(r"^15:([-\d, ]{1,200})$", re.M)
_ENCODING = re.compile(rb"\A(?:\xef\xbb\xbf)?\{([\w-]{1,20})\}")
_TO_TILDE = re.compile(r'[^"~|{]*')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_BRACED = re.compile(r"\{[^}]*\}")
_CODES = {0: "euler", 2: "euler", 1: "rk4 auto", 5: "rk4", 3: "rk2", 4: "rk2"}
"""After the order of the methods in Vensim's settings; which of 1 and 5 is automatic is not written
in its manual."""


@dataclass(frozen=True)
class VensimEntry:
    """One entry.

    Attributes:
        equation: What stands before the first tilde, without remarks.
        unit: As written, without the range of a slider.
        comment: The rest, on one line.
        line: Where its equation begins.
    """

    equation: str
    unit: str
    comment: str
    line: int


@dataclass(frozen=True)
class VensimText:
    """A model as text.

    Attributes:
        entries: In the order of the file, without headings of groups.
        method: `euler`, `rk4`, `rk4 auto` (with steps of its own) or `rk2`; `euler` where the file
            does not say.
    """

    entries: tuple[VensimEntry, ...]
    method: str


def read(path: Path, *, lenient: bool = False) -> tuple[VensimText, Findings]:
    """Cut a file into entries.

    Raises:
        CaseError: It cannot be read, is no such text, or goes beyond a bound.
    """
    findings = Findings(path, lenient=lenient)
    data = read_bytes(path, findings, MOST_BYTES)
    try:
        findings.text = _decoded(data, findings)
        return _cut(findings.text, findings), findings
    except UnreadableFile:
        raise findings.error() from None


def _decoded(data: bytes, findings: Findings) -> str:
    """The text; Vensim writes UTF-8 and says so, or the Windows letters of western Europe."""
    if b"\x00" in data:
        hint = "in Vensim, save the model as text: .mdl and not .vmf or .vmfx"
        findings.refuse("E901", "the file is no text", 0, hint=hint)
        raise UnreadableFile
    said = _ENCODING.match(data)
    name = said[1].decode().lower() if said else ""
    if name not in ("", "utf-8", "utf8", "cp1252", "windows-1252"):
        message = f"the encoding '{name}' is not read here"
        findings.refuse("E902", message, 1, hint="save the file as UTF-8")
        raise UnreadableFile
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if name.startswith("utf"):
            findings.refuse("E901", "the file says that it is UTF-8 and is not", 1)
            raise UnreadableFile from None
        text = data.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cut(text: str, findings: Findings) -> VensimText:
    sketch = _SKETCH.search(text)
    end = len(text) if sketch is None else sketch.start()
    first = _ENCODING.match(text[:40].encode())
    place = 0 if first is None else len(first[0].decode())
    entries: list[VensimEntry] = []
    line, seen = 1, 0
    while True:
        place = _after_blanks(text, place, end)
        if place >= end:
            break
        line, seen = line + text.count("\n", seen, place), place
        if text[place : place + len(END_OF_MACRO)].upper() == END_OF_MACRO:
            entry, place = VensimEntry(END_OF_MACRO, "", "", line), place + len(END_OF_MACRO)
        else:
            entry, place = _entry(text, place, end, line, findings)
        if not entry.equation.startswith("*"):
            entries.append(entry)
        if len(entries) > MOST_ENTRIES:
            findings.refuse("E902", f"more than {MOST_ENTRIES:,} entries", line)
            raise UnreadableFile
    if not entries:
        findings.refuse("E901", "the file has no equation", 1, hint="is this a Vensim model?")
        raise UnreadableFile
    return VensimText(tuple(entries), _method(text[end:]))


def _after_blanks(text: str, place: int, end: int) -> int:
    while place < end and text[place].isspace():
        place += 1
    return place


def _entry(
    text: str, place: int, end: int, line: int, findings: Findings
) -> tuple[VensimEntry, int]:
    """The entry that begins at a place, and where it ends."""
    pieces: list[str] = []
    begun = place
    while True:
        found = _TO_TILDE.match(text, place, end)
        assert found is not None
        pieces.append(found[0])
        place = found.end()
        if place >= end:
            _unended(text[begun : begun + 40], line, findings)
        if text[place] in "~|":
            break
        closed = (_QUOTED if text[place] == '"' else _BRACED).match(text, place, end)
        if closed is None:
            what = "a quotation mark" if text[place] == '"' else "a brace"
            where = line + text.count("\n", begun, place)
            findings.refuse("E904", f"{what} is not closed", where)
            raise UnreadableFile
        pieces.append(closed[0] if text[place] == '"' else " ")
        place = closed.end()
    bar = text.find("|", place, end)
    if bar < 0:
        _unended(text[begun : begun + 40], line, findings)
    if place - begun > MOST_CHARACTERS:
        message = f"an equation has more than {MOST_CHARACTERS:,} characters"
        findings.refuse("E904", message, line)
        raise UnreadableFile
    _, _, rest = text[place:bar].partition("~")
    unit, _, comment = rest.partition("~")
    unit, comment = unit.partition("[")[0], comment.partition("~")[0]
    words = " ".join(unit.split()), " ".join(comment.split())
    return VensimEntry("".join(pieces).strip(), words[0], words[1], line), bar + 1


def _unended(beginning: str, line: int, findings: Findings) -> None:
    """Refuse a text that ends within an entry.

    Raises:
        UnreadableFile: Always.
    """
    said = " ".join(beginning.split())
    message = f"the entry that begins with '{said}' does not end with '|'"
    findings.refuse("E901", message, line, hint="the file may be truncated, or be no Vensim model")
    raise UnreadableFile


def _method(settings: str) -> str:
    """How the model is integrated, by the fourth number of the line of settings that says it."""
    found = _SETTINGS.search(settings)
    numbers = [int(n) for n in re.findall(r"-?\d{1,9}", found[1])] if found else []
    return _CODES.get(numbers[3], "other") if len(numbers) > 3 else "euler"
