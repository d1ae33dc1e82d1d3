"""The recipe of `schelling solve`: read a game, solve it for a concept, return a frozen result."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from schelling.case.settings.given import Settings
from schelling.errors import RunError
from schelling.games.errors import GameError
from schelling.study.solving import load, states, tables, trees
from schelling.study.solving.answer import Found, Game, Solution, StatesGame, TableGame, TreeGame
from schelling.study.solving.concept import REFUSED, Concept


@dataclass(frozen=True)
class SolveOptions:
    """How to solve a game.

    Attributes:
        concept: What to solve for. If None: quantal response where a precision is given or where
            the game is a case's, else subgame perfection for trees, Nash for tables, Markov for
            stochastic games.
        precision: Precision of quantal response, at least 0, in one over the payoff unit. If None:
            a case's own, else 1; for Markov the limit.
        worlds: Draw so many worlds of a case; the central one if None.
        seed: Seed of the worlds.
        every: List several equilibria instead of one: of a tree every pure subgame-perfect one, of
            a table the quantal response equilibria that a search finds.
        settings: Definitions of the case to be changed.
    """

    concept: Concept | None = None
    precision: float | None = None
    worlds: int | None = None
    seed: int = 0
    every: bool = False
    settings: Settings = field(default_factory=Settings)


DEFAULT = SolveOptions()
"""Nothing in particular."""


def solve(target: str, options: SolveOptions = DEFAULT) -> Solution:
    """Read a game and solve it.

    Args:
        target: Path of an `.efg`, `.nfg` or `.csv` file, or `CASE:game`.
        options: What for.

    Returns:
        The game and its solution.

    Raises:
        CaseError: The file, or the case, has problems.
        RunError: The target names no game, or the options do not fit it.

    Examples:
        >>> found = solve("cases/widening-war:provocation").found
        >>> found.solution, found.status, sorted(found.equilibria[0].strategy)
        ('logit agent quantal response, the only one', 'solved', ['1.1', '2.1', '2.2', '2.3'])
    """
    given = options.precision
    if given is not None and not (math.isfinite(given) and given >= 0):
        msg = f"--precision must be a number of at least 0; got {given}"
        raise RunError(msg)
    game = load.load(target, worlds=options.worlds, seed=options.seed, settings=options.settings)
    return answer(game, options)


def answer(game: Game, options: SolveOptions = DEFAULT) -> Solution:
    """Solve a game that has been read.

    Args:
        game: The game.
        options: What for.

    Returns:
        The game and what came of it; refused where the method does not apply to it.

    Raises:
        RunError: The options do not fit this kind of game.
    """
    several = Concept.SPE if options.every and not isinstance(game, TableGame) else None
    concept = options.concept or several or _usual(game, options)
    notes: list[str] = [] if isinstance(game, TableGame) else list(game.notes)
    if concept is Concept.QUANTAL and options.precision is None:
        notes += _source(game)
    if concept not in (Concept.QUANTAL, Concept.MARKOV) and options.precision is not None:
        notes.append(f"{concept.value} has no precision; the given one was not used")
    try:
        find = _every if options.every else _solved
        found = find(game, concept, options.precision)
    except GameError as error:
        found = Found(concept.words, (), REFUSED, (str(error),))
    return Solution(game, found._replace(notes=(*notes, *found.notes)))


def _every(game: Game, concept: Concept, precision: float | None) -> Found:
    match game, concept:
        case TreeGame(), Concept.SPE:
            return trees.every(game)
        case TableGame(), Concept.QUANTAL:
            return tables.several_quantal(game, 1.0 if precision is None else precision)
        case _:
            msg = (
                "--all lists the pure subgame-perfect equilibria of a tree (--as spe), or the "
                "quantal response equilibria of a table (--as quantal)"
            )
            raise RunError(msg)


def _usual(game: Game, options: SolveOptions) -> Concept:
    match game:
        case StatesGame():
            return Concept.MARKOV if game.precision is None else Concept.QUANTAL
        case TreeGame() if game.concept and options.precision is None:
            return Concept(game.concept)
        case TreeGame() if options.precision is not None or game.precision is not None:
            return Concept.QUANTAL
        case TreeGame():
            return Concept.SPE
        case TableGame():
            return Concept.NASH if options.precision is None else Concept.QUANTAL


def _source(game: Game) -> list[str]:
    if not isinstance(game, TableGame) and game.precision is not None:
        return [f"precision as in the case{_differing(game)}"]
    return ["no precision was given: 1 per payoff unit was taken"]


def _differing(game: TreeGame | StatesGame) -> str:
    """The precision of every player who moves, where they differ; medians over the draws."""
    if isinstance(game, StatesGame) or game.precision is None:
        return ""
    middle = np.median(game.precision, axis=0)
    own = {place.player: middle[place.player] for place in game.sets}
    if len(set(own.values())) < 2:
        return ""
    each = ", ".join(f"{game.players[player]} {value:.4g}" for player, value in own.items())
    return f": {each}" + (" (medians)" if len(game.precision) > 1 else "")


def _solved(game: Game, concept: Concept, precision: float | None) -> Found:
    match game:
        case TreeGame():
            own = 1.0 if game.precision is None else game.precision
            return trees.solve(game, concept, own if precision is None else precision)
        case TableGame():
            return tables.solve(game, concept, 1.0 if precision is None else precision)
        case StatesGame():
            if concept is Concept.QUANTAL and precision is None:
                precision = 1.0 if game.precision is None else game.precision
            return states.solve(game, concept, precision)
