"""The folder of compiled programs: whose it is, what is read from it, and how large it grows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schelling.study.runs.computing import cache_folder
from schelling.study.runs.computing.cache_folder import CacheFolder, CacheRefusal, enter, place

A, B, C = "a" * 64, "b" * 64, "c" * 64

HAMMER = """
import sys
from pathlib import Path
from schelling.study.runs.computing.cache_folder import enter
folder, wrong = enter(Path(sys.argv[1]), most=40_000), 0
for turn in range(300):
    key = f"{turn % 7:064x}"
    found = folder.read(key)
    wrong += found is not None and found != key.encode() * 100
    folder.write(key, key.encode() * 100)
print(wrong)
"""


@pytest.fixture
def folder(tmp_path: Path) -> CacheFolder:
    return enter(tmp_path / "cache")


def test_what_is_kept_is_found(folder: CacheFolder) -> None:
    assert folder.read(A) is None
    folder.write(A, b"one")
    folder.write(B, b"")
    folder.write(A, b"two")
    assert (folder.read(A), folder.read(B), folder.read(C)) == (b"two", b"", None)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.path.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o702, 0o720])
def test_a_folder_that_others_can_write_to_is_refused(mode: int, folder: CacheFolder) -> None:
    folder.write(A, b"one")
    folder.path.chmod(mode)
    with pytest.raises(CacheRefusal, match=f"other users can write to {folder.path}"):
        enter(folder.path)
    assert folder.read(A) is None
    folder.write(B, b"two")
    folder.path.chmod(0o700)
    assert (folder.read(A), folder.read(B)) == (b"one", None)


def test_a_folder_in_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(CacheRefusal, match=f"other users can write to {tmp_path}"):
        enter(tmp_path / "cache")
    tmp_path.chmod(0o1777)  # as /tmp is: nobody can rename what is not theirs
    assert enter(tmp_path / "cache").path.is_dir()


def test_a_folder_of_another_user_is_refused(
    folder: CacheFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(A, b"one")
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    with pytest.raises(CacheRefusal, match="belongs to another user"):
        enter(folder.path)
    assert folder.read(A) is None


def test_a_link_or_a_file_is_no_folder(folder: CacheFolder, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder.path)
    (tmp_path / "file").write_bytes(b"")
    for name in ("link", "file"):
        with pytest.raises(CacheRefusal, match="is a link or a file, not a folder"):
            enter(tmp_path / name)
    (tmp_path / "above").symlink_to(tmp_path)  # the way to it may be one
    assert enter(tmp_path / "above" / "cache").path == folder.path.resolve()


def test_a_folder_that_became_a_link_is_not_followed(folder: CacheFolder, tmp_path: Path) -> None:
    folder.write(A, b"one")
    folder.path.rename(tmp_path / "elsewhere")
    folder.path.symlink_to(tmp_path / "elsewhere")
    assert folder.read(A) is None
    with pytest.raises(OSError, match=str(folder.path)):
        folder.clear()


@pytest.mark.parametrize("kept", [0, 1, 31, 32, 33, 34])
def test_what_is_cut_short_counts_as_absent(kept: int, folder: CacheFolder) -> None:
    folder.write(A, b"one")
    file = folder.path / f"{A}.program"
    file.write_bytes(file.read_bytes()[:kept])
    assert folder.read(A) is None


def test_what_is_changed_counts_as_absent(folder: CacheFolder) -> None:
    folder.write(A, b"one")
    file = folder.path / f"{A}.program"
    whole = file.read_bytes()
    for place_ in range(len(whole)):
        file.write_bytes(whole[:place_] + bytes([whole[place_] ^ 1]) + whole[place_ + 1 :])
        assert folder.read(A) is None
    file.write_bytes(whole + b"\0")
    assert folder.read(A) is None


def test_files_that_are_none_or_that_others_can_write_to_are_not_read(folder: CacheFolder) -> None:
    folder.write(A, b"one")
    file = folder.path / f"{A}.program"
    file.chmod(0o606)
    assert folder.read(A) is None
    file.rename(folder.path / "moved")
    (folder.path / "moved").chmod(0o600)
    file.symlink_to(folder.path / "moved")
    assert folder.read(A) is None
    file.unlink()
    os.mkfifo(file, 0o600)  # opening it must not wait for a writer
    assert folder.read(A) is None


def test_the_least_recently_used_makes_room(tmp_path: Path) -> None:
    folder = enter(tmp_path / "cache", most=400)  # four of 100 bytes with their digests
    for age, key in ((30, A), (20, B), (10, C)):
        folder.write(key, b"x" * 68)
        file = folder.path / f"{key}.program"
        os.utime(file, (file.stat().st_mtime - age,) * 2)
    assert folder.sizes() == [100, 100, 100]
    assert folder.read(A) is not None  # now the latest
    folder.write("d" * 64, b"x" * 68)
    folder.write("e" * 64, b"x" * 68)
    assert folder.read(B) is None
    assert [folder.read(key) is not None for key in (A, C, "d" * 64, "e" * 64)] == [True] * 4
    assert sum(folder.sizes()) <= 400


def test_what_would_fill_it_alone_is_not_kept(tmp_path: Path) -> None:
    folder = enter(tmp_path / "cache", most=400)
    folder.write(A, b"x" * 69)
    assert folder.sizes() == []


def test_clearing_removes_programs_and_nothing_else(folder: CacheFolder) -> None:
    folder.write(A, b"one")
    folder.write(B, b"two")
    (folder.path / "letter.txt").write_text("mine", encoding="utf-8")
    (folder.path / f"{C}.program.0123456789abcdef").write_bytes(b"unfinished")
    assert folder.clear() == (2, 0)
    assert [file.name for file in folder.path.iterdir()] == ["letter.txt"]


def test_what_nobody_finished_is_removed_after_an_hour(folder: CacheFolder) -> None:
    old, new = (folder.path / f"{C}.program.{n:016x}" for n in range(2))
    for file in (old, new):
        file.write_bytes(b"unfinished")
    os.utime(old, (old.stat().st_mtime - 3700,) * 2)
    folder.write(A, b"one")
    assert (old.exists(), new.exists()) == (False, True)


def test_no_room_leaves_nothing_behind(
    folder: CacheFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    folder.write(A, b"one")
    assert list(folder.path.iterdir()) == []


def test_processes_share_it(tmp_path: Path) -> None:
    """Three write, read and make room at once; whatever is read is whole."""
    command = [sys.executable, "-c", HAMMER, str(tmp_path / "cache")]
    three = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [one.communicate()[0] for one in three] == ["0\n"] * 3
    assert sum(enter(tmp_path / "cache").sizes()) <= 40_000


def test_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(cache_folder.VARIABLE, raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert place() == tmp_path / ".cache" / "schelling"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # the standard says to ignore it
    assert place() == tmp_path / ".cache" / "schelling"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert place() == tmp_path / "xdg" / "schelling"
    monkeypatch.setenv(cache_folder.VARIABLE, str(tmp_path / "own"))
    assert place() == tmp_path / "own"
    monkeypatch.setenv(cache_folder.VARIABLE, "off")
    assert place() is None
