"""Variables of agents: what is computed of each of them, in order, at the opening of a step.

They may read numbers of the world, which may be counted over what they say of all agents. So they
are put in one order with the variables of the case, and typed among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.parsing.printer import brief
from schelling.case.language.parsing.syntax import Expression
from schelling.case.language.typed.reading import reads
from schelling.case.language.typed.scope import Scope
from schelling.case.language.typed.types import Kind
from schelling.case.language.typed.units import UNREAD, Unit
from schelling.case.model import Variable
from schelling.case.populations import AgentVariable
from schelling.case.schema.case_file import NAMED, CaseFile


@dataclass(frozen=True)
class OfAgents:
    """The variables of all populations while they are read.

    Attributes:
        draft: Where problems go.
        raw: The case.
        places: By name, the population and the path in the case.
        found: Those that have been typed, by population, in their order.
    """

    draft: Draft
    raw: CaseFile
    places: Mapping[str, tuple[str, Path]]
    found: dict[str, list[AgentVariable]] = field(default_factory=dict[str, list[AgentVariable]])

    def __contains__(self, name: object) -> bool:
        return name in self.places

    def path(self, name: str) -> Path:
        """Where a variable stands."""
        return self.places[name][1]

    def value_path(self, name: str) -> Path:
        """Where its expression stands."""
        path = self.path(name)
        return (*path, "value") if self.draft.root.at(path).child("value") is not None else path

    def parsed(self) -> dict[str, Expression]:
        """Their expressions, as far as they can be read."""
        found = {name: self.draft.parse(self.value_path(name)) for name in self.places}
        return {name: one for name, one in found.items() if one is not None}

    def direct(self, parsed: Mapping[str, Expression], scope: Scope) -> dict[str, frozenset[str]]:
        """What each reads itself."""
        return {name: reads(expression, scope) for name, expression in parsed.items()}

    def keep(self, typed: Iterable[Variable]) -> None:
        """Keep those among some variables that are of agents, in their order."""
        for one in typed:
            if one.name in self.places:
                own = AgentVariable(one.name, one.unit, one.value, one.origin)
                self.found.setdefault(self.places[one.name][0], []).append(own)

    def typed(self, name: str, written: Expression, scope: Scope) -> tuple[Variable, Scope]:
        """A variable as if it were one of the case, and the scope that knows it."""
        population, path = self.places[name]
        described = self.raw.populations[population].variables[name]
        unit = self.draft.unit((*path, "unit")) if described.unit is not None else None
        unit = None if unit is UNREAD else unit
        inside = replace(scope, speaker=population, part=f"{population}/{name}", standing=True)
        value = self.draft.typed(self.value_path(name), written, inside, unit)
        if value.type.known and value.type.kind not in (Kind.NUMBER, Kind.TRUTH):
            message = f"a variable is a number or a condition; '{brief(written)}' is "
            message += value.type.kind.value
            self.draft.report("E306", message, self.value_path(name))
        own = unit or Unit(value.type.dimensions or (), 1.0)
        crowd = scope.crowds[population]
        crowd = replace(crowd, own={**crowd.own, name: value.type})
        scope = replace(scope, crowds={**scope.crowds, population: crowd})
        origin = self.draft.origin(path, described.from_, described.why, described.says)
        return Variable(name, own, value, value.type.when, origin), scope


def of_case(draft: Draft, raw: CaseFile) -> OfAgents:
    """The variables of all populations, none of them typed yet; without names defined twice."""
    others = {name for section in NAMED[:-1] for name in getattr(raw, section)}
    for described in raw.populations.values():
        others.update(described.groups, described.ties, described.traits, described.states)
    places: dict[str, tuple[str, Path]] = {}
    for population, described in raw.populations.items():
        for name in described.variables:
            path: Path = ("populations", population, "variables", name)
            if name not in others:
                places.setdefault(name, (population, path))
    return OfAgents(draft, raw, places)
