"""What the outcomes of the register say of a case and its rivals, for a terminal and as data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from schelling.forecast import bayes_factors
from schelling.report.comparison.columns import laid_out
from schelling.report.fitting import fit_json, reading_words
from schelling.report.fitting.fit_text import changes, in_lines, levers
from schelling.report.words import shares
from schelling.report.words.numerals import count, finite, general, whole_percent
from schelling.study.fitting.outcomes import OutcomeFit, rival_weights

SCHEMA = "schelling.outcomes/1"


def text(fits: Sequence[OutcomeFit], *, width: int = 80) -> str:
    """The case weighed by what happened, and how its rivals compare.

    Args:
        fits: The case, then its rivals.
        width: Characters of a line.
    """
    own = fits[0]
    lines = [own.case.title, *in_lines([_news(own)], width), ""]
    head = ("question", "became", "worlds that said yes", "counts")
    rows = [
        (q.name, "yes" if q.happened else "no", shares.both(q.before), general(q.weight, 2))
        for q in own.questions
    ]
    lines += [*laid_out(head, rows, width), ""]
    if own.found.sound:
        lines += in_lines([reading_words.trust(own.found)], width)
        lines += changes("claim", own.claims, width)
        if options := levers(own.case):
            lines += in_lines([options], width)
    else:
        lines += in_lines(reading_words.refusal(own.found), width)
    if len(fits) > 1:
        unsound = [one.case.rival or one.case.name for one in fits if not one.found.sound]
        if unsound:
            told = f"Arguments are not weighed, as fits are refused: {', '.join(unsound)}."
            lines += ["", *in_lines([told], width)]
        else:
            lines += ["", *_rivals(fits, width)]
    return "\n".join(lines)


def _news(fit: OutcomeFit) -> str:
    number, telling = len(fit.questions), sum(one.news for one in fit.questions)
    told = f"{count(number, 'resolved question')} with a handle in the model; worlds differ in "
    if telling:
        told += f"{telling} of them, which count as {general(fit.news, 2)}, since those of a "
        told += "cluster count together as one. "
    else:
        told += "none of them, so these outcomes weigh no world. "
    told += "The answer of a world is taken to be wrong with the chance "
    told += f"{whole_percent(fit.error)}."
    if any(one.before.failed for one in fit.questions):
        told += " A world whose numbers failed is taken to say yes or no with equal chances."
    return told


def _rivals(fits: Sequence[OutcomeFit], width: int) -> Iterator[str]:
    told = (
        "How likely each argument made these outcomes, those of a cluster discounted to one, with "
    )
    yield from in_lines([f"{told}equal weights before; ± half a 95 % interval"], width)
    weights, own = rival_weights(fits), fits[0].found.log_evidence
    head = ("argument", "log evidence", "weight", "Bayes factor", "of the case over it")
    rows: list[tuple[str, ...]] = []
    for fit, weight in zip(fits, weights.tolist(), strict=True):
        apart = own - fit.found.log_evidence
        factor = math.exp(min(apart, 700.0))
        itself = fit is fits[0]
        words = "" if itself or math.isnan(apart) else _reading(factor)
        name = fit.case.rival or fit.case.name
        found = fit.found.log_evidence, fit.found.log_evidence_error
        cells = reading_words.log_evidence(*found), whole_percent(weight)
        rows.append((name, *cells, "" if itself else general(factor, 2), words))
    yield from laid_out(head, rows, width)
    yield from in_lines([_gain(fits)], width)


def _reading(factor: float) -> str:
    """A Bayes factor in words, whichever side it speaks for."""
    if factor >= 1.0:
        return bayes_factors.reading(factor)
    words = bayes_factors.reading(1 / factor)
    return words if words == bayes_factors.reading(1.0) else f"{words}, for the other"


def _gain(fits: Sequence[OutcomeFit]) -> str:
    """Which argument gains most, and whether the outcomes tell the arguments apart at all."""
    ordered = sorted(fits, key=lambda one: -one.found.log_evidence)
    first, last = ordered[0], ordered[-1]
    best, least = (one.case.rival or one.case.name for one in (first, last))
    apart = first.found.log_evidence - last.found.log_evidence
    if math.isnan(apart):
        return "No argument allows these outcomes, so they do not tell the arguments apart."
    factor = math.exp(min(apart, 700.0))
    if general(factor, 2) == "1":
        return "All arguments made these outcomes equally likely, so they are not told apart."
    told = f"{best} made these outcomes {general(factor, 2)} times as likely as {least} did, the "
    told += "largest difference between any two arguments: "
    error = math.hypot(first.found.log_evidence_error, last.found.log_evidence_error)
    vague = bayes_factors.reading(factor) == bayes_factors.reading(1.0)
    if vague or (math.isfinite(apart) and not apart > 1.96 * error):
        return f"{told}these outcomes do not tell the arguments apart."
    words = f"{bayes_factors.reading(factor)}, for {best}"
    return f"{told}{words}, if answers are wrong as often as said."


def to_json(fits: Sequence[OutcomeFit]) -> dict[str, Any]:
    """The same as plain data."""
    weights = rival_weights(fits).tolist()
    return {
        "schema": SCHEMA,
        "case": fits[0].case.name,
        "error": fits[0].error,
        "arguments": [
            {
                "rival": fit.case.rival,
                "sound": fit.found.sound,
                "log_evidence": finite(fit.found.log_evidence),
                "weight": finite(weight),
                "news": fit.news,
                "diagnostics": fit_json.diagnostics(fit.found),
                "questions": [
                    {
                        "name": one.name,
                        "happened": one.happened,
                        "before": finite(one.before.share),
                        "counts": one.weight,
                        "news": one.news,
                    }
                    for one in fit.questions
                ],
                "claims": [fit_json.change(one) for one in fit.claims],
            }
            for fit, weight in zip(fits, weights, strict=True)
        ],
    }
