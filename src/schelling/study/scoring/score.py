"""Scores a register: forecasts of the author, the model and the baselines against outcomes.

A question is scored only after its window has closed. A forecast that used later information is not
compared. A share of worlds becomes a forecast only under a named weighting.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from schelling.case.model import Case, Question
from schelling.errors import RunError
from schelling.study.runs.files.posterior_file import WeightedWorlds
from schelling.study.runs.results import Run
from schelling.study.runs.run import run as run_case
from schelling.study.scoring import comparisons, forecasters, number_comparisons, record, resolution
from schelling.study.scoring.forecasters import YES_OR_NO, FromWorlds, Spoken, Weighting
from schelling.study.scoring.losses import charge
from schelling.study.scoring.score_board import RETROSPECTIVE, SCORED, Row, Score, Settled

WORLDS = 2048
"""Worlds behind the model's forecasts when no run is given: error about one point."""


def score(
    case: Case,
    run: Run | None = None,
    *,
    as_of: dt.date | None = None,
    worlds: int | None = None,
    seed: int = 0,
    weighting: Weighting | None = None,
    posterior: WeightedWorlds | str | Path | None = None,
) -> Score:
    """Score the forecast register of a case.

    Args:
        case: A checked case, from `schelling.load`.
        run: A run whose worlds answer the questions; `worlds` worlds are run when None.
        as_of: Score as of this day; if None, the last day on which anything was recorded.
        worlds: Worlds to run without a `run`; 0 leaves the model out. 2,048 when None, or as many
            as a posterior is worth.
        seed: Seed of that run.
        weighting: How worlds are weighted when their share is used as a forecast; equally if None.
        posterior: Make the run from the posterior of a fit; see `schelling.run`.

    Returns:
        One row per question, and totals.

    Raises:
        RunError: The case has no register, there are not as many weights as worlds, or a posterior
            is given for no worlds.

    Examples:
        >>> import schelling
        >>> found = schelling.score(schelling.load("cases/widening-war"), worlds=0)
        >>> found.row("F03").settled.reason
        'F02a came out no'
    """
    if not case.questions:
        message = f"case '{case.name}' has no forecast register to score; 'schelling new "
        message += f"{case.name} --register' makes one and says which lines name it in the case"
        raise RunError(message)
    if worlds == 0 and posterior is not None:
        message = "0 worlds leave the model out, so that a posterior has no use"
        raise RunError(message)
    bound = any(q.resolves is not None and not q.superseded for q in case.questions)
    if run is None and worlds != 0 and bound:
        many = WORLDS if worlds is None and posterior is None else worlds
        run = run_case(case, worlds=many, seed=seed, posterior=posterior)
    weighting = weighting or Weighting()
    total = run.manifest.worlds if run is not None else 0
    if run is not None and weighting.weights is not None and len(weighting.weights) != total:
        message = f"{len(weighting.weights):,} weights for {total:,} worlds"
        raise RunError(message)
    day = as_of if as_of is not None else resolution.latest(case)
    standing = resolution.settle(case, day)
    rows = tuple(
        _row(case, question, standing, _model(case, question, run, weighting))
        for question in case.questions
        if not question.superseded
    )
    held, numbers = comparisons.covered(rows)
    return Score(
        case=case,
        as_of=day,
        weighting=weighting.name,
        worlds=total,
        seed=run.manifest.seed if run is not None else None,
        other_files=run is not None and run.manifest.digest != case.digest,
        rows=rows,
        superseded=tuple(q.name for q in case.questions if q.superseded),
        leaning=comparisons.leaning(rows),
        comparisons=comparisons.all_comparisons(rows),
        calibrations=comparisons.calibrations(rows),
        expected=comparisons.expected(rows),
        covered=held,
        numbers=numbers,
        conditioned_on=run.manifest.conditioned_on if run is not None else None,
        number_comparisons=number_comparisons.all_comparisons(rows),
    )


def _model(case: Case, question: Question, run: Run | None, weighting: Weighting) -> FromWorlds:
    if run is None or question.resolves is None:
        return FromWorlds()
    return forecasters.from_worlds(case, question, run, weighting)


def _row(case: Case, question: Question, settled: Mapping[str, Settled], model: FromWorlds) -> Row:
    standing = settled[question.name]
    classes = {known.name: known for known in case.reference_classes}
    spoken: list[Spoken | None] = [forecasters.author(question), model.spoken]
    spoken += forecasters.baselines_of(question, classes, record.before(case, question, settled))
    outcome = standing.outcome
    spoken += forecasters.predictors(question, case.predictions, outcome)
    counts = standing.status in (SCORED, RETROSPECTIVE) and outcome is not None
    said = [one for one in spoken if one is not None]
    told = tuple(charge(question, one, outcome) if counts and outcome else one.told for one in said)
    numeric = question.kind not in YES_OR_NO and counts
    answered = question.kind in YES_OR_NO and outcome is not None and counts
    return Row(
        question=question,
        settled=standing,
        happened=outcome.status == "yes" if answered and outcome else None,
        lean=_side(question),
        unchanged=_unchanged(question),
        share=model.share,
        unmet=model.unmet,
        not_asked=model.not_asked,
        failed=model.failed,
        told=told,
        pairs=number_comparisons.pairs(question, said, outcome) if numeric and outcome else (),
        late=forecasters.late_predictions(question, case.predictions, outcome),
        levers=model.levers,
    )


def _side(question: Question) -> bool | None:
    """The side the text takes, where the register names a plain yes or no."""
    side = question.columns.get("direction", "").strip().lower()
    return {"yes": True, "no": False}.get(side) if question.kind in YES_OR_NO else None


def _unchanged(question: Question) -> bool | None:
    answer = question.persistence
    if question.kind not in YES_OR_NO or not isinstance(answer, float) or answer == 0.5:
        return None
    return answer > 0.5
