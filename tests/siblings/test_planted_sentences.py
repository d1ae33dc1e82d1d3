"""Sentences about planted cases: what is told has no false zero, side, cause or place."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import schelling
from schelling.analysis.robustness import robustness, undominated
from schelling.report.brief import verdict_groups
from schelling.report.comparison import comparison_sheets, comparison_words
from schelling.report.exploration import (
    coherence_words,
    exploration_words,
    finding_words,
    option_words,
)
from schelling.report.page import provenance, tosses
from schelling.report.verdicts import claim_sections, claim_verdicts, state_shares, verdict_json
from schelling.report.words.numerals import NO_BREAK, half_width, percent, tenth_percent
from schelling.report.words.said import said
from schelling.report.words.shares import without_number
from schelling.study.exploring.explore import Exploration
from schelling.study.rivals.compare import compare
from schelling.study.scoring import topics
from schelling.study.solving import load, same

HEAD = "schelling: 1\ntitle: Planted\n"


def case_of(folder: Path, text: str) -> schelling.Case:
    (folder / "case.yaml").write_text(HEAD + text, "utf-8")
    return schelling.load(folder)


def test_a_share_that_is_neither_none_nor_all_is_not_told_as_such() -> None:
    said = percent(0.0004), percent(0.9996), tenth_percent(0.00001), tenth_percent(0.99999)
    assert [words.replace(NO_BREAK, " ") for words in said] == [
        "<1 %",
        ">99 %",
        "<0.1 %",
        ">99.9 %",
    ]
    assert without_number(4_090, 4_096) == ">99 % of the worlds have no number"
    assert half_width(0.0004, 2) == "0.01"  # an error is not told as none


PLAIN = """assumptions:
  a: {prior: "uniform(0, 1)", why: t}
  d: {prior: "choice([0, 1, 2])", why: t}
  idle: {prior: "uniform(0, 1)", why: t}
  point: {prior: 2, why: t}
claims:
  middle: {holds: abs(a - 0.5) < 0.2, why: t}
  outside: {holds: abs(a - 0.5) > 0.3, why: t}
  most: {holds: d >= 2, why: t}
  least: {holds: d >= 1, why: t}
  between: {holds: abs(d - 1) < 0.5, why: t}
  half: {holds: sqrt(a - 0.5) > 0.5, why: t}
  asked: {holds: point > 1, given: a > 0.25, why: t}
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    case = case_of(tmp_path_factory.mktemp("plain"), PLAIN)
    return schelling.explore(case, worlds=512, base=128, what=("sensitivity", "flips"))


def test_a_claim_is_said_to_hold_on_the_side_on_which_it_does(plain: Exploration) -> None:
    """Between 0.3 and 0.7, or below 0.2 and above 0.8; of listed values the flip itself counts."""
    told = {
        claim.verdict.claim.name: [hang.words.replace(NO_BREAK, " ") for hang in claim.hangs]
        for group in verdict_groups.groups(plain.run, plain)
        for claim in group.claims
    }
    assert told["middle"] == ["0.3 to 0.7"]
    assert told["outside"] == ["< 0.2 or > 0.8"]
    assert told["most"] == ["≥ 2"]
    assert told["least"] == ["> 0"]
    assert told["between"] == ["> 0 and < 2"]


def test_margins_are_of_the_worlds_that_have_one(plain: Exploration) -> None:
    found = {one.claim.name: one for one in claim_verdicts.all_verdicts(plain.run)}
    half = claim_sections.section(plain.run, found["half"])
    assert "90 % of worlds that have a number from" in half.margin.replace(NO_BREAK, " ")
    assert half.figure is not None
    assert half.figure.table is not None
    assert half.figure.table.caption == "Margins of half: share of worlds that have a number"
    assert (
        claim_sections.section(plain.run, found["asked"]).margin == "1 in every world that asks it"
    )


def test_a_claim_moves_with_nothing_that_cannot_reach_it(tmp_path: Path) -> None:
    """Of 40 rank correlations over 32 worlds several are large by chance."""
    names = "".join(f'  idle{n}: {{prior: "uniform(0, 1)", why: t}}\n' for n in range(40))
    text = f"""assumptions:
  a: {{prior: "uniform(0, 1)", why: t}}
  b: {{prior: "uniform(0, 1)", why: t}}
{names}correlations: [{{between: [a, b], rho: 0.9, why: t}}]
claims: {{c: {{holds: a > 0.5, why: t}}}}
"""
    run = schelling.run(case_of(tmp_path, text), worlds=32)
    assert set(run.leading("c", 9).index) == {"a", "b"}


def test_a_map_is_drawn_around_the_world_it_starts_from(plain: Exploration) -> None:
    found = schelling.explore(plain.case, plain.run, what=("flips",), claims=["middle"], world=7)
    shown, world = found.flips[0].map, plain.run.column("a")[7]
    assert shown is not None
    at = dict(zip((shown.first, shown.second), shown.start, strict=True))
    assert at["a"] == pytest.approx(world, abs=1e-9)


TOGETHER = """time: {start: 2030-01-07, step: 1 week, until: 2030-03-18}
phases: [calm, war]
assumptions:
  a: {prior: "uniform(0, 1)", why: t}
  b: {prior: "uniform(0, 1)", why: t}
events:
  e: {why: t, hazard: 0.03094 * (1.5 * a + b) / 1 week, once: true, effects: {phase: war}}
  r: {why: t, hazard: 0.0003 / week, effects: {phase: war}}
claims:
  war: {holds: eventually(phase == war), why: t}
  given: {holds: a > 0.5, given: final(phase == war), why: t}
"""


def test_two_assumptions_that_flip_a_claim_under_chance_only_together(tmp_path: Path) -> None:
    """The chance is one half where 1.5 a + b = (ln 2 - 0.003) / 0.3094 = 2.23.

    Of the flips the one with `a` at the end of its range is nearest, with `b` at 0.74.
    """
    found = schelling.explore(case_of(tmp_path, TOGETHER), worlds=64, what=("flips",))
    seen = found.flips[0]
    assert seen.smallest is not None
    a, b = seen.smallest.moves
    assert (a.assumption, b.assumption, a.after) == ("a", "b", pytest.approx(0.995))
    exact = (np.log(2) - 0.003) / 0.3094 - 1.5 * 0.995
    assert b.low < exact < b.high
    assert seen.smallest.distance == pytest.approx(a.after + b.after - 1)
    assert "(0.995" not in exploration_words.flip(seen.smallest)  # it has no interval
    assert len(seen.flips) == 1  # of several changes of these two the smallest


def test_an_index_of_zero_leaves_room_where_no_pair_of_worlds_differs(tmp_path: Path) -> None:
    case = case_of(tmp_path, TOGETHER)
    found = schelling.explore(case, worlds=64, base=64, what=("sensitivity",))
    assert found.sensitivity is not None
    table = found.sensitivity.table("given")
    assert table["st"]["(chance)"] == 0.0
    assert 0.05 < table["st_half_width"]["(chance)"] <= 1.0


OPTIONS = """actors: {us: {}}
assumptions:
  x: {prior: "uniform(0, 1)", why: t}
  m: {prior: "choice([0, 1])", lever: us, why: t}
claims:
  one: {holds: x * (m + 1) >= 0, why: t}
  two: {holds: x > 0.5 and m >= 0, why: t}
"""


def test_options_that_fare_alike_give_nothing_up(tmp_path: Path) -> None:
    found = schelling.explore(case_of(tmp_path, OPTIONS), worlds=128, what=("options",))
    (said,) = option_words.overall(found)
    assert said == "No option is better than another for all of one and two, as all fare alike."


def test_options_whose_numbers_failed_are_not_said_to_fare_so(tmp_path: Path) -> None:
    """Of `one`, worlds without a number may make either option the better."""
    text = OPTIONS.replace("x * (m + 1) >= 0", "sqrt(x - 0.3 * m) >= 0")
    found = schelling.explore(case_of(tmp_path, text), worlds=128, what=("options",))
    (said,) = option_words.overall(found)
    assert said == (
        "No option is sure to be better than another for all of one and two: some worlds have no "
        "number."
    )


def test_an_option_is_dominated_only_whatever_failed_numbers_hold() -> None:
    low, high = np.array([[0.4, 0.4], [0.5, 0.5]]), np.array([[0.9, 0.4], [0.5, 0.5]])
    assert undominated(low).tolist() == [False, True]
    assert undominated(low, high).tolist() == [True, True]


TWO_LEVERS = """actors: {us: {}}
assumptions:
  x: {prior: "uniform(0, 1)", why: t}
  y: {prior: "uniform(0, 1)", why: t}
  m: {prior: "choice([0, 1])", lever: us, why: t}
  k: {prior: "choice([0, 1])", lever: us, why: t}
claims:
  one: {holds: ONE, why: t}
  two: {holds: y < 0.5 + 0.3 * m and k >= 0, why: t}
"""


@pytest.mark.parametrize(
    "one",
    [
        "sqrt(x - 0.3 * m) > -1",  # 100 % of worlds, and 70 to 100
        "sqrt(x - 0.3 * (1 - m)) > 0.5 + 0.05 * m",  # 45 to 75 %, 64 % of those known, and 70
    ],
)
def test_worlds_without_a_number_may_make_an_option_the_better(one: str, tmp_path: Path) -> None:
    """For `two` m = 1 is the better; for `one`, which k does not reach, that cannot be told."""
    case = case_of(tmp_path, TWO_LEVERS.replace("ONE", one))
    found = schelling.explore(case, worlds=256, what=("options",))
    assert found.options is not None
    assert found.options.undominated == (0, 1, 2, 3)


def test_options_that_differ_by_rounding_are_both_best() -> None:
    values = np.array([[0.3, 0.1 + 0.2], [1.0, 2.0]])
    assert robustness(values, values > 0, np.arange(2)).best_in.tolist() == [0.5, 1.0]


def test_what_half_the_step_changes_is_not_said_of_most_worlds(tmp_path: Path) -> None:
    run = schelling.run(case_of(tmp_path, TOGETHER), worlds=128)
    (told,) = [words for name, words in provenance.provenance(run).facts if name == "Half the step"]
    assert "most worlds" not in told
    (ends,) = state_shares.at_end(run).values()
    said = state_shares.sentence(run)
    assert all(f"{state} 0 %" not in said for state, share in ends.items() if share > 0)


def test_an_implication_says_how_sure_it_is(plain: Exploration) -> None:
    found = schelling.explore(plain.case, plain.run, what=("coherence",))
    said = coherence_words.coherence(found)
    assert any(line.startswith("Whenever most holds, least holds too") for line in said)
    assert any("up to 3 / n of such worlds may still be exceptions" in line for line in said)


def test_what_cannot_be_otherwise_is_said_to_be_so_by_construction(tmp_path: Path) -> None:
    text = """assumptions:
  a: {prior: "uniform(0, 1)", why: t}
  b: {prior: 2, why: t}
claims:
  fixed: {holds: b > 3, given: a > 0.5, why: t}
  rare: {holds: a > 0.999999, why: t}
"""
    found = schelling.explore(case_of(tmp_path, text), worlds=64, base=16, what=("sensitivity",))
    (said,) = [one for one in finding_words.sentences(found) if "hold" in one and "none" in one]
    assert said.startswith(
        "rare holds in none of 64 worlds; such a claim may still hold in up to 5 %"
    )
    assert said.endswith("fixed holds in no world by construction.")
    assert not any("cannot be told" in one for one in finding_words.sentences(found))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Is Q1 built?", "Is Q2 built?", False),  # names
        ("Is it over in Q1 2024?", "Is it over in Q2 2025?", True),  # quarters
        ("Is it over by Q3?", "Is it over by Q4?", True),
        ("Was Q1 2024 calm?", "Was Q2 2025 calm?", True),
    ],
)
def test_a_name_is_no_quarter(one: str, other: str, alike: bool) -> None:
    asked: list[Any] = [
        SimpleNamespace(kind="binary", question=words, yes_if="it is", columns={})
        for words in (one, other)
    ]
    assert (topics.topic(asked[0]) == topics.topic(asked[1])) == alike


def test_payoffs_that_differ_are_not_printed_alike(tmp_path: Path) -> None:
    head = 'NFG 1 R "g" { "row" "col" } { 2 2 }\n\n'
    for name, payoff in (("one", "1"), ("other", "1.000001")):
        (tmp_path / f"{name}.nfg").write_text(f"{head}3 3 5 0 0 5 {payoff} 1\n", "utf-8")
    one, other = (load.load(str(tmp_path / f"{name}.nfg")) for name in ("one", "other"))
    found = same.games(one, other)
    assert "is 20 % of the way" in found.difference
    assert "is 20.00002 %" in found.difference


RIVALS = """assumptions:
  x: {prior: "uniform(0, 1)", why: t}
  y: {prior: "uniform(0, 1)", why: t}
variables: {low: 0.2 * 1}
claims:
  c: {holds: x > 0.5, why: t}
  f: {holds: sqrt(x - low) > 0.4, given: x < 0.9, why: t}
rivals:
  always:
    why: t
    remove: [claims.f.given]
  lower:
    why: t
    variables: {low: {value: 0.1 * 1, why: t}}
  other:
    why: t
    assumptions: {y: {prior: "uniform(0.496, 1)", why: t}}
    claims: {c: {holds: x > 0.5, given: y > 0.3, why: t}}
"""


def test_a_rival_with_another_condition_and_definitions_that_reach_nothing(tmp_path: Path) -> None:
    """Neither `y` nor `c` reaches `f`, in whose failed worlds nothing is left open."""
    case = case_of(tmp_path, RIVALS)
    seen = compare(case, [schelling.load(tmp_path, rival="other")], worlds=256)
    assert comparison_words.otherwise(seen, "c", "other")
    told = seen.swapped[seen.swapped["claim"] == "f"]
    assert set(told["assumption"]) == {"y", "c"}
    assert (told[["change", "low", "high"]] == 0.0).all(axis=None)
    assert (told["failed"] > 0).all()
    titles = [one.title for one in comparison_sheets.sheets(seen)]
    assert "Which definitions make the difference" not in titles


@pytest.mark.parametrize("rival", ["always", "lower"])
def test_what_reaches_a_claim_leaves_it_open(rival: str, tmp_path: Path) -> None:
    """A fifth of the worlds has no number of `f`, by its condition or by what it reads."""
    case = case_of(tmp_path, RIVALS)
    seen = compare(case, [schelling.load(tmp_path, rival=rival)], worlds=256)
    told = seen.swapped.set_index("claim")
    assert told.loc["f", "low"] < told.loc["f", "change"] < told.loc["f", "high"]
    assert (told.loc["c", ["low", "high"]] == 0.0).all()


TOSS = """time: {start: 2030-01-07, step: 1 week, until: 2030-02-18}
actors: {us: {}}
assumptions: {x: {prior: "uniform(0, 1)", why: t}}
games:
  duel:
    played: {every: 2 weeks, while: x < 0.3}
    solve: {as: quantal, precision: "1 if x < 0.3 else 900"}
    tree: {us: {hold: {payoffs: {us: 0}}, strike: {payoffs: {us: 0.01}}}}
claims: {likely: {holds: "probability(duel, strike) > 0.5", why: t}}
"""


def test_a_game_is_a_toss_in_the_worlds_that_play_it(tmp_path: Path) -> None:
    """In the other 70 % it is no toss, and nobody plays it."""
    run = schelling.run(case_of(tmp_path, TOSS), worlds=128)
    assert tosses.sentence(run, "duel") == (
        "Game duel decides next to nothing: a coin toss in 100 % of the worlds that play it."
    )


def test_a_game_that_nobody_plays_is_a_toss_where_it_is_asked_about(tmp_path: Path) -> None:
    text = TOSS.replace("    played: {every: 2 weeks, while: x < 0.3}\n", "")
    text = text.replace("1 if x < 0.3 else 900", "1").replace('"probability', '"final(probability')
    run = schelling.run(case_of(tmp_path, text.replace("strike) >", "strike)) >")), worlds=32)
    assert tosses.sentence(run, "duel").endswith("a coin toss in 100 % of worlds.")


def test_the_state_of_a_world_without_numbers_is_not_known(tmp_path: Path) -> None:
    """The hazard has no number in half of the worlds: they may be in either phase."""
    text = TOGETHER.replace("0.03094 * (1.5 * a + b) / 1 week", "sqrt(a - 0.5) / week")
    run = schelling.run(case_of(tmp_path, text), worlds=128)
    told = verdict_json.to_json(run)
    assert told["states_not_known"] == 0.5
    assert sum(told["states"]["phase"].values()) == 0.5
    assert state_shares.sentence(run).replace(NO_BREAK, " ").endswith("not known 50 %.")


def test_claims_over_a_set_say_of_which_member_they_are(tmp_path: Path) -> None:
    text = """sets: {city: [ada, bel]}
assumptions:
  own[city]: {prior: {ada: 0.9, bel: "uniform(0, 1)"}, why: t}
claims:
  stands[city]: {holds: "own[city] > 0.5", says: It stands., why: t}
  high[city]: {holds: "own[city] > 0.7", why: t}
"""
    told = {claim.name: said(claim) for claim in case_of(tmp_path, text).claims}
    assert told == {
        "stands[ada]": "ada: It stands.",
        "stands[bel]": "bel: It stands.",
        "stands": "every member: It stands.",
        "high[ada]": "ada: own[city] > 0.7",
        "high[bel]": "bel: own[city] > 0.7",
        "high": "own[city] > 0.7, for every member",
    }
