"""What flips a claim, in pictures and tables."""

from __future__ import annotations

import numpy as np

from schelling.case.model import Assumption
from schelling.report.charts import chart_svg
from schelling.report.charts.densities import density
from schelling.report.exploration import exploration_charts, exploration_words
from schelling.report.page.anchors import anchor
from schelling.report.page.figure import Figure, Table
from schelling.report.words.numerals import general
from schelling.study.exploring.flip_results import ClaimFlips, Move, TippingMap

_TICKS = (0.05, 0.5, 0.95)
_TIPPINGS = 2


def figures(flips: ClaimFlips, by_name: dict[str, Assumption]) -> list[Figure]:
    """Where single assumptions tip a claim, and over the leading two together.

    Args:
        flips: What flips the claim.
        by_name: The assumptions of the case by their names.
    """
    found = [_tipping(flips.claim, one, by_name) for one in flips.tippings[:_TIPPINGS]]
    return [*found, *([_map(flips.claim, flips.map)] if flips.map is not None else [])]


def _tipping(claim: str, one: Move, by_name: dict[str, Assumption]) -> Figure:
    where = anchor("figure-tipping", f"{claim}-{one.assumption}")
    title = f"Where {one.assumption} tips {claim}"
    curve = density(by_name[one.assumption].prior)
    chart = exploration_charts.tipping(curve, one.before, one.after, one.unit, one.assumption)
    rows = (
        (
            one.assumption,
            exploration_words.value(one.before, one.unit),
            exploration_words.value(one.after, one.unit) + exploration_words.between(one),
            f"{one.change:+.3f}",
        ),
    )
    return Figure(
        anchor=where,
        title=title,
        reading=(
            "Area: density of the prior. Dashed: where it starts; solid: where the claim flips, "
            "all other assumptions at the start. A claim under chance flips where it holds with "
            "half of all chance draws."
        ),
        picture=chart_svg.placed(chart, where, title),
        table=Table(title, ("Assumption", "Start", "Flips at", "Change in levels"), rows),
    )


def _map(claim: str, shown: TippingMap) -> Figure:
    where = anchor("figure-map", claim)
    names = (shown.first, shown.second)
    title = f"{claim} over {shown.first} and {shown.second}"
    ticks = tuple(
        [
            (float(levels[place]), general(float(values[place])))
            for place in sorted({int(np.argmin(np.abs(levels - tick))) for tick in _TICKS})
        ]
        for levels, values in zip(shown.levels, shown.values, strict=True)
    )
    chart = exploration_charts.tipping_map(
        shown.states, shown.levels, (ticks[0], ticks[1]), names, shown.start
    )
    picked = np.unique(np.linspace(0, len(shown.levels[1]) - 1, 7).round().astype(int))
    rows = tuple(
        (
            general(float(shown.values[0][row]), exploration_words.DIGITS),
            *(exploration_words.cell(shown, int(row), int(column)) for column in picked),
        )
        for row in np.unique(np.linspace(0, len(shown.levels[0]) - 1, 7).round().astype(int))
    )
    columns = (general(float(shown.values[1][n]), exploration_words.DIGITS) for n in picked)
    return Figure(
        anchor=where,
        title=title,
        reading=(
            "Dark: it holds (under chance, with over half of all chance draws); white: no truth "
            "value; cross: the start. Both axes run in equal steps of the prior's probability."
        ),
        picture=chart_svg.placed(chart, where, title),
        table=Table(title, (f"{shown.first} | {shown.second}", *columns), rows),
    )


def tables(flips: ClaimFlips) -> list[Table]:
    """The smallest changes found that flip a claim."""
    if not flips.flips:
        return []
    rows = tuple(
        (
            str(len(one.moves)),
            ", ".join(exploration_words.move(move) for move in one.moves),
            f"{one.distance:.3f}",
            *([general(one.margin, exploration_words.DIGITS)] if flips.chance is None else []),
        )
        for one in flips.flips
    )
    head = ("Assumptions", "Change", "Levels")
    if flips.chance is not None:
        return [Table("Smallest changes found to a chance of one half", head, rows)]
    title = "Smallest changes found that flip it, each checked by a run"
    return [Table(title, (*head, "Margin then"), rows)]
