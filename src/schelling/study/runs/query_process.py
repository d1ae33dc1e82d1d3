"""The process that answers one query: a program of its own, with limits, that imports no package.

It is started by `schelling.study.runs.query` and told on its standard input, as JSON, what is
asked, where the tables lie and what it may take. The database is locked before the query is so much
as parsed, as the binder opens files to learn their columns. Functions that build one huge value
listen to no interrupt and count against no limit of DuckDB's, so the system's limit on memory
stands behind DuckDB's own, and whoever started this process ends it when its time is over.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

LOCK: Final = (
    "SET enable_external_access = false",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET lock_configuration = true",
)

_MEGABYTE: Final = 1 << 20
_BATCH: Final = 16_384
_SLACK: Final = 2
"""Address space allowed beside what is in use at the start, as a multiple of the memory allowed:
allocators reserve more than they touch."""


def main() -> None:
    """Answer the query on standard input; a refusal goes to standard output as JSON."""
    request: Any = json.loads(sys.stdin.read())
    _limit(request["memory"])
    try:
        answer(request)
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        said = {"kind": "memory", "text": ""}
    except duckdb.Error as error:
        said = {"kind": _kind(error), "text": str(error)}
    except OverflowError:
        said = {"kind": "size", "text": ""}
    except PermissionError:
        said = {"kind": "statement", "text": ""}
    except (pa.ArrowException, OSError) as error:
        said = {"kind": "memory" if _is_short(error) else "table", "text": str(error)}
    else:
        return
    sys.stdout.write(json.dumps(said))


def _kind(error: duckdb.Error) -> str:
    """What kind of refusal an error of DuckDB is; buffers of Arrow report theirs as plain ones."""
    if _is_short(error):
        return "memory"
    return "catalog" if isinstance(error, duckdb.CatalogException) else "query"


def _is_short(error: Exception) -> bool:
    """Whether DuckDB had no memory left, whoever passes its message on."""
    return "Out of Memory" in str(error)


def answer(request: Any) -> None:
    """Run the one statement of a request and write its rows as an Arrow stream.

    Args:
        request: `sql`; `tables`, by name how and in which files they are kept; `memory` in bytes;
            `out`, the file the answer is written to.

    Raises:
        duckdb.Error: The query has a mistake, or reaches for something.
        OverflowError: The answer takes more than the memory allowed.
        PermissionError: It is not one statement that only asks.
    """
    connection: Any = duckdb.connect(":memory:")
    connection.execute(f"SET memory_limit = '{max(request['memory'] // _MEGABYTE, 1)}MiB'")
    connection.execute("SET max_temp_directory_size = '0B'")
    for name, (form, paths) in request["tables"].items():
        connection.register(name, ds.dataset(paths, format=form))
    for setting in LOCK:
        connection.execute(setting)
    statements = connection.extract_statements(request["sql"])
    asks = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
    if len(statements) != 1 or statements[0].type not in asks:
        raise PermissionError
    size = 0
    with (
        connection.sql(statements[0]).to_arrow_reader(_BATCH) as rows,
        Path(request["out"]).open("wb") as file,
        pa.ipc.new_stream(file, rows.schema) as out,
    ):
        for batch in rows:
            size += batch.nbytes
            if size > request["memory"]:
                raise OverflowError
            out.write_batch(batch)


def _limit(memory: int) -> None:
    """Have the system refuse address space beyond what the query may take, where it can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - POSIX only

    used = _in_use()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + _SLACK * memory
    bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))


def _in_use() -> int:
    """Bytes of address space this process has already."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 4 << 30
    import resource  # noqa: PLC0415 - POSIX only

    return pages * resource.getpagesize()


if __name__ == "__main__":
    main()
