"""Early-warning indicators: what to watch, and from which day, to see that a claim will fail."""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.indicators import Indicator, earliest, signs
from schelling.case.language.typed.types import (
    Kind,
    OverTime,
    Reference,
    Type,
    Typed,
    When,
    operands,
)
from schelling.case.model import Claim
from schelling.compile.influence import reach
from schelling.compile.planning.plan import Plan
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample
from schelling.study.runs.computing import first_worlds

READ = 2_048
"""Worlds whose course is read: the first of the run."""

MOST = 5
"""Signs listed for a claim."""

_LEAST = 50


@dataclass(frozen=True)
class ClaimIndicator:
    """A series that gives early warning.

    Attributes:
        claim: Name of the claim.
        series: Name of the series.
        unit: Its unit as written; the threshold is in it.
        time: When to look: a day, or a step if the case has no dates.
        weeks: Weeks from then until the claim is decided.
        failed: Share of worlds left out because the claim's numbers failed.
        seen: Threshold, shares and likelihood ratio.
    """

    claim: str
    series: str
    unit: str
    time: str
    weeks: float
    failed: float
    seen: Indicator


def of_claims(
    probe: Probe,
    sample: Sample,
    draws: Float[ndarray, "draw assumption"],
    times: ndarray,
) -> tuple[ClaimIndicator, ...]:
    """The earliest indicators that each claim will fail.

    What is known at the start is an assumption, not an indicator. A value that is about as frequent
    in worlds in which the claim holds is left out. So is what only a `smooth` or a `delay` keeps,
    which nobody can look up.

    Args:
        probe: The plan.
        sample: Worlds of a run of it.
        draws: All assumptions of the first of them, in declared units; as many as are read.
        times: Days of its steps.

    Returns:
        Claim by claim, the earliest first; nothing for a case without time.
    """
    plan = probe.plan
    if not plan.timed or not plan.series:
        return ()
    read = sample.first(len(draws))
    courses = probe.courses(draws, read.world, plan.series)
    found: list[ClaimIndicator] = []
    units = first_worlds.factors(plan)
    made_of = {name: _made_of(plan, name) for name in plan.series}
    hidden = frozenset(stock.name for stock in plan.stocks if stock.remembers)
    for column, (claim, reached) in enumerate(zip(plan.claims, probe.reached, strict=True)):
        sound = ~read.failed[:, column]
        fails: Bool[ndarray, " draw"] = ~read.holds[sound, column]
        if not _LEAST <= fails.sum() <= fails.size - _LEAST:
            continue
        last = decided(claim, plan.steps)
        judged = read.replicate[sound] % 2 == 1
        own: list[ClaimIndicator] = []
        itself = reached.seen & frozenset(plan.series)
        for name, course in zip(plan.series, courses, strict=True):
            if name in hidden or made_of[name] & itself:
                continue
            factor, unit = units[name]
            sign = _sign(course[sound] / factor, fails, judged, last)
            if sign is not None:
                day = str(times[sign.time])[:10]
                weeks, failed = sign.lead * plan.step, 1.0 - float(sound.mean())
                own.append(ClaimIndicator(claim.name, name, unit, day, weeks, failed, sign))
        own.sort(key=lambda one: (one.seen.time, -one.seen.ratio, one.series))
        found += own[:MOST]
    return tuple(found)


def _made_of(plan: Plan, name: str) -> frozenset[str]:
    """A series, and the series that its formula reads."""
    number = Type(Kind.NUMBER, None, When.STEP)
    return reach.of_expression(plan, Reference(name, number)).seen & frozenset(plan.series)


def _sign(
    course: Float[ndarray, "draw time"],
    fails: Bool[ndarray, " draw"],
    judged: Bool[ndarray, " draw"],
    last: int,
) -> Indicator | None:
    """The earliest sign of one series after its start."""
    seen = signs(course[:, : last + 1], fails, judged)
    seen.ratio[0] = 1.0
    found = earliest(seen, decided=last)
    return found if found is not None and found.lead > 0 else None


def decided(claim: Claim, steps: int) -> int:
    """The last step a claim looks at; 0 where it is about the start or about no step at all."""
    return min(_last(claim.holds), steps)


def _last(expression: Typed) -> int:
    own = expression.last if isinstance(expression, OverTime) else 0
    return max([own, *(_last(part) for part in operands(expression))])
