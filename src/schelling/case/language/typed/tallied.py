"""What is counted over all agents of a population: numbers of a world, taken once a step."""

from __future__ import annotations

from dataclasses import dataclass, field

from schelling.case.language.typed.types import Typed, references

TRUTHS = ("any", "all")
"""The reductions that give a truth."""


@dataclass(frozen=True)
class AgentTally:
    """A number, or a truth, about all agents of a population.

    Attributes:
        name: What it is called: the reduction as written.
        population: Whose agents.
        function: `sum`, `mean`, `min`, `max`, `count`, `any`, `all` or `share`.
        body: What is taken together, of each agent.
        condition: On which an agent counts; None where all do.
    """

    name: str
    population: str
    function: str
    body: Typed
    condition: Typed | None

    @property
    def truth(self) -> bool:
        """Whether it is a truth."""
        return self.function in TRUTHS

    @property
    def reads(self) -> frozenset[str]:
        """Names that it reads: of what agents have, and of the world."""
        condition = frozenset[str]() if self.condition is None else references(self.condition)
        return references(self.body) | condition


_Key = tuple[str, str, Typed, Typed | None]


@dataclass
class Tallies:
    """What the definitions of a case count over agents; equal reductions are one tally.

    Attributes:
        found: By what they are made of.
        draws: How many streams of chance each rule of an agent has so far.
    """

    found: dict[_Key, AgentTally] = field(default_factory=dict[_Key, AgentTally])
    draws: dict[str, int] = field(default_factory=dict[str, int])

    def tally(self, key: _Key, written: str) -> AgentTally:
        """The tally of a population, function, body and condition.

        Args:
            key: What it is made of.
            written: As written, which it is called where no other is called so.
        """
        if key not in self.found:
            taken = {one.name for one in self.found.values()}
            names = (written, *(f"{written} #{number}" for number in range(2, len(taken) + 3)))
            name = next(name for name in names if name not in taken)
            self.found[key] = AgentTally(name, *key)
        return self.found[key]

    def stream(self, part: str) -> str:
        """The name of another stream of chance of a rule."""
        self.draws[part] = self.draws.get(part, 0) + 1
        return f"{part}/{self.draws[part]}"
