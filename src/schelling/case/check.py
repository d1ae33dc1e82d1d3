"""Check a case: every problem at once, or a case that can be used."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from schelling.case import rivals
from schelling.case.draft import Draft, TooMany
from schelling.case.file import disk, render, yaml_tree
from schelling.case.file.yaml_tree import Node
from schelling.case.language.printer import shorten
from schelling.case.language.scope import suggest
from schelling.case.language.tallied import AgentTally
from schelling.case.model import Case
from schelling.case.notes import notes
from schelling.case.records import Changed, Rival
from schelling.case.registers import forecasts
from schelling.case.schema import structure
from schelling.case.sections import assemble, passages, tie_tables
from schelling.case.sets import curves, sections, unfold
from schelling.case.sets.sections import Sets
from schelling.case.settings import apply
from schelling.case.settings import given as given_settings
from schelling.case.settings.given import NOTHING, Settings
from schelling.case.sources import Passage, Source
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
    given = disk.case(path)
    if isinstance(given, Problem):
        return Checked(None, (given, *settings.problems), dict(settings.texts))
    file, content = given.path, given.lined
    texts = {**settings.texts, file: content}
    root, problems = yaml_tree.parse(content)
    if root is None:
        found = [*_placed(problems, file), *settings.problems]
        return Checked(None, _ordered(found, file), texts)
    draft = Draft(file, content, root, _placed(problems, file))
    cases: dict[str, _Reading] = {}
    wanted = rival or ""
    with contextlib.suppress(TooMany):
        cases = _all(draft, given, texts, source)
        if not draft.problems and wanted not in cases:
            message, hint = f"the case has no rival '{wanted}'", suggest(wanted, cases)
            draft.note(Problem("E703", message, hint=hint, path=file))
    found = [*draft.problems, *settings.problems]
    reading = cases.get(wanted)
    unchanged = None if reading is None else reading.case
    if settings and reading is not None and not draft.problems:
        reading, more = _with_settings(reading, given, settings, source)
        found += more
    if found or reading is None:
        return Checked(None, _ordered(found, file), texts)
    case = reading.case
    own = notes.read(reading.draft, case)
    others = [] if rival or settings else _of_rivals(cases, set(own))
    noted = _ordered([*own, *others], file)
    return Checked(replace(case, notes=own), (), texts, noted, unchanged)


def _with_settings(
    reading: _Reading, given: disk.Text, settings: Settings, source: Path | None
) -> tuple[_Reading | None, list[Problem]]:
    """A case without problems with some definitions changed, or the problems that these make."""
    opened, old = reading.opened, reading.case
    changed = reading.draft.changed or frozenset()  # claims may hold what is then out of reach
    other = Draft(given.path, given.lined, reading.root, others=reading.draft.others)
    other.changed = changed
    case: Case | None = None
    with contextlib.suppress(TooMany):
        built, what = _reread(other, opened, {}, source, settings)
        if built is not None:
            rival = next((one for one in old.rivals if one.name == old.rival), None)
            digest = given_settings.seal(old.digest, settings.pairs)
            case = built.case(given, digest, opened.files, old.rivals, rival)
            case = replace(case, changed=what)
    names = shorten(", ".join(settings.pairs))
    found = [
        problem if problem.path in settings.texts else _because(problem, f"with {names} set")
        for problem in other.problems
    ]
    return (None if case is None else _Reading(case, other, reading.root, opened)), found


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
        opened = _open(draft)
        variants = () if opened is None else opened.variants
        found = [variant for variant in variants if variant.rival.name == rival]
        if opened is None or not found:
            return None
        mixed = rivals.mixed(opened.folded, found[0].root, changed)
        other = Draft(given.path, given.lined, mixed, others=draft.others)
        settings = given_settings.mapping(case.settings)
        built, what = _reread(other, opened, {}, source, settings)
        if built is not None and not other.problems:
            return replace(built.case(given, case.digest, opened.files, ()), changed=what)
    return None


@dataclass(frozen=True)
class _Opened:
    """A case file with the files that stand beside it, before anything in it is typed.

    Attributes:
        folded: Its tree as written, definitions over sets included.
        sets: Its sets.
        fitted: Its sections, definitions over sets written out.
        files: The tables of its sets and ties, and the files of its rivals.
        variants: Its rivals, their trees as written.
    """

    folded: Node
    sets: Sets
    fitted: structure.SoundParts
    files: tuple[disk.Text, ...]
    variants: tuple[rivals.Variant, ...]


def _open(draft: Draft, texts: dict[Path, str] | None = None) -> _Opened | None:
    """Read what a case consists of; None when nothing of it can be used.

    Args:
        draft: The case; definitions over sets are written out in it, problems go to it.
        texts: Takes the files read, by path.
    """
    sets = sections.read(draft)
    curves.read(draft, sets)
    files = (*rivals.graft(draft), *sets.files)
    files += tuple(text for text in tie_tables.files(draft) if text not in files)
    if texts is not None:
        texts.update({file.path: file.lined for file in files})
    folded = replace(draft, root=draft.root)
    unfold.unfold(draft, sets)
    fitted = structure.read(draft)
    if fitted is None:
        return None
    folded.left_out = draft.left_out
    variants = rivals.variants(folded, fitted.raw)
    return _Opened(folded.root, sets, fitted, files, variants)


def _reread(
    other: Draft,
    opened: _Opened,
    texts: dict[Path, str],
    source: Path | None,
    settings: Settings = NOTHING,
) -> tuple[_Built | None, tuple[Changed, ...]]:
    """Build another tree made of the parts of an opened case, with some definitions changed."""
    unfold.unfold(other, opened.sets)
    changed = apply.apply(other, settings)
    fitted = structure.read(other)
    return (None if fitted is None else _build(other, fitted, texts, source)), changed


@dataclass(frozen=True)
class _Reading:
    """The case or a rival of it, the draft that it came of, and the tree it was read from."""

    case: Case
    draft: Draft
    root: Node
    opened: _Opened


def _of_rivals(cases: dict[str, _Reading], seen: set[Problem]) -> list[Problem]:
    """Notes on what rivals change, where they are none on the case itself."""
    return [
        _in_rival(note, name)
        for name, reading in cases.items()
        if reading.draft.changed is not None
        for note in notes.read(reading.draft, reading.case, reading.draft.changed)
        if note not in seen
    ]


def _in_rival(problem: Problem, name: str) -> Problem:
    return _because(problem, f"in the rival '{name}'")


def _because(problem: Problem, reason: str) -> Problem:
    return replace(problem, reason="; ".join(filter(None, (problem.reason, reason))))


def _all(
    draft: Draft, given: disk.Text, texts: dict[Path, str], source: Path | None
) -> dict[str, _Reading]:
    """The case under an empty name, and every rival under its own; problems go to the draft."""
    opened = _open(draft, texts)
    if opened is None:
        return {}
    base = _build(draft, opened.fitted, texts, source)
    digest = hashlib.sha256(given.sha256.encode())
    for file in (*base.tables, *opened.files):
        digest.update(file.sha256.encode())
    known = tuple(variant.rival for variant in opened.variants)
    own = base.case(given, digest.hexdigest(), opened.files, known)
    cases = {"": _Reading(own, draft, opened.folded, opened)}
    seen = set(draft.problems)
    for variant in opened.variants:
        name = variant.rival.name
        changed = frozenset((change.section, change.name) for change in variant.rival.changes)
        root, texts_of = variant.root, draft.others
        other = Draft(draft.path, draft.content, root, others=texts_of, changed=changed)
        with contextlib.suppress(TooMany):
            built, _ = _reread(other, opened, texts, source)
            if built is not None:
                seal = hashlib.sha256(f"{digest.hexdigest()} {name}".encode()).hexdigest()
                case = built.case(given, seal, opened.files, known, variant.rival)
                cases[name] = _Reading(case, other, root, opened)
        for problem in other.problems:
            if problem not in seen:
                seen.add(problem)
                draft.note(_in_rival(problem, name))
    return cases


@dataclass(frozen=True)
class _Built:
    """One reading of a case."""

    title: str
    about: str
    sources: tuple[Source, ...]
    passages: tuple[Passage, ...]
    body: assemble.Body
    register: forecasts.Forecasts
    tallies: tuple[AgentTally, ...]

    @property
    def tables(self) -> tuple[disk.Text, ...]:
        return self.register.tables

    def case(
        self,
        given: disk.Text,
        digest: str,
        files: tuple[disk.Text, ...],
        known: tuple[Rival, ...],
        rival: Rival | None = None,
    ) -> Case:
        name, register = _name(given.path), self.register
        return Case(
            name=name if rival is None else f"{name}-{rival.name}",
            path=given.path,
            digest=digest,
            title=self.title if rival is None else f"{self.title}: {rival.title}",
            about=self.about,
            sources=self.sources,
            passages=self.passages,
            questions=register.questions,
            tables=tuple(file.path for file in (*self.tables, *files)),
            outcomes=register.outcomes,
            reference_classes=register.classes,
            predictions=register.predictions,
            data_until=register.data_until,
            registers=register.keys,
            tallies=self.tallies,
            rivals=known,
            rival="" if rival is None else rival.name,
            **self.body,
        )


def _build(
    draft: Draft, fitted: structure.SoundParts, texts: dict[Path, str], source: Path | None
) -> _Built:
    raw = fitted.raw
    draft.left_out = draft.left_out | fitted.left_out
    draft.passages = frozenset(raw.passages)
    found_sources = passages.sources(draft, raw, source)
    found_passages = passages.passages(draft, raw, found_sources)
    body, scope = assemble.read(draft, raw)
    register = forecasts.read(draft, raw, scope, texts)
    body["stocks"] = (*body["stocks"], *assemble.kept(draft))
    head = (raw.title.strip(), raw.about.strip())
    tallies = tuple(draft.tallies.found.values())
    return _Built(*head, found_sources, found_passages, body, register, tallies)


def _name(path: Path) -> str:
    """The name of a case: its folder's, or its file's."""
    return path.resolve().parent.name if path.name == "case.yaml" else path.stem


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
