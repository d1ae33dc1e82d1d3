"""Causal maps: their arrows are the plan's dependencies, and their signs those of derivatives."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

import schelling
from schelling.case.language.about_time.happenings import is_counter
from schelling.case.language.typed.typed_text import write
from schelling.case.language.typed.types import Kind, Reference, Type, references
from schelling.case.model import Case
from schelling.case.notes.reach import Reach
from schelling.case.sections.influence import names, reads
from schelling.compile.influence import causal_map, monotone
from schelling.compile.influence.causal_map import CausalMap
from schelling.compile.influence.monotone import Sign
from schelling.compile.planning import plan

CASES = ["cases/widening-war", *(f"cases/teaching/{n}" for n in ("arms-race", "deterrence-crisis"))]
HEAD = "schelling: 1\ntitle: Planted\n"
PRIORS = """\
assumptions:
  share: {prior: "uniform(0, 1)", why: it varies}
  more: {prior: "uniform(1, 2)", why: it varies}
  less: {prior: "uniform(-2, -1)", why: it varies}
  any: {prior: "normal(0, 1)", why: it varies}
  big: {prior: "uniform(10, 20)", why: it varies}
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], Case]:
    """Loads a case from its text."""

    def make(text: str) -> Case:
        (tmp_path / "case.yaml").write_text(HEAD + text, "utf-8")
        return schelling.load(tmp_path)

    return make


def drawn(case: Case) -> CausalMap:
    return causal_map.draw(case, plan.build(case))


@pytest.mark.parametrize("path", CASES)
def test_arrows_are_the_dependencies_of_the_case(path: str) -> None:
    """Seen from things: through an event, its target reads what sets it off."""
    case = schelling.load(path)
    found = drawn(case)
    events = {node.key for node in found.nodes if node.kind == "event"}
    arrows = {(a.source, a.target) for a in found.arrows}
    short = {(s, t) for s, t in arrows if s not in events and t not in events}
    short |= {(s, t) for s, e in arrows if e in events for f, t in arrows if f == e}
    parts = (case.stocks, case.variables, case.events, case.games, case.stochastic)
    known = {node.key for node in found.nodes}
    expected = {
        (source, target)
        for target, many in reads(*parts).items()
        for source in many & known
        if source != target and not is_counter(target)  # the event itself stands for its count
    }
    expected |= {
        (source, f"claim/{claim.name}")
        for claim in case.claims
        for source in names((claim.holds,)) & known
    }
    # through an event that reads its own target: `rally: rally + 1` is no arrow, nor is the phase's
    assert {pair for pair in short if pair[0] != pair[1]} == expected
    assert len(found.arrows) == len(arrows)


@pytest.mark.parametrize(
    ("expression", "signs"),
    [
        ("share + any - more", {"share": "+", "any": "+", "more": "-"}),
        ("share * any", {"share": "", "any": "+"}),
        ("less * any", {"less": "", "any": "-"}),
        ("share * (1 - share)", {"share": ""}),
        ("share / more", {"share": "+", "more": "-"}),
        ("share / less", {"share": "-", "less": "-"}),
        ("1 / any", {"any": ""}),
        ("more ** any", {"more": "", "any": "+"}),
        ("share ** any", {"share": "", "any": "-"}),
        ("any ** 2", {"any": ""}),
        ("less ** 2", {"less": "-"}),
        ("abs(less)", {"less": "-"}),
        ("abs(any)", {"any": ""}),
        ("exp(-share)", {"share": "-"}),
        ("log(more) - sqrt(big)", {"more": "+", "big": "-"}),
        ("logistic(any) * share", {"any": "+", "share": "+"}),
        ("min(share, more) + max(-any, big)", {"share": "+", "more": "+", "any": "-", "big": "+"}),
        ("clip(any, share - 1, more)", {"any": "+", "share": "+", "more": "+"}),
        ("sin(any)", {"any": ""}),
        ("floor(any) + sign(share) - lgamma(more)", {"any": "+", "share": "+", "more": ""}),
        ("threshold_share(any, more)", {"any": "-", "more": ""}),
        ("big if any > share else less", {"big": "+", "any": "+", "share": "-", "less": "+"}),
        ("less if any > share else big", {"big": "+", "any": "-", "share": "+", "less": "+"}),
        ("any if share > 0.5 else -any", {"any": "", "share": ""}),
        ("more if more > 0 else -any", {"more": "+", "any": ""}),
        ("interpolate(any, [[0, 1], [1, 2], [3, 2]])", {"any": "+"}),
        ("interpolate(any, [[0, more], [1, 1.5], [3, 9]])", {"any": "", "more": "+"}),
        ("any - any", {"any": ""}),
        ("0 * any", {"any": ""}),
    ],
)  # fmt: skip
def test_signs_of_planted_expressions(
    made: Callable[[str], Case], expression: str, signs: dict[str, str]
) -> None:
    case = made(f"{PRIORS}variables:\n  it: {expression}\n")
    found = monotone.slopes(case.variables[0].value, Reach(case))
    assert {name: sign.value for name, sign in found.items()} == signs


def threshold_share(mean: float, sd: float) -> float:
    """By walking up to the lowest fixed point."""
    share = 0.0
    for _ in range(2_000):
        share = 0.5 * math.erfc((mean - share) / sd / math.sqrt(2))
    return share


FUNCTIONS: dict[str, Any] = {
    "exp": math.exp,
    "log": math.log,
    "logistic": lambda x: 1 / (1 + math.exp(-x)),
    "logit": lambda p: math.log(p / (1 - p)),
    "clip": lambda x, low, high: min(max(x, low), high),
    "threshold_share": threshold_share,
}


@pytest.mark.parametrize("path", CASES[:2])
def test_signs_agree_with_differences(path: str) -> None:
    """Every formula of a case as Python evaluates it, one name raised and all others held."""
    case = schelling.load(path)
    reach, rng = Reach(case), random.Random(2)
    formulas = [v.value for v in case.variables] + [s.change for s in case.stocks]
    seen = 0
    for formula in formulas:
        text = plain(write(formula), references(formula))
        known = {s: n for m in case.machines for s, n in zip(m.states, m.numbers, strict=True)}
        for name, sign in monotone.slopes(formula, reach).items():
            if sign is Sign.OPEN:
                continue
            for _ in range(20):
                values = {one: drawn_in(reach, one, rng) for one in sorted(references(formula))}
                high = max(values[name], drawn_in(reach, name, rng))
                low = min(values[name], drawn_in(reach, name, rng))
                try:
                    under, over = (
                        float(eval(text, FUNCTIONS, given(known, values, name, at)))
                        for at in (low, high)
                    )
                except (ValueError, ZeroDivisionError, OverflowError):
                    continue  # outside the domain of a function
                rises = (over - under) * (1 if sign is Sign.UP else -1)
                assert rises >= -1e-9 * max(abs(over), abs(under), 1), (
                    text,
                    name,
                    sign,
                )  # rounding
                seen += 1
    assert seen > 20 * 3


def plain(text: str, names: Iterable[str]) -> str:
    """A formula, or a name, that has no members in brackets, as Python evaluates none."""
    for name in names:
        text = text.replace(name, name.replace("[", "_").replace("]", ""))
    return text


def given(
    known: Mapping[str, float], values: Mapping[str, float], name: str, at: float
) -> dict[str, float]:
    """Numbers by names without brackets, with one of them set."""
    return {**known, **{plain(one, [one]): n for one, n in {**values, name: at}.items()}}


def drawn_in(reach: Reach, name: str, rng: random.Random) -> float:
    """A number that a name can be; of a state machine, one of the numbers of its states."""
    for machine in reach.case.machines:
        if machine.name == name:
            return float(rng.choice(machine.numbers))
    low, high = reach.of(Reference(name, Type(Kind.NUMBER)))
    return rng.uniform(max(low, -5.0), min(high, max(low, -5.0) + 10.0))


RUN = """\
time: {start: 2022-01-03, step: 1 week, until: 2022-03-28}
assumptions:
  pull: {prior: "uniform(0, 1)", why: it varies}
phases: [war, peace]
stocks:
  prey: {start: 1, change: (pull * prey - prey * hunters) / week, within: [0, 9]}
  hunters: {start: 1, change: (prey - hunters) / week, within: [0, 9]}
  shots: {start: 0}
  calm: {start: 1, within: [0, 1]}
events:
  shot: {hazard: hunters / week, while: phase == war, effects: {shots: shots + 1, calm: 0.5 * calm}}
  truce: {hazard: shots / week, effects: {phase: peace, calm: 1}}
claims:
  shot: {why: same name, holds: final(shots) < 3}
  held: {why: a twin, holds: final(calm) > 0.5 | do(hunters = pull)}
"""


def test_signs_of_flows_effects_and_claims(made: Callable[[str], Case]) -> None:
    found = drawn(made(RUN))
    signs = {(a.source, a.target): a.sign.value for a in found.arrows}
    assert signs == {
        ("pull", "prey"): "+",
        ("hunters", "prey"): "-",
        ("prey", "hunters"): "+",
        ("event/shot", "shots"): "+",
        ("event/shot", "calm"): "-",
        ("event/truce", "calm"): "+",
        ("event/truce", "phase"): "",
        ("hunters", "event/shot"): "+",
        ("phase", "event/shot"): "",
        ("shots", "event/truce"): "+",
        ("shots", "claim/shot"): "-",
        ("calm", "claim/held"): "+",
        ("pull", "claim/held"): "",  # it only holds another name
    }


def test_loops_are_found_once_with_their_sign(made: Callable[[str], Case]) -> None:
    found = [(loop.keys, loop.sign) for loop in drawn(made(RUN)).loops()]
    assert found == [
        (("prey", "hunters"), Sign.DOWN),
        (("shots", "event/truce", "phase", "event/shot"), Sign.OPEN),
    ]


def test_a_reinforcing_loop(made: Callable[[str], Case]) -> None:
    case = schelling.load("cases/teaching/arms-race")
    assert [(loop.keys, loop.sign) for loop in drawn(case).loops()] == [(("ash", "birch"), Sign.UP)]
