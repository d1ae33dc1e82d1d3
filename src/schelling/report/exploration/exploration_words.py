"""What an exploration found, in sentences: shared by the terminal and the page."""

from __future__ import annotations

import math

import pandas as pd

from schelling.report.exploration.box_words import sentence
from schelling.report.words.numerals import general, percent
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.flips import ClaimFlips, Flip, Move
from schelling.study.exploring.indicators import ClaimIndicator
from schelling.study.exploring.sample import spoken
from schelling.study.exploring.scenarios import Boxes, MeasuredBox

DIGITS = 3
"""Significant digits of values of assumptions."""


def deciding(found: Exploration, claim: str, most: int = 4) -> pd.DataFrame:
    """The inputs whose index is larger than its error, so that they affect whether a claim holds.

    Args:
        found: The exploration; sensitivity was asked for.
        claim: Name of a claim.
        most: How many at most.

    Returns:
        Columns `index` and `half_width`, the largest first: total Sobol' index, or Shapley effect.
    """
    assert found.sensitivity is not None
    table = found.sensitivity.table(claim)
    name = "st" if "st" in table else "shapley"
    kept = table[table[name] > table[f"{name}_half_width"]][:most]
    columns = {name: "index", f"{name}_half_width": "half_width"}
    return kept[list(columns)].rename(columns=columns)


def index(value: float, half_width: float) -> str:
    """An index with half its 95 % interval."""
    return f"{value:.2f} ± {half_width:.2f}"


def decides(found: Exploration, claim: str) -> str:
    """What decides a claim, in a line."""
    rows = deciding(found, claim)
    if not len(rows):
        return "no input stands out; the claim has the same answer in nearly every world"
    parts = zip(rows.index, rows["index"], rows["half_width"], strict=True)
    return ", ".join(f"{name} {index(value, half)}" for name, value, half in parts)


def measure(found: Exploration) -> str:
    """What the numbers behind `decides` are."""
    if found.sensitivity is not None and found.sensitivity.refused:
        return "Shapley effect: share of the variance of the claim's truth attributed to an input"
    return "total Sobol' index: share of the variance of the claim's truth that involves an input"


def value(number: float, unit: str = "") -> str:
    """A value of an assumption with its unit."""
    shown = general(number, DIGITS)
    return f"{shown} {spoken(unit)}".rstrip()


def move(one: Move) -> str:
    """Such as `aid from 0.5 to 0.62`."""
    before = general(one.before, DIGITS)
    after = value(one.after, one.unit)
    if before == general(one.after, DIGITS):  # too small a step for so few digits
        before, after = general(one.before, 6), general(one.after, 6)
    return f"{one.assumption} from {before} to {after}"


def flip(one: Flip) -> str:
    """The change that flips a claim, and its size."""
    moves = ", ".join(move(part) for part in one.moves)
    return f"{moves} ({one.distance:.3f} levels)"


def begins(found: ClaimFlips) -> str:
    """Where the search for flips started, and what the claim is there."""
    where = "the central world" if found.world is None else f"world {found.world:,}"
    if math.isnan(found.margin):
        return f"its numbers fail in {where}, so no flip was searched for"
    state = "holds" if found.holds else "fails"
    luck = ""
    if found.luck_share < 1:
        luck = f" (with {percent(found.luck_share).replace(chr(160), ' ')} of chance draws)"
    return f"{state} in {where}{luck}"


def flips(found: ClaimFlips) -> str:
    """What flips a claim, in a sentence."""
    start = begins(found)
    if math.isnan(found.margin):
        return start
    if found.smallest is None:
        return f"{start}; no change within the central 99 % of every prior was found to flip it"
    words = f"{start}; flips with {flip(found.smallest)}"
    if found.smallest.luck_share < 1:
        words += (
            f", and then stays flipped with {percent(found.smallest.luck_share)} of chance draws"
        )
    return words


def tipping_points(found: ClaimFlips, most: int = 4) -> str:
    """Where single assumptions tip a claim; empty where none does."""
    shown = [f"{m.assumption} at {value(m.after, m.unit)}" for m in found.tippings[:most]]
    more = len(found.tippings) - len(shown)
    return ", ".join(shown) + (f", and {more} more" if more > 0 else "")


def rules(boxes: Boxes, most: int = 2) -> list[str]:
    """The boxes of one kind of world, in words."""
    return [rule_sentence(boxes, rule) for rule in boxes.rules[:most]]


def rule_sentence(boxes: Boxes, rule: MeasuredBox) -> str:
    """One box of worlds in words."""
    sought = "failures" if boxes.verb == "fails" else "worlds in which it holds"
    said = sentence(rule.box, rule.labels, rule.fit, verb=boxes.verb, sought=sought)
    return unquoted(said)


def unquoted(quoted: str) -> str:
    """A sentence about a box without the quotes around names."""
    return quoted.replace("`", "")


def indicator(one: ClaimIndicator) -> str:
    """Such as `aid below 0.52 on 2022-06-06: odds of failure times 8 (4 to 16), 26 weeks ahead`."""
    beyond = "above" if one.seen.above else "below"
    threshold = value(one.seen.threshold, one.unit)
    factor = general(one.seen.ratio, 2)
    return (
        f"{one.series} {beyond} {threshold} on {one.time}: odds of failure times {factor} "
        f"({general(one.seen.low, 2)} to {general(one.seen.high, 2)}), {one.weeks:.0f} weeks ahead"
    )


def coherence(found: Exploration) -> list[str]:
    """Whether the claims hold together, in sentences; empty where coherence was not asked for."""
    said = found.coherence
    if said is None:
        return []
    share = said.shares.together
    lines = [f"All {len(said.claims)} claims hold together in {percent(share.share)} of worlds."]
    if said.boxes is not None and said.boxes.rules:
        lines.append(f"The claims together: the argument {rules(said.boxes)[0]}.")
    elif said.lets:
        named = ", ".join(f"{name} {rho:+.2f}" for name, rho in said.lets[:3])
        lines.append(
            "Rank correlation of assumptions with how close all claims together are to holding: "
            f"{named}."
        )
    for conflict in said.conflicts[:3]:
        size = len(conflict.claims)
        kind = "holds in no world" if size == 1 else "hold together in no world"
        lines.append(
            f"{' and '.join(conflict.claims)} {kind}; closest to it with {_lets(conflict.lets)}."
        )
    if said.conflicts:
        limit = percent(said.search.bound, said.search.bound)
        lines.append(
            f"No smaller set of these conflicts. {said.search.worlds:,} worlds were examined, so "
            f"such a set may still hold together in up to {limit} of worlds (95 % confidence)."
        )
    return lines


def _lets(lets: tuple[tuple[str, float], ...]) -> str:
    named = [f"{'more' if rho > 0 else 'less'} {name} ({rho:+.2f})" for name, rho in lets[:2]]
    return " and ".join(named) or "no assumption that stands out"


def slopes(found: Exploration, claim: str, most: int = 3) -> str:
    """The strongest slopes of a claim's margin, or why there are none."""
    assert found.gradients is not None
    column = found.gradients.claims.index(claim)
    smooth = float(found.gradients.smooth[column])
    pull = found.gradients.pull[:, column]
    order = [n for n in abs(pull).argsort(kind="stable")[::-1][:most] if abs(pull[n]) > 0]
    if not order:
        return f"none: the margin is smooth in {percent(smooth)} of worlds only"
    named = ", ".join(
        f"{found.gradients.assumptions[n]} {found.gradients.elasticity[n, column]:+.2g} %"
        for n in order
    )
    return f"a change of 1 % moves the margin by: {named}"
