"""Schelling puts a strategic argument to the test.

>>> import schelling
>>> case = schelling.load("cases/teaching/bargaining-range")
>>> run = schelling.run(case, worlds=1024, seed=1)
>>> list(run.verdicts.columns[:2])
['share', 'error']

The names below are found when first used, so that `import schelling` stays quick.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schelling.case.check import load as load
    from schelling.case.model import Case as Case
    from schelling.errors import CaseError as CaseError
    from schelling.errors import RunError as RunError
    from schelling.study.explore import Exploration as Exploration
    from schelling.study.explore import explore as explore
    from schelling.study.merge import merge as merge
    from schelling.study.results import Run as Run
    from schelling.study.run import run as run
    from schelling.study.score import score as score
    from schelling.study.scored import Score as Score
    from schelling.study.store import open_run as open_run

_HOME = {
    "Case": "schelling.case.model",
    "CaseError": "schelling.errors",
    "Exploration": "schelling.study.explore",
    "Run": "schelling.study.results",
    "RunError": "schelling.errors",
    "Score": "schelling.study.scored",
    "load": "schelling.case.check",
    "merge": "schelling.study.merge",
    "open_run": "schelling.study.store",
    "run": "schelling.study.run",
    "score": "schelling.study.score",
}

__all__ = [
    "Case",
    "CaseError",
    "Exploration",
    "Run",
    "RunError",
    "Score",
    "explore",
    "load",
    "merge",
    "open_run",
    "run",
    "score",
]


class _Root(ModuleType):
    """The root, where `explore` is the verb though the package of its numerics has the name too."""

    @property
    def explore(self) -> object:
        return importlib.import_module("schelling.study.explore").explore

    @explore.setter
    def explore(self, package: object) -> None:
        """Importing the package would put it in the verb's place."""


sys.modules[__name__].__class__ = _Root


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    message = f"module 'schelling' has no attribute '{name}'"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return list(__all__)
