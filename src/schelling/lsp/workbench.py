"""The texts that are open, and what is known of the cases they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from schelling.case.check import Checked, check
from schelling.case.file import disk
from schelling.case.places.read import read
from schelling.case.places.things import Places
from schelling.errors import Problem
from schelling.lsp.positions import Positions

_CASE = re.compile(r"^schelling[ \t]*:", re.MULTILINE)
_YAML = (".yaml", ".yml")
_FOLDERS = 4  # so far above a table or a rival's file its case is looked for


class Workbench:
    """Open texts and the cases around them.

    Attributes:
        roots: The folders that the editor has opened.
        encoding: The units in which the editor counts columns.
        shown: The open texts, saved or not, by resolved path.
    """

    def __init__(self) -> None:
        self.roots: tuple[Path, ...] = ()
        self.encoding: str | None = None
        self.shown: dict[Path, str] = {}
        self._places: dict[Path, Places] = {}
        self._readable: dict[Path, Places] = {}
        self._belongs: dict[Path, frozenset[Path]] = {}

    def show(self, path: Path, text: str) -> None:
        """A text is open, or has changed."""
        self.shown[path] = text
        self.forget()

    def close(self, path: Path) -> None:
        """A text is closed; what is on the disk counts again."""
        self.shown.pop(path, None)
        self.forget()

    def forget(self) -> None:
        """Something changed: names and their places are looked for anew when asked for."""
        self._places.clear()

    def cases(self, path: Path) -> tuple[Path, ...]:
        """The cases that a file is or belongs to."""
        if path.suffix in _YAML and self._is_case(path):
            return (path,)
        known = tuple(case for case, files in self._belongs.items() if path in files)
        return known or tuple(case for case in self._above(path) if self._reads(case, path))

    def _is_case(self, path: Path) -> bool:
        text = self.shown.get(path)
        return path.name == "case.yaml" or (text is not None and bool(_CASE.search(text)))

    def _above(self, path: Path) -> Iterator[Path]:
        """Cases in the folder of a file and above it, inside what the editor has opened."""
        for folder in tuple(path.parents)[:_FOLDERS]:
            yield from (one for one in self.shown if one.parent == folder and self._is_case(one))
            case = folder / "case.yaml"
            if case not in self.shown and disk.exists(case):
                yield case
            if not any(folder != root and folder.is_relative_to(root) for root in self.roots):
                return

    def _reads(self, case: Path, path: Path) -> bool:
        return path in self.check(case).texts or path in self._belongs.get(case, ())

    def check(self, case: Path) -> Checked:
        """Check a case with its open texts in place of what is on the disk."""
        with disk.showing(dict(self.shown)):
            checked = check(case)
        self._belongs[case] = frozenset(_resolved(path) for path in checked.texts)
        return checked

    def places(self, case: Path) -> Places:
        """The names of a case; where its text cannot be read, those of the last one that could."""
        found = self._places.get(case)
        if found is None:
            with disk.showing(dict(self.shown)):
                found = read(case)
            self._places[case] = found
            if found.root is not None:
                self._readable[case] = found
        return found if found.root is not None else self._readable.get(case, found)

    def forget_case(self, case: Path) -> None:
        """A case is no longer open; nothing of it is kept."""
        for kept in (self._readable, self._belongs):
            kept.pop(case, None)

    def text(self, path: Path) -> str:
        """The text of a file of a case as the checker sees it; empty where there is none."""
        with disk.showing(dict(self.shown)):
            found = disk.read(path, disk.MAX_TABLE_BYTES)
        return "" if isinstance(found, Problem) else found.lined

    def positions(self, path: Path) -> Positions:
        """Places in a file, in the editor's counting."""
        return Positions(self.text(path), self.encoding)


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path
