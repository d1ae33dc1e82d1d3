"""Reading a case without a cache; what reads cases is imported when one is read."""

from __future__ import annotations

from pathlib import Path

from schelling.case.model import Case
from schelling.case.settings.given import NOTHING, Settings


def load(
    path: str | Path,
    *,
    source: Path | None = None,
    rival: str | None = None,
    settings: Settings = NOTHING,
) -> Case:
    """Read and check a case; see `schelling.load`.

    Raises:
        CaseError: Carries every problem found.
    """
    from schelling.case import check  # noqa: PLC0415

    return check.load(path, source=source, rival=rival, settings=settings)
