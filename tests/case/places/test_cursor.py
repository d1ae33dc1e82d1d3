"""Where a cursor stands while a case is being written, valid YAML or not."""

import pytest

from schelling.case.places.cursor import at

KEY, VALUE, BOTH = (True, False), (False, True), (True, True)
HEAD = "schelling: 1\n"
PEACE = HEAD + "claims:\n  peace:\n    why: x\n"


@pytest.mark.parametrize(
    ("text", "path", "what", "partial"),
    [
        ("", (), KEY, ""),
        (HEAD + "ti", (), KEY, "ti"),
        (HEAD + "claims:\n  ", ("claims",), BOTH, ""),
        (PEACE + "    ho", ("claims", "peace"), KEY, "ho"),
        (PEACE + "    holds: alw", ("claims", "peace", "holds"), VALUE, "alw"),
        (PEACE + "    holds:\n      alw", ("claims", "peace", "holds"), BOTH, "alw"),
        (
            PEACE + "    holds: >\n      always(\n      pha",
            ("claims", "peace", "holds"),
            VALUE,
            "pha",
        ),
        (PEACE + "    holds: always(\n      pha", ("claims", "peace", "holds"), VALUE, "pha"),
        (PEACE + "  # a note: {\n\n  wa", ("claims",), KEY, "wa"),
        (PEACE + "as", (), KEY, "as"),
        (HEAD + "claims:\n  a: {ho", ("claims", "a"), KEY, "ho"),
        (
            HEAD + "claims:\n  a: {why: f(a, b), holds: f(a, b) + c",
            ("claims", "a", "holds"),
            VALUE,
            "c",
        ),
        (HEAD + "claims:\n  a: {why: '{', holds: x}\n  b", ("claims",), KEY, "b"),
        (HEAD + "claims:\n  a: {\n    why: x,\n    ho", ("claims", "a"), KEY, "ho"),
        (HEAD + 'claims:\n  a: {holds: "wall[a], ', ("claims", "a", "holds"), VALUE, ""),
        (HEAD + "actors: {russia: {wants: [a, b", ("actors", "russia", "wants", 1), VALUE, "b"),
        (
            HEAD + "actors:\n  a:\n    wants:\n    - x\n    - y",
            ("actors", "a", "wants", 1),
            BOTH,
            "y",
        ),
        (HEAD + "correlations:\n- between: [a, b]\n  rh", ("correlations", 0), KEY, "rh"),
        (HEAD + "correlations:\n- between: [a, b]\ncl", (), KEY, "cl"),
        (
            HEAD + "correlations:\n  - {between: [a, b], rho: 1}\n  - be",
            ("correlations", 1),
            BOTH,
            "be",
        ),
        (HEAD + "variables:\n  v: a +\n    b", ("variables", "v"), VALUE, "b"),
    ],
)
def test_where_a_cursor_stands(
    text: str, path: tuple[object, ...], what: tuple[bool, bool], partial: str
) -> None:
    found = at(text, len(text))
    assert (found.path, (found.key, found.value), found.partial) == (path, what, partial)


def test_only_what_stands_before_the_cursor_counts() -> None:
    text = PEACE + "    holds: always(phase == war)"
    assert at(text, text.index("war")).before == "always(phase == "


def test_keys_above_are_known() -> None:
    assert at(PEACE + "    ", len(PEACE) + 4).beside == ("why",)


def test_a_hostile_text_takes_time_in_proportion_to_its_length() -> None:
    """Brackets that are never closed, and quotes: each character is looked at once."""
    text = "{[" * 50_000 + '"' * 50_000
    assert at(text, len(text)).value
