"""A sweep as a small table for a terminal, and as plain data."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from schelling.analysis.verdicts import Share
from schelling.report.words.numerals import count, finite
from schelling.study.runs.sweep import Sweep

SCHEMA = "schelling.sweep/1"
_GAP = 2


def text(seen: Sweep, *, width: int) -> str:
    """The shares in percent: claims by numbers, or for two axes numbers by numbers.

    Args:
        seen: The sweep.
        width: Characters of a line; more columns go below.
    """
    if len(seen.axes) == 1:
        head = seen.axes[0].name
        columns = [_number(value) for value in seen.axes[0].values]
        rows = [(name, [found[name] for found in seen.shares]) for name in seen.claims]
    else:
        down, across = seen.axes
        head = f"{down.name} \\ {across.name}"
        columns = [_number(value) for value in across.values]
        shares = [found[seen.claims[0]] for found in seen.shares]
        step = len(across.values)
        rows = [
            (_number(value), shares[number * step : (number + 1) * step])
            for number, value in enumerate(down.values)
        ]
    lines = [] if len(seen.axes) == 1 else [seen.claims[0]]
    lines += _blocks(head, columns, rows, width)
    note = f"Share of worlds in percent, not probability; {count(seen.worlds, 'world')} a point, "
    note += f"seed {seen.seed}; ± is half the longest 95 % interval of a row."
    lines += textwrap.wrap(note, max(width, 40))
    if any(share.failed for found in seen.shares for share in found.values()):
        lost = (
            "A range where worlds have no number, whatever these hold; ± is then that of its ends."
        )
        lines += textwrap.wrap(lost, max(width, 40))
    if any(share.spans for found in seen.shares for share in found.values()):
        free = "A range where options of an actor differ: the least and the greatest share under "
        lines += textwrap.wrap(f"{free}one of them.", max(width, 40))
    for name in seen.claims:
        asking = [found[name].worlds for found in seen.shares]
        if min(asking) < seen.worlds:
            some = f"{min(asking):,} to {max(asking):,} worlds" if len(set(asking)) > 1 else ""
            asked = f"{name} is asked in {some or count(asking[0], 'world')} of a point; the "
            none = " A dash: no world asks it." if not min(asking) else ""
            lines += textwrap.wrap(f"{asked}others do not count.{none}", max(width, 40))
    return "\n".join(lines)


def _blocks(
    head: str, columns: Sequence[str], rows: Sequence[tuple[str, list[Share]]], width: int
) -> list[str]:
    """The table, in as many blocks of columns as the width asks for."""
    cells = [[_cell(share) for share in shares] for _, shares in rows]
    bars = [_bar(shares) for _, shares in rows]
    first = max(len(head), *(len(name) for name, _ in rows))
    wide = max(len(text) for text in (*columns, *(cell for row in cells for cell in row))) + _GAP
    last = max(len(bar) for bar in bars) + _GAP
    most = max((width - first - last) // wide, 1)
    lines: list[str] = []
    for start in range(0, len(columns), most):
        part = slice(start, start + most)
        if lines:
            lines.append("")
        heads = "".join(column.rjust(wide) for column in columns[part])
        lines.append(head.ljust(first) + heads + "±".rjust(last))
        for (name, _), row, bar in zip(rows, cells, bars, strict=True):
            line = name.ljust(first) + "".join(cell.rjust(wide) for cell in row[part])
            lines.append(line + bar.rjust(last))
    return lines


def _cell(share: Share) -> str:
    if not share.worlds:
        return "-"
    if share.bounded:
        return f"{100 * share.low:.1f}-{100 * share.high:.1f}"
    return f"{100 * share.share:.1f}"


def _bar(shares: Sequence[Share]) -> str:
    ends = [width for one in shares for width in (one.low_half_width, one.high_half_width)]
    known = [width for width in ends if math.isfinite(width)]
    return f"{100 * max(known):.1f}" if known else "-"


def _number(value: float) -> str:
    return f"{value:.6g}"


def to_json(seen: Sweep) -> dict[str, Any]:
    """The sweep as plain data; numbers that do not exist are None."""
    return {
        "schema": SCHEMA,
        "case": seen.case.name,
        "worlds": seen.worlds,
        "seed": seen.seed,
        "axes": [{"name": one.name, "values": list(one.values)} for one in seen.axes],
        "points": [
            {
                "at": list(point),
                "claims": [
                    {
                        "name": name,
                        "share": finite(share.share),
                        "half_width": finite(share.half_width),
                        "verdict": share.word,
                        "low": finite(share.low),
                        "high": finite(share.high),
                        "failed": share.failed,
                        "by_option": share.spans,
                    }
                    for name, share in found.items()
                ],
            }
            for point, found in zip(seen.points, seen.shares, strict=True)
        ],
    }
