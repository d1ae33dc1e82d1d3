"""What fails in the run of a world takes nothing from claims that are known before it.

`x` is 0 in half of the worlds, where the rate of `s` is infinite; a hazard is negative in half of
the worlds of the rival. Claims about assumptions alone keep their numbers there.
"""

from pathlib import Path

import pytest

import schelling
from schelling.report.comparison import comparison_words
from schelling.report.verdicts.claim_verdicts import all_verdicts
from schelling.study.rivals.compare import compare

CASE = """
schelling: 1
title: A rate that fails in half of the worlds
time: {start: 2030-01-07, step: 1 week, until: 2030-01-21}
assumptions:
  x: {prior: "choice(0, 1)", why: planted}
  y: {prior: "uniform(0, 1)", why: planted}
  z: {prior: "choice(-1, 1)", why: planted}
stocks:
  s: {start: 0, change: 1 / x / 1 week, within: [0, 100]}
  n: {start: 0}
events:
  comes: {hazard: z * (1 - x) / 1 week, effects: {n: n + 1}}
claims:
  apart: {holds: y > 0.25, why: reads no course}
  twin: {holds: (y > 0.25) | do(y = 0.5), why: reads no course}
  given: {holds: y > 0.25, given: y < 0.5, why: reads no course}
  of_the_run: {holds: final(n) >= 0, why: reads the course}
  asked_of_the_run: {holds: y > 0.25, given: final(n) >= 0, why: its condition reads the course}
"""
KEEN = """
schelling: 1
title: A precision below zero
assumptions:
  z: {prior: "choice(-1, 1)", why: planted}
actors: {north: {}}
games:
  keen:
    solve: {as: quantal, precision: z}
    tree: {north: {go: {payoffs: {north: 1}}, stay: {payoffs: {north: 0.5}}}}
claims:
  goes: {holds: "probability(keen, north, go) > 0.5", why: fails where the precision is negative}
"""


def test_only_what_reads_the_run_fails_with_it(tmp_path: Path) -> None:
    """`choice` splits Sobol' points evenly; shares of y to 0.02, ten points of 512."""
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    run = schelling.run(schelling.load(tmp_path), worlds=512)
    failed = {name: share.failed for name, share in run.shares.items()}
    assert failed["apart"] == failed["twin"] == failed["given"] == 0
    assert failed["of_the_run"] == failed["asked_of_the_run"] == 256
    assert run.shares["apart"].share == pytest.approx(0.75, abs=0.02)
    assert run.shares["given"].share == pytest.approx(0.5, abs=0.04)
    lost = {one.claim.name: one.lost for one in all_verdicts(run)}
    assert "its hazard is below 0 with x = 0, z = \u22121" in lost["of_the_run"]


def test_a_precision_below_zero_is_named(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(KEEN, "utf-8")
    (seen,) = all_verdicts(schelling.run(schelling.load(tmp_path), worlds=64))
    assert seen.lost.endswith("computing `keen`: its precision is below 0 with z = \u22121")


RIVAL = """
schelling: 1
title: A rival of whose worlds a fifth fail
assumptions: {u: {prior: "uniform(0, 1)", why: planted}}
claims: {odd: {holds: log(u - 0.1) < -1, why: planted}}
rivals: {milder: {why: planted, assumptions: {u: {prior: "uniform(0, 0.5)", why: planted}}}}
"""


def test_a_change_over_failed_worlds_is_told_by_its_bounds(tmp_path: Path) -> None:
    """37 to 47 % hold in the case and 74 to 94 % in the rival: no more than 57 points apart.

    Over worlds sound in both, u above 0.2, it would be 58: 0.92 less 0.335.
    """
    (tmp_path / "case.yaml").write_text(RIVAL, encoding="utf-8")
    case = schelling.load(tmp_path)
    seen = compare(case, [schelling.load(tmp_path, rival="milder")], worlds=1024)
    (told,) = [one for one in comparison_words.findings(seen) if one.startswith("odd")]
    assert told.endswith("Put into the case alone, u changes it by +27 to +57 points.")
