"""What of a causal map is drawn, so that few boxes tell the story and none of it becomes untrue.

Assumptions become a number on the box that reads them. On a map of many boxes a variable that one
box alone reads goes into that box, and so does an event by chance that nothing drawn feeds. What
very many boxes read is marked on each of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from schelling.compile.influence.causal_map import Arrow, CausalMap, MapNode
from schelling.compile.influence.monotone import Sign

_FEW = 24  # boxes up to which every assumption has its own
_MANY = 30  # boxes from which on some go into others
_HUB_READERS = 8
_HUB_PART = 0.15  # of the boxes


@dataclass(frozen=True)
class Folded:
    """What of a map is drawn.

    Attributes:
        nodes: The boxes.
        arrows: The lines.
        marked: Keys of boxes that read the hub.
        hub: What so many read that it is a mark; empty where nothing is.
        counts: How much is folded into a box.
        claims: Names of the claims that look at a box.
    """

    nodes: tuple[MapNode, ...]
    arrows: tuple[Arrow, ...]
    marked: frozenset[str]
    hub: str
    counts: Mapping[str, int]
    claims: Mapping[str, tuple[str, ...]]


def fold(drawn: CausalMap, asked: Collection[str] = (), *, whole: bool = False) -> Folded:
    """Leave out of a map what would hide the rest.

    Args:
        drawn: The map.
        asked: Names of assumptions that keep a box.
        whole: Keep every box but those of assumptions.

    Returns:
        What is left. Claims have no boxes: they are named at what they look at.
    """
    looks: defaultdict[str, list[str]] = defaultdict(list)
    for arrow in drawn.arrows:
        if arrow.target.startswith("claim/"):
            looks[arrow.source].append(drawn.by_key[arrow.target].name)
    folding = _Folding(drawn, _kept(drawn, {*asked, *looks}))
    if not whole and len(folding.kept) > _MANY:
        folding.contract(looks)
    arrows = folding.lines()
    readers = Counter(arrow.source for arrow in arrows)
    hub = max(readers, key=readers.__getitem__, default="")
    if readers[hub] < max(_HUB_READERS, _HUB_PART * len(folding.kept)):
        hub = ""
    return Folded(
        nodes=tuple(node for node in drawn.nodes if node.key in folding.kept),
        arrows=tuple(arrow for arrow in arrows if arrow.source != hub),
        marked=frozenset(arrow.target for arrow in arrows if arrow.source == hub),
        hub=hub,
        counts=folding.counts,
        claims={key: tuple(names) for key, names in looks.items() if key in folding.kept},
    )


def _kept(drawn: CausalMap, asked: Collection[str]) -> set[str]:
    """Keys of all boxes but those of claims and, where there are many, of most assumptions."""
    kept = {node.key for node in drawn.nodes if node.kind not in ("assumption", "claim")}
    leaves = {node.key for node in drawn.nodes if node.kind == "assumption"}
    read = leaves & {arrow.source for arrow in drawn.arrows}
    return kept | (read if len(kept) + len(read) <= _FEW else read & set(asked))


class _Folding:
    """A map that loses boxes one by one."""

    def __init__(self, drawn: CausalMap, kept: set[str]) -> None:
        self.drawn, self.kept = drawn, kept
        self.into: dict[str, dict[str, Sign]] = {
            key: {a.source: a.sign for a in drawn.into[key] if a.source in kept} for key in kept
        }
        self.counts = {
            key: sum(drawn.by_key[a.source].kind == "assumption" for a in drawn.into[key])
            - sum(drawn.by_key[source].kind == "assumption" for source in self.into[key])
            for key in kept
        }

    def contract(self, looked: Collection[str]) -> None:
        """Fold what can be, until nothing can."""
        folded = True
        while folded:
            folded = False
            for node in self.drawn.nodes:
                if node.key in self.kept and node.key not in looked:
                    folded |= self._fold(node)

    def lines(self) -> list[Arrow]:
        """The arrows that are left, in the order of the map."""
        return [
            Arrow(source, node.key, sign)
            for node in self.drawn.nodes
            if node.key in self.kept
            for source, sign in self.into[node.key].items()
        ]

    def _fold(self, node: MapNode) -> bool:
        """Put a box into the only one that reads it, if that is allowed."""
        readers = [key for key in self.kept if node.key in self.into[key]]
        if len(readers) != 1 or not self._may_go(node, readers[0]):
            return False
        (reader,) = readers
        sign = self.into[reader].pop(node.key)
        for source, first in self.into.pop(node.key).items():
            through = first.times(sign)
            if source != reader:
                known = self.into[reader].setdefault(source, through)
                self.into[reader][source] = known if known is through else Sign.OPEN
        self.kept.discard(node.key)
        self.counts[reader] += 1 + self.counts.pop(node.key)
        return True

    def _may_go(self, node: MapNode, reader: str) -> bool:
        """Variables on no loop with their reader, and events fed by nothing but states."""
        sources = set(self.into[node.key])
        if node.kind == "variable":
            return reader not in sources
        kinds = {self.drawn.by_key[key].kind for key in sources}
        return node.kind == "event" and kinds <= {"state machine"}
