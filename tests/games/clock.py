"""Time that a piece of code takes, without the garbage of the tests before it."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

from slowness import soon


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail where the block takes more cpu time; what it raises itself must be caught inside.

    The limit is that of the machine it was written on; a slower one has as much more.

    No garbage is collected meanwhile: after hundreds of compiled programs a collection alone can
    take a second.
    """
    gc.disable()
    begun = time.process_time()
    try:
        yield
        spent = time.process_time() - begun
    finally:
        gc.enable()
    assert soon(spent, seconds), f"{spent:.2f} s of cpu, more than {seconds:.2g}"
