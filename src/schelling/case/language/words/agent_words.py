"""Words for agents of populations: what their rules can say, and the kinds of networks.

A part of the language's tables, read by the reference page and `schelling explain`. Such words stay
free as names of a case, but for `number`, and for `met` and `my_turn` where agents act in pairs.
"""

from __future__ import annotations

from typing import NamedTuple

NUMBER = "number"
"""What every agent has beside its traits and states: its own number, from 1."""


MET = "met"
"""What stands for whom an agent meets, where agents act in pairs."""

MY_TURN = "my_turn"
"""Whether an agent was drawn itself or is met, where agents act in pairs."""


class AgentWord(NamedTuple):
    """A word for agents of populations.

    Attributes:
        form: How it is written.
        doc: One line.
        example: An expression, or a piece of a case, that uses it.
    """

    form: str
    doc: str
    example: str


WORDS: dict[str, AgentWord] = {
    NUMBER: AgentWord(
        NUMBER,
        "The number of an agent, from 1 to the size of its population.",
        "mean(opinion[o] for o in townspeople if number[o] != number)",
    ),
    MET: AgentWord(
        f"TRAIT[{MET}]",
        "Where agents act in pairs: what the agent has that one meets.",
        "opinion + 0.5 * (opinion[met] - opinion)",
    ),
    MY_TURN: AgentWord(
        MY_TURN,
        "Where agents act in pairs: true for the one who was drawn, false for whom it meets.",
        "opinion[met] if my_turn else opinion",
    ),
    "bernoulli": AgentWord(
        "bernoulli(chance)",
        "True with a chance; every agent draws for itself, in `next` anew whenever it acts.",
        "heard or bernoulli(0.1)",
    ),
    "rest": AgentWord(
        "rest",
        "As the share of a group: what the shares of the other groups leave.",
        "{state: 0.6, other: rest}",
    ),
}

NETWORKS: dict[str, AgentWord] = {
    "random": AgentWord(
        "{network: random, degree: MEAN}",
        "Every pair of agents is tied with the same chance.",
        "{network: random, degree: 10}",
    ),
    "small_world": AgentWord(
        "{network: small_world, degree: EVEN, rewire: SHARE}",
        "A ring of near neighbours, of whose ties a share leads anywhere.",
        "{network: small_world, degree: 10, rewire: 0.1}",
    ),
    "scale_free": AgentWord(
        "{network: scale_free, joins: COUNT}",
        "Newcomers make ties, rather to those who have many.",
        "{network: scale_free, joins: 3}",
    ),
    "lattice": AgentWord(
        "{network: lattice, rows: COUNT}",
        "Cells of a grid that lie near each other.",
        "{network: lattice, rows: 20, sight: von_neumann}",
    ),
    "blocks": AgentWord(
        "{network: blocks, by: GROUPS, within: MEAN, between: MEAN}",
        "Pairs are tied with one chance within a group and another between groups.",
        "{network: blocks, by: region, within: 8, between: 2}",
    ),
    "contacts": AgentWord(
        "{network: contacts, degree: MEAN}",
        "Random others, all different, whom an agent meets anew each time it acts; it sees them, "
        "and they need not see it.",
        "{network: contacts, degree: 4}",
    ),
    "table": AgentWord(
        "{network: table, table: FILE, one: COLUMN, other: COLUMN}",
        "Ties that somebody observed, a row of a CSV file for each.",
        "{network: table, table: kin.csv, one: from, other: to}",
    ),
}
