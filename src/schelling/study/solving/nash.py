"""Nash equilibria of one table or tree form: as many as can be had, and words for what they are.

Two players: all extreme equilibria where the search for them ends, else one of them. More players:
the pure ones, and the mixed ones that Gambit finds where it is installed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from schelling.games.tables import extreme, opposed, strategic
from schelling.study.solving import gambit
from schelling.study.solving.concept import DEGENERATE, PARTIAL, SOLVED
from schelling.study.solving.profiles import Profile, Profiles

TOLERANCE = 1e-9
"""Gain as a share of a player's stake that counts as none."""

_WORK = 2_500_000  # entries of all bases of one polytope: some two seconds
_MOST_ACTIONS = 32  # of both players; random tables of more have too many vertices to list
_MOST_NAMED = 12  # equilibria of a set, or sets, that a note names
_SAME = 1e-9  # two profiles closer than this are one


class NashList(NamedTuple):
    """Nash equilibria of one game before they are put into words.

    Attributes:
        listed: Distinct profiles.
        component: For each, the number of the connected set of equilibria it belongs to; empty
            where that is not known.
        complete: Whether every extreme equilibrium is among them.
        degenerate: Whether in some of them a player has more best replies than actions in use.
        pure: Whether only pure ones were looked for.
        notes: How they were found, and what may be missing.
    """

    listed: tuple[Profile, ...]
    component: tuple[int, ...] = ()
    complete: bool = False
    degenerate: bool = False
    pure: bool = False
    notes: tuple[str, ...] = ()


def profiles(payoffs: Float[np.ndarray, "... player"], exact: Any = None) -> Profiles:
    """Nash equilibria of a table.

    Args:
        payoffs: Payoff of each player, by every player's action.
        exact: The same as fractions, where its source gives them.

    Returns:
        The profiles, with a header and notes that say how complete they are.
    """
    return in_words(find(payoffs, exact))


def find(payoffs: Float[np.ndarray, "... player"], exact: Any = None) -> NashList:
    """Nash equilibria of a table: all of two players where that can be had.

    Args:
        payoffs: Payoff of each player, by every player's action.
        exact: The same as fractions, where its source gives them.

    Returns:
        The equilibria.
    """
    shape = [int(size) for size in payoffs.shape[:-1]]
    if len(shape) == 1:
        return _alone(payoffs)
    if len(shape) > 2:
        return _beyond(payoffs, f"mixed equilibria of {len(shape)} players")
    if not np.isfinite(payoffs).all():
        return NashList((), notes=("a payoff is not finite",))
    if sum(shape) <= _MOST_ACTIONS:
        most = min(extreme.MOST_BASES, _WORK // (shape[0] * shape[1]))
        found = extreme.every(payoffs if exact is None else exact, most)
        listed = tuple(_floats(*one) for one in found.profiles)
        if found.complete:
            return NashList(listed, found.component, True, found.degenerate)
        note = f"the search for all equilibria stopped at its limit of {most:,} bases or "
        note += f"{extreme.MOST_PROFILES:,} equilibria: there may be others"
        return _some(payoffs, exact, listed, note)
    actions = " by ".join(map(str, shape))
    note = f"all equilibria are listed up to {_MOST_ACTIONS} actions of both players together; "
    note += f"this table is {actions}: there may be others"
    return _some(payoffs, exact, (), note)


def merged(found: NashList, keys: list[Float[np.ndarray, " number"]]) -> tuple[list[int], Any]:
    """Which profiles are left when those with the same key are one.

    Args:
        found: The equilibria.
        keys: What must differ, for each of them.

    Returns:
        Positions of the profiles that are kept, and the equilibria without the others. Where what
        is left is one point for each connected set there is no continuum, and no tie to speak of.
    """
    kept: list[int] = []
    for place, key in enumerate(keys):
        if all(float(np.max(np.abs(key - keys[k]), initial=0.0)) > _SAME for k in kept):
            kept.append(place)
    component = tuple(found.component[place] for place in kept) if found.component else ()
    left = found._replace(
        listed=tuple(found.listed[place] for place in kept), component=component, degenerate=False
    )
    return kept, left


def in_words(found: NashList) -> Profiles:
    """NashList with a header and notes that say how complete they are.

    Args:
        found: The equilibria.

    Returns:
        The profiles.
    """
    count = len(found.listed)
    if not found.complete:
        solution = "Nash, pure only" if found.pure else f"Nash, {count} found"
        return Profiles(solution, found.listed, PARTIAL, found.notes)
    if len(set(found.component)) < count:
        solution = f"Nash, all {count} extreme equilibria"
        return Profiles(solution, found.listed, DEGENERATE, (_sets(found), *found.notes))
    solution = "Nash, the only equilibrium" if count == 1 else f"Nash, all {count} equilibria"
    if not found.degenerate:
        return Profiles(solution, found.listed, SOLVED, found.notes)
    note = "the game is degenerate: in some equilibrium a player has more best replies than it uses"
    return Profiles(solution, found.listed, DEGENERATE, (note, *found.notes))


def _sets(found: NashList) -> str:
    """Which extreme equilibria are ends of the same continuum."""
    members: dict[int, list[str]] = {}
    for number, component in enumerate(found.component, start=1):
        members.setdefault(component, []).append(str(number))
    infinite = [own for own in members.values() if len(own) > 1]
    named = [
        ", ".join(own[:_MOST_NAMED]) + (" ..." if len(own) > _MOST_NAMED else "")
        for own in infinite[:_MOST_NAMED]
    ]
    more = f"; and {len(infinite) - _MOST_NAMED} more" if len(infinite) > _MOST_NAMED else ""
    return (
        "the game is degenerate: equilibria form continua, connected sets in which every one mixes "
        f"strategies of the extreme ones of the set; these belong together: {'; '.join(named)}"
        f"{more}"
    )


def _some(
    payoffs: Float[np.ndarray, "row column 2"],
    exact: Any,
    known: tuple[Profile, ...],
    note: str,
) -> NashList:
    """The pure equilibria, and one by a method that finds one."""
    notes = [note]
    won = opposed.matrix(payoffs)
    answer = None if won is None else opposed.solve(won)
    if answer is not None:
        notes.append("interests are opposed: one equilibrium was found by a linear programme")
    else:
        ending = extreme.one(payoffs if exact is None else exact)
        answer = None if ending is None else _floats(*ending)
        method = "one equilibrium is the end of a path of Lemke and Howson"
        notes.append(method if answer else "a path of Lemke and Howson was given up at its limit")
    several = [*known, *pure(payoffs), *([] if answer is None else [answer])]
    listed: list[Profile] = []
    for one in several:
        if all(_apart(one, other) for other in listed):
            listed.append(one)
    return NashList(tuple(listed), notes=tuple(notes))


def _floats(mine: extreme.Mixture, theirs: extreme.Mixture) -> Profile:
    return _numbers(mine), _numbers(theirs)


def _numbers(mixture: tuple[Fraction, ...]) -> Float[np.ndarray, " action"]:
    return np.array([float(share) for share in mixture])


def _apart(one: Profile, other: Profile) -> bool:
    return any(float(np.max(np.abs(a - b))) > _SAME for a, b in zip(one, other, strict=True))


def pure(payoffs: Float[np.ndarray, "... player"]) -> tuple[Profile, ...]:
    """The pure equilibria of a table.

    Args:
        payoffs: Payoff of each player, by every player's action.

    Returns:
        The profiles, in the order of the table.
    """
    steady = strategic.pure(payoffs[None], TOLERANCE)[0]
    return tuple(
        tuple(np.eye(size)[action] for size, action in zip(steady.shape, cell, strict=True))
        for cell in np.argwhere(steady)
    )


def _alone(payoffs: Float[np.ndarray, "action 1"]) -> NashList:
    """The best actions of a lone player, which can be mixed at will."""
    listed = pure(payoffs)
    return NashList(listed, (0,) * len(listed), complete=True)


def _beyond(payoffs: Float[np.ndarray, "... player"], what: str) -> NashList:
    """The pure equilibria, and what Gambit adds to them; there may be others."""
    steady = pure(payoffs)
    search = gambit.search(payoffs, steady, what)
    notes = search.notes if steady else (*search.notes, "there is no pure equilibrium")
    return NashList(search.listed, pure=not search.ran, notes=notes)
