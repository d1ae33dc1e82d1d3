"""Extensive games solved over their draws: quantal response, subgame perfection, Nash, dominance.

Regret of every answer comes from `schelling.games.trees.certify`, which shares nothing with the
solvers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, Int

from schelling.errors import RunError, Status
from schelling.games.paths import accept
from schelling.games.trees import agent_form, all_perfect, blocks, certify, perfect, sequential
from schelling.games.trees.play import PerPlayer
from schelling.games.trees.tree import NodeKind, Tree
from schelling.study.solving import nash, strategic_form, tables
from schelling.study.solving.answer import Equilibrium, Found, TreeGame, gain, plain
from schelling.study.solving.concept import DEGENERATE, PARTIAL, SOLVED, Concept
from schelling.study.solving.profiles import STATUS, Profiles
from schelling.study.solving.strategic_form import StrategicForm

_MOST_NAMED = 12  # places that a note names before it counts the rest
_MOST_STEPS = 6  # actions by which a note names a place


class _Play(NamedTuple):
    """Play of every draw, before it is measured."""

    solution: str
    choice: Float[np.ndarray, "draw edge"]
    status: Int[np.ndarray, " draw"]
    notes: tuple[str, ...]


def solve(
    game: TreeGame, concept: Concept, precision: Float[np.ndarray, "draw player"] | float
) -> Found:
    """Solve an extensive game.

    Args:
        game: The game.
        concept: What for.
        precision: For quantal response, per payoff unit: one number, or one per draw and player.

    Returns:
        What came of it; of several draws, one answer each.

    Raises:
        RunError: The concept is not one for trees, or not one for several draws.
        GameError: The method does not apply to this game.
    """
    blocks.require_recall(game.tree)
    match concept:
        case Concept.QUANTAL:
            shape = (len(game.payoffs), len(game.players))
            sharp = np.broadcast_to(np.asarray(precision, np.float64), shape)
            found = _measured(game, _quantal(game, sharp), _strategy_gain)
            moving = sharp[:, sorted({place.player for place in game.sets})]
            same = bool(moving.size and np.all(moving == moving[:1, :1]))
            return found._replace(precision=float(moving[0, 0]) if same else None)
        case Concept.SPE:
            return _measured(game, _perfect(game), _subgame_gain)
        case Concept.SEQUENTIAL:
            return _sequential(game)
        case Concept.NASH | Concept.DOMINANCE:
            return _by_form(game, concept)
        case Concept.MARKOV:
            msg = (
                "markov is for stochastic games (.csv); a tree has quantal, spe, sequential, nash, "
                "dominance"
            )
            raise RunError(msg)


def _quantal(game: TreeGame, precision: Float[np.ndarray, "draw player"]) -> _Play:
    sharp = PerPlayer(jnp.asarray(precision))
    found = agent_form.solve(game.tree, jnp.asarray(game.payoffs), sharp, _weights(game))
    choice = np.asarray(found.play.choice)
    only = game.tree.perfect_information
    solution = "logit agent quantal response, " + ("the only one" if only else "principal branch")
    own = precision[:, [place.player for place in game.tree.infosets]]
    residual = certify.logit_residual(game.tree, game.payoffs, choice, own)
    (choice,), status = accept.by_residual((choice,), np.asarray(found.status), residual)
    worst = np.nanmax(residual, initial=0.0)
    spans = precision * certify.spans(game.payoffs)
    notes = [
        agent_form.selection(game.tree),
        tables.sharpness(game.players, np.median(spans, axis=0))
        + (" (medians)" if len(spans) > 1 else ""),
        f"residual {worst:.1e}: largest difference between a probability and the logit response "
        "to the play",
    ]
    folds = int(np.sum(np.asarray(found.folds)))
    if folds:
        notes.append(f"the branch turned back {folds} times in precision on its way")
    return _Play(solution, choice, status, tuple(notes))


def _perfect(game: TreeGame) -> _Play:
    found = perfect.solve(game.tree, jnp.asarray(game.payoffs), weights=_weights(game))
    notes: list[str] = []
    ties, mixed = np.asarray(found.ties), np.asarray(found.mixed)
    if ties.any():
        notes.append(f"several answers, the first listed was taken: {_places(game.tree, ties)}")
    if mixed.any():
        where = _places(game.tree, mixed)
        notes.append(f"no pure equilibrium, one mixed was taken of possibly several: {where}")
    choice = np.asarray(found.play.choice)
    notes += _free(game, choice)
    return _Play(
        "subgame perfect, ties: first listed", choice, np.asarray(found.status), tuple(notes)
    )


def _free(game: TreeGame, choice: Float[np.ndarray, "draw edge"]) -> list[str]:
    """Notes on the sets at which subgame perfection asks nothing, and on threats that are empty."""
    known = np.isfinite(choice).all(axis=1)
    if not known.any() or not game.tree.infosets:
        return []
    payoffs = np.broadcast_to(game.payoffs, (len(choice), *game.payoffs.shape[1:]))[known]
    free = certify.untested(game.tree, choice[known])
    empty = free & certify.incredible(game.tree, payoffs, choice[known])
    notes: list[str] = []
    if free.any():
        notes.append(
            "play never reaches these sets within their subgame, so subgame perfection leaves "
            f"choices there free (--as sequential tests them): {_sets(game.tree, free)}"
        )
    if empty.any():
        notes.append(
            "not credible, as another action pays more at every node of the set: "
            f"{_sets(game.tree, empty)}"
        )
    return notes


def _sets(tree: Tree, marks: Bool[np.ndarray, "draw infoset"]) -> str:
    """Information sets by number and owner, with the number of draws where there are several."""
    found: list[str] = []
    indices = np.flatnonzero(marks.any(axis=0)).tolist()
    for index in sorted(indices, key=lambda k: (tree.infosets[k].player, tree.infosets[k].number)):
        place = tree.infosets[index]
        times = f" ({int(marks[:, index].sum())} of {len(marks)})" if len(marks) > 1 else ""
        found.append(f"{place.player + 1}.{place.number} {tree.players[place.player]}{times}")
    more = [f"and {len(found) - _MOST_NAMED} more"] if len(found) > _MOST_NAMED else []
    return ", ".join(found[:_MOST_NAMED] + more)


def _sequential(game: TreeGame) -> Found:
    """The limit of agent quantal response, in which every set is tested by beliefs."""
    found = sequential.solve(game.tree, game.payoffs, _weights(game))
    reached = certify.untested(game.tree, np.where(np.isnan(found.choice), 0.0, found.choice))
    notes = [
        "limit of the principal branch of logit agent quantal response, whose play gives beliefs "
        "everywhere",
        "regret is the most that one other choice at one set can gain, given the beliefs there",
    ]
    if len(found.choice) == 1:
        notes += _beliefs(game.tree, found.belief[0], reached[0])
        notes.append(f"the limit was taken from precisions up to {found.precision[0]:.6g}")
    solution = "sequential, limit of quantal response"
    answer = _Play(solution, found.choice, found.status, tuple(notes))
    return _measured(game, answer, lambda _, __: found.regret)


def _beliefs(
    tree: Tree, belief: Float[np.ndarray, " node"], untested: Bool[np.ndarray, " infoset"]
) -> list[str]:
    """Beliefs at the sets off the path, node by node."""
    found: list[str] = []
    for index in np.flatnonzero(untested).tolist():
        place = tree.infosets[index]
        if len(place.members) > 1:
            shares = ", ".join(f"{belief[node]:.4g}" for node in place.members)
            found.append(f"{place.player + 1}.{place.number}: {shares}")
    more = f"; and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    listed = "; ".join(found[:_MOST_NAMED]) + more
    return [f"beliefs at sets that play never reaches, node by node: {listed}"] if found else []


def every(game: TreeGame) -> Found:
    """Every pure subgame-perfect equilibrium of a game, compared as fractions.

    Args:
        game: The game, in one draw.

    Returns:
        The equilibria, up to a bound that a note tells.

    Raises:
        RunError: There are several draws.
        GameError: The method does not apply to this game.
    """
    if len(game.payoffs) != 1:
        msg = "--all is for one world: the pure equilibria of each would have to be told apart"
        raise RunError(msg)
    rows: list[list[Fraction]] = [[Fraction(v) for v in row] for row in game.payoffs[0].tolist()]
    listed = all_perfect.solve(game.tree, game.exact or rows)
    played = [
        {
            index: np.eye(len(game.tree.infosets[index].actions))[action]
            for index, action in one.choice.items()
        }
        for one in listed.equilibria
    ]
    count = len(played)
    found = f"the first {count} were listed, there may be more" if listed.cut else f"{count} in all"
    notes = (f"pure equilibria, compared as exact fractions: {found}",)
    if not count and not listed.cut:
        notes = (*notes, "some subgame has no pure equilibrium; without --all it is solved mixed")
    status = PARTIAL if listed.cut else SOLVED
    choice = np.concatenate([edges(game, one) for one in played] or [edges(game, None)[:0]])
    repeated = replace(game, payoffs=np.repeat(game.payoffs, count, axis=0))
    solved = np.full(count, int(Status.SOLVED))
    answer = _Play("subgame perfect, every pure one", choice, solved, notes)
    return _measured(repeated, answer, _subgame_gain)._replace(status=status, notes=notes)


def _places(tree: Tree, marks: Bool[np.ndarray, "draw node"]) -> str:
    """Decision nodes, or subgames, by what leads there."""
    hidden = {block.root for block in blocks.cut(tree) if not block.single}
    count = Counter[str]()
    for node in np.flatnonzero(marks.any(axis=0)).tolist():
        who = "the subgame" if node in hidden else tree.players[tree.owner[node]]
        count[f"{who} at {_way(tree, node)}"] += int(marks[:, node].sum())
    draws = len(marks)
    shown = [
        place + (f" ({times} of {draws})" if draws > 1 else "")
        for place, times in list(count.items())[:_MOST_NAMED]
    ]
    more = [f"and {len(count) - _MOST_NAMED} more"] if len(count) > _MOST_NAMED else []
    return "; ".join(shown + more)


def _way(tree: Tree, node: int) -> str:
    """The last actions that lead to a node."""
    path = tree.path(node)
    cut = "... / " if len(path) > _MOST_STEPS else ""
    return cut + (" / ".join(path[-_MOST_STEPS:]) or "the start")


def _strategy_gain(game: TreeGame, choice: Float[np.ndarray, "draw edge"]) -> np.ndarray:
    return certify.regret(game.tree, game.payoffs, choice).strategy


def _subgame_gain(game: TreeGame, choice: Float[np.ndarray, "draw edge"]) -> np.ndarray:
    return certify.regret(game.tree, game.payoffs, choice).subgame


_Gain = Callable[[TreeGame, Float[np.ndarray, "draw edge"]], np.ndarray]


def _measured(game: TreeGame, answer: _Play, regret: _Gain) -> Found:
    """Answers of the draws that have one, each with its worth and regret; failures are counted."""
    solved = np.isin(answer.status, (Status.SOLVED, Status.DEGENERATE))
    gains = regret(game, answer.choice)
    worth = expected(game, answer.choice)
    equilibria = tuple(
        Equilibrium(_strategy(game, answer.choice[draw]), plain(worth[draw]), gain(gains[draw]))
        for draw in np.flatnonzero(solved)
    )
    status, notes = _overall(answer.status)
    return Found(answer.solution, equilibria, status, (*answer.notes, *notes))


def _overall(statuses: Int[np.ndarray, " draw"]) -> tuple[str, tuple[str, ...]]:
    """The status of one draw, or one for all of them with a count of each."""
    count = Counter(Status(int(status)) for status in statuses)
    if len(statuses) == 1:
        (status,) = count
        failed = status not in (Status.SOLVED, Status.DEGENERATE)
        return STATUS[status], (status.advice,) if failed else ()
    listed = ", ".join(f"{times} {STATUS[status]}" for status, times in count.items())
    notes = [f"worlds by status: {listed}"]
    failed = [
        str(world)
        for world, status in enumerate(statuses.tolist())
        if status not in (Status.SOLVED, Status.DEGENERATE)
    ]
    if failed:
        more = f" and {len(failed) - _MOST_NAMED} more" if len(failed) > _MOST_NAMED else ""
        notes.append(f"worlds without an answer: {', '.join(failed[:_MOST_NAMED])}{more}")
    if not failed:
        degenerate = Status.DEGENERATE in count
        return (DEGENERATE if degenerate else SOLVED), tuple(notes)
    some = len(failed) < len(statuses)
    first = next(iter(count))
    return (PARTIAL if some else STATUS[first]), tuple(notes)


def expected(
    game: TreeGame, choice: Float[np.ndarray, "draw edge"]
) -> Float[np.ndarray, "draw player"]:
    """What play is worth to each player, from choices and payoffs alone.

    Args:
        game: The game.
        choice: Probability of each edge given that its node is reached, chance included.

    Returns:
        Expected payoffs.
    """
    tree = game.tree
    reach = np.ones((len(choice), tree.size))
    for node in range(1, tree.size):
        up = tree.parent[node]
        reach[:, node] = reach[:, up] * choice[:, tree.first_edge[up] + tree.slot[node]]
    return np.einsum("de,dep->dp", reach[:, list(tree.ends)], game.payoffs)


def _strategy(game: TreeGame, choice: Float[np.ndarray, " edge"]) -> dict[str, tuple[float, ...]]:
    tree, found = game.tree, dict[str, tuple[float, ...]]()
    for place in tree.infosets:
        first = tree.first_edge[place.members[0]]
        key = f"{place.player + 1}.{place.number}"
        found[key] = plain(choice[first : first + len(place.actions)])
    return {place.key: found[place.key] for place in game.sets}


def _by_form(game: TreeGame, concept: Concept) -> Found:
    """Solved as the table of its strategies."""
    if len(game.payoffs) > 1:
        msg = f"{concept.value} of a tree is for one world; ask for quantal or spe over many"
        raise RunError(msg)
    luck = edges(game, None)
    form = strategic_form.form(game.tree, game.payoffs[0], luck[0])
    if not form.movers:
        found = Profiles("nobody moves", ((),), SOLVED, ())
    elif concept is Concept.DOMINANCE:
        found = tables.dominance(form.payoffs, form.movers, form.strategies, nash.TOLERANCE)
    else:
        return _nash(game, form)
    played = [strategic_form.behave(form, profile) for profile in found.listed]
    return _listed(game, found, [edges(game, one) for one in played])


def _nash(game: TreeGame, form: StrategicForm) -> Found:
    """The Nash equilibria, those that come to the same choices listed once."""
    exact = strategic_form.fractions(form, game.exact)
    found = nash.find(form.payoffs, exact)
    choices = [edges(game, strategic_form.behave(form, one)) for one in found.listed]
    kept, distinct = nash.merged(found, [row[0] for row in choices])
    return _listed(game, nash.in_words(distinct), [choices[place] for place in kept])


def _listed(game: TreeGame, found: Profiles, choices: list[np.ndarray]) -> Found:
    """Profiles of the strategic form, measured as choices in the tree."""
    choice = np.concatenate([edges(game, None)[:0], *choices])
    repeated = TreeGame(
        game.name, game.tree, np.repeat(game.payoffs, len(choice), axis=0), game.weights
    )
    statuses = np.full(len(choice), int(Status.SOLVED))
    measured = _measured(
        repeated, _Play(found.solution, choice, statuses, found.notes), _strategy_gain
    )
    note = (
        "solved as a table of strategies, those that come to the same choices listed once; where "
    )
    notes = (*found.notes, note + "a player's own strategy never leads, the first action stands")
    return measured._replace(status=found.status, notes=notes)


def edges(
    game: TreeGame, choices: dict[int, Float[np.ndarray, " _action"]] | None
) -> Float[np.ndarray, "draw edge"]:
    """Probability of every edge of the first draw: chance as given, decisions as chosen.

    Args:
        game: The game.
        choices: Probability of each action, by index of the information set; nothing chosen if
            None.

    Returns:
        One row.
    """
    tree = game.tree
    found = np.zeros((1, len(tree.edges)))
    opened = {edge: column for column, edge in enumerate(tree.open_edges)}
    for edge, (node, action) in enumerate(tree.edges):
        if tree.kind[node] is NodeKind.DECISION:
            found[0, edge] = 0.0 if choices is None else choices[tree.infoset[node]][action]
        elif edge in opened:
            assert game.weights is not None
            found[0, edge] = game.weights[0, opened[edge]]
        else:
            weight = tree.weights[node][action]
            found[0, edge] = float(weight if weight is not None else 0)
    return found


def _weights(game: TreeGame) -> jnp.ndarray | None:
    return None if game.weights is None else jnp.asarray(game.weights)
