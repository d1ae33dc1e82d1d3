"""The computation that failed first, in worlds where it was planted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import schelling
from schelling.compile import worlds
from schelling.compile.drawing import draws, luck
from schelling.compile.inspection import failing
from schelling.compile.inspection.failing import Failure
from schelling.compile.planning import plan
from schelling.report.words import shares

HEAD = "schelling: 1\ntitle: t\n"
CLOCK = "time: {start: 2022-03-21, until: 2022-05-16}\n"  # eight weeks
X = 'assumptions:\n  x: {prior: "choice(0, 1)", why: w}\n  u: {prior: "uniform(0, 1)", why: w}\n'

PLANTED = {
    "a claim": (X + "claims:\n  c: {holds: 1 / x > 0.5, why: w}\n", "c", None, "1 / x with x = 0"),
    "behind two variables": (
        X
        + "variables: {v: {value: log(x)}, w: {value: v + u}}\nclaims: {c: {holds: w < 9, why: w}}",
        "v",
        None,
        "log(x) with x = 0",
    ),
    "the branch taken, not the other": (
        X
        + "variables: {v: {value: log(x - 1)}, w: {value: 1 / x}}\n"
        + "claims: {c: {holds: (v < 1) if x > 2 else (w < 9), why: w}}",
        "w",
        None,
        "1 / x with x = 0",
    ),
    "the start of a stock": (
        CLOCK + X + "stocks: {s: {start: 1 / x, within: [0, 1]}}\n"
        "claims: {c: {holds: final(s) > 0.5, why: w}}",
        "s",
        0,
        "1 / x with x = 0",
    ),
    "a rate that becomes infinite": (
        CLOCK + X + "stocks:\n  s: {start: 0, change: x / week}\n"
        "  r: {start: 0, change: 1 / (3 - s) / week, within: [0, 9]}\n"
        "claims: {c: {holds: final(r) > 0.5, why: w}}",
        "r",
        3,
        "1 / (3 - s) with s = 3",
    ),
    "an effect": (
        CLOCK + X + "stocks: {s: {start: 0, change: 0 / week, within: [0, 1]}}\n"
        "events: {e: {on: 2022-04-04, effects: {s: 1 / x}}}\n"
        "claims: {c: {holds: final(s) > 0.5, why: w}}",
        "e",
        2,
        "1 / x with x = 0",
    ),
    "a negative hazard": (
        CLOCK + X + "stocks: {s: {start: 0, change: 1 / week}}\n"
        "events: {e: {hazard: (2 - s) / week, while: x > 0.5, effects: {s: s}}}\n"
        "claims: {c: {holds: final(s) > 0.5, why: w}}",
        "e",
        3,
        "with s = 3",
    ),
    "a condition": (
        CLOCK + X + "stocks: {s: {start: 0, change: 1 / week}}\n"
        "events: {e: {hazard: 1 / week, while: 1 / (4 - s) < 9, effects: {s: s}}}\n"
        "claims: {c: {holds: final(s) > 0.5, why: w}}",
        "e",
        4,
        "1 / (4 - s) with s = 4",
    ),
    "a payoff": (
        CLOCK + X + "actors: {ann: {}}\nstocks: {s: {start: 0, change: 1 / week}}\n"
        "games:\n  g:\n    played: {every: 1 week}\n    solve: {as: quantal, precision: 1}\n"
        "    tree: {ann: {stay: {payoffs: {ann: 1 / (5 - s)}}, go: {payoffs: {ann: 0}}}}\n"
        "claims: {c: {holds: final(s) > 0.5, why: w}}",
        "g",
        5,
        "1 / (5 - s) with s = 5",
    ),
    "a twin": (
        X + "variables: {v: {value: log(u - x)}}\n"
        "claims: {c: {holds: (v < 9) | do(x = 1), why: w}}",
        "v",
        None,
        "with x = 1 held",
    ),
    "a moment of the run": (
        CLOCK
        + X
        + "stocks: {s: {start: 0, change: 1 / week}}\nvariables: {v: {value: log(5.5 - s)}}\n"
        "claims: {c: {holds: always(v > -9), why: w}}",
        "v",
        6,
        "log(5.5 - s) with s = 6",
    ),
    "an unknown with several roots": (
        X + "unknowns: {v: {between: [0, 2], where: v * (v - 1) * (v - 2) == 0 * u, why: w}}\n"
        "claims: {c: {holds: v < 9, why: w}}",
        "v",
        None,
        "3 roots found between 0 and 2 where one was asked for with u = ",
    ),
    "an unknown that moves and has no root": (
        CLOCK + X + "stocks: {s: {start: 0, change: 1 percent / week, unit: percent}}\n"
        "unknowns: {v: {between: [0, 4.5], unit: percent, where: v == s, why: w}}\n"
        "variables: {z: 2 * v}\nclaims: {c: {holds: always(z < 9), why: w}}",
        "v",
        5,
        "no root found between 0 and 4.5 percent with s = 5 percent",
    ),
    "an interval that is empty": (
        X + "unknowns: {v: {between: [x, x], where: v == u, why: w}}\n"
        "claims: {c: {holds: v < 9, why: w}}",
        "v",
        None,
        " is empty with u = ",
    ),
    "what an equation reads": (
        X + "variables: {z: log(-1 - x)}\n"
        "unknowns: {v: {between: [0, 1], where: v == z, why: w}}\n"
        "claims: {c: {holds: v < 9, why: w}}",
        "z",
        None,
        "log(-1 - x) with x = ",
    ),
    "what has no largest value": (
        X + "unknowns: {v: {between: [0, 1], maximizes: sqrt(-1 - v - x), why: w}}\n"
        "claims: {c: {holds: v < 9, why: w}}",
        "v",
        None,
        "nothing is largest between 0 and 1",
    ),
    "growth beyond the largest number": (
        CLOCK + X + "stocks: {s: {start: 9 * 10**307, change: 9 * 10**307 / week}}\n"
        "claims: {c: {holds: final(s) > 0.5, why: w}}",
        "s",
        0,
        "at `s` in week 0",
    ),
}


def failures(folder: Path, text: str) -> tuple[schelling.Case, list[Failure]]:
    """Of some worlds, where the only claim failed."""
    path = folder / "case.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    case = schelling.load(path)
    built = plan.build(case)
    drawn = draws.draw(built, seed=2, replicates=2, first=0, count=8)
    course = worlds.whole_course(built, drawn, np.arange(8, dtype=np.uint32), luck.of(built, 2))
    (claim,) = built.claims
    found = [failing.first(built, course, n, claim.name, claim.holds) for n in range(8)]
    return case, [one for one in found if one is not None]


@pytest.mark.parametrize("kind", PLANTED)
def test_the_planted_failure_is_named(kind: str, tmp_path: Path) -> None:
    text, name, step, words = PLANTED[kind]
    case, found = failures(tmp_path, text)
    assert found
    assert {(one.name, one.step) for one in found} == {(name, step)}
    said = shares.where(found[0], case.clock)
    assert words in said
    place = f"at `{name}` in week {step}" if step is not None else f"when computing `{name}`"
    assert said.startswith(place)


def test_a_number_that_decides_nothing_is_not_blamed(tmp_path: Path) -> None:
    """`v` is NaN where x = 0, but there the claim reads `u` only."""
    text = (
        "variables: {v: {value: log(x)}}\nclaims: {c: {holds: v < 1 if x > 0 else u > 0.5, why: w}}"
    )
    assert failures(tmp_path, X + text)[1] == []
