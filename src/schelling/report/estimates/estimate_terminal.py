"""Estimates for a terminal, fitting whatever width it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

from rich.console import ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from schelling.report.estimates import estimate_words
from schelling.report.words.numerals import MISSING, fixed, tenth_percent
from schelling.report.words.terminal_text import TerminalDrawing, styled
from schelling.study.estimating.fitted import (
    Coefficient,
    Estimation,
    FitStatus,
    Fitted,
    PosteriorFit,
    PosteriorRow,
    PredictedEnds,
    ProfileRow,
)
from schelling.study.estimating.offer_rules import OUTCOMES

_PLACES = 4
_MOST_ROWS = 300
_MOST_ENDS = 6

_Row = TypeVar("_Row", Coefficient, ProfileRow)


def summary(estimate: Estimation) -> RenderableType:
    """The result of an estimation, as something rich can print.

    Args:
        estimate: The result.

    Returns:
        A renderable; it fits the console it is printed on.
    """
    return TerminalDrawing(partial(_drawn, estimate))


def _drawn(estimate: Estimation, options: ConsoleOptions) -> Iterator[RenderableType]:
    fitted, ascii_only = estimate.fitted, options.ascii_only
    say = partial(styled, ascii_only=ascii_only)

    yield say(estimate_words.title(fitted), "bold")
    yield say(f"{estimate_words.form(fitted)}; {estimate_words.sample(fitted)}")
    yield say(estimate_words.fit_line(fitted))
    if trouble := estimate_words.trouble(fitted):
        yield say(trouble, "yellow")
    yield Text()
    yield _coefficients(fitted, ascii_only)
    for note in estimate_words.notes(fitted):
        yield say(f"- {note}", "dim")
    if fitted.profile:
        yield Text()
        yield _profile(fitted, ascii_only)
        yield say(
            "profile: change of the log-likelihood when a coefficient is held so many standard "
            "errors from its estimate and the others are free; a parabola falls by 0.5, 2 and "
            "4.5",
            "dim",
        )
    if fitted.prediction is not None:
        yield Text()
        yield from _prediction(fitted, fitted.prediction, ascii_only)
    if estimate.rival is not None:
        yield Text()
        for line in estimate_words.rivalry(estimate):
            yield say(line)
        if trouble := estimate_words.trouble(estimate.rival):
            yield say(f"model 2: {trouble}", "yellow")


def _coefficients(fitted: Fitted, ascii_only: bool) -> Table:
    low, high = _ends(fitted.level)
    if fitted.posterior is not None:
        return _draws(fitted, fitted.posterior, ascii_only)
    table = _grid(("",), ("estimate", "std. error", "z", "p", low, high), ascii_only)
    for row, first in _marked(fitted.coefficients[:_MOST_ROWS]):
        if first:
            table.add_row(styled(row.equation, ascii_only=ascii_only))
        cells = (f"  {row.name}", *_numbers(row))
        table.add_row(*(styled(cell, ascii_only=ascii_only) for cell in cells))
    return table


def _draws(fitted: Fitted, found: PosteriorFit, ascii_only: bool) -> Table:
    """Posterior of each coefficient."""
    low, high = _ends(fitted.level)
    table = _grid(("",), ("mean", "std. dev.", "P(> 0)", low, high, "R-hat", "ESS"), ascii_only)
    known = fitted.status is FitStatus.SOLVED
    for (row, first), told in zip(
        _marked(fitted.coefficients[:_MOST_ROWS]), found.rows, strict=False
    ):
        if first:
            table.add_row(styled(row.equation, ascii_only=ascii_only))
        numbers = (
            *_with_error(row),
            _positive(told) if known else MISSING,
            *_interval(row),
            f"{told.r_hat:.3f}",
            f"{told.effective:,.0f}",
        )
        cells = (f"  {row.name}", *numbers)
        table.add_row(*(styled(cell, ascii_only=ascii_only) for cell in cells))
    return table


def _positive(told: PosteriorRow) -> str:
    return estimate_words.share_above(told.positive, told.effective)


def _marked(rows: Sequence[_Row]) -> list[tuple[_Row, bool]]:
    """Rows, and whether each is the first of its equation."""
    return [(row, k == 0 or rows[k - 1].equation != row.equation) for k, row in enumerate(rows)]


def _numbers(row: Coefficient) -> tuple[str, ...]:
    if row.infinite:
        return ("∞" if row.estimate > 0 else "−∞", *[MISSING] * 5)
    return (
        *_with_error(row),
        fixed(row.z, 2),
        estimate_words.p_value(row.p),
        *_interval(row),
    )


def _with_error(row: Coefficient) -> tuple[str, str]:
    estimate, error = (
        estimate_words.scaled(one, row.error, _PLACES) for one in (row.estimate, row.error)
    )
    return estimate, error


def _interval(row: Coefficient) -> tuple[str, str]:
    low, high = (estimate_words.scaled(one, row.error, _PLACES - 1) for one in (row.low, row.high))
    return low, high


def _ends(level: float) -> tuple[str, str]:
    """Heads of the ends of an interval: `2.5 %` and `97.5 %`."""
    tail = 50 * (1 - level)
    return f"{tail:.4g} %", f"{100 - tail:.5g} %"


def _profile(fitted: Fitted, ascii_only: bool) -> Table:
    points = len(fitted.profile[0].values)
    table = _grid(("",), [_step(index, points) for index in range(points)], ascii_only)
    for row, first in _marked(fitted.profile[:_MOST_ROWS]):
        if first:
            table.add_row(styled(row.equation, ascii_only=ascii_only))
        cells = (f"  {row.name}", *(fixed(height, 2) for height in row.heights))
        table.add_row(*(styled(cell, ascii_only=ascii_only) for cell in cells))
    return table


def _step(index: int, points: int) -> str:
    """Standard errors from the estimate to a point of the grid."""
    half = points // 2
    away = half - index if index < half else index - half + 1
    return f"{'−' if index < half else '+'}{3 * away / half:.3g}"


def _prediction(fitted: Fitted, found: PredictedEnds, ascii_only: bool) -> Iterator[RenderableType]:
    say = partial(styled, ascii_only=ascii_only)

    ends = fitted.bound.names.own[:_MOST_ENDS]
    what = "offers and answers" if fitted.bound.names is OUTCOMES else "probabilities"
    yield say(f"predicted {what}, {100 * found.level:.4g} % bands")
    table = _grid((), (found.column, *ends), ascii_only)
    for k, value in enumerate(found.values):
        cells = [
            f"{tenth_percent(p)} ({_bare(low)}-{_bare(high)})"
            for p, low, high in zip(
                found.chance[k][:_MOST_ENDS], found.low[k], found.high[k], strict=False
            )
        ]
        table.add_row(*(styled(cell, ascii_only=ascii_only) for cell in (value, *cells)))
    yield table
    left = len(fitted.bound.names.own) - len(ends)
    if left > 0:
        yield say(f"{left} more ends: see --json", "dim")
    if found.held:
        held = ", ".join(f"{name} = {value}" for name, value in found.held)
        yield say(f"held at means or commonest values: {held}", "dim")


def _bare(share: float) -> str:
    return f"{100 * share:.1f}"


def _grid(left: Sequence[str], right: Sequence[str], ascii_only: bool) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for head in left:
        table.add_column(styled(head, ascii_only=ascii_only), overflow="fold")
    for head in right:
        table.add_column(styled(head, ascii_only=ascii_only), justify="right")
    return table
