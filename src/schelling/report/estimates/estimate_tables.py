"""Estimates as tables of a paper: LaTeX (with the package booktabs) and Markdown.

One column a model, `estimate (standard error)`, covariates below the payoff they belong to.
"""

from __future__ import annotations

import re
from pathlib import Path

from schelling.errors import RunError, printable
from schelling.report.estimates import chain_words, estimate_words
from schelling.report.words.numerals import fixed
from schelling.study.estimating.fitted import Coefficient, Estimation, FitStatus, Fitted

SUFFIXES = (".tex", ".md")
"""Endings of files that tables are written to."""

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_LATEX_MATH = {
    **{"−": "$-$", "∞": r"$\infty$", "–": "--", "<": "$<$", ">": "$>$", "×": r"$\times$"},
    **{up: f"$^{{{one}}}$" for up, one in zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True)},
}


def check(path: Path) -> None:
    """Refuse an ending that no table has.

    Raises:
        RunError: The file has another ending.
    """
    if path.suffix.lower() not in SUFFIXES:
        msg = f"--table writes .tex (LaTeX) or .md (Markdown), not '{path.name}'"
        raise RunError(msg)


def write(estimate: Estimation, path: Path) -> None:
    """Write a table to a file.

    Args:
        estimate: The result.
        path: The file; its ending says in which format.

    Raises:
        RunError: The ending is no format of tables, or the file cannot be written.
    """
    check(path)
    text = latex(estimate) if path.suffix.lower() == ".tex" else markdown(estimate)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        msg = f"the table cannot be written: {error.strerror}: {path}"
        raise RunError(msg) from error


def latex(estimate: Estimation) -> str:
    """A table in LaTeX, for the package booktabs.

    Args:
        estimate: The result.

    Returns:
        A `tabular`, with the numbers of observations and the criteria below.
    """
    fits = _fits(estimate)
    lines = [f"\\begin{{tabular}}{{ll{'r' * len(fits)}}}", "\\toprule"]
    heads = _heads(fits)
    lines += [_latex_row(["payoff", "covariate", *heads]), "\\midrule"]
    lines += [_latex_row(row) for row in _rows(fits)]
    lines += ["\\midrule", *(_latex_row(row) for row in _feet(fits)), "\\bottomrule"]
    lines += ["\\end{tabular}", f"% {_comment(estimate)}"]
    return "\n".join(lines) + "\n"


def markdown(estimate: Estimation) -> str:
    """A table in Markdown.

    Args:
        estimate: The result.

    Returns:
        The table and a line below that says what it shows.
    """
    fits = _fits(estimate)
    heads = _heads(fits)
    rows = [["payoff", "covariate", *heads], ["---", "---", *["---:"] * len(fits)]]
    rows += [[_markdown(cell) for cell in row] for row in (*_rows(fits), *_feet(fits))]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, "", _markdown(_comment(estimate))]) + "\n"


def _heads(fits: list[Fitted]) -> list[str]:
    if len(fits) > 1:
        return [f"({k + 1})" for k in range(len(fits))]
    return ["estimate (s.e.)" if fits[0].posterior is None else "posterior mean (SD)"]


def _fits(estimate: Estimation) -> list[Fitted]:
    return [estimate.fitted, *(() if estimate.rival is None else (estimate.rival,))]


def _rows(fits: list[Fitted]) -> list[list[str]]:
    keys = list(dict.fromkeys((c.equation, c.name) for fit in fits for c in fit.coefficients))
    equations = list(dict.fromkeys(equation for equation, _ in keys))
    found: list[list[str]] = []
    for equation in equations:
        for position, (_, name) in enumerate(key for key in keys if key[0] == equation):
            cells = [_cell(fit, (equation, name)) for fit in fits]
            found.append([equation if position == 0 else "", name, *cells])
    return found


def _cell(fit: Fitted, key: tuple[str, str]) -> str:
    rows = [row for row in fit.coefficients if (row.equation, row.name) == key]
    return _number(rows[0]) if rows else ""


def _number(row: Coefficient) -> str:
    if row.infinite:
        return "∞" if row.estimate > 0 else "−∞"
    estimate, error = (
        estimate_words.scaled(one, row.error, 3) for one in (row.estimate, row.error)
    )
    return f"{estimate} ({error})"


def _feet(fits: list[Fitted]) -> list[list[str]]:
    observations = ["observations", "", *(f"{fit.observations:,.6g}" for fit in fits)]
    if any(fit.posterior is not None for fit in fits):
        return [observations]
    return [
        observations,
        ["log-likelihood", "", *(fixed(fit.log_likelihood, 3) for fit in fits)],
        ["AIC", "", *(fixed(fit.aic, 2) for fit in fits)],
        ["BIC", "", *(fixed(fit.bic, 2) for fit in fits)],
    ]


def _comment(estimate: Estimation) -> str:
    said = [
        f"{estimate_words.form(fit)}, "
        + (
            fit.status.value
            if fit.status is not FitStatus.SOLVED
            else f"standard errors: {estimate_words.errors(fit)}"
            if fit.posterior is None
            else chain_words.priors(fit.posterior)
        )
        for fit in _fits(estimate)
    ]
    marked = [f"({k + 1}) {words}" for k, words in enumerate(said)] if len(said) > 1 else said
    return f"{printable(estimate.fitted.bound.game.name)}: {'; '.join(marked)}."


def _latex_row(cells: list[str]) -> str:
    return " & ".join(_tex(cell) for cell in cells) + r" \\"


def _tex(text: str) -> str:
    return "".join(_LATEX.get(sign, _LATEX_MATH.get(sign, sign)) for sign in printable(text))


def _markdown(text: str) -> str:
    return re.sub(r"([\\|*_`\[\]<>])", r"\\\1", printable(text))
