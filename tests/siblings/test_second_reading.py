"""Statements that a second reader objected to: error bars, alike inputs, reasons, overflow."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.analysis.boxes.boxes import Fit
from schelling.case import check
from schelling.interchange.arguments import from_case
from schelling.report.brief import verdict_groups
from schelling.report.comparison import comparison_sheets, comparison_words
from schelling.report.exploration import (
    box_words,
    exploration_words,
    first_screen,
    option_words,
)
from schelling.report.words.numerals import NO_BREAK, error_bar, half_width, points
from schelling.study.rivals.compare import compare

HEAD = "schelling: 1\ntitle: Planted\n"


def case_of(folder: Path, text: str) -> schelling.Case:
    (folder / "case.yaml").write_text(HEAD + text, "utf-8")
    return schelling.load(folder)


@pytest.mark.parametrize("error", [0.0201, 0.0049, 0.0051, 0.011, 0.1249, 0.5])
def test_no_error_bar_is_rounded_down(error: float) -> None:
    for words in (half_width(error, 2), half_width(100 * error, 0)):
        assert float(words) >= (error if "." in words else 100 * error)
    assert float(error_bar(0.5, error).removeprefix(f"±{NO_BREAK}")) >= 100 * error
    assert float(points(0.3, error).split(NO_BREAK)[-1]) >= 100 * error


def test_the_density_of_a_box_has_an_error() -> None:
    """By jackknife; where all of a few worlds are sought, by the rule of three."""
    fit = Fit(0.5, 0.9, 0.1, 1_000, 900, 1, density_error=0.011)
    assert box_words.density(fit) == "90 % ± 3"
    assert box_words.density(Fit(0.5, 1.0, 0.1, 60, 60, 1)) == "100 % (at least 95 %)"
    assert box_words.density(Fit(0.5, 1.0, 0.1, 600, 600, 1)) == "100 %"
    assert box_words.density(Fit(0.5, math.nan, 0.0, 0, 0, 1)) == "none"


ALIKE = """assumptions:
  u: {prior: "uniform(0, 1)", why: t}
  v: {prior: "uniform(0, 1)", why: t}
  w: {prior: "uniform(0, 1)", why: t}
claims:
  either: {holds: "max(u, v) > 0.6", why: t}
  mostly: {holds: "(u if w > 0.2 else v) > 0.6", why: t}
  floored: {holds: "max(u, 0.4) > 0.6", why: t}
"""


def test_alike_inputs_have_alike_slopes(tmp_path: Path) -> None:
    """Each of two moves their maximum in half of the worlds, by as much."""
    case = case_of(tmp_path, ALIKE)
    run = schelling.run(case, worlds=512, seed=1)
    found = schelling.explore(case, run, what=("gradients",))
    assert found.gradients is not None
    either, mostly, floored = found.gradients.pull.T
    assert either[:2] == pytest.approx([0.34, 0.34])
    assert mostly[:2] == pytest.approx([0.34, 0.34])
    shares = found.gradients.moves
    assert shares[:2, 0].sum() == pytest.approx(1.0)
    assert np.abs(shares[:2, 0] - 0.5).max() < 0.15
    assert shares[0, 1] == pytest.approx(0.8, abs=0.12)
    assert floored[0] == pytest.approx(0.34)
    assert shares[0, 2] == pytest.approx(0.6, abs=0.05)  # elsewhere nothing moves the margin
    said = exploration_words.slopes(found, "either").replace(NO_BREAK, " ")
    assert re.search(r"[uv] \(by 0.34\) \+0.34 in \d+ % of worlds, [uv] \(by 0.34\) \+0.34", said)


REASONS = """assumptions:
  u: {prior: "uniform(0, 1)", why: one}
  w: {prior: "uniform(0, 1)", why: one}
variables:
  m: max(u, w)
claims:
  big: {holds: m > 0.5, why: x, says: It is large}
  small: {holds: m < 0.5, why: x}
  red: {holds: w > 0.3, why: x}
rivals:
  words:
    why: another reason
    assumptions: {u: {prior: "uniform(0,1)", why: another}}
    variables: {m: {value: "max(u, w)", why: it is so}}
    claims:
      red: {why: other}
      small: {holds: m<0.5, why: x}
      big: {why: x, says: It is very large}
"""


def test_another_reason_is_no_other_definition(tmp_path: Path) -> None:
    case = case_of(tmp_path, REASONS)
    whats = {change.name: change.what for change in case.rivals[0].changes}
    assert whats == {
        "u": "reason",
        "m": "reason",
        "red": "reason",
        "small": "unchanged",
        "big": "changed",
    }
    found = compare(case, [schelling.load(tmp_path, rival="words")], worlds=64)
    said = comparison_words.findings(found)
    assert said[0] == "words differs from the case in 1 definition: big."
    assert said[1] == "It gives another reason, and nothing else, for u, m, red."
    sheets = {sheet.title: sheet.rows for sheet in comparison_sheets.sheets(found)}
    assert not sheets.get("Assumptions that differ")
    assert set(found.swapped["assumption"]) <= {"big"}
    attacked = {one.target for one in from_case.mapped(case).relations if one.kind == "attacks"}
    assert attacked == {"big"}


RUNAWAY = """time: {start: 2030-01-07, step: 1 week, until: 2030-12-30}
assumptions:
  x: {prior: "uniform(1, 1000)", why: t}
  y: {prior: "normal(0, 1)", why: t}
variables:
  p: {value: x ** 200}
stocks:
  s: {start: 1, change: RATE / week}
  w: {start: 1, change: 0 / week}
  u: {start: x, change: -u / week, within: [0, 5000]}
events:
  jump: {hazard: 0.5 / week, effects: {w: JUMP}}
claims:
  power: {holds: x ** 200 > 0, why: t}
  named: {holds: p * p > 0, why: t}
  far: {holds: (y * 1e10) ** 100 >= 0, why: t}
  kept: {holds: final(u) >= 0, why: t}
  square: {holds: y ** 2 >= 0, why: t}
  cube: {holds: abs(y ** 3) >= 0, why: t}
  inverse: {holds: x ** -3 > 0, why: t}
"""


GROWING = [
    ("s * s", "w", True),
    ("abs(s) ** 1.5", "w", True),
    ("x * s", "w", True),  # e to the 51,000
    ("0.1 * s", "w", False),
    ("-x * s", "w", False),
    ("x", "w", False),
    ("0 * s", "w * w", True),
    ("0 * s", "2 * w", False),
]


@pytest.mark.parametrize(("rate", "jump", "runs"), GROWING)
def test_numbers_that_may_grow_beyond_all_are_not_certain(
    rate: str, jump: str, runs: bool, tmp_path: Path
) -> None:
    """A power past 1e308, and a stock that grows too fast or too long, take the world with them."""
    text = HEAD + RUNAWAY.replace("RATE", rate).replace("JUMP", jump)
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    told = [note.message for note in check.check(tmp_path).notes if note.code == "N106"]
    open_ = {m.split("'")[1] for m in told if "which it may not have in every world" in m}
    assert open_ == {"power", "named", "far"} | ({"kept"} if runs else set())
    assert {m.split("'")[1] for m in told} >= {"square", "cube", "inverse", "kept"}


BY_CHANCE = """time: {start: 2030-01-07, step: 1 week, until: 2030-12-30}
assumptions:
  h: {prior: "uniform(0, 0.04)", unit: 1 / week, why: t}
  k: {prior: "uniform(0, 1)", why: t}
stocks:
  n: {start: 0, change: 0 / week}
events:
  toss: {hazard: 0.0133 / week, once: true, effects: {n: 1}}
claims:
  coin: {holds: final(n) > 0.5, says: The toss happens., why: t}
  likely: {holds: k > 0.2, why: t}
"""


def test_a_brief_names_chance_and_heads_what_mostly_follows_so(tmp_path: Path) -> None:
    """Half of the worlds hold by chance alone; the other claim holds in 80 % of them."""
    run = schelling.run(case_of(tmp_path, BY_CHANCE), worlds=1024, seed=1)
    groups = {group.key: group for group in verdict_groups.groups(run)}
    assert groups["hangs"].title == "Hangs on chance"
    (coin,) = groups["hangs"].claims
    assert [hang.name for hang in coin.hangs if hang.is_chance] == ["chance"]
    assert re.fullmatch(r"\d+ % of variance", coin.hangs[0].words.replace(NO_BREAK, " "))
    assert groups["follows"].title == "Mostly follows"
    assert "beside chance" in verdict_groups.how_to_explore(run, None)


CORNERS = """actors: {north: {}}
assumptions:
  a: {prior: "normal(0, 1)", why: t}
  b: {prior: "choice([1, 2, 3], [0.9, 0.05, 0.05])", why: t}
  c: {prior: "uniform(0, 1)", why: t}
  d: {prior: "uniform(0, 1)", why: t}
  m: {prior: "choice(1, 2)", lever: north, why: t}
claims:
  one: {holds: not (a > 0.8 and b == 3), why: t}
  other: {holds: not (c > 0.9 and d < 0.1), why: t}
  pick: {holds: (a - 0.5) * (m - 1.5) > 0, why: t}
  listed: {holds: b < 2.5 or a > 1.5, why: t}
"""


def test_two_corners_are_told_and_listed_values_are_themselves(tmp_path: Path) -> None:
    """`pick` fares as well under either option, up to the luck of the worlds drawn."""
    case = case_of(tmp_path, CORNERS)
    found = schelling.explore(case, worlds=4096, base=256, what=("sensitivity", "boxes", "options"))
    screen = " ".join(first_screen._chosen(found)).replace(NO_BREAK, " ")
    assert screen.count("of worlds only: it fails when") == 2
    assert "t or below 2 it holds" in screen  # of 1, 2 and 3, and not "2.5"
    assert found.options is not None
    told = next(one for one in found.options.claims if one.claim == "pick")
    cells = " ".join(" ".join(row) for row in option_words.rows(told))
    for column in (2, 3):
        marked = [row[column] for row in option_words.rows(told)]
        plain = [cell.rstrip("*†") for cell in marked]
        assert len(set(plain)) == 2 or marked == plain, cells


def test_listed_values_side_by_side_are_told_apart(tmp_path: Path) -> None:
    """Rounded, the value between the first two would lie below all of them."""
    near = """assumptions:
  a: {prior: "choice([1.04, 1.041, 100], [0.5, 0.4, 0.1])", why: t}
  b: {prior: "uniform(0, 1)", why: t}
claims:
  one: {holds: a > 1.0405, why: t}
"""
    found = schelling.explore(case_of(tmp_path, near), worlds=512, base=64, what=("sensitivity",))
    assert "Above 1.04 it holds in all worlds, otherwise in none." in " ".join(
        first_screen._chosen(found)
    )
