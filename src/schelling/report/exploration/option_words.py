"""Options of actors in words and rows: for the terminal and the page."""

from __future__ import annotations

from schelling.analysis.robustness import Robustness
from schelling.analysis.verdicts import Share
from schelling.report.exploration.exploration_words import rule_sentence
from schelling.report.words.listing import listed
from schelling.report.words.numerals import general, percent, percent_number
from schelling.report.words.shares import bounds
from schelling.study.exploring.explore import Exploration
from schelling.study.exploring.options import ClaimOptions, Options

MOST = 12
"""Options listed at most; the JSON has all of them."""

_EQUAL = 1e-12
HOLD, FAIL = "*", "†"
_RULES = ("maximin", "minimax_regret")


def title(one: ClaimOptions) -> str:
    """Whose wish a comparison answers to."""
    if one.wanted_by:
        verb = "wants" if len(one.wanted_by) == 1 else "want"
        return f"{one.claim}, which {listed(one.wanted_by)} {verb} to hold"
    return f"{one.claim}, which nobody is said to want"


def head(found: Exploration, one: ClaimOptions) -> tuple[str, ...]:
    """Heads of the columns of `rows`, with the unit of the claim's margin."""
    unit = str(found.run.verdicts.loc[one.claim, "margin_unit"])
    unit = f", {unit}" if unit else ""
    return ("option", "holds in", f"worst{unit}", f"regret{unit}", "best in")


def rows(one: ClaimOptions) -> list[tuple[str, ...]]:
    """For every option its share, worst margin, largest regret and how often it is best.

    Args:
        one: How one claim fares under the options.

    Returns:
        One row an option, of many those under which it holds most often. A star marks the best
        worst margin and the smallest largest regret where one option alone has it; a dagger the
        same for who would have the claim fail, where nobody is said to want it.
    """
    seen = one.holding
    order = list(range(len(one.options)))
    if len(order) > MOST:
        order.sort(key=lambda place: -seen.satisficing[place].share)
    found_rows: list[tuple[str, ...]] = []
    for place in order[:MOST]:
        option = one.options[place]
        worst = general(float(seen.worst[place]))
        regret = general(float(seen.largest_regret[place]))
        found_rows.append(
            (
                option.words,
                share(seen.satisficing[place]),
                worst + _marks(one, place, "maximin"),
                regret + _marks(one, place, "minimax_regret"),
                percent(float(seen.best_in[place])),
            )
        )
    return found_rows


def notes(one: ClaimOptions) -> list[str]:
    """What the marks of a comparison mean, and what was left out of it."""
    seen = one.holding
    said: list[str] = []
    if any(best(seen, rule) is not None for rule in _RULES):
        said.append(f"{HOLD} best if the claim is to hold: by worst margin, by largest regret")
    if one.failing is not None and any(best(one.failing, rule) is not None for rule in _RULES):
        said.append(f"{FAIL} best if it is to fail, by the same rules")
    if seen.dropped:
        part = percent(seen.dropped / (seen.dropped + seen.worlds))
        said.append(
            f"left out of margins: the {part} of worlds without a truth value under some option"
        )
    count = len(one.options)
    if count > MOST:
        said.append(f"those {MOST} of {count} options under which it holds most often")
    return said


def failures(one: ClaimOptions) -> list[tuple[str, str]]:
    """Option by option, where the claim fails under it."""
    return [
        (option.words, rule_sentence(boxes, boxes.rules[0]))
        for option, boxes in zip(one.options, one.boxes, strict=True)
        if boxes is not None and boxes.rules
    ]


def overall(found: Exploration) -> list[str]:
    """What is said of all options together."""
    options = found.options
    if options is None:
        return []
    said: list[str] = []
    if options.possible > len(options.options):
        said.append(
            f"{len(options.options)} of {options.possible:,} combinations of options were run, "
            "drawn at random."
        )
    if options.undominated and len(options.options) > 1:
        said.append(_dominance(options))
    if options.beyond:
        said.append(f"No option can reach {', '.join(options.beyond)}.")
    return said


def _dominance(options: Options) -> str:
    """Which options none is better than for all goals, whatever worlds without a number hold."""
    best = [options.options[n].words for n in options.undominated]
    goals, named = listed(options.goals), "; ".join(best[:MOST])
    shares = [one.holding.satisficing for one in options.claims if one.claim in options.goals]
    failed = any(share.failed for own in shares for share in own)
    better = "sure to be better" if failed else "better"
    if len(best) == 1:
        return f"One option is at least as good as every other for {goals}: {named}."
    if len(best) < len(options.options):
        lost = ", as some worlds have no number" if failed else ""
        return f"For {goals}, no other option is {better} than these{lost}: {named}."
    if failed:
        why = ": some worlds have no number"
    elif all(max(s.share for s in own) - min(s.share for s in own) < _EQUAL for own in shares):
        why = ", as all fare alike"
    else:
        why = ": each gives up some"
    return f"No option is {better} than another for all of {goals}{why}."


def spread(found: Exploration, claim: str) -> str:
    """Shares of worlds in which a claim holds, by option; empty where none reaches it."""
    if found.options is None:
        return ""
    for one in found.options.claims:
        if one.claim == claim:
            seen = sorted(one.holding.satisficing, key=lambda each: each.share)
            low, high = share(seen[0]), share(seen[-1])
            if any(each.failed for each in seen):
                ends = bounds(min(each.low for each in seen), max(each.high for each in seen))
                alike = len({(each.low, each.high) for each in seen}) == 1
                by = " under every option" if alike else ", by the option chosen"
                return f"{ends} of worlds{by}, whatever those without a number hold"
            if low == high:
                return f"{low} of worlds under every option"
            least = percent_number(seen[0].share, seen[0].half_width)
            return f"{least} to {high} of worlds, by the option chosen"
    return ""


def share(seen: Share) -> str:
    """A share, as its bounds where numbers failed."""
    if seen.failed:
        return bounds(seen.low, seen.high)
    return percent(seen.share, seen.half_width)


def _marks(one: ClaimOptions, place: int, rule: str) -> str:
    wished: list[tuple[Robustness | None, str]] = [(one.holding, HOLD), (one.failing, FAIL)]
    return "".join(mark for seen, mark in wished if seen and best(seen, rule) == place)


def best(seen: Robustness, rule: str) -> int | None:
    """The option that alone is best by a rule, as its numbers are printed.

    Numbers are of finitely many worlds: where two look alike, neither is told as the better one.

    Args:
        seen: How the options fare.
        rule: `maximin` or `minimax_regret`.
    """
    place: int | None = getattr(seen, rule)
    if place is None:
        return None
    values = seen.worst if rule == "maximin" else seen.largest_regret
    printed = [general(float(value)) for value in values]
    return place if printed.count(printed[place]) == 1 else None
