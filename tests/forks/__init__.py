"""Commands that run in processes of their own without importing everything again.

Importing JAX, pandas, xarray and the rest costs more than most commands that pages show. A server
imports them once, starts no JAX backend and no thread, and forks for every command. The child has
its own folder, environment, streams and exit status, as a new interpreter would; only the modules
are there already. Most of `tests/e2e` starts the installed command as users do.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent


@contextmanager
def commands(folder: Path, environment: dict[str, str]) -> Iterator[Path]:
    """A folder for the front of PATH whose `schelling` and `python` are forks of one server."""
    place = folder / "socket"
    for name in ("schelling", "python"):
        client = folder / name
        start = f"#!{sys.executable} -IS\nPLACE = {str(place)!r}\nPYTHON = {sys.executable!r}\n"
        client.write_text(start + (HERE / "client.py").read_text(encoding="utf-8"), "utf-8")
        client.chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, HERE / "server.py", place],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        assert server.stdout.readline() == "ready\n"
        yield folder
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
