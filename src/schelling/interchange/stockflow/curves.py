"""Curves too long for a formula, as tables beside the case."""

from __future__ import annotations

import csv
import io

from schelling.case.language.parsing.syntax import Name
from schelling.interchange.case_text import WrittenLine
from schelling.interchange.stockflow.model import Graph
from schelling.interchange.stockflow.spelling import Spelling

MOST_POINTS = 1_000
"""Of a curve in a table."""
MOST_CURVES = 200
"""In tables of one case."""
_COLUMNS = ("place", "height")


class LongCurves:
    """Keeps the long curves of a model, each once.

    Args:
        spelling: Gives names.
    """

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self._names: dict[Graph, str] = {}

    def of(self, graph: Graph, owner: str) -> Name | None:
        """The name of a curve; None where it cannot stand in a table, or there are too many.

        Args:
            graph: Its points.
            owner: What reads it first.
        """
        if graph.kind != "continuous" or len(graph.xs) > MOST_POINTS:
            return None
        if graph not in self._names:
            if len(self._names) >= MOST_CURVES:
                return None
            number = len(self._names) + 1
            self._names[graph] = self.spelling.of(f"curve {number}", f"curve of {owner}")
        return Name(self._names[graph])

    def lines(self) -> list[WrittenLine]:
        """The section `tables`."""
        curve = f"[{', '.join(_COLUMNS)}]"
        plain = ({"table": f"{name}.csv", "curve": curve} for name in self._names.values())
        return [
            WrittenLine(name, {}, {}, keys)
            for name, keys in zip(self._names.values(), plain, strict=True)
        ]

    def beside(self) -> dict[str, str]:
        """What stands in each table, by its name."""
        return {f"{name}.csv": _table(graph) for graph, name in self._names.items()}


def _table(graph: Graph) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    rows.writerows(zip(graph.xs, graph.ys, strict=True))
    return text.getvalue()
