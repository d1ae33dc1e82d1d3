"""The games: their trees with how they are played, and the probabilities as a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from markupsafe import Markup
from numpy import ndarray

from schelling.case.language.typed.units import describe
from schelling.case.model import Game, StochasticGame
from schelling.case.sections.about_games import uncertainty
from schelling.case.sections.about_games.tree_walks import branches
from schelling.compile.games.tree import Board
from schelling.errors import Status
from schelling.report.games import play_tables, table_svg, tree_svg
from schelling.report.page import tosses
from schelling.report.page.anchors import anchor
from schelling.report.page.figure import Figure, Table
from schelling.report.words.formulas import formula
from schelling.report.words.numerals import count, percent
from schelling.report.words.quantiles import quantile_texts
from schelling.study.runs.results import Run

_TREE = (
    "Time runs from left to right. Below each action stands the mean probability of choosing it "
    "once its node is reached; at the ends, mean payoffs and the mean probability of getting there."
)
_TABLE = (
    "Everybody chooses without seeing what the others do. A cell holds mean payoffs; the darker, "
    "the more often it is played. A star marks a pure Nash equilibrium."
)
_SOLVED = {
    "quantal": "Every actor chooses the better action more often, not always: logit quantal "
    "response, solved by backward induction.",
    "table": "Every actor chooses the better action more often, not always: logit quantal "
    "response, the principal branch, which starts at uniform play.",
    "private": "Every actor chooses the better action more often, not always, given its own type, "
    "the moves it has seen and its beliefs about the rest, which follow Bayes' rule: logit agent "
    "quantal response, the principal branch, which starts at uniform play.",
    "spe": "Every actor plays a best response at every node, by backward induction: subgame "
    "perfect; among equally good actions, the first listed.",
    "nash": "Every actor plays a best response to the others (Nash): the first pure equilibrium "
    "in the order of the table, or a mixed one if there is none.",
}
_BAND = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


@dataclass(frozen=True)
class ShownGame:
    """A game as the page shows it.

    Attributes:
        game: The game.
        anchor: Fragment of its section.
        when: When it is played, in words.
        precision: The precision of choices, as an expression.
        figure: The tree.
        solved: How it is solved, in words.
        places: Where uncertainty sits in it.
        choices: Probability of every action over worlds.
        unsolved: Worlds in which it could not be solved.
        chosen: Worlds in which the declared rule chose among several answers.
        values: Of a game with states, what they are worth.
        play: Of any other, which replies are best, and what is believed where.
        toss: That it decides next to nothing, where that is so.
    """

    game: Game | StochasticGame
    anchor: str
    when: str
    precision: str
    solved: str
    places: tuple[tuple[str, str], ...]
    figure: Figure
    choices: Table
    unsolved: int
    chosen: int
    values: Table | None = None
    play: tuple[Table, ...] = ()
    toss: str = ""


def played(run: Run, game: Game) -> ShownGame:
    """Gather what is said of one game.

    Args:
        run: The run.
        game: A game of its case.

    Returns:
        The game with its picture and tables.
    """
    data = where_played(run, game)
    solved, best = data["choice"].values, game.concept != "quantal"
    return ShownGame(
        game=game,
        anchor=anchor("game", game.name),
        when=_when(run, game),
        precision="" if best else _precision(game),
        solved=_SOLVED[_way(game)],
        places=uncertainty.places(run.case, game),
        figure=Figure(
            anchor=anchor("figure-game", game.name),
            title=f"The game {game.name}",
            reading=reading(game),
            picture=Markup(picture(run, game)),
            table=payoffs(data),
        ),
        choices=choices(data),
        unsolved=int((~np.isfinite(solved).all(axis=1)).sum()),
        chosen=chosen(data),
        play=play(game, data),
        toss=tosses.sentence(run, game.name),
    )


def _way(game: Game) -> str:
    """How a game is solved, as a key of the sentences about it."""
    if game.concept != "quantal":
        return game.concept
    return "table" if game.simultaneous else "private" if game.private else "quantal"


def _precision(game: Game) -> str:
    """The precision of choices as an expression; one for each actor where they differ."""
    shown = [(actor, formula(value)) for actor, value in game.precision]
    if len(game.precisions) < 2:
        return shown[0][1] if shown else ""
    return ", ".join(f"{actor}: {one}" for actor, one in shown)


def _unit(game: Game) -> str:
    """In which unit payoffs are, if all have the same one; empty for pure numbers."""
    paid = [value for branch in branches(game.root) for _, value in branch.payoffs]
    units = {value.type.dimensions for value in paid if value.type.dimensions is not None}
    return f" Payoffs in {describe(units.pop())}." if len(units) == 1 and units != {()} else ""


def where_played(run: Run, game: Game) -> xr.Dataset:
    """A game in the worlds in which it is played; in all of them if it is played in none."""
    data = run.games[game.name]
    if not game.schedule:
        return data
    played = data["played"].values >= 0
    return data.isel(world=played) if played.any() else data


def picture(run: Run, game: Game) -> str:
    """The tree, or the shaded table, of a game with mean choice probabilities, as SVG text."""
    data = where_played(run, game)
    return drawn(game, data["choice"].values, data["payoffs"].values)


def drawn(game: Game, choice: ndarray, payoffs: ndarray) -> str:
    """The tree, or the shaded table, of a game.

    Args:
        game: The game.
        choice: Probability of every action that can be told apart, `(world, edge)`.
        payoffs: Payoffs, `(world, end, player)`.
    """
    board, title = Board.of(game), f"The game {game.name}"
    if not game.simultaneous:
        return tree_svg.svg(board.tree, board.spread(choice), payoffs, title=title)
    actors, actions = board.names
    ends = np.cumsum([len(own) for own in actions])[:-1]
    play = np.split(choice, ends, axis=1)
    return table_svg.svg(board.table(payoffs), play, table_svg.Names(actors, actions, title))


def reading(game: Game) -> str:
    """How to read the picture of a game."""
    return (_TABLE if game.simultaneous else _TREE) + _unit(game)


def play(game: Game, data: xr.Dataset) -> tuple[Table, ...]:
    """Which replies are best, and what is believed where somebody is unsure."""
    choice, payoffs = data["choice"].values, data["payoffs"].values
    sound = np.isfinite(choice).all(axis=1) & np.isfinite(payoffs).all(axis=(1, 2))
    if not sound.any():
        return ()
    board, choice = Board.of(game), choice[sound]
    replies = play_tables.best_replies(board, choice, payoffs[sound])
    believed = play_tables.beliefs(board, choice)
    return (replies,) if believed is None else (replies, believed)


def choices(data: xr.Dataset) -> Table:
    """Probability of every action over worlds."""
    values = data["choice"].values
    rows = [
        (edge, percent(mean), percent(middle), f"{percent(low)} to {percent(high)}")
        for edge, mean, low, _, middle, _, high in zip(
            data["edge"].values.tolist(), *_summary(values), strict=True
        )
    ]
    return Table(
        caption="Probability of each action once its node is reached",
        head=("Action", "Mean", "Median", "90 % of worlds"),
        rows=tuple(rows),
        note=f"Over {count(len(values), 'world')}.",
    )


def payoffs(data: xr.Dataset) -> Table:
    """Payoffs at every end over worlds."""
    values: ndarray = data["payoffs"].values
    rows: list[tuple[str, ...]] = []
    for end, name in enumerate(data["end"].values.tolist()):
        for player, actor in enumerate(data["player"].values.tolist()):
            rows.append((name, actor, *spread(values[:, end, player])))
    head = ("End", "Actor", "Median", "90 % of worlds")
    return Table("Payoffs at the ends", head, tuple(rows))


def chosen(data: xr.Dataset) -> int:
    """Worlds in which the declared rule chose among several answers."""
    return int((data["status"].values == Status.DEGENERATE).sum())


def spread(values: ndarray) -> tuple[str, str]:
    """Median, and the middle 90 %, of one number over worlds."""
    _, *band = _summary(values)
    texts = quantile_texts(np.array(band), _BAND, len(values))
    return texts[2], f"{texts[0]} to {texts[4]}"


def _summary(values: ndarray) -> tuple[ndarray, ...]:
    """Mean and five quantiles over the draws that were solved."""
    sound = values[np.isfinite(values)] if values.ndim == 1 else values[np.isfinite(values).all(1)]
    if not len(sound):
        return tuple(np.full((6, *values.shape[1:]), np.nan))
    return (sound.mean(axis=0), *np.quantile(sound, _BAND, axis=0))


def _when(run: Run, game: Game) -> str:
    clock = run.case.clock
    if not game.schedule:
        return "Not played over time; claims look at it. Shown at the start."
    first, last = game.schedule[0], game.schedule[-1]
    day = (clock.day(first), clock.day(last)) if clock else (first, last)
    condition = ""
    if game.condition_written is not None:
        condition = f", while {formula(game.condition_written)}"
    shown = _shown(run, game)
    if first == last:
        return f"Played on {day[0]}{condition}. {shown}"
    every = game.schedule[1] - first
    step = "every step" if every == 1 else f"every {every} steps"
    step = step if game.every is None else f"at intervals of {formula(game.every)}"
    return f"Played {step} from {day[0]} to {day[1]}{condition}. {shown}"


def _shown(run: Run, game: Game) -> str:
    """At which step the game is shown, and in how many worlds it is never played."""
    steps = run.games[game.name]["played"].values
    played = steps[steps >= 0]
    whole = f"the first {count(len(steps), 'world')}"
    if not len(played):
        day = moment(run, game.schedule[0])
        return f"It is played in none of {whole}; shown as it stands on {day}."
    text = f"Shown as first played, {'median ' if np.ptp(played) else ''}"
    text += f"{moment(run, int(np.median(played)))}"
    if len(played) == len(steps):
        return f"{text}."
    never = percent(1 - len(played) / len(steps))
    return f"{text}, in the worlds in which it is; in {never} of {whole} it never is."


def moment(run: Run, step: int) -> str:
    """A step as a day, or by its number in a case without dates."""
    return str(run.case.clock.day(step)) if run.case.clock else f"step {step}"
