"""A document that its reader refuses."""

from __future__ import annotations


class RefusedDocument(Exception):
    """Why a document is not read; the words go on after its name.

    Attributes:
        code: The code of the problem.
        hint: How to mend it.
    """

    def __init__(self, code: str, words: str, hint: str = "") -> None:
        super().__init__(words)
        self.code = code
        self.hint = hint
