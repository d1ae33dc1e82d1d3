"""Pages of columns: one column after the other, and what lies over several where it stands."""

from __future__ import annotations

from typing import Any

import pytest
from pypdf import PageObject

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
    return pdf.extract(pdf_placed([by_rows(lines)]))[0].split("\n\n")


def by_rows(lines: Placed) -> Placed:
    """Line by line from the top, each from left to right."""
    return sorted(lines, key=lambda one: (-one[1], one[0]))


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
    "a title right above": (
        [(230, 734, "A Paper on Lorn and its Harbour"), *TWO],
        ["A Paper on Lorn and its Harbour", *READ],
    ),
    "a sign between the columns": ([*TWO, (300, 610, "*"), *AGAIN], [*READ, "*", *READ]),
    "a long line of narrow letters": (
        [*TWO, (72, 630, "It will still fill a little till, if I fill it.")],
        [*READ[:2], "It will still fill a little till, if I fill it.", *READ[2:]],
    ),
    "a line in two pieces": (
        [one for one in TWO if one[:2] != (72, 720)]
        + [(72, 720, "The harbour of Lorn"), (165, 720, "has been closed since")],
        READ,
    ),
    "two blanks after a sentence": (
        [(x, y, line.replace(". It", ".  It")) for x, y, line in TWO],
        READ,
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


def test_pieces_may_be_written_in_any_order() -> None:
    """From the foot of the page, and one row from right to left."""
    rows = by_rows([*TWO, *placed([LEFT, RIGHT], (72, 312), 650)])
    pairs = [rows[n : n + 2] for n in range(0, len(rows), 2)]
    (left, right), *others = pairs
    lines = [one for pair in reversed(others) for one in pair]
    text, _ = pdf.extract(pdf_placed([[*lines, right, left]]))
    assert text.split("\n\n") == [*READ[:2], *READ[:2], *READ[2:], *READ[2:]]


@pytest.mark.parametrize("shown", [b"[(%s)] TJ", b"T* (%s) '"])
def test_however_a_line_is_written(shown: bytes) -> None:
    assert pdf.extract(pdf_placed([by_rows(TWO)], shown=shown))[0].split("\n\n") == READ


def test_a_raised_number_belongs_to_its_line() -> None:
    first, *others = by_rows([*TWO, *placed([LEFT, RIGHT], (72, 312), 650)])
    text, _ = pdf.extract(pdf_placed([[first, (270, 723, "1"), *others]]))
    noted = READ[0].replace("since", "since 1")
    assert text.split("\n\n") == [noted, READ[1], *READ[:2], *READ[2:], *READ[2:]]


def test_places_may_be_those_of_the_page_and_not_of_the_text() -> None:
    """As of tools that move the page for every piece."""
    at = b"ET Q q 1 0 0 1 %d %d cm BT /F1 10 Tf"
    assert pdf.extract(pdf_placed([by_rows(TWO)], at=at))[0].split("\n\n") == READ


def test_the_edge_of_a_column_may_be_ragged_by_some_points() -> None:
    second = placed([LEFT, RIGHT], (72, 312), 650)
    ragged = [(x + 2 * (x == 312), y, line) for x, y, line in second]
    assert across([*TWO, *ragged]) == [*READ[:2], *READ[:2], *READ[2:], *READ[2:]]


def test_short_lines_of_a_column_do_not_make_the_others_wide() -> None:
    side = ["It is not,"] * 3 + [LEFT[0]] * 6
    found = across(placed([side, [RIGHT[0]] * 8], (72, 312)))
    assert found == [" ".join(side), " ".join([RIGHT[0]] * 8)]


WIDE = "The harbour of Lorn has been closed since May, and now"
NONE: dict[str, tuple[Placed, str]] = {
    "few rows": (TWO[:2] + TWO[4:6], f"{LEFT[0]} {RIGHT[0]} {LEFT[1]} {RIGHT[1]}"),
    "columns that touch": (
        [line for n in range(5) for line in ((72, 720 - 14 * n, WIDE), (330, 720 - 14 * n, WIDE))],
        f"{WIDE} {WIDE} {WIDE}",
    ),
    "a blank by itself": ([*TWO, (72, 500, " ")], f"{LEFT[0]} {RIGHT[0]}"),
}


@pytest.mark.parametrize("name", NONE)
def test_what_shows_no_columns_is_read_as_it_is_written(name: str) -> None:
    lines, wanted = NONE[name]
    assert " ".join(" ".join(across(lines)).split()).startswith(wanted)


def test_columns_in_odd_fonts_are_read_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    own = PageObject.extract_text

    def extract_text(page: PageObject, **how: Any) -> str:
        if how.get("extraction_mode") == "layout":
            raise ZeroDivisionError
        return own(page, **how)

    monkeypatch.setattr(PageObject, "extract_text", extract_text)
    assert across(TWO)[0].startswith(f"{LEFT[0]} {RIGHT[0]}")


def test_a_wide_gap_or_larger_letters_end_a_paragraph_unless_it_goes_on() -> None:
    page = [(72, 720 - 14 * n, "Another line of this page.") for n in range(6)]
    page += [(72, 620, "It waits until"), (72, 590, "the ferry runs.")]
    assert across(page)[1:] == ["It waits until the ferry runs."]
    larger = pdf_placed([page[:3]], shown=b"(%s) Tj").replace(b"720 Tm", b"720 Tm /F1 14 Tf")
    smaller = larger.replace(b"706 Tm", b"706 Tm /F1 10 Tf")
    text, _ = pdf.extract(smaller)
    assert text.split("\n\n") == [page[0][2], f"{page[1][2]} {page[2][2]}"]
