"""A case beside its rivals, for a terminal, a page and programs: one set of sheets for all."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from schelling.forecast.skill import LEVEL
from schelling.report.comparison import comparison_words
from schelling.report.comparison.columns import laid_out, wrapped
from schelling.report.page import document
from schelling.report.words import shares
from schelling.report.words.numerals import count, general, whole_percent
from schelling.study.rivals.compare import WEIGHTING, Comparison
from schelling.study.rivals.differences import TOGETHER

WIDTH: Final = 80
_MOST_SWAPS = 6  # of a rival, on one sheet
_LEAST = 0.02  # change of a share that is worth a line


@dataclass(frozen=True)
class Sheet:
    """A table with the sentences below it.

    Attributes:
        title: What it shows.
        head: Names of the columns.
        rows: Cells as text; the first names the row.
        note: A sentence or two.
        in_words: Whether its cells are words rather than numbers.
        bars: Whether a terminal shows bars in place of its rows.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    in_words: bool = False
    bars: bool = False


def sheets(seen: Comparison) -> tuple[Sheet, ...]:
    """Everything a comparison shows, in order; sheets without rows are left out."""
    made = (
        _verdicts(seen),
        _forecasts(seen),
        _scores(seen),
        _numbers_off(seen),
        _factors(seen),
        _evidence(seen),
        _priors(seen),
        _mechanisms(seen),
        _swaps(seen),
    )
    return tuple(sheet for sheet in made if sheet.rows)


def text(seen: Comparison, width: int = WIDTH) -> str:
    """The sheets as plain text that fits a terminal."""
    run = seen.runs[0].manifest
    head = f"{run.worlds:,} worlds each, seed {run.seed}; {_who(seen)}"
    lines = [seen.case.title, *wrapped(head, width)]
    for sentence in comparison_words.findings(seen):
        first, *others = wrapped(sentence, width - 2)
        lines += [f"- {first}", *(f"  {line}" for line in others)]
    for sheet in sheets(seen):
        rows = laid_out(sheet.head, sheet.rows, width)
        lines += [
            "",
            sheet.title,
            *(comparison_words.bars(seen, width=width) if sheet.bars else rows),
        ]
        lines += wrapped(sheet.note, width)
    return "\n".join(line.rstrip() for line in lines)


def write(seen: Comparison, path: str | Path) -> None:
    """Write the sheets as one self-contained HTML page.

    Raises:
        RunError: The file cannot be written.
    """
    run = seen.runs[0].manifest
    told = {
        "title": seen.case.title,
        "version": run.versions["schelling"],
        "run": run,
        "sheets": sheets(seen),
        "findings": comparison_words.findings(seen),
        "rivals": [rival for rival in seen.case.rivals if rival.name in seen.names],
    }
    document.keep(document.filled("compare.html", told), path)


def _who(seen: Comparison) -> str:
    who = f"the case and {', '.join(seen.names[1:])}"
    each = "; each drawn from its own posterior" if seen.runs[0].manifest.posterior else ""
    return who + each


def _verdicts(seen: Comparison) -> Sheet:
    rows = tuple(
        (str(claim), *(comparison_words.cell(seen, str(claim), name) for name in seen.names))
        for claim in seen.verdicts.index
    )
    note = "Share of worlds in percent, not probability; ± half a 95 % interval."
    lost = list(_lost(seen))
    if lost:
        note += " A range where worlds have no number, whatever these hold: "
        note += f"{'; '.join(lost)}."
    note = " ".join((note, *comparison_words.notes(seen)))
    title = "Share of worlds in which each claim holds"
    return Sheet(title, ("claim", *seen.names), rows, note, in_words=True, bars=True)


def _lost(seen: Comparison) -> Iterator[str]:
    """How many worlds failed and where first: once for all claims of a hypothesis it is true of."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, made in zip(seen.names, seen.runs, strict=True):
        for claim, share in made.verdict_shares.items():
            if share.failed:
                failure = made.first_failures.get(claim)
                found[name, shares.lost(share, failure, made.case.clock)].append(claim)
    return (f"{', '.join(claims)} in {name}, {why}" for (name, why), claims in found.items())


def _forecasts(seen: Comparison) -> Sheet:
    rows = tuple(
        (item.question.name, *(_points(p) for p in item.p), "yes" if item.happened else "no")
        for item in seen.items
    )
    left = ", ".join(f"{name} ({reason})" for name, reason in seen.unscored)
    note = f"Forecast in percent under a declared weighting: {WEIGHTING}."
    note += f" Not scored here: {left}." if left else ""
    return Sheet("Forecasts of resolved questions", ("", *seen.names, "outcome"), rows, note)


def _scores(seen: Comparison) -> Sheet:
    rows: list[tuple[str, ...]] = []
    for name, row in seen.scores.iterrows():
        low, high = row["low"], row["high"]
        gap = f"{row['difference']:+.3f}"
        gap += "" if math.isnan(low) else f" [{low:+.3f}, {high:+.3f}]"
        bits = "ruled out" if math.isinf(row["bits"]) else f"{row['bits']:.2f}"
        cells = (f"{row['brier']:.4f}", bits, "" if name == "persistence" else gap)
        rows.append((str(name), *cells))
    asked, apart = len(seen.items), len(set(seen.cluster))
    note = f"Over {count(asked, 'question')} in {count(apart, 'cluster')}. "
    note += "Brier from 0 (best) to 1; "
    note += "surprise in bits; gain: Brier score of persistence less their own, with a "
    note += f"{whole_percent(LEVEL)} interval over clusters."
    head = ("", "Brier", "bits", "gain on persistence")
    return Sheet("Scores of the forecasts", head, tuple(rows), note)


def _numbers_off(seen: Comparison) -> Sheet:
    rows = tuple(
        (
            number.question.name,
            *(general(value) for value in number.off),
            general(number.persistence),
            general(number.value),
        )
        for number in seen.numbers
    )
    note = "CRPS in the unit of the question; lower is better. For persistence, the absolute error."
    head = ("", *seen.names, "persistence", "outcome")
    return Sheet("Scores of forecast numbers", head, rows, note)


def _factors(seen: Comparison) -> Sheet:
    if not seen.items:
        return Sheet("", (), ())
    weights = [_decimal(weight) for weight in seen.stacked.weight]
    rows = [
        (str(name), *(_factor(value) for value in row))
        for name, row in zip(seen.factors.index, seen.factors.to_numpy(), strict=True)
    ]
    rows.append(("stacking weight", *weights))
    note = "Each cell: Bayes factor of the row over the column; a cluster of questions "
    note += "counts once. Below 3 the evidence is slight. Last line: weights of the best mixture."
    return Sheet("Bayes factors and weights", ("", *seen.names), tuple(rows), note)


def _evidence(seen: Comparison) -> Sheet:
    rows = [
        (str(name), *(str(mark) for mark in row[:-1]), "yes" if row[-1] else "")
        for name, row in zip(seen.marks.index, seen.marks.to_numpy().tolist(), strict=True)
    ]
    if rows:
        rows.append(("inconsistency", *(f"{value:.1f}" for value in seen.inconsistency), ""))
    note = "C consistent with what happened, I more than 3 times less likely than by the best, II "
    note += "more than 20 times. Evidence that every hypothesis explains equally well "
    note += "does not discriminate between hypotheses."
    head = ("evidence", *seen.names, "discriminates")
    return Sheet("Competing hypotheses", head, tuple(rows), note)


def _priors(seen: Comparison) -> Sheet:
    own = {assumption.name: assumption.prior.written for assumption in seen.case.assumptions}
    rows = tuple(
        (
            change.name,
            rival.name,
            own.get(change.name, "-"),
            _written(seen, rival.name, change.name),
        )
        for rival in seen.case.rivals
        if rival.name in seen.names
        for change in rival.changes
        if change.section == "assumptions" and change.differs
    )
    head = ("assumption", "rival", "in the case", "in the rival")
    return Sheet("Assumptions that differ", head, rows, in_words=True)


def _written(seen: Comparison, rival: str, name: str) -> str:
    made = seen.runs[seen.names.index(rival)].case
    return next((a.prior.written for a in made.assumptions if a.name == name), "-")


def _mechanisms(seen: Comparison) -> Sheet:
    rows = tuple(
        (change.name, rival.name, change.section, change.what)
        for rival in seen.case.rivals
        if rival.name in seen.names
        for change in rival.changes
        if change.section not in ("assumptions", "sources", "passages") and change.differs
    )
    head = ("name", "rival", "section", "change")
    return Sheet("Mechanisms that differ", head, rows, in_words=True)


def _swaps(seen: Comparison) -> Sheet:
    rows: list[tuple[str, ...]] = []
    free = {claim for (claim, _), share in seen.shares.items() if share.spans}
    single = seen.swapped[seen.swapped["assumption"] != TOGETHER]
    single = single[~single["claim"].isin(list(free))]
    for rival in seen.names[1:]:
        own = single[single["rival"] == rival]
        sizes = pd.DataFrame(
            {
                "known": own["change"]
                .abs()
                .fillna(0.0)
                .round(2),  # what failed may be is told after it
                "open": own[["low", "high"]].abs().max(axis=1),
            }
        )
        order = sizes.sort_values(["known", "open"], ascending=False, kind="stable").index
        order = order[:_MOST_SWAPS]
        for _, row in own.loc[order].iterrows():
            if abs(row["change"]) >= _LEAST or _open(row):
                what = (str(row["assumption"]), rival, str(row["claim"]), _change(row["change"]))
                rows.append((*what, _open(row)))
    note = (
        "Each definition of the rival is put alone into the case, where that makes a valid case, "
        "in the same worlds. Change: of the claim's share, in points"
    )
    if any(made.verdicts["not_asked"].any() for made in seen.runs if len(made.verdicts)):
        note += ", of the worlds that ask it before and after"
    head = ("definition", "rival", "claim", "change")
    left = f" Left out, as options of an actor differ: {', '.join(sorted(free))}." if free else ""
    if any(row[-1] for row in rows):
        note += ", over the worlds that have a number both ways. Failed: worlds that have none, "
        note += "and between what the change over all worlds then lies."
        head = (*head, "failed")
    else:
        rows = [row[:-1] for row in rows]
        note += "."
    title = "Which definitions make the difference"
    return Sheet(title, head, tuple(rows), note + left, in_words=True)


def _change(points: float) -> str:
    if math.isnan(points):
        return "-"
    whole = round(100 * points)
    return f"{whole:+d}" if whole else "0"


def _open(row: pd.Series) -> str:
    """Worlds without a number, and the bounds that they leave; empty where they leave none."""
    if not row["failed"] or row["low"] == row["high"]:
        return ""
    return f"{row['failed']:,}: {_change(row['low'])} to {_change(row['high'])}"


def _points(share: float) -> str:
    return "-" if math.isnan(share) else f"{100 * share:.1f}"


def _decimal(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _factor(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:.2f}" if value < 100 else f"{value:.3g}"
