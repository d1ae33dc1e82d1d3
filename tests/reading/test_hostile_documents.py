"""Hostile and broken documents end in a located error, in little time and memory."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pypdf
import pytest
from typer.testing import CliRunner

from reading.made_documents import archive, docx, paragraph, pdf
from schelling.cli.app import app
from schelling.errors import CaseError
from schelling.reading.cues import tables
from schelling.reading.documents import apart
from schelling.reading.documents.opening import open_document
from schelling.reading.documents.taking_apart import answer

LONG = 20  # seconds; each takes one or two, most of it starting a process on a busy machine
BOMB = '<!DOCTYPE b [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8)
)
DEEP = "<w:p>" * 100_000


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=_reader(pdf([["Secret."]])))
    writer.encrypt("key", algorithm="RC4-128")
    import io  # noqa: PLC0415

    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _reader(data: bytes) -> pypdf.PdfReader:
    import io  # noqa: PLC0415

    return pypdf.PdfReader(io.BytesIO(data))


def inflating(times: int = 6_000_000) -> bytes:
    """A PDF whose one page is a few kilobytes that unpack to 16 bytes so many times."""
    made = pdf([["x"]])
    packed = zlib.compress(b"BT /F1 11 Tf " + b"(aaaaaaaaaa) Tj " * times + b"ET", 9)
    start, end = made.index(b"<< /Length"), made.index(b"endstream")
    head = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
    return made[:start] + head + packed + b"\n" + made[end:]


def damaged(packed: int) -> bytes:
    """A DOCX packed in a rare way, its text overwritten in the middle."""
    part = b"word/document.xml"
    made = archive({part.decode(): b"<w:document/>" * 9}, packed)
    start = made.index(part) + len(part)
    return made[: start + 12] + b"\xff" * 12 + made[start + 24 :]


UNKNOWN = b'<?xml version="1.0" encoding="zlib"?><a/>'
HOSTILE = [
    ("slides.pptx", b"PK", "E121", "is no document that can be read"),
    ("binary.txt", b"a\x00b.", "E121", "characters of value 0"),
    ("latin.txt", "Café".encode("latin-1"), "E103", "byte 3"),
    ("no.docx", b"PK\x03\x04 and then nothing", "E122", "no DOCX file"),
    ("part.docx", archive({"word/other.xml": b""}), "E122", "no DOCX file"),
    ("lzma.docx", damaged(zipfile.ZIP_LZMA), "E122", "no DOCX file"),
    ("bzip2.docx", damaged(zipfile.ZIP_BZIP2), "E122", "no DOCX file"),
    ("code.docx", archive({"word/document.xml": UNKNOWN}), "E122", "document.xml"),
    ("xml.docx", docx("<w:p><w:t>a</w:p>"), "E122", "line 1, column"),
    ("dtd.docx", docx("&i;", before=f"{BOMB}]>"), "E122", "declares a document type"),
    ("deep.docx", docx(DEEP), "E122", "nested deeper than 200"),
    ("bomb.docx", docx(paragraph("a" * 60_000_000)), "E123", "more than 40,000,000 bytes"),
    ("files.docx", archive({f"f{n}": b"" for n in range(10_001)}), "E123", "10,000 files"),
    ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1", "E124", "is encrypted"),
    ("empty.docx", docx(""), "E125", "no text"),
    ("deep.html", b"<div>" * 100_000, "E123", "nested deeper than 5,000 elements at line 1"),
    ("scripts.html", b"<script>alert(1)</script>", "E125", "no text"),
    ("codes.html", b"<p>Caf\xe9</p>", "E122", "not UTF-8 (byte 6)"),
    ("codes.html", b'<meta charset="rot13"><p>Caf\xe9</p>', "E122", "encoding it names"),
    ("zlib.html", zlib.compress(b"\xe9" * 9) + b" charset=zlib", "E122", "encoding it names"),
    ("hex.html", b'<meta charset="hex">\xe9', "E122", "encoding it names"),
    ("no.pdf", b"%PDF-1.4 and then nothing", "E122", "no PDF file"),
    ("key.pdf", encrypted(), "E124", "is encrypted"),
    ("scan.pdf", pdf([[""], [""]]), "E125", "no text"),
    ("bomb.pdf", inflating(), "E123", "more than any text"),
    ("blank.txt", b" \n\n ", "E125", "no text"),
    ("code.md", b"```\ncode\n```\n", "E125", "no text"),
    ("large.txt", b"So it is. " * 300_000, "E102", "2,000,000"),
]


@pytest.mark.parametrize(("name", "data", "code", "words"), HOSTILE, ids=[h[0] for h in HOSTILE])
def test_a_hostile_document_is_refused_soon(
    tmp_path: Path, name: str, data: bytes, code: str, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    before = time.monotonic()
    with pytest.raises(CaseError) as refused:
        open_document(path)
    assert time.monotonic() - before < LONG
    (problem,) = refused.value.problems
    assert problem.code.startswith(code)
    assert words in problem.message
    assert problem.path == path


def test_time_and_memory_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(inflating(2_000_000))
    with pytest.raises(CaseError, match="memory") as refused:
        apart.extract(path, "pdf", seconds=1, memory=400_000_000)
    assert refused.value.problems[0].code == "E123"


def test_a_reader_that_ends_is_no_lack_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p>Words.</p>")
    ended = {
        "E122": (-signal.SIGSEGV, b""),
        "E123": (-signal.SIGXCPU, b""),
        "E123 MemoryError": (1, b"Traceback\nMemoryError\n"),
        "E122 ValueError": (1, b"Traceback\nValueError: MemoryError\n"),
    }
    for code, (status, said) in ended.items():
        done = subprocess.CompletedProcess[bytes]([], status, b"", said)
        monkeypatch.setattr(subprocess, "run", lambda *_, done=done, **__: done)
        with pytest.raises(CaseError) as refused:
            open_document(path)
        assert refused.value.problems[0].code == code[:4]


def test_no_module_of_the_folder_at_hand_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's folder may hold files that are named like modules."""
    for name in ("json.py", "schelling.py", "pypdf.py", "resource.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'run')!r}, 'w')\nraise SystemExit(1)\n")
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf([["Words."]]))
    monkeypatch.chdir(tmp_path)
    assert open_document(path).text == "Words."
    assert not (tmp_path / "run").exists()


def test_a_missing_file_and_a_folder_are_no_documents(tmp_path: Path) -> None:
    for name in ("none.txt", "none.pdf"):
        with pytest.raises(CaseError, match="cannot read"):
            open_document(tmp_path / name)
    (tmp_path / "folder.pdf").mkdir()
    with pytest.raises(CaseError, match="not a file"):
        open_document(tmp_path / "folder.pdf")


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf([["Words."]]))
    monkeypatch.setitem(sys.modules, "pypdf", None)
    monkeypatch.delitem(sys.modules, "schelling.reading.documents.pdf", raising=False)
    monkeypatch.delattr("schelling.reading.documents.pdf", raising=False)
    found = answer("pdf", path)
    assert found["code"] == "E126"
    assert "pypdf" in found["message"]


@pytest.mark.parametrize(
    "many", [40_000, pytest.param(400_000, marks=pytest.mark.slow)]
)  # ten times as many take ten times as long
def test_very_many_sentences_are_refused_with_their_line(tmp_path: Path, many: int) -> None:
    """Up to as many as 2 MB hold; a million do not fit, which the size says at once."""
    path = tmp_path / "many.txt"
    path.write_text("So.\n" * many, encoding="utf-8")
    before = time.monotonic()
    done = CliRunner().invoke(app, ["read", str(path)])
    assert time.monotonic() - before < LONG
    assert isinstance(done.exception, CaseError)
    assert f"{many:,} sentences; at most 20,000" in done.exception.rendered
    assert "before line 20,001" in done.exception.rendered
    path.write_text("So.\n" * 1_000_000, encoding="utf-8")
    with pytest.raises(CaseError, match="at most 2,000,000"):
        open_document(path)


@pytest.mark.parametrize("table", ["", "mark = 1", "[[cue]]\nmark = 'x'", "= no toml"])
def test_a_table_of_cues_that_is_none(tmp_path: Path, table: str) -> None:
    path = tmp_path / "de.toml"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(CaseError, match="no table of cues") as refused:
        tables.read(path)
    assert refused.value.problems[0].code == "E127"
