"""Notes on traits, groups, states, variables and ties of agents that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from schelling.case.draft import Draft
from schelling.case.language.typed.scope import Influence
from schelling.case.language.typed.types import OverTies, Typed, operands
from schelling.case.model import Case
from schelling.case.populations import Population


def note(draft: Draft, case: Case, moves: Influence) -> None:
    """Note what agents have and whom they see, where no rule and nothing counted reads it.

    Traits, groups and states have names of their own in a case, so that what reads one is known by
    its name alone. A case that asks nothing yet has none of these notes. Groups that ties run along
    are read by these. In a mean field what is seen along ties has become a mean of all, so that
    ties are not judged.

    Args:
        draft: Where notes go.
        case: The case.
        moves: What each name can change; what is counted over agents is among it.
    """
    if not case.claims and not case.questions:
        return
    for population in case.populations:
        seen = _seen(case, population)
        divided = {ties.by for ties in population.ties}
        for section, what, name in _parts(population):
            if section == "ties":
                unread = name not in seen | {population.along} and not population.representatives
            else:
                unread = len(moves.of(name)) == 1 and name not in divided
            if unread:
                path = ("populations", population.name, section, name)
                message = f"nothing reads the {what} '{name}' of {population.name}"
                hint = "let a rule or a count read it, or remove it"
                draft.report_key("N112", message, path, hint=hint)


def _parts(population: Population) -> Iterator[tuple[str, str, str]]:
    """Section, kind and name of everything that its agents can have."""
    for trait in population.traits:
        yield ("groups", "groups", trait.name) if trait.shares else ("traits", "trait", trait.name)
    yield from (("states", "state", state.name) for state in population.states)
    yield from (("variables", "variable", one.name) for one in population.variables)
    yield from (("ties", "ties", ties.name) for ties in population.ties)


def _seen(case: Case, population: Population) -> set[str]:
    """Names of the ties that a rule of the agents, or something counted over them, looks along."""
    counted = (one for one in case.tallies if one.population == population.name)
    rules = [rule for _, made in population.rules() for rule in made]
    for tally in counted:
        rules += [tally.body] + ([] if tally.condition is None else [tally.condition])
    return {name for rule in rules for name in _ties(rule)}


def _ties(expression: Typed) -> Iterator[str]:
    if isinstance(expression, OverTies):
        yield expression.over
    for part in operands(expression):
        yield from _ties(part)
