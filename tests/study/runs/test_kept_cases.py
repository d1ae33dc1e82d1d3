"""Checked cases that are found again: the same case, and never one whose files have changed."""

from __future__ import annotations

import io
import os
import pickle
import re
import shutil
import zlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

import schelling
from schelling.case.model import Case
from schelling.case.settings import given
from schelling.cli.app import app
from schelling.errors import CaseError
from schelling.study.runs.computing import cache_folder, kept_cases, own_sources
from schelling.study.runs.computing.cache_folder import CacheFolder

CASE = """\
schelling: 1
title: A letter
sources:
  letter: {title: A letter, file: letter.txt}
assumptions:
  x: {prior: 0.1 to 1, why: seen}
claims:
  large: {why: so it is, holds: x > 0.5}
forecasts: {table: forecasts.csv, data_until: 2022-03-20}
rivals:
  other: {title: Otherwise, why: it was said, file: other.yaml}
"""
QUESTIONS = """\
id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if
F01,binary,Is it large?,,2022-03-20,2022-06-30,said so,record,never
"""
RIVAL = "assumptions: {x: {prior: 2 to 3, why: known}}\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    (folder / "forecasts.csv").write_text(QUESTIONS, encoding="utf-8")
    (folder / "other.yaml").write_text(RIVAL, encoding="utf-8")
    schelling.load(folder)  # the case is sound
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> CacheFolder:
    return cache_folder.enter(tmp_path / "cache")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often a case was read and not found."""
    found: list[str] = []
    load = kept_cases.check.load

    def counting(path: str | Path, **more: object) -> Case:
        found.append(str(path))
        return load(path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_cases.check, "load", counting)
    return found


def test_a_case_is_found_as_it_was_read(
    place: Path, cache: CacheFolder, counted: list[str]
) -> None:
    for rival in (None, "other"):
        fresh = schelling.load(place, rival=rival)
        assert kept_cases.read(place, cache, rival=rival) == fresh
        assert kept_cases.read(place, cache, rival=rival) == fresh
    assert len(counted) == 2
    assert len(cache.sizes("case")) == 2
    assert cache.sizes() == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("case.yaml", CASE.replace("A letter\nsources", "Another\nsources")),
        ("forecasts.csv", QUESTIONS.replace("Is it", "Was it")),
        ("other.yaml", RIVAL.replace("known", "told")),
        ("letter.txt", "It is large."),  # which was not there
    ],
)
def test_a_file_that_changes_or_appears_is_read(
    name: str, text: str, place: Path, cache: CacheFolder, counted: list[str]
) -> None:
    before = kept_cases.read(place, cache)
    (place / name).write_text(text, encoding="utf-8")
    after = kept_cases.read(place, cache)
    assert len(counted) == 2
    assert after == schelling.load(place) != before


def test_a_seal_that_appears_is_held_against_the_register(place: Path, cache: CacheFolder) -> None:
    kept_cases.read(place, cache)
    (place / "forecasts.frozen").write_text("no seal", encoding="utf-8")
    with pytest.raises(CaseError):
        kept_cases.read(place, cache)


def test_a_file_that_leaves_the_folder_is_refused_as_ever(place: Path, cache: CacheFolder) -> None:
    """The same bytes behind a link that leads elsewhere are not the same file."""
    kept_cases.read(place, cache)
    outside = place.parent / "other.yaml"
    (place / "other.yaml").rename(outside)
    (place / "other.yaml").symlink_to(outside)
    with pytest.raises(CaseError, match="outside the case"):
        kept_cases.read(place, cache)


def test_faults_and_changes_for_one_run_are_not_kept(place: Path, cache: CacheFolder) -> None:
    changed = kept_cases.read(place, cache, settings=given.options(["x=7"]))
    assert [one.prior.written for one in changed.assumptions] == ["7"]
    (place / "case.yaml").write_text(CASE.replace("x >", "y >"), encoding="utf-8")
    with pytest.raises(CaseError, match="unknown name 'y'"):
        kept_cases.read(place, cache)
    assert cache.sizes("case") == []


def test_other_sources_or_another_place_have_another_name(
    place: Path, cache: CacheFolder, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_cases.read(place, cache)
    monkeypatch.setattr(own_sources, "digest", lambda: "other")
    kept_cases.read(place, cache)
    monkeypatch.chdir(place)
    assert kept_cases.read(Path(), cache).path == Path("case.yaml")
    monkeypatch.setattr(kept_cases, "versions", lambda: (("pydantic", "another"),))
    kept_cases.read(Path(), cache)
    assert len(counted) == 4
    other = place.parent / "other"
    shutil.copytree(place, other)
    monkeypatch.chdir(other)  # the same words, and another folder
    kept_cases.read(Path(), cache)
    (other / "text.txt").write_text("It is large.", encoding="utf-8")
    kept_cases.read(Path(), cache, source=Path("text.txt"))
    monkeypatch.chdir(place)
    kept_cases.read(Path(), cache)  # neither takes the place of the other
    assert len(counted) == 6


def test_what_cannot_be_kept_is_read_each_time(
    place: Path, cache: CacheFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_deep(_: object) -> bytes:
        raise RecursionError

    monkeypatch.setattr(pickle, "dumps", too_deep)
    assert kept_cases.read(place, cache).title == "A letter"
    assert cache.sizes("case") == []


def test_no_pickle_can_do_anything(place: Path, cache: CacheFolder) -> None:
    """Neither a function of the system or of this package, nor a class that is no data."""
    fresh = kept_cases.read(place, cache)
    (file,) = cache.path.iterdir()
    for name in ("posix\nmkdir", "schelling.case.file.disk\nPath.mkdir", "builtins\ngetattr"):
        call = f"c{name}\n(V{place / 'harm'}\ntR."  # protocol 0: call this with that text
        cache.write(file.stem, zlib.compress(call.encode()), "case")
        assert kept_cases.read(place, cache) == fresh
    assert not (place / "harm").exists()
    for module, name in (("schelling.case.check", "load"), ("schelling.errors", "CaseError")):
        with pytest.raises(pickle.UnpicklingError, match="no case is made of"):
            kept_cases._CaseUnpickler(io.BytesIO()).find_class(module, name)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 40, zlib.compress(b"no pickle"), zlib.compress(pickle.dumps(("a", 1)))],
)
def test_what_is_damaged_is_read_anew(content: bytes, place: Path, cache: CacheFolder) -> None:
    fresh = kept_cases.read(place, cache)
    (file,) = cache.path.iterdir()
    cache.write(file.stem, content, "case")
    assert kept_cases.read(place, cache) == fresh


def test_what_another_user_can_write_to_is_not_read(place: Path, cache: CacheFolder) -> None:
    """A pickle that would make a folder if it were read."""

    class Harm:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(place / "harm"),)

    fresh = kept_cases.read(place, cache)
    (file,) = cache.path.iterdir()
    cache.write(file.stem, zlib.compress(pickle.dumps(Harm())), "case")
    for path in (file, cache.path):
        before = path.stat().st_mode
        path.chmod(before | 0o002)
        assert kept_cases.read(place, cache) == fresh
        path.chmod(before)
    assert not (place / "harm").exists()


def test_a_run_finds_its_case_and_says_the_same(
    place: Path, cache: CacheFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.parent)
    monkeypatch.setenv(cache_folder.VARIABLE, str(cache.path))
    run = ("run", "case", "--worlds", "64", "--quiet", "--no-resume")
    said = [CliRunner().invoke(app, [*run, *more]).stdout for more in (["--no-cache"], [], [])]
    assert said[0] == said[1] == said[2] != ""
    assert len(cache.sizes("case")) == 1
    done = CliRunner().invoke(app, ["cache", "clear"])
    assert done.exit_code == 0
    assert re.match(r"\d+ compiled programs? and 1 checked case removed from ", done.stdout)
    assert cache.sizes("case") == []
