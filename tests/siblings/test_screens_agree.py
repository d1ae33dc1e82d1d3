"""What decides a claim is told alike on the first screen and in its own lines: or not at all."""

from __future__ import annotations

import pytest
from rich.console import Console

import schelling
from schelling.report.exploration import exploration_words, first_screen
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
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    folder = tmp_path_factory.mktemp("screens")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    case = schelling.load(folder)
    return schelling.explore(case, worlds=256, base=64, what=("sensitivity",))


@pytest.mark.parametrize("claim", ["plain", "either", "half", "asked"])
def test_an_index_is_told_on_both_screens_or_on_none(found: Exploration, claim: str) -> None:
    """Half of the worlds of `half` have no number; four of five do not ask `asked`."""
    console = Console(width=100)
    with console.capture() as caught:
        console.print(first_screen.screen(found))
    text = " ".join(caught.get().split("What matters")[0].split())
    told = f"{claim} hangs" in text
    own = exploration_words.decides(found, claim).replace(NO_BREAK, " ")
    assert own.startswith("cannot be told") is not told
    assert told is (claim == "plain")
    if claim in ("half", "asked"):
        assert "of points have a world without a truth value" in own
        assert "cannot be told" in text
