"""What an exploration found, in sentences: shared by the terminal and the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy import ndarray

from schelling.compile.influence.reach import CHANCE
from schelling.report.exploration.box_words import sentence
from schelling.report.words.numerals import (
    count,
    general,
    half_width,
    percent,
    percent_number,
    with_sign,
)
from schelling.study.exploring.box_search import LEAST, Boxes, MeasuredBox
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.findings import LOST, VAGUE, standing_out
from schelling.study.exploring.flip_results import Chance, ClaimFlips, Flip, Move, TippingMap
from schelling.study.exploring.luck_flips import STROKES
from schelling.study.exploring.short_values import DIGITS as TRIED
from schelling.study.exploring.short_values import SLIGHT
from schelling.study.exploring.slopes import SMOOTH
from schelling.study.runs.lever_options import after_number

DIGITS = 3
"""Significant digits of values of assumptions."""


def deciding(found: Exploration, claim: str, most: int = 4) -> pd.DataFrame:
    """The inputs whose index is larger than its error, so that they affect whether a claim holds.

    Args:
        found: The exploration; sensitivity was asked for.
        claim: Name of a claim.
        most: How many at most; chance comes beside them where the case has any.

    Returns:
        Columns `index` and `half_width`, the largest first: total Sobol' index, or Shapley effect.
    """
    assert found.sensitivity is not None
    name = found.sensitivity.leading
    columns = {name: "index", f"{name}_half_width": "half_width"}
    table = found.sensitivity.table(claim)[list(columns)].rename(columns=columns)
    sure = (table["index"] > table["half_width"]) & (table["half_width"] <= VAGUE)
    kept = table[sure][:most]
    if CHANCE in kept.index or not found.sensitivity.chance or table["index"].isna().all():
        return kept
    return pd.concat([kept, table.loc[[CHANCE]]])


def index(value: float, error: float) -> str:
    """An index with half its 95 % interval; an estimate above 1 is printed as 1, its largest."""
    return f"{min(value, 1.0):.2f} ± {half_width(error, 2)}"


def decides(found: Exploration, claim: str) -> str:
    """What decides a claim, in a line."""
    assert found.sensitivity is not None
    seen = found.sensitivity.truth
    column = found.sensitivity.claims.index(claim)
    dropped = seen.dropped if seen.walks_dropped is None else seen.walks_dropped
    share = float(dropped[column]) / found.sensitivity.base
    if share >= 1:
        if found.run.counts(claim).all():
            return "unknown: the claim has no truth value in any point of the design"
        return (
            "unknown: no point of the design asks the claim, with a truth value, in both of its "
            "worlds"
        )
    rows = deciding(found, claim)
    if standing_out(found.sensitivity, claim):  # as on the first screen
        parts = zip(rows.index, rows["index"], rows["half_width"], strict=True)
        said = ", ".join(f"{_input(found, n)} {index(value, half)}" for n, value, half in parts)
    else:
        all_of_it: ndarray = np.nan_to_num(getattr(seen, found.sensitivity.leading))
        varies = bool((all_of_it[:, column] > 0).any())
        said = "no input stands out from the error bars"
        bars: ndarray = getattr(seen, f"{found.sensitivity.leading}_half_width")[:, column]
        if bool((bars > VAGUE).any()):
            said = "cannot be told: too few of the points tell the claim's truth values apart"
        said = (
            said
            if varies
            else "cannot be told: the claim has the same answer in every point of the design"
        )
    if share > LOST:
        return f"cannot be told: {percent(share)} of points have a world without a truth value"
    if share > 0:
        said += f"; left out: the {percent(share)} of points with a world without a truth value"
    return said


def more_indices(found: Exploration, claim: str) -> list[tuple[str, str]]:
    """What else sensitivity says of a claim, labelled: correlated inputs as one, pairs, PAWN."""
    said = {
        "together": together(found, claim),
        "pairs": pairs(found, claim),
        "PAWN": sliced(found, claim),
    }
    return [(label, words) for label, words in said.items() if words]


def together(found: Exploration, claim: str) -> str:
    """Groups of correlated assumptions that affect a claim, each as one input; may be empty."""
    assert found.sensitivity is not None
    table = found.sensitivity.group_table(claim)
    kept = table[(table["st"] > table["st_half_width"]) & table.index.str.contains(" & ")]
    parts = zip(kept.index, kept["st"], kept["st_half_width"], strict=True)
    named = [f"{name} {index(value, half)}" for name, value, half in parts]
    return f"total Sobol' index of {', '.join(named)}" if named else ""


def pairs(found: Exploration, claim: str, most: int = 3) -> str:
    """Pairs that decide more together than apart; empty where second order was not asked for."""
    assert found.sensitivity is not None
    table = found.sensitivity.pairs(claim)
    kept = table[table["s2"] > table["s2_half_width"]][:most]
    named = [
        f"{row.first} with {row.second} {index(row.s2, row.s2_half_width)}"  # pyright: ignore
        for row in kept.itertuples()
    ]
    if len(table) and not named:
        return "no pair stands out from the error bars"
    return ", ".join(named)


def sliced(found: Exploration, claim: str, most: int = 4) -> str:
    """PAWN indices above their noise; empty where they were not asked for."""
    assert found.sensitivity is not None
    if found.sensitivity.truth.pawn is None:
        return ""
    table = found.sensitivity.table(claim).sort_values("pawn", ascending=False, kind="stable")
    kept = table[table["pawn"] > table["pawn_noise"]][:most]
    named = [f"{name} {value:.2f}" for name, value in zip(kept.index, kept["pawn"], strict=True)]
    return ", ".join(named) or "no assumption is above the noise"


def measure(found: Exploration) -> str:
    """What the numbers behind `decides` are."""
    if found.sensitivity is not None and found.sensitivity.correlated:
        return (
            "Shapley effect: share of the variance of the claim's truth attributed to an input; "
            "the effects on a claim add up to 1"
        )
    return "total Sobol' index: share of the variance of the claim's truth that involves an input"


def dependence(found: Exploration) -> str:
    """How correlated assumptions are treated; empty where there are none."""
    if found.sensitivity is None or not found.sensitivity.correlated:
        return ""
    groups = [" & ".join(group) for group in found.sensitivity.groups if len(group) > 1]
    return f"Sobol' indices count correlated assumptions as one input: {', '.join(groups)}."


def _input(found: Exploration, name: str) -> str:
    """An input by name; what an actor chooses is called an option."""
    levers = {assumption.name for assumption in found.case.assumptions if assumption.lever}
    return f"{name} (an option)" if name in levers else name


def value(number: float, unit: str = "", digits: int = DIGITS) -> str:
    """A value of an assumption with its unit."""
    shown = general(number, digits)
    return f"{shown} {after_number(unit)}".rstrip()


def move(one: Move) -> str:
    """Such as `aid from 0.5 to 0.62`."""
    if abs(one.change) < SLIGHT and math.isnan(one.low):
        start = value(one.before, one.unit)
        return f"{one.assumption} by the slightest change from {start}"
    digits = _digits(one)
    before, after = general(one.before, digits), value(one.after, one.unit, digits)
    return f"{one.assumption} from {before} to {after}{between(one)}"


def _digits(one: Move) -> int:
    """So many digits that the ends of a change differ; all of a value that has few."""
    ends = one.before, one.after
    whole = (n for n in TRIED if float(f"{one.after:.{n}g}") == one.after)
    few = next(whole, 0)
    if few and general(one.before, few) != general(one.after, few):
        return few
    several = (n for n in (DIGITS, 6, 9, 12) if len({general(end, n) for end in ends}) > 1)
    return next(several, 15)


def flip(one: Flip) -> str:
    """The change that flips a claim, and its size."""
    moves = ", ".join(move(part) for part in one.moves)
    return f"{moves} ({one.distance:.3f} levels)"


def begins(found: ClaimFlips) -> str:
    """Where the search for flips started, and what the claim is there."""
    where = "the central world" if found.world is None else f"world {found.world:,}"
    if math.isnan(found.margin):
        return f"has no truth value in {where}, so no flip was searched for"
    if found.chance is None:
        return f"{'holds' if found.holds else 'fails'} in {where}"
    if found.chance.even:
        return f"a coin toss in {where}: holds with {_chance(found.chance)}"
    return f"holds in {where} with {_chance(found.chance)}"


def _chance(seen: Chance) -> str:
    """Such as "64 % of 1,024 chance draws (61 to 67 %)"."""
    near = min(seen.high, 1.0 - seen.low)  # of an end: a whole percent would round it away
    share, low, high = (
        percent_number(part, near / 2 if near < 0.01 else 0.01)
        for part in (seen.share, seen.low, seen.high)
    )
    which = "" if seen.strokes == STROKES else " that give it a truth value"
    ends = f"{low} to {with_sign(high, ' ')}"
    return f"{with_sign(share, ' ')} of {seen.strokes:,} chance draws{which} ({ends})"


def run_again(found: Sequence[ClaimFlips]) -> str:
    """That flips were run, in a sentence; those under chance lie between points that were."""
    if all(one.chance is None for one in found):
        return "Every flip was run."
    if all(one.chance is not None for one in found):
        return "Each lies between points that were run."
    return "Every flip was run; under chance it lies between points that were."


def flips(found: ClaimFlips) -> str:
    """What flips a claim, in a sentence."""
    start = begins(found)
    if math.isnan(found.margin):
        return start
    if found.smallest is not None:
        verb = "flips" if found.chance is None else "its chance of holding crosses one half"
        if found.chance is not None and found.smallest.distance == 0.0:
            return f"{start}; {verb} there already"
        return f"{start}; {verb} with {flip(found.smallest)}"
    if found.chance is None:
        return f"{start}; no change within the central 99 % of every prior was found to flip it"
    return f"{start}{_unflipped(found, found.chance)}"


def _unflipped(found: ClaimFlips, chance: Chance) -> str:
    """What is told of a claim under chance that nothing was found to flip."""
    words = (
        "; no change within the central 99 % of every prior was found to bring its chance of "
        "holding across one half"
    )
    near = found.nearest
    if near is None:
        return "" if chance.even else words
    tried = f"{move(near.move)}: {_chance(near.chance)}"
    if chance.even:  # it has no side from which it could cross
        return f"; with {tried}"
    if near.chance.even:
        return f"; whether it crosses one half with {tried} cannot be told"
    if (near.chance.share >= 0.5) != found.holds:
        return f"; on the other side of one half with {tried}"
    if abs(near.chance.share - 0.5) >= abs(chance.share - 0.5):
        return f"{words}; no assumption moved alone brought it nearer"
    return f"{words}; nearest with {tried}"


def tipping_points(found: ClaimFlips, most: int = 4) -> str:
    """Where single assumptions tip a claim; empty where none does."""
    shown = [f"{m.assumption} at {_tip(m)}{between(m)}" for m in found.tippings[:most]]
    more = len(found.tippings) - len(shown)
    return ", ".join(shown) + (f", and {more} more" if more > 0 else "")


def _tip(one: Move) -> str:
    """A tipping point; where the start is a tie, the start."""
    if abs(one.change) < SLIGHT:
        return value(one.before, one.unit)
    return value(one.after, one.unit, _digits(one))


def cell(shown: TippingMap, row: int, column: int) -> str:
    """What a map says of a point: whether the claim holds, or with what part of chance draws."""
    if math.isnan(shown.margin[row, column]):
        return "no truth value"
    if shown.chance is not None:
        return percent(float(shown.chance[row, column]))
    return "holds" if shown.holds[row, column] else "fails"


def between(one: Move) -> str:
    """The 95 % interval of a tipping point in brackets; empty where it is exact."""
    if math.isnan(one.low) or one.low == one.high:
        return ""
    low, high = general(one.low, DIGITS), general(one.high, DIGITS)
    if math.isinf(one.low):
        return f" (at most {high})"
    return f" (at least {low})" if math.isinf(one.high) else f" ({low} to {high})"


def rules(boxes: Boxes, most: int = 2) -> list[str]:
    """The boxes of one kind of world, in words."""
    if not boxes.rules:
        kind = "fails" if boxes.verb == "fails" else "holds"
        few = f"{kind} in {boxes.sought:,} of {boxes.worlds:,} worlds, too few to tell where"
        few = _under(boxes) + few
        return [few] if boxes.sought < LEAST else []
    return [rule_sentence(boxes, rule) for rule in boxes.rules[:most]]


def argument(boxes: Boxes) -> str:
    """The first box of the worlds in which all claims hold, in words."""
    words = rule_sentence(replace(boxes, option=None), boxes.rules[0])
    return f"{_under(boxes)}the argument {words}"


def rule_sentence(boxes: Boxes, rule: MeasuredBox) -> str:
    """One box of worlds in words."""
    sought = "failures" if boxes.verb == "fails" else "worlds in which it holds"
    said = sentence(
        rule.box,
        rule.labels,
        rule.fit,
        verb=boxes.verb,
        sought=sought,
        base=boxes.base,
        which=" that ask it" if boxes.unasked else "",
    )
    if boxes.drawn:
        how = f"drawn around the {boxes.sought:,} of the run, weighted back"
        if boxes.anywhere:
            how = f"as the run has {boxes.sought:,} only"
        said += f"; told from {boxes.drawn:,} further worlds {how}"
    every = boxes.failed + boxes.worlds
    if boxes.unasked:
        said += f"; left out: the {percent(boxes.unasked / every)} of worlds that do not ask it"
    if boxes.failed > boxes.unasked:
        part = percent((boxes.failed - boxes.unasked) / every)
        more = " and" if boxes.unasked else "; left out:"
        said += f"{more} the {part} of worlds without a truth value"
    if boxes.alike:
        said += f"; over every option of {', '.join(boxes.alike)}, as they are drawn"
    return unquoted(_under(boxes) + said)


def _under(boxes: Boxes) -> str:
    """Such as "with aid = 30 tonne / week, "; empty where no lever reaches the claim."""
    return "" if boxes.option is None else f"with {boxes.option.words}, "


def unquoted(quoted: str) -> str:
    """A sentence about a box without the quotes around names."""
    return quoted.replace("`", "")


def slopes(found: Exploration, claim: str, most: int = 3) -> str:
    """The strongest slopes of a claim's margin, or why there are none."""
    assert found.gradients is not None
    seen = found.gradients
    column = seen.claims.index(claim)
    sound = seen.worlds - seen.failed[column]
    if not sound:
        return "unknown: it has no truth value in any world looked at"
    if sound * max(float(seen.smooth[column]), SMOOTH) < seen.fewest:
        return f"unknown: {count(sound, 'world')} with a truth value are too few to tell"
    pull = np.nan_to_num(seen.pull[:, column])
    size = abs(pull) * np.nan_to_num(seen.moves[:, column])
    order = [int(n) for n in size.argsort(kind="stable")[::-1][:most] if size[n] > 0]
    failed = seen.failed[column]
    left_out = f" ({count(failed, 'world')} without a truth value left out)" if failed else ""
    if not order:
        share = float(seen.smooth[column])
        if not np.isnan(seen.pull[:, column]).all():
            none = "none: no assumption surely moves the margin the same way in most worlds"
            return f"{none}{left_out}"
        if share == 0.0:
            return f"none: in no world looked at does the margin change smoothly{left_out}"
        return f"none: the margin changes smoothly in {percent(share)} of worlds only{left_out}"
    units = {assumption.name: assumption.unit.written for assumption in found.case.assumptions}
    unit = str(found.run.verdicts.loc[claim, "margin_unit"])
    named = ", ".join(
        f"{seen.assumptions[n]} (by {value(float(seen.spread[n]), units[seen.assumptions[n]])}) "
        f"{_signed(float(pull[n]), unit)}{_where(float(seen.moves[n, column]))}"
        for n in order
    )
    return f"one spread of an assumption up moves the margin, in the median, by: {named}{left_out}"


def _where(share: float) -> str:
    """In which worlds an assumption moves a margin at all; empty where it does in all."""
    return "" if share == 1.0 else f" in {percent(share)} of worlds"


def _signed(number: float, unit: str) -> str:
    return f"{'+' if number > 0 else ''}{value(number, unit)}"
