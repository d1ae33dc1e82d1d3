"""Options in words: what an option does, and what numbers that failed leave open."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.report.exploration import option_words
from schelling.report.words.numerals import NO_BREAK
from schelling.study.exploring.explore import Exploration

CASE = """schelling: 1
title: Options
actors: {us: {wants: [one]}, them: {wants: [one, two]}}
assumptions:
  x: {prior: "uniform(0, 1)", why: t}
  m: {prior: "choice([0, 1])", lever: us, why: t}
claims:
  one: {holds: ONE, why: t}
  two: {holds: x > 0.5 * m, why: t}
"""


def explored(folder: Path, one: str) -> Exploration:
    (folder / "case.yaml").write_text(CASE.replace("ONE", one), "utf-8")
    return schelling.explore(schelling.load(folder / "case.yaml"), worlds=128, what=("options",))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ("x >= 0.25 + 0 * m", "75 % of worlds under every option"),
        ("x >= 0.25 * m", "75 to 100 % of worlds, by the option chosen"),
        (
            "sqrt(x - 0.25) >= 0 * m",
            "75 to 100 % of worlds under every option, whatever those without a number hold",
        ),
        (
            "sqrt(x - 0.25 * m) >= 0",
            "75 to 100 % of worlds, by the option chosen, whatever those without a number hold",
        ),
    ],
)
def test_failed_numbers_are_no_effect_of_an_option(one: str, said: str, tmp_path: Path) -> None:
    spread = option_words.spread(explored(tmp_path, one), "one").replace(NO_BREAK, " ")
    assert spread.replace(".0", "") == said


def test_several_who_want_a_claim_want_it(tmp_path: Path) -> None:
    found = explored(tmp_path, "x >= 0.25 * m").options
    assert found is not None
    assert [option_words.title(one) for one in found.claims] == [
        "one, which us and them want to hold",
        "two, which them wants to hold",
    ]
