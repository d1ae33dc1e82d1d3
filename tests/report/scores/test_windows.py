"""What the report says about closing days."""

from pathlib import Path

import pytest

import schelling
from schelling.report.scores import score_json, score_sections, score_words

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def score() -> schelling.Score:
    """The flagship's register, scored for the author's words alone."""
    return schelling.score(schelling.load(ROOT / "cases" / "widening-war"), worlds=16)


@pytest.mark.slow
def test_the_day_decides_one_question_of_the_flagship(score: schelling.Score) -> None:
    """As the register's source says: F18 flips with the window, F17 does not."""
    flips = {
        tuple(family["questions"]): family["flips"]
        for family in score_json.to_json(score)["windows"]
    }
    assert flips["F18a", "F18b"]
    assert not flips["F17a", "F17b", "F17c"]
    assert sum(flips.values()) == 1
    assert "the answer of 1 depends on the day (F18a to F18b)." in (score_words.windows(score))
    table = score_sections.section(score).windows
    assert table is not None
    assert [row[2] for row in table.rows].count("yes") == 1
