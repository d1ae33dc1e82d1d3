"""A scored register for a terminal, fitting whatever width it has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from rich.console import ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from schelling.forecast.skill import FEWEST
from schelling.report.scores import score_cells, score_numbers, score_words
from schelling.report.words.numerals import fixed
from schelling.report.words.terminal_text import TerminalDrawing, styled
from schelling.study.scoring.score_board import (
    CLASS,
    MODEL,
    PERSISTENCE,
    RECORD,
    BaselineComparison,
    Score,
)

_WIDE = 120
_RIGHT = ("Loss", "Interval score", "Questions", "Own loss", "Theirs")
_WHOLE = ("No.", "Kind", "Who", "Against", "Outcome", "Loss", "Questions", "Own loss", "Theirs")


def summary(score: Score) -> RenderableType:
    """The result of a register, as something rich can print.

    Args:
        score: The scored register.

    Returns:
        A renderable; it fits the console it is printed on.
    """
    return TerminalDrawing(partial(_drawn, score))


def _drawn(score: Score, options: ConsoleOptions) -> Iterator[RenderableType]:
    say = partial(styled, ascii_only=options.ascii_only)

    yield say(score.case.title, "bold")
    yield say(score_words.headline(score))
    yield say(score_words.tally(score))
    yield Text()
    yield _questions(score, options)
    yield say(score_words.surprise(score), "dim")
    if starred := score_words.stars(score.rows):
        yield say(starred, "dim")
    if score.comparisons and not score.exercise:
        yield Text()
        yield _comparisons(score, options)
        yield say(
            f"Brier scores, (p - o)², means over n questions; skill: 1 - own / theirs, "
            f"{score_words.SKILL_TEXT} interval from totals of clusters, none below {FEWEST} "
            "clusters; n eff.: effective number of questions, as those of a cluster are "
            f"correlated. {score_words.legend(score)}",
            "dim",
        )
    yield from _numbers(score, options)
    told = (score_words.expectation, score_words.coverage, score_words.windows)
    for sentence in (tell(score) for tell in told):
        if sentence:
            yield say(sentence)
    if caveats := score_words.caveats(score):
        yield say(caveats, "yellow")


def _questions(score: Score, options: ConsoleOptions) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), expand=True)
    table.add_column("no.", no_wrap=True)
    if options.max_width >= _WIDE:
        table.add_column("question", ratio=1, overflow="ellipsis", no_wrap=True)
    table.add_column("text", no_wrap=True)
    smoothed = any(row.by(RECORD) for row in score.rows)
    heads = ["author", "share of\nworlds", "forecast", "no\nchange"]
    heads += ["no change,\nsmoothed"] if smoothed else []
    for head in (*heads, "base\nrate"):
        table.add_column(head, justify="right", no_wrap="\n" not in head)
    table.add_column("outcome", overflow="fold")
    table.add_column("surprise", justify="right", no_wrap=True)
    for row in score_words.by_surprise(score.rows):
        cells = [row.question.name]
        if options.max_width >= _WIDE:
            cells.append(row.question.question)
        cells += [score_cells.side(row), score_cells.odds(row), score_cells.share(row)]
        baselines = (PERSISTENCE, RECORD, CLASS) if smoothed else (PERSISTENCE, CLASS)
        cells += [score_cells.point(row, one) for one in (MODEL, *baselines)]
        cells += [score_cells.happened(row), score_cells.bits(row.surprise)]
        style = "" if row.scored else "dim"
        table.add_row(*(styled(cell, style, ascii_only=options.ascii_only) for cell in cells))
    return table


def _comparisons(score: Score, options: ConsoleOptions) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("who", no_wrap=True)
    table.add_column("against", no_wrap=True)
    for head in ("n", "own", "theirs", "n eff."):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("skill", overflow="fold")
    for found in score.comparisons:
        _add(table, found, options.ascii_only)
    return table


def _add(table: Table, found: BaselineComparison, ascii_only: bool) -> None:
    """All questions of a comparison, and one answer a topic where that is fewer."""
    who = (score_cells.name(found.forecaster, found.end), score_cells.name(found.reference))
    means = [(who, found.skill, fixed(found.effective.effective, 1))]
    if len(found.topics) < len(found.questions):
        means.append((("  one answer a topic", ""), found.by_topic, ""))
    for (name, against), seen, effective in means:
        cells = (name, against, str(seen.questions), fixed(seen.own, 3), fixed(seen.reference, 3))
        cells += (effective, score_cells.ranged(seen))
        table.add_row(*(styled(cell, ascii_only=ascii_only) for cell in cells))


def _numbers(score: Score, options: ConsoleOptions) -> Iterator[RenderableType]:
    """Numbers, dates and ordered answers: every forecast, and forecasters compared."""
    say = partial(styled, style="dim", ascii_only=options.ascii_only)

    rows = score_numbers.rows(score)
    if not rows:
        return
    yield Text()
    head, note = score_numbers.HEAD, score_numbers.NOTE
    if options.max_width >= _WIDE:
        note = f"{note} {score_numbers.INTERVAL_NOTE}"
    else:
        head, rows = head[:-1], [row[:-1] for row in rows]
    yield _table(head, rows, options)
    yield say(note)
    pooled = score_numbers.pooled(score)
    if pooled and not score.exercise:
        yield Text()
        yield _table(score_numbers.POOLED, pooled, options)
        yield say(" ".join((score_numbers.POOLED_NOTE, score_numbers.left_out(score))).strip())


def _table(
    head: tuple[str, ...],
    rows: list[tuple[str, ...]],
    options: ConsoleOptions,
) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    for name in head:
        table.add_column(
            name.lower(),
            justify="right" if name in _RIGHT else "left",
            overflow="fold",
            no_wrap=name in _WHOLE,
        )
    for row in rows:
        table.add_row(*(styled(cell, ascii_only=options.ascii_only) for cell in row))
    return table
