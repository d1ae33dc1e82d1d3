"""Documents of strangers are taken apart in a process of their own, with little memory and time."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from schelling.errors import CaseError, Problem
from schelling.reading.documents.document import MOST_FILE_BYTES, MOST_TEXT_BYTES

SECONDS: Final = 60
"""Of processor time, and of waiting."""
MEMORY: Final = 2_000_000_000
"""Bytes of address space."""
_MOST_ANSWER: Final = 8 * MOST_TEXT_BYTES


def extract(
    path: Path, form: str, *, seconds: int = SECONDS, memory: int = MEMORY
) -> tuple[str, tuple[str, ...]]:
    """The words of a document, paragraphs parted by empty lines.

    Args:
        path: The file.
        form: `html`, `docx` or `pdf`.
        seconds: How long it may take.
        memory: How many bytes it may use.

    Returns:
        The text, and what was left out, in words.

    Raises:
        CaseError: It could not be taken apart.
    """
    try:
        size = path.stat().st_size
        ordinary = path.is_file()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(path, "E101", f"cannot read '{path}': {reason}") from error
    if not ordinary:
        raise _refused(path, "E101", f"'{path}' is not a file")
    if size > MOST_FILE_BYTES:
        message = f"'{path.name}' has {size:,} bytes; at most {MOST_FILE_BYTES:,} are read"
        raise _refused(path, "E123", message)
    answer = _asked(path, {"form": form, "path": str(path), "seconds": seconds, "bytes": memory})
    if "text" not in answer:
        code, message = str(answer.get("code", "E122")), str(answer.get("message", "?"))
        raise _refused(path, code, message, str(answer.get("hint", "")))
    text, left_out = str(answer["text"]), tuple(map(str, answer.get("left_out", ())))
    if not text.strip():
        message = f"'{path.name}' has no text in it"
        hint = "pages that are pictures need text recognition first" if form == "pdf" else ""
        raise _refused(path, "E125", message, hint)
    return text, left_out


def _asked(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "schelling.reading.documents.taking_apart"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=request["seconds"] + 5,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"'{path.name}' takes longer than {request['seconds']} s to read"
        raise _refused(path, "E123", message) from error
    if done.returncode != 0 and not _is_limited(done):
        message = f"'{path.name}' is broken: the process that reads it ended in the middle"
        raise _refused(path, "E122", message)
    if done.returncode != 0 or len(done.stdout) > _MOST_ANSWER:
        message = f"reading '{path.name}' needs more time or memory than it may have"
        reason = f"{request['seconds']} s and {request['bytes'] / 1e9:g} GB are the limits"
        raise _refused(path, "E123", message, reason=reason)
    return json.loads(done.stdout)


def _is_limited(done: subprocess.CompletedProcess[bytes]) -> bool:
    """Whether a process ended at a limit of its time or memory."""
    stopped = done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    return stopped or done.stderr.rstrip().split(b"\n")[-1].startswith(b"MemoryError")


def _refused(path: Path, code: str, message: str, hint: str = "", reason: str = "") -> CaseError:
    lines = [f"{path}: {message} [{code}]"]
    lines += [f"  why: {reason}"] if reason else []
    lines += [f"  hint: {hint}"] if hint else []
    return CaseError((Problem(code, message, None, reason, hint, path),), "\n".join(lines))
