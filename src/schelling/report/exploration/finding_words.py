"""The findings of an exploration in sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schelling.analysis.verdicts import Share
from schelling.report.exploration.exploration_words import rule_sentence, value
from schelling.report.words import shares
from schelling.report.words.listing import NAMED, joined, listed
from schelling.report.words.numerals import (
    count,
    general,
    half_width,
    percent,
    percent_number,
    with_sign,
)
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.finding_kinds import (
    ConflictFinding,
    CornerFinding,
    Finding,
    FixedFinding,
    HingeFinding,
    LostFinding,
    LuckFinding,
    Measure,
    OpenFinding,
    SilentFinding,
    UnaskedFinding,
)
from schelling.study.exploring.findings import by_option
from schelling.study.exploring.thresholds import Threshold

_SETS = 3
_FEW = 30  # worlds that are counted rather than given in percent


def hinge(one: HingeFinding, asked: int) -> str:
    """Which claims hang on an assumption, by how much, and where.

    Args:
        one: The finding.
        asked: How many claims were looked at.
    """
    named = listed(one.claims)
    if len(one.claims) > 1:
        said = f"{len(one.claims)} of {asked} claims hang on {one.assumption} more than on any "
        said += f"other assumption ({_range(one.measures)} of their variance): {named}."
    elif one.tied:
        both = listed((one.assumption, *one.tied[:2]))
        more = f" (or {len(one.tied) - 2} more)" if len(one.tied) > 2 else ""
        said = f"{named} hangs most on {both}{more}, which cannot be ranked "
        said += f"({one.assumption}: {_measure(one.measures[0])} of its variance)."
    elif one.clear:
        said = f"{named} hangs most on {one.assumption} ({_measure(one.measures[0])} of its "
        said += "variance)."
    else:
        said = f"{named} hangs on {one.assumption} ({_measure(one.measures[0])} of its variance); "
        said += "the error bars leave open whether another assumption matters more."
    return said + "".join(f" {part}" for part in (*_crossings(one), *_by_chance(one)))


def _by_chance(one: HingeFinding) -> list[str]:
    """That chance may matter more than the leading assumption, where its error bar allows that."""
    if not one.chance:
        return []
    some = f" for {listed(one.chance)}" if len(one.chance) < len(one.claims) else ""
    return [f"Chance may matter as much or more{some}."]


def _crossings(one: HingeFinding) -> list[str]:
    """Where assumptions separate the worlds, the claims of one direction together."""
    said: list[str] = []
    for assumption in (one.assumption, *one.tied[:1]):
        own = [crossing for crossing in one.crossings if crossing.assumption == assumption]
        for direction in ("above", "below"):
            alike = [crossing for crossing in own if crossing.direction == direction]
            if alike:
                said.append(_sides(one, alike))
    return said


def _sides(one: HingeFinding, alike: Sequence[Threshold]) -> str:
    """Such as "Above 0.4 it holds in 53 % of worlds, otherwise in 3 %."."""
    first, claims = alike[0], tuple(crossing.claim for crossing in alike)
    least, most = (f(crossing.threshold for crossing in alike) for f in (min, max))
    at = value(most, first.unit)
    if value(least) != value(most):
        at = f"{value(least)} to {at} (by claim)"
    rising = first.direction == "above"
    where = "above" if rising else "at or below"
    start = f"With {first.assumption} {where}" if one.tied else where.capitalize()
    inside = _spread([c.above if rising else c.below for c in alike])
    outside = _spread([c.below if rising else c.above for c in alike])
    who = "it holds" if len(one.claims) == 1 else "they hold"
    if len(claims) < len(one.claims):
        who = f"{listed(claims)} {'holds' if len(claims) == 1 else 'hold'}"
    which = f" that ask {'it' if len(claims) == 1 else 'them'}" if _partly(alike) else ""
    worlds = "all worlds" if inside == _ALL else "no world" if inside == _NONE else ""
    other = "all" if outside == _ALL else "none" if outside == _NONE else outside
    return f"{start} {at} {who} in {worlds or f'{inside} of worlds'}{which}, otherwise in {other}."


_ALL, _NONE = "100 %", "0 %"


def _partly(alike: Sequence[Threshold]) -> bool:
    return any(crossing.partly for crossing in alike)


def _spread(found: Sequence[Share]) -> str:
    """Such as "53 to 66 %", with what worlds without a number leave open; 0 and 100 are exact."""
    low = percent_number(min(share.low for share in found))
    high = percent_number(max(share.high for share in found))
    return with_sign(low if low == high else f"{low} to {high}", " ")


def luck(one: LuckFinding) -> str:
    """Which claims chance draws decide."""
    parts = [
        f"{claim} ({percent(share.share)} ± {half_width(100 * share.half_width, 0)})"
        for claim, share in zip(one.claims, one.shares, strict=True)
    ]
    return (
        "Chance, by itself and with assumptions (total Sobol' index), decides most of the variance "
        f"of {joined(parts)}."
    )


def fixed(one: FixedFinding) -> str:
    """Which claims hold always, or never."""
    seen = dict(zip(one.claims, one.shares, strict=True))
    named = [claim for claim in one.claims if claim not in one.certain]
    said = [_seen(one, named, min(seen[claim].worlds for claim in named))] if named else []
    if one.certain:
        verb = "holds" if len(one.certain) == 1 else "hold"
        where = "every" if one.kind == "always" else "no"
        said.append(f"{listed(one.certain)} {verb} in {where} world by construction.")
    return " ".join(said)


def _seen(one: FixedFinding, named: Sequence[str], least: int) -> str:
    """Which claims were seen to hold always, or never, and how sure that is."""
    verb = "holds" if len(named) == 1 else "hold"
    how = "every one" if one.kind == "always" else "none"
    other = "fail" if one.kind == "always" else "hold"
    worlds = count(least, "world")
    if one.partly:  # claims may be asked in different worlds
        worlds = f"the worlds that ask {'it' if len(named) == 1 else 'them'} ({worlds}"
        worlds += " at least)" if len(named) > 1 else ")"
    return (
        f"{listed(named)} {verb} in {how} of {worlds}; such a claim may "
        f"still {other} in up to {general(100.0 * one.bound, 1)} % of worlds (95 % confidence)."
    )


def conflict(one: ConflictFinding) -> str:
    """Which claims contradict each other."""
    parts = [
        f"{joined(claims)} ({_asking(asked, one.worlds)}were they independent, in {expected:,.0f})"
        for claims, expected, asked in zip(one.sets[:_SETS], one.expected, one.asked, strict=False)
    ]
    more = len(one.sets) - len(parts)
    said = f"In none of {one.worlds:,} worlds do these hold together: {'; '.join(parts)}"
    if more > 0:
        said += f"; and {'' if one.complete else 'at least '}{more} more such set{'s' * (more > 1)}"
    return f"{said}."


def _asking(asked: int, worlds: int) -> str:
    return f"asked together in {asked:,}; " if asked < worlds else ""


def corner(one: CornerFinding) -> str:
    """Where the few worlds are in which a claim fails, or holds."""
    kind = one.boxes.verb
    part = percent(one.boxes.base, one.boxes.base)
    words = rule_sentence(one.boxes, one.boxes.rules[0])
    which = " that ask it" if one.partly else ""
    if one.failed:
        which = " that ask it and have a number" if one.partly else " that have a number"
    return f"{one.claims[0]} {kind} in {part} of worlds{which} only: it {words}."


def left_open(one: OpenFinding) -> str:
    """Which verdicts failed numbers leave open."""
    parts = [
        f"{claim} ({shares.amount(share)})"
        for claim, share in zip(one.claims[:NAMED], one.shares, strict=False)
    ]
    more = len(one.claims) - len(parts)
    rest = f" and {more} more" if more > 0 else ""
    return (
        f"Whether {joined(parts)}{rest} {'holds' if len(one.claims) == 1 else 'hold'} is "
        "undecided: worlds without a number may hold either way."
    )


def lost(one: LostFinding) -> str:
    """Of which claims it cannot be told what they hang on."""
    verb = "hangs" if len(one.claims) == 1 else "hang"
    low, high = (percent_number(f(one.lost)) for f in (min, max))
    part = with_sign(low if low == high else f"{low} to {high}", " ")
    return (
        f"What {listed(one.claims)} {verb} on cannot be told: {part} of the points of the design "
        f"{why_lost(one)}."
    )


def why_lost(one: LostFinding) -> str:
    """Why points of a design have no truth value of claims, after "points"."""
    if one.partly:
        return "have a world that does not ask the claim" + (
            " or has no number for it" if one.failed else ""
        )
    return "have a world without a number for the claim"


def unasked(one: UnaskedFinding) -> str:
    """Which claims no world asks."""
    return f"No world asks {listed(one.claims)}."


def silent(one: SilentFinding) -> str:
    """For which claims nothing was found."""
    if len(one.claims) == one.asked:
        who = "any claim" if one.asked > 1 else one.claims[0]
        return f"No assumption stands out from the error bars for {who}."
    return f"No assumption stands out from the error bars for {listed(one.claims)}."


def sentence(one: Finding, asked: int) -> str:
    """A finding in words.

    Args:
        one: The finding.
        asked: How many claims were looked at.
    """
    if isinstance(one, HingeFinding):
        return hinge(one, asked)
    said: dict[type, Callable[..., str]] = {
        LuckFinding: luck,
        FixedFinding: fixed,
        ConflictFinding: conflict,
        CornerFinding: corner,
        OpenFinding: left_open,
        LostFinding: lost,
        SilentFinding: silent,
        UnaskedFinding: unasked,
    }
    return said[type(one)](one)


def sentences(found: Exploration) -> list[str]:
    """All findings in words, most telling first; one sentence at least.

    Args:
        found: The exploration.

    Returns:
        The sentences; where no finding stands out, one that says so.
    """
    said = [sentence(one, len(found.claims)) for one in found.findings]
    return said or [NOTHING]


NOTHING = "Nothing stands out from the error bars."


def without_conflict(found: Exploration) -> str:
    """That no conflict is a finding; empty where one is, or where it was not asked."""
    seen = found.coherence
    if seen is None or any(one.kind == "conflict" for one in found.findings):
        return ""
    together, claims = seen.shares.together, len(seen.claims)
    every = "both" if claims == 2 else f"all {claims}"
    if not together.worlds:
        return f"none; no world asks {every} claims."
    which = f" that ask {'both' if claims == 2 else 'all'}" if together.worlds < seen.worlds else ""
    how = f"in {shares.both(together)} of worlds{which}"
    reached = by_option(found.case, found.claims, found.sensitivity)
    if together.differs:
        how = f"{how}, by the option chosen"
    elif reached and not together.spans and together.high > 0.0:
        how = "in some worlds, by option" if together.low > 0.0 else "in some worlds at most"
    if not together.failed and together.share * together.worlds < _FEW:
        held = round(together.share * together.worlds)
        how = f"in {held or 'none'} of {count(together.worlds, 'world')}{which}"
    if any(len(one.claims) > 1 for one in seen.conflicts):
        return f"none beyond what chance explains; {every} claims hold together {how}."
    somewhere = together.low > 0.0 or (together.spans and not together.failed)
    if together.share > 0.0 or somewhere:
        return f"none; {every} claims hold together {how}."
    if together.failed:
        return f"none that is certain, as numbers failed; {every} claims hold together {how}."
    never = [one.claims[0] for one in seen.conflicts if len(one.claims) == 1]
    if never:
        verb = "holds" if len(never) == 1 else "hold"
        return (
            f"none among claims that hold anywhere; {listed(never)} {verb} in no world, so that "
            f"{every} claims hold together {how}."
        )
    size = min(seen.search.searched, claims)
    return f"none between up to {size} claims; {every} claims hold together {how}."


def _measure(one: Measure) -> str:
    return f"{100 * min(one.index, 1.0):.0f} % ± {half_width(100 * one.half_width, 0)}"


def _range(measures: Sequence[Measure]) -> str:
    low, high = (f"{100 * f(min(m.index, 1.0) for m in measures):.0f}" for f in (min, max))
    return f"{low} to {high} %" if low != high else f"{low} %"
