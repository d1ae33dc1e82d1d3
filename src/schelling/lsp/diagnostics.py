"""Problems and notes of a case, as an editor shows them: the same as `schelling check`."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from schelling.case.check import Checked
from schelling.errors import Problem
from schelling.lsp.positions import Positions

SOURCE = "schelling"


def diagnostics(
    checked: Checked, case: Path, encoding: str | None = None
) -> dict[Path, list[types.Diagnostic]]:
    """What was found in every file of a case, in the order of `check`; of clean ones nothing.

    Args:
        checked: What came of checking.
        case: The case's file, for what has no file of its own.
        encoding: The units in which the editor counts columns.
    """
    found: dict[Path, list[types.Diagnostic]] = {path: [] for path in (case, *checked.texts)}
    positions = {path: Positions(text, encoding) for path, text in checked.texts.items()}
    for problems, severity in (
        (checked.problems, types.DiagnosticSeverity.Error),
        (checked.notes, types.DiagnosticSeverity.Information),
    ):
        for problem in problems:
            path = problem.path if problem.path in positions else case
            place = positions.get(path, Positions(""))
            one = types.Diagnostic(
                range=place.range(problem.span if path == problem.path else None),
                message=message(problem),
                severity=severity,
                code=problem.code,
                source=SOURCE,
            )
            found.setdefault(path, []).append(one)
    return found


def message(problem: Problem) -> str:
    """A problem in words: what is wrong, why, and how to mend it."""
    return "\n".join(filter(None, (problem.message, problem.reason, problem.hint)))
