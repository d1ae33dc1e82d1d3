"""The shape of a population: its agents, what each has, and who sees whom."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schelling.case.schema.fields import Bounds, Computed, Expr, Strict, Traced, Unit

MOST_AGENTS = 200_000_000

MOST_REPRESENTATIVES = 4096

REPRESENTATIVES = 256
"""Agents of a mean field that are computed where nothing else is said."""


class PopulationTies(Strict):
    """Who sees whom."""

    network: Literal[
        "random", "small_world", "scale_free", "lattice", "blocks", "table", "contacts"
    ] = Field(description="What kind of ties they are.")
    degree: float | None = Field(
        None,
        gt=0,
        description="How many ties an agent has, on average; of contacts, how many others it meets "
        "in a step.",
        examples=[8],
    )
    rewire: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Of a small world: the share of ties that lead to a random agent.",
        examples=[0.1],
    )
    joins: int | None = Field(
        None,
        ge=1,
        description="Of a scale-free network: how many ties a newcomer makes to those who are "
        "there, each with a chance that grows with the ties they have.",
        examples=[3],
    )
    rows: int | None = Field(
        None, ge=1, description="Of a lattice: how many rows; agents are numbered along them."
    )
    sight: Literal["moore", "von_neumann", "disc"] | None = Field(
        None,
        description="Of a lattice, which cells are near: by the larger of the distances in rows "
        "and columns (`moore`, when left out), by their sum, or by the straight line.",
    )
    radius: int | None = Field(
        None, ge=1, le=20, description="Of a lattice: how far an agent sees; 1 when left out."
    )
    torus: bool | None = Field(
        None,
        description="Of a lattice: whether its edges are joined; true when left out.",
    )
    by: str | None = Field(
        None,
        description="Of blocks and contacts: the division under `groups` that they run along. Its "
        "shares are numbers, and its agents are numbered group after group.",
        examples=["region"],
    )
    within: float | None = Field(
        None,
        ge=0,
        description="Of blocks and contacts: how many ties an agent has in its own group, on "
        "average.",
        examples=[8],
    )
    between: float | None = Field(
        None,
        ge=0,
        description="Of blocks and contacts: how many ties an agent has to all other groups "
        "together, on average; of blocks, on average over all agents.",
        examples=[2],
    )
    table: str | None = Field(
        None,
        description="Of a table: a CSV file beside the case with a row for each tie.",
        examples=["kin.csv"],
    )
    one: str | None = Field(
        None,
        description="Of a table: the column with the number of the agent at one end, from 1.",
        examples=["from"],
    )
    other: str | None = Field(
        None,
        description="Of a table: the column with the number of the agent at the other end.",
        examples=["to"],
    )
    mutual: bool | None = Field(
        None,
        description="Of a table: whether both ends see each other, as when left out; if false, the "
        "agent under `one` sees the agent under `other` and not the other way.",
    )


class Trait(Computed):
    """What an agent has from the start and keeps."""

    value: Expr = Field(
        description="Its value; a distribution is drawn by every agent for itself.",
        examples=["uniform(0, 1)", "bernoulli(share_of_kin)"],
    )
    unit: Unit = ""


class AgentState(Traced):
    """What changes in an agent."""

    one_of: list[str] = Field(
        [],
        description="Names of states, of which the agent is in one; a number or a truth when left "
        "out.",
        examples=[["ignorant", "spreader", "stifler"]],
    )
    start: Expr = Field(
        description="What it is at first; a distribution is drawn by every agent for itself.",
        examples=["normal(predisposition, 0.2)", False],
    )
    next: Expr | None = Field(
        None,
        description="What it is a step later, made of all that stands at the opening of the step; "
        "it stays as it is when left out.",
        examples=["share(active[o] for o in peers) > threshold"],
    )
    within: Bounds | None = Field(None, description="Bounds it is held in, in its unit.")
    unit: Unit = ""


class AgentVariable(Computed):
    """Something computed of every agent, for its rules and for what is counted over agents."""

    value: Expr = Field(
        description="Its value, made of what stands at the opening of the step: of what the agent "
        "has, what it sees of others, and numbers of the world.",
        examples=["hardship * (1 - legitimacy)"],
    )
    unit: Unit | None = Field(
        None, description="Its unit; that of the expression when left out.", examples=["share"]
    )


class Population(Traced):
    """Many agents that follow the same rules."""

    size: int = Field(ge=1, le=MOST_AGENTS, description="How many agents there are.")
    fidelity: Literal["agents", "mean_field"] | None = Field(
        None,
        description="How they are computed: every agent with ties of its own (`agents`, when left "
        "out), or a few representatives who meet all others alike (`mean_field`).",
    )
    representatives: int | None = Field(
        None,
        ge=2,
        le=MOST_REPRESENTATIVES,
        description="Of a mean field: how many agents are computed, a power of two; "
        f"{REPRESENTATIVES} when left out.",
    )
    groups: dict[str, dict[str, Expr]] = Field(
        {},
        description="Into which groups they fall, with the share of each. Every agent is drawn "
        "into one, or belongs to it by its number where ties run along them (`by`). Shares add up "
        "to 1; one of them may be `rest`.",
        examples=[{"media": {"state": 0.6, "mixed": 0.3, "other": "rest"}}],
    )
    ties: dict[str, PopulationTies] = Field(
        {}, description="Who sees whom, by the name of the ties."
    )
    acts: Literal["all", "one", "pair"] = Field(
        "all",
        description="Who acts at a time: `all` agents once a step, on what stands at its opening; "
        "in every turn `one` random agent, or a `pair`, on what the last turn left.",
    )
    turns: int | None = Field(
        None,
        ge=1,
        description="How many turns a step has, where agents act one at a time or in pairs; as "
        "many as there are agents when left out.",
        examples=[100],
    )
    along: str | None = Field(
        None,
        description="Of pairs: the ties along which a random agent meets another; it meets anybody "
        "when left out.",
        examples=["friends"],
    )
    traits: dict[str, Trait] = Field({}, description="What every agent has and keeps.")
    states: dict[str, AgentState] = Field({}, description="What changes in every agent.")
    variables: dict[str, AgentVariable] = Field(
        {}, description="What is computed of every agent, for its rules and for what is counted."
    )
