"""What a user sees for every kind of mistake: `bad/NAME.model`, its table, and `bad/NAME.txt`.

`SCHELLING_GOLDEN=1 .venv/bin/pytest tests/study/estimating/test_bad_estimates.py` writes the texts.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import schelling
from schelling.errors import CaseError

FOLDER = Path(__file__).parent / "bad"
GAME = Path(__file__).parent / "data" / "crisis.efg"
NAMES = sorted(path.stem for path in FOLDER.glob("*.model"))


@pytest.mark.parametrize("name", NAMES)
def test_mistakes_are_told_all_at_once_with_their_places(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    table = f"{name}.csv" if Path(f"{name}.csv").exists() else "table.csv"
    with pytest.raises(CaseError) as caught:
        schelling.estimate(GAME, table, f"{name}.model")
    golden = Path(f"{name}.txt")
    if "SCHELLING_GOLDEN" in os.environ:
        golden.write_text(caught.value.rendered + "\n", encoding="utf-8")
    assert caught.value.rendered + "\n" == golden.read_text(encoding="utf-8")
