"""A Vensim model as the text of a case."""

from __future__ import annotations

from pathlib import Path

from schelling.interchange.mdl import read
from schelling.interchange.stockflow.into_case import Imported, made


def imported(path: Path, *, lenient: bool = False) -> Imported:
    """Read a Vensim model and make a case of it.

    Args:
        path: The file.
        lenient: Leave out what a case cannot have, and list it.

    Raises:
        CaseError: The file cannot be read whole, or is no model that runs.
    """
    model, findings = read.read(path, lenient=lenient)
    return made(model, findings)


__all__ = ["Imported", "imported"]
