"""The sections of the reference of the case format on the tables beside a register."""

from __future__ import annotations

from schelling.case.file.csv_table import Column, Shape
from schelling.case.registers import classes, observed, outcomes, predictions, register
from tooling.markdown import table

_CSV = ("A CSV table: cells with commas, quotes or line breaks stand in double quotes.",)
_TABLES: tuple[tuple[str, str, Shape], ...] = (
    (
        "The forecast register",
        "One dated question in each row. Append later questions; one that replaces an earlier "
        "question names it under `supersedes`. `schelling freeze` writes digests of all rows of "
        "these tables into a file beside the register, with the ending `.frozen`. If that file "
        "exists, `schelling check` reports every frozen row that was changed.",
        register.SHAPE,
    ),
    (
        "Outcomes",
        "How the questions were resolved. A revision is a new row with its own vintage that "
        "supersedes the row before.",
        outcomes.SHAPE,
    ),
    ("Reference classes", "Counts of past cases, for base rates.", classes.SHAPE),
    ("Predictions", "What somebody, or some model, predicted.", predictions.SHAPE),
    (
        "Observations",
        "One record in each row. Every row is checked; those enter that tell of a day up to "
        "`until` and were published by then. Where a model says something that moves, rows outside "
        "the time of the case do not enter either.",
        observed.SHAPE,
    ),
)


def columns() -> list[str]:
    """Every table with its columns, as sections of the page of the case format."""
    lines: list[str] = []
    for title, about, shape in _TABLES:
        rows = (
            (
                f"`{name}`{' (required)' if name in shape.required else ''}",
                column.meaning + (f" Needed by: {column.needed}." if _told(column) else ""),
                column.takes,
                f"`{column.example}`",
            )
            for name, column in shape.about.items()
        )
        head = ("column", "meaning", "takes", "example")
        lines += [f"## {title}", "", about, *_CSV, "", *table(head, rows), ""]
    return lines[:-1]


def _told(column: Column) -> bool:
    """Whether only some rows need a column: one that all need is required."""
    return bool(column.needed) and not column.needed.startswith("every")
