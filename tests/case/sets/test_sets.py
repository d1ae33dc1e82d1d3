"""Definitions over sets: what they become, held against the same case written member by member."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import schelling
from schelling.case.check import Checked, check
from schelling.case.model import Case
from schelling.compile.planning import plan

HEAD = "schelling: 1\ntitle: x\ntime: {start: 2022-03-21, until: 2022-06-27}\n"
FOLDED = """
sets: {city: [north, south, river]}
assumptions:
  garrison[city]: {prior: {river: 1 to 2, others: 2 to 4}, why: x}
  fire: {prior: 0.2 to 0.9, unit: 1 / week, why: x}
stocks:
  standing[city]:
    start: garrison[city]
    change: "-fire if count(standing[c] > 0 for c in before(city)) == 0 else 0"
    within: [0, 10]
variables:
  total: sum(standing[c] for c in city)
  least[city]: min(standing[c] for c in city if c != city2)
events:
  relief[city]: {hazard: 0.1 / week, effects: {"standing[city]": "standing[city] + 1"}}
claims:
  last[city]: {holds: "final(standing[city]) > 1", why: x}
""".replace("least[city]", "least[d in city]").replace("city2", "d")
WRITTEN = """
assumptions:
  garrison_north: {prior: 2 to 4, why: x}
  garrison_south: {prior: 2 to 4, why: x}
  garrison_river: {prior: 1 to 2, why: x}
  fire: {prior: 0.2 to 0.9, unit: 1 / week, why: x}
stocks:
  standing_north: {start: garrison_north, change: -fire, within: [0, 10]}
  standing_south:
    start: garrison_south
    change: "-fire if (1 if standing_north > 0 else 0) == 0 else 0"
    within: [0, 10]
  standing_river:
    start: garrison_river
    change:
      "-fire if (1 if standing_north > 0 else 0) + (1 if standing_south > 0 else 0) == 0 else 0"
    within: [0, 10]
variables:
  total: standing_north + standing_south + standing_river
  least_north: min(standing_south, standing_river)
  least_south: min(standing_north, standing_river)
  least_river: min(standing_north, standing_south)
events:
  relief_north: {hazard: 0.1 / week, effects: {standing_north: standing_north + 1}}
  relief_south: {hazard: 0.1 / week, effects: {standing_south: standing_south + 1}}
  relief_river: {hazard: 0.1 / week, effects: {standing_river: standing_river + 1}}
claims:
  last_north: {holds: final(standing_north) > 1, why: x}
  last_south: {holds: final(standing_south) > 1, why: x}
  last_river: {holds: final(standing_river) > 1, why: x}
  last: {holds: "final(standing_north) > 1 and final(standing_south) > 1 and
    final(standing_river) > 1", why: x}
"""


def load(folder: Path, text: str) -> Case:
    path = folder / "case.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return schelling.load(path)


def problems(folder: Path, text: str) -> Checked:
    path = folder / "case.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return check(path)


def test_a_definition_over_a_set_is_one_for_every_member(tmp_path: Path) -> None:
    """The plan is, name for name, that of the case in which every member is written out."""
    folded = plan.show(plan.build(load(tmp_path, FOLDED)))
    written = plan.show(plan.build(load(tmp_path, WRITTEN)))
    assert (
        re.sub(r"\[(north|south|river)\]", r"_\1", folded).splitlines()[1:]
        == (written.splitlines()[1:])
    )


def test_a_member_of_its_own_takes_the_place_of_all(tmp_path: Path) -> None:
    text = FOLDED.replace("events:", "  total_at[city]: 1\n  total_at[south]: 2\nevents:")
    case = load(tmp_path, text)
    values = {v.name: getattr(v.value, "value", None) for v in case.variables}
    assert [values[f"total_at[{c}]"] for c in ("north", "south", "river")] == [1, 2, 1]


def test_one_draw_for_all_members(tmp_path: Path) -> None:
    text = """
sets: {side: [red, blue]}
assumptions:
  resolve[side]: {prior: uniform(0, 1), per: world, why: x}
  anger[side]: {prior: uniform(0, 1), why: x}
claims:
  same: {holds: "resolve[red] == resolve[blue] and resolve > 0", why: x}
  other: {holds: "anger[red] == anger[blue]", why: x}
"""
    case = load(tmp_path, text)
    assert [a.name for a in case.assumptions] == ["resolve", "anger[red]", "anger[blue]"]
    shares = schelling.run(case, worlds=64, course=False).verdicts["share"]
    assert list(shares) == [1, 0]


def test_numbers_of_tables_have_their_units(tmp_path: Path) -> None:
    (tmp_path / "countries.csv").write_text(
        "iso3,name,troops\nRUS,Russia,900\nUKR,Ukraine,200\n", encoding="utf-8"
    )
    (tmp_path / "distances.csv").write_text("x,UKR,RUS\nRUS,7,0\nUKR,0,8\n", encoding="utf-8")
    text = """
sets: {country: {table: countries.csv, key: iso3, units: {troops: person}}}
tables: {distance: {table: distances.csv, over: [country, country], unit: km}}
assumptions: {u: {prior: "uniform(0, 1)", why: x}}
variables: {dense: "sum(troops[c] / distance[c, UKR] for c in country if c != UKR)"}
claims:
  right: {holds: "dense == 900 person / 7 km and distance[UKR, RUS] == 8 km", why: x}
  drawn: {holds: u > 0.5, why: x}
"""
    case = load(tmp_path, text)
    assert list(schelling.run(case, worlds=64, course=False).verdicts["share"]) == [1, 0.5]
    assert {path.name for path in case.tables} == {"countries.csv", "distances.csv"}
    before = case.digest
    (tmp_path / "distances.csv").write_text("x,UKR,RUS\nRUS,7,0\nUKR,0,9\n", encoding="utf-8")
    assert load(tmp_path, text).digest != before


def test_a_column_of_texts_is_no_value(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("iso3,name\nRUS,Russia\nUKR,Ukraine\n", encoding="utf-8")
    text = """
sets: {country: {table: c.csv, key: iso3}}
variables: {all: "sum(name[c] for c in country)"}
"""
    (problem,) = problems(tmp_path, text).problems
    assert problem.code == "E303"


def test_claims_are_asked_of_the_members_that_have_a_neighbour(tmp_path: Path) -> None:
    text = FOLDED.replace("final(standing[city]) > 1", "garrison[city] < garrison[previous(city)]")
    case = load(tmp_path, text)
    assert [claim.name for claim in case.claims] == ["last[south]", "last[river]", "last"]
    verdicts = schelling.run(case, worlds=4096, course=False).verdicts
    assert verdicts.loc["last[south]", "share"] == pytest.approx(0.5, abs=0.02)  # alike
    assert verdicts.loc["last", "share"] <= verdicts["share"].min()


def test_holding_one_member_is_holding_what_is_written_out(tmp_path: Path) -> None:
    claim = '  held: {holds: "(final(total) | do(%s = 2)) > final(total)", why: x}\n'
    folded = plan.show(plan.build(load(tmp_path, FOLDED + claim % "standing[river]")))
    written = plan.show(plan.build(load(tmp_path, WRITTEN + claim % "standing_river")))
    assert folded.splitlines()[-1] == written.splitlines()[-1].replace("_river", "[river]")
    each = '  each[city]: {why: x, holds: "(final(total) | do(fire = 1, standing[city] = 2)) > 1"}'
    case = load(tmp_path, FOLDED + each)
    twins = plan.build(case).twins[1:]
    held = [[name for name, _ in twin] for twin in twins]
    assert held == [["fire", f"standing[{city}]"] for city in ("north", "south", "river")]


@pytest.mark.parametrize(
    ("holds", "code"),
    [
        ("final(garrison[north]) > mean(standing[north]) | do(garrison[north] = 0)", ["E417"]),
        ("final(garrison[north]) > mean(garrison[south]) | do(garrison[south] = 0)", []),
        ("mean(standing[south]) > mean(standing[north]) | do(standing[south] = 0)", []),
        ("final(standing[north]) < (final(standing[north]) | do(garrison[south] = 0))", ["E418"]),
    ],
)
def test_what_a_member_changes_is_known_member_by_member(
    holds: str, code: list[str], tmp_path: Path
) -> None:
    """The north falls first, whatever stands in the south."""
    found = problems(tmp_path, FOLDED + f'  asked: {{holds: "{holds}", why: x}}\n')
    assert [problem.code for problem in found.problems] == code


def test_holding_a_family_holds_every_member(tmp_path: Path) -> None:
    text = FOLDED + '  held: {holds: "(final(total) | do(standing = 2)) == 6", why: x}\n'
    text += '  once: {holds: "(final(total) | do(standing = 2, fire = 1)) == 6", why: x}\n'
    case = load(tmp_path, text)
    assert list(schelling.run(case, worlds=64, course=False).verdicts["share"])[-2:] == [1, 1]


def test_correlations_over_sets(tmp_path: Path) -> None:
    text = """
sets: {side: [red, blue, green]}
assumptions:
  will[side]: {prior: uniform(0, 1), why: x}
  fire[side]: {prior: uniform(0, 1), why: x}
correlations:
  - {between: ["will[side]", "fire[side]"], rho: 0.5, why: x}
  - {between: ["will[a]", "will[b]"], rho: 0.2, why: x}
  - {between: ["fire[red]", "fire[blue]"], rho: 0.1, why: x}
"""
    found = {(c.first, c.second): c.rho for c in load(tmp_path, text).correlations}
    assert found == {
        ("will[red]", "fire[red]"): 0.5,
        ("will[blue]", "fire[blue]"): 0.5,
        ("will[green]", "fire[green]"): 0.5,
        ("will[red]", "will[blue]"): 0.2,
        ("will[red]", "will[green]"): 0.2,
        ("will[blue]", "will[green]"): 0.2,
        ("fire[red]", "fire[blue]"): 0.1,
    }


def test_a_rival_changes_a_member_or_all(tmp_path: Path) -> None:
    text = (
        FOLDED
        + """
rivals:
  one: {why: x, assumptions: {"garrison[south]": {prior: 5, why: x}}}
  all: {why: x, assumptions: {"garrison[city]": {prior: 6, why: x}}}
"""
    )
    load(tmp_path, text)
    path = tmp_path / "case.yaml"
    one, every = (schelling.load(path, rival=name) for name in ("one", "all"))
    assert [a.prior.written for a in one.assumptions][:3] == ["2 to 4", "5", "1 to 2"]
    assert [a.prior.written for a in every.assumptions][:3] == ["6", "6", "6"]


def test_words_for_members_stay_free_as_names(tmp_path: Path) -> None:
    text = """
assumptions: {rank: {prior: "uniform(0, 1)", why: x}, size: {prior: 2, why: x}}
variables: {any: rank * size, before: any + 1, share: before / 2}
claims: {all: {holds: share > 0, why: x}}
"""
    assert load(tmp_path, text).claims[0].name == "all"


def test_a_set_is_no_larger_than_a_thousand(tmp_path: Path) -> None:
    text = f"sets: {{city: [{', '.join(f'c{n}' for n in range(1001))}]}}\n"
    (problem,) = problems(tmp_path, text).problems
    assert problem.code == "E424"
    assert "1,001 members" in problem.message


def test_definitions_over_sets_are_counted_by_member(tmp_path: Path) -> None:
    text = f"""
sets: {{a: [{", ".join(f"a{n}" for n in range(80))}], b: [{", ".join(f"b{n}" for n in range(80))}]}}
variables:
  x[a, b]: 1
"""
    (problem,) = problems(tmp_path, text).problems
    assert problem.code == "E109"
    assert "6,4" in problem.message


@pytest.mark.slow
def test_thresholds_of_granovetter(tmp_path: Path) -> None:
    """Granovetter (1978), AJS 83:1420, page 1424: thresholds 0 to 99; then the 1 becomes a 2."""
    rows = "\n".join(f"p{n},{n},{2 if n == 1 else n}" for n in range(100))
    (tmp_path / "people.csv").write_text(f"person,first,second\n{rows}\n", encoding="utf-8")
    (tmp_path / "case.yaml").write_text(
        """
schelling: 1
title: Two crowds
sets: {somebody: {table: people.csv, key: person}}
assumptions: {one: {prior: 1, why: as many as join together}}
variables:
  joined[somebody]: "(0 if rank(somebody) == 1 else joined[previous(somebody)]) +
    (one if first[somebody] <= (0 if rank(somebody) == 1 else joined[previous(somebody)]) else 0)"
  others[somebody]: "(0 if rank(somebody) == 1 else others[previous(somebody)]) +
    (one if second[somebody] <= (0 if rank(somebody) == 1 else others[previous(somebody)]) else 0)"
claims:
  all_join: {holds: "joined[p99] == 100", why: as printed}
  one_joins: {holds: "others[p99] == 1", why: as printed}
""",
        encoding="utf-8",
    )
    case = schelling.load(tmp_path)
    assert list(schelling.run(case, worlds=16, course=False).verdicts["share"]) == [1, 1]
