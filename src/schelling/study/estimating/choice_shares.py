"""Precision or levels of reasoning, estimated from how often each action was chosen.

The table has a row for each action at each decision: `decision = COLUMN`, `action = COLUMN`,
`count = COLUMN`. Quantal response is taken on its principal branch. In the Poisson cognitive
hierarchy a player of level 0 chooses all actions alike; one of level k best-responds to a belief
that the others are of lower levels, in the proportions of a Poisson distribution.

References:
    McKelvey, R. D. and Palfrey, T. R. (1995), Quantal response equilibria for normal form games,
    Games and Economic Behavior 10(1), 6-38; Camerer, C. F., Ho, T.-H. and Chong, J.-K. (2004), A
    cognitive hierarchy model of games, Quarterly Journal of Economics 119(3), 861-898.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

from schelling.case.language.typed.scope import suggest
from schelling.errors import MethodError
from schelling.evidence.estimation import single
from schelling.evidence.estimation.single import Single
from schelling.study.estimating.model_text import ModelText
from schelling.study.estimating.named_columns import named_column
from schelling.study.estimating.observed_table import MISSING, Observed
from schelling.study.solving import game_file, solve
from schelling.study.solving.answer import DecisionSet, Game, StatesGame, TableGame
from schelling.study.solving.concept import SOLVED, Concept

NEEDED = ("decision", "action", "count")
"""Settings of a model of choice shares."""
_POINTS = 60
_SHARPEST = 200.0  # precision times the span of payoffs at the end of the grid
_DEEPEST = 10.0  # mean level at the end of the grid
_LEVELS = 60
_TIE = 1e-9  # of the span of payoffs: worths so near count as equal

Shares = dict[str, tuple[float, ...]]
"""Probability of every action, by decision."""


class Behaviour(enum.Enum):
    """How the players are taken to decide."""

    QUANTAL = "quantal"
    LEVELS = "levels"


@dataclass(frozen=True)
class Choices:
    """Estimates from choice shares.

    Attributes:
        game: The game.
        table: Name of the table.
        behaviour: What was estimated.
        found: The estimate.
        counts: How often each action was chosen, by decision.
        shares: Probability of each action at the estimate, by decision.
        level: Level of the interval.
        saturated: Log-likelihood of the observed shares themselves, which nothing exceeds.
        uniform: Log-likelihood where all actions are equally likely.
        unsolved: Values of the grid at which the game could not be solved.
    """

    game: Game
    table: str
    behaviour: Behaviour
    found: Single
    counts: Shares
    shares: Shares
    level: float
    saturated: float
    uniform: float
    unsolved: int

    @property
    def sets(self) -> tuple[DecisionSet, ...]:
        """The decisions."""
        return self.game.sets

    @property
    def sound(self) -> bool:
        """Whether the estimate is finite."""
        return not self.found.at_end


def wanted(model: ModelText) -> bool:
    """Whether a model is one of choice shares."""
    return any(name in model.settings for name in ("decision", "action", "behaviour"))


def estimate(model: ModelText, game: Game, table: Observed, level: float) -> Choices | None:
    """Estimate one number from choice shares; what is wrong is reported with its place.

    Args:
        model: The model; problems with its lines go there.
        game: A tree or a table in one draw.
        table: The table; problems with its cells go there.
        level: Level of the interval.

    Returns:
        The estimate; None where there is a problem.

    Raises:
        MethodError: The game has no such prediction.
    """
    behaviour = _behaviour(model)
    counts = _counts(model, game, table)
    if behaviour is None or counts is None:
        return None
    predict, grid = _predictor(game, behaviour)

    def log_likelihood(value: float) -> float:
        return _height(counts, predict(value))

    looked = [predict(float(value)) for value in grid]
    unsolved = sum(math.isnan(row[0]) for one in looked for row in list(one.values())[:1])
    if unsolved == len(grid):
        msg = f"{game.name}: the game could not be solved at any precision that was looked at"
        raise MethodError(msg)
    found = single.fit(log_likelihood, grid, level)
    shares = predict(found.value)
    seen = {key: tuple(n / max(sum(row), 1e-300) for n in row) for key, row in counts.items()}
    alike = {key: (1 / len(row),) * len(row) for key, row in counts.items()}
    tops = _height(counts, seen), _height(counts, alike)
    name = table.path.name
    return Choices(game, name, behaviour, found, counts, shares, level, *tops, unsolved)


def _height(counts: Shares, shares: Shares) -> float:
    """Log-likelihood of counts, without the multinomial coefficient; NaN of unknown shares."""
    if any(math.isnan(share) for row in shares.values() for share in row):
        return math.nan
    total = 0.0
    for key, row in counts.items():
        for count, share in zip(row, shares[key], strict=True):
            if count > 0:
                total += count * math.log(share) if share > 0 else -math.inf
    return total


def _behaviour(model: ModelText) -> Behaviour | None:
    for statement in (*model.payoffs, *model.scales, *model.choices):
        message = "a model of choice shares has no payoffs, scales or choices of its own"
        model.report("E926", message, statement.line, statement.left_span)
    statement = model.settings.get("behaviour")
    if statement is None:
        return Behaviour.QUANTAL
    known = [each.value for each in Behaviour]
    if statement.text in known:
        return Behaviour(statement.text)
    message = f"'behaviour' is {' or '.join(known)}, not '{statement.text}'"
    hint = suggest(statement.text, known)
    model.report("E921", message, statement.line, statement.right_span, "", hint)
    return None


def _counts(model: ModelText, game: Game, table: Observed) -> Shares | None:
    columns: list[str] = []
    for name in NEEDED:
        statement = model.settings.get(name)
        if statement is None:
            line = model.lines[0]
            message = f"a model of choice shares needs the line '{name} = COLUMN'"
            model.report("E924", message, line, line.span())
        elif named_column(model, table, statement):
            columns.append(statement.text)
    if len(columns) < len(NEEDED) or model.problems or table.problems:
        return None
    known = _names(game)
    counts = {place.key: [0.0] * len(place.actions) for place in game.sets}
    numbers = table.as_numbers(columns[2])
    for row in np.flatnonzero(table.kept).tolist():
        _add(table, columns, row, (known, counts, numbers))
    if table.problems:
        return None
    if not any(map(sum, counts.values())):
        table.report("E927", "the table counts no choice", None)
        return None
    return {key: tuple(row) for key, row in counts.items() if sum(row) > 0}


def _add(
    table: Observed,
    columns: list[str],
    row: int,
    into: tuple[dict[str, DecisionSet], dict[str, list[float]], Float[np.ndarray, " row"] | None],
) -> None:
    """Add one row to the counts, or report what is wrong with it."""
    known, counts, numbers = into
    decision, action, count = (table.columns[column][row] for column in columns)
    place = known.get(decision)
    if place is None:
        message = f"'{decision}' in column '{columns[0]}' is no decision of the game"
        table.report_cell("E925", message, row, columns[0], suggest(decision, known))
    elif action not in place.actions:
        message = f"'{action}' in column '{columns[1]}' is no action there"
        hint = suggest(action, place.actions)
        table.report_cell("E925", message, row, columns[1], hint)
    elif count in MISSING:
        message = f"the cell of column '{columns[2]}' is missing"
        table.report_cell("E927", message, row, columns[2])
    elif numbers is None or not numbers[row] >= 0:
        message = f"'{count}' in column '{columns[2]}' is no count"
        table.report_cell("E925", message, row, columns[2], "a count is a number of at least 0")
    else:
        counts[place.key][place.actions.index(action)] += float(numbers[row])


def _names(game: Game) -> dict[str, DecisionSet]:
    """Decisions by number, by the name of their set, and by their player if it decides once."""
    found: dict[str, DecisionSet] = {}
    for place in game.sets:
        found[place.key] = place
    for name in {place.name for place in game.sets if place.name}:
        same = [place for place in game.sets if place.name == name]
        if len(same) == 1:
            found.setdefault(name, same[0])
    for index, player in enumerate(game.players):
        same = [place for place in game.sets if place.player == index]
        if len(same) == 1:
            found.setdefault(player, same[0])
    return found


def _predictor(
    game: Game, behaviour: Behaviour
) -> tuple[Callable[[float], Shares], Float[np.ndarray, " point"]]:
    """Predicted shares at a value, and the values to look at first."""
    if isinstance(game, StatesGame):
        msg = "choice shares are for trees and tables, not for games with states"
        raise MethodError(msg)
    if behaviour is Behaviour.LEVELS:
        table = game_file.as_table(game)
        if len(table.players) != 2 or {p.key for p in table.sets} != {p.key for p in game.sets}:
            msg = "levels of reasoning are estimated of two players who choose once each"
            raise MethodError(msg)
        grid = np.concatenate([[0.0], np.geomspace(0.01, _DEEPEST, _POINTS)])

        @cache
        def levels(mean: float) -> Shares:
            return hierarchy(table, mean)

        return levels, grid
    payoffs = game.payoffs
    flat = payoffs.reshape(-1, payoffs.shape[-1])
    span = float(np.ptp(flat, axis=0).max())
    if span == 0:
        msg = "all payoffs are equal, so no precision can be told from another"
        raise MethodError(msg)
    grid = np.concatenate([[0.0], np.geomspace(0.01, _SHARPEST, _POINTS) / span])

    @cache
    def quantal(precision: float) -> Shares:
        found = solve.answer(game, solve.SolveOptions(Concept.QUANTAL, precision)).found
        if found.status != SOLVED or not found.equilibria:
            nothing = {place.key: (math.nan,) * len(place.actions) for place in game.sets}
            return nothing
        return dict(found.equilibria[0].strategy)

    return quantal, grid


def hierarchy(game: TableGame, mean: float) -> Shares:
    """Shares of the actions in the Poisson cognitive hierarchy of a table for two.

    Args:
        game: The table.
        mean: Mean level, at least 0.

    Returns:
        Probability of each action, by decision; ties are split.

    Examples:
        >>> dilemma = np.array([[[3.0, 3.0], [0.0, 5.0]], [[5.0, 0.0], [1.0, 1.0]]])
        >>> game = TableGame("", ("a", "b"), (("c", "d"), ("c", "d")), dilemma)
        >>> round(hierarchy(game, 1.5)["1.1"][1], 6), round(1 - math.exp(-1.5) / 2, 6)
        (0.888435, 0.888435)
    """
    own = game.payoffs[..., 0], game.payoffs[..., 1].T
    counts = [len(actions) for actions in game.actions]
    level = [np.full(n, 1 / n) for n in counts]
    weight = math.exp(-mean)
    weights, played = [weight], [level]
    for k in range(1, _LEVELS):
        belief = [np.average([one[i] for one in played], axis=0, weights=weights) for i in (0, 1)]
        weight *= mean / k
        if weight == 0.0:
            break
        level = [_best(own[i], belief[1 - i]) for i in (0, 1)]
        weights.append(weight)
        played.append(level)
    shares = [np.average([one[i] for one in played], axis=0, weights=weights) for i in (0, 1)]
    return {f"{i + 1}.1": tuple(shares[i].tolist()) for i in (0, 1)}


def _best(payoffs: Float[np.ndarray, "own other"], belief: Float[np.ndarray, " other"]):
    """A best reply, ties split."""
    worth = payoffs @ belief
    good = worth >= worth.max() - _TIE * max(float(np.ptp(payoffs)), 1e-300)
    return good / good.sum()
