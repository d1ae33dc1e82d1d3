"""What is served of a path: a case, a folder of them, a run."""

from __future__ import annotations

from pathlib import Path

import pytest

import schelling
from schelling.case.check import load
from schelling.case.settings import given
from schelling.errors import RunError
from schelling.web.desk import Desk, ServedCase
from schelling.web.gallery import about, places
from schelling.web.session import Session


def test_a_case_by_its_folder_or_its_file(place: ServedCase) -> None:
    assert list(places(place.path)) == ["two"]
    assert list(places(place.path / "case.yaml")) == ["case"]
    assert about(place) == ("Two costs & <b>a war</b>", "Whether costs leave room. More words.")


def test_the_cases_of_a_folder(place: ServedCase, tmp_path: Path) -> None:
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "case.yaml").write_text("schelling: 1\n")
    (tmp_path / "more" / "deep").mkdir(parents=True)
    (tmp_path / "more" / "deep" / "case.yaml").write_text("schelling: 1\n")
    (tmp_path / "link").symlink_to(place.path)
    assert list(places(tmp_path)) == ["more-deep", "two"]


def test_a_case_among_others_leads_back_to_them(place: ServedCase) -> None:
    for among in (True, False):
        page = Session("two", place, among=among).page("0")
        assert ("all cases</a>" in page) is among


def test_what_holds_no_case_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no case"):
        places(tmp_path)
    with pytest.raises(RunError, match="neither a case nor a folder"):
        places(tmp_path / "nothing")
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(RunError, match="no run that can be read"):
        places(tmp_path)


def test_a_run_opens_in_its_own_state(place: ServedCase, tmp_path: Path) -> None:
    case = load(place.path, settings=given.options(["cost=0.25"]))
    schelling.run(case, worlds=64, seed=9, folder=tmp_path / "two.run")
    (served,) = places(tmp_path / "two.run").values()
    assert served.start.to_json() == {"changes": {"cost": "0.25"}, "rival": "", "seed": 9}
    assert Desk(served).case(served.start).digest == case.digest
