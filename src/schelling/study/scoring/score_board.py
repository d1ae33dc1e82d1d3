"""The result of scoring a register: one row per question, totals, comparisons. Data only.

Losses: the Brier score, `(p - o)^2`, for a yes or no; its mean over cuts for ordered answers; the
CRPS in the question's unit for a number, in days for a date. Surprise is in bits. NaN stands for a
missing number, infinity for an event that was ruled out and happened.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass

from schelling.analysis.verdicts import Share
from schelling.case.model import Case, Question
from schelling.case.records import Outcome
from schelling.forecast.murphy import Decomposition
from schelling.forecast.skill import Effective, Skill

AUTHOR, MODEL, TEXT = "author", "model", "text"
PERSISTENCE, RECORD = "persistence", "record so far"
CLASS, COIN = "reference class", "coin"
BASELINES = (PERSISTENCE, RECORD, CLASS, COIN)

BRIER, ORDERED_BRIER, CRPS = "Brier score", "ordered Brier score", "CRPS"
PINBALL, INTERVAL_SCORE = "pinball loss", "weighted interval score"

SCORED, RETROSPECTIVE = "scored", "retrospective"
VOID, PENDING, AMBIGUOUS = "void", "pending", "ambiguous"
OPEN, NOT_MATURED = "open", "not matured"
INTENT, HINDSIGHT = "check of intent", "hindsight"
STATUSES = (SCORED, RETROSPECTIVE, INTENT, HINDSIGHT, VOID, PENDING, AMBIGUOUS, OPEN, NOT_MATURED)


@dataclass(frozen=True)
class Settled:
    """Where a question stands on a day.

    Attributes:
        status: One of `STATUSES`.
        reason: Why, in a few words; empty when it is simply scored.
        outcome: What was on record by then.
    """

    status: str
    reason: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True)
class ForecastLoss:
    """What one forecaster said about one question, and its loss.

    Attributes:
        forecaster: Who or what.
        point: Probability of yes, or the middle of a number; NaN where only an interval was given.
        low: Lower end of what was said, or of its error; NaN without one.
        high: Upper end.
        best: Loss at the point of a stated interval that suits it best; NaN unless it is scored.
        worst: Loss at the point that suits it worst; equal to `best` for a point.
        surprise: Bits of surprise at the point that suits it best; NaN for numbers.
        surprise_worst: Bits at the other end.
        retrospective: Whether it knew of days after the window opened; then it is in no comparison.
        coverage: Part of the question's life with a forecast; 1 unless made later.
        rule: Name of the rule that gives the loss; empty unless it is scored.
        interval_score: Of a number or date, the interval score of its central 90 % interval; NaN
            without one.
    """

    forecaster: str
    point: float = math.nan
    low: float = math.nan
    high: float = math.nan
    best: float = math.nan
    worst: float = math.nan
    surprise: float = math.nan
    surprise_worst: float = math.nan
    retrospective: bool = False
    coverage: float = 1.0
    rule: str = ""
    interval_score: float = math.nan


@dataclass(frozen=True)
class PairLoss:
    """Two forecasters of one number, date or ordered answer, by one rule.

    Attributes:
        forecaster: The first.
        reference: The other.
        rule: `CRPS`, `PINBALL`, `INTERVAL_SCORE` or `ORDERED_BRIER`.
        own: Loss of the first; of the pinball loss twice its mean over levels, as in a CRPS.
        theirs: Loss of the other.
        levels: Levels of the quantiles compared; empty for whole distributions.
    """

    forecaster: str
    reference: str
    rule: str
    own: float
    theirs: float
    levels: tuple[float, ...] = ()


@dataclass(frozen=True)
class LatePredictions:
    """How many predictions a model `made` after the answer or the closing, and `others` before."""

    forecaster: str
    made: int
    others: int


@dataclass(frozen=True)
class Row:
    """One question.

    Attributes:
        settled: Status, reason and outcome.
        happened: Of a yes or no with an answer, whether it was yes.
        lean: Which answer the text leans to, yes being true; None where it takes no side.
        unchanged: The answer if nothing changes; None where the register does not say or the
            question is no yes or no.
        share: Share of worlds in which it is yes: not a probability. None without a handle.
        unmet: Worlds in which the antecedent does not hold.
        not_asked: Further worlds, in which a game that it asks where it is first played never is.
        failed: Worlds whose numbers failed.
        told: What each forecaster said, in the order author, model, baselines, others.
        pairs: Of a number, date or ordered answer, forecasters compared two by two.
        late: Predictions made too late, which are set apart.
        levers: Levers over whose options, as they are drawn, the model's forecast is.
    """

    question: Question
    settled: Settled
    happened: bool | None
    lean: bool | None
    unchanged: bool | None
    share: Share | None
    unmet: int
    not_asked: int
    failed: int
    told: tuple[ForecastLoss, ...]
    pairs: tuple[PairLoss, ...] = ()
    late: tuple[LatePredictions, ...] = ()
    levers: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether it counts in totals."""
        return self.settled.status == SCORED

    def by(self, forecaster: str) -> ForecastLoss | None:
        """What a forecaster said, if anything."""
        return next((told for told in self.told if told.forecaster == forecaster), None)

    def pair(self, forecaster: str, reference: str) -> PairLoss | None:
        """Two forecasters compared on this question, if they are."""
        both = (forecaster, reference)
        return next((p for p in self.pairs if (p.forecaster, p.reference) == both), None)

    @property
    def surprise(self) -> float:
        """Bits of surprise of the author's odds at their kinder end, else of the model's forecast.

        NaN with neither.
        """
        for forecaster in (AUTHOR, MODEL):
            told = self.by(forecaster)
            if told is not None and not math.isnan(told.surprise):
                return told.surprise
        return math.nan


@dataclass(frozen=True)
class Leaning:
    """How often the text's side was right, over scored yes-or-no questions without antecedent.

    Attributes:
        leaned: Names of those it took a side on, which are called `kind`.
        right: Names of those on which it was right.
        unchanged: Of the right ones, where "nothing changes" gives the same answer.
        unsaid: Of the right ones, where the register does not say what "nothing changes" means.
        topics: Of those it took a side on, the last window of each topic: one answer a topic.
    """

    leaned: tuple[str, ...]
    right: tuple[str, ...]
    unchanged: tuple[str, ...]
    unsaid: tuple[str, ...]
    topics: tuple[str, ...] = ()
    kind: str = "question"

    def of_topics(self, questions: tuple[str, ...]) -> tuple[str, ...]:
        """Those among some questions that are the one answer of their topic."""
        return tuple(name for name in questions if name in self.topics)


@dataclass(frozen=True)
class BaselineComparison:
    """A forecaster against a baseline on the yes-or-no questions that both answered.

    Attributes:
        forecaster: Who; `text` takes the side that the text takes, for certain.
        end: Of a forecaster that gave intervals, which end is compared: `best` has the lower loss,
            `worst` the higher; empty for points.
        reference: The baseline or the other forecaster.
        questions: Names of the questions.
        gain: Loss of the reference minus that of the forecaster, question by question.
        skill: Means, difference and ratio, with intervals from a bootstrap over clusters.
        effective: Effective number of independent questions.
        topics: Names of the questions that give the one answer of each topic.
        by_topic: The same skill with one answer a topic.
    """

    forecaster: str
    end: str
    reference: str
    questions: tuple[str, ...]
    gain: tuple[float, ...]
    skill: Skill
    effective: Effective
    topics: tuple[str, ...]
    by_topic: Skill

    @property
    def side(self) -> str:
        """The forecaster and which end of its intervals, such as `author, at best`."""
        return f"{self.forecaster}, at {self.end}" if self.end else self.forecaster


@dataclass(frozen=True)
class NumberComparison:
    """Two forecasters on the numbers, dates or ordered answers that both forecast.

    Attributes:
        kind: `numeric`, `date` or `ordered`.
        questions: Names of the questions.
        topics: Names of those that give the one answer of each topic.
        left_out: Numbers on which one of the two made no error, so that there is no ratio.
        rules: Rules by which the two were compared; one rule on each question.
        skill: Mean losses, difference and skill. Of numbers, whose units differ, only `skill` and
            its interval have a meaning in themselves: 1 minus the geometric mean of the ratios of
            losses. None where no question is left.
        by_topic: The same with one answer a topic.
    """

    kind: str
    forecaster: str
    reference: str
    questions: tuple[str, ...]
    topics: tuple[str, ...]
    left_out: tuple[str, ...]
    rules: tuple[str, ...]
    skill: Skill | None
    by_topic: Skill | None


@dataclass(frozen=True)
class Calibration:
    """A forecaster's probabilities beside what happened.

    Attributes:
        questions: Names of the questions.
        p: Its probabilities.
        happened: What happened.
        on_yes: Mean probability where it was yes; NaN where it never was.
        on_no: Mean probability where it was no.
        terms: Murphy's decomposition; None for fewer than two questions.
    """

    forecaster: str
    questions: tuple[str, ...]
    p: tuple[float, ...]
    happened: tuple[bool, ...]
    on_yes: float
    on_no: float
    terms: Decomposition | None


@dataclass(frozen=True)
class Expected:
    """The number of yes answers that the author's odds imply, and the actual number.

    Attributes:
        questions: Scored questions with odds.
        low: Expected number of yes if every probability was at its lower end.
        high: The same at the upper end.
        happened: How many were yes.
    """

    questions: int
    low: float
    high: float
    happened: int


@dataclass(frozen=True, repr=False)
class Score:
    """A register scored on a day.

    Attributes:
        case: The case.
        as_of: The day; None when nothing is on record and no day was given.
        weighting: How worlds were weighed to make a share a forecast.
        worlds: Worlds behind the model's forecasts; 0 without a run.
        seed: Seed of that run; None without one.
        other_files: Whether the run was made of another state of the case's files.
        rows: One a question, in the order of the register; superseded ones left out.
        superseded: Questions left out because a later row takes their place.
        leaning: How the text's leanings turned out.
        comparisons: Skill tables; retrospective forecasts are in none.
        calibrations: Probabilities beside outcomes, by forecaster.
        expected: The author's odds taken together; None without any.
        covered: Of scored numbers with a 90 % interval of the model, how many it held.
        numbers: How many such there were.
        number_comparisons: Forecasters of numbers, dates and ordered answers, two by two.
        conditioned_on: Where the worlds are of a posterior, the day on which the last record they
            know was published: on questions that opened before, the model is retrospective.
    """

    case: Case
    as_of: dt.date | None
    weighting: str
    worlds: int
    seed: int | None
    other_files: bool
    rows: tuple[Row, ...]
    superseded: tuple[str, ...]
    leaning: Leaning
    comparisons: tuple[BaselineComparison, ...]
    calibrations: tuple[Calibration, ...]
    expected: Expected | None
    covered: int
    numbers: int
    number_comparisons: tuple[NumberComparison, ...] = ()
    conditioned_on: dt.date | None = None

    def __repr__(self) -> str:
        return f"<Score of {self.case.name!r}, questions: {len(self.rows)}, as of: {self.as_of}>"

    @property
    def counts(self) -> dict[str, int]:
        """How many questions have each status, those that none has left out."""
        found = Counter(row.settled.status for row in self.rows)
        return {status: found[status] for status in STATUSES if found[status]}

    @property
    def exercise(self) -> bool:
        """Whether nothing shows that any scored question was on record before its answer."""
        scored = [row for row in self.rows if row.scored]
        return bool(scored) and not any(_asked_before(row) for row in scored)

    def row(self, question: str) -> Row:
        """The row of a question.

        Raises:
            KeyError: There is no such question, or a later one takes its place.
        """
        for row in self.rows:
            if row.question.name == question:
                return row
        raise KeyError(question)

    def comparison(
        self, forecaster: str, reference: str, end: str = ""
    ) -> BaselineComparison | None:
        """A forecaster against a reference, if they met on any question.

        Args:
            forecaster: Who.
            reference: The baseline, or the model.
            end: Of a forecaster that gave intervals, `best` or `worst`.
        """
        for found in self.comparisons:
            if (found.forecaster, found.reference, found.end) == (forecaster, reference, end):
                return found
        return None

    def number_comparison(
        self, kind: str, forecaster: str, reference: str
    ) -> NumberComparison | None:
        """Two forecasters of one kind of question, if they met on any."""
        for found in self.number_comparisons:
            if (found.kind, found.forecaster, found.reference) == (kind, forecaster, reference):
                return found
        return None


def _asked_before(row: Row) -> bool:
    """Whether a question was on record by the day it was settled, and by its closing."""
    registered = row.question.registered_at
    return registered is not None and registered <= last_day(row.question, row.settled.outcome)


def last_day(question: Question, outcome: Outcome | None) -> dt.date:
    """The last day on which a forecast can still be one: the window's, or that of its answer."""
    settled = None if outcome is None else outcome.resolved_on
    return question.closes if settled is None else min(settled, question.closes)
