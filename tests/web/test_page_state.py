"""States of a page: typed and clamped, whatever an address or a question says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schelling.case.settings.given import MAX_CHARACTERS, MOST
from schelling.web.page_state import PageState, of_json, of_query

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
        st.from_regex(r"[0-9a-z(), .]{1,12}", fullmatch=True),
        max_size=5,
    ),
    st.integers(0, 2**40),
)
def test_what_a_page_sends_comes_back(changes: dict[str, str], seed: int) -> None:
    state = PageState(changes, "other", seed)
    assert of_json(state.to_json()) == state
    pairs = [("set", f"{name}={text}") for name, text in changes.items()]
    again = of_query([*pairs, ("rival", "other"), ("seed", str(seed)), ("tab", "time")])
    assert again == PageState({n: t.strip() for n, t in changes.items()}, "other", seed)


@given(anything)
def test_what_is_no_state_is_refused_and_nothing_else_happens(data: Any) -> None:
    try:
        found = of_json(data)
    except ValueError:
        return
    assert isinstance(found, PageState)
    assert all(isinstance(text, str) for text in found.changes.values())


@given(st.lists(st.tuples(st.sampled_from(["set", "seed", "rival", "x"]), st.text()), max_size=8))
def test_an_address_always_has_a_state(pairs: list[tuple[str, str]]) -> None:
    found = of_query(pairs)
    assert 0 <= found.seed < 2**53
    assert all(name.strip() for name in found.changes)


@pytest.mark.parametrize(
    ("text", "seed"), [("-5", 0), ("7", 7), ("9" * 40, 2**53 - 1), ("1e9", 0), ("", 0)]
)
def test_seeds_are_clamped(text: str, seed: int) -> None:
    assert of_query([("seed", text)]).seed == seed


def test_as_much_is_kept_as_is_looked_at() -> None:
    many = of_query([("set", f"a{n}=1") for n in range(MOST + 50)])
    assert len(many.changes) == MOST
    (text,) = of_query([("set", "a=" + "1" * (3 * MAX_CHARACTERS))]).changes.values()
    assert len(text) == MAX_CHARACTERS + 1  # one more than may be, so that it is reported


def test_the_order_of_changes_tells_no_states_apart() -> None:
    one, other = PageState({"a": "1", "b": "2"}), PageState({"b": "2", "a": "1"})
    assert one.key == other.key
    assert one.key != PageState({"a": "1"}).key
