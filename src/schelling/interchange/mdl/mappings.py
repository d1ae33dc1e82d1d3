"""Ranges of Vensim that stand for each other: `a: a1, a2 -> b`.

In an equation for `b` the range `a` then means its own element in the same place. An alias,
`a <-> b`, is a range with the elements of another, each mapped to itself.

References:
    Ventana Systems, Vensim Reference Manual, chapter on subscripts, mapping and equivalence.
"""

from __future__ import annotations

from collections.abc import Mapping

from schelling.interchange.mdl.definitions import SubscriptRange
from schelling.interchange.stockflow.flat import MOST_CELLS_IN_ALL
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.terms import Ref, Term, key, walk

Dims = Mapping[str, tuple[str, ...]]
"""Keys of the elements of every range, by its key."""
Mappings = Mapping[str, Mapping[str, Mapping[str, str]]]
"""For a range, and one it is mapped to: its own element for each of the other's."""


class DoesNotFit(Exception):
    """Subscripts fit to no range; carries what is wrong, and of a range where it stands."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def mappings(found: Mapping[str, SubscriptRange], known: Dims) -> Mappings:
    """Which element of a range stands for which of another.

    Raises:
        DoesNotFit: A range is mapped to something else than a range, or of another length, or
            there are too many elements.
    """
    size = 0
    pairs: dict[str, dict[str, dict[str, str]]] = {}
    for name, one in found.items():
        for written, parts in one.maps:
            target = key(written)
            if target not in known:
                message = f"the range '{one.name}' is mapped to '{written}', which is no range"
                raise DoesNotFit(message, one.line)
            places = tuple(map(key, parts)) or known[target]
            if len(places) != len(known[name]):
                message = f"the range '{one.name}' has {len(known[name])} elements for "
                message += f"{len(places)} of '{written}'"
                raise DoesNotFit(message, one.line)
            size += sum(len(known.get(place, (place,))) for place in places)
            if size > MOST_CELLS_IN_ALL:
                message = f"all mappings together have more than {MOST_CELLS_IN_ALL:,} elements"
                raise DoesNotFit(message, one.line)
            both = zip(places, known[name], strict=True)
            each = {inner: own for place, own in both for inner in known.get(place, (place,))}
            pairs.setdefault(name, {})[target] = each
            if known[target] == known[name]:
                pairs.setdefault(target, {}).setdefault(name, each)
    return pairs


def mapped(
    body: Term | Graph | tuple[float, ...],
    subscripts: tuple[str, ...],
    known: Dims,
    pairs: Mappings,
) -> dict[str, tuple[int, Mapping[str, str]]]:
    """Ranges in an equation that stand for a subscript before its sign.

    Returns:
        For each of them the place of that subscript, and its own element for each of that one's.
    """
    if not pairs or isinstance(body, Graph | tuple):
        return {}
    inside = {one.name for one in walk(body) if isinstance(one, Ref) and not one.subs}
    found: dict[str, tuple[int, Mapping[str, str]]] = {}
    for name in sorted(inside & pairs.keys() - set(subscripts)):
        for place, subscript in enumerate(subscripts):
            members = {*known.get(subscript, ())}
            fits = (each for each in pairs[name].values() if members and each.keys() >= members)
            each = pairs[name].get(subscript) or next(fits, None)
            if each is not None and name not in found:
                found[name] = (place, each)
    return found
