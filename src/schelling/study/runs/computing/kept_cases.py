"""Checked cases that are found again by every later command, as long as no file of theirs changes.

Reading a case takes longer than computing its first worlds, as all its rivals are checked with it.
What is kept under the case's name is the case, with every file that was looked at for it: where it
is, and what was in it or that it was not there. Where any of that differs, or the sources of this
package do, the case is read anew. A case with problems or with changes for one run is not kept.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import zlib
from pathlib import Path

from schelling.case.check import load
from schelling.case.file import disk
from schelling.case.model import Case
from schelling.case.settings.given import NOTHING, Settings
from schelling.errors import Problem
from schelling.study.runs.computing import own_sources
from schelling.study.runs.computing.cache_folder import CacheFolder

_SUFFIX = "case"


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
        return load(path, source=source, rival=rival, settings=settings)
    key = _key(path, source, rival)
    found = _found(folder.read(key, _SUFFIX))
    if found is not None:
        return found
    with disk.noting() as looked_at:
        case = load(path, source=source, rival=rival)
    kept = pickle.dumps(({file: _resolved(file) for file in looked_at}, looked_at, case))
    folder.write(key, zlib.compress(kept, 1), _SUFFIX)
    return case


def _key(path: Path, source: Path | None, rival: str | None) -> str:
    """What is asked for, and who answers."""
    asked = (str(path), str(path.absolute()), source and str(source.absolute()), rival)
    return hashlib.sha256(repr((asked, sys.version, own_sources.digest())).encode()).hexdigest()


def _found(data: bytes | None) -> Case | None:
    """The case that is kept, if all its files are as they were."""
    if data is None:
        return None
    try:
        places, files, case = pickle.loads(zlib.decompress(data))
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
