"""Run folders: whole or not at all, the same when opened again, and honest about damage."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import schelling
from schelling.case.model import Case
from schelling.study.runs.files import layout

WORLDS = 1_500
CASE = """
schelling: 1
title: something to keep
time: {start: 2022-03-21, until: 2022-04-11}
assumptions:
  a: {prior: 0.1 to 0.9, why: x}
phases: [war, peace]
stocks:
  s: {start: a, unit: percent, change: 1 percent / week}
events:
  e: {hazard: a / 3 weeks, effects: {phase: peace}}
actors: {red: {}}
games:
  g: {solve: {precision: 2}, tree: {red: {up: {payoffs: {red: a}}, down: {payoffs: {red: s}}}}}
claims:
  high: {why: x, holds: mean(s) > 2 percent}
  odds: {why: x, holds: "probability(g, red, up) > 0.7"}
"""


def write(folder: Path, text: str = CASE) -> Path:
    """A case in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return schelling.load(write(tmp_path_factory.mktemp("cases") / "tiny"))


@pytest.fixture(scope="module")
def run(case: Case) -> schelling.Run:
    return schelling.run(case, worlds=WORLDS, seed=4, replicates=4)


@pytest.fixture
def kept(run: schelling.Run, tmp_path: Path) -> Path:
    run.save(tmp_path / "runs" / "first")
    return tmp_path / "runs" / "first"


def assert_same(one: schelling.Run, other: schelling.Run) -> None:
    assert one.manifest == other.manifest
    assert one.table().equals(other.table())
    pd.testing.assert_frame_equal(one.verdicts, other.verdicts)
    pd.testing.assert_frame_equal(one.draws, other.draws)
    pd.testing.assert_frame_equal(one.associations, other.associations)
    assert one.series.identical(other.series)
    assert one.bands.identical(other.bands)
    assert list(one.games) == list(other.games)
    assert all(game.identical(other.games[name]) for name, game in one.games.items())
    assert one.case.name == other.case.name
    assert one.case.claims == other.case.claims


def test_save_and_open(run: schelling.Run, kept: Path) -> None:
    assert_same(schelling.open_run(kept), run)
    assert sorted(path.name for path in kept.parent.iterdir()) == ["first"]


def test_days_of_other_centuries(tmp_path: Path) -> None:
    """Nanoseconds since 1970 reach from 1677 to 2262 only."""
    ends = []
    for start, until in (("1618-05-23", "1648-10-24"), ("1900-01-01", "2399-01-05")):
        text = (
            CASE.split("phases", 1)[0]
            .replace("2022-03-21", start)
            .replace("until: 2022-04-11", f"until: {until}, step: 1 year")
        )
        text += """stocks: {s: {start: a, change: 0 / week}}
claims: {high: {why: x, holds: final(s) > 0.3}}
"""
        kept = tmp_path / start
        schelling.run(schelling.load(write(tmp_path / f"case {start}", text)), worlds=16).save(kept)
        times = schelling.open_run(kept).series["time"].to_numpy().astype("datetime64[D]")
        ends.append((str(times[0]), str(times[-1])))
    assert ends == [("1618-05-23", "1648-05-23"), ("1900-01-01", "2399-01-05")]


def test_straight_into_a_folder(case: Case, run: schelling.Run, tmp_path: Path) -> None:
    direct = schelling.run(case, worlds=WORLDS, seed=4, replicates=4, folder=tmp_path / "run")
    assert_same(direct, run)
    assert_same(schelling.open_run(tmp_path / "run"), run)


def test_an_opened_run_can_be_saved_elsewhere_and_over_itself(
    run: schelling.Run, kept: Path
) -> None:
    schelling.open_run(kept).save(kept.with_name("second"))
    assert_same(schelling.open_run(kept.with_name("second")), run)
    schelling.open_run(kept).save(kept)
    assert_same(schelling.open_run(kept), run)


def test_a_run_outlives_its_case(run: schelling.Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "gone")
    schelling.run(
        schelling.load(folder), worlds=WORLDS, seed=4, replicates=4, folder=tmp_path / "run"
    )
    shutil.rmtree(folder)
    opened = schelling.open_run(tmp_path / "run")
    assert opened.case.name == "gone"
    assert opened.table().equals(run.table())


def test_an_earlier_run_is_replaced_whole(case: Case, kept: Path) -> None:
    (kept / "worlds" / "part-00009.parquet").touch()  # a trace of the earlier run
    schelling.run(case, worlds=64, seed=4, replicates=4, folder=kept)
    opened = schelling.open_run(kept)
    assert opened.manifest.worlds == 64
    assert len(opened.draws) == 64
    assert sorted(path.name for path in kept.parent.iterdir()) == ["first"]


def test_an_empty_folder_is_a_place(case: Case, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    schelling.run(case, worlds=64, seed=4, replicates=4, folder=tmp_path / "run")
    assert schelling.open_run(tmp_path / "run").manifest.worlds == 64


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("thesis.tex", "years of work"),
        ("manifest.json", '{"manifest_version": 3, "name": "somebody\'s browser extension"}'),
        ("manifest.json", "[]"),
        ("manifest.json", "no JSON"),
    ],
)
def test_what_is_not_ours_is_left_alone(
    name: str, content: str, case: Case, run: schelling.Run, tmp_path: Path
) -> None:
    place = tmp_path / "precious"
    place.mkdir()
    (place / name).write_text(content, encoding="utf-8")
    with pytest.raises(schelling.RunError, match="does not contain a run"):
        run.save(place)
    with pytest.raises(schelling.RunError, match="does not contain a run"):
        schelling.run(case, worlds=64, replicates=4, folder=place)
    assert [path.name for path in place.iterdir()] == [name]
    assert (place / name).read_text(encoding="utf-8") == content
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_a_file_is_no_place(run: schelling.Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(schelling.RunError, match="does not contain a run"):
        run.save(tmp_path / "file")
    with pytest.raises(schelling.RunError, match="cannot write"):
        run.save(tmp_path / "file" / "inside")


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interrupted_run_leaves_nothing(
    error: type[BaseException], case: Case, run: schelling.Run, kept: Path
) -> None:
    """No debris beside the folder, and an earlier run in its place as it was."""

    def interrupt(_: int) -> None:
        raise error

    for folder in (kept, kept.with_name("new")):
        with pytest.raises(error):
            schelling.run(case, worlds=WORLDS, replicates=4, folder=folder, progress=interrupt)
    assert [path.name for path in kept.parent.iterdir()] == ["first"]
    assert_same(schelling.open_run(kept), run)


def test_an_interrupt_while_it_is_put_in_place(
    run: schelling.Run, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier run was already moved aside: it comes back."""
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if self.name.startswith(".") and not self.name.endswith("-old"):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.save(kept)
    monkeypatch.undo()
    assert [path.name for path in kept.parent.iterdir()] == ["first"]
    assert_same(schelling.open_run(kept), run)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def other_layout(folder: Path) -> None:
    data = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**data, "schema": "schelling.run/9"}))


def without(folder: Path, key: str) -> None:
    data = json.loads((folder / "manifest.json").read_text("utf-8"))
    del data[key]
    (folder / "manifest.json").write_text(json.dumps(data))


def edited(folder: Path) -> None:
    path = folder / "case" / "case.yaml"
    path.write_text(path.read_text("utf-8").replace("0.1 to 0.9", "0.1 to 0.8"))


PART_0, SERIES = Path("worlds", "part-00000.parquet"), Path("series.zarr.zip")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), "does not contain a run"),
    "half a manifest": (lambda f: cut(f / "manifest.json"), "damaged"),
    "another layout": (other_layout, "layout schelling.run/2"),
    "no digest": (lambda f: without(f, "digest"), "damaged"),
    "no claims": (lambda f: without(f, "claims"), "damaged"),
    "no list": (lambda f: (f / "digests.json").unlink(), "digests.json is missing"),
    "half a list": (lambda f: cut(f / "digests.json"), "damaged"),
    "another list": (lambda f: (f / "digests.json").write_text("{}"), "no list of digests"),
    "no case": (lambda f: shutil.rmtree(f / "case"), "'case/case.yaml' is missing"),
    "another case": (edited, "'case/case.yaml' is not what was written"),
    "no table": (lambda f: shutil.rmtree(f / "worlds"), "'worlds/part-00000.parquet' is missing"),
    "half a table": (lambda f: cut(f / PART_0), "bytes, not"),
    "no series": (lambda f: (f / SERIES).unlink(), "'series.zarr.zip' is missing"),
    "half a series": (lambda f: cut(f / SERIES), "'series.zarr.zip' is not what was written"),
    "nothing": (shutil.rmtree, "does not contain a run"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named(what: str, kept: Path) -> None:
    damage, message = DAMAGE[what]
    damage(kept)
    with pytest.raises(schelling.RunError, match=message) as caught:
        schelling.open_run(kept)
    assert str(kept) in str(caught.value)


def test_a_part_is_missing(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schelling.study.runs.files.tables.PART", 1024)
    schelling.run(case, worlds=WORLDS, seed=4, replicates=4, folder=tmp_path / "run")
    (tmp_path / "run" / "worlds" / "part-00001.parquet").unlink()
    with pytest.raises(schelling.RunError, match=r"part-00001\.parquet' is missing"):
        schelling.open_run(tmp_path / "run")


def test_a_part_that_rotted_is_not_read(kept: Path) -> None:
    """One bit, the size as it was: opening does not read the table, asking for it does."""
    data = bytearray((kept / PART_0).read_bytes())
    data[len(data) // 2] ^= 1
    (kept / PART_0).write_bytes(bytes(data))
    opened = schelling.open_run(kept)
    with pytest.raises(schelling.RunError, match=r"part-00000\.parquet' is not what was written"):
        opened.table(["world"])


@pytest.mark.parametrize("change", ["edited", "gone"])
def test_a_case_that_changed_is_not_kept(change: str, tmp_path: Path) -> None:
    """What is kept beside the numbers is what made them, or nothing is kept."""
    folder = write(tmp_path / "case")
    loaded = schelling.load(folder)
    if change == "edited":
        write(folder, CASE.replace("0.1 to 0.9", "0.1 to 0.8"))
    else:
        shutil.rmtree(folder)
    with pytest.raises(schelling.RunError, match=r"has changed|cannot keep"):
        schelling.run(loaded, worlds=64, replicates=4, folder=tmp_path / "runs" / "run")
    in_memory = schelling.run(loaded, worlds=64, replicates=4)
    with pytest.raises(schelling.RunError, match=r"has changed|cannot keep"):
        in_memory.save(tmp_path / "runs" / "run")
    assert list((tmp_path / "runs").iterdir()) == []


def test_edits_during_a_run_do_no_harm(run: schelling.Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny")
    loaded = schelling.load(folder)

    def edit(_: int) -> None:
        write(folder, "nonsense")

    target = tmp_path / "run"
    schelling.run(loaded, worlds=WORLDS, seed=4, replicates=4, folder=target, progress=edit)
    opened = schelling.open_run(target)
    assert opened.manifest.digest == run.manifest.digest
    assert opened.table().equals(run.table())


def test_the_register_is_kept(tmp_path: Path) -> None:
    """A table beside the case is copied with it."""
    case = schelling.load(Path(__file__).parents[3] / "cases" / "widening-war")
    assert case.tables
    layout.keep_case(tmp_path, case)
    copy = schelling.load(tmp_path / "case")
    assert copy.digest == case.digest
    assert copy.questions == case.questions


def test_what_was_just_read_is_not_checked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "tiny", CASE)
    case = schelling.load(folder).replace(a=0.3)

    def refuse(*_: object, **__: object) -> None:
        message = "read again"
        raise AssertionError(message)

    monkeypatch.setattr(layout.check, "load", refuse)
    kept = layout.keep_case(tmp_path / "kept", case)
    assert list(kept) == ["case/case.yaml"]
    (folder / "case.yaml").write_text(CASE + "# another\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="read again"):
        layout.keep_case(tmp_path / "other", case)
