"""What an expression can see: the names of a case, its clock, its games."""

from __future__ import annotations

import datetime as dt
import difflib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from schelling.case.clock import Clock
from schelling.case.language.typed.remembered import Memory
from schelling.case.language.typed.tallied import Tallies
from schelling.case.language.typed.types import Type, When
from schelling.case.language.typed.units import Dimensions, unit_names
from schelling.case.language.words.agent_words import MET
from schelling.case.language.words.vocabulary import FUNCTIONS, RESERVED

MOST_TERMS = 200_000


@dataclass(frozen=True)
class Symbol:
    """A name a case defines.

    Attributes:
        name: As written.
        role: `assumption`, `stock`, `variable`, `state machine`, `state`, `event`, `game` or
            `actor`.
        type: Type of its value; the states of a machine are in it.
        line: Where it is defined.
        order: Position of a state among the names of all states of the case.
        left_out: Whether its definition was faulty, so that nothing more is known of it.
    """

    name: str
    role: str
    type: Type
    line: int
    order: int = 0
    left_out: bool = False


@dataclass(frozen=True)
class Member:
    """A member of a set, by its position."""

    set: str
    position: int


@dataclass(frozen=True)
class MixedTies:
    """Ties of a mean field.

    Attributes:
        degree: How many others an agent sees, on average.
        varies: Whether that varies from agent to agent as in a random network.
    """

    degree: float
    varies: bool


@dataclass(frozen=True)
class Crowd:
    """What expressions need to know of a population.

    Attributes:
        name: Its name.
        own: Types of the traits, states and variables of its agents, by name.
        ties: Names of the ties between them.
        size: How many agents there are.
        acts: Who of them acts at a time: `all`, `one` or `pair`.
        contacts: Names of those ties that are drawn anew each time.
        later: What agents have that comes after what is being read.
        mixed: Of a mean field, what is known of its ties that last, by name; None where agents have
            ties of their own.
    """

    name: str
    own: Mapping[str, Type]
    ties: tuple[str, ...]
    size: int
    contacts: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    mixed: Mapping[str, MixedTies] | None = None
    acts: str = "all"


@dataclass(frozen=True)
class Indexed:
    """What is defined for every member of a set, or for all members of several.

    Attributes:
        sets: Over which sets.
        shared: Whether all members have one value, which has the name of the family.
        values: Of a column or a table: the number of each member, in base units.
        dimensions: Unit of these numbers.
    """

    sets: tuple[str, ...]
    shared: bool = False
    values: Mapping[tuple[str, ...], float] | None = None
    dimensions: Dimensions = ()


@dataclass(frozen=True)
class Curve:
    """Points of a curve from a table, from left to right.

    Attributes:
        places: Where they stand: numbers in base units, or days.
        heights: How high they are, in base units.
        across: Unit of the places.
        up: Unit of the heights.
    """

    places: tuple[float | dt.date, ...]
    heights: tuple[float, ...]
    across: Dimensions
    up: Dimensions


@dataclass
class Budget:
    """How many terms reductions over sets may still unfold into, in the whole case."""

    left: int


def member_name(family: str, members: Iterable[str]) -> str:
    """The name of one member of a family.

    Examples:
        >>> member_name("distance", ("kyiv", "odesa"))
        'distance[kyiv, odesa]'
    """
    return f"{family}[{', '.join(members)}]"


def family_name(name: str) -> str:
    """The family that a name over sets belongs to; any other name as it is.

    Examples:
        >>> family_name("distance[kyiv, odesa]"), family_name("total")
        ('distance', 'total')
    """
    return name.partition("[")[0].strip()


@dataclass(frozen=True)
class GameShape:
    """What expressions need to know of a game.

    Attributes:
        actions: For each actor that moves, its actions.
        units: Unit of each actor's payoffs; None where they are not known.
        played: Whether it is played over time, and not only looked at by claims.
        left_out: Whether its definition was faulty, so that nothing more is known of it.
        states: For each of its states, if it has any, the actions of each actor.
        places: For each place, by the actions that lead there, the actions that can follow.
        movers: For each place where somebody moves, who.
        types: Of each actor that has some.
        private: Whether somebody does not know everything where it moves.
        when: When what it gives is known inside a run.
    """

    actions: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Dimensions | None]
    played: bool
    left_out: bool = False
    states: Mapping[str, Mapping[str, tuple[str, ...]]] = field(
        default_factory=dict[str, Mapping[str, tuple[str, ...]]]
    )
    places: Mapping[tuple[str, ...], tuple[str, ...]] = field(
        default_factory=dict[tuple[str, ...], tuple[str, ...]]
    )
    movers: Mapping[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    private: bool = False
    when: When = When.FIXED


class Influence:
    """What can change when something is held, through any chain of definitions.

    Args:
        reads: What each stock, variable, game and state machine reads directly.
    """

    def __init__(self, reads: Mapping[str, Iterable[str]]) -> None:
        self._reads = {name: frozenset(read) for name, read in reads.items()}
        self._readers: dict[str, list[str]] = {}
        for reader, read in self._reads.items():
            for name in read:
                self._readers.setdefault(name, []).append(reader)
        self._found: dict[str, frozenset[str]] = {}

    def learn(self, name: str, read: Iterable[str]) -> None:
        """Add a name with what it reads directly."""
        self._reads[name] = frozenset(read)
        for one in self._reads[name]:
            self._readers.setdefault(one, []).append(name)
        self._found.clear()

    def of(self, held: str) -> frozenset[str]:
        """The names that can change when one is held, itself included."""
        if held not in self._found:
            waiting, seen = [held], {held}
            while waiting:
                fresh = [n for n in self._readers.get(waiting.pop(), ()) if n not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
            self._found[held] = frozenset(seen)
        return self._found[held]

    def beyond(self, held: str) -> tuple[str, ...]:
        """The other names that can change when one is held."""
        return tuple(sorted(self.of(held) - {held}))

    def behind(self, read: Iterable[str]) -> tuple[str, ...]:
        """The names that can change something when they are held, the nearest first."""
        found = dict.fromkeys(sorted(read))
        waiting = list(found)
        for name in waiting:
            fresh = [n for n in sorted(self._reads.get(name, ())) if n not in found]
            found |= dict.fromkeys(fresh)
            waiting.extend(fresh)
        return tuple(found)

    def felt(self, read: Iterable[str], held: Iterable[str]) -> frozenset[str]:
        """Which of the names held together change what is read: what is held passes nothing on."""
        stops, seen = frozenset(held), set(read)
        waiting = list(seen)
        for name in waiting:
            if stops <= seen:
                break
            if name not in stops:
                fresh = [n for n in self._reads.get(name, ()) if n not in seen]
                seen.update(fresh)
                waiting.extend(fresh)
        return stops & seen


@dataclass(frozen=True)
class Scope:
    """Everything visible to an expression, and what it may do.

    Attributes:
        symbols: The case's names.
        clock: None when the case has no time.
        games: Games by name that can be asked about: those that have been read.
        factors: Base units in one declared unit, by name.
        influence: What each name can change; None until all definitions are known and sound.
        inert: Whether a `do(...)` on what cannot change its body is accepted.
        latest: When values must be known: `FIXED` for starting values, `STEP` inside a run,
            `HINDSIGHT` for claims.
        sets: Members of each set, in order.
        families: What is defined over sets.
        bound: Members that names stand for: those of the definition, and of reductions around.
        curves: Tables that are points of a curve.
        budget: Shared by all scopes of a case.
        memory: The stocks that definitions remember by, shared likewise.
        crowds: The populations.
        speaker: The population of whose agents the expression is a rule; empty elsewhere.
        part: What of them the rule says, in the name of its streams of chance.
        standing: Whether the rule is that of a variable, which tells what stands at the opening.
        seen: What names in a reduction over agents stand for: an agent of that population.
        tallies: What is counted over all agents of a population, shared by all scopes of a case.
        types: Inside a game with private information, the types of each actor that has some.
        drawn: Which of them has been drawn, by actor.
    """

    symbols: Mapping[str, Symbol]
    clock: Clock | None = None
    games: Mapping[str, GameShape] = field(default_factory=dict[str, GameShape])
    factors: Mapping[str, float] = field(default_factory=dict[str, float])
    latest: When = When.STEP
    influence: Influence | None = None
    inert: bool = False
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    families: Mapping[str, Indexed] = field(default_factory=dict[str, Indexed])
    bound: Mapping[str, Member] = field(default_factory=dict[str, Member])
    curves: Mapping[str, Curve] = field(default_factory=dict[str, Curve])
    budget: Budget = field(default_factory=lambda: Budget(MOST_TERMS))
    memory: Memory = field(default_factory=Memory)
    crowds: Mapping[str, Crowd] = field(default_factory=dict[str, Crowd])
    speaker: str = ""
    part: str = ""
    standing: bool = False
    seen: Mapping[str, str] = field(default_factory=dict[str, str])
    tallies: Tallies = field(default_factory=Tallies)
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    drawn: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def own(self) -> Mapping[str, Type]:
        """Traits, states and variables of the agents whose rule an expression is."""
        return self.crowds[self.speaker].own if self.speaker else {}

    @property
    def turns(self) -> str:
        """Who acts at a time where the expression says what follows: `all`, `one` or `pair`."""
        asked = bool(self.speaker) and self.latest is not When.FIXED and not self.standing
        return self.crowds[self.speaker].acts if asked else "all"

    @property
    def agents(self) -> Mapping[str, str]:
        """Names that stand for an agent here, with its population."""
        return {**self.seen, MET: self.speaker} if self.turns == "pair" else self.seen

    def members(self, name: str, family: Indexed) -> tuple[str, ...]:
        """Names of all members of a family."""
        if family.shared:
            return (name,)
        combined = itertools.product(*(self.sets[one] for one in family.sets))
        return tuple(member_name(name, members) for members in combined)

    @property
    def claims(self) -> bool:
        """Whether temporal, game and counterfactual functions may be used."""
        return self.latest is When.HINDSIGHT

    def names(self) -> tuple[str, ...]:
        """Every name that could have been meant."""
        plain = (name for name in self.symbols if "[" not in name)
        return (*plain, *self.families, *self.curves, *self.own, *RESERVED, *FUNCTIONS)

    def meant(self, name: str) -> str:
        """A hint at what an unknown name meant, with its place."""
        if over := next((one for one, members in self.sets.items() if name in members), ""):
            return (
                f"'{name}' is a member of '{over}': it stands in brackets after a name, or beside "
                "argmax(...) and argmin(...)"
            )
        guess = nearest(name, self.names())
        if guess in self.families and not self.families[guess].shared:
            return f"did you mean '{member_name(guess, self.families[guess].sets)}'?"
        if symbol := self.symbols.get(guess):
            return f"did you mean '{guess}' ({symbol.role}, line {symbol.line})?"
        if guess:
            return f"did you mean '{guess}'?"
        if name in unit_names() or name.removesuffix("s") in unit_names():
            return f"a unit follows a number, such as 1 {name}"
        valued = [n for n, s in self.symbols.items() if s.role not in ("event", "game", "actor")]
        listed = ", ".join(sorted(valued)[:20])
        return f"known: {listed}" if listed and len(listed) <= 200 else ""


_LONGEST_GUESS = 40
_MOST_GUESSES = 200


def nearest(name: str, known: Iterable[str]) -> str:
    """The best guess at what a mistyped name meant, or an empty string."""
    wanted, known = name.lower(), tuple(known)
    if not wanted or len(wanted) > _LONGEST_GUESS:
        return ""
    if len(known) > _MOST_GUESSES:  # comparing names takes time that a long case has not
        starts, least = (wanted[0], wanted[0].upper()), len(wanted) - 3
        known = [c for c in known if c.startswith(starts) and least <= len(c) <= least + 6]
    lowered = {c.lower(): c for c in known[:_MOST_GUESSES] if len(c) <= _LONGEST_GUESS}
    found = difflib.get_close_matches(wanted, lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else ""


def suggest(name: str, known: Iterable[str]) -> str:
    """A hint that names the best guess, or lists what is known when that is short."""
    known = tuple(known)
    guess = nearest(name, known)
    if guess:
        return f"did you mean '{guess}'?"
    listed = ", ".join(sorted(set(known)))
    return f"known: {listed}" if known and len(listed) <= 200 else ""
