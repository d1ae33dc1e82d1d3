"""Run folders made to mislead, to read elsewhere, to hang or to fill the memory.

Every one is refused with a `RunError` that names the file, and what is wrong with it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import socket
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from typer.testing import CliRunner

import schelling
from schelling.cli.app import app
from schelling.study.runs.files import reading
from study.runs.hostile import (
    ABSENT,
    CASE,
    LIST,
    MANIFEST,
    PART,
    SERIES,
    Harm,
    case_of_another,
    column,
    content,
    folder_there,
    level,
    link,
    listed,
    long_phase,
    manifest,
    many_rows,
    moved_behind_a_link,
    named,
    pipe,
    renamed,
    sealed,
    sparse,
    store,
    swapped,
    table,
    without_case,
)
from study.runs.keeping import write

WORLDS = 300
DEEP = '{"schema": "schelling.run/2", "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
VALUE = "series/value/.zarray"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound run in a folder."""
    folder = tmp_path_factory.mktemp("hostile")
    case = schelling.load(write(folder / "tiny"))
    schelling.run(case, worlds=WORLDS, seed=4, folder=folder / "run")
    return folder / "run"


@pytest.fixture
def copy(kept: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    shutil.copytree(kept, tmp_path / "run")
    return tmp_path / "run"


def read_all(folder: Path) -> None:
    """Whatever readers of a run read."""
    run = schelling.open_run(folder)
    run.table()
    assert len(run.verdicts) == 2


def test_the_copy_is_sound_and_sealing_changes_nothing(copy: Path) -> None:
    sealed(copy, MANIFEST, SERIES, PART, CASE)
    read_all(copy)


HOSTILE: dict[str, tuple[Harm, str]] = {
    # the manifest
    "a pipe for a manifest": (pipe(MANIFEST), r"'manifest.json' is a pipe"),
    "a manifest that is endless": (link(MANIFEST, "/dev/zero"), r"'manifest.json' is a link"),
    "a manifest elsewhere": (link(MANIFEST, "/etc/hostname"), r"'manifest.json' is a link"),
    "a manifest in a circle": (link(MANIFEST, MANIFEST), r"'manifest.json' is a link"),
    "a folder for a manifest": (folder_there(MANIFEST), r"'manifest.json' is a folder"),
    "a manifest with a hole": (sparse(MANIFEST, 1 << 40), r"'manifest.json' has .* bytes"),
    "a deep manifest": (content(MANIFEST, DEEP), r"nested too deeply"),
    "a manifest of bytes": (content(MANIFEST, b"\xff\xfe"), r"'manifest.json' is not UTF-8"),
    "a manifest that is a list": (content(MANIFEST, "[]"), r"'manifest.json' is no JSON object"),
    "an empty manifest": (content(MANIFEST, ""), r"'manifest.json' is not the JSON text"),
    "a key twice": (content(MANIFEST, '{"schema": "a", "schema": "b"}'), r"the key 'schema' is"),
    "a later layout": (manifest(schema="schelling.run/99"), r"layout schelling.run/2"),
    "a layout that is a number": (manifest(schema=2), r"layout schelling.run/2"),
    "worlds as text": (manifest(worlds="300"), r"'worlds' is '300'"),
    "worlds as a fraction": (manifest(worlds=300.5), r"'worlds' is '300.5'"),
    "worlds that are true": (manifest(worlds=True), r"'worlds' is 'True'"),
    "worlds that are not a number": (manifest(worlds=float("nan")), r"NaN is no number"),
    "endless worlds": (manifest(worlds=float("inf")), r"Infinity is no number"),
    "no worlds": (manifest(worlds=0), r"'worlds' is '0'"),
    "more worlds than there are": (manifest(worlds=10**12), r"'worlds' is"),
    "other worlds": (manifest(worlds=299), r"worlds"),
    "a number of ten thousand digits": (
        content(MANIFEST, '{"schema": "schelling.run/2", "worlds": ' + "9" * 10_000 + "}"),
        r"'manifest.json' is not the JSON text",
    ),
    "a huge seed": (manifest(seed=10**400), r"'seed'"),
    "no replicates": (manifest(replicates=0), r"replicates"),
    "negative replicates": (manifest(replicates=-4), r"replicates"),
    "other replicates": (manifest(replicates=8), r"replicates"),
    "a case that is a path": (manifest(case="../../evil"), r"'case' is '../../evil'"),
    "a case with a line end": (manifest(case="a\nb"), r"'case' is 'a\\nb'"),
    "a command that moves the cursor": (manifest(command="\x1b[2Jls"), r"'command' is"),
    "claims that are text": (manifest(claims="high"), r"'claims' is"),
    "claims that are numbers": (manifest(claims=[1, 2]), r"'claims' is"),
    "a claim twice": (manifest(claims=["high", "high"]), r"a name twice"),
    "a claim the case has not": (manifest(claims=["high", "nowhere"]), r"the claim 'nowhere'"),
    "assumptions of another case": (manifest(assumptions=["a"]), r"other assumptions"),
    "questions of another case": (manifest(questions=["Q1"]), r"other questions"),
    "another title": (manifest(title="something else"), r"other title"),
    "a rival the case has not": (manifest(rival="nobody"), r"has no rival 'nobody'"),
    "versions that are a list": (manifest(versions=["1"]), r"'versions' is"),
    "no seed": (manifest(seed=ABSENT), r"lacks 'seed'"),
    "another digest": (manifest(digest="0" * 64), r"digests differ"),
    "a digest that is none": (manifest(digest="../x"), r"'digest' is '../x'"),
    # the list of digests
    "a pipe for a list": (pipe(LIST), r"'digests.json' is a pipe"),
    "a list elsewhere": (link(LIST, "/dev/zero"), r"'digests.json' is a link"),
    "a deep list": (content(LIST, DEEP), r"nested too deeply"),
    "a name that leads up": (named("../../secret"), r"names '../../secret'"),
    "a name that leads up later": (named("case/../../secret"), r"names 'case/../../secret'"),
    "an absolute name": (named("/etc/passwd"), r"names '/etc/passwd'"),
    "a name with a line end": (named("case/a\nb"), r"names 'case/a\\nb'"),
    "a name with a zero": (named("case/a\x00b"), r"names 'case/a\\x00b'"),
    "a name with a drive": (named("C:/x"), r"names 'C:/x'"),
    "a name with backslashes": (named("..\\x"), r"names "),
    "an empty name": (named(""), r"names ''"),
    "a name too long for a file": (named("case/" + "x" * 5_000), r"cannot be looked at"),
    "a file that is no run's": (named("worlds/../manifest.json"), r"names "),
    "a part too many": (named("worlds/part-00001.parquet"), r"part-00001.parquet' is missing"),
    "a size that is text": (
        listed(lambda data: data["files"][PART].update(size="15")),
        r"no size and SHA-256",
    ),
    "a size that is negative": (
        listed(lambda data: data["files"][PART].update(size=-1)),
        r"no size and SHA-256",
    ),
    "a digest that is short": (
        listed(lambda data: data["files"][PART].update(sha256="ab")),
        r"no size and SHA-256",
    ),
    "an entry that is a list": (
        listed(lambda data: data["files"].update({PART: []})),
        r"no size and SHA-256",
    ),
    "a shard of none": (listed(lambda data: data.update(shard=[0, 0])), r"no shard"),
    "a shard that is text": (listed(lambda data: data.update(shard="1/2")), r"'shard' is '1/2'"),
    "no part listed": (listed(lambda data: data["files"].pop(PART)), r"does not list the parts"),
    "no series listed": (listed(lambda data: data["files"].pop(SERIES)), r"does not list"),
    "no case listed": (without_case, r"does not list 'case/case.yaml'"),
    # the case
    "a case elsewhere": (link(CASE, "/etc/hostname"), r"'case/case.yaml' is a link"),
    "a pipe for a case": (pipe(CASE), r"'case/case.yaml' is a pipe"),
    "another case": (case_of_another, r"digests differ|claim 'high'"),
    "a case of nonsense": (content(CASE, "schelling: 1\ntitle: x\nclaims: 3\n"), r"has problems"),
    # the table
    "a pipe for a table": (pipe(PART), r"part-00000.parquet' is a pipe"),
    "a table elsewhere": (link(PART, "/dev/zero"), r"part-00000.parquet' is a link"),
    "tables elsewhere": (moved_behind_a_link, r"is a link, or lies behind one"),
    "a table of text": (content(PART, "PAR1 no PAR1"), r"no whole Parquet file"),
    "an empty table": (content(PART, b""), r"no whole Parquet file"),
    "a table cut off": (
        lambda f: content(PART, (f / PART).read_bytes()[:-100])(f),
        r"no whole Parquet file",
    ),
    "a column too few": (table(lambda t: t.drop_columns(["a"])), r"lacks the column 'a'"),
    "a column too many": (
        table(lambda t: t.append_column("x", pa.array(["y"] * t.num_rows))),
        r"a column 'x'",
    ),
    "a column twice": (table(lambda t: t.append_column("a", t.column("a"))), r"column twice"),
    "numbers as text": (column("a", lambda t: t.column("a").cast(pa.string())), r"'a' as 'string'"),
    "truths as numbers": (
        column("holds.high", lambda t: t.column("holds.high").cast(pa.int8())),
        r"'holds.high' as 'int8'",
    ),
    "a table of lists": (
        column("a", lambda t: pa.array([[1.0]] * t.num_rows)),
        r"'a' as 'list",
    ),
    "fewer rows": (table(lambda t: t.slice(0, 200)), r"200 worlds; the run has 300"),
    "no rows": (table(lambda t: t.slice(0, 0)), r"has 0 rows"),
    "millions of rows": (table(many_rows), r"has 3,000,000 rows"),
    "a phase of 200 MB": (table(long_phase), r"expands to"),
    "rows in another order": (
        column("world", lambda t: t.column("world").take(pa.array(range(WORLDS - 1, -1, -1)))),
        r"holds other worlds",
    ),
    "worlds without numbers": (
        column("world", lambda t: pa.nulls(t.num_rows, pa.uint32())),
        r"holds other worlds",
    ),
    "another status": (
        column("status", lambda t: pa.array(np.full(t.num_rows, 99, np.int8))),
        r"status that is none",
    ),
    "another phase": (
        column(
            "final.phase",
            lambda t: pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(t.num_rows, np.int32)), pa.array(["\x1b[31mred"])
            ),
        ),
        r"final.phase' as .*its states are ",
    ),
    "a codec of its own": (table(lambda t: t, compression="gzip"), r"compressed by GZIP"),
    # the series
    "a pipe for series": (pipe(SERIES), r"'series.zarr.zip' is a pipe"),
    "series elsewhere": (link(SERIES, "/dev/zero"), r"'series.zarr.zip' is a link"),
    "series with a hole": (sparse(SERIES, 1 << 40), r"'series.zarr.zip' has .* bytes"),
    "series of text": (content(SERIES, "no zip"), r"no whole zip archive"),
    "an empty archive": (store(dict.clear), r"'.zmetadata' is missing"),
    "a compressed archive": (store(lambda held: None, packed=True), r"compressed or encrypted"),
    "a bomb": (
        store(lambda held: held.update({"series/value/0.0.0": bytes(300_000_000)}), packed=True),
        r"compressed or encrypted",
    ),
    "a member twice": (store(lambda held: None, twice=VALUE), r"stands twice"),
    "a member that leads up": (store(renamed("series/world/0", "../0")), r"'../0' is not a place"),
    "an absolute member": (store(renamed("series/world/0", "/0")), r"'/0' is not a place"),
    "a member of its own": (store(lambda held: held.update(x=b"y")), r"neither metadata nor a"),
    "Zarr of another format": (store(lambda held: held.update({"zarr.json": b"{}"})), r"neither"),
    "a filter that runs code": (
        level(VALUE, filters=[{"id": "vlen-utf8"}, {"id": "pickle"}]),
        r"names the filters .*pickle.*none is allowed",
    ),
    "a filter deeper down": (
        level("games/g/choice/.zarray", filters=[{"id": "pickle", "protocol": 5}]),
        r"names the filters .*pickle",
    ),
    "a filter in one of two copies": (
        level(VALUE, copy=False, filters=[{"id": "pickle"}]),
        r"names the filters|something else",
    ),
    "another shape in one of two copies": (
        level("series/value/.zattrs", copy=False, units="x"),
        r"says something else",
    ),
    "a codec that runs code": (
        level(VALUE, compressor={"id": "pickle"}),
        r"names the codec .*pickle.*only Blosc",
    ),
    "a codec of Blosc's that is none": (
        level(
            VALUE,
            compressor={
                **{"id": "blosc", "cname": "evil"},
                **{"clevel": 5, "shuffle": 1, "blocksize": 0},
            },
        ),
        r"names the codec",
    ),
    "objects": (level(VALUE, dtype="|O"), r"has the type"),
    "records": (level(VALUE, dtype=[["x", "<f8"]]), r"has the type"),
    "text of a gigabyte": (level("series/units/.zarray", dtype="<U999999999"), r"has the type"),
    "an endless array": (level(VALUE, shape=[1, 10**9, 4], chunks=[1, 10**9, 4]), r"bytes"),
    "an endless array of nothing": (
        level("games/g/status/.zarray", shape=[10**12], chunks=[10**12]),
        r"at most",
    ),
    "a shape below nothing": (level(VALUE, shape=[-1, 4, 4]), r"no shape"),
    "many chunks": (level(VALUE, chunks=[1, 1, 1]), r"not one chunk"),
    "another shape": (level(VALUE, shape=[1, 128, 4], chunks=[1, 128, 4]), r"announces"),
    "a chunk that announces more": (
        store(
            lambda held: held.update(
                {
                    "series/value/0.0.0": held["series/value/0.0.0"][:4]
                    + b"\xff\xff\xff\x7f"
                    + held["series/value/0.0.0"][8:]
                }
            )
        ),
        r"announces 2,147,483,647 bytes",
    ),
    "a chunk of noise": (
        store(
            lambda held: held.update(
                {
                    "series/value/0.0.0": held["series/value/0.0.0"][:16]
                    + b"\xab" * (len(held["series/value/0.0.0"]) - 16)
                }
            )
        ),
        r"cannot be decoded",
    ),
    "an attribute of its own": (
        level("series/value/.zattrs", scale_factor="1e300"),
        r"the attribute 'scale_factor'",
    ),
    "a time that is none": (level("series/time/.zattrs", units="moons since x"), r"decoded|time"),
    "a dimension of another name": (
        level("series/value/.zattrs", _ARRAY_DIMENSIONS=["series", "world", "moon"]),
        r"dimension|decoded|place|series",
    ),
    "bands of no worlds": (level("bands/.zattrs", worlds=0), r"bands are of 0 worlds"),
    "bands of more worlds": (level("bands/.zattrs", worlds=301), r"bands are of 301 worlds"),
    "no games": (
        store(lambda held: [held.pop(name) for name in list(held) if name.startswith("games")]),
        r"other levels|games",
    ),
    "a deep level": (store(lambda held: held.update({VALUE: DEEP.encode()})), r"too deeply"),
    # files in each other's place
    "table and series swapped": (swapped(PART, SERIES), r"no whole Parquet file|no whole zip"),
    "manifest and case swapped": (swapped(MANIFEST, CASE), r"'manifest.json' is not the JSON"),
    "manifest and list swapped": (
        lambda f: [(f / LIST).write_bytes((f / MANIFEST).read_bytes())],
        r"no list of digests",
    ),
}


def test_there_are_many() -> None:
    assert len(HOSTILE) >= 55


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_folder_is_refused(what: str, copy: Path) -> None:
    """With a message that says where and what, at once, and with next to no memory."""
    harm, message = HOSTILE[what]
    harm(copy)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(schelling.RunError, match=message) as caught:
        read_all(copy)
    assert time.monotonic() - began < 20  # a second, on a machine that does much else
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert taken < 200_000  # kilobytes; what is refused unread takes none
    said = str(caught.value)
    assert str(copy) in said
    assert len(said) < 2_000
    assert "\x1b" not in said


def test_a_socket_is_refused(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copy / MANIFEST).unlink()
    monkeypatch.chdir(copy)  # a socket's name is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(MANIFEST)
        with pytest.raises(schelling.RunError, match=r"'manifest.json' is a socket"):
            schelling.open_run(copy)


COMMANDS = {
    "query": ["query", "RUN", "SELECT count(*) FROM worlds"],
    "report": ["report", "RUN", "--out", "OUT"],
    "export": ["export", "RUN", "--to", "csv", "--out", "OUT"],
    "merge": ["merge", "OUT", "RUN"],
    "score": ["score", "CASE", "--run", "RUN"],
    "explore": ["explore", "CASE", "--run", "RUN"],
    "compare": ["compare", "RUN"],
}
SOME = (
    "a pipe for a manifest",
    "a manifest that is endless",
    "a name that leads up",
    "a deep manifest",
    "a filter that runs code",
    "millions of rows",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_reader_refuses(command: str, kept: Path, tmp_path: Path) -> None:
    """No traceback, exit status 1 or 2, nothing written."""
    for number, what in enumerate(SOME):
        folder, out = tmp_path / f"run-{number}", tmp_path / f"out-{number}"
        shutil.copytree(kept, folder)
        HOSTILE[what][0](folder)
        places = {"RUN": folder, "OUT": out, "CASE": kept.parent / "tiny"}
        words = [str(places.get(word, word)) for word in COMMANDS[command]]
        ended = CliRunner().invoke(app, words)
        assert ended.exit_code != 0, what
        known = (schelling.RunError, schelling.CaseError, SystemExit)
        assert isinstance(ended.exception, known), (what, ended.exception)
        assert not out.exists()


RESUMED = (
    "a pipe for a manifest",
    "a manifest that is endless",
    "a pipe for a table",
    "tables elsewhere",
    "series elsewhere",
    "a case elsewhere",
)


@pytest.mark.parametrize("what", RESUMED)
def test_a_run_over_a_folder_with_links_is_refused(what: str, copy: Path) -> None:
    """Resuming would read, and beginning again would write, through them."""
    HOSTILE[what][0](copy)
    case = schelling.load(copy.parent / "tiny" if (copy.parent / "tiny").exists() else _tiny(copy))
    for resume in (True, None):
        with pytest.raises(schelling.RunError, match=r"does not contain a run"):
            schelling.run(case, worlds=WORLDS, seed=4, folder=copy, resume=resume)


def _tiny(copy: Path) -> Path:
    return write(copy.parent / "tiny")


REPAIRED = (
    *("another status", "fewer rows", "a column too few", "a phase of 200 MB", "other replicates"),
    *("a filter that runs code", "an endless array", "a name that leads up", "a deep list"),
)


@pytest.mark.parametrize("what", REPAIRED)
def test_resuming_makes_again_what_is_not_a_runs(what: str, kept: Path, copy: Path) -> None:
    """A part with right digests and wrong content does not survive `--resume`."""
    harm, _ = HOSTILE[what]
    harm(copy)
    case = schelling.load(_tiny(copy))
    try:
        made = schelling.run(case, worlds=WORLDS, seed=4, folder=copy, resume=True)
    except schelling.RunError as error:
        assert "holds another run" in str(error)  # noqa: PT017 - both ends are right
        return
    assert made.table().equals(schelling.open_run(kept).table())
    read_all(copy)


def _unfinished(copy: Path, case: Any) -> Path:
    """An unfinished run beside `run`, with a whole part, made by breaking off."""
    place = copy.with_name("run.unfinished")
    copy.rename(place)
    (place / LIST).unlink()
    part = (place / PART).read_bytes()
    from schelling.study.runs.computing import jobs, resumable  # noqa: PLC0415
    from schelling.study.runs.files import files  # noqa: PLC0415

    job = jobs.job(case, jobs.Design(WORLDS, 4))
    (place / "request.json").write_text(resumable.RunRequest(job).to_json(), "utf-8")
    files.rewrite_journal(place, {PART: files.digest(part)})
    return place


@pytest.mark.parametrize(
    "harm",
    [
        pipe("request.json"),
        link("request.json", "/dev/zero"),
        link("finished.log", "/etc/hostname"),
        pipe("finished.log"),
        pipe(PART),
        moved_behind_a_link,
    ],
)
def test_an_unfinished_run_with_links_is_refused(harm: Harm, copy: Path) -> None:
    case = schelling.load(_tiny(copy))
    place = _unfinished(copy, case)
    harm(place)
    with pytest.raises(schelling.RunError, match=r"not an unfinished run .*(link|pipe)"):
        schelling.run(case, worlds=WORLDS, seed=4, folder=copy, resume=True)


def test_a_journal_that_names_others_files(kept: Path, copy: Path) -> None:
    """Names that lead elsewhere do not count; nothing outside is read or taken away."""
    case = schelling.load(_tiny(copy))
    place = _unfinished(copy, case)
    outside = copy.parent / "outside.parquet"
    outside.write_bytes(b"mine")
    with (place / "finished.log").open("ab") as file:
        file.write(f"{'0' * 64} 4 ../outside.parquet\n{'0' * 64} 4 worlds/../../x\n".encode())
        file.write(b"\xff\xfe no line\n" + b"x" * 10_000)
    made = schelling.run(case, worlds=WORLDS, seed=4, folder=copy, resume=True)
    assert made.table().equals(schelling.open_run(kept).table())
    assert outside.read_bytes() == b"mine"


@pytest.mark.parametrize("kind", ["link", "pipe", "dangling link"])
def test_a_lock_that_is_no_file(kind: str, copy: Path) -> None:
    """It is neither followed nor waited for, and nothing is made where it leads."""
    case = schelling.load(_tiny(copy))
    lock, target = copy.with_name(".run.lock"), copy.parent / "target"
    if kind == "pipe":
        os.mkfifo(lock)
    else:
        if kind == "link":
            target.write_text("mine", "utf-8")
        lock.symlink_to(target)
    with pytest.raises(schelling.RunError, match=r"\.run\.lock' is (a link|no regular file)"):
        schelling.run(case, worlds=WORLDS, seed=4, folder=copy)
    assert target.exists() == (kind == "link")


def test_what_is_written_does_not_follow_a_link(tmp_path: Path) -> None:
    """The file beside a place, which is renamed into it, may have been put there by a stranger."""
    from schelling.study.runs.files import files  # noqa: PLC0415

    (tmp_path / "target").write_text("mine", "utf-8")
    (tmp_path / ".part.writing").symlink_to(tmp_path / "target")
    files.write(tmp_path / "part", b"content")
    assert (tmp_path / "target").read_text("utf-8") == "mine"
    (tmp_path / "finished.log").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic"):
        files.note(tmp_path, "part", files.digest(b"content"))


def test_a_shard_with_another_table_is_not_merged(copy: Path) -> None:
    """Merging reads every part, though it only moves files."""
    case = schelling.load(_tiny(copy))
    shard = copy.with_name("shard")
    schelling.run(case, worlds=WORLDS, seed=4, folder=shard, shard=(1, 1))
    table(lambda t: t.slice(0, 200))(shard)
    with pytest.raises(schelling.RunError, match="200 worlds"):
        schelling.merge(copy.with_name("merged"), [shard])
    assert not copy.with_name("merged").exists()
    column("status", lambda t: pa.array(np.full(t.num_rows, 9, np.int8)))(shard)
    with pytest.raises(schelling.RunError, match="status that is none"):
        schelling.merge(copy.with_name("merged"), [shard])


def test_a_message_stays_on_its_line() -> None:
    assert reading.shown("a\nb\x1b[2J") == r"'a\nb\x1b[2J'"
    assert reading.shown("x" * 1_000) == "'" + "x" * 80 + "...'"
    assert json.loads(json.dumps(reading.shown("ü"))) == "'ü'"
