"""What a comparison of rivals comes to, in sentences, and its verdicts with bars and words."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from schelling.analysis.verdicts import Share
from schelling.report.words import shares
from schelling.report.words.numerals import NO_BREAK, count, percent, points
from schelling.study.rivals.compare import Comparison
from schelling.study.rivals.differences import TOGETHER

DEFINED_OTHERWISE = "*"
"""Mark of a claim that has another formula than in the case."""

_MOST = 3  # claims of a rival that are told
_BAR = 20
_CAUSES = 2
_SURELY = 1.96
_SMALL = 0.01  # changes below one point are told to a tenth


def findings(seen: Comparison) -> list[str]:
    """What the rivals differ in and what follows, in sentences."""
    return [sentence for name in seen.names[1:] for sentence in _of_rival(seen, name)]


def _of_rival(seen: Comparison, rival: str) -> Iterator[str]:
    known = next(one for one in seen.case.rivals if one.name == rival)
    listed = [c for c in known.changes if c.section not in ("sources", "passages", "actors")]
    changed = [change for change in listed if change.differs]
    names = ", ".join(dict.fromkeys(change.name for change in changed))
    if changed:
        yield f"{rival} differs from the case in {count(len(changed), 'definition')}: {names}."
    else:
        yield f"{rival} changes no definition of the case."
    if reasons := [change.name for change in listed if change.what == "reason"]:
        yield f"It gives another reason, and nothing else, for {', '.join(reasons)}."
    gaps = sorted(_gaps(seen, rival), key=lambda one: -abs(one[1]))
    unasked = [
        sentence for claim in seen.verdicts.index for sentence in _unasked(seen, rival, claim)
    ]
    yield from unasked
    if not gaps:
        also = "other " if unasked else ""
        yield f"No {also}verdict of {rival} differs from the case's beyond the error bars."
        return
    for claim, _ in gaps[:_MOST]:
        ours, theirs = seen.shares[claim, "case"], seen.shares[claim, rival]
        word = f"still {theirs.word}" if ours.word == theirs.word else theirs.word
        mark = " (defined otherwise there)" if otherwise(seen, claim, rival) else ""
        yield (
            f"{claim}{mark}: {_both(ours)} of worlds{_asking(seen, claim, rival)} in the case "
            f"({ours.word}), {_both(theirs)} in {rival} ({word})."
            f" {_cause(seen, rival, claim)}".rstrip()
        )
    if len(gaps) > _MOST:
        more = len(gaps) - _MOST
        yield f"{count(more, 'more verdict')} of {rival} {'differs' if more == 1 else 'differ'}."


def _gaps(seen: Comparison, rival: str) -> Iterator[tuple[str, float]]:
    """Claims whose shares differ beyond their error bars, whatever failed worlds hold."""
    for claim in seen.verdicts.index:
        ours, theirs = seen.shares.get((claim, "case")), seen.shares.get((claim, rival))
        if ours is None or theirs is None or math.isnan(ours.low) or math.isnan(theirs.low):
            continue
        if ours.failed or theirs.failed:
            up = (theirs.low - theirs.low_half_width) - (ours.high + ours.high_half_width)
            down = (ours.low - ours.low_half_width) - (theirs.high + theirs.high_half_width)
            apart = max(up, down)
        else:
            apart = max(_moved(ours, theirs))
        if apart > 0:
            yield str(claim), (theirs.low + theirs.high - ours.low - ours.high) / 2


def _moved(ours: Share, theirs: Share) -> tuple[float, float]:
    """By how much the ends of two shares, or of spans over options, differ beyond their errors."""
    low = abs(theirs.low - ours.low) - (theirs.low_half_width + ours.low_half_width)
    high = abs(theirs.high - ours.high) - (theirs.high_half_width + ours.high_half_width)
    return low, high


def _unasked(seen: Comparison, rival: str, claim: str) -> Iterator[str]:
    """That a claim is asked on one side only."""
    ours, theirs = seen.shares.get((claim, "case")), seen.shares.get((claim, rival))
    if ours is not None and theirs is not None and bool(ours.worlds) != bool(theirs.worlds):
        one, other = ("the case", rival) if ours.worlds else (rival, "the case")
        worlds = count(max(ours.worlds, theirs.worlds), "world")
        yield f"{claim} is asked in {worlds} of {one}, in none of {other}."


def _asking(seen: Comparison, claim: str, *names: str) -> str:
    """What stands after "worlds" where some worlds of the case or a rival do not ask a claim."""
    found = [seen.shares.get((claim, name)) for name in ("case", *names)]
    whole = seen.runs[0].manifest.worlds
    some = any(share is not None and share.worlds < whole for share in found)
    return " that ask it" if some else ""


def _cause(seen: Comparison, rival: str, claim: str) -> str:
    """Which single definitions make the difference.

    Empty under posteriors, where none is tried, and where options differ, so that there is no one
    number to change.
    """
    spans = any(seen.shares[claim, name].spans for name in ("case", rival))
    if seen.runs[0].manifest.posterior or spans:
        return ""
    table = seen.swapped
    own = table[(table["rival"] == rival) & (table["claim"] == claim)]
    found = [
        (float(row["change"]), _SURELY * float(row["standard_error"]), row)
        for row in own.to_dict("records")
        if row["assumption"] != TOGETHER and not _open(row)
    ]
    sure = sorted((one for one in found if abs(one[0]) > one[1]), key=lambda one: -abs(one[0]))
    if own[own["assumption"] != TOGETHER].empty:
        return "No definition of it can be put in alone."
    if not sure:
        return "No single definition that can be put in alone makes a clear difference."
    named = [
        f"{row['assumption']} changes it by {_between(row) or _points(change, half)}"
        for change, half, row in sure[:_CAUSES]
    ]
    return f"Put into the case alone, {' and '.join(named)} points."


def _points(change: float, half: float) -> str:
    return points(change, half, int(abs(change) < _SMALL))  # so that no sign is lost


def _between(row: Mapping[Hashable, Any]) -> str:
    """Bounds of the change over all worlds, where some have no number; else empty."""
    if not row["failed"]:
        return ""
    low, high = (f"{100 * row[end]:+.0f}".replace("-", "−") for end in ("low", "high"))
    return f"{low} to {high}"


def _open(row: Mapping[Hashable, Any]) -> bool:
    """Whether worlds without a number leave open which way a change goes."""
    return row["failed"] > 0 and row["low"] <= 0 <= row["high"]


def cell(seen: Comparison, claim: str, name: str) -> str:
    """A share with its error and its word; a dash where the claim is not made."""
    share = seen.shares.get((claim, name))
    if share is None:
        return "-"
    if not share.worlds:
        return f"not asked{mark(seen, claim, name)}"
    amount = shares.both(share).replace(f"{NO_BREAK}%", "")
    found = f"{amount}, {share.word}{mark(seen, claim, name)}"
    each = "; ".join(f"{option}: {_both(one)}" for option, one in told(seen, claim, name))
    return f"{found} ({each})" if each else found


def _both(share: Share) -> str:
    return shares.both(share)


def otherwise(seen: Comparison, claim: str, name: str) -> bool:
    """Whether a hypothesis gives a claim another formula, condition or words than the case."""
    ours, theirs = (
        next((c for c in made.case.claims if c.name == claim), None)
        for made in (seen.runs[0], seen.runs[seen.names.index(name)])
    )
    if ours is None or theirs is None:
        return False
    told = [(one.written, one.given, one.origin.says) for one in (ours, theirs)]
    return told[0] != told[1]


def mark(seen: Comparison, claim: str, name: str) -> str:
    """The mark of a claim that is defined otherwise than in the case."""
    return DEFINED_OTHERWISE if otherwise(seen, claim, name) else ""


def bars(seen: Comparison, *, width: int) -> list[str]:
    """The verdicts for a terminal: for every claim a bar, a share and a word by hypothesis.

    Args:
        seen: The comparison.
        width: Characters of a line.
    """
    named = [str(claim) for claim in seen.verdicts.index]
    options = [o for claim in named for name in seen.names for o, _ in told(seen, claim, name)]
    longest = max([*map(len, seen.names), *(len(option) + 1 for option in options)]) + 1
    bar = min(_BAR, max(width - longest - 40, 6))
    lines: list[str] = []
    for claim in seen.verdicts.index:
        which = _asking(seen, str(claim), *seen.names[1:]).strip()
        lines.append(f"{claim} (worlds {which})" if which else str(claim))
        for name in seen.names:
            share = seen.shares.get((str(claim), name))
            label = f"  {name}{mark(seen, str(claim), name)}".ljust(longest + 3)
            if share is None:
                lines.append(f"{label}not made")
            elif not share.worlds:
                lines.append(f"{label}no world asks it")
            else:
                lines.append(_line(label, share, bar))
                lines += [
                    _line(f"    {option}".ljust(longest + 3), each, bar)
                    for option, each in told(seen, str(claim), name)
                ]
    return lines


def _line(label: str, share: Share, width: int) -> str:
    amount = shares.both(share).replace(NO_BREAK, " ").rjust(14)
    return f"{label}{_blocks(share, width)} {amount}  {share.word}"


def told(seen: Comparison, claim: str, name: str) -> list[tuple[str, Share]]:
    """The options of a claim that are told one by one: where they differ, and are few."""
    found = seen.options(claim, name)
    if found is None or not found.told:
        return []
    return [(option.words, share) for option, share in found.options]


def _blocks(share: Share, width: int) -> str:
    """Full up to the lower end of the 95 % interval, half shaded to its upper end."""
    if math.isnan(share.low) or math.isnan(share.high):
        return "?" * width
    low = max(share.low - share.low_half_width, 0.0)
    high = min(share.high + share.high_half_width, 1.0)
    full, end = math.floor(low * width + 0.5), math.ceil(high * width - 1e-9)
    unsure = max(end - full, 1) if full < width else 0
    return "█" * full + "▒" * unsure + "░" * (width - full - unsure)


def notes(seen: Comparison) -> list[str]:
    """What qualifies the verdicts: other definitions, and claims asked in some worlds only."""
    said: list[str] = []
    spans = [one for one in seen.shares.values() if one.spans]
    if spans:
        said.append(
            "By option: the least and the greatest share under an option of an actor, from the "
            "worlds in which it was drawn, then each option; no share is averaged over options."
        )
    marked = any(otherwise(seen, str(c), n) for c in seen.verdicts.index for n in seen.names[1:])
    if marked:
        said.append(
            f"{DEFINED_OTHERWISE} The rival gives this claim another formula, condition or words: "
            "the shares are not of the same claim."
        )
    partly: list[str] = []
    never: list[str] = []
    for name, made in zip(seen.names, seen.runs, strict=True):
        for claim, row in made.verdicts.iterrows():
            if row["not_asked"]:
                asked = made.manifest.worlds - int(row["not_asked"])
                part = asked / made.manifest.worlds
                if asked:
                    partly.append(f"{claim} in {name} ({percent(part, part)})")
                else:
                    never.append(f"{claim} in {name}")
    if partly:
        said.append(
            "A claim counts only the worlds that ask it; asked in some worlds only: "
            f"{', '.join(partly)}."
        )
    if never:
        said.append(f"Asked in no world: {', '.join(never)}.")
    return said
