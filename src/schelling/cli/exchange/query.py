"""`schelling query`: SQL over a run."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schelling.cli.arguments import amounts

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "query"
HELP = "Query a run with SQL; the tables are worlds, verdicts, series and bands."
EPILOG = 'Example: schelling query widening-war.run "SELECT avg(unity) FROM worlds"'

_WIDEST = 1_000
"""Characters of a cell shown in a table."""


def command(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT statement.")],
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows shown in a table.")] = 40,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON, all rows.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV, all rows.")] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Seconds the query may take.")
    ] = 60.0,
    memory_limit: Annotated[
        str, typer.Option("--memory-limit", metavar="SIZE", help="Memory it and its answer take.")
    ] = "1GB",
) -> None:
    """Query a run."""
    from schelling.study.runs.query import query  # noqa: PLC0415
    from schelling.study.runs.stored import open_run  # noqa: PLC0415

    memory = amounts.size(memory_limit)
    answer = query(open_run(run), sql, seconds=timeout, memory=memory)
    if json_:
        typer.echo(json.dumps(answer.to_pylist(), indent=2, default=str))
    elif csv:
        typer.echo(_csv(answer), nl=False)
    else:
        _show(answer, limit)


def _csv(answer: pa.Table) -> str:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv  # noqa: PLC0415

    out = pa.BufferOutputStream()
    csv.write_csv(answer, out, csv.WriteOptions(quoting_style="needed"))
    return out.getvalue().to_pybytes().decode()


def _show(answer: pa.Table, limit: int) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from schelling.report.words.terminal_text import styled  # noqa: PLC0415

    console = Console()
    say = partial(styled, ascii_only=console.options.ascii_only)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name, kind in zip(answer.column_names, map(str, answer.schema.types), strict=True):
        number = kind.startswith(("int", "uint", "double", "float", "decimal"))
        table.add_column(say(name), justify="right" if number else "left")
    for row in answer.slice(0, limit).to_pylist():
        table.add_row(*(say(_cell(value)) for value in row.values()))
    console.print(table)
    if answer.num_rows > limit:
        typer.echo(f"{answer.num_rows - limit:,} more rows; --limit shows more", err=True)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}... ({len(text):,} characters)"
