"""What stands beside the questions of a case: outcomes, classes of past cases, predictions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """What became of a question, as recorded on a day.

    Attributes:
        question: Name of the question.
        status: `yes`, `no`, `value`, `void`, `ambiguous` or `open`.
        value: The number of a numeric question, the bin of an ordered one, the date (YYYY-MM-DD,
            or `never`) of one about a date; None for the other kinds.
        resolved_on: Day the answer was settled by.
        recorded_at: Day it was written down.
        vintage: Release of the data that it rests on.
        mark: `sourced` or `recalled`.
        supersedes: Vintage of the earlier outcome it revises.
        earlier: Outcomes it took the place of, the oldest first.
    """

    question: str
    status: str
    value: float | str | None
    resolved_on: dt.date | None
    recorded_at: dt.date
    vintage: str
    source: str
    reference: str
    mark: str
    resolver: str = ""
    note: str = ""
    supersedes: str = ""
    earlier: tuple[Outcome, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether there is an answer to score."""
        return self.status in ("yes", "no", "value")


@dataclass(frozen=True)
class ReferenceClass:
    """Past cases: in how many of them it happened.

    Attributes:
        k: Cases in which it did.
        n: Cases in all.
    """

    name: str
    k: int
    n: int
    source: str
    note: str = ""


@dataclass(frozen=True)
class Prediction:
    """What somebody, or some model, predicted of a question.

    Attributes:
        question: Name of the question.
        model: Who or what predicts.
        made_at: Day it was made.
        data_until: Last day whose events it may know of.
        kind: `p`, `quantiles`, `interval` or `bins`.
        values: The probability; the two ends of the interval; the values of the quantiles; or the
            probabilities of the bins.
        levels: Levels of the quantiles, rising; empty for the other kinds.
        weighting: How shares of worlds were made a probability, where they were.
        retrospective: Whether it knows of days after the question's window opened.
    """

    question: str
    model: str
    made_at: dt.date
    data_until: dt.date
    kind: str
    values: tuple[float, ...]
    levels: tuple[float, ...] = ()
    weighting: str = ""
    retrospective: bool = False
    columns: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Change:
    """One thing a rival says otherwise.

    Attributes:
        section: Section of the case.
        name: Name of the definition.
        what: `changed`, `new` or `removed`; `reason` where only the reason is another than in the
            case, `unchanged` where nothing is, but for how it is written.
        why: The rival's reason; of what is removed, the rival's own.
        passages: Passages it comes from.
    """

    section: str
    name: str
    what: str
    why: str = ""
    passages: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the definition is another one, and not only its reason."""
        return self.what not in ("reason", "unchanged")


@dataclass(frozen=True)
class Changed:
    """A definition that is changed for one run.

    Attributes:
        section: Section of the case.
        name: As it was given: a name, or one over sets such as `garrison[city]`.
        members: Names of the definitions it stands for; as a rule its own.
        before: The definition as written in the case; of several members with different ones,
            each of them.
        after: The new one.
    """

    section: str
    name: str
    members: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True)
class Rival:
    """Another argument about the same events.

    Attributes:
        extends: The rival it builds on; empty when it changes the case itself.
        restates: Whether it is the argument of the case itself, computed in another way.
        changes: Everything it says otherwise than the case, those of what it builds on first.
    """

    name: str
    title: str
    why: str
    says: str
    passages: tuple[str, ...]
    extends: str
    changes: tuple[Change, ...]
    restates: bool = False
