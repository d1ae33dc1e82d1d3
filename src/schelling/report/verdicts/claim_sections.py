"""One section a claim: the numbers behind its verdict and what they hinge on."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float
from markupsafe import Markup
from numpy import ndarray

from schelling.case.model import Assumption
from schelling.report.charts import cell_charts, chart_svg, world_charts
from schelling.report.page.anchors import anchor
from schelling.report.page.figure import Figure, Table
from schelling.report.verdicts.claim_verdicts import SENTENCE_END, Verdict, leading
from schelling.report.words.numerals import (
    count,
    error_bar,
    general,
    percent,
    signed,
    tenth_percent,
)
from schelling.report.words.quantiles import quantile_texts, resolved
from schelling.study.runs.results import Run

_BAND = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
_LONGEST = 100
_LARGEST = 1e300  # beyond this, widths of bins are no numbers any more


@dataclass(frozen=True)
class Lead:
    """An assumption that moves with a claim.

    Attributes:
        assumption: The assumption.
        anchor: Its fragment.
        correlation: Rank correlation with the margin, as text.
        bar: The same as a bar.
        meaning: What it is: the first sentence said of it.
    """

    assumption: Assumption
    anchor: str
    correlation: str
    bar: Markup
    meaning: str


@dataclass(frozen=True)
class Section:
    """What the page says of one claim.

    Attributes:
        verdict: The claim and its share.
        bar: The share as a bar.
        margin: Median and band of the margin, in words.
        is_one: Whether the margin is the same number in every world that has one.
        failed: How many worlds failed, in words.
        figure: The margins over worlds; None where every world failed, or all have one margin.
        leads: The assumptions most associated with it.
    """

    verdict: Verdict
    bar: Markup
    margin: str
    is_one: bool
    failed: str
    figure: Figure | None
    leads: tuple[Lead, ...]


def section(run: Run, verdict: Verdict) -> Section:
    """Gather what is said of one claim.

    Args:
        run: The run.
        verdict: The claim and its share.

    Returns:
        The section.
    """
    by_name = {assumption.name: assumption for assumption in run.case.assumptions}
    found = leading(run, verdict.claim.name)
    leads = tuple(
        Lead(
            by_name[str(name)],
            anchor("assumption", str(name)),
            signed(value),
            cell_charts.correlation_bar(value),
            meaning(by_name[str(name)]),
        )
        for name, value in zip(found.index, found.tolist(), strict=True)
    )
    margin = run.column(f"margin.{verdict.claim.name}")
    holds = run.column(f"holds.{verdict.claim.name}").astype(bool)
    sound = np.isfinite(margin)
    words, figure, is_one = "", None, False
    if sound.any():
        drawn = np.clip(margin[sound], -_LARGEST, _LARGEST)
        is_one = bool(np.ptp(drawn) == 0)
        table, few = world_charts.bins(drawn, holds[sound])
        words = _margin(verdict, drawn, few)
        if len(table) > 1:  # one value for all worlds is a sentence, not a picture
            figure = _figure(verdict, table, few, words)
    return Section(
        verdict=verdict,
        bar=cell_charts.share_bar(verdict.share),
        margin=words,
        is_one=is_one,
        failed=_failed(verdict),
        figure=figure,
        leads=leads,
    )


def meaning(assumption: Assumption) -> str:
    """What an assumption is: the first sentence of its paraphrase, or of its reason."""
    origin = assumption.origin
    first = SENTENCE_END.split(origin.says or origin.why, maxsplit=1)[0]
    return textwrap.shorten(first, _LONGEST, placeholder=" …")


def _margin(verdict: Verdict, margin: Float[ndarray, " draw"], few: bool) -> str:
    """Median and central 90 % of the margins, to the digits that their number allows."""
    values = np.quantile(margin, _BAND)
    if np.ptp(margin) == 0:
        own = f" {verdict.row['margin_unit']}" if verdict.row["margin_unit"] else ""
        return (
            f"{general(float(margin[0]), 6)}{own} in every world{_with_margin(verdict, one=True)}"
        )
    texts = [general(value, 6) for value in values.tolist()]
    low, _, middle, _, high = texts if few else quantile_texts(values, _BAND, margin.size)
    unit = f" {verdict.row['margin_unit']}" if verdict.row["margin_unit"] else ""
    which = _with_margin(verdict)
    return f"{middle}{unit}; 90 % of worlds{which} from {low} to {high}{_over_options(verdict)}"


def _with_margin(verdict: Verdict, *, one: bool = False) -> str:
    """Which worlds have a margin of a claim, after "worlds", or "world"; empty where all have."""
    asking = f"ask{'s' * one} it" if verdict.row["not_asked"] else ""
    sound = f"{'has' if one else 'have'} a number" if verdict.share.failed else ""
    named = " and ".join(part for part in (asking, sound) if part)
    return f" that {named}" if named else ""


def _over_options(verdict: Verdict) -> str:
    """That options of levers are among the worlds; empty where none reaches the claim."""
    options = verdict.options
    named = "" if options is None else ", ".join(options.levers)
    return f", over the options of {named} as they are drawn" if named else ""


def _failed(verdict: Verdict) -> str:
    share = verdict.share
    if not share.failed:
        return "none"
    words = f"{count(share.failed, 'world')} of {share.worlds:,}: {verdict.lost}"
    if math.isnan(share.share):
        return words
    sound = f"{percent(share.share, share.half_width)} {error_bar(share.share, share.half_width)}"
    return f"{words}; of the others the claim holds in {sound}"


def _figure(verdict: Verdict, table: pd.DataFrame, few: bool, words: str) -> Figure:
    name, unit = verdict.claim.name, str(verdict.row["margin_unit"])
    chart = world_charts.framed(
        world_charts.histogram(table, few, unit),
        above=world_charts.LABELLED,
        below=world_charts.TITLED,
    )
    title, where = f"Margin of {name}", anchor("figure-margin", name)
    which = " that ask it" if verdict.row["not_asked"] else ""
    description = f"The claim holds in {verdict.number} of worlds{which}. Median margin {words}."
    return Figure(
        anchor=where,
        title=title,
        reading=(
            "Dark, right of zero: worlds in which the claim holds; pale: in which it fails"
            f"{_over_options(verdict)}."
        ),
        picture=chart_svg.placed(chart, where, title, description),
        table=_bin_table(verdict, table, few),
    )


def _bin_table(verdict: Verdict, table: pd.DataFrame, few: bool) -> Table:
    name, unit = verdict.claim.name, str(verdict.row["margin_unit"])
    width = float((table["high"] - table["low"]).max())

    def edge(value: float) -> str:
        return general(value, 6) if few else resolved(value, 0.1 * width)

    kept = table[(table["holds"] + table["fails"]) > 0]
    rows = [
        (
            edge(low) if few else f"{edge(low)} to {edge(high)}",
            tenth_percent(fails),
            tenth_percent(holds),
        )
        for low, high, holds, fails in kept.itertuples(index=False)
    ]
    return Table(
        caption=f"Margins of {name}: share of worlds{_with_margin(verdict)}",
        head=(f"Margin, {unit}" if unit else "Margin", "Claim fails", "Claim holds"),
        rows=tuple(rows),
        note="" if few else "The outermost rows hold the half percent beyond them too.",
    )
