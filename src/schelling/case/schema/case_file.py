"""The shape of a case file: which keys exist and what kind of value each takes.

The pydantic models here are read by the checker and turned into the published JSON Schema. What a
value *means* (names, units, dates, priors) is checked elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schelling.case.schema.fields import Bounds, Computed, Day, Expr, Length, Strict, Traced, Unit
from schelling.case.schema.game_parts import Game
from schelling.case.schema.population_parts import Population
from schelling.case.schema.record_parts import Forecasts, Observation


class Source(Strict):
    """A text the case refers to; the text itself may be absent."""

    file: str | None = Field(None, description="File in the case's folder.")
    sha256: str | None = Field(None, description="SHA-256 digest of the whole file, in hex.")
    title: str = Field("", description="Title of the text.")
    author: str = Field("", description="Who wrote it.")
    dated: Day | None = Field(None, description="Day the text is dated, YYYY-MM-DD.")
    note: str = Field("", description="Anything a reader should know; not used otherwise.")


class Passage(Strict):
    """A stretch of a source by position, in code points, half-open."""

    source: str = Field(description="Name of the source.")
    start: int = Field(ge=0, description="Position of its first code point, counting from 0.")
    end: int = Field(ge=0, description="Position after its last code point.")
    sha256: str | None = Field(None, description="SHA-256 digest of the passage, in hex.")
    says: str = Field("", description="A paraphrase in your own words.")
    scope: Literal["in", "out"] = Field(
        "in", description="`out` for labels and value judgements, which are never modelled."
    )
    why: str = Field("", description="Of a passage out of scope, the reason.")
    drafted: str = Field("", description="By what its paraphrase or scope was drafted.")


class Time(Strict):
    """The grid of steps."""

    start: Day = Field(description="First day, YYYY-MM-DD.")
    until: Day = Field(description="Last day, YYYY-MM-DD; the last step is on or before it.")
    step: Length = Field("1 week", description="Length of a step.")
    substeps: int = Field(
        1, ge=1, le=1000, description="Parts of a step in which stocks flow and hazards act."
    )
    method: Literal["rk4", "euler"] = Field(
        "rk4",
        description="How stocks flow within a substep: `rk4`, the classical rule of Runge and "
        "Kutta, or `euler`, with the rates of its start.",
    )


class SetTable(Strict):
    """A set whose members are the rows of a table."""

    table: str = Field(description="CSV file in the case's folder.", examples=["countries.csv"])
    key: str = Field(description="The column that names the members.", examples=["iso3"])
    units: dict[str, Unit] = Field(
        {},
        description="Units of other columns; each of those with numbers is a value of the members.",
        examples=[{"troops": "person"}],
    )


class PairTable(Strict):
    """Numbers for every pair of members of two sets, or the points of a curve."""

    table: str = Field(
        description="CSV file in the case's folder. Over two sets, members of the first begin its "
        "rows, members of the second its columns; of a curve, every row is a point.",
        examples=["distances.csv"],
    )
    over: list[str] | None = Field(
        None,
        description="The two sets.",
        examples=[["city", "city"]],
        json_schema_extra={"minItems": 2, "maxItems": 2},
    )
    unit: Unit = ""
    curve: list[str] | None = Field(
        None,
        description="In place of `over`: the column in which the points of a curve stand, numbers "
        "or days from first to last, and the column of their heights; for "
        "`interpolate(x, NAME)`.",
        examples=[["week", "price"]],
        json_schema_extra={"minItems": 2, "maxItems": 2},
    )
    units: dict[str, Unit] = Field(
        {}, description="Of a curve: units of its columns.", examples=[{"week": "week"}]
    )


class Assumption(Traced):
    """Something uncertain, with a passage or a reason."""

    prior: Expr = Field(
        description="A distribution, a number, or `0.1 to 0.6` (central 90 %). Of a definition "
        "over a set also a mapping of members and `others` to these.",
        examples=["beta(11, 89)", "0.1 to 0.6", "uniform(0, 1)", "loguniform(0.5, 20)", 0.9],
    )
    per: Literal["member", "world"] = Field(
        "member",
        description="Of a definition over a set: whether each member has a draw of its own, or one "
        "draw of each world is that of all.",
    )
    unit: Unit = ""
    within: Bounds | None = Field(None, description="Bounds the prior is cut to, in its unit.")
    lever: str = Field(
        "",
        description=(
            "The actor who chooses it. Its prior is a `choice` among the options; `schelling "
            "explore` compares them over the same worlds."
        ),
        examples=["nato"],
    )


class Correlation(Strict):
    """Dependence between two assumptions."""

    between: list[str] = Field(
        description="The two assumptions. `garrison[city]` and `fire[city]`: those of the same "
        "member; `garrison[a]` and `garrison[b]` with other letters: every two members.",
        examples=[["reach", "face_cost"], ["garrison[city]", "fire[city]"]],
        json_schema_extra={"minItems": 2, "maxItems": 2},
    )
    rho: float = Field(gt=-1, lt=1, description="Correlation of the underlying normal scores.")
    why: str = Field("", description="The reason, in a sentence.")


class Stock(Traced):
    """Something that accumulates over time."""

    start: Expr = Field(description="Value at the first step; may use assumptions.")
    change: Expr = Field(
        "0",
        description="Rate of change: its unit is that of the stock per time.",
        examples=["rate * (1 - support)", "deliveries - losses / 1 month"],
    )
    within: Bounds | None = Field(None, description="Bounds the stock is held in, in its unit.")
    unit: Unit = ""


class Variable(Computed):
    """Something computed anew in each step from values known at that step."""

    value: Expr = Field(description="Its value, as an expression of what is known at that step.")
    unit: Unit | None = Field(
        None, description="Its unit; that of the expression when left out.", examples=["share"]
    )


class Unknown(Traced):
    """A number that solves an equation, or at which something is largest or smallest."""

    between: list[Expr] = Field(
        description="The interval it is looked for in: two expressions; both ends belong to it.",
        examples=[[0, 1], ["0 EUR", "budget"]],
        json_schema_extra={"minItems": 2, "maxItems": 2},
    )
    where: Expr | None = Field(
        None,
        description="An equation in which it stands.",
        examples=["normal_cdf((cutoff - prior) / noise) == cost"],
    )
    maximizes: Expr | None = Field(
        None,
        description="In place of `where`: what it makes largest.",
        examples=["effort * prize - effort ** 2"],
    )
    minimizes: Expr | None = Field(
        None, description="In place of `where`: what it makes smallest.", examples=["(x - y) ** 2"]
    )
    takes_as_given: Expr | None = Field(
        None,
        description="Of what maximizes or minimizes, another unknown that does not answer the "
        "numbers that are tried. What is maximized foresees all other unknowns.",
        examples=["expected", "effort[previous(firm)]"],
    )
    choose: str | None = Field(
        None,
        description="Which of several: `only` (a world with several fails), `lowest`, `highest` or "
        "`nearest to` an expression; of what maximizes or minimizes, `lowest` or `highest`. "
        "`only`, or `lowest` of what maximizes or minimizes, when left out.",
        examples=["only", "lowest", "highest", "nearest to 0.5"],
    )
    cells: int = Field(
        32,
        ge=2,
        le=4096,
        description="Into how many parts of equal width the interval is divided to look for it; "
        "two solutions in the same part are missed.",
    )
    unit: Unit | None = Field(
        None, description="Its unit; that of `between` when left out.", examples=["share"]
    )


class Event(Traced):
    """Something that happens by chance (`hazard`) or on days (`on`, `every`)."""

    hazard: Expr | None = Field(
        None,
        description="Hazard rate, per unit of time; integrated over each substep.",
        examples=["0.02 / week", "0.1 * fear / month"],
    )
    on: Day | None = Field(
        None, description="Day it happens, or happens for the first time, YYYY-MM-DD."
    )
    every: Length | None = Field(
        None,
        description="Regularly from the day under `on`: whole months and years by the calendar, "
        "anything else as a length of time. Several times in one step are counted.",
        examples=["1 year", "3 months", "10 days"],
    )
    while_: Expr | None = Field(
        None, alias="while", description="Condition for it to happen.", examples=["phase == war"]
    )
    once: bool = Field(False, description="Whether it can happen only once.")
    effects: dict[str, Expr] = Field(
        {},
        description="New values of stocks, and new states: of the `phase`, of a state machine. In"
        " their order, each on what those before it left.",
        examples=[{"phase": "settlement", "support": "support + 0.05"}],
    )


class Actor(Strict):
    """Somebody who chooses."""

    name: str = Field("", description="The name as shown; the key when left out.")
    says: str = Field("", description="Who this is, in your own words.")
    wants: list[str] = Field(
        [],
        description=(
            "Claims that the actor wants to hold; `schelling explore` compares options by them."
        ),
        examples=[["no_treaty"]],
    )


class Claim(Traced):
    """Something the argument says, true or false in each world, with a passage or a reason."""

    holds: Expr = Field(
        description="The claim as an expression.",
        examples=["always(phase != settlement)", "dominates(provocation, russia, strike, hold)"],
    )
    given: Expr | None = Field(
        None,
        description="A condition about the whole run. The claim is asked only in the worlds in "
        "which it holds: those of the actual run, also where `holds` has a `do(...)`.",
        examples=["eventually(phase == war)"],
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: Any) -> Any:
        return {"holds": data} if isinstance(data, str | int | float) else data


class Premise(Traced):
    """Something that the argument takes as given; verdicts are also told of where it holds."""

    grants: Expr = Field(
        description="The condition that is granted, true or false of a whole world.",
        examples=["war_value > 0.5", "eventually(phase == wider_war)"],
    )


Changes = Annotated[
    dict[str, Any],
    Field(description="What changes in the section of the same name, key by key."),
]


class Rival(Traced, BaseModel):
    """Another argument about the same events, written as changes to the case.

    Its keys replace those of the case; everything else stays as it is. Each changed definition
    needs a passage or a reason of its own.
    """

    file: str | None = Field(
        None, description="YAML file in the case's folder that holds the rest of these keys."
    )
    title: str = Field("", description="What the rival is called.")
    extends: str | None = Field(None, description="Another rival that it builds on.")
    restates: bool = Field(
        default=False,
        description="Whether it is the argument of the case, computed in another way.",
    )
    remove: list[str] = Field(
        [],
        description="What it leaves out, as paths.",
        examples=[["events.clash", "games.provocation.tree.russia.hold"]],
    )
    sources: Changes = {}
    passages: Changes = {}
    phases: list[str] | None = Field(None, description="Its phases, in place of the case's.")
    states: Changes = {}
    assumptions: Changes = {}
    correlations: list[Any] = Field([], description="Further correlations.")
    stocks: Changes = {}
    variables: Changes = {}
    unknowns: Changes = {}
    populations: Changes = {}
    events: Changes = {}
    actors: Changes = {}
    games: Changes = {}
    claims: Changes = {}
    premises: Changes = {}
    observations: Changes = {}


class CaseFile(Strict, BaseModel):
    """A strategic argument as a case."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Schelling case, version 1")

    schelling: Literal[1] = Field(description="Version of the case language.")
    title: str = Field(description="What the case is called.")
    about: str = Field("", description="What the argument is, in a paragraph.")
    sources: dict[str, Source] = Field({}, description="The texts the argument comes from.")
    passages: dict[str, Passage] = Field({}, description="Stretches of the sources, by position.")
    time: Time | None = Field(None, description="First day, last day and step of every run.")
    sets: dict[str, list[str] | SetTable] = Field(
        {},
        description="Lists of members, in order, over which things can be defined.",
        examples=[{"city": ["mariupol", "kharkiv", "kyiv"]}],
    )
    tables: dict[str, PairTable] = Field({}, description="Numbers over two sets, and curves.")
    assumptions: dict[str, Assumption] = Field(
        {}, description="What is uncertain: drawn once for every world."
    )
    correlations: list[Correlation] = Field([], description="Dependence between assumptions.")
    stocks: dict[str, Stock] = Field({}, description="What accumulates from step to step.")
    variables: dict[str, Variable] = Field({}, description="What is computed anew in each step.")
    unknowns: dict[str, Unknown] = Field(
        {}, description="What solves an equation, or makes something largest or smallest."
    )
    populations: dict[str, Population] = Field(
        {}, description="Many agents, each with traits and states of its own, and their ties."
    )
    events: dict[str, Event] = Field({}, description="What happens by chance or on a day.")
    phases: list[str] = Field(
        [],
        description="The states the conflict can be in; it starts in the first.",
        examples=[["war", "wider_war", "settlement"]],
    )
    states: dict[str, list[str]] = Field(
        {},
        description="State machines beside the phases: what is in one of several states, and which "
        "these are; it starts in the first.",
        examples=[{"alliance": ["calm", "alert"], "embargo": ["none", "partial", "full"]}],
    )
    actors: dict[str, Actor | None] = Field({}, description="Who chooses.")
    games: dict[str, Game] = Field({}, description="Who chooses what, and what it is worth.")
    claims: dict[str, Claim] = Field({}, description="What the argument says.")
    premises: dict[str, Premise] = Field(
        {}, description="What the argument takes as given and does not argue for."
    )
    forecasts: Forecasts | None = Field(None, description="The register of dated questions.")
    observations: dict[str, Observation] = Field(
        {}, description="What was recorded of the model's quantities; evidence for `schelling fit`."
    )
    rivals: dict[str, Rival] = Field({}, description="Other arguments about the same events.")


NAMED = ("assumptions", "stocks", "variables", "unknowns", "events", "actors", "games", "claims")
"""Sections whose keys are names that expressions can use."""
