"""Conveyors, pipelines and limits of outflow against what they do by definition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interchange.running import imported_course
from schelling.errors import CaseError
from schelling.interchange.xmile.into_case import imported

EXACT = 1e-9  # sums of a few numbers of size 100


def course(
    folder: Path, variables: str, *, dt: float = 0.5, method: str = "Euler", dims: str = ""
) -> dict[str, np.ndarray]:
    path = folder / "model.xmile"
    specs = f'<sim_specs method="{method}"><start>0</start><stop>6</stop><dt>{dt}</dt></sim_specs>'
    text = f"<xmile>{specs}{dims}<model><variables>{variables}</variables></model></xmile>"
    path.write_text(text, encoding="utf-8")
    return imported_course(imported(path), folder)


CONVEYOR = """
<stock name="belt"><eqn>8</eqn><inflow>on</inflow><outflow>off</outflow>
  <conveyor><len>2</len></conveyor></stock>
<flow name="on"><eqn>10 + TIME</eqn></flow><flow name="off"/>
<stock name="done"><eqn>0</eqn><inflow>off</inflow></stock>
"""


def test_what_enters_a_conveyor_leaves_it_after_its_transit(tmp_path: Path) -> None:
    """At first what was on it leaves evenly: 8 in a time of 2; nothing is lost on the way."""
    found = course(tmp_path, CONVEYOR)
    time = np.arange(13) * 0.5
    leaves = np.where(time < 2, 4.0, 10 + time - 2)
    assert found["off"] == pytest.approx(leaves, abs=EXACT)
    entered = 0.5 * np.concatenate([[0], np.cumsum(10 + time)[:-1]])
    assert found["belt"] + found["done"] == pytest.approx(8 + entered, abs=EXACT)


READ = """
<aux name="middle"><eqn>MEAN(belt)</eqn></aux><aux name="most"><eqn>MAX(belt[*])</eqn></aux>
<aux name="places"><eqn>SIZE(belt)</eqn></aux><aux name="least"><eqn>MIN(belt, 3)</eqn></aux>
<aux name="next"><eqn>belt[1]</eqn></aux><aux name="one"><eqn>belt[2 + STEP(2, 1)]</eqn></aux>
"""


def test_places_of_a_conveyor_are_read_from_its_end(tmp_path: Path) -> None:
    """8 lie evenly on 4 places; (10 + time) / 2 comes to the first of them in each step."""
    found = course(tmp_path, READ + CONVEYOR)
    time = np.arange(13) * 0.5
    entered = np.concatenate([np.full(4, 2.0), (10 + time) / 2])
    rows = np.array([entered[n : n + 4] for n in range(13)])
    assert found["next"] == pytest.approx(rows[:, 0], abs=EXACT)
    assert found["one"] == pytest.approx(np.where(time < 1, rows[:, 1], rows[:, 3]), abs=EXACT)
    assert found["middle"] == pytest.approx(rows.mean(axis=1), abs=EXACT)
    assert found["most"] == pytest.approx(rows.max(axis=1), abs=EXACT)
    assert set(found["places"]) == {4.0}
    assert set(found["least"]) == {3.0}


TWO = """
<stock name="belt"><dimensions><dim name="two"/></dimensions><eqn>6</eqn><outflow>off</outflow>
  <conveyor><len>{}</len></conveyor></stock>
<flow name="off"><dimensions><dim name="two"/></dimensions></flow>
<aux name="one"><eqn>MEAN(belt[2])</eqn></aux><aux name="all"><eqn>MEAN(belt[*])</eqn></aux>"""


def test_a_mean_over_places_is_not_one_over_an_array(tmp_path: Path) -> None:
    dims = '<dimensions><dim name="two" size="2"/></dimensions>'
    found = course(tmp_path, TWO.format("1.5"), dims=dims)
    assert (found["one"][0], found["all"][0]) == pytest.approx((2, 6))
    with pytest.raises(CaseError, match="MEAN in 'one': what lies at which place"):
        course(tmp_path, TWO.format("two"), dims=dims)


def test_a_queue_is_no_row_of_places(tmp_path: Path) -> None:
    waiting = '<stock name="line"><eqn>1</eqn><outflow>on</outflow><queue/></stock>'
    mean = '<aux name="one"><eqn>MEAN(line)</eqn></aux>'
    belt = CONVEYOR.replace("<conveyor>", '<conveyor one_at_a_time="false">')
    with pytest.raises(CaseError, match="MEAN in 'one': what lies at which place"):
        course(tmp_path, waiting + mean + belt)


def test_a_conveyor_needs_eulers_rule(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="which RK4 has none of"):
        course(tmp_path, CONVEYOR, method="RK4")


LEAKY = """
<stock name="belt"><eqn>{}</eqn><inflow>on</inflow><outflow>off</outflow><outflow>lost</outflow>
  <conveyor exponential_leak="{}"><len>2</len></conveyor></stock>
<flow name="on"><eqn>10</eqn></flow><flow name="off"/>
<flow name="lost"><eqn>0.3</eqn><leak/></flow>
"""


@pytest.mark.parametrize("kind", ["linear", "exponential"])
def test_a_leaking_conveyor_stays_as_full_as_is_published(kind: str, tmp_path: Path) -> None:
    """isee systems (2010), Steady-State Initialization of Conveyors, for 10 into one of 2.

    Of linear leakage the outflow is 10 (1 - 0.3), and the contents are 2 * 10 less 3/2 of a step's
    leakage of 3; of exponential leakage each of 4 steps of 0.5 leaves 1 - 0.3 * 0.5.
    """
    stays = 1 - 0.3 * 0.5
    steady = kind == "linear"
    off = 7.0 if steady else 10 * stays**4
    held = 20 - 3 * 3 * 0.5 / 2 if steady else 10 * (1 - stays**4) / 0.3
    found = course(tmp_path, LEAKY.format(held, str(not steady).lower()))
    for name, value in (("belt", held), ("off", off), ("lost", 10 - off)):
        assert found[name] == pytest.approx(value, abs=EXACT), name


def test_leaks_that_would_take_more_than_there_is_take_all(tmp_path: Path) -> None:
    """Two linear leaks of 0.8 each: the first is served first, and nothing leaves at the end."""
    second = '<flow name="stolen"><eqn>0.8</eqn><leak/></flow>'
    variables = LEAKY.format(0, "false").replace("0.3", "0.8") + second
    lost = "<outflow>lost</outflow>"
    found = course(tmp_path, variables.replace(lost, f"{lost}<outflow>stolen</outflow>"))
    assert found["off"] == pytest.approx(0, abs=EXACT)
    assert found["lost"] + found["stolen"] == pytest.approx([0, 4, 8] + [10] * 10, abs=EXACT)
    assert (found["belt"] >= -EXACT).all()


SEVERAL = """
<stock name="healthy"><eqn>100</eqn><outflow>falling ill</outflow></stock>
<stock name="ill"><dimensions><dim name="kind"/></dimensions><eqn>4</eqn>
  <inflow>falling ill</inflow><outflow>recovering</outflow><outflow>dying</outflow>
  <conveyor exponential_leak="true"><len>1</len></conveyor></stock>
<flow name="falling ill"><dimensions><dim name="kind"/></dimensions><eqn>2 * kind</eqn></flow>
<flow name="recovering"><dimensions><dim name="kind"/></dimensions></flow>
<flow name="dying"><dimensions><dim name="kind"/></dimensions><eqn>SUM(ill) / 80</eqn><leak/></flow>
<stock name="well"><eqn>0</eqn><inflow>recovering</inflow></stock>
<stock name="dead"><eqn>0</eqn><inflow>dying</inflow></stock>
"""


def test_a_leak_may_depend_on_what_is_there_and_an_array_flow_into_one_stock(
    tmp_path: Path,
) -> None:
    """At the start 8 are ill, so that a tenth of the 4 of each kind leaks in a unit of time."""
    specs = '<sim_specs method="Euler"><start>0</start><stop>3</stop><dt>0.5</dt></sim_specs>'
    dims = '<dimensions><dim name="kind" size="2"/></dimensions>'
    path = tmp_path / "model.xmile"
    body = f"<model><variables>{SEVERAL}</variables></model>"
    path.write_text(f"<xmile>{specs}{dims}{body}</xmile>", encoding="utf-8")
    found = imported_course(imported(path), tmp_path)
    kinds = [name for name in found if name.startswith("dying[")]
    assert [found[name][0] for name in kinds] == pytest.approx([0.4, 0.4], abs=EXACT)
    ill = sum(found[name] for name in found if name.startswith("ill["))
    whole = found["healthy"] + ill + found["well"] + found["dead"]
    assert whole == pytest.approx(np.full(7, 108.0), abs=EXACT)


LIMITED = """
<stock name="store"><eqn>10</eqn><inflow>in</inflow><outflow>early</outflow>
  <outflow>late</outflow><non_negative/></stock>
<flow name="in"><eqn>2</eqn></flow><flow name="early"><eqn>4</eqn></flow>
<flow name="late"><eqn>5</eqn></flow>
<stock name="a"><eqn>0</eqn><inflow>early</inflow></stock>
<stock name="b"><eqn>0</eqn><inflow>late</inflow></stock>
"""


@pytest.mark.parametrize("method", ["Euler", "RK4"])
def test_an_empty_store_gives_no_more_than_it_gets(method: str, tmp_path: Path) -> None:
    """The first flow is served first, and what leaves the store arrives."""
    found = course(tmp_path, LIMITED, method=method)
    time = np.arange(13) * 0.5
    whole = found["store"] + found["a"] + found["b"]
    room = EXACT if method == "Euler" else 0.5  # RK4 meets the end within one step
    assert whole == pytest.approx(10 + 2 * time, abs=room)
    assert (found["store"] >= 0).all()
    if method == "Euler":
        assert found["early"][-1] == pytest.approx(2)
        assert found["late"][-1] == pytest.approx(0)
