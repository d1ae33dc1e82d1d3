"""The functions of whole arrays by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from schelling.interchange.stockflow.array_calls import allocation, matrices, vectors
from schelling.interchange.stockflow.array_calls.surroundings import CallSurroundings
from schelling.interchange.stockflow.array_calls.vectors import NotAVector
from schelling.interchange.stockflow.terms import Term

TAKES: Mapping[str, int] = {**vectors.TAKES, **allocation.TAKES, **matrices.TAKES}
"""How many arguments each takes, by its name."""


def written(name: str, args: Sequence[Term], around: CallSurroundings) -> Term:
    """A call as terms that every model here knows.

    Raises:
        NotAVector: Its arguments are not those of the function.
    """
    if len(args) != TAKES[name]:
        message = f"it takes {TAKES[name]} arguments, not {len(args)}"
        raise NotAVector(message)
    for room in (allocation, matrices):
        if name in room.TAKES:
            return room.written(name, args, around)
    return vectors.written(name, args, around)
