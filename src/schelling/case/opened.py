"""What a case file consists of: the case and its rivals, and each of them with changes."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path

from schelling.case import rivals
from schelling.case.draft import Draft, TooMany
from schelling.case.file import disk
from schelling.case.file.yaml_tree import Node
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.typed.tallied import AgentTally
from schelling.case.model import Case
from schelling.case.notes import notes
from schelling.case.records import Changed, Rival
from schelling.case.registers import forecasts, observations
from schelling.case.schema import game_parts, structure
from schelling.case.sections import assemble, passages
from schelling.case.sections.about_agents import tie_tables
from schelling.case.sets import curves, sections, unfold
from schelling.case.sets.sections import Sets
from schelling.case.settings import apply
from schelling.case.settings import given as given_settings
from schelling.case.settings.given import NOTHING, Settings
from schelling.case.sources import Blank, Passage, Source
from schelling.errors import Problem


@dataclass(frozen=True)
class OpenedCase:
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


def open_parts(draft: Draft, texts: dict[Path, str] | None = None) -> OpenedCase | None:
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
    unfold.unfold(draft, sets, game_parts.ENDS)
    fitted = structure.read(draft)
    if fitted is None:
        return None
    folded.left_out = draft.left_out
    variants = rivals.variants(folded, fitted.raw)
    return OpenedCase(folded.root, sets, fitted, files, variants)


def reread(
    other: Draft,
    opened: OpenedCase,
    texts: dict[Path, str],
    source: Path | None,
    settings: Settings = NOTHING,
) -> tuple[BuiltCase | None, tuple[Changed, ...]]:
    """Build another tree made of the parts of an opened case, with some definitions changed."""
    unfold.unfold(other, opened.sets, game_parts.ENDS)
    changed = apply.apply(other, settings)
    fitted = structure.read(other)
    return (None if fitted is None else _build(other, fitted, texts, source)), changed


@dataclass(frozen=True)
class Reading:
    """The case or a rival of it, the draft that it came of, and the tree it was read from."""

    case: Case
    draft: Draft
    root: Node
    opened: OpenedCase


def of_rivals(cases: dict[str, Reading], seen: set[Problem]) -> list[Problem]:
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


def all_readings(
    draft: Draft, given: disk.Text, texts: dict[Path, str], source: Path | None
) -> dict[str, Reading]:
    """The case under an empty name, and every rival under its own; problems go to the draft."""
    opened = open_parts(draft, texts)
    if opened is None:
        return {}
    base = _build(draft, opened.fitted, texts, source)
    parts = [given.sha256, *(file.sha256 for file in (*base.tables, *opened.files))]
    known = tuple(variant.rival for variant in opened.variants)
    own = base.case(given, given_settings.digest_of_files(parts), opened.files, known)
    cases = {"": Reading(own, draft, opened.folded, opened)}
    seen = set(draft.problems)
    for variant in opened.variants:
        name = variant.rival.name
        changed = frozenset((change.section, change.name) for change in variant.rival.changes)
        root, texts_of = variant.root, draft.others
        other = Draft(draft.path, draft.content, root, others=texts_of, changed=changed)
        other.known = draft.known
        with contextlib.suppress(TooMany):
            built, _ = reread(other, opened, texts, source)
            if built is not None:
                seal = given_settings.digest_of_files(parts, name)
                case = built.case(given, seal, opened.files, known, variant.rival)
                cases[name] = Reading(case, other, root, opened)
        for problem in other.problems:
            if problem not in seen:
                seen.add(problem)
                draft.note(_in_rival(problem, name))
    return cases


@dataclass(frozen=True)
class BuiltCase:
    """One reading of a case."""

    title: str
    about: str
    sources: tuple[Source, ...]
    passages: tuple[Passage, ...]
    body: assemble.Body
    register: forecasts.Forecasts
    observed: observations.Observations
    tallies: tuple[AgentTally, ...]
    blanks: tuple[Blank, ...]

    @property
    def tables(self) -> tuple[disk.Text, ...]:
        return (*self.register.tables, *self.observed.tables)

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
            observations=self.observed.series,
            blanks=self.blanks,
            rivals=known,
            rival="" if rival is None else rival.name,
            **self.body,
        )


def _build(
    draft: Draft, fitted: structure.SoundParts, texts: dict[Path, str], source: Path | None
) -> BuiltCase:
    raw = fitted.raw
    draft.left_out = draft.left_out | fitted.left_out
    draft.passages = frozenset(raw.passages)
    found_sources = passages.sources(draft, raw, source)
    found_passages = passages.passages(draft, raw, found_sources)
    draft.blanks = {blank.name: blank for blank in fitted.blanks}
    for blank in fitted.blanks:
        draft.origin((blank.section, blank.name), blank.passages, "", "")
    body, scope = assemble.read(draft, raw)
    register = forecasts.read(draft, raw, scope, texts)
    observed = observations.read(draft, raw, scope, texts, register.data_until)
    body["stocks"] = (*body["stocks"], *assemble.kept(draft))
    head = (raw.title.strip(), raw.about.strip())
    tallies = tuple(draft.tallies.found.values())
    return BuiltCase(
        *head, found_sources, found_passages, body, register, observed, tallies, fitted.blanks
    )


def _name(path: Path) -> str:
    """The name of a case: its folder's, or its file's."""
    return path.resolve().parent.name if path.name == "case.yaml" else path.stem


def with_settings(
    reading: Reading, given: disk.Text, settings: Settings, source: Path | None
) -> tuple[Reading | None, list[Problem]]:
    """A case without problems with some definitions changed, or the problems that these make."""
    opened, old = reading.opened, reading.case
    changed = reading.draft.changed or frozenset()  # claims may hold what is then out of reach
    other = Draft(given.path, given.lined, reading.root, others=reading.draft.others)
    other.changed, other.known = changed, reading.draft.known
    case: Case | None = None
    with contextlib.suppress(TooMany):
        known = dict.fromkeys(old.tables, "")
        built, what = reread(other, opened, known, source, settings)
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
    return (None if case is None else Reading(case, other, reading.root, opened)), found
