"""Predictions against outcomes on a time line: where the text took a side, and who was right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markupsafe import Markup

from schelling.report.charts import theme
from schelling.report.charts.svg_number import px
from schelling.report.charts.text_width import pinned, text_width
from schelling.report.scores import score_cells
from schelling.report.words.numerals import count
from schelling.study.scoring.forecasters import YES_OR_NO
from schelling.study.scoring.score_board import NOT_MATURED, Row, Score

RIGHT: Final = "as the text says"
WRONG: Final = "not as the text says"
OTHER: Final = "not scored or no side"
LANES: Final = (RIGHT, WRONG, OTHER)

_TEXT = 12
_STEP = 9.5  # between marks that would cover one another
_RADIUS = 4.0
_PAD = 6.0


@dataclass(frozen=True)
class Mark:
    """A question on the time line.

    Attributes:
        name: Its name.
        question: Its words.
        day: When it was answered; without an answer, when its window closes.
        lane: One of `LANES`.
        outcome: The answer and whether the text gives it; or why it is not scored.
    """

    name: str
    question: str
    day: dt.date
    lane: str
    outcome: str


def marks(score: Score) -> tuple[Mark, ...]:
    """Every question of a scored register by day.

    Args:
        score: The scored register.

    Returns:
        The questions in the order of their days.
    """
    found = [
        Mark(row.question.name, row.question.question, _day(row), _lane(row), _outcome(row))
        for row in score.rows
    ]
    return tuple(sorted(found, key=lambda mark: (mark.day, mark.name)))


def _day(row: Row) -> dt.date:
    outcome = row.settled.outcome
    if row.scored and outcome is not None and outcome.resolved_on is not None:
        return outcome.resolved_on
    return row.question.closes


def _lane(row: Row) -> str:
    if not row.scored or row.lean is None or row.happened is None:
        return OTHER
    return RIGHT if row.lean == row.happened else WRONG


def _outcome(row: Row) -> str:
    """The answer and whether the text gives it; or where the question stands."""
    told, lane = score_cells.happened(row), _lane(row)
    if row.settled.status == NOT_MATURED:
        return f"window open until {row.question.closes}" if told == NOT_MATURED else told
    if lane != OTHER:
        return f"{told}, {lane}"
    if row.scored and row.question.kind in YES_OR_NO:
        return f"{told}; the text takes no side"
    return told


def described(found: Sequence[Mark]) -> str:
    """The time line in a sentence."""
    counts = [f"{sum(mark.lane == lane for mark in found)} {lane}" for lane in LANES]
    return f"{count(len(found), 'question')}: {'; '.join(counts)}."


def svg(found: Sequence[Mark], width: float, mark: str, title: str) -> Markup:
    """Draw the time line.

    Args:
        found: The questions.
        width: Width of the picture.
        mark: What ids begin with.
        title: What it is called.

    Returns:
        One `svg` element.
    """
    first, last = min(one.day for one in found), max(one.day for one in found)
    span = max((last - first).days, 1)
    narrow = width < 2 * max(text_width(lane, _TEXT) for lane in LANES)
    left = _PAD if narrow else max(text_width(lane, _TEXT) for lane in LANES) + 2 * _PAD
    room = width - left - 2 * _PAD - _RADIUS
    parts: list[str] = []
    top = 2.0
    for lane in (lane for lane in LANES if any(one.lane == lane for one in found)):
        placed = _stacked([one for one in found if one.lane == lane], first, room / span)
        height = max(level for _, _, level in placed) * _STEP + 2 * _RADIUS + 6
        top += 16 if narrow else 0
        middle = top + height - _RADIUS - 3
        label = (_PAD, top - 4) if narrow else (_PAD, middle + 4)
        parts.append(_text(*label, lane, theme.INK))
        parts.append(
            f'<line x1="{px(left)}" y1="{px(top + height)}" x2="{px(width - _PAD)}" '
            f'y2="{px(top + height)}" stroke="{theme.RULE}"/>'
        )
        for one, x, level in placed:
            parts.append(_dot(one, left + _RADIUS + x, middle - level * _STEP))
        top += height + 3
    parts += _axis(first, last, left + _RADIUS, room / span, top, width)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" role="img" '
        f'viewBox="0 0 {px(width)} {px(top + 20)}" width="{px(width)}" height="{px(top + 20)}" '
        f'font-size="{_TEXT}" font-family="{theme.FONT}" '
        f'aria-labelledby="{mark}-title {mark}-desc">'
        f'<title id="{mark}-title">{escape(title)}</title>'
        f'<desc id="{mark}-desc">{escape(described(found))}</desc>'
    )
    return Markup(pinned("".join((head, *parts, "</svg>"))))


def _stacked(found: Sequence[Mark], first: dt.date, scale: float) -> list[tuple[Mark, float, int]]:
    """Marks with their place from the left and the level they are lifted to."""
    ends: list[float] = []
    placed: list[tuple[Mark, float, int]] = []
    for one in found:
        x = (one.day - first).days * scale
        level = next((n for n, end in enumerate(ends) if x >= end), len(ends))
        ends[level : level + 1] = [x + _STEP]
        placed.append((one, x, level))
    return placed


def _dot(one: Mark, x: float, y: float) -> str:
    """A disc for right, a cross for wrong, a ring for the rest."""
    words = f"{one.name}, {one.day}: {one.question} {one.outcome}"
    told = f"<title>{escape(words)}</title>"
    if one.lane == WRONG:
        arm = _RADIUS - 0.6
        way = f"M{px(x - arm)} {px(y - arm)}l{px(2 * arm)} {px(2 * arm)}"
        way += f"m{px(-2 * arm)} 0l{px(2 * arm)} {px(-2 * arm)}"
        return (
            f'<g>{told}<path d="{way}" stroke="{theme.WARM}" stroke-width="2.2" fill="none"/></g>'
        )
    fill = theme.DEEP if one.lane == RIGHT else "#ffffff"
    stroke = theme.DEEP if one.lane == RIGHT else theme.SOFT
    return (
        f'<g>{told}<circle cx="{px(x)}" cy="{px(y)}" r="{_RADIUS}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="1.2"/></g>'
    )


def _axis(
    first: dt.date, last: dt.date, left: float, scale: float, top: float, width: float
) -> Iterator[str]:
    """The first month and every year that begins; as many as have room."""
    days = [first, *(dt.date(year, 1, 1) for year in range(first.year + 1, last.year + 1))]
    if len(days) == 1 and last > first:
        days.append(last)
    free = -1.0
    for n, day in enumerate(days):
        label = str(day.year) if (day.month, day.day) == (1, 1) else f"{day:%Y-%m}"
        size = text_width(label, _TEXT)
        x = left + (day - first).days * scale
        start = x if n == 0 else min(x - size / 2, width - size - 1)
        if start < free:
            continue
        free = start + size + 10
        yield (
            f'<line x1="{px(x)}" y1="{px(top - 3)}" x2="{px(x)}" y2="{px(top + 3)}" '
            f'stroke="{theme.SOFT}"/>'
        )
        yield _text(start, top + 16, label, theme.SOFT)


def _text(x: float, y: float, text: str, ink: str) -> str:
    return f'<text x="{px(x)}" y="{px(y)}" fill="{ink}">{escape(text)}</text>'
