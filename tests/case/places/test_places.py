"""Every name of a case is found where it stands, in all its files."""

import re
from pathlib import Path

import pytest

from lsp import siege
from schelling.case.language.typed.scope import family_name
from schelling.case.places import things
from schelling.case.places.read import read
from schelling.case.places.things import NAME, LanguageWord, Mention, Places, Thing
from schelling.errors import Span

ROOT = Path(__file__).parents[3]
CASES = (ROOT / "docs/tooling/example.yaml", *sorted(ROOT.glob("cases/**/case.yaml")))


def written(places: Places, file: Path, span: Span) -> str:
    return places.texts[file].split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_what_is_found_is_what_is_written(path: Path) -> None:
    places = read(path)
    assert any(not one.defines for one in places.mentions)
    for one in places.mentions:
        assert written(places, one.file, one.span) == one.thing.name
    for word in places.words:
        assert written(places, word.file, word.span) == word.name


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_no_name_in_an_expression_is_missed(path: Path) -> None:
    """A second way to find them: every word of a line with `holds`, `value` and the like."""
    places = read(path)
    found = {(m.span.line, m.span.column) for m in places.mentions if m.file == places.path}
    for number, line in enumerate(places.texts[places.path].split("\n"), 1):
        match = re.match(r"\s*(?:holds|value|change|hazard|while|where): ([^\"'>|].*)", line)
        if match is None:
            continue
        for word in re.finditer(r"(?<![\w.])[A-Za-z]\w*(?!\s*=[^=])", match.group(1)):
            if Thing(NAME, word.group()) in places.definitions:
                assert (number, match.start(1) + word.start() + 1) in found, (line, word.group())


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return read(siege.write(tmp_path_factory.mktemp("siege")))


def lines(places: Places, thing: Thing) -> list[tuple[str, int]]:
    return [(one.file.name, one.span.line) for one in places.of(thing)]


def test_a_name_is_found_in_expressions_rivals_and_tables(places: Places) -> None:
    text = siege.CASE
    need = [siege.place(text, "  need: ")[0], siege.place(text, "between: ")[0]]
    need += [siege.place(text, "      -need")[0], siege.place(text, "days * need")[0]]
    need += [siege.place(text, "do(need")[0]]
    assert lines(places, Thing(NAME, "need")) == [("case.yaml", line) for line in need]
    assert ("stubborn.yaml", 2) in lines(places, Thing(NAME, "resolve"))
    assert lines(places, Thing(NAME, "pride")) == [("stubborn.yaml", 4), ("stubborn.yaml", 5)]
    food = lines(places, Thing(NAME, "food"))
    assert len(food) == 5  # defined, read by hunger, twice in an effect, changed by a rival
    guns = lines(places, Thing(NAME, "guns"))
    assert guns[0][0] == "case.yaml"
    assert ("forts.csv", 1) in guns
    assert len(guns) == 3


def test_members_are_found_in_keys_expressions_and_tables(places: Places) -> None:
    north = things.member("fort", "north")
    assert lines(places, north) == [
        ("case.yaml", siege.place(siege.CASE, "wall[north]")[0]),
        ("forts.csv", 2),
    ]
    assert len(lines(places, Thing(NAME, "fort"))) == 4  # its key, two indices, one reduction
    assert len(lines(places, Thing(NAME, "wall"))) == 4


def test_a_member_that_is_held_is_found_with_its_family(tmp_path: Path) -> None:
    text = siege.CASE.replace("do(need = 50 tonne / day)", "do(wall[north] = 1)")
    path = siege.write(tmp_path)
    path.write_text(text, encoding="utf-8")
    places = read(path)
    line, column = siege.place(text, "do(wall[north]", "wall")
    at = [places.at(path, line, column), places.at(path, line, column + len("wall["))]
    found = [one.thing for one in at if isinstance(one, Mention)]
    assert found == [Thing(NAME, "wall"), things.member("fort", "north")]


def test_actions_actors_claims_and_passages_are_found(places: Places) -> None:
    assert len(lines(places, things.action("parley", "hold"))) == 2
    assert len(lines(places, Thing(NAME, "garrison"))) == 5
    assert len(lines(places, Thing(things.CLAIM, "no_surrender"))) == 2
    assert len(lines(places, Thing(things.CLAIM, "likely"))) == 2  # the rival removes it
    assert len(lines(places, Thing(things.PASSAGE, "P1.S1"))) == 3
    assert len(lines(places, Thing(things.SOURCE, "letter"))) == 2
    assert len(lines(places, Thing(NAME, "surrender"))) == 3


def test_a_name_in_quotes_stands_inside_them(places: Places) -> None:
    (breached,) = places.of(Thing(NAME, "breached"))
    assert (breached.span.line, breached.span.column) == siege.place(siege.CASE, '"breached"', "b")


def test_what_a_place_holds(places: Places) -> None:
    at = lambda words, part="": places.at(places.path, *siege.place(siege.CASE, words, part))  # noqa: E731
    logistic = at("logistic(2")
    assert isinstance(logistic, LanguageWord)
    assert (logistic.name, logistic.part) == ("logistic", "")
    every = at("every: 4")
    assert isinstance(every, LanguageWord)
    assert every.part == "games: played"
    hunger = at("resolve - hunger", "hunger")
    assert isinstance(hunger, Mention)
    assert hunger.thing == Thing(NAME, "hunger")
    assert not hunger.defines
    assert at("Rations") is None


def test_members_that_names_stand_for_are_no_names_of_the_case(tmp_path: Path) -> None:
    case = siege.CASE.replace(
        "any(wall[f] < 0.5 for f in fort)", "any(wall[need] < 1 for need in fort)"
    )
    places = read(siege.write(tmp_path, case=case))
    line = siege.place(case, "any(wall[need]")[0]
    assert ("case.yaml", line) not in lines(places, Thing(NAME, "need"))


def test_a_faulty_case_still_has_its_names(tmp_path: Path) -> None:
    case = siege.CASE.replace(
        "holds: always(phase != surrender)", "holds: always(phase !=), nokey: 3"
    )
    places = read(siege.write(tmp_path, case=case))
    assert places.defined("need") is not None
    assert family_name(places.definitions[Thing(NAME, "wall")][0].written) == "wall"


def test_a_text_that_is_no_yaml_has_none(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("schelling: 1\nclaims: {", encoding="utf-8")
    assert read(path).root is None
    assert not read(path).mentions
    assert read(tmp_path / "nothing.yaml").root is None


def test_what_agents_have_is_found_in_rules_and_counts() -> None:
    text = (ROOT / "docs/tooling/example.yaml").read_text("utf-8").split("\n")
    places = read(ROOT / "docs/tooling/example.yaml")
    for name in ("gives_in", "mates", "place", "hospital", "courage", "despair", "resolve"):
        stands = [n for n, line in enumerate(text, 1) if re.search(rf"\b{name}\b", line)]
        assert sorted({line for _, line in lines(places, Thing(NAME, name))}) == stands
        assert len(stands) > 1
