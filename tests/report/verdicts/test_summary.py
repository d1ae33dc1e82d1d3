"""The verdicts in a terminal and as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

import schelling
from schelling.analysis.luck import LuckShare
from schelling.case.language.typed.typed_text import write
from schelling.case.model import Case
from schelling.report.argument import coverage
from schelling.report.page.anchors import anchor, linked
from schelling.report.verdicts import verdict_json, verdict_terminal
from schelling.report.verdicts.claim_verdicts import all_verdicts
from schelling.report.words.formulas import formula
from schelling.study.runs.results import Run


def printed(run: Run, width: int, *, encoding: str = "utf-8", terminal: bool = False) -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding, newline="")
    Console(file=out, width=width, force_terminal=terminal).print(verdict_terminal.summary(run))
    out.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_summary_fits_its_terminal(run: Run, width: int) -> None:
    shown = printed(run, width)
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    assert "\x1b" not in shown
    assert "[red]x[/red]" in shown.replace("\n", "")
    words = " ".join(shown.split())
    for claim in run.manifest.claims:
        assert claim in words
    for part in ("100.0 −0.4", "mostly fails", "undecided", "no number", "seed 7"):
        assert part in words
    assert ("moves with" in words) == (width == 120)
    assert ("Moved most by: pull (3 claims)" in words) == (width < 120)


def test_a_number_is_never_cut_off(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 99.9 % both sides of the error bar have a digit of their own."""
    one = next(one for one in all_verdicts(run) if not one.share.bounded)
    found = [replace(one, share=replace(one.share, share=0.999, half_width=0.002))]
    monkeypatch.setattr(verdict_terminal, "all_verdicts", lambda _: tuple(found))
    assert " 99.9+0.1−0.2 " in printed(run, 80)


@pytest.mark.parametrize(("share", "explained"), [(0.5, False), (0.01, True), (0.99, True)])
def test_sides_of_an_error_bar_are_explained_in_both_columns(
    run: Run, monkeypatch: pytest.MonkeyPatch, share: float, explained: bool
) -> None:
    """Of the share of worlds, and of the part that luck decides."""
    lucky = LuckShare(share, 0.05, pairs=400)
    found = [replace(one, luck=lucky) for one in all_verdicts(run) if "±" in one.error]
    assert found
    monkeypatch.setattr(verdict_terminal, "all_verdicts", lambda _: tuple(found))
    assert ("its sides" in printed(run, 80)) == explained


def test_colour_is_for_terminals_and_bars_for_those_who_can_show_them(run: Run) -> None:
    assert "\x1b[" in printed(run, 80, terminal=True)
    assert "█" in printed(run, 80)
    plain = printed(run, 120, encoding="ascii")
    assert "####" in plain
    assert "49 +- 3" in plain


def test_no_claims_no_table(bare: Callable[[str], Run]) -> None:
    made = bare("assumptions: {pull: {prior: uniform(0, 1), why: it varies}}\n")
    assert "No claim was asked." in printed(made, 80)
    assert verdict_json.to_json(made)["claims"] == []


def test_the_data_keep_their_shape(run: Run) -> None:
    """Keys of schema 1; they may be added to, never taken away."""
    found = json.loads(json.dumps(verdict_json.to_json(run), allow_nan=False))
    assert found["schema"] == "schelling.verdicts/3"
    assert list(found) == [
        "schema",
        "case",
        "title",
        "digest",
        "seed",
        "worlds",
        "design",
        "replicates",
        "versions",
        "command",
        "claims",
        "forecasts",
        "states",
        "states_not_known",
    ]
    assert found["forecasts"] == 2
    sound = run.column("status") == 0
    ends = np.array(run.table(["final.phase"]).column(0).to_pylist())[sound].tolist()
    assert found["states"] == {
        "phase": {state: ends.count(state) / len(sound) for state in ("war", "truce", "peace")}
    }
    assert found["states_not_known"] == 1 - len(ends) / len(sound) > 0
    grows, _, broken, lost, _ = found["claims"]
    assert list(grows) == [
        "name",
        "says",
        "share",
        "standard_error",
        "half_width",
        "low",
        "high",
        "verdict",
        "failed",
        "margin",
        "leading",
        "low_half_width",
        "high_half_width",
        "luck",
        "first_failure",
        "not_asked",
        "first_played",
        "given",
        "asked",
        "by_option",
        "over_options",
    ]
    assert list(grows["margin"]) == ["q05", "median", "q95", "unit"]
    assert grows["leading"] == [
        {"assumption": "pull", "rank_correlation": pytest.approx(1.0)}  # rounding
    ]
    assert grows["share"] == pytest.approx(run.verdicts.loc["grows", "share"])
    assert broken["failed"] > 0
    assert broken["low"] < broken["high"] == 1.0
    assert lost["share"] is None
    assert lost["margin"]["median"] is None
    assert lost["verdict"] == "undecided"


def test_linked_text_reads_as_before() -> None:
    shown = linked("a<b & a_1 + ab", {"a": "stock-a", "ab": "stock-ab"})
    assert shown.striptags() == "a<b & a_1 + ab"
    assert shown.count("<a ") == 2


def test_fragments_never_collide() -> None:
    names = ["a b", "a~b", "a~20~b", "ab", "é", "<"]
    assert len({anchor("claim", name) for name in names}) == len(names)


FUNCTIONS = {
    name: (lambda *values, n=n: n + sum(values[i] * (i + 2) for i in range(len(values))))
    for n, name in enumerate(
        (
            *("min", "max", "abs", "exp", "log", "sqrt", "clip", "logistic", "logit"),
            *("threshold_share", "normal_cdf", "normal_pdf", "interpolate"),
        )
    )
}


def plain(text: str, names: list[str]) -> str:
    """A text without the brackets of members, as Python evaluates none."""
    for name in names:
        text = text.replace(name, name.replace("[", "_").replace("]", ""))
    return text


@pytest.mark.parametrize("path", ["widening-war", "teaching/arms-race"])
def test_formulas_mean_what_the_plan_says(path: str) -> None:
    """Formulas with few brackets, against the fully bracketed text of the plan, evaluated."""
    case = schelling.load(f"cases/{path}")
    things = (*case.assumptions, *case.stocks, *case.variables)
    names = [thing.name for thing in things]
    values = {plain(name, names): 0.3 + 0.07 * n for n, name in enumerate(names)}
    phases = {
        state: float(number)
        for machine in case.machines
        for state, number in zip(machine.states, machine.numbers, strict=True)
    }
    scope = {**FUNCTIONS, **values, **phases, "elapsed": 3.0}
    expressions = [variable.value for variable in case.variables]
    expressions += [part for stock in case.stocks for part in (stock.start, stock.change)]
    expressions += [event.hazard for event in case.events if event.hazard is not None]
    assert expressions
    for phase in phases.values() or [0.0]:
        for expression in expressions:
            short, full = formula(expression), write(expression)
            assert short.count("(") <= full.count("(")
            here = {"__builtins__": {}, **scope, "phase": phase}
            one, other = (eval(plain(text, names), here) for text in (short, full))
            assert one == pytest.approx(other)  # sums: rounding


def test_passages_without_a_scheme_stand_together(case: Case) -> None:
    renamed = replace(case, passages=tuple(replace(p, name=f"x{n}") for n, p in
                                           enumerate(case.passages)))  # fmt: skip
    (whole,) = coverage.paragraphs(renamed)
    assert whole.heading == "Passages"
    assert len(whole.entries) == 4
