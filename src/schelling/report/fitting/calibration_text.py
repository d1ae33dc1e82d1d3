"""A calibration for a terminal and as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from schelling.report.comparison.columns import laid_out, wrapped
from schelling.report.words.numerals import count, finite, general
from schelling.study.fitting.calibrate import (
    BINS,
    FEWEST_REPEATS,
    LARGER,
    RANKS,
    UNEVEN,
    FitCalibration,
)

SCHEMA = "schelling.calibration/1"
_BARS = "▁▂▃▄▅▆▇█"


def text(found: FitCalibration, *, width: int = 80) -> str:
    """Whether ranks are uniform, assumption by assumption.

    Args:
        found: The calibration.
        width: Characters of a line.
    """
    return "\n".join([found.case.title, *_lines(found, max(width - 4, 40))])


def _lines(found: FitCalibration, width: int) -> Iterator[str]:
    made = f"Simulation-based calibration of '{found.engine}': {count(found.repeats, 'world')} of "
    made += f"the prior made records, and each was fitted with {found.worlds:,} worlds as if it "
    made += "were unknown."
    yield from wrapped(made, width)
    if found.larger:
        part = f"{count(found.larger, 'fit')} of {found.repeats:,} refused with {found.worlds:,} "
        part += f"worlds and made again with {LARGER * found.worlds:,}"
        part += f"; {found.refused:,} of these refused again, and without ranks."
        yield from wrapped(part, width)
    yield ""
    head = ("assumption", "ranks", "p-value")
    rows = [(one.name, _bars(one.ranks), general(one.chance, 2)) for one in found.assumptions]
    yield from laid_out(head, rows, width + 4)
    yield ""
    words = "Ranks of the true value in its posterior, low to high, are uniform if the method is "
    if math.isnan(found.chance):
        words += "right. There is no p-value"
    else:
        many = f"smallest p-value, corrected for {len(rows):,} assumptions (Bonferroni),"
        named = many if len(rows) > 1 else "p-value"
        words += f"right. The {named} is {general(found.chance, 2)}"
    yield from wrapped(f"{words}: {_verdict(found)}.", width)


def _verdict(found: FitCalibration) -> str:
    if found.refused == found.repeats:
        return "every fit was refused, so there are no ranks"
    if found.chance < UNEVEN:
        return "they are not uniform, and fits of this case by this method cannot be trusted"
    if math.isnan(found.chance):
        return f"fewer than {FEWEST_REPEATS} ranks are left, too few for a test"
    if not found.sound:
        return "nothing speaks against uniform ranks, but more than a tenth of the fits was refused"
    return "nothing speaks against uniform ranks"


def _counts(ranks: np.ndarray) -> list[int]:
    return np.bincount(ranks * BINS // (RANKS + 1), minlength=BINS).tolist()


def _bars(ranks: np.ndarray) -> str:
    counts = _counts(ranks)
    most = max(*counts, 1)
    return "".join(_BARS[(len(_BARS) - 1) * one // most] for one in counts)


def to_json(found: FitCalibration) -> dict[str, Any]:
    """The calibration as plain data."""
    return {
        "schema": SCHEMA,
        "case": found.case.name,
        "engine": found.engine,
        "repeats": found.repeats,
        "worlds": found.worlds,
        "larger": found.larger,
        "refused": found.refused,
        "sound": found.sound,
        "p_value": finite(found.chance),
        "largest_rank": RANKS,
        "assumptions": [
            {"name": one.name, "ranks": one.ranks.tolist(), "p_value": finite(one.chance)}
            for one in found.assumptions
        ],
    }
