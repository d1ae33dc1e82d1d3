"""Fits against closed forms, leaks of later records, and fits that are refused."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.stats import norm

import schelling
from schelling.errors import RunError
from schelling.evidence import error_models
from schelling.report.fitting import fit_text
from schelling.study.fitting import summary
from schelling.study.fitting.fit import CaseFit, fit
from study.fitting.lines import exact, rows, write, written


def moments(found: CaseFit) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard deviations of level and slope."""
    worlds = found.found.worlds
    drawn = found.problem.draws(worlds.points)[:, :2]
    mean = worlds.weights @ drawn
    return mean, np.sqrt(worlds.weights @ (drawn - mean) ** 2)


@pytest.mark.parametrize(
    ("engine", "sd"),
    [("smc", 0.5), ("smc", 0.1), ("nuts", 0.5), ("reweight", 8.0), (None, 0.5), (None, 8.0)],
)
def test_the_posterior_of_a_line(tmp_path: Path, engine: str | None, sd: float) -> None:
    """Tolerances: four standard errors of 1,000 effective worlds, and of the evidence itself."""
    found = fit(schelling.load(write(tmp_path, written(rows(8)), sd=sd)), engine=engine)
    wanted = exact(rows(8), sd)
    mean, spread = moments(found)
    assert found.sound
    assert found.found.engine == engine or ("reweight" if sd == 8.0 else "smc")
    assert np.all(np.abs(mean - wanted.mean) < 4 * wanted.sd / np.sqrt(1000))
    assert_allclose(spread, wanted.sd, rtol=4 / np.sqrt(2000))
    if engine != "nuts":
        off = abs(found.found.log_evidence - wanted.evidence)
        assert off < 4 * found.found.log_evidence_error


def test_what_the_evidence_cannot_reach_keeps_its_prior(tmp_path: Path) -> None:
    found = fit(schelling.load(write(tmp_path, written(rows(8))))).summary
    idle = next(one for one in found.learned if one.name == "idle")
    assert not idle.reached
    assert idle.before == pytest.approx(idle.after, abs=0.01)  # populations weigh differently
    claims = {one.name: one for one in found.claims}
    assert claims["idles"].before.share == pytest.approx(claims["idles"].after.share, abs=0.01)
    wanted = exact(rows(8))
    rising = norm.cdf(wanted.mean[1] / wanted.sd[1])
    after = claims["rises"].after
    assert abs(after.share - rising) < 2 * after.half_width  # four standard errors


def test_level_and_slope_are_known_together(tmp_path: Path) -> None:
    """The correlation of the closed form is -0.83; ranks of a normal pair have 6/pi asin(r/2)."""
    (pair,) = fit(schelling.load(write(tmp_path, written(rows(8))))).summary.joint
    assert {pair.first, pair.second} == {"level", "slope"}
    assert pair.correlation == pytest.approx(6 / np.pi * np.arcsin(-0.83 / 2), abs=0.03)


def test_later_records_change_nothing(tmp_path: Path) -> None:
    """Rows of later days, rows published later and revisions that came later, to the last bit."""
    known = written(rows(8))
    later = [
        *(f"{day},99,lab,{day}" for day in ("2022-03-02", "2022-06-01")),
        "2022-02-07,-99,lab,2022-03-02",
        "2022-02-28,77,other,2022-03-05",
    ]
    short = fit(schelling.load(write(tmp_path / "a", known, until="2022-03-01")))
    long = fit(schelling.load(write(tmp_path / "b", known + later, until="2022-03-01")))
    assert (short.found.worlds.points == long.found.worlds.points).all()
    assert short.found.log_evidence == long.found.log_evidence
    assert long.problem.given[0].later == 4
    assert short.problem.given[0].later == 0


def test_a_definition_can_be_set_in_a_case_with_observations(tmp_path: Path) -> None:
    case = schelling.load(write(tmp_path, written(rows(8))))
    assert case.replace(level=1.0).observations == case.observations
    assert len(fit(case.replace(level=1.0)).problem.given[0].rows) == 8


def test_a_day_can_be_moved_and_revisions_then_enter(tmp_path: Path) -> None:
    known = [*written(rows(8)), "2022-02-07,1.9,lab,2022-03-02"]
    case = schelling.load(write(tmp_path, known, until="2022-03-01"))
    before = fit(case).problem.given[0]
    after = fit(case, until=dt.date(2022, 4, 1)).problem.given[0]
    assert (len(before.rows), before.later, before.revised) == (8, 1, 0)
    assert (len(after.rows), after.later, after.revised) == (8, 0, 1)
    assert 1.9 in [row.value for row in after.rows]


def test_records_outside_the_time_of_the_case_do_not_enter(tmp_path: Path) -> None:
    lines = ["2021-12-27,50,lab,", *written(rows(4)), "2022-07-04,50,lab,"]
    found = fit(schelling.load(write(tmp_path, lines, until="2022-12-31")))
    assert found.problem.given[0].outside == 2
    assert len(found.problem.series[0].values) == 4


def test_a_fit_that_weights_cannot_carry_is_refused(tmp_path: Path) -> None:
    found = fit(schelling.load(write(tmp_path, written(rows(12)))), engine="reweight")
    assert not found.sound
    with pytest.raises(RunError, match="not sound"):
        _ = found.summary


def test_a_series_that_the_model_cannot_follow_is_told(tmp_path: Path) -> None:
    """Heights that swing by 20 are no straight line with errors of 0.5."""
    swinging = [(day, 20.0 * (-1) ** k) for k, (day, _) in enumerate(rows(12))]
    (check,) = fit(schelling.load(write(tmp_path, written(swinging)))).summary.checks
    assert check.surprising
    assert check.inside == (0, 0)


def test_a_series_that_the_model_follows_is_not(tmp_path: Path) -> None:
    (check,) = fit(schelling.load(write(tmp_path, written(rows(16))))).summary.checks
    assert not check.surprising
    assert check.inside[1] >= 12  # of 16, with 14.4 expected


def test_worlds_that_could_have_this_history(tmp_path: Path) -> None:
    """Those within the 95 % threshold of chi-square with 8 degrees of freedom, counted by hand."""
    found = fit(schelling.load(write(tmp_path, written(rows(8)), sd=2.0)), engine="consistent")
    level, slope = found.problem.draws(found.prior.points)[:, :2].T
    off = [(y - level - slope * week) / 2.0 for week, (_, y) in enumerate(rows(8))]
    near = np.sum(np.square(off), axis=0) <= 15.507  # the printed table of chi-square
    assert (found.found.worlds.weights > 0).sum() == near.sum()
    assert found.sound
    rises = next(one for one in found.summary.claims if one.name == "rises")
    assert rises.after.share == pytest.approx(np.mean(slope[near] > 0))
    assert [one.straying for one in found.summary.checks] == [None]  # they are no posterior


def test_nothing_to_fit_to_is_an_error(tmp_path: Path) -> None:
    folder = write(tmp_path, written(rows(4)), until="2021-01-01")
    with pytest.raises(RunError, match=r"no record enters: 4 tell of a later day.* --until DATE"):
        fit(schelling.load(folder))
    with pytest.raises(RunError, match="the tables of observations have no rows"):
        fit(schelling.load(write(tmp_path, [])))
    with pytest.raises(RunError, match="no 'observations'"):
        fit(schelling.load("cases/teaching/bargaining-range"))


def test_impossible_requests(tmp_path: Path) -> None:
    case = schelling.load(write(tmp_path, written(rows(4))))
    with pytest.raises(RunError, match="not an engine; the engines are smc"):
        fit(case, engine="gibbs")
    with pytest.raises(RunError, match="a fit needs 512 to"):
        fit(case, worlds=3)


def test_the_same_seed_gives_the_same_worlds(tmp_path: Path) -> None:
    case = schelling.load(write(tmp_path, written(rows(4))))
    one, two = (fit(case, worlds=1024, engine="smc", seed=5) for _ in range(2))
    assert (one.found.worlds.points == two.found.worlds.points).all()


def test_no_records_are_drawn_of_failed_or_endless_numbers() -> None:
    """The first mean is more than NumPy can count to, the second is of a world that failed."""
    sound = np.array([True, False, True])
    means, size = np.array([[1e300], [3.0], [2.0]]), np.full((1, 1), 4.0)
    given = [summary._sane(one, sound, counted=one is means) for one in (means, size)]
    drawn = error_models.draws("negative_binomial", np.random.default_rng(1), given, 2)
    assert np.isnan(drawn[:2]).all()
    assert (drawn[2] >= 0).all()


def test_records_of_one_day_have_one_date(tmp_path: Path) -> None:
    found = fit(schelling.load(write(tmp_path, written(rows(1)))), engine="consistent")
    told = fit_text.text(found)
    assert "1 record of heights enters, of 2022-01-03." in told
    assert "posterior" not in told.partition("Records that")[2]
