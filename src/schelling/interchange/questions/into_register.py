"""Questions of a platform as a case with a register, and with outcomes where there are any."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from schelling.case.registers.register_columns import COLUMNS
from schelling.errors import printable
from schelling.interchange import json_tree
from schelling.interchange.case_text import quoted
from schelling.interchange.foreign import Findings
from schelling.interchange.questions.foreign_question import ForeignQuestion
from schelling.interchange.questions.shapes import questions, shape_of
from schelling.interchange.stockflow.into_case import Imported
from schelling.interchange.stockflow.spelling import Spelling
from schelling.interchange.stockflow.to_case import Named

MOST_QUESTIONS = 5_000
REGISTER, OUTCOMES = "forecasts.csv", "outcomes.csv"

_KINDS = {"binary": "binary", "numeric": "numeric", "discrete": "numeric", "date": "date"}
_SETTLED = re.compile(r"(.*?)\.? Settled by: (.*?)\.?", re.DOTALL)
_VOID = re.compile(r"(?:(.*?)\. )?Void if: (.*?)\.", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_OF_A_MODEL = frozenset(("resolves", "given", "claim_ids", "passage_ids", "reference_class"))
_STATUS = {"yes": "yes", "no": "no", "annulled": "void", "ambiguous": "ambiguous"}


@dataclass(frozen=True)
class ImportedQuestions(Imported):
    """A case and the tables beside it.

    Attributes:
        beside: What stands in each table, by its name.
    """

    beside: Mapping[str, str] = field(default_factory=dict[str, str])


def holds_questions(path: Path) -> bool:
    """Whether a JSON file has the shape of questions; what is wrong with it is said elsewhere.

    Raises:
        CaseError: It is no JSON.
    """
    return bool(shape_of(json_tree.read(path)[0]))


def imported(path: Path, *, lenient: bool = False) -> ImportedQuestions:
    """Read questions and make a case with a register of them.

    Raises:
        CaseError: The file holds no questions, or one of them lacks what a register needs.
    """
    root, findings = json_tree.read(path, lenient=lenient)
    shape = shape_of(root)
    found = list(questions(root, shape, findings)) if shape else []
    if not 1 <= len(found) <= MOST_QUESTIONS and not findings.problems:
        message = f"the file has {len(found):,} questions; 1 to {MOST_QUESTIONS:,} are read"
        findings.refuse("E902", message, 0)
    findings.close()
    spelling = Spelling()
    rows: list[Mapping[str, str]] = []
    outcomes: list[Mapping[str, str]] = []
    names: dict[str, str] = {}
    for one in found:
        name = one.register.get("id", "") or _named(one.name, spelling)
        row = _kept(one, findings) if one.register else _row(one, name, findings)
        if row is None or name in names.values():
            if row is not None:
                findings.skip("E907", f"question '{one.name}'", "it is given twice", 0)
            continue
        names[one.name] = name
        rows.append({"id": name, **row})
        outcome = _outcome(one, name, findings)
        outcomes += [outcome] if outcome else []
    if not rows and not findings.problems:
        findings.refuse("E903", "none of the questions can be carried", 0)
    findings.close()
    beside = {REGISTER: _table(rows)} | ({OUTCOMES: _table(outcomes)} if outcomes else {})
    text = _text(path.stem.replace("_", " "), bool(outcomes))
    return ImportedQuestions(text, tuple(findings.left_out), Named(names, {}), beside)


def _named(name: str, spelling: Spelling) -> str:
    if _NAME.fullmatch(name):
        return name
    return spelling.of(name, name if name[:1].isalpha() else f"q_{name}")


def _kept(one: ForeignQuestion, findings: Findings) -> dict[str, str]:
    """The cells that a question was written from, without those of a model that is not there."""
    odd = [column for column in one.register if column not in COLUMNS or column in _OF_A_MODEL]
    for column in odd:
        what = f"the column '{column}' of question '{one.name}'"
        findings.skip("E903", what, "it belongs to the case that it was written from", 0)
    return {column: cell for column, cell in one.register.items() if column not in odd}


def _row(one: ForeignQuestion, name: str, findings: Findings) -> dict[str, str] | None:
    what = f"question '{one.name}'"
    kind = _KINDS.get(one.kind)
    if kind is None:
        why = f"it is of the kind '{one.kind}', and options without an order are no bins"
        findings.skip("E903", what, why, 0)
        return None
    texts = (("text", one.text), ("criteria", one.criteria))
    lacking = [said for said, value in texts if not value]
    lacking += [f"day it {d}" for d, v in (("opens", one.opens), ("closes", one.closes)) if not v]
    if lacking or one.opens is None or one.closes is None:
        findings.skip("E903", what, f"it has no {' and no '.join(lacking)}", 0)
        return None
    settled = _SETTLED.fullmatch(one.criteria)
    void = _VOID.fullmatch(one.fine_print)
    edges = (void[1] or "") if void else one.fine_print
    told = (edges, f"Background: {one.background}" if one.background else "")
    cells = {
        "id": name,
        "kind": kind,
        "question": one.text,
        "opens": one.opens.isoformat(),
        "closes": one.closes.isoformat(),
        "yes_if": settled[1] if settled else one.criteria,
        "source_type": settled[2] if settled else one.platform,
        "void_if": void[2] if void else f"{one.platform} annuls the question",
        "edge_cases": " ".join(filter(None, told)),
        "source_named": one.page,
        "resolve_by": one.resolve_by.isoformat() if one.resolve_by else "",
        "registered_at": one.published.isoformat() if one.published else "",
        "cluster": one.cluster,
        "persistence": one.persistence,
    }
    if one.unit:
        cells["edge_cases"] = f"{cells['edge_cases']} Unit: {one.unit}.".strip()
    return cells


def _outcome(one: ForeignQuestion, name: str, findings: Findings) -> dict[str, str] | None:
    if not one.resolution or one.register:
        return None
    status = _STATUS.get(one.resolution, "value")
    value = one.resolution if status == "value" else ""
    if _KINDS.get(one.kind) == "date" and value:
        value = value[:10]
    bounds = value in ("above_upper_bound", "below_lower_bound")
    if bounds or one.resolved_on is None:
        why = "it is said without a number" if bounds else "it has no day"
        findings.skip("E903", f"the outcome of question '{one.name}'", why, 0)
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


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    used = [column for column in columns if any(row.get(column) for row in rows)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(used)
    for row in rows:
        cells = (" ".join(printable(row.get(column, "")).split()) for column in used)
        writer.writerow(cells)
    return out.getvalue()


def _text(title: str, outcomes: bool) -> str:
    tables = f"table: {REGISTER}" + (f", outcomes: {OUTCOMES}" if outcomes else "")
    return (
        "# Questions of a forecasting platform. Add a model, and say in the column `resolves` how\n"
        f"# a world answers them.\nschelling: 1\ntitle: {quoted(title)}\nforecasts: {{{tables}}}\n"
    )
