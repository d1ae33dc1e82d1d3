"""What a game can be solved for: names for the command line, without loading any numerics."""

from __future__ import annotations

import enum


class Concept(enum.StrEnum):
    """A solution concept, as asked for."""

    QUANTAL = "quantal"
    SPE = "spe"
    SEQUENTIAL = "sequential"
    NASH = "nash"
    DOMINANCE = "dominance"
    MARKOV = "markov"

    @property
    def words(self) -> str:
        """The concept's own name."""
        return _WORDS[self]


_WORDS = {
    Concept.QUANTAL: "logit quantal response",
    Concept.SPE: "subgame perfect",
    Concept.SEQUENTIAL: "sequential",
    Concept.NASH: "Nash",
    Concept.DOMINANCE: "iterated dominance",
    Concept.MARKOV: "Markov perfect",
}


SOLVED, PARTIAL = "solved", "partial"
NO_CONVERGENCE, DEGENERATE = "no convergence", "degenerate"
OUT_OF_DOMAIN, REFUSED = "out of domain", "refused"

STATUSES = (SOLVED, DEGENERATE, PARTIAL, NO_CONVERGENCE, OUT_OF_DOMAIN, REFUSED)
"""How solving can end. `schelling.errors.Status` in words, and `partial`: some answers are known to
be left out, or some worlds have none."""
