"""A document as text, with its sentences by position."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schelling.case.texts.sentences import Stretch, sentences

MOST_FILE_BYTES = 50_000_000
"""Of a file that holds more than its text, such as a PDF."""
MOST_TEXT_BYTES = 2_000_000
_QUOTED: Final = re.compile(r"(?:\A|\n)[ \t]*(?:>[ \t]?)+")


@dataclass(frozen=True)
class Document:
    """A document that was read.

    Attributes:
        path: The file that was read.
        form: `plain`, `markdown`, `html`, `docx` or `pdf`.
        text: What positions count in. Of plain text and Markdown it is the file itself, of the
            others the words taken out of it.
        sha256: SHA-256 of the file that holds `text`, in hex.
        paragraphs: Where its paragraphs begin and end; None where empty lines part them.
        language: Code of its language.
        left_out: What of the document was not read, in words.
        rows: Where paragraphs begin that are rows of a table; each is one sentence.
    """

    path: Path
    form: str
    text: str
    sha256: str
    paragraphs: tuple[tuple[int, int], ...] | None = None
    language: str = "en"
    left_out: tuple[str, ...] = ()
    rows: frozenset[int] = frozenset()

    @property
    def is_extract(self) -> bool:
        """Whether the text is not the file itself, so that it has to be kept in one of its own."""
        return self.form not in ("plain", "markdown")

    @functools.cached_property
    def sentences(self) -> tuple[Stretch, ...]:
        """Its sentences, in order."""
        return sentences(self.text, self.language, self.paragraphs, self.rows)


def unquoted(words: str) -> str:
    r"""The words of a stretch without the marks of a quotation before its lines.

    Examples:
        >>> unquoted("> It is so,\n> they say.")
        ' It is so, they say.'
    """
    return _QUOTED.sub(" ", words)
