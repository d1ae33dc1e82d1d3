"""Verdicts under each option of the levers, in sentences and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from schelling.analysis.verdicts import BY_OPTION, Share
from schelling.report.verdicts.claim_verdicts import Verdict
from schelling.report.words import shares
from schelling.study.runs.option_shares import MOST, OptionShares
from schelling.study.runs.results import Run


def sentences(found: Sequence[Verdict]) -> Iterator[str]:
    """How to read the shares of claims that options of levers reach.

    Args:
        found: Verdicts that stand in a table, each with its options below.

    Yields:
        Such as "`a to b`: the least and the greatest share under an option of aid, ...". Nothing
        where no lever reaches a claim.
    """
    reached = [one for one in found if one.options is not None]
    spans = [one for one in reached if one.share.spans]
    if spans:
        levers = ", ".join(dict.fromkeys(n for one in spans for n in _levers(one)))
        yield (
            f"Where {levers} can matter, the least and the greatest share under an option stand in "
            "place of one share; no share in the table is averaged over options."
        )
    alike = [one.claim.name for one in reached if one.options is not None and one.options.alike]
    if alike:
        verb = "has" if len(alike) == 1 else "have"
        yield f"{', '.join(alike)} {verb} the same verdict under each option."
    yield from _unseen(reached)
    close = [one for one in found if one.close and one.word == BY_OPTION]
    if close:
        lost = ", and worlds without a number," if any(one.share.failed for one in close) else ""
        yield f"by option ~: the options differ by no more than chance{lost} may make them differ."
    many = [one for one in reached if one.options is not None and not one.options.told]
    if many:
        names = ", ".join(one.claim.name for one in many)
        whole = [one.claim.name for one in many if not one.share.spans]
        over = f" The shares of {', '.join(whole)} are over all of them." if whole else ""
        yield (
            f"More than {MOST} combinations of options can reach {names}; "
            f"`schelling explore` compares them.{over}"
        )


def _unseen(reached: Sequence[Verdict]) -> Iterator[str]:
    """Claims of which some combinations of options had no worlds to be judged by."""
    for one in reached:
        options = () if one.options is None else one.options.options
        none = sum(share.worlds == 0 for _, share in options)
        if none:
            yield (
                f"{one.claim.name}: {none} of {len(options)} combinations of options had no "
                "worlds, and nothing is known of them."
            )


def rows(verdict: Verdict) -> Sequence[tuple[str, Share]]:
    """The options of a claim that are told one by one: where they differ, and are few."""
    one = verdict.options
    if one is None or not one.told or one.alike or not verdict.share.spans:
        return ()
    return [(option.words, share) for option, share in one.options]


def _levers(verdict: Verdict) -> tuple[str, ...]:
    return () if verdict.options is None else verdict.options.levers


def of_claim(run: Run) -> dict[str, str]:
    """By claim, its share and verdict under each option, as a clause."""
    return {one.claim: _options(one) for one in run.by_option.values() if one.told}


def to_json(run: Run) -> dict[str, list[dict[str, Any]]]:
    """By claim, the options of the levers that reach it, each with share, error and verdict."""
    return {
        one.claim: [{"option": option.numbers, **_json(share)} for option, share in one.options]
        for one in run.by_option.values()
        if one.options
    }


def _options(one: OptionShares) -> str:
    told = (f"{option.words}: {shares.both(share)}, {share.word}" for option, share in one.options)
    return "; ".join(told)


def _json(share: Share) -> dict[str, Any]:
    return {
        "worlds": share.worlds,
        "failed": share.failed,
        "low": share.low if share.worlds else None,
        "high": share.high if share.worlds else None,
        "half_width": max(share.low_half_width, share.high_half_width) if share.worlds else None,
        "verdict": share.word,
    }
