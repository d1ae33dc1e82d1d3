"""What is pushed to the disk before anything relies on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from schelling.study.runs import merge
from schelling.study.runs.files import files

Steps = list[tuple[str, Path]]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Steps:
    """What is done to the disk, in order: what is pushed there, by its name then, and renamed."""
    done: Steps = []
    fsync, replace = os.fsync, Path.replace

    def pushed(handle: int) -> None:
        fsync(handle)
        places = [tmp_path, *tmp_path.rglob("*")]
        here = os.fstat(handle)
        done.append(("pushed", next(p for p in places if os.path.samestat(p.stat(), here))))

    def renamed(old: Path, new: Path) -> Path:
        done.append(("renamed", old))
        return replace(old, new)

    monkeypatch.setattr(os, "fsync", pushed)
    monkeypatch.setattr(Path, "replace", renamed)
    return done


def test_a_file_then_its_name(steps: Steps, tmp_path: Path) -> None:
    """Content before the new name, or a power cut leaves an empty file; and the name itself."""
    files.write(tmp_path / "part", b"content")
    beside = tmp_path / ".part.writing"
    assert steps == [("pushed", beside), ("renamed", beside), ("pushed", tmp_path)]
    assert (tmp_path / "part").read_bytes() == b"content"


def test_content_is_complete_when_it_is_pushed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing waits in the process while the system pushes what it has."""
    sizes: list[int] = []
    fsync = os.fsync

    def pushed(handle: int) -> None:
        sizes.append(os.fstat(handle).st_size)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", pushed)
    files.write(tmp_path / "part", b"content")
    files.note(tmp_path, "part", files.digest(b"content"))
    whole = [len(b"content"), (tmp_path / files.JOURNAL).stat().st_size]
    assert [sizes[0], sizes[-1]] == whole


def test_a_line_of_the_journal(steps: Steps, tmp_path: Path) -> None:
    files.note(tmp_path, "part", files.digest(b"content"))
    files.note(tmp_path, "other", files.digest(b""))
    assert steps == [("pushed", tmp_path / files.JOURNAL)] * 2


def test_a_copy_into_a_merged_run(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where a file can have no second name, its copy is pushed like any other."""

    def refused(new: Path, old: Path) -> None:
        raise OSError

    monkeypatch.setattr(Path, "hardlink_to", refused)
    (tmp_path / "part").write_bytes(b"content")
    merge._take(tmp_path / "part", tmp_path / "whole" / "part")
    assert steps == [("pushed", tmp_path / "whole" / "part")]
    assert (tmp_path / "whole" / "part").read_bytes() == b"content"
