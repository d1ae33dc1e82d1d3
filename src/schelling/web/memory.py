"""Memory that is free is given back to the system.

The compiler of a large case takes hundreds of megabytes for some seconds. They are free afterwards,
but glibc keeps them for the threads that had them, and a server runs for days.
"""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Give free memory back; where the C library has no such function, nothing is done."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return
    trim(ctypes.c_size_t(0))
