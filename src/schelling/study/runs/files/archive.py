"""What a zipped Zarr store says of itself, before anything in it is decoded.

A store can name codecs that run code, arrays far larger than its file, and keys that lead
elsewhere. A run's store is plain: members without compression, arrays of one chunk each, numbers
and fixed-width text, compressed by Blosc or not at all. Anything else is refused here, on the
metadata of every level, and the header of every chunk must announce the size its array has.
"""

from __future__ import annotations

import json
import math
import re
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from schelling.study.runs.files import reading
from schelling.study.runs.files.reading import Refused, shown

MOST_BYTES: Final = 2**31 - 1
"""Bytes of all arrays together, expanded; Blosc compresses no chunk that is larger."""

_MEMBERS: Final = 100_000
_METADATA_BYTES: Final = 8_000_000
_METADATA: Final = frozenset({".zgroup", ".zattrs", ".zarray", ".zmetadata"})
_TYPE: Final = re.compile(r"<f8|<i[248]|\|i1|\|b1|<U[1-9][0-9]{0,3}")
_CHUNK: Final = re.compile(r"0(\.0)*")
_BLOSC: Final = frozenset({"id", "cname", "clevel", "shuffle", "blocksize"})
_NAMES_OF_BLOSC: Final = frozenset({"lz4", "lz4hc", "zstd", "zlib", "blosclz"})
_ATTRIBUTES: Final = frozenset(
    {"_ARRAY_DIMENSIONS", "units", "calendar", "coordinates", "flag_meanings", "worlds", "dtype"}
)
_FIELDS: Final = frozenset(
    {"shape", "chunks", "dtype", "fill_value", "order", "filters", "dimension_separator"}
    | {"compressor", "zarr_format"}
)


def check(path: Path) -> None:
    """Refuse a store that is not plain.

    Args:
        path: The zip file, a regular one.

    Raises:
        Refused: It is not, with the member of the archive and the reason.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path)
            metadata = _metadata(archive, members)
            sizes = _arrays(metadata)
            _chunks(archive, members, sizes)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, struct.error) as error:
        message = f"{shown(path.name)} is no whole zip archive: {error}"
        raise Refused(message) from error


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The members by name: few, stored as they are, each once, inside."""
    listed = archive.infolist()
    if len(listed) > _MEMBERS:
        _refuse(path.name, f"has {len(listed):,} members", f"at most {_MEMBERS:,} are read")
    found: dict[str, zipfile.ZipInfo] = {}
    for member in listed:
        name = member.filename
        reading.inside(name)
        if name in found:
            _refuse(name, "stands twice in the archive", "which of them is meant is not said")
        if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1:
            _refuse(name, "is compressed or encrypted", "members of a run's archive are stored")
        if member.file_size != member.compress_size:
            _refuse(name, "has two sizes", "members of a run's archive are stored")
        found[name] = member
    if sum(member.file_size for member in listed) > path.stat().st_size:
        _refuse(path.name, "has members that overlap", "they are larger than the archive")
    return found


def _metadata(
    archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]
) -> dict[str, dict[str, Any]]:
    """The metadata of every level by key; the consolidated copy must say the same."""
    found: dict[str, dict[str, Any]] = {}
    for name, member in members.items():
        last = name.rpartition("/")[2]
        if last in _METADATA:
            if member.file_size > _METADATA_BYTES:
                _refuse(name, f"has {member.file_size:,} bytes", f"at most {_METADATA_BYTES:,}")
            text = archive.read(member).decode("utf-8", "replace")
            found[name] = _json(text, name)
        elif _CHUNK.fullmatch(last) is None:
            _refuse(name, "is neither metadata nor a chunk", "a run's store has nothing else")
    whole = found.pop(".zmetadata", None)
    if whole is None or set(whole) != {"metadata", "zarr_consolidated_format"}:
        _refuse(".zmetadata", "is missing or no summary of a store", "the store is opened by it")
    levels = reading.as_object(whole["metadata"])
    if levels is None or set(levels) != set(found):
        _refuse(".zmetadata", "lists other levels than the archive has", "both must be the same")
    for name, level in found.items():
        if _plain(levels[name]) != _plain(level):
            _refuse(
                ".zmetadata", f"says something else than {shown(name)}", "both must be the same"
            )
    return found


def _plain(level: Any) -> str:
    """Metadata for comparing; groups repeat their levels or leave them out."""
    data = reading.as_object(level) or {"": level}
    kept = {key: value for key, value in data.items() if key != "consolidated_metadata"}
    return json.dumps(kept, sort_keys=True)


def _json(text: str, name: str) -> dict[str, Any]:
    data = reading.json_object(text, name)
    last = name.rpartition("/")[2]
    if last == ".zgroup":
        inner = reading.as_object(data.get("consolidated_metadata", {"metadata": {}}))
        if data.get("zarr_format") != 2 or set(data) - {"zarr_format", "consolidated_metadata"}:
            _refuse(name, "is no group of Zarr format 2", "a run has no other")
        if inner is None or inner.get("metadata") != {}:
            _refuse(name, "holds metadata of its own", "metadata stand at their level")
    if last == ".zattrs":
        _attributes(data, name)
    return data


def _attributes(data: Mapping[str, Any], name: str) -> None:
    if unknown := set(data) - _ATTRIBUTES:
        _refuse(name, f"has the attribute {shown(min(unknown))}", "a run's arrays have no such")
    for key, value in data.items():
        if key == "_ARRAY_DIMENSIONS":
            names = reading.as_list(value)
            right = names is not None and all(isinstance(part, str) for part in names)
        else:
            right = type(value) is int if key == "worlds" else isinstance(value, str)
        if not right:
            _refuse(name, f"has a wrong {shown(key)}", "it is read as text, or a number of worlds")


def _arrays(metadata: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[int, str, bool]]:
    """Bytes, name of the only chunk, and whether it is compressed, of every array by its place."""
    found: dict[str, tuple[int, str, bool]] = {}
    total = 0
    for name, data in metadata.items():
        place, _, last = name.rpartition("/")
        if last != ".zarray":
            continue
        size = _array(data, name)
        total += size
        if total > MOST_BYTES:
            _refuse(name, f"makes {total:,} bytes of arrays", f"at most {MOST_BYTES:,} are read")
        dimensions = len(data["shape"])
        chunk = ".".join("0" * max(dimensions, 1))
        found[place] = size, chunk, data["compressor"] is not None
        named: list[Any] = metadata.get(f"{place}/.zattrs", {}).get("_ARRAY_DIMENSIONS", [])
        if len(named) != dimensions:
            _refuse(name, f"has {dimensions} dimensions and {len(named)} names", "each has a name")
    return found


def _array(data: Mapping[str, Any], name: str) -> int:
    """Bytes of an array, if it is plain."""
    if set(data) | {"dimension_separator"} != set(_FIELDS):
        _refuse(name, "is no array of Zarr format 2", "its fields are others")
    if data["zarr_format"] != 2 or data["order"] != "C" or data.get("dimension_separator") == "/":
        _refuse(name, "is no plain array of Zarr format 2", "a run has no other")
    if data["filters"] not in (None, []):
        _refuse(name, f"names the filters {shown(json.dumps(data['filters']))}", "none is allowed")
    _codec(data["compressor"], name)
    kind: Any = data["dtype"]
    if not isinstance(kind, str) or _TYPE.fullmatch(kind) is None:
        _refuse(
            name, f"has the type {shown(json.dumps(kind))}", "a run has numbers and short texts"
        )
    shape = reading.as_list(data["shape"])
    if shape is None or any(type(n) is not int or n < 0 for n in shape):
        _refuse(name, "has no shape", "it is a list of whole numbers")
    if data["chunks"] != [max(n, 1) for n in shape]:
        _refuse(name, "is not one chunk", "arrays of a run are")
    fill: Any = data["fill_value"]
    if fill is not None and not isinstance(fill, (int, float, str)):
        _refuse(name, "has a fill value that is no number", "arrays of a run have none but these")
    width = 4 * int(kind[2:]) if kind[1] == "U" else int(kind[2:])
    return width * math.prod(shape)


def _codec(codec: Any, name: str) -> None:
    if codec is None:
        return
    known = reading.as_object(codec) or {}
    plain = set(known) == set(_BLOSC) and known["id"] == "blosc"
    if not plain or known["cname"] not in _NAMES_OF_BLOSC:
        _refuse(name, f"names the codec {shown(json.dumps(codec))}", "only Blosc is allowed")
    if any(type(known[key]) is not int for key in ("clevel", "shuffle", "blocksize")):
        _refuse(name, "has a codec with wrong settings", "they are whole numbers")


def _chunks(
    archive: zipfile.ZipFile,
    members: Mapping[str, zipfile.ZipInfo],
    arrays: Mapping[str, tuple[int, str, bool]],
) -> None:
    """Every chunk belongs to an array and announces its size; one left out is all fill value."""
    for name, member in members.items():
        place, _, last = name.rpartition("/")
        if last in _METADATA:
            continue
        if place not in arrays or arrays[place][1] != last:
            _refuse(name, "is a chunk of no array", "a run's store has nothing else")
        size, _, packed = arrays[place]
        with archive.open(member) as file:
            head = file.read(16)
        if packed:
            announced, held = struct.unpack_from("<4xI4xI", head) if len(head) == 16 else (-1, -1)
        else:
            announced = held = member.file_size
        if announced != size or held != member.file_size:
            _refuse(name, f"announces {announced:,} bytes", f"its array has {size:,}")


def _refuse(name: str, what: str, why: str) -> NoReturn:
    message = f"'series.zarr.zip': {shown(name)} {what}; {why}"
    raise Refused(message)
