"""The process that has imported everything and forks for every request: `server.py SOCKET`."""

from __future__ import annotations

import atexit
import importlib
import json
import os
import pkgutil
import runpy
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import schelling
from schelling.cli import app

LAZY = ("duckdb", "pandas", "pyarrow.parquet", "scipy.stats", "vl_convert", "xarray", "zarr")
NOT_OURS = ("cluster", "gambit_child")  # one needs a library of its own, one is a script


def load() -> None:
    """Import what commands import when they need it."""
    for name in LAZY:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(schelling.__path__, "schelling."):
        if module.name.rpartition(".")[2] not in NOT_OURS:
            importlib.import_module(module.name)
    assert threading.active_count() == 1, "a fork copies no threads"


def serve(place: str) -> None:
    """Fork for every request, for ever."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(place)
        door.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            client, _ = door.accept()
            with client:
                if os.fork() == 0:
                    door.close()
                    obey(client)
            bury()


def bury() -> None:
    """Ask after the children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def obey(client: socket.socket) -> None:
    """Be the command that is asked for, say how it ended, and end."""
    said, streams, _, _ = socket.recv_fds(client, 2**20, 3)
    request: dict[str, Any] = json.loads(said)
    for number, given in enumerate(streams):
        os.dup2(given, number)
        os.close(given)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = request["argv"]
    status = run()
    client.sendall(bytes([status]))
    os._exit(status)


def run() -> int:
    """The exit status of the command, or of the script, that `sys.argv` names."""
    code: Any = 0
    try:
        if Path(sys.argv[0]).name == "schelling":
            app.main()
        else:
            sys.path[0] = str(Path(sys.argv[0]).parent.absolute())
            runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    load()
    serve(sys.argv[1])
