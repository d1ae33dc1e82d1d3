"""Texts that were annotated before the readers and cues met them, in every form of document."""

from __future__ import annotations

from pathlib import Path

import pytest

from reading.annotations import Score, table
from reading.made_documents import pdf_pages
from reading.unseen_documents import FORMS, FRESH, UNSEEN, read, unseen, unseen_scores
from schelling.case.check import check
from schelling.case.texts.sentences import sentences
from schelling.reading.cues.marked import marked
from schelling.reading.cues.tables import english
from schelling.reading.documents import html, pdf
from schelling.reading.documents.document import Document
from schelling.reading.documents.opening import open_document
from schelling.reading.drafting import case_text
from schelling.reading.drafting.proposed import proposals

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "read.md"
# As measured when the cues were last changed, less 0.03: a change may move a sentence or two.
FLOORS = {
    "boundary": (0.97, 0.96),
    "prediction": (0.77, 0.71),
    "cause": (0.77, 0.72),
    "choice": (0.72, 0.76),
    "quantity": (0.93, 0.80),
    "condition": (0.89, 0.86),
    "value": (0.83, 0.87),
    "actor": (0.60, 0.73),
    "place": (0.93, 0.68),
    "date": (0.90, 0.88),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Score]]:
    folder = tmp_path_factory.mktemp("made")
    return {of.name: unseen_scores(folder, FORMS, of) for of in (UNSEEN, FRESH)}


def test_there_are_ten_texts_and_more() -> None:
    assert len(unseen()) >= 10


def test_precision_and_recall_stay_above_their_floors(
    measured: dict[str, dict[str, Score]],
) -> None:
    found = measured["unseen"]
    low = {
        kind: (round(one.precision, 3), round(one.recall, 3))
        for kind, one in found.items()
        if one.precision < FLOORS[kind][0] or one.recall < FLOORS[kind][1]
    }
    assert set(found) == set(FLOORS)
    assert not low


def test_the_page_shows_what_is_measured(measured: dict[str, dict[str, Score]]) -> None:
    page = PAGE.read_text("utf-8")
    for found in measured.values():
        assert f"```text\n{table(found)}\n```" in page


@pytest.mark.parametrize("path", [*unseen(), *unseen(FRESH)], ids=lambda path: path.stem)
def test_the_draft_of_each_is_sound(path: Path, tmp_path: Path) -> None:
    document = read(path, "md", tmp_path)
    sentences_of = marked(document, english())
    draft = case_text.written(document, sentences_of, proposals(sentences_of))
    (tmp_path / "case.yaml").write_text(draft.text, encoding="utf-8")
    checked = check(tmp_path / "case.yaml")
    assert checked.problems == ()
    assert checked.case is not None
    assert {passage.state for passage in checked.case.passages} == {"verified"}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_same_sentences(form: str, tmp_path: Path) -> None:
    """Of 250 sentences of fourteen texts, whatever they are written in, at most four are missed."""
    found = unseen_scores(tmp_path, [form])["boundary"]
    assert found.there - found.both <= 4
    assert found.found - found.both <= 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One line\r\nof a sentence. Two.", ["One line\r\nof a sentence.", "Two."]),
        ("One. (They left, it seems.) Two.", ["One.", "(They left, it seems.)", "Two."]),
        ("One (the U.N. office) stays. Two.", ["One (the U.N. office) stays.", "Two."]),
        ("“It is so. Nobody asked.” He left.", ["“It is so.", "Nobody asked.”", "He left."]),
        ("“No,” he said, “never.” He left.", ["“No,” he said, “never.”", "He left."]),
        ("It grew vs. March. P.S. He left.", ["It grew vs. March.", "P.S. He left."]),
        ("It is so.[12] He left.", ["It is so.[12]", "He left."]),
        ("It is so.¹ He left.", ["It is so.¹", "He left."]),
        ("Gen. (ret.) Voss met Lt. Gen. Orr. Why?", ["Gen. (ret.) Voss met Lt. Gen. Orr.", "Why?"]),
    ],
)
def test_what_ends_a_sentence(text: str, expected: list[str]) -> None:
    assert [text[one.start : one.end] for one in sentences(text)] == expected


def test_a_first_line_of_two_sentences_is_no_headline() -> None:
    found = sentences("A thread on the vote. Short 🧵\n\nIt is lost.")
    assert [one.name for one in found] == ["P1.S1", "P1.S2", "P2.S1"]


def test_marks_of_markdown_are_not_words(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("## 2. Use\n\nSee <https://example.org/a>.\n\n1. One item.\n\n> - Quoted.\n")
    found = [one.words for one in marked(open_document(path), english())]
    assert found == ["2. Use", "See https://example.org/a.", "One item.", "Quoted."]


def test_marks_of_notes_are_left_out_of_a_page_and_said() -> None:
    page = b'<p>It held.<sup><a href="#n">1</a></sup> It has 3 m<sup>3</sup>.</p>'
    assert html.extract(page) == ("It held. It has 3 m3.", ["marks of notes"])


@pytest.mark.parametrize("across", [False, True])
def test_columns_of_a_page_are_read_one_after_the_other(across: bool) -> None:
    left = ["The harbour of Lorn has been closed since", "the first of May.", ""]
    left += ["Nobody knows why, as the firm says nothing", "of its reasons. It waits."]
    right = ["Either the ferry runs again or the valley", "starves before the winter.", ""]
    right += ["A second paragraph of the right side, and", "here is the end of all of it."]
    text, _ = pdf.extract(pdf_pages([[left, right]], across=across))
    assert text.split("\n\n") == [
        *("The harbour of Lorn has been closed since the first of May.",),
        *("Nobody knows why, as the firm says nothing of its reasons. It waits.",),
        *("Either the ferry runs again or the valley starves before the winter.",),
        *("A second paragraph of the right side, and here is the end of all of it.",),
    ]


def test_cells_of_a_table_are_no_columns_of_prose() -> None:
    rows = [[f"Year {year}" for year in range(2020, 2030)], [f"{n} tons" for n in range(10)]]
    text, _ = pdf.extract(pdf_pages([rows], across=True))
    assert "Year 2020 0 tons Year 2021 1 tons" in text


def names(words: str, kind: str) -> list[tuple[str, ...]]:
    found = marked(Document(Path("t.txt"), "plain", words, ""), english())
    return [one.named(kind) for one in found]


def test_a_name_that_is_a_place_elsewhere_is_one_everywhere_unless_it_acts() -> None:
    said = "They met in Lorn. The harbour of Lorn is closed. Envoys met in Velm. Envoys of Velm"
    said += " left. They say Velm will pay."
    assert names(said, "place") == [("Lorn",), ("Lorn",), ("Velm",), (), ()]


def test_titles_particles_and_days_belong_to_their_names() -> None:
    (found,) = names("On Tuesday night they met Gen. Salim al-Hariri of the U.N. Mission.", "actor")
    assert found == ("Gen. Salim al-Hariri", "U.N. Mission")
    (found,) = names("From 11 to 12 May, on Tuesday night and in Q2 2035, in the 1990s.", "date")
    assert found == ("11 to 12 May", "Tuesday night", "Q2 2035", "the 1990s")


def test_capitals_of_a_headline_make_no_names() -> None:
    assert names("Why Small Navies Bluff", "actor") == [()]
