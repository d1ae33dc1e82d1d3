"""Widths of letters, and labels that keep them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.report.charts.text_width import pinned, text_width
from schelling.report.games.solution_picture import stacked


@pytest.mark.parametrize(
    ("text", "bold", "thousandths"),
    [  # from the metrics that Adobe published for Helvetica and Helvetica Bold
        ("Schelling", False, 667 + 500 + 556 + 556 + 222 + 222 + 222 + 556 + 556),
        ("Schelling", True, 667 + 556 + 611 + 556 + 278 + 278 + 278 + 611 + 611),
        ("−0.5", False, 584 + 556 + 278 + 556),
        ("WAM_@", False, 944 + 667 + 833 + 556 + 1015),
    ],
)
def test_letters_are_as_wide_as_published(text: str, bold: bool, thousandths: int) -> None:
    assert text_width(text, 10.0, bold) == pytest.approx(thousandths / 100, abs=0.005)  # two digits


def test_accents_take_no_room_and_unknown_letters_the_mean() -> None:
    assert text_width("é", 1000) == text_width("e", 1000)
    assert text_width("東", 1000) == 1000
    assert text_width("ж", 1000) == 570
    assert text_width(" a  b ", 1000) == text_width("a b", 1000)


@given(st.text("abcXYZ 0.5−", max_size=12), st.text("abcXYZ 0.5−", max_size=12))
def test_widths_add_up(one: str, two: str) -> None:
    whole = text_width(f"{one}x{two}", 1000)
    parts = text_width(f"{one}x", 1000) + text_width(f"x{two}", 1000) - text_width("x", 1000)
    assert whole == pytest.approx(parts)


def test_a_label_is_pinned_with_its_parts_and_at_its_size() -> None:
    svg = (
        '<svg font-size="10"><text font-size="20px">a<tspan font-weight="600">a</tspan> b</text>'
        "<text>&lt;b&gt;</text></svg>"
    )
    mixed, escaped = ElementTree.fromstring(pinned(svg))
    assert mixed.get("textLength") == f"{(556 + 556 + 278 + 556) / 50:.2f}"
    assert escaped.get("textLength") == f"{(584 + 556 + 584) / 100:.2f}"
    assert escaped.text == "<b>"


@pytest.mark.parametrize(
    "label",
    [
        "<text>ж</text>",
        "<text/>",
        "<text> </text>",
        '<text><tspan x="0">one</tspan><tspan x="0" dy="12">two</tspan></text>',
    ],
)
def test_what_cannot_be_measured_is_left_alone(label: str) -> None:
    svg = f"<svg>{label}</svg>"
    assert pinned(svg) == svg


def test_stacked_pictures_scale_as_one() -> None:
    parts = [f'<svg width="{wide}" height="{high}"></svg>' for wide, high in ((30, 10), (20, 5))]
    root = ElementTree.fromstring(stacked(parts))
    assert root.get("viewBox") == "0 0 30 15"
    assert [part.get("y") for part in root] == ["0", "10"]
