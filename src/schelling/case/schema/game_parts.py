"""The shape of the games of a case file: trees, tables, states, and how they are solved."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schelling.case.schema.fields import (
    Actors,
    Day,
    EachExpr,
    Expr,
    Length,
    Passages,
    Strict,
    Traced,
)


class Played(Strict):
    """When a game is played."""

    every: Length | None = Field(
        None,
        description="Regularly: a whole number of steps apart; from a day under `on` at any "
        "distance, whole months and years by the calendar. Or an assumption, or an expression of "
        "some: at the step at or after each multiple of it.",
    )
    on: Day | None = Field(None, description="On a day, YYYY-MM-DD; with `every`, the first.")
    while_: Expr | None = Field(
        None, alias="while", description="Condition to be played.", examples=["phase == war"]
    )


class Solve(Strict):
    """How a game is solved."""

    as_: Literal["quantal", "spe", "nash"] = Field(
        "quantal",
        alias="as",
        description=(
            "`quantal`: logit quantal response, the principal branch; `spe`: subgame perfect, for "
            "trees; `nash`: for tables of two actors. Of equally good actions, and of several "
            "equilibria, the first listed."
        ),
    )
    precision: EachExpr | None = Field(
        None,
        description="Precision (lambda) of `quantal`: at 0 every action is equally likely. One for "
        "all, or one for each actor who moves.",
        examples=["precision", 4, {"russia": 3, "nato": 5}],
    )


Worth = Annotated[
    str,
    Field(
        description=(
            "A game that follows, or a place or a state in one: everybody receives what it is "
            "worth there, beside the payoffs."
        ),
        examples=["bargaining", "bargaining.demand", "rivalry.crisis"],
    ),
]


class Branch(BaseModel):
    """What an action leads to: an end, or the next actor's choice under that actor's name."""

    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, dict[str, Branch | None]]  # pyright: ignore

    payoffs: dict[str, Expr] = Field(
        {},
        description="What it is worth to each actor; payoffs along a path add up.",
        examples=[{"russia": 0.3, "nato": "-face_cost"}],
    )
    worth: Worth = ""
    effects: dict[str, Expr] = Field(
        {},
        description="New values of stocks, and new states, once the action is taken. In their"
        " order, each on what those before it left.",
        examples=[{"phase": "wider_war"}],
    )
    probability: Expr | None = Field(None, description="Under `chance` only.", examples=[0.3])
    hidden: Actors = Field(
        [],
        description="Later movers who do not see that this action, and not another that is hidden "
        "from them too, has been taken.",
        examples=["nato", ["nato", "ukraine"]],
    )
    says: str = Field("", description="What it means, in your own words.")
    from_: Passages = []
    why: str = Field("", description="The reason, in a sentence.")


BRANCH_KEYS = tuple(field.alias or name for name, field in Branch.model_fields.items())

Tree = dict[str, dict[str, Branch | None]]


class Cell(BaseModel):
    """What the actions chosen together lead to: payoffs, or the next actor's actions."""

    model_config = ConfigDict(extra="allow", strict=True)
    __pydantic_extra__: dict[str, Cell | None]  # pyright: ignore

    payoffs: dict[str, Expr] = Field(
        {}, description="What it is worth to each actor.", examples=[{"russia": -3, "nato": -3}]
    )
    worth: Worth = ""
    effects: dict[str, Expr] = Field(
        {},
        description="New values of stocks, and new states, once the actions are taken. In their"
        " order, each on what those before it left.",
        examples=[{"phase": "wider_war"}],
    )
    next: dict[str, Expr] = Field(
        {},
        description=(
            "Under `states` only: probabilities of the next state; the present state takes the "
            "rest, unless it is named too."
        ),
        examples=[{"crisis": 0.3}],
    )
    says: str = Field("", description="What it means, in your own words.")
    from_: Passages = []
    why: str = Field("", description="The reason, in a sentence.")


CELL_KEYS = tuple(field.alias or name for name, field in Cell.model_fields.items())
ENDS = BRANCH_KEYS, CELL_KEYS
"""What is said of an action, in a tree and in a table; other keys are moves that follow."""


class Matrix(Strict):
    """A table: everybody chooses without seeing what the others do."""

    moves: dict[str, list[str]] = Field(
        description="The actions of each actor, the actor of the rows first.",
        examples=[{"russia": ["swerve", "straight"], "nato": ["swerve", "straight"]}],
    )
    cells: dict[str, Cell | None] = Field(
        description="Under each action of the first actor those of the second, and so on."
    )


class Game(Traced):
    """A game, played during the run or examined by claims: a `tree`, a `matrix`, or `states`."""

    played: Played | None = Field(None, description="When; never, when left out.")
    solved: Played | None = Field(
        None,
        description="Of `states`: at which steps it is solved with the numbers of then, beside the "
        "first; its payoffs can then read all that moves. Before the run, when left out.",
        examples=[{"every": "13 weeks"}],
    )
    solve: Solve
    types: dict[str, dict[str, Expr]] = Field(
        {},
        description=(
            "For actors with private information in a `tree` or a `matrix`, the types with their "
            "probabilities, "
            "which must add up to 1. Each knows its own. Payoffs, effects and chances read them as "
            "`type(actor) == name`; probabilities read those of the actors above."
        ),
        examples=[{"challenger": {"hard": "p_hard", "soft": "1 - p_hard"}}],
    )
    tree: Tree | None = Field(
        None, description="One actor (or `chance`) and what each action leads to."
    )
    matrix: Matrix | None = Field(None, description="Actions chosen at the same time.")
    states: dict[str, Matrix] | None = Field(
        None,
        description=(
            "A stochastic game: a table for each state, with probabilities of the next state. "
            "Solved over infinitely many periods, once in every world unless `solved` says more."
        ),
    )
    discount: Expr | None = Field(
        None,
        description="Of `states`: the weight of the next period's payoffs in this one.",
        examples=[0.9],
    )
