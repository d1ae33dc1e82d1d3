"""Statements as statements: in planted cases the printed findings name what was planted."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import schelling
from schelling.report.exploration import exploration_json, finding_words, first_screen
from schelling.study.exploring.explore import FIRST, Exploration
from schelling.study.exploring.finding_kinds import HingeFinding

HEAD = """
schelling: 1
title: Planted
time: {start: 2022-03-21, until: 2022-05-30}
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  b: {prior: "uniform(0, 1)", why: x}
  c: {prior: "uniform(0, 10)", unit: tonne, why: x}
phases: [calm, storm]
events:
  breaks: {hazard: 0.07 / week, while: phase == calm, effects: {phase: storm}}
claims:
"""

CLAIMS = {
    "luck": {"stormy": "eventually(phase == storm)"},
    "group": {
        "one": "a > 0.37",
        "two": "a > 0.42",
        "three": "c > 2 tonne",
        "four": "a < 0.3",
    },
    "mixed": {
        "both": "a > 0.4 and b > 0.4",
        "safe": "a < 0.8 or b < 0.8",
        "sure": "a < 2",
        "absurd": "c > 11 tonne",
        "broken": "log(c / 1 tonne - 5) < 3",
    },
}

Explored = Callable[..., Exploration]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Explored:
    """Explores a planted case, each once."""
    known: dict[tuple[str, int], Exploration] = {}

    def explored(name: str, worlds: int = 4096, base: int = 512) -> Exploration:
        if (name, worlds) not in known:
            path: Path = tmp_path_factory.mktemp(name) / "case.yaml"
            claims = CLAIMS[name].items()
            text = "".join(f"  {claim}: {{why: x, holds: {holds}}}\n" for claim, holds in claims)
            path.write_text(HEAD + text, "utf-8")
            case = schelling.load(path)
            known[name, worlds] = schelling.explore(case, worlds=worlds, what=FIRST, base=base)
        return known[name, worlds]

    return explored


def said(found: Exploration) -> list[str]:
    return [words.replace("\xa0", " ") for words in finding_words.sentences(found)]


def about(found: Exploration, words: str) -> str:
    (one,) = [sentence for sentence in said(found) if words in sentence]
    return one


def printed(found: Exploration, *, width: int = 80) -> list[str]:
    console = Console(width=width, record=True, file=StringIO(), color_system=None)
    console.print(first_screen.screen(found))
    return console.export_text().splitlines()


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]


def test_where_only_luck_decides_no_assumption_is_named(planted: Explored) -> None:
    lucky, nothing = said(planted("luck"))
    assert re.fullmatch(
        r"Chance, by itself and with assumptions \(total Sobol' index\), decides most of the "
        r"variance of stormy \((9[5-9]|100) % ± \d+\)\.",
        lucky,
    )
    assert nothing == "No assumption stands out from the error bars for stormy."


def test_claims_with_one_hinge_are_told_together(planted: Explored) -> None:
    sentence = about(planted("group"), "hang on")
    assert sentence.startswith("3 of 4 claims hang on a more than on any other assumption")
    assert "Above 0.37 to 0.42 (by claim) two and one hold in all worlds" in sentence.replace(
        "one and two", "two and one"
    )
    assert "At or below 0.3 four holds in all worlds, otherwise in none." in sentence
    single = about(planted("group"), "three hangs")
    assert "Above 2 tonne it holds in all worlds, otherwise in none." in single


def test_thresholds_are_data_before_they_are_words(planted: Explored) -> None:
    hinge = next(one for one in planted("group").findings if isinstance(one, HingeFinding))
    sides = {c.claim: (c.threshold, c.direction) for c in hinge.crossings}
    assert sides == {"one": (0.37, "above"), "two": (0.42, "above"), "four": (0.3, "below")}
    told = exploration_json.to_json(planted("group"))["findings"]
    assert told[0]["kind"] == "hinge"
    assert told[0]["assumption"] == "a"
    assert {one["threshold"] for one in told[0]["crossings"]} == {0.37, 0.42, 0.3}


def test_a_contradiction_is_told_with_what_independence_would_give(planted: Explored) -> None:
    sentence = about(planted("group"), "hold together")
    assert sentence.startswith("In none of 4,096 worlds do these hold together: one and four")
    assert numbers(sentence.split("independent, in ")[1])[0] == pytest.approx(774, abs=10)
    # 0.63 * 0.3 * 4,096; 10 is twice the error of two shares of 16 Sobol' replicates


def test_two_hinges_are_both_named_and_not_ranked(planted: Explored) -> None:
    sentence = about(planted("mixed"), "both hangs")
    assert re.search(r"hangs most on (a and b|b and a), which cannot be ranked", sentence)
    for name in ("a", "b"):
        assert f"With {name} above 0.4 it holds in 60 % of worlds, otherwise in none." in sentence


def test_a_rare_corner_is_told_by_its_box(planted: Explored) -> None:
    sentence = about(planted("mixed"), "safe fails in")
    assert sentence.startswith("safe fails in 4 % of worlds only")
    assert re.search(r"a is above 0\.\d+ and b above 0\.\d+", sentence)
    bounds = numbers(sentence.split("when a")[1])[:2]
    assert bounds == pytest.approx([0.8, 0.8], abs=0.01)  # bounds are rounded to two digits


def test_what_never_or_always_holds_by_construction_is_said_to(planted: Explored) -> None:
    assert about(planted("mixed"), "absurd") == "absurd holds in no world by construction."
    assert about(planted("mixed"), "sure") == "sure holds in every world by construction."


def test_failed_numbers_leave_a_verdict_open(planted: Explored) -> None:
    sentence = about(planted("mixed"), "undecided")
    assert sentence.startswith("Whether broken (50 to 100 %) holds is undecided")
    assert not any(word.startswith("broken holds in every") for word in said(planted("mixed")))


def test_with_few_worlds_nothing_is_claimed(planted: Explored) -> None:
    few = planted("group", worlds=48, base=4)
    sentences = said(few)
    assert "No assumption stands out from the error bars for any claim." in sentences
    assert not any("hang" in sentence for sentence in sentences)


@pytest.mark.parametrize("name", CLAIMS)
def test_the_screen_fits_and_shows_the_claims(planted: Explored, name: str) -> None:
    lines = printed(planted(name))
    assert len(lines) <= first_screen.LINES
    assert max(map(len, lines)) <= 80
    for claim in CLAIMS[name]:
        assert any(line.startswith(f"{claim} ") for line in lines)
    assert "--full" in lines[-1]


def test_the_table_shows_only_what_stands_out(planted: Explored) -> None:
    lines = printed(planted("group"))
    key = next(line for line in lines if line.startswith("What matters"))
    assert key == "What matters: A a, B c."
    row = next(line for line in lines if line.startswith("three "))
    assert re.search(r"· █(9\d|100)$", row)
