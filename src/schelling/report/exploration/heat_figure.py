"""The heat map of an exploration's page: what matters for which claim."""

from __future__ import annotations

import pandas as pd

from schelling.compile.influence.reach import CHANCE
from schelling.report.charts import chart_svg
from schelling.report.exploration import exploration_charts, exploration_words, finding_words
from schelling.report.exploration.heat import Heat, heat
from schelling.report.page.figure import Figure, Table
from schelling.study.exploring.explore import Exploration

_INPUTS = 9
_ANCHOR = "figure-heat"
_TITLE = "What matters for which claim"


def findings(found: Exploration) -> tuple[str, ...]:
    """What stands out, in sentences, and that no claims exclude each other where that is so."""
    conflicts = finding_words.without_conflict(found)
    more = [f"Conflicts: {conflicts}"] if conflicts else []
    return (*finding_words.sentences(found), *more)


def figure(found: Exploration) -> Figure | None:
    """Leading inputs by claim, shaded by their index; None where no input stands out.

    Args:
        found: The exploration.
    """
    table = heat(found, _INPUTS)
    if table is None or not table.inputs:
        return None
    assert found.sensitivity is not None
    names = ["chance" if name == CHANCE else name for name in table.inputs]
    letters = [chr(ord("A") + n) for n in range(len(names))]
    key = ", ".join(f"{letter} {name}" for letter, name in zip(letters, names, strict=True))
    what = "Shapley effect" if found.sensitivity.correlated else "total Sobol' index"
    more = f" {table.left_out} more inputs stand out for some claim." if table.left_out else ""
    chart = exploration_charts.heat_map(_cells(table, letters), table.claims, letters)
    rows = tuple(
        (claim, *(_written(table, claim, name) for name in table.inputs)) for claim in table.claims
    )
    return Figure(
        anchor=_ANCHOR,
        title=_TITLE,
        reading=(
            f"Each cell: percent of the variance of the claim's truth ({what}); empty where it is "
            f"within the error bar or unknown. Columns: {key}.{more}"
        ),
        picture=chart_svg.placed(chart, _ANCHOR, _TITLE),
        table=Table(f"{_TITLE}: {what}", ("Claim", *names), rows),
    )


def _cells(table: Heat, letters: list[str]) -> pd.DataFrame:
    found = [
        {"claim": claim, "input": letter, "index": min(cell.index, 1.0)}
        for claim in table.claims
        for letter, name in zip(letters, table.inputs, strict=True)
        if (cell := table.cells.get((claim, name))) is not None
    ]
    return pd.DataFrame(found, columns=["claim", "input", "index"])


def _written(table: Heat, claim: str, name: str) -> str:
    cell = table.cells.get((claim, name))
    if cell is None:
        return "" if claim in table.known else "unknown"
    return exploration_words.index(cell.index, cell.half_width)
