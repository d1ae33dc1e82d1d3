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


def test_others_come_first_and_what_is_not_yet_written_is(tmp_path: Path) -> None:
    """A pipe is written to when its buffer is full or flushed; one line does not fill it."""
    script = tmp_path / "schelling"
    script.write_text(
        "import atexit\n"
        "from schelling.cli import leaving\n"
        "atexit.register(print, 'at the end')\n"
        "print('before')\n"
        "leaving.with_status(3)\n"
    )
    with_buffer = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, env=with_buffer, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "before\nat the end\n")


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


def test_coverage_writes_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    found = list[int]()
    monkeypatch.setitem(sys.modules, "coverage", ModuleType("coverage"))
    monkeypatch.setattr(leaving, "_status", [2])
    monkeypatch.setattr(os, "_exit", found.append)
    leaving._leave()
    assert not found


def test_a_closed_output_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has no output stream where the command was started with a closed one."""
    found = list[int]()
    monkeypatch.delitem(sys.modules, "coverage", raising=False)
    monkeypatch.setattr(leaving, "_status", [2])
    monkeypatch.setattr(os, "_exit", found.append)
    monkeypatch.setattr(sys, "stdout", None)
    leaving._leave()
    assert found == [2]
