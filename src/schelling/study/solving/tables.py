"""Strategic games solved: quantal response, Nash, dominance; from a table to what is reported.

`Table` is also what a tree's strategic form is put into, so trees share what is here.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int

from schelling.errors import RunError, Status
from schelling.games.tables import deflation, dominated, logit, strategic, uniqueness
from schelling.study.solving import nash
from schelling.study.solving.answer import Equilibrium, Found, TableGame, gain, plain, strategy
from schelling.study.solving.concept import PARTIAL, SOLVED, Concept
from schelling.study.solving.profiles import STATUS, Profile, Profiles

_MOST_NAMED = 12  # places that a note names before it counts the rest


def solve(game: TableGame, concept: Concept, precision: float) -> Found:
    """Solve a strategic game.

    Args:
        game: The game.
        concept: What for.
        precision: For quantal response, in one over the payoff unit.

    Returns:
        What came of it.

    Raises:
        RunError: The concept is not one for tables.
        GameError: The method does not apply to this game.
    """
    names = tuple(tuple(map(str, own)) for own in game.actions)
    match concept:
        case Concept.QUANTAL:
            profiles = _quantal(game, precision)
        case Concept.NASH:
            profiles = nash.profiles(game.payoffs, game.exact)
        case Concept.SPE:
            profiles = nash.profiles(game.payoffs, game.exact)
            note = "a table has no subgame but itself: every Nash equilibrium is subgame perfect"
            profiles = profiles._replace(notes=(*profiles.notes, note))
        case Concept.SEQUENTIAL:
            profiles = nash.profiles(game.payoffs, game.exact)
            note = "everybody moves at once: every Nash equilibrium is sequential"
            profiles = profiles._replace(notes=(*profiles.notes, note))
        case Concept.DOMINANCE:
            profiles = dominance(game.payoffs, game.players, names)
        case Concept.MARKOV:
            msg = "markov is for stochastic games (.csv); a table has quantal, nash, dominance"
            raise RunError(msg)
    equilibria = tuple(_measured(game, profile) for profile in profiles.listed)
    asked = precision if concept is Concept.QUANTAL else None
    return Found(profiles.solution, equilibria, profiles.status, profiles.notes, asked)


def _measured(game: TableGame, profile: Profile) -> Equilibrium:
    play = [own[None] for own in profile]
    return Equilibrium(
        strategy(game.sets, profile),
        plain(strategic.expected(game.payoffs[None], play)[0]),
        gain(strategic.regret(game.payoffs[None], play)[0]),
    )


def several_quantal(game: TableGame, precision: float) -> Found:
    """Quantal response equilibria of a table, as many as a search from random starts finds.

    Args:
        game: The game.
        precision: In one over the payoff unit.

    Returns:
        The equilibria, that of the principal branch first.

    Raises:
        GameError: The method does not apply to this game.
    """
    found = deflation.solve(game.payoffs[None], precision)
    count = int(found.found[0])
    listed = [tuple(np.asarray(own[0, slot]) for own in found.play) for slot in range(count)]
    sharp = logit.per_player(precision, game.payoffs[None])
    if bool(uniqueness.certified(game.payoffs[None], sharp)[0]):
        notes, status = ["certified to be the only one"], SOLVED
    else:
        starts = deflation.STANDARD.starts
        notes = [f"found by a search from {starts} random starts: there may be others"]
        status = PARTIAL
        if bool(found.principal[0]):
            notes.append("the first one is on the principal branch, which starts at uniform play")
        else:
            notes.append("the principal branch was lost: none of these is known to be on it")
    if count:
        worst = float(np.max(np.asarray(found.residual[0, :count])))
        notes.append(
            f"residual {worst:.1e}: largest difference between a probability and the logit "
            "response to the play"
        )
    solution = f"logit quantal response, {count} found"
    equilibria = tuple(_measured(game, profile) for profile in listed)
    return Found(solution, equilibria, status, tuple(notes), precision)


def _quantal(game: TableGame, precision: float) -> Profiles:
    found = logit.solve(game.payoffs[None], precision)
    status = Status(int(found.status[0]))
    unique = bool(found.unique[0])
    solution = "logit quantal response, " + ("the only one" if unique else "principal branch")
    if status not in (Status.SOLVED, Status.DEGENERATE):
        return Profiles(solution, (), STATUS[status], (status.advice,))
    chosen = "certified to be the only one" if unique else found.selection
    notes = [
        chosen,
        sharpness(game.players, np.asarray(found.sharpness[0])),
        f"residual {float(found.residual[0]):.1e}: largest difference between a probability and "
        "the logit response to the play",
    ]
    if status is Status.DEGENERATE:
        notes.append("the branch met a bifurcation on its way; the answer is the one straight on")
    if int(found.folds[0]):
        notes.append(f"the branch turned back {int(found.folds[0])} times in precision on its way")
    profile = tuple(np.asarray(own[0]) for own in found.play)
    return Profiles(solution, (profile,), STATUS[status], tuple(notes))


def sharpness(players: tuple[str, ...], values: Float[np.ndarray, " player"]) -> str:
    """A note on how large precision is beside the payoffs.

    Args:
        players: Their names.
        values: Precision times payoff span of each.

    Returns:
        The note.
    """
    listed = ", ".join(f"{n} {v:.4g}" for n, v in zip(players, values, strict=True))
    return f"precision times payoff span: {listed}"


def dominance(
    payoffs: Float[np.ndarray, "... player"],
    players: tuple[str, ...],
    names: tuple[tuple[str, ...], ...],
    tolerance: float = 0.0,
) -> Profiles:
    """What is left when dominated actions are removed again and again.

    Args:
        payoffs: Payoff of each player, by every player's action.
        players: Their names.
        names: Name of each action, by player.
        tolerance: Difference, as a share of the player's stake, that counts as none.

    Returns:
        The profile that is left, if only one is; in the notes, what was removed.
    """
    found = dominated.solve(payoffs[None], tolerance)
    strict, weak = (tuple(own[0] for own in marks) for marks in (found.survive, found.survive_weak))
    notes = [
        f"strictly dominated actions removed in {_rounds(found.rounds)}; left: "
        + _survivors(strict, players, names),
        "weakly dominated ones too, all that are in each round at once, in "
        f"{_rounds(found.rounds_weak)}; left: " + _survivors(weak, players, names),
        *_mixtures(payoffs, strict, players, names),
    ]
    rules = ((strict, "iterated strict dominance"), (weak, "iterated weak dominance, all at once"))
    for left, solution in rules:
        if all(own.sum() == 1 for own in left):
            profile = tuple(own.astype(np.float64) for own in left)
            if left is weak:
                notes.append("which profile weak dominance leaves can depend on the order")
            return Profiles(solution, (profile,), SOLVED, tuple(notes))
    notes.append("no single profile is left")
    return Profiles("iterated strict dominance", (), SOLVED, tuple(notes))


def _rounds(counts: Int[np.ndarray, " draw"]) -> str:
    count = int(counts[0])
    return f"{count} round" if count == 1 else f"{count} rounds"


def _survivors(
    marks: tuple[Bool[np.ndarray, " _action"], ...],
    players: tuple[str, ...],
    names: tuple[tuple[str, ...], ...],
) -> str:
    parts: list[str] = []
    for player, own, left in zip(players, names, marks, strict=True):
        kept = [name for name, mark in zip(own, left, strict=True) if mark]
        shown = ", ".join(kept[:_MOST_NAMED])
        more = f" and {len(kept) - _MOST_NAMED} more" if len(kept) > _MOST_NAMED else ""
        parts.append(f"{player}: {shown}{more}")
    return "; ".join(parts)


def _mixtures(
    payoffs: Float[np.ndarray, "... player"],
    left: tuple[Bool[np.ndarray, " _action"], ...],
    players: tuple[str, ...],
    names: tuple[tuple[str, ...], ...],
) -> list[str]:
    """A note on actions that only a mixture of others dominates, among those left."""
    small = payoffs[np.ix_(*(np.flatnonzero(own) for own in left))]
    beaten: list[str] = []
    for player, own in enumerate(left):
        if own.sum() < 3:  # a mixture needs two others
            continue
        marks = dominated.by_mixture(small[None], player)[0]
        kept = [name for name, mark in zip(names[player], own, strict=True) if mark]
        beaten += [
            f"{players[player]}: {name}" for name, mark in zip(kept, marks, strict=True) if mark
        ]
    if not beaten:
        return []
    return [f"a mixture of others strictly dominates, which was not used: {'; '.join(beaten)}"]
