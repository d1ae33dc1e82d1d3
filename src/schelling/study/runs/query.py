"""SQL queries of a run, in an isolated DuckDB database.

The tables a query names are handed over as Arrow data; then access to files, networks, extensions
and Python's variables is switched off and the configuration locked, so an untrusted query can only
read the run. Only statements that read are executed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import xarray as xr

from schelling.errors import RunError
from schelling.study.runs.results import Run

_LOCK: Final = (
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET lock_configuration = true",
)


def query(run: Run, sql: str) -> pa.Table:
    """Query a run with SQL.

    Args:
        run: The run.
        sql: One `SELECT` (or `WITH`, `FROM`, `EXPLAIN`, `DESCRIBE`, ...) over the tables of
            `TABLES`.

    Returns:
        The answer, in DuckDB's types.

    Raises:
        RunError: The query has a mistake, or does more than read.

    Examples:
        >>> import schelling
        >>> run = schelling.run(schelling.load("cases/teaching/bargaining-range"), worlds=256)
        >>> query(run, "SELECT count(*) AS n FROM worlds").to_pylist()
        [{'n': 256}]
    """
    connection: Any = duckdb.connect(":memory:")
    try:
        statement = _only_one(connection, sql)
        wanted = {name.strip('"').lower() for name in connection.get_table_names(sql)}
        for name in wanted & TABLES.keys():
            connection.register(name, TABLES[name](run))
        for setting in _LOCK:
            connection.execute(setting)
        return connection.sql(statement).to_arrow_table()
    except duckdb.Error as error:
        raise RunError(_said(error)) from error
    finally:
        connection.close()


def _only_one(connection: Any, sql: str) -> Any:
    """The statement of a query, if it is one that only asks.

    Raises:
        RunError: It is not.
    """
    statements = connection.extract_statements(sql)
    asks = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
    if len(statements) != 1 or statements[0].type not in asks:
        message = "a query is one SELECT (or EXPLAIN) statement; it cannot change a run"
        raise RunError(message)
    return statements[0]


def _said(error: duckdb.Error) -> str:
    text = str(error)
    known = (
        f"; the tables are {', '.join(TABLES)}"
        if isinstance(error, duckdb.CatalogException)
        else ""
    )
    return f"the query failed: {text.strip()}{known}"


def _worlds(run: Run) -> Any:
    """The table, read from the folder as the query goes where it is kept in one."""
    paths = run.files()
    return run.table() if paths is None else ds.dataset([str(path) for path in paths])


def _verdicts(run: Run) -> Any:
    return run.verdicts.reset_index()


def _long(data: xr.Dataset, what: str) -> pd.DataFrame:
    """One row a value: the coordinates, the name of the series, its value."""
    names = [str(n) for n in data.data_vars if n not in {"phase", "phase_share"}]
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
    "worlds": _worlds,
    "verdicts": _verdicts,
    "series": lambda run: _long(run.series, "world"),
    "bands": lambda run: _long(run.bands, "quantile"),
}
"""What can be asked: one row a world; one a claim; one a value of a kept path or of a band."""
