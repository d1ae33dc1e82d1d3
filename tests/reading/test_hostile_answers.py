"""Answers of drafting commands that mean harm in ways of their own: bounded, and told by entry."""

from __future__ import annotations

import json
import shlex
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from reading.stand_ins.answering import GOOD
from schelling.case.check import check
from schelling.reading.cues.marked import marked
from schelling.reading.cues.tables import english
from schelling.reading.documents.opening import open_document
from schelling.reading.drafting import asking, loop
from schelling.reading.drafting.loop import Drafting, Material
from schelling.reading.drafting.proposed import proposals

STAND_IN = Path(__file__).parent / "stand_ins" / "answering.py"
TEXT = "The ministry counts 14 weeks of grain. It will run out in the summer. It is a disgrace."


def claim(**changed: Any) -> dict[str, Any]:
    found = GOOD["entries"][1] | {"name": "odd"}
    return {**found, **changed}


def holds(**more: Any) -> dict[str, Any]:
    return claim(definition={"holds": "stores < 26 weeks", **more})


def answer(*entries: Any, **shared: Any) -> str:
    return json.dumps({"entries": [GOOD["entries"][0], *entries], **shared})


def drafted(given: str | bytes, folder: Path) -> Drafting:
    """What is kept of an answer; the case that comes out is sound."""
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    document = open_document(folder / "a.txt")
    sentences = marked(document, english())
    material = Material(document, sentences, proposals(sentences))
    data = given if isinstance(given, bytes) else given.encode()
    found = loop.draft(material, lambda _: data, "x", folder / "case.yaml", rounds=1)
    (folder / "case.yaml").write_text(found.draft.text, encoding="utf-8")
    assert check(folder / "case.yaml").case is not None
    return found


WHOLE = {
    "a key twice": ('{"entries": [], "entries": []}', "the key 'entries' is given twice"),
    "a key twice inside": (
        '{"entries": [{"section": "claims", "name": "a", "definition": {"holds": 1, "holds": 2}}]}',
        "the key 'holds' is given twice",
    ),
    "a number of 200,000 digits": (
        f'{{"entries": [], "time": {{"start": {"9" * 200_000}}}}}',
        "Exceeds the limit",
    ),
    "other letters": ('{"entries": []}'.encode("utf-16"), "can't decode byte"),
    "two answers": ('{"entries": []} {"entries": []}', "Extra data at line 1, column 17"),
    "a list for a mapping": (
        '{"entries": [{"section": "claims", "name": "a", "definition": [1]}]}',
        "entries.0.definition",
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_an_answer_of_another_form_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    given, said = WHOLE[name]
    before = time.process_time()
    found = drafted(given, tmp_path)
    assert time.process_time() - before < 5  # takes less than 0.2 s
    assert found.kept == 0
    assert said in found.troubles[0].message


ENTRIES = {
    "a number of 4,000 digits": (claim(definition={"holds": 10**4000}), "4,001 characters"),
    "a path for a name": (claim(name="../../etc/passwd"), "is not a name"),
    "a path for a passage": (claim(**{"from": ["../P1.S2"]}), "there is no passage"),
    "a merge key": (holds(**{"<<": {"why": "x"}}), "unknown key '<<'"),
    "a tag for a key": (holds(**{"!!python/name:os.system": 1}), "unknown key '!!python"),
    "an anchor": (claim(definition={"holds": "&a *a"}), "'&' is not part of the language"),
    "code": (claim(definition={"holds": "__import__('os')"}), "not part of the language"),
    "brackets": (claim(definition={"holds": "(" * 900 + "1" + ")" * 900}), "nested deeper"),
    "a file to read": (holds(file="/etc/passwd"), "unknown key 'file'"),
    "a look-alike": (claim(name="сlaim"), "is not a name"),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_that_means_harm_is_left_out_under_its_name(name: str, tmp_path: Path) -> None:
    entry, said = ENTRIES[name]
    found = drafted(answer(entry), tmp_path)
    assert found.kept == 1
    (trouble, *_) = found.troubles
    assert trouble.entry == ("claims", entry["name"])
    assert said in trouble.message


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        ({"time": {"start": "2031-01-01", "until": "9999-12-31", "step": "1 day"}}, "steps fit"),
        ({"time": {"start": "2031-01-06", "until": "2031-12-29", "<<": "x"}}, "unknown key '<<'"),
        ({"states": {"../z": ["a", "b"]}}, "'../z' is not a name"),
        ({"phases": ["!!tag", "b"]}, "'!!tag' is not a name"),
    ],
)
def test_what_entries_share_is_left_out_where_it_means_harm(
    shared: dict[str, Any], said: str, tmp_path: Path
) -> None:
    found = drafted(answer(**shared), tmp_path)
    assert found.kept == 1
    assert any(said in one.message for one in found.troubles)


def test_control_characters_and_line_ends_stay_within_their_text(tmp_path: Path) -> None:
    odd = holds() | {"says": "a\u0001\u0085\u2029b\r\nclaims: {}\n- x: &y !!z"}
    found = drafted(answer(odd), tmp_path)
    assert (found.kept, found.troubles) == (2, ())
    case = check(tmp_path / "case.yaml").case
    assert case is not None
    assert [one.name for one in case.claims] == ["odd"]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert drafted(b"\xef\xbb\xbf" + answer().encode(), tmp_path).kept == 1


@pytest.mark.parametrize("how", ["leaves a child", "leaves a session"])
def test_what_a_command_leaves_running_does_not_hold_its_answer(how: str) -> None:
    """A child of the command's session is ended with it; one of a session of its own is not."""
    command = asking.command(shlex.join([sys.executable, str(STAND_IN), how]), 30)
    before = time.monotonic()
    given = command.ask(b"{}")
    assert time.monotonic() - before < 12  # the child sleeps for 15 s
    assert json.loads(given) == GOOD
