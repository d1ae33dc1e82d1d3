"""Games with states as the page shows them: a shaded table for every state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from jaxtyping import Float
from markupsafe import Markup

from schelling.case.model import StochasticGame
from schelling.case.sections.about_games import uncertainty
from schelling.compile.games.stochastic import Process
from schelling.report.games import game_sections, table_svg
from schelling.report.games.game_sections import ShownGame
from schelling.report.games.solution_picture import stacked
from schelling.report.games.table_svg import Names
from schelling.report.page.anchors import anchor
from schelling.report.page.figure import Figure, Table
from schelling.report.words.formulas import formula
from schelling.study.runs.results import Run

_READING = (
    "One table for each state. Everybody chooses without seeing what the others do. A cell holds "
    "the mean of what it is worth, its payoffs and all that follows, discounted; the darker, the "
    "more often it is played there."
)
_SOLVED = (
    "Every actor chooses what is better in the long run more often, not always: Markov logit "
    "quantal response, the principal branch; states are worth expected payoffs."
)


def played(run: Run, game: StochasticGame) -> ShownGame:
    """Gather what is said of a game with states.

    Args:
        run: The run.
        game: A game with states of its case.

    Returns:
        The game with its picture and tables.
    """
    data = run.games[game.name]
    solved = data["choice"].values
    solved_when = "Solved once in every world, before the run."
    if game.schedule:
        solved_when = "Solved anew as a world runs; shown as solved at its start."
    return ShownGame(
        game=game,
        anchor=anchor("game", game.name),
        when=f"{solved_when} Discount: {formula(game.discount)}.",
        precision=formula(game.precision),
        solved=_SOLVED,
        places=uncertainty.of_states(run.case, game),
        figure=Figure(
            anchor=anchor("figure-game", game.name),
            title=f"The game {game.name}",
            reading=_READING,
            picture=Markup(picture(run, game)),
            table=game_sections.payoffs(data),
        ),
        choices=game_sections.choices(data),
        unsolved=int((~np.isfinite(solved).all(axis=1)).sum()),
        chosen=game_sections.chosen(data),
        values=_values(data),
    )


def picture(run: Run, game: StochasticGame) -> str:
    """The tables of a game with states, one below the other, as SVG text."""
    data, process = run.games[game.name], Process(game)
    columns = {name: data["choice"].values[:, n] for n, name in enumerate(process.edges)}
    parts: list[str] = []
    for number, state in enumerate(process.states):
        movers = [
            (player, actor, own)
            for player, (actor, own) in enumerate(
                zip(game.actors, process.actions[number], strict=True)
            )
            if own != ("",)
        ]
        worth = _cells(data, process, number, [player for player, _, _ in movers])
        play = [
            np.stack([columns[f"{state} / {actor}: {action}"] for action in own], axis=1)
            for _, actor, own in movers
        ]
        title = f"{game.name}, {state}: value now and later"
        names = Names([actor for _, actor, _ in movers], [own for _, _, own in movers], title)
        parts.append(table_svg.svg(worth, play, names))
    return parts[0] if len(parts) == 1 else stacked(parts)


def _cells(
    data: xr.Dataset, process: Process, state: int, movers: Sequence[int]
) -> Float[np.ndarray, "world ... player"]:
    """Worth of a state's cells to those who move in it."""
    here = [n for n, place in enumerate(process.ends.values()) if place[0] == state]
    shape = [len(process.actions[state][player]) for player in movers]
    own = data["payoffs"].values[:, here][:, :, list(movers)]
    return own.reshape(len(own), *shape, len(movers))


def _values(data: xr.Dataset) -> Table:
    rows: list[tuple[str, ...]] = []
    for s, state in enumerate(data["state"].values.tolist()):
        for player, actor in enumerate(data["player"].values.tolist()):
            rows.append(
                (f"{state}, {actor}", *game_sections.spread(data["value"].values[:, s, player]))
            )
    head = ("State and actor", "Median", "90 % of worlds")
    return Table("Values of states", head, tuple(rows))
