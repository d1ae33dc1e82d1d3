"""The reference pages of the case format and of the error codes, made from the language's tables.

`PYTHONPATH=docs .venv/bin/python -m tooling.reference` writes them and the JSON Schema into
`docs/reference/`; `tests/case/schema/test_reference.py` holds them to what `pages` returns. What a
word means stands in the tables of the language.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schelling.case import clock
from schelling.case.file import disk, yaml_tree
from schelling.case.language.parsing import parser
from schelling.case.language.typed import units
from schelling.case.language.words.agent_words import NETWORKS, WORDS
from schelling.case.language.words.error_words import ERROR_MODELS
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.set_words import ABOUT_MEMBERS, REDUCTIONS
from schelling.case.language.words.vocabulary import (
    FUNCTIONS,
    KEYWORDS,
    RESERVED,
    Function,
    Purpose,
)
from schelling.case.registers import register
from schelling.case.schema import keys, structure
from schelling.case.schema.json_schema import json_schema
from schelling.case.sections.about_games import tables, trees
from tooling import register_tables
from tooling.error_page import errors
from tooling.markdown import page, table

FOLDER = Path(__file__).parents[1] / "reference"
EXAMPLE = Path(__file__).with_name("example.yaml").read_text(encoding="utf-8")


def pages() -> dict[str, str]:
    """Every page that is made, by its name in `docs/reference/`."""
    schema = json.dumps(json_schema(), indent=2, ensure_ascii=False)
    return {
        "case-format.md": case_format(),
        "errors.md": errors(),
        "case.schema.json": f"{schema}\n",
    }


def case_format() -> str:
    """The page `docs/reference/case-format.md`."""
    return page(
        "Case format",
        [
            *_file(),
            *_sections(),
            *_expressions(),
            *_functions(),
            *_over_sets(),
            *_about_agents(),
            *_priors(),
            *_error_models(),
            *_units(),
            *_words(),
            *register_tables.columns(),
        ],
    )


def _file() -> list[str]:
    return [
        "A case is a folder with a file `case.yaml`, and CSV tables and texts beside it. This page",
        "lists every key, function, distribution and unit; [error codes](errors.md) have their own",
        "page, and a JSON Schema for editors stands in [case.schema.json](case.schema.json).",
        "",
        "```yaml",
        EXAMPLE.rstrip(),
        "```",
        "",
        "## The file",
        "",
        "YAML as plain data: no tags, anchors, aliases or merge keys, one document, no key twice.",
        "`yes`, `no`, `on` and dates are text. Inside braces a comma ends a value, so a text with",
        "a comma needs quotes there, and so does one with square brackets or a colon. Only commas",
        "in round brackets need none: `{prior: beta(2, 5), why: ...}` is read as written.",
        "",
        *table(
            ("limit", "at most"),
            (
                ("bytes of a case file", f"{yaml_tree.MAX_BYTES:,}"),
                ("bytes of a table", f"{disk.MAX_TABLE_BYTES:,}"),
                ("levels of nesting", f"{yaml_tree.MAX_DEPTH}"),
                ("values", f"{yaml_tree.MAX_NODES:,}"),
                ("definitions", f"{structure.MOST_DEFINITIONS:,}"),
                ("characters of an expression", f"{parser.MAX_LENGTH:,}"),
                ("steps of a run", f"{clock.MAX_STEPS:,}"),
                ("ends of a game tree", f"{trees.MAX_ENDS:,}"),
                ("cells of a table", f"{tables.MAX_CELLS:,}"),
                ("questions of a register", f"{register.MAX_ROWS:,}"),
                ("problems shown at once", f"{yaml_tree.MAX_PROBLEMS}"),
            ),
        ),
        "",
        "Only files in the folder of the case are read, and only those it names.",
        "",
    ]


def _sections() -> list[str]:
    whole, *parts = keys.parts()
    lines = ["## Keys of a case", "", *_keys(whole.schema), ""]
    for part in parts:
        lines += [f"### {part.title}", "", part.schema["description"], ""]
        if part.short:
            lines += ["An expression alone stands for its `value`.", ""]
        lines += [*_keys(part.schema), ""]
    return lines


def _keys(part: dict[str, Any]) -> Iterator[str]:
    required = part.get("required", ())
    return table(
        ("key", "value", "meaning"),
        (
            (
                f"`{key}`{' (required)' if key in required else ''}",
                keys.kind(field),
                field.get("description", _reference(field)),
            )
            for key, field in part["properties"].items()
        ),
    )


def _reference(field: dict[str, Any]) -> str:
    title = keys.target(field)
    return f"see [{title}](#{title.replace(': ', '-')})" if title else ""


def _expressions() -> list[str]:
    return [
        "## Expressions",
        "",
        "A small part of Python's expression syntax; nothing else is accepted, and nothing is run.",
        "",
        *table(
            ("form", "meaning"),
            (
                ("`0.25`, `1_500`, `1e6`", "a pure number; `0` fits every unit"),
                ("`4 weeks`, `3.5 EUR`", "an amount: a number and one [unit](#units)"),
                ("`2022-07-05`", "a date"),
                (
                    "`support`, `phase`",
                    "what the case defines, or a [word](#words-of-the-language)",
                ),
                ("`x ** y`", "power; binds most tightly, and to the right: `2 ** 3 ** 2` is 512"),
                ("`-x`", "minus; `-x ** 2` is `-(x ** 2)`"),
                ("`x * y`, `x / y`", "units are multiplied and divided"),
                ("`x + y`, `x - y`", "units must agree"),
                ("`<` `<=` `>` `>=` `==` `!=`", "comparison; `a < b < c` is `a < b and b < c`"),
                ("`not x`, `x and y`, `x or y`", "truth values, binding in this order"),
                (
                    "`(a) == (b)`, `(a) != (b)`",
                    "of truth values: both or neither hold; one alone does",
                ),
                ("`x if condition else y`", "one of two values of one kind and unit"),
                (
                    "`x | do(y = 0)`",
                    "in claims: x in the same world with y held at 0 (same luck); x is all that"
                    " stands to the left within the brackets"
                    " ([more](../explanation/how-it-works.md#what-do-takes-and-when))",
                ),
                ("`f(x, y)`", "a [function](#functions)"),
            ),
        ),
        "",
        "A bare number where a unit is declared (the start of a stock, an effect on it, a value",
        "held by `do`) is read in that unit. Everything is computed in base units, time in weeks.",
        "",
    ]


def _functions() -> list[str]:
    lines = ["## Functions", ""]
    notes = {
        Purpose.ELEMENT: "Anywhere. `x: pure` takes a pure number; `same` is the unit of the"
        " first.",
        Purpose.ALONG: "Anywhere in a case with a `time` section. A moment is a date or a time"
        " since the start; it may be drawn, as any expression may. Within a substep these are read"
        " where the elapsed time is: at its start by Euler's rule, at four times in it by that of"
        " Runge and Kutta, the last just before its end. What jumps at its end counts for the next"
        " one. What jumps inside it at a moment written as a number or a date cuts it there,"
        " except by Euler's rule; at a moment that is drawn it is exact only to the length of the"
        " substep.",
        Purpose.OVER_TIME: "In claims. Those with a window take `since=` and `until=`: dates, or"
        " times since the start. What `first` and `last` give may be never: later than every time"
        " and date, and equal to another never. So `first(x) < first(y)` is true where x happens"
        " and y never does, and false where neither does; there is no difference of two such"
        " times, write `first(x) + 4 weeks < first(y)`. The margin of such a comparison takes what"
        " never came as coming one step after the run.",
        Purpose.GAME: "In claims. Inside a function over time the game is solved at each step with"
        " the values of that step, played or not; elsewhere in each world at the first step at"
        " which it is played there. A world in which it never is does not count.",
    }
    for purpose in Purpose:
        known = [f for forms in FUNCTIONS.values() for f in forms if f.purpose is purpose]
        lines += [f"### {purpose.value[0].upper()}{purpose.value[1:]}", "", notes[purpose], ""]
        head = ("function", "meaning", "example")
        rows = ([_form(f), f.doc, f"`{f.example}`"] for f in known)
        lines += [*table(head, rows), ""]
    return lines


def _form(function: Function) -> str:
    words = (f"{w}=" if w in function.needed else f"[{w}=]" for w in function.keywords)
    given = (*map(str, function.parameters), *words)
    return f"`{function.name}({', '.join(given)})`"


def _about_agents() -> list[str]:
    """Words for agents of populations."""
    words = (*WORDS.values(), *NETWORKS.values())
    rows = ([f"`{word.form}`", word.doc, f"`{word.example}`"] for word in words)
    return [
        "## Agents of populations",
        "",
        "Reductions over agents are written like those over sets: over a population, or in a rule",
        "of an agent over its ties.",
        "",
        *table(("form", "meaning", "example"), rows),
        "",
    ]


def _over_sets() -> list[str]:
    """Definitions over sets, and the words for members."""
    reductions = ([f"`{r.form}`", r.doc, f"`{r.example}`"] for r in REDUCTIONS.values())
    beside = ([f"`{r.form}`", r.doc, f"`{r.example}`"] for r in ABOUT_MEMBERS.values())
    return [
        "## Definitions over sets",
        "",
        "A set is a list of members in an order, or the rows of a CSV table whose other columns",
        "with numbers are values of the members. A definition whose name carries a set, such as",
        "`troops[city]`, is one for every member; `city` stands for the member inside it. Over two",
        "sets it is `gap[city, country]`, twice over one set `gap[a in city, b in city]`. Where a",
        "value differs from member to member, a mapping gives it:",
        "`prior: {kyiv: 1 to 2, others: 2 to 3}`. A line of its own, such as `troops[kyiv]`, takes",
        "the place of what is said for all. Between braces, YAML wants such names in quotes.",
        "",
        "Assumptions, stocks, states, variables, events, games and claims can be over sets. An",
        "assumption has a draw for each member, or one for all with `per: world`. A claim has a",
        "verdict for each member, and one, under the name without brackets, that it holds for all",
        "of them; it is not asked of a member that lacks the one before or after it that the claim",
        "speaks of.",
        "`do(troops = 0)` holds all members, `do(troops[kyiv] = 0)` one of them, and inside a",
        "claim over the set `do(troops[city] = 0)` its own.",
        "",
        "So can actions of a game, in a tree and in a table: `attack[city]` is one action for",
        "every member, and all that stands below it is repeated for each. Questions name the",
        "action of a member: `probability(campaign, russia, attack[kyiv])`, and as a place",
        "`reached(campaign, attack[kyiv].defend)`.",
        "",
        "What the checker, the plan and the results show are the single members, such as",
        "`troops[kyiv]`. Conditions between members, such as `c != city`, are decided before any",
        "world. These words are read so only with members; as names they stay free.",
        "",
        "Eight or more members whose formulas differ in names and numbers alone are computed",
        "together, as one array, and so are the terms of a reduction: stocks, variables, events,",
        "games, unknowns, state machines and claims over a set compile little longer for 200",
        "members than for 50.",
        "What is still computed member by member is listed under",
        "[limits](../explanation/limits.md).",
        "",
        *table(("reduction", "meaning", "example"), reductions),
        "",
        *table(("word", "stands for", "example"), beside),
        "",
    ]


def _priors() -> list[str]:
    return [
        "## Priors",
        "",
        "A number is taken as certain. `a to b` is the central 90 % interval of a lognormal",
        "distribution when both numbers are positive, and of a normal one otherwise. Every other",
        "prior is one of these distributions, with numbers as parameters:",
        "",
        *table(
            ("distribution", "needs", "values", "meaning", "example"),
            (
                (
                    f"`{d.name}({', '.join(d.parameters)})`",
                    ", ".join(f"`{rule}`" for rule in d.rules),
                    d.support.value,
                    d.doc,
                    f"`{d.example}`",
                )
                for d in DISTRIBUTIONS.values()
            ),
        ),
        "",
    ]


def _error_models() -> list[str]:
    told = ((f"`{m.form}`", m.values.value, m.doc, f"`{m.example}`") for m in ERROR_MODELS.values())
    return [
        "## Error models",
        "",
        "How a record strays from what a world has, under `model` of the section `observations`.",
        "Arguments are expressions as in a claim, without `do(...)`; one that moves is taken at",
        "the step nearest to the day of the record. `trials` stands for the column of that name,",
        "where the table has one. In worlds in which an argument is not possible, such as a chance",
        "above 1, the record is impossible.",
        "",
        *table(("model", "a record is", "meaning", "example"), told),
        "",
    ]


def _units() -> list[str]:
    rows = [
        (f"`{word.name}`", ", ".join(f"`{alias}`" for alias in word.aliases), _multiple(word))
        for word in units.WORDS
    ]
    return [
        "## Units",
        "",
        "A unit is a product of powers of these words, such as `EUR / week`, `1 / month`,",
        "`person ** 0.5` or `1000 EUR`. A final s is ignored: `weeks` is `week`. Two words need a",
        "sign between them: `billion * USD`. In an expression an amount has one word, and the",
        "others follow as amounts of their own: `5 billion * 1 USD`.",
        "",
        *table(("unit", "also", "is"), rows),
        "",
    ]


def _multiple(word: units.Word) -> str:
    """What a unit is, as an expression of the language."""
    if word.of == word.name:
        return "a unit of its own"
    if word.factor.numerator == 1 and word.of:
        return f"`{word.of} / {word.factor.denominator}`"
    number = f"{float(word.factor):g}".replace("e+0", "e")
    return f"`{number} {word.of}`" if word.of else f"`{number}`"


def _words() -> list[str]:
    keywords = ", ".join(f"`{word}`" for word in sorted(KEYWORDS, key=str.lower))
    return [
        "## Words of the language",
        "",
        "A name in a case cannot be one of these words, nor that of most functions. Those of\n"
        "distributions, such as `beta` and `gamma`, are free.",
        "",
        *table(("word", "meaning"), ((f"`{w}`", meaning) for w, meaning in RESERVED.items())),
        "",
        f"Nor can it be a word of the grammar: {keywords}.",
        "",
        "A name has letters, digits and underscores and begins with a letter. Two names must",
        "differ by more than case and underscores.",
        "",
    ]


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
