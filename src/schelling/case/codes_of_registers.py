"""Error codes of the tables beside a case, and of its rivals: E613 to E7.."""

from __future__ import annotations

from schelling.case.code import Code

REGISTERS = (
    Code(
        "E613",
        "Binding that does not answer its question",
        "'resolves' says how a world answers: true or false for a yes or no, a number for the "
        "rest, and about the whole run. A conditional question says under 'given' when its "
        "antecedent holds.",
        "resolves: mean(support)",
        "resolves: mean(support) > 0.5",
    ),
    Code(
        "E614",
        "One event under two ids",
        "Two questions ask the same in the same window, so every score would count it twice. Leave "
        "one out, or say under 'supersedes' that it takes the place of the other.",
        "question: Was the town taken?",
        "question: Was the town besieged?",
    ),
    Code(
        "E615",
        "Forecast dated after its data",
        "What an author says is said before its window closes, and not after the day the case's "
        "data end; a window closes after that day. What is already known cannot be forecast.",
        "asserted_on: 2022-07-01",
        "asserted_on: 2022-03-20",
    ),
    Code(
        "E616",
        "Answer that the question does not allow",
        "An answer is yes, no or a probability, a number, one of the bins, or a date, as the kind "
        "of the question asks. An ordered question has at least two bins and, between them, rising "
        "edges.",
        "persistence: perhaps",
        "persistence: no",
    ),
    Code(
        "E617",
        "Unknown reference class",
        "'reference_class' names a class that the table 'reference_classes' does not hold.",
        "reference_class: seiges",
        "reference_class: sieges",
    ),
    Code(
        "E618",
        "Row that supersedes what it cannot",
        "A row takes the place of an earlier one, each of which is superseded at most once, so "
        "that a history has one end. A question names the earlier id, an outcome the vintage of "
        "the latest row of its question.",
        "supersedes: F99",
        "supersedes: F00",
    ),
    Code(
        "E620",
        "Unknown question",
        "An outcome or a prediction is of a question of the register, by its id.",
        "forecast_id: F99",
        "forecast_id: F01",
    ),
    Code(
        "E621",
        "Outcome that cannot be",
        "A yes-or-no question resolves as yes or no, the others as a value; all of them as void, "
        "ambiguous or open. Every row has a source and says whether it was sourced or recalled. A "
        "condition that failed makes its question void, one not yet decided leaves it open.",
        "status: perhaps",
        "status: ambiguous",
    ),
    Code(
        "E622",
        "Impossible day of an outcome",
        "An answer is settled on a day of the calendar after its window opened, and written down "
        "after that and after the question was put on record. A time of day has its zone.",
        "recorded_at: 2022-05-01T12:00",
        "recorded_at: 2022-07-01T12:00Z",
    ),
    Code(
        "E630",
        "Reference class that cannot be",
        "A class has a name of its own, a source, and two counts: k of n cases, n at least 1.",
        "k: 41",
        "k: 7",
    ),
    Code(
        "E640",
        "Impossible prediction",
        "A probability lies between 0 and 1; the levels of quantiles rise and their values do not "
        "fall; an interval has its lower end first. Nothing is NaN or infinite.",
        "value: 1.2",
        "value: 0.2",
    ),
    Code(
        "E641",
        "Prediction without maker or day",
        "Somebody made it on a day of the calendar, from data that end on or before that day, in a "
        "form that fits its question: p, quantiles, interval or bins.",
        "made_at: 2022-03-01",
        "made_at: 2022-03-20",
    ),
    Code(
        "E650",
        "Frozen row that is not what it was",
        "The register was frozen, and this row was edited, removed or moved since, or a new one "
        "stands among the frozen. Put it back; a correction is a further row, at the end, that "
        "supersedes it.",
        "a closing date moved by a month after 'schelling freeze'",
        "a further row with another id that supersedes it",
    ),
    Code(
        "E651",
        "Seal that is damaged",
        "The file that 'schelling freeze' wrote was changed by hand, so it proves nothing now. "
        "Put back the version that was kept.",
        "a digest of forecasts.frozen edited by hand",
        "forecasts.frozen as 'schelling freeze' wrote it",
    ),
    Code(
        "E701",
        "Rival without a reason",
        "A rival says why it is held, and so does everything it changes: a passage under 'from', "
        "or a sentence under 'why'. Changes without reasons give whatever answer one likes.",
        "rivals: {hard: {why: a guess, assumptions: {face_cost: {prior: 1}}}}",
        "rivals: {hard: {why: a guess, assumptions: {face_cost: {prior: 1, why: pride}}}}",
    ),
    Code(
        "E702",
        "Change of what is not there",
        "A rival defines something new that nothing reads, most often a slip of the pen, or it "
        "removes what the case does not have.",
        "rivals: {hard: {why: a guess, assumptions: {face_csot: {prior: 1, why: pride}}}}",
        "rivals: {hard: {why: a guess, assumptions: {face_cost: {prior: 1, why: pride}}}}",
    ),
    Code(
        "E703",
        "Unknown rival",
        "'extends' names another rival of the same case, and no rival extends itself by way of "
        "others. The same code answers a request for a rival that the case does not have.",
        "rivals: {hard: {why: a guess, extends: soft}}",
        "rivals: {hard: {why: a guess, extends: mild}, mild: {why: a guess}}",
    ),
)
