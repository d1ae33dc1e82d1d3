"""The verdict of every claim, and the sentences that go with them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from schelling.analysis import verdicts
from schelling.analysis.luck import LuckShare
from schelling.analysis.verdicts import Share
from schelling.case.model import Case, Claim
from schelling.later import LaterModule
from schelling.report.page.anchors import anchor
from schelling.report.verdicts import asked
from schelling.report.words import shares
from schelling.report.words.listing import joined
from schelling.report.words.numerals import MISSING, count, error_bar, percent
from schelling.report.words.said import said
from schelling.study.runs import associations
from schelling.study.runs.option_shares import OptionShares
from schelling.study.runs.results import Run

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = LaterModule("pandas")

SCALE = (
    verdicts.FAILS,
    verdicts.MOSTLY_FAILS,
    verdicts.CONTESTED,
    verdicts.MOSTLY_FOLLOWS,
    verdicts.FOLLOWS,
)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\W*[A-Z0-9])")
_NOISE = 3.0
_TALLIED = {
    verdicts.FOLLOWS: ("follows", "follow"),
    verdicts.MOSTLY_FOLLOWS: ("mostly follows", "mostly follow"),
    verdicts.CONTESTED: ("is contested", "are contested"),
    verdicts.MOSTLY_FAILS: ("mostly fails", "mostly fail"),
    verdicts.FAILS: ("fails", "fail"),
    verdicts.UNDECIDED: ("is undecided", "are undecided"),
    verdicts.BY_OPTION: ("depends on the option chosen", "depend on the option chosen"),
    verdicts.UNKNOWN: ("is not known", "are not known"),
}


_VAGUE = 0.5  # of the variance; an error that long says nothing


@dataclass(frozen=True)
class Verdict:
    """A claim with the share of worlds in which it holds.

    Attributes:
        claim: The claim.
        anchor: Fragment of its section.
        share: The share and all that qualifies it; where options of a lever differ, their span.
        row: Its row of `Run.verdicts`.
        lost: How many worlds have no number and where numbers failed first; empty where none did.
        asked: In which worlds it is asked; empty where nothing is to be said of that.
        luck: How much of the variance of its truth luck alone decides; None where not known.
        options: The share under each option of the levers that reach it; None where none does.
    """

    claim: Claim
    anchor: str
    share: Share
    row: Mapping[str, Any]
    lost: str
    asked: str
    luck: LuckShare | None
    options: OptionShares | None = None

    @property
    def says(self) -> str:
        """The paraphrase, or the expression and its condition where there is none."""
        return said(self.claim)

    @property
    def gist(self) -> str:
        """The first sentence of what it says."""
        return SENTENCE_END.split(self.says, maxsplit=1)[0]

    @property
    def more(self) -> str:
        """What it says after that; often nothing."""
        return self.says.removeprefix(self.gist).strip()

    @property
    def number(self) -> str:
        """The share in percent, to the digit its error allows; its bounds where numbers failed."""
        return shares.amount(self.share)

    @property
    def error(self) -> str:
        """Half of the 95 % interval, in points; empty beside bounds."""
        return shares.error(self.share)

    @property
    def says_how_many(self) -> str:
        """The share with its error, "of worlds"; where numbers failed, why it is only bounded."""
        which = " in which it is asked" if self.row["not_asked"] else ""
        by = ", by option" if self.share.spans else ""
        if self.row["not_asked"] and not self.share.worlds:
            return "no world asks it"
        found = f"{shares.both(self.share)} of worlds{which}{by}"
        if not self.lost:
            return found
        return f"{found}{';' if by else ':'} {self.lost}"  # numbers are not all that leaves it open

    @property
    def which_ask(self) -> str:
        """Of which worlds its share is; empty where all ask it."""
        if not self.row["not_asked"]:
            return ""
        return "of the worlds that ask it" if self.share.worlds else "no world asks it"

    @property
    def word(self) -> str:
        """The word for the share."""
        return self.share.word

    @property
    def luck_is_known(self) -> bool:
        """Whether the part that luck decides could be told."""
        known = self.luck is not None and not math.isnan(self.luck.share)
        return known and self.luck is not None and self.luck.half_width <= _VAGUE

    @property
    def decided_by_luck(self) -> str:
        """The part that luck alone decides, in percent with its error; a dash where unknown.

        So it is where the error leaves room for none and for more than half.
        """
        if self.luck is None or not self.luck_is_known:
            return MISSING
        return f"{percent(self.luck.share, self.luck.half_width)} {self.luck_error}"

    @property
    def luck_error(self) -> str:
        """The error of the part that luck alone decides, in percent; empty where unknown."""
        if self.luck is None or not self.luck_is_known:
            return ""
        return error_bar(self.luck.share, self.luck.half_width)

    @property
    def close(self) -> bool:
        """Whether the interval covers another verdict too, or options differ by chance alone."""
        if self.word == verdicts.BY_OPTION:
            return self.options is not None and not self.options.apart
        return self.word not in (verdicts.UNDECIDED, verdicts.UNKNOWN) and not self.share.settled


def all_verdicts(run: Run) -> tuple[Verdict, ...]:
    """The verdict of every claim that was asked, in the order of the case."""
    table = run.verdicts
    claims = [claim for claim in run.case.claims if claim.name in run.manifest.claims]
    return tuple(_verdict(run, claim, table, run.by_option.get(claim.name)) for claim in claims)


def _verdict(run: Run, claim: Claim, table: pd.DataFrame, options: OptionShares | None) -> Verdict:
    found: Any = table.loc[claim.name]
    row: dict[str, Any] = found.to_dict()
    share = run.verdict_shares[claim.name]
    failure = run.first_failures.get(claim.name) if share.failed else None
    lost = shares.lost(share, failure, run.case.clock)
    luck = run.luck.get(claim.name) if run.knows_luck else None
    when = asked.sentence(run, claim)
    mark = anchor("claim", claim.name)
    return Verdict(claim, mark, share, row, lost, when, luck, options)


def with_luck(found: Sequence[Verdict]) -> bool:
    """Whether luck plays a part in any of some verdicts."""
    return any(v.luck is not None and v.luck.pairs > 0 for v in found)


def tally(found: tuple[Verdict, ...]) -> str:
    """How many claims got each word, as a sentence.

    Args:
        found: The verdicts.

    Returns:
        Such as "Of 3 claims, 1 follows and 2 are contested."
    """
    counts = Counter(verdict.word for verdict in found)
    parts = [
        f"{counts[word]} {forms[counts[word] > 1]}"
        for word, forms in _TALLIED.items()
        if counts[word]
    ]
    if len(found) == 1:
        return f"The claim {parts[0].removeprefix('1 ')}."
    return f"Of {count(len(found), 'claim')}, {joined(parts)}."


def unasked(case: Case) -> str:
    """That no claim was asked, and how many are blank, as a sentence.

    Args:
        case: A case no claim of which was asked.

    Returns:
        Such as "No claim was asked: 2 claims are blank."
    """
    blanks = sum(one.section == "claims" for one in case.blanks)
    verb = "is" if blanks == 1 else "are"
    told = f": {count(blanks, 'claim')} {verb} blank" if blanks else ""
    return f"No claim was asked{told}."


def scale() -> str:
    """The fixed scale of words with its cut points, as a sentence."""
    fails, mostly_fails, mostly_follows, follows = (percent(cut) for cut in verdicts.CUTS)
    return (
        f"fails up to {fails}, mostly fails up to {mostly_fails}, contested in between, "
        f"mostly follows from {mostly_follows}, follows from {follows} of worlds"
    )


def leading(run: Run, claim: str, most: int = 5) -> pd.Series:
    """The assumptions most associated with a claim, without those that noise could explain.

    Args:
        run: The run.
        claim: Name of a claim.
        most: How many at most.

    Returns:
        Rank correlations with the claim's margin, the largest first; perhaps none.
    """
    found = run.leading(claim, most)
    margins = run.head([f"margin.{claim}"], associations.WORLDS).column(0).to_numpy()
    worlds = int(np.isfinite(margins).sum())  # those that ask it and have a number
    return found[found.abs() > _NOISE / math.sqrt(max(worlds, 1))]


def decisive(run: Run, most: int = 5) -> tuple[tuple[str, int], ...]:
    """The assumptions that stand among the three leading ones of most claims.

    Args:
        run: The run.
        most: How many at most.

    Returns:
        Name and number of claims, the most frequent first.
    """
    counts: Counter[str] = Counter()
    for claim in run.manifest.claims:
        counts.update(str(name) for name in leading(run, claim, 3).index)
    return tuple(counts.most_common(most))
