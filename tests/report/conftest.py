"""Runs made up for the report: a case whose every label is hostile, and numbers set by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import xarray as xr

import schelling
from schelling.case.model import Case
from schelling.errors import Status
from schelling.study.runs.files import manifest
from schelling.study.runs.files.layout import Contents
from schelling.study.runs.files.series_store import Course
from schelling.study.runs.results import Run

EVIL = (
    """<script>alert("1")</script> & 'it' </title></style><img src=x onerror=alert(2)>"""
    "[red]x[/red]"
)
TEXT = f"{EVIL} heading\n\nFirst sentence. Second sentence. A label."
WORLDS, REPLICATES, STEPS = 800, 8, 5


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _passage(name: str, words: str, more: str = "") -> str:
    start = TEXT.index(words)
    digest = hashlib.sha256(words.encode()).hexdigest()
    place = f"start: {start}, end: {start + len(words)}, sha256: {digest}"
    return f"  {name}: {{source: essay, {place}, says: {_quoted(EVIL + ' ' + name)}{more}}}"


CASE = f"""\
schelling: 1
title: {_quoted(EVIL)}
about: {_quoted(EVIL)}
sources:
  essay: {{file: essay.txt, title: {_quoted(EVIL)}, author: {_quoted(EVIL)}, dated: 2022-03-20}}
passages:
{_passage("P0.S1", TEXT.splitlines()[0])}
{_passage("P1.S1", "First sentence.")}
{_passage("P1.S2", "Second sentence.")}
{_passage("P2.S1", "A label.", ", scope: out")}
time: {{start: 2022-03-21, step: 1 week, until: 2022-04-25}}
assumptions:
  pull: {{prior: uniform(0, 1), unit: share, from: P1.S1, why: {_quoted(EVIL)}}}
  reach: {{prior: 1 to 1000, from: P0.S1, why: Known to nobody. More words.}}
  kind: {{prior: "choice([0, 1, 2], [1, 1, 2])", why: {_quoted(EVIL)}}}
  given: {{prior: fixed(3), why: it is given}}
  precision: {{prior: 0.5 to 20, within: [0.1, 30], why: wide}}
correlations:
  - {{between: [pull, reach], rho: -0.4, why: {_quoted(EVIL)}}}
stocks:
  support:
    {{start: 0.5, change: "(pull - support) / 4 weeks", within: [0, 1], unit: share, from: P1.S1,
      says: {_quoted(EVIL)}}}
  flat: {{start: 1}}
variables:
  gap: {{value: 1 - support, unit: share, says: {_quoted(EVIL)}}}
  tense: phase == war and support > 0.5
events:
  quit:
    {{hazard: 0.1 / week, while: phase == war, once: true, effects: {{phase: peace}},
      says: {_quoted(EVIL)}}}
  monday: {{on: 2022-04-04, effects: {{flat: 2}}}}
phases: [war, truce, peace]
actors: {{ann: {{name: {_quoted(EVIL)}}}, bob: {{}}}}
games:
  duel:
    says: {_quoted(EVIL)}
    from: P0.S1
    played: {{every: 2 weeks, while: phase == war}}
    solve: {{as: quantal, precision: precision}}
    tree:
      ann:
        hold: {{payoffs: {{ann: 0, bob: 0}}}}
        push:
          from: P1.S1
          bob:
            bow: {{payoffs: {{ann: 1, bob: -pull}}}}
            fight: {{payoffs: {{ann: -1, bob: -1}}}}
claims:
  grows: {{from: P1.S1, says: {_quoted(EVIL)}, holds: final(support) > at(support, 0 weeks)}}
  sure: {{from: P0.S1, says: It holds. Then more is said., why: why, holds: pull < 2}}
  broken: {{why: numbers fail in it, holds: log(pull - 0.2) < 0}}
  lost: {{why: nothing is left, holds: log(pull - 2) < 0}}
  jumps: {{why: three values, holds: kind > 1}}
  skipped: {{from: P1.S1, says: {_quoted(EVIL)}, holds: pull > 0.5}}
forecasts: {{table: forecasts.csv}}
"""

FORECASTS = (
    "id,kind,question,passage_ids,opens,closes,yes_if,source_type,void_if,author_words,author_low,"
    "author_high,antecedent\n"
    + ",".join(
        (
            "Q1",
            "binary",
            '"' + EVIL.replace('"', '""') + '"',
            "P1.S1",
            "2022-03-21",
            "2022-06-30",
            '"' + EVIL.replace('"', '""') + '"',
            "press",
            "never",
            "likely",
            "0.6",
            "0.8",
            "it rains",
        )
    )
    + "\nQ2,numeric,How much?,P1.S1,2022-03-21,2022-06-30,a number,press,never,,,,\n"
)


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The hostile case, its source at hand."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "essay.txt").write_text(TEXT, "utf-8", newline="")
    (folder / "forecasts.csv").write_text(FORECASTS, "utf-8", newline="")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    return schelling.load(folder)


@pytest.fixture(scope="session")
def run(case: Case) -> Run:
    """A run of it with numbers made by hand: failures, ties, bounds; `skipped` was not asked."""
    claims = tuple(claim.name for claim in case.claims if claim.name != "skipped")
    course = Course(*_paths(), _games())
    return Run(Contents(case, _manifest(case, claims), course), _table(case, claims))


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Run]:
    """Makes runs of cases that have next to nothing."""

    def make(text: str) -> Run:
        path = tmp_path_factory.mktemp("bare") / "case.yaml"
        path.write_text(f"schelling: 1\ntitle: Bare\n{text}", "utf-8")
        case = schelling.load(path)
        claims = tuple(claim.name for claim in case.claims)
        none = xr.Dataset(coords={"time": np.arange(1)}, attrs={"worlds": WORLDS})
        contents = Contents(case, _manifest(case, claims), Course(none, none, {}))
        return Run(contents, _table(case, claims))

    return make


def _manifest(case: Case, claims: tuple[str, ...]) -> manifest.Manifest:
    return manifest.Manifest(
        schema=manifest.SCHEMA,
        case=case.name,
        title=case.title,
        digest=case.digest,
        worlds=WORLDS,
        seed=7,
        design="scrambled Sobol'",
        replicates=REPLICATES,
        claims=claims,
        assumptions=tuple(assumption.name for assumption in case.assumptions),
        versions={"schelling": "0.1.0", "python": "3.11.0"},
        command=f"schelling run {case.name} --worlds {WORLDS} --seed 7",
    )


def _table(case: Case, claims: tuple[str, ...]) -> pa.Table:
    rng = np.random.default_rng(3)
    pull = rng.uniform(size=WORLDS)
    margins = {
        "grows": pull - 0.5,
        "sure": 2 - pull,
        "broken": np.where(pull > 0.2, -np.log(np.maximum(pull - 0.2, 1e-9)), np.nan),
        "lost": np.full(WORLDS, np.nan),
        "jumps": rng.choice([-1.0, 0.0, 1.0], size=WORLDS),
    }
    status = np.where(pull > 0.2, Status.SOLVED, Status.OUT_OF_DOMAIN).astype(np.int8)
    columns: dict[str, Any] = {
        "world": np.arange(WORLDS, dtype=np.uint32),
        "replicate": (np.arange(WORLDS) % REPLICATES).astype(np.uint16),
        "status": status if "lost" in claims else np.zeros(WORLDS, dtype=np.int8),
    }
    for assumption in case.assumptions:
        columns[assumption.name] = pull if assumption.name == "pull" else rng.uniform(size=WORLDS)
    for claim in claims:
        margin = margins[claim]
        columns[f"holds.{claim}"] = pa.array(margin > 0, mask=np.isnan(margin))
        columns[f"margin.{claim}"] = margin
    for stock in case.stocks:
        columns[f"final.{stock.name}"] = pull
        columns[f"bounded.{stock.name}"] = pull < 0.1
    ends = np.where(pull < 0.1, 2, 0).astype(np.int32)
    columns["final.phase"] = pa.DictionaryArray.from_arrays(
        ends, pa.array(["war", "truce", "peace"])
    )
    return pa.table(columns)


def _paths() -> tuple[xr.Dataset, xr.Dataset]:
    rng = np.random.default_rng(5)
    times = np.datetime64("2022-03-21", "ns") + np.arange(STEPS + 1) * np.timedelta64(7, "D")
    quantiles = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    paths = rng.normal(size=(30, STEPS + 1)).cumsum(axis=1)
    paths[3] = np.nan
    spread = np.quantile(rng.normal(size=(500, STEPS + 1)), quantiles, axis=0)
    shares = np.linspace([1.0, 0.0, 0.0], [0.98, 0.015, 0.005], STEPS + 1).T
    names = ("support", "flat", "gap")
    series = xr.Dataset(
        {name: (("world", "time"), paths if name != "flat" else paths * 0 + 1) for name in names},
        {"world": np.arange(30), "time": times},
    )
    values = {"support": spread, "flat": spread * 0 + 1, "gap": spread * 1e-7}
    bands = xr.Dataset(
        {name: (("quantile", "time"), values[name], {"units": "share"}) for name in names}
        | {"phase_share": (("phase", "time"), shares)},
        {"quantile": quantiles, "time": times, "phase": np.array(["war", "truce", "peace"])},
        {"worlds": 500},
    )
    return series, bands


def _games() -> dict[str, xr.Dataset]:
    rng = np.random.default_rng(9)
    first, second = rng.uniform(size=(2, 200))
    choice = np.stack([first, 1 - first, second, 1 - second], axis=1)
    choice[0] = np.nan
    edges = ["hold", "push", "push / bow", "push / fight"]
    return {
        "duel": xr.Dataset(
            {
                "choice": (("world", "edge"), choice),
                "payoffs": (("world", "end", "player"), rng.normal(size=(200, 3, 2))),
                "status": ("world", np.zeros(200, dtype=np.int8)),
                "played": ("world", np.zeros(200, dtype=np.int32)),
            },
            {"edge": edges, "end": ["hold", edges[2], edges[3]], "player": ["ann", "bob"]},
        )
    }
