"""What the rules of agents need beside numbers: streams of chance, and ties to look along."""

from __future__ import annotations

from collections.abc import Iterator

from schelling.case.language.typed.types import Drawn, OverTies, Typed, operands
from schelling.case.populations import Population, PopulationTies


def streams(population: Population) -> Iterator[str]:
    """Streams of chance that agents draw from, that say whom they meet and whose turn it is."""
    rules = (rule for _, rules in population.rules() for rule in rules)
    yield from (f"agents/{part.stream}" for part in _parts(rules) if isinstance(part, Drawn))
    yield from (contacts(population, ties) for ties in population.contacts)
    if population.acts != "all":
        yield turns(population)


def contacts(population: Population, ties: PopulationTies) -> str:
    """The stream of chance that says whom agents meet along some contacts."""
    return f"contacts/{population.name}/{ties.name}"


def turns(population: Population) -> str:
    """The stream of chance that says whose turn it is, and whom it meets."""
    return f"turns/{population.name}"


def looked(population: Population) -> tuple[str, ...]:
    """Lasting ties along which one agent at a time looks, or meets another."""
    if population.acts != "one":
        return (population.along,) if population.along else ()
    rules = (state.following for state in population.states)
    seen = {part.over for part in _parts(rules) if isinstance(part, OverTies)}
    return tuple(sorted(seen - {ties.name for ties in population.contacts}))


def _parts(rules: Iterator[Typed]) -> Iterator[Typed]:
    """Every expression in some rules."""
    waiting = list(rules)
    while waiting:
        part = waiting.pop()
        yield part
        waiting += operands(part)
