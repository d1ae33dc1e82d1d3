"""A scored register for a terminal, fitting whatever width it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from schelling.forecast.skill import FEWEST
from schelling.report.scores import score_words
from schelling.report.verdicts.verdict_terminal import plain
from schelling.report.words.numerals import fixed
from schelling.study.scoring.score_board import CLASS, MODEL, PERSISTENCE, Score

_WIDE = 120


def summary(score: Score) -> RenderableType:
    """The result of a register, as something rich can print.

    Args:
        score: The scored register.

    Returns:
        A renderable; it fits the console it is printed on.
    """
    return _Summary(score)


@dataclass(frozen=True)
class _Summary:
    score: Score

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        score, ascii_only = self.score, options.ascii_only

        def say(text: str, style: str = "") -> Text:
            return Text(plain(text, ascii_only), style=style)

        yield say(score.case.title, "bold")
        yield say(score_words.headline(score))
        yield say(score_words.tally(score))
        yield Text()
        yield _questions(score, options)
        yield say(
            "In percent; surprise in bits, of the author’s odds at their kinder end, or else of "
            f"the forecast. {score_words.how_forecast(score)}",
            "dim",
        )
        if any(told.retrospective for row in score.rows for told in row.told):
            yield say(
                score_words.RETROSPECTIVE_NOTE,
                "dim",
            )
        if score.comparisons and not score.exercise:
            yield Text()
            yield _comparisons(score, options)
            yield say(
                f"Brier scores, (p - o)²; skill: 1 - own / theirs, {score_words.SKILL_TEXT} "
                f"interval from totals of clusters, none below {FEWEST} clusters; n eff.: "
                "effective number of questions, as those of a cluster are correlated. "
                f"{score_words.LEGEND}",
                "dim",
            )
        told = (
            score_words.expectation,
            score_words.coverage,
            score_words.numbers,
            score_words.windows,
        )
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
    table.add_column("leans", no_wrap=True)
    for head in ("author", "share of\nworlds", "forecast", "no\nchange", "base\nrate"):
        table.add_column(head, justify="right", no_wrap="\n" not in head)
    table.add_column("outcome", overflow="fold")
    table.add_column("surprise", justify="right", no_wrap=True)
    for row in score_words.by_surprise(score.rows):
        cells = [row.question.name]
        if options.max_width >= _WIDE:
            cells.append(row.question.question)
        cells += [score_words.side(row), score_words.odds(row), score_words.share(row)]
        cells += [score_words.point(row, one) for one in (MODEL, PERSISTENCE, CLASS)]
        cells += [score_words.happened(row), score_words.bits(row.surprise)]
        style = "" if row.scored else "dim"
        table.add_row(*(Text(plain(cell, options.ascii_only), style=style) for cell in cells))
    return table


def _comparisons(score: Score, options: ConsoleOptions) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("who", no_wrap=True)
    table.add_column("against", no_wrap=True)
    for head in ("n", "own", "theirs", "n eff."):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("skill", overflow="fold")
    for found in score.comparisons:
        cells = (
            score_words.name(found.forecaster),
            score_words.name(found.reference),
            str(found.skill.questions),
            fixed(found.skill.own, 3),
            fixed(found.skill.reference, 3),
            fixed(found.effective.effective, 1),
            score_words.skill_text(found),
        )
        table.add_row(*(Text(plain(cell, options.ascii_only)) for cell in cells))
    return table
