"""Which names are read, before anything is typed."""

from __future__ import annotations

from schelling.case.language.parsing.parser import parse
from schelling.case.language.typed.reading import reads
from schelling.case.language.typed.scope import Indexed, Member, Scope

TOWNS = tuple(f"t{n}" for n in range(300))
SCOPE = Scope(
    {},
    sets={"town": TOWNS},
    families={name: Indexed(("town",)) for name in ("near", "far")},
    bound={"here": Member("town", 2)},
)


def test_a_comprehension_within_another_is_read_once() -> None:
    """300 to the fourth power terms would take days."""
    written = "sum(max(min(sum(near[c] - far[g] for g in town) for f in town) for e in town) "
    found = reads(parse(written + "for c in before(here))"), SCOPE)
    assert found == {"near[t0]", "near[t1]", *(f"far[{town}]" for town in TOWNS)}


def test_a_stretch_of_a_stretch_and_neighbours() -> None:
    written = "sum(near[e] + far[previous(c)] for c in before(here) for e in before(c))"
    assert reads(parse(written), SCOPE) == {"near[t0]", "far[t0]"}
