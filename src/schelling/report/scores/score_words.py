"""A scored register in words and short numbers, the same on a page and in a terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from schelling.case.model import Question
from schelling.compile.planning import needs
from schelling.forecast import skill
from schelling.report.words import shares
from schelling.report.words.numerals import count, fixed, percent, whole_percent
from schelling.study.scoring.forecasters import LEVEL, YES_OR_NO
from schelling.study.scoring.score_board import (
    AUTHOR,
    BASELINES,
    CLASS,
    COIN,
    INTENT,
    MODEL,
    PERSISTENCE,
    RECORD,
    RETROSPECTIVE,
    SCORED,
    TEXT,
    BaselineComparison,
    Leaning,
    Row,
    Score,
)
from schelling.study.scoring.topics import one_a_topic
from schelling.study.scoring.windows import families

LEVEL_TEXT = whole_percent(LEVEL)
"""Probability of the model's intervals of numbers, in percent."""

FEW = 0.01
"""Below this share of worlds, their number is printed instead."""

SKILL_TEXT = whole_percent(skill.LEVEL)
"""Probability of the intervals of skills, in percent."""

_OWN = (AUTHOR, MODEL, TEXT, *BASELINES)
"""Forecasters that no table of predictions names."""
_LATE_FORECAST = "made with data from after the window opened, or possibly so"
_LATE_QUESTION = (
    "its question was put on record after its answer was settled or its window had closed"
)


def stars(rows: Sequence[Row]) -> str:
    """What a star beside a forecast or an outcome means; empty where there is none."""
    forecast = any(
        told.retrospective and (told.forecaster in _OWN or row.question.kind not in YES_OR_NO)
        for row in rows
        for told in row.told
    )
    outcome = any(row.settled.status == RETROSPECTIVE for row in rows)
    if not outcome:
        return f"* retrospective: {_LATE_FORECAST}, or too late; not compared." if forecast else ""
    if not forecast:
        return f"* retrospective: {_LATE_QUESTION}; not compared."
    return (
        f"* retrospective: of a forecast, {_LATE_FORECAST}, or too late; of an outcome, "
        f"{_LATE_QUESTION}; not compared."
    )


_MEANINGS = {
    TEXT: "text: the side it takes, as if certain",
    "ends": "best and worst case: the ends of a stated range with the lower and the higher loss",
    PERSISTENCE: "no change: the answer if nothing changes, as the register has it",
    RECORD: "no change, smoothed: the same as often right as on the topics whose windows had "
    "closed before, (k + ½)/(n + 1) after k of n, by Jeffreys’ prior",
    CLASS: "base rate: k of n past cases of the reference class, smoothed by Jeffreys’ prior to "
    "(k + ½)/(n + 1)",
    COIN: "coin: 0.5",
}


def legend(score: Score) -> str:
    """What the names in the comparisons of a register mean, as far as they occur."""
    met = {name for c in score.comparisons for name in (c.forecaster, c.reference)}
    met |= {"ends"} if any(c.end for c in score.comparisons) else set[str]()
    told = "; ".join(meaning for name, meaning in _MEANINGS.items() if name in met)
    return f"{told[:1].upper()}{told[1:]}."


def surprise(score: Score) -> str:
    """What the columns of the questions are."""
    words = (
        "A yes or no in percent. Surprise, in bits: minus the binary logarithm of the probability "
        "given to the outcome, by the author at the better end of the stated odds, or else by the "
        "forecast."
    )
    return f"{words} {how_forecast(score)}"


EXERCISE = (
    "Retrospective exercise: nothing shows that any scored question was on record before its "
    "answer, so no skill is claimed."
)
"""Heads a register whose questions were put on record after their answers, or on no known day."""


def headline(score: Score) -> str:
    """The result of the register in numbers; no skill where nothing was asked in advance."""
    if score.exercise:
        return f"{EXERCISE} {_result(score)}"
    return _result(score)


def _result(score: Score) -> str:
    lean = score.leaning
    scored = score.counts.get(SCORED, 0)
    if not scored:
        return "No question can be scored."
    if not lean.leaned:
        return (
            f"{count(scored, 'question')} scored; on none of them, yes or no, "
            "does the register name a side that the text takes."
        )
    every = _sides(lean.right, lean)
    if len(lean.topics) < len(lean.leaned):
        words = (
            "With one answer a topic, that of its last window, the text takes a side on "
            f"{count(len(lean.topics), 'topic')} that can be scored; "
            f"{_sides(lean.of_topics(lean.right), lean)}. "
            f"Counting every window there are {count(len(lean.leaned), lean.kind)}: {every}."
        )
    else:
        words = (
            f"The text takes a side on {count(len(lean.leaned), lean.kind)} that can be scored; "
            f"{every}."
        )
    found = score.comparison(TEXT, PERSISTENCE)
    return words if found is None else f"{words} {_against_no_change(score, found)}"


def _sides(right: Sequence[str], lean: Leaning) -> str:
    """On how many the text was right, and what "no change" answers there, if it takes a side."""
    if not right:
        return "it was right on none"
    same, unsaid = (len(set(right) & set(names)) for names in (lean.unchanged, lean.unsaid))
    if len(right) == 1 and not same:
        answer = "takes no side" if unsaid else "gives the other answer"
        return f"it was right on 1, on which “no change” {answer}"
    start = f"it was right on {len(right)}, and “no change”"
    if unsaid == len(right):
        return f"{start} takes no side on any of these"
    these = "it" if len(right) == 1 else f"{same or 'none'} of these"
    these += f" and takes no side on {unsaid}" if unsaid else ""
    return f"{start} gives the same answer on {these}"


def _against_no_change(score: Score, found: BaselineComparison) -> str:
    several = len(found.topics) < len(found.questions)
    first = found.by_topic if several else found.skill
    words = (
        f"{'By topic, its' if several else 'Its'} side has a Brier score of "
        f"{fixed(first.own, 2)}, “no change” {fixed(first.reference, 2)}{_ratio(score, first)}"
    )
    if not several:
        return f"{words}."
    every = found.skill
    return (
        f"{words}; over every window {fixed(every.own, 2)} and {fixed(every.reference, 2)}"
        f"{_ratio(score, every)}."
    )


def _ratio(score: Score, seen: skill.Skill) -> str:
    """The skill with its interval; empty where none is claimed."""
    if score.exercise:
        return ""
    if math.isnan(seen.skill):
        return ": no ratio, since “no change” was never wrong"
    ends = (seen.skill, *seen.skill_interval)
    places = 1 + any(0.0 < abs(one) < 0.05 for one in ends)  # so that no sign is lost
    return f": skill {fixed(seen.skill, places)}{interval(seen, places)}"


def expectation(score: Score) -> str:
    """The number of yes answers, and the range the author's odds imply; empty without odds."""
    found = score.expected
    if found is None:
        return ""
    verb = "was" if found.happened == 1 else "were"
    ends = dict.fromkeys(fixed(end, 1) for end in (found.low, found.high))
    return (
        f"The author’s odds on {count(found.questions, 'scored question')} imply "
        f"{' to '.join(ends)} yes answers; there {verb} {found.happened}."
    )


def coverage(score: Score) -> str:
    """How often the model's intervals contained the number; empty without any."""
    if not score.numbers:
        return ""
    numbers = count(score.numbers, "number")
    return f"The model’s {LEVEL_TEXT} intervals contained {score.covered} of {numbers}."


def tally(score: Score) -> str:
    """How many questions have each status."""
    plural = {INTENT: "checks of intent"}
    parts = [
        f"{number} {status if number == 1 else plural.get(status, status)}"
        for status, number in score.counts.items()
    ]
    if score.superseded:
        parts.append(f"{len(score.superseded)} superseded")
    day = f" As of {score.as_of}." if score.as_of else " No outcome is on record."
    topics = len(one_a_topic(score.rows))
    several = f" They ask about {count(topics, 'topic')}." if topics < len(score.rows) else ""
    return f"{count(len(score.rows), 'question')}: {', '.join(parts)}.{day}{several}"


def caveats(score: Score) -> str:
    """What weakens the test: windows of the analyst, no day on record, recalled outcomes."""
    total = len(score.rows)
    analyst = sum(row.question.columns.get("window_by") == "analyst" for row in score.rows)
    undated = sum(row.question.registered_at is None for row in score.rows)
    late = [row.question.name for row in score.rows if row.settled.status == RETROSPECTIVE]
    exercised = sum(row.scored and bool(row.settled.reason) for row in score.rows)
    settled = [row.settled.outcome for row in score.rows if row.scored and row.settled.outcome]
    recalled = sum(outcome.mark == "recalled" for outcome in settled)
    told = [tell(score) for tell in (without_number, by_option, never_played)]
    told += [too_late(score), known_too_much(score)]
    parts = [one for one in told if one]
    if analyst:
        parts.append(f"The analyst, not the author, set {analyst} of {total} windows.")
    if undated:
        parts.append(
            f"{undated} of {count(total, 'question')} {'has' if undated == 1 else 'have'} no "
            "registration day: nothing shows that they were asked before they were answered."
        )
    if exercised:
        were = "was" if exercised == 1 else "were"
        parts.append(
            f"{exercised} of {count(total, 'question')} {were} put on record after the answer was "
            "settled or the window had closed."
        )
    if late:
        were = "was" if len(late) == 1 else "were"
        parts.append(
            f"{len(late)} of {count(total, 'question')} {were} put on record after the answer was "
            f"settled or the window had closed, and {'is' if len(late) == 1 else 'are'} not "
            f"compared: {', '.join(late)}."
        )
    if recalled:
        verb = "is recalled and has" if recalled == 1 else "are recalled and have"
        parts.append(f"{recalled} of {count(len(settled), 'outcome')} {verb} no source yet.")
    return " ".join(parts)


def windows(score: Score) -> str:
    """Whether answers depend on the day a window closes."""
    found = families(score.case)
    if not found:
        return ""
    flips = [f"{f.questions[0].name} to {f.questions[-1].name}" for f in found if f.flips]
    which = f" ({', '.join(flips)})" if flips else ""
    asked = "1 question is" if len(found) == 1 else f"{len(found)} questions are"
    return (
        f"{asked} asked with several closing days; the answer of {len(flips) or 'none'} depends on "
        f"the day{which}."
    )


def how_forecast(score: Score) -> str:
    """How the model's forecasts were made."""
    if not score.worlds:
        return "There is no run, so the model makes no forecast here."
    words = (
        "The share of worlds is a count, not a probability; the forecast takes it as one, with "
        f"{score.weighting} of {count(score.worlds, 'world')}."
    )
    if score.conditioned_on is not None:
        words += (
            f" The worlds are of a posterior that knows records published up to "
            f"{score.conditioned_on}; on a question that opened before that day the model is "
            "retrospective."
        )
    return words + (
        " The run was made from another version of the case’s files." if score.other_files else ""
    )


def interval(seen: skill.Skill, places: int) -> str:
    """The interval of a skill after a comma, or why there is none."""
    low, high = seen.skill_interval
    if math.isnan(low):
        same = ", no interval, as it is the same in all clusters"
        return same if seen.alike else ", too few clusters for an interval"
    ends = "up" if math.isinf(low) else fixed(low, places)  # the other may have made no error
    return f", {SKILL_TEXT} interval {ends} to {fixed(high, places)}"


def without_number(score: Score) -> str:
    """Which questions some worlds have no number for, and what is forecast then; often empty."""
    parts = [
        f"{row.question.name}, {shares.without_number(row.failed, score.worlds)}"
        for row in score.rows
        if row.failed
    ]
    if not parts:
        return ""
    return (
        f"Worlds without a number are unknown, not a no: {'; '.join(parts)}. A probability is then "
        "forecast by its bounds and scored at both ends; a number by the other worlds."
    )


def by_option(score: Score) -> str:
    """Which questions have no one forecast, as options of an actor differ; often empty."""
    names = [row.question.name for row in score.rows if row.share and row.share.differs]
    pooled = [row for row in score.rows if row.levers]
    parts: list[str] = []
    if names:
        parts.append(
            f"What an actor chooses bears on {', '.join(names)}: the share of worlds is the least "
            "and the greatest under an option, and a forecast with two ends is scored at both."
        )
    if pooled:
        levers = dict.fromkeys(lever for row in pooled for lever in row.levers)
        parts.append(
            f"The model's forecast of {', '.join(row.question.name for row in pooled)} is over the "
            f"options of {', '.join(levers)} as they are drawn: that of somebody who does not know "
            "what will be chosen."
        )
    return " ".join(parts)


def known_too_much(score: Score) -> str:
    """Which predictions of others are compared with nothing, as they may have known too much."""
    late: dict[str, list[str]] = {}
    for row in score.rows:
        for told in row.told:
            hindsight = told.retrospective and told.forecaster not in _OWN
            if row.scored and hindsight and told.forecaster not in _only_late(row):
                late.setdefault(told.forecaster, []).append(row.question.name)
    if not late:
        return ""
    parts = [f"{name} on {', '.join(questions)}" for name, questions in late.items()]
    return f"Compared with nothing, as {_LATE_FORECAST}: {'; '.join(parts)}."


def too_late(score: Score) -> str:
    """Which predictions of others were made when there was nothing left to foresee; often empty."""
    late: dict[str, list[str]] = {}
    number = 0
    for row in score.rows:
        for one in row.late:
            number += one.made
            of = f"{one.made} of {one.made + one.others} " if one.others else ""
            late.setdefault(one.forecaster, []).append(f"{of}on {row.question.name}")
    if not late:
        return ""
    parts = [f"{name} {', '.join(on)}" for name, on in late.items()]
    verb = "was made" if number == 1 else "were made"
    return (
        f"{count(number, 'prediction')} {verb} after the answer was settled or the window had "
        f"closed, and {'is' if number == 1 else 'are'} compared with nothing: {'; '.join(parts)}."
    )


def _only_late(row: Row) -> set[str]:
    return {one.forecaster for one in row.late if not one.others}


def never_played(score: Score) -> str:
    """In how many worlds a game that a question asks is never played; empty if in none."""
    parts = [
        f"{row.question.name} asks {_games(row.question)}, never played in "
        f"{_some(row.not_asked, score.worlds)}"
        for row in score.rows
        if row.not_asked
    ]
    if not parts:
        return ""
    return f"{'; '.join(parts)}. Worlds in which a game is never played do not count."


def _games(question: Question) -> str:
    asked = [part for part in (question.resolves, question.given) if part is not None]
    names = dict.fromkeys(one.value.game for part in asked for one in needs.plays(part))
    return " and ".join(f"`{name}`" for name in names)


def _some(part: int, worlds: int) -> str:
    if part == worlds:
        return "any world, so it has no forecast"
    few = part < FEW * worlds
    return f"{part:,} of {count(worlds, 'world')}" if few else f"{percent(part / worlds)} of worlds"


def by_surprise(rows: tuple[Row, ...]) -> list[Row]:
    """The most surprising first; then those without a surprise, in the order of the register."""
    return sorted(rows, key=lambda row: -row.surprise if not math.isnan(row.surprise) else math.inf)
