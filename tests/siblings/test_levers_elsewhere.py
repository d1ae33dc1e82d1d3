"""Where one number used to stand for all options: boxes, claims together, premises, windows, pages.

`v` and `u` are uniform and independent. Under `lev` the claim `chosen` holds in the share `lev` of
the worlds; over the two options of the case that would be a half, which is true under neither.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import schelling
from schelling.analysis.verdicts import Share
from schelling.report import html
from schelling.report.exploration import exploration_json, exploration_terminal
from schelling.report.live.plane import figure, plane
from schelling.report.play import play_page, stored_worlds
from schelling.report.scores import score_words
from schelling.report.verdicts import premises
from schelling.report.words.numerals import NO_BREAK
from schelling.study.exploring.explore import Exploration
from schelling.study.premises.granted import apart, granted
from schelling.study.runs.results import Run
from schelling.study.scoring import windows

CASE = """
schelling: 1
title: What an actor chooses
time: {start: 2030-01-07, step: 1 week, until: 2030-03-18}
actors: {north: {}}
assumptions:
  u: {prior: "uniform(0, 1)", why: planted}
  v: {prior: "uniform(0, 1)", why: planted}
  lev: {prior: "choice(0.2, 0.8)", lever: north, why: planted}
premises: {high: {grants: PREMISE, why: planted}}
stocks: {level: {start: 0, change: u * lev / week}}
claims:
  chosen: {holds: u < lev, why: planted}
  also: {holds: v < lev + 0.1, why: planted}
  plain: {holds: u > 0.1, why: planted}
forecasts: {table: questions.csv, data_until: 2030-01-01}
"""
QUESTIONS = """id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,antecedent,\
author_low,author_high,direction,cluster,reference_class,persistence,registered_at,resolves
Q,binary,Is it?,,2030-01-07,2030-02-04,x,log,never,,,,yes,a,,0.5,2029-12-30,\
"at(level, 2030-02-04) > 1"
N,numeric,How much?,,2030-01-07,2030-02-04,x,log,never,,,,,b,,0,2029-12-30,"at(level, 2030-02-04)"
"""
CLOSE = 0.05  # three standard errors of a share among 1,024 worlds


def case_of(folder: Path, premise: str = "v > lev") -> schelling.Case:
    (folder / "questions.csv").write_text(QUESTIONS, "utf-8")
    (folder / "case.yaml").write_text(CASE.replace("PREMISE", premise), "utf-8")
    return schelling.load(folder)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return schelling.run(case_of(tmp_path_factory.mktemp("elsewhere")), worlds=2048)


@pytest.fixture(scope="module")
def found(run: Run) -> Exploration:
    return schelling.explore(
        run.case, run, what=("sensitivity", "boxes", "coherence", "options"), base=256
    )


def printed(found: Exploration) -> str:
    console = Console(width=400, record=True, file=None)
    with console.capture() as caught:
        console.print(exploration_terminal.summary(found))
    return caught.get().replace(NO_BREAK, " ")


def test_a_box_is_of_one_option(found: Exploration) -> None:
    """`u` below 0.2 under one option, below 0.8 under the other, each covering all of its own."""
    boxes = [one for one in found.boxes if one.claim == "chosen" and one.verb == "holds"]
    assert [one.option.words for one in boxes if one.option] == ["lev = 0.2", "lev = 0.8"]
    for one, bound in zip(boxes, (0.2, 0.8), strict=True):
        assert one.worlds == 1024
        assert one.base == pytest.approx(bound, abs=CLOSE)
        (limit,) = one.rules[0].limits
        assert limit.assumption == "u"
        assert limit.high == pytest.approx(bound, abs=CLOSE)
        assert one.rules[0].fit.coverage > 0.9
    assert all(one.option is None for one in found.boxes if one.claim == "plain")
    text = printed(found)
    assert "with lev = 0.8, holds when u is below" in text
    assert (
        "Indices and parts and pairs of claims are over worlds that draw the options of lev" in text
    )
    (told,) = (b for b in exploration_json.to_json(found)["boxes"] if b["option"] == {"lev": 0.2}
               and b["claim"] == "chosen" and b["verb"] == "holds")  # fmt: skip
    assert told["worlds"] == 1024


def test_claims_together_have_a_span(found: Exploration) -> None:
    """Both and `plain`: (0.2 - 0.1) 0.3 under one option, (0.8 - 0.1) 0.9 under the other."""
    assert found.coherence is not None
    together = found.coherence.shares.together
    assert together.spans
    assert np.isnan(together.share)
    assert (together.low, together.high) == pytest.approx((0.03, 0.63), abs=CLOSE)
    text = printed(found)
    assert "of worlds, by the option chosen." in text
    assert "The claims together: with lev = 0.8, the argument holds when" in text
    assert found.coherence.boxes is None


def test_premises_are_granted_option_by_option(run: Run) -> None:
    """`v > lev` grants 80 or 20 % of worlds, and `also` then holds in 0.1 / 0.8 or 0.1 / 0.2."""
    made = granted(run)
    assert made is not None
    assert made.claims == ()
    (_, premise) = made.premises[0]
    assert (premise.low, premise.high) == pytest.approx((0.2, 0.8), abs=CLOSE)
    shares = [under.claims[1].granted.share for _, under in made.options]
    assert shares == pytest.approx([0.125, 0.5], abs=0.12)  # 200 worlds: three standard errors
    chosen = [under.claims[0].granted.share for _, under in made.options]
    assert chosen == pytest.approx([0.2, 0.8], abs=0.09)
    text = "\n".join(premises.sentences(made)).replace(NO_BREAK, " ")
    assert "high in 20 to 80 % (by option)" in text
    assert "With lev = 0.2, chosen: mostly fails where high holds" in text
    assert "With lev = 0.8, chosen: mostly follows where high holds" in text
    assert "50." not in text
    rows = premises.table(made).rows
    assert rows[0][0] == "chosen, lev = 0.2"
    told = json.loads(json.dumps(premises.to_json(made)))
    assert [one["option"] for one in told["by_option"]] == [{"lev": 0.2}, {"lev": 0.8}]


def test_what_no_lever_reaches_is_granted_once(tmp_path: Path) -> None:
    made = granted(schelling.run(case_of(tmp_path, "v > 0.5"), worlds=512))
    assert made is not None
    assert [one.claim for one in made.claims] == ["plain"]
    assert not made.premises[0][1].spans
    assert [[one.claim for one in under.claims] for _, under in made.options] == [
        ["chosen", "also"]
    ] * 2


def test_differences_are_told_by_how_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one premise: that of `plain`, and of two other claims under each of two options."""
    seen: list[int] = []

    def counting(one: Share, other: Share, comparisons: int) -> bool:
        seen.append(comparisons)
        return apart(one, other, comparisons)

    monkeypatch.setattr("schelling.study.premises.granted.apart", counting)
    granted(schelling.run(case_of(tmp_path, "v > 0.5"), worlds=256))
    assert seen == [5] * 5


def test_another_closing_day_keeps_the_span(run: Run) -> None:
    """`u lev t > 1` after t weeks: for lev .2 never up to week 5, for .8 where u > 1 / (.8 t)."""
    shares = windows.by_closing_date(run.case, "Q", worlds=2048)
    weeks = np.array([(day - dt.date(2030, 1, 7)).days / 7 for day in shares.index])
    late = weeks > 1.25
    assert np.isnan(shares["share"][late]).all()
    np.testing.assert_allclose(shares["high"], np.clip(1 - 1 / (0.8 * weeks), 0, 1), atol=CLOSE)
    np.testing.assert_allclose(shares["low"], np.clip(1 - 1 / (0.2 * weeks), 0, 1), atol=CLOSE)


def many(folder: Path, options: tuple[int, ...], premise: str) -> schelling.Case:
    """A case with more levers, of so many options each, which all reach `chosen` and `also`."""
    case_of(folder, premise)
    lines = "".join(
        f"  l{n}: {{prior: 'choice({', '.join(map(str, range(size)))})', lever: north, why: t}}\n"
        for n, size in enumerate(options)
    )
    total = " + ".join(f"l{n}" for n in range(len(options)))
    text = (folder / "case.yaml").read_text("utf-8").replace("premises:", f"{lines}premises:")
    text = text.replace("u < lev,", f"'u < lev + 0.001 * ({total})',")
    (folder / "case.yaml").write_text(text, "utf-8")
    level = (folder / "questions.csv").read_text("utf-8").replace(") > 1", f") + {total} > 1")
    (folder / "questions.csv").write_text(level, "utf-8")
    return schelling.load(folder)


@pytest.mark.parametrize(("sizes", "spans"), [((3, 3), True), ((3, 3, 5), False)])
def test_too_many_options_are_over_all_and_say_so(
    sizes: tuple[int, ...], spans: bool, tmp_path: Path
) -> None:
    """18 combinations are not told one by one; 90 have not even a span."""
    levers = ", ".join(["lev", *(f"l{n}" for n in range(len(sizes)))])
    run = schelling.run(many(tmp_path, sizes, "v > lev"), worlds=1024)
    made = granted(run)
    assert made is not None
    assert made.options == ()
    assert [one.claim for one in made.claims] == ["chosen", "also", "plain"]
    said = " ".join(premises.sentences(made))
    assert f"More than 8 combinations of options of {levers} can matter" in said
    found = schelling.explore(run.case, run, what=("coherence", "boxes"))
    assert found.coherence is not None
    assert found.coherence.shares.together.spans == spans
    assert found.coherence.under == ()
    text = printed(found)
    drawn = f"over every option of {levers} as they are drawn"
    assert (drawn in text) != spans
    assert f"over every option of {levers}, as they are drawn" in text  # boxes
    scored = score_words.by_option(schelling.score(run.case, run=run))
    assert ("What an actor chooses bears on Q" in scored) == spans
    of = "N" if spans else "Q, N"
    assert f"The model's forecast of {of} is over the options of lev" in scored


def test_a_number_that_options_decide_says_over_what_it_is(run: Run) -> None:
    said = score_words.by_option(schelling.score(run.case, run=run))
    assert "What an actor chooses bears on Q" in said
    assert "forecast of N is over the options of lev as they are drawn" in said


def test_pages_tell_options_apart(run: Run) -> None:
    chosen, _, plain = stored_worlds.gather(run).claims
    assert (chosen.share.low, chosen.share.high) == pytest.approx((0.2, 0.8), abs=CLOSE)
    assert (chosen.levers, plain.levers) == (("lev",), ())
    page = play_page.render(run).replace(NO_BREAK, " ")
    assert '"name":"chosen","levers":[2]' in page
    assert "least and greatest under an option kept of lev" in page
    report = html.render(run).replace(NO_BREAK, " ")
    over = ", over the options of lev as they are drawn"
    assert f"pale: in which it fails{over}." in report
    assert report.count(f"90 % of worlds from −0.70 to 0.70{over}</dd>") == 1
    assert "90 % of worlds from −0.05 to 0.85</dd>" in report  # of `plain`
    seen = figure(plane(run, "chosen", "u", "v"))
    assert "so do the options of lev, as drawn" in seen.reading
    assert "options" not in figure(plane(run, "chosen", "u", "lev")).reading
