"""Stands in for `schelling` and `python`: hands its arguments and streams to the server.

`forks.commands` writes PLACE and PYTHON above this text. A Python that is not asked to run a
script becomes a real one.
"""

# ruff: noqa: F821, PTH109 - the names are above; pathlib would double the time this takes
import array
import json
import os
import socket
import sys

if sys.argv[0].endswith("python"):
    if len(sys.argv) == 1 or sys.argv[1].startswith("-"):
        os.execv(PYTHON, [PYTHON, *sys.argv[1:]])
    del sys.argv[0]

request = {"argv": sys.argv, "folder": os.getcwd(), "environment": dict(os.environ)}
with socket.socket(socket.AF_UNIX) as server:
    server.connect(PLACE)
    streams = array.array("i", [0, 1, 2])
    server.sendmsg(
        [json.dumps(request).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)]
    )
    status = server.recv(1)
sys.exit(status[0] if status else 139)  # the child died without a word
