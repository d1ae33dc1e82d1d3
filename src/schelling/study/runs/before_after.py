"""Verdicts before and after: of a case and of the case with definitions changed, or of two runs.

Where seed, design, replicates and number of worlds are the same on both sides, world w has the same
draws and luck in all that the two share, and differences are taken world by world.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.summary import share_half_width
from schelling.analysis.verdicts import Share
from schelling.case import change
from schelling.case.model import Case
from schelling.compile.drawing import draws
from schelling.compile.planning import plan
from schelling.errors import CaseError
from schelling.later import LaterModule
from schelling.study.runs import option_shares, paired
from schelling.study.runs.computing import worker
from schelling.study.runs.files import tables
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.option_shares import Told

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = LaterModule("pandas")

WORLDS = 16_384
"""Worlds in which the unchanged case is run too: at most the first so many."""

COLUMNS = (
    *("before", "after", "change", "half_width", "verdict_before", "verdict_after"),
    *("low", "high", "failed"),
)


@dataclass(frozen=True)
class VerdictMove:
    """One claim before and after.

    Attributes:
        claim: Its name.
        before: In which share of the worlds it holds before.
        after: ... and after.
        change: The change of the share, over worlds sound on both sides where they are paired; NaN
            where options of a lever differ, so that there are two ends and no one share.
        half_width: Half the 95 % interval of the change.
        low: Least change, whatever worlds without a number hold.
        high: Largest change.
        failed: Worlds without a number on either side.
    """

    claim: str
    before: Share
    after: Share
    change: float
    half_width: float
    low: float
    high: float
    failed: int

    @property
    def clear(self) -> bool:
        """Whether the word differs, or the share by more than its error bar."""
        beyond = abs(self.change) > self.half_width  # false where there is no number
        if math.isnan(self.change) and not self.failed:
            beyond = _apart(self.before, self.after)
        undecided = self.failed > 0 and self.low <= 0.0 <= self.high
        return self.before.word != self.after.word or (beyond and not undecided)


@dataclass(frozen=True)
class BeforeAfter:
    """The verdicts of two runs side by side.

    Attributes:
        moves: The claims that both ask, in the order of the case.
        worlds: Worlds of each side; where they differ, of the smaller.
        paired: Whether differences were taken world by world.
    """

    moves: tuple[VerdictMove, ...]
    worlds: int
    paired: bool

    @property
    def table(self) -> pd.DataFrame:
        """One row per claim: shares and words before and after, `change` and its `half_width`."""
        rows = [
            (
                *(m.before.share, m.after.share, m.change, m.half_width),
                *(m.before.word, m.after.word, m.low, m.high, m.failed),
            )
            for m in self.moves
        ]
        names = pd.Index([move.claim for move in self.moves], name="claim")
        return pd.DataFrame(rows, index=names, columns=list(COLUMNS))

    @property
    def clear(self) -> tuple[VerdictMove, ...]:
        """The claims whose word differs, or whose share does beyond its error bar."""
        return tuple(move for move in self.moves if move.clear)

    def __repr__(self) -> str:
        how = "world by world" if self.paired else "of different worlds"
        shown = self.table[list(COLUMNS[:6])].round(4).to_string() if self.moves else "no claims"
        return f"{shown}\n{self.worlds:,} worlds, compared {how}"


@dataclass(frozen=True)
class Side:
    """What the claims of one run came to.

    Attributes:
        shares: By claim.
        truths: By claim, truth as a number (NaN where it has none), and which worlds ask it.
        design: What must be equal for worlds to be the same: seed, design, replicates, worlds.
    """

    shares: Mapping[str, Share]
    truths: Mapping[str, tuple[Float[ndarray, " draw"], Bool[ndarray, " draw"]]]
    design: tuple[int, str, int, int]


def side(table: pa.Table, what: Manifest, case: Case) -> Side:
    """One side, from rows of the table of a run of a case."""
    truths = {name: _truth(table, name) for name in what.claims}
    replicate = np.asarray(table.column("replicate").to_numpy())

    def told(name: str) -> Told:
        truth, counts = truths[name]
        return Told(np.nan_to_num(truth).astype(bool), np.isnan(truth), counts, replicate)

    def drawn(name: str) -> ndarray:
        return np.asarray(table.column(name).to_numpy())

    judged = option_shares.of_claims(plan.build(case, what.claims), drawn, told)
    whole = {name: told(name).share() for name in truths}
    shares = {n: judged[n].spanning(s) if n in judged else s for n, s in whole.items()}
    return Side(shares, truths, (what.seed, what.design, what.replicates, len(table)))


def _truth(table: pa.Table, name: str) -> tuple[ndarray, ndarray]:
    holds: Any = table.column(f"holds.{name}")
    truth = np.asarray(holds.fill_null(False).to_numpy(), dtype=np.float64)
    truth[np.isnan(table.column(f"margin.{name}").to_numpy())] = np.nan
    if f"counts.{name}" not in table.column_names:
        return truth, np.ones(truth.size, bool)
    return truth, np.asarray(table.column(f"counts.{name}").to_numpy(), dtype=bool)


def compare(before: Side, after: Side) -> BeforeAfter:
    """The verdicts of two sides, of the claims that both ask.

    Worlds are paired where both sides drew them alike; else error bars add up as of independent
    samples.
    """
    same = before.design == after.design
    moves = [
        _move(name, before, after, same=same) for name in after.shares if name in before.shares
    ]
    return BeforeAfter(tuple(moves), min(before.design[3], after.design[3]), same)


def _move(name: str, one: Side, other: Side, *, same: bool) -> VerdictMove:
    before, after = one.shares[name], other.shares[name]
    if before.spans or after.spans:
        ends = after.low - before.high, after.high - before.low
        lost = before.failed + after.failed
        return VerdictMove(name, before, after, math.nan, math.nan, *ends, lost)
    if not same:
        width = float(np.hypot(before.half_width, after.half_width))
        low, high = after.low - before.high, after.high - before.low
        gap, failed = after.share - before.share, before.failed + after.failed
        return VerdictMove(name, before, after, gap, width, low, high, failed)
    found = paired.moved(*one.truths[name], *other.truths[name], one.design[2])
    copies = min(before.replicates, after.replicates)
    width = share_half_width(found.standard_error, copies, found.worlds)
    return VerdictMove(
        name, before, after, found.change, width, found.low, found.high, found.failed
    )


def _apart(before: Share, after: Share) -> bool:
    """Whether an end of two spans over options differs beyond its error."""
    low = np.hypot(before.low_half_width, after.low_half_width)
    high = np.hypot(before.high_half_width, after.high_half_width)
    return bool(abs(after.low - before.low) > low or abs(after.high - before.high) > high)


def of_changed(case: Case, what: Manifest, table: pa.Table) -> BeforeAfter | None:
    """The verdicts of a run of a changed case beside those of the case without the changes.

    Args:
        case: The case that was run.
        what: The manifest of the run.
        table: Its first rows; the unchanged case is run in as many worlds.

    Returns:
        The verdicts before and after, those of the prior before those of a posterior; None where
        nothing was changed, or where the files of the case are no longer what was run.
    """
    if not what.claims or not (case.changed or what.posterior):
        return None
    plain = case
    if not what.posterior:
        try:
            plain = change.unchanged(case)
        except CaseError:
            return None
    built = plan.build(plain, None if what.questions else what.claims)
    kind = next((key for key, name in draws.DESIGNS.items() if name == what.design), "sobol")
    drawn = draws.draw(
        built,
        seed=what.seed,
        replicates=what.replicates,
        first=0,
        count=len(table),
        kind=kind,
        worlds=what.worlds,
    )
    made = list(worker.engine_of(built, what.seed, what.worlds).run(drawn, 0))
    before = tables.part(built, drawn, made, 0, what.replicates)
    prior = replace(what, design=draws.DESIGNS[kind])
    return compare(side(before, prior, plain), side(table, what, case))
