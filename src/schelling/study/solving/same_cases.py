"""Whether the mechanisms of two cases are the same up to names.

Every definition gets a colour made of what it says, with names replaced by the colours of what they
stand for, round by round. Cases with different colours differ. Cases whose definitions all have
colours of their own, the same in both, are the same. Passages, reasons and claims play no part.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from schelling.case.model import Case
from schelling.study.solving.same import Sameness

_IGNORED: Final = frozenset(("origin", "written", "name", "says"))
_ROUNDS: Final = 12
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


def cases(one: Case, other: Case) -> Sameness:
    """Compare what two cases compute, and then the priors of their assumptions.

    Args:
        one: The first case.
        other: The second.
    """
    found = [_definitions(case) for case in (one, other)]
    colours = _colours(found[0], found[1])
    odd = _odd(colours)
    if odd:
        return Sameness(False, (), odd)
    pairs = _pairs(colours)
    priors = _priors(one, other, {a: b for (kind, a), (_, b) in pairs if kind == "assumption"})
    names = tuple((kind, a, b) for (kind, a), (_, b) in pairs if a != b)
    if priors:
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


def _colours(one: dict[Key, Any], other: dict[Key, Any]) -> tuple[dict[Key, int], dict[Key, int]]:
    """Colours of the definitions of two cases, refined until nothing more is told apart."""
    seen: dict[Any, int] = {}
    kinds = [{key: seen.setdefault(key[0], len(seen)) for key in case} for case in (one, other)]
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
        return (kind, *parts)
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        return tuple(sorted(((_said(k, names), _said(v, names)) for k, v in items), key=repr))
    if isinstance(value, tuple | list):
        return tuple(_said(part, names) for part in cast("Sequence[Any]", value))
    return value if isinstance(value, int | bool | type(None)) else repr(value)


def _odd(colours: tuple[dict[Key, int], dict[Key, int]]) -> str:
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
    return f"the {kind} '{name}' of the first has no match in the second{guess}"


def _taken(left: Counter[int], colour: int) -> bool:
    left[colour] -= 1
    return left[colour] >= 0


def _pairs(colours: tuple[dict[Key, int], dict[Key, int]]) -> list[tuple[Key, Key]]:
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


def _priors(one: Case, other: Case, names: Mapping[str, str]) -> str:
    """The first assumption with another prior, in words."""
    theirs = {assumption.name: assumption for assumption in other.assumptions}
    for assumption in one.assumptions:
        partner = theirs[names[assumption.name]]
        if _said(assumption.prior, {}) != _said(partner.prior, {}):
            written = assumption.prior.written, partner.prior.written
            return (
                f"the prior of '{assumption.name}' is {written[0]} in the first, that of "
                f"'{partner.name}' {written[1]} in the second"
            )
    return ""
