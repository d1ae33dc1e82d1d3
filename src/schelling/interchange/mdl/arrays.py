"""Subscripts of Vensim: which dimensions a variable has, and which elements an equation is for.

Vensim declares no dimensions of a variable: its equations name ranges, parts of ranges or elements.
A variable is over the smallest range that holds all that is named in a place.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

from schelling.interchange.mdl.definitions import SubscriptRange, VensimDefinition
from schelling.interchange.mdl.equations import replaced
from schelling.interchange.mdl.mappings import Dims, DoesNotFit, Mappings, mapped
from schelling.interchange.stockflow.flat import MOST_CELLS, MOST_CELLS_IN_ALL
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.subscripts import UNNAMED
from schelling.interchange.stockflow.terms import Num, Ref, Term, key


def ranges(found: Mapping[str, SubscriptRange]) -> dict[str, tuple[str, ...]]:
    """The elements of every range; the name of a range among them stands for its elements.

    Raises:
        DoesNotFit: Ranges stand for each other in a circle, or have too many elements.
    """
    written = {name: tuple(map(key, one.elements)) for name, one in found.items()}
    lines = {name: one.line for name, one in found.items()}
    whole: dict[str, tuple[str, ...]] = {}
    count = 0
    for name in _inner_first(written, lines):
        inner = (whole.get(one, (one,)) for one in written[name])
        whole[name] = tuple(dict.fromkeys(itertools.chain.from_iterable(inner)))
        count += len(whole[name])
        if len(whole[name]) > MOST_CELLS or count > MOST_CELLS_IN_ALL:
            message = f"the range '{name}' has more than {MOST_CELLS:,} elements"
            if count > MOST_CELLS_IN_ALL:
                message = f"all ranges together have more than {MOST_CELLS_IN_ALL:,} elements"
            raise DoesNotFit(message, lines[name])
    return {name: whole[name] for name in written}


def _inner_first(written: Dims, lines: Mapping[str, int]) -> Iterator[str]:
    """The names of ranges, each after those that are part of it; without recursion.

    Raises:
        DoesNotFit: A range is a part of itself.
    """
    done: set[str] = set()
    begun: set[str] = set()
    for first in written:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            inner = [one for one in written[name] if one in written and one not in done]
            if name in done or not inner:
                waiting.pop()
                if name not in done:
                    done.add(name)
                    yield name
                continue
            begun.add(name)
            if not begun.isdisjoint(inner):
                message = f"the range '{name}' is a part of itself"
                raise DoesNotFit(message, lines[name])
            waiting.extend(dict.fromkeys(inner))


class Holders:
    """Finds ranges by what they hold, without a look at each.

    Args:
        known: The elements of every range; takes those of ranges that no file names.
        labels: How ranges are written; takes those of them, too.
        whole: Whether a variable is over all of a range, also where some have no equation.
    """

    def __init__(
        self, known: dict[str, tuple[str, ...]], labels: dict[str, str], *, whole: bool
    ) -> None:
        self.known, self.labels, self.whole = known, labels, whole
        self._whole = {name: frozenset(elements) for name, elements in known.items()}
        self._around: dict[str, list[str]] = {}
        for name in sorted(known, key=lambda name: len(known[name])):
            for element in known[name]:
                self._around.setdefault(element, []).append(name)
        self._found: dict[frozenset[str], str] = {}

    def dims(self, definitions: Sequence[VensimDefinition]) -> tuple[str, ...]:
        """The dimensions of a variable.

        Raises:
            DoesNotFit: Its equations have different numbers of subscripts, or no range holds them
                all.
        """
        counts = {len(one.subscripts) for one in definitions}
        if len(counts) > 1:
            message = "its equations have different numbers of subscripts"
            raise DoesNotFit(message)
        places = zip(*(one.subscripts for one in definitions), strict=True)
        return tuple(self._smallest(frozenset(place)) for place in places)

    def _smallest(self, named: frozenset[str]) -> str:
        """The smallest range that holds ranges and elements; of one range, that itself.

        Where nothing is said of some of its elements, it is a range of those of which there is.
        """
        if named not in self._found:
            self._found[named] = self._looked_for(named)
        return self._found[named]

    def _looked_for(self, named: frozenset[str]) -> str:
        if len(named) == 1 and named <= self.known.keys():
            return next(iter(named))
        elements = {one for name in named for one in self.known.get(name, (name,))}
        around = min((self._around.get(one, []) for one in elements), key=len)
        for name in around:
            if elements <= self._whole[name]:
                alike = self.whole or len(elements) == len(self._whole[name])
                return name if alike else self._some(name, elements)
        message = f"no range holds the subscripts {', '.join(sorted(elements)[:5])}"
        raise DoesNotFit(message)

    def _some(self, name: str, elements: set[str]) -> str:
        """A range of some elements of another one."""
        kept = tuple(one for one in self.known[name] if one in elements)
        made = f"{name}{UNNAMED}{' '.join(kept)}"
        self.known[made] = kept
        self.labels[made] = f"some {self.labels.get(name, name)}"
        return made


def spread(
    definition: VensimDefinition, own: tuple[str, ...], known: Dims, pairs: Mappings
) -> Iterator[tuple[tuple[str, ...], Term | Graph]]:
    """For which elements of a variable a definition says what, written out one after the other.

    Args:
        definition: The definition.
        own: The dimensions of the variable.
        known: The elements of every range.
        pairs: Which ranges stand for which.

    Raises:
        DoesNotFit: A list has too few or too many numbers, or there are too many elements.
    """
    left_out = _excepted(definition, known)
    if isinstance(definition.body, tuple):
        cells = _listed(definition, definition.body, known)
        yield from ((cell, term) for cell, term in cells if cell not in left_out)
        return
    others = mapped(definition.body, definition.subscripts, known, pairs)
    if definition.subscripts == own and not definition.exceptions and not others:
        yield (), definition.body
        return
    whole = not definition.exceptions and not others
    choices = [
        ("*",) if name == dim and whole else known.get(name, (name,))
        for name, dim in zip(definition.subscripts, own, strict=True)
    ]
    if math.prod(map(len, choices)) > MOST_CELLS:
        message = f"an equation is for more than {MOST_CELLS:,} elements"
        raise DoesNotFit(message)
    for members in itertools.product(*choices):
        if members in left_out:
            continue
        pairs_here = zip(definition.subscripts, members, strict=True)
        names = {name: Ref(one) for name, one in pairs_here if name in known and one != "*"}
        names |= {name: Ref(each[members[place]]) for name, (place, each) in others.items()}
        body = definition.body
        yield members, body if isinstance(body, Graph) else replaced(body, names)


def _excepted(definition: VensimDefinition, known: Dims) -> set[tuple[str, ...]]:
    """The elements that an equation is not for."""
    found: set[tuple[str, ...]] = set()
    left = MOST_CELLS
    for subscripts in dict.fromkeys(definition.exceptions):
        choices = [known.get(name, (name,)) for name in subscripts]
        left -= math.prod(map(len, choices))
        if left < 0:
            message = f"its exceptions are for more than {MOST_CELLS:,} elements"
            raise DoesNotFit(message)
        for name, one, of in zip(subscripts, choices, definition.subscripts, strict=True):
            if {of, *known.get(of, ())}.isdisjoint(one):
                message = f"the exception '{name}' is no part of '{of}'"
                raise DoesNotFit(message)
        found.update(itertools.product(*choices))
    return found


def _listed(
    definition: VensimDefinition, body: tuple[float, ...], known: Dims
) -> list[tuple[tuple[str, ...], Term | Graph]]:
    """One number after the other, the last subscript running first."""
    many = [known.get(name, (name,)) for name in definition.subscripts]
    if math.prod(map(len, many)) != len(body):
        message = f"a list of {len(body):,} numbers stands for {math.prod(map(len, many)):,}"
        raise DoesNotFit(message)
    cells = itertools.product(*many)
    return [(cell, Num(value)) for cell, value in zip(cells, body, strict=True)]
