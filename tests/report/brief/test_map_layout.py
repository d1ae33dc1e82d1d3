"""Places of boxes: apart from one another, in rows, the same every time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from schelling.report.brief import map_layout
from schelling.report.brief.map_layout import Link, MapLayout

KEYS = [f"n{n}" for n in range(9)]
GRAPHS = st.tuples(
    st.dictionaries(st.sampled_from(KEYS), st.floats(20, 300), min_size=1),
    st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=24, unique=True),
).map(lambda graph: (graph[0], [(a, b) for a, b in graph[1] if a != b and {a, b} <= {*graph[0]}]))


def boxes(layout: MapLayout, widths: dict[str, float]) -> dict[int, list[tuple[float, float]]]:
    rows: dict[int, list[tuple[float, float]]] = {}
    for key, spot in layout.spots.items():
        rows.setdefault(spot.row, []).append((spot.x - widths[key] / 2, spot.x + widths[key] / 2))
    return {row: sorted(ends) for row, ends in rows.items()}


@given(GRAPHS)
def test_boxes_do_not_touch_and_lines_pass_every_row(
    graph: tuple[dict[str, float], list[Link]],
) -> None:
    widths, links = graph
    layout = map_layout.place(widths, links, 500.0)
    assert layout.spots.keys() == widths.keys()
    for ends in boxes(layout, widths).values():
        assert ends[0][0] >= -0.02  # places are rounded to hundredths
        assert ends[-1][1] <= layout.width + 0.02
        for (_, right), (left, _) in pairwise(ends):
            assert left - right >= map_layout.GAP - 0.02
    assert {spot.row for spot in layout.spots.values()} == set(range(layout.rows))
    for source, target in links:
        first, last = layout.spots[source].row, layout.spots[target].row
        assert first != last
        step = 1 if last > first else -1
        bends = [bend.row for bend in layout.bends[source, target]]
        assert bends == list(range(first + step, last, step))


@given(GRAPHS)
def test_the_same_map_has_the_same_places(graph: tuple[dict[str, float], list[Link]]) -> None:
    widths, links = graph
    assert map_layout.place(widths, links, 500.0) == map_layout.place(widths, links[:], 500.0)


def test_without_loops_every_arrow_points_down() -> None:
    links = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c"), ("c", "e")]
    layout = map_layout.place(dict.fromkeys("abcde", 50.0), links, 500.0)
    rows = {key: spot.row for key, spot in layout.spots.items()}
    assert all(rows[source] < rows[target] for source, target in links)
    assert rows["d"] == rows["c"] - 1  # what nothing feeds stands just above its reader


def test_a_loop_has_one_arrow_against_the_rest() -> None:
    links = [("a", "b"), ("b", "c"), ("c", "a")]
    layout = map_layout.place(dict.fromkeys("abc", 50.0), links, 500.0)
    up = [link for link in links if layout.spots[link[0]].row > layout.spots[link[1]].row]
    assert len(up) == 1


def test_a_row_keeps_to_its_room() -> None:
    widths = dict.fromkeys([f"n{n}" for n in range(12)], 100.0) | {"end": 80.0}
    links = [(f"n{n}", "end") for n in range(12)]
    layout = map_layout.place(widths, links, 500.0)
    for ends in boxes(layout, widths).values():
        assert ends[-1][1] - ends[0][0] <= 500.0 + 0.02


def test_lines_that_need_not_cross_do_not() -> None:
    links = [("a", "z"), ("b", "y"), ("c", "x")]
    layout = map_layout.place(dict.fromkeys("abcxyz", 50.0), links, 500.0)
    above = sorted("abc", key=lambda key: layout.spots[key].x)
    below = sorted("xyz", key=lambda key: layout.spots[key].x)
    assert [dict(links)[key] for key in above] == below


def test_lines_from_one_box_pass_a_row_in_one_place() -> None:
    """A box read by many, rows below: one lane beside the boxes of a row, not one a line."""
    chain = [f"c{n}" for n in range(6)]
    readers = [f"r{n}" for n in range(8)]
    links = [*pairwise(chain), *(("hub", one) for one in readers)]
    links += [(chain[-1], one) for one in readers]
    widths = dict.fromkeys(["hub", *chain, *readers], 60.0) | {"first": 60.0}
    layout = map_layout.place(widths, [("first", "hub"), ("first", "c0"), *links], 700.0)
    lanes = {bend for one in readers for bend in layout.bends["hub", one]}
    assert len(lanes) == len({bend.row for bend in lanes})
