"""Odd siblings of sound files: what says two things is refused, and nothing is half read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schelling.case.check import load
from schelling.cli.exchange import export_case, import_
from schelling.errors import CaseError, RunError
from schelling.interchange.annotations import write
from schelling.interchange.stockflow.into_case import Imported

CASES = Path(__file__).parents[2] / "cases"


def read(folder: Path, name: str, data: bytes) -> Imported:
    path = folder / name
    path.write_bytes(data)
    return import_.made_of(path, lenient=False)


def annotation(start: object, end: object, **more: object) -> bytes:
    selector = {"type": "TextPositionSelector", "start": start, "end": end}
    target: dict[str, Any] = {"source": "a.txt", "selector": selector, **more}
    return json.dumps({"type": "Annotation", "target": target}).encode()


def question(**cells: object) -> bytes:
    sound = {
        "question_text": "Will it rain?",
        "id_of_question": 1,
        "question_type": "binary",
        "resolution_criteria": "Rain is measured.",
        "open_time": "2025-01-01T00:00:00Z",
        "close_time": "2026-01-01T00:00:00Z",
        "scheduled_resolution_time": "2026-02-01T00:00:00Z",
    }
    return json.dumps([sound | cells]).encode()


REFUSED: dict[str, tuple[str, bytes, str, str]] = {
    "two signs": ("m.csv", b"from,to,sign\na,b,+\nA,B,-\n", "E907", "given twice"),
    "a sign and none": ("m.csv", b"from,to,sign\na,b,+\na,b,\n", "E907", "given twice"),
    "two columns of one name": ("m.csv", b"from,from,to\na,b,c\n", "E903", "say the same"),
    "two names of one column": ("m.csv", b"from,cause,to\na,b,c\n", "E903", "say the same"),
    "a cell too many": ("m.csv", b"from,to,sign\na,b,+,x\n", "E903", "more cells"),
    "bars": ("m.csv", b"from|to|sign\na|b|+\n", "E903", "columns 'from' and 'to'"),
    "arrows both ways": ("m.csv", b"from,to,direction\na,b,mutual\n", "E903", "'mutual', and not"),
    "a graph of AIF": (
        "m.json",
        b'{"nodes": [], "edges": []}',
        "E901",
        "written here but not read",
    ),
    "no arrow": ("m.csv", b"source,target,type\na,b,Undirected\n", "E903", "no sign"),
    "a long cell": ("m.csv", b"from,to\n" + b"a" * 200_000 + b",b\n", "E901", "field larger"),
    "a position below 0": ("a.jsonld", annotation(-1, 5), "E903", "no pair of whole numbers"),
    "a position reversed": ("a.jsonld", annotation(9, 5), "E903", "no pair of whole numbers"),
    "half a letter": ("a.jsonld", annotation(1.5, 5), "E903", "no pair of whole numbers"),
    "a truth as a place": ("a.jsonld", annotation(True, 5), "E903", "no pair of whole numbers"),
    "a place beyond any text": ("a.jsonld", annotation(0, 10**400), "E903", "no pair of whole"),
    "no text": ("a.jsonld", annotation(0, 5, source=None), "E903", "in which text"),
    "several places": (
        "a.jsonld",
        json.dumps({"type": "Annotation", "target": [{}, {}]}).encode(),
        "E903",
        "about several places",
    ),
    "steps without an end": ("a.argdown", b"<a>\n\n(1) p\n(2) q\n", "E903", "no rule of dashes"),
    "a draft too large": ("a.argdown", b"[a]: " + b"x" * 1_500_000, "E902", "1,000,000 bytes"),
    "against itself": ("a.argdown", b"[a]: one\n  - [a]\n", "E903", "against itself"),
    "wide letters": ("a.argdown", "[a]: one".encode("utf-16"), "E901", "not UTF-8"),
    "an unknown version": (
        "m.xmile",
        b'<xmile version="2.0"><sim_specs><start>0</start><stop>9</stop></sim_specs><model>'
        b'<variables><aux name="x"><eqn>1</eqn></aux></variables></model></xmile>',
        "E903",
        "version '2.0' of XMILE",
    ),
    "an unknown kind": ("q.json", question(question_type="poll"), "E903", "does not have"),
    "no kind": ("q.json", question(question_type=["binary"]), "E903", "of which kind"),
    "options": ("q.json", question(question_type="multiple_choice"), "E903", "no order"),
    "a day in words": ("q.json", question(close_time="soon"), "E903", "it is no day"),
    "the year 0": ("q.json", question(close_time="0000-01-01"), "E903", "it is no day"),
    "a year of five digits": ("q.json", question(close_time="99999-01-01"), "E903", "it is no day"),
    "a time beyond time": ("q.json", question(close_time=1e300), "E903", "it is no day"),
    "days reversed": ("q.json", question(close_time="2024-01-01"), "E910", "opens"),
    "a number as text": ("q.json", question(question_text=5), "E903", "no text"),
    "no questions": ("q.json", b"[]", "E901", "nor are there questions"),
    "a conditional": ("q.json", b'{"id":1,"conditional":{}}', "E901", "nor are there questions"),
    "a key twice": ("a.jsonld", b'{"target":1,"target":2}', "E901", "given twice"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    file, data, code, said = REFUSED[name]
    with pytest.raises(CaseError) as refused:
        read(tmp_path, file, data)
    first = refused.value.problems[0]
    whole = f"{first.message} {first.reason} {first.hint}"
    assert (first.code, said in whole) == (code, True), whole


READ = {
    "the same arrow twice": ("m.csv", b"from,to,sign\na,b,+\na,b,+\n"),
    "semicolons": ("m.csv", b"from;to;sign\na;b;+\n"),
    "tabs": ("m.tsv", b"cause\teffect\tpolarity, if known\tsign\na, b\tb\t+\t+\n"),
    "arrows without signs": ("m.csv", b"Source,Target,Type\na,b,Directed\n"),
    "an arrow to itself": ("m.csv", b"from,to,sign\na,a,+\n"),
    "words of the language": ("m.csv", b'from,to\ntrue,null\n1,2\n"{a: b}","- x"\n'),
    "letters without a name": ("m.csv", "from,to\n\U0001f600,\U0001f601\n".encode()),
    "arguments in a circle": ("a.argdown", b"[a]: one\n  + [b]\n[b]: two\n  + [a]\n"),
    "hidden letters": ("a.argdown", "[a]: safe \u202e evil\x07\x00\n  + [b]: x\n".encode()),
    "ends of lines of old": ("a.argdown", b"[a]: one\r  + [b]: two\r"),
    "names of the language": (
        "a.argdown",
        b"[true]: x\n\n[schelling]: z\n\n[a.b]: u\n\n[A.B]: v\n",
    ),
    "sixty levels": (
        "a.argdown",
        "".join("  " * n + f"+ [s{n}]: x\n" for n in range(60)).encode()[2:],
    ),
    "a time of seconds": ("q.json", question(close_time=1_767_225_600)),
    "half a letter of a pair": ("q.json", question(background_info="\ud800 \u202e")),
}


@pytest.mark.parametrize("name", READ)
def test_it_is_read_and_makes_a_sound_case(name: str, tmp_path: Path) -> None:
    file, data = READ[name]
    made = read(tmp_path, file, data)
    path = tmp_path / "made.yaml"
    path.write_text(made.text, encoding="utf-8")
    for beside, text in made.beside.items():
        (tmp_path / beside).write_text(text, encoding="utf-8")
    assert load(path).name == "made"
    assert not set("\x00\x07\u202e") & set(made.text)


def test_a_case_without_passages_has_no_annotations() -> None:
    with pytest.raises(RunError, match="'arms-race' has no passages"):
        write.page(load(CASES / "teaching" / "arms-race"))


def plain(title: str) -> str:
    """A title without what Argdown writes otherwise: square brackets are round there."""
    return title.replace("[", " (").replace("]", ")")


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(CASES.rglob("case.yaml")), ids=lambda p: p.parent.name)
def test_what_goes_out_of_the_library_comes_in_again(path: Path, tmp_path: Path) -> None:
    """Claims and premises through Argdown, passages through annotations: none lost, none added."""
    case = load(path)
    out = export_case.write(path, "argdown", tmp_path / "case.argdown", lenient=False)
    made = import_.made_of(out, lenient=False)
    (tmp_path / "back.yaml").write_text(made.text, encoding="utf-8")
    assert load(tmp_path / "back.yaml").name == "back"
    titles = {plain(one.name) for one in (*case.claims, *case.premises)}
    assert titles - set(map(plain, made.named.quantities)) == set()
    if case.passages:
        out = export_case.write(path, "annotations", tmp_path / "case.jsonld", lenient=False)
        text = import_.made_of(out, lenient=False).text
        for one in case.passages:
            assert f"start: {one.start}, end: {one.end}" in text
        assert text.count("start: ") == len(case.passages)
