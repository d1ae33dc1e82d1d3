"""Every number of the flagship's README and of its details is what a command prints."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest

import schelling
from cases.writing import FLAGSHIP, flagship
from schelling.report.scores import score_words
from schelling.study.premises.granted import granted
from schelling.study.runs import fidelity
from schelling.study.runs.results import Run

README = "\n".join((FLAGSHIP / f"{name}.md").read_text("utf-8") for name in ("README", "details"))
"""Both pages."""
WORLDS = 16_384
RIVAL_WORLDS = 2048
WORLDS_OF_FIT = 4096
WORLDS_OF_PEOPLE = 1024
ASKED = ("either_way_a_gain", "whatever_nato_answers", "worth_the_odds", "a_strike_comes")
ROUNDING = 0.06
"""Numbers are printed to a tenth of a point; another machine may round a world differently."""


def flat(text: str) -> str:
    """The words of a text with one space between them."""
    return " ".join(text.split())


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, its head first."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return [cells[0], *cells[2:]]


@pytest.fixture(scope="module")
def run() -> Run:
    return schelling.run(flagship(), worlds=WORLDS, seed=0)


@pytest.mark.slow
def test_shares_are_those_of_a_run(run: Run) -> None:
    told = {claim: float(share) for claim, share, *_ in rows("All claims")[1:]}
    assert set(told) == {claim.name for claim in flagship().claims}
    for claim, share in told.items():
        assert abs(100 * run.verdicts.share[claim] - share) < ROUNDING, claim


@pytest.mark.slow
def test_what_follows_from_the_premises_is_told_as_it_is(run: Run) -> None:
    told = granted(run)
    assert told is not None
    by_name = {found.claim: found for found in told.claims}
    head, *table = rows("Granted his premises")
    for claim, every, alone, *without in table:
        found = by_name[claim]
        assert abs(100 * run.verdicts.share[claim] - float(every)) < ROUNDING, claim
        assert abs(100 * found.granted.share - float(alone)) < ROUNDING, claim
        failing = {one.premise: 100 * one.failing.share for one in found.relaxed}
        for name, share in zip(head[3:], without, strict=True):
            assert abs(failing[name] - float(share)) < ROUNDING, (claim, name)
    words = re.search(r"in\s(\d+\.\d) % of worlds \(([\d,]+) worlds\)", README)
    assert words is not None
    assert abs(100 * told.together.share - float(words[1])) < ROUNDING
    assert abs(told.together.share * WORLDS - float(words[2])) < 2
    strikes = run.verdicts.share["a_strike_comes_that_pays"] / run.verdicts.share["a_strike_comes"]
    assert 0.3 < strikes < 0.37  # about a third


def test_the_answer_repeats_the_tables() -> None:
    answer = README.split("**Answer.**", 1)[1].split("\n\n", 1)[0]
    head, *table = rows("Granted his premises")
    of = {row[0]: dict(zip(head[1:], map(float, row[1:]), strict=True)) for row in table}
    either, third = of["either_way_a_gain"], of["whatever_nato_answers"]
    told = [either["all granted"], either["all worlds"], either["he_wants_the_larger_war"]]
    told += [either["a_strike_costs_little"], either["it_stays_limited"], third["all granted"]]
    assert [int(n) for n in re.findall(r"(\d+) %", answer)] == [round(n) for n in told]
    follows = {row[0]: float(row[1]) for row in rows("All claims")[1:]}
    assert f"closed ({round(follows['silence_opens_a_deal'])} %)" in README
    fights = round(follows["only_the_stubborn_fight_on"])
    assert f"In {fights} % of worlds, that Russia fights on" in README
    apart = round(follows["more_than_share_decides"])
    assert f"better in {apart} % of worlds" in flat(README)


@pytest.mark.slow
def test_what_flips_is_what_the_search_finds() -> None:
    told = dict(rows("What flips it")[1:])
    assert list(told) == [claim for claim, *_ in rows("Granted his premises")[1:]]
    found = schelling.explore(flagship(), worlds=512, claims=list(told), what=["flips"])
    for flip in found.flips:
        says = told[flip.claim]
        assert flip.luck_share == 1, flip.claim
        assert not flip.holds, flip.claim
        moves = flip.tippings or (() if flip.smallest is None else flip.smallest.moves)
        named = re.findall(r"(\w+)` (above|below) (\d+\.\d+)", says)
        for move, (name, side, value) in zip(moves, named, strict=False):
            assert (move.assumption, move.change > 0) == (name, side == "above"), flip.claim
            assert abs(move.after / float(value) - 1) < 0.005, name  # three digits are printed
        others = re.search(r"one of (\d+) others", says.replace("one other", "one of 1 others"))
        assert len(named) + int(others[1] if others else 0) == len(moves), flip.claim
        assert ("together" in says) == bool(moves and not flip.tippings), flip.claim
        assert ("nothing" in says) == (not moves), flip.claim
        if (at := re.search(r"at (\d\.\d+), where it holds in (\d+) %", says)) is not None:
            assert flip.nearest is not None
            assert abs(flip.nearest.move.after - float(at[1])) < 0.0005
            assert abs(100 * flip.nearest.chance.share - float(at[2])) < 3  # of 1,024 draws


@pytest.mark.slow
@pytest.mark.parametrize("column", range(2, 10))
def test_rivals_say_what_the_table_says(column: int) -> None:
    head, *table = rows("Rivals")
    case = schelling.load(FLAGSHIP, rival=head[column])
    shares = schelling.run(case, worlds=RIVAL_WORLDS, seed=0, claims=list(ASKED)).verdicts.share
    assert [row[0] for row in table] == list(ASKED)
    for row in table:
        assert abs(100 * shares[row[0]] - float(row[column])) < ROUNDING, row[0]


def test_the_score_is_the_commands() -> None:
    words = score_words.headline(schelling.score(flagship(), worlds=0))
    quoted = re.search(r"(?s)> (Retrospective exercise.*?)\n\n", README)
    assert quoted is not None
    assert flat(quoted[1].replace("\n> ", " ")) == words


def test_counts_of_the_register() -> None:
    tally = score_words.tally(schelling.score(flagship(), worlds=0))
    assert tally.split(". As of")[0] in flat(README)


@pytest.mark.slow
def test_the_record_of_the_year_moves_what_the_page_says() -> None:
    found = schelling.fit(
        flagship(), engine="smc", worlds=WORLDS_OF_FIT, until=dt.date(2023, 3, 20)
    )
    assert found.sound
    asked = (*found.summary.claims, *found.summary.questions)
    changed = {one.name: one for one in asked if one.flips and one.beyond_chance}
    assert set(changed) == {"support_grows", "F01", "F02a", "the_first_two_fall"}
    told = re.findall(
        r"holds in (\S+) % ± (\S+)(?: of the worlds)?, from (\S+) % ± (\d+)", flat(README)
    )
    for name, numbers in zip(
        ("support_grows", "F01", "F02a", "the_first_two_fall"), told, strict=True
    ):
        shares = (changed[name].after, changed[name].before)
        for share, number, error in zip(shares, numbers[::2], numbers[1::2], strict=True):
            unit = 10 ** -len(number.partition(".")[2])
            assert abs(100 * share.share - float(number)) < 0.5 * unit + ROUNDING, name
            beyond = float(error) - 100 * share.half_width  # errors are rounded up
            assert -ROUNDING < beyond < unit + ROUNDING, name
    words = {name: (one.before.word, one.after.word) for name, one in changed.items()}
    assert words["support_grows"] == ("contested", "mostly fails")
    assert words["F01"] == ("contested", "mostly follows")
    assert words["the_first_two_fall"] == words["F02a"] == ("mostly fails", "contested")
    learned = {one.name: one for one in found.summary.learned}
    captured = learned["captured"]
    assert captured.taught
    assert captured.after[1] < captured.before[1]
    assert not any(check.surprising for check in found.summary.checks)
    assert "Four verdicts change by more than chance" in flat(README)


@pytest.mark.slow
def test_the_public_as_people_differs_by_what_the_tables_say() -> None:
    people = schelling.load(FLAGSHIP, rival="citizens")
    seen = fidelity.restated(flagship(), people, worlds=WORLDS_OF_PEOPLE)
    told = rows("The public as people")
    moves = {move.claim: move for move in seen.verdicts.moves}
    claims = [row for row in told if row[0] in moves]
    assert len(claims) == 5
    for claim, before, after, difference in claims:
        one = moves[claim]
        assert abs(100 * one.before.share - float(before)) < 0.5 + ROUNDING, claim
        assert abs(100 * one.after.share - float(after)) < 0.5 + ROUNDING, claim
        signed = float(difference.split()[0].replace("−", "-"))
        assert abs(-100 * one.change - signed) < 0.5 + ROUNDING, claim
    others = [move for name, move in moves.items() if name not in {row[0] for row in claims}]
    assert all(abs(move.change) < 2.5 / WORLDS_OF_PEOPLE for move in others)  # one or two worlds
    changed = {m.claim for m in moves.values() if m.before.word != m.after.word}
    assert changed == {"propaganda_works"}
    own = re.search(r"point in (\d+) % of worlds, kin across the border in (\d+) %", flat(README))
    assert own is not None
    asked = ["calls_erode", "kin_erode"]
    alone = schelling.run(people, worlds=WORLDS_OF_PEOPLE, claims=asked).verdicts.share
    for claim, share in zip(asked, own.groups(), strict=True):
        assert abs(100 * alone[claim] - float(share)) < 0.5 + ROUNDING, claim
    gaps = [row for row in told if row[0] in seen.gaps]
    assert len(gaps) == 5
    assert round(seen.gaps["dissent"].typical / seen.gaps["dissent"].width) == 3
    assert seen.gaps["heard"].bias < 0
    for name, *numbers in gaps:
        gap = seen.gaps[name]
        for found, shown in zip((gap.typical, gap.bias, gap.width), numbers, strict=True):
            # two digits are printed; another machine may round a few worlds differently
            assert math.isclose(found, float(shown.replace("−", "-")), rel_tol=0.1), name
