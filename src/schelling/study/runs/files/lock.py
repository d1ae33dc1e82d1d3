"""A lock on a run's folder: a second process is refused, and a process that dies releases it.

The lock is the operating system's, on a file beside the place, so `kill -9` releases it.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from schelling.errors import RunError

_FLAGS: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one(folder: Path) -> Generator[None]:
    """Hold the lock of a run's place.

    Args:
        folder: The place; the lock is a hidden file beside it, gone afterwards.

    Raises:
        RunError: Another run holds it, or there can be no lock.
    """
    path = folder.with_name(f".{folder.name}.lock")
    handle = _acquire(path, folder)
    try:
        yield
    finally:
        with suppress(PermissionError):  # an open file stays where it is on Windows
            path.unlink(missing_ok=True)
        os.close(handle)


def _acquire(path: Path, folder: Path) -> int:
    while True:
        try:
            handle = os.open(path, _FLAGS, 0o644)
        except OSError as error:
            message = f"cannot write beside '{folder}': {error.strerror}"
            if path.is_symlink():
                message = f"'{path}' is a link, so it is no lock of ours; take it away, or choose "
                message += "another place"
            raise RunError(message) from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            message = f"'{path}' is no regular file, so it is no lock of ours; take it away, or "
            message += "choose another place"
            raise RunError(message)
        try:
            _lock(handle)
        except (BlockingIOError, PermissionError) as error:
            os.close(handle)
            message = f"another run is writing into '{folder}'; wait for it, or choose another "
            message += "place"
            raise RunError(message) from error
        except OSError as error:
            os.close(handle)
            message = f"the file system of '{folder}' has no locks ({error.strerror}); choose "
            message += "another place"
            raise RunError(message) from error
        if _is(path, handle):
            return handle
        os.close(handle)  # its owner finished and took the file away while we asked


def _is(path: Path, handle: int) -> bool:
    """Whether a path still leads to an open file."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))  # noqa: PTH116
    except FileNotFoundError:
        return False
