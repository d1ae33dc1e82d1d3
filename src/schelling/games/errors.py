"""What the solvers and readers of games raise."""

from __future__ import annotations

from schelling.errors import SchellingError


class GameError(SchellingError):
    """A game that is malformed, or to which the method asked for does not apply."""
