"""A simpler way of computing beside a fuller one, for a terminal, a page and as plain data."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from schelling.case.model import Case
from schelling.report.page.figure import Table
from schelling.report.words import shares
from schelling.report.words.numerals import count, finite, general, points
from schelling.study.runs.before_after import VerdictMove
from schelling.study.runs.fidelity import Fidelity, Gap

_MEANING = (
    "Difference and bias: {0} less {1}. Typical gap: root of the mean squared difference "
    "over worlds and steps. Width ({1}): of the central 90 % of a number."
)
_SPACE = 2


def text(seen: Fidelity, *, width: int) -> str:
    """Two small tables: the claims, then the numbers over time that hang on agents.

    Args:
        seen: The comparison.
        width: Characters of a line.
    """
    lines = textwrap.wrap(f"{_who(seen)}, {_worlds(seen)}", max(width, 40))
    tables = [(_of_verdicts(seen), _verdicts(seen)), (_of_gaps(seen), _gaps(seen))]
    rows = [row for head, body in tables if body for row in (head, *body)]
    wide = [max(len(row[column]) for row in rows) + _SPACE for column in range(4)] if rows else []
    for first, *rest in rows:
        cells = (cell.rjust(room) for cell, room in zip(rest, wide[1:], strict=True))
        lines.append(first.ljust(wide[0]) + "".join(cells))
    return "\n".join([*lines, *(textwrap.wrap(_meaning(seen), max(width, 40)) if rows else [])])


def tables(seen: Fidelity) -> tuple[Table, ...]:
    """The same tables for a page; those without rows are left out."""
    found = (
        Table(
            f"Claims {_both(seen)}{_counted(seen)}",
            _of_verdicts(seen),
            _verdicts(seen),
        ),
        Table(
            f"Numbers {_both(seen)}, {_worlds(seen)}",
            _of_gaps(seen),
            _gaps(seen),
            _meaning(seen),
        ),
    )
    return tuple(table for table in found if table.rows)


def to_json(seen: Fidelity) -> dict[str, Any]:
    """The comparison as plain data; what has no number is null."""
    simpler, fuller = ("mean_field", "agents") if seen.populations else ("case", "rival")
    return {
        "worlds": seen.worlds,
        "populations": {
            name: {"representatives": few, "agents": many}
            for name, (few, many) in seen.populations.items()
        },
        "claims": {
            move.claim: {
                simpler: finite(move.before.share),
                fuller: finite(move.after.share),
                "difference": finite(-move.change),
                "half_width": finite(move.half_width),
            }
            for move in seen.verdicts.moves
        },
        "numbers": {
            name: {
                "unit": gap.unit,
                "typical_gap": finite(gap.typical),
                "bias": finite(gap.bias),
                "width": finite(gap.width),
                "failed_worlds": gap.failed,
            }
            for name, gap in seen.gaps.items()
        },
    }


def line(case: Case) -> str:
    """Which populations are computed by mean field, in a sentence; empty where none is."""
    named = [one.name for one in case.populations if one.representatives]
    if not named:
        return ""
    return f"By mean field: {', '.join(named)}; schelling check --twins compares it with agents."


def _of_verdicts(seen: Fidelity) -> tuple[str, str, str, str]:
    return ("claim", *seen.sides, "difference")


def _of_gaps(seen: Fidelity) -> tuple[str, str, str, str]:
    return ("number", "typical gap", "bias", f"width ({seen.sides[1]})")


def _meaning(seen: Fidelity) -> str:
    return _MEANING.format(*seen.sides)


def _both(seen: Fidelity) -> str:
    if not seen.populations:
        return f"of the case and of '{seen.sides[1]}', which restates it"
    return "by mean field and by agents"


def _counted(seen: Fidelity) -> str:
    return f": {_who(seen)}" if seen.populations else ""


def _who(seen: Fidelity) -> str:
    if not seen.populations:
        return f"The case beside '{seen.sides[1]}', which restates it"
    each = seen.populations.items()
    return "; ".join(f"{few:,} representatives of {many:,} {name}" for name, (few, many) in each)


def _worlds(seen: Fidelity) -> str:
    return f"the same {count(seen.worlds, 'world')} both ways"


def _verdicts(seen: Fidelity) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (move.claim, shares.both(move.before), shares.both(move.after), _difference(move))
        for move in seen.verdicts.moves
    )


def _difference(move: VerdictMove) -> str:
    """Points of a percent; a dash where a world has no number."""
    if move.failed or np.isnan(move.change):
        return "–"
    return f"{points(-move.change, move.half_width)} points"


def _gaps(seen: Fidelity) -> tuple[tuple[str, ...], ...]:
    return tuple((_named(name, gap), *_cells(gap)) for name, gap in seen.gaps.items())


def _named(name: str, gap: Gap) -> str:
    lost = f", {count(gap.failed, 'world')} left out" if gap.failed else ""
    unit = f" ({gap.unit})" if gap.unit else ""
    return f"{name}{unit}{lost}"


def _cells(gap: Gap) -> tuple[str, str, str]:
    if np.isnan(gap.typical):
        return ("–", "–", "–")
    bias = general(gap.bias)
    return general(gap.typical), bias if bias[0] in "−-" else f"+{bias}", general(gap.width)
