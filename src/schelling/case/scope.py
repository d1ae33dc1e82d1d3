"""What an expression can see: the names of a case, its clock, its games."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schelling.case.clock import Clock
from schelling.case.syntax import Place
from schelling.case.typed import Type, When
from schelling.case.units import Dimensions
from schelling.case.vocabulary import FUNCTIONS, RESERVED


@dataclass(frozen=True)
class Issue:
    """Something wrong inside one expression."""

    code: str
    message: str
    place: Place
    reason: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Symbol:
    """A name a case defines.

    Attributes:
        name: As written.
        role: `assumption`, `stock`, `variable`, `phase`, `event`, `game` or `actor`.
        type: Type of its value; of a phase, its position is `order`.
        line: Where it is defined.
        order: Position of a phase among the phases.
    """

    name: str
    role: str
    type: Type
    line: int
    order: int = 0


@dataclass(frozen=True)
class GameShape:
    """What expressions need to know of a game.

    Attributes:
        actions: For each actor that moves, its actions.
        units: Unit of each actor's payoffs; None where they are not known.
        first: First step at which it is scheduled.
    """

    actions: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Dimensions | None]
    first: int


@dataclass(frozen=True)
class Scope:
    """Everything visible to an expression, and what it may do.

    Attributes:
        symbols: The case's names.
        clock: None when the case has no time.
        games: Games by name, for claims.
        factors: Base units in one declared unit, by name.
        latest: When values must be known: `FIXED` for starting values, `STEP` inside a run,
            `HINDSIGHT` for claims.
    """

    symbols: Mapping[str, Symbol]
    clock: Clock | None = None
    games: Mapping[str, GameShape] = field(default_factory=dict[str, GameShape])
    factors: Mapping[str, float] = field(default_factory=dict[str, float])
    latest: When = When.STEP

    @property
    def claims(self) -> bool:
        """Whether temporal, game and counterfactual functions may be used."""
        return self.latest is When.HINDSIGHT

    def names(self) -> tuple[str, ...]:
        """Every name that could have been meant."""
        return (*self.symbols, *RESERVED, *FUNCTIONS)


def nearest(name: str, known: Iterable[str]) -> str:
    """The best guess at what a mistyped name meant, or an empty string."""
    lowered = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower(), list(lowered), n=1, cutoff=0.6)
    return lowered[found[0]] if found else ""


def suggest(name: str, known: Iterable[str]) -> str:
    """A hint that names the best guess, or lists what is known when that is short."""
    known = tuple(known)
    guess = nearest(name, known)
    if guess:
        return f"did you mean '{guess}'?"
    listed = ", ".join(sorted(set(known)))
    return f"known: {listed}" if known and len(listed) <= 200 else ""
