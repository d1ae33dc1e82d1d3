"""The claims as rows that change under the reader's hand: share, bar, word."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from schelling.analysis import verdicts
from schelling.report.charts.cell_charts import share_bar
from schelling.report.words import shares
from schelling.study.runs.option_shares import OptionShares
from schelling.study.runs.results import Run


@dataclass(frozen=True)
class ShareRow:
    """A claim in one state of the page.

    Attributes:
        name: Of the claim.
        written: Its formula, and its condition if it has one.
        number: Share of worlds in percent, or the bounds that failed numbers leave.
        error: Half of its 95 % interval; empty beside bounds.
        word: The verdict.
        close: Whether the interval also covers another verdict.
        note: How many worlds have no number, or do not ask it; may be empty.
        bar: The share as a bar, markup.
    """

    name: str
    written: str
    number: str
    error: str
    word: str
    close: bool
    note: str
    bar: str


def rows(run: Run) -> tuple[ShareRow, ...]:
    """The rows of a run, in the order of the case; none of a case without claims."""
    return tuple(_row(run, name, run.by_option.get(name)) for name in run.manifest.claims)


def to_json(run: Run) -> list[dict[str, Any]]:
    """The rows of a run as plain data."""
    return [asdict(row) for row in rows(run)]


def _row(run: Run, name: str, options: OptionShares | None) -> ShareRow:
    claim = next(one for one in run.case.claims if one.name == name)
    not_asked = run.manifest.worlds - int(np.count_nonzero(run.counts(name)))
    share = run.verdict_shares[name]
    written = claim.written + (f", given {claim.given}" if claim.given else "")
    notes: list[str] = []
    if share.failed:
        notes.append(shares.without_number(share.failed, share.worlds))
    if not_asked:
        notes.append("of the worlds that ask it" if share.worlds else "no world asks it")
    if share.spans and options is not None:
        notes.append(f"over the options of {', '.join(options.levers)}")
    open_ = (verdicts.UNDECIDED, verdicts.UNKNOWN, verdicts.BY_OPTION)
    return ShareRow(
        name=name,
        written=written,
        number=shares.amount(share),
        error=shares.error(share),
        word=share.word,
        close=not share.settled and share.word not in open_,
        note="; ".join(notes),
        bar=str(share_bar(share)),
    )
