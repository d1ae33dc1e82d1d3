"""Runs a drafting command: JSON in, an answer out, no shell, bounded in time and in size."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from schelling.errors import RunError, printable
from schelling.reading.drafting.answers import MOST_BYTES


@dataclass(frozen=True)
class DraftingCommand:
    """A command that drafts entries.

    Attributes:
        words: Its words; no shell reads them.
        seconds: How long one answer may take.
    """

    words: tuple[str, ...]
    seconds: float

    @property
    def name(self) -> str:
        """What drafted, for the entries: the program alone, for other words may be secret."""
        return Path(self.words[0]).name

    def ask(self, request: bytes) -> bytes:
        """What the command answers.

        Args:
            request: What it gets on standard input.

        Returns:
            Its standard output.

        Raises:
            RunError: It cannot be started, fails, takes too long or writes too much.
        """
        try:
            process = subprocess.Popen(
                self.words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"cannot start '{self.name}': {reason}"
            raise RunError(message) from error
        return self._answer(process, request)

    def _answer(self, process: subprocess.Popen[bytes], request: bytes) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        out, said = _Taken(MOST_BYTES), _Taken(10_000)
        threads = [
            threading.Thread(target=_give, args=(process.stdin, request), daemon=True),
            threading.Thread(target=out.take, args=(process, process.stdout), daemon=True),
            threading.Thread(target=said.take, args=(None, process.stderr), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            process.wait(self.seconds)
        except subprocess.TimeoutExpired as error:
            message = f"'{self.name}' gave no answer within {self.seconds:g} s"
            raise RunError(message) from error
        finally:
            _end(process)
            end = time.monotonic() + 2
            for thread in threads:
                thread.join(max(0.0, end - time.monotonic()))
        if out.full:
            message = f"'{self.name}' wrote more than {MOST_BYTES:,} bytes"
            raise RunError(message)
        if process.returncode != 0:
            last = said.text.decode("utf-8", "replace").strip().splitlines()[-1:]
            words = printable("".join(last))[:300]
            message = f"'{self.name}' failed with status {process.returncode}"
            raise RunError(f"{message}: {words}" if words else message)
        return out.text


def command(written: str, seconds: float) -> DraftingCommand:
    """A command as written on the command line.

    Raises:
        RunError: It is empty, or a quotation mark is missing.
    """
    try:
        words = tuple(shlex.split(written))
    except ValueError as error:
        message = f"--with: {str(error).lower()}"
        raise RunError(message) from error
    if not words:
        message = "--with needs a command"
        raise RunError(message)
    return DraftingCommand(words, seconds)


@dataclass
class _Taken:
    """What was read of a pipe, up to a limit.

    A process that the command has left running may hold the pipe open: then it is what was read
    when the command had ended.
    """

    most: int
    full: bool = False
    parts: list[bytes] = field(default_factory=list[bytes])

    @property
    def text(self) -> bytes:
        return b"".join(self.parts)

    def take(self, process: subprocess.Popen[bytes] | None, pipe: IO[bytes]) -> None:
        size = 0
        with pipe:
            while part := os.read(pipe.fileno(), 65_536):  # what is there, not only full blocks
                size += len(part)
                if size <= self.most:
                    self.parts.append(part)
                elif not self.full:
                    self.full = True
                    if process is not None:
                        _end(process)


def _give(pipe: IO[bytes], request: bytes) -> None:
    """Write the request; a command need not read it."""
    with contextlib.suppress(OSError, ValueError):
        pipe.write(request)
    with contextlib.suppress(OSError, ValueError):
        pipe.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command with all that it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(5)
