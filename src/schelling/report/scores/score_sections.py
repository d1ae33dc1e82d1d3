"""What the page says of the forecasts once there are outcomes: figures, tables, sentences."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from schelling.forecast import reliability
from schelling.report.charts import chart_svg, theme
from schelling.report.charts.text_width import text_width
from schelling.report.page.figure import Figure, Table
from schelling.report.scores import (
    calibration_figures,
    score_cells,
    score_charts,
    score_numbers,
    score_words,
)
from schelling.report.words.numerals import fixed
from schelling.study.scoring.score_board import (
    CLASS,
    MODEL,
    PERSISTENCE,
    RECORD,
    BaselineComparison,
    Row,
    Score,
)
from schelling.study.scoring.windows import families

_LONGEST = 56
_HUNDRED = 100.0


@dataclass(frozen=True)
class Scored:
    """The scored part of the section on forecasts.

    Attributes:
        headline: The register in one sentence.
        tally: How many questions have each status.
        caveats: What weakens the test; may be empty.
        notes: Sentences on intervals, numbers and how forecasts were made.
        strip: A line a question; None when no yes or no is scored.
        gains: Paired differences against baselines; None without any.
        skills: The same as a table; None without any.
        numbers: Scored numbers, dates and ordered answers; None without any.
        number_skills: Forecasters of these compared; None without any, or if no skill is claimed.
        windows: Questions asked at several closing days, and whether that matters; None without.
        unscored: Questions that are not scored, and why; None when all are.
        timeline: Windows and days.
        calibration: Reliability diagrams and Murphy curves, from enough questions on.
        too_few: What is said in their place.
    """

    headline: str
    tally: str
    caveats: str
    notes: tuple[str, ...]
    strip: Figure | None
    gains: Figure | None
    skills: Table | None
    numbers: Table | None
    number_skills: Table | None
    windows: Table | None
    unscored: Table | None
    timeline: Figure
    calibration: tuple[Figure, ...]
    too_few: str


def section(score: Score) -> Scored:
    """What the page says of a scored register.

    Args:
        score: The scored register.

    Returns:
        The section.
    """
    most = max((len(found.p) for found in score.calibrations), default=0)
    few = ""
    if most < reliability.ENOUGH:
        few = (
            f"A reliability diagram and a Murphy curve are drawn from {reliability.ENOUGH} scored "
            f"questions of one forecaster on; here there are at most {most}, too few "
            "for a curve."
        )
    told = (
        score_words.how_forecast,
        score_words.expectation,
        score_words.coverage,
        score_words.windows,
    )
    notes = tuple(tell(score) for tell in told)
    return Scored(
        headline=score_words.headline(score),
        tally=score_words.tally(score),
        caveats=score_words.caveats(score),
        notes=tuple(note for note in notes if note),
        strip=_strip(score),
        gains=_gains(score),
        skills=_skills(score),
        numbers=_numbers(score),
        number_skills=_number_skills(score),
        windows=_windows(score),
        unscored=_unscored(score),
        timeline=_timeline(score),
        calibration=calibration_figures.of(score),
        too_few=few,
    )


def _label(row: Row) -> str:
    """The question, cut behind a word so that it fits beside its line, and its number."""
    for longest in range(_LONGEST, 0, -1):
        text = textwrap.shorten(row.question.question, longest, placeholder=" …")
        label = f"{text}  {row.question.name}"
        if text_width(label, theme.TEXT_SIZE) <= score_charts.LABEL:
            return label
    return row.question.name


def _strip(score: Score) -> Figure | None:
    rows = [row for row in score_words.by_surprise(score.rows) if row.happened is not None]
    if not rows:
        return None
    data = pd.DataFrame([_strip_row(row) for row in rows])
    title, where = "Questions by surprise", "figure-forecast-strip"
    description = f"{score_words.headline(score)} The most surprising outcomes stand on top."
    smoothed = any(row.by(RECORD) for row in rows)
    cells = [
        (
            row.question.name,
            score_cells.side(row),
            score_cells.odds(row),
            score_cells.share(row),
            score_cells.point(row, MODEL),
            score_cells.point(row, PERSISTENCE),
            *((score_cells.point(row, RECORD),) if smoothed else ()),
            score_cells.point(row, CLASS),
            score_cells.happened(row),
            score_cells.bits(row.surprise),
        )
        for row in rows
    ]
    head = ("No.", "Text", "Author’s odds, %", "Share of worlds, %", "Forecast, %")
    head += ("No change, %", *(("No change, smoothed, %",) if smoothed else ()))
    head += ("Base rate, %", "Outcome", "Surprise, bits")
    return Figure(
        anchor=where,
        title=title,
        reading="Bar: the author’s odds. Dot: the model’s forecast. Diamond: no change. Tick "
        "on a thin line: base rate, with its 95 % interval. Word: the outcome. Number: surprise in "
        "bits, by the end of the author’s odds that suits it better, or else by the forecast.",
        picture=chart_svg.placed(score_charts.strip(data), where, title, description),
        narrow=chart_svg.placed(
            score_charts.strip(data, narrow=True), f"{where}-narrow", title, description
        ),
        table=Table(
            "Yes-or-no questions, the most surprising first",
            head,
            tuple(cells),
            score_words.stars(rows),
        ),
    )


def _strip_row(row: Row) -> dict[str, Any]:
    author, rate = row.by("author"), row.by(CLASS)
    model, same = row.by(MODEL), row.by(PERSISTENCE)
    return {
        "label": _label(row),
        "number": row.question.name,
        "low": _HUNDRED * author.low if author else math.nan,
        "high": _HUNDRED * author.high if author else math.nan,
        "model": _HUNDRED * model.point if model else math.nan,
        "no_change": _HUNDRED * same.point if same else math.nan,
        "base_rate": _HUNDRED * rate.point if rate else math.nan,
        "base_low": _HUNDRED * rate.low if rate else math.nan,
        "base_high": _HUNDRED * rate.high if rate else math.nan,
        "happened": "yes" if row.happened else "no",
        "surprise": score_cells.bits(row.surprise),
    }


def _gains(score: Score) -> Figure | None:
    if not score.comparisons:
        return None
    dots: list[dict[str, Any]] = []
    means: list[dict[str, Any]] = []
    cells: list[tuple[str, ...]] = []
    for found in score.comparisons:
        label = _label_of(found)
        counts = Counter(round(gain, 2) for gain in found.gain)
        dots += [{"label": label, "gain": g, "questions": n} for g, n in counts.items()]
        none = (math.nan, math.nan)  # of an exercise no skill is claimed
        low, high = none if score.exercise else found.skill.difference_interval
        means.append({"label": label, "mean": found.skill.difference, "low": low, "high": high})
        better = sum(gain > 0 for gain in found.gain)
        worse = sum(gain < 0 for gain in found.gain)
        ends = "–" if math.isnan(low) else f"{fixed(low, 2)} to {fixed(high, 2)}"
        cells.append((label, str(better), str(worse), fixed(found.skill.difference, 2), ends))
    title, where = "Gain over each baseline, question by question", "figure-forecast-gains"
    level = score_words.SKILL_TEXT
    drawn_from = pd.DataFrame(dots), pd.DataFrame(means)
    description = f"{len(means)} comparisons; the table gives the mean gain of each."
    head = ("Comparison", "Questions better", "Worse", "Mean gain", f"{level} interval")
    return Figure(
        anchor=where,
        title=title,
        reading="A circle stands for the questions with one gain, larger for more questions; right "
        f"of zero the first forecaster is better. Tick: mean; thick line: its {level} interval, "
        f"taken from whole clusters. {score_words.legend(score)}",
        picture=chart_svg.placed(score_charts.gains(*drawn_from), where, title, description),
        narrow=chart_svg.placed(
            score_charts.gains(*map(_shortened, drawn_from), narrow=True),
            f"{where}-narrow",
            title,
            description,
        ),
        table=Table("Paired differences of Brier scores", head, tuple(cells)),
    )


def _skills(score: Score) -> Table | None:
    if not score.comparisons or score.exercise:
        return None
    rows = tuple(
        (
            _label_of(found),
            str(found.skill.questions),
            fixed(found.skill.own, 3),
            fixed(found.skill.reference, 3),
            score_cells.ranged(found.skill),
            fixed(found.effective.effective, 1),
            str(len(found.topics)),
            score_cells.ranged(found.by_topic),
        )
        for found in score.comparisons
    )
    return Table(
        f"Skill: 1 - own / theirs, with a {score_words.SKILL_TEXT} interval",
        (
            *("Comparison", "Questions", "Own Brier", "Theirs", "Skill", "Effective number"),
            *("Topics", "Skill, one answer a topic"),
        ),
        rows,
        "Brier scores in the half convention, (p - o)², from 0 to 1. Effective number of "
        "questions: the number of independent ones with as precise a mean, since those of a "
        "cluster are correlated. One answer a topic: of a question that is asked for several "
        "windows, the last window counts.",
    )


def _label_of(found: BaselineComparison) -> str:
    own = score_cells.name(found.forecaster, found.end)
    return f"{own} against {score_cells.name(found.reference)}"


def _numbers(score: Score) -> Table | None:
    rows = tuple(score_numbers.rows(score, whole=True))
    if not rows:
        return None
    title = "Numbers, dates and ordered answers"
    note = f"{score_numbers.NOTE} {score_numbers.INTERVAL_NOTE}"
    return Table(title, score_numbers.HEAD, rows, note)


def _number_skills(score: Score) -> Table | None:
    rows = tuple(score_numbers.pooled(score))
    if not rows or score.exercise:
        return None
    title = f"Skill on numbers, dates and ordered answers, with a {score_words.SKILL_TEXT} interval"
    note = f"{score_numbers.POOLED_NOTE} {score_numbers.left_out(score)}".strip()
    return Table(title, score_numbers.POOLED, rows, note)


def _windows(score: Score) -> Table | None:
    rows: list[tuple[str, ...]] = []
    for family in families(score.case):
        first = family.questions[0]
        pairs = zip(family.questions, family.statuses, strict=True)
        answers = "; ".join(f"{question.closes}: {status}" for question, status in pairs)
        names = f"{first.name} to {family.questions[-1].name}"
        rows.append((names, answers, "yes" if family.flips else "no", first.question))
    head = ("No.", "Closing day: answer", "Answer depends on the day", "Question, first form")
    return Table("One question at several closing days", head, tuple(rows)) if rows else None


def _unscored(score: Score) -> Table | None:
    rows = tuple(
        (row.question.name, row.settled.status, row.settled.reason, row.question.question)
        for row in score.rows
        if not row.scored
    )
    return Table("Not scored", ("No.", "Status", "Reason", "Question"), rows) if rows else None


def _timeline(score: Score) -> Figure:
    windows: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    cells: list[tuple[str, ...]] = []
    made = {
        prediction.question: prediction.made_at.isoformat() for prediction in score.case.predictions
    }
    for row in score.rows:
        question, outcome = row.question, row.settled.outcome
        opens, closes = question.opens.isoformat(), question.closes.isoformat()
        windows.append({"label": question.name, "opens": opens, "closes": closes})
        days = {
            "asserted": question.asserted_on.isoformat() if question.asserted_on else "",
            "registered": question.registered_at.isoformat() if question.registered_at else "",
            "forecast": made.get(question.name, ""),
            "resolved": outcome.resolved_on.isoformat() if outcome and outcome.resolved_on else "",
        }
        marks += [
            {"label": question.name, "day": day, "what": what} for what, day in days.items() if day
        ]
        recorded = outcome.recorded_at.isoformat() if outcome else ""
        cells.append((question.name, opens, closes, *days.values(), recorded))
    title, where = "Windows and days", "figure-forecast-timeline"
    head = (
        "No.",
        "Opens",
        "Closes",
        "Asserted",
        "Registered",
        "Forecast",
        "Resolved",
        "Recorded",
    )
    drawn_from = pd.DataFrame(windows), pd.DataFrame(marks, columns=["label", "day", "what"])
    description = f"{len(windows)} windows; the table gives every day."
    return Figure(
        anchor=where,
        title=title,
        reading="Bar: the window of a question. A day of resolution inside it is an early answer, "
        "which is scored once the window is over.",
        picture=chart_svg.placed(score_charts.timeline(*drawn_from), where, title, description),
        narrow=chart_svg.placed(
            score_charts.timeline(*drawn_from, narrow=True), f"{where}-narrow", title, description
        ),
        table=Table("Days of every question", head, tuple(cells)),
    )


def _shortened(table: pd.DataFrame) -> pd.DataFrame:
    """The same with labels for a narrow window."""
    return table.assign(label=table["label"].str.replace(" against ", " v. "))
