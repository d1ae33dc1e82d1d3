"""Verdicts as plain data under a versioned schema, for other programs."""

from __future__ import annotations

from typing import Any

from schelling.case.language.typed.typed_text import write
from schelling.report.verdicts import (
    changed_words,
    first_played,
    option_lines,
    premises,
    several_words,
    state_shares,
)
from schelling.report.verdicts.claim_verdicts import Verdict, all_verdicts, leading
from schelling.report.words.numerals import finite
from schelling.study.premises.granted import granted
from schelling.study.runs.results import Run

SCHEMA = "schelling.verdicts/3"


def to_json(run: Run) -> dict[str, Any]:
    """The verdicts of a run as data that `json.dumps` takes.

    Keys are only ever added under one schema. Numbers that do not exist are None.

    Args:
        run: The run.

    Returns:
        `schema, case, title, digest, seed, worlds, design, replicates, versions, command, claims,
        forecasts`, and `changed, before_after` where definitions were changed for the run, or its
        worlds were drawn from a posterior, which `posterior` then tells of. A claim
        has `name, says, share, standard_error, half_width, low, high, verdict, failed, margin,
        leading, low_half_width, high_half_width, luck, first_failure, not_asked, first_played,
        given, asked, by_option, over_options`. Where options of a lever differ, `by_option` is
        true, `low` and `high` are the least and the greatest share under one, `share` is None, and
        `over_options` has the share over all, each as often as the run has it. `states`, of a
        case that has state machines, is the share of worlds in each state of each at the end.
        `premises`, of a case that names some, has the shares with all granted and with each relaxed
        alone. `options`, of a case with levers, has by claim the share under each option, from the
        worlds in which it was drawn.
        `several_equilibria` lists the games with several pure equilibria, or equally good actions,
        that claims read. Where worlds failed, `share` is that of the sound ones; `low` and `high`
        are known of all. Worlds that are `not_asked` count nowhere: a game that the claim asks
        where it is first played never is, or the condition `given` fails; `asked` says so in words.
    """
    what, given, options = run.manifest, granted(run), option_lines.to_json(run)
    several = several_words.to_json(run)
    return {
        "schema": SCHEMA,
        "case": what.case,
        "title": what.title,
        "digest": what.digest,
        "seed": what.seed,
        "worlds": what.worlds,
        "design": what.design,
        "replicates": what.replicates,
        "versions": dict(what.versions),
        "command": what.command,
        "claims": [_claim(run, verdict) for verdict in all_verdicts(run)],
        "forecasts": len(run.case.questions),
        **(_states(run) if run.case.machines else {}),
        **(changed_words.to_json(run) if run.case.changed or what.posterior else {}),
        **({"options": options} if options else {}),
        **({"several_equilibria": several} if several else {}),
        **({} if given is None else {"premises": premises.to_json(given)}),
    }


def _states(run: Run) -> dict[str, Any]:
    """Shares of worlds in each state at the end, and of those whose state is not known."""
    lost = state_shares.unknown(run)
    found: dict[str, Any] = {"states": state_shares.at_end(run)}
    return found | ({"states_not_known": lost} if lost else {})


def _claim(run: Run, verdict: Verdict) -> dict[str, Any]:
    share, row = verdict.share, verdict.row
    found = leading(run, verdict.claim.name)
    return {
        "name": verdict.claim.name,
        "says": verdict.claim.origin.says,
        "share": finite(share.share),
        "standard_error": finite(share.standard_error),
        "half_width": finite(share.half_width),
        "low": finite(share.low),
        "high": finite(share.high),
        "verdict": verdict.word,
        "failed": share.failed,
        "margin": {
            "q05": finite(row["margin_q05"]),
            "median": finite(row["margin_median"]),
            "q95": finite(row["margin_q95"]),
            "unit": str(row["margin_unit"]),
        },
        "leading": [
            {"assumption": str(name), "rank_correlation": float(value)}
            for name, value in found.items()
        ],
        "low_half_width": finite(share.low_half_width),
        "high_half_width": finite(share.high_half_width),
        "luck": _luck(verdict),
        "first_failure": _failure(run, verdict) if share.failed else None,
        "not_asked": int(row["not_asked"]),
        "first_played": first_played.sentence(run, verdict.claim) or None,
        "given": verdict.claim.given or None,
        "asked": verdict.asked or None,
        "by_option": share.spans,
        "over_options": _over_options(run, verdict),
    }


def _over_options(run: Run, verdict: Verdict) -> dict[str, Any] | None:
    """The share over all options, each as often as the run has it; None where none differ."""
    if not verdict.share.spans:
        return None
    whole = run.shares[verdict.claim.name]
    return {"share": finite(whole.share), "half_width": finite(whole.half_width)}


def _luck(verdict: Verdict) -> dict[str, Any] | None:
    """How much of the claim's truth luck alone decides; None where a kept run does not know."""
    found = verdict.luck
    if found is None:
        return None
    return {
        "share": finite(found.share),
        "half_width": finite(found.half_width),
        "pairs": found.pairs,
        "left_out": found.left_out,
    }


def _failure(run: Run, verdict: Verdict) -> dict[str, Any] | None:
    """Where the numbers of a claim failed first; None where that was not found."""
    found = run.first_failures.get(verdict.claim.name)
    if found is None:
        return None
    return {
        "says": verdict.lost,
        "name": found.name,
        "step": found.step,
        "computed": "" if found.computed is None else write(found.computed),
        "fed": [
            {"name": name, "value": _given(value), "unit": unit} for name, value, unit in found.fed
        ],
        "held": found.held,
    }


def _given(value: float | str) -> float | str | None:
    return value if isinstance(value, str) else finite(value)
