"""Lines that are begun on purpose, and lines that are only wrapped."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.case.texts import line_breaks
from schelling.case.texts.sentences import sentences


def split(text: str) -> list[str]:
    return [" ".join(text[one.start : one.end].split()) for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. First\n2. Second\n3. Third", ["1. First", "2. Second", "3. Third"]),
        ("Key points:\n* One\n* Another", ["Key points:", "* One", "* Another"]),
        ("Summary\nThe strait is likely to close.", ["Summary", "The strait is likely to close."]),
        ("From: A. Lee\nSubject: The fee", ["From: A. Lee", "Subject: The fee"]),
        ("B. wrote:\n> It may\n> rise.\nNo.", ["B. wrote:", "> It may > rise.", "No."]),
        ("MS. ORR: I will\nMR. LOW: No", ["MS. ORR: I will", "MR. LOW: No"]),
        ("Year   Days\n1988   12\n1994   3", ["Year Days", "1988 12", "1994 3"]),
        ("[^1]: One.\n[^2]: See p. 3.", ["[^1]: One.", "[^2]: See p. 3."]),
        ("* * *\nThe end.", ["* * *", "The end."]),
        ("It said that the\nUnited Nations left.", ["It said that the United Nations left."]),
        ("the price is up\nand so it goes", ["the price is up and so it goes"]),
        ("Ten left\nNone came\nAll sank\nWhy", ["Ten left", "None came", "All sank", "Why"]),
        (
            "I talked at length with people\nTorrin had sent to us, and so it was not too late.",
            ["I talked at length with people Torrin had sent to us, and so it was not too late."],
        ),
    ],
)
def test_what_begins_a_line_on_purpose(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(
    st.lists(st.sampled_from(["Torrin", "closes", "the", "Lock", "A", "now"]), min_size=2),
    st.integers(min_value=20, max_value=80),
)
def test_no_wrapped_line_is_begun_on_purpose(words: list[str], width: int) -> None:
    """A line that is filled as far as words fit has no room for the first word of the next."""
    text = textwrap.fill(" ".join(words), width, break_long_words=False)
    lines = text.split("\n")
    known = max(map(len, lines)) >= width - 3  # lines that are all short do not tell the width
    if known and not all(line[0].isupper() for line in lines):
        assert line_breaks.meant(text, 0, len(text)) == []


def test_a_paragraph_of_very_many_lines_is_taken_as_wrapped() -> None:
    text = "- a\n" * 20_001
    assert line_breaks.meant(text, 0, len(text)) == []


def test_very_many_quotations_are_read_as_none() -> None:
    """Marks that are not closed would take as long as their number times the length of the text."""
    said = "He said “So it is. Why?” and left. "
    assert len(sentences(said * 2_000)) == 2_000
    assert len(sentences(said * 2_001)) == 3 * 2_001
    assert len(sentences("“" * 200_000)) == 1
