"""What a notebook and a prompt show of a case, a run and what was made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.study.rivals.compare import compare

CASE = """
schelling: 1
title: "<script>alert(1)</script>"
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
claims:
  high: {holds: a > 0.4, why: x, says: "a <b> is high"}
rivals:
  other: {why: x, assumptions: {a: {prior: "uniform(0, 0.2)", why: x}}}
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    path: Path = tmp_path_factory.mktemp("shown") / "case.yml"
    path.write_text(CASE, "utf-8")
    case = schelling.load(path)
    run = schelling.run(case, worlds=256, seed=1)
    return {
        "case": case,
        "run": run,
        "exploration": schelling.explore(case, run, what=["sensitivity"], base=64),
        "comparison": compare(case, [schelling.load(path, rival="other")], worlds=256, seed=1),
    }


EXPECTED = {
    "case": ("<Case 'case', assumptions: 1, claims: 1>", "a &lt;b&gt; is high"),
    "run": ("<Run of 'case', worlds: 256, seed: 1, claims: 1>", "contested"),
    "exploration": ("<Exploration of 'case', parts: sensitivity>", "high"),
    "comparison": (
        "<Comparison of 'case', rivals: other>",
        "other differs from the case in 1 definition: a.",
    ),
}


@pytest.mark.parametrize("what", EXPECTED)
def test_it_shows_itself_in_a_line_and_as_html(shown: dict[str, object], what: str) -> None:
    line, words = EXPECTED[what]
    assert repr(shown[what]) == line
    page: str = shown[what]._repr_html_()  # type: ignore[attr-defined]
    assert words in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_a_score_shows_its_headline() -> None:
    flagship = Path(__file__).parents[2] / "cases" / "widening-war"
    score = schelling.score(schelling.load(flagship), worlds=0)
    assert repr(score).startswith("<Score of 'widening-war', questions: ")
    page: str = score._repr_html_()  # type: ignore[attr-defined]
    assert "scored" in page
