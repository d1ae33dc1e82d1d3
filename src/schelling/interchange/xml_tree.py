"""XML of a stranger as a tree: no entities, no doctype, and bounds on everything.

Python's own expat reads it. A doctype is refused, and with it every entity but the five of XML
itself, so nothing can be included or blown up; size, depth, elements, attributes and text are
bounded while it is read, not afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from schelling.interchange.foreign import Findings, UnreadableFile

MOST_BYTES = 20_000_000
MOST_ELEMENTS = 200_000
MOST_DEPTH = 60
MOST_ATTRIBUTES = 200
MOST_TEXT = 1_000_000
"""Characters between two tags."""

_ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "utf-16")


@dataclass
class Element:
    """One element; names are without their namespace prefix unless it is a vendor's.

    Attributes:
        tag: Its name, such as `stock` or `isee:prefs`.
        line: Where it begins.
        attributes: By name.
        children: The elements in it, in order.
        text: The text in it, without that of its children.
    """

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    children: list[Element] = field(default_factory=list["Element"])
    text: str = ""

    def all(self, tag: str) -> Iterator[Element]:
        """The children of a name."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        """The first child of a name."""
        return next(self.all(tag), None)

    def words(self, tag: str) -> str:
        """The text of the first child of a name, stripped; empty where there is none."""
        found = self.first(tag)
        return "" if found is None else found.text.strip()


class _Stop(Exception):
    """Raised inside expat's callbacks to end reading."""


class _Builder:
    def __init__(self, parser: expat.XMLParserType, findings: Findings) -> None:
        self.parser, self.findings = parser, findings
        self.root: Element | None = None
        self.stack: list[Element] = []
        self.pieces: list[list[str]] = []
        self.elements = self.length = 0

    def stop(self, message: str, hint: str = "") -> None:
        self.findings.refuse("E902", message, self.parser.CurrentLineNumber, hint=hint)
        raise _Stop

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            self.stop(f"more than {MOST_ELEMENTS:,} elements")
        if len(self.stack) >= MOST_DEPTH:
            self.stop(f"elements are nested more than {MOST_DEPTH} deep")
        if len(attributes) > MOST_ATTRIBUTES:
            self.stop(f"more than {MOST_ATTRIBUTES} attributes on one element")
        made = Element(tag, self.parser.CurrentLineNumber, attributes)
        if self.stack:
            self.stack[-1].children.append(made)
        else:
            self.root = made
        self.stack.append(made)
        self.pieces.append([])
        self.length = 0

    def end(self, _: str) -> None:
        self.stack.pop().text = "".join(self.pieces.pop())
        self.length = 0

    def data(self, text: str) -> None:
        self.length += len(text)
        if self.length > MOST_TEXT:
            self.stop(f"more than {MOST_TEXT:,} characters of text in one place")
        if self.pieces:
            self.pieces[-1].append(text)

    def doctype(self, *_: object) -> None:
        self.stop("a document type is declared", "files here need none: remove <!DOCTYPE ...>")

    def declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            self.stop(f"the encoding '{encoding}' is not read here", "save the file as UTF-8")


def parse(data: bytes, findings: Findings) -> Element:
    """Read a whole document.

    Args:
        data: Its bytes.
        findings: Takes what is wrong.

    Raises:
        UnreadableFile: It is no XML, or goes beyond a bound; the findings say where.
    """
    if len(data) > MOST_BYTES:
        findings.refuse("E902", f"the file has more than {MOST_BYTES:,} bytes", 0)
        raise UnreadableFile
    parser = expat.ParserCreate()
    builder = _Builder(parser, findings)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.XmlDeclHandler = builder.declaration
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)
    except _Stop:
        raise UnreadableFile from None
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 0)
        words = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else str(error)
        findings.refuse("E901", f"not well-formed XML: {words}", line)
        raise UnreadableFile from None
    if builder.root is None:
        findings.refuse("E901", "not well-formed XML: no element found", 1)
        raise UnreadableFile
    return builder.root


def read(path: Path, *, lenient: bool = False) -> tuple[Element, Findings]:
    """Read an XML file.

    Raises:
        CaseError: It cannot be read, is no XML, or goes beyond a bound.
    """
    findings = Findings(path, lenient=lenient)
    data = read_bytes(path, findings)
    findings.text = data[:MOST_BYTES].decode("utf-8", "replace")
    try:
        return parse(data, findings), findings
    except UnreadableFile:
        raise findings.error() from None


def read_bytes(path: Path, findings: Findings, limit: int = MOST_BYTES) -> bytes:
    """The bytes of a regular file of bounded size.

    Raises:
        CaseError: It is none, is too large or cannot be read.
    """
    try:
        if not path.is_file():
            findings.refuse("E902", f"'{path}' is not a file", 0)
        elif path.stat().st_size > limit:
            findings.refuse("E902", f"the file has more than {limit:,} bytes", 0)
        else:
            with path.open("rb") as file:
                return file.read(limit + 1)
    except OSError as error:
        findings.refuse("E902", f"cannot read '{path}': {error.strerror}", 0)
    raise findings.error()
