"""The tables that `schelling new --register` writes: examples, or headers to be filled."""

from __future__ import annotations

from importlib import resources
from typing import Final

from schelling.case.file.csv_table import Column, Shape
from schelling.case.registers.seal import SHAPES

FILES: Final = {
    "table": "forecasts.csv",
    "outcomes": "outcomes.csv",
    "reference_classes": "reference_classes.csv",
    "predictions": "predictions.csv",
}
"""Names of the files, by their keys in the case."""

COLUMNS: Final = "forecasts.md"
"""Name of the page beside them that explains every column."""

SECTION: Final = "".join(["forecasts:\n", *(f"  {key}: {file}\n" for key, file in FILES.items())])


def examples() -> dict[str, str]:
    """A register of the starter case with a question of every kind, by name of the file."""
    folder = resources.files("schelling.cli.writing").joinpath("starter_register")
    return {name: folder.joinpath(name).read_text("utf-8") for name in FILES.values()}


def empty() -> dict[str, str]:
    """The same tables without rows."""
    return {name: f"{text.partition(chr(10))[0]}\n" for name, text in examples().items()}


def explained() -> str:
    """Every column of the four tables, as a page in Markdown."""
    lines = [
        "# Columns of the register",
        "",
        "A row is a question, an outcome, a class of past cases or a prediction. A column that no",
        "row needs may be left out. Texts that contain a comma stand in double quotes.",
        "`schelling explain COLUMN` prints one entry.",
        "",
    ]
    for key, shape in SHAPES.items():
        lines += [f"## {FILES[key]}", "", *_table(shape), ""]
    return "\n".join(lines[:-1]) + "\n"


def _table(shape: Shape) -> list[str]:
    rows = [_row(name, column) for name, column in shape.about.items()]
    head = ["column", "needed by", "takes", "example", "meaning"]
    return [_line(head), _line(["---"] * len(head)), *map(_line, rows)]


def _row(name: str, column: Column) -> list[str]:
    return [f"`{name}`", column.needed, column.takes, f"`{column.example}`", column.meaning]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
