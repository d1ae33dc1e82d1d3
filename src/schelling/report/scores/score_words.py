"""A scored register in words and short numbers, the same on a page and in a terminal."""

from __future__ import annotations

import math

from schelling.case.model import Question
from schelling.compile import needs
from schelling.forecast import skill
from schelling.report.words import shares
from schelling.report.words.numerals import MISSING, count, fixed, general, percent, whole_percent
from schelling.study.scoring.forecasters import LEVEL, YES_OR_NO
from schelling.study.scoring.score_board import (
    AUTHOR,
    CLASS,
    MODEL,
    PERSISTENCE,
    RETROSPECTIVE,
    SCORED,
    TEXT,
    BaselineComparison,
    ForecastLoss,
    Row,
    Score,
)
from schelling.study.scoring.windows import families

LEVEL_TEXT = whole_percent(LEVEL)
"""Probability of the model's intervals of numbers, in percent."""

FEW = 0.01
"""Below this share of worlds, their number is printed instead."""

SKILL_TEXT = whole_percent(skill.LEVEL)
"""Probability of the intervals of skills, in percent."""

NAMES = {
    f"{AUTHOR}, at best": "author, kinder end",
    f"{AUTHOR}, at worst": "author, harsher end",
    f"{MODEL}, at best": "model, kinder end",
    f"{MODEL}, at worst": "model, harsher end",
    PERSISTENCE: "no change",
    CLASS: "base rate",
}
"""Short names of forecasters; `LEGEND` explains them."""

LEGEND = (
    "text: the side it takes, as if certain; author: the stated odds, at their kinder end (with "
    "the lower loss) or their harsher end; no change: persistence; base rate: the reference class; "
    "coin: 0.5."
)


RETROSPECTIVE_NOTE = (
    "* retrospective: made with data from after the window opened, or possibly so; not compared."
)


def name(forecaster: str) -> str:
    """What a forecaster is called in a table."""
    return NAMES.get(forecaster, forecaster)


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
    if not lean.leaned:
        return (
            f"{count(score.counts.get(SCORED, 0), 'question')} scored; on none of them, yes or no, "
            "does the register name a side that the text takes."
        )
    went, same = len(lean.right), len(lean.unchanged)
    words = (
        f"The text takes a side on {count(len(lean.leaned), 'question')} that can be scored; "
        f"it was right on {went}, and on {same} of these {went} “no change” gives the same answer."
    )
    found = score.comparison(TEXT, PERSISTENCE)
    if found is None:
        return words
    seen = found.skill
    words += (
        f" Its side has a Brier score of {fixed(seen.own, 2)}, “no change” "
        f"{fixed(seen.reference, 2)}"
    )
    if score.exercise:
        return f"{words}."
    words += ": "
    if math.isnan(seen.skill):
        return words + "no ratio, since “no change” was never wrong."
    return f"{words}skill {fixed(seen.skill, 1)}{interval(seen.skill_interval, 1, ', ')}."


def expectation(score: Score) -> str:
    """The number of yes answers, and the range the author's odds imply; empty without odds."""
    found = score.expected
    if found is None:
        return ""
    verb = "was" if found.happened == 1 else "were"
    return (
        f"On {count(found.questions, 'scored question')} with odds the author expects "
        f"{fixed(found.low, 1)} to {fixed(found.high, 1)} yes answers; there {verb} "
        f"{found.happened}."
    )


def coverage(score: Score) -> str:
    """How often the model's intervals contained the number; empty without any."""
    if not score.numbers:
        return ""
    numbers = count(score.numbers, "number")
    return f"The model’s {LEVEL_TEXT} intervals contained {score.covered} of {numbers}."


def numbers(score: Score) -> str:
    """CRPS of the model and of persistence on each scored number; empty without any."""
    parts: list[str] = []
    for row in score.rows:
        told = [row.by(one) for one in (MODEL, PERSISTENCE)]
        if row.scored and row.question.kind not in YES_OR_NO and any(told):
            own, same = (MISSING if one is None else general(one.best) for one in told)
            parts.append(f"{row.question.name} {own} and {same}")
    return f"CRPS of the model and of “no change”: {'; '.join(parts)}." if parts else ""


def tally(score: Score) -> str:
    """How many questions have each status."""
    parts = [f"{number} {status}" for status, number in score.counts.items()]
    if score.superseded:
        parts.append(f"{len(score.superseded)} superseded")
    day = f" As of {score.as_of}." if score.as_of else " No outcome is on record."
    return f"{count(len(score.rows), 'question')}: {', '.join(parts)}.{day}"


def caveats(score: Score) -> str:
    """What weakens the test: windows of the analyst, no day on record, recalled outcomes."""
    total = len(score.rows)
    analyst = sum(row.question.columns.get("window_by") == "analyst" for row in score.rows)
    undated = sum(row.question.registered_at is None for row in score.rows)
    settled = [row.settled.outcome for row in score.rows if row.scored and row.settled.outcome]
    recalled = sum(outcome.mark == "recalled" for outcome in settled)
    parts = [told for told in (without_number(score), never_played(score)) if told]
    if analyst:
        parts.append(f"The analyst, not the author, set {analyst} of {total} windows.")
    if undated:
        parts.append(
            f"{undated} of {total} questions have no registration day: nothing "
            "shows that they were asked before they were answered."
        )
    if recalled:
        parts.append(f"{recalled} of {len(settled)} outcomes are recalled and have no source yet.")
    return " ".join(parts)


def windows(score: Score) -> str:
    """Whether answers depend on the day a window closes."""
    found = families(score.case)
    if not found:
        return ""
    flips = [f"{f.questions[0].name} to {f.questions[-1].name}" for f in found if f.flips]
    which = f" ({', '.join(flips)})" if flips else ""
    return (
        f"Of {count(len(found), 'question')} asked at several closing days, "
        f"{len(flips) or 'none'} would have another answer on another of these days{which}."
    )


def how_forecast(score: Score) -> str:
    """How the model's forecasts were made."""
    if not score.worlds:
        return "There is no run, so the model makes no forecast here."
    words = (
        f"Share of worlds is not a probability. Forecast: that share under {score.weighting}, "
        f"{count(score.worlds, 'world')}."
    )
    return words + (
        " The run was made from another version of the case’s files." if score.other_files else ""
    )


def interval(ends: tuple[float, float], places: int, before: str = " ") -> str:
    """The interval of a skill, or that there are too few clusters for one."""
    if math.isnan(ends[0]):
        return f"{before}too few clusters for an interval"
    if math.isinf(ends[0]):  # the reference may have made no error at all
        return f"{before}{SKILL_TEXT} interval up to {fixed(ends[1], places)}"
    return f"{before}{SKILL_TEXT} interval {fixed(ends[0], places)} to {fixed(ends[1], places)}"


def chance(p: float) -> str:
    """A probability in percent, never rounded to certainty."""
    return whole_percent(p).removesuffix("%").strip()


def odds(row: Row) -> str:
    """The author's odds as a range of percent, or of a number; empty without any."""
    told = row.by(AUTHOR)
    if told is None:
        return ""
    if row.question.kind in YES_OR_NO:
        low, high = chance(told.low), chance(told.high)
    else:
        low, high = general(told.low, 3), general(told.high, 3)
    return low if low == high else f"{low}–{high}"


def share(row: Row) -> str:
    """The share of worlds in percent, or its bounds where numbers failed; empty without one."""
    if row.share is None:
        return ""
    return shares.amount(row.share).removesuffix("%").strip()


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


def point(row: Row, forecaster: str) -> str:
    """What a forecaster's point is: percent for a yes or no, else the thing itself."""
    told = row.by(forecaster)
    if told is None:
        return ""
    mark = "*" if told.retrospective else ""
    if row.question.kind in YES_OR_NO:
        if math.isnan(told.point):
            return f"{chance(told.low)}–{chance(told.high)}{mark}"
        return chance(told.point) + mark
    return _thing(row.question, told.point) + mark


def _thing(question: Question, value: float) -> str:
    if question.kind == "ordered" and not math.isnan(value):
        return question.bins[int(value)]
    return f"day {fixed(value, 0)}" if question.kind == "date" else general(value, 3)


def happened(row: Row) -> str:
    """The outcome in a word: yes, no, the number, or where the question stands."""
    outcome = row.settled.outcome
    if row.settled.status not in (SCORED, RETROSPECTIVE) or outcome is None:
        return row.settled.status
    if outcome.value is None:
        said = outcome.status
    else:
        said = outcome.value if isinstance(outcome.value, str) else general(outcome.value, 4)
    return f"{said}*" if row.settled.status == RETROSPECTIVE else said


def bits(value: float) -> str:
    """Bits of surprise; infinity for what was ruled out and happened, empty for none."""
    return "" if math.isnan(value) else fixed(value, 2)


def losses(told: ForecastLoss) -> str:
    """A loss, or its range over stated odds."""
    low, high = fixed(told.best, 2), fixed(told.worst, 2)
    return low if low == high else f"{low}–{high}"


def by_surprise(rows: tuple[Row, ...]) -> list[Row]:
    """The most surprising first; then those without a surprise, in the order of the register."""
    return sorted(rows, key=lambda row: -row.surprise if not math.isnan(row.surprise) else math.inf)


def skill_text(found: BaselineComparison) -> str:
    """Skill with its interval; where there is no ratio, the difference of the mean losses."""
    seen = found.skill
    if math.isnan(seen.skill):
        return f"no ratio; gain {_ranged(seen.difference, seen.difference_interval)}"
    return _ranged(seen.skill, seen.skill_interval)


def _ranged(value: float, ends: tuple[float, float]) -> str:
    if math.isnan(ends[0]):
        return f"{fixed(value, 2)} (too few to judge)"
    if math.isinf(ends[0]):
        return f"{fixed(value, 2)} (up to {fixed(ends[1], 2)})"
    return f"{fixed(value, 2)} ({fixed(ends[0], 2)} to {fixed(ends[1], 2)})"


def side(row: Row) -> str:
    """The side the text takes: yes, no, or none (empty)."""
    return "" if row.lean is None else "yes" if row.lean else "no"
