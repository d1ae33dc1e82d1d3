"""A run with definitions set is the run of a case edited by hand, and knows what was set."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import schelling
from schelling.case.check import load
from schelling.case.model import Case
from schelling.case.settings.given import options
from schelling.errors import RunError
from schelling.study.exploring.explore import explore
from schelling.study.runs.computing.jobs import Design, job
from study.runs.keeping import SMALL, write

WORLDS = 512


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return schelling.load(write(tmp_path_factory.mktemp("set") / "small"))


def run(case: Case, **chosen: object) -> schelling.Run:
    return schelling.run(case, worlds=WORLDS, replicates=4, **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "edited"),
    [
        ("a=0.3", ("a: {prior: 0.1 to 0.9,", "a: {prior: 0.3,")),
        ("b=beta(2, 5)", ("b: {prior: uniform(0, 1),", "b: {prior: beta(2, 5),")),
        ("s=0.25", ("start: a", "start: 0.25")),
    ],
)
def test_numbers_are_those_of_a_case_edited_by_hand(
    given: str, edited: tuple[str, str], tmp_path: Path
) -> None:
    """To the last digit, course and table; only the digest and the reason differ."""
    text = SMALL.replace(*edited)
    assert text != SMALL
    by_hand = run(schelling.load(write(tmp_path / "small", text)), folder=tmp_path / "one")
    case = load(write(tmp_path / "other" / "small"), settings=options([given]))
    by_option = run(case, folder=tmp_path / "two")
    pd.testing.assert_frame_equal(by_option.draws, by_hand.draws, check_exact=True)
    assert by_option.series.equals(by_hand.series)
    assert by_option.manifest.digest != by_hand.manifest.digest


def test_a_kept_run_knows_what_was_set(small: Case, tmp_path: Path) -> None:
    case = small.replace(a=0.3, b="beta(2, 5)")
    made = run(case, folder=tmp_path / "run")
    again = schelling.open_run(tmp_path / "run")
    assert again.manifest == made.manifest
    assert again.manifest.changed == {"a": "0.3", "b": "beta(2, 5)"}
    assert again.case.changed == case.changed
    assert "--set a=0.3 --set 'b=beta(2, 5)'" in again.manifest.command
    pd.testing.assert_frame_equal(again.draws, made.draws)
    assert again.case.replace(a=0.5).settings == {"a": "0.5", "b": "beta(2, 5)"}


def test_a_run_is_resumed_with_the_same_changes_only(small: Case, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(small.replace(a=0.3, b=0.5), folder=folder)
    run(small.replace(b=0.5, a=0.3), folder=folder, resume=True)
    for other in (small, small.replace(a=0.3), small.replace(a=0.31, b=0.5)):
        with pytest.raises(RunError, match="holds another run"):
            run(other, folder=folder, resume=True)


def test_shards_with_changes_are_merged(small: Case, tmp_path: Path) -> None:
    case = small.replace(a=0.3)
    whole = run(case)
    parts = [tmp_path / str(number) for number in (1, 2)]
    for number, part in enumerate(parts, 1):
        run(case, folder=part, shard=(number, 2))
    merged = schelling.merge(tmp_path / "whole", parts)
    pd.testing.assert_frame_equal(merged.draws, whole.draws)
    assert merged.manifest.changed == {"a": "0.3"}


def test_an_exploration_needs_the_changes_of_its_run(small: Case) -> None:
    made = run(small.replace(b=0.5))
    with pytest.raises(RunError, match=r"made with other definitions \(--set b\)"):
        explore(small, made, what=["flips"])
    plain = run(small)
    with pytest.raises(RunError, match=r"other definitions \(nothing set\)"):
        explore(small.replace(b=0.5), plain, what=["flips"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"a": "0.4"}, "digests differ"),
        ({}, "digests differ"),
        ({"nobody": "0.4"}, "is not an assumption"),
        ({"a": 0.3}, "'changed'"),
        (["a=0.3"], "'changed'"),
        ({"a": "0.3\n"}, "'changed'"),
        ({"a": "[bold]"}, "not a prior"),
    ],
)
def test_a_stranger_s_manifest_is_not_believed(
    changed: object, said: str, small: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    run(small.replace(a=0.3), folder=folder)
    manifest = folder / "manifest.json"
    data = json.loads(manifest.read_text(encoding="utf-8")) | {"changed": changed}
    text = json.dumps(data)
    manifest.write_text(text, encoding="utf-8")
    listed = folder / "digests.json"
    listed.write_text(forged(listed.read_text(encoding="utf-8"), text), encoding="utf-8")
    with pytest.raises(RunError, match=said):
        schelling.open_run(folder)


def forged(listed: str, text: str) -> str:
    """The list of digests with that of another manifest."""
    from schelling.study.runs.files import files  # noqa: PLC0415

    found, shard = files.from_json(listed)
    return files.to_json({**found, "manifest.json": files.digest(text.encode())}, shard)


def test_a_job_says_how_to_make_the_run_again(small: Case) -> None:
    made = job(small.replace(a="0.1 to 0.2"), Design(WORLDS, 0, 4))
    assert made.command.endswith("--set 'a=0.1 to 0.2'")
