"""A sweep is the runs of its points, from one compilation."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import schelling
from schelling.case.check import load
from schelling.case.model import Case
from schelling.cli.app import app
from schelling.errors import CaseError, RunError
from schelling.report.verdicts import sweep_text
from schelling.study.runs import sweep as sweeps
from schelling.study.runs.computing import worker
from schelling.study.runs.sweep import Axis, axis, sweep
from study.runs.keeping import write

WORLDS = 256
SIEGE = Path(__file__).parents[2] / "bad_settings" / "case.yaml"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return schelling.load(write(tmp_path_factory.mktemp("sweep") / "small"))


def test_every_point_is_the_run_with_that_number_set(
    small: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_compiled", [])
    made: list[object] = []
    engine = worker.Engine

    def counted(*given: object, **named: object) -> object:
        made.append(given)
        return engine(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "Engine", counted)
    seen = sweep(small, [Axis("b", (0.1, 0.9)), Axis("a", (0.2, 0.5))], worlds=WORLDS, seed=3)
    assert len(made) == 1
    assert seen.points == ((0.1, 0.2), (0.1, 0.5), (0.9, 0.2), (0.9, 0.5))
    for (b, a), found in zip(seen.points, seen.shares, strict=True):
        assert found == schelling.run(small.replace(a=a, b=b), worlds=WORLDS, seed=3).shares
    assert len(seen.table) == 8


def test_the_numbers_of_an_axis() -> None:
    assert axis("x", "0:1:11") == Axis("x", tuple(n / 10 for n in range(11)))
    assert axis("x", " -1 , 2e-3 ") == Axis("x", (-1.0, 0.002))
    for text in ("0.3", "choice(0, 1)", "0 to 1", "beta(2, 5)", "1,", "0:1", "a:b:3", "0:1:x"):
        assert axis("x", text) is None
    for text in ("0:1:0", "0:1:122", "0:1:1", "0:1e999:3", ",".join(["1"] * 200)):
        with pytest.raises(RunError):
            axis("x", text)


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        ([], "one or two assumptions"),
        ([Axis(n, (0.1, 0.2)) for n in ("resolve", "hunger", "help")], "one or two assumptions"),
        ([Axis("resolve", (0.1,) * 11), Axis("hunger", (0.1,) * 12)], "at most 121 points"),
        ([Axis("resolve", (0.5, 1.5))], r"1.5 is outside 0 to 1; the case bounds it"),
        ([Axis("opens", (0.0, 0.5))], r"0.5 is not an option of the lever; the options are 0, 1"),
        ([Axis("pull", (0.0, 0.5))], "'pull' is one of the variables"),
        ([Axis("will", (0.0, 0.5))], "'will' is one of the stocks"),
        ([Axis("garrison[city]", (1, 2)), Axis("garrison[kyiv]", (1, 2))], "the same assumption"),
    ],
)
def test_what_cannot_be_swept(axes: list[Axis], said: str) -> None:
    with pytest.raises(RunError, match=said):
        sweep(load(SIEGE), axes, worlds=WORLDS)


def test_an_unknown_name_is_shown_in_its_place() -> None:
    with pytest.raises(CaseError, match=r"--set:1:1: 'resolv' is not an assumption"):
        sweep(load(SIEGE), [Axis("resolv", (0.1, 0.2))])


def invoke(*words: object) -> str:
    result = CliRunner().invoke(app, ["sweep", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_table_of_one_number(small: Case, tmp_path: Path) -> None:
    given = (small.path, "--set", "b=0.1,0.9", "--set", "a=0.2 to 0.3", "--worlds", WORLDS)
    rows = invoke(*given).splitlines()
    assert rows[0].split() == ["b", "0.1", "0.9", "±"]
    assert [row.split()[0] for row in rows[1:3]] == ["high", "odds"]
    found = json.loads(invoke(*given, "--json", "--csv", tmp_path / "table.csv").split("table")[0])
    assert [point["at"] for point in found["points"]] == [[0.1], [0.9]]
    share = found["points"][1]["claims"][1]["share"]
    assert rows[2].split()[2] == f"{100 * share:.1f}"
    with (tmp_path / "table.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    assert float(listed[3]["share"]) == share


def test_the_table_of_two_numbers_is_of_one_claim(small: Case) -> None:
    given = (small.path, "--set", "b=0.1,0.9", "--set", "a=0.2:0.4:3", "-n", WORLDS)
    rows = invoke(*given, "--claim", "odds").splitlines()
    assert rows[0] == "odds"
    assert rows[1].split() == ["b", "\\", "a", "0.2", "0.3", "0.4", "±"]
    assert [row.split()[0] for row in rows[2:4]] == ["0.1", "0.9"]
    refused = CliRunner().invoke(app, ["sweep", *map(str, given)])
    assert isinstance(refused.exception, RunError)
    assert "name it with --claim" in str(refused.exception)


def test_many_columns_go_below_each_other(small: Case) -> None:
    seen = sweep(small, [Axis("b", tuple(n / 20 for n in range(1, 13)))], worlds=WORLDS)
    for line in sweep_text.text(seen, width=40).splitlines()[:-1]:
        assert len(line) <= 40
    told: list[tuple[int, int]] = []
    sweep(small, [Axis("b", (0.1, 0.2))], worlds=WORLDS, progress=lambda *at: told.append(at))
    assert told == [(1, 2), (2, 2)]
    assert sweeps.MOST == 121


def test_worlds_without_a_number_make_a_range(tmp_path: Path) -> None:
    """Below 0 there is no root: at b = 0.25 a quarter of the worlds may hold either way."""
    path = tmp_path / "case.yaml"
    path.write_text(
        """
schelling: 1
title: Roots
assumptions:
  a: {prior: "uniform(0, 1)", why: t}
  b: {prior: "uniform(0, 1)", why: t}
claims:
  short: {holds: sqrt(a - b) < 0.5, why: t}
""",
        encoding="utf-8",
    )
    rows = invoke(tmp_path, "--set", "b=-1,0,0.25", "--worlds", 1024).splitlines()
    assert rows[1].split()[1:3] == ["0.0", "25.0"]
    low, high = map(float, rows[1].split()[3].split("-"))
    assert (low, high) == pytest.approx((25, 50), abs=0.5)  # 0.25 < a < 0.5, and a < 0.25 lost
    assert "A range where worlds have no number" in "\n".join(rows)


PARTLY = """
schelling: 1
title: Asked in some worlds
assumptions:
  a: {prior: "uniform(0, 1)", why: x}
  b: {prior: "uniform(0, 1)", why: x}
claims:
  asked: {holds: a > 0.5, given: b > 0.5, why: x}
  lost: {holds: log(b - 1) > a, why: x}
"""


def test_worlds_that_do_not_ask_and_that_have_no_number_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(PARTLY, "utf-8")
    seen = sweep(schelling.load(path), [Axis("b", (0.2, 0.9))], worlds=WORLDS, seed=1)
    asked, lost = (
        next(
            line for line in sweep_text.text(seen, width=100).splitlines() if line.startswith(name)
        )
        for name in ("asked", "lost")
    )
    assert asked.split()[1] == "-"
    assert lost.split()[1:3] == ["0.0-100.0"] * 2
    text = " ".join(sweep_text.text(seen, width=100).split())
    assert "asked is asked in 0 to 256 worlds of a point; the others do not count." in text
    assert "A dash: no world asks it." in text
    assert "lost is asked" not in text
