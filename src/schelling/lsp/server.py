"""The server's memory: which documents are open, when cases are checked, what was published."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from pathlib import Path

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from schelling.case.check import Checked
from schelling.case.model import Case
from schelling.case.places.things import Places
from schelling.lsp.diagnostics import diagnostics
from schelling.lsp.positions import Positions
from schelling.lsp.workbench import Workbench

PAUSE = 0.02  # seconds from a keystroke to the check, so that a burst of them is checked once


class CaseServer(LanguageServer):
    """The language server of case files.

    Attributes:
        bench: The open texts and their cases.
    """

    def __init__(self) -> None:
        super().__init__(
            "schelling",
            version("schelling"),
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            max_workers=2,
        )
        self.bench = Workbench()
        self._uris: dict[Path, str] = {}
        self._waiting: set[Path] = set()
        self._running: set[Path] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._checked: dict[Path, Checked] = {}
        self._sound: dict[Path, Checked] = {}
        self._published: dict[Path, dict[Path, list[types.Diagnostic]]] = {}

    def path(self, uri: str) -> Path | None:
        """The file of a document; None when it is none on this machine."""
        written = uris.to_fs_path(uri)
        return Path(written).resolve() if written else None

    def uri(self, path: Path) -> str:
        """What the editor calls a file."""
        return self._uris.get(path) or path.as_uri()

    def changed(self, uri: str, text: str) -> None:
        """A document was opened or changed."""
        path = self.path(uri)
        if path is not None:
            self._uris[path] = uri
            self.bench.show(path, text.replace("\r\n", "\n").replace("\r", "\n"))
            self.ask(path)

    def closed(self, uri: str) -> None:
        """A document was closed; a case that no open document belongs to is let go."""
        path = self.path(uri)
        if path is None:
            return
        cases = self.bench.cases(path)
        self.bench.close(path)
        for case in cases:
            if any(case in self.bench.cases(one) for one in self.bench.shown):
                self._start(case)
                continue
            self.bench.forget_case(case)
            self._checked.pop(case, None)
            self._sound.pop(case, None)
            self._publish(case, {})

    def ask(self, path: Path) -> None:
        """Have the cases of a file checked soon."""
        for case in self.bench.cases(path):
            self._start(case)

    def _start(self, case: Path) -> None:
        self._waiting.add(case)
        if case not in self._running:
            self._running.add(case)
            task = asyncio.get_running_loop().create_task(self._rounds(case))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _rounds(self, case: Path) -> None:
        """Check a case until nothing has changed since."""
        try:
            while case in self._waiting:
                await asyncio.sleep(PAUSE)
                self._waiting.discard(case)
                checked = await asyncio.to_thread(self.bench.check, case)
                self._checked[case] = checked
                if checked.case is not None:
                    self._sound[case] = checked
                found = diagnostics(checked, case, self.bench.encoding)
                self._publish(case, {path.resolve(): many for path, many in found.items()})
        finally:
            self._running.discard(case)

    def _publish(self, case: Path, found: dict[Path, list[types.Diagnostic]]) -> None:
        """Send the diagnostics of a case's files, those that are clean now included."""
        before = self._published.get(case, {})
        self._published[case] = found
        for path in {**before, **found}:
            if path != case and before.get(path, []) == found.get(path, []):
                continue
            many = [one for each in self._published.values() for one in each.get(path, [])]
            params = types.PublishDiagnosticsParams(self.uri(path), many)
            self.text_document_publish_diagnostics(params)

    def last(self, case: Path) -> Checked | None:
        """What came of checking a case last."""
        return self._checked.get(case)

    def sound(self, case: Path) -> Case | None:
        """A case when it was last without problems."""
        checked = self._sound.get(case)
        return None if checked is None else checked.case

    def seen(self, uri: str) -> tuple[Path, Places, Positions] | None:
        """A file, the names of its case, and its places; None where it belongs to no case."""
        path = self.path(uri)
        cases = self.bench.cases(path) if path is not None else ()
        if path is None or not cases:
            return None
        places = self.bench.places(cases[0])
        same = next((file for file in places.texts if file.resolve() == path), path)
        return same, places, self.bench.positions(path)
