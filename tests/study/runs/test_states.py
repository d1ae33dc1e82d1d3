"""Several state machines in what a run keeps and shows."""

import numpy as np
import pytest

import schelling
from schelling.compile.influence import causal_map
from schelling.compile.planning import plan
from schelling.report import html
from schelling.report.verdicts import state_shares, trajectories, verdict_json
from schelling.study.runs.results import Run

CASE = """
schelling: 1
title: Machines that share states
time: {start: 2022-03-21, step: 1 week, until: 2022-05-16}
phases: [war, peace]
states:
  embargo: [none, partial, full]
  aid: [full, none]
assumptions: {pace: {prior: "uniform(0, 1)", why: x}}
events:
  tighten: {hazard: pace / 4 weeks, while: embargo != full,
    effects: {embargo: full if embargo == partial else partial}}
  stop: {on: 2022-04-18, effects: {aid: none if pace > 0.5 else aid}}
claims:
  never_peace: {why: x, holds: eventually(phase == peace)}
  tight: {why: x, holds: final(embargo == full)}
  both_full: {why: x, holds: final(aid == embargo)}
rivals:
  softer:
    why: Nobody would cut everything off.
    states: {embargo: [none, partial]}
    remove: [claims.tight, claims.both_full]
    events: {tighten: {effects: {embargo: partial}, while: embargo == none, why: x}}
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("machines") / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    kept = path.parent / "kept.run"
    schelling.run(schelling.load(path), worlds=64, replicates=4, seed=3, folder=kept)
    return schelling.open_run(kept)


def test_columns_name_states_and_series_give_their_places(run: Run) -> None:
    draws = run.draws
    assert set(draws["final.aid"]) == {"full", "none"}
    for name, states in (("embargo", ["none", "partial", "full"]), ("aid", ["full", "none"])):
        ends = run.series[name].isel(time=-1).to_numpy()
        assert [states[end] for end in ends] == list(draws[f"final.{name}"])
        assert run.series[name].attrs["flag_meanings"] == " ".join(states)
        shares = run.bands[f"{name}_share"]
        assert list(shares[name].values) == states
        for place, state in enumerate(states):
            share = (run.series[name] == place).mean("world")
            np.testing.assert_array_equal(shares.sel({name: state}), share)
    full = draws["final.embargo"] == "full"
    np.testing.assert_array_equal(draws["holds.tight"], full)
    np.testing.assert_array_equal(
        draws["holds.both_full"],
        draws["final.embargo"].astype(str) == draws["final.aid"].astype(str),
    )
    assert (draws["final.phase"] == "war").all()


def test_shares_at_the_end_are_those_of_all_worlds(run: Run) -> None:
    found = verdict_json.to_json(run)["states"]
    assert list(found) == ["phase", "embargo", "aid"]
    assert found["phase"] == {"war": 1.0, "peace": 0.0}
    assert found["embargo"]["full"] == (run.draws["final.embargo"] == "full").mean()
    assert state_shares.sentence(run).startswith("At the end, phase: war 100")


def test_every_machine_has_a_picture_and_a_place_on_the_page(run: Run) -> None:
    titles = [figure.title for figure in trajectories.figures(run)]
    assert titles == ["Phases of the conflict", "States of embargo", "States of aid"]
    page = html.render(run)
    assert 'id="state-embargo"' in page
    assert 'href="#state-embargo"' in page
    assert run.plot_series("aid").to_dict()["title"]["text"] == "States of aid"
    with pytest.raises(schelling.RunError, match="did you mean 'embargo'"):
        run.plot_series("embargos")


def test_tables_for_queries_hold_numbers_only(run: Run) -> None:
    names = run.query("select distinct series from series")
    assert len(names) == 0  # there is no stock and no moving variable
    worlds = run.query("select count(*) as n from worlds where \"final.aid\" = 'none'")
    assert int(worlds["n"].iloc[0]) == (run.draws["final.aid"] == "none").sum()
    _, outcomes = run.to_ema()
    assert not any(name.startswith("final_") for name in outcomes)


def test_a_state_that_is_never_set_is_certain(run: Run) -> None:
    (note,) = run.case.notes
    assert note.code == "N106"
    assert "left side is war, the right side peace" in note.reason


def test_arrows_lead_from_what_sets_a_machine(run: Run) -> None:
    drawn = causal_map.draw(run.case, plan.build(run.case))
    assert [node.name for node in drawn.nodes if node.kind == "state machine"] == [
        "phase",
        "embargo",
        "aid",
    ]
    arrows = {(arrow.source, arrow.target) for arrow in drawn.arrows}
    assert ("event/tighten", "embargo") in arrows
    assert ("embargo", "event/tighten") in arrows


def test_a_rival_has_other_states(run: Run) -> None:
    rival = schelling.load(run.case.path, rival="softer")
    machines = {machine.name: machine.states for machine in rival.machines}
    assert machines == {
        "phase": ("war", "peace"),
        "embargo": ("none", "partial"),
        "aid": ("full", "none"),
    }
