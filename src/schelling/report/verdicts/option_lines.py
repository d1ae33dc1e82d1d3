"""Verdicts under each option of the levers, in sentences and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schelling.analysis.verdicts import Share
from schelling.report.words import shares
from schelling.study.exploring import option_shares
from schelling.study.exploring.option_shares import MOST, OptionShares
from schelling.study.runs.results import Run


def sentences(run: Run) -> Iterator[str]:
    """What the options of the levers change, and that the shares beside them are over all options.

    Yields:
        Such as "holds_out under each option: aid = 0: 12 % ± 1, mostly fails; ...". Nothing
        where no lever reaches a claim.
    """
    found = option_shares.of_run(run)
    if not found:
        return
    levers = ", ".join(dict.fromkeys(name for one in found for name in one.levers))
    yield f"The shares are over all options of {levers}, each as often as its prior has it."
    for one in found:
        if one.options and not one.alike:
            yield f"{one.claim} under each option: {_options(one)}."
    alike = [one.claim for one in found if one.alike]
    if alike:
        verb = "has" if len(alike) == 1 else "have"
        yield f"{', '.join(alike)} {verb} the same verdict under each option."
    many = [one.claim for one in found if not one.options]
    if many:
        yield (
            f"More than {MOST} combinations of options can reach {', '.join(many)}; "
            "`schelling explore` compares them."
        )


def of_claim(run: Run) -> dict[str, str]:
    """By claim, its share and verdict under each option, as a clause."""
    return {one.claim: _options(one) for one in option_shares.of_run(run) if one.options}


def to_json(run: Run) -> dict[str, list[dict[str, Any]]]:
    """By claim, the options of the levers that reach it, each with share, error and verdict."""
    return {
        one.claim: [
            {"option": {name: value for name, _, value, _ in option.values}, **_json(share)}
            for option, share in one.options
        ]
        for one in option_shares.of_run(run)
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
