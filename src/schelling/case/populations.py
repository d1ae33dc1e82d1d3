"""Populations of a checked case: many agents that follow the same rules. Base units."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from schelling.case.language.typed.types import Reference, Typed, references
from schelling.case.language.typed.units import Unit
from schelling.case.sources import Origin

Acts = Literal["all", "one", "pair"]
Sight = Literal["moore", "von_neumann", "disc"]


@dataclass(frozen=True)
class PopulationTies:
    """Who of a population sees whom.

    Attributes:
        name: Their name.
        network: What kind they are; see `schelling explain network`.
        degree: How many ties an agent has on average; 0 where that does not matter.
        rewire: Of a small world, the share of ties that lead to a random agent.
        joins: Of a scale-free network, how many ties a newcomer makes.
        rows: Of a lattice.
        sight: Of a lattice, what is near: `moore`, `von_neumann` or `disc`.
        radius: Of a lattice, how far an agent sees.
        torus: Of a lattice, whether what is beyond an edge is the opposite side.
        by: Of blocks and contacts, the division of the agents into groups that they run along.
        sizes: Of these, how many agents each group has, in the order of their numbers.
        within: Of these, how many ties an agent has in its own group, on average.
        between: Of these, how many ties an agent has to all other groups together, on average; of
            blocks, on average over all agents.
        table: Of a table, the file.
        ends: Of a table, for each row the numbers of two agents, from 1.
        mutual: Of a table, whether both ends see each other; if not, the first sees the second.
    """

    name: str
    network: str
    degree: float
    rewire: float
    joins: int
    rows: int
    sight: Sight
    radius: int
    torus: bool
    by: str = ""
    sizes: tuple[int, ...] = ()
    within: float = 0.0
    between: float = 0.0
    table: str = ""
    ends: tuple[tuple[int, int], ...] = ()
    mutual: bool = True

    @property
    def said(self) -> str:
        """What they are, in a few words."""
        match self.network:
            case "blocks":
                return (
                    f"blocks by {self.by}, {self.within:g} within a group and {self.between:g} "
                    "between groups"
                )
            case "contacts":
                whom = f"{self.degree:g} random others"
                if self.by:
                    whom = f"{self.within:g} of one's own group by {self.by} and {self.between:g} "
                    whom += "of the other groups"
                return f"contacts, {whom}, anew each time"
            case "table":
                seen = "seen from both ends" if self.mutual else "seen from the first end"
                return f"table {self.table}, {len(self.ends):,} ties {seen}"
            case _:
                return self.network

    @property
    def anew(self) -> bool:
        """Whether they are drawn anew in each world and step, rather than kept."""
        return self.network == "contacts"

    @property
    def meetings(self) -> tuple[float, ...]:
        """Of contacts, how many others an agent meets: of all; or of its group, and of others."""
        return (self.within, self.between) if self.by else (self.degree,)

    @property
    def most_met(self) -> int:
        """Of contacts, the largest number of others that an agent meets at a time."""
        return sum(math.ceil(mean) for mean in self.meetings)

    @property
    def mean_degree(self) -> float:
        """About how many others an agent sees; of a lattice, away from its edges."""
        reach = self.radius
        match self.network, self.sight:
            case "scale_free", _:
                return 2.0 * self.joins
            case "lattice", "von_neumann":
                return 2.0 * reach * (reach + 1)
            case "lattice", _:
                return (2.0 * reach + 1) ** 2 - 1
            case _:
                return self.degree


@dataclass(frozen=True)
class Trait:
    """What an agent has from the start and keeps.

    Attributes:
        shares: Of groups, the share of each; None takes the rest.
        sizes: Of groups that agents belong to by their numbers, how many agents each has; empty
            where agents are drawn into them.
        numbers: Of groups, what stands for each by name.
    """

    name: str
    unit: Unit
    value: Typed
    origin: Origin
    shares: tuple[tuple[str, Typed | None], ...] = ()
    sizes: tuple[int, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()

    def said(self, write: Callable[[Typed], str]) -> str:
        """What it is, in words and formulas.

        Args:
            write: Writes an expression.
        """
        if not self.shares:
            return f"is {write(self.value)}"
        if self.sizes:
            ends = itertools.accumulate(self.sizes)
            names = [group for group, _ in self.shares]
            blocks = (
                f"{group} {end - size + 1:,} to {end:,}"
                for group, size, end in zip(names, self.sizes, ends, strict=True)
            )
            return f"is by number: {', '.join(blocks)}"
        shares = (
            f"{group} with {'the rest' if share is None else f'share {write(share)}'}"
            for group, share in self.shares
        )
        return f"is drawn: {', '.join(shares)}"


@dataclass(frozen=True)
class AgentState:
    """What changes in an agent; values and bounds in base units.

    Attributes:
        start: At first, made of traits and the states before it.
        following: A step later, made of what stands at the opening of the step.
        numbers: Of a state that is one of several names, what stands for each.
    """

    name: str
    unit: Unit
    start: Typed
    following: Typed
    within: tuple[float, float] | None
    origin: Origin
    numbers: tuple[tuple[str, int], ...] = ()

    @property
    def moves(self) -> bool:
        """Whether it ever changes."""
        return not (isinstance(self.following, Reference) and self.following.name == self.name)


@dataclass(frozen=True)
class AgentVariable:
    """What is computed anew of an agent, from all that stands at the opening of a step."""

    name: str
    unit: Unit
    value: Typed
    origin: Origin


@dataclass(frozen=True)
class Population:
    """Many agents that follow the same rules.

    Attributes:
        size: How many there are.
        ties: Who sees whom.
        traits: What they keep, in an order in which each reads only those before it.
        states: What changes in them, of an agent all at once.
        acts: Who follows its rules at a time: all agents, one of them, or a pair that meets.
        turns: How often in a step, where not all do at once.
        along: Ties along which pairs meet; empty where anybody meets anybody.
        representatives: Of a mean field, how many agents are computed; 0 where all are.
        variables: What is computed of them, in an order in which each reads only those before it.
    """

    name: str
    size: int
    ties: tuple[PopulationTies, ...]
    traits: tuple[Trait, ...]
    states: tuple[AgentState, ...]
    origin: Origin
    acts: Acts = "all"
    turns: int = 0
    along: str = ""
    representatives: int = 0
    variables: tuple[AgentVariable, ...] = ()

    @property
    def acting(self) -> str:
        """Who acts when, in words."""
        if self.acts == "all":
            return "all act at once, once a step"
        every = f"{self.turns:,} turn" + ("s" if self.turns != 1 else "")
        if self.acts == "one":
            return f"{every} a step, in each of which a random agent acts"
        whom = f"one of its {self.along}" if self.along else "another"
        return f"{every} a step, in each of which a random agent meets {whom}"

    @property
    def computed(self) -> int:
        """How many agents are computed."""
        return self.representatives or self.size

    @property
    def networks(self) -> tuple[PopulationTies, ...]:
        """The ties that are made between agents and kept; none in a mean field."""
        return () if self.representatives else tuple(one for one in self.ties if not one.anew)

    @property
    def contacts(self) -> tuple[PopulationTies, ...]:
        """The ties that are drawn anew each time, also in a mean field."""
        return tuple(one for one in self.ties if one.anew)

    @property
    def stands_for(self) -> float:
        """For how many agents each that is computed stands."""
        return self.size / self.computed

    @property
    def counted(self) -> str:
        """How many agents there are, in words."""
        return f"{self.size:,} agent{'' if self.size == 1 else 's'}"

    @property
    def followed(self) -> str:
        """How its agents are computed, in words; empty where each is."""
        if not self.representatives:
            return ""
        return f", by mean field with {self.representatives:,} representatives"

    def lasting(self) -> Iterator[tuple[str, tuple[Typed, ...]]]:
        """Every trait and state, with the expressions that make it."""
        yield from ((trait.name, (trait.value,)) for trait in self.traits)
        yield from ((state.name, (state.start, state.following)) for state in self.states)

    def rules(self) -> Iterator[tuple[str, tuple[Typed, ...]]]:
        """Every trait, state and variable, with the expressions that make it."""
        yield from self.lasting()
        yield from ((variable.name, (variable.value,)) for variable in self.variables)

    def behind(self, names: Iterable[str]) -> tuple[AgentVariable, ...]:
        """The variables among some names, and those that they read, in order."""
        wanted = set(names)
        for variable in reversed(self.variables):
            if variable.name in wanted:
                wanted |= references(variable.value)
        return tuple(variable for variable in self.variables if variable.name in wanted)

    def read_by(self, names: Iterable[str]) -> frozenset[str]:
        """Some names, with all that the variables among them read."""
        read = frozenset(names)
        return read.union(*(references(variable.value) for variable in self.behind(read)))
