"""Which kind of document a file is, and its text."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from schelling.case.file import disk
from schelling.errors import CaseError, Problem
from schelling.reading.documents import apart, markdown
from schelling.reading.documents.document import MOST_TEXT_BYTES, Document

_FORMS: Final = {
    ".txt": "plain",
    ".text": "plain",
    "": "plain",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".pdf": "pdf",
}


def open_document(path: Path, language: str = "en") -> Document:
    """Read a document; the ending of its name says what it is.

    Args:
        path: The file.
        language: Code of the language it is in.

    Returns:
        The document.

    Raises:
        CaseError: It cannot be read, is too large, encrypted or broken, or has no text; the codes
            E121 to E126 say which.
    """
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        known = ", ".join(sorted(filter(None, _FORMS)))
        message = f"'{path.name}' is no document that can be read"
        raise refusal(path, "E121", message, f"save it as one of {known}")
    if form in ("plain", "markdown"):
        return _own_text(path, form, language)
    text, left_out = apart.extract(path, form)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(path, form, text, sha256, None, language, left_out)


def refusal(path: Path, code: str, message: str, hint: str = "", reason: str = "") -> CaseError:
    """A document that is refused, as an error with its place."""
    problem = Problem(code, message, None, reason, hint, path)
    lines = [f"{path}: {message} [{code}]"]
    lines += [f"  why: {reason}"] if reason else []
    lines += [f"  hint: {hint}"] if hint else []
    return CaseError((problem,), "\n".join(lines))


def _own_text(path: Path, form: str, language: str) -> Document:
    """A file that is its own text."""
    given = disk.read(path, MOST_TEXT_BYTES)
    if isinstance(given, Problem):
        raise refusal(path, given.code, given.message, given.hint)
    if not given.content.strip():
        raise refusal(path, "E125", f"'{path.name}' has no text in it")
    if "\x00" in given.content:
        raise refusal(path, "E121", f"'{path.name}' is not text: it has characters of value 0")
    found = markdown.paragraphs(given.content) if form == "markdown" else None
    blocks, rows, left_out = found or (None, frozenset[int](), ())
    if blocks is not None and not blocks:
        raise refusal(path, "E125", f"'{path.name}' has no text in it")
    return Document(path, form, given.content, given.sha256, blocks, language, left_out, rows)
