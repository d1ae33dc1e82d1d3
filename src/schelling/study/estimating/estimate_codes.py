"""What each error code of an estimation means: one table for `schelling explain`, page and tests.

The examples of E923, E925 and E927 are tables, the others models.
"""

from __future__ import annotations

from schelling.games.files.file_codes import FileCode

_ENTRIES = (
    FileCode(
        "E921",
        "Not a line of a model",
        "A line of a model is NAME = VALUE or NAME ~ FORMULA. On the left stands a payoff such as "
        "attacker.war, scale, log(scale), choice(DECISION), or one of outcome, count, cluster, "
        "link, errors, decision, action, behaviour, prior, offer, answer and pie. What follows # "
        "is a comment.",
        "outcome = end\nattacker.war = much",
        "outcome = end\nattacker.war ~ 1",
    ),
    FileCode(
        "E922",
        "Not a formula",
        "A formula is a sum of columns of the table: 1 + balance + C(region) + a:b. There is an "
        "intercept unless 0 or - 1 takes it out. log, sqrt, exp and abs are known, powers are "
        "written x^2, and a name with other signs stands in backticks.",
        "outcome = end\nattacker.war ~ balance +",
        "outcome = end\nattacker.war ~ 1 + balance",
    ),
    FileCode(
        "E923",
        "Table of observations that cannot be read",
        "A table is CSV text in UTF-8 of bounded size. Its first row names the columns, each once, "
        "and every row has a cell for every column.",
        "end,balance\nwar,0.5,3",
        "end,balance\nwar,0.5",
    ),
    FileCode(
        "E924",
        "Name that the game or the table does not have",
        "A payoff is PLAYER.END, an end is called by its label or by the actions that lead to it, "
        "a decision by its number (1.1), its label, or its player if the player decides once. A "
        "column is one of the table's, and varies if it is a covariate.",
        "outcome = end\nattacker.wra ~ 1",
        "outcome = end\nattacker.war ~ 1",
    ),
    FileCode(
        "E925",
        "Cell that does not fit",
        "A covariate is a number, a decision the label of an action (or 0 and 1, where there are "
        "two), an outcome the name of an end, a count a number of at least 0; and what a row says "
        "of several decisions agrees.",
        "end,balance\npeace,0.5\nstatus quo,0.1\nwar,0.9",
        "end,balance\nwar,0.5\nstatus quo,0.1\nwar,0.9",
    ),
    FileCode(
        "E926",
        "Model that does not fit the game",
        "The probit link is for decisions between two actions, the logit link for any number. "
        "Private information in a tree needs the probit link. A model has at most 300 "
        "coefficients. Offers, answers and pies belong to the game called ultimatum.",
        "outcome = end\nattacker.war ~ 1\nlink = logit\nerrors = private",
        "outcome = end\nattacker.war ~ 1\nlink = probit\nerrors = private",
    ),
    FileCode(
        "E927",
        "Missing cell",
        "A cell that a model needs is empty or says NA. Rows with missing cells are never left out "
        "silently: complete the table, or ask for it with --drop-missing.",
        "end,balance\nwar,NA\nstatus quo,0.1\nwar,0.9",
        "end,balance\nwar,0.5\nstatus quo,0.1\nwar,0.9",
    ),
    FileCode(
        "E928",
        "Model that is not identified",
        "No data could tell these coefficients apart. Only differences of a player's payoffs "
        "decide what it does, in units of its scale: fix one payoff of every player by '= 0', "
        "leave a covariate out of one of its payoffs, and do not estimate the scale beside payoffs "
        "that are all free.",
        "outcome = end\nattacker.war ~ 1\nattacker.status quo ~ 1",
        "outcome = end\nattacker.war ~ 1\nattacker.status quo = 0",
    ),
)

CODES: dict[str, FileCode] = {entry.code: entry for entry in _ENTRIES}
"""By code, in order."""
