"""The verdicts of a run as tables: a row for each claim, and for each option of a lever."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from schelling.analysis import summary
from schelling.analysis.luck import LuckShare
from schelling.analysis.verdicts import Share
from schelling.case.model import Claim
from schelling.compile.planning.units import margin_unit
from schelling.later import LaterModule
from schelling.study.runs.option_shares import OptionShares

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = LaterModule("pandas")

OPTION_COLUMNS = (
    *("claim", "option", "share", "half_width", "low", "high", "verdict", "worlds", "failed"),
)


def of_claims(
    claims: Sequence[Claim],
    shares: Mapping[str, Share],
    margins: Callable[[str], tuple[ndarray, ndarray]],
    luck: Mapping[str, LuckShare],
) -> pd.DataFrame:
    """One row per claim; see `Run.verdicts` for the columns.

    Args:
        claims: The claims of the case.
        shares: Those that were asked, with their shares.
        margins: Looks up the margin of a claim in every world, and which worlds ask it.
        luck: What luck decides of each, where that is known.
    """
    rows: list[dict[str, Any]] = []
    asked = {claim.name: claim for claim in claims}
    for name, share in shares.items():
        margin, counts = margins(name)
        margin = margin[counts]
        failed = np.isnan(margin)
        band = summary.median_and_band(margin[~failed]) if not failed.all() else (np.nan,) * 3
        rows.append(
            {
                "claim": name,
                "share": share.share,
                "standard_error": share.standard_error,
                "half_width": share.half_width,
                "low": share.low,
                "high": share.high,
                "low_half_width": share.low_half_width,
                "high_half_width": share.high_half_width,
                "verdict": share.word,
                "failed": share.failed,
                "not_asked": int(np.count_nonzero(~counts)),
                "margin_q05": band[0],
                "margin_median": band[1],
                "margin_q95": band[2],
                "margin_unit": margin_unit(asked[name].holds),
                "luck": luck[name].share if name in luck else np.nan,
                "luck_half_width": luck[name].half_width if name in luck else np.nan,
                "by_option": share.spans,
            }
        )
    return pd.DataFrame(rows).set_index("claim") if rows else pd.DataFrame()


def of_options(judged: Mapping[str, OptionShares]) -> pd.DataFrame:
    """One row per claim that a lever can reach and combination; see `Run.option_verdicts`."""
    rows = [
        (name, o.words, s.share, s.half_width, s.low, s.high, s.word, s.worlds, s.failed)
        for name, found in judged.items()
        for o, s in found.options
    ]
    return pd.DataFrame(rows, columns=list(OPTION_COLUMNS))
