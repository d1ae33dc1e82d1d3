"""The paragraphs of a DOCX file: a bounded part of its archive, read by expat without a DTD.

Nothing else in the archive is opened, so macros, pictures and links are not looked at.
"""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import Final
from xml.parsers import expat

from schelling.reading.documents.letters import spelled
from schelling.reading.documents.refused import RefusedDocument

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_FALLBACK: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_SKIPPED: Final = frozenset(
    (
        _FALLBACK,
        *(space + tag for space in (_W, _STRICT) for tag in ("del", "moveFrom", "rPrChange")),
    )
)
"""Elements that a reader does not see: second versions, what was deleted or moved, and how
letters looked before."""
_TOLD: Final = {
    "footnoteReference": "footnotes",
    "endnoteReference": "endnotes",
    "commentReference": "comments",
    "headerReference": "headers",
    "footerReference": "footers",
    "object": "embedded objects",
    "http://schemas.openxmlformats.org/drawingml/2006/picture pic": "pictures",
    "urn:schemas-microsoft-com:vml imagedata": "pictures",
    "http://schemas.openxmlformats.org/drawingml/2006/chart chart": "charts",
    "http://schemas.openxmlformats.org/officeDocument/2006/math oMath": "formulas",
}
"""What an element of the text shows that is not read."""
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError),
    *(KeyError, ValueError, NotImplementedError),
)
"""What unpacking raises where an archive is broken or packed in a way that is not known."""
_PART: Final = "word/document.xml"
_MOST_BYTES: Final = 40_000_000
_MOST_FILES: Final = 10_000
_DEEPEST: Final = 200
_OLE: Final = b"\xd0\xcf\x11\xe0"


def extract(data: bytes) -> tuple[str, list[str]]:
    """The words of a DOCX file.

    Args:
        data: The file.

    Returns:
        Its paragraphs, parted by empty lines, and what was left out.

    Raises:
        RefusedDocument: It is encrypted, broken, or larger unpacked than any text.
    """
    if data.startswith(_OLE):
        hint = "save it without a password, as .docx"
        raise RefusedDocument("E124", "is encrypted, or a .doc of before 2007", hint)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > _MOST_FILES:
                raise RefusedDocument("E123", f"has more than {_MOST_FILES:,} files in it")
            part = archive.getinfo(_PART)
            if part.flag_bits & 1:
                raise RefusedDocument("E124", "is encrypted", "save it without a password")
            with archive.open(part) as opened:
                xml = opened.read(_MOST_BYTES + 1)
            names = {info.filename.lower() for info in archive.infolist()}
    except _BROKEN as error:
        raise RefusedDocument("E122", f"is no DOCX file, or broken: {error}") from error
    if len(xml) > _MOST_BYTES:
        message = f"has a text of more than {_MOST_BYTES:,} bytes when it is unpacked"
        raise RefusedDocument("E123", message)
    left_out = ["macros"] if any(name.endswith("vbaproject.bin") for name in names) else []
    paragraphs = _Paragraphs()
    found = paragraphs.read(xml)
    return spelled("\n\n".join(found)), left_out + sorted(paragraphs.left_out)


class _Paragraphs:
    """Collects the texts of paragraphs; field codes are other elements."""

    def __init__(self) -> None:
        self.left_out: set[str] = set()
        self.found: list[str] = []
        self.open: list[list[str]] = []
        self.depth = 0
        self.skipped = 0
        self.text = False
        self.hidden = False

    def read(self, xml: bytes) -> list[str]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._words
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as error:
            message = f"is broken at line {error.lineno}, column {error.offset + 1} of {_PART}"
            raise RefusedDocument("E122", message) from error
        except (LookupError, ValueError) as error:
            message = f"names an encoding in {_PART} that cannot be read: {error}"
            raise RefusedDocument("E122", message) from error
        return [words for words in (" ".join(one.split()) for one in self.found) if words]

    def _refuse(self, *_: object) -> None:
        message = f"declares a document type in {_PART}, which no DOCX file does"
        raise RefusedDocument("E122", message)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise RefusedDocument("E122", f"is nested deeper than {_DEEPEST} elements in {_PART}")
        self.skipped += name in _SKIPPED
        tag = name.removeprefix(_W).removeprefix(_STRICT)
        if not self.skipped and tag in _TOLD:
            self.left_out.add(_TOLD[tag])
        if self.skipped or tag == name:
            return
        if tag == "p":
            self.open.append([])
        elif tag == "r":
            self.hidden = False
        elif tag == "vanish":
            self.hidden = not {"0", "false", "off"} & set(attributes.values())
        elif tag == "t":
            self.text = True
        elif tag in ("tab", "br", "cr") and self.open:
            self.open[-1].append(" ")
        elif tag == "noBreakHyphen" and self.open:
            self.open[-1].append("-")

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.skipped -= name in _SKIPPED
        tag = name.removeprefix(_W).removeprefix(_STRICT)
        if self.skipped or tag == name:
            return
        if tag == "p" and self.open:
            self.found.append("".join(self.open.pop()))
        elif tag == "t":
            self.text = False

    def _words(self, words: str) -> None:
        if self.text and not self.skipped and self.open:
            if self.hidden:
                self.left_out.add("hidden words")
            else:
                self.open[-1].append(words)
