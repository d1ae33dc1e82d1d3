"""Pages of columns: one column after the other, and what lies over several where it stands."""

from __future__ import annotations

import pytest

from reading.made_documents import pdf_pages, pdf_placed
from schelling.reading.documents import pdf

LEFT = ["The harbour of Lorn has been closed since", "the first of May.", ""]
LEFT += ["Nobody knows why, as the firm says nothing", "of its reasons. It waits."]
RIGHT = ["Either the ferry runs again or the valley", "starves before the winter.", ""]
RIGHT += ["A second paragraph of the right side, and", "here is the end of all of it."]
READ = ["The harbour of Lorn has been closed since the first of May."]
READ += ["Nobody knows why, as the firm says nothing of its reasons. It waits."]
READ += ["Either the ferry runs again or the valley starves before the winter."]
READ += ["A second paragraph of the right side, and here is the end of all of it."]

Placed = list[tuple[int, int, str]]


def placed(columns: list[list[str]], starts: tuple[int, ...], top: int = 720) -> Placed:
    """Columns of lines that begin so far right, in points."""
    return [
        (start, top - 14 * row, line)
        for start, lines in zip(starts, columns, strict=True)
        for row, line in enumerate(lines)
        if line
    ]


def across(lines: Placed) -> list[str]:
    """The paragraphs of a page that is written line by line."""
    page = sorted(lines, key=lambda one: (-one[1], one[0]))
    return pdf.extract(pdf_placed([page]))[0].split("\n\n")


TWO = placed([LEFT, RIGHT], (72, 312))
AGAIN = placed([LEFT, RIGHT], (72, 312), 560)
CAPTION = "Figure 1. What goes over the whole page from here until there, as wide as it is."
OVER: dict[str, tuple[Placed, list[str]]] = {
    "a title and two authors": (
        [(260, 760, "A Paper on Lorn"), (150, 742, "Jane Low"), (400, 742, "John High"), *TWO],
        ["A Paper on Lorn Jane Low John High", *READ],
    ),
    "a heading in the middle": (
        [*TWO, (265, 610, "II. The Harbour"), *AGAIN],
        [*READ, "II. The Harbour", *READ],
    ),
    "a caption from the margin": ([*TWO, (72, 610, CAPTION), *AGAIN], [*READ, CAPTION, *READ]),
    "a left column that goes on": (
        [*TWO, (72, 630, "The left one goes on.")],
        [*READ[:2], "The left one goes on.", *READ[2:]],
    ),
    "a right column that goes on": (
        [*TWO, (312, 630, "The right one goes on.")],
        [*READ, "The right one goes on."],
    ),
}


@pytest.mark.parametrize("written_across", [False, True])
def test_columns_of_a_page_are_read_one_after_the_other(written_across: bool) -> None:
    text, _ = pdf.extract(pdf_pages([[LEFT, RIGHT]], across=written_across))
    assert text.split("\n\n") == READ


@pytest.mark.parametrize("name", OVER)
def test_what_lies_over_columns_keeps_its_place(name: str) -> None:
    lines, wanted = OVER[name]
    assert across(lines) == wanted


def test_three_columns_are_read_one_after_the_other() -> None:
    first, second = ([line[:28] for line in side] for side in (LEFT, RIGHT))
    found = across(placed([first, second, first], (40, 220, 400)))
    alone = across(placed([first], (40,)))
    assert found == [*alone, *across(placed([second], (40,))), *alone]


def test_cells_of_a_table_are_no_columns_of_prose() -> None:
    rows = [[f"Year {year}" for year in range(2020, 2030)], [f"{n} tons" for n in range(10)]]
    text, _ = pdf.extract(pdf_pages([rows], across=True))
    assert "Year 2020 0 tons Year 2021 1 tons" in text
