"""Sentences as stretches of a text: nothing lost, nothing doubled, named by paragraph."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from schelling.case.texts.sentences import sentences

FLAGSHIP = Path(__file__).parents[3] / "cases" / "widening-war" / "case.yaml"
SIGNS = "aB .!?\n\r\t\"'“”()…–:;,1áß\u00a0\u2028😀中。"


@given(st.text(alphabet=SIGNS, max_size=80))
def test_every_sign_is_in_one_sentence(text: str) -> None:
    found = sentences(text)
    assert all(before.end <= after.start for before, after in pairwise(found))
    pieces = [text[one.start : one.end] for one in found]
    assert all(piece == piece.strip() != "" for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("• First point\n• Second. With two.", ["• First point", "• Second.", "With two."]),
        ("● 2. Both. Then.", ["● 2. Both.", "Then."]),
        ("So did I. It was I. Newton.", ["So did I.", "It was I. Newton."]),
        ("Nathan I. Low saw William I. Tell.", ["Nathan I. Low saw William I. Tell."]),
        ("Duncan I. Roe paid.", ["Duncan I. Roe paid."]),
        ("It cut the arts. 12 theatres closed.", ["It cut the arts.", "12 theatres closed."]),
        ("It took 30 secs. 5 people saw it.", ["It took 30 secs.", "5 people saw it."]),
        ("See Art. 5, para. 2. It says so.", ["See Art. 5, para. 2.", "It says so."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        (
            "It cost 3.5 m. in 2021, i.e. little. Why?",
            ["It cost 3.5 m. in 2021, i.e. little.", "Why?"],
        ),
        ("Gen. Ruiz and Dr. Ito met. They talked!", ["Gen. Ruiz and Dr. Ito met.", "They talked!"]),
        ("One line\nof a sentence. Two.", ["One line\nof a sentence.", "Two."]),
    ],
)
def test_abbreviations_and_quotes_end_no_sentence(text: str, expected: list[str]) -> None:
    assert [text[one.start : one.end] for one in sentences(text)] == expected


def test_paragraphs_and_a_headline_are_counted() -> None:
    text = "A headline\r\n\r\nOne. Two.\r\n \r\nThree.\r\n"
    assert [one.name for one in sentences(text)] == ["P0.S1", "P1.S1", "P1.S2", "P2.S1"]
    assert [one.name for one in sentences("No headline.\n\nTwo.")] == ["P1.S1", "P2.S1"]
    assert sentences(" \n\n ") == ()


def test_a_digest_is_of_the_words() -> None:
    (one,) = sentences("  It holds.  ")
    assert one.sha256 == hashlib.sha256(b"It holds.").hexdigest()


def test_the_flagships_names_are_made_like_these() -> None:
    """A paragraph's sentences count from 1 without a gap, and the headline is P0.S1."""
    names = list(yaml.load(FLAGSHIP.read_text("utf-8"), Loader=yaml.CSafeLoader)["passages"])
    text = "\n\n".join(
        " ".join("It holds." for name in names if name.startswith(f"P{number}."))
        for number in range(1, 8)
    )
    assert [one.name for one in sentences(f"A headline\n\n{text}")] == names
