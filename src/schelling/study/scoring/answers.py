"""What the worlds of a run answer to the questions of the register.

Knows the run's table and the questions, but no outcomes and no scores. A share of worlds
is not a probability: it becomes one only under a declared weighting of the worlds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.verdicts import Share
from schelling.case.model import Assumption, Question
from schelling.compile.planning import plan
from schelling.study.runs import option_shares
from schelling.study.runs.option_shares import Told
from schelling.study.runs.results import Run


@dataclass(frozen=True)
class Answer:
    """What the worlds answer to one question.

    Attributes:
        question: The question.
        values: One answer per world: 1 or 0 for a yes or no, a number in the question's unit (weeks
            since the start for a date); NaN if there is none.
        unmet: Worlds in which the antecedent does not hold.
        not_asked: Further worlds, in which a game that the question or its antecedent asks where it
            is first played never is: they do not count.
        lost: Worlds whose numbers failed.
        share: Of a yes-or-no question, the share of the worlds that answer in which it is yes,
            with its error from the replicates; where options of a lever differ, the span over
            them; None for a number.
        options: Of a yes-or-no question that levers can reach, the worlds under each combination
            of their options; empty of others, and where combinations are too many.
        levers: Levers over whose options, as they are drawn, the answer is: of a question that is
            no yes or no, and where combinations are too many.
    """

    question: Question
    values: Float[ndarray, " world"]
    unmet: int
    not_asked: int
    lost: Bool[ndarray, " world"]
    share: Share | None
    options: tuple[Bool[ndarray, " world"], ...] = ()
    levers: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """How many worlds' numbers failed."""
        return int(self.lost.sum())

    @property
    def answered(self) -> Float[ndarray, " world"]:
        """The answers of the worlds that have one."""
        return self.values[~np.isnan(self.values)]

    def bins(self) -> Float[ndarray, " bin"]:
        """Of an ordered question, the share of the answering worlds in each bin.

        A value on an edge falls into the bin above it.
        """
        found = np.searchsorted(np.array(self.question.edges), self.answered, side="right")
        counts = np.bincount(found, minlength=len(self.question.bins))
        return counts / max(len(found), 1)


def answers(run: Run) -> tuple[Answer, ...]:
    """The answers to every question that was asked of the run, in the order of the register."""
    asked = [q for q in run.case.questions if q.name in run.manifest.questions]
    return tuple(answer(run, question) for question in asked)


def answer(run: Run, question: Question) -> Answer:
    """The answers of a run's worlds to one question.

    Raises:
        KeyError: The run did not ask it: the model has no handle for it, a later question takes its
            place, or only some claims were asked.
    """
    if question.name not in run.manifest.questions:
        raise KeyError(question.name)
    values = _numbers(run, f"forecast.{question.name}")
    met: Bool[ndarray, " world"] = np.ones(len(values), dtype=bool)
    if question.given is not None:
        given = _numbers(run, f"given.{question.name}")
        met = given != 0  # a NaN is no "no": those worlds failed
    asked = run.asked(question)
    failed = np.isnan(values) & met & asked
    counts = met & asked
    share, options, own = None, (), _levers(run, question)
    if question.kind in ("binary", "conditional") and bool(counts.any()):
        told = Told(values == 1, failed, counts, run.column("replicate"))
        share = told.share()
        if own:
            share = option_shares.judged(question.name, own, run.column, told).spanning(share)
            options = tuple(here for _, here in option_shares.worlds_under(own, run.column))
    unmet, unasked = int((~met).sum()), int((met & ~asked).sum())
    levers = () if options else tuple(one.name for one in own)
    return Answer(question, values, unmet, unasked, failed, share, options, levers)


def _levers(run: Run, question: Question) -> tuple[Assumption, ...]:
    """The levers that can reach a question."""
    if not any(assumption.lever for assumption in run.case.assumptions):
        return ()
    return option_shares.levers(plan.build(run.case), question.resolves, question.given)


def _numbers(run: Run, column: str) -> Float[ndarray, " world"]:
    """A column as numbers, NaN where it is missing."""
    return run.table([column]).column(column).to_pandas().to_numpy(dtype=float, na_value=np.nan)
