"""The sections `phases` and `states`: state machines, their states, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schelling.case import names
from schelling.case.draft import NOTHING, Draft
from schelling.case.file.yaml_tree import Path
from schelling.case.language.inferring.machines import (
    MACHINE,
    PHASE,
    STATE,
    foreign,
    listed,
    not_a_state,
)
from schelling.case.language.typed.scope import Scope, Symbol, family_name, suggest
from schelling.case.language.typed.types import Kind, Type, Typed, When
from schelling.case.model import StateMachine
from schelling.case.schema.case_file import CaseFile

MOST_STATES = 127
"""Names of states in a case: a run keeps them as numbers of one byte."""


def written(raw: CaseFile) -> dict[str, tuple[Path, list[str]]]:
    """Every state machine of a case by name: where it is written, and its states."""
    found: dict[str, tuple[Path, list[str]]] = {}
    if raw.phases:
        found[PHASE] = (("phases",), raw.phases)
    return found | {n: (("states", n), states) for n, states in raw.states.items() if n != PHASE}


def categories(raw: CaseFile) -> dict[str, tuple[Path, list[str]]]:
    """What agents of populations are one of: groups they fall into, states they are in."""
    found: dict[str, tuple[Path, list[str]]] = {}
    for name, population in raw.populations.items():
        path: Path = ("populations", name)
        found |= {n: ((*path, "groups", n), [*g]) for n, g in population.groups.items()}
        found |= {
            n: ((*path, "states", n, "one_of"), state.one_of)
            for n, state in population.states.items()
            if state.one_of
        }
    return found


def numbers(raw: CaseFile) -> dict[str, int]:
    """The number of every name of a state, whatever has it."""
    known = {**written(raw), **categories(raw)}
    return {s: n for n, s in enumerate(_names({one: tuple(s) for one, (_, s) in known.items()}))}


def read(raw: CaseFile) -> tuple[StateMachine, ...]:
    """The state machines of a case; a state is numbered by its name, whatever machine has it."""
    known = {name: tuple(dict.fromkeys(states)) for name, (_, states) in written(raw).items()}
    order = numbers(raw)
    return tuple(
        StateMachine(name, states, tuple(order[state] for state in states))
        for name, states in known.items()
        if states
    )


def _names(known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(state for states in known.values() for state in states))


def named(raw: CaseFile) -> Iterator[tuple[str, Path]]:
    """The names of states with their places; one that several machines share stands once."""
    seen: set[str] = set()
    for path, states in (*written(raw).values(), *categories(raw).values()):
        yield from ((s, _place(path, n, s)) for n, s in enumerate(states) if s not in seen)
        seen.update(states)


def _place(path: Path, number: int, state: str) -> Path:
    return (*path, state) if path[-2:-1] == ("groups",) else (*path, number)


def check(draft: Draft, raw: CaseFile) -> None:
    """Every machine has several states, and none takes a name that a run needs."""
    if PHASE in raw.states:
        message = "'phase' is the state machine whose states are listed under 'phases'"
        hint = f"write phases: [{', '.join(raw.states[PHASE])}]"
        draft.report_key("E451", message, ("states", PHASE), hint=hint)
    for name, states in raw.states.items():
        path: Path = ("states", name)
        node = draft.root.at(path).value
        if isinstance(node, list) and len(node) < 2 and name != PHASE:
            what = f"only the state {states[0]}" if states else "no states"
            message = f"'{name}' has {what}, so it never changes"
            draft.report_key("E453", message, path, hint="such as alliance: [calm, alert]")
    distinct = numbers(raw)
    if len(distinct) > MOST_STATES:
        message = f"the case has {len(distinct)} names of states; at most {MOST_STATES} are allowed"
        section = "states" if raw.states else "phases"
        draft.report_key("E455", message, (section,))
    taken = {names.canonical(f"{name}_share"): name for name in raw.states}
    for section in ("assumptions", "stocks", "variables", "unknowns"):
        for name in getattr(raw, section):
            machine = taken.get(names.canonical(name))
            if machine is not None and family_name(name) == name:
                message = f"'{name}' is what a run calls the shares of the states of '{machine}'"
                draft.report_key("E454", message, (section, name), hint="choose another name")


def symbols(draft: Draft, raw: CaseFile) -> dict[str, Symbol]:
    """What expressions can see of the machines and their states."""
    places = written(raw)
    found: dict[str, Symbol] = {}
    where = {state: path for state, path in named(raw)}
    for machine in read(raw):
        path, _ = places[machine.name]
        kind = Type(Kind.STATE, (), When.STEP, machine.states)
        line = draft.root.key_span(path).line
        found[machine.name] = Symbol(machine.name, MACHINE, kind, line)
        for state, number in zip(machine.states, machine.numbers, strict=True):
            line = draft.root.at(where[state]).span.line
            kind = Type(Kind.STATE, (), When.FIXED, (state,))
            found[state] = Symbol(state, STATE, kind, line, number)
    order = numbers(raw)
    for state in (s for _, states in categories(raw).values() for s in states if s not in found):
        line = draft.root.at(where[state]).span.line
        kind = Type(Kind.STATE, (), When.FIXED, (state,))
        found[state] = Symbol(state, STATE, kind, line, order[state])
    return found


def becomes(draft: Draft, path: Path, scope: Scope, name: str, states: tuple[str, ...]) -> Typed:
    """What an effect sets a machine to: one of its states, perhaps on a condition."""
    text = draft.root.at(path).text.strip()
    if text.isidentifier() and text not in {*scope.symbols, *names.reserved_names()}:
        draft.report("E452", not_a_state(text, name), path, hint=suggest(text, states))
        return NOTHING
    value = draft.infer(path, scope)
    if value.type.known and value.type.kind is not Kind.STATE:
        message = f"'{name}' can only become {listed(states)}"
        draft.report("E452", message, path, hint=suggest(text, states))
    elif strange := foreign(states, value):
        hint = suggest(strange, states)
        draft.report("E452", not_a_state(strange, name), path, hint=hint)
    return value
