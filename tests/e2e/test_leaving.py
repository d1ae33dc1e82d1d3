"""The command ends at once, with all that it said and its exit code."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from schelling.cli import leaving


def test_all_is_said_and_the_code_is_kept(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("schelling")), "check", "nowhere"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "[E101]" in done.stderr


@pytest.mark.parametrize(
    ("main", "status", "ended"),
    [
        ("/bin/schelling", 3, [3]),
        ("/bin/schelling", None, [0]),
        ("/bin/schelling", "a text that Python prints", []),
        ("/bin/pytest", 3, []),  # uses the command as a library
    ],
)
def test_only_the_command_ends_at_once(
    monkeypatch: pytest.MonkeyPatch, main: str, status: int | str | None, ended: list[int]
) -> None:
    module, found = ModuleType("__main__"), list[int]()
    module.__file__ = main
    monkeypatch.setitem(sys.modules, "__main__", module)
    monkeypatch.delitem(sys.modules, "coverage", raising=False)  # it writes what it has at the end
    monkeypatch.setattr(leaving, "_status", [])
    monkeypatch.setattr(os, "_exit", found.append)
    leaving.with_status(status)
    leaving._leave()
    assert found == ended


def test_a_closed_output_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has no output stream where the command was started with a closed one."""
    found = list[int]()
    monkeypatch.delitem(sys.modules, "coverage", raising=False)
    monkeypatch.setattr(leaving, "_status", [2])
    monkeypatch.setattr(os, "_exit", found.append)
    monkeypatch.setattr(sys, "stdout", None)
    leaving._leave()
    assert found == [2]
