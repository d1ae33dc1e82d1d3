"""Runs, explorations, scores and comparisons drawn from the posterior of a fit."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.stats import norm

import schelling
from schelling.errors import RunError
from schelling.evidence.posterior import FitReading
from schelling.report import html
from schelling.report.exploration import exploration_terminal
from schelling.report.scores import score_words
from schelling.report.verdicts import changed_words, verdict_json
from schelling.study.fitting import fit_export, handed_on
from schelling.study.fitting.fit import CaseFit, fit
from schelling.study.rivals.compare import compare
from schelling.study.runs.computing import from_posterior
from schelling.study.runs.files import posterior_file
from schelling.study.scoring.forecasters import MODEL
from schelling.study.scoring.score import score
from study.fitting.lines import exact, rows, write, written

KNOWN = dt.date(2022, 2, 10)
STRUCK = """
schelling: 1
title: Was it struck?
time: {start: 2022-01-03, step: 1 week, until: 2022-03-28}
assumptions:
  rate: {prior: "uniform(0.01, 0.05)", unit: 1 / week, why: a test}
  idle: {prior: "uniform(0, 1)", why: a test}
stocks: {strikes: {start: 0, change: 0 / week}}
events: {strike: {hazard: rate, once: true, effects: {strikes: strikes + 1}}}
claims:
  struck: {holds: final(strikes) > 0.5, why: a test}
  idles: {holds: idle > 0.5, why: a test}
forecasts: {table: register.csv, outcomes: outcomes.csv, data_until: 2022-01-10}
observations:
  seen: {table: seen.csv, model: "normal(strikes, 0.1)"}
rivals:
  rare:
    why: It is rarer.
    assumptions: {rate: {prior: "uniform(0.01, 0.03)", unit: 1 / week, why: a test}}
"""
REGISTER = """id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,resolves
F1,binary,Is it struck?,,2022-01-20,2022-03-28,seen,record,never,final(strikes) > 0.5
F2,binary,Does it idle?,,2022-02-20,2022-03-28,seen,record,never,idle > 0.5
"""
OUTCOMES = """forecast_id,status,resolved_on,recorded_at,source,mark
F1,yes,2022-03-28,2022-04-01,us,sourced
F2,no,2022-03-28,2022-04-01,us,sourced
"""


def struck(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "case.yaml").write_text(STRUCK)
    (folder / "register.csv").write_text(REGISTER)
    (folder / "outcomes.csv").write_text(OUTCOMES)
    (folder / "seen.csv").write_text("date,value,source,vintage\n2022-02-07,1,lab,2022-02-08\n")
    return folder


@pytest.fixture(scope="module")
def lucky(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CaseFit, Path]:
    """A case with luck that its record tells of, its fit, and the folder of the fit."""
    where = tmp_path_factory.mktemp("lucky")
    found = fit(schelling.load(struck(where / "case")), engine="smc", worlds=2048, until=KNOWN)
    fit_export.write(found, where / "fit")
    return where / "case", found, where / "fit"


def test_a_line_is_run_from_its_posterior(tmp_path: Path) -> None:
    """The share is that of the closed form, within its own error bar doubled."""
    case = schelling.load(write(tmp_path, written(rows(8))))
    found = fit(case, engine="smc")
    made = schelling.run(case, posterior=found.posterior, course=False)
    wanted = exact(rows(8))
    assert made.manifest.worlds == found.posterior.effective
    share = made.shares["rises"]
    rising = norm.cdf(wanted.mean[1] / wanted.sd[1])
    assert abs(share.share - rising) < 2 * share.half_width
    level = made.column("level")
    error = wanted.sd[0] * np.sqrt(2 / made.manifest.worlds)
    assert abs(level.mean() - wanted.mean[0]) < 4 * error
    assert abs(made.shares["idles"].share - 0.5) < 2 * made.shares["idles"].half_width
    assert made.luck["rises"].share == 0.0  # no chance in this case


def test_a_run_is_as_small_as_tails_and_lucks_allow(lucky: tuple[Path, CaseFit, Path]) -> None:
    _, made, _ = lucky
    few = dataclasses.replace(made.found.worlds, numbers=made.found.worlds.numbers % 7)
    found = dataclasses.replace(made.found, worlds=few)
    assert handed_on.weighted(made.problem, found).effective == 7
    tail = FitReading("tail_effective", 450.0, 400.0, above=False)
    found = dataclasses.replace(made.found, readings=(*made.found.readings, tail))
    assert handed_on.weighted(made.problem, found).effective == min(450, made.posterior.effective)


def test_luck_is_handed_on(lucky: tuple[Path, CaseFit, Path]) -> None:
    """The record says that it was struck; without the luck of the fit a third would be."""
    folder, found, kept = lucky
    case = schelling.load(folder)
    assert found.sound
    before = schelling.run(case, worlds=1024, course=False).shares["struck"].share
    assert before == pytest.approx(1 - np.exp(-0.03 * 12), abs=0.05)
    made = schelling.run(case, posterior=kept, folder=kept.parent / "made")
    assert made.shares["struck"].share == 1.0
    assert made.manifest.posterior["known"] == "2022-02-08"
    assert made.manifest.own_luck
    assert made.manifest.posterior["digest"] == posterior_file.read(kept).digest
    assert (made.series["strikes"].isel(time=-1) == 1).all()  # of the first worlds
    again = schelling.open_run(kept.parent / "made")
    assert again.story(3).ends[0].holds
    moves = {one.claim: one for one in made.before_after.moves}
    assert moves["struck"].clear
    assert not moves["idles"].clear
    with pytest.raises(RunError, match="tell something of the luck"):
        _ = made.luck
    told = " ".join(changed_words.lines(made))
    assert "fitted to 1 row by tempered Monte Carlo" in told
    assert "Verdicts without and with the evidence" in told
    assert verdict_json.to_json(made)["posterior"]["engine"] == "smc"
    page = html.render(again)
    assert "What the evidence moves" in page
    with pytest.raises(RunError, match="these are of a posterior"):
        html.write_play(again, kept.parent / "play.html")


def test_a_posterior_is_explored(lucky: tuple[Path, CaseFit, Path]) -> None:
    folder, found, _ = lucky
    case = schelling.load(folder)
    what = ("sensitivity", "boxes", "flips", "coherence")
    seen = schelling.explore(case, posterior=found.posterior, what=what)
    assert seen.sensitivity is None
    assert seen.what == what[1:]
    assert {one.world for one in seen.flips} != {None}
    told = " ".join(exploration_terminal._notes(seen))
    assert "Sobol' indices are left out" in told
    with pytest.raises(RunError, match="drawn from the prior"):
        schelling.explore(case, seen.run, what=["sensitivity"])


def test_what_was_known_later_is_no_forecast(lucky: tuple[Path, CaseFit, Path]) -> None:
    """F1 opened before its record was published, F2 after."""
    folder, found, _ = lucky
    with pytest.raises(RunError, match="a posterior has no use"):
        score(schelling.load(folder), posterior=found.posterior, worlds=0)
    scored = score(schelling.load(folder), posterior=found.posterior)
    told = {row.question.name: row.told for row in scored.rows}
    late = {n: [o.retrospective for o in own if o.forecaster == MODEL] for n, own in told.items()}
    assert late == {"F1": [True], "F2": [False]}
    assert "published up to 2022-02-08" in score_words.how_forecast(scored)


def test_rivals_have_posteriors_of_their_own(lucky: tuple[Path, CaseFit, Path]) -> None:
    folder, found, _ = lucky
    case, rare = schelling.load(folder), schelling.load(folder, rival="rare")
    own = fit(rare, engine="smc", worlds=2048, until=KNOWN)
    seen = compare(case, [rare], posteriors=[own.posterior, found.posterior])
    assert (seen.verdicts.loc["struck"] == 1.0).all()
    assert [item.question.name for item in seen.items] == ["F2"]
    assert ("F1", "retrospective") in seen.unscored
    with pytest.raises(RunError, match="its own posterior"):
        compare(case, [rare], posteriors=[found.posterior])


def test_posteriors_that_do_not_fit_are_refused(lucky: tuple[Path, CaseFit, Path]) -> None:
    folder, found, _ = lucky
    case, source = schelling.load(folder), found.posterior
    with pytest.raises(RunError, match="another case"):
        schelling.run(schelling.load(folder, rival="rare"), posterior=source)
    with pytest.raises(RunError, match="cannot have the seed 7"):
        schelling.run(case, posterior=source, seed=7)
    with pytest.raises(RunError, match="independent ones"):
        schelling.run(case, posterior=source, worlds=2049)
    with pytest.raises(RunError, match="follow no design"):
        schelling.run(case, posterior=source, until_error=0.1)


def spoil(folder: Path, name: str, first: list[None] | list[str]) -> None:
    """Write another first value into a column of a posterior, with a digest that fits."""
    table = pq.read_table(folder / posterior_file.TABLE)
    old = table.column(name).to_pylist()
    kind = pa.string() if isinstance(first[0], str) else table.column(name).type
    values = [str(one) for one in old] if kind == pa.string() else [*first, *old[1:]]
    spoilt = table.set_column(table.column_names.index(name), name, pa.array(values, kind))
    pq.write_table(spoilt, folder / posterior_file.TABLE, compression="zstd")
    told = json.loads((folder / posterior_file.NAME).read_text())
    data = (folder / posterior_file.TABLE).read_bytes()
    told["sha256"] = hashlib.sha256(data).hexdigest()
    (folder / posterior_file.NAME).write_text(json.dumps(told))


def test_a_strangers_folder_is_held_against_its_digest(
    lucky: tuple[Path, CaseFit, Path], tmp_path: Path
) -> None:
    _, found, _ = lucky
    with pytest.raises(RunError, match="contains no posterior"):
        posterior_file.read(tmp_path)
    posterior_file.write(found.posterior, tmp_path)
    whole = posterior_file.read(tmp_path)
    assert np.array_equal(whole.values, found.posterior.values)
    assert whole.digest == posterior_file.digest(found.posterior)
    told = json.loads((tmp_path / posterior_file.NAME).read_text())
    hostile: list[tuple[str, object]] = [
        *(("schema", "x"), ("records", "a\nb"), ("luck", 1)),
        *(("seed", "y"), ("seed", None), ("seed", "9" * 900)),
        *(("effective", "0"), ("effective", "-5"), ("effective", "2.5"), ("effective", "9" * 9)),
        *(("assumptions", 3), ("assumptions", ["rate", "rate"]), ("assumptions", ["rate", None])),
    ]
    for key, value in hostile:
        (tmp_path / posterior_file.NAME).write_text(json.dumps({**told, key: value}))
        with pytest.raises(RunError, match="damaged"):
            posterior_file.read(tmp_path)
    (tmp_path / posterior_file.NAME).write_text(json.dumps(told))
    (tmp_path / posterior_file.TABLE).write_bytes(b"PAR1")
    with pytest.raises(RunError, match="not what was written"):
        posterior_file.read(tmp_path)
    for name, column in {"group": [None], "weight": [None], "luck": ["1"]}.items():
        posterior_file.write(found.posterior, tmp_path)
        spoil(tmp_path, name, column)
        with pytest.raises(RunError, match=f"damaged.*{posterior_file.TABLE}"):
            posterior_file.read(tmp_path)
    broken = dataclasses.replace(found.posterior, weights=found.posterior.weights * np.nan)
    posterior_file.write(broken, tmp_path)
    with pytest.raises(RunError, match="numbers that no posterior has"):
        posterior_file.read(tmp_path)


def test_worlds_are_drawn_by_weight(lucky: tuple[Path, CaseFit, Path]) -> None:
    """Each world as often as its weight says, to within one; groups stay together."""
    _, found, _ = lucky
    count = len(found.posterior.weights)
    weights = np.linspace(0, 1, count) ** 6  # the largest are drawn three or four times
    source = dataclasses.replace(
        found.posterior,
        weights=weights / weights.sum(),
        group=np.arange(count) % 16,
        effective=count,
    )
    drawn = from_posterior.design(source, 1024, 16).chosen
    often = np.bincount(drawn, minlength=count)
    assert np.abs(often - 1024 * source.weights).max() <= 1
    groups = [len(set((drawn[r::16] % 16).tolist())) for r in range(16)]
    assert max(groups) <= 2
