"""Claims with what speaks for and against them go out as Argdown and AIF, and Argdown comes in."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.case.check import load
from schelling.errors import CaseError
from schelling.interchange.arguments import draft, from_case, read_argdown
from schelling.interchange.arguments.argument_map import ArgumentMap, MapRelation, MapStatement
from schelling.interchange.arguments.write_aif import aif
from schelling.interchange.arguments.write_argdown import argdown

VEGETARIAN = """===
title: "On meat"
===

// The forms that the language's own guide shows.
# A heading

[Central]: Eating meat is
  wrong. #ethics {source: "a guide", page: 7}
  + <Pain>: It causes pain. /* a remark */
    - [Nerves]: Fish feel none.
      +> [Fishing]: Fishing is allowed.
  - <Health>: We need it.
    _ <Pills>: Pills would do.
  >< [Opposite]: Eating meat is right.
  <- [Old]: It was always eaten.

<Pain>

(1) Animals suffer.
(2) [Harm]: What suffers is harmed.
----
(3) [Central]
"""


def put(folder: Path, text: str) -> Path:
    path = folder / "map.argdown"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_form_is_read(tmp_path: Path) -> None:
    found, findings = read_argdown.read(put(tmp_path, VEGETARIAN))
    assert not findings.left_out
    assert found.title == "On meat"
    nodes = {node.title: node for node in found.nodes}
    assert nodes["Central"].text == "Eating meat is wrong."
    assert nodes["Central"].data == {"source": "a guide", "page": "7", "tags": "ethics"}
    assert [node.title for node in found.nodes if node.argument] == ["Pain", "Health", "Pills"]
    assert {(one.source, one.kind, one.target) for one in found.relations} == {
        ("Pain", "supports", "Central"),
        ("Nerves", "attacks", "Pain"),
        ("Nerves", "supports", "Fishing"),
        ("Health", "attacks", "Central"),
        ("Pills", "undercuts", "Health"),
        ("Opposite", "contradicts", "Central"),
        ("Old", "attacks", "Central"),
        ("statement 9", "supports", "Pain"),
        ("Harm", "supports", "Pain"),
    }


def test_a_map_becomes_a_draft_that_check_reads(tmp_path: Path) -> None:
    made = draft.imported(put(tmp_path, VEGETARIAN))
    path = tmp_path / "case.yaml"
    path.write_text(made.text, encoding="utf-8")
    case = load(path)
    assert [blank.name for blank in case.blanks][:2] == ["central", "pain"]
    assert len(case.blanks) == len(made.named.quantities) == 10
    assert "Attacked by health, old. Contradicted by opposite." in made.text


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=30)
TITLES = st.text("abcdefg XYZ0123456789", min_size=1, max_size=20).map(str.strip).filter(bool)


@st.composite
def maps(draw: st.DrawFn) -> ArgumentMap:
    titles = draw(st.lists(TITLES.map(lambda t: " ".join(t.split())), min_size=1, unique=True))
    nodes = [MapStatement(title, draw(WORDS) or "x", draw(st.booleans())) for title in titles]
    kinds = st.sampled_from(["supports", "attacks", "undercuts", "contradicts"])
    pairs = st.tuples(st.sampled_from(titles), st.sampled_from(titles), kinds)
    chosen = [MapRelation(a, b, kind) for a, b, kind in draw(st.lists(pairs)) if a != b]
    return ArgumentMap("a map", nodes, list(dict.fromkeys(chosen)))


@given(maps())
def test_what_is_written_is_read_again(found: ArgumentMap) -> None:
    text = argdown(found)
    path = Path(__file__).parent / "never written.argdown"
    again = read_argdown.read_text(text, path)[0]
    assert {(n.title, n.text, n.argument) for n in again.nodes} == {
        (n.title, n.text, n.argument) for n in found.nodes
    }
    assert set(again.relations) == set(found.relations)


def test_a_case_goes_out_with_reasons_passages_and_rivals() -> None:
    found = from_case.mapped(load(Path("cases/widening-war")))
    kinds = {node.title: node.data["kind"] for node in found.nodes}
    assert {"claim", "assumption", "reason", "rival", "passage"} <= set(kinds.values())
    assert {one.kind for one in found.relations} == {"supports", "attacks"}
    again, findings = read_argdown.read_text(argdown(found), Path("case.argdown"))
    assert not findings.left_out
    assert {node.title for node in again.nodes} == set(kinds)
    assert set(again.relations) == set(found.relations)


def test_aif_has_a_rule_between_any_two_statements() -> None:
    nodes = [MapStatement("a", "A"), MapStatement("b", "B"), MapStatement("c", "C")]
    relations = [
        MapRelation("a", "b", "supports"),
        MapRelation("c", "a", "undercuts"),
        MapRelation("b", "c", "contradicts"),
    ]
    found = ArgumentMap("three", nodes, relations)
    plain = json.loads(aif(found))
    types = {node["nodeID"]: node["type"] for node in plain["nodes"]}
    assert sorted(types.values()) == ["CA", "CA", "CA", "I", "I", "I", "RA"]
    for edge in plain["edges"]:  # no statement reaches another without a rule between them
        assert {types[edge["fromID"]], types[edge["toID"]]} != {"I"}
    (rule,) = (name for name, kind in types.items() if kind == "RA")
    assert sum(edge["toID"] == rule for edge in plain["edges"]) == 2  # its premise, its undercutter
    extended = json.loads(aif(found, extended=True))
    assert extended["AIF"]["nodes"] == plain["nodes"]
    assert extended["text"]["txt"] == "A\nB\nC"


REFUSED = {
    "nothing": ("// a remark\n", "E901", "no statement"),
    "a relation below nothing": ("+ [a]: b\n", "E903", "stands below nothing"),
    "one title, many texts": (
        "".join(f"[a]: x{i}\n\n" for i in range(51)),
        "E902",
        "more than 50 texts",
    ),
    "too many": ("".join(f"[n{i}]: x\n\n" for i in range(4_001)), "E902", "more than 4,000"),
    "itself": ("[a]: b\n  + [a]\n", "E903", "against itself"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    text, code, message = REFUSED[name]
    with pytest.raises(CaseError, match=message) as refused:
        read_argdown.read(put(tmp_path, text))
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.span is not None


def test_texts_under_one_title_mean_the_same_and_a_title_goes_on(tmp_path: Path) -> None:
    text = "===\ntitle: >\n  Both\n  ends\nauthor: x\n===\n"
    text += "[a]: one\n\n[b]: two\n  + [a]: other\n\n[a]: one\n\n[a]: third\n"
    found = read_argdown.read(put(tmp_path, text))[0]
    assert found.title == "Both ends"
    assert [(n.title, n.text, n.data) for n in found.nodes] == [
        ("a", "one", {"also said": "other / third"}),
        ("b", "two", {}),
    ]
    assert "also said: other / third." in draft.imported(put(tmp_path, text)).text


def test_a_title_of_many_rows_is_kept_whole(tmp_path: Path) -> None:
    rows = [str(n) for n in range(60)]
    written = "\n".join(f"  {row}" if int(row) % 7 else f"\n  {row}" for row in rows)
    text = f"===\ntitle: >\n{written}\n\nauthor: x\n===\n\n[a]: one\n"
    assert read_argdown.read(put(tmp_path, text))[0].title == " ".join(rows)


def test_texts_under_one_title_are_counted_whole(tmp_path: Path) -> None:
    said = [f"{n} / {n}" for n in range(read_argdown.MOST_TEXTS)]
    text = "\n\n".join(f"[a]: {one}" for one in (*said, *said))
    (node,) = read_argdown.read(put(tmp_path, text))[0].nodes
    assert node.data == {"also said": " / ".join(said[1:])}
    with pytest.raises(CaseError, match="has more than 50 texts"):
        read_argdown.read(put(tmp_path, f"{text}\n\n[a]: more"))


LONG = 200_000
HOSTILE = {
    **{sign: sign * LONG for sign in ("[", "<", "{", "(1) ", "#", "/*", "/* ", "<!--", "=")},
    "a rule": "-" * LONG + "x",
    "a title": f"===\ntitle: a{' ' * LONG}b\n===",
    "no title": f"===\ntitle:{chr(10) * LONG}b\n===",
    "rows of a title": f"===\ntitle: a{(chr(10) + '   b') * LONG}\nb\n===",
    "short lines": "a\n" * LONG,
    "keys": f"b {{{'k' * 2_000}}}\n\n" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_soon(name: str, tmp_path: Path) -> None:
    path = put(tmp_path, HOSTILE[name] + "\n\n[a]: b\n")
    begun = time.process_time()
    found, _ = read_argdown.read(path, lenient=True)
    # some five times what the slowest takes; quadratic reading takes a minute and more
    assert time.process_time() - begun < 3
    assert found.nodes


def relations(text: str) -> set[tuple[str, str, str]]:
    found, _ = read_argdown.read_text(text, Path("map.argdown"))
    return {(one.source, one.kind, one.target) for one in found.relations}


def test_a_contradiction_is_told_by_both_claims_of_a_draft(tmp_path: Path) -> None:
    text = draft.imported(put(tmp_path, "[a]: x\n  >< [b]: y\n")).text
    assert [text.count(f"Contradicted by {name}.") for name in "ab"] == [1, 1]


def test_a_relation_below_a_step_is_of_the_step() -> None:
    found = relations("<A>\n\n(1) [p]: P\n  - [q]: Q\n----\n(2) [c]: C\n")
    assert found == {("q", "attacks", "p"), ("p", "supports", "A"), ("A", "supports", "c")}


def test_conclusions_on_the_way_lead_to_the_last_without_a_circle() -> None:
    found = relations("<A>\n\n(1) [p]: P\n----\n(2) [c]: C\n----\n(3) [d]: D\n")
    assert found == {("p", "supports", "c"), ("c", "supports", "A"), ("A", "supports", "d")}


def test_a_heading_ends_a_reconstruction() -> None:
    assert relations("(1) [p]: P\n----\n\n# Next\n\n(1) [q]: Q\n") == set()


def test_titles_quotes_numbers_and_remarks_are_read_as_written() -> None:
    nodes = [MapStatement("a", "x")]
    for title in ('The "great" war', "'quoted'", '"', "a \\ b"):
        text = argdown(ArgumentMap(title, nodes, ()))
        assert read_argdown.read_text(text, Path("map.argdown"))[0].title == title
    text = "[a]: It began in\n1914. It ended\n  + «war»\n\n[b]: \\<!-- stays /* goes */ x\n"
    found, _ = read_argdown.read_text(text, Path("map.argdown"))
    assert [node.text for node in found.nodes] == [
        "It began in 1914. It ended",
        "«war»",
        "<!-- stays x",
    ]


def test_items_of_a_list_are_statements_of_their_own() -> None:
    text = (
        "Why:\n\n  * One\n    more\n  * Two\n\n 1. A\n 2. B in\n 1914. So\n   + C\n\n1. D\n1. E\n"
    )
    found, _ = read_argdown.read_text(text, Path("map.argdown"))
    assert [node.text for node in found.nodes] == [
        "Why:",
        "One more",
        "Two",
        "A",
        "B in 1914. So",
        "C",
        "D",
        "E",
    ]


def test_a_text_that_takes_in_another_file_is_refused() -> None:
    text = "[a]: x\ny\n@include(_other.argdown)\nz\n"
    with pytest.raises(CaseError, match="other files are not read"):
        read_argdown.read_text(text, Path("map.argdown"))
    found, findings = read_argdown.read_text(text, Path("map.argdown"), lenient=True)
    assert [node.text for node in found.nodes] == ["x y", "z"]
    assert [one.line for one in findings.left_out] == [3]


def test_an_undercutter_attacks_every_rule_of_its_target() -> None:
    nodes = [MapStatement(name, name) for name in "abcd"]
    relations = [MapRelation("a", "b", "supports"), MapRelation("a", "c", "supports")]
    relations.append(MapRelation("d", "a", "undercuts"))
    found = json.loads(aif(ArgumentMap("m", nodes, relations)))
    assert [node["type"] for node in found["nodes"]].count("CA") == 2


def test_what_names_an_inference_stands_between_two_rules() -> None:
    named = "<A>\n\n(1) [p]: P\n(2) [q]: Q\n--\nModus ponens (uses: 1, 2)\n--\n(3) [c]: C\n"
    assert relations(named.replace("\n--", "\n-----")) == relations(named)
    assert relations(named) == {
        ("p", "supports", "A"),
        ("q", "supports", "A"),
        ("A", "supports", "c"),
    }
    found, _ = read_argdown.read_text(named, Path("map.argdown"))
    assert [node.title for node in found.nodes] == ["A", "p", "q", "c"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]: x\n  +[b]: y\n  -<C>\n", {("b", "supports", "a"), ("C", "attacks", "a")}),
        ("[a]: x\n\t+ y\n\t\t- z\n", {("s2", "supports", "a"), ("s3", "attacks", "s2")}),
        ("[a]: x\n  - <b>: y\n    _> <d>\n    <_ <e>", {("b", "undercuts", "d")}),
        ("# G #t {a: b}\n\n[a]: x\n\n## H\n\n[b]: y\n  >< [a]\n", {("a", "contradicts", "b")}),
        ("[a]: @[b] and @<c> are only named.\n\n[b]: y\n", set()),
    ],
)
def test_relations_of_other_hands(text: str, expected: set[tuple[str, str, str]]) -> None:
    found = {tuple(part.replace("statement ", "s") for part in one) for one in relations(text)}
    assert expected <= found
    assert bool(expected) == bool(found)


def test_signs_with_a_backslash_and_addresses_stay_words() -> None:
    text = "[a]: no \\#tag, \\[no\\] title, http://example.org/a//b // a remark\n"
    found, _ = read_argdown.read_text(text, Path("map.argdown"))
    assert [node.text for node in found.nodes] == ["no #tag, [no] title, http://example.org/a//b"]
    assert found.nodes[0].data == {}
