"""Every number of the flagship's README is what a command prints."""

from __future__ import annotations

import re

import pytest

import schelling
from cases.writing import FLAGSHIP, flagship
from schelling.report.scores import score_words
from schelling.study.premises.granted import granted
from schelling.study.runs.results import Run

README = (FLAGSHIP / "README.md").read_text("utf-8")
WORLDS = 16_384
RIVAL_WORLDS = 2048
ASKED = ("either_way_a_gain", "whatever_nato_answers", "worth_the_odds", "a_strike_comes")
ROUNDING = 0.06
"""Numbers are printed to a tenth of a point; another machine may round a world differently."""


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
    told = {claim: float(share) for claim, share, *_ in rows("What follows")[1:]}
    assert set(told) == {claim.name for claim in flagship().claims}
    for claim, share in told.items():
        assert abs(100 * run.verdicts.share[claim] - share) < ROUNDING, claim


@pytest.mark.slow
def test_what_follows_from_the_premises_is_told_as_it_is(run: Run) -> None:
    told = granted(run)
    head, *table = rows("Granted his premises")
    for claim, every, alone, *without in table:
        found = told.claim(claim)
        assert abs(100 * run.verdicts.share[claim] - float(every)) < ROUNDING, claim
        assert abs(100 * found.all_hold.share - float(alone)) < ROUNDING, claim
        for name, share in zip(head[3:], without, strict=True):
            assert abs(100 * found.alone_fails[name].share - float(share)) < ROUNDING, (claim, name)


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
    assert " ".join(quoted[1].replace("\n> ", " ").split()) == words


def test_counts_of_the_register() -> None:
    counts = schelling.score(flagship(), worlds=0).counts
    words = ", ".join(f"{number} {status}" for status, number in counts.items())
    assert words.replace("3 check of", "3 checks of") in " ".join(README.split())
