"""What the cues find in texts that were annotated by hand, and details of single cues."""

from __future__ import annotations

import time
from importlib import resources
from pathlib import Path

import pytest

from reading.annotations import annotated, document, scores, table, texts
from schelling.errors import CaseError
from schelling.forecast.verbal import BANDS
from schelling.reading.cues.marked import MarkedSentence, marked
from schelling.reading.cues.phrases import phrase
from schelling.reading.cues.tables import english, read
from schelling.reading.documents.document import Document

# Precision and recall as measured when the cues were last changed, less 0.03: a change of cues may
# move a sentence or two. `python tests/reading/annotations.py` prints them.
FLOORS = {
    "boundary": (0.95, 0.94),
    "prediction": (0.76, 0.87),
    "cause": (0.78, 0.82),
    "choice": (0.68, 0.72),
    "quantity": (0.66, 0.97),
    "condition": (0.97, 0.76),
    "value": (0.97, 0.97),
    "actor": (0.67, 0.97),
    "place": (0.90, 0.67),
    "date": (0.91, 0.95),
}


def of(words: str) -> MarkedSentence:
    (found,) = marked(Document(Path("t.txt"), "plain", words, ""), english())
    return found


def test_the_annotated_set_is_large_enough() -> None:
    counts = [sum(map(len, annotated(path))) for path in texts()]
    assert len(counts) == 8
    assert sum(counts) >= 240


def test_precision_and_recall_stay_above_their_floors() -> None:
    found = scores()
    assert set(found) == set(FLOORS)
    low = {
        kind: (round(one.precision, 3), round(one.recall, 3))
        for kind, one in found.items()
        if one.precision < FLOORS[kind][0] or one.recall < FLOORS[kind][1]
    }
    assert not low


def test_the_page_shows_what_is_measured() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "read.md"
    assert f"```text\n{table(scores())}\n```" in page.read_text("utf-8")


def test_the_scale_is_that_of_the_forecasts() -> None:
    """The table of cues repeats the scale, which its reader cannot import: it loads no arrays."""
    scale = english().file.scale
    assert scale is not None
    rows = [(row.low, row.high, *row.phrases) for row in scale.words]
    assert rows == [tuple(band) for band in BANDS]


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        ("The will of the council is clear.", set()),
        ("The council will meet.", {"prediction"}),
        ("They met on 3 May 2031.", set()),
        ("It may rain.", {"prediction"}),
        ("Its naval might is great.", set()),
        ("Since 2014 it has been so.", set()),
        ("It sells, since prices are high.", {"cause"}),
        ("If it rains, the harvest waits.", {"condition"}),
        ("She asked if it rains.", set()),
        ("It is wrong to pay.", {"value"}),
        ("See fig. 3 and Art. 9.", set()),
        ("It holds 41.5 percent.", {"quantity"}),
        ("It holds little (41 tons).", {"quantity"}),
        ("That is said elsewhere [^2] and here (3).", set()),
        ("They meet at 3 p.m. on Monday.", set()),
        ("Either they pay or they leave.", {"choice"}),
    ],
)
def test_words_that_only_look_like_cues(words: str, marks: set[str]) -> None:
    assert set(of(words).marks) == marks


def test_words_of_likelihood_carry_their_interval() -> None:
    found = {cue.words: (cue.low, cue.high) for cue in of("War is very unlikely.").cues}
    assert found["unlikely"] == (0.05, 0.20)
    (cue,) = of("War is likely.").cues
    assert (cue.low, cue.high) == (0.55, 0.80)


def test_names_are_actors_places_or_dates() -> None:
    one = of("On 4 March, Prime Minister Sorel met the Rural Party in Port Sel near Lunde.")
    assert one.named("date") == ("4 March",)
    assert one.named("actor") == ("Prime Minister Sorel", "Rural Party")
    assert one.named("place") == ("Port Sel", "Lunde")


def test_another_language_is_a_file(tmp_path: Path) -> None:
    given = (resources.files("schelling.reading.cues") / "en.toml").read_text("utf-8")
    given = given.replace('"will|shall|', '"wird|werden|')
    path = tmp_path / "de.toml"
    path.write_text(given, encoding="utf-8")
    text = Document(Path("t.txt"), "plain", "Der Rat wird tagen.", "", None, "de")
    assert marked(text, read(path))[0].marks == {"prediction"}


@pytest.mark.parametrize(
    ("classes", "phrase_of", "message"),
    [
        ('hurt = "hurts|harms"', "@harm the", "there is no class 'harm'"),
        (f'many = "{"a|" * 60_000}b"', "@many @many " * 9, "longer than 1,000,000 letters"),
    ],
)
def test_classes_that_are_not_there_or_too_large(
    classes: str, phrase_of: str, message: str, tmp_path: Path
) -> None:
    given = (resources.files("schelling.reading.cues") / "en.toml").read_text("utf-8")
    given = given.replace("[classes]", f"[classes]\n{classes}")
    given = given.replace('"because", ', f'"because", "{phrase_of.strip()}", ')
    path = tmp_path / "en.toml"
    path.write_text(given, encoding="utf-8")
    with pytest.raises(CaseError, match=message):
        read(path)


@pytest.mark.parametrize(
    "written", ["", "...", "... or", "either ...", "a " * 21, "a ... " * 4 + "a"]
)
def test_phrases_that_are_none(written: str) -> None:
    with pytest.raises(ValueError, match="no phrase"):
        phrase(written)


def test_long_sentences_take_time_in_proportion() -> None:
    """A sentence of 40,000 words that begin gaps again and again."""
    text = Document(Path("t.txt"), "plain", "if they either lead drive the more " * 6_000, "")
    before = time.monotonic()
    assert marked(text, english())
    assert time.monotonic() - before < 20


def test_documents_of_the_annotated_texts_have_their_sentences() -> None:
    paragraphs = annotated(texts()[0])
    assert len(document(paragraphs).sentences) > 0
