"""What matters for which claim: the leading inputs of all claims, as one table."""

from __future__ import annotations

from dataclasses import dataclass

from schelling.compile.influence.reach import CHANCE
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.finding_kinds import Measure
from schelling.study.exploring.findings import LOST, lost_points, standing_out


@dataclass(frozen=True)
class Heat:
    """The leading inputs of all claims.

    Attributes:
        inputs: Inputs that stand out for some claim, those that matter most over all claims first;
            chance, where it stands out, last.
        claims: Names of the claims.
        cells: By claim and input, the index where it stands out from its error bar.
        known: Whether a claim has indices at all.
        left_out: How many inputs stand out and are not among `inputs`.
    """

    inputs: tuple[str, ...]
    claims: tuple[str, ...]
    cells: dict[tuple[str, str], Measure]
    known: frozenset[str]
    left_out: int


def heat(found: Exploration, most: int) -> Heat | None:
    """The table; None where sensitivity was not asked for.

    Args:
        found: The exploration.
        most: How many inputs at most, chance included.
    """
    seen = found.sensitivity
    if seen is None:
        return None

    def least(cell: Measure | None) -> float:
        return 0.0 if cell is None else max(cell.index - cell.half_width, 0.0)

    cells: dict[tuple[str, str], Measure] = {}
    weight: dict[str, float] = {}
    known: set[str] = set()
    for claim in seen.claims:
        lost = lost_points(seen, claim) > LOST
        if not lost and seen.table(claim)[seen.leading].notna().any():
            known.add(claim)
        for name, measure in standing_out(seen, claim):
            cells[claim, name] = measure
            weight[name] = weight.get(name, 0.0) + measure.index - measure.half_width
    chance = [CHANCE] if CHANCE in weight else []
    best = {claim: least(cells.get((claim, CHANCE))) for claim in seen.claims}
    order: list[str] = []
    left = [name for name in weight if name != CHANCE]
    while left and len(order) < most - len(chance):
        # the input that adds most beyond those chosen, so that every claim has its leading one
        gain = {
            name: sum(max(least(cells.get((c, name))) - best[c], 0.0) for c in best)
            for name in left
        }
        name = max(left, key=lambda one: (gain[one], weight[one]))
        left.remove(name)
        order.append(name)
        best = {c: max(value, least(cells.get((c, name)))) for c, value in best.items()}
    order.sort(key=lambda name: -weight[name])
    shown = (*order, *chance)
    return Heat(shown, seen.claims, cells, frozenset(known), len(weight) - len(shown))
