"""Values of the oracle: numbers, and truths with a margin."""

from __future__ import annotations

import math
from typing import NamedTuple


class Truth(NamedTuple):
    """Whether a statement holds, and how far it is from flipping."""

    holds: bool
    margin: float

    @property
    def sound(self) -> bool:
        return math.isfinite(self.margin)


Value = float | Truth
