"""What is said around the story of a world: which it is, how it begins and ends, its claims."""

from __future__ import annotations

from schelling.case.clock import Clock
from schelling.report.stories.story_sentences import Speaker, dated
from schelling.report.stories.story_terms import (
    DIGITS,
    amount,
    day,
    from_to,
    spoken,
    when,
    written,
)
from schelling.report.words import shares
from schelling.report.words.listing import joined
from schelling.report.words.numerals import general, whole_percent
from schelling.study.stories.story import ClaimEnd, Story

_UNUSUAL, _MOST_UNUSUAL = 0.4, 4


def heading(story: Story) -> str:
    """Which world it is."""
    place = f"World {story.world:,} (seed {story.seed})"
    if not story.turns:
        return f"{place}."
    days = [when(story.case, turn.step) for turn in story.turns]
    return f"{place}, changed on {joined(days)}."


def unusual(story: Story) -> str:
    """The assumptions that are farthest from their middle; empty where none is far.

    One of few values is left out: where it is the lowest, it is so in many worlds.
    """
    few = {one.name for one in story.case.assumptions if one.prior.family == "choice"}
    told = [one for one in story.assumptions if one.name not in few]
    far = [one for one in told if abs(one.below - 0.5) >= _UNUSUAL]
    far.sort(key=lambda one: -abs(one.below - 0.5))
    said = [
        f"{spoken(one.name)} is {amount(one.value, one.unit)} "
        f"({'higher' if one.below > 0.5 else 'lower'} than in "
        f"{whole_percent(max(one.below, 1 - one.below))} of worlds)"
        for one in far[:_MOST_UNUSUAL]
    ]
    return f"What is unusual in it: {joined(said)}." if said else ""


def nearest(story: Story, other: Story, claim: str) -> str:
    """How the nearest world in which a claim has the other truth differs in its assumptions."""
    end = next(end for end in other.ends if end.claim.name == claim)
    pairs = sorted(
        zip(story.assumptions, other.assumptions, strict=True),
        key=lambda pair: -abs(pair[0].below - pair[1].below),
    )
    said = [
        f"{spoken(one.name)} is {amount(there.value, there.unit)} instead of "
        f"{amount(one.value, one.unit)}"
        for one, there in pairs[:_MOST_UNUSUAL]
        if one.value != there.value
    ]
    most = f" What differs most: {joined(said)}." if said else ""
    return (
        f"World {other.world:,} is the nearest in its assumptions in which {claim} "
        f"{verdict(end, other.case.clock)}; its luck is its own.{most}"
    )


def opening(story: Story) -> str:
    """How it stands at the start; empty where there is nothing to be said."""
    speaker = Speaker(story)
    said = [f"{spoken(machine)} is {spoken(state)}" for machine, state in story.begins.items()]
    said += [speaker.standing(thing, above) for thing, above in story.at_start]
    if not said or story.case.clock is None:
        return ""
    return f"At the start ({day(story.case.clock, 0)}) {joined(said)}."


def quiet(story: Story) -> str:
    """What is said of a world in which nothing happens; empty of any other."""
    if story.case.clock is None:
        return "The case has no time, so nothing happens in its worlds; this is what it comes to."
    if dated(story):
        return ""
    return (
        "Nothing happens in it: no event comes, no move is made, and no threshold that the case "
        f"looks at is crossed. {flows(story)}".rstrip()
    )


def flows(story: Story) -> str:
    """From where to where the stocks went; empty where there are none."""
    clock = story.case.clock
    said: list[str] = []
    for stock in story.case.stocks:
        if stock.name in story.series:
            course = story.series[stock.name].values
            first, last = float(course[0]), float(course[-1])
            said.append(f"{spoken(stock.name)} {from_to(first, last, stock.unit.written)}")
    if not said or clock is None:
        return ""
    return f"By {written(clock.day(clock.steps))} {joined(said)}."


def ending(story: Story) -> str:
    """In which states the world ends; empty of a case without states."""
    if story.case.clock is None:
        return ""
    said = [
        f"{spoken(machine.name)} is "
        f"{spoken(machine.states[int(story.series[machine.name].values[-1])])}"
        for machine in story.case.machines
    ]
    last = story.case.clock.steps
    return f"At the end ({day(story.case.clock, last)}) {joined(said)}." if said else ""


def warnings(story: Story) -> tuple[str, ...]:
    """What a reader must know of how the story came about."""
    found: list[str] = []
    if story.untold:
        found.append(
            f"{story.untold:,} more events and moves came after those told; they are not told."
        )
    if story.differs:
        names = joined([spoken(name) for name in story.differs])
        found.append(
            "This world was computed again by another program than the run's. A rounding decided "
            f"something, and it came out otherwise than in the run: {names}."
        )
    return tuple(found)


def verdict(end: ClaimEnd, clock: Clock | None) -> str:
    """What became of a claim: `holds`, `fails`, or why it is neither."""
    if not end.asked:
        return "is not asked"
    if end.failed:
        place = shares.where(end.failure, clock)
        return f"has no number{', first ' + place if place else ''}"
    return "holds" if end.holds else "fails"


def margin(end: ClaimEnd) -> str:
    """By how much a claim holds or fails; empty where it has no margin."""
    if not end.asked or end.failed:
        return ""
    unit = "" if end.unit == "a pure number" else end.unit
    return f"{general(end.margin, DIGITS)} {unit}".rstrip()
