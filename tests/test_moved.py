"""Import paths of version 0.1 that its documentation named still find what they found."""

import importlib

import pytest

from forks import fresh
from schelling.moved import MOVED

DOCUMENTED = {
    "schelling.explore.boxes": "fit",
    "schelling.explore.box_words": "Label round_bounds sentence conditions",
    "schelling.explore.cart": "tree_boxes",
    "schelling.explore.coherence": "coherence minimal_conflicts",
    "schelling.explore.pawn": "pawn",
    "schelling.explore.prim": "find_boxes",
    "schelling.explore.reproducibility": "reproducibility",
    "schelling.explore.resampling": "bootstrap",
    "schelling.explore.saltelli": "saltelli_design",
    "schelling.explore.shapley": "shapley_effects",
    "schelling.explore.sobol": "sobol_indices",
    "schelling.explore.verdicts": "share_of_worlds",
    "schelling.games.gambit": "solve exact installed",
    "schelling.games.logit": "solve",
    "schelling.games.nash": "solve",
    "schelling.games.recursion": "solve",
    "schelling.study.windows": "families by_closing_date",
    "schelling.study.query": "query",
}


@pytest.mark.parametrize("old", MOVED)
def test_an_old_path_finds_what_stands_elsewhere_now(old: str) -> None:
    found = vars(importlib.import_module(old))
    for home in MOVED[old]:
        today = importlib.import_module(home)
        public = [
            name
            for name, thing in vars(today).items()
            if not name.startswith("_") and getattr(thing, "__module__", "") == home
        ]
        assert public
        assert all(found[name] is getattr(today, name) for name in public)


@pytest.mark.parametrize("old", DOCUMENTED)
def test_what_was_documented_is_there(old: str) -> None:
    module = importlib.import_module(old)
    assert all(callable(getattr(module, name)) for name in DOCUMENTED[old].split())


STATEMENTS = (
    "from schelling.explore.prim import find_boxes",
    "from schelling.explore import verdicts",
    "import schelling.explore.sobol",
    "from schelling.games import logit, nash",
)


def test_the_verb_stays_a_verb_after_an_old_import() -> None:
    said = "import schelling; {}; print(schelling.explore.__module__)"
    found = fresh.run([said.format(statement) for statement in STATEMENTS])
    assert found == ["schelling.study.exploring.explore\n"] * len(STATEMENTS)
