"""`schelling read` drafts what can be checked, alone and with commands that may be hostile."""

from __future__ import annotations

import json
import shlex
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reading.made_documents import docx, paragraph
from schelling.case.check import Checked, check
from schelling.cli.app import app
from schelling.errors import RunError
from schelling.reading.cues.marked import marked
from schelling.reading.cues.tables import english
from schelling.reading.documents.document import Document
from schelling.reading.drafting import case_text, loop
from schelling.reading.drafting.answers import DraftAnswer, Trouble, read
from schelling.reading.drafting.case_text import DraftedText
from schelling.reading.drafting.loop import Drafting, Material
from schelling.reading.drafting.proposed import proposals
from schelling.report.argument import reading_words

STAND_IN = Path(__file__).parent / "stand_ins" / "answering.py"
TEXT = (
    "The ministry counts 14 weeks of grain. It will probably run out in the summer. "
    "The ministry is a disgrace.\n\nIf the ships return, Maren may wait, because time is cheap. "
    "Either Maren signs or the railway is built.\n"
)


def text_in(folder: Path) -> Path:
    path = folder / "column.txt"
    path.write_text(TEXT.replace("It will probably", "It will probably, will"), "utf-8")
    path.write_text(TEXT.replace("probably run", "run"), "utf-8")
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["read", *map(str, words)])


def drafted(folder: Path, how: str, *more: str) -> tuple[Result, Checked | None]:
    text = text_in(folder)
    command = shlex.join([sys.executable, str(STAND_IN), how])
    done = run(text, "--into", folder / "case.yaml", "--with", command, *more)
    case = folder / "case.yaml"
    return done, check(case) if case.exists() else None


def test_a_draft_is_sound_and_all_blank(tmp_path: Path) -> None:
    done = run(text_in(tmp_path), "--into", tmp_path / "case.yaml")
    assert done.exit_code == 0
    assert "5 sentences; by cue" in done.stdout
    checked = check(tmp_path / "case.yaml")
    assert checked.case is not None
    assert [passage.state for passage in checked.case.passages] == ["verified"] * 5
    found = [(one.section, one.name, one.key) for one in checked.case.blanks]
    assert found == [
        ("assumptions", "a_p1_s1", "prior"),
        ("games", "g_p2_s1", "tree"),
        ("games", "g_p2_s2", "tree"),
        ("claims", "c_p1_s2", "holds"),
        ("claims", "c_p2_s1", "holds"),
    ]
    outside = [(p.name, p.why) for p in checked.case.passages if not p.in_scope]
    assert outside == [("P1.S3", "A judgement of value.")]
    assert {note.code for note in checked.notes} == {"N109", "N110"}
    text = (tmp_path / "case.yaml").read_text("utf-8")
    assert 'maren: {name: "Maren"}' in text
    assert "ministry counts" not in text


def test_what_exists_is_not_written_over(tmp_path: Path) -> None:
    text = text_in(tmp_path)
    (tmp_path / "case.yaml").write_text("mine", "utf-8")
    assert "exists already" in str(run(text, "--into", tmp_path).exception)
    assert (tmp_path / "case.yaml").read_text("utf-8") == "mine"


def test_an_extract_is_kept_beside_its_draft(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(docx(paragraph("Ships will sail.") + paragraph("Nobody counts 14 weeks.")))
    done = run(path, "--into", tmp_path / "case", "--json", "--quote", "--title", "A: letter")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["sentences"][0]["words"] == "Ships will sail."
    case = check(tmp_path / "case").case
    assert case is not None
    assert case.title == "A: letter"
    assert [passage.state for passage in case.passages] == ["verified"] * 2
    assert "positions count in the words" in run(path).stderr


def test_an_extract_and_its_draft_are_written_both_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(docx(paragraph("Ships will sail.")))
    case = tmp_path / "case"
    case.mkdir()
    beside = case / "letter.docx.txt"
    beside.symlink_to(tmp_path / "nowhere")
    assert "nothing was written" in str(run(path, "--into", case).exception)
    assert not (tmp_path / "nowhere").exists()
    beside.unlink()
    opened = Path.open

    def full(self: Path, *words: str, **more: str) -> object:
        if self.name == "case.yaml":
            raise OSError(28, "No space left on device")
        return opened(self, *words, **more)

    monkeypatch.setattr(Path, "open", full)
    assert "No space left on device" in str(run(path, "--into", case).exception)
    assert list(case.iterdir()) == []


def test_a_part_of_a_text(tmp_path: Path) -> None:
    found = json.loads(run(text_in(tmp_path), "--paragraphs", "2", "--json").stdout)
    assert [one["name"] for one in found["sentences"]] == ["P2.S1", "P2.S2"]
    assert run(text_in(tmp_path), "--paragraphs", "9").exit_code == 2
    assert run(text_in(tmp_path), "--paragraphs", "x").exit_code == 2
    assert "no cues for 'de'" in str(run(text_in(tmp_path), "--language", "de").exception)


def test_a_good_answer_is_kept_and_marked(tmp_path: Path) -> None:
    done, checked = drafted(tmp_path, "good", "--by", "a model")
    assert "in 1 round: 3 entries kept" in done.stderr
    assert checked is not None
    assert checked.case is not None
    assert [claim.name for claim in checked.case.claims] == ["it_runs_out"]
    assert checked.case.claims[0].origin.passages == ("P1.S2",)
    noted = [note.message for note in checked.notes if note.code == "N111"]
    assert noted == ["3 entries were drafted by a model"]
    assert not any(one.passages == ("P1.S2",) for one in checked.case.blanks)


def test_a_bad_answer_is_left_out_entry_by_entry(tmp_path: Path) -> None:
    done, checked = drafted(tmp_path, "bad", "--rounds", "2")
    assert done.exit_code == 0
    assert "in 2 rounds: 1 entry kept" in done.stderr
    for words in (
        *("claims.quoted: the phrase", "claims.nowhere: there is no passage", "[E303]", "[E201]"),
        *("sources.evil: 'sources' is none of", "rivals.evil", "is not a name", "'quote' is empty"),
    ):
        assert words in done.stderr
    assert checked is not None
    assert checked.case is not None
    assert [one.name for one in checked.case.assumptions] == ["stores"]
    assert checked.case.claims == ()
    assert "/etc/passwd" not in (tmp_path / "case.yaml").read_text("utf-8")


def test_the_command_is_told_what_was_wrong(tmp_path: Path) -> None:
    done, checked = drafted(tmp_path, "learns")
    assert "in 2 rounds: 3 entries kept" in done.stderr
    assert checked is not None
    assert checked.case is not None


def test_a_fence_is_taken_off_and_talk_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert "3 entries kept" in drafted(tmp_path / "a", "markup")[0].stderr
    done, checked = drafted(tmp_path / "b", "chat", "--rounds", "1")
    assert "0 entries kept" in done.stderr
    assert "not JSON: Expecting value at line 1" in done.stderr
    assert checked is not None
    assert checked.case is not None


def test_tags_and_markup_stay_words(tmp_path: Path) -> None:
    done, checked = drafted(tmp_path, "tags", "--rounds", "1")
    assert "2 entries kept" in done.stderr
    assert checked is not None
    assert checked.case is not None
    (claim,) = checked.case.claims
    assert claim.origin.says.startswith("<script>alert(1)</script> !!python/object/apply")


@pytest.mark.parametrize("how", ["deep", "large"])
def test_answers_that_are_too_deep_or_too_long(tmp_path: Path, how: str) -> None:
    done, checked = drafted(tmp_path, how, "--rounds", "1")
    assert done.exit_code == 0
    assert "the answer cannot be read" in done.stderr
    assert checked is not None
    assert checked.case is not None


@pytest.mark.parametrize(
    ("how", "more", "words"),
    [
        ("slow", ("--timeout", "1"), "gave no answer within 1 s"),
        ("many", (), "wrote more than 10,000,000 bytes"),
        ("fails", (), "failed with status 3: no key was given"),
        ("endless", ("--timeout", "1"), "gave no answer within 1 s"),
    ],
)
def test_a_command_that_fails_writes_nothing(
    tmp_path: Path, how: str, more: tuple[str, ...], words: str
) -> None:
    before = time.monotonic()
    done, checked = drafted(tmp_path, how, *more)
    assert time.monotonic() - before < 30  # starting a process on a busy machine takes a second
    assert isinstance(done.exception, RunError)
    assert words in str(done.exception)
    assert checked is None


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("", "needs a command"),
        ("'open", "no closing quotation"),
        ("no-such-program", "cannot start"),
    ],
)
def test_a_command_that_is_none(tmp_path: Path, command: str, words: str) -> None:
    done = run(text_in(tmp_path), "--with", command)
    assert words in str(done.exception)


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    command = f"{sys.executable} {STAND_IN} good ; touch {tmp_path / 'made'}"
    run(text_in(tmp_path), "--with", command)
    assert not (tmp_path / "made").exists()


def test_a_request_has_what_is_needed_to_answer(tmp_path: Path) -> None:
    drafted(tmp_path, str(tmp_path / "request.json"), "--rounds", "1")
    asked = json.loads((tmp_path / "request.json").read_text("utf-8"))
    assert asked["schema"] == "schelling.drafting/1"
    first = asked["sentences"][0]
    assert first["passage"] == "P1.S1"
    assert first["words"] == "The ministry counts 14 weeks of grain."
    assert first["cues"] == [{"mark": "quantity", "words": "14"}]
    assert set(asked["case_schema"]["properties"]) >= {"claims", "games", "assumptions"}
    assert asked["answer_schema"]["properties"]["entries"]
    assert asked["problems"] == []


def test_an_answer_is_measured_before_it_is_used() -> None:
    passages = {"P1.S1": "Ships “will” sail."}
    for given in (b"\xff", b"[]", b'{"entries": [], "sources": {}}', b'{"entries": [1]}'):
        answer, troubles = read(given, passages)
        assert troubles
        assert not answer.entries
    entry = {"section": "claims", "name": "x", "from": ["P1.S1"], "quote": 'ships "will"'}
    twice = json.dumps({"entries": [entry, entry]}).encode()
    answer, (trouble,) = read(twice, passages)
    assert trouble.message == "the entry is given twice"
    assert list(answer.entries) == [("claims", "x")]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": [-Infinity]}', "-Infinity is no number"),
        ('{"a": 1e999}', "a number in it is too large"),
        (r'{"a": "\ud800"}', "half of a pair of surrogates"),
        (r'{"\udfff": 1}', "half of a pair of surrogates"),
        ("```json\n" + "\n" * 2_000_000, "not JSON"),
        (" " * 2_000_000 + "x", "not JSON"),
    ],
)
def test_an_answer_has_numbers_and_characters_and_is_read_in_one_pass(
    given: str, words: str
) -> None:
    before = time.monotonic()
    _, (trouble,) = read(given.encode(), {})
    assert time.monotonic() - before < 5  # takes less than 0.1 s; a pass for each line takes hours
    assert words in trouble.message


def test_what_an_answer_says_is_no_command_to_the_terminal() -> None:
    odd = Trouble(("claims\x1b[2J", "x\x1b]0;title\x07"), "'\x1b[31m' is none\x9b1m")
    told = reading_words.drafted(Drafting(DraftedText("", "", "", 0, {}, 0), 1, 0, (odd,)))
    assert "is none" in told
    assert all(sign.isprintable() or sign == "\n" for sign in told)


def test_entries_that_read_each_other_are_checked_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each check finds one bad entry more; twenty are the most."""
    asked: list[int] = []

    def problems(_: object, answer: DraftAnswer, *__: object) -> tuple[list[Trouble], str]:
        asked.append(len(answer.entries))
        return [Trouble(key, "is wrong") for key in list(answer.entries)[-1:]], ""

    monkeypatch.setattr(loop, "_problems", problems)
    entries = [
        {"section": "claims", "name": f"c{n}", "from": ["P1.S1"], "quote": "grain"}
        for n in range(200)
    ]
    answer = json.dumps({"entries": entries}).encode()
    document = Document(tmp_path / "a.txt", "plain", "Some grain.", "a" * 64)
    sentences = marked(document, english())
    material = Material(document, sentences, proposals(sentences))
    found = loop.draft(material, lambda _: answer, "x", tmp_path / "case.yaml", rounds=1)
    assert len(asked) == 1 + 20  # once for the round
    assert found.kept == 0
    assert "after 20 checks" in found.troubles[-1].message


def test_names_with_odd_letters_make_a_sound_draft(tmp_path: Path) -> None:
    words = 'He met "Ünal: {x}" and Sine, and If, and Min and E. It was \x85 in May. \u2028# no.'
    document = Document(tmp_path / "odd (1): x.txt", "plain", words, "a" * 64)
    sentences = marked(document, english())
    draft = case_text.written(document, sentences, proposals(sentences), quote=True)
    (tmp_path / "case.yaml").write_text(draft.text, "utf-8")
    checked = check(tmp_path / "case.yaml")
    assert checked.problems == ()
