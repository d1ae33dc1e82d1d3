"""The games of a case as they stand at a date that the reader chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from markupsafe import Markup

from schelling.case.model import Game
from schelling.report.games import game_sections
from schelling.report.page.anchors import anchor
from schelling.report.page.figure import Figure, Table
from schelling.report.words.numerals import count, percent
from schelling.study.runs.results import Run


@dataclass(frozen=True)
class DatedGame:
    """A game as it stands at a date.

    Attributes:
        game: The game.
        words: Whether it would be played then, and in which worlds it has no answer.
        figure: The tree or table.
        tables: Probabilities, best replies, and beliefs where somebody is unsure.
    """

    game: Game
    words: str
    figure: Figure
    tables: tuple[Table, ...]


def at(run: Run, found: Mapping[str, xr.Dataset], number: int) -> tuple[DatedGame, ...]:
    """Every game at one of the dates.

    Args:
        run: The run.
        found: The games over time, as `game_courses.over_time` gives them.
        number: Which of the dates.
    """
    games = (game for game in run.case.games if game.name in found)
    return tuple(_at(game, found[game.name].isel(time=number)) for game in games)


def _at(game: Game, data: xr.Dataset) -> DatedGame:
    solved = data["solved"].values
    sound = data.isel(world=solved).astype(np.float64)
    choice, payoffs = sound["choice"].values, sound["payoffs"].values
    words = f"Its condition holds then in {percent(_open(data))} of {count(len(solved), 'world')}."
    if game.condition is None:
        words = "It has no condition that must hold for it to be played."
    if not solved.all():
        words += f" In {count(int((~solved).sum()), 'world')} it has no answer."
    figure = Figure(
        anchor=anchor("figure-dated", game.name),
        title=f"The game {game.name} at this date",
        reading=game_sections.reading(game),
        picture=Markup(game_sections.drawn(game, choice, payoffs)),
        table=game_sections.payoffs(sound),
    )
    return DatedGame(
        game, words, figure, (game_sections.choices(sound), *game_sections.play(game, sound))
    )


def _open(data: xr.Dataset) -> float:
    return float(data["open"].values.mean())
