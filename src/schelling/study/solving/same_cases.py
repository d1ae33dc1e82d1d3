"""Whether the mechanisms of two cases are the same up to names.

Every definition gets a colour made of what it says, with names replaced by the colours of what they
stand for, round by round. Cases with different colours differ. Where several definitions have one
colour, one of them is matched with each of the other case in turn and the colours are refined anew.
Cases are the same only if, under the names so matched, every definition says the same. Passages,
reasons and claims play no part.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from schelling.case.language.typed.types import Operation
from schelling.case.model import Case
from schelling.errors import RunError
from schelling.study.solving.same import Sameness

_IGNORED: Final = frozenset(("origin", "written", "name", "says"))
_ROUNDS: Final = 50
_CHAINS: Final = {"+": "+", "-": "+", "*": "*", "/": "*", "and": "and", "or": "or"}
"""Operations whose chains mean the same in any order, up to rounding: the chain of each."""
_INVERSE: Final = frozenset(("-", "/"))
_MOST_TRIALS: Final = 200
"""How many matchings of definitions that look alike are tried."""
_SECTIONS: Final = {
    "stock": "stocks",
    "variable": "variables",
    "event": "events",
    "game": "games",
    "game with states": "stochastic",
    "population": "populations",
    "state machine": "machines",
}
Key = tuple[str, str]
Colours = tuple[dict[Key, int], dict[Key, int]]


def cases(one: Case, other: Case) -> Sameness:
    """Compare what two cases compute, and then the priors of their assumptions.

    Args:
        one: The first case.
        other: The second.

    Raises:
        RunError: Their definitions look too much alike to be matched.
    """
    found = [_definitions(case) for case in (one, other)]
    odd = _odd(_colours(found[0], found[1]))
    if odd:
        return Sameness(False, (), odd)
    whole = [_with_priors(case, mine) for case, mine in zip((one, other), found, strict=True)]
    pairs = _matching(whole[0], whole[1])
    alike = pairs is not None
    pairs = pairs or _matching(found[0], found[1])
    if pairs is None:
        words = (
            "each definition has one like it in the other, but they do not read each other alike"
        )
        return Sameness(False, (), words)
    names = tuple((kind, a, b) for (kind, a), (_, b) in pairs if a != b)
    if not alike:
        priors = _priors(one, other, pairs)
        return Sameness(False, names, f"the mechanisms are the same, but {priors}")
    clocks = [case.clock for case in (one, other)]
    if clocks[0] != clocks[1]:
        return Sameness(False, names, "the mechanisms are the same, but the time is another")
    return Sameness(True, names)


def _definitions(case: Case) -> dict[Key, Any]:
    """Everything that moves a run, by kind and name."""
    found: dict[Key, Any] = {
        ("assumption", one.name): (one.unit.dimensions, bool(one.lever)) for one in case.assumptions
    }
    for kind, section in _SECTIONS.items():
        for one in getattr(case, section):
            found[kind, one.name] = one
    movers = {choice for game in case.games for choice in game.actors}
    found |= {("actor", name): () for name in case.actors if name in movers}
    return found


def _with_priors(case: Case, found: Mapping[Key, Any]) -> dict[Key, Any]:
    """The definitions, those of assumptions with what is believed of them."""
    priors = {
        ("assumption", one.name): (found["assumption", one.name], one.prior, one.unit.factor)
        for one in case.assumptions
    }
    return {**found, **priors}


def _matching(one: dict[Key, Any], other: dict[Key, Any]) -> list[tuple[Key, Key]] | None:
    """Pairs of definitions that say the same under the names so paired; None if there are none.

    Raises:
        RunError: More matchings would have to be tried than are.
    """
    todo = [_colours(one, other)]
    trials = 0
    while todo:
        colours = todo.pop()
        if _odd(colours):
            continue
        pairs = _pairs(colours)
        if _fits(one, other, pairs):
            return pairs
        for first, second in reversed(_choices(colours)):
            trials += 1
            if trials > _MOST_TRIALS:
                message = "the definitions of the cases look too much alike: it was not decided "
                message += f"within {_MOST_TRIALS} matchings whether they are the same"
                raise RunError(message)
            todo.append(_colours(one, other, _told_apart(colours, first, second)))
    return None


def _fits(one: dict[Key, Any], other: dict[Key, Any], pairs: Sequence[tuple[Key, Key]]) -> bool:
    """Whether every definition says the same as its partner, their names replaced by numbers."""
    numbers = [{pair[side]: n for n, pair in enumerate(pairs)} for side in (0, 1)]
    mine = {name: numbers[0][kind, name] for kind, name in one}
    theirs = {name: numbers[1][kind, name] for kind, name in other}
    return all(_said(one[a], mine) == _said(other[b], theirs) for a, b in pairs)


def _choices(colours: Colours) -> list[tuple[Key, Key]]:
    """A definition whose colour others share, with each that may be its partner, namesake first."""
    one, other = colours
    counts = Counter(one.values())
    first = next((key for key, colour in one.items() if counts[colour] > 1), None)
    if first is None:
        return []
    fits = [key for key, colour in other.items() if colour == one[first]]
    return [(first, key) for key in sorted(fits, key=lambda key: key != first)]


def _told_apart(colours: Colours, first: Key, second: Key) -> Colours:
    """Colours in which two definitions, one of each case, have one that no other has."""
    return colours[0] | {first: -1}, colours[1] | {second: -1}


def _colours(one: dict[Key, Any], other: dict[Key, Any], begun: Colours | None = None) -> Colours:
    """Colours of the definitions of two cases, refined until nothing more is told apart."""
    seen: dict[Any, int] = {}
    kinds = [{key: seen.setdefault(key[0], len(seen)) for key in case} for case in (one, other)]
    kinds = kinds if begun is None else list(begun)
    for _ in range(_ROUNDS):
        seen = {}
        before = len(set(kinds[0].values()))
        refined: list[dict[Key, int]] = []
        for case, own in zip((one, other), kinds, strict=True):
            names = {name: own[kind, name] for kind, name in case}
            told = {key: (own[key], _said(value, names)) for key, value in case.items()}
            used = _readers(told)
            refined.append(
                {k: seen.setdefault((v, used.get(own[k])), len(seen)) for k, v in told.items()}
            )
        kinds = refined
        if len(set(kinds[0].values())) == before or _odd((kinds[0], kinds[1])):
            break  # where they differ first, before it colours all that reads it
    return kinds[0], kinds[1]


def _readers(told: Mapping[Key, Any]) -> dict[int, tuple[int, ...]]:
    """For each colour, the colours of the definitions in which it stands."""
    found: dict[int, list[int]] = {}
    for own, said in told.values():
        for colour in set(_mentioned(said)):
            found.setdefault(colour, []).append(own)
    return {colour: tuple(sorted(many)) for colour, many in found.items()}


def _mentioned(said: Any) -> Iterator[int]:
    parts = cast("tuple[Any, ...]", said) if isinstance(said, tuple) else ()
    if len(parts) == 2 and parts[0] == "name":
        yield parts[1]
        return
    for part in parts:
        yield from _mentioned(part)


def _said(value: Any, names: Mapping[str, int]) -> Any:
    """What a definition says, its names replaced by colours."""
    if isinstance(value, str):
        return ("name", names[value]) if value in names else value
    if isinstance(value, float):
        return float(f"{value:.12g}")  # rounding of units
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = type(value).__name__
        parts = [
            _said(getattr(value, field.name), names)
            for field in dataclasses.fields(value)
            if field.name not in _IGNORED or (kind in ("Reference", "Operation", "OverTime"))
        ]
        if isinstance(value, Operation) and value.name == "neg":
            return _negated(_said(value.operands[0], names))
        if isinstance(value, Operation) and value.name in _CHAINS and len(value.operands) > 1:
            chain = _CHAINS[value.name]
            links = [(sign, _said(part, names)) for sign, part in _links(value, chain)]
            return _chained(chain, links, _said(value.type, names))
        return (kind, *parts)
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        return tuple(sorted(((_said(k, names), _said(v, names)) for k, v in items), key=repr))
    if isinstance(value, tuple | list):
        return tuple(_said(part, names) for part in cast("Sequence[Any]", value))
    return value if isinstance(value, int | bool | type(None)) else repr(value)


def _links(value: Any, chain: str, sign: bool = True) -> Iterator[tuple[bool, Any]]:
    """The parts of a sum or product over brackets, and whether each is added (or multiplied)."""
    inside = isinstance(value, Operation) and len(value.operands) > 1
    if not inside or _CHAINS.get(value.name) != chain:
        yield sign, value
        return
    for place, part in enumerate(value.operands):
        yield from _links(part, chain, sign != (value.name in _INVERSE and place > 0))


def _chained(chain: str, links: list[tuple[bool, Any]], of_type: Any) -> Any:
    """A chain in an order of its own: a minus turns a sign of a sum, or goes before a product."""
    minus = False
    parts: list[tuple[bool, Any]] = []
    for sign, said in links:
        negative = said[0] == "neg" and chain in ("+", "*")
        bare = said[1] if negative else said
        minus = minus != (negative and chain == "*")
        added = sign != (negative and chain == "+")
        inside = bare[2] if bare[:2] == ("chain", chain) else ((True, bare),)
        parts += [(own == added, one) for own, one in inside]
    found = ("chain", chain, tuple(sorted(parts, key=repr)), of_type)
    return _negated(found) if minus else found


def _negated(said: Any) -> Any:
    """What is said, with a minus before it: none where it had one, and within a sum each sign."""
    if said[0] == "neg":
        return said[1]
    if said[:2] == ("chain", "+"):
        return (*said[:2], tuple(sorted(((not s, x) for s, x in said[2]), key=repr)), said[3])
    return ("neg", said)


def _odd(colours: Colours) -> str:
    """The first definition of one case that has no match in the other, in words."""
    one, other = colours
    counts = [Counter(kind for kind, _ in case) for case in colours]
    for kind in dict.fromkeys(kind for case in colours for kind, _ in case):
        if counts[0][kind] != counts[1][kind]:
            numbers = [
                f"{counts[k][kind]} {kind}{'' if counts[k][kind] == 1 else 's'}" for k in (0, 1)
            ]
            return f"the first has {numbers[0]}, the second {numbers[1]}"
    left = Counter(other.values())
    lone = next((key for key in one if not _taken(left, one[key])), None)
    if lone is None:
        return ""
    theirs = Counter(one.values())
    free = [key for key in other if not _taken(theirs, other[key]) and key[0] == lone[0]]
    same_name = next((key for key in free if key[1] == lone[1]), None)
    kind, name = lone
    if same_name is not None:
        return f"the {kind} '{name}' says something else in the second, or of something else"
    guess = f"; '{free[0][1]}' is left over" if len(free) == 1 else ""
    alone = f" (CASE:{name} compares it alone, whatever the scales of payoffs)" if guess else ""
    alone = alone if kind == "game" else ""
    return f"the {kind} '{name}' of the first has no match in the second{guess}{alone}"


def _taken(left: Counter[int], colour: int) -> bool:
    left[colour] -= 1
    return left[colour] >= 0


def _pairs(colours: Colours) -> list[tuple[Key, Key]]:
    """Definitions of the same colour, those of the same name first."""
    one, other = colours
    free = dict(other)
    found: dict[Key, Key] = {}
    for exact in (True, False):
        for key, colour in one.items():
            if key in found:
                continue
            fits = [k for k, c in free.items() if c == colour and (not exact or k == key)]
            if fits:
                found[key] = fits[0]
                del free[fits[0]]
    return [(key, found[key]) for key in one]


def _priors(one: Case, other: Case, pairs: Sequence[tuple[Key, Key]]) -> str:
    """The first assumption with another prior, in words."""
    names = {a: b for (kind, a), (_, b) in pairs if kind == "assumption"}
    theirs = {assumption.name: assumption for assumption in other.assumptions}
    for assumption in one.assumptions:
        partner = theirs[names[assumption.name]]
        believed = [_said((a.prior, a.unit.factor), {}) for a in (assumption, partner)]
        if believed[0] != believed[1]:
            written = [a.prior.written for a in (assumption, partner)]
            if assumption.unit.factor != partner.unit.factor:
                units = (assumption.unit.written, partner.unit.written)
                written = [f"{a} {b}" for a, b in zip(written, units, strict=True)]
            return (
                f"the prior of '{assumption.name}' is {written[0]} in the first, that of "
                f"'{partner.name}' {written[1]} in the second"
            )
    return "the priors of its assumptions are others"
