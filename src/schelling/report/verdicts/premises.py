"""What follows if the premises of an argument are granted: sentences, a table, data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from schelling.analysis.verdicts import Share, word
from schelling.report.page.figure import Table
from schelling.report.words import shares
from schelling.report.words.numerals import count
from schelling.study.premises.granted import Granted, GrantedClaim, Relaxed
from schelling.study.runs.option_shares import MOST

_MOST = 3  # premises named of a claim


def sentences(found: Granted) -> list[str]:
    """How often the premises hold, and what follows for every claim.

    Args:
        found: The verdicts with premises granted.

    Returns:
        A sentence or two for the premises, one a claim, one for the claims that no single premise
        moves, and one where worlds are too few.
    """
    told = [*_premises(found), *_claims(found)]
    for option, under in found.options:
        own = _claims(under)
        if found.together.spans or not holding(under):
            own = [*_premises(under), *own]
        told += [f"With {option.words}, {_inside(sentence, under)}" for sentence in own]
    if found.alike:
        told.append(
            f"More than {MOST} combinations of options of {', '.join(found.alike)} can matter: "
            "these shares are over all of them as they are drawn, which is what follows for "
            "somebody who does not know what will be chosen."
        )
    return told


def _claims(found: Granted) -> list[str]:
    """What follows for every claim."""
    claims = found.claims if holding(found) else ()
    told = [_claim(one, found.together.worlds) for one in claims]
    return [*told, *_unmoved(claims), *_open(claims)]


def _inside(sentence: str, under: Granted) -> str:
    """A sentence after a comma: a claim's name keeps its letters."""
    named = any(sentence.startswith(f"{one.claim}:") for one in under.claims)
    return sentence if named else sentence[:1].lower() + sentence[1:]


def holding(found: Granted) -> int:
    """In how many worlds all premises hold."""
    if found.together.spans:
        return sum(holding(under) for _, under in found.options)
    share = found.together
    sound = share.worlds - share.failed
    return round(share.share * sound) if sound else 0


def table(found: Granted) -> Table:
    """Every claim in all worlds, with the premises granted, and with each of them relaxed."""
    names = [name for name, _ in found.premises]
    head = ("Claim", "All worlds", "Premises granted", "Verdict")
    head += tuple(title for name in names for title in (f"Without {name}", f"Where {name} fails"))
    told = [(one.claim, one) for one in found.claims]
    told += [(f"{c.claim}, {option.words}", c) for option, u in found.options for c in u.claims]
    rows = tuple(
        (
            title,
            _amount(one.outright),
            _amount(one.granted),
            one.granted.word if one.granted.worlds else "not asked",
            *(_amount(share) for r in one.relaxed for share in (r.dropped, r.failing)),
        )
        for title, one in told
    )
    return Table("Shares of worlds in which each claim holds", head, rows)


def to_json(found: Granted) -> dict[str, Any]:
    """The same as data that `json.dumps` takes."""
    return {
        "premises": {name: _share(share) for name, share in found.premises},
        "together": _share(found.together),
        "claims": [
            {
                "name": one.claim,
                "granted": _share(one.granted),
                "relaxed": [
                    {
                        "premise": r.premise,
                        "dropped": _share(r.dropped),
                        "failing": _share(r.failing),
                    }
                    for r in one.relaxed
                ],
            }
            for one in found.claims
        ],
        **({"by_option": _by_option(found)} if found.options else {}),
        **({"alike": list(found.alike)} if found.alike else {}),
    }


def _by_option(found: Granted) -> list[dict[str, Any]]:
    return [{"option": option.numbers, **to_json(under)} for option, under in found.options]


def _premises(found: Granted) -> list[str]:
    own = [
        f"{name} in {shares.both(share)}{' (by option)' if share.spans else ''}"
        for name, share in found.premises
    ]
    said = [f"Premises and the worlds in which they hold: {', '.join(own)}."]
    worlds = holding(found)
    if not worlds:
        alone = len(found.premises) == 1
        said.append("It holds in no world." if alone else "No world grants all of them.")
    elif len(found.premises) > 1:
        spans = found.together.spans
        of = "by option" if spans else count(worlds, "world")
        said.append(f"All hold in {shares.both(found.together)} ({of}).")
    if found.together.failed:
        unknown = count(found.together.failed, "world")
        said.append(f"In {unknown} it is not known whether all hold; these grant nothing.")
    return said


def _claim(one: GrantedClaim, worlds: int) -> str:
    """Such as "c: follows where all premises hold (98 % ± 1, against ...); fails where p ...".

    Where a single premise fails, only what differs beyond the error bars is told.
    """
    if not one.granted.worlds:
        return f"{one.claim}: asked in no world in which the premises hold."
    which = " that ask it" if one.outright.worlds < worlds else ""
    first, *others = one.relaxed
    where = "all premises hold" if others else f"{first.premise} holds"
    start = (
        f"{one.claim}: {one.granted.word} where {where} ({shares.both(one.granted)}, "
        f"against {shares.both(one.outright)} in all worlds{which})"
    )
    decisive = sorted(
        (r for r in one.relaxed if r.differs),
        key=lambda r: -abs(r.failing.share - one.granted.share),
    )
    if decisive:
        named = [_once(one, relaxed) for relaxed in decisive[:_MOST]]
        return f"{start}; {', '.join(named)}."
    return f"{start}."


def _unmoved(claims: Sequence[GrantedClaim]) -> list[str]:
    """That a single premise which fails moves no claim, or none but those told before."""
    compared = [
        one for one in claims if one.granted.worlds and any(r.failing.worlds for r in one.relaxed)
    ]
    unmoved = [one for one in compared if not any(r.differs for r in one.relaxed)]
    if not unmoved:
        return []
    first, *others = unmoved[0].relaxed
    where = "a single premise" if others else first.premise
    if len(claims) == 1:
        return [f"Where {where} fails, no clear difference."]
    other = "other " if len(unmoved) < len(compared) else ""
    asked = "" if len(compared) == len(claims) else " of those that are asked both ways"
    return [f"Where {where} fails, no {other}claim{asked} clearly differs."]


def _open(claims: Sequence[GrantedClaim]) -> list[str]:
    """For which claims the error bar reaches another verdict."""
    names = [one.claim for one in claims if _unsettled(one.granted)]
    if not names:
        return []
    whose = "all of these claims" if len(names) == len(claims) > 1 else ", ".join(names)
    said = "Where all premises hold, the error bar reaches into another verdict for "
    return [f"{said}{whose}: ask for more worlds."]


def _unsettled(share: Share) -> bool:
    return bool(share.worlds) and share.word == word(share.share) and not share.settled


def _once(one: GrantedClaim, relaxed: Relaxed) -> str:
    own = relaxed.failing.word
    still = "still " if own == one.granted.word else ""
    alone = " alone" if len(one.relaxed) > 1 else ""
    return f"{still}{own} where {relaxed.premise}{alone} fails ({shares.both(relaxed.failing)})"


def _amount(share: Share) -> str:
    return shares.both(share) if share.worlds else "no world"


def _share(share: Share) -> dict[str, float | int | str | None]:
    numbers = {
        "share": share.share,
        "half_width": share.half_width,
        "low": share.low,
        "high": share.high,
    }
    kept = {key: None if math.isnan(value) else value for key, value in numbers.items()}
    return {**kept, "verdict": share.word, "worlds": share.worlds, "failed": share.failed}
