"""A case at hand with some definitions changed, and without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from schelling.case.model import Case
from schelling.case.settings import given
from schelling.errors import CaseError, Problem
from schelling.later import LaterModule

if TYPE_CHECKING:
    from schelling.case import check
else:
    check = LaterModule("schelling.case.check")


def replaced(case: Case, changes: Mapping[str, object], place: Path = given.METHOD) -> Case:
    """The case with some definitions changed, checked again.

    Args:
        case: A checked case.
        changes: New definitions by name, as texts or numbers: the prior of an assumption, the
            formula of a variable, the start of a stock. What was changed before stays changed.
        place: Where the changes are said to stand.

    Returns:
        The case; its digest is another.

    Raises:
        CaseError: Carries every problem found; also where the file has changed meanwhile.

    Examples:
        >>> case = check.load("cases/teaching/bargaining-range")
        >>> replaced(case, {"cost_a": "uniform(0, 0.1)"}).changed[0].before
        'uniform(0, 0.5)'
    """
    settings = given.mapping({**case.settings, **changes}, place)
    checked = check.check(case.path, rival=case.rival, settings=settings)
    found = checked.unchanged
    if found is not None and given.seal(found.digest, case.settings) != case.digest:
        raise _stale(case)
    if checked.case is None:
        raise CaseError(checked.problems, checked.rendered())
    return replace(checked.case, name=case.name, sources=case.sources, passages=case.passages)


def unchanged(case: Case) -> Case:
    """The case as it stands in its files, without what is changed for one run.

    Raises:
        CaseError: They are not what the case was read from.
    """
    if not case.changed:
        return case
    found = check.load(Path(case.path), rival=case.rival)
    if given.seal(found.digest, case.settings) != case.digest:
        raise _stale(case)
    return replace(found, name=case.name, sources=case.sources, passages=case.passages)


def _stale(case: Case) -> CaseError:
    message = f"'{case.path}' has changed since it was loaded; load it again"
    return CaseError((Problem("E101", message, path=case.path),), message)
