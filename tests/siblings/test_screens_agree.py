"""What decides a claim is told alike on the first screen and in its own lines: or not at all."""

from __future__ import annotations

import pytest
from rich.console import Console

import schelling
from schelling.report.exploration import coherence_words, exploration_words, first_screen
from schelling.report.words.numerals import NO_BREAK
from schelling.study.exploring.explore import Exploration

CASE = """schelling: 1
title: Planted
assumptions:
  u: {prior: "uniform(0, 1)", why: t}
  v: {prior: "uniform(0, 1)", why: t}
claims:
  plain: {holds: u > 0.5, why: t}
  either: {holds: (u > 0.5) != (v > 0.5), why: t}
  half: {holds: sqrt(v - 0.5) > 0.5, why: t}
  asked: {holds: v > 0.5, given: u > 0.8, why: t}
  beyond: {holds: u > 2, why: t}
  root: {holds: sqrt(u - 0.00001) >= 0, why: t}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    folder = tmp_path_factory.mktemp("screens")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    case = schelling.load(folder)
    return schelling.explore(case, worlds=256, base=64, what=("sensitivity", "coherence"))


def first(found: Exploration) -> str:
    """The findings of the first screen."""
    console = Console(width=100)
    with console.capture() as caught:
        console.print(first_screen.screen(found))
    return " ".join(caught.get().split("What matters")[0].split())


@pytest.mark.parametrize("claim", ["plain", "either", "half", "asked"])
def test_an_index_is_told_on_both_screens_or_on_none(found: Exploration, claim: str) -> None:
    """Half of the worlds of `half` have no number; four of five do not ask `asked`."""
    text = first(found)
    told = f"{claim} hangs" in text
    own = exploration_words.decides(found, claim).replace(NO_BREAK, " ")
    assert own.startswith("cannot be told") is not told
    assert told is (claim == "plain")
    if claim in ("half", "asked"):
        assert "of points have a world without a truth value" in own
        assert "cannot be told" in text


def test_nothing_is_left_open_of_what_fails_by_construction(found: Exploration) -> None:
    told = coherence_words.coherence(found)
    own = [one for one in told if "beyond" in one]
    assert own == ["beyond fails in every world by construction."]  # and no world comes close to it
    assert "beyond holds in no world by construction." in first(found)


def test_what_may_have_no_number_is_not_certain(found: Exploration) -> None:
    """The root fails in one of 100,000 worlds, and in none of these."""
    assert not found.run.shares["root"].failed
    assert "root holds in every one of 256 worlds" in first(found)
