"""What explorations say of planted cases, read as a statistician would who wants to object."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import schelling
from schelling.report.exploration import exploration_terminal, finding_words
from schelling.report.verdicts import claim_verdicts
from schelling.report.words.numerals import NO_BREAK
from schelling.study.exploring.explore import Exploration

HEAD = "schelling: 1\ntitle: Planted\n"
TIME = "time: {start: 2030-01-07, step: 1 week, until: 2030-03-18}\n"
U = "  u: {prior: 'uniform(0, 1)', why: planted}\n"
V = "  v: {prior: 'uniform(0, 1)', why: planted}\n"
ALL = ("sensitivity", "boxes", "flips", "coherence", "options", "gradients")


def explored(
    folder: Path, text: str, worlds: int = 512, what: tuple[str, ...] = ALL
) -> Exploration:
    (folder / "case.yaml").write_text(HEAD + text, "utf-8")
    run = schelling.run(schelling.load(folder), worlds=worlds, seed=1)
    return schelling.explore(run.case, run, base=256, what=what)


def said(found: Exploration) -> str:
    console = Console(width=600)
    with console.capture() as caught:
        console.print(exploration_terminal.summary(found))
    return caught.get().replace(NO_BREAK, " ")


def test_a_slope_of_both_signs_is_none(tmp_path: Path) -> None:
    """Up to a peak and down again, and a product of two that are even about zero."""
    text = f"""assumptions:
{U}  x: {{prior: 'normal(0, 1)', why: t}}
  y: {{prior: 'normal(0, 1)', why: t}}
claims:
  peak: {{holds: abs(u - 0.5) < 0.2, why: t}}
  product: {{holds: x * y > 0.1, why: t}}
  line: {{holds: u > 0.3, why: t}}
"""
    found = explored(tmp_path, text, what=("gradients",))
    assert found.gradients is not None
    pull = np.nan_to_num(found.gradients.pull)
    assert (pull[:, :2] == 0.0).all()
    assert pull[0, 2] == pytest.approx(0.34)
    text = said(found)
    assert text.count("no assumption surely moves the margin the same way in most worlds") == 2
    assert "in 100 % of worlds only" not in text


@pytest.mark.parametrize(("others", "told"), [(0, 1), (9, 0)])
def test_many_slopes_need_a_surer_sign(others: int, told: int, tmp_path: Path) -> None:
    """Up in 82 of 128 worlds, 3.2 standard errors: enough for one slope, not for one of 82."""
    lines = "".join(f"  x{n}: {{prior: 'uniform(0, 1)', why: t}}\n" for n in range(others))
    total = " + ".join(f"x{n}" for n in range(others))
    claims = "".join(f"  c{n}: {{holds: {total} > {n}, why: t}}\n" for n in range(others))
    text = f"""assumptions:
{U}{lines}claims:
  peak: {{holds: abs(u - 0.36) < 0.2, why: t}}
{claims}"""
    found = explored(tmp_path, text, what=("gradients",)).gradients
    assert found is not None
    assert found.fewest == (12 if others else 10)  # the squares of 3.43 and 3 errors
    pull = found.pull[list(found.assumptions).index("u"), 0]
    assert pull == pytest.approx(-0.34 if told else 0.0)


def test_a_step_is_never_lost_in_rounding(tmp_path: Path) -> None:
    """Numbers near 10^16 are 2 apart, and the spread of `x` is 10."""
    text = f"""assumptions:
{U}  x: {{prior: 'normal(1e16, 10)', why: t}}
claims: {{c: {{holds: u > (x - 1e16) * 1e-3 + 0.3, why: t}}}}
"""
    found = explored(tmp_path, text, what=("gradients",)).gradients
    assert found is not None
    assert found.pull[:, 0] == pytest.approx([0.34, -0.00994], rel=0.01)


@pytest.mark.parametrize(
    ("prior", "bar", "spread"),
    [
        ("normal(2e-12, 1e-13)", "2.05e-12", 0.994e-13),
        ("normal(1e12, 1)", "1e12 + 1.5", 0.994),
        ("normal(3e15, 1e14)", "3.05e15", 0.994e14),
    ],
)
def test_a_slope_is_right_in_any_unit(prior: str, bar: str, spread: float, tmp_path: Path) -> None:
    """The margin is x less a constant. A step is a 10,000th of the spread: 4 digits at 10^12."""
    text = f"""assumptions: {{x: {{prior: '{prior}', why: t}}}}
claims: {{c: {{holds: 'x > {bar}', why: t}}}}
"""
    found = explored(tmp_path, text, what=("gradients", "flips"))
    assert found.gradients is not None
    assert found.gradients.pull[0, 0] == pytest.approx(spread, rel=0.01)
    words = said(found)
    start, end = words.split("flips with x from ")[1].split(" (")[0].split(" to ")
    assert start != end


def test_what_cannot_reach_a_claim_under_chance_is_not_its_nearest_flip(tmp_path: Path) -> None:
    """One event in ten weeks at ln 2 / 10 a week: a coin toss that `u` has no part in."""
    text = f"""{TIME}assumptions:
{U}stocks: {{s: {{start: 0, change: 0 / week}}}}
events: {{e: {{why: t, hazard: 0.0693 / 1 week, once: true, effects: {{s: 1}}}}}}
claims:
  toss: {{holds: final(s) == 0, why: t}}
  mixed: {{holds: final(s) == 0 and u > 0.5, why: t}}
"""
    found = explored(tmp_path, text, what=("flips",))
    toss, mixed = found.flips
    assert toss.nearest is None
    assert toss.tippings == ()
    assert mixed.nearest is not None
    assert mixed.nearest.move.assumption == "u"
    words = said(found)
    assert "u from 0.5 to 0.005" not in words
    # the central world has u at a half, where none of 1,024 hold: up to 0.4 % all the same
    assert "with 0.0 % of 1,024 chance draws (0.0 to 0.4 %)" in words


def test_a_map_is_over_what_reaches_a_claim(tmp_path: Path) -> None:
    """`v` has no part in it, and nothing that has brings it nearer to one half."""
    text = f"""{TIME}assumptions:
{V}{U}  w: {{prior: 'uniform(0, 1)', why: t}}
stocks: {{s: {{start: 0, change: 0 / week}}}}
events:
  e:
    why: t
    hazard: (0.05 - 0.02 * abs(u - 0.5) - 0.03 * abs(w - 0.5)) / 1 week
    once: true
    effects: {{s: 1}}
claims: {{c: {{holds: final(s) == 0, why: t}}}}
"""
    (found,) = explored(tmp_path, text, 64, ("flips",)).flips
    assert found.map is not None
    assert {found.map.first, found.map.second} == {"u", "w"}


def test_few_draws_that_ask_a_claim_do_not_show_a_crossing(tmp_path: Path) -> None:
    """Given the event, it has come by the fourth week of ten in 40 to 41 % of draws, whatever `h`.

    Under a tenth of the draws ask it, and fewer yet where `h` is small.
    """
    text = f"""{TIME}assumptions: {{h: {{prior: 'uniform(0, 0.02)', why: t}}}}
stocks: {{s: {{start: 0, change: 0 / week}}}}
events: {{e: {{why: t, hazard: h / 1 week, once: true, effects: {{s: 1}}}}}}
claims: {{c: {{holds: 'at(s, 4 weeks) > 0', given: final(s) > 0, why: t}}}}
"""
    (found,) = explored(tmp_path, text, 64, ("flips",)).flips
    for flip in found.flips:  # whether it crosses at all is left open
        assert all(not np.isfinite([move.low, move.high]).all() for move in flip.moves)


def test_few_worlds_that_ask_a_claim_are_few(tmp_path: Path) -> None:
    """Of 512 worlds five ask it: correlations of five worlds stand for nothing."""
    text = f"""assumptions:
{U}{V}claims:
  rare: {{holds: v > 0.3, given: u > 0.99, why: t}}
  never: {{holds: v > 0.3, given: u > 2, why: t}}
  half: {{holds: v > 0.3, given: u > 0.5, why: t}}
"""
    found = explored(tmp_path, text, what=("boxes", "coherence", "sensitivity"))
    assert claim_verdicts.leading(found.run, "rare").empty
    assert list(claim_verdicts.leading(found.run, "half").index) == ["v"]
    words = said(found)
    assert "never: unknown, no world asks it" in words
    assert "– of worlds" not in words
    box = words.split("half: ")[1].split("fails when ")[1].split("\n")[0]
    assert "of those worlds that ask it" in box
    assert "left out: the 50 % of worlds that do not ask it" in box
    assert "truth value" not in box


def test_options_are_compared_where_a_claim_is_asked(tmp_path: Path) -> None:
    """Given `u > l`, `v > l` holds in 1 - l of the worlds, however many ask it."""
    text = f"""actors: {{north: {{}}}}
assumptions:
{U}{V}  l: {{prior: 'choice(0.2, 0.6)', lever: north, why: t}}
claims: {{c: {{holds: v > l, given: u > l, why: t}}}}
"""
    found = explored(tmp_path, text, 2048, ("options", "flips"))
    assert found.options is not None
    shares = found.options.claims[0].holding.satisficing
    assert [one.share for one in shares] == pytest.approx([0.8, 0.4], abs=0.05)  # three errors
    assert [one.worlds / 2048 for one in shares] == pytest.approx([0.8, 0.4], abs=0.01)
    assert not any(one.failed for one in shares)
    assert "The central world has l = 0.2." in said(found)


def test_two_claims_are_both(tmp_path: Path) -> None:
    """And an index that no point of its design can tell is not "the same in every world run"."""
    text = f"""assumptions:
{U}claims:
  a: {{holds: u > 0.5, why: t}}
  b: {{holds: u > 0.001, why: t}}
"""
    words = said(explored(tmp_path, text, what=("coherence", "sensitivity")))
    assert re.search(r"Both claims hold together in 50(\.0)? % ± [\d.]+ of worlds", words)
    assert "cannot be told: the claim has the same answer in every point of the design" in words
    assert "every world run" not in words


def test_the_first_screen_leaves_out_no_finding(tmp_path: Path) -> None:
    """Boxes are looked for only where the findings have a use for them: in rare corners."""
    text = f"""assumptions:
{U}{V}claims:
  corner: {{holds: u < 0.8 or v < 0.8, why: t}}
  plain: {{holds: u > 0.3, why: t}}
"""
    what = ("sensitivity", "boxes", "coherence")
    whole = explored(tmp_path, text, 2048, what)
    brief = schelling.explore(whole.case, whole.run, base=256, what=what, brief=True)
    assert finding_words.sentences(brief) == finding_words.sentences(whole)
    assert any("when u is above" in one for one in finding_words.sentences(brief))
    assert [(one.claim, one.verb) for one in brief.boxes] == [("corner", "fails")]
    assert len(whole.boxes) == 4
