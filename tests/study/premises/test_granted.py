"""Premises granted: shares among the worlds in which they hold, and with each relaxed alone."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.analysis import verdicts
from schelling.report import html
from schelling.report.verdicts import premises, verdict_json
from schelling.report.words.numerals import NO_BREAK
from schelling.study.premises.granted import Granted, apart, granted
from schelling.study.runs.results import Run

CASE = """
schelling: 1
title: A gain either way
assumptions:
  worth: {prior: "uniform(0, 1)", why: t}
  cost: {prior: "uniform(0, 0.5)", why: t}
  loyal: {prior: "uniform(0, 1)", why: t}
claims:
  pays: {holds: worth > cost + 0.2, why: t}
  beside: {holds: loyal < 0.3, why: t}
  asked: {holds: worth > 0.8, given: loyal > 0.5, why: t}
premises:
  craves: {grants: worth > 0.7, why: The text says so.}
  free: {grants: cost < 0.1, why: The text names no cost.}
"""
WORLDS = 8192
CLOSE = 0.02  # three standard errors of a share near one half among the 500 worlds that grant both


def run_of(text: str, folder: Path, worlds: int = WORLDS) -> Run:
    path = folder / "case.yaml"
    path.write_text(text, "utf-8")
    return schelling.run(schelling.load(path), worlds=worlds, seed=3)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(CASE, tmp_path_factory.mktemp("granted"))


@pytest.fixture(scope="module")
def found(run: Run) -> Granted:
    made = granted(run)
    assert made is not None
    return made


def said(found: Granted) -> str:
    return "\n".join(premises.sentences(found)).replace(NO_BREAK, " ")


def test_shares_are_those_of_the_worlds_that_grant(run: Run, found: Granted) -> None:
    """Closed forms of uniform priors; and the same count by hand from the draws."""
    assert found.together.share == pytest.approx(0.3 * 0.2, abs=0.005)
    pays, beside, asked = found.claims
    assert pays.granted.share == 1.0
    assert pays.outright.share == pytest.approx(0.55, abs=CLOSE)
    by_name = {one.premise: one for one in pays.relaxed}
    # worth uniform below 0.7 against cost + 0.2, which is 0.25 on average
    assert by_name["craves"].failing.share == pytest.approx(0.45 / 0.7, abs=CLOSE)
    assert by_name["craves"].dropped.share == pytest.approx(0.75, abs=CLOSE)
    # worth uniform in (0.7, 1) is always above cost + 0.2, which is at most 0.7
    assert by_name["free"].failing.share == 1.0
    assert beside.granted.share == pytest.approx(0.3, abs=3 * np.sqrt(0.21 / 490))
    assert asked.granted.share == pytest.approx(2 / 3, abs=3 * np.sqrt(0.22 / 245))
    draws = run.draws
    both = (draws.worth > 0.7) & (draws.cost < 0.1)
    assert pays.granted.worlds == both.sum()
    assert asked.granted.worlds == (both & (draws.loyal > 0.5)).sum()


def test_words_name_what_makes_a_clear_difference(found: Granted) -> None:
    text = said(found)
    assert "craves in 30.0 %" in text
    assert "All hold in 6.0 %" in text
    assert "pays: follows where all premises hold (100" in text
    assert "in all worlds that ask it); fails where craves alone fails (0" in text
    assert "contested where craves alone fails (64" in text
    assert "free alone fails" not in text
    assert "beside: mostly fails" in text
    assert "Where a single premise fails, no other claim clearly differs." in text
    beside = found.claims[1]
    alike = dataclasses.replace(found, claims=(beside, beside))
    assert "Where a single premise fails, no claim clearly differs." in said(alike)
    alone = dataclasses.replace(found, claims=(beside,))
    assert "Where a single premise fails, no clear difference." in said(alone)
    unasked = dataclasses.replace(beside, granted=dataclasses.replace(beside.granted, worlds=0))
    assert "clear" not in said(dataclasses.replace(found, claims=(unasked,)))
    both = dataclasses.replace(found, claims=(beside, unasked))
    assert "no claim of those that are asked both ways clearly differs." in said(both)


def test_premises_of_members_have_conditions_of_their_own(tmp_path: Path) -> None:
    text = """
schelling: 1
title: Two cities
sets: {city: [north, south]}
assumptions:
  g[city]: {prior: "uniform(0, 1)", why: t}
claims: {c: {holds: "g[south] > 0.5", why: t}}
premises:
  p[city]: {grants: {north: "g[north] > 0.9", others: "g[city] > 0.2"}, why: t}
"""
    found = granted(run_of(text, tmp_path, 2048))
    assert found is not None
    shares = {name: share.share for name, share in found.premises}
    assert shares == pytest.approx({"p[north]": 0.1, "p[south]": 0.8}, abs=0.005)


def test_of_many_comparisons_none_is_found_by_luck() -> None:
    """60 pairs of shares of equal chance, in 100 runs of 16 replicates: in 5 some pair at most.

    Three standard errors of a rate of 0.05 in 100 runs are 0.065; about 0.3 without `widened`.
    """
    dice = np.random.default_rng(1)
    replicate = np.arange(2048) % 16

    def share() -> verdicts.Share:
        holds = dice.random(2048) < 0.7
        return verdicts.share_of_worlds(holds, np.zeros(2048, bool), replicate)

    found = [any([apart(share(), share(), 60) for _ in range(60)]) for _ in range(100)]
    assert np.mean(found) <= 0.05 + 0.065
    sure = np.ones(2048, bool)
    never = verdicts.share_of_worlds(~sure, ~sure, replicate)
    assert apart(share(), never, 60)


def test_a_single_premise_is_called_by_its_name(tmp_path: Path) -> None:
    found = granted(run_of(CASE[: CASE.index("  free:")], tmp_path, 2048))
    assert found is not None
    text = said(found)
    assert "pays: follows where craves holds (" in text
    assert "contested where craves fails (" in text
    assert "alone" not in text


def test_premises_that_never_hold_together_grant_nothing(tmp_path: Path) -> None:
    text = CASE.replace("cost < 0.1", "worth < 0.2")
    found = granted(run_of(text, tmp_path, 1024))
    assert found is not None
    assert "No world grants all of them." in said(found)
    assert "pays:" not in said(found)
    assert [row[3] for row in premises.table(found).rows] == ["not asked"] * 3


def test_what_is_not_known_grants_nothing(tmp_path: Path) -> None:
    """Of the worlds with worth above 0.7, those with a cost below 0.25 have no number."""
    text = CASE.replace("cost < 0.1", "log(cost - 0.25) < 9")
    found = granted(run_of(text, tmp_path, 1024))
    assert found is not None
    assert found.claims[0].granted.worlds == pytest.approx(0.15 * 1024, abs=12)
    assert found.together.failed == pytest.approx(0.15 * 1024, abs=12)
    assert "it is not known whether all hold; these grant nothing" in said(found)
    assert json.dumps(premises.to_json(found), allow_nan=False)


def test_without_premises_there_is_nothing_to_grant(tmp_path: Path) -> None:
    run = run_of(CASE[: CASE.index("premises:")], tmp_path, 64)
    assert granted(run) is None
    assert "premises" not in verdict_json.to_json(run)
    assert 'id="premises"' not in html.render(run)


def test_json_and_report_have_them(run: Run) -> None:
    told = json.loads(json.dumps(verdict_json.to_json(run), allow_nan=False))["premises"]
    assert told["premises"]["craves"]["share"] == pytest.approx(0.3, abs=0.005)
    assert [one["name"] for one in told["claims"]] == ["pays", "beside", "asked"]
    page = html.render(run)
    assert 'id="premises"' in page
    assert "The text names no cost." in page


def test_a_run_keeps_what_its_premises_say(run: Run, tmp_path: Path) -> None:
    run.save(tmp_path / "kept")
    again = granted(schelling.open_run(tmp_path / "kept"))
    assert again == granted(run)


def test_few_worlds_do_not_settle_a_verdict(tmp_path: Path, found: Granted) -> None:
    """Of some fifteen worlds that grant both all hold, which a share of 90 % would show as well."""
    few = granted(run_of(CASE, tmp_path, worlds=256))
    assert few is not None
    pays = few.claims[0].granted
    assert (pays.share, pays.settled) == (1, False)  # the rule of three: 3 of 15 is 20 points
    told = "Where all premises hold, the error bar reaches into another verdict for"
    assert any(line.startswith((f"{told} pays", f"{told} all of these")) for line in lines(few))
    assert not any(line.startswith((f"{told} pays", f"{told} all of")) for line in lines(found))


def lines(found: Granted) -> list[str]:
    return said(found).splitlines()
