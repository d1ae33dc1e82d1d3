"""Ranks of what made the records are uniform, and a wrong method is found out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

import schelling
from schelling.errors import RunError
from schelling.evidence import calibration
from schelling.evidence.posterior import FitReading
from schelling.report.fitting import calibration_text
from schelling.study.fitting import calibrate as calibrate_module
from schelling.study.fitting import fit as fits
from schelling.study.fitting import kept_ranks
from schelling.study.fitting.calibrate import (
    LARGER,
    UNEVEN,
    WORLDS,
    CalibratedAssumption,
    FitCalibration,
    _uniform,
    calibrate,
)
from schelling.study.fitting.fit import CaseFit, fit
from schelling.study.fitting.problem import problem
from study.fitting.lines import rows, write, written

ROOT = Path(__file__).parents[3]
COUNTS = """
schelling: 1
title: Counts of a rising rate
time: {start: 2022-01-03, step: 1 week, until: 2022-06-27}
assumptions:
  rate: {prior: 0.5 to 5, why: a test}
  growth: {prior: "normal(0, 0.03)", unit: 1 / week, why: a test}
stocks: {level: {start: rate, change: growth * level}}
claims: {rises: {holds: growth > 0 / week, why: a test}}
observations: {counts: {table: heights.csv, model: "negative_binomial(level, 4)"}}
"""


def off(ranks: np.ndarray) -> np.ndarray:
    """How far the mean and the mean square of few ranks are from uniform, in deviations.

    Between -1 and 1 uniform numbers have mean 0 with variance 1/3, and mean square 1/3 with
    variance 4/45.
    """
    scaled = (ranks + 0.5) / 50 - 1
    mean, spread, count = scaled.mean(-1), (scaled**2).mean(-1), ranks.shape[-1]
    return np.array([mean / (1 / 3 / count) ** 0.5, (spread - 1 / 3) / (4 / 45 / count) ** 0.5])


@pytest.mark.slow
def test_ranks_of_a_larger_case_are_neither_shifted_nor_at_the_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """20 fits of five seconds each, told apart at three deviations; the seed is fixed.

    `test_how_often_few_ranks_tell` has the chance of a false alarm and of finding a fault: small
    faults are left to the 60 ranks of `test_ranks_are_uniform`, of smaller cases.
    Of the fits at most a tenth is refused, though its sudden falls may have come on other days.
    """
    monkeypatch.setattr(calibrate_module, "FEWEST_REPEATS", 20)
    found = calibrate(schelling.load(ROOT / "cases/teaching/waning-support"), repeats=20, seed=1)
    assert found.refused <= 2
    for one in found.assumptions:
        assert np.abs(off(one.ranks)).max() < 3, one.name


@pytest.mark.parametrize(
    ("width", "shift", "low", "high"),
    [
        (1.0, 0.0, 0.02, 0.03),  # none: a false alarm
        (0.5, 0.0, 0.99, 1.0),
        (1.0, 1.0, 0.99, 1.0),
        (2.0, 0.0, 0.95, 0.99),
        (0.7, 0.0, 0.6, 0.7),
        (1.0, 0.5, 0.6, 0.7),
        (1.5, 0.0, 0.25, 0.35),
    ],
)
def test_how_often_few_ranks_tell(width: float, shift: float, low: float, high: float) -> None:
    """Share of 10,000 sets of 20 ranks of five normal posteriors, all with the same fault."""
    rng = np.random.default_rng(1)
    below = norm.cdf((rng.standard_normal((10_000, 5, 20)) - shift) / width)
    told = (np.abs(off(rng.binomial(99, below))) > 3).any(axis=(0, 2)).mean()
    assert low < told <= high


@pytest.mark.parametrize(("width", "shift"), [(0.5, 0.0), (1.0, 1.0)])
def test_ranks_tell_posteriors_that_are_narrow_or_beside(width: float, shift: float) -> None:
    """Half as wide, or off by a deviation: seen in 20 ranks of at least one of five assumptions."""
    rng = np.random.default_rng(1)
    own, even = rng.standard_normal((5, 20)), np.full(500, 1 / 500)
    draws = shift + width * rng.standard_normal((5, 20, 500))
    ranks = [
        [calibration.rank(a, d, even, 99) for a, d in zip(*one, strict=True)]
        for one in zip(own, draws, strict=True)
    ]
    assert np.abs(off(np.array(ranks))).max() > 3


@pytest.mark.slow
@pytest.mark.parametrize("which", ["line", "counts"])
def test_ranks_are_uniform(tmp_path: Path, which: str) -> None:
    """At the 1 % level for all assumptions together; as the seed is fixed, never by chance."""
    folder = write(tmp_path, written(rows(8)))
    if which == "counts":
        (folder / "case.yaml").write_text(COUNTS)
        lines = [f"{day},{k % 4},lab,{day}" for k, (day, _) in enumerate(rows(8))]
        (folder / "heights.csv").write_text("\n".join(["date,value,source,vintage", *lines]))
    found = calibrate(schelling.load(folder), repeats=60, seed=1)
    assert found.chance >= UNEVEN
    assert found.refused <= 3


def test_a_line_is_found_again(tmp_path: Path) -> None:
    found = calibrate(schelling.load(write(tmp_path, written(rows(6)))), repeats=50, seed=2)
    assert found.sound
    assert [one.name for one in found.assumptions] == ["level", "slope"]
    assert all(len(one.ranks) == 50 - found.refused for one in found.assumptions)
    told = " ".join(calibration_text.text(found).split())
    assert "smallest p-value, corrected for 2 assumptions (Bonferroni), is " in told
    assert "nothing speaks against uniform ranks" in told
    assert calibration_text.to_json(found)["sound"]


def test_fits_that_few_worlds_refuse_are_made_again_with_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = schelling.load(write(tmp_path, written(rows(6))))
    sound = fit(case, engine="smc", worlds=512)
    low = FitReading("effective", 3.0, 400.0, above=False)
    refused = replace(sound, found=replace(sound.found, readings=(low,)))
    met: list[tuple[int, int]] = []

    def fitted(*_: object, worlds: int, stream: int, **__: object) -> CaseFit:
        met.append((worlds, stream))
        return refused if worlds == WORLDS and stream <= 20 else sound

    sound = replace(sound, found=replace(sound.found, readings=()))
    monkeypatch.setattr(fits, "fitted", fitted)
    found = calibrate(case, repeats=50)
    assert (found.larger, found.refused) == (20, 0)
    assert met[:3] == [(WORLDS, 1), (LARGER * WORLDS, 1), (WORLDS, 2)]
    assert len(met) == 70


def test_fits_of_other_streams_begin_apart(tmp_path: Path) -> None:
    posed = problem(schelling.load(write(tmp_path, written(rows(6)))), seed=0)
    begun = [
        fits.fitted(posed, engine="reweight", worlds=512, stream=stream).prior.points
        for stream in (0, 1, 2, 2)
    ]
    assert not np.isin(begun[0], begun[1]).any()
    assert not np.isin(begun[1], begun[2]).any()
    assert (begun[2] == begun[3]).all()


def test_few_ranks_have_no_p_value(tmp_path: Path) -> None:
    case = schelling.load(write(tmp_path, written(rows(6))))
    few = np.arange(49)
    found = FitCalibration(
        case, "smc", 60, WORLDS, 20, 11, (CalibratedAssumption("level", few, _uniform(few)),)
    )
    assert not found.sound
    told = " ".join(calibration_text.text(found).split())
    assert "There is no p-value: fewer than 50 ranks are left" in told
    assert calibration_text.to_json(found)["assumptions"][0]["p_value"] is None


def test_ranks_that_pile_up_are_found_out() -> None:
    """Posteriors that are too narrow put the truth at the ends."""
    rng = np.random.default_rng(1)
    truth = rng.standard_normal(200)
    narrow = truth[:, None] * 0 + 0.5 * rng.standard_normal((200, 500))
    even = np.full(500, 1 / 500)
    ranks = np.array([calibration.rank(t, d, even, 99) for t, d in zip(truth, narrow, strict=True)])
    assert calibration.uniform(ranks, 99, 10) < 1e-6
    right = rng.integers(0, 100, 200)
    assert calibration.uniform(right, 99, 10) > 1e-3


def test_impossible_calibrations(tmp_path: Path) -> None:
    case = schelling.load(write(tmp_path, written(rows(6))))
    with pytest.raises(RunError, match="not 'nuts'"):
        calibrate(case, engine="nuts")
    with pytest.raises(RunError, match="at least 50 repeats"):
        calibrate(case, repeats=20)
    with pytest.raises(RunError, match="a fit needs 512 to 65,536 worlds; got 65,537"):
        calibrate(case, worlds=65_537)


def test_a_calibration_goes_on_where_it_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Killed in the middle of a line, it computes the rest alone, and finds the same ranks."""
    case = schelling.load(write(tmp_path / "case", written(rows(6))))
    calls: list[int] = []
    real = fits.fitted

    def fitted(posed, *, stream: int, **rest) -> CaseFit:
        calls.append(stream)
        if len(calls) == 31:
            raise KeyboardInterrupt
        return real(posed, stream=stream, **(rest | {"engine": "reweight"}))

    monkeypatch.setattr(fits, "fitted", fitted)
    kept = tmp_path / "ranks"
    with pytest.raises(KeyboardInterrupt):
        calibrate(case, repeats=50, worlds=512, kept=kept)
    path = kept / kept_ranks.NAME
    done = len(path.read_text().splitlines()) - 1
    assert done >= 10
    path.write_text(path.read_text() + '{"repeat": 1')
    calls.append(0)
    told: list[int] = []
    found = calibrate(case, repeats=50, worlds=512, kept=kept, progress=told.append)
    assert calls[32] == done + 1
    assert told == list(range(done, 51))
    again = calibrate(case, repeats=50, worlds=512)
    assert [one.ranks.tolist() for one in found.assumptions] == [
        one.ranks.tolist() for one in again.assumptions
    ]
    assert (found.larger, found.refused) == (again.larger, again.refused)
    before = len(calls)
    calibrate(case, repeats=50, worlds=512, kept=kept)
    assert len(calls) == before


def test_ranks_of_another_calibration_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = schelling.load(write(tmp_path / "case", written(rows(6))))
    sound = fit(case, engine="reweight", worlds=512)
    monkeypatch.setattr(fits, "fitted", lambda *_, **__: sound)
    kept = tmp_path / "ranks"
    calibrate(case, repeats=50, kept=kept)
    with pytest.raises(RunError, match="ranks of another calibration: seed 0 and not 3"):
        calibrate(case, repeats=50, seed=3, kept=kept)
    with pytest.raises(RunError, match="ranks of another calibration: worlds 2048 and not 1024"):
        calibrate(case, repeats=50, worlds=1_024, kept=kept)
    path = kept / kept_ranks.NAME
    good = path.read_text()
    for bad in ('{"repeat": 0, "larger": 1, "ranks": null}', "[]", "NaN", '{"repeat": 0}'):
        path.write_text(good.split("\n")[0] + f"\n{bad}\n")
        with pytest.raises(RunError, match="holds no ranks of a calibration"):
            calibrate(case, repeats=50, kept=kept)
    line = '{"repeat": 0, "larger": false, "ranks": [3, 100]}'
    path.write_text(good.split("\n")[0] + f"\n{line}\n")
    with pytest.raises(RunError, match="line 2 is no repeat of it"):
        calibrate(case, repeats=50, kept=kept)


@pytest.mark.parametrize(
    "line",
    [
        '{"repeat": 0, "larger": false, "ranks": null}',  # refused only after more worlds
        '{"repeat": false, "larger": true, "ranks": null}',
        '{"repeat": 0.0, "larger": true, "ranks": null}',
        '{"repeat": 0, "larger": true}',
        '{"repeat": 0, "larger": true, "ranks": null, "more": 1}',
    ],
)
def test_repeats_that_are_never_written_are_refused(tmp_path: Path, line: str) -> None:
    folder = kept_ranks.RankFolder(tmp_path, {"assumptions": ["level"]}, 99)
    good = kept_ranks.RepeatedFit(None, larger=True)
    folder.begin([good])
    assert folder.read() == [good]
    path = tmp_path / kept_ranks.NAME
    path.write_text(path.read_text().split("\n")[0] + f"\n{line}\n")
    with pytest.raises(RunError, match="line 2 is no repeat of it"):
        folder.read()


def test_a_folder_that_cannot_be_looked_into_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    long = kept_ranks.RankFolder(tmp_path / ("n" * 300), {"assumptions": []}, 99)
    with pytest.raises(RunError, match="cannot be read: File name too long"):
        long.read()

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", denied)
    with pytest.raises(RunError, match="cannot be read: Permission denied"):
        kept_ranks.RankFolder(tmp_path, {"assumptions": []}, 99).read()
