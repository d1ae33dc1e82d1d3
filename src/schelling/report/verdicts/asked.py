"""In which worlds a claim is asked: where games are played, and where its condition holds."""

from __future__ import annotations

from typing import Final

import numpy as np

from schelling.case.language.typed.types import Given
from schelling.case.model import Claim
from schelling.report.verdicts import first_played
from schelling.report.words import shares
from schelling.report.words.numerals import count, percent
from schelling.study.runs.results import Run

FEW: Final = 100
"""With fewer worlds a share near one half is known to 10 points at best (a 95 % interval)."""


def sentence(run: Run, claim: Claim) -> str:
    """In which worlds a claim is asked, of those that it could be asked in.

    Args:
        run: The run.
        claim: A claim that was asked in it.

    Returns:
        Such as "is asked only where `x > 0` (41 % of worlds: 840 of 2,048)", or for a claim without
        a condition what `first_played.sentence` says; empty for a claim that every world asks.
    """
    if not isinstance(claim.holds, Given):
        return first_played.sentence(run, claim)
    worlds, asked = run.manifest.worlds, int(np.count_nonzero(run.counts(claim.name)))
    condition = " ".join(claim.given.split())
    games = first_played.moments(run, claim)
    played = f" and asks {games}" if games else ""
    failed = run.shares[claim.name].failed  # some may be so of the condition
    if not asked:
        return f"is asked only where `{condition}`{played}; no world counts"
    share = percent(asked / worlds).replace(shares.NO_BREAK, " ")
    most, lost = ("at most ", ", with those without a number") if failed else ("", "")
    many = f"{most}{share} of worlds: {asked:,} of {worlds:,}{lost}"
    also = "".join(f" and `{name}` is played" for name in first_played.not_everywhere(run, claim))
    found = f"is asked only where `{condition}`{also} ({many}){played}"
    if asked < FEW:
        found += f"; {count(asked, 'world')} {'is' if asked == 1 else 'are'} too few for a verdict"
        found += " to rely on"
    return found
