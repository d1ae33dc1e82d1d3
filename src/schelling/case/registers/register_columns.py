"""The columns of the forecast register: meaning, what a cell takes, an example, who needs it."""

from __future__ import annotations

from schelling.case.file.csv_table import Column

EVERY = "every question"
PROBABLE = ("binary", "conditional")
ALLOWED = {
    "binary": "yes, no, or a probability from 0 to 1",
    "conditional": "yes, no, or a probability from 0 to 1",
    "numeric": "a number in the unit of the question",
    "ordered": "one of its bins",
    "date": "a date YYYY-MM-DD, or never",
}
"""Answers to a question, by its kind."""

_DAY = "a date, YYYY-MM-DD"
_NAMES = "names, separated by semicolons"
_TEXT = "text"
_EXPRESSION = "an expression about the whole run, as in a claim"
_NUMBER = "a probability from 0 to 1; of a numeric question, a number in its unit"
_ANSWERS = "; ".join(
    f"{kind}: {takes}" for kind, takes in ALLOWED.items() if kind != "conditional"
).replace("binary:", "binary and conditional:")

COLUMNS: dict[str, Column] = {
    "id": Column(
        "Short, unique name of the question; outcomes and scores refer to it.",
        "a name",
        "F01",
        EVERY,
    ),
    "kind": Column(
        "What answers the question: yes or no (`binary`; `conditional` where it depends on "
        "something else first), one of several ordered bins, a number, or a date.",
        "`binary`, `ordered`, `numeric`, `date` or `conditional`",
        "binary",
        EVERY,
    ),
    "question": Column("The question in full.", _TEXT, "Is there a war by 30 June 2026?", EVERY),
    "opens": Column("First day of the window.", _DAY, "2026-01-05", EVERY),
    "closes": Column(
        "Last day of the window; the question is scored when it is over.",
        _DAY,
        "2026-06-30",
        EVERY,
    ),
    "yes_if": Column(
        "What counts as yes, or how the number, bin or date is read.",
        _TEXT,
        "regular troops of both states fight on one day of the window",
        EVERY,
    ),
    "source_type": Column("Whose record decides.", _TEXT, "two news agencies", EVERY),
    "void_if": Column(
        "When there is no answer; `never` if there is no such case.",
        _TEXT,
        "both agencies cease to report",
        EVERY,
    ),
    "passage_ids": Column("Passages it comes from.", _NAMES, "P3.S4; P3.S5"),
    "claim_ids": Column("Claims of the case that it tests.", _NAMES, "peace_holds"),
    "antecedent": Column(
        "The condition that the question depends on. If it names other questions and their "
        "answers, the question is void when they resolve otherwise.",
        "questions with `yes` or `no`, joined by `and`, or text",
        "F01 yes and F02 no",
        "conditional questions",
    ),
    "asserted_on": Column("Day the author said it.", _DAY, "2026-01-04"),
    "resolve_by": Column("Day by which the answer should be known.", _DAY, "2026-07-15"),
    "edge_cases": Column("How unclear cases are decided.", _TEXT, "a border incident is no war"),
    "source_named": Column("Name of the record that decides.", _TEXT, "Reuters and AFP"),
    "author_words": Column(
        "How likely the author says it is, in words; kept, not scored.", _TEXT, "likely"
    ),
    "author_low": Column(
        "Lower end of the author’s probability; of a numeric question, of the number.",
        _NUMBER,
        "0.55",
    ),
    "author_high": Column(
        "Upper end of the author’s probability; of a numeric question, of the number.",
        _NUMBER,
        "0.8",
    ),
    "direction": Column(
        "The answer that the text expects. A plain yes or no is scored as the side that the text "
        "takes.",
        "`yes`, `no`, or text",
        "yes",
    ),
    "window_by": Column("Who set the window.", "`author` or `analyst`", "analyst"),
    "strict_or_broad": Column(
        "Which reading of the passage is asked.", "`strict` or `broad`", "strict"
    ),
    "set_apart": Column(
        "Why the question is resolved and told but counts in no score: `aim`, as the text states "
        "what somebody intends and not what will happen, so that an answer is a check of intent; "
        "`hindsight`, as the criterion was written knowing what had happened.",
        "`aim` or `hindsight`",
        "aim",
    ),
    "cluster": Column(
        "Group of questions that depend on each other, such as one question asked for several "
        "windows. Intervals are computed from whole clusters, and a cluster is one topic.",
        "a name",
        "ceasefire",
    ),
    "reference_class": Column(
        "Class of past cases that gives the base rate.",
        "a name in the table of reference classes",
        "crises_to_war",
    ),
    "registered_at": Column(
        "Day the question was put on record. Without it no skill is claimed.", _DAY, "2026-01-05"
    ),
    "register_sha256": Column(
        "Digest of the register at that time.", "64 hexadecimal digits", "9f86d081…"
    ),
    "resolves": Column(
        "How a world answers the question, in the unit of the question. Without it the model makes "
        "no forecast.",
        _EXPRESSION,
        "eventually(phase == war, until=2026-06-30)",
    ),
    "given": Column(
        "When the antecedent holds in a world.",
        _EXPRESSION,
        "eventually(phase == concession)",
        "conditional questions that `resolves` ties to the model",
    ),
    "unit": Column(
        "Unit of a numeric question; a pure number when left out.", "a unit", "1000 person"
    ),
    "bins": Column(
        "The answers in their order.",
        "two or more, separated by semicolons",
        "low; mid; high",
        "ordered questions",
    ),
    "edges": Column(
        "Where one bin ends and the next begins.",
        "rising numbers, one fewer than bins, separated by semicolons",
        "0.3; 0.6",
        "ordered questions that `resolves` ties to the model",
    ),
    "persistence": Column("The answer if nothing changes, a baseline.", _ANSWERS, "no"),
    "supersedes": Column(
        "The earlier question that this one replaces; it is then neither asked nor scored.",
        "the `id` of an earlier row",
        "F01",
    ),
    "note": Column("Anything a reader should know.", _TEXT, "asked for three windows"),
}

OF_THE_MODEL = frozenset(("resolves", "given", "claim_ids", "passage_ids", "reference_class"))
"""Columns that tie a question to its case, which another tool does not have."""
