"""What a desk computes: runs are kept a while, previews wait for nobody, files are read anew."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from schelling.case.check import Checked, load
from schelling.case.drawn import Prior
from schelling.case.model import Case
from schelling.case.settings import given
from schelling.errors import RunError
from schelling.study.runs.results import Run
from schelling.study.runs.run import run
from schelling.web import desk as desks
from schelling.web.desk import KEPT, Desk, Faulty, ServedCase, Superseded
from schelling.web.looking_ahead import ahead
from schelling.web.page_state import PREVIEW, REFINED, PageState
from web.conftest import CASE


def test_a_state_is_computed_once(place: ServedCase) -> None:
    desk = Desk(place)
    first = desk.preview(PageState({"cost": "0.2", "gain": "0.3"}))
    assert first.manifest.worlds == PREVIEW
    assert desk.preview(PageState({"gain": "0.3", "cost": "0.2"})) is first
    many = desk.refined(PageState({"cost": "0.2", "gain": "0.3"}))
    assert many.manifest.worlds == REFINED
    assert desk.preview(PageState({"cost": "0.2", "gain": "0.3"})) is many


def test_a_preview_has_the_verdicts_of_a_run_and_no_series(place: ServedCase) -> None:
    made = Desk(place).preview(PageState())
    with pytest.raises(RunError):
        _ = made.series


def test_worlds_that_are_known_are_weighed_where_a_prior_moves(place: ServedCase) -> None:
    desk = Desk(place)
    moved = PageState({"cost": "beta(1.2, 1)"})
    assert desk.weighted(moved) is None  # there are no worlds yet
    desk.preview(PageState())
    assert desk.weighted(moved) is None  # and too few
    desk.refined(PageState())
    found = desk.weighted(moved)
    assert found is not None
    assert PREVIEW < found.worth < REFINED
    assert desk.weighted(PageState({"kind": "1"})) is None
    assert desk.weighted(PageState(moved.changes, seed=1)) is None
    fresh = desk.refined(moved)
    assert desk.weighted(moved) is None  # its own worlds are better
    for name, share in fresh.shares.items():
        one = found.run.shares[name]
        assert abs(one.share - share.share) <= one.half_width + share.half_width


def test_worlds_are_drawn_where_a_hand_is_going(place: ServedCase) -> None:
    """The hand has left the range that worlds are known of; shares agree with those of a run."""
    desk = Desk(place)
    states = [PageState({"gain": f"uniform({n / 10:g}, {1 + n / 10:g})"}) for n in range(5)]
    desk.refined(states[0])
    assert desk.weighted(states[1]) is None
    assert not desk.look_ahead(states[1], "gain")  # it may have come to rest there
    assert desk.look_ahead(states[2], "gain")
    found = desk.weighted(states[4])
    assert found is not None
    assert found.worth >= PREVIEW
    assert not desk.look_ahead(PageState({"gain": "0.3"}), "gain")
    one, other = found.run.shares["pays"], desk.refined(states[4]).shares["pays"]
    assert abs(one.share - other.share) <= one.half_width + other.half_width


def test_nothing_is_drawn_ahead_that_cannot_be_weighed(
    place: ServedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    tied = "correlations: [{between: [cost, gain], rho: 0.5, why: x}]\n"
    file = place.path / "case.yaml"
    file.write_text(file.read_text("utf-8") + tied, "utf-8")
    monkeypatch.setattr(desks, "run", lambda *_, **__: pytest.fail("worlds are drawn"))
    desk = Desk(place)
    for n in range(3):
        changes = {"cost": f"uniform({n / 10:g}, {1 + n / 10:g})"}
        assert not desk.look_ahead(PageState(changes), "cost")


def test_a_hand_is_followed_that_moves_one_prior_alone(
    place: ServedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not where another assumption has moved between, and not where its own worlds are known."""
    drawn: list[int] = []

    def counting(case: Case, **how: Any) -> Run:
        drawn.append(how["worlds"])
        return run(case, **how)

    monkeypatch.setattr(desks, "run", counting)
    desk = Desk(place)
    at = [PageState({"cost": f"uniform({n / 10:g}, {1 + n / 10:g})"}) for n in range(3)]
    assert not desk.look_ahead(at[0], "cost")
    assert not desk.look_ahead(PageState({**at[1].changes, "gain": "0.3"}), "cost")
    assert not desk.look_ahead(at[1], "cost")
    desk.refined(at[2])
    assert not desk.look_ahead(at[2], "cost")
    assert drawn == [REFINED]


def test_a_wider_range_that_the_case_refuses_is_not_tried(
    place: ServedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, sound = Desk(place), desks.Desk.check
    at = [PageState({"cost": f"uniform({n / 10:g}, {1 + n / 10:g})"}) for n in range(2)]

    def refusing(desk: Desk, state: PageState) -> Checked:
        found = sound(desk, state)
        return found if state in at else replace(found, case=None)

    monkeypatch.setattr(desks.Desk, "check", refusing)
    monkeypatch.setattr(desks, "run", lambda *_, **__: pytest.fail("worlds are drawn"))
    assert not any(desk.look_ahead(state, "cost") for state in at)


def flat(low: float, high: float, within: tuple[float, float] | None = None) -> Prior:
    return Prior("uniform", (low, high), within, f"uniform({low:g}, {high:g})", False)


def test_a_range_goes_on_the_way_that_a_prior_has_moved() -> None:
    assert ahead(flat(0, 1), flat(0.25, 1.25)) == "uniform(0.25, 1.85)"
    assert ahead(flat(0, 1), flat(-0.25, 0.75)) == "uniform(-0.85, 0.75)"
    assert ahead(flat(0, 1), flat(0, 2)) is None  # to neither side
    assert ahead(flat(0, 1), flat(0.25, 1.25, (0, 1))) is None  # further on lies nothing
    assert ahead(Prior("beta", (0.5, 1.0), None, "beta(0.5, 1)", False), flat(0, 1)) is None


def test_only_so_many_runs_are_kept(place: ServedCase, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def run(case: object, **told: object) -> str:
        made.append(f"{len(made)}")
        return made[-1]

    monkeypatch.setattr(desks, "run", run)
    desk = Desk(place)
    for seed in range(KEPT + 1):
        desk.preview(PageState(seed=seed))
    desk.preview(PageState(seed=1))
    assert len(made) == KEPT + 1
    desk.preview(PageState(seed=0))
    assert len(made) == KEPT + 2


def test_a_preview_stops_what_is_refined(
    place: ServedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, go = threading.Event(), threading.Event()

    def run(case: object, *, worlds: int, progress: object = None, **told: object) -> str:
        if worlds == PREVIEW:
            go.set()
            assert stopped.wait(10)  # a preview does not end before the other has been stopped
            return "few"
        started.set()
        assert go.wait(10)
        assert callable(progress)
        progress(1)
        return "many"

    monkeypatch.setattr(desks, "run", run)
    desk, stopped, found = Desk(place), threading.Event(), list[str]()

    def refine() -> None:
        try:
            desk.refined(PageState())
        except Superseded:
            found.append("superseded")
        stopped.set()

    other = threading.Thread(target=refine)
    other.start()
    assert started.wait(10)
    assert str(desk.preview(PageState(seed=1))) == "few"
    other.join(10)
    assert found == ["superseded"]


def test_weighing_worlds_stops_what_is_refined(
    place: ServedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(place)

    def run(case: object, *, progress: Callable[[int], None], **told: object) -> None:
        progress(1)  # nobody has asked for anything else
        desk.weighted(PageState({"cost": "0.3"}))  # of which no worlds are known
        progress(1)

    monkeypatch.setattr(desks, "run", run)
    with pytest.raises(Superseded):
        desk.refined(PageState())


def test_a_run_is_really_stopped_that_way(place: ServedCase) -> None:
    desk = Desk(place)
    desk._previews = 1  # pyright: ignore[reportPrivateUsage] - a preview is under way
    with pytest.raises(Superseded):
        desk.refined(PageState())
    desk._previews = 0  # pyright: ignore[reportPrivateUsage]
    assert desk.refined(PageState()).manifest.worlds == REFINED


def test_a_changed_file_is_read_when_told(place: ServedCase) -> None:
    desk = Desk(place)
    before = desk.case(PageState()).digest
    (place.path / "case.yaml").write_text(CASE.replace("0.1 to 0.4", "0.2 to 0.4"), "utf-8")
    assert desk.case(PageState()).digest == before
    desk.forget()
    assert desk.case(PageState()).digest != before


def test_a_run_of_an_older_text_is_not_kept(
    place: ServedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(place)

    def run(case: object, **told: object) -> str:
        desk.forget()  # the file changes while it is run
        return "old"

    monkeypatch.setattr(desks, "run", run)
    assert str(desk.preview(PageState())) == "old"

    def run_again(case: object, **told: object) -> str:
        return "new"

    monkeypatch.setattr(desks, "run", run_again)
    assert str(desk.preview(PageState())) == "new"


def test_a_faulty_state_says_what_and_where(place: ServedCase) -> None:
    with pytest.raises(Faulty) as caught:
        Desk(place).preview(PageState({"gain": "0.2", "cost": "many"}))
    (problem,) = caught.value.problems
    assert caught.value.changed(problem) == "cost"


def test_the_digest_is_that_of_the_command_line(place: ServedCase) -> None:
    state = PageState({"cost": "uniform(0.2, 0.4)"})
    case = Desk(place).case(state)
    wanted = load(place.path, settings=given.options(["cost=uniform(0.2, 0.4)"]))
    assert (case.digest, case.changed) == (wanted.digest, wanted.changed)
