"""Check a case: every problem at once, or a case that can be used."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from schelling.case import rivals
from schelling.case.draft import Draft, TooMany
from schelling.case.file import disk, render, yaml_tree
from schelling.case.language.typed.scope import suggest
from schelling.case.model import Case
from schelling.case.notes import notes
from schelling.case.opened import (
    Reading,
    all_readings,
    of_rivals,
    open_parts,
    reread,
    with_settings,
)
from schelling.case.settings import given as given_settings
from schelling.case.settings.given import NOTHING, Settings
from schelling.errors import CaseError, Problem, Span

_LONGEST = 400  # characters of a message


@dataclass(frozen=True)
class Checked:
    """What came of checking: a case, or problems.

    Attributes:
        case: The case, when there is no problem.
        problems: Every problem, in the order of the text.
        texts: The files read, by path, for showing problems in their place.
        notes: What a case without problems may not mean as it is written, in the order of the text;
            of its rivals, what concerns their changes.
        unchanged: The case without what is changed for one run.
    """

    case: Case | None
    problems: tuple[Problem, ...]
    texts: dict[Path, str]
    notes: tuple[Problem, ...] = ()
    unchanged: Case | None = None

    def rendered(self) -> str:
        """The problems for a person, with a caret under the text."""
        return render.problems(self.problems, self.texts)

    def noted(self) -> str:
        """The notes for a person, in the same form; empty when there are none."""
        return render.problems(self.notes, self.texts, "note") if self.notes else ""


def load(
    path: str | Path,
    *,
    source: str | Path | None = None,
    rival: str | None = None,
    settings: Settings = NOTHING,
) -> Case:
    """Read and check a case.

    Args:
        path: The case's folder, or its YAML file.
        source: A file that holds the text the case refers to, if it is not in the folder.
        rival: Name of a rival of the case, to be loaded in its place.
        settings: Definitions to be changed in it; `Case.replace` is the same for a case at hand.

    Returns:
        The checked case.

    Raises:
        CaseError: Carries every problem found, those of all rivals included.
    """
    place = Path(source) if source is not None else None
    checked = check(Path(path), source=place, rival=rival, settings=settings)
    if checked.case is None:
        raise CaseError(checked.problems, checked.rendered())
    return checked.case


def check(
    path: Path,
    *,
    source: Path | None = None,
    rival: str | None = None,
    settings: Settings = NOTHING,
) -> Checked:
    """Read a case with its rivals and find every problem in them; see `load`."""
    return CaseReader(path, source=source).check(rival=rival, settings=settings)


class CaseReader:
    """A case whose file is read once, of which many are asked: its rivals, each with other changes.

    Registers and texts of sources are read again with each change.
    """

    def __init__(self, path: Path, *, source: Path | None = None) -> None:
        self._source = source
        self._file, self._texts = path, dict[Path, str]()
        self._draft: Draft | None = None
        self._cases: dict[str, Reading] = {}
        self._given = given = disk.case(path)
        if isinstance(given, Problem):
            self._problems = [given]
            return
        self._file, content = given.path, given.lined
        self._texts[given.path] = content
        root, problems = yaml_tree.parse(content)
        self._problems = _placed(problems, given.path)
        if root is None:
            return
        self._draft = draft = Draft(given.path, content, root, self._problems)
        with contextlib.suppress(TooMany):
            self._cases = all_readings(draft, given, self._texts, source)

    def check(
        self, *, rival: str | None = None, settings: Settings = NOTHING, noted: bool = True
    ) -> Checked:
        """What comes of checking the case, or a rival of it, with changes.

        Args:
            rival: Name of the rival.
            settings: Definitions to be changed.
            noted: Whether notes are wanted, which take longer than a change.
        """
        texts = {**settings.texts, **self._texts}
        found, wanted = [*self._problems, *settings.problems], rival or ""
        reading = self._cases.get(wanted)
        if self._draft is not None and not self._problems and reading is None:
            message, hint = f"the case has no rival '{wanted}'", suggest(wanted, self._cases)
            found.insert(0, Problem("E703", message, hint=hint, path=self._file))
        unchanged = None if reading is None else reading.case
        if settings and reading is not None and not self._problems:
            assert not isinstance(self._given, Problem)
            reading, more = with_settings(reading, self._given, settings, self._source)
            found += more
        if found or reading is None:
            return Checked(None, _ordered(found, self._file), texts)
        if not noted:
            return Checked(reading.case, (), texts, (), unchanged)
        own = notes.read(reading.draft, reading.case)
        others = [] if rival or settings else of_rivals(self._cases, set(own))
        noted_of = _ordered([*own, *others], self._file)
        return Checked(replace(reading.case, notes=own), (), texts, noted_of, unchanged)


def with_changes(
    case: Case, rival: str, changed: Collection[tuple[str, str]], *, source: Path | None = None
) -> Case | None:
    """The case with some definitions as a rival of it has them, and all else as it is.

    Args:
        case: A checked case, not a rival.
        rival: Name of a rival of it.
        changed: Sections and names of the definitions; one that the rival removes is left out.
        source: As for `load`.

    Returns:
        The case; None where these definitions alone make no valid one, such as a formula that reads
        what only the rival defines.
    """
    given = disk.case(case.path)
    if isinstance(given, Problem):
        return None
    root, problems = yaml_tree.parse(given.lined)
    if root is None or problems:
        return None
    draft = Draft(given.path, given.lined, root, [])
    with contextlib.suppress(TooMany):
        opened = open_parts(draft)
        variants = () if opened is None else opened.variants
        found = [variant for variant in variants if variant.rival.name == rival]
        if opened is None or not found:
            return None
        mixed = rivals.mixed(opened.folded, found[0].root, changed)
        other = Draft(given.path, given.lined, mixed, others=draft.others)
        settings = given_settings.mapping(case.settings)
        built, what = reread(other, opened, {}, source, settings)
        if built is not None and not other.problems:
            return replace(built.case(given, case.digest, opened.files, ()), changed=what)
    return None


def _placed(problems: list[Problem], path: Path) -> list[Problem]:
    return [Problem(p.code, p.message, p.span, p.reason, p.hint, p.path or path) for p in problems]


def _ordered(problems: list[Problem], main: Path) -> tuple[Problem, ...]:
    """Problems of the case file first, each file in the order of its text; no repeats."""
    start = Span(0, 0, 0, 0)
    unique = dict.fromkeys(_bounded(problem) for problem in problems)
    ordered = sorted(
        unique, key=lambda p: (p.path != main, str(p.path), p.span or start, p.code, p.message)
    )
    return tuple(ordered[: yaml_tree.MAX_PROBLEMS])


def _bounded(problem: Problem) -> Problem:
    """The problem in a few lines, however long the names it speaks of."""
    if max(len(problem.message), len(problem.hint)) <= _LONGEST:
        return problem
    return replace(
        problem, message=problem.message[:_LONGEST] + " ...", hint=problem.hint[:_LONGEST]
    )
