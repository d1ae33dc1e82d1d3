"""Where uncertainty sits in a game of a case: four places, which are four different models."""

from __future__ import annotations

from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import Constant, GameValue, Typed, operands, references
from schelling.case.model import CHANCE, Case, Choice, Game, StochasticGame
from schelling.case.sections.about_games import private, tree_walks

_UNSEEN = "nobody sees what the others do"


def places(case: Case, game: Game) -> tuple[tuple[str, str], ...]:
    """Which uncertainty a game has, place by place.

    Args:
        case: The case.
        game: One of its games.

    Returns:
        Each of the four places with what is there, in words.
    """
    moves = _chance(next(private.games(game.root, game.types)))
    return (
        ("the analyst's", _analysts(case, [*game.precisions], [game.root])),
        ("the players' error", _error(case, game)),
        ("private information", _private(game)),
        ("state noise", f"chance moves after {', '.join(moves)}" if moves else "no chance moves"),
    )


def _private(game: Game) -> str:
    """What somebody does not know."""
    if not game.private:
        return "none: every actor knows all payoffs" + f"; {_UNSEEN}" * game.simultaneous
    words = [f"{actor} is {' or '.join(kinds)}" for actor, kinds in game.types]
    found = [f"types, each known to its actor alone: {', '.join(words)}"] if words else []
    hidden = {
        b.action: None
        for choice in tree_walks.choices(game.root)
        for b in choice.branches
        if b.hidden
    }
    found += [f"moves that somebody does not see: {', '.join(hidden)}"] if hidden else []
    return "; ".join(found)


def of_states(case: Case, game: StochasticGame) -> tuple[tuple[str, str], ...]:
    """Which uncertainty a game with states has, place by place; see `places`."""
    roots = [state.root for state in game.states]
    moves = any(branch.following for root in roots for branch in tree_walks.branches(root))
    return (
        ("the analyst's", _analysts(case, [game.precision, game.discount], roots)),
        ("the players' error", _logit(case, game.precision)),
        ("private information", f"none: every actor knows all payoffs; {_UNSEEN}"),
        ("state noise", "the next state is drawn" if moves else "none: the state never changes"),
    )


def _error(case: Case, game: Game) -> str:
    if game.concept != "quantal":
        return "none: every actor plays a best response"
    if len(game.precisions) < 2:
        return "; ".join(_logit(case, value) for value in game.precisions) or "nobody moves"
    each = (f"{actor} {write(value)}" for actor, value in game.precision)
    return f"logit, precision of {', '.join(each)}"


def _logit(case: Case, precision: Typed) -> str:
    written = write(precision)
    if isinstance(precision, Constant):
        return f"logit, precision {written}"
    return f"logit, precision given by '{written}'"


def _analysts(case: Case, written: list[Typed], roots: list[Choice]) -> str:
    """The assumptions that payoffs, precision and chances come from, and what moves."""
    written = [*written]
    for branch in (branch for root in roots for branch in tree_walks.branches(root)):
        written += [value for _, value in (*branch.payoffs, *branch.following)]
        written += [branch.probability] if branch.probability is not None else []
    written += _behind(case, written)
    names = frozenset[str]().union(*map(references, written))
    for variable in reversed(case.variables):
        if variable.name in names:
            names |= references(variable.value)
    drawn = [assumption.name for assumption in case.assumptions if assumption.name in names]
    words = (
        f"one draw per world of {', '.join(drawn)}" if drawn else "no assumption enters directly"
    )
    moving = [stock.name for stock in case.stocks if stock.name in names]
    moving += [machine.name for machine in case.machines if machine.name in names]
    return f"{words}; the state of the world: {', '.join(moving)}" if moving else words


def _chance(choice: Choice, place: str = "the start") -> list[str]:
    found = [place] if choice.actor == CHANCE else []
    for branch in choice.branches:
        if branch.then is not None:
            found += _chance(branch.then, f"'{branch.action}'")
    return found


def _behind(case: Case, written: list[Typed]) -> list[Typed]:
    """What the games with states that expressions ask about are made of."""
    asked = {name for expression in written for name in _asked(expression)}
    found: list[Typed] = []
    for game in (game for game in case.stochastic if game.name in asked):
        found += [game.precision, game.discount]
        for branch in (b for state in game.states for b in tree_walks.branches(state.root)):
            found += [value for _, value in (*branch.payoffs, *branch.following)]
    return found


def _asked(expression: Typed) -> list[str]:
    own = [expression.game] if isinstance(expression, GameValue) else []
    return own + [name for part in operands(expression) for name in _asked(part)]
