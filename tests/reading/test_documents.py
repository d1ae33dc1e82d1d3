"""Documents become the text that a reader sees, with the positions of their sentences."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest

from reading.made_documents import docx, paragraph, pdf, pdf_placed
from schelling.reading.documents.document import Document
from schelling.reading.documents.opening import open_document

SAID = ["Ships will sail by autumn.", "The grain lasts until then.", "Nobody counts it."]


def read(path: Path, data: bytes | str) -> Document:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return open_document(path)


def words(document: Document) -> list[str]:
    return [" ".join(document.text[one.start : one.end].split()) for one in document.sentences]


def test_plain_text_is_its_own_text(tmp_path: Path) -> None:
    document = read(tmp_path / "essay.txt", "\n\n".join(SAID))
    assert words(document) == SAID
    assert not document.is_extract
    assert document.sha256 == hashlib.sha256("\n\n".join(SAID).encode()).hexdigest()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_markdown_keeps_its_positions_and_leaves_code_out(tmp_path: Path, end: str) -> None:
    lines = [
        *("---", "title: no sentence", "---", "# Grain", ""),
        *(
            f"{SAID[0]} **{SAID[1]}**",
            "",
            "- One item.",
            "- Another [one](https://example.org).",
            "",
        ),
        *("> Quoted it is,", "> over two lines.", "", "```python", "code = 1.", "```", ""),
        *("| a | b |", "|---|---|", "| 1 | 2 |", "", "<div>", "no", "</div>", "", SAID[2]),
    ]
    document = read(tmp_path / "essay.md", end.join(lines))
    found = [
        (one.name, text) for one, text in zip(document.sentences, words(document), strict=True)
    ]
    assert found[:6] == [
        ("P0.S1", "Grain"),
        ("P1.S1", SAID[0]),
        ("P1.S2", f"**{SAID[1]}**"),
        ("P2.S1", "One item."),
        ("P3.S1", "Another [one](https://example.org)."),
        ("P4.S1", "Quoted it is, > over two lines."),
    ]
    assert found[-1][1] == SAID[2]
    assert not any("code" in text or "no sentence" in text for _, text in found)
    assert document.left_out == ("1 block of code", "1 block of HTML")


def test_a_row_of_a_markdown_table_is_one_sentence(tmp_path: Path) -> None:
    rows = ["| Why | Cost |", "|---|---|", "| It rose. Then it fell. | 3.5 |", "| Yes. | No. |"]
    quoted = "\n".join(f"> {row}" for row in rows[:3])
    document = read(tmp_path / "t.md", "\n".join(rows) + f"\n\nOne. Two.\n\n{quoted}\n")
    cells = ["Why | Cost", "It rose. Then it fell. | 3.5", "Yes. | No."]
    assert words(document) == [*cells, "One.", "Two.", *cells[:2]]


def test_a_heading_may_end_with_its_marks_however_long(tmp_path: Path) -> None:
    before = time.monotonic()
    gap = " " * 400_000
    document = read(tmp_path / "essay.md", f"## Grain ##\n\nA{gap}b#.\n\n# C #### \n")
    assert [words(document)[n] for n in (0, 1, -1)] == ["Grain", "A b#.", "C"]
    assert time.monotonic() - before < 10  # a pass for each blank takes minutes


def test_html_is_what_a_reader_sees(tmp_path: Path) -> None:
    page = f"""<!doctype html><html><head><title>Not this.</title><style>p {{}}</style></head><body>
      <nav>Home. About.</nav><article><h1>Grain</h1><p>{SAID[0]} <b>The grain</b> lasts
      until then.</p><script>alert("no.")</script><ul><li>{SAID[2]}<li>A&amp;B agree.</ul>
      tail<br>text</article><footer>Imprint.</footer></body></html>"""
    document = read(tmp_path / "page.html", page)
    assert document.text == "\n\n".join(
        ["Grain", f"{SAID[0]} {SAID[1]}", SAID[2], "A&B agree.", "tail text"]
    )
    assert document.left_out == ("what stands outside of <article>",)


def test_html_reads_a_form_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    """Whole pages of some makers of sites stand in a form."""
    page = f"""<body><nav>Home.</nav><form><p>{SAID[0]}</p><p hidden>No.<b>Never.</b></p>
      <textarea>Write.</textarea></form><p>{SAID[1]}</p><iframe src="x"></iframe></body>"""
    document = read(tmp_path / "page.html", page)
    assert document.text == "\n\n".join(SAID[:2])
    assert document.left_out == (
        *("fields of forms", "hidden elements", "navigation", "pages inside the page"),
    )


def test_html_in_the_encoding_it_names(tmp_path: Path) -> None:
    page = '<meta charset="windows-1252"><p>Caf\xe9s \x93close\x94.</p>'.encode("latin-1")
    assert read(tmp_path / "page.htm", page).text == "Cafés “close”."


def test_docx_leaves_out_what_is_hidden_and_spells_letters(tmp_path: Path) -> None:
    def run(words: str, look: str) -> str:
        return f"<w:r><w:rPr>{look}</w:rPr><w:t>{words}</w:t></w:r>"

    before = "<w:rPrChange w:id='1'><w:rPr><w:vanish/></w:rPr></w:rPrChange>"
    mark = "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>"
    shown = run(" It is so.", "<w:vanish w:val='0'/>") + run(" Yes.", before)
    words = run("The co\u00aduncil \ufb01ghts.", "") + run(" Not this.", "<w:vanish/>")
    document = read(tmp_path / "a.docx", docx(f"<w:p>{mark}{words}{shown}</w:p>"))
    assert document.text == "The council fights. It is so. Yes."
    assert document.left_out == ("hidden words",)
    page = read(tmp_path / "a.html", "<p>The co&shy;uncil e\ufb00ects it.</p>")
    assert page.text == "The council effects it."


def test_docx_reads_runs_and_nothing_that_was_deleted(tmp_path: Path) -> None:
    gone = "<w:delText>Gone.</w:delText><w:footnoteReference w:id='1'/><w:noBreakHyphen/>"
    deleted = f"<w:p><w:del><w:r>{gone}</w:r></w:del></w:p>"
    field = "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    body = paragraph("Ships will ", "sail by autumn.") + deleted + field + paragraph(SAID[1])
    macros = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub AutoOpen"}
    document = read(tmp_path / "letter.docx", docx(body, others=macros))
    assert document.text == "\n\n".join(SAID[:2])
    assert document.left_out == ("macros",)


def test_docx_reads_what_was_moved_once_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    run = f"<w:r><w:t>{SAID[0]}</w:t></w:r>"
    body = (
        f"<w:p><w:moveFrom>{run}</w:moveFrom></w:p>{paragraph(SAID[1])}"
        f"<w:p><w:pPr><w:rPr><w:moveFrom/></w:rPr></w:pPr><w:moveTo>{run}</w:moveTo></w:p>"
        "<w:p><w:r><w:t>A long</w:t><w:noBreakHyphen/><w:t>term view.</w:t>"
        "<w:endnoteReference/><w:commentReference/></w:r></w:p>"
        '<w:sectPr><w:headerReference/><p:pic xmlns:p="http://schemas.openxmlformats.org'
        '/drawingml/2006/picture"/></w:sectPr>'
    )
    document = read(tmp_path / "letter.docx", docx(body))
    assert document.text == "\n\n".join([SAID[1], SAID[0], "A long-term view."])
    assert document.left_out == ("comments", "endnotes", "headers", "pictures")


def test_pdf_joins_lines_words_and_pages(tmp_path: Path) -> None:
    pages = [
        ["Journal of Grain", "The ships will sail by autumn, and the grain lasts un-"],
        ["Journal of Grain", "til then. Nobody counts", "it. That is all there is to say.", "2"],
        ["Journal of Grain", "A third page.", "3"],
    ]
    pages[0].append("1")
    document = read(tmp_path / "paper.pdf", pdf(pages))
    assert words(document) == [
        "The ships will sail by autumn, and the grain lasts until then.",
        "Nobody counts it.",
        "That is all there is to say.",
        "A third page.",
    ]
    assert document.left_out == ("6 lines at the head or foot of pages",)


def test_pdf_leaves_out_heads_and_feet_of_several_lines(tmp_path: Path) -> None:
    """Rows of numbers may be a table: of these only the outermost is taken for a page number."""
    said = ["No ship came.", "They met late.", "All was lost."]
    pages = [["Journal", "Author's copy", one, "12 40", "13 50", "1"] for one in said]
    document = read(tmp_path / "a.pdf", pdf(pages))
    assert document.text.count("12 40 13 50") == 3
    assert not any(one in document.text for one in ("Journal", "copy"))
    assert document.left_out == ("9 lines at the head or foot of pages",)


def test_pdf_parts_items_of_lists_and_keeps_hyphens_of_compounds(tmp_path: Path) -> None:
    items = ["Three reasons:", "- The gates leak", "- The engineers left", "1. First", "2. Second"]
    lines = ["It is a well-", "known evac-", "uation after a short-", "age of boats.", *items]
    assert words(read(tmp_path / "a.pdf", pdf([lines]))) == [
        "It is a well-known evacuation after a shortage of boats.",
        *items,
    ]


def test_pdf_with_returns_inside_of_lines(tmp_path: Path) -> None:
    lines = ["- The gates\r- leak", "- No engineer"]
    assert words(read(tmp_path / "a.pdf", pdf([lines]))) == ["- The gates - leak", "- No engineer"]


def test_pdf_parts_paragraphs_of_one_line_from_those_of_more(tmp_path: Path) -> None:
    """Most distances are those of paragraphs; lines of one paragraph still stand closer."""
    said = ["It rose in May", "No ship came", "They met late", "They left", "All was lost"]
    placed = [(72, 720 - 28 * row, line) for row, line in enumerate(said)]
    placed += [(72, 580, "The long one goes on"), (72, 566, "and on.")]
    document = read(tmp_path / "a.pdf", pdf_placed([placed]))
    assert words(document) == [*said, "The long one goes on and on."]


def test_an_extract_reads_the_same_again(tmp_path: Path) -> None:
    """The file of the words has the positions of the sentences and the digest of the draft."""
    extract = read(tmp_path / "letter.docx", docx("".join(map(paragraph, SAID))))
    again = read(tmp_path / "letter.docx.txt", extract.text)
    assert again.sentences == extract.sentences
    assert again.sha256 == extract.sha256
