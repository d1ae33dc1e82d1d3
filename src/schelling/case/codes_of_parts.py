"""Error codes of the parts of a case, from priors to the register: E4.. to E6.."""

from __future__ import annotations

from schelling.case.code import Code

_LETTER = "passages:\n  P1.S2:\n    source: letter\n    start: 0\n    end: 32\n    sha256: "
_DIGEST = "5e7ef92ba93f2ee514adff608de88a9b3454d9738a78d94fc08c7519df624ef9"

PARTS = (
    Code(
        "E401",
        "Impossible parameters",
        "No distribution has these parameters: a spread must be positive, a lower bound below the "
        "upper one, and their number must be right. The reference lists what each distribution "
        "needs.",
        'assumptions: {will: {prior: "beta(-1, 5)", why: a guess}}',
        'assumptions: {will: {prior: "beta(1, 5)", why: a guess}}',
    ),
    Code(
        "E402",
        "Not a prior",
        "A prior is a distribution of the reference, a number taken as certain, or an interval 'a "
        "to b' that holds the central 90 %. It is made of numbers: units stand under 'unit', and "
        "what depends on other assumptions is a variable.",
        "assumptions: {wait: {prior: 2 to 4 weeks, why: a guess}}",
        "assumptions: {wait: {prior: 2 to 4, unit: weeks, why: a guess}}",
    ),
    Code(
        "E403",
        "Impossible bounds",
        "'within' takes two numbers, the lower one first, and something must lie between them: "
        "part of the prior, or the value a stock starts at.",
        "assumptions: {will: {prior: 0.1 to 0.6, within: [1, 0], why: a guess}}",
        "assumptions: {will: {prior: 0.1 to 0.6, within: [0, 1], why: a guess}}",
    ),
    Code(
        "E404",
        "Correlation that cannot be",
        "A correlation is between two different assumptions of the case, each pair once, among at "
        "most 200 assumptions.",
        "correlations: [{between: [face_cost, will], rho: 0.5}]",
        "correlations: [{between: [face_cost, kin_abroad], rho: 0.5}]",
    ),
    Code(
        "E405",
        "Correlations that exclude each other",
        "If a goes with b and b with c, then a cannot go strongly against c: the matrix of the "
        "correlations must be positive definite. Weaken or remove one of them.",
        "correlations:\n"
        "  - {between: [face_cost, kin_abroad], rho: 0.9}\n"
        "  - {between: [kin_abroad, budget], rho: 0.9}\n"
        "  - {between: [face_cost, budget], rho: -0.9}",
        "correlations:\n"
        "  - {between: [face_cost, kin_abroad], rho: 0.9}\n"
        "  - {between: [kin_abroad, budget], rho: 0.9}\n"
        "  - {between: [face_cost, budget], rho: 0.8}",
    ),
    Code(
        "E406",
        "Effect on what cannot be changed",
        "Events and actions change stocks and the phase. Assumptions are the same throughout a "
        "world, and variables follow from the rest. The phase becomes one of the phases of the "
        "case.",
        "events: {treaty: {hazard: 0.1 / week, effects: {face_cost: 0}}}",
        "events: {treaty: {hazard: 0.1 / week, effects: {phase: settlement}}}",
    ),
    Code(
        "E407",
        "Game that cannot be played",
        "A move belongs to one actor of the case or to chance; every actor that moves needs a "
        "payoff at every end; chance needs probabilities that add up to 1; effects need a game "
        "that is played. A tree has at most 2,000 ends.",
        "games:\n  treaty:\n    solve: {precision: 2}\n"
        "    tree:\n      russia:\n        sign: {payoffs: {russia: 1}}\n        wait: {}",
        "games:\n  treaty:\n    solve: {precision: 2}\n"
        "    tree:\n      russia:\n        sign: {payoffs: {russia: 1}}\n"
        "        wait: {payoffs: {russia: 0}}",
    ),
    Code(
        "E408",
        "Date or length of time that cannot be",
        "Dates are written YYYY-MM-DD and stand in the calendar, lengths of time are positive, "
        "such as 10 days; the case starts before it ends and has at most 20,000 steps; games are "
        "played at steps.",
        "time: {start: 2022-02-30}",
        "time: {start: 2022-02-28}",
    ),
    Code(
        "E409",
        "Claim that is not true or false",
        "A claim holds in a world or does not. Compare its number with something.",
        "claims: {lasts: {why: a question, holds: mean(support)}}",
        "claims: {lasts: {why: a question, holds: mean(support) > 0.5}}",
    ),
    Code(
        "E410",
        "Claim about a single step",
        "The claim is true at some steps and false at others, so it says nothing about a whole "
        "world. Say whether it holds always, eventually, at the end, on a day or on average.",
        "claims: {lasts: {why: a question, holds: support > 0.5}}",
        "claims: {lasts: {why: a question, holds: always(support > 0.5)}}",
    ),
    Code(
        "E411",
        "Event without cause or effect",
        "An event happens by chance, with a 'hazard', or on a day, with 'on'; not both. And it "
        "changes something.",
        "events: {treaty: {effects: {phase: settlement}}}",
        "events: {treaty: {on: 2022-07-05, effects: {phase: settlement}}}",
    ),
    Code(
        "E412",
        "Intervention that cannot be made",
        "do(...) holds assumptions, stocks, variables or the phase at values, each once, and does "
        "not stand inside another do(...).",
        'claims: {calm: {why: a question, holds: "mean(support | do(russia = 0)) > 0.5"}}',
        'claims: {calm: {why: a question, holds: "mean(support | do(face_cost = 0)) > 0.5"}}',
    ),
    Code(
        "E413",
        "Table that is not complete",
        "A table names each actor's actions under 'moves', two actors at least, and has a cell for "
        "every combination of them: under each action of the first actor those of the second, and "
        "so on. Payoffs and effects stand where everybody has chosen. At most 256 cells.",
        "games:\n  brink:\n    solve: {precision: 2}\n    matrix:\n"
        "      moves: {russia: [yield_, stand], nato: [stand]}\n"
        "      cells:\n        yield_: {stand: {payoffs: {russia: 0, nato: 1}}}",
        "games:\n  brink:\n    solve: {precision: 2}\n    matrix:\n"
        "      moves: {russia: [yield_, stand], nato: [stand]}\n"
        "      cells:\n        yield_: {stand: {payoffs: {russia: 0, nato: 1}}}\n"
        "        stand: {stand: {payoffs: {russia: -3, nato: -3}}}",
    ),
    Code(
        "E414",
        "Way of solving that does not fit the game",
        "Every game can be solved as quantal response, which needs a precision. 'spe' is for "
        "trees, 'nash' for tables of two actors with at most five actions each; both let "
        "everybody take what is best, so they have no precision. A game is either a tree or a "
        "table.",
        "games:\n  treaty:\n    solve: {as: nash}\n"
        "    tree: {russia: {sign: {payoffs: {russia: 1}}, wait: {payoffs: {russia: 0}}}}",
        "games:\n  treaty:\n    solve: {as: spe}\n"
        "    tree: {russia: {sign: {payoffs: {russia: 1}}, wait: {payoffs: {russia: 0}}}}",
    ),
    Code(
        "E415",
        "Lever that nobody can pull",
        "An assumption with a 'lever' is the choice of an actor of the case. Its prior is a "
        "'choice' of at least two values, the options, and it is correlated with nothing.",
        "assumptions: {arms: {prior: 0 to 1, lever: nato, why: an option}}",
        'assumptions: {arms: {prior: "choice(0, 1)", lever: nato, why: an option}}',
    ),
    Code(
        "E416",
        "Game with states that cannot be solved",
        "Each state has a table of its own and each cell chances of the 'next' state, which add up "
        "to 1; where the present state is not named it takes what is left. The discount is at "
        "least 0 and below 1. Such a game is solved once in every world, so it is not played and "
        "has no effects, and what stands in it does not change over time. At most 50 states.",
        "games:\n  rivalry:\n    solve: {precision: 2}\n    discount: 1\n    states:\n"
        "      calm:\n        moves: {nato: [wait, arm]}\n        cells:\n"
        "          wait: {payoffs: {nato: 1}}\n"
        "          arm: {payoffs: {nato: 2}, next: {crisis: 0.5}}\n"
        "      crisis: {moves: {nato: [wait]}, cells: {wait: {payoffs: {nato: 0}}}}",
        "games:\n  rivalry:\n    solve: {precision: 2}\n    discount: 0.9\n    states:\n"
        "      calm:\n        moves: {nato: [wait, arm]}\n        cells:\n"
        "          wait: {payoffs: {nato: 1}}\n"
        "          arm: {payoffs: {nato: 2}, next: {crisis: 0.5}}\n"
        "      crisis: {moves: {nato: [wait]}, cells: {wait: {payoffs: {nato: 0}}}}",
    ),
    Code(
        "E501",
        "Neither passage nor reason",
        "Every assumption and every claim says where it comes from: a passage of a source under "
        "'from', or a reason under 'why'. A number that nobody can trace convinces nobody.",
        "assumptions: {will: {prior: 0.1 to 0.6}}",
        "assumptions: {will: {prior: 0.1 to 0.6, why: two polls}}",
    ),
    Code(
        "E502",
        "Unknown passage",
        "'from' names a passage that the case does not list under 'passages'.",
        "assumptions: {will: {prior: 0.1 to 0.6, from: P9.S9}}",
        "assumptions: {will: {prior: 0.1 to 0.6, from: P1.S1}}",
    ),
    Code(
        "E503",
        "Source that cannot be",
        "A passage names a source that is not listed under 'sources', or the digest of a source "
        "is not a SHA-256 digest of 64 hexadecimal digits.",
        "passages: {P1.S2: {source: leter, start: 0, end: 10}}",
        "passages: {P1.S2: {source: letter, start: 0, end: 10}}",
    ),
    Code(
        "E504",
        "Another text than the case was written for",
        "The digest of the file is not the one the case gives, so the positions of the passages "
        "may point at other words. Find the right edition, or review every passage and write the "
        "new digest.",
        f"sources:\n  letter:\n    sha256: {'ab' * 32}",
        "sources:\n  letter:\n"
        "    sha256: 5a9b2e9789a8f4aa9e19a448c6c1c6a9ef8d08f7daad31b84ef474ed7c9e6d46",
    ),
    Code(
        "E505",
        "Passage that is not what it was",
        "The text at the position of the passage has another digest than the case gives, or the "
        "digest is not one. The passage is orphaned; it is not searched for elsewhere. Correct "
        "the position.",
        _LETTER + "ab" * 32,
        _LETTER + _DIGEST,
    ),
    Code(
        "E506",
        "Passage beyond its source",
        "Positions are code points from 0, half-open: the passage starts before it ends, and ends "
        "within the source.",
        "passages: {P1.S2: {source: letter, start: 58, end: 900}}",
        "passages: {P1.S2: {source: letter, start: 58, end: 94}}",
    ),
    Code(
        "E601",
        "Table that cannot be read",
        "The register, or a table beside it, is not there, is too large or is not text. The name "
        "is relative to the folder of the case.",
        "forecasts: {table: forecast.csv}",
        "forecasts: {table: forecasts.csv}",
    ),
    Code(
        "E602",
        "Not such a table",
        "The table is not CSV, lacks a column, has one nobody reads, or a row has too many or too "
        "few cells. Cells with commas, quotes or line breaks stand in double quotes.",
        "colour: red",
        "note: red",
    ),
    Code(
        "E603",
        "Question without criterion",
        "A forecast that does not say what counts as yes can be bent after the fact. Say under "
        "'yes_if' what must be observed, or how the number is read.",
        "yes_if:",
        "yes_if: the council announces the surrender",
    ),
    Code(
        "E604",
        "Question without source",
        "Under 'source_type' stands whose record decides, before anybody knows what it says.",
        "source_type:",
        "source_type: the daily maps of one named institute",
    ),
    Code(
        "E605",
        "Question without void rule",
        "Under 'void_if' stands when the question is neither yes nor no, such as a source that "
        "stops appearing; 'never' if there is no such case.",
        "void_if:",
        "void_if: the institute stops its maps",
    ),
    Code(
        "E606",
        "Window that closes before it opens",
        "The question closes before the day it opens, so nothing can ever answer it.",
        "opens: 2022-06-30\ncloses: 2022-03-20",
        "opens: 2022-03-20\ncloses: 2022-06-30",
    ),
    Code(
        "E607",
        "Date missing or wrong in a question",
        "The window of a question has two days of the calendar, written YYYY-MM-DD; so have the "
        "other columns of days, where they are filled in.",
        "closes: next summer",
        "closes: 2022-08-31",
    ),
    Code(
        "E608",
        "Question asked twice",
        "Two rows have the same id. Scores and outcomes are kept by id, so each has its own.",
        "id: F00",
        "id: F02",
    ),
    Code(
        "E609",
        "Unknown passage in a question",
        "'passage_ids' names a passage that the case does not list. Several are separated by "
        "semicolons or spaces.",
        "passage_ids: P1.S1; P9.S9",
        "passage_ids: P1.S1",
    ),
    Code(
        "E610",
        "Unknown kind of question",
        "A question is binary, ordered, numeric, date or conditional; a conditional one says under "
        "'antecedent' on what it depends.",
        "kind: maybe",
        "kind: binary",
    ),
    Code(
        "E611",
        "Unknown claim in a question",
        "'claim_ids' names a claim that the case does not make.",
        "claim_ids: it_last",
        "claim_ids: it_lasts",
    ),
    Code(
        "E612",
        "Impossible numbers of the author",
        "What the author said in numbers is a probability from 0 to 1 (of a numeric question, a "
        "number), and the lower one is not above the higher one.",
        "author_low: 70 %",
        "author_low: 0.7",
    ),
)
