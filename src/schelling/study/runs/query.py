"""SQL queries of a run, in an isolated DuckDB process with limits of time and memory.

A query is executed by a separate process (`query_process`), which gets the tables that the query
names and is stopped when its time is over. Access to files, networks and extensions is switched off
before the query is parsed, so an untrusted query can only read the run. Only statements that read
are executed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import xarray as xr

from schelling.errors import RunError
from schelling.study.runs import query_process, state_series
from schelling.study.runs.results import Run

SECONDS: Final = 60.0
"""Seconds a query may take."""

MEMORY: Final = 1_000_000_000
"""Bytes a query may take, and its answer."""

_MEGABYTE: Final = 1_000_000
_LONGEST: Final = 100_000
"""Characters of a query."""


def query(run: Run, sql: str, *, seconds: float = SECONDS, memory: int = MEMORY) -> pa.Table:
    """Query a run with SQL.

    Args:
        run: The run.
        sql: One `SELECT` (or `WITH`, `FROM`, `EXPLAIN`, `DESCRIBE`, ...) over the tables of
            `TABLES`.
        seconds: How long the query may take.
        memory: Bytes it may take, and its answer.

    Returns:
        The answer, in DuckDB's types.

    Raises:
        RunError: The query has a mistake, does more than read, or exceeds a limit.

    Examples:
        >>> import schelling
        >>> run = schelling.run(schelling.load("cases/teaching/bargaining-range"), worlds=256)
        >>> query(run, "SELECT count(*) AS n FROM worlds").to_pylist()
        [{'n': 256}]
    """
    if len(sql) > _LONGEST:
        message = f"a query has at most {_LONGEST:,} characters; this one has {len(sql):,}"
        raise RunError(message)
    with tempfile.TemporaryDirectory(prefix="schelling-query-") as name:
        place = Path(name)
        out = place / "answer.arrow"
        request = {"sql": sql, "tables": _given(run, sql, place), "memory": memory, "out": str(out)}
        refusal = _asked(json.dumps(request), seconds)
        if refusal is not None:
            raise RunError(_said(*refusal, memory))
        with out.open("rb") as file, pa.ipc.open_stream(file) as rows:
            return rows.read_all()


def _given(run: Run, sql: str, place: Path) -> dict[str, tuple[str, list[str]]]:
    """The tables whose names occur in a query, each as a form and the files that hold it."""
    words = {word.lower() for word in re.findall(r"\w+", sql)}
    given: dict[str, tuple[str, list[str]]] = {}
    for name in sorted(words & TABLES.keys()):
        paths = run.files() if name == "worlds" else None
        if paths is not None:
            given[name] = ("parquet", [str(path.resolve()) for path in paths])
            continue
        made = TABLES[name](run)
        table = made if isinstance(made, pa.Table) else pa.Table.from_pandas(made)
        kept = place / f"{name}.arrow"
        with kept.open("wb") as file, pa.ipc.new_file(file, table.schema) as out:
            out.write_table(table)
        given[name] = ("ipc", [str(kept)])
    return given


def _asked(request: str, seconds: float) -> tuple[str, str] | None:
    """Have a process answer; None where it did, else the kind of its refusal and what it said.

    Raises:
        RunError: It took too long.
    """
    program = [sys.executable, "-I", str(Path(query_process.__file__))]
    try:
        ended = subprocess.run(
            program,
            input=request,
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        message = f"the query was stopped after {seconds:g} seconds; ask for less: fewer rows in a "
        message += "join, or sums instead of rows"
        raise RunError(message) from error
    if ended.returncode != 0:
        last = ended.stderr.strip().rpartition("\n")[2]
        short = ended.returncode < 0 or re.search("memory|alloc", ended.stderr, re.IGNORECASE)
        return ("memory", "") if short else ("process", f"its process ended with '{last}'")
    if not ended.stdout:
        return None
    said: Any = json.loads(ended.stdout)
    return said["kind"], said["text"]


def _said(kind: str, text: str, memory: int) -> str:
    """A refusal in words."""
    room = f"{memory / _MEGABYTE:,.0f} MB"
    match kind:
        case "statement":
            return "a query is one SELECT (or EXPLAIN) statement; it cannot change a run"
        case "memory":
            return f"the query was stopped: it takes more than {room} of memory; ask for less"
        case "size":
            return (
                f"the query was stopped: its answer is larger than {room}; "
                "end it with LIMIT, or ask for sums instead of rows"
            )
        case "catalog":
            return f"the query failed: {text.strip()}; the tables are {', '.join(TABLES)}"
        case _:
            return f"the query failed: {text.strip()}"


def _verdicts(run: Run) -> Any:
    return run.verdicts.reset_index()


def _long(data: xr.Dataset, what: str) -> pd.DataFrame:
    """One row a value: the coordinates, the name of the series, its value."""
    states = state_series.of(data)
    names = [str(n) for n in data.data_vars if n not in states]
    if not names:
        return pd.DataFrame({what: [], "time": [], "series": [], "value": []})
    rows = int(data[what].size), int(data["time"].size)
    stacked = np.stack([data[name].to_numpy() for name in names])
    return pd.DataFrame(
        {
            "series": np.repeat(np.array(names, object), rows[0] * rows[1]),
            what: np.tile(np.repeat(data[what].to_numpy(), rows[1]), len(names)),
            "time": np.tile(data["time"].to_numpy(), len(names) * rows[0]),
            "value": stacked.reshape(-1),
        }
    )


TABLES: Final[dict[str, Callable[[Run], Any]]] = {
    "worlds": Run.table,
    "verdicts": _verdicts,
    "series": lambda run: _long(run.series, "world"),
    "bands": lambda run: _long(run.bands, "quantile"),
}
"""What can be asked: one row a world; one a claim; one a value of a kept path or of a band."""
