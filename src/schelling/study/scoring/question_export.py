"""Questions of a register in the formats of other forecasting tools, without scores.

All three shapes hold plain objects with the field names of those tools. What they have no field
for, the void rule and the edge cases, goes into the fine print; what a register does not have, such
as the bounds of a number, stays empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from schelling.case.model import Case, Question
from schelling.case.registers.register_columns import OF_THE_MODEL
from schelling.errors import RunError

_TYPES = {
    "binary": "binary",
    "conditional": "binary",
    "numeric": "numeric",
    "date": "date",
    "ordered": "multiple_choice",
}
NONE = "N/A"


def export(case: Case, shape: str) -> tuple[Any, tuple[str, ...]]:
    """The questions of a case for another tool.

    Args:
        case: The case.
        shape: `forecasting-tools`, `forecastbench` or `metaculus`.

    Returns:
        Data for `json.dumps`, and the names of questions that the format cannot represent.

    Raises:
        RunError: The shape is unknown, or the case has no register.
    """
    if shape not in SHAPES:
        message = f"unknown shape '{shape}'; known: {', '.join(SHAPES)}"
        raise RunError(message)
    questions = [question for question in case.questions if not question.superseded]
    if not questions:
        message = f"case '{case.name}' has no forecast register to export"
        raise RunError(message)
    return SHAPES[shape](case, questions)


def _forecasting_tools(case: Case, questions: list[Question]) -> tuple[Any, tuple[str, ...]]:
    return [_tool_question(case, question) for question in questions], ()


def _tool_question(case: Case, question: Question) -> dict[str, Any]:
    shaped: dict[str, Any] = {
        "question_type": _TYPES[question.kind],
        "question_text": _text(question),
        "id_of_post": None,
        "id_of_question": None,
        "page_url": None,
        "background_info": case.title,
        "resolution_criteria": _criteria(question),
        "fine_print": _fine_print(question),
        "published_time": _time(question.registered_at),
        "open_time": _time(question.opens),
        "close_time": _time(question.closes),
        "scheduled_resolution_time": _time(question.closes),
        "api_json": {
            "id": question.name,
            "case": case.name,
            "register": {
                column: cell
                for column, cell in question.columns.items()
                if cell and column not in OF_THE_MODEL
            },
        },
    }
    if question.kind == "ordered":
        shaped["options"] = list(question.bins)
    if question.kind == "numeric":
        shaped |= {"unit_of_measure": question.unit.written, "lower_bound": None}
        shaped |= {"upper_bound": None, "open_lower_bound": True, "open_upper_bound": True}
    if question.kind == "date":
        shaped |= {"lower_bound": _time(question.opens), "upper_bound": _time(question.closes)}
        shaped |= {"open_lower_bound": False, "open_upper_bound": True}
    return shaped


def _forecastbench(case: Case, questions: list[Question]) -> tuple[Any, tuple[str, ...]]:
    fit = [question for question in questions if _TYPES[question.kind] == "binary"]
    due = min((question.opens for question in fit), default=None)
    shaped = {
        "forecast_due_date": due.isoformat() if due else NONE,
        "question_set": f"{case.name}.json",
        "questions": [_bench_question(case, question) for question in fit],
    }
    return shaped, tuple(question.name for question in questions if question not in fit)


def _bench_question(case: Case, question: Question) -> dict[str, Any]:
    stays = question.persistence
    return {
        "id": question.name,
        "source": f"schelling/{case.name}",
        "source_intro": case.title,
        "question": _text(question),
        "background": _fine_print(question),
        "resolution_criteria": _criteria(question),
        "market_info_open_datetime": NONE,
        "market_info_close_datetime": NONE,
        "market_info_resolution_criteria": NONE,
        "url": NONE,
        "freeze_datetime": _time(question.opens),
        "freeze_datetime_value": NONE if stays is None else f"{float(stays):g}",
        "freeze_datetime_value_explanation": "Probability of yes if nothing changes.",
        "resolution_dates": [question.closes.isoformat()],
    }


def _metaculus(case: Case, questions: list[Question]) -> tuple[Any, tuple[str, ...]]:
    """Posts as Metaculus' own interface gives them, without numbers that the site gives out."""
    return [_post(case, question) for question in questions], ()


def _post(case: Case, question: Question) -> dict[str, Any]:
    tool = _tool_question(case, question)
    inner = {
        "id": question.name,
        "title": tool["question_text"],
        "type": tool["question_type"],
        "status": "upcoming",
        "description": tool["background_info"],
        "resolution_criteria": tool["resolution_criteria"],
        "fine_print": tool["fine_print"],
        "open_time": tool["open_time"],
        "scheduled_close_time": tool["close_time"],
        "scheduled_resolve_time": tool["scheduled_resolution_time"],
        "resolution": None,
        "options": tool.get("options"),
        "unit": tool.get("unit_of_measure", ""),
    }
    published = tool["published_time"]
    return {"id": None, "title": inner["title"], "published_at": published, "question": inner}


SHAPES: dict[str, Callable[[Case, list[Question]], tuple[Any, tuple[str, ...]]]] = {
    "forecasting-tools": _forecasting_tools,
    "forecastbench": _forecastbench,
    "metaculus": _metaculus,
}


def _text(question: Question) -> str:
    antecedent = question.columns.get("antecedent", "")
    return f"{question.question} (If {antecedent}.)" if antecedent else question.question


def _criteria(question: Question) -> str:
    named = question.columns.get("source_named", "")
    settled = f"{question.source_type}: {named}" if named else question.source_type
    return f"{question.yes_if}. Settled by: {settled}."


def _fine_print(question: Question) -> str:
    edges = question.columns.get("edge_cases", "")
    void = f"Void if: {question.void_if}."
    return f"{edges}. {void}" if edges else void


def _time(day: dt.date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00+00:00" if day else None
