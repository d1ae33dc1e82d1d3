"""A case with two models in it, told apart by an assumption with listed values."""

from pathlib import Path

import numpy as np
import pytest
from numpy import ndarray
from scipy.special import logsumexp
from scipy.stats import norm

import schelling
from schelling.report.fitting import fit_text
from schelling.study.fitting import fit as fits
from schelling.study.fitting.fit import CaseFit, fit

CASE = """
schelling: 1
title: Four levels, and an error of two sizes
assumptions:
  a: {prior: "normal(0, 1)", why: a test}
  b: {prior: "normal(0, 1)", why: a test}
  c: {prior: "normal(0, 1)", why: a test}
  d: {prior: "normal(0, 1)", why: a test}
  error: {prior: "choice([1, 0.01], [0.75, 0.25])", why: a test}
CORRELATED
claims: {exact: {holds: error < 0.5, why: a test}}
observations:
  of_a: {table: a.csv, model: "normal(a, error)"}
  of_b: {table: b.csv, model: "normal(b, error)"}
  of_c: {table: c.csv, model: "normal(c, error)"}
  of_d: {table: d.csv, model: "normal(d, error)"}
"""
RECORDS = {"a": 0.4, "b": -0.7, "c": 1.1, "d": 0.2}
WEIGHTS = {1.0: 0.75, 0.01: 0.25}


def case(folder: Path, correlated: str = "", text: str = CASE) -> schelling.Case:
    (folder / "case.yaml").write_text(text.replace("CORRELATED", correlated))
    for name, value in RECORDS.items():
        row = f"2022-01-03,{value},lab,2022-01-03"
        (folder / f"{name}.csv").write_text(f"date,value,source,vintage\n{row}\n")
    return schelling.load(folder)


def known() -> tuple[float, float]:
    """The share of the smaller error, and the log evidence, by heart: all records are apart."""
    values = np.array(list(RECORDS.values()))
    logs = [
        np.log(weight) - 0.5 * np.sum(values**2 / (1 + sd**2) + np.log(2 * np.pi * (1 + sd**2)))
        for sd, weight in WEIGHTS.items()
    ]
    return float(np.exp(logs[1] - logsumexp(logs))), float(logsumexp(logs))


def column(found: CaseFit, name: str) -> ndarray:
    place = [one.name for one in found.problem.plan.assumptions].index(name)
    return found.problem.draws(found.found.worlds.points)[:, place]


def test_the_share_of_each_value_is_that_of_the_closed_form(tmp_path: Path) -> None:
    """Weights of 2,048 worlds are sound, and give the smaller error no share: no world is near.

    Four standard errors of 1,000 worlds; and of the evidence.
    """
    share, evidence = known()
    found = fit(case(tmp_path), worlds=2048)
    weighed = fit(found.case, worlds=2048, engine="reweight")
    assert 0.4 < share < 0.7
    assert weighed.sound
    assert "None of them sees a value of error that" in " ".join(fit_text.text(weighed).split())
    assert weighed.found.worlds.weights @ (column(weighed, "error") < 0.5) < 0.01
    assert (found.found.engine, found.why, found.sound) == ("smc", "listed", True)
    own = found.found.worlds.weights @ (column(found, "error") < 0.5)
    assert own == pytest.approx(share, abs=4 * np.sqrt(0.25 / 1000))
    assert abs(found.found.log_evidence - evidence) < 4 * found.found.log_evidence_error
    values = {one.name: one.values for one in found.summary.learned}["error"]
    assert [(value, before) for value, before, _ in values] == [(1.0, 0.75), (0.01, 0.25)]
    assert values[1][2] == pytest.approx(own, abs=1e-9)
    told = " ".join(fit_text.text(found).split())
    assert f"0.01 in {100 * own:.0f} % (prior 25 %)" in told
    assert "tell of an assumption with listed values" in told
    assert "None of them sees" not in told


def test_a_value_that_is_correlated_with_others(tmp_path: Path) -> None:
    """Prior and posterior in closed form over a: the error is the smaller where its score is low.

    The score has a correlation of 0.8 with a. The other records and the rest as above.
    """
    pair = "correlations:\n  - {between: [a, error], rho: 0.8, why: a test}"
    found = fit(case(tmp_path, pair, CASE.replace("0.01]", "0.3]")))
    a = np.linspace(-8, 8, 40_001)
    low = norm.cdf((norm.ppf(0.25) - 0.8 * a) / 0.6)  # quantiles run from the least value
    logs = []
    for sd, prior in ((0.3, low), (1.0, 1 - low)):
        others = [norm.logpdf(v, 0, np.hypot(1, sd)) for k, v in RECORDS.items() if k != "a"]
        first = np.trapezoid(norm.pdf(a) * prior * norm.pdf(RECORDS["a"], a, sd), a)
        logs.append(np.log(first) + sum(others))
    share = np.exp(logs[0] - logsumexp(logs))
    own = found.found.worlds.weights @ (column(found, "error") < 0.5)
    assert found.sound
    assert own == pytest.approx(share, abs=4 * np.sqrt(0.25 / 1000))
    assert abs(found.found.log_evidence - logsumexp(logs)) < 4 * found.found.log_evidence_error


def test_values_listed_twice_and_very_many_of_them(tmp_path: Path) -> None:
    """A value that is listed twice is told once, and of many the ones that most worlds have."""
    text = CASE.replace("choice([1, 0.01], [0.75, 0.25])", "choice([1, 0.5, 1])")
    found = fit(case(tmp_path, text=text), worlds=1024)
    values = {one.name: one.values for one in found.summary.learned}["error"]
    assert [(value, round(before, 9)) for value, before, _ in values] == [
        (1.0, round(2 / 3, 9)),
        (0.5, round(1 / 3, 9)),
    ]
    assert sum(after for *_, after in values) == pytest.approx(1)
    many = ", ".join(str(k) for k in range(21, 1, -1))
    text = CASE.replace("choice([1, 0.01], [0.75, 0.25])", f"choice([{many}])")
    told = " ".join(fit_text.text(fit(case(tmp_path, text=text), worlds=1024)).split())
    head = "error in worlds of the posterior, the 12 most frequent of 20 (--json names all): 2 in "
    assert head in told


def test_shares_stay_where_records_cannot_tell_of_a_value(tmp_path: Path) -> None:
    """An assumption with listed values that no record reaches: weights are as good as ever."""
    (tmp_path / "case.yaml").write_text(CASE.replace("CORRELATED", "").replace(", error)", ", 1)"))
    for name, value in RECORDS.items():
        (tmp_path / f"{name}.csv").write_text(f"date,value,source\n2022-01-03,{value},lab\n")
    found = fit(schelling.load(tmp_path), worlds=fits.WORLDS)
    assert found.why == "vague"
    assert {one.name: one.values for one in found.summary.learned}["error"] == ()
