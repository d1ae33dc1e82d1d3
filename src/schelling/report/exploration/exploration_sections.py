"""What an exploration adds to a page: one section a claim, the claims together, the options."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.compile.influence.reach import CHANCE
from schelling.report.charts import chart_svg, world_charts
from schelling.report.exploration import (
    box_settings,
    box_words,
    coherence_words,
    exploration_charts,
    exploration_words,
    flip_figures,
    indicator_words,
    option_words,
    over_options,
)
from schelling.report.page.anchors import anchor
from schelling.report.page.figure import Figure, Table
from schelling.report.verdicts.claim_verdicts import Verdict, all_verdicts
from schelling.report.words.numerals import general, percent, percent_number
from schelling.study.exploring.box_search import Boxes, Limit, MeasuredBox
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.sensitivity import SeriesSensitivity

_INPUTS = 8
_LINES = 5


@dataclass(frozen=True)
class Hinge:
    """What is said of one claim.

    Attributes:
        verdict: The claim and its share.
        anchor: Fragment of the section.
        sentences: What was found, in words.
        figures: What was found, in pictures.
        tables: What has no picture.
        boxes: By the sentence of each box, what `--set` takes to be in it, by name, and what is
            said beside it.
    """

    verdict: Verdict
    anchor: str
    sentences: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    boxes: Mapping[str, tuple[Mapping[str, str], str]]


@dataclass(frozen=True)
class Hinges:
    """Everything an exploration adds to a page.

    Attributes:
        claims: One section a claim.
        together: Whether the claims hold together, in sentences.
        matrix: The same pair by pair; None where that was not asked.
        series: What series hinge on, step by step; empty where that was not asked.
        options: One table a claim; empty where there are none.
        measure: What the indices are.
        dependence: How correlated assumptions and options are treated; may be empty.
    """

    claims: tuple[Hinge, ...]
    together: tuple[str, ...]
    matrix: Figure | None
    series: tuple[Figure, ...]
    options: tuple[Table, ...]
    measure: str
    dependence: str


def hinges(found: Exploration) -> Hinges:
    """What an exploration adds to the page of its run.

    Args:
        found: The exploration.

    Returns:
        The sections.
    """
    asked = [v for v in all_verdicts(found.run) if v.claim.name in found.claims]
    return Hinges(
        claims=tuple(_hinge(found, verdict) for verdict in asked),
        together=tuple(coherence_words.coherence(found)),
        matrix=_matrix(found),
        series=tuple(_series(found, one) for one in found.series),
        options=_options(found),
        measure=exploration_words.measure(found) if found.sensitivity is not None else "",
        dependence=" ".join(
            one
            for one in (exploration_words.dependence(found), over_options.drawn_options(found))
            if one
        ),
    )


def _hinge(found: Exploration, verdict: Verdict) -> Hinge:
    name = verdict.claim.name
    by_name = {assumption.name: assumption for assumption in found.case.assumptions}
    sentences: list[tuple[str, str]] = []
    figures: list[Figure] = []
    tables: list[Table] = []
    settings: dict[str, tuple[dict[str, str], str]] = {}
    if found.sensitivity is not None:
        sentences.append(("Decided by", exploration_words.decides(found, name)))
        more = exploration_words.more_indices(found, name)
        sentences += [(f"{label[:1].upper()}{label[1:]}", said) for label, said in more]
        figures += _indices(found, name)
    sentences += [(label.title(), said) for label, said in coherence_words.parts(found, name)]
    for boxes in found.boxes:
        if boxes.claim == name and boxes.rules:
            said_of = exploration_words.rules(boxes)
            sentences += [("Box", said) for said in said_of]
            for said, rule in zip(said_of, boxes.rules, strict=False):
                changes = box_settings.of_rule(boxes, rule, by_name)
                beside = box_settings.by_themselves(changes, found.case.correlations)
                settings[said] = changes, beside
            figures += _boxes(boxes)
            tables += _along(boxes)
        if boxes.claim == name and boxes.leaves:
            rows = tuple((exploration_words.rule_sentence(boxes, leaf),) for leaf in boxes.leaves)
            tables.append(Table(f"Second opinion: a tree (CART), {boxes.verb}", ("Leaf",), rows))
    for flips in found.flips:
        if flips.claim == name:
            sentences.append(("Flips", exploration_words.flips(flips)))
            figures += flip_figures.figures(flips, by_name)
            tables += flip_figures.tables(flips)
    indicators = [one for one in found.indicators if one.claim == name]
    sentences += [("To watch", indicator_words.indicator(one)) for one in indicators]
    if found.gradients is not None:
        sentences.append(("Slope", exploration_words.slopes(found, name)))
    told = tuple(sentences), tuple(figures), tuple(tables)
    return Hinge(verdict, anchor("hinge", name), *told, settings)


def _indices(found: Exploration, claim: str) -> list[Figure]:
    assert found.sensitivity is not None
    table, name = found.sensitivity.table(claim), found.sensitivity.leading
    shown = table.index.isin([*table.index[:_INPUTS], CHANCE])
    table = table[shown & table[name].notna()]
    if not len(table) or not (table[name].abs() > 0).any():
        return []
    total, half = table[name].to_numpy(), table[f"{name}_half_width"].to_numpy()
    alone = table["s1"].to_numpy()
    shown = pd.DataFrame(
        {
            "input": [str(one) for one in table.index],
            "total": total,
            "low": np.maximum(total - half, 0.0),
            "high": total + half,
            "alone": alone,
        }
    )
    title = "share of variance in which it takes part" if name == "st" else "share of variance"
    where = anchor("figure-indices", claim)
    rows = tuple(
        (
            str(one),
            exploration_words.index(value, width),
            "" if math.isnan(s) else f"{s:.2f}",
        )
        for one, value, width, s in zip(table.index, total, half, alone, strict=True)
    )
    head = ("Input", "Total" if name == "st" else "Shapley effect", "Alone (S1)")
    reading = "Dot: share of the variance of the claim's truth, with its 95 % interval."
    if not np.isnan(alone).all():
        reading += " Ring: the share it explains alone (first order); the rest are interactions."
    return [
        Figure(
            anchor=where,
            title=f"What decides {claim}",
            reading=reading,
            picture=chart_svg.placed(
                exploration_charts.indices(shown, title), where, f"What decides {claim}"
            ),
            table=Table(f"Sensitivity of the truth of {claim}", head, rows),
        )
    ]


def _boxes(boxes: Boxes) -> list[Figure]:
    rule = boxes.rules[0]
    if not rule.limits:
        return []
    option = "" if boxes.option is None else boxes.option.words
    under = f" with {option}" if option else ""
    title = f"Where {boxes.claim} {boxes.verb}{under}"
    place = f"{boxes.claim} {option}".rstrip()
    where = anchor(f"figure-box-{boxes.verb}", place)
    shown = pd.DataFrame([_limit(one) for one in rule.limits])
    rows = tuple(
        (one.assumption, _bounds(one), general(one.quasi_p), percent(one.reproduced))
        for one in rule.limits
    )
    head = ("Assumption", "In the box", "Quasi-p", "Reproduced in half samples")
    found = [
        Figure(
            anchor=where,
            title=title,
            reading="Dark: the part of each assumption's range that is in the box.",
            picture=chart_svg.placed(exploration_charts.box(shown), where, title),
            table=Table(title, head, rows),
            detail=_fit(rule),
        )
    ]
    if len(boxes.curve) > 1:
        curve = pd.DataFrame(boxes.curve, columns=["coverage", "density", "dimensions"])
        where = anchor(f"figure-tradeoff-{boxes.verb}", place)
        steps = np.unique(np.linspace(0, len(curve) - 1, 12).round().astype(int))
        rows = tuple(
            (percent(c), percent(d), f"{n:.0f}")
            for c, d, n in curve.iloc[steps].itertuples(index=False)
        )
        title = f"Boxes for {boxes.claim} {boxes.verb}{under}: coverage against density"
        chart = exploration_charts.tradeoff(curve, (rule.fit.coverage, rule.fit.density))
        found.append(
            Figure(
                anchor=where,
                title=title,
                reading=(
                    "Each dot is a smaller box; larger dots restrict more assumptions. Ring: the "
                    "box described."
                ),
                picture=chart_svg.placed(chart, where, title),
                table=Table(title, ("Coverage", "Density", "Restrictions"), rows),
            )
        )
    return found


def _along(boxes: Boxes) -> list[Table]:
    """The boxes that the curve offers, to choose another; none where there is but one."""
    if len(boxes.along) < 2:
        return []
    rows = tuple(
        (
            percent(one.fit.coverage),
            box_words.density(one.fit),
            exploration_words.unquoted(", ".join(box_words.conditions(one.box, one.labels))),
        )
        for one in boxes.along
    )
    title = f"Other boxes along the curve, {boxes.claim} {boxes.verb}"
    return [Table(title, ("Coverage", "Density", "Box"), rows)]


def _fit(rule: MeasuredBox) -> str:
    seen = rule.fit
    return f"Coverage {percent(seen.coverage)}, density {box_words.density(seen)}."


def _limit(one: Limit) -> dict[str, object]:
    low, high = one.reach
    span = high - low or 1.0
    first, last = (min(one.allowed), max(one.allowed)) if one.allowed else (one.low, one.high)
    left = 0.0 if math.isinf(first) else min(max((first - low) / span, 0.0), 1.0)
    right = 1.0 if math.isinf(last) else min(max((last - low) / span, 0.0), 1.0)
    if one.allowed:
        left, right = max(left - 0.02, 0.0), min(right + 0.02, 1.0)
    return {"label": one.assumption, "low": left, "high": right, "words": _bounds(one)}


def _bounds(one: Limit) -> str:
    if one.allowed is not None:
        return " or ".join(general(value, exploration_words.DIGITS) for value in one.allowed)
    low, high = (general(value, exploration_words.DIGITS) for value in (one.low, one.high))
    if math.isinf(one.low):
        return f"below {high}"
    return f"above {low}" if math.isinf(one.high) else f"{low} to {high}"


def _matrix(found: Exploration) -> Figure | None:
    if found.coherence is None:
        return None
    pairs, names = found.coherence.shares.pairs, found.coherence.claims
    where = "figure-coherence"
    title = "Claims that hold together"
    rows = tuple(
        (
            f"{n + 1} {name}",
            *(percent_number(float(share)) for share in pairs[n]),
        )
        for n, name in enumerate(names)
    )
    head = ("Claim", *(str(n + 1) for n in range(len(names))))
    return Figure(
        anchor=where,
        title=title,
        reading=(
            "Each cell: percent of worlds in which both claims hold, of those in which both are "
            "known; on the diagonal, each alone."
        )
        + (" Options of levers are as drawn." if over_options.drawn_options(found) else ""),
        picture=chart_svg.placed(exploration_charts.matrix(pairs, names), where, title),
        table=Table(f"{title}, percent of worlds", head, rows),
    )


def _series(found: Exploration, one: SeriesSensitivity) -> Figure:
    mean: Float[ndarray, " input"] = np.mean(one.st, axis=1)
    order: Int[ndarray, " line"] = np.argsort(-mean, kind="stable")[:_LINES]
    names = [one.inputs[int(n)] for n in order]
    times = found.run.bands["time"].values
    where = anchor("figure-series-hinges", one.name)
    title = f"What {one.name} hinges on over time"
    steps = np.unique(np.linspace(0, len(times) - 1, 9).round().astype(int))
    moments, _ = world_charts.moments(times)
    rows = tuple((str(moments[n]), *(f"{one.st[i, n]:.2f}" for i in order)) for n in steps)
    return Figure(
        anchor=where,
        title=title,
        reading="Lines: share of the variance in which an input takes part (total Sobol' index).",
        picture=chart_svg.placed(
            exploration_charts.over_time(times, names, one.st[order]), where, title
        ),
        table=Table(title, ("Time", *names), rows),
    )


def _options(found: Exploration) -> tuple[Table, ...]:
    if found.options is None:
        return ()
    tables: list[Table] = []
    for one in found.options.claims:
        note = "; ".join(option_words.notes(one))
        head = tuple(f"{word[:1].upper()}{word[1:]}" for word in option_words.head(found, one))
        title = option_words.title(one)
        tables.append(Table(title, head, tuple(option_words.rows(one)), note))
        rows = tuple(option_words.failures(one))
        if rows:
            title = f"Where {one.claim} fails, by option"
            tables.append(Table(title, ("Option", "Box"), rows, in_words=True))
    said = tuple((line,) for line in option_words.overall(found))
    return (*tables, *([Table("All options", ("Finding",), said, in_words=True)] if said else []))
