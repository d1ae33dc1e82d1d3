"""Whom agents meet along the contacts of a population; the same for all twins of a world."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from jaxtyping import Array, Float, Integer

from schelling.case.populations import Population, PopulationTies
from schelling.compile.planning import rules
from schelling.populations import meetings
from schelling.populations.meetings import Luck, Met

StreamLuck = Callable[[str, Array | int], Float[Array, "*cell"]]
"""Uniform numbers, one for every cell, of a stream of chance and the number of a draw."""


def along(
    population: Population,
    agents: Integer[Array, "*#cell"],
    luck: StreamLuck,
    shape: tuple[int, ...],
) -> dict[str, Met]:
    """Whom agents meet, by the name of the contacts.

    Args:
        population: Whose agents they are.
        agents: Who meets somebody.
        luck: Of these agents.
        shape: Of the cells: agents and worlds, or worlds that have one agent each.
    """
    return {
        ties.name: _met(
            population, ties, agents, partial(luck, rules.contacts(population, ties)), shape
        )
        for ties in population.contacts
    }


def _met(
    population: Population,
    ties: PopulationTies,
    agents: Integer[Array, "*#cell"],
    luck: Luck,
    shape: tuple[int, ...],
) -> Met:
    if not ties.by:
        others = meetings.all_others(population.computed, agents)
        return meetings.drawn(others, ties.degree, luck, shape)
    before = math.ceil(ties.within) + 1

    def later(draw: Array | int) -> Float[Array, "*cell"]:
        return luck(draw + before)

    own = meetings.of_own_group(ties.sizes, agents)
    other = meetings.of_other_groups(ties.sizes, agents)
    circles = ((own, ties.within, luck), (other, ties.between, later))
    return meetings.together(
        [meetings.drawn(whom, mean, by, shape) for whom, mean, by in circles if mean > 0]
    )
