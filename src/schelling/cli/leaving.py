"""How the command ends: the process goes at once, and nothing in it is taken apart.

Python ends a process by freeing every module and object in it, and JAX its compiled programs. That
takes a tenth of a run of few worlds, and the system takes all memory back anyway.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path
from typing import Final

_NAME: Final = "schelling"

_status: list[int] = []
"""Exit code of the command, once it is known."""


def _leave() -> None:
    """End the process, when all threads and all others who wanted to do something have."""
    if not _status or "coverage" in sys.modules:
        return
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):  # None where it was closed before
            stream.flush()
    except (OSError, ValueError):
        return  # Python itself says what is wrong
    os._exit(_status[-1])


atexit.register(_leave)  # what is registered first is called last


def with_status(status: int | str | None) -> None:
    """Let the process end at once with an exit code, if it is that of the command.

    Nothing happens in a process that uses the command as a library. A text is left to Python, which
    prints it.
    """
    main = getattr(sys.modules.get("__main__"), "__file__", None) or ""
    if Path(main).stem == _NAME and not isinstance(status, str):
        _status.append(status or 0)
