"""Pieces of Python that each run in a process of their own which has loaded nothing of ours.

Most of the time of a new interpreter goes into libraries of others. They are loaded once, without
starting a JAX backend or a thread, and the process is forked for every piece.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

PARENT = """
import os, sys
import jax, jaxtyping, numpy, pandas, pyarrow, scipy.stats, xarray
for piece in sys.argv[1:]:
    if os.fork() == 0:
        exec(piece)
        print(end="\\0", flush=True)
        os._exit(0)
    _, status = os.wait()
    assert status == 0, piece
"""


def run(pieces: Sequence[str]) -> list[str]:
    """What each piece prints.

    Raises:
        subprocess.CalledProcessError: A piece has failed; its traceback is in the error.
    """
    done = subprocess.run(
        [sys.executable, "-c", PARENT, *pieces], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\0")[:-1]
