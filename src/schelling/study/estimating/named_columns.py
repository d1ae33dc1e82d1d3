"""Columns that a model names, which the table has or not."""

from __future__ import annotations

from schelling.case.language.typed.scope import suggest
from schelling.study.estimating.model_text import ModelText, Statement
from schelling.study.estimating.observed_table import Observed


def named_column(model: ModelText, table: Observed, statement: Statement) -> bool:
    """Whether a table has the column that stands on the right of a line; a problem if not.

    Args:
        model: Where problems go.
        table: The table.
        statement: The line.
    """
    if statement.text in table.columns:
        return True
    message = f"the table has no column '{statement.text}'"
    hint = suggest(statement.text, table.columns)
    model.report("E924", message, statement.line, statement.right_span, "", hint)
    return False
