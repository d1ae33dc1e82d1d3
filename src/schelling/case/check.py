"""Check a case: every problem at once, or a case that can be used."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from schelling.case import forecasts, passages, read, render, sections, structure, text
from schelling.case.draft import Draft, TooMany
from schelling.case.model import Case
from schelling.errors import CaseError, Problem, Span

_LONGEST = 400  # characters of a message


@dataclass(frozen=True)
class Checked:
    """What came of checking: a case, or problems.

    Attributes:
        case: The case, when there is no problem.
        problems: Every problem, in the order of the text.
        texts: The files read, by path, for showing problems in their place.
    """

    case: Case | None
    problems: tuple[Problem, ...]
    texts: dict[Path, str]

    def rendered(self) -> str:
        """The problems for a person, with a caret under the text."""
        return render.problems(self.problems, self.texts)


def load(path: str | Path, *, source: str | Path | None = None) -> Case:
    """Read and check a case.

    Args:
        path: The case's folder, or its YAML file.
        source: A file that holds the text the case refers to, if it is not in the folder.

    Returns:
        The checked case.

    Raises:
        CaseError: Carries every problem found.
    """
    checked = check(Path(path), source=Path(source) if source is not None else None)
    if checked.case is None:
        raise CaseError(checked.problems, checked.rendered())
    return checked.case


def check(path: Path, *, source: Path | None = None) -> Checked:
    """Read a case and find every problem in it; see `load`."""
    given = read.case(path)
    if isinstance(given, Problem):
        return Checked(None, (given,), {})
    file, content = given.path, given.lined
    texts = {file: content}
    root, problems = text.parse(content)
    if root is None:
        return Checked(None, _ordered(_placed(problems, file), file), texts)
    draft = Draft(file, content, root, _placed(problems, file))
    case = None
    with contextlib.suppress(TooMany):
        case = _build(draft, given, texts, source)
    found = _ordered(draft.problems, file)
    return Checked(None if found else case, found, texts)


def _build(
    draft: Draft, given: read.Text, texts: dict[Path, str], source: Path | None
) -> Case | None:
    fitted = structure.read(draft)
    if fitted is None:
        return None
    raw = fitted.raw
    draft.left_out = fitted.left_out
    draft.passages = frozenset(raw.passages)
    found_sources = passages.sources(draft, raw, source)
    found_passages = passages.passages(draft, raw, found_sources)
    body, scope = sections.read(draft, raw)
    register = forecasts.read(draft, raw, scope, texts)
    digest = hashlib.sha256(given.sha256.encode())
    for table in register.tables:
        digest.update(table.sha256.encode())
    return Case(
        name=_name(given.path),
        path=given.path,
        digest=digest.hexdigest(),
        title=raw.title.strip(),
        about=raw.about.strip(),
        sources=found_sources,
        passages=found_passages,
        questions=register.questions,
        tables=tuple(table.path for table in register.tables),
        outcomes=register.outcomes,
        reference_classes=register.classes,
        predictions=register.predictions,
        data_until=register.data_until,
        **body,
    )


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
    return tuple(ordered[: text.MAX_PROBLEMS])


def _bounded(problem: Problem) -> Problem:
    """The problem in a few lines, however long the names it speaks of."""
    if max(len(problem.message), len(problem.hint)) <= _LONGEST:
        return problem
    return replace(
        problem, message=problem.message[:_LONGEST] + " ...", hint=problem.hint[:_LONGEST]
    )
