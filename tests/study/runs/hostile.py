"""Ways to spoil a run folder whose digests are right again afterwards, as a stranger would."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Harm = Callable[[Path], object]

MANIFEST, LIST, SERIES = "manifest.json", "digests.json", "series.zarr.zip"
PART = "worlds/part-00000.parquet"
CASE = "case/case.yaml"


def sealed(folder: Path, *names: str) -> None:
    """Make the digests of some files right again."""
    listed = json.loads((folder / LIST).read_text("utf-8"))
    for name in names:
        data = (folder / name).read_bytes()
        listed["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / LIST).write_text(json.dumps(listed), "utf-8")


def manifest(**changes: Any) -> Harm:
    """Other values in the manifest; None takes a key away."""

    def harm(folder: Path) -> None:
        data = json.loads((folder / MANIFEST).read_text("utf-8"))
        data.update(changes)
        kept = {key: value for key, value in data.items() if value is not ABSENT}
        (folder / MANIFEST).write_text(json.dumps(kept), "utf-8")
        sealed(folder, MANIFEST)

    return harm


ABSENT = object()


def content(name: str, data: bytes | str) -> Harm:
    """Another content of a file."""

    def harm(folder: Path) -> None:
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
        if name not in {LIST}:
            sealed(folder, name)

    return harm


def listed(change: Callable[[dict[str, Any]], object]) -> Harm:
    """Another list of digests."""

    def harm(folder: Path) -> None:
        data = json.loads((folder / LIST).read_text("utf-8"))
        change(data)
        (folder / LIST).write_text(json.dumps(data), "utf-8")

    return harm


def named(name: str) -> Harm:
    """A file of another name in the list of digests."""
    digest = {"size": 1, "sha256": "0" * 64}
    return listed(lambda data: data["files"].update({name: digest}))


def link(name: str, target: str) -> Harm:
    """A link in the place of a file."""

    def harm(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return harm


def pipe(name: str) -> Harm:
    """A pipe in the place of a file, which would block whoever opens it."""

    def harm(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return harm


def folder_there(name: str) -> Harm:
    """A folder in the place of a file."""

    def harm(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return harm


def moved_behind_a_link(folder: Path) -> None:
    """The table lies elsewhere, and a link to its folder stands in its place."""
    (folder / "worlds").rename(folder.parent / "elsewhere")
    (folder / "worlds").symlink_to(folder.parent / "elsewhere")


def table(change: Callable[[pa.Table], pa.Table], **how: Any) -> Harm:
    """Another table."""

    def harm(folder: Path) -> None:
        made = change(pq.read_table(folder / PART))
        pq.write_table(made, folder / PART, **{"compression": "zstd", **how})
        sealed(folder, PART)

    return harm


def column(name: str, values: Callable[[pa.Table], Any]) -> Harm:
    """Other values in a column of the table."""
    return table(lambda t: t.set_column(t.column_names.index(name), name, values(t)))


def many_rows(t: pa.Table) -> pa.Table:
    """Thirty million rows that compress to next to nothing."""
    one = {name: t.column(name).slice(0, 1) for name in t.column_names}
    return pa.concat_tables([pa.table(one)]).take(pa.array(np.zeros(3_000_000, np.int64)))


def long_phase(t: pa.Table) -> pa.Table:
    """A phase of two hundred million letters, which compress to next to nothing."""
    words = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(t.num_rows, np.int32)), pa.array(["x" * 200_000_000])
    )
    return t.set_column(t.column_names.index("final.phase"), "final.phase", words)


def store(
    change: Callable[[dict[str, bytes]], object], *, packed: bool = False, twice: str = ""
) -> Harm:
    """Another archive of the series; metadata are changed by `level`, in both copies."""

    def harm(folder: Path) -> None:
        with zipfile.ZipFile(folder / SERIES) as archive:
            held = {name: archive.read(name) for name in archive.namelist()}
        change(held)
        out = io.BytesIO()
        how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with zipfile.ZipFile(out, "w", how) as archive:
            for name, data in held.items():
                archive.writestr(name, data)
            if twice:
                with warnings.catch_warnings(action="ignore"):
                    archive.writestr(zipfile.ZipInfo(twice), held[twice])
        (folder / SERIES).write_bytes(out.getvalue())
        sealed(folder, SERIES)

    return harm


def level(name: str, *, copy: bool = True, **changes: Any) -> Harm:
    """Other metadata at a level of the store, in the consolidated copy too."""

    def change(held: dict[str, bytes]) -> None:
        data = json.loads(held[name])
        data.update(changes)
        held[name] = json.dumps(data).encode()
        if copy:
            whole = json.loads(held[".zmetadata"])
            whole["metadata"][name] = data
            held[".zmetadata"] = json.dumps(whole).encode()

    return store(change)


def renamed(old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    """A member of the store under another name."""

    def change(held: dict[str, bytes]) -> None:
        held[new] = held.pop(old)

    return change


def swapped(one: str, other: str) -> Harm:
    """Two files in each other's place."""

    def harm(folder: Path) -> None:
        first, second = (folder / one).read_bytes(), (folder / other).read_bytes()
        (folder / one).write_bytes(second)
        (folder / other).write_bytes(first)
        sealed(folder, one, other)

    return harm


def case_of_another(folder: Path) -> None:
    """Another case beside the numbers, with the digest of the other case."""
    path = folder / CASE
    path.write_text(path.read_text("utf-8").replace("high:", "low:"), "utf-8")
    sealed(folder, CASE)


def without_case(folder: Path) -> None:
    """No case in the folder nor in the list."""
    shutil.rmtree(folder / "case")
    listed(lambda data: data["files"].pop(CASE))(folder)


def sparse(name: str, size: int) -> Harm:
    """A file with a hole: large to whoever reads it, and next to nothing on the disk."""

    def harm(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.truncate(size)

    return harm
