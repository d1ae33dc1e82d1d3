"""The ties of a kept run: read back, made again, and refused where a stranger changed them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import schelling
from schelling.case.populations import Population, PopulationTies
from schelling.errors import RunError
from schelling.study.runs import kept_ties
from schelling.study.runs.files import tie_file
from schelling.study.runs.files.reading import Refused
from schelling.study.runs.made_again import networks
from study.runs.hostile import Harm, content, link, named, pipe, sealed

CASE = """
schelling: 1
title: a village
time: {start: 2024-01-01, step: 1 week, until: 2024-01-08}
populations:
  village:
    size: 60
    why: planted
    ties:
      friends: {network: random, degree: 5}
      ring: {network: small_world, degree: 4, rewire: 0.2}
      kin: {network: table, table: kin.csv, one: child, other: parent, mutual: false}
      met: {network: contacts, degree: 1}
    traits:
      friendly: count(true for o in friends)
      last: "max(number[o] for o in friends) if any(true for o in friends) else 0"
    states:
      heard: {start: number <= 3, next: "heard or any(heard[o] for o in ring)"}
  town: {size: 5, why: planted, traits: {age: "uniform(0, 1)"}}
variables: {news: "share(heard[p] for p in village)"}
claims: {spreads: {holds: final(news) > 0.1, why: planted}}
"""
FRIENDS = "ties/village.friends.parquet"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("village")
    (folder / "case.yaml").write_text(CASE, "utf-8")
    (folder / "kin.csv").write_text("child,parent\n9,2\n3,7\n", "utf-8")
    schelling.run(schelling.load(folder), worlds=16, replicates=4, seed=3, folder=folder / "run")
    return folder / "run"


@pytest.fixture
def copy(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "run")
    return tmp_path / "run"


def test_ties_read_back_are_those_that_agents_saw(kept: Path) -> None:
    run = schelling.open_run(kept)
    friends, agents = run.network("village", "friends"), run.agents("village")
    both = np.concatenate([friends.to_numpy(), friends.to_numpy()[:, ::-1]])
    seen = [set(both[both[:, 0] == number, 1]) for number in range(1, 61)]
    assert [len(others) for others in seen] == agents["friendly"].to_numpy().tolist()
    assert [max(others, default=0) for others in seen] == agents["last"].to_numpy().tolist()
    assert len(run.network("village", "ring")) == 60 * 4 / 2
    assert sorted(path.name for path in (kept / "ties").iterdir()) == [
        "village.friends.parquet",
        "village.ring.parquet",
    ]


def test_other_tools_read_the_file(kept: Path) -> None:
    table = pq.read_table(kept / FRIENDS).to_pandas()
    assert table.equals(schelling.open_run(kept).network("village", "friends"))


def test_what_is_not_kept_is_made_again(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = schelling.open_run(kept)
    friends = run.network("village", "friends")
    assert run.network("village", "kin").to_numpy().tolist() == [[9, 2], [3, 7]]
    monkeypatch.setattr(tie_file, "MOST", 149)
    names = [name for name, _ in kept_ties.files_of(run.case, 3)]
    assert names == ["ties/village.ring.parquet"]
    run.save(tmp_path / "again")
    again = schelling.open_run(tmp_path / "again")
    assert not (tmp_path / "again" / FRIENDS).exists()
    assert again.network("village", "friends").equals(friends)
    monkeypatch.setattr(networks, "LIMIT", 149)
    with pytest.raises(RunError, match=r"'friends' of 'village' are about 150 ties, and at most"):
        again.network("village", "friends")


def test_ties_that_are_not_there_are_named(kept: Path) -> None:
    run = schelling.open_run(kept)
    for asked, said in (
        (("vilage",), r"no population 'vilage'; .*village"),
        (("village",), r"several kinds of ties; name one of friends, ring, kin"),
        (("village", "frends"), r"no lasting ties 'frends'; .*friends"),
        (("village", "met"), r"no lasting ties 'met'"),
        (("town",), r"'town' has no ties that last: it has none"),
    ):
        with pytest.raises(RunError, match=said):
            run.network(*asked)


def ties(*pairs: tuple[int, int], one: str = "one", kind: pa.DataType | None = None) -> Harm:
    """Other ties in the file."""
    columns = [pa.array([pair[end] for pair in pairs], kind or pa.int32()) for end in (0, 1)]
    out = pa.BufferOutputStream()
    pq.write_table(pa.table(columns, names=[one, "other"]), out, compression="zstd")
    return content(FRIENDS, out.getvalue().to_pybytes())


HOSTILE: dict[str, tuple[Harm, str]] = {
    "a pipe": (pipe(FRIENDS), "is a pipe"),
    "a link": (link(FRIENDS, "/dev/zero"), "is a link"),
    "no Parquet": (content(FRIENDS, "1,2"), "is no whole Parquet file"),
    "a tie to oneself": (ties((4, 4)), "has a tie that none can be"),
    "nobody": (ties((0, 4)), "has a tie that none can be"),
    "a stranger": (ties((4, 61)), "has a tie that none can be; agents are numbered 1 to 60"),
    "a tie twice": (ties((4, 5), (4, 5)), "has ties out of order"),
    "a tie turned round": (ties((5, 4)), "has a tie that none can be"),
    "another column": (ties((4, 5), one="two"), "lacks the column 'one'"),
    "wide numbers": (ties((4, 5), kind=pa.int64()), "it must be int32"),
    "an end that is missing": (ties((4, None)), "has a tie without an end"),  # type: ignore[arg-type]
    "ties the case does not draw": (named("ties/village.enemies.parquet"), "is missing"),
    "ties of a table": (named("ties/village.kin/x.parquet"), "names 'ties/village.kin/x.parquet'"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_strange_ties_are_refused(what: str, copy: Path) -> None:
    harm, said = HOSTILE[what]
    harm(copy)
    with pytest.raises(RunError, match=said):
        schelling.open_run(copy).network("village", "friends")


@pytest.mark.parametrize("strange", ["enemies", "kin", "met"])
def test_ties_that_the_case_does_not_draw_are_refused(strange: str, copy: Path) -> None:
    """Nor is the case's own table, `kin`, taken from anywhere else."""
    name = f"ties/village.{strange}.parquet"
    shutil.copy(copy / FRIENDS, copy / name)
    named(name)(copy)
    sealed(copy, name)
    with pytest.raises(RunError, match="is listed, and the case draws no such ties"):
        schelling.open_run(copy)


def test_too_many_ties_are_not_read(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (kept / FRIENDS).read_bytes()
    monkeypatch.setattr(tie_file, "MOST", 3)
    with pytest.raises(Refused, match="it may have 0 to 3"):
        tie_file.decode(data, FRIENDS, 60)


@pytest.mark.parametrize(
    "harm", [content(FRIENDS, "1,2"), lambda folder: (folder / FRIENDS).unlink()]
)
def test_resuming_makes_ties_again(harm: Harm, copy: Path, kept: Path) -> None:
    harm(copy)
    case = schelling.load(kept.parent)
    schelling.run(case, worlds=16, replicates=4, seed=3, folder=copy, resume=True)
    assert (copy / FRIENDS).read_bytes() == (kept / FRIENDS).read_bytes()


def test_ties_that_are_there_are_not_made_again(
    copy: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = kept_ties.made

    def noted(population: Population, ties: PopulationTies, seed: int) -> np.ndarray:
        made.append(ties.name)
        return make(population, ties, seed)

    (copy / FRIENDS).unlink()
    monkeypatch.setattr(kept_ties, "made", noted)
    case = schelling.load(kept.parent)
    schelling.run(case, worlds=16, replicates=4, seed=3, folder=copy, resume=True)
    assert made == ["friends"]


@pytest.mark.parametrize(
    ("network", "room"),
    [
        ("lattice, rows: 6, radius: 2", 0.0),  # each of a torus has (2 r + 1)^2 - 1 others
        ("small_world, degree: 4, rewire: 0.2", 0.0),
        ("scale_free, joins: 3", 0.1),  # the first three join nobody
        ("random, degree: 5", 0.3),  # 150 ties with a deviation of 12, and below 120
        ("blocks, by: side, within: 6, between: 2", 0.3),
    ],
)
def test_ties_are_counted_before_they_are_made(network: str, room: float, tmp_path: Path) -> None:
    text = CASE.replace("network: random, degree: 5", f"network: {network}")
    text = text.replace("    traits:", "    groups: {side: {left: 0.5, right: 0.5}}\n    traits:")
    (tmp_path / "case.yaml").write_text(text, "utf-8")
    (tmp_path / "kin.csv").write_text("child,parent\n9,2\n3,7\n", "utf-8")
    village = schelling.load(tmp_path).populations[0]
    friends = village.networks[0]
    made = len(kept_ties.made(village, friends, 3))
    assert made == pytest.approx(kept_ties.expected(village, friends), rel=room, abs=0)


def test_more_ties_than_were_expected_are_not_kept(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_ties, "expected", lambda *_: 0.0)
    monkeypatch.setattr(tie_file, "MOST", 121)
    names = [name for name, _ in kept_ties.files_of(schelling.load(kept.parent), 3)]
    assert names == ["ties/village.ring.parquet"]
