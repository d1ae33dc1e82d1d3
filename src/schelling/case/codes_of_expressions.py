"""Error codes of expressions: names, kinds, units and time: E3.."""

from __future__ import annotations

from schelling.case.code import Code

EXPRESSIONS = (
    Code(
        "E301",
        "Not an expression",
        "The text cannot be read as an expression: an operator or a bracket is missing, or a sign "
        "has no meaning here. The caret stands at the first place that makes no sense.",
        "variables: {fear: kin_abroad 2}",
        "variables: {fear: kin_abroad * 2}",
    ),
    Code(
        "E302",
        "Not part of the language",
        "The text is Python, or a number beyond measure, but not part of this small language: "
        "numbers, names, + - * / **, comparisons, and, or, not, 'a if c else b' and the functions "
        "of the reference. Nothing else is needed to state an argument, and nothing else is ever "
        "run.",
        "variables: {fear: kin_abroad // 2}",
        "variables: {fear: kin_abroad / 2}",
    ),
    Code(
        "E303",
        "Unknown name",
        "The case defines nothing of this name that can stand here. Check the spelling, or define "
        "it as an assumption, a stock, a variable or a phase.",
        "variables: {fear: kin_abrod * 2}",
        "variables: {fear: kin_abroad * 2}",
    ),
    Code(
        "E304",
        "Unknown function",
        "The language has no such function; a case cannot define any. Distributions are no "
        "functions: what is uncertain is an assumption with a prior.",
        "variables: {fear: sigmoid(kin_abroad)}",
        "variables: {fear: logistic(kin_abroad)}",
    ),
    Code(
        "E305",
        "Wrong arguments",
        "A function is given too many or too few arguments, one it does not know, or a value "
        "where it takes the name of a game, an actor or an action.",
        "variables: {fear: clip(kin_abroad)}",
        "variables: {fear: 'clip(kin_abroad, 0, 1)'}",
    ),
    Code(
        "E306",
        "Wrong kind of value in an expression",
        "A number, a truth value, a date and a phase are different things: they are not added, "
        "compared or exchanged for each other. A number is made of a condition by '1 if condition "
        "else 0', a condition of a number by comparing it.",
        "variables: {fear: (phase == war) + 1}",
        "variables: {fear: 1 if phase == war else 0}",
    ),
    Code(
        "E307",
        "Units that do not agree",
        "Values of different units are added, compared or put where another unit is declared. "
        "Either the formula is wrong or a conversion is missing: a rate is per time, a pure "
        "number comes from dividing by an amount of the same unit.",
        "variables: {late: elapsed > 4}",
        "variables: {late: elapsed > 4 weeks}",
    ),
    Code(
        "E308",
        "Definition that needs itself",
        "Variables are computed afresh in each step from values that are already known, so none "
        "can depend on itself, not even through others. What carries over from one step to the "
        "next is a stock.",
        "variables: {fear: 0.5 * arms, arms: 2 * fear}",
        "variables: {fear: 0.5 * arms, arms: 2 * face_cost}",
    ),
    Code(
        "E309",
        "Not known at this time",
        "The value is not known when it is needed: a starting value cannot change over time, a run "
        "cannot look at its own future, and without a 'time' section there are no steps at all. "
        "Functions over time, about games and '| do(...)' stand in claims.",
        "variables: {later: final(support)}",
        "claims: {later: {why: a question, holds: final(support) > 0.5}}",
    ),
    Code(
        "E310",
        "Expression that is too long or too deep",
        "An expression has at most 4,000 characters, 50 brackets and 100 operations inside each "
        "other. Nobody can check a longer one. Give its parts names under 'variables'.",
        "variables:\n  fear: " + "(" * 51 + "1" + ")" * 51,
        "variables:\n  part: 1 + face_cost\n  fear: 2 * part",
    ),
    Code(
        "E311",
        "Unknown unit",
        "A unit is a product of powers of the units in the reference, such as EUR / week or "
        "person ** 0.5. Other things are counted in their own unit or in 'index'.",
        "stocks: {aid: {start: 0, unit: EURO}}",
        "stocks: {aid: {start: 0, unit: EUR}}",
    ),
    Code(
        "E312",
        "Moment outside the time of the case",
        "A date, or a while after the start, lies before the first step or after the last one, or "
        "a window closes before it opens. Nothing is computed there. Change the moment, or the "
        "'time' section.",
        'claims: {early: {why: a question, holds: "at(support, 2021-07-05) > 0.5"}}',
        'claims: {early: {why: a question, holds: "at(support, 2022-07-05) > 0.5"}}',
    ),
    Code(
        "E313",
        "No phases",
        "'phase' is the present phase of the conflict, but the case declares none. List them under "
        "'phases', the first one first.",
        "phases: []\nvariables: {calm: phase == war}",
        "phases: [war, settlement]\nvariables: {calm: phase == settlement}",
    ),
)
