"""Vensim models give the numbers that another tool gives.

`vensim/README.md` says where the numbers are from.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from interchange.elsewhere import agrees, listed
from schelling.interchange.mdl.into_case import imported

FOLDER = Path(__file__).parent / "vensim"
MODELS = sorted(path.stem for path in FOLDER.glob("*.mdl"))
PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "interchange.md"


@pytest.mark.parametrize("name", MODELS)
def test_the_numbers_are_those_of_another_tool(name: str, tmp_path: Path) -> None:
    agrees(imported(FOLDER / f"{name}.mdl"), FOLDER / f"{name}.csv", tmp_path)


def test_every_model_is_listed_and_the_page_counts_them() -> None:
    assert listed(FOLDER) == MODELS
    assert len(MODELS) == 18
    assert "Eighteen models were written for the reader of `.mdl`" in PAGE.read_text("utf-8")
