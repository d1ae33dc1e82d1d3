"""Whether the claims hold together, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Set

from schelling.report.exploration.exploration_words import argument
from schelling.report.words import shares
from schelling.report.words.listing import joined
from schelling.report.words.numerals import count, percent, signed
from schelling.study.exploring.bottlenecks import Bottleneck
from schelling.study.exploring.coherence import ClaimCoherence, Conflict
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.finding_kinds import FixedFinding

CONFLICTS, IMPLICATIONS = 8, 6
"""Conflicts and implications told at most; the JSON has all of them."""


def coherence(found: Exploration) -> list[str]:
    """Whether the claims hold together, in sentences; empty where coherence was not asked for."""
    said = found.coherence
    if said is None:
        return []
    fixed = (one for one in found.findings if isinstance(one, FixedFinding))
    certain = {claim for one in fixed if one.kind == "never" for claim in one.certain}
    return [*_together(said, certain), *_conflicts(said, certain), *_implications(said)]


def parts(found: Exploration, claim: str) -> list[tuple[str, str]]:
    """Which condition of a claim that joins several it fails for, labelled; empty for others."""
    if found.coherence is None:
        return []
    own = [one for one in found.coherence.bottlenecks if one.claim == claim]
    return [("parts", _bottleneck(one)) for one in own]


def _bottleneck(one: Bottleneck) -> str:
    named = [
        f"{part.written} (fails in {percent(part.fails)} of the claim's failures, alone in "
        f"{percent(part.alone)})"
        for part in one.parts[:3]
    ]
    return "; ".join(named)


def _together(said: ClaimCoherence, certain: Set[str]) -> Iterator[str]:
    share = said.shares.together
    never = not certain.isdisjoint(said.claims)
    how_often = percent(0.0) if never else shares.both(share)
    two = len(said.claims) == 2
    if not share.worlds:
        yield f"No world asks {'both' if two else f'all {len(said.claims)}'} claims."
        return
    which = ""
    if share.worlds < said.worlds:
        which = f" that ask {'both' if two else 'them all'} ({share.worlds:,} of {said.worlds:,})"
    by = ", by the option chosen" if share.differs else ""
    if said.alike:
        by = f", over every option of {', '.join(said.alike)} as they are drawn"
    claims = "Both claims" if two else f"All {len(said.claims)} claims"
    yield f"{claims} hold together in {how_often} of worlds{which}{by}."
    if share.failed and share.differs:
        yield "Worlds in which a number of a claim failed may have made this span wider."
    elif share.failed:
        yield (
            f"In {percent(share.failed / share.worlds)} of {'these' if which else 'worlds'} it is "
            "not known whether they do, since a number of a claim failed there."
        )
    boxes = [one for one in (said.boxes, *said.under) if one is not None and one.rules]
    for one in boxes:
        yield f"The claims together: {argument(one)}."
    if not boxes and said.lets and not never:  # what fails by construction lets nothing be close
        named = ", ".join(f"{name} {signed(rho)}" for name, rho in said.lets[:3])
        yield (
            "Rank correlation of assumptions with how close all claims together are to holding: "
            f"{named}."
        )


def _conflicts(said: ClaimCoherence, certain: Set[str]) -> Iterator[str]:
    """Claims and sets that hold nowhere; nothing is left open of what fails by construction."""
    conflicts = [one for one in said.conflicts if not set(one.claims) <= certain]
    for claim in (name for name in said.claims if name in certain):
        yield f"{claim} fails in every world by construction."
    never = [one for one in conflicts if len(one.claims) == 1]
    several = [one for one in conflicts if len(one.claims) > 1]
    for conflict in never:
        yield f"{conflict.claims[0]} holds in {_nowhere(said, conflict)}{_closest(conflict.lets)}."
    for conflict in several[:CONFLICTS]:
        yield (
            f"{joined(conflict.claims)} hold together in {_nowhere(said, conflict)}"
            f"{_closest(conflict.lets)}."
        )
    if not conflicts:
        return
    more = len(several) - CONFLICTS
    if more > 0 or not said.search.complete:
        rest = f"{more} more" if more > 0 else "more"
        whole = "" if said.search.complete else " at least"
        sets = (
            "is one more such set" if whole + rest == "1 more" else f"are{whole} {rest} such sets"
        )
        yield f"There {sets}; each is minimal."
    if any(conflict.worlds < said.worlds for conflict in conflicts):
        yield (
            "Where n worlds ask such a set, it may still hold together in up to 3 / n of them "
            "(95 % confidence)."
        )
        return
    limit = percent(said.search.bound, said.search.bound)
    yield (
        f"{said.search.worlds:,} worlds were examined, so such a set may still hold together in up "
        f"to {limit} of worlds (95 % confidence)."
    )


def _nowhere(said: ClaimCoherence, conflict: Conflict) -> str:
    if conflict.worlds == said.worlds:
        return "no world"
    ask = "asks" if conflict.worlds == 1 else "ask"
    them = "it" if len(conflict.claims) == 1 else "them all"
    return f"none of the {count(conflict.worlds, 'world')} that {ask} {them}"


def _implications(said: ClaimCoherence) -> Iterator[str]:
    for one in said.implications[:IMPLICATIONS]:
        premise, conclusion = said.claims[one.premise], said.claims[one.conclusion]
        shown = f"in all {one.worlds:,} worlds that show it"
        if one.both_ways:
            same = "hold in the same worlds" if one.everywhere else "agree wherever both are known"
            yield f"{premise} and {conclusion} {same}, {shown}."
        else:
            also = "" if one.everywhere else f" and {conclusion} is known"
            yield f"Whenever {premise} holds{also}, {conclusion} holds too, {shown}."
    more = len(said.implications) - IMPLICATIONS
    if more > 0:
        rest = "is one more such implication" if more == 1 else f"are {more} more such implications"
        yield f"There {rest}."
    if said.implications:
        yield (
            "Where n worlds show an implication, up to 3 / n of such worlds may still be "
            "exceptions (95 % confidence)."
        )


def _closest(lets: tuple[tuple[str, float], ...]) -> str:
    named = [f"{'more' if rho > 0 else 'less'} {name} ({signed(rho)})" for name, rho in lets[:2]]
    return f"; closest to it with {' and '.join(named)}" if named else ""
