"""Notes on sound cases: each kind where it belongs, and none where it nearly does."""

import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import schelling
from schelling.case.check import Checked, check
from schelling.case.drawn import Prior
from schelling.case.language.typed.scope import Influence
from schelling.case.notes import small_chances, tails
from schelling.case.notes.intervals import EITHER, FALSE, TRUE
from schelling.case.notes.ranges import percent
from schelling.case.notes.reach import Reach
from schelling.cli.app import app
from schelling.distributions.families import FAMILIES
from slowness import soon

FOLDER = Path(__file__).parents[2] / "noted_cases"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
PRIORS: dict[str, list[tuple[float, ...]]] = {
    "uniform": [(0, 1), (-1, 3)],
    "normal": [(0.5, 0.2), (0, 1)],
    "lognormal": [(0.436, 0.474), (2, 0.5)],
    "truncnormal": [(0.5, 0.2, 0, 1), (5, 1, -1, 1), (-5, 1, -1, 1)],
    "beta": [(11, 89), (0.5, 0.5), (2, 5), (300, 1000)],
    "gamma": [(2, 1.5), (0.5, 0.13), (0.05, 1), (200, 0.1)],
    "exponential": [(8,)],
    "triangular": [(0, 0.2, 1), (0, 0, 1), (0, 1, 1)],
    "loguniform": [(0.5, 20)],
    "logitnormal": [(0.3, 0.8)],
}
BOUNDS = (-2, -0.5, 0, 1e-6, 0.05, 0.2, 0.35, 0.5, 0.9, 1, 1.2, 3, 8, 20, 40)


@pytest.mark.parametrize("name", NAMES)
def test_every_note_is_shown_in_its_place(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `schelling check` prints it: `cd tests/noted_cases && schelling check NAME.yaml`."""
    monkeypatch.chdir(FOLDER)
    done = CliRunner().invoke(app, ["check", f"{name}.yaml"])
    assert done.exit_code == 0
    assert done.stdout == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "noted"),
    [
        ("conditions", "always_met never_met held share"),
        (
            "priors",
            "too_wide normal_share both_ends far_left too_long skewed listed impossible delay "
            "troops tanks half_cut cut",
        ),
        (
            "unread",
            "idle choice_of_nato correlated only_shown nerves in_a_premise calm shown idle "
            "in_an_event",
        ),
        ("computed", "until fog mood alone nowhere"),
        ("agents", "side friends idle mood losses supplies raid"),
        ("plays", "weekly fortnightly"),
        (
            "certain",
            "bounded impossible positive sum never_peace only_grows always_paid a_chance held "
            "mixed date",
        ),
    ],
)
def test_only_what_is_meant_is_noted(name: str, noted: str) -> None:
    """Each file also holds near misses, which must stay without a note."""
    notes = check(FOLDER / f"{name}.yaml").notes
    quoted = [re.findall(r"'(\w+)", note.message) or ["until"] for note in notes]
    named = [next(word for word in words if word != "within") for words in quoted]
    assert named == noted.split()


def of(text: str, folder: Path) -> Checked:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    checked = check(path)
    assert checked.case is not None, checked.rendered()
    return checked


@pytest.mark.parametrize("family", PRIORS)
def test_the_share_outside_is_that_of_the_distribution(family: str) -> None:
    """Against the functions on arrays, which share no line with these.

    Within 1e-9 of the share: the tail of a truncated normal is a difference of two masses near one
    half, which loses six of sixteen digits where it is smallest here.
    """
    for parameters in PRIORS[family]:
        numbers = tuple(float(p) for p in parameters)
        prior = Prior(family, numbers, None, "", interval=False)
        for bound in BOUNDS:
            at = np.array(float(bound))
            under = float(FAMILIES[family].cdf(at, *numbers))
            over = float(FAMILIES[family].survival(at, *numbers))
            assert tails.below(prior, bound) == pytest.approx(under, rel=1e-9, abs=1e-300)
            assert tails.above(prior, bound) == pytest.approx(over, rel=1e-9, abs=1e-300)


def test_the_share_outside_of_a_cut_prior_is_that_of_what_is_left() -> None:
    whole = Prior("uniform", (0.0, 2.0), None, "", interval=False)
    assert (tails.below(whole, 0.5), tails.above(whole, 1.5)) == (0.25, 0.25)
    part = Prior("uniform", (0.0, 2.0), (0.5, 1.75), "", interval=False)
    assert tails.cut(part) == 0.375  # a quarter below and an eighth above
    assert tails.below(part, 0.5) == tails.above(part, 1.75) == 0.0
    assert tails.above(part, 1.5) == pytest.approx(0.2)  # an eighth of the whole, of five eighths
    assert tails.quantile(part, 0.2) == pytest.approx(0.75)
    listed = Prior("choice", ((0.0, 1.0, 2.0), (0.5, 0.25, 0.25)), None, "", interval=False)
    assert (tails.below(listed, 1.0), tails.above(listed, 1.0)) == (0.5, 0.25)


def test_shares_in_words() -> None:
    shares = (0.0398, 0.00012, 0.5, 0.996, 0.99996, 1.0)
    assert [percent(s) for s in shares] == ["4 %", "0.012 %", "50 %", "99.6 %", ">99.9 %", "100 %"]


@pytest.mark.parametrize(
    ("unit", "prior", "noted"),
    [
        ("share", "0.2 to 0.95", True),
        ("percent", "0.2 to 0.95", False),
        ("share / week", "0.2 to 0.95", False),
        ("week", "-1 to 5", True),
        ("days", "-1 to 5", True),
        ("1 / week", "-1 to 5", False),
        ("week ** 2", "-1 to 5", False),
        ("missiles", "-1 to 5", True),
        ("USD", "-1 to 5", False),
        ("weeks", "0.2 to 95", False),
    ],
)
def test_the_range_of_a_unit(unit: str, prior: str, noted: bool, tmp_path: Path) -> None:
    text = f"""
schelling: 1
title: x
assumptions: {{a: {{prior: {prior}, unit: {unit}, why: x}}}}
claims: {{c: {{why: x, holds: "a / (1 {unit.replace("1 / ", "/ ")}) > 0.5"}}}}
"""
    assert [note.code for note in of(text, tmp_path).notes] == ["N101"] * noted


def test_the_prior_of_the_issue(tmp_path: Path) -> None:
    """`0.2 to 0.95` as a share: 4 % of all worlds are above 1."""
    text = """
schelling: 1
title: x
assumptions:
  reach: {prior: 0.2 to 0.95, unit: share, why: x}
claims: {c: {why: x, holds: reach > 0.5}}
"""
    (note,) = of(text, tmp_path).notes
    assert "'reach' is above 1 in 4 % of all worlds" in note.message
    draws = schelling.run(check(tmp_path).case, worlds=65_536, claims=[], course=False).draws[
        "reach"
    ]
    assert (draws > 1).mean() == pytest.approx(0.0398, abs=2e-3)  # three digits of 65,536 points
    assert note.span is not None
    assert note.span.line == 5
    remedies = re.findall(r"within: \[0, 1\]|logitnormal\([\d.]+, [\d.]+\)", note.hint)
    assert len(remedies) == 2
    for prior in (remedies[1], "0.2 to 0.95, within: [0, 1]"):
        written = f'"{prior}"' if "(" in prior else prior
        assert of(text.replace("0.2 to 0.95", written), tmp_path).notes == ()


@pytest.mark.parametrize(("count", "noted"), [(22, False), (23, True)])
def test_plays_add_up_from_one_in_five_on(count: int, noted: bool, tmp_path: Path) -> None:
    text = f"""
schelling: 1
title: x
time: {{start: 2022-01-03, step: 1 day, until: 2022-01-{3 + count:02}}}
phases: [war, wider]
actors: {{russia: {{}}}}
games:
  stand:
    played: {{every: 1 day}}
    solve: {{precision: 4}}
    tree:
      russia:
        hold: {{payoffs: {{russia: 0}}}}
        strike: {{payoffs: {{russia: -1}}, effects: {{phase: wider}}}}
claims: {{c: {{why: x, holds: final(phase == wider)}}}}
"""
    assert small_chances.at_least_once(0.01, 52) == pytest.approx(0.407, abs=5e-4)  # three digits
    assert [note.code for note in of(text, tmp_path).notes] == ["N105"] * noted


def test_what_is_behind_a_name_and_past_another() -> None:
    chain = Influence({"b": ["a"], "c": ["b"], "d": ["c", "e"]})
    assert chain.behind(["d"]) == ("d", "c", "e", "b", "a")
    assert chain.of("a") == {"a", "b", "c", "d"}
    assert chain.felt(["d"], ["a", "e"]) == {"a", "e"}
    assert chain.felt(["d"], ["a", "c"]) == {"c"}  # nothing passes what is held
    assert chain.felt(["b"], ["c", "d"]) == frozenset()
    assert chain.beyond("c") == ("d",)


def test_a_case_that_has_only_assumptions_yet_has_no_notes_on_them(tmp_path: Path) -> None:
    text = "schelling: 1\ntitle: x\nassumptions: {a: {prior: 0.1 to 0.4, why: x}}\n"
    assert of(text, tmp_path).notes == ()
    assert [n.code for n in of(f"{text}variables: {{v: 1}}\n", tmp_path).notes] == ["N103"]


RIVAL = """
schelling: 1
title: x
assumptions:
  a: {prior: "uniform(0, 1)", unit: share, why: x}
  b: {prior: "uniform(0, 1)", unit: share, why: x}
variables: {both: a + b}
claims: {c: {why: x, holds: both > 0.5}}
rivals:
  wide: {why: x, assumptions: {a: {prior: "uniform(0, 2)", why: x}}}
  without: {why: x, variables: {both: {value: b, why: x}}}
"""


def test_of_a_rival_only_its_changes_are_noted(tmp_path: Path) -> None:
    """`a` is read by nobody in `without`, which is what that rival says."""
    (note,) = of(RIVAL, tmp_path).notes
    assert (note.code, note.span and note.span.line) == ("N101", 10)
    assert note.reason.endswith("in the rival 'wide'")
    own = check(tmp_path, rival="without").notes
    assert [found.code for found in own] == ["N103"]
    assert schelling.load(tmp_path).notes == ()
    assert [n.code for n in schelling.load(tmp_path, rival="wide").notes] == ["N101"]


def test_a_claim_of_a_rival_can_be_certain(tmp_path: Path) -> None:
    text = f"{RIVAL}  sure:\n    why: x\n    claims: {{c: {{holds: both <= 2, why: x}}}}\n"
    assert [note.code for note in of(text, tmp_path).notes] == ["N101", "N106"]


def test_notes_change_no_exit_status_and_stand_in_json(tmp_path: Path) -> None:
    of(RIVAL, tmp_path)
    done = CliRunner().invoke(app, ["check", str(tmp_path), "--json"])
    found = json.loads(done.stdout)
    assert (done.exit_code, found["ok"], found["problems"]) == (0, True, [])
    (note,) = found["notes"]
    assert (note["code"], note["line"]) == ("N101", 10)
    assert note["hint"]
    assert json.loads(CliRunner().invoke(app, ["explain", "N101", "--json"]).stdout)["entries"]
    broken = RIVAL.replace("both > 0.5", "other > 0.5")
    (tmp_path / "case.yaml").write_text(broken, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(tmp_path), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["notes"]) == (1, [])


def test_a_run_says_how_many_notes_there_are(tmp_path: Path) -> None:
    of(RIVAL, tmp_path)
    page = tmp_path / "page.html"
    words = ["run", str(tmp_path), "-n", "64", "-q", "-o", str(tmp_path / "kept"), "--rival"]
    done = CliRunner().invoke(app, [*words, "wide", "--report", str(page)])
    assert "On the case: 1 note; see schelling check." in done.stdout
    assert "1 note; see schelling check" in page.read_text(encoding="utf-8")
    plain = ["run", str(tmp_path), "-n", "64", "-q", "-o", str(tmp_path / "other")]
    assert "On the case" not in CliRunner().invoke(app, plain).stdout


def test_certain_claims_are_certain_in_every_world() -> None:
    """What is said of a claim by construction, the engine finds in every world it simulates."""
    case = schelling.load(FOLDER / "certain.yaml")
    run = schelling.run(case, worlds=512, seed=1)
    reach = Reach(case)
    certain = {c.name: reach.of(c.holds) for c in case.claims}
    assert sum(found in (TRUE, FALSE) for found in certain.values()) == 11
    for name, found in certain.items():
        share = float(run.verdicts.loc[name, "share"])
        if found in (TRUE, FALSE):
            assert share == found.low, name
        else:
            assert found == EITHER, name


def test_as_many_notes_are_kept_as_problems(tmp_path: Path) -> None:
    lines = ["schelling: 1", "title: x", "variables: {v: 1}", "assumptions:"]
    lines += [f"  a{i}: {{prior: 0.1 to 0.4, why: x}}" for i in range(101)]
    checked = of("\n".join(lines), tmp_path)
    assert len(checked.notes) == 100
    assert "the first 100 notes; there may be more" in checked.noted()


def test_many_twins_of_a_long_case_do_not_take_long(tmp_path: Path) -> None:
    """Certain claims are looked for in so many twins; the later ones are passed over."""
    count = 400
    lines = ["schelling: 1", "title: x", "assumptions:"]
    lines += [f"  a{i}: {{prior: 0.1 to 0.4, why: x}}" for i in range(count)]
    lines += ["variables:", "  v0: a0"]
    lines += [f"  v{i}: v{i - 1} + a{i}" for i in range(1, count)]
    lines += ["claims:"]
    last = f"v{count - 1}"
    lines += [f"  c{i}: {{why: x, holds: '({last} | do(a{i} = 0)) > -1'}}" for i in range(10)]
    few = of("\n".join(lines), tmp_path).notes
    many = [f"  d{i}: {{why: x, holds: '({last} | do(a{i} = 0)) > -1'}}" for i in range(count)]
    checked = of("\n".join(lines + many), tmp_path)
    assert checked.case is not None
    assert len([n for n in few if n.code == "N106"]) == 10
    assert 20 < len(checked.notes) < count
    reach = Reach(checked.case)
    certain = [reach.of(claim.holds) == TRUE for claim in checked.case.claims]
    assert all(certain[:20])
    assert not certain[-1]


@pytest.mark.parametrize(
    ("holds", "sure"),
    [
        ("sqrt(u - w) >= 0", False),
        ("sqrt(u + w) >= 0", True),
        ("r >= 0", False),  # what a name is computed from counts
        ("abs(1 / u) >= 0", False),
        ("1 / (u + 1) >= 0", True),
        ("abs(log(u)) >= 0", False),
        ("(u - w) ** 2 >= 0", True),
        ("u <= 1 or (u - w) ** 0.5 > 0", False),
    ],
)
def test_a_number_that_can_fail_is_no_certainty(holds: str, sure: bool, tmp_path: Path) -> None:
    """u and w lie between 0 and 1: where the claim has a number it holds."""
    text = f"""schelling: 1
title: x
assumptions:
  u: {{prior: "uniform(0, 1)", why: x}}
  w: {{prior: "uniform(0, 1)", why: x}}
variables: {{r: sqrt(u - 0.5)}}
claims: {{c: {{holds: "{holds}", why: x}}}}
"""
    (note,) = (one for one in of(text, tmp_path).notes if one.code == "N106")
    assert ("no assumption and no luck changes that" in note.message) is sure
    assert ("wherever it has a number" in note.message) is not sure


def test_effects_that_do_nothing_are_not_noted(tmp_path: Path) -> None:
    """Only an update can be made twice."""
    text = """
schelling: 1
title: t
time: {start: 2022-03-21, until: 2022-06-20}
stocks: {x: {start: 1}, y: {start: 0}}
events: {e: {why: w, hazard: 0.1 / week, effects: {x: EFFECT, y: y + (x + 1)}}}
claims: {c: {why: w, holds: final(y) > 3}}
"""
    assert not of(text.replace("EFFECT", "x"), tmp_path).notes
    (note,) = of(text.replace("EFFECT", "x + 1"), tmp_path).notes
    assert note.code == "N115"


def test_many_long_effects_are_compared_soon(tmp_path: Path) -> None:
    """A stranger's file may hold thousands; every pair written out whole took minutes."""
    names = [f"s{i}" for i in range(150)]
    stocks = "".join(f"  {name}: {{start: 0}}\n" for name in names)
    effects = "".join(f"      {name}: {name}{f' + 0.1 * {name}' * 20}\n" for name in names)
    text = f"""
schelling: 1
title: t
time: {{start: 2022-03-21, until: 2022-06-20}}
stocks:
{stocks}
events:
  e:
    why: w
    hazard: 0.1 / week
    effects:
{effects}
claims: {{c: {{why: w, holds: final(s1) > 3}}}}
"""
    begun = time.process_time()
    assert not of(text, tmp_path).notes
    assert soon(time.process_time() - begun, 3)  # 0.4 where this was written


def test_a_step_more_ends_with_the_calendar(tmp_path: Path) -> None:
    """No hint names a day after the year 9999."""
    text = """
schelling: 1
title: t
time: {start: 9950-01-01, until: 9999-12-31, step: 1 year}
stocks: {x: {start: 0, change: 1 / year}}
claims: {c: {why: w, holds: final(x) > 3}}
"""
    (note,) = of(text, tmp_path).notes
    assert note.hint == "write until: 9999-01-02"
