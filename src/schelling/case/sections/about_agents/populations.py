"""The section `populations`: agents, their traits, states and ties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from schelling.case.draft import Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.inferring.machines import foreign, not_a_state
from schelling.case.language.parsing import parser
from schelling.case.language.parsing.printer import shorten
from schelling.case.language.parsing.syntax import (
    Call,
    Compare,
    Conditional,
    Expression,
    Logic,
    Name,
    Reduction,
    SyntaxIssue,
    Unary,
)
from schelling.case.language.typed import units
from schelling.case.language.typed.scope import Crowd, MixedTies, Scope, suggest
from schelling.case.language.typed.types import (
    UNKNOWN,
    Kind,
    Reference,
    Type,
    Typed,
    When,
)
from schelling.case.language.typed.units import Unit
from schelling.case.language.words.agent_words import MET, MY_TURN, NUMBER
from schelling.case.populations import (
    AgentState,
    AgentVariable,
    Population,
    PopulationTies,
    Trait,
)
from schelling.case.schema import population_parts
from schelling.case.schema.case_file import CaseFile
from schelling.case.sections import machines, priors
from schelling.case.sections.about_agents import groups, ties, turns

_TRUTHS = ("true", "false")


def named(raw: CaseFile) -> Iterator[tuple[str, Path]]:
    """Every name the section defines, with its place."""
    for name, population in raw.populations.items():
        path: Path = ("populations", name)
        yield name, path
        for part in ("groups", "ties", "traits", "states", "variables"):
            yield from ((one, (*path, part, one)) for one in getattr(population, part))


def check(draft: Draft, raw: CaseFile, named: Iterable[tuple[str, Path]]) -> None:
    """Report names that agents have anyway, or that rules of theirs give a meaning."""
    pairs = any(population.acts == "pair" for population in raw.populations.values())
    for name, path in named if raw.populations else ():
        if pairs and name in (MET, MY_TURN):
            message = f"'{name}' has a meaning in the rules of agents who act in pairs"
            draft.report_key("E207", message, path, hint=f"such as '{name}_before'")
        if name == NUMBER:
            message = f"'{name}' is the number of an agent of a population"
            draft.report_key("E207", message, path, hint=f"such as '{name}_of_troops'")


def crowds(draft: Draft, raw: CaseFile) -> dict[str, Crowd]:
    """What expressions need to know of the populations, before anything of them is typed."""
    found: dict[str, Crowd] = {}
    for name, population in raw.populations.items():
        path: Path = ("populations", name)
        own = {NUMBER: Type(Kind.NUMBER)}
        for one, shares in population.groups.items():
            own[one] = Type(Kind.STATE, (), When.FIXED, tuple(shares))
        for one in population.traits:
            trait = (*path, "traits", one)
            own[one] = _type(draft, trait, _value_path(draft, trait), own, When.FIXED)
        for one, raw_state in population.states.items():
            state = (*path, "states", one)
            kind = Type(Kind.STATE, (), When.STEP, tuple(raw_state.one_of))
            if not raw_state.one_of:
                kind = _type(draft, state, (*state, "start"), own, When.STEP)
            own[one] = kind
        own = dict.fromkeys(population.variables, UNKNOWN) | own  # until they are typed
        written = [ties.as_written(*one) for one in population.ties.items()]
        lasting = {one.name: _mixed(one) for one in written if not one.anew}
        found[name] = Crowd(
            name,
            own,
            tuple(population.ties),
            population.size,
            frozenset(one.name for one in written if one.anew),
            mixed=lasting if population.fidelity == "mean_field" else None,
            acts=population.acts,
        )
    return found


def _mixed(one: PopulationTies) -> MixedTies:
    """What a mean field knows of ties."""
    return MixedTies(one.mean_degree, one.network == "random")


def _representatives(draft: Draft, path: Path, raw: population_parts.Population) -> int:
    """How many agents of a mean field are computed; 0 where all are."""
    if raw.fidelity != "mean_field":
        return 0
    count = raw.representatives or population_parts.REPRESENTATIVES
    if count & (count - 1):
        message = f"the number of representatives is a power of two, and {count:,} is none"
        hint = f"such as representatives: {1 << (count.bit_length() - 1)}"
        draft.report("E428", message, (*path, "representatives"), hint=hint)
    elif raw.size <= count:
        message = f"{count:,} representatives cannot stand for {raw.size:,} agents"
        hint = "leave out 'fidelity', or take fewer representatives"
        draft.report_key("E428", message, path, hint=hint)
    if raw.acts != "all":
        message = "a mean field knows only agents who act all at once"
        hint = "leave out 'fidelity', or 'acts'"
        draft.report_key("E428", message, (*path, "acts"), hint=hint)
    for name, ties_of in raw.ties.items():
        made = ties.as_written(name, ties_of)
        if made.anew and not ties_of.by and made.most_met >= count:
            message = f"one of {count:,} representatives cannot meet {made.degree:g} others"
            draft.report_key("E428", message, (*path, "ties", name), hint="take more of them")
        if ties.divided(ties_of) or ties_of.network == "table":
            message = f"a mean field knows nothing of ties along groups or from a table: '{name}'"
            hint = "leave out 'fidelity', or say how many ties there are, with network: random"
            draft.report_key("E428", message, (*path, "ties", name), hint=hint)
    return count


def _value_path(draft: Draft, path: Path) -> Path:
    return (*path, "value") if draft.root.at(path).child("value") is not None else path


def _type(draft: Draft, thing: Path, text: Path, known: Mapping[str, Type], when: When) -> Type:
    """Kind of what an agent has, as its text tells by its form; its unit as declared."""
    try:
        if _is_truth(parser.parse(draft.root.at(text).text), known):
            return Type(Kind.TRUTH, (), when)
        unit = draft.root.at(thing).child("unit")
        dimensions = () if unit is None else units.read(unit.text).dimensions
    except (SyntaxIssue, units.UnknownUnit):  # reported where it is typed
        return UNKNOWN
    return Type(Kind.NUMBER, dimensions, when)


def _is_truth(expression: Expression, known: Mapping[str, Type]) -> bool:
    match expression:
        case Compare() | Logic():
            return True
        case Unary():
            return expression.operator == "not"
        case Conditional():
            return _is_truth(expression.then, known)
        case Name():
            own = known.get(expression.name, UNKNOWN)
            return expression.name in _TRUTHS or own.kind is Kind.TRUTH
        case Call() | Reduction():
            return expression.function in ("bernoulli", "any", "all")
        case _:
            return False


def read(
    draft: Draft, raw: CaseFile, scope: Scope, told: Mapping[str, Sequence[AgentVariable]]
) -> tuple[Population, ...]:
    """Type all populations; problems go to the draft.

    Args:
        draft: Where problems go.
        raw: The case.
        scope: What rules of the world see.
        told: The variables of the agents of each population, in order.
    """
    found: list[Population] = []
    for name, population in raw.populations.items():
        path: Path = ("populations", name)
        if scope.clock is None:
            message = "a population needs a 'time' section"
            hint = "such as time: {start: 2022-03-21, step: 1 week, until: 2023-03-20}"
            draft.report_key("E309", message, path, hint=hint)
            continue
        if not population.groups and not population.traits and not population.states:
            message = f"the agents of '{name}' have neither traits nor states"
            draft.report_key("E428", message, path, hint="add 'states'")
        rules = _Rules(draft, name, scope)
        divisions = _groups(rules, raw)
        tied = ties.read(draft, path, population, divisions)
        traits = divisions + tuple(rules.trait(one, raw) for one, raw in population.traits.items())
        order = machines.numbers(raw)
        states = tuple(rules.state(one, raw, order) for one, raw in population.states.items())
        origin = draft.origin(path, population.from_, population.why, population.says)
        if not population.from_ and not population.why.strip():
            message = f"the population '{name}' has neither a passage nor a reason"
            hint = "add 'from:' with a passage, or 'why:' with a sentence"
            draft.report_key("E501", message, path, hint=hint)
        few = _representatives(draft, path, population)
        turns.check(draft, path, population, scope.clock.steps)
        count = population.turns or population.size
        acting = population.acts, count, population.along or ""
        own = tuple(told.get(name, ()))
        made = tied, traits, states, origin
        found.append(Population(name, population.size, *made, *acting, few, own))
    return tuple(found)


def _groups(rules: _Rules, raw: CaseFile) -> tuple[Trait, ...]:
    """Into which groups agents fall; what is read later can read them."""
    population = raw.populations[rules.name]
    along, numbers = ties.along(population), machines.numbers(raw)
    found: list[Trait] = []
    for name in population.groups:
        path, own = (*rules.path, "groups", name), rules.crowd.own[name]
        trait = groups.read(rules.draft, path, own, rules.scope, numbers)
        if trait is not None and name == along:
            trait = groups.by_number(rules.draft, path, trait, numbers, population.size)
        rules.known[name] = own
        if trait is not None:
            found.append(trait)
    return tuple(found)


class _Rules:
    """The rules of the agents of a population being typed.

    Args:
        draft: Where problems go.
        name: The population.
        scope: What rules of the world see.
    """

    def __init__(self, draft: Draft, name: str, scope: Scope) -> None:
        self.draft, self.name = draft, name
        self.path: Path = ("populations", name)
        self.scope = replace(scope, speaker=name)
        self.known = {NUMBER: Type(Kind.NUMBER)}  # what a start or a trait can read so far

    @property
    def crowd(self) -> Crowd:
        """What expressions know of the population."""
        return self.scope.crowds[self.name]

    def trait(self, name: str, raw: population_parts.Trait) -> Trait:
        """A trait, made of those before it."""
        path = (*self.path, "traits", name)
        unit = self.draft.unit((*path, "unit"))
        value = self.early(_value_path(self.draft, path), name, unit)
        origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
        return Trait(name, unit, value, origin)

    def state(
        self, name: str, raw: population_parts.AgentState, numbers: Mapping[str, int]
    ) -> AgentState:
        """A state: how it begins, and what follows."""
        path = (*self.path, "states", name)
        unit = self.draft.unit((*path, "unit"))
        start = self.early((*path, "start"), name, unit)
        own = self.crowd.own[name]
        following: Typed = Reference(name, own)
        if raw.next is not None:
            part = f"{self.name}/{name}"
            following = self.typed((*path, "next"), replace(self.scope, part=part), own, unit)
        within = priors.bounds(self.draft, (*path, "within"))
        if within is not None and own.kind in (Kind.TRUTH, Kind.STATE):
            message = f"'within' is for numbers, and '{name}' is {own.kind.value}"
            self.draft.report("E403", message, (*path, "within"))
        scaled = (within[0] * unit.factor, within[1] * unit.factor) if within else None
        origin = self.draft.origin(path, raw.from_, raw.why, raw.says)
        named = tuple((one, numbers[one]) for one in own.states)
        return AgentState(name, unit, start, following, scaled, origin, named)

    def early(self, path: Path, name: str, unit: Unit) -> Typed:
        """What is known at the start, made of fixed things and what stands before it."""
        crowd = self.crowd
        own = crowd.own[name]
        later = crowd.own.keys() - self.known.keys()
        known = replace(crowd, own=dict(self.known), later=frozenset(later))
        before = {**self.scope.crowds, crowd.name: known}
        part = f"{crowd.name}/{name}/start"
        scope = replace(self.scope, crowds=before, latest=When.FIXED, part=part)
        typed = self.typed(path, scope, own, unit)
        self.known[name] = replace(own, when=When.FIXED)
        return typed

    def typed(self, path: Path, scope: Scope, own: Type, unit: Unit) -> Typed:
        """A rule, of the kind that its trait or state has."""
        expected = unit if own.kind is Kind.NUMBER else None
        typed = self.draft.infer(path, scope, expected)
        if typed.type.known and typed.type.kind is not own.kind:
            written = shorten(self.draft.root.at(path).text)
            message = f"{own.kind.value} is needed here, but '{written}' is {typed.type.kind.value}"
            hint = "'start' and 'next' of a state are of one kind" if path[-1] == "next" else ""
            self.draft.report("E306", message, path, hint=hint)
        elif strange := foreign(own.states, typed):
            message = not_a_state(strange, str(path[-2]))
            self.draft.report("E452", message, path, hint=suggest(strange, own.states))
        return typed
