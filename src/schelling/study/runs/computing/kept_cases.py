"""Checked cases that `run` finds again, as long as no file of theirs changes.

All rivals of a case are checked with it, which takes a good part of a short run. What is kept is
the case, with every file that was looked at for it: where it is, and what was in it or that it was
not there. Where any of that differs, or the sources of this package or the versions of what reads a
case do, the case is read anew. A case with problems or with changes for one run is not kept.

It is kept as a pickle of which only data can come: classes of cases that hold values, dates,
fractions and paths. One that names anything else is not read.
"""

from __future__ import annotations

import enum
import hashlib
import io
import pickle
import zlib
from contextlib import suppress
from dataclasses import is_dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import metadata
from pathlib import Path, PosixPath, WindowsPath
from typing import TYPE_CHECKING, Final

from schelling.case.file import disk
from schelling.case.model import Case
from schelling.case.settings.given import NOTHING, Settings
from schelling.errors import Problem
from schelling.later import LaterModule
from schelling.study.runs.computing import own_sources
from schelling.study.runs.computing.cache_folder import CacheFolder
from schelling.study.runs.files import manifest

if TYPE_CHECKING:
    from schelling.case import check
else:
    check = LaterModule("schelling.case.check")

_SUFFIX: Final = "case"
_READERS: Final = ("pydantic", "pyyaml", "sentencex")
_DATA: Final = {
    ("datetime", "date"): date,
    ("fractions", "Fraction"): Fraction,
    ("pathlib", "PosixPath"): PosixPath,
    ("pathlib", "WindowsPath"): WindowsPath,
}


class _CaseUnpickler(pickle.Unpickler):
    """Reads data alone: it finds no function, and no class but those that cases are made of."""

    def find_class(self, module_name: str, global_name: str) -> type:
        """The class of a name.

        Raises:
            pickle.UnpicklingError: No case is made of it.
        """
        known = _DATA.get((module_name, global_name))
        if known is not None:
            return known
        if module_name == "schelling.errors" or module_name.startswith("schelling.case."):
            found: object = super().find_class(module_name, global_name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, enum.Enum)):
                return found
        message = f"no case is made of {module_name}.{global_name}"
        raise pickle.UnpicklingError(message)


def read(
    path: Path,
    folder: CacheFolder | None,
    *,
    source: Path | None = None,
    rival: str | None = None,
    settings: Settings = NOTHING,
) -> Case:
    """A checked case, found or read; the same as `schelling.load` returns.

    Args:
        path: The case's folder, or its YAML file.
        folder: Where cases are kept; nowhere when None.
        source: A file that holds the text the case refers to.
        rival: Name of a rival of the case, to be loaded in its place.
        settings: Definitions to be changed in it.

    Raises:
        CaseError: Carries every problem found.
    """
    if folder is None or settings:
        return check.load(path, source=source, rival=rival, settings=settings)
    key = _key(path, source, rival)
    found = _found(folder.read(key, _SUFFIX))
    if found is not None:
        return found
    with disk.noting() as looked_at:
        case = check.load(path, source=source, rival=rival)
    with suppress(RecursionError, MemoryError, OSError, pickle.PicklingError):
        kept = pickle.dumps(({file: _resolved(file) for file in looked_at}, looked_at, case))
        folder.write(key, zlib.compress(kept, 1), _SUFFIX)
    return case


def _key(path: Path, source: Path | None, rival: str | None) -> str:
    """What is asked for, and who answers."""
    asked = (str(path), str(path.absolute()), source and str(source.absolute()), rival)
    return hashlib.sha256(repr((asked, versions(), own_sources.digest())).encode()).hexdigest()


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """Versions of what makes a case of its files, and of what its runs are made with."""
    readers = {name: metadata.version(name) for name in _READERS}
    return tuple((manifest.versions() | readers).items())


def _found(data: bytes | None) -> Case | None:
    """The case that is kept, if all its files are as they were."""
    if data is None:
        return None
    try:
        places, files, case = _CaseUnpickler(io.BytesIO(zlib.decompress(data))).load()
        same = all(
            _resolved(file) == places[file] and _digest(file) == before
            for file, before in files.items()
        )
    except Exception:
        return None
    return case if same and isinstance(case, Case) else None


def _resolved(file: Path) -> str:
    """Where a file really is, whatever links lead there."""
    return str(file.resolve())


def _digest(file: Path) -> str | None:
    """What is in a file; None where there is none."""
    if not disk.exists(file):
        return None
    text = disk.read(file, disk.MAX_TABLE_BYTES)
    return "" if isinstance(text, Problem) else text.sha256
