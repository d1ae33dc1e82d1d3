"""Import paths that moved: the old ones still find the module where it stands now."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

_ROOMS: Final = {
    "schelling.explore": {
        "schelling.analysis": "coherence indicators robustness stopping summary verdicts",
        "schelling.analysis.boxes": "boxes cart prim reproducibility slices",
        "schelling.analysis.flips": "quantile_space",
        "schelling.analysis.sensitivity": (
            "association pawn rbd_fast resampling saltelli shapley sobol"
        ),
    },
    "schelling.dynamics": {"schelling": "chance"},
    "schelling.games": {
        "schelling.games.files": (
            "csv_table efg efg_write file_codes gambit gambit_child game_text nfg"
        ),
        "schelling.games.paths": "accept arclength branch chunks continuation small_linear",
        "schelling.games.states": "markov markov_system stochastic",
        "schelling.games.tables": (
            "deflation dominated global_game logit mixing nash quantal_branch strategic supports"
            " two_by_two"
        ),
        "schelling.games.trees": (
            "agent_form all_perfect batch blocks build certify chance dominance levels perfect play"
            " recursion stage statistical structure tree"
        ),
    },
    "schelling.study": {
        "schelling.study.exploring": "explore",
        "schelling.study.runs": "export merge query results run",
        "schelling.study.scoring": "answers forecasters score windows",
    },
}
_RENAMED: Final = {
    "schelling.explore.box_words": (
        "schelling.analysis.boxes.rounding",
        "schelling.report.exploration.box_words",
    ),
    "schelling.explore.flips": ("schelling.analysis.flips.smallest_change",),
    "schelling.study.scored": ("schelling.study.scoring.score_board",),
    "schelling.study.store": ("schelling.study.runs.stored",),
}

MOVED: Final = _RENAMED | {
    f"{before}.{name}": (f"{room}.{name}",)
    for before, rooms in _ROOMS.items()
    for room, names in rooms.items()
    for name in names.split()
}
"""Old full names, and the modules in which their contents stand now."""


class _Finder(MetaPathFinder):
    """Asked last, for what no file has."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, _Loader()) if fullname in MOVED else None


class _Loader(Loader):
    """Puts the module of today in the place of the old name."""

    def exec_module(self, module: ModuleType) -> None:
        found = [importlib.import_module(name) for name in MOVED[module.__name__]]
        if len(found) == 1:
            sys.modules[module.__name__] = found[0]
        for one in found:
            vars(module).update({k: v for k, v in vars(one).items() if not k.startswith("_")})


def keep_old_paths() -> None:
    """Let old import paths work. A package that is gone gets an empty one in its place."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.append(_Finder())
    gone = ModuleType("schelling.explore", "Old home of `schelling.analysis`.")
    gone.__path__ = []
    sys.modules[gone.__name__] = gone  # so that `schelling.explore` stays the verb
