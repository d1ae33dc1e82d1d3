"""Questions of a platform as a case with a register, and with outcomes where there are any."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from schelling.case.registers.register_columns import COLUMNS, OF_THE_MODEL
from schelling.interchange import json_tree
from schelling.interchange.foreign import Findings
from schelling.interchange.questions.foreign_question import ForeignQuestion, day, words
from schelling.interchange.questions.shapes import questions, shape_of
from schelling.interchange.questions.sound_register import QuestionTables, sound
from schelling.interchange.stockflow.into_case import Imported
from schelling.interchange.stockflow.spelling import Spelling
from schelling.interchange.stockflow.to_case import Named

MOST_QUESTIONS = 5_000
MOST_PREDICTIONS = 100_000
MOST_LETTERS = 20_000_000
"""Of all questions together: those of ForecastBench repeat their texts for every day."""

_KINDS = {"binary": "binary", "numeric": "numeric", "discrete": "numeric", "date": "date"}
_SETTLED = re.compile(r"(.*?)\.? Settled by: (.*?)\.?", re.DOTALL)
_ANSWERS = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}
_UNANSWERED = {"annulled": "void", "ambiguous": "ambiguous"}


def holds_questions(path: Path) -> bool:
    """Whether a JSON file has the shape of questions; what is wrong with it is said elsewhere.

    Raises:
        CaseError: It is no JSON.
    """
    return bool(shape_of(json_tree.read(path)[0]))


def imported(path: Path, *, lenient: bool = False) -> Imported:
    """Read questions and make a case with a register of them.

    Raises:
        CaseError: The file holds no questions, or one of them lacks what a register needs.
    """
    root, findings = json_tree.read(path, lenient=lenient)
    spelling = Spelling()
    rows: list[Mapping[str, str]] = []
    outcomes: list[Mapping[str, str]] = []
    predictions: list[Mapping[str, str]] = []
    names: dict[str, str] = {}
    for one in _found(root, findings):
        if one.name in names:
            findings.skip("E907", f"question '{one.name}'", "it is given twice", 0)
            continue
        row = _kept(one, findings) if one.register else _row(one, findings)
        if row is None:
            continue
        wish = one.register.get("id", "") or one.name
        name = spelling.kept(one.name, wish if wish[:1].isalpha() else f"q_{wish}")
        old = row.get("supersedes", "")
        rows.append({"id": name} | row | {"id": name, "supersedes": names.get(old, old)})
        names[one.name] = name
        outcome = _outcome(one, name, findings)
        outcomes += [outcome] if outcome else []
        predictions += [] if one.register else _predictions(one, name)
    if not rows and not findings.problems:
        findings.refuse("E903", "none of the questions can be carried", 0)
    findings.close()
    made = QuestionTables(path.stem.replace("_", " "), rows, outcomes, predictions)
    made = sound(made, {own: name for name, own in names.items()}, findings)
    kept = {str(row["id"]) for row in made.questions}
    named = Named({name: own for name, own in names.items() if own in kept}, {})
    return Imported(made.text, tuple(findings.left_out), named, made.beside)


def _found(root: object, findings: Findings) -> list[ForeignQuestion]:
    """The questions of a file, if they are not too many and not too long.

    Raises:
        CaseError: They are, or there are none, or one of them is refused.
    """
    shape = shape_of(root)
    found: list[ForeignQuestion] = []
    letters = told = 0
    for one in questions(root, shape, findings) if shape else ():
        found.append(one)
        texts = (one.name, one.text, one.criteria, one.fine_print, one.background, one.cluster)
        letters += sum(map(len, texts))
        told += len(one.predictions)
        if len(found) > MOST_QUESTIONS or letters > MOST_LETTERS:
            message = f"the file has more than {MOST_QUESTIONS:,} questions, or more than "
            findings.refuse("E902", f"{message}{MOST_LETTERS:,} letters in them", 0)
            break
        if told > MOST_PREDICTIONS:
            message = f"the file has more than {MOST_PREDICTIONS:,} forecasts of others"
            findings.refuse("E902", message, 0)
            break
    if not found and not findings.problems:
        findings.refuse("E902", "the file has no questions", 0)
    findings.close()
    return found


def _kept(one: ForeignQuestion, findings: Findings) -> dict[str, str]:
    """The cells that a question was written from, without those of a model that is not there."""
    for said in _edited(one):
        what = f"the {said} of question '{one.name}'"
        findings.skip("E907", what, "it is not that of the register", 0, "the register's is kept")
    odd = [column for column in one.register if column not in COLUMNS or column in OF_THE_MODEL]
    for column in odd:
        what = f"the column '{column}' of question '{one.name}'"
        findings.skip("E903", what, "it belongs to the case that it was written from", 0)
    return {column: cell for column, cell in one.register.items() if column not in odd}


def _edited(one: ForeignQuestion) -> Iterator[str]:
    """What of a question is no longer as it was written from its register."""
    cells = {column: words(cell) for column, cell in one.register.items()}
    given, named, edges = (cells.get(c, "") for c in ("antecedent", "source_named", "edge_cases"))
    source = ": ".join(filter(None, (cells.get("source_type"), named)))
    text = cells.get("question", "") + (f" (If {given}.)" if given else "")
    void = f"Void if: {cells.get('void_if', '')}."
    if one.text != text:
        yield "text"
    if one.criteria != f"{cells.get('yes_if', '')}. Settled by: {source}.":
        yield "criteria"
    if one.fine_print != (f"{edges}. {void}" if edges else void):
        yield "fine print"
    for column, found in (("opens", one.opens), ("closes", one.closes)):
        if found is not None and found != day(cells.get(column)):
            yield f"day it {column}"


def _row(one: ForeignQuestion, findings: Findings) -> dict[str, str] | None:
    what = f"question '{one.name}'"
    kind = _KINDS.get(one.kind)
    if kind is None:
        why = f"it is of the kind '{one.kind}', which a register does not have"
        if one.kind == "multiple_choice":
            why = f"it is of the kind '{one.kind}': its options have no order, which bins need"
        elif not one.kind:
            why = "it does not say of which kind it is"
        findings.skip("E903", what, why, 0)
        return None
    texts = (("text", one.text), ("criteria", one.criteria))
    lacking = [said for said, value in texts if not value]
    lacking += [f"day it {d}" for d, v in (("opens", one.opens), ("closes", one.closes)) if not v]
    if lacking or one.opens is None or one.closes is None:
        findings.skip("E903", what, f"it has no {' and no '.join(lacking)}", 0)
        return None
    settled = _SETTLED.fullmatch(one.criteria)
    edges, void = _void(one.fine_print)
    told = (edges, f"Background: {one.background}" if one.background else "")
    cells = {
        "kind": kind,
        "question": one.text,
        "opens": one.opens.isoformat(),
        "closes": one.closes.isoformat(),
        "yes_if": settled[1] if settled else one.criteria,
        "source_type": settled[2] if settled else one.platform,
        "void_if": void or f"{one.platform} annuls the question",
        "edge_cases": " ".join(filter(None, told)),
        "source_named": one.page,
        "resolve_by": one.resolve_by.isoformat() if one.resolve_by else "",
        "registered_at": one.published.isoformat() if one.published else "",
        "cluster": one.cluster,
        "persistence": one.persistence,
    }
    more = (one.bounds, f"Unit: {one.unit}." if one.unit else "")
    cells["edge_cases"] = " ".join(filter(None, (cells["edge_cases"], *more)))
    return cells


def _predictions(one: ForeignQuestion, name: str) -> list[Mapping[str, str]]:
    """What others said of a question, as rows of the table of predictions."""
    found: list[Mapping[str, str]] = []
    for said in one.predictions:
        made = said.made.isoformat()
        cells = {"forecast_id": name, "model_id": said.who, "made_at": made, "data_until": made}
        found.append(cells | {"kind": "p", "value": said.value})
    return found


def _void(fine_print: str) -> tuple[str, str]:
    """Edge cases, and when a question is void as an export writes it; empty where it does not."""
    edges, found, void = f". {fine_print}".rpartition(". Void if: ")
    if not found or not void.endswith("."):
        return fine_print, ""
    edges = edges.removeprefix(". ")
    return edges and f"{edges.rstrip('.')}.", void[:-1]


def _outcome(one: ForeignQuestion, name: str, findings: Findings) -> dict[str, str] | None:
    if not one.resolution:
        return None
    status, value, why = _settled(one)
    if why or one.resolved_on is None:
        what = f"the outcome of question '{one.name}'"
        findings.skip("E903", what, why or "it has no day", 0)
        return None
    on = one.resolved_on.isoformat()
    cells = {"forecast_id": name, "status": status, "value": value}
    cells["resolved_on"] = on if status in ("yes", "no", "value") else ""
    return cells | {
        "recorded_at": on,
        "source": one.platform,
        "source_url_or_ref": one.page,
        "mark": "sourced",
    }


def _settled(one: ForeignQuestion) -> tuple[str, str, str]:
    """The status of an outcome, its value, and why it cannot be carried."""
    kind = one.register.get("kind") or _KINDS.get(one.kind)
    said = one.resolution.casefold()
    if said in _UNANSWERED:
        return _UNANSWERED[said], "", ""
    if kind in ("binary", "conditional"):
        why = "" if said in _ANSWERS else f"'{one.resolution[:60]}' is neither yes nor no"
        return _ANSWERS.get(said, ""), "", why
    if said in ("above_upper_bound", "below_lower_bound"):
        return "", "", "it is said without a number"
    value = one.resolution[:10] if kind == "date" and day(one.resolution) else one.resolution
    return "value", value, ""
