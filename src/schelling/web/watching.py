"""Notices that the files of a case have changed, whoever changed them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

EVERY: Final = 0.4
"""Seconds between two looks."""

_Mark = tuple[int, int, int]


class Watch:
    """Looks at the files of a case again and again, in a thread that does not keep a process up.

    An editor may write in place or put another file in its place; both are seen. A file that is
    missing for a moment is looked at again.
    """

    def __init__(self, file: Path, changed: Callable[[], None]) -> None:
        self._file, self._changed = file, changed
        self._files: tuple[Path, ...] = (file,)
        self._marks: dict[Path, _Mark] = {}
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look; a second time it does nothing."""
        if self._thread is not None:
            return
        self._marks = self._seen()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def follow(self, others: Iterable[Path]) -> None:
        """Look at these files too: tables and rivals of the case."""
        with self._lock:
            self._files = tuple(dict.fromkeys((self._file, *others)))
            self._marks = self._seen() | self._marks

    def look(self) -> None:
        """Look now."""
        with self._lock:
            found = self._seen()
            differs = any(self._marks.get(path) != mark for path, mark in found.items())
            self._marks |= found
            if differs:  # who looks meanwhile waits until it is known
                self._changed()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(EVERY):
            self.look()

    def _seen(self) -> dict[Path, _Mark]:
        found: dict[Path, _Mark] = {}
        for path in self._files:
            try:
                status = path.stat()
            except OSError:
                continue
            found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
        return found
