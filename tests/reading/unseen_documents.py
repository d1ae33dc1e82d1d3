"""The unseen texts in every form of document, with what makes such files awkward."""

from __future__ import annotations

import html
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from reading.annotations import (
    NAME,
    Annotated,
    Counts,
    Score,
    add,
    scored,
    sentence,
    table,
    with_intervals,
)
from reading.made_documents import docx, pdf_pages
from schelling.reading.documents import docx as docx_files
from schelling.reading.documents import html as html_pages
from schelling.reading.documents import pdf as pdf_files
from schelling.reading.documents.document import Document
from schelling.reading.documents.opening import open_document

UNSEEN = Path(__file__).parent / "unseen"
FRESH = Path(__file__).parent / "fresh"
FORMS = ("txt", "md", "html", "docx", "pdf")
_EXTRACTS = {
    "html": html_pages.extract,
    "docx": docx_files.extract,
    "pdf": pdf_files.extract,
}
_EMPHASIS = re.compile(r"\*(.+?)\*")
_ADDRESS = re.compile(r"https?://\S*[^\s.,)]")


@dataclass(frozen=True)
class Block:
    """A paragraph of an unseen text.

    Attributes:
        kind: `text`, `heading`, `item`, `quote` or `row`.
        lines: Its sentences, with emphasis.
    """

    kind: str
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        return " ".join(self.lines)


def unseen(folder: Path = UNSEEN) -> list[Path]:
    return sorted(folder.glob("*.txt"))


def blocks(path: Path) -> list[tuple[Block, list[Annotated]]]:
    """The blocks of an unseen text with their annotated sentences."""
    found: list[tuple[Block, list[Annotated]]] = []
    for chunk in re.split(r"\n\n|\n(?=%)", path.read_text("utf-8").strip()):
        kind, lines = "text", chunk.split("\n")
        if lines[0].startswith("%"):
            kind, lines = lines[0][1:], lines[1:]
        given = [sentence(line) for line in lines]
        shown = tuple(NAME.sub(r"\2", line.split(" | ", 1)[1]) for line in lines)
        found.append((Block(kind, shown), given))
    return found


def gold(path: Path, form: str) -> list[Annotated]:
    """The annotated sentences as a reader of a form should have them: cells apart or in a row."""
    found: list[Annotated] = []
    for block, given in blocks(path):
        for one in given:
            words = _EMPHASIS.sub(r"\1", one.words)
            cells = words.split(" ; ") if block.kind == "row" else [words]
            if form in ("html", "docx") and len(cells) > 1:
                numbers = [any(c.isdigit() for c in cell) for cell in cells]
                for cell, number in zip(cells, numbers, strict=True):
                    names = frozenset(name for name in one.names if name[1] in cell)
                    marks = one.marks if number or not one.marks else frozenset[str]()
                    found.append(Annotated(cell, marks, names))
            else:
                joint = " | " if form == "md" else " "
                found.append(Annotated(joint.join(cells), one.marks, one.names))
    return found


def made(path: Path, form: str) -> bytes:
    """An unseen text as a file of a form."""
    parts = [block for block, _ in blocks(path)]
    maker = {"txt": _plain, "md": _markdown, "html": _html, "docx": _docx, "pdf": _pdf}[form]
    return maker(parts)


def _hard(words: str) -> str:
    """Blanks that do not break, where a typesetter would put them."""
    words = re.sub(r"(?<=[0-9]) (?=[%a-z])", "\u00a0", words)
    return re.sub(r"(?<=\b[A-Z]\.) (?=[A-Z])", "\u202f", words)


def _wrapped(words: str, width: int) -> list[str]:
    lines = [""]
    for word in re.split(r"[ ]", words):
        if len(lines[-1]) + len(word) >= width and lines[-1]:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return lines


def _plain(parts: list[Block]) -> bytes:
    """Hard lines of 62 letters, a byte order mark, Windows line ends, bullets."""
    shown: list[str] = []
    for block in parts:
        words = _EMPHASIS.sub(r"\1", block.words)
        words = words.replace(" ; ", " ") if block.kind == "row" else _hard(words)
        shown.append("\r\n".join(_wrapped(words, 62)))
    return ("\ufeff" + "\r\n\r\n".join(shown) + "\r\n").encode()


def _markdown(parts: list[Block]) -> bytes:
    shown = ["---\ntitle: A text\ntags: [a, b]\n---"]
    rows = 0
    for block in parts:
        words = _ADDRESS.sub(lambda one: f"<{one[0]}>", block.words)
        if block.kind == "heading":
            shown.append(f"## {words}")
        elif block.kind == "item":
            shown.append("- " + "\n  ".join(_wrapped(words, 70)))
        elif block.kind == "quote":
            shown.append("> " + "\n> ".join(_wrapped(words, 70)))
        elif block.kind == "row":
            rows += 1
            line = f"| {words.replace(' ; ', ' | ')} |"
            if rows == 1:
                shown.append(f"{line}\n|---|---:|")
            else:
                shown[-1] += f"\n{line}"
        else:
            shown.append("\n".join(_wrapped(words, 70)))
    return ("\n\n".join(shown) + "\n").encode()


def _html(parts: list[Block]) -> bytes:
    tags = {"heading": "h2", "item": "li", "quote": "p", "text": "p"}
    shown: list[str] = []
    for number, block in enumerate(parts):
        words = html.escape(_hard(block.words), quote=False)
        words = words.replace("\u00a0", "&nbsp;").replace("“", "&ldquo;").replace("…", "&hellip;")
        words = _EMPHASIS.sub(r"<em>\1</em>", words)
        words = _ADDRESS.sub(lambda one: f'<a href="{one[0]}">{one[0]}</a>', words)
        if block.kind == "row":
            cells = "".join(f"<td>{cell}</td>" for cell in words.split(" ; "))
            shown.append(f"<table><tr>{cells}</tr></table>")
            continue
        words = words.replace(" the ", "\n the ", 1)
        note = f'<sup><a href="#n{number}">{number}</a></sup>' if block.kind == "quote" else ""
        shown.append(f"<{tags[block.kind]}>{words}{note}</{tags[block.kind]}>")
    body = "\n".join(shown)
    page = f"<!doctype html><html><head><title>x</title></head><body><nav>Home</nav>{body}"
    return f"{page}<script>var a = 'No.';</script></body></html>".encode()


def _docx(parts: list[Block]) -> bytes:
    """Runs that part words, soft hyphens, a note, a link as a field."""
    shown: list[str] = []
    for block in parts:
        cells = block.words.split(" ; ") if block.kind == "row" else [_hard(block.words)]
        made: list[str] = []
        for cell in cells:
            runs = [html.escape(run, quote=False) for run in re.split(r"(?<=the)|\*", cell)]
            texts = "".join(f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs)
            note = '<w:r><w:footnoteReference w:id="2"/></w:r>' if block.kind == "quote" else ""
            made.append(f"<w:p>{texts}{note}</w:p>")
        if block.kind == "row":
            inner = "".join(f"<w:tc>{one}</w:tc>" for one in made)
            shown.append(f"<w:tbl><w:tr>{inner}</w:tr></w:tbl>")
        else:
            shown += made
    return docx("".join(shown))


def _pdf(parts: list[Block]) -> bytes:
    """Two columns of hard lines, parted words, ligatures."""
    lines: list[str] = []
    for block in parts:
        words = _EMPHASIS.sub(r"\1", block.words).replace(" ; ", " ")
        lines += [*_parted(_wrapped(words, 44)), ""]
    pages: list[list[list[str]]] = []
    for start in range(0, len(lines), 80):
        pages.append([lines[start : start + 40], lines[start + 40 : start + 80]])
    return pdf_pages(pages)


def _parted(lines: list[str]) -> list[str]:
    """Words parted between lines where a long one begins a line."""
    found: list[str] = []
    for line in lines:
        first, _, rest = line.partition(" ")
        long = len(first) > 8 and first.isalpha() and first.islower()
        if found and long and len(found[-1]) < 40:
            found[-1] += f" {first[:4]}-"
            found.append(f"{first[4:]} {rest}".rstrip())
        else:
            found.append(line)
    return found


def read(path: Path, form: str, folder: Path) -> Document:
    """An unseen text, read as a file of a form; what has words taken out of it in this process."""
    data = made(path, form)
    if form in _EXTRACTS:
        text, _ = _EXTRACTS[form](data)
        return Document(path, form, text, "")
    written = folder / f"{path.stem}.{form}"
    written.write_bytes(data)
    return open_document(written)


def has_form(path: Path, form: str) -> bool:
    """Whether the letters of a text stand in the font of the made PDF."""
    return form != "pdf" or _fits(" ".join(one.words for one in gold(path, form)))


def _fits(words: str) -> bool:
    try:
        return bool(words.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def unseen_scores(folder: Path, form: str, texts: Path = UNSEEN) -> dict[str, Score]:
    """Precision and recall over texts, made in a folder as files of this form and read."""
    counts: Counts = Counter()
    for path in unseen(texts):
        if has_form(path, form):
            add(counts, gold(path, form), read(path, form, folder))
    return scored(counts)


def by_form(folder: Path, texts: Path) -> dict[str, dict[str, Score]]:
    """The same for every form, by its name."""
    return {form: unseen_scores(folder, form, texts) for form in FORMS}


def tables(found: dict[str, dict[str, Score]]) -> tuple[str, str]:
    """The marks of plain text, so that each sentence counts once; boundaries of every form."""
    boundaries = {form: scores["boundary"] for form, scores in found.items()}
    return table(found["txt"]), table(boundaries, "boundary")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made_in:
        for texts_of in (UNSEEN, FRESH):
            found = by_form(Path(made_in), texts_of)
            shown = "\n\n".join(tables(found))
            shown = with_intervals(found["txt"]) if texts_of == FRESH else shown
            sys.stdout.write(f"{texts_of.name}\n{shown}\n\n")
