"""Notes of certainty where something behind a claim, and not its own formula, can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from schelling.case.check import check

BEFORE = """schelling: 1
title: x
time: {start: 2024-01-01, step: 1 week, until: 2024-02-05}
assumptions:
  u: {prior: "uniform(0, 1)", why: x}
  w: {prior: "uniform(0, 1)", why: x}
actors: {a: {}}
stocks: {s: {start: 0, change: 1 / 1 week}, t: {start: u, change: 0 / 1 week}}
"""
TREE = "tree: {a: {go: {payoffs: {a: PAID}}, stay: {payoffs: {a: 0}}}}"
GAME = "games: {g: {solve: {as: quantal, precision: HOW}, " + TREE + "}}"
PEOPLE = """populations: {town: {size: 9, why: x, traits: {taste: "uniform(0, 1)"},
  states: {mood: {start: false, next: "RULE"}}}}"""
EFFECT = 'events: {e: {on: 2024-01-15, effects: {t: "VALUE"}}}'
HAZARD = 'events: {e: {hazard: "VALUE", effects: {t: 0}}}'
FINAL, PLAYED = "final(s) >= 0", "probability(g, a, go) >= 0"


@pytest.mark.parametrize(
    ("with_it", "holds", "sure"),
    [
        ("", FINAL, True),
        ("variables: {v: log(u - w)}", FINAL, True),  # nothing reads it
        (EFFECT.replace("VALUE", "sqrt(u - w)"), FINAL, False),  # a world that fails fails in all
        (EFFECT.replace("VALUE", "sqrt(u - w)"), "u >= 0", True),  # known before it fails
        (EFFECT.replace("VALUE", "sqrt(u + w)"), FINAL, True),
        (HAZARD.replace("VALUE", "(u - w) / 1 week"), FINAL, False),
        (HAZARD.replace("VALUE", "(u + w) / 1 week"), FINAL, True),
        (PEOPLE.replace("RULE", "sqrt(taste - u) > 0.2"), FINAL, False),
        (PEOPLE.replace("RULE", "taste > u"), FINAL, True),
        (GAME.replace("HOW", "4").replace("PAID", "sqrt(u - w)"), PLAYED, False),
        (GAME.replace("HOW", "u - w").replace("PAID", "u"), PLAYED, False),
        (GAME.replace("HOW", "4").replace("PAID", "u"), PLAYED, True),
        ("", "threshold_share(u, w - 0.5) >= 0", False),
        ("unknowns: {r: {where: r == u + w, between: [0, 1]}}", "r >= 0", False),
        ("", "exp(2000 * u) > 0", False),
        ("", "exp(u) > 0", True),
        ("", "(final(max(log(t + 1), 0)) | do(t = u - 2)) >= 0", False),
        ("", "(final(max(log(t + 1), 0)) | do(t = u)) >= 0", True),
        (EFFECT.replace("VALUE", "sqrt(u - w)"), "(final(s + t) | do(t = 0)) >= 0", False),
    ],
)
def test_what_can_fail_behind_a_claim_is_no_certainty(
    with_it: str, holds: str, sure: bool, tmp_path: Path
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(f'{BEFORE}{with_it}\nclaims: {{c: {{holds: "{holds}", why: x}}}}\n', "utf-8")
    (note,) = (one for one in check(path).notes if one.code == "N106")
    assert ("no assumption and no luck changes that" in note.message) is sure
    assert ("wherever it has a number" in note.message) is not sure


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sqrt(u - w) >= 0", "holds by construction wherever it has a number, so every such world"),
        ("sqrt(u + w) < 0", "fails by construction, so no world"),
    ],
)
def test_a_condition_without_a_number_asks_nothing(given: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    claim = f'claims: {{c: {{holds: u > 0.5, given: "{given}", why: x}}}}\n'
    path.write_text(BEFORE + claim, "utf-8")
    (note,) = (one for one in check(path).notes if one.code == "N106")
    assert f"{said} asks the claim" in note.message
