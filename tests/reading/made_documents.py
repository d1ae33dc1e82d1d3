"""Documents made byte by byte: PDF without a library, DOCX as an archive."""

from __future__ import annotations

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


_PLAIN = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_LIGATURES = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding"
    b" /BaseEncoding /WinAnsiEncoding /Differences [2 /fi /fl] >> >>"
)


def pdf(pages: list[list[str]]) -> bytes:
    """A PDF with these lines on its pages."""
    streams: list[bytes] = []
    for lines in pages:
        shown = " ".join(f"({_escaped(line)}) Tj 0 -14 Td" for line in lines)
        streams.append(f"BT /F1 11 Tf 72 760 Td {shown} ET".encode("latin-1"))
    return _file(streams, _PLAIN)


def pdf_pages(pages: list[list[list[str]]], *, across: bool = False) -> bytes:
    """A PDF with two columns of lines on its pages, ligatures as glyphs of their own.

    Args:
        pages: Of each page, the lines of its columns.
        across: Whether lines are written across the columns, as some tools do.
    """
    placed = [
        [
            (72 + 240 * column, 720 - 14 * row, line)
            for column, lines in enumerate(columns)
            for row, line in enumerate(lines)
            if line
        ]
        for columns in pages
    ]
    return pdf_placed([_across(page) for page in placed] if across else placed)


def pdf_placed(
    pages: list[list[tuple[int, int, str]]],
    *,
    at: bytes = b"1 0 0 1 %d %d Tm",
    shown: bytes = b"(%s) Tj",
) -> bytes:
    """A PDF with lines at these places of its pages, in points from the lower left corner.

    Args:
        pages: Of each page, how far right and how high each line begins, and its words.
        at: How a place is written, within a text object.
        shown: How words are written.
    """
    streams: list[bytes] = []
    for placed in pages:
        parts = [at % (x, y) + b" " + shown % _glyphs(line) for x, y, line in placed]
        streams.append(b"q BT /F1 10 Tf " + b"\n".join(parts) + b" ET Q")
    return _file(streams, _LIGATURES)


def _across(placed: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Line by line from the top, each from left to right."""
    return sorted(placed, key=lambda one: (-one[1], one[0]))


def _glyphs(line: str) -> bytes:
    """A line in the encoding of the font, its ligatures as codes 2 and 3."""
    return _escaped(line).replace("fi", "\x02").replace("fl", "\x03").encode("cp1252")


def _file(streams: list[bytes], font: bytes) -> bytes:
    """A PDF with a page for each stream."""
    count = len(streams)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        font,
    ]
    for number, stream in enumerate(streams):
        page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
        page += f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R >>"
        objects.append(page.encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    out.write(trailer % (len(objects) + 1, start))
    return out.getvalue()


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def docx(body: str, *, before: str = "", others: dict[str, bytes] | None = None) -> bytes:
    """A DOCX whose document has this body."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    xml = f'{head}{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return archive({"word/document.xml": xml.encode(), **(others or {})})


def archive(files: dict[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def paragraph(*runs: str) -> str:
    """A paragraph of Word."""
    return f"<w:p>{''.join(f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"
