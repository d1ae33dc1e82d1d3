"""Models of the kinds in the public collection give the numbers that other tools give.

`conformance/README.md` says of each model where its numbers are from.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from interchange.elsewhere import agrees, listed
from schelling.interchange.xmile.into_case import imported

FOLDER = Path(__file__).parent / "conformance"
MODELS = sorted(path.stem for path in FOLDER.glob("*.xmile"))


@pytest.mark.parametrize("name", MODELS)
def test_the_numbers_are_those_of_other_tools(name: str, tmp_path: Path) -> None:
    agrees(imported(FOLDER / f"{name}.xmile"), FOLDER / f"{name}.csv", tmp_path)


def test_every_model_is_listed_with_the_source_of_its_numbers() -> None:
    assert listed(FOLDER) == MODELS
    assert len(MODELS) >= 57
