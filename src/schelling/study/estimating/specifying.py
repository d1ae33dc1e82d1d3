"""Payoffs and scales of a model, looked up in the game: what is fixed, what is a predictor."""

from __future__ import annotations

import math
from typing import NamedTuple

from schelling.case.language.typed.scope import suggest
from schelling.evidence.estimation.moves import (
    NOBODY,
    ErrorKind,
    LinkFunction,
    Moves,
    Specification,
)
from schelling.games.trees.tree import NodeKind
from schelling.study.estimating import covariates
from schelling.study.estimating.covariates import Translation
from schelling.study.estimating.game_names import GameNames
from schelling.study.estimating.model_text import SETTINGS, ModelText, Statement
from schelling.study.estimating.observed_table import Observed
from schelling.study.solving.answer import TreeGame

LOG_SCALE = "log(scale)"


class PayoffFormula(NamedTuple):
    """A predictor: one formula and what it stands for.

    Attributes:
        name: Such as `attacker.war` or `log(scale)`.
        statement: Where it was written.
        translation: Its columns.
        ends: The ends whose payoff it is; none for a scale.
        player: Whose payoff; of a scale `NOBODY`.
    """

    name: str
    statement: Statement
    translation: Translation
    ends: tuple[int, ...]
    player: int

    @property
    def of_scale(self) -> bool:
        """Whether it is the logarithm of a scale rather than a payoff."""
        return self.name.startswith("log(scale")


def moves(game: TreeGame) -> Moves:
    """The tree of a game as plain tuples; chance moves with their probabilities."""
    tree = game.tree
    given = {} if game.weights is None else dict(zip(tree.open_edges, game.weights[0], strict=True))
    chance: list[tuple[float, ...]] = []
    for node, kind in enumerate(tree.kind):
        if kind is not NodeKind.CHANCE:
            chance.append(())
            continue
        first = tree.first_edge[node]
        weights = [
            float(given[first + action] if weight is None else weight)
            for action, weight in enumerate(tree.weights[node])
        ]
        chance.append(tuple(weights))
    return Moves(tree.owner, tree.children, tuple(chance), len(tree.players))


def specify(
    model: ModelText, game: TreeGame, names: GameNames, table: Observed
) -> tuple[tuple[PayoffFormula, ...], Specification | None]:
    """Payoffs and scales as predictors; what is wrong is reported with its place.

    Args:
        model: The model; problems with its lines go there.
        game: The game.
        names: Its names.
        table: The table.

    Returns:
        The predictors, and the game with them; None where the likelihood does not exist.
    """
    tree = game.tree
    count = len(tree.players)
    utility = [[NOBODY] * count for _ in tree.ends]
    fixed = [[float(value) for value in row] for row in game.payoffs[0]]
    equations: list[PayoffFormula] = []
    said: set[tuple[int, int]] = set()
    for statement in model.payoffs:
        place = _payoff(model, game, names, statement)
        if place is None:
            continue
        player, ends = place
        if said & {(end, player) for end in ends}:
            message = f"the payoff '{statement.name}' is given twice"
            model.report("E924", message, statement.line, statement.left_span)
        said |= {(end, player) for end in ends}
        slot = _predictor(model, statement, table, equations, (statement.name, ends, player))
        for end in ends:
            utility[end][player] = slot
            if statement.value is not None:
                fixed[end][player] = statement.value
    scale, log_scale = _scales(model, game, table, equations)
    link, errors = model.link or LinkFunction.PROBIT, model.errors or ErrorKind.AGENT
    if not _fits(model, game, link, errors):
        return tuple(equations), None
    specification = Specification(
        moves(game),
        tuple(map(tuple, fixed)),
        tuple(map(tuple, utility)),
        tuple(log_scale),
        tuple(scale),
        len(equations),
        link,
        errors,
    )
    return tuple(equations), specification


def _payoff(
    model: ModelText, game: TreeGame, names: GameNames, statement: Statement
) -> tuple[int, tuple[int, ...]] | None:
    place = names.payoffs.get(statement.name)
    if place is None:
        message = f"'{statement.name}' is no payoff of the game"
        hint = suggest(statement.name, (*names.payoffs, *SETTINGS)) or "a payoff is PLAYER.END"
        model.report("E924", message, statement.line, statement.left_span, "", hint)
        return None
    if place[0] not in game.tree.owner:
        player = game.players[place[0]]
        message = f"'{player}' never moves, so its payoffs decide nothing"
        model.report("E924", message, statement.line, statement.left_span)
        return None
    return place


def _predictor(
    model: ModelText,
    statement: Statement,
    table: Observed,
    equations: list[PayoffFormula],
    what: tuple[str, tuple[int, ...], int],
) -> int:
    """Number of the predictor of a statement; `NOBODY` for a fixed number, or `~ 0`."""
    if statement.formula is None:
        return NOBODY
    found = covariates.translate(model, statement, table)
    if found is None:
        return NOBODY
    name, ends, player = what
    equations.append(PayoffFormula(name, statement, found, ends, player))
    return len(equations) - 1


def _scales(
    model: ModelText, game: TreeGame, table: Observed, equations: list[PayoffFormula]
) -> tuple[list[int], list[float]]:
    """Predictor of the logarithm of each player's scale, and the logarithm where it is fixed."""
    slots, logs = [NOBODY] * len(game.players), [0.0] * len(game.players)
    said: set[int] = set()
    for statement in model.scales:
        if statement.name and statement.name not in game.players:
            message = f"'{statement.name}' is no player of the game"
            hint = suggest(statement.name, game.players)
            model.report("E924", message, statement.line, statement.left_span, "", hint)
            continue
        own = range(len(game.players))
        if statement.name:
            own = [game.players.index(statement.name)]
        if said & set(own):
            message = "a scale is given twice"
            model.report("E924", message, statement.line, statement.left_span)
        said |= set(own)
        name = f"log(scale({statement.name}))" if statement.name else LOG_SCALE
        slot = _predictor(model, statement, table, equations, (name, (), NOBODY))
        for player in own:
            slots[player] = slot
            if statement.value is not None:
                logs[player] = math.log(statement.value)
    return slots, logs


def _fits(model: ModelText, game: TreeGame, link: LinkFunction, errors: ErrorKind) -> bool:
    """Whether link and errors have a likelihood for this tree."""
    tree = game.tree
    said = (each for each in model.lines if each.text.strip().startswith("link"))
    line = next(said, model.lines[0])
    wide = [n for n, owner in enumerate(tree.owner) if owner >= 0 and len(tree.children[n]) > 2]
    if link is LinkFunction.LOGIT and errors is ErrorKind.PRIVATE:
        message = "private information needs the probit link"
        reason = "sums of normal shocks are normal; those of extreme values have no known form"
        model.report("E926", message, line, line.span(), reason, "link = probit, or errors = agent")
        return False
    if link is LinkFunction.PROBIT and wide:
        count = len(tree.children[wide[0]])
        message = f"a decision has {count} actions; the probit link is for two"
        model.report("E926", message, line, line.span(), "", "link = logit")
        return False
    return True
