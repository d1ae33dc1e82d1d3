"""Mixed equilibria that Gambit finds where it is installed, and words for how far that goes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from schelling.games.errors import GameError
from schelling.games.files import gambit
from schelling.games.files.gambit import Profile

LIMITS = gambit.Limits(seconds=30.0)
"""What `schelling solve` waits for."""

_SAME = 1e-6  # a pure profile that Gambit lists, too


class GambitResult(NamedTuple):
    """What Gambit added.

    Attributes:
        ran: Whether it was there to be asked.
        listed: The pure equilibria first, then what else was found.
        notes: How it was found and what may be missing.
    """

    ran: bool
    listed: tuple[Profile, ...]
    notes: tuple[str, ...]


def search(
    payoffs: Float[np.ndarray, "*action player"],
    pure: tuple[Profile, ...],
    what: str,
    limits: gambit.Limits = LIMITS,
) -> GambitResult:
    """Ask Gambit for the mixed equilibria of a table.

    Args:
        payoffs: Payoff of each player, by every player's action.
        pure: Its pure equilibria, which are known.
        what: What Gambit is asked for and why, for the note when it cannot.
        limits: What the child process may take.

    Returns:
        The equilibria with notes.
    """
    if not gambit.installed():
        return GambitResult(False, pure, (f"{what} were not looked for: {gambit.INSTALL}",))
    try:
        found = gambit.solve(payoffs, limits)
    except GameError as error:
        return GambitResult(False, pure, (f"{what} were not found: {error}",))
    more = [p for p in found.profiles if all(_apart(p, q) for q in pure)]
    listed = (*pure, *more)
    notes = [
        f"{what}: {len(more)} found by pygambit {found.version}".rstrip()
        + ", run as a separate process; its search over supports can miss some"
    ]
    if found.ended:
        notes.append(f"Gambit was {found.ended}; the equilibria found until then are listed")
    if found.singular:
        notes.append(f"on {found.singular} supports equilibria may form continua")
    if found.given_up:
        notes.append(f"{found.given_up} supports were given up: they took too long")
    if found.dropped:
        notes.append(f"{found.dropped} of Gambit's profiles failed our own check and were left out")
    return GambitResult(True, listed, tuple(notes))


def _apart(one: Profile, other: Profile) -> bool:
    return any(float(np.max(np.abs(a - b))) > _SAME for a, b in zip(one, other, strict=True))
