"""Profiles of one table, with what must be known of how they were found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from schelling.errors import Status
from schelling.study.solving.concept import (
    DEGENERATE,
    NO_CONVERGENCE,
    OUT_OF_DOMAIN,
    REFUSED,
    SOLVED,
)

STATUS = {
    Status.SOLVED: SOLVED,
    Status.NO_CONVERGENCE: NO_CONVERGENCE,
    Status.DEGENERATE: DEGENERATE,
    Status.OUT_OF_DOMAIN: OUT_OF_DOMAIN,
    Status.REFUSED: REFUSED,
}
"""Status of a draw, in words."""

Profile = tuple[Float[np.ndarray, " _action"], ...]
"""One mixed action per player."""


class Profiles(NamedTuple):
    """Profiles of one table.

    Attributes:
        solution: The concept and the selection.
        listed: The profiles.
        status: One of `STATUSES` in `concept`.
        notes: What else must be known.
    """

    solution: str
    listed: tuple[Profile, ...]
    status: str
    notes: tuple[str, ...]
