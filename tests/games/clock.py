"""Time that a piece of code takes, without the garbage of the tests before it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail where the block takes more cpu time; what it raises itself must be caught inside.

    Objects that already exist are kept out of garbage collection meanwhile: after hundreds of
    compiled programs a collection alone can take a second.
    """
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    try:
        yield
        spent = time.process_time() - begun
    finally:
        gc.unfreeze()
    assert spent < seconds, f"{spent:.2f} s of cpu, more than {seconds:g}"
