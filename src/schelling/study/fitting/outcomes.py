"""Resolved questions as evidence: worlds weighed by what became of the questions of the register.

A world answers a yes-or-no question, and the answer that came true has the chance `1 - error` in a
world that gives it and `error` in one that gives the other: the handle of a question in the model
is not the question itself. Questions of one cluster count together as one, as in scores.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.analysis.verdicts import Share
from schelling.case.model import Case, Question
from schelling.compile.course.outcomes import Outcomes
from schelling.compile.drawing import draws
from schelling.compile.influence import reach
from schelling.compile.planning import plan
from schelling.errors import RunError
from schelling.evidence import posterior
from schelling.evidence.posterior import FittedWorlds, PosteriorWorlds
from schelling.forecast.bayes_factors import discounts
from schelling.study.fitting import handed_on, summary
from schelling.study.fitting.summary import ShareChange
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.jobs import REPLICATES
from schelling.study.runs.files.posterior_file import WeightedWorlds

ERROR: Final = 0.1
"""Chance that the answer of a world is not what would have been recorded in it."""

WORLDS: Final = 16_384


@dataclass(frozen=True)
class ResolvedQuestion:
    """A question with its outcome and what the worlds had said.

    Attributes:
        name: Its id.
        happened: Whether it was resolved as yes.
        before: Share of the worlds that answer yes.
        weight: How far it counts: less than 1 in a cluster of several.
    """

    name: str
    happened: bool
    before: Share
    weight: float

    @property
    def news(self) -> bool:
        """Whether worlds differ in it: a question that all answer alike weighs none of them.

        A world without a number answers neither yes nor no.
        """
        some_failed = 0 < self.before.failed < self.before.worlds
        return some_failed or 0.0 < self.before.share < 1.0


@dataclass(frozen=True)
class OutcomeFit:
    """A case, or a rival, weighed by what happened.

    Attributes:
        case: The case.
        error: Chance that a world's answer is not what would have been recorded.
        questions: Those that were resolved and that the model has a handle for.
        found: The worlds with their weights and diagnostics; the evidence is that of the answers.
        claims: Verdicts before and after; empty where the fit is not sound.
        drawn: The assumptions of the worlds, in declared units.
        luck: Whether chance reaches an answer.
        known: Day on which the last of the outcomes was recorded.
        seed: Of the worlds and of their chance.
    """

    case: Case
    error: float
    questions: tuple[ResolvedQuestion, ...]
    found: FittedWorlds
    claims: tuple[ShareChange, ...]
    drawn: Float[ndarray, "world assumption"]
    luck: bool
    known: dt.date
    seed: int

    @property
    def news(self) -> float:
        """How many questions carry the news, those of a cluster counted together."""
        return sum(one.weight for one in self.questions if one.news)

    @cached_property
    def posterior(self) -> WeightedWorlds:
        """What `schelling.run`, `explore`, `score` and `compare` take as their `posterior`.

        Raises:
            RunError: The fit is not sound.
        """
        handed_on.check(self.found)
        worlds = self.found.worlds
        return WeightedWorlds(
            case=self.case.digest,
            engine=self.found.engine,
            records=_named(len(self.questions)),
            known=self.known,
            effective=int(self.found.effective),
            seed=self.seed,
            names=tuple(one.name for one in self.case.assumptions),
            values=self.drawn,
            weights=worlds.weights,
            group=worlds.group,
            luck=worlds.numbers if self.luck else None,
        )


def fit_on_outcomes(
    case: Case,
    *,
    worlds: int = WORLDS,
    seed: int = 0,
    error: float = ERROR,
    until: dt.date | None = None,
) -> OutcomeFit:
    """Weigh the worlds of a run by the resolved questions of the register.

    Args:
        case: A checked case with a register and outcomes.
        worlds: Worlds of the run.
        seed: Seed of the design and of chance.
        error: Chance that a world's answer is not what would have been recorded; above 0, below a
            half.
        until: Outcomes recorded later do not count.

    Raises:
        RunError: No question is resolved that the model has a handle for.
    """
    if not 0.0 < error < 0.5:
        message = f"the error of an answer lies between 0 and 0.5; got {error:g}"
        raise RunError(message)
    settled = _settled(case, until)
    if not settled:
        message = "no yes-or-no question is resolved that the model has a handle for"
        raise RunError(message)
    built, count = plan.build(case), -(-worlds // REPLICATES) * REPLICATES
    drawn = draws.draw(built, seed=seed, replicates=REPLICATES, first=0, count=count)
    numbers = np.arange(count, dtype=np.uint32)
    seen = summary.together(list(Engine(built, seed=seed).ask(drawn, numbers)))
    even = np.full(count, 1 / count)
    group = np.arange(count) % REPLICATES
    prior = PosteriorWorlds(np.zeros((count, 0)), numbers, even, group, np.zeros(count))
    places = [k for k, ask in enumerate(built.asks) if ask.what == "forecast"]
    place = {built.asks[k].name: k for k in places}
    weights = discounts(_clusters([question for question, _ in settled]), 1.0)
    questions = tuple(
        ResolvedQuestion(q.name, yes, summary.of_question(seen, prior, place[q.name]), float(w))
        for (q, yes), w in zip(settled, weights, strict=True)
    )
    total = np.zeros(count)
    for one in questions:
        total += one.weight * _log_chance(seen, place[one.name], one.happened, error)
    found = posterior.of_weights(np.zeros((count, 0)), total, REPLICATES)
    claims: list[ShareChange] = []
    if found.sound:
        sides = prior, found.worlds
        for k, claim in enumerate(built.claims):
            before, after = (summary.of_claim(seen, side, k) for side in sides)
            claims.append(ShareChange(claim.name, before, after))
    names = {question.name for question, _ in settled}
    answers = [built.asks[k].expression for k in places if built.asks[k].name in names]
    luck = any(reach.CHANCE in reach.of_expression(built, one).sources for one in answers)
    told = [one.recorded_at for one in case.outcomes if one.question in names]
    return OutcomeFit(
        case, error, questions, found, tuple(claims), np.asarray(drawn), luck, max(told), seed
    )


def _named(number: int) -> str:
    return "1 resolved question" if number == 1 else f"{number} resolved questions"


def _settled(case: Case, until: dt.date | None) -> list[tuple[Question, bool]]:
    """Yes-or-no questions with a handle and an outcome that is known by a day."""
    known = {one.question: one for one in case.outcomes}
    found: list[tuple[Question, bool]] = []
    for question in case.questions:
        outcome = known.get(question.name)
        handled = question.resolves is not None and not question.superseded
        if outcome is None or not handled or question.kind != "binary":
            continue
        late = until is not None and outcome.recorded_at > until
        if outcome.status in ("yes", "no") and not late:
            found.append((question, outcome.status == "yes"))
    return found


def _clusters(questions: Sequence[Question]) -> ndarray:
    """The number of each question's cluster; one without a cluster is one of its own."""
    names = [q.cluster or f"({q.name})" for q in questions]
    return np.unique(names, return_inverse=True)[1]


def _log_chance(
    seen: Outcomes, place: int, happened: bool, error: float
) -> Float[ndarray, " world"]:
    """Log chance of what happened in every world; that of a coin where a world has no answer."""
    answers = np.asarray(seen.answers)[:, place]
    right = (answers > 0.5) == happened
    chance = np.where(right, 1 - error, error)
    return np.log(np.where(np.isnan(answers), 0.5, chance))


def rival_weights(fits: Sequence[OutcomeFit]) -> Float[ndarray, " rival"]:
    """Probabilities of the case and its rivals, equal before, after the same outcomes.

    NaN where none allows them.

    Raises:
        RunError: They do not answer the same questions.
    """
    asked = {tuple(one.name for one in fit.questions) for fit in fits}
    if len(asked) > 1:
        message = "the case and its rivals have handles for different questions"
        raise RunError(message)
    logs = np.array([fit.found.log_evidence for fit in fits])
    if not np.isfinite(logs.max()):
        return np.full(len(logs), np.nan)
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()
