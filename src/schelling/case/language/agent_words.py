"""Words for agents of populations: what their rules can say, and the kinds of networks.

A part of the language's tables, read by the reference page and `schelling explain`. Such words stay
free as names of a case, but for `number`.
"""

from __future__ import annotations

from schelling.case.language.set_words import AboutSets

IN_RULES: dict[str, AboutSets] = {
    "number": AboutSets(
        "number",
        "number",
        "The number of an agent, from 1 to the size of its population.",
        "mean(opinion[o] for o in townspeople if number[o] != number)",
    ),
    "bernoulli": AboutSets(
        "bernoulli(chance)",
        "truth",
        "True with a chance; every agent draws for itself, in `next` anew in each step.",
        "heard or bernoulli(0.1)",
    ),
    "rest": AboutSets(
        "rest",
        "number",
        "As the share of a group: what the shares of the other groups leave.",
        "{state: 0.6, other: rest}",
    ),
}

NETWORKS: dict[str, AboutSets] = {
    "random": AboutSets(
        "{network: random, degree: MEAN}",
        "network",
        "Every pair of agents is tied with the same chance.",
        "{network: random, degree: 10}",
    ),
    "small_world": AboutSets(
        "{network: small_world, degree: EVEN, rewire: SHARE}",
        "network",
        "A ring of near neighbours, of whose ties a share leads anywhere.",
        "{network: small_world, degree: 10, rewire: 0.1}",
    ),
    "scale_free": AboutSets(
        "{network: scale_free, joins: COUNT}",
        "network",
        "Newcomers make ties, rather to those who have many.",
        "{network: scale_free, joins: 3}",
    ),
    "lattice": AboutSets(
        "{network: lattice, rows: COUNT}",
        "network",
        "Cells of a grid that lie near each other.",
        "{network: lattice, rows: 20, sight: von_neumann}",
    ),
}
