"""Time that a piece of code takes, without the garbage of the tests before it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from slowness import slowness


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail where the block takes more cpu time; what it raises itself must be caught inside.

    The limit is that of the machine it was written on; a slower one has as much more.

    Objects that already exist are kept out of garbage collection meanwhile: after hundreds of
    compiled programs a collection alone can take a second.
    """
    limit = seconds * slowness()
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    try:
        yield
        spent = time.process_time() - begun
    finally:
        gc.unfreeze()
    assert spent < limit, f"{spent:.2f} s of cpu, more than {limit:.2g}"
