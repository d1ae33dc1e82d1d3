"""The reference pages and the JSON Schema say what the language does.

`PYTHONPATH=docs .venv/bin/python -m tooling.reference` writes them anew.
"""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schelling.case.check import check
from schelling.case.codes import codes
from schelling.case.file import yaml_tree
from schelling.case.language.typed.units import unit_names
from schelling.case.language.words.agent_words import NETWORKS, WORDS
from schelling.case.language.words.prior_words import DISTRIBUTIONS
from schelling.case.language.words.set_words import ABOUT_MEMBERS, REDUCTIONS
from schelling.case.language.words.vocabulary import FUNCTIONS, RESERVED
from schelling.case.schema.json_schema import json_schema
from tooling.reference import EXAMPLE, FOLDER, case_format, errors, pages

ROOT = Path(__file__).parents[3]
VALID = (Path(__file__).parents[1] / "example.yaml", *sorted(ROOT.glob("cases/**/case.yaml")))
HEAD = "schelling: 1\ntitle: x\n"


@pytest.mark.parametrize("name", pages())
def test_the_page_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name]


def test_the_page_names_everything() -> None:
    page = case_format()
    for word in (*FUNCTIONS, *DISTRIBUTIONS, *REDUCTIONS, *ABOUT_MEMBERS):
        assert f"`{word}(" in page
    for word in (*WORDS, *NETWORKS):
        assert f"`{(WORDS | NETWORKS)[word].form}`" in page
    networks = SCHEMA["$defs"]["PopulationTies"]["properties"]["network"]["enum"]
    assert set(networks) == set(NETWORKS)
    for word in (*RESERVED, *unit_names()):
        assert f"`{word}`" in page
    assert [code for code in codes() if f"\n## {code}\n" not in errors()] == []
    keys = {key for part in (SCHEMA, *SCHEMA["$defs"].values()) for key in properties(part)}
    assert [key for key in keys if f"| `{key}`" not in page] == []


def test_the_example_of_the_page_is_a_case(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(EXAMPLE, encoding="utf-8")
    checked = check(tmp_path)
    assert not checked.problems, checked.rendered()
    assert EXAMPLE in case_format()
    sections = set(properties(SCHEMA)) - {"about", "forecasts", "observations", "tables"}
    assert sections == set(plain(EXAMPLE))


def test_links_within_the_pages_lead_somewhere() -> None:
    for page in (case_format(), errors()):
        heads = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
        known = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
        assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= known


SCHEMA = json_schema()


def properties(part: dict[str, Any]) -> dict[str, Any]:
    return part["properties"] if "properties" in part else part["anyOf"][-1]["properties"]


def plain(written: str) -> Any:
    node, problems = yaml_tree.parse(written)
    assert node is not None, problems
    return node.plain()


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("path", VALID, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_valid_cases_fit_the_schema(path: Path) -> None:
    assert not check(path).problems
    assert not list(validator().iter_errors(plain(path.read_text(encoding="utf-8"))))


def test_the_example_fits_the_schema() -> None:
    assert not list(validator().iter_errors(plain(EXAMPLE)))


@pytest.mark.parametrize(
    "name",
    [
        "assumption-without-reason",
        "bad-name",
        "claim-without-reason",
        "missing-key",
        "no-title",
        "no-version",
        "not-a-mapping",
        "rivals",
        "unknown-key",
        "wrong-type",
        "wrong-version",
    ],
)
def test_bad_cases_do_not_fit_the_schema(name: str) -> None:
    path = ROOT / "tests" / "bad_cases" / f"{name}.yaml"
    assert list(validator().iter_errors(plain(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    "body",
    [
        "time: {start: 2022-03-21}",
        "assumptions: {a: {prior: 1, why: x, within: [1]}}",
        "assumptions: {a: {prior: 1, why: x, unit: 3}}",
        "stocks: {a: {start: 1, once: true}}",
        "actors: {a: 3}",
        "passages: {a: {source: b, start: 0, end: 1, scope: maybe}}",
        "correlations: [{between: [a, b], rho: 2}]",
        "games: {g: {solve: {as: wise, precision: 1}, tree: {}}}",
        "games: {g: {solve: {precision: 1}, tree: {a: {b: {payofs: 1}}}}}",
        "phases: war",
    ],
)
def test_wrong_shapes_fit_neither_the_schema_nor_the_language(body: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(HEAD + body, encoding="utf-8")
    assert check(tmp_path).problems
    assert list(validator().iter_errors(plain(HEAD + body)))


def test_every_key_is_described_for_the_editor() -> None:
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        for key, field in properties(part).items():
            assert "description" in field or "$ref" in field, key
