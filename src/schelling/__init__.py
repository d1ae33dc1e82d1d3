"""Schelling puts a strategic argument to the test.

>>> import schelling
>>> case = schelling.load("cases/teaching/bargaining-range")
>>> run = schelling.run(case, worlds=1024, seed=1)
>>> list(run.verdicts.columns[:2])
['share', 'standard_error']

The names below are found when first used, so that `import schelling` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from schelling.axes import use_float64
from schelling.methods import put_on, put_on_case
from schelling.moved import keep_old_paths

if TYPE_CHECKING:
    from schelling.case.check import load as load
    from schelling.case.model import Case as Case
    from schelling.errors import CaseError as CaseError
    from schelling.errors import RunError as RunError
    from schelling.study.estimating.estimate import estimate as estimate
    from schelling.study.estimating.fitted import Estimation as Estimation
    from schelling.study.exploring.explore import Exploration as Exploration
    from schelling.study.exploring.explore import explore as explore
    from schelling.study.fitting.fit import CaseFit as CaseFit
    from schelling.study.fitting.fit import fit as fit
    from schelling.study.runs.merge import merge as merge
    from schelling.study.runs.results import Run as Run
    from schelling.study.runs.run import run as run
    from schelling.study.runs.stored import open_run as open_run
    from schelling.study.scoring.score import score as score
    from schelling.study.scoring.score_board import Score as Score

_HOME = {
    "Case": "schelling.case.model",
    "CaseError": "schelling.errors",
    "Estimation": "schelling.study.estimating.fitted",
    "Exploration": "schelling.study.exploring.explore",
    "CaseFit": "schelling.study.fitting.fit",
    "Run": "schelling.study.runs.results",
    "RunError": "schelling.errors",
    "Score": "schelling.study.scoring.score_board",
    "estimate": "schelling.study.estimating.estimate",
    "explore": "schelling.study.exploring.explore",
    "fit": "schelling.study.fitting.fit",
    "load": "schelling.case.check",
    "merge": "schelling.study.runs.merge",
    "open_run": "schelling.study.runs.stored",
    "run": "schelling.study.runs.run",
    "score": "schelling.study.scoring.score",
}

_WITHOUT_RUNS = ("Estimation", "estimate")
"""Names that no run comes from, so that nothing has to be put on `Run` for them."""

__all__ = [
    "Case",
    "CaseError",
    "CaseFit",
    "Estimation",
    "Exploration",
    "Run",
    "RunError",
    "Score",
    "estimate",
    "explore",
    "fit",
    "load",
    "merge",
    "open_run",
    "run",
    "score",
]


use_float64()
keep_old_paths()


def __getattr__(name: str) -> object:
    if name in _HOME:
        module = importlib.import_module(_HOME[name])
        put_on_case()
        if _HOME[name].startswith("schelling.study.") and name not in _WITHOUT_RUNS:
            put_on()
        return getattr(module, name)
    message = f"module 'schelling' has no attribute '{name}'"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return list(__all__)
