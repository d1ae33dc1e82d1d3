"""SQL over a run, and what a stranger's query must not reach."""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

import schelling
from schelling.cli.exchange.query import _cell
from schelling.study.runs import query as run_query
from schelling.study.runs import query_process
from schelling.study.runs.query import query
from study.runs.keeping import content, write


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> schelling.Run:
    folder = tmp_path_factory.mktemp("query")
    case = schelling.load(write(folder / "tiny"))
    schelling.run(case, worlds=1_000, seed=4, folder=folder / "run")
    return schelling.open_run(folder / "run")


@pytest.mark.usefixtures("in_this_process")
def test_the_tables(run: schelling.Run) -> None:
    found = run.query('SELECT avg("holds.high"::INT) AS share, count(*) AS n FROM worlds')
    assert found["share"][0] == pytest.approx(run.verdicts.loc["high", "share"])
    assert found["n"][0] == 1_000
    shares = run.query("SELECT claim, share FROM verdicts").set_index("claim")["share"]
    pd.testing.assert_series_equal(shares, run.verdicts["share"], check_index_type=False)
    last = run.query("SELECT max(value) AS top FROM series WHERE series = 's' AND world < 9")
    assert last["top"][0] == run.series["s"].isel(world=slice(0, 9)).max()
    middle = run.query(
        "SELECT value FROM bands WHERE series = 's' AND quantile = 0.5 ORDER BY time"
    )
    np.testing.assert_array_equal(middle["value"], run.bands["s"].sel(quantile=0.5))


@pytest.mark.usefixtures("in_this_process")
def test_a_run_in_memory(run: schelling.Run) -> None:
    here = schelling.run(run.case, worlds=256, seed=4)
    joined = here.query(
        "SELECT count(*) AS n FROM worlds JOIN verdicts ON claim = 'high' WHERE \"final.s\" > 0"
    )
    assert joined["n"][0] == 256
    assert here.query("WITH w AS (SELECT a FROM worlds) SELECT min(a) AS low FROM w").shape == (
        1,
        1,
    )
    assert here.query("EXPLAIN SELECT a FROM worlds").shape[0] == 1


secret = pd.DataFrame({"password": ["x"]})  # DuckDB finds variables of Python by their names

REACHING = (
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM read_parquet('{folder}/run/worlds/part-00000.parquet')",
    "SELECT * FROM parquet_metadata('{folder}/run/worlds/part-00000.parquet')",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "SELECT getenv('HOME')",
    "SELECT * FROM secret",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM worlds; DROP VIEW worlds",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY worlds TO '{folder}/out.parquet'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/out.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "PRAGMA enable_external_access = true",
    "CREATE TABLE t AS SELECT * FROM worlds",
    "CREATE MACRO m() AS TABLE SELECT * FROM read_text('{file}')",
    "CALL pragma_database_size()",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
    "INSERT INTO worlds SELECT * FROM worlds",
    "DELETE FROM worlds",
    "",
    "SELEC 1",
    "SELECT * FROM nowhere",
    "SELECT * FROM read_csv('{file}') NATURAL JOIN range(3)",
    "SELECT * FROM read_text('{file}') NATURAL JOIN range(3)",
    "SELECT password FROM '{file}' JOIN worlds USING (world)",
    "WITH t AS (SELECT * FROM read_csv('{file}')) SELECT nothing FROM t",
    "DESCRIBE SELECT * FROM read_csv('{file}')",
    "DESCRIBE '{file}'",
    "SUMMARIZE '{file}'",
    "EXPLAIN SELECT * FROM read_csv('{file}')",
    "PREPARE p AS SELECT * FROM read_csv('{file}')",
    "IMPORT DATABASE '{folder}'",
    "PRAGMA import_database('{folder}')",
    "SELECT * FROM query('SELECT * FROM read_csv(''{file}'')')",
    "SELECT * FROM query_table('{file}')",
    "PIVOT '{file}' ON password",
    "SELECT * FROM read_json('{file}') NATURAL JOIN range(3)",
    "SELECT * FROM 'https://127.0.0.1:9/x.parquet' NATURAL JOIN range(3)",
    "SELECT * FROM read_csv('{file}') WHERE x IN (SELECT y FROM range(3))",
    "USE memory",
    "SELECT * FROM worlds WHERE a > (SELECT max(x) FROM read_csv('{file}'))",
)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries are answered by the same program, but here and without a limit on memory.

    A process of its own for each takes half a second; some of them, and all others here, have it.
    """

    def asked(request: str, seconds: float) -> tuple[str, str] | None:
        said = io.StringIO()
        monkeypatch.setattr(sys, "stdin", io.StringIO(request))
        with redirect_stdout(said):
            query_process.main()
        return None if not said.getvalue() else tuple(json.loads(said.getvalue()).values())

    monkeypatch.setattr(query_process, "_limit", lambda memory: None)
    monkeypatch.setattr(run_query, "_asked", asked)


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("sql", REACHING)
def test_a_query_reaches_nothing_else(
    sql: str, run: schelling.Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _reaches_nothing(sql, run, tmp_path_factory)


@pytest.mark.parametrize("sql", [REACHING[0], REACHING[13]])
def test_nor_does_it_in_a_process_of_its_own(
    sql: str, run: schelling.Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _reaches_nothing(sql, run, tmp_path_factory)


def _reaches_nothing(
    sql: str, run: schelling.Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = run.files()
    assert files is not None
    folder = files[0].parents[2]
    outside = tmp_path_factory.mktemp("outside") / "secret.csv"
    outside.write_text("password\nhunter2\n", "utf-8")
    before = content(folder)
    with pytest.raises(schelling.RunError, match=r"the query failed|one SELECT") as caught:
        run.query(sql.format(file=outside, folder=folder))
    said = str(caught.value).replace(sql.format(file=outside, folder=folder), "")
    assert "hunter2" not in said
    assert "password" not in said or "password" in sql  # the query itself may be quoted
    assert content(folder) == before


@pytest.mark.usefixtures("in_this_process")
def test_the_run_is_as_it_was_after_a_refusal(run: schelling.Run) -> None:
    with pytest.raises(schelling.RunError):
        run.query("DELETE FROM worlds")
    assert run.query("SELECT count(*) AS n FROM worlds")["n"][0] == 1_000


ENDLESS = {
    "a cross join that is counted": "SELECT count(*) FROM range(1000000000) a, range(1000000000) b",
    "a cross join that is listed": "SELECT * FROM range(1000000000) a, range(1000000000) b",
    "a recursion": "WITH RECURSIVE t AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM t) "
    "SELECT count(*) FROM t",
    "one value that listens to no interrupt": "SELECT list_sum(range(3000000000))",
    "one long text": "SELECT length(repeat('x', 4000000000))",
    "a long list": "SELECT list(range) FROM range(1000000000)",
    "a table of groups": "SELECT range, count(*) FROM range(100000000) GROUP BY 1",
    "deep brackets": "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
    "a long query": "SELECT " + "1 + " * 100_000 + "1",
}


@pytest.mark.parametrize("what", ENDLESS)
def test_a_query_without_end_is_ended(what: str, run: schelling.Run) -> None:
    """In time and memory, with a message that says which limit it met."""
    began = time.monotonic()
    stopped = pytest.raises(schelling.RunError, match=r"the query was stopped|failed|at most")
    with _peak_of_children() as peaks, stopped as caught:
        query(run, ENDLESS[what], seconds=2.0, memory=200_000_000)
    assert time.monotonic() - began < 30  # the limit of 2 s and a busy machine's starting time
    assert len(str(caught.value)) < 1_000
    allowed = 1_500_000_000  # the program, and twice what was allowed
    assert max(peaks, default=0) <= allowed


@contextmanager
def _peak_of_children() -> Iterator[list[int]]:
    """Bytes of memory that each process of a query had used at most, sampled while it runs.

    `getrusage` cannot tell: a child that is started counts the memory of the process that started
    it, here a test worker of any size.
    """
    peaks: list[int] = []
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(0.02):
            for child in psutil.Process().children():
                with suppress(psutil.Error):
                    if any("query_process" in word for word in child.cmdline()):
                        peaks.append(child.memory_info().rss)

    watcher = threading.Thread(target=sample)
    watcher.start()
    try:
        yield peaks
    finally:
        ended.set()
        watcher.join()


def test_a_limit_is_named(run: schelling.Run) -> None:
    either = r"stopped(: it takes more than 1,000 MB| after 1 second).*ask for less"
    with pytest.raises(schelling.RunError, match=either):  # whichever is met first
        query(run, ENDLESS["a cross join that is counted"], seconds=1.0)
    with pytest.raises(schelling.RunError, match=r"(larger|more) than 50 MB"):
        query(run, "SELECT * FROM range(10000000)", memory=50_000_000)


def test_a_long_cell_is_cut_in_the_table() -> None:
    assert _cell("x" * 5_000) == "x" * 1_000 + "... (5,000 characters)"
    assert _cell("x" * 1_000) == "x" * 1_000


def test_damage_is_found(run: schelling.Run, tmp_path: Path) -> None:
    run.save(tmp_path / "run")
    part = tmp_path / "run" / "worlds" / "part-00000.parquet"
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(bytes(data))
    with pytest.raises(schelling.RunError, match="not what was written"):
        schelling.open_run(tmp_path / "run").query("SELECT 1 FROM worlds")
