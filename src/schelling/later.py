"""Libraries that are imported when they are first used, and not with the module that uses them.

A run of few worlds of a known structure loads its compiled programs, which leaves the interpreter
free, while what it needs only afterwards is imported (`load`).
"""

from __future__ import annotations

import importlib
from typing import Any


class LaterModule:
    """Stands for a module, and imports it at the first look at anything in it.

    Type checkers see the module itself, as it is imported beside for them::

        if TYPE_CHECKING:
            import xarray as xr
        else:
            xr = LaterModule("xarray")

    Args:
        name: Of the module.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # who only wants to know what this is imports nothing
        return getattr(importlib.import_module(self._name), name)


def load(*names: str) -> None:
    """Import modules that are needed soon."""
    for name in names:
        importlib.import_module(name)
