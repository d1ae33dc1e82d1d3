"""The cases that a page can be opened of: one, all of a folder, or the one of a run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from schelling.case.file import disk
from schelling.case.file.yaml_tree import parse
from schelling.errors import Problem, RunError
from schelling.study.runs.files import manifest
from schelling.web.desk import ServedCase
from schelling.web.page_state import SEEDS, PageState

MOST: Final = 500
"""Cases of a folder that are shown."""

_DEPTH = 3  # folders below the one given
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def places(given: Path, source: Path | None = None) -> dict[str, ServedCase]:
    """What is served, by the name that its page has in addresses.

    Args:
        given: A case file, the folder of a case or of a run, or a folder with cases below it.
        source: A file with the text a case refers to, where one case is given.

    Raises:
        RunError: There is no case.
    """
    if (given / "manifest.json").is_file():
        return {_slug(given.stem): _of_run(given, source)}
    if given.is_file() or (given / "case.yaml").is_file():
        return {
            _slug(given.stem if given.is_file() else given.resolve().name): ServedCase(
                given, source
            )
        }
    if not given.is_dir():
        message = f"'{given}' is neither a case nor a folder"
        raise RunError(message)
    found: dict[str, ServedCase] = {}
    for path in _below(given, _DEPTH):
        name = _slug(str(path.relative_to(given)))
        while name in found:
            name += "-"
        found[name] = ServedCase(path)
        if len(found) == MOST:
            break
    if not found:
        message = f"'{given}' holds no case: no 'case.yaml' down to {_DEPTH} folders below it"
        raise RunError(message)
    return found


def about(place: ServedCase) -> tuple[str, str]:
    """Title and first words of a case, from its file alone; empty where it cannot be read."""
    text = disk.case(place.path)
    if isinstance(text, Problem):
        return "", text.message
    root, _ = parse(text.lined)
    if root is None:
        return "", "its text cannot be read"
    told = (root.child(key) for key in ("title", "about"))
    title, words = ("" if node is None else " ".join(node.text.split()) for node in told)
    return title, words


def _of_run(folder: Path, source: Path | None) -> ServedCase:
    try:
        what = manifest.read(folder)
    except (KeyError, OSError, TypeError, ValueError) as error:
        message = f"'{folder}' holds no run that can be read"
        raise RunError(message) from error
    if not 0 <= what.seed <= SEEDS:
        message = f"a page takes seeds from 0 to {SEEDS}, and the run in '{folder}' has another"
        raise RunError(message)
    start = PageState(dict(what.changed), what.rival or "", what.seed)
    return ServedCase(folder / "case", source, start)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    """Folders with a case, in the order of their names; links are not followed."""
    try:
        inside = sorted(one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())
    except OSError:
        return
    for one in inside:
        if one.name.startswith(".") or (one / "manifest.json").exists():
            continue
        if (one / "case.yaml").is_file():
            yield one
        elif depth > 1:
            yield from _below(one, depth - 1)


def _slug(name: str) -> str:
    return _UNSAFE.sub("-", name).strip("-") or "case"
