"""A case and its rivals compared on the same claims and questions, and the same worlds of priors.

Assumptions and chance have streams of their own names, so runs with one seed share every world in
what the arguments share; worlds that are drawn from posteriors share nothing. A forecast here is
the share of worlds with equal weights: a declared weighting, not a belief. Probabilities are not
clipped, and a rival that ruled out what happened is shown as such. Axes: hypotheses are the case
(first) and its rivals, in the order asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.verdicts import Share
from schelling.case.model import Case, Question
from schelling.errors import RunError
from schelling.forecast import ach, bayes_factors, scores, skill, stacking
from schelling.forecast.samples import crps
from schelling.forecast.stacking import Stacked
from schelling.study.rivals import differences
from schelling.study.runs.files import posterior_file
from schelling.study.runs.files.posterior_file import WeightedWorlds
from schelling.study.runs.option_shares import OptionShares
from schelling.study.runs.results import Run
from schelling.study.runs.run import WORLDS, run
from schelling.study.scoring import answers, resolution
from schelling.study.scoring.answers import Answer
from schelling.study.scoring.forecasters import APART
from schelling.study.scoring.score_board import RETROSPECTIVE, SCORED, Settled

AUTHOR: Final = "case"
"""Name of the case itself among the hypotheses."""

WEIGHTING: Final = "share of worlds, each of equal weight"
PROBABLE: Final = ("binary", "conditional")
UNANSWERED: Final = "unanswered"
NO_NUMBER: Final = "worlds without a number leave it open"
CHOSEN: Final = "it depends on what an actor chooses"


@dataclass(frozen=True)
class Item:
    """A question with an answer, and the probability of yes under each hypothesis.

    Attributes:
        question: The question.
        happened: Whether it was yes.
        p: Probability of a yes, by hypothesis.
    """

    question: Question
    happened: bool
    p: tuple[float, ...]

    @property
    def persistence(self) -> float:
        """Probability of a yes if nothing changes; one half where nobody said what that means."""
        said = self.question.persistence
        return said if isinstance(said, float) else 0.5

    @property
    def cluster(self) -> str:
        """The questions it hangs together with; itself where it stands alone."""
        return self.question.cluster or self.question.name


@dataclass(frozen=True)
class NumberErrors:
    """A numeric question with an answer, and the error of each hypothesis.

    Attributes:
        question: The question.
        value: The answer.
        off: CRPS of each hypothesis, in the question's unit.
    """

    question: Question
    value: float
    off: tuple[float, ...]

    @property
    def persistence(self) -> float:
        """Error of "nothing changes"; NaN where nobody said what that means."""
        said = self.question.persistence
        return abs(said - self.value) if isinstance(said, float) else np.nan


@dataclass(frozen=True, repr=False)
class Comparison:
    """The result of running a case and its rivals.

    Attributes:
        case: The case.
        names: Names of the hypotheses, `case` first.
        runs: Their runs.
        items: Questions with a yes or a no that every hypothesis answers, in the order of the
            register.
        numbers: Numbers that every hypothesis answers, likewise.
        unscored: Names of the other questions that some hypothesis answers, with the reason: where
            they stand, a kind that is not compared, or `unanswered`.
        swapped: What single assumptions of each rival change, from `differences.swaps`.
    """

    case: Case
    names: tuple[str, ...]
    runs: tuple[Run, ...]
    items: tuple[Item, ...]
    numbers: tuple[NumberErrors, ...]
    unscored: tuple[tuple[str, str], ...]
    swapped: pd.DataFrame

    def __repr__(self) -> str:
        return f"<Comparison of {self.case.name!r}, rivals: {', '.join(self.names[1:])}>"

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """Share of worlds in which each claim (rows) holds, by hypothesis.

        NaN where it is not asked, and where options of a lever differ: `shares` has the span then.
        """
        columns = {
            name: made.verdicts["share"] if len(made.verdicts) else pd.Series(dtype=float)
            for name, made in zip(self.names, self.runs, strict=True)
        }
        order = dict.fromkeys(claim for made in self.runs for claim in made.manifest.claims)
        return pd.DataFrame(columns).reindex(list(order))

    @cached_property
    def shares(self) -> dict[tuple[str, str], Share]:
        """The shares of `verdicts` with all that qualifies them, by claim and hypothesis."""
        return {
            (claim, name): share
            for name, made in zip(self.names, self.runs, strict=True)
            for claim, share in made.verdict_shares.items()
        }

    def options(self, claim: str, name: str) -> OptionShares | None:
        """A claim under each option of the levers that reach it in a hypothesis.

        None where none does, and where the options do not differ.
        """
        share = self.shares.get((claim, name))
        if share is None or not share.spans:
            return None
        return self.runs[self.names.index(name)].by_option.get(claim)

    @property
    def p(self) -> Float[ndarray, "question hypothesis"]:
        """Probability of a yes."""
        return np.array([item.p for item in self.items]).reshape(len(self.items), len(self.names))

    @property
    def happened(self) -> Bool[ndarray, " question"]:
        """Which questions were answered yes."""
        return np.array([item.happened for item in self.items], dtype=bool)

    @property
    def cluster(self) -> Int[ndarray, " question"]:
        """Number of each question's cluster."""
        names = [item.cluster for item in self.items]
        return np.unique(names, return_inverse=True)[1] if names else np.zeros(0, dtype=int)

    @property
    def likelihood(self) -> Float[ndarray, "question hypothesis"]:
        """Probability each hypothesis gave to what happened."""
        return scores.of_what_happened(self.p, self.happened[:, np.newaxis])

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per hypothesis, then `persistence` and `coin`.

        Columns: `brier` (mean of (p - o)^2, less is better), `bits` (mean surprise; infinite where
        something that happened was ruled out), `ruled_out` questions, and against persistence
        `skill` (1 - brier / reference) with `difference` (positive: better than persistence),
        `low` and `high` (90 %, bootstrap over clusters; NaN with too few clusters).
        """
        if not self.items:
            return pd.DataFrame()
        held = np.array([item.persistence for item in self.items])
        given = {name: self.p[:, column] for column, name in enumerate(self.names)}
        given |= {"persistence": held, "coin": np.full(len(held), 0.5)}
        reference = scores.brier_half(held, self.happened)
        rows: dict[str, dict[str, float]] = {}
        for name, p in given.items():
            own = scores.brier_half(p, self.happened)
            fitting = scores.of_what_happened(p, self.happened)
            seen = skill.compare(own, reference, self.cluster)
            rows[name] = {
                "brier": seen.own,
                "bits": float(scores.surprise(fitting).mean()),
                "ruled_out": int(np.sum(fitting == 0)),
                "skill": seen.skill,
                "difference": seen.difference,
                "low": seen.difference_interval[0],
                "high": seen.difference_interval[1],
            }
        return pd.DataFrame(rows).T

    @cached_property
    def factors(self) -> pd.DataFrame:
        """Bayes factors, row over column, each cluster counting as one question.

        NaN between two hypotheses that both ruled out something that happened.
        """
        found = bayes_factors.log_likelihood(self.likelihood.T, self.cluster)
        table = bayes_factors.bayes_factors(found)
        return pd.DataFrame(table, index=list(self.names), columns=list(self.names))

    @cached_property
    def stacked(self) -> Stacked:
        """Weights that make the best mixture of the hypotheses, had one known the answers."""
        return stacking.stack(self.likelihood)

    @cached_property
    def marks(self) -> pd.DataFrame:
        """Evidence (rows) against hypotheses: `C`, `I` or `II`, and whether a row tells them apart.

        The last column, `diagnostic`, is true where the hypotheses are not marked alike.
        """
        found = ach.marks(self.likelihood) if self.items else []
        index = [item.question.name for item in self.items]
        table = pd.DataFrame(found, index=index, columns=list(self.names))
        against = ach.against(found) if found else np.zeros((0, len(self.names)))
        return table.assign(diagnostic=ach.diagnostic(against) if len(found) else [])

    @cached_property
    def inconsistency(self) -> pd.Series:
        """Marks against each hypothesis, questions of a cluster counting as one together."""
        found = self.marks[list(self.names)].to_numpy().tolist()
        if not found:
            return pd.Series(np.zeros(len(self.names)), index=list(self.names))
        weight = bayes_factors.discounts(self.cluster, 1.0)
        against = ach.inconsistency(ach.against(found), weight)
        return pd.Series(against, index=list(self.names))


def compare(
    case: Case,
    rivals: Sequence[Case],
    *,
    worlds: int | None = None,
    seed: int = 0,
    swap_worlds: int = 4096,
    posteriors: Sequence[WeightedWorlds | str | Path] = (),
) -> Comparison:
    """Run a case and its rivals on the same worlds and compare them with what happened.

    Args:
        case: The case.
        rivals: Its rivals, from `schelling.load(path, rival=...)`.
        worlds: Number of worlds for each; 10,000 when None, or as many as the
            posterior of least worth.
        seed: Seed of design and chance, the same for all.
        swap_worlds: Worlds in which single assumptions are swapped; at most `worlds`.
        posteriors: Fits of the case and of each rival, to draw worlds from; then nothing is
            swapped, as swaps are of worlds drawn from the prior.

    Returns:
        The comparison.

    Raises:
        RunError: No rival is given, one is given twice, or one belongs to another case.
    """
    names = [AUTHOR, *(rival.rival for rival in rivals)]
    strangers = [r for r in rivals if not r.rival or r.path.resolve() != case.path.resolve()]
    if not rivals or len(set(names)) < len(names) or strangers or case.rival:
        message = (
            "give one or more rivals of the case, each once"
            if case.rivals or rivals
            else "the case has no rivals to compare it with; they stand under 'rivals'"
        )
        raise RunError(message)
    runs = _runs((case, *rivals), worlds, seed, posteriors)
    items, numbers, unscored = _judged(case, runs)
    fewer = min(runs[0].manifest.worlds, swap_worlds)
    argued = [] if posteriors else [one for one in rivals if not one.restated]
    swapped = differences.swaps(case, argued, worlds=fewer, seed=seed)
    return Comparison(case, tuple(names), tuple(runs), items, numbers, unscored, swapped)


def _runs(
    cases: Sequence[Case],
    worlds: int | None,
    seed: int,
    posteriors: Sequence[WeightedWorlds | str | Path],
) -> list[Run]:
    """A run of every hypothesis, drawn from its own posterior where there are some."""
    if not posteriors:
        return [run(each, worlds=WORLDS if worlds is None else worlds, seed=seed) for each in cases]
    read = [
        posterior_file.read(Path(one)) if isinstance(one, str | Path) else one for one in posteriors
    ]
    known = {one.case: one for one in read}
    missing = [each.rival or AUTHOR for each in cases if each.digest not in known]
    if missing or len(read) != len(cases):
        message = f"each of the {len(cases)} hypotheses needs its own posterior, and no other is "
        message += f"used; got {len(read)}"
        message += f", none of them for {', '.join(missing)}" if missing else ""
        raise RunError(message)
    least = min(one.effective for one in read)
    many = least if worlds is None else worlds
    return [run(each, worlds=many, seed=seed, posterior=known[each.digest]) for each in cases]


def _judged(
    case: Case, runs: Sequence[Run]
) -> tuple[tuple[Item, ...], tuple[NumberErrors, ...], tuple[tuple[str, str], ...]]:
    """Questions that can be scored, and why the others that are answered cannot."""
    standing = resolution.settle(case, resolution.latest(case))
    items: list[Item] = []
    numbers: list[NumberErrors] = []
    unscored: list[tuple[str, str]] = []
    for question in case.questions:
        asking = [made for made in runs if question.name in made.manifest.questions]
        if not asking:
            continue
        known = [made.manifest.conditioned_on for made in runs]
        reason = _unscorable(case, question, standing[question.name])
        if not reason and any(day is not None and day > question.opens for day in known):
            reason = RETROSPECTIVE
        reason = reason or ("" if len(asking) == len(runs) else UNANSWERED)
        outcome = standing[question.name].outcome
        said = [] if reason else [answers.answer(made, question) for made in runs]
        p = tuple(_middle(one.share) for one in said if one.share is not None)
        if reason or outcome is None or not all(len(one.answered) for one in said):
            unscored.append((question.name, reason or UNANSWERED))
        elif any(_open(one) for one in said):
            chosen = any(one.share is not None and one.share.differs for one in said)
            unscored.append((question.name, CHOSEN if chosen else NO_NUMBER))
        elif question.kind in PROBABLE:
            items.append(Item(question, outcome.status == "yes", p))
        else:
            value = float(outcome.value or 0)
            off = tuple(float(crps(one.answered[np.newaxis], np.array([value]))[0]) for one in said)
            numbers.append(NumberErrors(question, value, off))
    return tuple(items), tuple(numbers), tuple(unscored)


def _middle(share: Share) -> float:
    """A share, or the middle of a span over options that is too narrow to matter."""
    return (share.low + share.high) / 2 if share.spans else share.share


def _open(said: Answer) -> bool:
    """Whether failed numbers, or an actor's options, leave an answer open: it is not scored."""
    if said.share is None:
        return said.failed > APART * len(said.values)
    return said.share.high - said.share.low > APART


def _unscorable(case: Case, question: Question, stands: Settled) -> str:
    """Why a question cannot be scored; empty when it can."""
    if stands.status != SCORED or stands.outcome is None:
        return stands.status
    if question.kind not in (*PROBABLE, "numeric"):
        return question.kind
    late = case.data_until is not None and case.data_until > question.opens
    return RETROSPECTIVE if late else ""
