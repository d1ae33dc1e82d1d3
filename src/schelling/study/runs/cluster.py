"""A Dask cluster as an executor.

The cluster is started separately (`dask scheduler`, `dask-jobqueue` on SLURM, the Kubernetes
operator); a run connects, sends its tasks and disconnects. The workers need the same version of
this package and no shared disk: parts are returned as bytes. Part of the extra `cluster`.
"""

from __future__ import annotations

import importlib
from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any, Final

from schelling.errors import RunError

_SECONDS: Final = 30


@contextmanager
def connect(address: str) -> Generator[Executor]:
    """An executor on the workers of a cluster.

    Args:
        address: Of the scheduler, such as `tcp://10.0.0.1:8786`, or the path of the file it was
            given with `--scheduler-file`.

    Yields:
        The executor. A task whose worker dies is given to another by the scheduler.

    Raises:
        RunError: Dask is not installed, or no scheduler answers.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ModuleNotFoundError as error:
        message = "`--cluster` needs Dask: pip install 'schelling[cluster]'"
        raise RunError(message) from error
    where = {"address": address} if "://" in address else {"scheduler_file": address}
    try:
        client = distributed.Client(**where, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"no Dask scheduler answers at '{address}': {error}"
        raise RunError(message) from error
    with client, client.get_executor(pure=False) as executor:
        yield executor
